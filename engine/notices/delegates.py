"""Who may do a task under a delegation: they are told of it as its holders are."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from engine.delegated_acts import find_delegation
from engine.delegated_grants import delegated_to, is_running
from engine.matters import review_matter
from engine.office import day_in_vietnam
from engine.people import actor_for
from engine.permissions import may
from engine.store.models import Case, Delegation, UserTask
from engine.store.prepared import Prepared
from forms.vocabulary import Role


def find_delegates(
    session: Session,
    case: Case,
    task_id: str,
    role: Role,
    unit_id: int,
    *,
    written_by_id: int | None,
    at: datetime,
) -> list[int]:
    """Return the ids of people who may review at a task for somebody else, today.

    One query where nobody delegated the role in that unit; then each delegate is asked the
    same questions as when they act.
    """
    today = day_in_vietnam(at)
    place = {"role": role, "unit_id": unit_id, "today": today}
    candidates = {row.delegate_id for row in _CANDIDATES.all(session, place)}
    if not candidates:
        return []
    task = session.get_one(UserTask, task_id)
    return [
        one
        for one in sorted(candidates)
        if _may_review(session, one, case, task, written_by_id, today)
    ]


def _may_review(
    session: Session,
    person_id: int,
    case: Case,
    task: UserTask,
    written_by_id: int | None,
    today: date,
) -> bool:
    person = actor_for(session, person_id, None, today)
    actor = replace(person, delegated=delegated_to(session, person, today))
    under = find_delegation(session, actor, case, task, written_by_id)
    matter = review_matter(case, task, written_by_id=written_by_id, delegation=under)
    return under is not None and may(actor, "task.review", matter)


_CANDIDATES = Prepared(
    select(Delegation.__table__.c.delegate_id).where(
        Delegation.unit_id == bindparam("unit_id"),
        Delegation.role == bindparam("role"),
        is_running(bindparam("today", type_=Date)),
    )
)
"""Asked at every step: built once."""
