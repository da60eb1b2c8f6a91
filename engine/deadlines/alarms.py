"""What falls due: found by its moment, and done exactly once, with the case locked.

A task has at most three alarms in its life: its people are reminded once, it is found
overdue once, and timers of its diagram may end it. Whoever comes first (a worker, or a
person who acts after the moment) writes it all in one transaction: the state of the task,
the journal, the notices.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import journal, notices
from engine.deadlines.limits import OPEN, late_from
from engine.definitions import definitions_of
from engine.dossiers import find_current
from engine.matters import lock_case, matter_of
from engine.office import day_in_vietnam
from engine.people import actor_for, eligible_people
from engine.permissions import HEADS, may
from engine.process.runner import Instance
from engine.projection import drop_drafts, position_now, project
from engine.store.database import unit_of_work
from engine.store.models import Case, Deadline, TaskState, Unit, UserTask
from forms.vocabulary import Role, UnitKind

log = logging.getLogger(__name__)

REMINDED = "task.reminded"
OVERDUE = "task.overdue"
FIRED = "timer.fired"

_HEAD_OF = {
    UnitKind.WARD: Role.WARD_CHAIRMAN,
    UnitKind.PROVINCE: Role.PROVINCIAL_CHAIRMAN,
    UnitKind.MINISTRY: None,
    UnitKind.PRIME_MINISTER_OFFICE: None,
    UnitKind.PRESIDENT_OFFICE: None,
}
"""Who heads a unit of a kind in the system; any other kind has its :attr:`Role.UNIT_HEAD`."""


@dataclass
class Report:
    """What a run has done."""

    acts: int = 0
    """Entries of the journal."""
    failed: dict[int, str] = field(default_factory=dict)
    """Id of a case whose alarms could not be done → why; they are tried again."""


def run(database: Engine, clock: Callable[[], datetime], most: int = 10_000) -> Report:
    """Do everything that is due, case by case, each in a transaction of its own.

    Several may run at once, on any machines: PostgreSQL gives each another case. A case
    that fails is left out and named.

    :param clock: the moment, in UTC; asked again for each case.
    :param most: cases at most.
    """
    report = Report()
    for _ in range(most):
        case_id = None
        try:
            with unit_of_work(database) as session:
                now = clock()
                found = find_due(session, now, 1, besides=report.failed)
                if not found:
                    break
                case_id = found[0]
                report.acts += len(apply(session, case_id, now))
        except OperationalError:  # the database is away, or was waited for too long
            raise
        except Exception as error:
            if case_id is None:
                raise
            log.exception("what is due in case %s failed", case_id)
            report.failed[case_id] = str(error) or type(error).__name__
    return report


def find_due(
    session: Session, now: datetime, limit: int, besides: Collection[int] = ()
) -> list[int]:
    """Return ids of cases with something due at ``now``, the earliest first; locks them.

    Their states are not loaded: partial indexes on the moments answer. On PostgreSQL cases
    that somebody else has locked are skipped: who has them does what is due there.

    :param besides: ids that are left out.
    """
    alarms = (
        select(Case.id)
        .join(UserTask, UserTask.case_id == Case.id)
        .where(
            UserTask.state == OPEN,
            UserTask.next_alarm_at.is_not(None),
            UserTask.next_alarm_at <= now,
        )
        .order_by(UserTask.next_alarm_at)
    )
    timers = (
        select(Case.id)
        .where(Case.next_due_at.is_not(None), Case.next_due_at <= now)
        .order_by(Case.next_due_at)
    )
    found: dict[int, None] = {}
    for due in (alarms, timers):
        if len(found) < limit:
            others = due.where(Case.id.not_in(besides)) if besides else due
            locked = others.limit(limit).with_for_update(of=Case, skip_locked=True)
            found |= dict.fromkeys(session.scalars(locked))
    return list(found)[:limit]


def apply(session: Session, case_id: int, now: datetime) -> list[str]:
    """Do what is due in a case at ``now``; return the actions that the journal got.

    The case is locked, then looked at: what another has done meanwhile is not done again.
    A clock that has gone back does nothing until it has caught up with the case.

    :raises NotFound: there is no such case.
    :raises ProcessFailed: a timer of its diagram leads nowhere.
    """
    case = lock_case(session, case_id)
    waiting = open_tasks(session, case)
    if now < _last_moment(case, waiting):
        return []
    return _apply(session, case, waiting, now, reminds=True)


def catch_up(session: Session, case: Case, waiting: list[UserTask], at: datetime) -> datetime:
    """Do what fell due in a locked case before a person acts on it at ``at``.

    Nobody is reminded of what they are just doing.

    :param waiting: the open tasks of the case, as read after the lock; brought up to date.
    :return: the moment of the act: ``at``, or that of the last step if the clock went back.
    """
    last = _last_moment(case, waiting)
    if at < last:
        return last
    _apply(session, case, waiting, at, reminds=False)
    return at


def _apply(
    session: Session, case: Case, waiting: list[UserTask], now: datetime, *, reminds: bool
) -> list[str]:
    acts = []
    if case.next_due_at is not None and case.next_due_at <= now:
        acts += _fire(session, case, waiting, now)
    for task in waiting:
        if task.next_alarm_at is None or task.next_alarm_at > now:
            continue
        if _is_late(task, now):
            _find_overdue(session, case, task, now)
            acts.append(OVERDUE)
        elif reminds:
            _remind(session, case, task, now)
            acts.append(REMINDED)
    session.flush()
    return acts


def _is_late(task: UserTask, now: datetime) -> bool:
    late = late_from(task.due_at)
    return late is not None and late <= now


def _remind(session: Session, case: Case, task: UserTask, now: datetime) -> None:
    _note(session, case, task, REMINDED, now, {"alarm": "reminded"})
    task.reminded_at = now
    task.next_alarm_at = late_from(task.due_at)
    if task.due_at is not None:
        session.flush()
        notices.remind(session, case, task, due_on=day_in_vietnam(task.due_at), at=now)


def _find_overdue(session: Session, case: Case, task: UserTask, now: datetime) -> None:
    superior = _superior(session, task, now) if _escalates(session, task) else None
    told = {} if superior is None else {"role": superior[0].value, "unit_id": superior[1]}
    _note(session, case, task, OVERDUE, now, {"alarm": "overdue", **told})
    task.overdue_at = now
    task.next_alarm_at = None
    task.escalated_role, task.escalated_unit_id = superior or (None, None)
    if task.due_at is not None:
        session.flush()
        notices.overdue(
            session,
            case,
            task,
            due_on=day_in_vietnam(task.due_at),
            at=now,
            superiors=_who_may_see(session, case, superior, now),
        )


def _note(
    session: Session,
    case: Case,
    task: UserTask,
    action: str,
    now: datetime,
    new: dict[str, Any],
) -> None:
    due_at = None if task.due_at is None else journal.moment_text(task.due_at)
    old = "none" if task.reminded_at is None else "reminded"
    journal.append_to_case(
        session,
        case,
        action=action,
        actor=None,
        at=now,
        task_id=task.id,
        detail={
            "element": task.element_id,
            "due_at": due_at,
            "old": {"alarm": old},
            "new": new,
        },
    )
    case.version += 1


def _escalates(session: Session, task: UserTask) -> bool:
    """Whether the limit of the task says so; a request for papers always does."""
    if task.deadline_id is None:
        return True
    return session.get_one(Deadline, task.deadline_id).escalates


def _superior(session: Session, task: UserTask, now: datetime) -> tuple[Role, int] | None:
    """Return the head of the task's unit, or of the first unit above that has one.

    None where the task is the head's own and nobody is above in the system.
    """
    today = day_in_vietnam(now)
    unit = session.get(Unit, task.unit_id)
    is_own = task.role in HEADS
    while unit is not None:
        head = _HEAD_OF.get(unit.kind, Role.UNIT_HEAD)
        if head and not is_own and eligible_people(session, head, unit.id, today):
            return head, unit.id
        is_own = False
        unit = None if unit.parent_id is None else session.get(Unit, unit.parent_id)
    return None


def _who_may_see(
    session: Session, case: Case, superior: tuple[Role, int] | None, now: datetime
) -> list[int]:
    """Return the people who are the superior today and may see the case."""
    if superior is None:
        return []
    today, matter = day_in_vietnam(now), matter_of(session, case)
    people = (
        actor_for(session, person.id, None, today)
        for person in eligible_people(session, *superior, today)
    )
    return [one.person_id for one in people if may(one, "case.see", matter)]


def _fire(session: Session, case: Case, waiting: list[UserTask], now: datetime) -> list[str]:
    """Let the timers of the diagram do their work; ``waiting`` is brought up to date."""
    fire_timers(session, case, waiting, now)
    waiting[:] = open_tasks(session, case)
    return [FIRED]


def fire_timers(
    session: Session,
    case: Case,
    waiting: list[UserTask],
    now: datetime,
    restore: Callable[[], None] | None = None,
) -> None:
    """Let the timers of a locked case do what is due at ``now``.

    :param restore: writes the journal entry that it had; none: it is done for the first time.
    """
    instance = Instance.restore(definitions_of(session, case.diagram_set_id), case.snapshot, {})
    instance.fire_due(now)
    dossier = find_current(session, case.id)
    result = project(
        session,
        case,
        instance,
        open_tasks=waiting,
        chosen=None,
        written_by_id=None if dossier is None else dossier.submitted_by_id,
        at=now,
    )
    if restore is None:
        journal.append_to_case(
            session,
            case,
            action=FIRED,
            actor=None,
            at=now,
            detail={
                "diagrams": case.diagram_set_id,
                "passed": instance.passed,
                "old": position_now(case).codes,
                "new": result.position.codes,
            },
        )
    else:
        restore()
    result.save(session, case, now)
    if result.cancelled:
        drop_drafts(session, list(result.cancelled))
        notices.settle(session, [task.id for task in result.cancelled], now)


def open_tasks(session: Session, case: Case) -> list[UserTask]:
    """Return the open tasks of a locked case, as they are now."""
    return list(
        session.scalars(
            select(UserTask)
            .where(UserTask.case_id == case.id, UserTask.state == TaskState.OPEN)
            .order_by(UserTask.opened_at, UserTask.id)
            .execution_options(populate_existing=True)
        )
    )


def _last_moment(case: Case, waiting: list[UserTask]) -> datetime:
    """Return when the case last went on, as far as its rows tell."""
    moments = [case.waiting_since]
    for task in waiting:
        moments += [one for one in (task.reminded_at, task.overdue_at) if one is not None]
    return max(moments)
