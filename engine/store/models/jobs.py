"""Work that waits in time: written with the change that asks for it, done afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base
from forms.vocabulary import JobState

UNFINISHED = text("state IN ('waiting', 'running')")


class JobRow(Base):
    """One job; or one periodic job, which waits again after each run."""

    __tablename__ = "jobs"
    __table_args__ = (
        # Who runs it holds it for a time; else nobody does.
        CheckConstraint("(state = 'running') = (held_until IS NOT NULL)", "held"),
        CheckConstraint(
            "state NOT IN ('done', 'failed') OR finished_at IS NOT NULL", "finished"
        ),
        Index(
            "ix_jobs_run_at",
            "run_at",
            "id",
            sqlite_where=UNFINISHED,
            postgresql_where=UNFINISHED,
        ),
        Index("ix_jobs_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    """Of the job in :mod:`engine.jobs.registry`: ``mail.send``."""
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(unique=True)
    """The same key is the same job, however often it is deferred; a periodic job has its
    name as its key."""
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    run_at: Mapped[datetime]
    """Not before this moment; of a running job, when somebody else may take it over."""
    held_until: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(default="")
    """Who runs it, or ran it last: name of the machine, number of the process."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Since it was deferred, or since a periodic job last succeeded."""
    error: Mapped[str] = mapped_column(default="")
    """Why the last attempt failed, in words of a program; empty: it did not."""
    deferred_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    """Of the last attempt."""
    finished_at: Mapped[datetime | None]
    """Of the last attempt; of a periodic job, of its last run."""
