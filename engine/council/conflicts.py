"""Members whom an item concerns: found or declared, always shown, never silently left out.

Nothing in the Law says what a member does who is nominated; a setting of the office does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.council import access
from engine.council.votings import seats_of
from engine.errors import NotEntitledToVote, NotFound, SessionNotReady
from engine.office import day_in_vietnam
from engine.permissions import Actor
from engine.store.models import (
    AgendaItem,
    Case,
    Conflict,
    CouncilSession,
    Position,
    SessionSeat,
)
from engine.text import fold
from engine.units import checked_text
from forms.vocabulary import ConflictKind, ItemState, Role, SessionState

LONGEST_NOTE = 500
"""Characters of what a member declares at most."""

BEFORE_THE_VOTE = (SessionState.PREPARED, SessionState.OPEN)


def find_conflicts(session: Session, meeting: CouncilSession) -> None:
    """Bring the conflicts of a session up to its agenda and its seats. Flushes.

    A seat is concerned where its member, or the substitute who votes in it, is nominated
    (also by an equal name) or heads the unit that submits or is nominated; and where its
    member declared an interest in the case before, on whatever agenda. What was declared
    stays, but for seats that the session no longer has. Items that are being or were voted
    on are left alone. The caller has the lock of the session.
    """
    items = _waiting_items(session, meeting)
    if not items:
        return
    seats = seats_of(session, meeting.id)
    heads = _heads(session, meeting, items, seats)
    declared = _declarations(session, items)
    for item in items:
        found = {
            seat.position_id: kind
            for seat in seats
            if (kind := _kind(item.case, seat, heads)) is not None
        }
        said = {
            seat.position_id: declared[item.case_id, seat.person_id]
            for seat in seats
            if (item.case_id, seat.person_id) in declared
        }
        _bring_up(session, item, found, said)
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
    meeting, item = _lock(session, item_id, actor)
    seat = next((one for one in meeting.seats if actor.person_id in _people_of(one)), None)
    if seat is None:
        raise NotEntitledToVote(f"person {actor.person_id} has no seat in {meeting.id}")
    if meeting.state not in BEFORE_THE_VOTE or item.state is not ItemState.WAITING:
        raise SessionNotReady(f"item {item.id} is {item.state.value}", state=meeting.state)
    text = checked_text("note", note, LONGEST_NOTE)
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


def _lock(session: Session, item_id: int, actor: Actor) -> tuple[CouncilSession, AgendaItem]:
    """Return an item and its session, locked, for whoever may see it."""
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
    return meeting, item


def _waiting_items(session: Session, meeting: CouncilSession) -> list[AgendaItem]:
    return list(
        session.scalars(
            select(AgendaItem)
            .where(AgendaItem.session_id == meeting.id, AgendaItem.state == ItemState.WAITING)
            .order_by(AgendaItem.number)
            .options(joinedload(AgendaItem.case), selectinload(AgendaItem.conflicts))
            .execution_options(populate_existing=True)
        )
    )


def _bring_up(
    session: Session,
    item: AgendaItem,
    found: Mapping[int, ConflictKind],
    said: Mapping[int, Conflict],
) -> None:
    """Give an item the conflicts that were found and those that were declared, by seat."""
    known = {conflict.position_id: conflict for conflict in item.conflicts}
    for position_id in sorted(found.keys() | said.keys()):
        row = known.get(position_id)
        if row is None:
            kind = found.get(position_id, ConflictKind.DECLARED)
            row = Conflict(item_id=item.id, position_id=position_id, kind=kind, note="")
            session.add(row)
        if row.declared_at is None and position_id in said:
            row.note = said[position_id].note
            row.declared_at = said[position_id].declared_at
    for position_id, row in known.items():
        if position_id not in found and position_id not in said:
            session.delete(row)


def _declarations(
    session: Session, items: Sequence[AgendaItem]
) -> dict[tuple[int, int], Conflict]:
    """Return what members declared about the cases of ``items``: case, person → the last."""
    rows = session.execute(
        select(AgendaItem.case_id, Position.person_id, Conflict)
        .join(AgendaItem, Conflict.item_id == AgendaItem.id)
        .join(Position, Conflict.position_id == Position.id)
        .where(
            AgendaItem.case_id.in_([item.case_id for item in items]),
            Conflict.declared_at.is_not(None),
        )
        .order_by(Conflict.declared_at)
    )
    return {(case_id, person_id): conflict for case_id, person_id, conflict in rows}


def _heads(
    session: Session,
    meeting: CouncilSession,
    items: Sequence[AgendaItem],
    seats: Sequence[SessionSeat],
) -> set[tuple[int, int]]:
    """Return who of the council heads which of the units concerned: person, unit."""
    units = {item.case.unit_id for item in items}
    units |= {item.case.subject_unit_id for item in items if item.case.subject_unit_id}
    people = {person_id for seat in seats for person_id in _people_of(seat)}
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


def _people_of(seat: SessionSeat) -> dict[int, str]:
    """Return the member of a seat and the substitute who sits in it: id → name."""
    people = {seat.person_id: seat.name}
    if seat.substitute_id is not None:
        people[seat.substitute_id] = seat.substitute_name
    return people


def _kind(case: Case, seat: SessionSeat, heads: set[tuple[int, int]]) -> ConflictKind | None:
    people = _people_of(seat)
    is_person = case.subject_unit_id is None
    names = {fold(name) for name in people.values()} if is_person else set()
    if case.subject_person_id in people or case.folded_subject in names:
        return ConflictKind.NOMINEE
    units = (case.unit_id, case.subject_unit_id)
    if any((person_id, unit_id) in heads for person_id in people for unit_id in units):
        return ConflictKind.HEADS_UNIT
    return None
