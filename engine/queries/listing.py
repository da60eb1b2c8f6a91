"""The list of cases, narrowed and searched."""

from collections.abc import Iterator, Sequence
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
from engine.queries.finding import MOST_FEW, has_words_or_unit
from engine.queries.holders import days_between
from engine.queries.opening import NamedThing
from engine.queries.visibility import is_among, is_visible_to, knows_few
from engine.store.models import Attachment, Case, Round, TaskState, Unit, UserTask
from engine.text import alphabetical_key
from forms.vocabulary import Award, CaseState, Level, Role

PAGE_SIZE = 50
"""Cases on one page."""

MOST_CHOICES = 200
"""Rounds and units offered to choose from at most, each; units are also found by name."""


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
    """Return one page of the cases that ``actor`` may see, in three queries at most.

    They are found and sorted before anything else is read of them; words are looked up
    before.

    :param page: from 1.
    """
    found_by = has_words_or_unit(session, wanted.text)
    named = [found_by.condition] if found_by else []
    few = knows_few(session, actor)
    conditions = (is_among(actor, few=few), *named, *_conditions(wanted))
    found = select(Case.id).join(Case.round).where(*conditions)
    ordered = found.order_by(*_ordering(wanted.order))
    along = found_by.newest if found_by and wanted == CaseFilter(wanted.text) else None
    if along is not None and not few:
        ordered = along.where(is_visible_to(actor))
    begins = (page - 1) * PAGE_SIZE
    if found_by and not found_by.is_common:
        every = session.scalars(ordered.limit(MOST_FEW)).all()
        shown, count = every[begins : begins + PAGE_SIZE + 1], Count(len(every))
    else:
        shown = session.scalars(ordered.offset(begins).limit(PAGE_SIZE + 1)).all()
        count = Count(begins + min(len(shown), PAGE_SIZE), len(shown) > PAGE_SIZE)
        # Not with words, for it would take long and say little.
        if found_by is None and (count.is_least or page > 1):
            count = count_of(session, found.order_by(Case.id.desc()))
    rows = _rows(session, wanted, shown[:PAGE_SIZE])
    return CaseList(
        cases=tuple(_line(session, row, now) for row in rows),
        count=count,
        page=page,
        has_more=len(shown) > PAGE_SIZE,
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
        .order_by(Unit.id)
        .limit(MOST_CHOICES)
        .subquery()
    )
    rows = session.execute(union_all(select(rounds), select(units))).all()
    named: dict[str, list[NamedThing]] = {"round": [], "unit": []}
    for kind, own, name, _year in rows:
        named[kind].append(NamedThing(own, name))
    return FilterChoices(
        rounds=tuple(named["round"]),
        units=tuple(sorted(named["unit"], key=lambda unit: alphabetical_key(unit.name))),
        years=tuple(sorted({year for *_named, year in rows if year}, reverse=True)),
    )


def _rows(
    session: Session, wanted: CaseFilter, shown: Sequence[int]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return what the list shows of some cases, by their ids."""
    holding = Unit.__table__.alias("holding")
    return session.execute(
        select(
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
        .where(Case.id.in_(shown))
        .order_by(*_ordering(wanted.order))
    ).all()


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
