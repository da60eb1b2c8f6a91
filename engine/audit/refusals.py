"""What somebody tried and was refused: kept in the journal, a few a minute of one person."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import journal
from engine.permissions import Actor
from engine.store.database import take_turn
from engine.store.models import JournalEntry

STREAM = "refusals"
"""Of the journal."""

MOST_A_MINUTE = 10
"""Refusals of one person that are kept a minute: nobody fills the journal with them."""

LOOKED_AT = 200
"""Last refusals of all people among which those of one person are counted."""


def note_refusal(
    session: Session, actor: Actor, asked: Mapping[str, Any], at: datetime
) -> bool:
    """Write down that ``actor`` was refused; commits nothing.

    :param asked: what for: codes and numbers under the names of
        :data:`engine.journal.facts.FACTS`.
    :return: whether it was kept; not where the person has had enough of them.
    """
    take_turn(session, STREAM)
    last = (
        select(JournalEntry.actor_id, JournalEntry.happened_at)
        .where(JournalEntry.stream == STREAM)
        .order_by(JournalEntry.seq.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    count = select(func.count()).where(
        last.c.actor_id == actor.person_id, last.c.happened_at > at - timedelta(minutes=1)
    )
    if (session.scalar(count) or 0) >= MOST_A_MINUTE:
        return False
    grant = actor.grants[0] if actor.grants else None
    journal.append(
        session,
        stream=STREAM,
        action="request.refused",
        actor=actor,
        at=at,
        role=grant.role if grant else None,
        unit_id=grant.unit_id if grant else None,
        detail=asked,
    )
    return True
