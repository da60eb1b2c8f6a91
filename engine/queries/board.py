"""The work that waits at each level of the ladder."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from engine.permissions import Actor, require
from engine.queries.counting import MOST_COUNTED, Count
from engine.queries.holders import days_between
from engine.queries.visibility import is_visible_to
from engine.store.models import Case
from forms.vocabulary import CaseState, Level


@dataclass(frozen=True)
class Column:
    """One level: how many open cases wait there, in which states, and since when."""

    level: Level
    states: dict[CaseState, int] = field(default_factory=dict)
    oldest_since: datetime | None = None
    oldest_days: int | None = None
    """Days at its step of the case that waits longest, on the calendar of Vietnam."""

    @property
    def count(self) -> Count:
        """How many wait here."""
        return Count(sum(self.states.values()))


def get_board(session: Session, actor: Actor, now: datetime) -> tuple[Column, ...]:
    """Return the levels from the lowest up, in one query; a draft waits at the unit.

    At each level the thousand cases that wait longest are counted.

    :raises NotPermitted: the actor has no use for the board.
    """
    require(actor, "board.see")
    waiting = union_all(*(_waiting_at(actor, level) for level in Level)).subquery()
    rows = session.execute(
        select(
            waiting.c.at_level,
            waiting.c.state,
            func.count().label("number"),
            func.min(waiting.c.waiting_since).label("oldest"),
        ).group_by(waiting.c.at_level, waiting.c.state)
    ).all()
    columns = []
    for level in Level:
        here = [row for row in rows if row.at_level == level.value]
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
            )
        )
    return tuple(columns)


def _waiting_at(actor: Actor, level: Level) -> Select[str, CaseState, datetime]:
    here = Case.level == level
    if level is Level.UNIT:
        here = or_(here, Case.level.is_(None))
    found = (
        select(
            literal(level.value).label("at_level"),
            Case.state,
            Case.waiting_since,
        )
        .where(Case.closed_at.is_(None), here, is_visible_to(actor))
        .order_by(Case.waiting_since)
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return select(found.c.at_level, found.c.state, found.c.waiting_since)
