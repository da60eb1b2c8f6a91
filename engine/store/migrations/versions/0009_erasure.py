"""Personal data of a closed nomination may be erased: content emptied, nothing else changed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

EMPTIED = {
    "dossier_versions": ("content", "'{}'"),
    "checks": ("override_reason", "''"),
}
"""Frozen table → the one column that may change, and to what."""

KEPT = {
    "dossier_versions": (
        "id",
        "case_id",
        "number",
        "form",
        "content_hash",
        "submitted_by_id",
        "submitted_at",
    ),
    "checks": (
        "id",
        "case_id",
        "task_id",
        "stage",
        "book_sha256",
        "received_on",
        "conclusion",
        "findings",
        "answer_hash",
        "overridden",
        "made_by_id",
        "made_at",
    ),
}


def upgrade() -> None:
    op.add_column("cases", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    for table in EMPTIED:
        _drop_guard(table)
        _guard_but_erasure(table)


def downgrade() -> None:
    for table in EMPTIED:
        _drop_guard(table)
        _freeze(table)
    op.drop_column("cases", "erased_at")


def _drop_guard(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_UPDATE")
        return
    op.execute(f"DROP TRIGGER IF EXISTS {table}_frozen ON {table}")
    op.execute(f"DROP TRIGGER IF EXISTS {table}_no_update ON {table}")
    op.execute(f"DROP FUNCTION IF EXISTS {table}_refuse_all_but_erasure")


def _guard_but_erasure(table: str) -> None:
    column, empty = EMPTIED[table]
    refusal = f"{table}: rows are never changed or removed"
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in KEPT[table])
        op.execute(
            f"CREATE TRIGGER {table}_no_UPDATE BEFORE UPDATE ON {table}"
            f" WHEN NOT (NEW.{column} = {empty} AND {same})"
            f" BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_frozen BEFORE DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    new = ", ".join(f"NEW.{name}::text" for name in KEPT[table])
    old = ", ".join(f"OLD.{name}::text" for name in KEPT[table])
    op.execute(
        f"CREATE FUNCTION {table}_refuse_all_but_erasure() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN IF NEW.{column}::text <> {empty}"
        f" OR ROW({new}) IS DISTINCT FROM ROW({old})"
        f" THEN RAISE EXCEPTION '{refusal}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {table}_refuse_all_but_erasure()"
    )


def _freeze(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_no_UPDATE BEFORE UPDATE ON {table} BEGIN"
            f" SELECT RAISE(ABORT, '{table}: rows are never changed or removed'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
