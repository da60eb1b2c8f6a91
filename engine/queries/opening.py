"""What a person may choose from who begins a nomination: rounds, units, colleagues."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from engine.permissions import Actor, Matter, may
from engine.plans import plan_of
from engine.store.models import Person, Position, Round, Unit
from forms.vocabulary import Award, MovementBasis, Occasion, SubjectKind, UnitKind

MOST_COLLEAGUES = 300
"""People offered as subjects at most; the name of anybody else is typed."""

MOST_ROUNDS = 100

MOST_UNITS = 1_000

SUBMITTING = (
    UnitKind.WARD,
    UnitKind.WARD_ROOM,
    UnitKind.SCHOOL,
    UnitKind.RESIDENTIAL_GROUP,
    UnitKind.ENTERPRISE,
    UnitKind.BODY,
    UnitKind.FATHERLAND_FRONT,
)
"""Kinds of unit that submit nominations to the ward."""


@dataclass(frozen=True)
class OpenRound:
    """A round that takes nominations now, or will."""

    id: int
    name: str
    occasion: Occasion
    year: int
    opens_at: datetime
    closes_at: datetime
    awards: tuple[Award, ...]
    subject_kinds: tuple[SubjectKind, ...]
    plan_number: str
    source: str
    """Section of the plan that rules its awards."""
    bases: tuple[MovementBasis, ...]
    """Movements under which its plan lets an achievement be claimed."""


@dataclass(frozen=True)
class NamedThing:
    """A unit or a person to choose."""

    id: int
    name: str


def list_open_rounds(session: Session, at: datetime) -> list[OpenRound]:
    """Return the rounds that take nominations at ``at``, the first to close first."""
    rounds = session.scalars(
        select(Round)
        .where(Round.opens_at <= at, Round.closes_at > at)
        .options(joinedload(Round.plan))
        .order_by(Round.closes_at, Round.id)
    )
    return [_open_round(one) for one in rounds]


def list_coming_rounds(session: Session, at: datetime) -> list[OpenRound]:
    """Return the rounds that take nominations at ``at`` or later, the first to open first."""
    rounds = session.scalars(
        select(Round)
        .where(Round.closes_at > at)
        .options(joinedload(Round.plan))
        .order_by(Round.opens_at, Round.closes_at, Round.id)
        .limit(MOST_ROUNDS)
    )
    return [_open_round(one) for one in rounds]


def list_submitting_units(session: Session, day: date) -> list[NamedThing]:
    """Return the units, open on ``day``, of the kinds that submit nominations, by name."""
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(
            Unit.kind.in_(SUBMITTING),
            or_(Unit.closed_on.is_(None), Unit.closed_on > day),
        )
        .order_by(Unit.folded_name, Unit.id)
        .limit(MOST_UNITS)
    )
    return [NamedThing(*row) for row in rows]


def list_own_units(session: Session, actor: Actor) -> list[NamedThing]:
    """Return the open units for which ``actor`` may submit nominations."""
    ids = {
        grant.unit_id
        for grant in actor.grants
        if may(actor, "case.open", Matter(case_unit_id=grant.unit_id))
    }
    units = session.scalars(
        select(Unit).where(Unit.id.in_(ids), Unit.closed_on.is_(None)).order_by(Unit.name)
    )
    return [NamedThing(unit.id, unit.name) for unit in units]


def list_colleagues(session: Session, unit_ids: list[int], day: date) -> list[NamedThing]:
    """Return the people with a position in one of the units on ``day``, by given name."""
    people = session.scalars(
        select(Person)
        .where(
            Person.positions.any(
                Position.unit_id.in_(unit_ids)
                & (Position.starts_on <= day)
                & or_(Position.ends_on.is_(None), Position.ends_on >= day)
            )
        )
        .order_by(Person.sort_key, Person.id)
        .limit(MOST_COLLEAGUES)
    )
    return [NamedThing(person.id, person.full_name) for person in people]


def _open_round(found: Round) -> OpenRound:
    plan = plan_of(found.plan)
    allowed = plan.awards_on(found.occasion)
    return OpenRound(
        id=found.id,
        name=found.name,
        occasion=found.occasion,
        year=found.year,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        awards=tuple(award for award in allowed if award.value in found.awards),
        subject_kinds=plan.subject_kinds,
        plan_number=plan.number,
        source=plan.source_of(found.occasion),
        bases=tuple(MovementBasis) if plan.movement.parent else (MovementBasis.OWN,),
    )
