"""People and what they are: names, and positions from one day to another, in Vietnam."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.office import Operator, authorise
from engine.permissions import Actor, Grant
from engine.store.loading import PreparedObjects
from engine.store.models import Person, Position, Unit
from engine.text import fold, sort_key
from engine.units import (
    LONGEST_NAME,
    add_unit,
    change_unit,
    checked_text,
    close_unit,
    lock_unit,
    unit_of_kind,
)
from forms.messages import code
from forms.vocabulary import Role, UnitKind

__all__ = [
    "ROLE_UNITS",
    "actor_for",
    "add_person",
    "add_unit",
    "change_person",
    "change_unit",
    "close_unit",
    "eligible_people",
    "end_position",
    "give_position",
    "unit_of_kind",
]

_WARD = frozenset({UnitKind.WARD})
_PROVINCE = frozenset({UnitKind.PROVINCE})
_CENTRAL = frozenset(
    {UnitKind.MINISTRY, UnitKind.PRIME_MINISTER_OFFICE, UnitKind.PRESIDENT_OFFICE}
)

ROLE_UNITS: Mapping[Role, frozenset[UnitKind]] = {
    Role.WARD_CLERK: _WARD,
    Role.COUNCIL_SECRETARY: _WARD,
    Role.COUNCIL_MEMBER: _WARD | _PROVINCE,
    Role.WARD_CHAIRMAN: _WARD,
    Role.PROVINCIAL_CLERK: _PROVINCE,
    Role.PROVINCIAL_CHAIRMAN: _PROVINCE,
    Role.CENTRAL_CLERK: _CENTRAL,
}
"""Role → kinds of unit in which the diagrams look for it; other roles fit any unit."""


def add_person(
    session: Session,
    *,
    full_name: str,
    is_woman: bool | None,
    actor: Actor | Operator,
    at: datetime,
) -> Person:
    """Add a person, without position or account.

    :param is_woman: chooses ``ông`` or ``bà``; unknown: none.
    :raises NotPermitted: ``actor`` does not manage the organisation.
    :raises InvalidSubmission: the name is empty, too long or has control characters.
    """
    acting = authorise(actor, "organisation.manage")
    person = Person(**_named(full_name), is_woman=is_woman)
    session.add(person)
    session.flush()
    acting.note(
        session,
        stream="people",
        action="person.added",
        at=at,
        detail={"person_id": person.id, "full_name": person.full_name},
    )
    return person


def change_person(
    session: Session,
    *,
    person_id: int,
    full_name: str,
    is_woman: bool | None,
    actor: Actor | Operator,
    at: datetime,
) -> Person:
    """Correct the name of a person, or how they are addressed.

    :raises NotPermitted: ``actor`` does not manage the organisation.
    :raises NotFound: there is no such person.
    :raises InvalidSubmission: as :func:`add_person`.
    """
    acting = authorise(actor, "organisation.manage")
    person = session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise NotFound(f"person {person_id}")
    new = {**_named(full_name), "is_woman": is_woman}
    changes = {
        name: [getattr(person, name), new[name]]
        for name in ("full_name", "is_woman")
        if getattr(person, name) != new[name]
    }
    if not changes:
        return person
    acting.note(
        session,
        stream="people",
        action="person.changed",
        at=at,
        detail={"person_id": person_id, "changes": changes},
    )
    for name, value in new.items():
        setattr(person, name, value)
    session.flush()
    return person


def give_position(
    session: Session,
    *,
    person_id: int,
    unit_id: int,
    role: Role,
    title: str,
    starts_on: date,
    ends_on: date | None = None,
    actor: Actor | Operator,
    at: datetime,
) -> Position:
    """Give a person a role in a unit, from ``starts_on`` to the end of ``ends_on``.

    :param title: as printed, for example ``Hiệu trưởng``.
    :raises NotPermitted: ``actor`` does not manage the organisation, or is the person:
        nobody gives themselves a role.
    :raises NotFound: there is no such person or unit.
    :raises InvalidSubmission: the unit is closed or of another kind than the role needs,
        the days are in the wrong order, or the person has that role there already.
    """
    acting = authorise(actor, "organisation.manage")
    _refuse_self(acting.actor, person_id)
    unit = lock_unit(session, unit_id)
    if session.get(Person, person_id) is None:
        raise NotFound(f"person {person_id}")
    title = checked_text("title", title)
    problems = _problems_of(session, person_id, unit, role, starts_on, ends_on)
    if problems:
        raise InvalidSubmission(problems)
    values = {
        "person_id": person_id,
        "unit_id": unit_id,
        "role": role,
        "title": title,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    detail = {name: _plain(value) for name, value in values.items()}
    acting.note(session, stream="people", action="position.given", at=at, detail=detail)
    position = Position(**values)
    session.add(position)
    session.flush()
    return position


def end_position(
    session: Session,
    *,
    position_id: int,
    ends_on: date,
    actor: Actor | Operator,
    at: datetime,
) -> Position:
    """Let a position end with ``ends_on``, its last day; sooner than recorded, never later.

    :raises NotPermitted: ``actor`` does not manage the organisation.
    :raises NotFound: there is no such position.
    :raises InvalidSubmission: ``ends_on`` is before its first day or after its present end.
    """
    acting = authorise(actor, "organisation.manage")
    position = session.get(Position, position_id, with_for_update=True, populate_existing=True)
    if position is None:
        raise NotFound(f"position {position_id}")
    old = position.ends_on
    if ends_on < position.starts_on:
        problem = code("ends_before_it_begins", _vn(ends_on), _vn(position.starts_on))
        raise InvalidSubmission({"ends_on": [problem]})
    if old is not None and ends_on > old:
        problem = code("ends_later_than_before", _vn(ends_on), _vn(old))
        raise InvalidSubmission({"ends_on": [problem]})
    if ends_on == old:
        return position
    acting.note(
        session,
        stream="people",
        action="position.ended",
        at=at,
        detail={
            "position_id": position_id,
            "person_id": position.person_id,
            "ends_on": [old.isoformat() if old else None, ends_on.isoformat()],
        },
    )
    position.ends_on = ends_on
    session.flush()
    return position


def actor_for(session: Session, person_id: int, session_id: int | None, today: date) -> Actor:
    """Return the person as an actor, with the positions in force on ``today``.

    :param today: the calendar day in Vietnam.
    :raises NotFound: there is no such person.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(f"person {person_id}")
    positions = session.scalars(
        select(Position)
        .where(Position.person_id == person_id, _in_force(today))
        .order_by(Position.id)
    )
    grants = tuple(Grant(each.role, each.unit_id, each.title) for each in positions)
    return Actor(person_id, person.full_name, grants, session_id)


