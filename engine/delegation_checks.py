"""What must hold of every review that was made for somebody else, long after it was made."""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.delegated_acts import COUNCIL_FORM, OWN_DECISION
from engine.office import day_in_vietnam
from engine.store.models import Case, Delegation, JournalEntry, Position, Review


def check_delegated(session: Session, case: Case) -> Iterator[str]:
    """Yield what is wrong with the reviews of ``case`` under a delegation.

    Each was by the delegate, in the role, within days and scope, before the delegation was
    ended, not on the giver, while the giver held the role by a position of their own; and
    the journal names both. Positions and delegations are asked, no login.
    """
    rows = session.execute(
        select(Review, Delegation)
        .join(Delegation, Review.delegation_id == Delegation.id)
        .where(Review.case_id == case.id)
        .order_by(Review.id)
    )
    for review, under in rows:
        for problem in (
            *_of_the_paper(case, review, under),
            *_of_people(session, review, under),
        ):
            yield f"review {review.id} under delegation {under.id}: {problem}"


def _of_the_paper(case: Case, review: Review, under: Delegation) -> Iterator[str]:
    day = day_in_vietnam(review.reviewed_at)
    if (review.role, review.unit_id) != (under.role, under.unit_id):
        yield f"it is for {under.role.value} of {under.unit_id}"
    if not under.starts_on <= day <= under.ends_on:
        yield f"made on {day}, it runs from {under.starts_on} to {under.ends_on}"
    if under.ended_at is not None and under.ended_at < review.reviewed_at:
        yield f"it was ended at {under.ended_at}"
    if under.levels and (review.level is None or review.level.value not in under.levels):
        yield f"it is not for the level {review.level}"
    if under.awards and case.award.value not in under.awards:
        yield f"it is not for {case.award.value}"
    if review.form in (COUNCIL_FORM, OWN_DECISION):
        yield f"{review.form} is nobody's to delegate"


def _of_people(session: Session, review: Review, under: Delegation) -> Iterator[str]:
    day = day_in_vietnam(review.reviewed_at)
    if review.reviewed_by_id != under.delegate_id:
        yield f"made by person {review.reviewed_by_id}, not by {under.delegate_id}"
    held = select(Position.id).where(
        Position.person_id == under.giver_id,
        Position.role == under.role,
        Position.unit_id == under.unit_id,
        Position.starts_on <= day,
        or_(Position.ends_on.is_(None), Position.ends_on >= day),
    )
    if session.scalar(held.limit(1)) is None:
        yield f"person {under.giver_id} did not hold the role on {day}"
    entry = session.scalar(
        select(JournalEntry).where(
            JournalEntry.task_id == review.task_id, JournalEntry.action == "task.completed"
        )
    )
    facts = entry.facts if entry else {}
    said = (facts.get("delegation"), facts.get("on_behalf_of"))
    if said != (under.id, under.giver_id):
        yield f"the journal says {said}"
