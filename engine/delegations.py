"""Written delegations (ủy quyền): to give one, to end one early, and to see them.

One role in one unit, by who holds it, to somebody of that unit or of a room or department of
it, for a time, with the paper that says so (Decree 30/2020/NĐ-CP, Art. 13: in writing, limited
in time and content, not handed on). Not upwards: a superior who decides below, and then at
their own level, would be both levels. Votes of a council are nobody's to delegate.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from engine import journal
from engine.delegated_grants import WATCHERS, is_running
from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.office import authorise, day_in_vietnam
from engine.people import actor_for
from engine.permissions import CLERKS, HEADS, Actor, may
from engine.store.models import Account, Delegation, Person, Position, Unit
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import Award, DelegationState, Level, Role, UnitKind

STREAM = "people"
"""Of the journal."""

DELEGABLE = (*HEADS, *(role for role in CLERKS if role is not Role.UNIT_CLERK))
"""Roles for which tasks of review wait. A nomination is written by the unit's own people;
member and secretary of a council are personal."""

PARTS = (UnitKind.WARD_ROOM, UnitKind.PROVINCIAL_DEPARTMENT)
"""Kinds of unit that are part of the one above: its rooms and departments. Others below it,
such as schools and enterprises, only send it their nominations."""

LONGEST_NUMBER = 60
LONGEST_REASON = 500
MOST_SHOWN = 200


@dataclass(frozen=True)
class Scope:
    """What of a role is delegated; a field that is empty leaves nothing out."""

    levels: tuple[Level, ...] = ()
    awards: tuple[Award, ...] = ()


@dataclass(frozen=True)
class DelegationPaper:
    """The paper that says so."""

    number: str
    dated_on: date


@dataclass(frozen=True)
class DelegationLine:
    """A delegation as pages show it."""

    id: int
    giver_id: int
    giver_name: str
    delegate_id: int
    delegate_name: str
    role: Role
    unit_name: str
    levels: tuple[Level, ...]
    awards: tuple[Award, ...]
    starts_on: date
    ends_on: date
    paper: DelegationPaper
    reason: str
    """Empty for all but the two people."""
    state: DelegationState
    ended_at: datetime | None
    may_end: bool


def give_delegation(
    session: Session,
    *,
    role: Role,
    unit_id: int,
    delegate_id: int,
    scope: Scope,
    starts_on: date,
    ends_on: date,
    paper: DelegationPaper,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Delegation:
    """Let somebody act in a role of ``actor`` from ``starts_on`` to the end of ``ends_on``.

    The person of the actor is locked: of two delegations at one moment the second sees the
    first.

    :raises NotFound: there is no such person or unit.
    :raises NotPermitted: the actor does not hold the role in the unit by a position of
        their own today: what was delegated to them they cannot hand on.
    :raises InvalidSubmission: the role is personal, the delegate cannot stand in, the days
        or the paper are wrong, or the same was delegated for one of these days.
    """
    session.get_one(Person, actor.person_id, with_for_update=True, populate_existing=True)
    today = day_in_vietnam(at)
    if role not in DELEGABLE:
        raise InvalidSubmission({"place": [code("role_stays", role.vi)]})
    if not actor_for(session, actor.person_id, None, today).holds(role, unit_id):
        raise NotPermitted(f"person {actor.person_id} holds no {role.value} of {unit_id}")
    number, why, problems = _read(paper, reason)
    problems |= _problems_of_days(starts_on, ends_on, paper.dated_on, today)
    unit = session.get_one(Unit, unit_id)
    belongs_to, wrong = _belongs_to(session, actor, delegate_id, role, unit, today)
    if wrong:
        problems["delegate_id"] = [wrong]
    if not problems:
        problems = _problems_of_overlap(
            session, actor.person_id, role, unit_id, scope, starts_on, ends_on
        )
    if problems:
        raise InvalidSubmission(problems)
    row = Delegation(
        giver_id=actor.person_id,
        role=role,
        unit_id=unit_id,
        delegate_id=delegate_id,
        delegate_unit_id=belongs_to,
        levels=[one.value for one in Level if one in scope.levels],
        awards=[one.value for one in Award if one in scope.awards],
        starts_on=starts_on,
        ends_on=ends_on,
        paper_number=number,
        paper_dated_on=paper.dated_on,
        reason=why,
        given_at=at,
    )
    session.add(row)
    session.flush()
    _note(session, row, "delegation.given", actor, at, role, unit_id)
    return row


def end_delegation(
    session: Session, *, delegation_id: int, actor: Actor, at: datetime
) -> Delegation:
    """End a delegation now, before its last day; nothing happens if it has ended. Locks it.

    Who gave it, who got it, and an administrator may.

    :raises NotFound: there is none, or the actor has nothing to do with it.
    """
    row = session.get(Delegation, delegation_id, with_for_update=True, populate_existing=True)
    if row is None or not _may_end(actor, row.giver_id, row.delegate_id):
        raise NotFound(f"delegation {delegation_id} of person {actor.person_id}")
    if row.ended_at is not None or row.ends_on < day_in_vietnam(at):
        return row
    if actor.person_id in (row.giver_id, row.delegate_id):
        _note(session, row, "delegation.ended", actor, at, None, None)
    else:
        acting = authorise(actor, "organisation.manage")
        _note(session, row, "delegation.ended", actor, at, acting.role, acting.unit_id)
    row.ended_at = at
    row.ended_by_id = actor.person_id
    session.flush()
    return row


def list_delegations(session: Session, actor: Actor, at: datetime) -> list[DelegationLine]:
    """Return the delegations by and to ``actor``, the latest first; for who sees all, all."""
    mine = or_(
        Delegation.giver_id == actor.person_id, Delegation.delegate_id == actor.person_id
    )
    seen = [] if may(actor, "delegation.see") else [mine]
    return _lines(session, actor, day_in_vietnam(at), *seen)


def get_delegation(
    session: Session, actor: Actor, delegation_id: int, at: datetime
) -> DelegationLine:
    """Return a delegation that ``actor`` may end.

    :raises NotFound: there is none, or the actor has nothing to do with it.
    """
    lines = _lines(session, actor, day_in_vietnam(at), Delegation.id == delegation_id)
    if not lines or not _may_end(actor, lines[0].giver_id, lines[0].delegate_id):
        raise NotFound(f"delegation {delegation_id} of person {actor.person_id}")
    return lines[0]


def list_given(session: Session, actor: Actor, at: datetime) -> list[DelegationLine]:
    """Return what ``actor`` has delegated and is in force today."""
    today = day_in_vietnam(at)
    lines = _lines(
        session, actor, today, Delegation.giver_id == actor.person_id, is_running(today)
    )
    return [line for line in lines if line.state is DelegationState.IN_FORCE]


def list_absent(
    session: Session, at: datetime, unit_ids: Collection[int]
) -> list[DelegationLine]:
    """Return who has delegated a role in these units today, for the board."""
    today = day_in_vietnam(at)
    nobody = Actor(0, "")
    lines = _lines(session, nobody, today, Delegation.unit_id.in_(unit_ids), is_running(today))
    return [line for line in lines if line.state is DelegationState.IN_FORCE]


def own_roles(session: Session, actor: Actor) -> list[tuple[Role, int, str]]:
    """Return what ``actor`` may delegate: role, unit and the name of the unit."""
    held = {(each.role, each.unit_id): None for each in actor.grants if each.role in DELEGABLE}
    rows = session.execute(
        select(Unit.id, Unit.name).where(Unit.id.in_([unit for _role, unit in held]))
    )
    names = {row.id: row.name for row in rows}
    return [(role, unit_id, names[unit_id]) for role, unit_id in held]


def candidates(session: Session, actor: Actor, at: datetime) -> list[tuple[int, str]]:
    """Return to whom ``actor`` may delegate some role of theirs: id, and name with title."""
    today = day_in_vietnam(at)
    units = [unit_id for _role, unit_id, _name in own_roles(session, actor)]
    rows = session.execute(
        select(Person.id, Person.full_name, Position.title, Unit.name)
        .join(Position, Position.person_id == Person.id)
        .join(Unit, Unit.id == Position.unit_id)
        .where(
            _in_office(Position, today),
            or_(Unit.id.in_(units), and_(Unit.parent_id.in_(units), Unit.kind.in_(PARTS))),
            _has_open_account(Person.id),
            Person.id != actor.person_id,
            Person.id.not_in(
                select(Position.person_id).where(
                    Position.role.in_(WATCHERS), _in_office(Position, today)
                )
            ),
        )
        .order_by(Person.sort_key, Person.id, Position.id)
        .limit(1_000)
    )
    found: dict[int, str] = {}
    for number, name, title, unit_name in rows:
        found.setdefault(number, f"{name}, {title}, {unit_name}")
    return list(found.items())


def _read(paper: DelegationPaper, reason: str) -> tuple[str, str, dict[str, list[str]]]:
    """Return number and reason as they are stored, and what is wrong with them."""
    problems: dict[str, list[str]] = {}
    texts = {"paper_number": "", "reason": ""}
    for name, text, longest in (
        ("paper_number", paper.number, LONGEST_NUMBER),
        ("reason", reason, LONGEST_REASON),
    ):
        if name == "reason" and not text.strip():
            continue
        try:
            texts[name] = checked_text(name, text, longest)
        except InvalidSubmission as error:
            problems |= error.messages
    return texts["paper_number"], texts["reason"], problems


def _problems_of_days(
    starts_on: date, ends_on: date, dated_on: date, today: date
) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if starts_on < today:
        problems["starts_on"] = [code("begins_in_the_past", _vn(starts_on), _vn(today))]
    last = last_day_allowed(starts_on)
    if ends_on < starts_on:
        problems["ends_on"] = [code("ends_before_it_begins", _vn(ends_on), _vn(starts_on))]
    elif ends_on > last:
        problems["ends_on"] = [code("longer_than_a_year", _vn(ends_on), _vn(last))]
    if dated_on > today:
        problems["paper_dated_on"] = [code("day_in_future", _vn(dated_on), _vn(today))]
    return problems


def last_day_allowed(starts_on: date) -> date:
    """Return the last day of one year that begins on ``starts_on``."""
    year = starts_on.year + 1
    try:
        same = starts_on.replace(year=year)
    except ValueError:  # 29 February
        same = date(year, 3, 1)
    return date.fromordinal(same.toordinal() - 1)


def _belongs_to(
    session: Session, actor: Actor, delegate_id: int, role: Role, unit: Unit, today: date
) -> tuple[int, str]:
    """Return the unit to which the delegate belongs, or what stands against them."""
    person = session.get(Person, delegate_id)
    if person is None:
        raise NotFound(f"person {delegate_id}")
    if delegate_id == actor.person_id:
        return 0, code("not_to_oneself")
    delegate = actor_for(session, delegate_id, None, today)
    if delegate.holds(role, unit.id):
        return 0, code("has_the_role", person.full_name)
    if any(each.role in WATCHERS for each in delegate.grants):
        return 0, code("cannot_stand_in", person.full_name)
    near = session.scalars(
        select(Position.unit_id)
        .join(Position.unit)
        .where(
            Position.person_id == delegate_id,
            _in_office(Position, today),
            or_(Unit.id == unit.id, and_(Unit.parent_id == unit.id, Unit.kind.in_(PARTS))),
            _has_open_account(Position.person_id),
        )
        .order_by(Unit.id != unit.id, Unit.id)
        .limit(1)
    ).first()
    if near is None:
        return 0, code("cannot_stand_in", person.full_name)
    return near, ""


def _problems_of_overlap(
    session: Session,
    giver_id: int,
    role: Role,
    unit_id: int,
    scope: Scope,
    starts_on: date,
    ends_on: date,
) -> dict[str, list[str]]:
    rows = session.execute(
        select(Delegation, Person.full_name)
        .join(Person, Person.id == Delegation.delegate_id)
        .where(
            Delegation.giver_id == giver_id,
            Delegation.role == role,
            Delegation.unit_id == unit_id,
            Delegation.ended_at.is_(None),
            Delegation.starts_on <= ends_on,
            Delegation.ends_on >= starts_on,
        )
        .order_by(Delegation.id)
    )
    levels = {one.value for one in scope.levels}
    awards = {one.value for one in scope.awards}
    for row, name in rows:
        if _meet(levels, row.levels) and _meet(awards, row.awards):
            said = code("delegated_before", name, _vn(row.starts_on), _vn(row.ends_on))
            return {"starts_on": [said]}
    return {}


def _meet(ones: set[str], others: Collection[str]) -> bool:
    """Whether two scopes have something in common; empty is everything."""
    return not ones or not others or bool(ones & set(others))


def _lines(
    session: Session, actor: Actor, today: date, *conditions: ColumnElement[bool]
) -> list[DelegationLine]:
    giver, delegate = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            Delegation,
            giver.full_name,
            delegate.full_name,
            Unit.name,
            _holds_it(today),
            _is_there(today),
        )
        .join(giver, giver.id == Delegation.giver_id)
        .join(delegate, delegate.id == Delegation.delegate_id)
        .join(Unit, Unit.id == Delegation.unit_id)
        .where(*conditions)
        .order_by(Delegation.id.desc())
        .limit(MOST_SHOWN)
    )
    return [_line(actor, today, *row) for row in rows]


def _line(
    actor: Actor,
    today: date,
    row: Delegation,
    giver_name: str,
    delegate_name: str,
    unit_name: str,
    holds_it: bool,
    is_there: bool,
) -> DelegationLine:
    state = _state(row, today, holds_it, is_there)
    runs = state not in (DelegationState.OVER, DelegationState.ENDED)
    return DelegationLine(
        id=row.id,
        giver_id=row.giver_id,
        giver_name=giver_name,
        delegate_id=row.delegate_id,
        delegate_name=delegate_name,
        role=row.role,
        unit_name=unit_name,
        levels=tuple(Level(value) for value in row.levels),
        awards=tuple(Award(value) for value in row.awards),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        paper=DelegationPaper(row.paper_number, row.paper_dated_on),
        reason=row.reason if actor.person_id in (row.giver_id, row.delegate_id) else "",
        state=state,
        ended_at=row.ended_at,
        may_end=runs and _may_end(actor, row.giver_id, row.delegate_id),
    )


def _state(row: Delegation, today: date, holds_it: bool, is_there: bool) -> DelegationState:
    if row.ended_at is not None:
        return DelegationState.ENDED
    if row.ends_on < today:
        return DelegationState.OVER
    if not holds_it:
        return DelegationState.ROLE_LOST
    if not is_there:
        return DelegationState.DELEGATE_GONE
    return DelegationState.IN_FORCE if row.starts_on <= today else DelegationState.TO_COME


def _may_end(actor: Actor, giver_id: int, delegate_id: int) -> bool:
    return actor.person_id in (giver_id, delegate_id) or may(actor, "organisation.manage")


def _holds_it(today: date) -> ColumnElement[bool]:
    held, account = aliased(Position), aliased(Account)
    return and_(
        exists().where(
            held.person_id == Delegation.giver_id,
            held.role == Delegation.role,
            held.unit_id == Delegation.unit_id,
            _in_office(held, today),
        ),
        ~exists().where(
            account.person_id == Delegation.giver_id, account.disabled_at.is_not(None)
        ),
    )


def _is_there(today: date) -> ColumnElement[bool]:
    place = aliased(Position)
    return and_(
        exists().where(
            place.person_id == Delegation.delegate_id,
            place.unit_id == Delegation.delegate_unit_id,
            _in_office(place, today),
        ),
        _has_open_account(Delegation.delegate_id),
    )


def _has_open_account(person_id: Any) -> ColumnElement[bool]:
    account = aliased(Account)
    return exists().where(account.person_id == person_id, account.disabled_at.is_(None))


def _in_office(position: Any, today: date) -> ColumnElement[bool]:
    return and_(
        position.starts_on <= today,
        or_(position.ends_on.is_(None), position.ends_on >= today),
    )


def _note(
    session: Session,
    row: Delegation,
    action: str,
    actor: Actor,
    at: datetime,
    role: Role | None,
    unit_id: int | None,
) -> None:
    detail = {
        "delegation": row.id,
        "on_behalf_of": row.giver_id,
        "person_id": row.delegate_id,
        "role": row.role.value,
        "unit_id": row.unit_id,
        "levels": row.levels,
        "awards": row.awards,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "dated_on": row.paper_dated_on.isoformat(),
        "paper": row.paper_number,
        "reason": row.reason,
    }
    journal.append(
        session,
        stream=STREAM,
        action=action,
        actor=actor,
        at=at,
        role=role,
        unit_id=unit_id,
        detail=detail,
    )


def _vn(day: date) -> str:
    return f"{day:%d/%m/%Y}"
