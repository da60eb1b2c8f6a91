"""A case under its lock, and what a permission is asked about it."""

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, undefer

from engine.errors import NotFound, NotPermitted
from engine.permissions import Actor, Matter, may
from engine.store.models import (
    Case,
    DossierVersion,
    PlanRow,
    Round,
    SubjectRow,
    TaskState,
    Unit,
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
    case = session.scalar(_CASE_OF_TASK, {"task_id": task_id})
    if case is None:
        raise NotFound(f"no task {task_id}")
    tasks = session.scalars(_ITS_TASKS, {"task_id": task_id, "case_id": case.id}).all()
    task = next(task for task in tasks if task.id == task_id)
    return case, task, [one for one in tasks if one.state is TaskState.OPEN]


def load_surroundings(session: Session, case: Case) -> tuple[object, ...]:
    """Read unit, round, plan and subject of ``case`` in one query instead of four.

    :return: the rows; ``case.unit`` and the others are found without a query while the
        caller holds them.
    """
    return tuple(session.execute(_SURROUNDINGS, {"case_id": case.id}).one())


_CASE_OF_TASK = (
    select(Case)
    .where(
        Case.id
        == select(UserTask.case_id).where(UserTask.id == bindparam("task_id")).scalar_subquery()
    )
    .options(undefer(Case.snapshot))
    .with_for_update(of=Case)
    .execution_options(populate_existing=True)
)
_ITS_TASKS = (
    select(UserTask)
    .where(
        UserTask.case_id == bindparam("case_id"),
        or_(UserTask.id == bindparam("task_id"), UserTask.state == TaskState.OPEN),
    )
    .execution_options(populate_existing=True)
)
_SURROUNDINGS = (
    select(Unit, Round, PlanRow, SubjectRow)
    .select_from(Case)
    .join(Unit, Unit.id == Case.unit_id)
    .join(Round, Round.id == Case.round_id)
    .join(PlanRow, PlanRow.id == Round.plan_id)
    .outerjoin(SubjectRow, SubjectRow.id == Case.subject_id)
    .where(Case.id == bindparam("case_id"))
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
) -> Matter:
    """Return the matter of ``case`` and ``task`` from what is already known."""
    return Matter(
        role=None if task is None else task.role,
        task_unit_id=None if task is None else task.unit_id,
        case_unit_id=case.unit_id,
        subject_person_id=case.subject_person_id,
        subject_unit_id=case.subject_unit_id,
        written_by_id=written_by_id,
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


def require_at_task(session: Session, actor: Actor, case: Case, task: UserTask) -> None:
    """Return if ``actor`` may do ``task``: write the draft, or review.

    :raises NotFound: the actor may not even see the case.
    :raises NotPermitted: they may see it, but not do the task.
    """
    permission = "draft.write" if is_draft(task) else "task.review"
    require_on_case(session, actor, permission, case, matter_of(session, case, task))


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
