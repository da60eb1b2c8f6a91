"""A session of a council under its lock, who may do something with it, and its journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import journal
from engine.errors import NotFound, NotPermitted, SessionNotReady
from engine.permissions import Actor, Matter, may, require
from engine.store.models import CouncilSession, SessionSeat
from forms.vocabulary import Role, SessionState

SECRETARIES = (Role.COUNCIL_SECRETARY, Role.PROVINCIAL_CLERK)
"""Roles that run the sessions of a council: those that do the council's task of a case."""


def council_matter(unit_id: int) -> Matter:
    """Return what a permission is asked about the council of a unit."""
    return Matter(council_unit_id=unit_id)


def get_session(session: Session, actor: Actor, session_id: int) -> CouncilSession:
    """Return a session that ``actor`` may see: of their council, or as a guest of it.

    :raises NotFound: there is none, or the actor may not see it.
    """
    found = session.get(CouncilSession, session_id)
    if found is None or not may_see(session, actor, found):
        raise NotFound(f"council session {session_id}")
    return found


def may_see(session: Session, actor: Actor, meeting: CouncilSession) -> bool:
    """Whether ``actor`` may see a session: also who sat or sits in one of its seats."""
    if may(actor, "session.see", council_matter(meeting.unit_id)):
        return True
    people = select(SessionSeat.person_id, SessionSeat.substitute_id).where(
        SessionSeat.session_id == meeting.id
    )
    return any(actor.person_id in row for row in session.execute(people))


def lock_session(
    session: Session, actor: Actor, session_id: int, *states: SessionState
) -> CouncilSession:
    """Return a session as it is now, locked until the transaction ends, for its secretary.

    :param states: in which the caller can use it; none: in any.
    :raises NotFound: there is none, or the actor may not see it.
    :raises NotPermitted: the actor does not run it.
    :raises SessionNotReady: it is in another state.
    """
    meeting = session.scalar(
        select(CouncilSession)
        .where(CouncilSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if meeting is None or not may_see(session, actor, meeting):
        raise NotFound(f"council session {session_id}")
    require(actor, "session.run", council_matter(meeting.unit_id))
    require_state(meeting, *states)
    return meeting


def require_state(meeting: CouncilSession, *states: SessionState) -> None:
    """Return if the session is in one of ``states``; without any: in whatever state.

    :raises SessionNotReady: it is in another.
    """
    if states and meeting.state not in states:
        raise SessionNotReady(
            f"session {meeting.id} is {meeting.state.value}", state=meeting.state
        )


def note(
    session: Session,
    meeting: CouncilSession,
    *,
    action: str,
    actor: Actor,
    at: datetime,
    detail: Mapping[str, Any],
) -> None:
    """Append to the journal of a session.

    Call it first of all writes, except where the session itself is new.
    """
    role = acting_role(actor, meeting.unit_id)
    journal.append(
        session,
        stream=stream_of(meeting.id),
        action=action,
        actor=actor,
        at=at,
        role=role,
        unit_id=meeting.unit_id if role else None,
        detail=detail,
    )


def stream_of(session_id: int) -> str:
    """Return the name of the stream of a session."""
    return f"council:{session_id}"


def acting_role(actor: Actor, unit_id: int) -> Role | None:
    """Return in which role ``actor`` acts for the council of a unit; none: as a guest."""
    roles = (*SECRETARIES, Role.COUNCIL_MEMBER, Role.WARD_CHAIRMAN, Role.PROVINCIAL_CHAIRMAN)
    return next((role for role in roles if actor.holds(role, unit_id)), None)


def require_secretary(actor: Actor, unit_id: int) -> None:
    """Return if ``actor`` runs the sessions of the council of a unit.

    :raises NotPermitted: otherwise.
    """
    if not may(actor, "session.run", council_matter(unit_id)):
        raise NotPermitted(f"person {actor.person_id} does not run the council of {unit_id}")
