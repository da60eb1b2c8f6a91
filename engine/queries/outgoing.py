"""What the pages of outgoing papers show: the papers of the reader's units, and one paper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from engine.errors import EngineError
from engine.office import day_in_vietnam
from engine.outgoing.access import PENDING, get_paper, issuer, stream_of
from engine.outgoing.awards import KIND
from engine.outgoing.capacities import Signer, signer_for
from engine.outgoing.contents import OVER_CASES, name_of
from engine.outgoing.listing import waiting_cases
from engine.outgoing.lists import compare_with_council
from engine.outgoing.numbers import next_number, symbol_of
from engine.outgoing.statements import recommended_cases
from engine.papers import laws_on
from engine.permissions import Actor, may
from engine.store.models import (
    Case,
    GivenNumber,
    JournalEntry,
    OutgoingCase,
    OutgoingPaper,
    Person,
    Unit,
    UserTask,
)
from forms.definition import Bilingual
from forms.vocabulary import Award, OutgoingState, SubjectKind

SHOWN = 200
"""Papers of a list at most: the latest."""


@dataclass(frozen=True)
class OutgoingLine:
    """A paper in a list."""

    id: int
    name: Bilingual
    about: str
    """Subjects or the case that it is about, in Vietnamese as in the paper."""
    cases: int
    award: Award | None
    state: OutgoingState
    number: str | None
    dated_on: date | None
    drafted_at: datetime
    unit_name: str


@dataclass(frozen=True)
class WaitingGroup:
    """Cases that may stand on one decision."""

    unit_id: int
    unit_name: str
    award: Award
    round_id: int
    round_name: str
    count: int


@dataclass(frozen=True)
class Waiting:
    """What waits for a paper over several cases."""

    decisions: tuple[WaitingGroup, ...]
    statements: tuple[WaitingGroup, ...]


@dataclass(frozen=True)
class Listed:
    """A subject on the list of a decision."""

    reference: str
    name: str
    kind: SubjectKind


@dataclass(frozen=True)
class Step:
    """Something that was done with a paper."""

    action: str
    who: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class OutgoingPage:
    """One paper, as its reader sees it."""

    line: OutgoingLine
    unit_id: int
    is_award: bool
    reference: str
    """Of the case that it is about; empty: a decision."""
    listed: tuple[Listed, ...]
    steps: tuple[Step, ...]
    signer: Signer | None
    """How the reader would sign it; none: they may not."""
    signed_by: str
    signer_block: str
    difference: Bilingual | None
    """How its list differs from the council's; none: not, or it is issued."""
    unconfirmed: tuple[Bilingual, ...]
    """Laws that would be named on it, and are not printed because nobody checked them."""
    next_symbol: str
    """Number that it would get now; empty before the signature."""
    sha256: str
    signatures: tuple[str, ...]
    code: str
    is_mine: bool
    """Whether the reader works for the issuing unit."""
    may_approve: bool
    drafted_by_reader: bool
    content_checked_by_reader: bool


@dataclass(frozen=True)
class SentPaper:
    """A paper of a case that is on its way to a number, or has one."""

    id: int
    number: str | None
    state: OutgoingState


@dataclass(frozen=True)
class GivenLine:
    """A row of the register of numbers."""

    symbol: str
    paper_id: int | None
    name: Bilingual | None
    about: str
    dated_on: date | None
    cancel_reason: str
    signer: str


def own_units(session: Session, actor: Actor) -> list[Unit]:
    """Return the units whose papers ``actor`` writes, that have a symbol, by id."""
    ids = {
        grant.unit_id
        for grant in actor.grants
        if may(actor, "outgoing.write", issuer(grant.unit_id))
    }
    return list(
        session.scalars(
            select(Unit).where(Unit.id.in_(ids), Unit.symbol != "").order_by(Unit.id)
        )
    )


