"""The thread that seals the journal beside the pages."""

import logging
from threading import Event, Thread
from typing import Any

from engine.journal.sealing import seal
from webapp.clock import Clock
from webapp.settings import Settings

log = logging.getLogger(__name__)


class Sealer(Thread):
    """Seals every few seconds until it is stopped, and a last time then.

    No job: it must wait behind none. Several processes may have one each: they take turns.
    Where it fails, the journal goes on growing and is sealed the next time.
    """

    def __init__(self, settings: Settings, database: Any) -> None:
        super().__init__(name="journal sealer", daemon=True)
        self._database = database
        self._key, self._outside = settings.sealing_key, settings.outside
        self._clock = Clock(settings)
        self._seconds = settings.journal_seconds
        self._stop_asked = Event()

    def run(self) -> None:
        """Seal now, and every few seconds from now on."""
        self.seal(is_thorough=True)
        while not self._stop_asked.wait(self._seconds):
            self.seal()
        self.seal()

    def stop(self) -> None:
        """Seal a last time and end."""
        self._stop_asked.set()
        self.join()

    def seal(self, *, is_thorough: bool = False) -> None:
        """Seal what is new."""
        try:
            at = self._clock.now()
            seal(self._database, self._key, self._outside, at, is_thorough=is_thorough)
        except Exception:
            log.exception("the journal was not sealed")
