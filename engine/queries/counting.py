"""Counting without reading everything: past a thousand nobody needs the exact figure."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

MOST_COUNTED = 1_000
"""Rows that a page counts one by one."""


@dataclass(frozen=True)
class Count:
    """How many there are, or that there are more than were counted."""

    number: int
    is_least: bool = False
    """Whether there are more than ``number``; nobody counted how many."""

    @property
    def is_over(self) -> bool:
        """Whether there are more than were counted."""
        return self.is_least or self.number > MOST_COUNTED

    @property
    def counted(self) -> int:
        """How many were counted at least."""
        return min(self.number, MOST_COUNTED)


def count_of(session: Session, found: Select[Any]) -> Count:
    """Return how many rows ``found`` has, in one query that stops after a thousand."""
    few = found.limit(MOST_COUNTED + 1).subquery()
    return Count(session.scalar(select(func.count()).select_from(few)) or 0)
