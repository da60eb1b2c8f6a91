"""The job that looks at what is due, again and again."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.datafiles import Translated
from engine.deadlines.alarms import run
from engine.errors import ProcessFailed
from engine.jobs import Every, Job, Work


def _apply(work: Work, payload: Mapping[str, Any]) -> None:
    """Do all that is due, case by case.

    :raises ProcessFailed: cases that could not be done; the others were.
    """
    failed = run(work.database, work.now).failed
    if failed:
        raise ProcessFailed("; ".join(f"case {one}: {why}" for one, why in failed.items()))


APPLY = Job(
    "deadlines.apply",
    Translated(
        "Nhắc việc sắp đến hạn, ghi nhận việc quá hạn", "Remind, and find what is overdue"
    ),
    _apply,
    again=Every(timedelta(seconds=30)),
    is_logged=False,
)
