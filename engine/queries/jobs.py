"""Background jobs as administrators see them: what comes again, what waits, what failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.jobs import Daily, Every, Job
from engine.jobs.keeping import PERMISSION
from engine.jobs.registry import JOBS
from engine.permissions import Actor, require
from engine.plans import Translated
from engine.store.models import JobRow
from forms.vocabulary import JobState

PAGE_SIZE = 50
"""Jobs on one page."""

OTHER = Translated("Việc của phiên bản khác", "A job of another version")
"""What people read of a job that this version does not know."""


@dataclass(frozen=True)
class JobLine:
    """A job in the list."""

    id: int
    label: Translated
    state: JobState
    again: Every | Daily | None
    """When it comes again; none: it is done once."""
    run_at: datetime
    attempts: int
    error: str
    """The last line of what went wrong, in words of a program; empty: nothing did."""
    deferred_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class JobPage:
    """What comes again, and one page of what is done once, the latest first."""

    periodic: tuple[JobLine, ...]
    once: tuple[JobLine, ...]
    next: int | None
    """Id after which the next page begins; none: this is the last."""


def list_jobs(
    session: Session,
    actor: Actor,
    state: JobState | None = None,
    after: int | None = None,
    jobs: Mapping[str, Job] = JOBS,
) -> JobPage:
    """Return the periodic jobs and a page of the others, in two queries.

    :param state: only jobs in this state, of those that are done once.
    :param after: the last job of the page before; none: the first page.
    :raises NotPermitted: the actor does not look after jobs.
    """
    require(actor, PERMISSION)
    chosen: list[ColumnElement[bool]] = [or_(JobRow.key.is_(None), JobRow.key != JobRow.name)]
    if state is not None:
        chosen.append(JobRow.state == state)
    if after is not None:
        chosen.append(JobRow.id < after)
    periodic = session.scalars(
        select(JobRow).where(JobRow.key == JobRow.name).order_by(JobRow.id)
    )
    once = session.scalars(
        select(JobRow).where(*chosen).order_by(JobRow.id.desc()).limit(PAGE_SIZE + 1)
    ).all()
    shown = tuple(_line(row, jobs) for row in once[:PAGE_SIZE])
    return JobPage(
        periodic=tuple(_line(row, jobs) for row in periodic),
        once=shown,
        next=shown[-1].id if len(once) > PAGE_SIZE else None,
    )


def _line(row: JobRow, jobs: Mapping[str, Job]) -> JobLine:
    job = jobs.get(row.name)
    return JobLine(
        id=row.id,
        label=job.label if job else OTHER,
        state=row.state,
        again=job.again if job else None,
        run_at=row.run_at,
        attempts=row.attempts,
        error=row.error.strip().rpartition("\n")[2],
        deferred_at=row.deferred_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
