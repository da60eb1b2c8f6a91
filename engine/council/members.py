"""Who sits on a council: positions with an office on it, from one day to another."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine.store.models import Person, Position, Unit
from forms.vocabulary import CouncilOffice, Level, Role, UnitKind

LEVELS = {UnitKind.WARD: Level.WARD, UnitKind.PROVINCE: Level.PROVINCE}
"""Units that have a council → the level at which it advises (Art. 90)."""

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
        .limit(200)
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
