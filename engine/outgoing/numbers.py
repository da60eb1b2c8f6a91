"""Numbers of papers: one series a year for each unit and type, without gaps, never reused.

Decree 30/2020/NĐ-CP, Art. 15. A number that was used outside the system, or that was
cancelled, keeps its row, so that the register of the year has every number once.
"""

import re
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import journal
from engine.errors import InvalidSubmission, NoSymbol
from engine.outgoing.access import acting_role, issuer
from engine.permissions import Actor, require
from engine.store.database import take_turn
from engine.store.models import Decision, GivenNumber, OutgoingPaper, Unit
from engine.units import checked_text, lock_unit
from forms.messages import code

DECISION_TYPE = "QĐ"
"""Type of a decision in its symbol (App. III)."""

MOST_AT_ONCE = 500
"""Numbers that may be recorded at once as used outside the system."""

_TYPED = re.compile(r"0*([1-9][0-9]{0,5})/(.+)")


def symbol_of(unit: Unit, type_code: str, number: int) -> str:
    """Return number and symbol as printed: below 10 with a zero, ``05/QĐ-UBND``.

    :raises NoSymbol: the unit has no symbol; ``facts``: ``unit``.
    """
    return f"{number:02d}/{type_code}-{require_symbol(unit)}"


def next_number(session: Session, unit: Unit, type_code: str, year: int) -> int:
    """Return the next number of a series; whoever gives it has taken the turn.

    Numbers that people typed for decisions of the unit count, if their symbol is that of
    the series.
    """
    last = session.scalar(
        select(func.max(GivenNumber.number)).where(
            GivenNumber.unit_id == unit.id,
            GivenNumber.type_code == type_code,
            GivenNumber.year == year,
        )
    )
    return max(last or 0, _last_typed(session, unit, type_code, year)) + 1


def give_number(
    session: Session, paper: OutgoingPaper, *, dated_on: date, actor: Actor, at: datetime
) -> GivenNumber:
    """Give a signed paper the next number of its series; others who want one wait.

    :raises NoSymbol: the unit has no symbol.
    """
    unit = paper.unit
    _take_turn(session, unit.id, paper.type_code, dated_on.year)
    number = next_number(session, unit, paper.type_code, dated_on.year)
    given = GivenNumber(
        unit_id=unit.id,
        type_code=paper.type_code,
        year=dated_on.year,
        number=number,
        symbol=symbol_of(unit, paper.type_code, number),
        paper_id=paper.id,
        given_at=at,
        given_by_id=actor.person_id,
    )
    session.add(given)
    return given


def last_date(session: Session, unit_id: int, type_code: str, year: int) -> date | None:
    """Return the date of the paper with the last number of a series; none: it has none."""
    return session.scalar(
        select(func.max(OutgoingPaper.dated_on)).where(
            OutgoingPaper.unit_id == unit_id,
            OutgoingPaper.type_code == type_code,
            OutgoingPaper.dated_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )


def cancel_number(
    session: Session, paper: OutgoingPaper, *, reason: str, actor: Actor, at: datetime
) -> None:
    """Cancel the number that a paper has; it is never given again.

    :raises InvalidSubmission: there is no reason.
    """
    given = session.scalars(
        select(GivenNumber).where(
            GivenNumber.paper_id == paper.id, GivenNumber.cancelled_at.is_(None)
        )
    ).one()
    given.cancel_reason = checked_text("reason", reason)
    given.cancelled_at, given.cancelled_by_id = at, actor.person_id


def record_used_elsewhere(
    session: Session,
    *,
    unit_id: int,
    type_code: str,
    year: int,
    up_to: int,
    used_for: str,
    actor: Actor,
    at: datetime,
) -> list[GivenNumber]:
    """Record that numbers of a series were given outside the system, up to ``up_to``.

    :param used_for: what they were used for, as the register shows it.
    :raises NotFound: there is no such unit.
    :raises NotPermitted: the actor does not work for the unit.
    :raises NoSymbol: the unit has no symbol.
    :raises InvalidSubmission: the number was given before, or too many at once.
    """
    unit = lock_unit(session, unit_id)
    require(actor, "outgoing.write", issuer(unit_id))
    words = checked_text("used_for", used_for)
    _take_turn(session, unit_id, type_code, year)
    first = next_number(session, unit, type_code, year)
    if up_to < first:
        raise InvalidSubmission({"up_to": [code("number_given_before", first - 1, up_to)]})
    if up_to - first >= MOST_AT_ONCE:
        raise InvalidSubmission({"up_to": [code("too_large", first + MOST_AT_ONCE - 1, up_to)]})
    rows = [
        GivenNumber(
            unit_id=unit_id,
            type_code=type_code,
            year=year,
            number=number,
            symbol=symbol_of(unit, type_code, number),
            used_elsewhere=words,
            given_at=at,
            given_by_id=actor.person_id,
        )
        for number in range(first, up_to + 1)
    ]
    journal.append(
        session,
        stream=f"numbers:{unit_id}",
        action="numbers.used_elsewhere",
        actor=actor,
        at=at,
        role=acting_role(actor, unit_id),
        unit_id=unit_id,
        detail={"type": type_code, "year": year, "from": first, "to": up_to, "for": words},
    )
    session.add_all(rows)
    session.flush()
    return rows


def require_symbol(unit: Unit) -> str:
    """Return the symbol of a unit.

    :raises NoSymbol: it has none; ``facts``: ``unit``.
    """
    if not unit.symbol:
        raise NoSymbol(f"unit {unit.id} has no symbol", unit=unit.name)
    return unit.symbol


def _take_turn(session: Session, unit_id: int, type_code: str, year: int) -> None:
    take_turn(session, f"numbers of {unit_id} {type_code} {year}")
    if type_code == DECISION_TYPE:  # those who type a number wait, too
        take_turn(session, f"decision numbers of {unit_id}")


def _last_typed(session: Session, unit: Unit, type_code: str, year: int) -> int:
    """Return the highest number that was typed for a decision of the unit; 0: none."""
    if type_code != DECISION_TYPE:
        return 0
    typed = session.scalars(
        select(Decision.number).where(
            Decision.authority_unit_id == unit.id,
            Decision.year == year,
            Decision.outgoing_id.is_(None),
        )
    )
    found = (_TYPED.fullmatch(number) for number in typed)
    suffix = f"{type_code}-{unit.symbol}"
    return max((int(one[1]) for one in found if one and one[2] == suffix), default=0)
