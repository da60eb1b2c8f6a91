"""Written authorisations to sign for the head of a unit (Decree 30/2020/NĐ-CP, Art. 13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from engine import journal
from engine.errors import InvalidSubmission, NotFound
from engine.office import day_in_vietnam
from engine.outgoing.access import acting_role, issuer
from engine.outgoing.capacities import NEVER_HANDED_ON, capacity_in
from engine.permissions import HEADS, Actor, require
from engine.store.models import Authorisation, Position
from engine.units import checked_text, lock_unit
from forms.messages import code
from forms.vocabulary import Capacity

TYPE_CODES = ("QĐ", "TTr", "TB", "CV")
"""Types of paper of the system that may be signed for the head (App. III)."""

FOR_THE_HEAD = (Capacity.DEPUTY, Capacity.BY_ORDER, Capacity.AUTHORISED)


@dataclass(frozen=True)
class AuthorisationLine:
    """Who may sign what for the head, as the page shows it."""

    id: int
    name: str
    title: str
    capacity: Capacity
    type_codes: tuple[str, ...]
    starts_on: date
    ends_on: date | None
    paper: str


def authorise_to_sign(
    session: Session,
    *,
    unit_id: int,
    position_id: int,
    capacity: Capacity,
    type_codes: Sequence[str],
    starts_on: date,
    ends_on: date | None,
    paper: str,
    actor: Actor,
    at: datetime,
) -> Authorisation:
    """Record that somebody of a unit may sign papers of these types for its head.

    :param ends_on: last day, in Vietnam; who signs ``TUQ.`` is limited in time.
    :param paper: number and date of the paper that says so.
    :raises NotFound: there is no such unit, or no such position in it.
    :raises NotPermitted: the actor does not head the unit.
    :raises InvalidSubmission: the period ends before it begins, or has no end where it
        needs one; a type may not be handed on; the position is not one for this capacity.
    """
    unit = lock_unit(session, unit_id)
    require(actor, "outgoing.authorise", issuer(unit_id))
    position = session.get(Position, position_id)
    if position is None or position.unit_id != unit.id:
        raise NotFound(f"position {position_id} in unit {unit_id}")
    _check(position, capacity, type_codes, starts_on, ends_on)
    row = Authorisation(
        unit_id=unit_id,
        position_id=position_id,
        capacity=capacity,
        type_codes=sorted(set(type_codes)),
        starts_on=starts_on,
        ends_on=ends_on,
        paper=checked_text("paper", paper),
        given_by_id=actor.person_id,
        given_at=at,
    )
    session.add(row)
    session.flush()
    _note(session, row, "authorisation.given", actor, at)
    return row


def end_authorisation(
    session: Session, *, authorisation_id: int, ends_on: date, actor: Actor, at: datetime
) -> Authorisation:
    """End an authorisation: ``ends_on`` is its last day, in Vietnam. It is locked.

    :raises NotFound: there is none, or the actor does not work for its unit.
    :raises NotPermitted: the actor does not head its unit.
    :raises InvalidSubmission: the day is before its first, or it has ended by then.
    """
    row = session.get(
        Authorisation, authorisation_id, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NotFound(f"authorisation {authorisation_id}")
    require(actor, "outgoing.authorise", issuer(row.unit_id))
    _check_period(row.starts_on, ends_on)
    if row.ends_on is not None and row.ends_on <= ends_on:
        raise InvalidSubmission({"ends_on": [code("ended_before", f"{row.ends_on:%d/%m/%Y}")]})
    row.ends_on = ends_on
    _note(session, row, "authorisation.ended", actor, at)
    session.flush()
    return row


def list_authorisations(
    session: Session, unit_id: int, at: datetime
) -> list[AuthorisationLine]:
    """Return the authorisations of a unit that are in force or to come, the latest first."""
    today = day_in_vietnam(at)
    rows = session.scalars(
        select(Authorisation)
        .where(
            Authorisation.unit_id == unit_id,
            or_(Authorisation.ends_on.is_(None), Authorisation.ends_on >= today),
        )
        .options(joinedload(Authorisation.position).joinedload(Position.person))
        .order_by(Authorisation.id.desc())
    )
    return [
        AuthorisationLine(
            row.id,
            row.position.person.full_name,
            row.position.title,
            row.capacity,
            tuple(row.type_codes),
            row.starts_on,
            row.ends_on,
            row.paper,
        )
        for row in rows
    ]


def positions_for(session: Session, unit_id: int, at: datetime) -> list[Position]:
    """Return the positions in a unit whose holders may be authorised today."""
    today = day_in_vietnam(at)
    rows = session.scalars(
        select(Position)
        .where(
            Position.unit_id == unit_id,
            Position.starts_on <= today,
            or_(Position.ends_on.is_(None), Position.ends_on >= today),
        )
        .options(joinedload(Position.person))
        .order_by(Position.id)
    )
    return [row for row in rows if _may_be_authorised(row)]


def _may_be_authorised(position: Position) -> bool:
    return position.role not in HEADS or capacity_in(position.title) is Capacity.DEPUTY


def _check(
    position: Position,
    capacity: Capacity,
    type_codes: Sequence[str],
    starts_on: date,
    ends_on: date | None,
) -> None:
    is_deputy = position.role in HEADS and capacity_in(position.title) is Capacity.DEPUTY
    if capacity not in FOR_THE_HEAD or is_deputy is not (capacity is Capacity.DEPUTY):
        raise InvalidSubmission({"capacity": [code("not_in_this_capacity", position.title)]})
    if not type_codes:
        raise InvalidSubmission({"type_codes": [code("choose_one")]})
    unknown = set(type_codes) - set(TYPE_CODES)
    if capacity is not Capacity.DEPUTY:
        unknown |= set(type_codes) & NEVER_HANDED_ON
    if unknown:
        names = ", ".join(sorted(unknown))
        raise InvalidSubmission({"type_codes": [code("not_handed_on", names)]})
    if ends_on is not None:
        _check_period(starts_on, ends_on)
    elif capacity is Capacity.AUTHORISED:
        raise InvalidSubmission({"ends_on": [code("limited_in_time")]})


def _check_period(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        message = code("ends_before_it_begins", f"{ends_on:%d/%m/%Y}", f"{starts_on:%d/%m/%Y}")
        raise InvalidSubmission({"ends_on": [message]})


def _note(
    session: Session, row: Authorisation, action: str, actor: Actor, at: datetime
) -> None:
    journal.append(
        session,
        stream=f"authorisations:{row.unit_id}",
        action=action,
        actor=actor,
        at=at,
        role=acting_role(actor, row.unit_id),
        unit_id=row.unit_id,
        detail={
            "authorisation_id": row.id,
            "position_id": row.position_id,
            "capacity": row.capacity.value,
            "types": row.type_codes,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat() if row.ends_on else None,
            "paper": row.paper,
        },
    )
