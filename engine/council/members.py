"""Who sits on a council: positions with an office on it, from one day to another."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.office import Acting, Operator, authorise, day_in_vietnam
from engine.people import give_position
from engine.permissions import Actor
from engine.store.database import take_turn
from engine.store.models import Person, Position, Unit
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import CouncilOffice, Level, Role, UnitKind

LEVELS = {UnitKind.WARD: Level.WARD, UnitKind.PROVINCE: Level.PROVINCE}
"""Units that have a council → the level at which it advises (Art. 90)."""

ONE_EACH = (CouncilOffice.CHAIR, CouncilOffice.STANDING_DEPUTY, CouncilOffice.SECRETARY)
"""Offices that one member has at a time."""

_ORDER = {office: place for place, office in enumerate(CouncilOffice)}


@dataclass(frozen=True)
class Seat:
    """A member of a council on a day."""

    position_id: int
    person_id: int
    name: str
    title: str
    office: CouncilOffice


def level_of(unit: Unit) -> Level:
    """Return the level at which the council of ``unit`` advises.

    :raises ValueError: such a unit has no council.
    """
    if unit.kind not in LEVELS:
        raise ValueError(f"unit {unit.id} ({unit.kind.value}) has no council")
    return LEVELS[unit.kind]


def list_councils(session: Session) -> list[Unit]:
    """Return the units that have a council, the ward first."""
    units = session.scalars(
        select(Unit)
        .where(Unit.kind.in_(LEVELS), Unit.closed_on.is_(None))
        .order_by(Unit.name, Unit.id)
        .limit(100)
    )
    return sorted(units, key=lambda unit: list(LEVELS).index(unit.kind))


def seats_on(session: Session, unit_id: int, on: date) -> tuple[Seat, ...]:
    """Return the members of the council of a unit on a day, in the order of the minutes.

    By office, then by name. Substitutes are no members; who was given the role without an
    office is a member.
    """
    rows = session.execute(
        select(Position, Person)
        .join(Person, Position.person_id == Person.id)
        .where(_of_council(unit_id, on))
        .order_by(Person.sort_key, Person.id)
        .limit(400)
    ).all()
    seats = [
        Seat(
            position.id,
            person.id,
            person.full_name,
            position.title,
            position.council_office or CouncilOffice.MEMBER,
        )
        for position, person in rows
        if position.council_office is not CouncilOffice.SUBSTITUTE
    ]
    return tuple(sorted(seats, key=lambda seat: _ORDER[seat.office]))


@dataclass(frozen=True)
class MemberLine:
    """A member or a substitute, as the page of the council shows them."""

    position_id: int
    person_id: int
    name: str
    title: str
    office: CouncilOffice
    appointed_by: str
    starts_on: date
    ends_on: date | None
    stands_in_for: str
    """Of a substitute: the member whose place they may take."""


def list_members(session: Session, unit_id: int, on: date) -> tuple[MemberLine, ...]:
    """Return who belonged to the council of a unit on a day, substitutes last."""
    rows = session.execute(
        select(Position, Person)
        .join(Person, Position.person_id == Person.id)
        .where(_of_council(unit_id, on))
        .order_by(Person.sort_key, Person.id)
        .limit(400)
    ).all()
    names = {position.id: person.full_name for position, person in rows}
    lines = [
        _line_of(position, person, names.get(position.substitutes_id or 0, ""))
        for position, person in rows
    ]
    return tuple(sorted(lines, key=lambda line: _ORDER[line.office]))


def get_member(session: Session, position_id: int) -> MemberLine:
    """Return the member or substitute of a seat, whenever their term is.

    :raises NotFound: there is no such seat.
    """
    row = session.execute(
        select(Position, Person)
        .join(Person, Position.person_id == Person.id)
        .where(Position.id == position_id, Position.role == Role.COUNCIL_MEMBER)
    ).one_or_none()
    if row is None:
        raise NotFound(f"seat {position_id}")
    position, person = row
    seat = session.get(Position, position.substitutes_id or 0)
    return _line_of(position, person, seat.person.full_name if seat else "")


def _line_of(position: Position, person: Person, stands_in_for: str) -> MemberLine:
    return MemberLine(
        position.id,
        person.id,
        person.full_name,
        position.title,
        position.council_office or CouncilOffice.MEMBER,
        position.appointed_by,
        position.starts_on,
        position.ends_on,
        stands_in_for,
    )


def substitutes_for(session: Session, position_id: int, on: date) -> list[Person]:
    """Return who may stand in for the member of a seat on a day, by name."""
    return list(
        session.scalars(
            select(Person)
            .join(Person.positions)
            .where(
                Position.substitutes_id == position_id,
                Position.council_office == CouncilOffice.SUBSTITUTE,
                _in_force(on),
            )
            .order_by(Person.sort_key, Person.id)
            .limit(20)
        )
    )


def _of_council(unit_id: int, on: date) -> ColumnElement[bool]:
    return and_(
        Position.unit_id == unit_id, Position.role == Role.COUNCIL_MEMBER, _in_force(on)
    )


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(
        Position.starts_on <= on, or_(Position.ends_on.is_(None), Position.ends_on >= on)
    )


def add_member(
    session: Session,
    *,
    unit_id: int,
    person_id: int,
    office: CouncilOffice,
    title: str,
    appointed_by: str,
    starts_on: date,
    ends_on: date | None = None,
    substitutes_id: int | None = None,
    actor: Actor | Operator,
    at: datetime,
) -> Position:
    """Let a person sit on the council of a unit, or stand in for one of its members.

    Sessions that were opened before keep their members.

    :param title: what the person is outside the council, as printed.
    :param appointed_by: number and date of the paper that says so; may be empty.
    :param substitutes_id: of a substitute: the seat (position) for which they may come.
    :raises NotPermitted: the actor does not compose councils, or is the person.
    :raises NotFound: there is no such unit or person.
    :raises InvalidSubmission: the days do not fit, the person sits there already, the chair,
        standing deputy or secretary would be two, or a substitute has no seat to stand in for.
    """
    acting = authorise(actor, "council.compose")
    take_turn(session, f"council-of-{unit_id}")
    problems = _office_problems(session, unit_id, office, starts_on, ends_on)
    problems |= _substitute_problems(session, unit_id, office, substitutes_id, starts_on)
    if problems:
        raise InvalidSubmission(problems)
    position = give_position(
        session,
        person_id=person_id,
        unit_id=unit_id,
        role=Role.COUNCIL_MEMBER,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        actor=actor,
        at=at,
    )
    _appoint(
        session, position, office, position.title, appointed_by, substitutes_id, acting, at
    )
    return position


def change_member(
    session: Session,
    *,
    position_id: int,
    office: CouncilOffice,
    title: str,
    appointed_by: str,
    actor: Actor | Operator,
    at: datetime,
) -> Position:
    """Correct the office or title of a member. Sessions that were opened keep the old one.

    It counts for the whole term: an office that changes on a day is another term, which
    begins where this one is ended.

    :raises NotPermitted: the actor does not compose councils, or is the member.
    :raises NotFound: there is no such seat.
    :raises InvalidSubmission: no title, an office that another has, a term that is over, or
        a member who would become a substitute or the reverse: that is another seat.
    """
    acting = authorise(actor, "council.compose")
    position = _lock_seat(session, position_id)
    if acting.actor is not None and acting.actor.person_id == position.person_id:
        raise NotPermitted(f"person {position.person_id} may not change their own seat")
    problems = _office_problems(
        session, position.unit_id, office, position.starts_on, position.ends_on, position_id
    )
    if position.ends_on is not None and position.ends_on < day_in_vietnam(at):
        problems["_form"] = [code("term_is_over", f"{position.ends_on:%d/%m/%Y}")]
    was_substitute = position.council_office is CouncilOffice.SUBSTITUTE
    if was_substitute is not (office is CouncilOffice.SUBSTITUTE):
        problems["office"] = ["substitute_is_another_seat"]
    if problems:
        raise InvalidSubmission(problems)
    title = checked_text("title", title)
    _appoint(
        session, position, office, title, appointed_by, position.substitutes_id, acting, at
    )
    return position


def _lock_seat(session: Session, position_id: int) -> Position:
    """Return a seat as it is now, locked, in the turn of its council: turn first, as adding.

    :raises NotFound: there is no such seat.
    """
    seat = (Position.id == position_id, Position.role == Role.COUNCIL_MEMBER)
    unit_id = session.scalar(select(Position.unit_id).where(*seat))
    if unit_id is None:
        raise NotFound(f"seat {position_id}")
    take_turn(session, f"council-of-{unit_id}")
    return session.get_one(Position, position_id, with_for_update=True, populate_existing=True)


def _appoint(
    session: Session,
    position: Position,
    office: CouncilOffice,
    title: str,
    appointed_by: str,
    substitutes_id: int | None,
    acting: Acting,
    at: datetime,
) -> None:
    """Write the office into a seat; the journal keeps what stood there."""
    paper = checked_text("appointed_by", appointed_by) if appointed_by.strip() else ""
    old = position.council_office
    acting.note(
        session,
        stream="people",
        action="council.composed",
        at=at,
        detail={
            "position_id": position.id,
            "person_id": position.person_id,
            "unit_id": position.unit_id,
            "office": [old.value if old else None, office.value],
            "title": [position.title, title],
            "substitutes": substitutes_id,
            "appointed_by": [position.appointed_by, paper],
        },
    )
    position.council_office = office
    position.title = title
    position.substitutes_id = substitutes_id
    position.appointed_by = paper
    session.flush()


def _office_problems(
    session: Session,
    unit_id: int,
    office: CouncilOffice,
    starts_on: date,
    ends_on: date | None,
    but_id: int | None = None,
) -> dict[str, list[str]]:
    """Return what is wrong with an office that only one member has at a time."""
    if office not in ONE_EACH:
        return {}
    overlaps = and_(
        or_(Position.ends_on.is_(None), Position.ends_on >= starts_on),
        Position.starts_on <= (ends_on or date.max),
    )
    taken = session.scalar(
        select(Person.full_name)
        .join(Person.positions)
        .where(
            Position.unit_id == unit_id,
            Position.role == Role.COUNCIL_MEMBER,
            Position.council_office == office,
            Position.id != (but_id or 0),
            overlaps,
        )
        .limit(1)
    )
    return {} if taken is None else {"office": [code("office_is_taken", taken)]}


def _substitute_problems(
    session: Session,
    unit_id: int,
    office: CouncilOffice,
    substitutes_id: int | None,
    on: date,
) -> dict[str, list[str]]:
    if office is not CouncilOffice.SUBSTITUTE:
        return {} if substitutes_id is None else {"substitutes_id": ["only_for_substitutes"]}
    seats = {seat.position_id for seat in seats_on(session, unit_id, on)}
    return {} if substitutes_id in seats else {"substitutes_id": [code("choose_one")]}
