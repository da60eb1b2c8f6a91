"""Whether a task may be done for somebody who holds its role, under a written delegation.

The delegations of an actor come with the login (:mod:`engine.accounts`). Nobody gains by one
what its giver could not do here, and nobody decides on a nomination in two roles.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from engine.permissions import HEADS, Actor, DelegatedGrant
from engine.store.models import Case, Delegation, Position, Review, UserTask
from forms import form_key_for
from forms.vocabulary import Outcome

COUNCIL_FORM = "council_resolution.v1"
"""Form with which the secretary records what a council voted: of its own people alone."""

OWN_DECISION = "decision.v1"
"""Form with which an authority decides itself to award."""


def find_delegation(
    session: Session,
    actor: Actor,
    case: Case,
    task: UserTask | None,
    written_by_id: int | None,
    *,
    lock: bool = False,
) -> DelegatedGrant | None:
    """Return under which delegation ``actor`` may do ``task``; none: under none.

    Who holds the role of the task acts as themselves. Without delegations it asks nothing.

    :param written_by_id: who wrote the present version of the dossier.
    :param lock: nobody ends the delegation before the transaction ends.
    """
    possible = _covering(actor, case, task)
    if task is None or not possible:
        return None
    barred = {case.subject_person_id, written_by_id}
    possible = [one for one in possible if one.on_behalf_of not in barred]
    with session.no_autoflush:
        living = _not_ended(session, possible, lock)
        barred |= _heads_of(session, possible, case.subject_unit_id)
        if not living or _reviewed_otherwise(session, actor, case, task):
            return None
    return next(
        (
            one
            for one in possible
            if one.delegation_id in living and one.on_behalf_of not in barred
        ),
        None,
    )


def facts_of(delegation: DelegatedGrant | None) -> dict[str, int]:
    """Return what the journal says openly of an act: both people, by the delegation."""
    if delegation is None:
        return {}
    return {
        "delegation": delegation.delegation_id,
        "on_behalf_of": delegation.on_behalf_of,
    }


def may_choose(delegation: DelegatedGrant | None, task: UserTask, outcome: Outcome) -> bool:
    """Whether who acts under ``delegation`` may choose ``outcome`` at ``task``.

    A decision to award is signed by the head or a deputy alone
    (:data:`engine.outgoing.capacities.NEVER_HANDED_ON`); a paper from above is recorded.
    """
    return delegation is None or form_key_for(task.form, outcome) != OWN_DECISION


def _covering(actor: Actor, case: Case, task: UserTask | None) -> list[DelegatedGrant]:
    if not actor.delegated or task is None or task.form == COUNCIL_FORM:
        return []
    if actor.holds(task.role, task.unit_id):
        return []
    return [
        one
        for one in actor.delegated
        if one.covers(task.role, task.unit_id, task.level, case.award)
    ]


def _not_ended(
    session: Session, possible: Collection[DelegatedGrant], lock: bool
) -> frozenset[int]:
    """Return which are not ended since the login was looked up."""
    living = (
        select(Delegation.id)
        .where(
            Delegation.id.in_([one.delegation_id for one in possible]),
            Delegation.ended_at.is_(None),
        )
        .order_by(Delegation.id)
    )
    return frozenset(session.scalars(living.with_for_update(read=True) if lock else living))


def _heads_of(
    session: Session, possible: Iterable[DelegatedGrant], unit_id: int | None
) -> frozenset[int]:
    """Return which of the givers head the unit that is nominated."""
    days = {one.on_behalf_of: one.as_of for one in possible}
    if unit_id is None or not days:
        return frozenset()
    day = next(iter(days.values()))
    found = session.scalars(
        select(Position.person_id).where(
            Position.person_id.in_(days),
            Position.unit_id == unit_id,
            Position.role.in_(HEADS),
            Position.starts_on <= day,
            or_(Position.ends_on.is_(None), Position.ends_on >= day),
        )
    )
    return frozenset(found)


def _reviewed_otherwise(session: Session, actor: Actor, case: Case, task: UserTask) -> bool:
    """Whether the actor has reviewed this case in another role or unit."""
    elsewhere = and_(
        Review.case_id == case.id,
        Review.reviewed_by_id == actor.person_id,
        or_(Review.role != task.role, Review.unit_id != task.unit_id),
    )
    return bool(session.scalar(select(func.count()).select_from(Review).where(elsewhere)))
