"""The table of time limits as its page shows it, and what a change of it would move."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.deadlines.changes import PERMISSION, Move
from engine.deadlines.limits import RESUME_FORM, Limit, Limits, limits_now
from engine.definitions import definitions_of, packaged_files, packaged_set_id
from engine.permissions import Actor, require
from engine.process import diagrams
from engine.process.labels import TaskLabel, task_label
from engine.process.steps import PersonStep, list_steps
from engine.queries.organisation import names_of
from engine.rules.book import book
from engine.rules.deadlines import KnownLimit
from engine.store.models import Deadline
from forms.vocabulary import Award, Counting, Level

MOST_SHOWN = 200
"""Changes, and tasks that move, on one page."""


@dataclass(frozen=True)
class Standing:
    """The limit of a step on a day."""

    awards: tuple[Award, ...]
    """The awards for which it holds; empty: for any."""
    limit: Limit | None


@dataclass(frozen=True)
class StepLimits:
    """A step with what limits it on a day."""

    step: PersonStep
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class SetLimit:
    """One change of the table, as it was made."""

    level: Level
    label: TaskLabel | None
    """Of the step; none: of every step of the level."""
    award: Award | None
    days: int | None
    counting: Counting
    remind_before: int | None
    escalates: bool
    starts_on: date
    source: str
    set_by: str
    """Empty: the operator of the server."""
    set_at: datetime


@dataclass(frozen=True)
class Table:
    """All of it."""

    steps: tuple[StepLimits, ...]
    history: tuple[SetLimit, ...]
    """The last change first, at most :data:`MOST_SHOWN`."""
    known: tuple[KnownLimit, ...]
    """Limits that were read somewhere; none of them holds by itself."""


@dataclass(frozen=True)
class NamedMove:
    """A task that a change moves, with the name of its step."""

    move: Move
    label: TaskLabel


def get_table(session: Session, actor: Actor, on: date) -> Table:
    """Return the limits of every step on ``on`` (in Vietnam), and how they came to be.

    :raises NotPermitted: ``actor`` does not manage settings.
    """
    require(actor, PERMISSION)
    limits = limits_now(session)
    steps = person_steps()
    return Table(
        steps=tuple(StepLimits(step, _standings(limits, step, on)) for step in steps),
        history=_history(session, {step.element_id: step.label for step in steps}),
        known=book().parts["deadlines.yaml"],
    )


def person_steps() -> tuple[PersonStep, ...]:
    """Return the steps that can have a limit: all but those on hold."""
    found = diagrams.definitions(packaged_set_id(), packaged_files)
    return tuple(step for step in list_steps(found) if step.form != RESUME_FORM)


def named_moves(session: Session, moves: Sequence[Move]) -> tuple[NamedMove, ...]:
    """Return the first of ``moves`` with the names of their steps."""
    return tuple(
        NamedMove(
            one,
            task_label(
                definitions_of(session, one.diagram_set_id), one.diagram, one.element_id
            ),
        )
        for one in moves[:MOST_SHOWN]
    )


def _standings(limits: Limits, step: PersonStep, on: date) -> tuple[Standing, ...]:
    found: dict[Limit | None, list[Award]] = defaultdict(list)
    for award in Award:
        found[limits.find(step.level, step.element_id, award, on)].append(award)
    if len(found) == 1:
        return (Standing((), next(iter(found))),)
    return tuple(Standing(tuple(awards), limit) for limit, awards in found.items())


def _history(session: Session, labels: dict[str, TaskLabel]) -> tuple[SetLimit, ...]:
    rows = session.scalars(
        select(Deadline).order_by(Deadline.id.desc()).limit(MOST_SHOWN)
    ).all()
    names = names_of(session, {row.set_by_id for row in rows if row.set_by_id is not None})
    return tuple(
        SetLimit(
            level=row.level,
            label=labels.get(row.element_id),
            award=row.award,
            days=row.days,
            counting=row.counting,
            remind_before=row.remind_before,
            escalates=row.escalates,
            starts_on=row.starts_on,
            source=row.source,
            set_by="" if row.set_by_id is None else names[row.set_by_id],
            set_at=row.set_at,
        )
        for row in rows
    )
