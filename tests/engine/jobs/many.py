"""A worker in a process of its own, to be killed.

``python -m tests.engine.jobs.many URL FOLDER``. Each job of it writes its number into the
journal unless it stands there: what it does twice comes to the same.
"""

import signal
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import select

from engine import journal
from engine.jobs import Job, Work
from engine.jobs.dispatch import Dispatcher
from engine.jobs.worker import Worker
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.store.database import connect, take_turn, unit_of_work
from engine.store.models import JournalEntry
from tests.engine.jobs.doing import LABEL, Number, real_now

HOLD = timedelta(seconds=1)


def write_down(work: Work, payload: Mapping[str, Any], *, careless: bool = False) -> None:
    """Write the number into the journal, once; if careless, without looking first."""
    number = payload["number"]
    time.sleep(0.005)  # long enough to be killed in
    with unit_of_work(work.database) as session:
        take_turn(session, "numbers")
        written = select(JournalEntry.id).where(JournalEntry.stream == f"number:{number}")
        if careless or session.scalar(written) is None:
            journal.append(
                session,
                stream=f"number:{number}",
                action="number.written",
                actor=None,
                at=work.now(),
                detail={"number": number},
            )


JOB = Job("number.write", LABEL, write_down, Number, attempts=99, hold=HOLD, is_logged=False)


def main() -> None:
    """Do jobs until SIGTERM, or until something kills the process."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    database = connect(url)
    work = Work(database, real_now, open_key(folder / "key", "vi-du"), Outside(folder))
    worker = Worker(work, {JOB.name: JOB}, idle_seconds=0.2)
    dispatcher = None
    if database.dialect.name == "postgresql":
        dispatcher = Dispatcher(database.url, worker.step)
        dispatcher.start()

    def stop(number: int, frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    worker.run()
    if dispatcher is not None:
        dispatcher.stop()


if __name__ == "__main__":
    main()
