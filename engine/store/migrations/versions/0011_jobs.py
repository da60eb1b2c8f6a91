"""Jobs: work that waits in time; on PostgreSQL with the tables of Procrastinate."""

from importlib import resources
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)

UNFINISHED = sa.text("state IN ('waiting', 'running')")


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("run_at", Moment, nullable=False),
        sa.Column("held_until", Moment, nullable=True),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("attempts", Id, nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("deferred_at", Moment, nullable=False),
        sa.Column("started_at", Moment, nullable=True),
        sa.Column("finished_at", Moment, nullable=True),
        sa.CheckConstraint(
            "(state = 'running') = (held_until IS NOT NULL)", name="ck_jobs_held"
        ),
        sa.CheckConstraint(
            "state NOT IN ('done', 'failed') OR finished_at IS NOT NULL",
            name="ck_jobs_finished",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("key", name="uq_jobs_key"),
    )
    op.create_index(
        "ix_jobs_run_at",
        "jobs",
        ["run_at", "id"],
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    op.create_index("ix_jobs_state_id", "jobs", ["state", "id"])
    if op.get_bind().dialect.name == "postgresql":
        _execute(resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _execute(DROP)
    op.drop_table("jobs")


def _execute(script: str) -> None:
    """Run statements as they are: without values nothing in them is a placeholder."""
    raw: Any = op.get_bind().connection.dbapi_connection
    raw.execute(script)


DROP = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relkind = 'r' AND c.relname LIKE 'procrastinate\\_%'
        AND c.relnamespace = current_schema()::regnamespace
    LOOP EXECUTE format('DROP TABLE %s CASCADE', one.name); END LOOP;
    FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.proname LIKE 'procrastinate\\_%'
        AND p.pronamespace = current_schema()::regnamespace
    LOOP EXECUTE format('DROP FUNCTION %s CASCADE', one.name); END LOOP;
    FOR one IN SELECT t.oid::regtype AS name FROM pg_type t
        WHERE t.typname LIKE 'procrastinate\\_%'
        AND t.typnamespace = current_schema()::regnamespace
    LOOP EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', one.name); END LOOP;
END $$;
"""
"""Everything that the schema of Procrastinate made."""
