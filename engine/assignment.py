"""Who works on a task: nobody, or one person; claimed, given back, or handed to another.

One rule: a task that somebody has taken on is completed by them alone, as long as they may do
it. It stands in :func:`require_free`, which every completion asks. Three things have no
assignee: a draft, which a unit writes together; the council's task, which its session decides;
and what a decision on its way to a signature settles.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from engine import journal, notices
from engine.commands import answer_once
from engine.deadlines.alarms import catch_up
from engine.definitions import definitions_of
from engine.delegated_acts import COUNCIL_FORM, facts_of, find_delegation
from engine.delegated_grants import delegated_to, is_running
from engine.errors import (
    InvalidSubmission,
    NotFound,
    NotPermitted,
    TaskNotOpen,
    TaskTaken,
)
from engine.matters import is_draft, lock_task, matter_of, require_at_task, require_on_case
from engine.office import day_in_vietnam
from engine.outgoing.listing import require_free_of_papers
from engine.people import actor_for
from engine.permissions import CLERKS, HEADS, Actor, DelegatedGrant, may
from engine.process.labels import TaskLabel, task_label
from engine.store.models import (
    Account,
    Case,
    Delegation,
    Person,
    Position,
    TaskState,
    UserTask,
)
from forms.messages import code
from forms.vocabulary import Role


@dataclass(frozen=True)
class Standing:
    """Who works on a task, and what a reader may do about it."""

    assignee_id: int | None
    assignee_name: str
    """Empty: nobody works on it."""
    is_assignable: bool
    is_mine: bool
    may_claim: bool
    may_reassign: bool
    candidates: tuple[tuple[int, str], ...]
    """To whom it may be handed: id and name; empty for who may not reassign it."""

    @property
    def is_with_another(self) -> bool:
        """Whether somebody else works on it."""
        return self.assignee_id is not None and not self.is_mine


@dataclass(frozen=True)
class AssignmentPage:
    """A task with who works on it, for who does it or hands it on."""

    task_id: str
    label: TaskLabel
    reference: str
    subject_name: str
    unit_name: str
    may_open: bool
    """Whether the reader may do the task: its own page opens."""
    standing: Standing


def is_assignable(task: UserTask) -> bool:
    """Whether a task can have an assignee at all."""
    return not is_draft(task) and task.form != COUNCIL_FORM


def require_free(
    session: Session,
    case: Case,
    task: UserTask,
    actor: Actor,
    at: datetime,
    *,
    outgoing_id: int | None = None,
) -> None:
    """Return if ``actor`` may complete ``task`` as far as others work on it.

    Asks nothing where nobody does, or the actor themselves. Whoever may no longer do the
    task holds it no longer.

    :param outgoing_id: the signed paper of a decision: its signature settled who decides.
    :raises TaskTaken: somebody else works on it; ``facts``: ``name``.
    """
    if task.assignee_id in (None, actor.person_id) or outgoing_id is not None:
        return
    if _could_do(session, task.assignee_id, case, task, day_in_vietnam(at)):
        person = session.get_one(Person, task.assignee_id)
        raise TaskTaken(
            f"task {task.id} is with person {person.id}",
            name=person.full_name,
            reference=case.reference,
        )


def claim_task(
    session: Session, *, task_id: str, actor: Actor, at: datetime, key: str
) -> UserTask:
    """Take a task on; the case is locked, so that of two people one succeeds.

    :raises NotFound, NotPermitted: the actor may not do the task, or it has no assignee.
    :raises TaskNotOpen: it is over.
    :raises TaskTaken: somebody else works on it; ``facts``: ``name``.
    :raises OnOutgoingPaper: a decision on it is on its way to a signature.
    """
    case, task, waiting = lock_task(session, task_id)
    at = catch_up(session, case, waiting, at)

    def run() -> dict[str, str]:
        under = require_at_task(session, actor, case, task)
        _require_open(case, task)
        require_free(session, case, task, actor, at)
        if task.assignee_id != actor.person_id:
            require_free_of_papers(session, task, None)
            _assign(
                session, case, task, actor.person_id, "task.claimed", actor, at, under=under
            )
        return {"task_id": task.id}

    return _once(session, task, key, actor, "claim_task", at, run)


def give_back_task(
    session: Session, *, task_id: str, actor: Actor, at: datetime, key: str
) -> UserTask:
    """Let nobody work on a task that ``actor`` had taken on. The case is locked.

    :raises NotPermitted: somebody else works on it, or nobody.
    :raises TaskNotOpen: it is over.
    """
    case, task, waiting = lock_task(session, task_id)
    at = catch_up(session, case, waiting, at)

    def run() -> dict[str, str]:
        matter = matter_of(session, case, task)
        require_on_case(session, actor, "case.see", case, matter)
        _require_open(case, task)
        if task.assignee_id != actor.person_id:
            raise NotPermitted(f"task {task.id} is not with person {actor.person_id}")
        under = find_delegation(session, actor, case, task, matter.written_by_id)
        _assign(session, case, task, None, "task.given_back", actor, at, under=under)
        return {"task_id": task.id}

    return _once(session, task, key, actor, "give_back_task", at, run)


def reassign_task(
    session: Session, *, task_id: str, person_id: int, actor: Actor, at: datetime, key: str
) -> UserTask:
    """Hand a task to somebody who may do it, whoever worked on it. The case is locked.

    :raises NotFound, NotPermitted: the actor neither heads the unit of the task nor clerks
        for it, or is nominated, or wrote the nomination.
    :raises InvalidSubmission: that person may not do the task.
    :raises TaskNotOpen, OnOutgoingPaper: as :func:`claim_task`.
    """
    case, task, waiting = lock_task(session, task_id)
    at = catch_up(session, case, waiting, at)

    def run() -> dict[str, str]:
        matter = matter_of(session, case, task)
        require_on_case(session, actor, "task.reassign", case, matter)
        _require_open(case, task)
        require_free_of_papers(session, task, None)
        if not _could_do(session, person_id, case, task, day_in_vietnam(at)):
            person = session.get(Person, person_id)
            found = person.full_name if person else str(person_id)
            raise InvalidSubmission({"person_id": [code("cannot_take_task", found)]})
        if task.assignee_id != person_id:
            role = _role_there(actor, task)
            _assign(session, case, task, person_id, "task.reassigned", actor, at, role=role)
            notices.tell_assigned(session, task, person_id, actor_id=actor.person_id, at=at)
        return {"task_id": task.id}

    request = {"person_id": person_id}
    return _once(session, task, key, actor, "reassign_task", at, run, request)


def get_assignment(
    session: Session, actor: Actor, task_id: str, at: datetime
) -> AssignmentPage:
    """Return who works on an open task, for who may do it, hand it on, or see its case.

    :raises NotFound: there is no such task, or the actor may not see its case.
    :raises NotPermitted: it has no assignee.
    :raises TaskNotOpen: it is over.
    """
    task = session.get(UserTask, task_id)
    if task is None:
        raise NotFound(f"no task {task_id}")
    case = task.case
    require_on_case(session, actor, "case.see", case, matter_of(session, case, task))
    _require_open(case, task)
    definitions = definitions_of(session, case.diagram_set_id)
    return AssignmentPage(
        task_id=task.id,
        label=task_label(definitions, task.diagram, task.element_id),
        reference=case.reference,
        subject_name=case.subject_name,
        unit_name=task.unit.name,
        may_open=_may_do(session, actor, case, task),
        standing=standing_of(session, actor, case, task, at),
    )


def get_standing(session: Session, actor: Actor, task_id: str, at: datetime) -> Standing:
    """Return who works on an open task that ``actor`` may do.

    Call it after :func:`engine.queries.task_page.get_task_page`, which asks that.
    """
    task = session.get_one(UserTask, task_id)
    return standing_of(session, actor, task.case, task, at)


def standing_of(
    session: Session, actor: Actor, case: Case, task: UserTask, at: datetime
) -> Standing:
    """Return who works on an open task, and what ``actor`` may do about it."""
    today = day_in_vietnam(at)
    matter = matter_of(session, case, task)
    may_do = _may_do(session, actor, case, task)
    assignable = is_assignable(task)
    may_reassign = assignable and may(actor, "task.reassign", matter)
    name, holds = "", None
    if task.assignee_id and _could_do(session, task.assignee_id, case, task, today):
        holds = task.assignee_id
        name = session.get_one(Person, holds).full_name
    return Standing(
        assignee_id=holds,
        assignee_name=name,
        is_assignable=assignable,
        is_mine=holds == actor.person_id,
        may_claim=assignable and may_do and holds is None,
        may_reassign=may_reassign,
        candidates=_candidates(session, case, task, today) if may_reassign else (),
    )


def _require_open(case: Case, task: UserTask) -> None:
    if task.state is not TaskState.OPEN:
        raise TaskNotOpen(f"task {task.id} is {task.state.value}", reference=case.reference)
    if not is_assignable(task):
        raise NotPermitted(f"task {task.id} of form {task.form} has no assignee")


def _could_do(
    session: Session, person_id: int | None, case: Case, task: UserTask, today: date
) -> bool:
    """Whether a person may do ``task`` on ``today``: by a position or a delegation."""
    if person_id is None or session.get(Person, person_id) is None:
        return False
    closed = select(Account.id).where(
        Account.person_id == person_id, Account.disabled_at.is_not(None)
    )
    if session.scalar(closed) is not None:
        return False
    person = actor_for(session, person_id, None, today)
    person = replace(person, delegated=delegated_to(session, person, today))
    return _may_do(session, person, case, task)


def _may_do(session: Session, actor: Actor, case: Case, task: UserTask) -> bool:
    matter = matter_of(session, case, task)
    under = find_delegation(session, actor, case, task, matter.written_by_id)
    return may(actor, "task.review", replace(matter, delegation=under))


def _candidates(
    session: Session, case: Case, task: UserTask, today: date
) -> tuple[tuple[int, str], ...]:
    holders = select(Position.person_id).where(
        Position.role == task.role,
        Position.unit_id == task.unit_id,
        Position.starts_on <= today,
        or_(Position.ends_on.is_(None), Position.ends_on >= today),
    )
    delegates = select(Delegation.delegate_id).where(
        Delegation.role == task.role, Delegation.unit_id == task.unit_id, is_running(today)
    )
    people = session.scalars(
        select(Person)
        .where(Person.id.in_(union(holders, delegates)))
        .order_by(Person.sort_key, Person.id)
        .limit(100)
    )
    return tuple(
        (one.id, one.full_name)
        for one in people
        if _could_do(session, one.id, case, task, today)
    )


def _role_there(actor: Actor, task: UserTask) -> Role:
    return next(
        each.role
        for each in actor.grants
        if each.unit_id == task.unit_id and each.role in (*HEADS, *CLERKS)
    )


def _assign(
    session: Session,
    case: Case,
    task: UserTask,
    person_id: int | None,
    action: str,
    actor: Actor,
    at: datetime,
    *,
    role: Role | None = None,
    under: DelegatedGrant | None = None,
) -> None:
    journal.append_to_case(
        session,
        case,
        action=action,
        actor=actor,
        at=at,
        role=role or task.role,
        unit_id=task.unit_id,
        task_id=task.id,
        detail={
            "element": task.element_id,
            "assignee": [task.assignee_id, person_id],
            **facts_of(under),
        },
    )
    task.assignee_id = person_id
    case.version += 1
    session.flush()


def _once(
    session: Session,
    task: UserTask,
    key: str,
    actor: Actor,
    command: str,
    at: datetime,
    run: Callable[[], dict[str, str]],
    request: Mapping[str, Any] | None = None,
) -> UserTask:
    answer_once(
        session,
        key=key,
        actor=actor,
        command=command,
        request={"task_id": task.id, **(request or {})},
        at=at,
        run=run,
    )
    return task
