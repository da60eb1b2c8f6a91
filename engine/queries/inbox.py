"""What a person must do now."""

from collections.abc import Collection
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
from engine.queries.counting import MOST_COUNTED, Count
from engine.queries.holders import Holder, days_between, list_holders
from engine.queries.visibility import is_visible_to, waits_for
from engine.store.models import Case, TaskState, Unit, UserTask
from engine.text import fold
from forms.vocabulary import Award, CaseState, Level, Role

PAGE_SIZE = 50
"""Tasks on one page."""

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
    ABOVE = "above"


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


@dataclass(frozen=True)
class Inbox:
    """One page of tasks."""

    tasks: tuple[InboxTask, ...]
    tile: Tile
    page: int
    has_more: bool


def list_tasks(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    tile: Tile = Tile.MINE,
    text: str = "",
    page: int = 1,
) -> Inbox:
    """Return one page of the open tasks that ``actor`` may do, the oldest first.

    With :attr:`Tile.ABOVE`: those of cases the actor knows that wait at a higher level.

    :param text: part of a reference or of a subject, with or without its marks.
    :param page: from 1.
    """
    condition = _condition(actor, now, tile)
    if wanted := fold(text):
        condition = and_(
            condition,
            or_(
                func.lower(Case.reference).contains(wanted, autoescape=True),
                Case.folded_subject.contains(wanted, autoescape=True),
            ),
        )
    rows = session.execute(
        _tasks(condition)
        .order_by(UserTask.opened_at, UserTask.id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    shown = rows[:PAGE_SIZE]
    places = {(row.role, row.unit_id) for row in shown}
    holders = list_holders(session, places, day_in_vietnam(now))
    return Inbox(
        tasks=tuple(
            _task(session, row, holders.get((row.role, row.unit_id), ()), tile, now)
            for row in shown
        ),
        tile=tile,
        page=page,
        has_more=len(rows) > PAGE_SIZE,
    )


def _task(
    session: Session,
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
    )


def count_tiles(session: Session, actor: Actor, now: datetime) -> dict[Tile, Count]:
    """Return the figure of each tile that ``actor`` has, in one query.

    Of more than a thousand tasks only the thousand oldest are looked at.
    """
    mine = (
        select(Case.state, UserTask.opened_at)
        .join(UserTask.case)
        .where(waits_for(actor))
        .order_by(UserTask.opened_at)
        .limit(MOST_COUNTED + 1)
        .subquery()
    )

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    figures = select(
        func.count().label(Tile.MINE.value),
        number(mine.c.state == CaseState.RETURNED).label(Tile.RETURNED.value),
        number(mine.c.state == CaseState.ON_HOLD).label(Tile.ON_HOLD.value),
        number(mine.c.opened_at < _long_ago(now)).label(Tile.LONG.value),
    ).select_from(mine)
    if levels_above(actor):
        above = (
            select(UserTask.id)
            .join(UserTask.case)
            .where(_condition(actor, now, Tile.ABOVE))
            .limit(MOST_COUNTED + 1)
            .subquery()
        )
        figures = figures.add_columns(
            select(func.count()).select_from(above).scalar_subquery().label(Tile.ABOVE.value)
        )
    found = session.execute(figures).one()._mapping
    return {tile: Count(int(found[tile.value])) for tile in Tile if tile.value in found}


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
        )
        .join(UserTask.case)
        .join(Unit, Unit.id == UserTask.unit_id)
        .join(submitting, submitting.c.id == Case.unit_id)
        .where(condition)
    )
