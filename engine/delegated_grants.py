"""What delegations let a person do on a day: read with the login, in its one query.

A delegation is in force from its first to its last day in Vietnam, unless it was ended, while
its giver holds the role by a position of their own and their account is not closed, and while
the delegate belongs to the unit for which they were chosen. A role that the giver has by a
delegation gives nothing on: only positions are looked at.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from engine.permissions import Actor, DelegatedGrant, Grant
from engine.store.models import Account, Delegation, Person, Position
from forms.vocabulary import Role

WATCHERS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that decide nothing, and must not by a delegation either."""

_HELD = aliased(Position)
_GIVER = aliased(Person)
_GIVERS_ACCOUNT = aliased(Account)

COLUMNS = (
    Delegation.id,
    Delegation.giver_id,
    _GIVER.full_name,
    Delegation.role,
    Delegation.unit_id,
    Delegation.levels,
    Delegation.awards,
    Delegation.paper_number,
    Delegation.paper_dated_on,
    Delegation.ends_on,
    Delegation.delegate_unit_id,
    _HELD.id,
    _GIVERS_ACCOUNT.disabled_at,
)
"""What :func:`grants_in` reads of a row, in this order."""


def with_delegations(
    query: Select[*tuple[Any, ...]],
    delegate_id: InstrumentedAttribute[int],
    today: ColumnElement[date] | date,
) -> Select[*tuple[Any, ...]]:
    """Return ``query`` joined with the delegations to a person; each row may come again."""
    return (
        query.outerjoin(
            Delegation,
            and_(Delegation.delegate_id == delegate_id, is_running(today)),
        )
        .outerjoin(
            _HELD,
            and_(
                _HELD.person_id == Delegation.giver_id,
                _HELD.role == Delegation.role,
                _HELD.unit_id == Delegation.unit_id,
                _HELD.starts_on <= today,
                or_(_HELD.ends_on.is_(None), _HELD.ends_on >= today),
            ),
        )
        .outerjoin(_GIVER, _GIVER.id == Delegation.giver_id)
        .outerjoin(_GIVERS_ACCOUNT, _GIVERS_ACCOUNT.person_id == Delegation.giver_id)
    )


def gives_today(
    giver_id: InstrumentedAttribute[int], today: ColumnElement[date] | date
) -> ColumnElement[bool]:
    """Return whether a delegation by a person runs."""
    given = aliased(Delegation)
    return exists().where(
        given.giver_id == giver_id,
        given.ended_at.is_(None),
        given.starts_on <= today,
        given.ends_on >= today,
    )


def is_running(today: ColumnElement[date] | date) -> ColumnElement[bool]:
    """Return the condition that ``today`` is one of the days of a delegation, not ended."""
    return and_(
        Delegation.ended_at.is_(None),
        Delegation.starts_on <= today,
        Delegation.ends_on >= today,
    )


def grants_in(
    rows: Iterable[tuple[Any, ...]], own: Collection[Grant], today: date
) -> tuple[DelegatedGrant, ...]:
    """Return what is in force of ``rows`` of ``COLUMNS``, each once.

    :param own: what the delegate is on ``today``: nobody who only watches acts for others.
    """
    if any(each.role in WATCHERS for each in own):
        return ()
    own_units = {each.unit_id for each in own}
    found = {}
    for row in rows:
        *said, delegate_unit_id, held, closed_at = row
        if said[0] is None or held is None or closed_at is not None:
            continue
        if delegate_unit_id in own_units:
            found[said[0]] = _grant(said, today)
    return tuple(found[number] for number in sorted(found))


def delegated_to(session: Session, actor: Actor, today: date) -> tuple[DelegatedGrant, ...]:
    """Return what others let ``actor`` do on ``today``; their own grants are known."""
    query = with_delegations(select(*COLUMNS).select_from(Person), Person.id, today)
    rows = session.execute(query.where(Person.id == actor.person_id)).all()
    return grants_in((tuple(row) for row in rows), actor.grants, today)


def _grant(said: list[Any], today: date) -> DelegatedGrant:
    number, giver, name, role, unit_id, levels, awards, paper, dated_on, ends_on = said
    return DelegatedGrant(
        delegation_id=number,
        on_behalf_of=giver,
        giver_name=name,
        role=role,
        unit_id=unit_id,
        levels=tuple(levels),
        awards=tuple(awards),
        paper_number=paper,
        paper_dated_on=dated_on,
        ends_on=ends_on,
        as_of=today,
    )
