"""Changing the table of limits, and what a change does to the tasks that wait now."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import journal
from engine.deadlines.limits import Due, Limit, Limits, Step, late_from, limits_now
from engine.errors import ContentChanged, InvalidSubmission
from engine.office import VIETNAM, Operator, authorise
from engine.permissions import Actor
from engine.settings import FIRST_DAY, LAST_DAY
from engine.store.database import take_turn
from engine.store.models import Case, Deadline, TaskState, UserTask
from engine.text import compose
from forms.messages import code
from forms.vocabulary import Award, Counting, Level

PERMISSION = "settings.manage"

STREAM = "deadlines"

MOVED = "task.deadline_moved"

MOST_DAYS = 365
"""Nobody means a longer step."""

_AT_ONCE = 500
"""Cases that are read and written together."""

LONGEST_SOURCE = 300
"""Characters of where a limit is from."""


@dataclass(frozen=True)
class NewLimit:
    """A limit as somebody wants to set it."""

    level: Level
    element_id: str = ""
    award: Award | None = None
    days: int | None = None
    """None: no limit from that day on; the one of the level or of any award holds then."""
    counting: Counting = Counting.WORKING
    remind_before: int | None = None
    escalates: bool = True
    starts_on: date = FIRST_DAY
    source: str = ""

    def __post_init__(self) -> None:
        """Check the values, and take the spaces off the source.

        :raises InvalidSubmission: one of them does not fit.
        """
        object.__setattr__(self, "source", compose(self.source).strip())
        problems = dict(self._problems())
        if problems:
            raise InvalidSubmission(problems)

    def _problems(self) -> Iterator[tuple[str, list[str]]]:
        most = MOST_DAYS
        if self.days is not None and not 1 <= self.days <= most:
            yield "days", [_outside(self.days, most)]
        elif self.remind_before is not None:
            most = (self.days or 1) - 1
            if not 1 <= self.remind_before <= most:
                yield "remind_before", [_outside(self.remind_before, most)]
        if not FIRST_DAY <= self.starts_on <= LAST_DAY:
            days = (f"{day:%d/%m/%Y}" for day in (FIRST_DAY, LAST_DAY, self.starts_on))
            yield "starts_on", [code("day_outside", *days)]
        if not self.source:
            yield "source", ["required"]
        elif len(self.source) > LONGEST_SOURCE:
            yield "source", [code("too_long", LONGEST_SOURCE, len(self.source))]

    @property
    def columns(self) -> dict[str, Any]:
        """The values of its row."""
        return {
            "level": self.level,
            "element_id": self.element_id,
            "award": self.award,
            "days": self.days,
            "counting": self.counting,
            "remind_before": self.remind_before,
            "escalates": self.escalates,
            "starts_on": self.starts_on,
            "source": self.source,
        }


def _outside(found: int, most: int) -> str:
    return code("too_small", 1, found) if found < 1 else code("too_large", most, found)


@dataclass(frozen=True)
class Move:
    """An open task whose day changes."""

    task_id: str
    case_id: int
    reference: str
    diagram_set_id: str
    diagram: str
    element_id: str
    before: Due
    after: Due
    becomes_overdue: bool
    """Whether its new day is past, and its old one was not."""


def preview_limit(
    session: Session, actor: Actor | Operator, new: NewLimit, at: datetime
) -> tuple[Move, ...]:
    """Return what :func:`set_limit` would move at this moment; nothing is stored.

    :raises NotPermitted: ``actor`` does not manage settings.
    """
    authorise(actor, PERMISSION)
    after = Limits([*limits_now(session).rows, _as_row(session, new)])
    return tuple(_moves(session, new, after, at))


def set_limit(
    session: Session,
    actor: Actor | Operator,
    new: NewLimit,
    *,
    at: datetime,
    foreseen: str | None = None,
) -> tuple[Move, ...]:
    """Let a limit hold from its first day on, and move the tasks that began since then.

    Every open case is locked, so that no task is opened by the old table meanwhile. Tasks
    with a day from a request for papers keep it. Each move stands in the journal of its
    case, old and new.

    :param foreseen: :func:`digest_of` the preview that the person saw; none: whatever.
    :return: what was moved: as :func:`preview_limit` said.
    :raises NotPermitted: ``actor`` does not manage settings.
    :raises ContentChanged: it would not do what was foreseen.
    """
    acting = authorise(actor, PERMISSION)
    take_turn(session, STREAM)
    row = _as_row(session, new)
    session.execute(
        select(Case.id).where(Case.closed_at.is_(None)).order_by(Case.id).with_for_update()
    )
    before = limits_now(session)
    after = Limits([*before.rows, row])
    moves = tuple(_moves(session, new, after, at))
    if foreseen is not None and foreseen != digest_of(new, moves):
        raise ContentChanged(f"limit {row.id} would not move what was foreseen")
    acting.note(
        session,
        stream=STREAM,
        action="deadline.set",
        at=at,
        detail={
            "deadline_id": row.id,
            "level": new.level.value,
            "element": new.element_id,
            "award": new.award and new.award.value,
            "days": new.days,
            "counting": new.counting.value,
            "remind_before": new.remind_before,
            "escalates": new.escalates,
            "starts_on": new.starts_on.isoformat(),
            "source": new.source,
            "rows": len(moves),
        },
    )
    session.add(
        Deadline(
            id=row.id,
            **new.columns,
            set_by_id=acting.actor.person_id if acting.actor else None,
            set_at=at,
            table_hash=table_hash(session, new, at),
        )
    )
    session.flush()
    for start in range(0, len(moves), _AT_ONCE):
        _move(session, moves[start : start + _AT_ONCE], actor=acting.actor, at=at)
    return moves


def digest_of(new: NewLimit, moves: Sequence[Move]) -> str:
    """Return what names a change and all that it moves: 64 hex digits."""
    said = [new.columns, *(_codes(one.after) | {"task": one.task_id} for one in moves)]
    text = json.dumps(said, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _as_row(session: Session, new: NewLimit) -> Limit:
    rows = limits_now(session).rows
    return Limit(id=rows[-1].id + 1 if rows else 1, **new.columns)


def table_hash(session: Session, new: NewLimit, at: datetime) -> str:
    """Return the name of the table with ``new`` as its last row."""
    last = select(Deadline.table_hash).order_by(Deadline.id.desc()).limit(1)
    said = [session.scalar(last), journal.moment_text(at), new.columns]
    text = json.dumps(said, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _moves(session: Session, new: NewLimit, after: Limits, at: datetime) -> Iterator[Move]:
    """Yield the open tasks whose day changes, in the order of their references."""
    levels = [UserTask.level == new.level]
    if new.level is Level.UNIT:
        levels.append(UserTask.level.is_(None))
    begins = datetime.combine(new.starts_on, time(), VIETNAM)
    chosen = (
        select(
            UserTask.id.label("task_id"),
            UserTask.case_id,
            UserTask.diagram,
            UserTask.element_id,
            UserTask.level,
            UserTask.form,
            UserTask.opened_at,
            UserTask.due_at,
            UserTask.remind_at,
            UserTask.deadline_id,
            UserTask.overdue_at,
            Case.reference,
            Case.award,
            Case.submitted_at,
            Case.diagram_set_id,
        )
        .join(UserTask.case)
        .where(UserTask.state == TaskState.OPEN, or_(*levels), UserTask.opened_at >= begins)
        .order_by(Case.id, UserTask.id)
    )
    if new.element_id:
        chosen = chosen.where(UserTask.element_id == new.element_id)
    if new.award is not None:
        chosen = chosen.where(Case.award == new.award)
    for row in session.execute(chosen):
        move = _moved(row, after, at)
        if move is not None:
            yield move


def _moved(row: Any, after: Limits, at: datetime) -> Move | None:
    before = Due(row.due_at, row.remind_at, row.deadline_id)
    if before.due_at is not None and before.deadline_id is None:
        return None  # a request for papers gave it
    first = row.level is None and row.submitted_at is None
    step = Step(row.level, row.element_id, row.form, row.award, row.opened_at, first)
    found = after.due(step)
    if found == before:
        return None
    late = late_from(found.due_at)
    return Move(
        task_id=row.task_id,
        case_id=row.case_id,
        reference=row.reference,
        diagram_set_id=row.diagram_set_id,
        diagram=row.diagram,
        element_id=row.element_id,
        before=before,
        after=found,
        becomes_overdue=late is not None and late <= at and row.overdue_at is None,
    )


def _move(
    session: Session, moves: Sequence[Move], *, actor: Actor | None, at: datetime
) -> None:
    """Give tasks their new days, journal first; their cases are locked."""
    cases = _by_id(session, Case, {one.case_id for one in moves})
    tasks = _by_id(session, UserTask, {one.task_id for one in moves})
    for move in moves:
        case = cases[move.case_id]
        journal.append_to_case(
            session,
            case,
            action=MOVED,
            actor=actor,
            at=at,
            task_id=move.task_id,
            detail={
                "element": move.element_id,
                "old": _codes(move.before),
                "new": _codes(move.after),
            },
        )
        case.version += 1
        set_after(tasks[move.task_id], move.after, at)
    session.flush()
    for row in (*cases.values(), *tasks.values()):
        session.expunge(row)


def _by_id(session: Session, table: Any, ids: Collection[Any]) -> dict[Any, Any]:
    rows = session.scalars(
        select(table).where(table.id.in_(ids)).execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def set_after(task: UserTask, due: Due, at: datetime) -> None:
    """Give an open task its new day; its time runs again if that is still to come."""
    task.due_at, task.remind_at, task.deadline_id = due.due_at, due.remind_at, due.deadline_id
    late = late_from(due.due_at)
    if late is None or late > at:
        task.overdue_at = task.escalated_role = task.escalated_unit_id = None
        task.reminded_at = None
    task.next_alarm_at = None if task.overdue_at else due.columns["next_alarm_at"]


def _codes(due: Due) -> dict[str, Any]:
    return {
        "due_at": due.due_at and journal.moment_text(due.due_at),
        "remind_at": due.remind_at and journal.moment_text(due.remind_at),
        "deadline_id": due.deadline_id,
    }
