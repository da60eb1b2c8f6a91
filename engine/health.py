"""Whether the installation works, and what who runs it wants to see."""

import enum
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from engine.backups import Backup, last_backup
from engine.errors import EngineError
from engine.jobs.keeping import PERMISSION
from engine.journal.keys import JournalKey
from engine.journal.nightly import LastCheck, last_check
from engine.journal.outside import Outside
from engine.journal.proof import NotProved
from engine.journal.sealing import last_checkpoint, require_not_behind
from engine.permissions import Actor, require
from engine.store import schema
from engine.store.models import JobRow, Mail
from forms.vocabulary import JobState, MailState

LEAST_FREE = 200_000_000
"""Bytes of a disk below which nothing should be written to it any more."""


class Trouble(enum.StrEnum):
    """Why an installation is not ready."""

    DATABASE = "database"
    SCHEMA = "schema"
    JOURNAL = "journal"
    DISK = "disk"


@dataclass(frozen=True)
class Disk:
    """A folder, and how much room its disk has."""

    folder: Path
    free: int
    """Bytes; -1: the folder cannot be read."""

    @property
    def is_short(self) -> bool:
        """Whether there is too little room."""
        return self.free < LEAST_FREE


@dataclass(frozen=True)
class Health:
    """What the page of an administrator shows."""

    troubles: tuple[Trouble, ...]
    database: str
    """Its kind and version: ``PostgreSQL 18.4``."""
    revision: str
    """Of the tables."""
    size: int
    """Of the database, in bytes."""
    disks: tuple[Disk, ...]
    jobs: dict[JobState, int]
    mails: dict[MailState, int]
    sealed: int
    """Entries of the journal."""
    sealed_at: datetime | None
    checked: LastCheck | None
    backup: Backup | None


def troubles(
    database: Engine, key: JournalKey, outside: Outside, folders: tuple[Path, ...]
) -> tuple[Trouble, ...]:
    """Return why the installation is not ready; nothing: it is. Never raises."""
    found = [Trouble.DISK] if any(one.is_short for one in map(disk_of, folders)) else []
    try:
        if not schema.is_current(database):
            return (*found, Trouble.SCHEMA)
        require_not_behind(database, key, outside)
    except (EngineError, NotProved, OSError) as error:
        is_database = getattr(error, "code", "") == "database_unavailable"
        return (*found, Trouble.DATABASE if is_database else Trouble.JOURNAL)
    except Exception:  # whatever a driver raises when there is no database
        return (*found, Trouble.DATABASE)
    return tuple(found)


def look(
    session: Session,
    actor: Actor,
    *,
    troubles: tuple[Trouble, ...],
    folders: tuple[Path, ...],
    backups: Path | None,
) -> Health:
    """Return what an administrator wants to see, in a few short queries.

    :raises NotPermitted: the actor does not look after the system.
    """
    require(actor, PERMISSION)
    connection = session.connection()
    sealed = last_checkpoint(session)
    return Health(
        troubles=troubles,
        database=_name_of(session),
        revision=schema.revision_of(connection),
        size=size_of(session),
        disks=tuple(disk_of(one) for one in (*folders, *([backups] if backups else []))),
        jobs=count_jobs(session),
        mails=count_mails(session),
        sealed=0 if sealed is None else sealed.size,
        sealed_at=None if sealed is None else sealed.made_at,
        checked=last_check(session),
        backup=last_backup(backups) if backups else None,
    )


def count_jobs(session: Session) -> dict[JobState, int]:
    """Return how many jobs are in each state that has any."""
    rows = session.execute(select(JobRow.state, func.count()).group_by(JobRow.state))
    return dict(rows.all())


def count_mails(session: Session) -> dict[MailState, int]:
    """Return how many mails are in each state that has any."""
    rows = session.execute(select(Mail.state, func.count()).group_by(Mail.state))
    return dict(rows.all())


def size_of(session: Session) -> int:
    """Return how many bytes the database takes."""
    if session.get_bind().dialect.name == "postgresql":
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    pages, size = session.scalar(_PAGES), session.scalar(_PAGE_SIZE)
    return int(pages or 0) * int(size or 0)


def disk_of(folder: Path) -> Disk:
    """Return how much room the disk of a folder has; of one to come, that of its parent."""
    there = next((one for one in (folder, *folder.absolute().parents) if one.exists()), folder)
    try:
        return Disk(folder, shutil.disk_usage(there).free)
    except OSError:
        return Disk(folder, -1)


_PAGES = text("SELECT page_count FROM pragma_page_count()")
_PAGE_SIZE = text("SELECT page_size FROM pragma_page_size()")


def _name_of(session: Session) -> str:
    if session.get_bind().dialect.name == "postgresql":
        return f"PostgreSQL {session.scalar(text('SHOW server_version'))}"
    return f"SQLite {session.scalar(text('SELECT sqlite_version()'))}"
