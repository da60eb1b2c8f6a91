"""Decisions as auditors search them: of whom, by whom, where, for what, when, which number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from engine.permissions import Actor, require
from engine.queries.acting import Acting, Span, acted_in, find_acting, latest_decisions
from engine.queries.finding import has_words
from engine.queries.listing import FilterChoices, list_choices
from engine.store.models import Case, Decision, Round, Unit
from forms.vocabulary import Award, Level

SEE = "journal.see"

PAGE_SIZE = 50
"""Decisions on one page."""


@dataclass(frozen=True)
class DecisionFilter:
    """What narrows the decisions; a field that is ``None`` or empty narrows nothing."""

    text: str = ""
    """Part of a subject or of a case reference, with or without its marks."""
    acted: str = ""
    """Who acted on the case at any level: beginnings of the words of a name."""
    acted_id: int | None = None
    """Only this one of those who are called so."""
    number: str = ""
    """Number of the decision: its beginning, as printed."""
    unit_id: int | None = None
    """The unit that submitted the nomination."""
    award: Award | None = None
    round_id: int | None = None
    from_day: date | None = None
    to_day: date | None = None
    """First and last day on which it was signed."""


@dataclass(frozen=True)
class DecisionPlace:
    """Where a page of decisions begins: after this one."""

    signed_on: date
    decision_id: int


@dataclass(frozen=True)
class DecisionLine:
    """A decision in the list."""

    id: int
    reference: str
    subject_name: str
    award: Award
    number: str
    signed_on: date
    signer_name: str
    signer_title: str
    level: Level
    authority_name: str
    unit_name: str
    round_name: str


@dataclass(frozen=True)
class DecisionPage:
    """One page of decisions, the latest first."""

    decisions: tuple[DecisionLine, ...]
    next: DecisionPlace | None
    """Where the next page begins; none: this is the last."""
    acting: Acting | None = None
    """Whom the name of who acted means; none: nobody was asked for."""


def list_decisions(
    session: Session,
    actor: Actor,
    wanted: DecisionFilter,
    after: DecisionPlace | None = None,
) -> DecisionPage:
    """Return one page of decisions.

    :param after: the last decision of the page before; none: the first page.
    :raises NotPermitted: the actor is no auditor.
    """
    require(actor, SEE)
    acting = find_acting(session, wanted.acted, wanted.acted_id)
    if acting is not None and not acting.ids:
        return DecisionPage((), None, acting)
    rows = _lines(session, _page(session, wanted, acting, after))
    shown = tuple(DecisionLine(**row._mapping) for row in rows[:PAGE_SIZE])
    last = shown[-1] if len(rows) > PAGE_SIZE else None
    place = DecisionPlace(last.signed_on, last.id) if last else None
    return DecisionPage(shown, place, acting)


def _page(
    session: Session,
    wanted: DecisionFilter,
    acting: Acting | None,
    after: DecisionPlace | None,
) -> Select[int]:
    """Return the ids of the decisions on a page, and of the one after it."""
    rest = replace(wanted, acted="", acted_id=None, from_day=None, to_day=None)
    if acting is not None and rest == _ALL:
        begins = (after.signed_on, after.decision_id) if after else None
        span = Span(wanted.from_day, wanted.to_day, begins)
        return latest_decisions(session, acting.ids, span, PAGE_SIZE + 1)
    conditions = [*_conditions(session, wanted)]
    if acting is not None:
        conditions.append(acted_in(session, acting.ids))
    if after is not None:
        conditions.append(_comes_after(after))
    return select(Decision.id).where(*conditions).order_by(*_LATEST_FIRST).limit(PAGE_SIZE + 1)


def _lines(session: Session, page: Select[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return what the list shows of some decisions."""
    authority = aliased(Unit)
    return session.execute(
        select(
            Decision.id,
            Case.reference,
            Case.subject_name,
            Decision.award,
            Decision.number,
            Decision.signed_on,
            Decision.signer_name,
            Decision.signer_title,
            Decision.level,
            authority.name.label("authority_name"),
            Unit.name.label("unit_name"),
            Round.name.label("round_name"),
        )
        .join(Case, Case.id == Decision.case_id)
        .join(Unit, Unit.id == Case.unit_id)
        .join(Round, Round.id == Case.round_id)
        .join(authority, authority.id == Decision.authority_unit_id)
        .where(Decision.id.in_(page))
        .order_by(*_LATEST_FIRST)
    ).all()


def list_decision_choices(session: Session, actor: Actor) -> FilterChoices:
    """Return the rounds and units that decisions can be narrowed to.

    :raises NotPermitted: the actor is no auditor.
    """
    require(actor, SEE)
    return list_choices(session, actor)


def _conditions(session: Session, wanted: DecisionFilter) -> Iterator[ColumnElement[bool]]:
    """Yield what narrows the decisions; each part is answered by an index alone.

    The sum keeps SQLite from fetching the decisions of thousands of cases one by one: it
    goes through the decisions by day, and stops when the page is full.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    case_id = Decision.case_id + 0 if is_sqlite else Decision.case_id.expression
    found = has_words(session, wanted.text)
    if found is not None and found.is_common:
        yield exists().where(Case.id == Decision.case_id, found.condition)
    elif found is not None:
        yield Decision.case_id.in_(select(Case.id).where(found.condition))
    if wanted.unit_id is not None:
        yield case_id.in_(select(Case.id).where(Case.unit_id == wanted.unit_id))
    if wanted.round_id is not None:
        yield case_id.in_(select(Case.id).where(Case.round_id == wanted.round_id))
    if number := wanted.number.strip():
        numbered = aliased(Decision)
        alike = numbered.number.startswith(number, autoescape=True)
        yield Decision.id.in_(select(numbered.id).where(alike))
    if wanted.award is not None:
        yield Decision.award == wanted.award
    if wanted.from_day is not None:
        yield Decision.signed_on >= wanted.from_day
    if wanted.to_day is not None:
        yield Decision.signed_on <= wanted.to_day


def _comes_after(place: DecisionPlace) -> ColumnElement[bool]:
    """Return the condition that a decision comes after ``place`` in the list."""
    return or_(
        Decision.signed_on < place.signed_on,
        and_(Decision.signed_on == place.signed_on, Decision.id < place.decision_id),
    )


_LATEST_FIRST: tuple[ColumnElement[Any], ...] = (Decision.signed_on.desc(), Decision.id.desc())

_ALL = DecisionFilter()
