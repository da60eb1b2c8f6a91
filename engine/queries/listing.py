"""The list of cases, narrowed and searched."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, literal, or_, select, union_all
from sqlalchemy.orm import Session

from engine.deadlines.limits import is_overdue
from engine.definitions import definitions_of
from engine.permissions import Actor
from engine.process.labels import TaskLabel, task_label
from engine.queries.counting import Count, count_of
from engine.queries.finding import has_words_or_unit
from engine.queries.holders import days_between
from engine.queries.opening import NamedThing
from engine.queries.visibility import is_among, knows_few
from engine.store.models import Attachment, Case, Round, TaskState, Unit, UserTask
from engine.text import alphabetical_key
from forms.vocabulary import Award, CaseState, Level, Role

PAGE_SIZE = 50
"""Cases on one page."""

MOST_CHOICES = 500
"""Rounds and units offered to choose from at most, each."""


class Missing(StrEnum):
    """What a case lacks."""

    SUBMISSION = "submission"
    """It was never submitted."""
    EVIDENCE = "evidence"
    """It encloses no file."""


class Late(StrEnum):
    """What is late with a case."""

    OVERDUE = "overdue"
    """A step of it was found overdue."""


class Order(StrEnum):
    """How the list is sorted."""

    NEWEST = "newest"
    WAITING = "waiting"
    """Open cases that wait longest first."""
    SUBJECT = "subject"
    """The Vietnamese way: people by given name."""


@dataclass(frozen=True)
class CaseFilter:
    """What narrows the list; a field that is ``None`` narrows nothing."""

    text: str = ""
    """Part of a reference, a subject or a unit, with or without its marks."""
    round_id: int | None = None
    level: Level | None = None
    """Where an open case waits; a draft waits at the unit."""
    award: Award | None = None
    state: CaseState | None = None
    unit_id: int | None = None
    year: int | None = None
    missing: Missing | None = None
    late: Late | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True)
class CaseLine:
    """A case in the list."""

    reference: str
    subject_name: str
    award: Award
    unit_name: str
    round_name: str
    state: CaseState
    level: Level | None
    step: TaskLabel | None
    """Where it waits; None when it is closed."""
    holder_role: Role | None
    holder_unit: str | None
    since: datetime
    """Since when it waits, or when it was closed."""
    days: int | None
    """At its step, on the calendar of Vietnam; None when it is closed."""


@dataclass(frozen=True)
class CaseList:
    """One page of cases."""

    cases: tuple[CaseLine, ...]
    count: Count
    page: int
    has_more: bool


@dataclass(frozen=True)
class FilterChoices:
    """The rounds and units to choose from, and the years of the rounds."""

    rounds: tuple[NamedThing, ...]
    units: tuple[NamedThing, ...]
    years: tuple[int, ...]


def list_cases(
    session: Session, actor: Actor, wanted: CaseFilter, now: datetime, page: int = 1
) -> CaseList:
    """Return one page of the cases that ``actor`` may see, in two queries.

    :param page: from 1.
    """
    found_by = has_words_or_unit(session, wanted.text)
    named = [found_by.condition] if found_by else []
    few = knows_few(session, actor)
    conditions = (is_among(actor, few=few), *named, *_conditions(wanted))
    holding = Unit.__table__.alias("holding")
    found = (
        select(
            Case.id,
            Case.reference,
            Case.subject_name,
            Case.award,
            Case.state,
            Case.level,
            Case.waiting_since,
            Case.closed_at,
            Case.diagram_set_id,
            Unit.name.label("unit_name"),
            Round.name.label("round_name"),
            UserTask.diagram,
            UserTask.element_id,
            UserTask.role,
            holding.c.name.label("holding_unit"),
        )
        .join(Case.unit)
        .join(Case.round)
        .outerjoin(UserTask, (UserTask.case_id == Case.id) & (UserTask.state == TaskState.OPEN))
        .outerjoin(holding, holding.c.id == UserTask.unit_id)
        .where(*conditions)
        .order_by(*_ordering(wanted.order))
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    rows = session.execute(found).all()
    has_more = len(rows) > PAGE_SIZE
    if found_by and found_by.is_common:  # to count them takes long, and says little
        shown = (page - 1) * PAGE_SIZE + min(len(rows), PAGE_SIZE)
        count = Count(shown, has_more)
    else:
        all_of_them = select(Case.id).join(Case.unit).join(Case.round).where(*conditions)
        count = count_of(session, all_of_them.order_by(Case.id.desc()))
    return CaseList(
        cases=tuple(_line(session, row, now) for row in rows[:PAGE_SIZE]),
        count=count,
        page=page,
        has_more=has_more,
    )


def list_choices(session: Session, actor: Actor) -> FilterChoices:
    """Return what the list can be narrowed to.

    All rounds, the latest first, and by name the units with a case that ``actor`` may see.
    """
    rounds = (
        select(literal("round").label("kind"), Round.id, Round.name, Round.year)
        .order_by(Round.year.desc(), Round.id.desc())
        .limit(MOST_CHOICES)
        .subquery()
    )
    few = knows_few(session, actor)
    visible = is_among(actor, few=few)
    # One unit after the other, until it has a case; not all cases with their units at once.
    one = select(Case.id).where(Case.unit_id == Unit.id, visible).limit(1)
    has_case: ColumnElement[bool] = one.correlate(Unit).scalar_subquery().is_not(None)
    if few:
        has_case = Unit.id.in_(select(Case.unit_id).where(visible))
    units = (
        select(literal("unit").label("kind"), Unit.id, Unit.name, literal(0).label("year"))
        .where(has_case)
        .limit(MOST_CHOICES)
        .subquery()
    )
    rows = session.execute(union_all(select(rounds), select(units))).all()
    found = [row for row in rows if row.kind == "round"]
    named = [NamedThing(row.id, row.name) for row in rows if row.kind == "unit"]
    return FilterChoices(
        rounds=tuple(NamedThing(row.id, row.name) for row in found),
        units=tuple(sorted(named, key=lambda unit: alphabetical_key(unit.name))),
        years=tuple(sorted({row.year for row in found}, reverse=True)),
    )


def _conditions(wanted: CaseFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.round_id is not None:
        yield Case.round_id == wanted.round_id
    if wanted.level is not None:
        here = Case.level == wanted.level
        yield Case.closed_at.is_(None)
        yield or_(here, Case.level.is_(None)) if wanted.level is Level.UNIT else here
    if wanted.award is not None:
        yield Case.award == wanted.award
    if wanted.state is not None:
        yield Case.state == wanted.state
    if wanted.unit_id is not None:
        yield Case.unit_id == wanted.unit_id
    if wanted.year is not None:
        yield Round.year == wanted.year
    if wanted.late is Late.OVERDUE:
        yield Case.id.in_(select(UserTask.case_id).where(is_overdue()))
    if wanted.missing is Missing.SUBMISSION:
        yield Case.submitted_at.is_(None)
    if wanted.missing is Missing.EVIDENCE:
        yield ~exists().where(Attachment.case_id == Case.id, Attachment.removed_at.is_(None))


def _ordering(order: Order) -> tuple[ColumnElement[Any], ...]:
    if order is Order.SUBJECT:
        return (Case.subject_sort_key.asc(), Case.id.asc())
    if order is Order.WAITING:
        return (Case.closed_at.is_not(None).asc(), Case.waiting_since.asc(), Case.id.asc())
    return (Case.id.desc(),)


def _line(session: Session, row: Row[*tuple[Any, ...]], now: datetime) -> CaseLine:
    found = row._mapping
    step = None
    if found["element_id"] is not None:
        definitions = definitions_of(session, found["diagram_set_id"])
        step = task_label(definitions, found["diagram"], found["element_id"])
    closed_at = found["closed_at"]
    return CaseLine(
        reference=found["reference"],
        subject_name=found["subject_name"],
        award=found["award"],
        unit_name=found["unit_name"],
        round_name=found["round_name"],
        state=found["state"],
        level=found["level"],
        step=step,
        holder_role=found["role"],
        holder_unit=found["holding_unit"],
        since=closed_at or found["waiting_since"],
        days=None if closed_at else days_between(found["waiting_since"], now),
    )
