"""What a person must do now."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from engine.definitions import definitions_of
from engine.office import day_in_vietnam
from engine.permissions import Actor
from engine.process.labels import TaskLabel, task_label
from engine.queries.counting import Count
from engine.queries.finding import has_words
from engine.queries.holders import Holder, days_between, list_holders
from engine.queries.visibility import is_visible_to, known_units, longest_waiting, waits_for
from engine.store.models import Case, Person, TaskState, Unit, UserTask
from forms.vocabulary import Award, CaseState, Level, Role

PAGE_SIZE = 50
"""Tasks on one page."""

MOST_IN_TILES = 500
"""Tasks that the tiles count, on every look: each costs 8 µs where a hundred thousand wait."""

LONG_DAYS = 7
"""Days after which a task counts as waiting long."""

LEVEL_OF_ROLE = {
    Role.UNIT_HEAD: Level.UNIT,
    Role.UNIT_CLERK: Level.UNIT,
    Role.WARD_CLERK: Level.WARD,
    Role.COUNCIL_SECRETARY: Level.WARD,
    Role.COUNCIL_MEMBER: Level.WARD,
    Role.WARD_CHAIRMAN: Level.WARD,
    Role.PROVINCIAL_CLERK: Level.PROVINCE,
    Role.PROVINCIAL_CHAIRMAN: Level.PROVINCE,
    Role.CENTRAL_CLERK: Level.PRESIDENT,
}
"""The level at which each role works; the roles beside the ladder work at none."""


class Tile(StrEnum):
    """A way to narrow the list, with a figure of its own."""

    MINE = "mine"
    RETURNED = "returned"
    ON_HOLD = "on_hold"
    LONG = "long"
    OVERDUE = "overdue"
    ABOVE = "above"


class Taken(StrEnum):
    """Who works on a task, to narrow the list."""

    MINE = "mine"
    NOBODY = "nobody"
    OTHERS = "others"


@dataclass(frozen=True)
class InboxTask:
    """An open task in a list."""

    id: str
    label: TaskLabel
    is_mine: bool
    """Whether the reader may do it; else it lies at a level above."""
    reference: str
    subject_name: str
    award: Award
    case_unit_name: str
    state: CaseState
    role: Role
    unit_name: str
    holders: tuple[Holder, ...]
    opened_at: datetime
    days: int
    """At this step, on the calendar of Vietnam."""
    due_at: datetime | None
    assignee_name: str = ""
    """Who took it on; empty: nobody."""
    is_taken_by_me: bool = False
    on_behalf_of: str = ""
    """Who holds the role, where the reader has it by a delegation alone."""


@dataclass(frozen=True)
class InboxPlace:
    """Where a page begins or ends: at this task."""

    opened_at: datetime
    task_id: str


@dataclass(frozen=True)
class Inbox:
    """One page of tasks."""

    tasks: tuple[InboxTask, ...]
    tile: Tile
    page: int
    has_more: bool
    first: InboxPlace | None = None
    """Its first task; none: it is empty."""
    last: InboxPlace | None = None


def list_tasks(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    tile: Tile = Tile.MINE,
    text: str = "",
    taken: Taken | None = None,
    page: int = 1,
    after: InboxPlace | None = None,
    before: InboxPlace | None = None,
) -> Inbox:
    """Return one page of the open tasks that ``actor`` may do, the oldest first.

    With :attr:`Tile.ABOVE`: those of cases the actor knows that wait at a higher level.

    :param text: part of a reference or of a subject, with or without its marks.
    :param taken: by whom; none: by anybody or nobody.
    :param page: from 1.
    :param after: the last task of the page before, so that a late page costs no more than
        the first; none, or among tasks above: the pages before are counted off.
    :param before: the first task of the page after, for turning back alike.
    """
    condition = and_(_condition(actor, now, tile), *_taken_by(actor, taken))
    found = has_words(session, text)
    if found is not None:
        condition = and_(condition, found.condition)
    elif tile is Tile.ABOVE and taken is None and (units := known_units(actor)):
        oldest = longest_waiting(units, levels_above(actor), page * PAGE_SIZE + 1)
        condition = and_(condition, Case.id.in_(select(oldest.c.case_id)))
    if tile is Tile.ABOVE:
        ordered = _tasks(condition).order_by(Case.waiting_since, UserTask.id)
        after = before = None
    elif before is not None:
        earlier = and_(UserTask.opened_at <= before.opened_at, ~_is_from(before))
        ordered = _tasks(and_(condition, earlier)).order_by(
            UserTask.opened_at.desc(), UserTask.id.desc()
        )
    else:
        if after is not None:
            condition = and_(condition, UserTask.opened_at >= after.opened_at, _is_past(after))
        ordered = _tasks(condition).order_by(UserTask.opened_at, UserTask.id)
    skipped = 0 if after or before else (page - 1) * PAGE_SIZE
    rows = session.execute(ordered.offset(skipped).limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE][:: -1 if before else 1]
    places = {(row.role, row.unit_id) for row in shown}
    holders = list_holders(session, places, day_in_vietnam(now))
    return Inbox(
        tasks=tuple(
            _task(session, actor, row, holders.get((row.role, row.unit_id), ()), tile, now)
            for row in shown
        ),
        tile=tile,
        page=page,
        has_more=before is not None or len(rows) > PAGE_SIZE,
        first=InboxPlace(shown[0].opened_at, shown[0].id) if shown else None,
        last=InboxPlace(shown[-1].opened_at, shown[-1].id) if shown else None,
    )


def _is_from(place: InboxPlace) -> ColumnElement[bool]:
    """Return that a task of the same moment or later is that of ``place`` or comes after."""
    return and_(UserTask.opened_at >= place.opened_at, UserTask.id >= place.task_id)


def _is_past(place: InboxPlace) -> ColumnElement[bool]:
    return or_(UserTask.opened_at > place.opened_at, UserTask.id > place.task_id)


def _taken_by(actor: Actor, taken: Taken | None) -> Iterator[ColumnElement[bool]]:
    if taken is Taken.MINE:
        yield UserTask.assignee_id == actor.person_id
    elif taken is Taken.NOBODY:
        yield UserTask.assignee_id.is_(None)
    elif taken is Taken.OTHERS:
        yield UserTask.assignee_id != actor.person_id


def _giver_of(actor: Actor, role: Role, unit_id: int) -> str:
    """Return for whom ``actor`` does the tasks of a role that is not their own; else empty."""
    if actor.holds(role, unit_id):
        return ""
    places = ((one.role, one.unit_id, one.giver_name) for one in actor.delegated)
    return next((name for *place, name in places if place == [role, unit_id]), "")


def _task(
    session: Session,
    actor: Actor,
    row: Row[*tuple[Any, ...]],
    holders: tuple[Holder, ...],
    tile: Tile,
    now: datetime,
) -> InboxTask:
    definitions = definitions_of(session, row.diagram_set_id)
    return InboxTask(
        id=row.id,
        label=task_label(definitions, row.diagram, row.element_id),
        is_mine=tile is not Tile.ABOVE,
        reference=row.reference,
        subject_name=row.subject_name,
        award=row.award,
        case_unit_name=row.case_unit_name,
        state=row.state,
        role=row.role,
        unit_name=row.unit_name,
        holders=holders,
        opened_at=row.opened_at,
        days=days_between(row.opened_at, now),
        due_at=row.due_at,
        assignee_name=row.assignee_name or "",
        is_taken_by_me=row.assignee_id == actor.person_id,
        on_behalf_of=_giver_of(actor, row.role, row.unit_id),
    )


def count_tiles(session: Session, actor: Actor, now: datetime) -> dict[Tile, Count]:
    """Return the figure of each tile that ``actor`` has, in one query.

    Of more than five hundred tasks only the oldest five hundred are looked at.
    """
    mine = (
        select(Case.state, UserTask.opened_at, UserTask.due_at)
        .join(UserTask.case)
        .where(waits_for(actor))
        .order_by(UserTask.opened_at)
        .limit(MOST_IN_TILES + 1)
        .subquery()
    )

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    figures = select(
        func.count().label(Tile.MINE.value),
        number(mine.c.state == CaseState.RETURNED).label(Tile.RETURNED.value),
        number(mine.c.state == CaseState.ON_HOLD).label(Tile.ON_HOLD.value),
        number(mine.c.opened_at < _long_ago(now)).label(Tile.LONG.value),
        number(mine.c.due_at < now).label(Tile.OVERDUE.value),
    ).select_from(mine)
    if levels_above(actor):
        above = _some_above(actor, now).limit(MOST_IN_TILES + 1).subquery()
        figures = figures.add_columns(
            select(func.count()).select_from(above).scalar_subquery().label(Tile.ABOVE.value)
        )
    found = session.execute(figures).one()._mapping
    figures_of = {tile: int(found[tile.value]) for tile in Tile if tile.value in found}
    return {
        tile: Count(min(number, MOST_IN_TILES), is_least=number > MOST_IN_TILES)
        for tile, number in figures_of.items()
    }


def _some_above(actor: Actor, now: datetime) -> Select[Any]:
    """Return the first five hundred cases, or tasks, that count as waiting above."""
    if units := known_units(actor):
        oldest = longest_waiting(units, levels_above(actor), MOST_IN_TILES + 1)
        return select(oldest.c.case_id)
    condition = _condition(actor, now, Tile.ABOVE)
    return select(UserTask.id).join(UserTask.case).where(condition)


def levels_above(actor: Actor) -> Collection[Level]:
    """Return the levels above all of those at which ``actor`` works; none for others."""
    ladder = tuple(Level)
    mine = [
        ladder.index(LEVEL_OF_ROLE[grant.role])
        for grant in actor.grants
        if grant.role in LEVEL_OF_ROLE
    ]
    return ladder[max(mine) + 1 :] if mine else ()


def _condition(actor: Actor, now: datetime, tile: Tile) -> ColumnElement[bool]:
    if tile is Tile.ABOVE:
        return and_(
            UserTask.state == TaskState.OPEN,
            Case.closed_at.is_(None),
            Case.level.in_(levels_above(actor)),
            is_visible_to(actor),
        )
    mine = waits_for(actor)
    if tile is Tile.RETURNED:
        return and_(mine, Case.state == CaseState.RETURNED)
    if tile is Tile.ON_HOLD:
        return and_(mine, Case.state == CaseState.ON_HOLD)
    if tile is Tile.OVERDUE:
        return and_(mine, UserTask.due_at < now)
    if tile is Tile.LONG:
        return and_(mine, UserTask.opened_at < _long_ago(now))
    return mine


def _long_ago(now: datetime) -> datetime:
    return now - timedelta(days=LONG_DAYS)


def _tasks(condition: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    submitting = Unit.__table__.alias("submitting")
    return (
        select(
            UserTask.id,
            UserTask.diagram,
            UserTask.element_id,
            UserTask.role,
            UserTask.unit_id,
            UserTask.opened_at,
            UserTask.due_at,
            Unit.name.label("unit_name"),
            submitting.c.name.label("case_unit_name"),
            Case.reference,
            Case.subject_name,
            Case.award,
            Case.state,
            Case.diagram_set_id,
            UserTask.assignee_id,
            Person.full_name.label("assignee_name"),
        )
        .join(UserTask.case)
        .join(Unit, Unit.id == UserTask.unit_id)
        .join(submitting, submitting.c.id == Case.unit_id)
        .outerjoin(Person, Person.id == UserTask.assignee_id)
        .where(condition)
    )
