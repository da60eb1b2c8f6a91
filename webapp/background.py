"""What a process does beside the pages, or instead of them: jobs, and sealing the journal."""

from threading import Thread
from types import TracebackType
from typing import Any, Self

from engine.jobs import Work
from engine.jobs.dispatch import Dispatcher
from engine.jobs.registry import jobs_of
from engine.jobs.worker import Worker
from webapp.clock import Clock
from webapp.files import FOLDER
from webapp.sealing import Sealer
from webapp.settings import Settings


class Background:
    """Does jobs and seals the journal while the block runs; all of it ends in order."""

    def __init__(self, settings: Settings, database: Any) -> None:
        self._sealer = Sealer(settings, database)
        self._worker: Worker | None = None
        self._dispatcher: Dispatcher | None = None
        if settings.worker:
            is_told = database.dialect.name == "postgresql"
            work = work_of(settings, database)
            idle = SECONDS_WHEN_TOLD if is_told else SECONDS
            self._worker = Worker(work, jobs_of(work), idle_seconds=idle)
            self._thread = Thread(target=self._worker.run, name="jobs", daemon=True)
            if is_told:
                self._dispatcher = Dispatcher(database.url, self._worker.step)

    def __enter__(self) -> Self:
        self._sealer.start()
        if self._worker is not None:
            self._thread.start()
        if self._dispatcher is not None:
            self._dispatcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._dispatcher is not None:
            self._dispatcher.stop()
        if self._worker is not None:
            self._worker.stop()
            self._thread.join()  # the job that is running ends first
        self._sealer.stop()


SECONDS = 1.0
"""Between two looks of a worker for what is due."""

SECONDS_WHEN_TOLD = 15.0
"""The same where the database tells it."""


def work_of(settings: Settings, database: Any) -> Work:
    """Return what jobs may use of this installation."""
    return Work(
        database=database,
        now=Clock(settings).now,
        key=settings.sealing_key,
        outside=settings.outside,
        files=settings.var_dir / FOLDER,
        backups=settings.backup_dir,
        backups_kept=settings.backups_kept,
        postmaster=settings.postmaster,
    )