def list_outgoing(session: Session, actor: Actor, *, pending: bool) -> list[OutgoingLine]:
    """Return the papers of the units of ``actor``, or all for an auditor; the latest first.

    :param pending: those that are not issued yet; else those that are, or were dropped.
    """
    states = OutgoingPaper.state.in_(PENDING)
    query = (
        select(OutgoingPaper)
        .where(states if pending else ~states)
        .options(
            joinedload(OutgoingPaper.unit),
            joinedload(OutgoingPaper.case),
            joinedload(OutgoingPaper.cases).joinedload(OutgoingCase.case),
        )
        .order_by(OutgoingPaper.id.desc())
        .limit(SHOWN)
    )
    if not may(actor, "outgoing.see"):
        query = query.where(OutgoingPaper.unit_id.in_({g.unit_id for g in actor.grants}))
    rows = session.scalars(query).unique()
    return [_line(row) for row in rows if may(actor, "outgoing.see", issuer(row.unit_id))]


def waiting_groups(session: Session, actor: Actor) -> Waiting:
    """Return what waits for papers of the units of ``actor``, in groups that fit on one."""
    units = own_units(session, actor)
    return Waiting(
        _groups(session, units, waiting_cases), _groups(session, units, recommended_cases)
    )


def _groups(
    session: Session,
    units: Sequence[Unit],
    find: Callable[[Session, int], list[tuple[UserTask, Case]]],
) -> tuple[WaitingGroup, ...]:
    groups: dict[tuple[int, Award, int], WaitingGroup] = {}
    for unit in units:
        for _, case in find(session, unit.id):
            key = (unit.id, case.award, case.round_id)
            count = groups[key].count + 1 if key in groups else 1
            groups[key] = WaitingGroup(
                unit.id, unit.name, case.award, case.round_id, case.round.name, count
            )
    return tuple(groups.values())


def get_outgoing(session: Session, actor: Actor, paper_id: int, at: datetime) -> OutgoingPage:
    """Return one paper, with what the reader may do with it now.

    :raises NotFound: there is none, or the actor may not see it.
    """
    paper = get_paper(session, actor, paper_id)
    signed_by = session.get(Person, paper.signed_by_id) if paper.signed_by_id else None
    return OutgoingPage(
        line=_line(paper),
        unit_id=paper.unit_id,
        is_award=paper.kind == KIND,
        reference=paper.case.reference if paper.case else "",
        listed=tuple(
            Listed(row.case.reference, row.case.subject_name, row.case.subject_kind)
            for row in paper.cases
        ),
        steps=tuple(_steps(session, paper.id)),
        signer=_signer(session, actor, paper, at),
        signed_by=signed_by.full_name if signed_by else "",
        signer_block=paper.signer_block,
        difference=_difference(session, paper),
        unconfirmed=_unconfirmed(paper, at),
        next_symbol=_next_symbol(session, paper, at),
        sha256=paper.sha256,
        signatures=tuple(paper.signatures),
        code=paper.code or "",
        is_mine=may(actor, "outgoing.write", issuer(paper.unit_id)),
        may_approve=may(actor, "outgoing.approve", issuer(paper.unit_id)),
        drafted_by_reader=paper.drafted_by_id == actor.person_id,
        content_checked_by_reader=paper.content_checked_by_id == actor.person_id,
    )


def list_numbers(session: Session, unit_id: int, type_code: str, year: int) -> list[GivenLine]:
    """Return the numbers of a series in their order, with what became of each."""
    rows = session.scalars(
        select(GivenNumber)
        .where(
            GivenNumber.unit_id == unit_id,
            GivenNumber.type_code == type_code,
            GivenNumber.year == year,
        )
        .options(
            joinedload(GivenNumber.paper)
            .joinedload(OutgoingPaper.cases)
            .joinedload(OutgoingCase.case)
        )
        .order_by(GivenNumber.number)
    ).unique()
    return [_given(row) for row in rows]


