"""On PostgreSQL, Procrastinate tells workers on any machine that a job is due.

It carries the number of the job and nothing else: our row is the job. What it carries is
written in the transaction of that row, and a worker that hears of it in vain does nothing.
Who hears nothing looks for itself now and then, so that no job depends on being announced.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

QUEUE = "thidua"
TASK = "thidua.job"

_ANNOUNCE = text(
    f"""
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        '{QUEUE}', '{TASK}', 0, NULL, NULL,
        jsonb_build_object('job_id', CAST(:job_id AS bigint)),
        CASE WHEN :seconds > 0 THEN now() + make_interval(secs => :seconds) END
    )::procrastinate_job_to_defer_v1])
    """
)

_FORGET = text(
    f"""
    DELETE FROM procrastinate_jobs AS told
    WHERE told.queue_name = '{QUEUE}' AND told.status = 'doing' AND NOT EXISTS (
        SELECT 1 FROM procrastinate_workers AS worker
        WHERE worker.id = told.worker_id
          AND worker.last_heartbeat > now() - interval '1 hour'
    )
    """  # noqa: S608  # no value of anybody is in it
)

LONGEST_STOP = 30.0
"""Seconds in which a stopped dispatcher lets the job that is running end."""


def announce(session: Session, job_id: int, wait: timedelta) -> None:
    """Have a worker told of a job in ``wait``, by the clock of the database.

    In the transaction of the job; on SQLite workers look for themselves.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ANNOUNCE, {"job_id": job_id, "seconds": wait.total_seconds()})


def forget_untold(session: Session) -> None:
    """Forget what workers heard of that were killed, or gave no sign for an hour.

    Their jobs are rows of ours, and others find them by themselves; on SQLite there is
    nothing to forget.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_FORGET)


class Dispatcher(threading.Thread):
    """Listens until it is stopped, and lets ``do`` try each job that it hears of.

    :param url: of the database, as SQLAlchemy knows it.
    """

    def __init__(self, url: Any, do: Callable[[int], object]) -> None:
        super().__init__(name="job dispatcher", daemon=True)
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._do = do
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listening: asyncio.Task[None] | None = None
        self._is_stopped = threading.Event()

    def run(self) -> None:
        """Listen; begin again when the database was away."""
        while not self._is_stopped.is_set():
            try:
                asyncio.run(self._listen())
            except asyncio.CancelledError:
                return
            except Exception:
                log.exception("jobs are not announced; workers look for themselves")
                self._is_stopped.wait(timeout=5)

    def stop(self) -> None:
        """End when the job that is running has ended."""
        self._is_stopped.set()
        loop, listening = self._loop, self._listening
        if loop is not None and listening is not None and not loop.is_closed():
            loop.call_soon_threadsafe(listening.cancel)
        self.join()

    async def _listen(self) -> None:
        from procrastinate import App, PsycopgConnector  # noqa: PLC0415  # PostgreSQL alone

        app = App(
            connector=PsycopgConnector(conninfo=self._address, min_size=1, max_size=3),
        )

        @app.task(name=TASK, queue=QUEUE)
        async def do(job_id: int) -> None:
            await asyncio.to_thread(self._do, job_id)

        async with app.open_async():
            self._loop = asyncio.get_running_loop()
            self._listening = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    install_signal_handlers=False,
                    delete_jobs="always",
                    shutdown_graceful_timeout=LONGEST_STOP,
                )
            )
            if self._is_stopped.is_set():
                self._listening.cancel()
            await self._listening
