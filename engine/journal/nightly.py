"""The check of the whole journal that runs every night, and what it found last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import journal
from engine.journal.findings import Report, Tampering
from engine.journal.keys import JournalKey
from engine.journal.outside import Outside
from engine.journal.verification import verify
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalEntry

STREAM = "journal"
ACTION = "journal.verified"

EVERY = timedelta(hours=24)
"""Time from one check to the next."""

MOST_TOLD = 10
"""Findings that the journal itself keeps of a check."""


@dataclass(frozen=True)
class LastCheck:
    """What the last check found."""

    at: datetime
    checked: int
    """Entries."""
    sealed: int
    findings: tuple[str, ...]
    """What it looks like, where, in words of a program; empty: everything fits."""

    @property
    def looks_like(self) -> tuple[Tampering, ...]:
        """What the findings look like, each kind once."""
        kinds = (Tampering(one.partition(":")[0]) for one in self.findings)
        return tuple(dict.fromkeys(kinds))


def verify_and_note(
    database: Engine, key: JournalKey, outside: Outside, at: datetime
) -> Report:
    """Check the whole journal, and write into it what was found."""
    with reading(database) as session:
        report = verify(session, key, outside)
    with unit_of_work(database) as session:
        journal.append(
            session,
            stream=STREAM,
            action=ACTION,
            actor=None,
            at=at,
            detail={
                "checked": report.entries,
                "sealed": report.sealed,
                "checkpoints": report.checkpoints,
                "findings": [str(one) for one in report.findings[:MOST_TOLD]],
            },
        )
    return report


def last_check(session: Session) -> LastCheck | None:
    """Return what the last check found; none: there was none yet."""
    entry = session.scalar(
        select(JournalEntry)
        .where(JournalEntry.stream == STREAM, JournalEntry.action == ACTION)
        .order_by(JournalEntry.seq.desc())
        .limit(1)
    )
    if entry is None:
        return None
    said = entry.facts
    return LastCheck(
        entry.happened_at, said["checked"], said["sealed"], tuple(said["findings"])
    )


def is_due(session: Session, at: datetime) -> bool:
    """Whether it is time for the next check."""
    last = last_check(session)
    return last is None or at - last.at >= EVERY
