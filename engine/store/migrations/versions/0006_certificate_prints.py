"""Prints of certificates, and the names that their recipients confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)

FIRST = sa.text("kind = 'first'")


def upgrade() -> None:
    op.create_table(
        "name_confirmations",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("printed_name", sa.String(), nullable=False),
        sa.Column("other_spelling", sa.String(), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_name_confirmations_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["people.id"],
            name="fk_name_confirmations_recorded_by_id_people",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_name_confirmations"),
    )
    op.create_index(
        "ix_name_confirmations_case_id", "name_confirmations", ["case_id"], unique=False
    )

    op.create_table(
        "certificate_prints",
        sa.Column("id", Id, nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("place", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("request_number", sa.String(), nullable=False),
        sa.Column("confirmation_id", Id, nullable=True),
        sa.Column("unconfirmed_reason", sa.String(), nullable=False),
        sa.Column("is_on_stock", sa.Boolean(), nullable=False),
        sa.Column("printed_by_id", Id, nullable=False),
        sa.Column("printed_at", Moment, nullable=False),
        sa.CheckConstraint(
            "kind = 'first' OR reason <> ''", name="ck_certificate_prints_reason"
        ),
        sa.CheckConstraint(
            "(kind = 'reissue') = (request_number <> '')", name="ck_certificate_prints_request"
        ),
        sa.CheckConstraint(
            "(confirmation_id IS NULL) = (unconfirmed_reason <> '')",
            name="ck_certificate_prints_name",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_certificate_prints_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["confirmation_id"],
            ["name_confirmations.id"],
            name="fk_certificate_prints_confirmation_id_name_confirmations",
        ),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["people.id"], name="fk_certificate_prints_printed_by_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_prints"),
        sa.UniqueConstraint("run", "place", name="uq_certificate_prints_run_place"),
    )
    op.create_index(
        "ix_certificate_prints_case_id", "certificate_prints", ["case_id"], unique=False
    )
    op.create_index(
        "uq_certificate_prints_first",
        "certificate_prints",
        ["case_id"],
        unique=True,
        sqlite_where=FIRST,
        postgresql_where=FIRST,
    )


def downgrade() -> None:
    op.drop_table("certificate_prints")
    op.drop_table("name_confirmations")
