"""Members whom an item concerns: found or declared, always shown, never silently left out.

Nothing in the Law says what a member does who is nominated; a setting of the office does.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.council import access
from engine.errors import InvalidSubmission, NotEntitledToVote, NotFound, SessionNotReady
from engine.office import day_in_vietnam
from engine.permissions import Actor
from engine.store.models import AgendaItem, Case, Conflict, CouncilSession, Position
from engine.text import fold
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import ConflictKind, ItemState, Role, SessionState

LONGEST_NOTE = 500
"""Characters of what a member declares at most."""


def find_conflicts(session: Session, meeting: CouncilSession) -> None:
    """Bring the conflicts that the system finds up to the agenda and the seats. Flushes.

    The nominee, also by an equal name; the head of the unit that submits or is nominated.
    What a member declared stays. Items that are being voted on or decided are left alone.
    """
    items = [item for item in meeting.items if item.state is ItemState.WAITING]
    if not items:
        return
    heads = _heads(session, meeting, items)
    for item in items:
        known = {conflict.position_id: conflict for conflict in item.conflicts}
        found = {
            seat.position_id: kind
            for seat in meeting.seats
            if (kind := _kind(item.case, seat.person_id, seat.name, heads)) is not None
        }
        for position_id, conflict in known.items():
            if conflict.declared_at is None and position_id not in found:
                session.delete(conflict)
        for position_id, kind in found.items():
            if position_id not in known:
                session.add(Conflict(item_id=item.id, position_id=position_id, kind=kind))
    session.flush()
    for item in items:
        session.expire(item, ["conflicts"])


def declare_conflict(
    session: Session, *, item_id: int, actor: Actor, note: str, at: datetime
) -> Conflict:
    """Let a member say that an item concerns them, before it is voted on.

    The session is locked. A conflict that the system found keeps its kind and gets the text.

    :param note: in what way; at most 500 characters.
    :raises NotFound: there is no such item, or the actor may not see its session.
    :raises NotEntitledToVote: the actor has no seat in the session.
    :raises SessionNotReady: the item is being voted on or was voted on.
    :raises InvalidSubmission: no text, or too much.
    """
    item = session.get(AgendaItem, item_id)
    if item is None:
        raise NotFound(f"agenda item {item_id}")
    meeting = session.scalar(
        select(CouncilSession)
        .where(CouncilSession.id == item.session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if meeting is None or not access.may_see(session, actor, meeting):
        raise NotFound(f"agenda item {item_id}")
    session.refresh(item)
    seat = next((one for one in meeting.seats if _sits(one, actor)), None)
    if seat is None:
        raise NotEntitledToVote(f"person {actor.person_id} has no seat in {meeting.id}")
    if meeting.state not in _BEFORE_THE_VOTE or item.state is not ItemState.WAITING:
        raise SessionNotReady(f"item {item.id} is {item.state.value}", state=meeting.state)
    text = checked_text("note", note)
    if len(text) > LONGEST_NOTE:
        raise InvalidSubmission({"note": [code("too_long", LONGEST_NOTE, len(text))]})
    access.note(
        session,
        meeting,
        action="conflict.declared",
        actor=actor,
        at=at,
        detail={"item": item.number, "case_id": item.case_id, "seat": seat.position_id},
    )
    conflict = session.get(Conflict, (item.id, seat.position_id))
    if conflict is None:
        conflict = Conflict(
            item_id=item.id, position_id=seat.position_id, kind=ConflictKind.DECLARED
        )
        session.add(conflict)
    conflict.note = text
    conflict.declared_at = at
    session.flush()
    session.expire(item, ["conflicts"])
    return conflict


_BEFORE_THE_VOTE = (SessionState.PREPARED, SessionState.OPEN)


def _sits(seat: object, actor: Actor) -> bool:
    people = (getattr(seat, "person_id", None), getattr(seat, "substitute_id", None))
    return actor.person_id in people


def _heads(
    session: Session, meeting: CouncilSession, items: list[AgendaItem]
) -> set[tuple[int, int]]:
    """Return who of the council heads which of the units concerned: person, unit."""
    units = {item.case.unit_id for item in items}
    units |= {item.case.subject_unit_id for item in items if item.case.subject_unit_id}
    people = [seat.person_id for seat in meeting.seats]
    on = day_in_vietnam(meeting.meets_at)
    rows = session.execute(
        select(Position.person_id, Position.unit_id).where(
            Position.person_id.in_(people),
            Position.unit_id.in_(units),
            Position.role == Role.UNIT_HEAD,
            Position.starts_on <= on,
            or_(Position.ends_on.is_(None), Position.ends_on >= on),
        )
    )
    return {(person_id, unit_id) for person_id, unit_id in rows}


def _kind(
    case: Case, person_id: int, name: str, heads: set[tuple[int, int]]
) -> ConflictKind | None:
    same_name = case.subject_unit_id is None and fold(name) == case.folded_subject
    if person_id == case.subject_person_id or same_name:
        return ConflictKind.NOMINEE
    if (person_id, case.unit_id) in heads or (person_id, case.subject_unit_id) in heads:
        return ConflictKind.HEADS_UNIT
    return None
