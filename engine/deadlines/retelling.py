"""What the journal of a case tells of its alarms, compared with its tasks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.deadlines.alarms import OVERDUE, REMINDED
from engine.deadlines.changes import MOVED
from engine.deadlines.limits import late_from
from engine.store.models import Case, JournalEntry, UserTask


def alarm_differences(
    session: Session, case: Case, entries: Sequence[JournalEntry]
) -> Iterator[str]:
    """Yield where the tasks of ``case`` had other alarms than ``entries`` say.

    They are compared by their steps: after a disaster an open task has another id.
    """
    columns = (UserTask.element_id, UserTask.reminded_at, UserTask.overdue_at)
    rows = session.execute(
        select(*columns).where(
            UserTask.case_id == case.id,
            or_(UserTask.reminded_at.is_not(None), UserTask.overdue_at.is_not(None)),
        )
    )
    found = sorted(str(tuple(row)) for row in rows)
    said = _said(entries)
    if found != said:
        yield f"alarms: the journal says {said}, the tables {found}"


def _said(entries: Sequence[JournalEntry]) -> list[str]:
    """Return step, reminder and being overdue of each task that had an alarm."""
    alarms: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry.task_id is None or entry.action not in (REMINDED, OVERDUE, MOVED):
            continue
        detail = entry.detail
        if entry.action != MOVED:
            task = alarms.setdefault(entry.task_id, {"step": detail["element"]})
            task[entry.action] = entry.happened_at
        elif _runs_again(detail["new"]["due_at"], entry.happened_at):
            alarms.pop(entry.task_id, None)
    return sorted(
        str((task["step"], task.get(REMINDED), task.get(OVERDUE))) for task in alarms.values()
    )


def _runs_again(due_at: str | None, at: datetime) -> bool:
    late = late_from(None if due_at is None else datetime.fromisoformat(due_at))
    return late is None or late > at
