"""Who belongs where: the tree of units and the people in it, as pages show them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.permissions import Actor, require
from engine.store.models import Account, Person, Position, Unit
from engine.text import alphabetical_key, fold
from forms.vocabulary import Role, UnitKind

MOST_PEOPLE = 200
"""People on one page of the list: a search narrows it."""


@dataclass(frozen=True)
class UnitLine:
    """A unit with its place in the tree and how many people have a position in it today."""

    id: int
    code: str
    name: str
    kind: UnitKind
    parent_id: int | None
    is_outside_ward: bool
    issuing_basis: str
    symbol: str
    closed_on: date | None
    depth: int
    people: int


@dataclass(frozen=True)
class PositionLine:
    """What a person is, was or will be in a unit."""

    id: int
    unit_id: int
    unit_name: str
    role: Role
    title: str
    starts_on: date
    ends_on: date | None
    is_in_force: bool


@dataclass(frozen=True)
class PersonLine:
    """A person with the positions asked for and the state of their account."""

    id: int
    full_name: str
    is_woman: bool | None
    positions: tuple[PositionLine, ...]
    account_id: int | None
    username: str | None
    account_is_disabled: bool


def list_units(session: Session, actor: Actor, today: date, text: str = "") -> list[UnitLine]:
    """Return the tree, each unit right after its parent; with ``text``, those it matches.

    :raises NotPermitted: the actor may not see the organisation.
    """
    require(actor, "organisation.see")
    units = session.scalars(select(Unit).order_by(Unit.id).limit(5_000)).all()
    rows = session.execute(
        select(Position.unit_id, func.count(func.distinct(Position.person_id)))
        .where(_in_force(today))
        .group_by(Position.unit_id)
    )
    counts = {row[0]: row[1] for row in rows}
    wanted = fold(text)
    return [
        _line(unit, depth, counts.get(unit.id, 0))
        for unit, depth in _in_tree_order(list(units))
        if wanted in unit.folded_name
    ]


def get_unit(session: Session, actor: Actor, unit_id: int) -> UnitLine:
    """Return one unit.

    :raises NotPermitted: the actor may not see the organisation.
    :raises NotFound: there is no such unit.
    """
    require(actor, "organisation.see")
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound(f"unit {unit_id}")
    return _line(unit, 0, 0)


def list_people(
    session: Session, actor: Actor, today: date, text: str = "", unit_id: int | None = None
) -> list[PersonLine]:
    """Return people with their positions in force, the Vietnamese way, at most 200.

    :param text: part of a name, with or without its marks.
    :raises NotPermitted: the actor may not see the organisation.
    """
    require(actor, "organisation.see")
    query = select(Person).order_by(Person.sort_key, Person.id).limit(MOST_PEOPLE)
    if text.strip():
        query = query.where(Person.folded_name.contains(fold(text), autoescape=True))
    if unit_id is not None:
        here = select(Position.person_id).where(Position.unit_id == unit_id, _in_force(today))
        query = query.where(Person.id.in_(here))
    return _people(session, list(session.scalars(query)), today, in_force_only=True)


def get_person(session: Session, actor: Actor, person_id: int, today: date) -> PersonLine:
    """Return one person with all their positions, the latest first.

    :raises NotPermitted: the actor may not see the organisation.
    :raises NotFound: there is no such person.
    """
    require(actor, "organisation.see")
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(f"person {person_id}")
    return _people(session, [person], today, in_force_only=False)[0]


def office_name(session: Session) -> str:
    """Return the name of the ward that this installation serves; empty before it has one."""
    name = session.scalar(
        select(Unit.name)
        .where(Unit.kind == UnitKind.WARD, Unit.closed_on.is_(None))
        .order_by(Unit.id)
        .limit(1)
    )
    return name or ""


def names_of(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Return the names of people by their ids, in one query."""
    query = select(Person.id, Person.full_name).where(Person.id.in_(person_ids))
    return {row[0]: row[1] for row in session.execute(query)}


def _in_force(today: date) -> ColumnElement[bool]:
    return and_(
        Position.starts_on <= today,
        or_(Position.ends_on.is_(None), Position.ends_on >= today),
    )


def _in_tree_order(units: list[Unit]) -> list[tuple[Unit, int]]:
    """Return units depth first with their depth; one in a circle counts as at the top."""
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in sorted(units, key=lambda unit: alphabetical_key(unit.name)):
        children[unit.parent_id].append(unit)
    ordered: list[tuple[Unit, int]] = []
    waiting = [(unit, 0) for unit in reversed(children[None])]
    while waiting:
        unit, depth = waiting.pop()
        ordered.append((unit, depth))
        waiting.extend((child, depth + 1) for child in reversed(children[unit.id]))
    reached = {unit.id for unit, _depth in ordered}
    return ordered + [(unit, 0) for unit in units if unit.id not in reached]


def _line(unit: Unit, depth: int, people: int) -> UnitLine:
    return UnitLine(
        id=unit.id,
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        parent_id=unit.parent_id,
        is_outside_ward=unit.is_outside_ward,
        issuing_basis=unit.issuing_basis,
        symbol=unit.symbol,
        closed_on=unit.closed_on,
        depth=depth,
        people=people,
    )


def _people(
    session: Session, people: list[Person], today: date, *, in_force_only: bool
) -> list[PersonLine]:
    """Return ``people`` as lines, in three queries however many they are."""
    ids = [person.id for person in people]
    query = (
        select(Position, Unit.name)
        .join(Position.unit)
        .where(Position.person_id.in_(ids))
        .order_by(Position.starts_on.desc(), Position.id.desc())
    )
    if in_force_only:
        query = query.where(_in_force(today))
    positions: dict[int, list[PositionLine]] = defaultdict(list)
    for position, unit_name in session.execute(query):
        positions[position.person_id].append(_position(position, unit_name, today))
    accounts = {
        account.person_id: account
        for account in session.scalars(select(Account).where(Account.person_id.in_(ids)))
    }
    return [
        _person(person, tuple(positions[person.id]), accounts.get(person.id))
        for person in people
    ]


def _person(
    person: Person, positions: tuple[PositionLine, ...], account: Account | None
) -> PersonLine:
    return PersonLine(
        id=person.id,
        full_name=person.full_name,
        is_woman=person.is_woman,
        positions=positions,
        account_id=account.id if account else None,
        username=account.username if account else None,
        account_is_disabled=account is not None and account.disabled_at is not None,
    )


def _position(position: Position, unit_name: str, today: date) -> PositionLine:
    return PositionLine(
        id=position.id,
        unit_id=position.unit_id,
        unit_name=unit_name,
        role=position.role,
        title=position.title,
        starts_on=position.starts_on,
        ends_on=position.ends_on,
        is_in_force=position.starts_on <= today
        and (position.ends_on is None or position.ends_on >= today),
    )
