"""Codes by which anybody may check a paper, and papers found by the hash of their file."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HASHES = (
    ("papers", "sha256"),
    ("outgoing_papers", "sha256"),
    ("outgoing_papers", "signed_sha256"),
)


def upgrade() -> None:
    op.add_column("papers", sa.Column("code", sa.String(), nullable=True))
    op.create_index("ix_papers_code", "papers", ["code"], unique=True)
    for table, column in HASHES:
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def downgrade() -> None:
    for table, column in HASHES:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_index("ix_papers_code", table_name="papers")
    op.drop_column("papers", "code")
