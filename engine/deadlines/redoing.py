"""Alarms and limits once more, as the journal tells them; see ``journal.roll_forward``."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.deadlines.alarms import FIRED, OVERDUE, REMINDED, fire_timers, open_tasks
from engine.deadlines.changes import MOVED, NewLimit, set_after, table_hash
from engine.deadlines.limits import Due, late_from
from engine.store.models import Case, Deadline
from forms.vocabulary import Award, Counting, Level, Role

ALARMS = (REMINDED, OVERDUE, MOVED, FIRED)
"""Acts of a case that this module does again."""

SET = "deadline.set"


def redo_alarm(
    session: Session,
    case: Case,
    action: str,
    detail: Mapping[str, Any],
    at: datetime,
    restore: Callable[[], None],
) -> None:
    """Do again what an entry says of a case; nobody is told again.

    :param restore: writes the journal entry of then.
    :raises LookupError: nothing waits at the step that it names.
    """
    waiting = open_tasks(session, case)
    if action == FIRED:
        fire_timers(session, case, waiting, at, restore)
        return
    restore()
    task = next((one for one in waiting if one.element_id == detail["element"]), None)
    if task is None:
        raise LookupError(f"nothing waits at {detail['element']}")
    new, limit = detail["new"], detail["new"].get("deadline_id")
    if action == REMINDED:
        task.reminded_at, task.next_alarm_at = at, late_from(task.due_at)
    elif action == OVERDUE:
        task.overdue_at, task.next_alarm_at = at, None
        task.escalated_role = Role(new["role"]) if "role" in new else None
        task.escalated_unit_id = new.get("unit_id")
    else:
        set_after(task, Due(_moment(new["due_at"]), _moment(new["remind_at"]), limit), at)
    case.version += 1
    session.flush()


def redo_limit(session: Session, said: Mapping[str, Any], detail: Mapping[str, Any]) -> None:
    """Set a limit again; the tasks that it moved have entries of their own."""
    award = detail["award"]
    new = NewLimit(
        Level(detail["level"]),
        detail["element"],
        None if award is None else Award(award),
        detail["days"],
        Counting(detail["counting"]),
        detail["remind_before"],
        detail["escalates"],
        date.fromisoformat(detail["starts_on"]),
        detail.get("source", "?"),
    )
    at = datetime.fromisoformat(said["at"])
    session.add(
        Deadline(
            id=detail["deadline_id"],
            **new.columns,
            set_by_id=said["actor"],
            set_at=at,
            table_hash=table_hash(session, new, at),
        )
    )
    session.flush()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
