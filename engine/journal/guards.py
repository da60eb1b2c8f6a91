"""What makes the database refuse to change the journal, and whether it is there."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

TABLES = ("journal_entries", "journal_leaves", "journal_subtrees", "journal_checkpoints")
OTHERS = ("dossier_versions", "papers", "diagram_sets", "diagram_files", "checks")
ERASABLE = ("journal_entries", "dossier_versions", "checks")
"""Tables from which an erasure may take words, and nothing else."""


def missing_guards(session: Session) -> list[str]:
    """Return the triggers that are not there, or are switched off; and unsafe settings.

    A migration that copies a table loses its triggers: so this is asked after each.
    """
    if session.get_bind().dialect.name == "sqlite":
        return _missing_on_sqlite(session)
    return _missing_on_postgresql(session)


def _missing_on_sqlite(session: Session) -> list[str]:
    found = set(session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    wanted = [
        f"{table}_no_{verb}" for table in (*TABLES, *OTHERS) for verb in ("UPDATE", "DELETE")
    ]
    missing = [name for name in wanted if name not in found]
    if not session.scalar(text("PRAGMA recursive_triggers")):
        missing.append("recursive_triggers")
    return missing


def _missing_on_postgresql(session: Session) -> list[str]:
    enabled = text(
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    )
    found = set(session.scalars(enabled))
    wanted = [
        *(f"{table}_frozen" for table in (*TABLES, *OTHERS)),
        *(f"{table}_no_update" for table in ERASABLE),
    ]
    missing = [name for name in wanted if name not in found]
    role = session.scalar(select(text("current_setting('session_replication_role')")))
    if role != "origin":
        missing.append("session_replication_role")
    return missing
