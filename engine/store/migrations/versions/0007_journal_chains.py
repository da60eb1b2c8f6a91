"""Entries of the journal as canonical bytes in chains, the tree over them, checkpoints."""

import hashlib
import json
import secrets
import unicodedata
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)

ENTRIES = sa.table(
    "journal_entries",
    *(
        sa.column(name)
        for name in (
            "id",
            "stream",
            "seq",
            "case_id",
            "actor_id",
            "role",
            "unit_id",
            "action",
            "task_id",
        )
    ),
    sa.column("happened_at", Moment),
    sa.column("detail", sa.JSON()),
    sa.column("hash", sa.LargeBinary()),
    sa.column("body", sa.LargeBinary()),
    sa.column("salt", sa.LargeBinary()),
    sa.column("private", sa.String()),
)
CASES = sa.table("cases", sa.column("id"), sa.column("journal_hash", sa.LargeBinary()))

KEPT = (
    "id",
    "stream",
    "seq",
    "case_id",
    "happened_at",
    "actor_id",
    "role",
    "unit_id",
    "action",
    "task_id",
    "hash",
    "body",
)
"""Columns that no UPDATE may change."""

FROZEN = ("journal_leaves", "journal_subtrees", "journal_checkpoints")
REFUSAL = "journal_entries: rows are never changed or removed"


def upgrade() -> None:
    _make_tables()
    op.add_column("cases", sa.Column("journal_hash", sa.LargeBinary(), nullable=True))
    _drop_guards()
    for name, kind in (
        ("hash", sa.LargeBinary()),
        ("body", sa.LargeBinary()),
        ("salt", sa.LargeBinary()),
        ("private", sa.String()),
    ):
        op.add_column("journal_entries", sa.Column(name, kind, nullable=True))
    _chain_entries()
    with op.batch_alter_table("journal_entries") as entries:
        entries.alter_column("hash", existing_type=sa.LargeBinary(), nullable=False)
        entries.alter_column("body", existing_type=sa.LargeBinary(), nullable=False)
        entries.drop_column("detail")
        entries.create_unique_constraint("uq_journal_entries_hash", ["hash"])
    _guard_but_erasure()
    for table in FROZEN:
        _freeze(table)


def downgrade() -> None:
    _drop_guards()
    op.add_column("journal_entries", sa.Column("detail", sa.JSON(), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(ENTRIES.c.id, ENTRIES.c.body, ENTRIES.c.private)):
        detail = json.loads(row.body)["facts"] | json.loads(row.private or "{}")
        here = sa.update(ENTRIES).where(ENTRIES.c.id == row.id)
        connection.execute(here.values(detail=detail))
    with op.batch_alter_table("journal_entries") as entries:
        entries.alter_column("detail", existing_type=sa.JSON(), nullable=False)
        entries.drop_constraint("uq_journal_entries_hash", type_="unique")
        for name in ("hash", "body", "salt", "private"):
            entries.drop_column(name)
    _freeze("journal_entries")
    op.drop_column("cases", "journal_hash")
    for table in reversed(FROZEN):
        op.drop_table(table)


def _make_tables() -> None:
    op.create_table(
        "journal_leaves",
        sa.Column("position", Id, autoincrement=False, nullable=False),
        sa.Column("entry_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["journal_entries.id"],
            name="fk_journal_leaves_entry_id_journal_entries",
        ),
        sa.PrimaryKeyConstraint("position", name="pk_journal_leaves"),
        sa.UniqueConstraint("entry_id", name="uq_journal_leaves_entry_id"),
    )
    op.create_table(
        "journal_subtrees",
        sa.Column("level", Id, autoincrement=False, nullable=False),
        sa.Column("position", Id, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name="pk_journal_subtrees"),
    )
    op.create_table(
        "journal_checkpoints",
        sa.Column("size", Id, autoincrement=False, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_journal_checkpoints"),
    )


def _chain_entries() -> None:
    """Write the entries of before as bytes, each after the one before it in its stream."""
    connection = op.get_bind()
    last: dict[str, str] = {}
    heads: dict[int, bytes] = {}
    rows = connection.execute(
        sa.select(ENTRIES).order_by(ENTRIES.c.stream, ENTRIES.c.seq)
    ).all()
    for row in rows:
        text = (
            json.dumps(row.detail, ensure_ascii=False, sort_keys=True) if row.detail else None
        )
        salt = secrets.token_bytes(16) if text else None
        body = _body(row, last.get(row.stream, "0" * 64), text, salt)
        found = hashlib.sha256(b"\x00" + body).digest()
        last[row.stream] = found.hex()
        if row.case_id is not None and row.stream == f"case:{row.case_id}":
            heads[row.case_id] = found
        here = sa.update(ENTRIES).where(ENTRIES.c.id == row.id)
        connection.execute(here.values(hash=found, body=body, salt=salt, private=text))
    for case_id, found in heads.items():
        connection.execute(
            sa.update(CASES).where(CASES.c.id == case_id).values(journal_hash=found)
        )


def _body(row: Any, previous: str, text: str | None, salt: bytes | None) -> bytes:
    at: datetime = row.happened_at
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    said = {
        "act": row.action,
        "actor": row.actor_id,
        "at": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "case": row.case_id,
        "facts": {},
        "prev": previous,
        "private": hashlib.sha256(salt + text.encode()).hexdigest() if salt and text else None,
        "role": row.role,
        "seq": row.seq,
        "session": None,
        "stream": row.stream,
        "task": row.task_id,
        "unit": row.unit_id,
        "v": 1,
    }
    written = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return unicodedata.normalize("NFC", written).encode()


def _drop_guards() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER IF EXISTS journal_entries_no_{verb}")
        return
    op.execute("DROP TRIGGER IF EXISTS journal_entries_frozen ON journal_entries")
    op.execute("DROP TRIGGER IF EXISTS journal_entries_no_update ON journal_entries")
    op.execute("DROP FUNCTION IF EXISTS refuse_all_but_erasure")


def _freeze(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN"
                f" SELECT RAISE(ABORT, '{table}: rows are never changed or removed'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _guard_but_erasure() -> None:
    """Refuse DELETE, and every UPDATE but one that takes the private text away."""
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in KEPT)
        op.execute(
            "CREATE TRIGGER journal_entries_no_UPDATE BEFORE UPDATE ON journal_entries"
            f" WHEN NOT (NEW.salt IS NULL AND NEW.private IS NULL AND {same})"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        op.execute(
            "CREATE TRIGGER journal_entries_no_DELETE BEFORE DELETE ON journal_entries"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER journal_entries_frozen BEFORE DELETE OR TRUNCATE ON journal_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    same = ", ".join(f"NEW.{name}" for name in KEPT)
    was = ", ".join(f"OLD.{name}" for name in KEPT)
    op.execute(
        "CREATE FUNCTION refuse_all_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN IF NEW.salt IS NOT NULL OR NEW.private IS NOT NULL"
        f" OR ROW({same}) IS DISTINCT FROM ROW({was})"
        f" THEN RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries"
        " FOR EACH ROW EXECUTE FUNCTION refuse_all_but_erasure()"
    )
