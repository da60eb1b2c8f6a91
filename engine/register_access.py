"""Who may see an entry of the register, and who may act on it."""

from datetime import date

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from engine.errors import NotFound, NotPermitted
from engine.permissions import HEADS, Actor, Matter, may
from engine.store.models import Case, Decision, Position, RegisterEntry, SubjectRow
from forms.vocabulary import Role

READERS = (
    Role.WARD_CLERK,
    Role.AUDITOR,
    Role.WARD_CHAIRMAN,
    Role.COUNCIL_SECRETARY,
    Role.COUNCIL_MEMBER,
    Role.PROVINCIAL_CLERK,
)
"""Roles that read the whole register; all others see some of it."""

UNIT_PEOPLE = (Role.UNIT_HEAD, Role.UNIT_CLERK)


def is_award_visible_to(actor: Actor, today: date) -> ColumnElement[bool]:
    """Return the condition that ``actor`` may see an entry: permission ``register.see``.

    People of a unit see what it nominated, and what it and its people received; heads see
    what their unit granted.
    """
    if any(actor.holds(role) for role in READERS):
        return true()
    own = {grant.unit_id for grant in actor.grants if grant.role in UNIT_PEOPLE}
    headed = {grant.unit_id for grant in actor.grants if grant.role in HEADS}
    conditions: list[ColumnElement[bool]] = []
    if headed:
        conditions.append(RegisterEntry.authority_unit_id.in_(headed))
    if own:
        conditions.append(
            RegisterEntry.case_id.in_(select(Case.id).where(Case.unit_id.in_(own)))
        )
        conditions.append(RegisterEntry.subject_id.in_(_subjects_of(own, today)))
    return or_(false(), *conditions)


def granting_matter(session: Session, entry: RegisterEntry) -> Matter:
    """Return what ``register.annul`` is asked about: the unit that granted in the system."""
    if entry.case_id is None:
        return Matter()
    recorded = session.scalar(
        select(Decision.recorded_from_paper).where(Decision.case_id == entry.case_id)
    )
    return Matter(granting_unit_id=None if recorded else entry.authority_unit_id)


def require_on_entry(
    session: Session, actor: Actor, permission: str, entry_id: int, matter: Matter, today: date
) -> None:
    """Return if ``actor`` has ``permission`` on ``matter``, which is about an entry.

    :raises NotFound: the actor may not even see the entry.
    :raises NotPermitted: they may see it, but not do this.
    """
    if may(actor, permission, matter):
        return
    seen = select(RegisterEntry.id).where(
        RegisterEntry.id == entry_id, is_award_visible_to(actor, today)
    )
    if session.scalar(seen) is None:
        raise NotFound(f"person {actor.person_id} may not see entry {entry_id}")
    raise NotPermitted(f"person {actor.person_id} lacks {permission}: {matter}")


def _subjects_of(unit_ids: set[int], today: date) -> Select[tuple[int]]:
    """Return the records of these units and of the people who are in them today.

    With all that was merged into them.
    """
    people = select(Position.person_id).where(
        Position.unit_id.in_(unit_ids),
        Position.starts_on <= today,
        or_(Position.ends_on.is_(None), Position.ends_on >= today),
    )
    subject = SubjectRow.__table__
    known = (
        select(subject.c.id)
        .where(or_(subject.c.unit_id.in_(unit_ids), subject.c.person_id.in_(people)))
        .cte("known", recursive=True)
    )
    below = aliased(subject, name="below")
    known = known.union(select(below.c.id).where(below.c.merged_into_id == known.c.id))
    return select(known.c.id)