def list_series(session: Session, unit_id: int) -> list[tuple[str, int]]:
    """Return the series of a unit that have a number: type and year, the latest first."""
    rows = session.execute(
        select(GivenNumber.type_code, GivenNumber.year)
        .where(GivenNumber.unit_id == unit_id)
        .group_by(GivenNumber.type_code, GivenNumber.year)
        .order_by(GivenNumber.year.desc(), func.min(GivenNumber.id))
    )
    return [(type_code, year) for type_code, year in rows]


def papers_of_case(session: Session, case_id: int) -> dict[tuple[str, int], SentPaper]:
    """Return the outgoing papers of a case that live: kind and copy → paper."""
    rows = session.execute(
        select(
            OutgoingPaper.kind,
            OutgoingPaper.copy_number,
            OutgoingPaper.id,
            OutgoingPaper.number,
            OutgoingPaper.state,
        ).where(
            OutgoingPaper.case_id == case_id,
            OutgoingPaper.state != OutgoingState.WITHDRAWN,
        )
    )
    return {
        (row.kind, row.copy_number or 0): SentPaper(row.id, row.number, row.state)
        for row in rows
    }


def _line(paper: OutgoingPaper) -> OutgoingLine:
    return OutgoingLine(
        id=paper.id,
        name=name_of(paper),
        about=_about(paper),
        cases=len(paper.cases),
        award=paper.award,
        state=paper.state,
        number=paper.number,
        dated_on=paper.dated_on,
        drafted_at=paper.drafted_at,
        unit_name=paper.unit.name,
    )


def _about(paper: OutgoingPaper) -> str:
    """Return whom a paper is about: two names, and how many more."""
    cases: list[Case] = [row.case for row in paper.cases]
    if paper.case is not None:
        cases = [paper.case]
    names = [case.subject_name for case in cases[:2]]
    more = len(cases) - len(names)
    return ", ".join([*names, f"+{more}"] if more else names)


def _steps(session: Session, paper_id: int) -> list[Step]:
    rows = session.execute(
        select(JournalEntry, Person.full_name)
        .outerjoin(Person, JournalEntry.actor_id == Person.id)
        .where(JournalEntry.stream == stream_of(paper_id))
        .order_by(JournalEntry.seq)
    )
    return [
        Step(entry.action.removeprefix("paper."), name or "", entry.happened_at, entry.detail)
        for entry, name in rows
    ]


def _signer(
    session: Session, actor: Actor, paper: OutgoingPaper, at: datetime
) -> Signer | None:
    if paper.state is not OutgoingState.APPROVED:
        return None
    try:
        return signer_for(session, actor, paper.unit, paper.type_code, day_in_vietnam(at))
    except EngineError:
        return None


def _difference(session: Session, paper: OutgoingPaper) -> Bilingual | None:
    if paper.kind != KIND or paper.state is not OutgoingState.DRAFT or not paper.cases:
        return None
    found = compare_with_council(session, paper)
    return None if found.agrees else Bilingual(found.words.vi, found.words.en)


def _unconfirmed(paper: OutgoingPaper, at: datetime) -> tuple[Bilingual, ...]:
    if paper.number is not None or paper.kind not in OVER_CASES:
        return ()
    return tuple(
        Bilingual(one.text.vi, one.text.en)
        for one in laws_on(day_in_vietnam(at))
        if not one.is_confirmed
    )


def _next_symbol(session: Session, paper: OutgoingPaper, at: datetime) -> str:
    if paper.state is not OutgoingState.SIGNED:
        return ""
    year = day_in_vietnam(at).year
    number = next_number(session, paper.unit, paper.type_code, year)
    return symbol_of(paper.unit, paper.type_code, number)


def _given(row: GivenNumber) -> GivenLine:
    paper = row.paper
    return GivenLine(
        symbol=row.symbol,
        paper_id=row.paper_id,
        name=name_of(paper) if paper else None,
        about=_about(paper) if paper else row.used_elsewhere,
        dated_on=paper.dated_on if paper and not row.cancelled_at else None,
        cancel_reason=row.cancel_reason,
        signer=paper.signer_name if paper else "",
    )
