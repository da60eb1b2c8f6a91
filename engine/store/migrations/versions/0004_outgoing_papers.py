"""Outgoing papers: their way to a number, who may sign, decisions over several cases."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)

TAKEN_ONCE = "uq_decisions_authority_unit_id_year_number"
"""Until now a number was of one case; from now on that of a paper is of all its cases."""

TYPED = sa.text("outgoing_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "authorisations",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column("capacity", sa.String(40), nullable=False),
        sa.Column("type_codes", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("given_by_id", Id, nullable=False),
        sa.Column("given_at", Moment, nullable=False),
        sa.CheckConstraint(
            "capacity <> 'authorised' OR ends_on IS NOT NULL", name="ck_authorisations_limited"
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name="ck_authorisations_period"
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["people.id"], name="fk_authorisations_given_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["positions.id"], name="fk_authorisations_position_id_positions"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name="fk_authorisations_unit_id_units"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_authorisations"),
    )
    op.create_index("ix_authorisations_unit_id", "authorisations", ["unit_id"], unique=False)

    op.create_table(
        "outgoing_papers",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("award", sa.String(40), nullable=True),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("copy_number", Id, nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("drafted_by_id", Id, nullable=False),
        sa.Column("drafted_at", Moment, nullable=False),
        sa.Column("content_checked_by_id", Id, nullable=True),
        sa.Column("signed_by_id", Id, nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signer_name", sa.String(), nullable=False),
        sa.Column("signer_title", sa.String(), nullable=False),
        sa.Column("signer_block", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(40), nullable=True),
        sa.Column("authorisation_id", Id, nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("signed_content", sa.LargeBinary(), nullable=True),
        sa.Column("signed_sha256", sa.String(), nullable=False),
        sa.Column("signatures", sa.JSON(), nullable=False),
        sa.Column("issued_at", Moment, nullable=True),
        sa.Column("archived_at", Moment, nullable=True),
        sa.CheckConstraint(
            "(case_id IS NULL) = (copy_number IS NULL)", name="ck_outgoing_papers_copy"
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (content IS NULL)", name="ck_outgoing_papers_frozen"
        ),
        sa.CheckConstraint(
            "number IS NULL OR signed_by_id IS NOT NULL",
            name="ck_outgoing_papers_number_after_signature",
        ),
        sa.ForeignKeyConstraint(
            ["authorisation_id"],
            ["authorisations.id"],
            name="fk_outgoing_papers_authorisation_id_authorisations",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_outgoing_papers_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["content_checked_by_id"],
            ["people.id"],
            name="fk_outgoing_papers_content_checked_by_id_people",
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["people.id"], name="fk_outgoing_papers_drafted_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["people.id"], name="fk_outgoing_papers_signed_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name="fk_outgoing_papers_unit_id_units"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_papers"),
        sa.UniqueConstraint("code", name="uq_outgoing_papers_code"),
    )
    op.create_index("ix_outgoing_papers_case_id", "outgoing_papers", ["case_id"], unique=False)
    op.create_index(
        "ix_outgoing_papers_unit_id_state",
        "outgoing_papers",
        ["unit_id", "state"],
        unique=False,
    )

    op.create_table(
        "given_numbers",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("year", Id, nullable=False),
        sa.Column("number", Id, nullable=False),
        sa.Column("symbol", sa.String(), nullable=False),
        sa.Column("paper_id", Id, nullable=True),
        sa.Column("used_elsewhere", sa.String(), nullable=False),
        sa.Column("given_at", Moment, nullable=False),
        sa.Column("given_by_id", Id, nullable=False),
        sa.Column("cancelled_at", Moment, nullable=True),
        sa.Column("cancelled_by_id", Id, nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason = '')", name="ck_given_numbers_cancelling"
        ),
        sa.CheckConstraint(
            "(paper_id IS NULL) = (used_elsewhere <> '')", name="ck_given_numbers_use"
        ),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["people.id"], name="fk_given_numbers_cancelled_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["people.id"], name="fk_given_numbers_given_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["outgoing_papers.id"],
            name="fk_given_numbers_paper_id_outgoing_papers",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name="fk_given_numbers_unit_id_units"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_given_numbers"),
        sa.UniqueConstraint(
            "unit_id",
            "type_code",
            "year",
            "number",
            name="uq_given_numbers_unit_id_type_code_year_number",
        ),
    )
    op.create_index("ix_given_numbers_paper_id", "given_numbers", ["paper_id"], unique=False)

    op.create_table(
        "outgoing_cases",
        sa.Column("id", Id, nullable=False),
        sa.Column("paper_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("place", Id, nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_outgoing_cases_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["outgoing_papers.id"],
            name="fk_outgoing_cases_paper_id_outgoing_papers",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["user_tasks.id"], name="fk_outgoing_cases_task_id_user_tasks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_cases"),
        sa.UniqueConstraint("paper_id", "case_id", name="uq_outgoing_cases_paper_id_case_id"),
    )
    op.create_index("ix_outgoing_cases_case_id", "outgoing_cases", ["case_id"], unique=False)
    with op.batch_alter_table("decisions") as table:
        table.add_column(sa.Column("outgoing_id", Id, nullable=True))
        table.drop_constraint(TAKEN_ONCE, type_="unique")
        table.create_foreign_key(
            "fk_decisions_outgoing_id_outgoing_papers",
            "outgoing_papers",
            ["outgoing_id"],
            ["id"],
        )
    op.create_index("ix_decisions_outgoing_id", "decisions", ["outgoing_id"], unique=False)
    op.create_index(
        "uq_decisions_number",
        "decisions",
        ["authority_unit_id", "year", "number"],
        unique=True,
        sqlite_where=TYPED,
        postgresql_where=TYPED,
    )
    op.add_column("units", sa.Column("symbol", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("units", "symbol")
    op.drop_index(
        "uq_decisions_number",
        table_name="decisions",
        sqlite_where=TYPED,
        postgresql_where=TYPED,
    )
    op.drop_index("ix_decisions_outgoing_id", table_name="decisions")
    with op.batch_alter_table("decisions") as table:
        table.drop_constraint("fk_decisions_outgoing_id_outgoing_papers", type_="foreignkey")
        table.drop_column("outgoing_id")
        table.create_unique_constraint(TAKEN_ONCE, ["authority_unit_id", "year", "number"])
    op.drop_table("outgoing_cases")
    op.drop_table("given_numbers")
    op.drop_table("outgoing_papers")
    op.drop_table("authorisations")
