"""A case as queries see it: rows made of what its process instance waits for.

The instance is the truth; tasks, level, state and due time are its index, written in the
same transaction as the instance itself. :mod:`engine.integrity` compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.orm import Session

from engine.deadlines.limits import columns_of
from engine.process.known_steps import Step
from engine.process.runner import Instance, Standing, WaitingTask
from engine.routing import route
from engine.store.models import Case, Draft, TaskState, UserTask
from engine.store.prepared import Prepared
from engine.store.rows import write_changes
from forms.vocabulary import CaseOutcome, CaseState, Level, Outcome, Role

RESUME_FORM = "resume.v1"
"""Form of the tasks at which a nomination lies that is on hold."""


@dataclass(frozen=True)
class Position:
    """Where a case stands, in the words that people see on every list."""

    state: CaseState
    level: Level | None
    outcome: CaseOutcome | None

    @property
    def codes(self) -> dict[str, str | None]:
        """The codes, for the journal."""
        return {"state": self.state.value, "level": self.level and self.level.value}


def position_now(case: Case) -> Position:
    """Return where ``case`` stood before the command."""
    return Position(case.state, case.level, case.outcome)


def position_after(case: Case, standing: Standing, chosen: Outcome | None) -> Position:
    """Return where ``case`` stands with ``standing``.

    :param chosen: what the person of this command chose; None if none did.
    """
    if standing.ended is not None:
        outcome = CaseOutcome(standing.ended)
        return Position(CaseState(outcome.value), None, outcome)
    first = standing.tasks[0]
    level = Level(first.level) if first.level else None
    if first.form == RESUME_FORM:
        state = CaseState.ON_HOLD
    elif chosen is Outcome.RETURN:
        state = CaseState.RETURNED
    elif level is None:
        state = CaseState.DRAFT
    elif chosen is None:
        state = case.state
    else:
        state = CaseState.IN_REVIEW
    return Position(state, level, None)


@dataclass(frozen=True)
class Projection:
    """What is to be written of a case after a step.

    It is read beforehand, so that the journal comes first of all writes.
    """

    snapshot: bytes
    due_at: datetime | None
    position: Position
    opened: tuple[Mapping[str, Any], ...]
    """Rows of the tasks that wait now and did not before."""
    cancelled: tuple[UserTask, ...]

    def save(self, session: Session, case: Case, at: datetime) -> None:
        """Write it over what was there. Flushes; commits nothing.

        The ``UPDATE`` of the case names the version that was read.
        """
        for task in self.cancelled:
            task.state = TaskState.CANCELLED
        if self.opened or self.cancelled or self.position.outcome is not None:
            case.waiting_since = at
        case.snapshot = self.snapshot
        case.next_due_at = self.due_at
        case.state = self.position.state
        case.level = self.position.level
        case.outcome = self.position.outcome
        case.closed_at = None if self.position.outcome is None else at
        case.version += 1
        for task in self.cancelled:
            write_changes(session, task)
        write_changes(session, case)
        session.flush()
        if self.opened:
            for row in self.opened:
                _OPEN.run(session, row)
        session.expire(case, ["tasks"])


def project(
    session: Session,
    case: Case,
    instance: Instance | Step,
    *,
    open_tasks: list[UserTask],
    chosen: Outcome | None,
    written_by_id: int | None,
    at: datetime,
    due_on: str | None = None,
) -> Projection:
    """Return what ``instance`` means for the rows of ``case``; writes nothing.

    :param open_tasks: tasks that were open before, without the one just completed.
    :param chosen: what the person of this command chose; None if none did.
    :param due_on: last day for what a return asks for, in ISO 8601.
    """
    standing = instance.standing()
    waiting = {task.id for task in standing.tasks}
    known = {task.id for task in open_tasks}
    with session.no_autoflush:
        opened = tuple(
            _row(case, new, *route(session, case, new, written_by_id=written_by_id, at=at), at)
            | columns_of(session, case, new, due_on, at)
            for new in standing.tasks
            if new.id not in known
        )
    return Projection(
        snapshot=instance.snapshot(),
        due_at=standing.due_at,
        position=position_after(case, standing, chosen),
        opened=opened,
        cancelled=tuple(task for task in open_tasks if task.id not in waiting),
    )


def drop_drafts(session: Session, tasks: list[UserTask]) -> None:
    """Forget what was typed and not sent at tasks that are over."""
    for task in tasks:
        _FORGET.run(session, {"task_id": task.id})


_OPEN = Prepared(insert(UserTask.__table__))  # type: ignore[arg-type]  # a Table, always
_DRAFTS = Draft.__table__
_FORGET = Prepared(
    delete(_DRAFTS).where(_DRAFTS.c.task_id == bindparam("task_id"))  # type: ignore[arg-type]
)


def _row(
    case: Case, task: WaitingTask, role: Role, unit_id: int, at: datetime
) -> dict[str, Any]:
    return {
        "id": task.id,
        "case_id": case.id,
        "element_id": task.element_id,
        "diagram": task.diagram,
        "role": role,
        "unit_id": unit_id,
        "level": Level(task.level) if task.level else None,
        "form": task.form,
        "outcomes": list(task.outcomes),
        "state": TaskState.OPEN,
        "opened_at": at,
    }
