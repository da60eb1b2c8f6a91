"""The files of runs of many certificates, which jobs make."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "print_files",
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("stock", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("run", name="pk_print_files"),
    )
    op.create_index("ix_print_files_made_at", "print_files", ["made_at"])


def downgrade() -> None:
    op.drop_table("print_files")
