"""Who may see a case and who may do a task, as conditions of a query.

They say what :mod:`engine.permissions` says (``case.see``, ``draft.write``,
``task.review``), so that a list never fetches what it must not show; tests compare the two.
"""

from collections.abc import Iterable

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Subquery,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import Session, aliased

from engine.delegated_acts import COUNCIL_FORM
from engine.permissions import HEADS, Actor, DelegatedGrant
from engine.store.models import (
    Case,
    CaseUnit,
    DossierVersion,
    Position,
    Review,
    TaskState,
    UserTask,
)
from forms.vocabulary import Level, Role

FEW_KNOWN = 5_000
"""Cases that are looked at one by one, where a list shows some of them."""

WRITERS = (Role.UNIT_HEAD, Role.UNIT_CLERK)
"""Roles in the submitting unit that write its nominations."""


def is_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that ``actor`` may see a case: permission ``case.see``."""
    if actor.holds(Role.AUDITOR):
        return true()
    here = CaseUnit.unit_id.in_({grant.unit_id for grant in actor.grants})
    if all(grant.role in WRITERS for grant in actor.grants):
        # They see few of all cases: the database begins with those that their unit knows.
        been: ColumnElement[bool] = Case.id.in_(select(CaseUnit.case_id).where(here))
    else:
        # They see most: it looks at case after case, and stops when the page is full.
        been = exists().where(CaseUnit.case_id == Case.id, here)
    return or_(been, *map(_delegated, actor.delegated))


def knows_few(session: Session, actor: Actor) -> bool:
    """Whether the cases that ``actor`` may see are so few that lists begin with them."""
    units = known_units(actor)
    if not units:
        return False
    known = select(literal(1)).where(CaseUnit.unit_id.in_(units)).limit(FEW_KNOWN + 1)
    number = session.scalar(select(func.count()).select_from(known.subquery())) or 0
    return number <= FEW_KNOWN


def is_among(actor: Actor, *, few: bool) -> ColumnElement[bool]:
    """Return :func:`is_visible_to`; ``few`` is what :func:`knows_few` says."""
    if not few:
        return is_visible_to(actor)
    units = known_units(actor) or ()
    return Case.id.in_(select(CaseUnit.case_id).where(CaseUnit.unit_id.in_(units)))


def known_units(actor: Actor) -> tuple[int, ...] | None:
    """Return the units whose cases ``actor`` sees, and no others; none: others, too."""
    if actor.holds(Role.AUDITOR) or actor.delegated:
        return None
    return tuple(sorted({grant.unit_id for grant in actor.grants}))


def longest_waiting(units: Iterable[int], places: Iterable[Level], limit: int) -> Subquery:
    """Return the open cases that ``units`` know at each of ``places``, once each.

    Columns: ``place``, ``state``, ``waiting_since``, ``case_id``. Of each unit at each
    place, those that wait longest, ``limit`` of them; an index alone answers.
    """
    each = [
        select(CaseUnit.place, CaseUnit.state, CaseUnit.waiting_since, CaseUnit.case_id)
        .where(CaseUnit.unit_id == unit_id, CaseUnit.place == place.value)
        .order_by(CaseUnit.waiting_since)
        .limit(limit)
        .subquery()
        for unit_id in units
        for place in places
    ]
    return union(*(select(one) for one in each)).subquery()


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
    lent = [one for one in actor.delegated if not actor.holds(one.role, one.unit_id)]
    roles_lent = [_place_of(one) for one in lent]
    # The outer condition on roles lets the index of the inbox answer.
    writes = [
        and_(UserTask.role == Role.UNIT_CLERK, UserTask.unit_id == unit_id)
        for unit_id in sorted(own_units(actor))
    ]
    return and_(
        UserTask.state == TaskState.OPEN,
        or_(false(), *roles, *roles_lent, *writes),
        or_(drafts, reviews, *(_delegated_task(actor, one) for one in lent)),
    )


def own_units(actor: Actor) -> set[int]:
    """Return the units whose nominations ``actor`` writes."""
    return {grant.unit_id for grant in actor.grants if grant.role in WRITERS}


def _delegated(one: DelegatedGrant) -> ColumnElement[bool]:
    """Return the condition that a case is one for which ``one`` lets the actor act."""
    ever = aliased(UserTask)
    been = Case.id.in_(select(ever.case_id).where(ever.unit_id == one.unit_id))
    return and_(been, Case.award.in_(one.awards)) if one.awards else been


def _place_of(one: DelegatedGrant) -> ColumnElement[bool]:
    return and_(UserTask.role == one.role, UserTask.unit_id == one.unit_id)


def _delegated_task(actor: Actor, one: DelegatedGrant) -> ColumnElement[bool]:
    """Return the condition of :func:`engine.delegated_acts.find_delegation`."""
    headed = select(Position.unit_id).where(
        Position.person_id == one.on_behalf_of,
        Position.role.in_(HEADS),
        Position.starts_on <= one.as_of,
        or_(Position.ends_on.is_(None), Position.ends_on >= one.as_of),
    )
    otherwise = exists().where(
        Review.case_id == Case.id,
        Review.reviewed_by_id == actor.person_id,
        or_(Review.role != one.role, Review.unit_id != one.unit_id),
    )
    scope = [UserTask.level.in_(one.levels)] if one.levels else []
    scope += [Case.award.in_(one.awards)] if one.awards else []
    giver = one.on_behalf_of
    return and_(
        _place_of(one),
        UserTask.level.is_not(None),
        UserTask.form != COUNCIL_FORM,
        *scope,
        Case.subject_person_id.is_distinct_from(giver),
        or_(Case.subject_unit_id.is_(None), Case.subject_unit_id.not_in(headed)),
        _author().is_distinct_from(giver),
        ~otherwise,
        *_is_not_excluded(actor),
    )


def _author() -> ScalarSelect[int]:
    return (
        select(DossierVersion.submitted_by_id)
        .where(DossierVersion.case_id == Case.id)
        .order_by(DossierVersion.number.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )


def _is_not_excluded(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that nobody decides on themselves, their unit or their work."""
    headed = {grant.unit_id for grant in actor.grants if grant.role in HEADS}
    return (
        Case.subject_person_id.is_distinct_from(actor.person_id),
        or_(Case.subject_unit_id.is_(None), Case.subject_unit_id.not_in(headed)),
        _author().is_distinct_from(actor.person_id),
    )
