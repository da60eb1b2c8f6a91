"""Findings and notes of auditors, who read what, and decisions to search by day."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)

SEARCHED = {
    "ix_decisions_signed_on_id_case_id": ["signed_on", "id", "case_id"],
    "ix_decisions_award_signed_on": ["award", "signed_on", "id", "case_id"],
    "ix_decisions_number": ["number"],
}


def upgrade() -> None:
    for name, columns in SEARCHED.items():
        op.create_index(name, "decisions", columns, unique=False)
    _findings()
    _notes()
    _access()


def downgrade() -> None:
    op.drop_table("access_records")
    op.drop_table("audit_notes")
    op.drop_table("audit_findings")
    for name in reversed(SEARCHED):
        op.drop_index(name, table_name="decisions")


def _findings() -> None:
    table = "audit_findings"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("written_by_id", Id, nullable=False),
        sa.Column("written_at", Moment, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by_id", Id, nullable=True),
        sa.Column("answered_at", Moment, nullable=True),
        sa.Column("conclusion", sa.String(), nullable=False),
        sa.Column("closed_by_id", Id, nullable=True),
        sa.Column("closed_at", Moment, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)", name=f"ck_{table}_answer"
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=f"ck_{table}_closing"
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)", name=f"ck_{table}_closer"
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR answered_at IS NOT NULL", name=f"ck_{table}_answered"
        ),
        _key(table, "case_id", "cases"),
        _key(table, "unit_id", "units"),
        _key(table, "written_by_id", "people"),
        _key(table, "answered_by_id", "people"),
        _key(table, "closed_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_case_id", table, ["case_id"], unique=False)
    op.create_index(f"ix_{table}_unit_id", table, ["unit_id"], unique=False)


def _notes() -> None:
    table = "audit_notes"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by_id", Id, nullable=False),
        sa.Column("written_at", Moment, nullable=False),
        _key(table, "case_id", "cases"),
        _key(table, "written_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(
        f"ix_{table}_case_id_written_by_id", table, ["case_id", "written_by_id"], unique=False
    )


def _access() -> None:
    table = "access_records"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("role", sa.String(40), nullable=True),
        sa.Column("unit_id", Id, nullable=True),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("item_id", Id, nullable=True),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("journal_seq", Id, nullable=False),
        _key(table, "person_id", "people"),
        _key(table, "unit_id", "units"),
        _key(table, "case_id", "cases"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    for columns in (["case_id", "id"], ["person_id", "seen_at"], ["seen_at"]):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns, unique=False)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}"
    )
