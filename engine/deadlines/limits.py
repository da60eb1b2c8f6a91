"""The time limits in force, and until when a step is due that begins on a day.

Every limit is one that the office has set ("cấu hình đơn vị"): no text that was read says
how long a step may take. Where none is set, a step is due on no day.
"""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, literal_column, select
from sqlalchemy.orm import Session

from engine.errors import NoCalendarForDay
from engine.office import VIETNAM, day_in_vietnam
from engine.process.runner import WaitingTask
from engine.rules.book import book
from engine.rules.calendar import Calendar
from engine.store.models import Case, Deadline, TaskState, UserTask
from forms.vocabulary import Award, Counting, Level

CALENDAR = "calendar.yaml"
"""The file of the law book that has the days off."""

RESUME_FORM = "resume.v1"
"""Form of the tasks at which a nomination lies on hold: no time runs there."""

LAST_SECOND = time(23, 59, 59)
"""A day is over at midnight in Vietnam: what comes in the evening is in time."""

ONE_SECOND = timedelta(seconds=1)

OPEN: ColumnElement[str] = literal_column(f"'{TaskState.OPEN.value}'")
"""No parameter: so that the partial indexes are seen to answer."""

MORNING = time(7)
"""When people are reminded, in Vietnam."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """How long a step may take, from a day on: a row of :class:`Deadline`."""

    id: int
    level: Level
    element_id: str
    award: Award | None
    days: int | None
    counting: Counting
    remind_before: int | None
    escalates: bool
    starts_on: date
    source: str


@dataclass(frozen=True)
class Step:
    """What a limit is asked about."""

    level: Level | None
    """None: the unit writes the nomination."""
    element_id: str
    form: str
    award: Award
    opened_at: datetime
    is_first_draft: bool = False
    """Whether the unit has not yet submitted it: no time runs."""


@dataclass(frozen=True)
class Due:
    """By when a step is due; all empty where nothing says so."""

    due_at: datetime | None = None
    remind_at: datetime | None = None
    deadline_id: int | None = None
    """Without ``due_at``: its days can't be counted, the calendar of a year is not known."""

    @property
    def columns(self) -> dict[str, Any]:
        """The values of a row of a task that begins now."""
        return {
            "due_at": self.due_at,
            "deadline_id": self.deadline_id,
            "remind_at": self.remind_at,
            "next_alarm_at": self.remind_at or late_from(self.due_at),
        }


class Limits:
    """The table of limits as it stands, to be asked for any day."""

    def __init__(self, rows: Iterable[Limit]) -> None:
        """Take ``rows`` in the order in which they were set."""
        self.rows = tuple(rows)
        self._of: dict[tuple[Level, str, Award | None], list[Limit]] = {}
        for row in reversed(self.rows):
            self._of.setdefault((row.level, row.element_id, row.award), []).append(row)

    def find(self, level: Level, element_id: str, award: Award, on: date) -> Limit | None:
        """Return the limit of a step that begins on ``on``, in Vietnam.

        One for the step goes before one for its level, one for the award before one for
        any. Of two for the same the one that was set last holds, from its first day on.
        """
        for key in (
            (level, element_id, award),
            (level, element_id, None),
            (level, "", award),
            (level, "", None),
        ):
            rows = self._of.get(key, ())
            found = next((row for row in rows if row.starts_on <= on), None)
            if found is not None and found.days is not None:
                return found
        return None

    def due(self, step: Step, due_on: date | None = None) -> Due:
        """Return by when ``step`` is due.

        :param due_on: last day that a request for papers gives; it goes before any limit.
        """
        if due_on is not None:
            return Due(end_of(due_on))
        if step.is_first_draft or step.form == RESUME_FORM or not self._of:
            return Due()
        on = day_in_vietnam(step.opened_at)
        limit = self.find(step.level or Level.UNIT, step.element_id, step.award, on)
        if limit is None or limit.days is None:
            return Due()
        try:
            last, reminder = period(on, limit.days, limit.counting, limit.remind_before)
        except NoCalendarForDay:
            return Due(deadline_id=limit.id)
        remind_at = None if reminder is None else datetime.combine(reminder, MORNING, VIETNAM)
        return Due(end_of(last), remind_at, limit.id)


