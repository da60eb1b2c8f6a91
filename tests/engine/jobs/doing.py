"""Jobs to try workers with: they write what they did into a table, or fail."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from marshmallow import Schema, fields
from sqlalchemy import Engine, select

from engine.jobs import Job, Work, defer
from engine.jobs.worker import Worker
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.plans import Translated
from engine.store.database import reading, unit_of_work
from engine.store.models import JobRow
from tests.ward import NOON

LABEL = Translated("Việc để thử", "A job to try")


on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def real_now() -> datetime:
    """Return the moment by the clock of the machine, which processes share."""
    return datetime.now(UTC)


class Number(Schema):
    """Payload: one number."""

    number = fields.Integer(required=True, strict=True)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def go(self, **far: float) -> None:
        self.at += timedelta(**far)


class Bench:
    """A database with a clock, and a job that notes each run."""

    def __init__(self, database: Engine, folder: Any) -> None:
        self.database = database
        self.clock = Clock()
        self.done: list[int] = []
        self.trouble: Exception | None = None
        self.work = Work(
            database, self.clock.now, open_key(folder / "key", "vi-du"), Outside(folder)
        )
        self.note = Job("note.number", LABEL, self._note, Number, attempts=3)

    def worker(self, *jobs: Job) -> Worker:
        """Return a worker that knows ``jobs``, or the one that notes."""
        return Worker(self.work, {job.name: job for job in jobs or (self.note,)})

    def ask(self, number: int, **options: Any) -> None:
        with unit_of_work(self.database) as session:
            defer(session, self.note, {"number": number}, at=self.clock.at, **options)

    def rows(self) -> list[JobRow]:
        with reading(self.database) as session:
            found = list(session.scalars(select(JobRow).order_by(JobRow.id)))
            session.expunge_all()
            return found

    def _note(self, work: Work, payload: Mapping[str, Any]) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.done.append(payload["number"])


def all_steps(worker: Worker, most: int = 50) -> int:
    """Let a worker do all that is due; return how much that was."""
    for count in range(most):
        if not worker.step():
            return count
    raise AssertionError(f"more than {most} steps")
