"""A case under its lock, and what a permission is asked about it."""

from dataclasses import replace

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, undefer

from engine.deadlines.limits import OPEN
from engine.delegated_acts import find_delegation
from engine.errors import NotFound, NotPermitted
from engine.permissions import Actor, DelegatedGrant, Matter, may
from engine.store.loading import PreparedObjects
from engine.store.models import (
    Case,
    DossierVersion,
    TaskState,
    UserTask,
)
from forms.vocabulary import Role


def lock_case(session: Session, case_id: int) -> Case:
    """Return the case as it is now, with its snapshot, locked until the transaction ends.

    :raises NotFound: there is no such case.
    """
    case = session.scalar(
        select(Case)
        .where(Case.id == case_id)
        .options(undefer(Case.snapshot))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound(f"no case {case_id}")
    return case


def lock_task(session: Session, task_id: str) -> tuple[Case, UserTask, list[UserTask]]:
    """Lock the case of a task; return the case, the task and all open tasks of the case.

    The case is locked and not the task, because all tasks of a case share its snapshot.
    What is read after the lock is what the last writer left.

    :raises NotFound: there is no such task.
    """
    found = _CASE_OF_TASK.first(session, {"task_id": task_id})
    if found is None:
        raise NotFound(f"no task {task_id}")
    (case,) = found
    asked = {"task_id": task_id, "case_id": case.id}
    tasks = [one for (one,) in _ITS_TASKS.all(session, asked)]
    task = next(task for task in tasks if task.id == task_id)
    return case, task, [one for one in tasks if one.state is TaskState.OPEN]


_CASE, _TASK = Case.__table__, UserTask.__table__
_CASE_OF_TASK = PreparedObjects(
    [Case],
    lambda *columns: (
        select(*columns)
        .where(
            _CASE.c.id
            == select(_TASK.c.case_id)
            .where(_TASK.c.id == bindparam("task_id"))
            .scalar_subquery()
        )
        .with_for_update(of=_CASE)
    ),
    undeferred=[Case.snapshot],
    refreshes=True,
)
_ITS_TASKS = PreparedObjects(
    [UserTask],
    lambda *columns: select(*columns).where(
        _TASK.c.case_id == bindparam("case_id"),
        or_(_TASK.c.id == bindparam("task_id"), _TASK.c.state == OPEN),
    ),
    refreshes=True,
)


def is_draft(task: UserTask) -> bool:
    """Whether the unit writes the nomination at ``task``; any other task reviews it."""
    return task.level is None


def matter_of(session: Session, case: Case, task: UserTask | None = None) -> Matter:
    """Return what every permission may ask about ``case`` and ``task``, in two queries."""
    units = select(UserTask.unit_id).where(UserTask.case_id == case.id).distinct()
    author = (
        select(DossierVersion.submitted_by_id)
        .where(DossierVersion.case_id == case.id)
        .order_by(DossierVersion.number.desc())
        .limit(1)
    )
    return review_matter(
        case,
        task,
        written_by_id=session.scalar(author),
        level_units=frozenset(session.scalars(units)),
    )


def review_matter(
    case: Case,
    task: UserTask | None,
    *,
    written_by_id: int | None,
    level_units: frozenset[int] = frozenset(),
    delegation: DelegatedGrant | None = None,
) -> Matter:
    """Return the matter of ``case`` and ``task`` from what is already known."""
    return Matter(
        role=None if task is None else task.role,
        task_unit_id=None if task is None else task.unit_id,
        case_unit_id=case.unit_id,
        subject_person_id=case.subject_person_id,
        subject_unit_id=case.subject_unit_id,
        written_by_id=written_by_id,
        award=case.award,
        delegation=delegation,
        level_units=level_units,
    )


def require_on_case(
    session: Session, actor: Actor, permission: str, case: Case, matter: Matter
) -> None:
    """Return if ``actor`` has ``permission`` on ``matter``, which is about ``case``.

    :raises NotFound: the actor may not even see the case.
    :raises NotPermitted: they may see it, but not do this.
    """
    if may(actor, permission, matter):
        return
    if not may(actor, "case.see", matter_of(session, case)):
        raise NotFound(f"person {actor.person_id} may not see case {case.id}")
    raise NotPermitted(f"person {actor.person_id} lacks {permission}: {matter}")


def require_at_task(
    session: Session, actor: Actor, case: Case, task: UserTask
) -> DelegatedGrant | None:
    """Return if ``actor`` may do ``task``: write the draft, or review.

    :return: the delegation under which they may; none: they hold the role.
    :raises NotFound: the actor may not even see the case.
    :raises NotPermitted: they may see it, but not do the task.
    """
    permission = "draft.write" if is_draft(task) else "task.review"
    matter = matter_of(session, case, task)
    under = find_delegation(session, actor, case, task, matter.written_by_id)
    require_on_case(session, actor, permission, case, replace(matter, delegation=under))
    return under


def acting_as(actor: Actor, case: Case, task: UserTask | None) -> tuple[Role, int]:
    """Return the role and the unit in which ``actor`` acts, for the journal.

    At a review: those of the task. Otherwise the actor's own in the submitting unit.
    """
    if task is not None and not is_draft(task):
        return task.role, task.unit_id
    role = next(
        role for role in (Role.UNIT_CLERK, Role.UNIT_HEAD) if actor.holds(role, case.unit_id)
    )
    return role, case.unit_id
