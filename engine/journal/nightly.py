"""The check of the whole journal that runs every night, and what it found last."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import journal
from engine.jobs import Daily, Job, Work
from engine.journal.findings import Report, Tampering
from engine.journal.keys import JournalKey
from engine.journal.outside import Outside
from engine.journal.verification import verify
from engine.plans import Translated
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalEntry

log = logging.getLogger(__name__)

STREAM = "journal"
ACTION = "journal.verified"

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
    with reading(database, one_moment=True) as session:
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


def _verify(work: Work, payload: Mapping[str, Any]) -> None:
    """Check the journal; what is found stands in it, on the auditor's page and in the log."""
    report = verify_and_note(work.database, work.key, work.outside, work.now())
    for finding in report.findings:
        log.error("the journal was tampered with: %s", finding)


VERIFY = Job(
    "journal.verify",
    Translated("Kiểm tra toàn bộ nhật ký", "Check the whole journal"),
    _verify,
    again=Daily(time(2, 0)),
    hold=timedelta(hours=2),
)