def is_overdue() -> ColumnElement[bool]:
    """Return the condition that a task is open and was found overdue; an index answers."""
    return and_(UserTask.state == OPEN, UserTask.overdue_at.is_not(None))


def end_of(last: date) -> datetime:
    """Return the last second of a day in Vietnam."""
    return datetime.combine(last, LAST_SECOND, VIETNAM)


def late_from(due_at: datetime | None) -> datetime | None:
    """Return the first moment after ``due_at``, from which a task is overdue."""
    return None if due_at is None else due_at + ONE_SECOND


def calendar() -> Calendar:
    """Return the days off that come with this version."""
    found: Calendar = book().parts[CALENDAR]
    return found


@functools.lru_cache(maxsize=4096)
def period(
    start: date, days: int, counting: Counting, remind_before: int | None
) -> tuple[date, date | None]:
    """Return the last day of a period that begins on ``start``, and the day to remind on.

    The day on which it begins is not counted. A last day on which nobody works moves to
    the next working day.

    :raises NoCalendarForDay: it leads into a year whose days off are not known.
    """
    known = calendar()
    if counting is Counting.WORKING:
        last = known.add_working_days(start, days)
    else:
        last = known.first_working_day(start + timedelta(days=days))
    if remind_before is None:
        return last, None
    return last, _days_before(last, remind_before, counting)


def _days_before(last: date, count: int, counting: Counting) -> date:
    if counting is Counting.CALENDAR:
        return last - timedelta(days=count)
    known, on = calendar(), last
    for _ in range(count):
        on -= _ONE_DAY
        while not known.is_working_day(on):
            on -= _ONE_DAY
    return on


def working_days_between(start: date, end: date) -> int | None:
    """Return the working days after ``start`` up to ``end``; 0 if ``end`` is not later.

    :return: none where the days off of a year between them are not known.
    """
    known = calendar()
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    try:
        return sum(1 for day in days if known.is_working_day(day))
    except NoCalendarForDay:
        return None


def limits_now(session: Session) -> Limits:
    """Return the table as it stands; one statement, none right after :func:`note_table`.

    A process reads the table again only when it has changed.
    Whoever opens a task has its case locked before: a change of the table locks all open
    cases, so no task is opened by a table that is just being replaced.
    """
    if _NOTED in session.info:
        latest = session.info.pop(_NOTED)
    else:
        latest = session.execute(_LATEST).scalar()
    if latest is None:
        return _EMPTY
    known = _known.get(latest)
    if known is None:
        known = Limits(map(_limit, session.execute(_ALL)))
        _known.clear()
        _known[latest] = known
    return known


def note_table(session: Session, table_hash: str | None) -> None:
    """Let the next :func:`limits_now` go by :data:`TABLE_HASH`, which was just read."""
    session.info[_NOTED] = table_hash


def columns_of(
    session: Session, case: Case, task: WaitingTask, due_on: str | None, at: datetime
) -> dict[str, Any]:
    """Return by when a task of ``case`` is due that begins at ``at``, as columns of its row.

    :param due_on: last day that a return gives with its request for papers, in ISO 8601.
    """
    level = Level(task.level) if task.level else None
    step = Step(
        level=level,
        element_id=task.element_id,
        form=task.form,
        award=case.award,
        opened_at=at,
        is_first_draft=level is None and case.submitted_at is None,
    )
    last = None if due_on is None else date.fromisoformat(due_on)
    return limits_now(session).due(step, last).columns


def _limit(row: Any) -> Limit:
    said: Mapping[str, Any] = row._mapping
    return Limit(**said)


_EMPTY = Limits(())
_known: dict[str, Limits] = {}
"""The last table that was read, by its hash."""

_NOTED = "table of deadlines"
_ROW = Deadline.__table__.c
_LATEST = select(_ROW.table_hash).order_by(_ROW.id.desc()).limit(1)
_ALL = select(*(_ROW[name] for name in Limit.__dataclass_fields__)).order_by(_ROW.id)

TABLE_HASH = _LATEST.scalar_subquery()
"""The hash of the table, to be read with something else after the case was locked."""