def eligible_people(session: Session, role: Role, unit_id: int, today: date) -> list[Person]:
    """Return who has ``role`` in the unit on ``today``, in Vietnamese order of names."""
    asked = {"role": role, "unit_id": unit_id, "today": today}
    return [person for (person,) in _ELIGIBLE.all(session, asked)]


def _in_force(today: date | BindParameter[date]) -> ColumnElement[bool]:
    return and_(
        Position.starts_on <= today,
        or_(Position.ends_on.is_(None), Position.ends_on >= today),
    )


def _refuse_self(actor: Actor | None, person_id: int) -> None:
    if actor is not None and actor.person_id == person_id:
        raise NotPermitted(f"person {person_id} may not give themselves a role")


def _problems_of(
    session: Session,
    person_id: int,
    unit: Unit,
    role: Role,
    starts_on: date,
    ends_on: date | None,
) -> dict[str, list[str]]:
    """Return what is wrong with a new position, by field."""
    problems: dict[str, list[str]] = {}
    if unit.closed_on is not None and (ends_on is None or ends_on > unit.closed_on):
        problems["unit_id"] = [code("unit_closed", _vn(unit.closed_on))]
    if role in ROLE_UNITS and unit.kind not in ROLE_UNITS[role]:
        problems["role"] = [code("role_not_of_this_unit", role.vi)]
    if ends_on is not None and ends_on < starts_on:
        problems["ends_on"] = [code("ends_before_it_begins", _vn(ends_on), _vn(starts_on))]
    held = _held_since(session, person_id, unit.id, role, starts_on, ends_on)
    if held is not None:
        problems["starts_on"] = [code("position_held", _vn(held))]
    return problems


def _held_since(
    session: Session,
    person_id: int,
    unit_id: int,
    role: Role,
    starts_on: date,
    ends_on: date | None,
) -> date | None:
    """Return the first day of a position of the same kind that overlaps these days."""
    overlaps = or_(Position.ends_on.is_(None), Position.ends_on >= starts_on)
    if ends_on is not None:
        overlaps = and_(overlaps, Position.starts_on <= ends_on)
    return session.scalar(
        select(Position.starts_on)
        .where(
            Position.person_id == person_id,
            Position.unit_id == unit_id,
            Position.role == role,
            overlaps,
        )
        .order_by(Position.starts_on)
        .limit(1)
    )


def _named(full_name: str) -> dict[str, str]:
    name = checked_text("full_name", full_name, LONGEST_NAME)
    return {"full_name": name, "folded_name": fold(name), "sort_key": sort_key(name)}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _vn(day: date) -> str:
    """Return ``day`` as people in Vietnam write it: ``22/11/2026``."""
    return f"{day:%d/%m/%Y}"


_ELIGIBLE = PreparedObjects(
    (Person,),
    lambda *columns: (
        select(*columns)
        .join(Person.positions)
        .where(
            Position.unit_id == bindparam("unit_id"),
            Position.role == bindparam("role", type_=Position.role.type),
            _in_force(bindparam("today", type_=Date)),
        )
        .order_by(Person.sort_key, Person.id)
        .distinct()
        .limit(1_000)
    ),
)
