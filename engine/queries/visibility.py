"""Who may see a case and who may do a task, as conditions of a query.

They say what :mod:`engine.permissions` says (``case.see``, ``draft.write``,
``task.review``), so that a list never fetches what it must not show; tests compare the two.
"""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from engine.permissions import HEADS, Actor
from engine.store.models import Case, DossierVersion, TaskState, UserTask
from forms.vocabulary import Role

WRITERS = (Role.UNIT_HEAD, Role.UNIT_CLERK)
"""Roles in the submitting unit that write its nominations."""


def is_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that ``actor`` may see a case: permission ``case.see``."""
    if actor.holds(Role.AUDITOR):
        return true()
    ever = aliased(UserTask)  # the query around may have the open tasks
    here = ever.unit_id.in_({grant.unit_id for grant in actor.grants})
    if all(grant.role in WRITERS for grant in actor.grants):
        # They see few of all cases: the database begins with the tasks of their unit.
        been: ColumnElement[bool] = Case.id.in_(select(ever.case_id).where(here))
    else:
        # They see most: it looks at case after case, and stops when the page is full.
        been = exists().where(ever.case_id == Case.id, here)
    return or_(Case.unit_id.in_(own_units(actor)), been)


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a task is open and ``actor`` may do it.

    The query has ``UserTask`` and its ``Case``.
    """
    drafts = and_(UserTask.level.is_(None), Case.unit_id.in_(own_units(actor)))
    roles = [
        and_(UserTask.role == grant.role, UserTask.unit_id == grant.unit_id)
        for grant in actor.grants
    ]
    reviews = and_(UserTask.level.is_not(None), or_(false(), *roles), *_is_not_excluded(actor))
    # The outer condition on roles lets the index of the inbox answer.
    writes = [
        and_(UserTask.role == Role.UNIT_CLERK, UserTask.unit_id == unit_id)
        for unit_id in sorted(own_units(actor))
    ]
    return and_(
        UserTask.state == TaskState.OPEN,
        or_(false(), *roles, *writes),
        or_(drafts, reviews),
    )


def own_units(actor: Actor) -> set[int]:
    """Return the units whose nominations ``actor`` writes."""
    return {grant.unit_id for grant in actor.grants if grant.role in WRITERS}


def _is_not_excluded(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that nobody decides on themselves, their unit or their work."""
    headed = {grant.unit_id for grant in actor.grants if grant.role in HEADS}
    author = (
        select(DossierVersion.submitted_by_id)
        .where(DossierVersion.case_id == Case.id)
        .order_by(DossierVersion.number.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return (
        or_(
            Case.subject_person_id.is_(None),
            Case.subject_person_id != actor.person_id,
        ),
        or_(Case.subject_unit_id.is_(None), Case.subject_unit_id.not_in(headed)),
        or_(author.is_(None), author != actor.person_id),
    )
