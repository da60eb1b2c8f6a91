"""The clock: UTC inside, Vietnam where people read; the demo has one of its own."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import current_app

from engine.filestore import make_once
from engine.office import VIETNAM, day_in_vietnam
from webapp.settings import Settings

EXTENSION = "thidua.clock"

_NOTE = "demo-clock"
"""File in which the demo notes the real moment of its first start."""


class Clock:
    """Tells the moment; shifted in the demo, where it goes on across restarts."""

    def __init__(self, settings: Settings) -> None:
        self.shift = timedelta(0)
        if settings.demo_clock is not None:
            self.shift = settings.demo_clock - _first_start(settings.var_dir)

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        return datetime.now(UTC) + self.shift


def now() -> datetime:
    """Return the moment in UTC by the clock of the running application."""
    clock: Clock = current_app.extensions[EXTENSION]
    return clock.now()


def today() -> date:
    """Return the day in Vietnam by the clock of the running application."""
    return day_in_vietnam(now())


def show_moment(moment: datetime | None) -> str:
    """Return ``moment`` as people in Vietnam write it: ``22/11/2026 08:05``."""
    return "" if moment is None else f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def show_day(day: date | datetime | None) -> str:
    """Return a day as people in Vietnam write it: ``22/11/2026``."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = day_in_vietnam(day)
    return f"{day:%d/%m/%Y}"


def forget_first_start(var_dir: Path) -> None:
    """Let the clock of the demo begin anew at the next start."""
    (var_dir / _NOTE).unlink(missing_ok=True)


def _first_start(var_dir: Path) -> datetime:
    """Return the real moment of the first start in ``var_dir``, noting it if this is it."""
    noted = make_once(var_dir / _NOTE, datetime.now(UTC).isoformat().encode())
    return datetime.fromisoformat(noted.decode())
