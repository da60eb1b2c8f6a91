"""What the pages of a council's session share: the session to its reader, and the way back."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.council.access import council_matter
from engine.errors import EngineError, NotFound
from engine.permissions import require
from engine.queries.council_sessions import (
    ItemLine,
    SessionPage,
    get_session_page,
)
from forms.vocabulary import SessionState
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.short_forms import ShortForm, is_sent, once

Page = str | tuple[str, int] | Response

STATE_TAGS = {
    SessionState.PREPARED: "info",
    SessionState.OPEN: "warn",
    SessionState.CLOSED: "info",
    SessionState.SIGNED: "ok",
    SessionState.RECALLED: "bad",
}
"""State of a session → how its label looks; the word in it says the same."""


def read_page(session_id: int) -> SessionPage:
    """Return a session as the reader may see it.

    :raises NotFound: there is none, or the reader may not see it.
    """
    with reading() as work:
        return get_session_page(work, present_actor(), session_id, now())


def own_page(session_id: int) -> SessionPage:
    """Return a session that the reader runs.

    :raises NotFound: there is none, or the reader may not see it.
    :raises NotPermitted: the reader does not run it.
    """
    page = read_page(session_id)
    require(present_actor(), "session.run", council_matter(page.meeting.unit_id))
    return page


def item_of(page: SessionPage, text: str) -> ItemLine:
    """Return the item of a session that a form names by its id.

    :raises NotFound: it has no such item.
    """
    item = next((one for one in page.items if str(one.id) == text), None)
    if item is None:
        raise NotFound(f"item {text[:40]!r} of session {page.meeting.id}")
    return item


def crumbs(page: SessionPage | None = None) -> tuple[tuple[str, str], ...]:
    """Return the way back: to the list, and to the session."""
    listed = (url_for("sessions.listing"), _("Phiên họp"))
    if page is None:
        return (listed,)
    meeting = page.meeting
    return (listed, (url_for("sessions.show", session_id=meeting.id), meeting.name))


def back_to(endpoint: str, session_id: int, message: str) -> Response:
    """Lead to a page of a session, which says that something was done."""
    flash(message, "ok")
    return redirect(url_for(endpoint, session_id=session_id), 303)


def answer(
    form: ShortForm,
    command: str,
    run: Callable[[Any], Mapping[str, Any]],
    done: Callable[[Mapping[str, Any]], Response],
) -> Page:
    """Show ``form``; if it was sent, run its command once and lead on.

    :param run: gets the open transaction, returns what the key of the form remembers.
    :param done: gets that again, and returns where to go.
    """
    if is_sent():
        try:
            with unit_of_work() as work:
                made = once(work, command, lambda: run(work))
        except EngineError as error:
            form.refuse(error)
        else:
            return done(made)
    return form.show()


def signs(page: SessionPage) -> bool:
    """Whether the minutes wait for the signature of the reader."""
    meeting, me = page.meeting, present_actor().person_id
    chairs = any(
        seat.position_id == meeting.chaired_by_id and seat.person_id == me
        for seat in page.seats
    )
    return meeting.state is SessionState.CLOSED and (
        (me == meeting.secretary_id and meeting.secretary_signed_at is None)
        or (chairs and meeting.chair_signed_at is None)
    )
