"""Signature blocks: who signs a paper in which capacity, with which written authorisation.

Decree 30/2020/NĐ-CP, Art. 13 and App. I, Part II, item 7. A decision to award is the head's
own (Law on Emulation and Commendation, Arts. 79, 80): no ``TM.`` before it, and only a deputy
may sign it for the head. Papers of a people's committee are signed on its behalf.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.errors import NoAuthorisation, NotPermitted
from engine.papers import ACTING, DEPUTY, GOVERNED, capacity_of, head_title
from engine.permissions import HEADS, Actor, Grant
from engine.store.models import Authorisation, Position, Unit
from forms.vocabulary import Capacity

ON_BEHALF = "TM. ỦY BAN NHÂN DÂN"
"""First line where a committee decides as a body."""

COLLECTIVE = frozenset({"TTr", "BC", "KH"})
"""Types of paper that a people's committee issues as a body."""

OF_THE_HEAD = frozenset({Capacity.HEAD, Capacity.ACTING, Capacity.DEPUTY})

NEVER_HANDED_ON = frozenset({"QĐ", "TTr"})
"""Types of paper that are signed by the head or a deputy alone."""

UNKNOWN_HEAD = "THỦ TRƯỞNG"


@dataclass(frozen=True)
class Signer:
    """Somebody who may sign a paper, and how."""

    name: str
    title: str
    """Of the position: ``Phó Chủ tịch``."""
    capacity: Capacity
    block: str
    """Lines of capacity and title, as printed."""
    authorisation_id: int | None = None


def signer_for(session: Session, actor: Actor, unit: Unit, type_code: str, day: date) -> Signer:
    """Return in which capacity ``actor`` may sign a paper of ``unit`` on ``day``.

    :param day: in Vietnam.
    :raises NotPermitted: the actor neither heads the unit nor holds an authorisation.
    :raises NoAuthorisation: the actor signs for the head, without one in writing for this
        type of paper on that day; ``facts``: ``capacity``.
    """
    refused: Capacity | None = None
    for grant in actor.grants:
        if grant.unit_id != unit.id or grant.role not in HEADS:
            continue
        capacity = capacity_in(grant.title)
        held = None
        if capacity is Capacity.DEPUTY:
            held = _held(session, actor, unit.id, capacity, type_code, day)
            if held is None:
                refused = capacity
                continue
        return _signer(session, actor, unit, grant, capacity, type_code, held)
    handed_on = () if type_code in NEVER_HANDED_ON else (Capacity.AUTHORISED, Capacity.BY_ORDER)
    for capacity in handed_on:
        held = _held(session, actor, unit.id, capacity, type_code, day)
        if held is not None:
            position = held.position
            grant = Grant(position.role, position.unit_id, position.title)
            return _signer(session, actor, unit, grant, capacity, type_code, held)
    if refused is not None:
        raise NoAuthorisation(
            f"person {actor.person_id} has none for {type_code} on {day}", capacity=refused
        )
    raise NotPermitted(f"person {actor.person_id} may not sign {type_code} of unit {unit.id}")


def capacity_in(title: str) -> Capacity:
    """Return the capacity in which the bearer of a title signs as head of their unit."""
    lowered = title.lower()
    if lowered.startswith(DEPUTY):
        return Capacity.DEPUTY
    return Capacity.ACTING if lowered.startswith(ACTING) else Capacity.HEAD


def block_of(
    unit: Unit, type_code: str, capacity: Capacity, title: str, head: str = UNKNOWN_HEAD
) -> str:
    """Return the lines above a signature: capacity and title, in capitals.

    :param head: title of the head, for who signs by order or with an authorisation.
    """
    lines = {
        Capacity.BY_ORDER: [f"TL. {head}", title],
        Capacity.AUTHORISED: [f"TUQ. {head}", title],
    }.get(capacity) or capacity_of(title).split("\n")
    if unit.kind in GOVERNED and type_code in COLLECTIVE and capacity in OF_THE_HEAD:
        lines.insert(0, ON_BEHALF)
    return "\n".join(lines).upper()


def _signer(
    session: Session,
    actor: Actor,
    unit: Unit,
    grant: Grant,
    capacity: Capacity,
    type_code: str,
    held: Authorisation | None,
) -> Signer:
    head = UNKNOWN_HEAD
    if capacity not in OF_THE_HEAD:
        head = title_of_head(session, unit.id)
    block = block_of(unit, type_code, capacity, grant.title, head)
    return Signer(actor.name, grant.title, capacity, block, held.id if held else None)


def _held(
    session: Session, actor: Actor, unit_id: int, capacity: Capacity, type_code: str, day: date
) -> Authorisation | None:
    """Return the authorisation under which the actor may sign; the latest of several."""
    rows: Sequence[Authorisation] = session.scalars(
        select(Authorisation)
        .join(Authorisation.position)
        .where(
            Authorisation.unit_id == unit_id,
            Authorisation.capacity == capacity,
            Authorisation.starts_on <= day,
            or_(Authorisation.ends_on.is_(None), Authorisation.ends_on >= day),
            Position.person_id == actor.person_id,
            Position.starts_on <= day,
            or_(Position.ends_on.is_(None), Position.ends_on >= day),
        )
        .order_by(Authorisation.id.desc())
    ).all()
    return next((row for row in rows if type_code in row.type_codes), None)


def title_of_head(session: Session, unit_id: int) -> str:
    """Return the title of who heads a unit; a general one if nobody does."""
    titles = session.scalars(
        select(Position.title)
        .where(Position.unit_id == unit_id, Position.role.in_(HEADS))
        .order_by(Position.id.desc())
    )
    return next((head_title(title) for title in titles), UNKNOWN_HEAD)
