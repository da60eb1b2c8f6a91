"""The work that waits at each level of the ladder."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, Subquery, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from engine.deadlines.limits import is_overdue
from engine.permissions import Actor, require
from engine.queries.counting import MOST_COUNTED, Count
from engine.queries.holders import days_between
from engine.queries.visibility import is_visible_to, known_units, longest_waiting
from engine.store.models import Case, UserTask
from forms.vocabulary import CaseState, Level


@dataclass(frozen=True)
class Column:
    """One level: how many open cases wait there, in which states, and since when."""

    level: Level
    states: dict[CaseState, int] = field(default_factory=dict)
    oldest_since: datetime | None = None
    oldest_days: int | None = None
    """Days at its step of the case that waits longest, on the calendar of Vietnam."""
    late: int = 0
    """Cases with a step that was found overdue."""

    @property
    def overdue(self) -> Count:
        """How many of them have a step that was found overdue."""
        return Count(self.late)

    @property
    def count(self) -> Count:
        """How many wait here."""
        return Count(sum(self.states.values()))


def get_board(session: Session, actor: Actor, now: datetime) -> tuple[Column, ...]:
    """Return the levels from the lowest up, in one query; a draft waits at the unit.

    At each level the thousand cases that wait longest are counted, and as many drafts.

    :raises NotPermitted: the actor has no use for the board.
    """
    require(actor, "board.see")
    waiting = _waiting(actor)
    rows = session.execute(
        select(
            waiting.c.place,
            waiting.c.state,
            func.count().label("number"),
            func.min(waiting.c.waiting_since).label("oldest"),
            func.sum(case((waiting.c.case_id.in_(_LATE), 1), else_=0)).label("late"),
        ).group_by(waiting.c.place, waiting.c.state)
    ).all()
    columns = []
    for level in Level:
        here = [row for row in rows if row.place == level.value]
        oldest = min((row.oldest for row in here), default=None)
        columns.append(
            Column(
                level=level,
                states={
                    state: row.number
                    for state in CaseState
                    for row in here
                    if row.state is state
                },
                oldest_since=oldest,
                oldest_days=None if oldest is None else days_between(oldest, now),
                late=sum(row.late for row in here),
            )
        )
    return tuple(columns)


def _waiting(actor: Actor) -> Subquery:
    """Return the thousand longest waiting cases of each level that ``actor`` may see."""
    units = known_units(actor)
    if units:
        return longest_waiting(units, Level, MOST_COUNTED + 1)
    levels: list[Level | None] = [None, *Level]
    return union_all(*(_waiting_at(actor, level) for level in levels)).subquery()


def _waiting_at(actor: Actor, level: Level | None) -> Select[str, CaseState, datetime, int]:
    """Return what waits at a level; none: drafts, which wait at the unit."""
    here = Case.level.is_(None) if level is None else Case.level == level
    found = (
        select(
            literal((level or Level.UNIT).value).label("place"),
            Case.state,
            Case.waiting_since,
            Case.id.label("case_id"),
        )
        .where(Case.closed_at.is_(None), here, is_visible_to(actor))
        .order_by(Case.waiting_since)
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return select(*found.c)


_LATE = select(UserTask.case_id).where(is_overdue())
