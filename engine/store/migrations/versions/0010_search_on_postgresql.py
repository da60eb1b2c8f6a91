"""On PostgreSQL, searches by part of a subject or number are answered by indexes alone."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


AGAIN: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("ix_cases_folded_subject", "cases", "folded_subject", {}),
    ("ix_decisions_number", "decisions", "number", {"number": "text_pattern_ops"}),
)
"""Index, table, column, and how PostgreSQL compares it: it looks for beginnings of numbers."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, table, column, ops in AGAIN:
            op.drop_index(name, table_name=table)
            op.create_index(
                name, table, [column], postgresql_include=["id"], postgresql_ops=ops
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, table, column, _ops in reversed(AGAIN):
            op.drop_index(name, table_name=table)
            op.create_index(name, table, [column])
