"""Which cases a decision may be drafted on, and which stand on one that is not issued."""

from collections.abc import Sequence

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from engine.errors import OnOutgoingPaper
from engine.form_context import AUTHORITY
from engine.outcomes import outcomes_of
from engine.outgoing.access import PENDING
from engine.store.models import Case, OutgoingCase, OutgoingPaper, TaskState, UserTask
from engine.store.prepared import Prepared, one_of
from forms.vocabulary import Award, Outcome, OutgoingState

MOST_CASES = 500
"""Cases of one decision at most."""


def waiting_cases(
    session: Session, unit_id: int, award: Award | None = None, round_id: int | None = None
) -> list[tuple[UserTask, Case]]:
    """Return what waits for a decision of a unit and stands on no paper.

    In the order of a list: by the sorted name of the subject. At most 500.
    """
    wanted = [
        UserTask.unit_id == unit_id,
        UserTask.form == AUTHORITY,
        UserTask.state == TaskState.OPEN,
        UserTask.id.not_in(_tasks_on_papers()),
    ]
    if award is not None:
        wanted.append(Case.award == award)
    if round_id is not None:
        wanted.append(Case.round_id == round_id)
    rows = session.execute(
        select(UserTask, Case)
        .join(Case, UserTask.case_id == Case.id)
        .where(*wanted)
        .order_by(Case.subject_sort_key, Case.id)
    )
    found = [(task, case) for task, case in rows if Outcome.AWARD in outcomes_of(task, case)]
    return found[:MOST_CASES]


def require_free_of_papers(session: Session, task: UserTask, outgoing_id: int | None) -> None:
    """Return if a task may be completed: no decision on it is past its draft.

    :param outgoing_id: the paper that is issued with it; none: it is decided alone.
    :raises OnOutgoingPaper: it stands on another paper.
    """
    if task.form != AUTHORITY or Outcome.AWARD.value not in task.outcomes:
        return
    found = _HOLDS.first(session, {"task_id": task.id, "outgoing_id": outgoing_id or 0})
    if found is not None:
        raise OnOutgoingPaper(f"task {task.id} stands on paper {found.id}", paper_id=found.id)


def tasks_on_papers(session: Session, task_ids: Sequence[str], but: int | None) -> list[str]:
    """Return which of the tasks stand on a paper other than ``but`` that is not issued."""
    chosen = _tasks_on_papers().where(OutgoingCase.task_id.in_(task_ids))
    if but is not None:
        chosen = chosen.where(OutgoingPaper.id != but)
    return list(session.scalars(chosen))


def _tasks_on_papers() -> Select[str]:
    return (
        select(OutgoingCase.task_id)
        .join(OutgoingCase.paper)
        .where(OutgoingPaper.state.in_(PENDING))
    )


_HOLDS = Prepared(
    select(OutgoingPaper.id)
    .join(OutgoingPaper.cases)
    .where(
        OutgoingCase.task_id == bindparam("task_id"),
        one_of(OutgoingPaper.state, (one for one in PENDING if one is not OutgoingState.DRAFT)),
        OutgoingPaper.id != bindparam("outgoing_id"),
    )
    .limit(1)
)
