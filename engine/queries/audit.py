"""Decisions as auditors search them: by whom, where, for what, when and under which number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from engine.permissions import Actor, require
from engine.queries.listing import FilterChoices, list_choices
from engine.store.models import Case, Decision, Round, Unit
from engine.text import fold
from forms.vocabulary import Award, Level

SEE = "journal.see"

PAGE_SIZE = 50
"""Decisions on one page."""


@dataclass(frozen=True)
class DecisionFilter:
    """What narrows the decisions; a field that is ``None`` or empty narrows nothing."""

    text: str = ""
    """Part of a subject or of a case reference, with or without its marks."""
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


def list_decisions(
    session: Session,
    actor: Actor,
    wanted: DecisionFilter,
    after: DecisionPlace | None = None,
) -> DecisionPage:
    """Return one page of decisions, in one query.

    :param after: the last decision of the page before; none: the first page.
    :raises NotPermitted: the actor is no auditor.
    """
    require(actor, SEE)
    page = (
        select(Decision.id)
        .where(*_conditions(session, wanted), *([_comes_after(after)] if after else []))
        .order_by(*_LATEST_FIRST)
        .limit(PAGE_SIZE + 1)
    )
    authority = aliased(Unit)
    rows = session.execute(
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
    shown = tuple(DecisionLine(**row._mapping) for row in rows[:PAGE_SIZE])
    last = shown[-1] if len(rows) > PAGE_SIZE else None
    return DecisionPage(shown, DecisionPlace(last.signed_on, last.id) if last else None)


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
    if text := fold(wanted.text):
        yield case_id.in_(_cases_with(text))
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


def _cases_with(text: str) -> Select[int] | CompoundSelect[int]:
    """Return the cases with ``text``, folded, in their subject or their reference.

    A reference is one word with digits: other text is looked for in subjects alone.
    """
    named = select(Case.id).where(Case.folded_subject.contains(text, autoescape=True))
    if " " in text or not any(letter.isdigit() for letter in text):
        return named
    called = select(Case.id).where(Case.reference.contains(text.upper(), autoescape=True))
    return union_all(named, called)


def _comes_after(place: DecisionPlace) -> ColumnElement[bool]:
    """Return the condition that a decision comes after ``place`` in the list."""
    return or_(
        Decision.signed_on < place.signed_on,
        and_(Decision.signed_on == place.signed_on, Decision.id < place.decision_id),
    )


_LATEST_FIRST: tuple[ColumnElement[Any], ...] = (Decision.signed_on.desc(), Decision.id.desc())
