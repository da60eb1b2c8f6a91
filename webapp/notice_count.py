"""How many notices the person has not read: in the head of every page."""

from contextlib import suppress

from flask import g

from engine.errors import DatabaseUnavailable
from engine.queries.notices import MOST_UNREAD, count_unread
from webapp.database import reading


def unread_notices() -> str:
    """Return the count as it is shown: ``3``, ``99+``; empty: none, or nobody is asking.

    Empty too while the database is gone: the page that says so has this head.
    """
    if g.get("actor") is None:
        return ""
    count = 0
    with suppress(DatabaseUnavailable), reading(plans_anew=False) as work:
        count = count_unread(work, g.actor.person_id)
    if count > MOST_UNREAD:
        return f"{MOST_UNREAD}+"
    return str(count) if count else ""
