"""Who does jobs: takes what is due, one after the other, until it is told to stop.

Any number of workers, in as many processes as wanted: each row is taken by one at a time.
"""

import logging
import os
import socket
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from engine.jobs import Job, Work, defer
from engine.jobs.dispatch import announce
from engine.store.database import reading, unit_of_work
from engine.store.models import JobRow
from engine.store.models.jobs import UNFINISHED
from forms.vocabulary import JobState

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
"""Before a job is tried again: doubled with each failure, up to an hour."""

LONGEST_ERROR = 2_000
"""Characters that are kept of an error: its end, which says what happened."""


@dataclass(frozen=True)
class Taken:
    """A job that this worker holds."""

    id: int
    name: str
    payload: Mapping[str, Any]
    attempt: int


class Worker:
    """Does the jobs of ``jobs`` with ``work``.

    :param idle_seconds: pause between two looks when nothing was due.
    """

    def __init__(
        self, work: Work, jobs: Mapping[str, Job], *, idle_seconds: float = 1.0
    ) -> None:
        self.name = f"{socket.gethostname()}/{os.getpid()}/{threading.get_ident() % 10_000}"
        self._work = work
        self._jobs = jobs
        self._idle = idle_seconds
        self._stop = threading.Event()

    def run(self) -> None:
        """Arm the periodic jobs, then do what is due until :meth:`stop`."""
        while not self._stop.is_set():
            try:
                self.arm()
                break
            except Exception:
                log.exception("periodic jobs were not armed")
                self._stop.wait(self._idle)
        while not self._stop.is_set():
            if not self.step():
                self._stop.wait(self._idle)

    def stop(self) -> None:
        """Let :meth:`run` end after the job that is running."""
        self._stop.set()

    def arm(self) -> None:
        """Have a row for each periodic job, due no later than its next time from now.

        So a clock that was put back holds nothing up.
        """
        at = self._work.now()
        with unit_of_work(self._work.database) as session:
            for job in self._periodic():
                defer(session, job, {}, at=at, key=job.name)
                latest = job.again.after(at) if job.again else at
                session.execute(
                    update(JobRow)
                    .where(
                        JobRow.key == job.name,
                        JobRow.state == JobState.WAITING,
                        JobRow.run_at > latest,
                    )
                    .values(run_at=latest)
                )

    def step(self, job_id: int | None = None) -> bool:
        """Do one job that is due; whether there was one. Never raises.

        :param job_id: this one; the one that has been due longest if not given.
        """
        try:
            due = self._is_due(job_id)
            with reading(self._work.database) as session:
                if session.scalar(select(JobRow.id).where(due).limit(1)) is None:
                    return False
            with unit_of_work(self._work.database) as session:
                taken = self._take(session, due)
            if taken is None:
                return False
            self._do(taken)
        except Exception:  # no database for a while: it is tried again
            log.exception("no job could be taken")
            return False
        return True

    def _periodic(self) -> list[Job]:
        return [job for job in self._jobs.values() if job.again is not None]

    def _is_due(self, job_id: int | None = None) -> ColumnElement[bool]:
        """Due, of a name that is known here: a later version's jobs wait for its workers."""
        chosen = [JobRow.id == job_id] if job_id is not None else []
        known, at = JobRow.name.in_(self._jobs), self._work.now()
        return and_(known, JobRow.run_at <= at, UNFINISHED, *chosen)

    def _take(self, session: Session, due: ColumnElement[bool]) -> Taken | None:
        """Hold the job that has been due longest; rows that others look at are skipped.

        One that took down as many workers as it has attempts fails, and none is held.
        ``run_at`` of a running job is the end of its hold: one index finds both.
        """
        row = session.scalar(
            select(JobRow)
            .where(due)
            .order_by(JobRow.run_at, JobRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        at, job = self._work.now(), self._jobs[row.name]
        if row.state is JobState.RUNNING:
            log.warning("job %s %s was left by %s", row.id, row.name, row.worker)
            if job.again is None and row.attempts >= job.attempts:
                # Each of its workers died or hung: the next one would too.
                row.state, row.held_until, row.finished_at = JobState.FAILED, None, at
                row.error = f"{row.attempts} workers ended, or took too long, with this job"
                return None
        row.state = JobState.RUNNING
        row.attempts += 1
        row.worker = self.name
        row.started_at = at
        row.held_until = row.run_at = at + job.hold
        return Taken(row.id, row.name, row.payload, row.attempts)

    def _do(self, taken: Taken) -> None:
        job = self._jobs[taken.name]
        if job.is_logged:
            log.info("job %s %s, attempt %s", taken.id, taken.name, taken.attempt)
        error = ""
        try:
            job.run(self._work, job.schema().load(taken.payload))
        except ValidationError as problem:
            error = f"its payload is not what the job takes now: {problem.messages}"
            self._finish(taken, job, error, is_final=True)
        except Exception:
            log.exception("job %s %s failed", taken.id, taken.name)
            error = traceback.format_exc()[-LONGEST_ERROR:]
            self._finish(taken, job, error, is_final=taken.attempt >= job.attempts)
        else:
            self._finish(taken, job, "", is_final=True)

    def _finish(self, taken: Taken, job: Job, error: str, *, is_final: bool) -> None:
        """Write how it went, unless somebody else took the job over meanwhile."""
        at = self._work.now()
        state, run_at, attempts = JobState.DONE, at, taken.attempt
        if job.again is not None:
            state, run_at = JobState.WAITING, job.again.after(at)
            attempts = taken.attempt if error else 0
            if error:
                run_at = min(run_at, at + pause(taken.attempt))
        elif error and is_final:
            state = JobState.FAILED
        elif error:
            state, run_at = JobState.WAITING, at + pause(taken.attempt)
        with unit_of_work(self._work.database) as session:
            written = session.execute(
                update(JobRow)
                .where(
                    JobRow.id == taken.id,
                    JobRow.worker == self.name,
                    JobRow.state == JobState.RUNNING,
                    JobRow.attempts == taken.attempt,
                )
                .values(
                    state=state,
                    run_at=run_at,
                    held_until=None,
                    attempts=attempts,
                    error=error,
                    finished_at=at,
                )
            )
            if state is JobState.WAITING and written.rowcount:  # type: ignore[attr-defined]
                announce(session, taken.id, run_at - at)


def pause(attempt: int) -> timedelta:
    """Return how long to wait after a failed attempt, counted from 1."""
    doublings = min(attempt - 1, 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
