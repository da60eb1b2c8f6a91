"""Cases as an event log: whole traces, read one after the other, without anybody's name."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased, defer

from engine.definitions import definitions_of
from engine.journal.replay import MOVES
from engine.journal.trace_words import DEEDS
from engine.office import VIETNAM
from engine.process.labels import task_label
from engine.store.models import Case, JournalEntry, Round, Unit, UserTask
from forms.vocabulary import Award, Role

AT_ONCE = 500
"""Rows that are fetched together."""


@dataclass(frozen=True)
class LogFilter:
    """Which cases a log holds; a field that is ``None`` leaves none out."""

    round_id: int | None = None
    """The round in which a case is now: one that resumes may have moved."""
    award: Award | None = None
    from_day: date | None = None
    to_day: date | None = None
    """First and last day, in Vietnam, on which a case was opened: a trace is never cut."""


@dataclass(frozen=True)
class Event:
    """One act that let a case go on."""

    seq: int
    """Number of its entry in the journal of the case."""
    at: datetime
    """In UTC."""
    activity: str
    """Id of the user task in its diagram; ``case.opened`` and ``case.withdrawn``."""
    label: str
    """What officials call it, in Vietnamese."""
    person_id: int | None
    """None: the system itself."""
    role: Role | None
    unit_id: int | None
    unit_name: str
    """Empty where nobody acted for a unit."""
    outcome: str
    """Code; empty where there was nothing to choose."""
    return_to: str
    """Code of where a return leads; empty for any other outcome."""
    level: str
    """Code of the level where the case waited; empty while it is written."""
    on_behalf_of: int | None = None
    """Id of who holds the role in which it was done, under a delegation; none: the person."""


@dataclass(frozen=True)
class Trace:
    """A case from its opening to its outcome, or to where it waits."""

    reference: str
    award: Award
    round_id: int
    round_name: str
    unit_id: int
    """The unit that nominates."""
    unit_name: str
    diagrams: str
    """SHA-256 of the diagrams with which it runs, in hex."""
    events: tuple[Event, ...]


@dataclass
class JournalLog:
    """The traces of a journal, as one moment has them.

    :ivar counts: ``cases`` and ``rows`` (events) that were read so far.
    """

    session: Session
    wanted: LogFilter
    counts: Counter[str] = field(default_factory=Counter)
    _labels: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def traces(self) -> Iterator[Trace]:
        """Yield the traces in the order in which cases were opened; holds one at a time.

        What people wrote is not even read from the database.
        """
        nominates = aliased(Unit)
        rows = self.session.execute(
            select(
                JournalEntry,
                Case.id,
                Case.reference,
                Case.award,
                Case.round_id,
                Case.unit_id,
                Case.diagram_set_id,
                Round.name.label("round_name"),
                nominates.name.label("nominates_name"),
                Unit.name.label("unit_name"),
                UserTask.diagram,
            )
            .join(Case, Case.id == JournalEntry.case_id)
            .join(Round, Round.id == Case.round_id)
            .join(nominates, nominates.id == Case.unit_id)
            .outerjoin(Unit, Unit.id == JournalEntry.unit_id)
            .outerjoin(UserTask, UserTask.id == JournalEntry.task_id)
            .where(JournalEntry.action.in_(MOVES), *_conditions(self.wanted))
            .order_by(Case.id, JournalEntry.seq)
            .options(
                defer(JournalEntry.private, raiseload=True),
                defer(JournalEntry.salt, raiseload=True),
            )
            .execution_options(yield_per=AT_ONCE)
        )
        for _case_id, group in groupby(rows, key=lambda row: row.id):
            yield self._trace(list(group))

    def _trace(self, rows: list[Any]) -> Trace:
        events = tuple(map(self._event, rows))
        self.counts.update(cases=1, rows=len(events))
        first = rows[0]
        return Trace(
            reference=first.reference,
            award=first.award,
            round_id=first.round_id,
            round_name=first.round_name,
            unit_id=first.unit_id,
            unit_name=first.nominates_name,
            diagrams=first.diagram_set_id,
            events=events,
        )

    def _event(self, row: Any) -> Event:
        entry: JournalEntry = row.JournalEntry
        facts = entry.facts
        activity = facts.get("element", entry.action)
        return Event(
            seq=entry.seq,
            at=entry.happened_at,
            activity=activity,
            label=self._label(row.diagram_set_id, row.diagram, activity),
            person_id=entry.actor_id,
            role=entry.role,
            unit_id=entry.unit_id,
            unit_name=row.unit_name or "",
            outcome=facts.get("outcome") or "",
            return_to=facts.get("return_to") or "",
            level=(facts.get("old") or {}).get("level") or "",
            on_behalf_of=facts.get("on_behalf_of"),
        )

    def _label(self, set_id: str, diagram: str | None, activity: str) -> str:
        if diagram is None:
            return DEEDS[activity]
        key = (set_id, diagram, activity)
        if key not in self._labels:
            definitions = definitions_of(self.session, set_id)
            self._labels[key] = task_label(definitions, diagram, activity).vi
        return self._labels[key]


def person_code(person_id: int) -> str:
    """Return the pseudonym of a person: the same in every log, and no name."""
    return f"p{person_id}"


def moment(at: datetime) -> str:
    """Return a moment as both formats write it: in the time of Vietnam, with its zone."""
    return at.astimezone(VIETNAM).isoformat(timespec="milliseconds")


def _conditions(wanted: LogFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.round_id is not None:
        yield Case.round_id == wanted.round_id
    if wanted.award is not None:
        yield Case.award == wanted.award
    if wanted.from_day is not None:
        yield Case.opened_at >= _begins(wanted.from_day)
    if wanted.to_day is not None and wanted.to_day < date.max:
        yield Case.opened_at < _begins(wanted.to_day + timedelta(days=1))


def _begins(day: date) -> datetime:
    """Return when ``day`` begins in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)
