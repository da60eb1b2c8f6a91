"""The name of the office and whom to ask for help: at the head and foot of every page."""

import time
from contextlib import suppress

from flask import Flask

from engine.errors import DatabaseUnavailable
from engine.queries.organisation import office_name
from engine.settings import contact_line
from webapp.database import reading

EXTENSION = "thidua.office"

READ_EVERY_SECONDS = 60.0
"""How long a page may show an earlier contact line, in another process than the changed one."""


class Office:
    """Name and contact line, read from the database once a minute."""

    def __init__(self) -> None:
        self.name = ""
        self.contact = ""
        self._read_at = float("-inf")

    def forget(self) -> None:
        """Read anew at the next page, because the office has changed something."""
        self._read_at = float("-inf")

    def refresh(self) -> "Office":
        """Return the office as it is now, or was within the last minute."""
        if time.monotonic() - self._read_at > READ_EVERY_SECONDS:
            with suppress(DatabaseUnavailable), reading() as work:  # keep what is known
                self.name = office_name(work)
                self.contact = contact_line(work)
            self._read_at = time.monotonic()
        return self


def office_of(app: Flask) -> Office:
    """Return the office that ``app`` serves."""
    office: Office = app.extensions[EXTENSION]
    return office
