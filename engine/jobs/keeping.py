"""What people do about jobs: look at them, and let one that failed run again."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.errors import JobNotFailed, NotFound
from engine.jobs import Daily, Job, Work
from engine.jobs.dispatch import announce, forget_untold
from engine.office import authorise
from engine.permissions import Actor
from engine.plans import Translated
from engine.store.database import unit_of_work
from engine.store.models import JobRow
from forms.vocabulary import JobState

PERMISSION = "jobs.manage"

STREAM = "jobs"
"""Of the journal."""

KEPT = timedelta(days=30)
"""How long jobs that were done can be looked at."""


def run_now(session: Session, *, job_id: int, actor: Actor, at: datetime) -> None:
    """Let a job that failed run again, or a periodic one before its time. The row is locked.

    :raises NotPermitted: the actor does not look after jobs.
    :raises NotFound: there is no such job.
    :raises JobNotFailed: it runs, is done, or waits anyway; ``facts``: ``state``.
    """
    acting = authorise(actor, PERMISSION)
    row = session.get(JobRow, job_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"no job {job_id}")
    waits_again = row.key == row.name and row.state is JobState.WAITING
    if row.state is not JobState.FAILED and not waits_again:
        raise JobNotFailed(f"job {job_id} is {row.state.value}", state=row.state)
    acting.note(
        session,
        stream=STREAM,
        action="job.started",
        at=at,
        detail={"item": row.id, "kind": row.name},
    )
    row.state, row.run_at, row.attempts = JobState.WAITING, at, 0
    announce(session, row.id, timedelta(0))


def _tidy(work: Work, payload: Mapping[str, Any]) -> None:
    """Forget jobs that were done long ago; those that failed stay."""
    with unit_of_work(work.database) as session:
        forget_untold(session)
        session.execute(
            delete(JobRow).where(
                JobRow.state == JobState.DONE, JobRow.finished_at < work.now() - KEPT
            )
        )


TIDY = Job(
    "jobs.tidy",
    Translated("Dọn danh sách việc đã xong", "Forget jobs that were done long ago"),
    _tidy,
    again=Daily(time(3, 30)),
)
