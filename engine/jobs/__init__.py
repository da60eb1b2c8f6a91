"""Work done afterwards, or again and again: mail, time limits, sealing, backups.

A job is a row of the transaction that asks for it: rolled back, it was never there. Workers
(:mod:`engine.jobs.worker`) take rows that are due, each under a lock and for a time; who dies
with a job loses it when that time is over, and another does it again. So a job may run twice:
what it does must come to the same, or be done in one transaction that checks first.

To add one: make a :class:`Job` beside what it does, and name it in
:mod:`engine.jobs.registry`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from marshmallow import Schema
from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.jobs.dispatch import announce
from engine.journal.keys import JournalKey
from engine.journal.outside import Outside
from engine.notices.posting import Postmaster
from engine.office import VIETNAM
from engine.plans import Translated
from engine.store.models import JobRow
from forms.vocabulary import JobState

__all__ = ["Daily", "Every", "Job", "Work", "defer"]


@dataclass(frozen=True)
class Work:
    """What a job may need of the installation."""

    database: Engine
    now: Callable[[], datetime]
    """The clock of the installation, in UTC."""
    key: JournalKey
    outside: Outside
    files: Path = Path("files")
    """Folder of the attachments."""
    backups: Path | None = None
    """Folder of the daily backups; none: there are none."""
    backups_kept: int = 14
    postmaster: Postmaster = field(default_factory=Postmaster)
    """How mails go out; by default they do not."""


class Empty(Schema):
    """The payload of a job that needs none."""


@dataclass(frozen=True)
class Every:
    """Again and again, after a time."""

    interval: timedelta

    def after(self, at: datetime) -> datetime:
        """Return when to run next."""
        return at + self.interval


@dataclass(frozen=True)
class Daily:
    """Once a day at a time of Vietnam; days on which nothing ran are not made up for."""

    at: time

    def after(self, at: datetime) -> datetime:
        """Return the next moment after ``at``, in UTC."""
        here = at.astimezone(VIETNAM)
        today = datetime.combine(here.date(), self.at, VIETNAM)
        found = today if today > here else today + timedelta(days=1)
        return found.astimezone(at.tzinfo)


@dataclass(frozen=True)
class Job:
    """One kind of work."""

    name: str
    """Subject and verb: ``mail.send``; stored with each row."""
    label: Translated
    run: Callable[[Work, Mapping[str, Any]], None]
    """Takes what ``schema`` loaded. Opens and commits transactions of its own."""
    schema: type[Schema] = Empty
    """Of the payload; checked when the job is deferred, and again before it runs."""
    again: Every | Daily | None = None
    """A periodic job: one row that every installation has; none: it is deferred."""
    attempts: int = 5
    """How often it is tried before it counts as failed; a periodic job never does."""
    hold: timedelta = timedelta(minutes=10)
    """Longest time that a run may take; then another worker does it again."""
    is_logged: bool = field(default=True, kw_only=True)
    """Whether each run is worth a line in the log."""


def defer(
    session: Session,
    job: Job,
    payload: Mapping[str, Any],
    *,
    at: datetime,
    run_at: datetime | None = None,
    key: str | None = None,
) -> None:
    """Ask for ``job`` in this transaction, once for each ``key``.

    :param at: the moment of the command.
    :param run_at: not before this moment; at once if not given.
    :param key: a job with the same key is the same: nothing is added.
    :raises ValidationError: the payload is not what the job takes: a fault of the caller.
    """
    checked = check_payload(job, payload)
    row = {
        "name": job.name,
        "payload": checked,
        "key": key,
        "state": JobState.WAITING,
        "run_at": run_at or at,
        "worker": "",
        "attempts": 0,
        "error": "",
        "deferred_at": at,
    }
    job_id = session.scalar(_insert(session), row)
    if job_id is not None:
        announce(session, job_id, (run_at or at) - at)


def check_payload(job: Job, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``payload`` as it is stored: JSON values.

    :raises ValidationError: it is not what the job takes.
    """
    schema = job.schema()
    dumped: dict[str, Any] = schema.dump(schema.load(payload))
    return dumped


def _insert(session: Session) -> Any:
    """Return the statement that adds a job unless its key is there."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql if is_postgresql else sqlite).insert(JobRow)
    return statement.on_conflict_do_nothing(index_elements=["key"]).returning(JobRow.id)
