"""Who has a task before them, and for how many days."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine.office import day_in_vietnam
from engine.store.models import Person, Position
from forms.vocabulary import Role

MOST_HOLDERS = 500
"""Positions read for one page at most."""

Place = tuple[Role, int]
"""A role and the unit in which a task waits for it."""


@dataclass(frozen=True)
class Holder:
    """A person who may take a task, with what they are."""

    name: str
    title: str


def list_holders(
    session: Session, places: Iterable[Place], today: date
) -> dict[Place, tuple[Holder, ...]]:
    """Return who has which role in which unit today, by given name, in one query."""
    wanted = sorted({(role.value, unit_id) for role, unit_id in places})
    if not wanted:
        return {}
    rows = session.execute(
        select(Position.role, Position.unit_id, Person.full_name, Position.title)
        .join(Position.person)
        .where(
            or_(
                *(
                    and_(Position.role == Role(role), Position.unit_id == unit_id)
                    for role, unit_id in wanted
                )
            ),
            Position.starts_on <= today,
            or_(Position.ends_on.is_(None), Position.ends_on >= today),
        )
        .order_by(Person.sort_key, Person.id)
        .limit(MOST_HOLDERS)
    )
    found: dict[Place, list[Holder]] = defaultdict(list)
    for role, unit_id, name, title in rows:
        found[role, unit_id].append(Holder(name, title))
    return {place: tuple(holders) for place, holders in found.items()}


def days_between(start: datetime, end: datetime) -> int:
    """Return the days from ``start`` to ``end`` on the calendar of Vietnam, 0 on one day.

    :raises ValueError: one of the two has no time zone.
    """
    return (day_in_vietnam(end) - day_in_vietnam(start)).days
