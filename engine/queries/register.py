"""What the register of awards holds: for the rules, and for those who read it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, extract, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from engine.errors import NotFound
from engine.permissions import Actor, may, require
from engine.queries.counting import Count, count_of
from engine.queries.visibility import is_visible_to
from engine.register import STANDING
from engine.register_access import granting_matter, is_award_visible_to
from engine.rules.facts import PriorAward
from engine.store.models import Case, Person, RegisterEntry, SubjectRow
from engine.store.prepared import PreparedForIds, one_of
from engine.text import fold
from forms.vocabulary import (
    AnnulmentGround,
    AuthorityLevel,
    CommendationKind,
    EntryNature,
    EntrySource,
    EntryState,
    Honour,
    SubjectKind,
)

GRANTS = (EntryNature.GRANTED, EntryNature.POSTHUMOUS)
"""Natures of entries that are awards, not acts about one."""

MOST_PRIORS = 500
"""Awards of one subject that the rules look at; nobody has more."""

PAGE_SIZE = 50
"""Entries on one page."""

MOST_YEARS = 100
"""Years offered to choose from."""

MOST_LINKED = 100
"""Acts about one award that its page shows."""


@dataclass(frozen=True)
class RegisterFilter:
    """What narrows the register; a field that is ``None`` narrows nothing."""

    text: str = ""
    """Part of a subject, as written then or now, with or without marks, or of a number."""
    year: int | None = None
    """Of the decision."""
    honour: Honour | None = None
    kind: CommendationKind | None = None
    level: AuthorityLevel | None = None
    nature: EntryNature | None = None
    state: EntryState | None = None


@dataclass(frozen=True)
class Place:
    """Where a page of the register begins: after this entry."""

    decided_on: date | None
    entry_id: int


@dataclass(frozen=True)
class RegisterLine:
    """An entry in the list."""

    id: int
    subject_text: str
    honour: Honour
    honour_text: str
    kind: CommendationKind
    nature: EntryNature
    state: EntryState
    number: str
    decided_on: date | None
    authority_name: str
    authority_level: AuthorityLevel

    def award(self, language: str) -> str:
        """Return the award as its decision writes it; in English by its usual name."""
        if language == "en" and self.honour is not Honour.OTHER:
            return self.honour.en
        return self.honour_text


@dataclass(frozen=True)
class RegisterPage:
    """One page of the register, the latest decisions first; then those without a day."""

    entries: tuple[RegisterLine, ...]
    count: Count
    next: Place | None
    """Where the next page begins; none: this is the last."""


@dataclass(frozen=True)
class ExtractedEntry:
    """An entry in an extract of the register."""

    line: RegisterLine
    content: str


@dataclass(frozen=True)
class ShownEntry:
    """An entry with all that its page says of it."""

    line: RegisterLine
    subject_id: int
    subject_kind: SubjectKind
    subject_name: str
    """The present name of its record."""
    achieved_from: date | None
    achieved_to: date | None
    content: str
    ground: AnnulmentGround | None
    reason: str
    source: EntrySource
    case_reference: str | None
    """Of its case, where the reader may see it."""
    entered_by: str | None
    entered_at: datetime
    about: RegisterLine | None
    """The award that this act is about."""
    replaced_by: RegisterLine | None
    replaces: RegisterLine | None
    acts: tuple["ShownAct", ...]
    """What was done about this award, the earliest first."""
    may_write: bool
    may_mend: bool
    may_annul: bool


@dataclass(frozen=True)
class ShownAct:
    """An act about an award: a correction or its recovery."""

    line: RegisterLine
    ground: AnnulmentGround | None
    reason: str
    entered_by: str | None
    entered_at: datetime


@dataclass(frozen=True)
class AwardOfCase:
    """What became of the award of a case, to mark its papers."""

    entry_id: int
    state: EntryState
    act: RegisterLine | None
    """The decision that annulled or replaced it, or the last letter that corrected it."""


@dataclass(frozen=True)
class Figure:
    """Awards of one year, honour and level: how many were granted, how many still stand."""

    year: int | None
    """Of the decision; none: nobody knows."""
    honour: Honour
    level: AuthorityLevel
    granted: int
    annulled: int

    @property
    def standing(self) -> int:
        """Awards that count: those annulled are subtracted (Art. 93)."""
        return self.granted - self.annulled


def priors_of(
    session: Session, subject_ids: Collection[int], but_case_id: int | None = None
) -> list[PriorAward]:
    """Return the awards of these subject records, the latest first, in one query.

    Annulled awards are among them with their state, so that a rule can say so; one that was
    replaced is there only once, as its replacement has it.

    :param but_case_id: a case whose own award is no prior award of itself.
    """
    rows = _PRIORS.all(session, list(subject_ids), {"but_case_id": but_case_id or 0})
    return [PriorAward(*row) for row in rows]


def list_register(
    session: Session,
    actor: Actor,
    wanted: RegisterFilter,
    today: date,
    after: Place | None = None,
) -> RegisterPage:
    """Return one page of the entries that ``actor`` may see, in two queries.

    :param after: the last entry of the page before; none: the first page.
    :raises NotPermitted: the actor sees nothing of the register.
    """
    require(actor, "register.see")
    conditions = (is_award_visible_to(actor, today), *_conditions(wanted))
    found = (
        select(RegisterEntry)
        .join(RegisterEntry.subject)
        .where(*conditions, *([_comes_after(after)] if after else []))
        .order_by(*_LATEST_FIRST)
        .limit(PAGE_SIZE + 1)
    )
    lines = [_line_of(entry) for entry in session.scalars(found)]
    all_of_them = select(RegisterEntry.id).join(RegisterEntry.subject).where(*conditions)
    shown = lines[:PAGE_SIZE]
    has_more = len(lines) > PAGE_SIZE
    return RegisterPage(
        entries=tuple(shown),
        count=count_of(session, all_of_them),
        next=Place(shown[-1].decided_on, shown[-1].id) if has_more else None,
    )


def list_extract(
    session: Session, actor: Actor, wanted: RegisterFilter, today: date, most: int
) -> list[ExtractedEntry]:
    """Return up to ``most`` entries that ``actor`` may see, as the list has them.

    The latest decisions first, in one query.

    :raises NotPermitted: the actor sees nothing of the register.
    """
    require(actor, "register.see")
    found = (
        select(RegisterEntry)
        .join(RegisterEntry.subject)
        .where(is_award_visible_to(actor, today), *_conditions(wanted))
        .order_by(*_LATEST_FIRST)
        .limit(most)
    )
    return [ExtractedEntry(_line_of(one), one.content) for one in session.scalars(found)]


def get_entry(session: Session, actor: Actor, entry_id: int, today: date) -> ShownEntry:
    """Return an entry with what it is linked to.

    :raises NotFound: there is no such entry, or the actor may not see it.
    """
    entry = session.scalar(
        select(RegisterEntry)
        .where(RegisterEntry.id == entry_id, is_award_visible_to(actor, today))
        .options(joinedload(RegisterEntry.subject))
    )
    if entry is None or not may(actor, "register.see"):
        raise NotFound(f"no entry {entry_id} that person {actor.person_id} may see")
    stands = entry.about_id is None and entry.state in STANDING
    writes = stands and may(actor, "register.write")
    person = session.get(Person, entry.entered_by_id) if entry.entered_by_id else None
    return ShownEntry(
        line=_line_of(entry),
        subject_id=entry.subject_id,
        subject_kind=entry.subject.kind,
        subject_name=entry.subject.name,
        achieved_from=entry.achieved_from,
        achieved_to=entry.achieved_to,
        content=entry.content,
        ground=entry.ground,
        reason=entry.reason,
        source=entry.source,
        case_reference=_reference(session, actor, entry.case_id),
        entered_by=person.full_name if person else None,
        entered_at=entry.entered_at,
        about=_find_line(session, RegisterEntry.id == entry.about_id),
        replaced_by=_find_line(session, RegisterEntry.id == entry.replaced_by_id),
        replaces=_find_line(session, RegisterEntry.replaced_by_id == entry.id),
        acts=_acts_about(session, entry.id),
        may_write=writes,
        may_mend=writes and entry.source is not EntrySource.CASE,
        may_annul=stands and may(actor, "register.annul", granting_matter(session, entry)),
    )


def find_award_of_case(session: Session, case_id: int) -> AwardOfCase | None:
    """Return what became of the award that a case was granted; none: it has no entry."""
    entry = session.scalar(
        select(RegisterEntry)
        .where(RegisterEntry.case_id == case_id, RegisterEntry.source == EntrySource.CASE)
        .order_by(RegisterEntry.id)
        .limit(1)
    )
    if entry is None:
        return None
    if entry.state is EntryState.REPLACED:
        act = _find_line(session, RegisterEntry.id == entry.replaced_by_id)
    else:
        act = _find_line(session, RegisterEntry.about_id == entry.id)
    return AwardOfCase(entry.id, entry.state, act)


def count_awards(
    session: Session, actor: Actor, today: date, year: int | None = None
) -> list[Figure]:
    """Return how many awards there are by year, honour and level, the latest year first.

    An annulled award is subtracted from the year in which it was granted; one that was
    replaced counts once, by its new decision. In one query.

    :param year: of the decision; none: all years.
    :raises NotPermitted: the actor sees nothing of the register.
    """
    require(actor, "register.see")
    of_year = extract("year", RegisterEntry.decided_on)
    annulled = func.sum(_as_number(RegisterEntry.state == EntryState.ANNULLED))
    rows = session.execute(
        select(
            of_year,
            RegisterEntry.honour,
            RegisterEntry.authority_level,
            func.count(),
            annulled,
        )
        .where(
            is_award_visible_to(actor, today),
            RegisterEntry.nature.in_(GRANTS),
            RegisterEntry.state != EntryState.REPLACED,
            *_conditions(RegisterFilter(year=year)),
        )
        .group_by(of_year, RegisterEntry.honour, RegisterEntry.authority_level)
    )
    figures = [
        Figure(None if row[0] is None else int(row[0]), row[1], row[2], row[3], int(row[4]))
        for row in rows
    ]
    honours, levels = list(Honour), list(AuthorityLevel)
    return sorted(
        figures,
        key=lambda one: (-(one.year or 0), honours.index(one.honour), levels.index(one.level)),
    )


def list_years(session: Session, actor: Actor, today: date) -> list[int]:
    """Return the years of the decisions that ``actor`` may see, the latest first."""
    of_year = extract("year", RegisterEntry.decided_on)
    years = session.scalars(
        select(of_year)
        .where(is_award_visible_to(actor, today), RegisterEntry.decided_on.is_not(None))
        .distinct()
        .order_by(of_year.desc())
        .limit(MOST_YEARS)
    )
    return [int(year) for year in years]


_LATEST_FIRST: tuple[ColumnElement[Any], ...] = (
    RegisterEntry.decided_on.desc().nulls_last(),
    RegisterEntry.id.desc(),
)


def _conditions(wanted: RegisterFilter) -> Iterator[ColumnElement[bool]]:
    if text := fold(wanted.text):
        yield or_(
            RegisterEntry.folded_subject.contains(text, autoescape=True),
            SubjectRow.folded_name.contains(text, autoescape=True),
            RegisterEntry.number.contains(wanted.text.strip().upper(), autoescape=True),
        )
    if wanted.year is not None and not MINYEAR <= wanted.year <= MAXYEAR:
        yield false()
    elif wanted.year is not None:
        # Not by extract(): the index on the day answers this.
        yield RegisterEntry.decided_on >= date(wanted.year, 1, 1)
        yield RegisterEntry.decided_on <= date(wanted.year, 12, 31)
    narrowed = {
        RegisterEntry.honour: wanted.honour,
        RegisterEntry.kind: wanted.kind,
        RegisterEntry.authority_level: wanted.level,
        RegisterEntry.nature: wanted.nature,
        RegisterEntry.state: wanted.state,
    }
    for column, value in narrowed.items():
        if value is not None:
            yield column == value


def _comes_after(place: Place) -> ColumnElement[bool]:
    """Return the condition that an entry comes after ``place`` in the list."""
    later = RegisterEntry.id < place.entry_id
    if place.decided_on is None:
        return and_(RegisterEntry.decided_on.is_(None), later)
    return or_(
        RegisterEntry.decided_on < place.decided_on,
        and_(RegisterEntry.decided_on == place.decided_on, later),
        RegisterEntry.decided_on.is_(None),
    )


def _line_of(entry: RegisterEntry) -> RegisterLine:
    return RegisterLine(
        id=entry.id,
        subject_text=entry.subject_text,
        honour=entry.honour,
        honour_text=entry.honour_text,
        kind=entry.kind,
        nature=entry.nature,
        state=entry.state,
        number=entry.number,
        decided_on=entry.decided_on,
        authority_name=entry.authority_name,
        authority_level=entry.authority_level,
    )


def _find_line(session: Session, condition: ColumnElement[bool]) -> RegisterLine | None:
    """Return the last entry for which ``condition`` holds."""
    entry = session.scalar(
        select(RegisterEntry).where(condition).order_by(RegisterEntry.id.desc()).limit(1)
    )
    return None if entry is None else _line_of(entry)


def _acts_about(session: Session, entry_id: int) -> tuple[ShownAct, ...]:
    rows = session.execute(
        select(RegisterEntry, Person.full_name)
        .outerjoin(Person, Person.id == RegisterEntry.entered_by_id)
        .where(RegisterEntry.about_id == entry_id)
        .order_by(RegisterEntry.id)
        .limit(MOST_LINKED)
    )
    return tuple(
        ShownAct(_line_of(act), act.ground, act.reason, name, act.entered_at)
        for act, name in rows
    )


def _reference(session: Session, actor: Actor, case_id: int | None) -> str | None:
    if case_id is None:
        return None
    return session.scalar(
        select(Case.reference).where(Case.id == case_id, is_visible_to(actor))
    )


def _as_number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


_ENTRY = RegisterEntry.__table__.c
_PRIORS = PreparedForIds(
    lambda ids: (
        select(
            _ENTRY.id,
            _ENTRY.honour,
            _ENTRY.honour_text,
            _ENTRY.kind,
            _ENTRY.authority_level,
            _ENTRY.authority_name,
            _ENTRY.number,
            _ENTRY.decided_on,
            _ENTRY.achieved_from,
            _ENTRY.achieved_to,
            _ENTRY.content,
            _ENTRY.state,
            _ENTRY.subject_text,
        )
        .where(
            _ENTRY.subject_id.in_(ids),
            one_of(_ENTRY.nature, GRANTS),
            _ENTRY.state != EntryState.REPLACED,
            or_(_ENTRY.case_id.is_(None), _ENTRY.case_id != bindparam("but_case_id")),
        )
        .order_by(*_LATEST_FIRST)
        .limit(MOST_PRIORS)
    )
)
"""Built once: a check asks it at every step."""
