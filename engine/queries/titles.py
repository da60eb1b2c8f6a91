"""What people were in their units on the days on which they acted."""

from collections.abc import Iterable

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine.office import day_in_vietnam
from engine.store.models import JournalEntry, Position


class Titles:
    """What the people of some entries were, in the unit for which they acted: one query."""

    def __init__(self, session: Session, entries: Iterable[JournalEntry]) -> None:
        people = {
            (entry.actor_id, entry.unit_id)
            for entry in entries
            if entry.actor_id is not None and entry.unit_id is not None
        }
        self._positions = list(
            session.scalars(
                select(Position)
                .where(
                    or_(
                        *(
                            and_(Position.person_id == person, Position.unit_id == unit)
                            for person, unit in sorted(people)
                        )
                    )
                )
                .order_by(Position.starts_on.desc(), Position.id.desc())
            )
            if people
            else ()
        )

    def of(self, entry: JournalEntry) -> str:
        """Return the title of whoever acted in ``entry``, on that day; else empty."""
        day = day_in_vietnam(entry.happened_at)
        for one in self._positions:
            if (
                one.person_id == entry.actor_id
                and one.unit_id == entry.unit_id
                and one.starts_on <= day
                and (one.ends_on is None or one.ends_on >= day)
                and (entry.role is None or one.role is entry.role)
            ):
                return one.title
        return ""
