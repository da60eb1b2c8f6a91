"""Subjects as pages show them: the list, one record, and what looks like one subject."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.permissions import Actor, may, require
from engine.queries.counting import Count, count_of
from engine.queries.visibility import is_visible_to
from engine.store.models import (
    Case,
    Person,
    RegisterEntry,
    Round,
    SubjectMatter,
    SubjectName,
    SubjectRow,
    Unit,
)
from engine.subject_names import match_key
from engine.subject_records import root_ids
from engine.text import fold
from forms.vocabulary import (
    Award,
    CaseState,
    EntryState,
    HoldReason,
    Honour,
    SubjectKind,
)

SEE = "subject.see"

PAGE_SIZE = 50
"""Records on one page of the list."""

MOST_SHOWN = 200
"""Names, awards, nominations or matters of one record on its page, each."""


@dataclass(frozen=True)
class SubjectFilter:
    """What narrows the list; a field that is ``None`` narrows nothing."""

    text: str = ""
    """Part of a name or place, with or without its marks, abbreviated or not."""
    kind: SubjectKind | None = None


@dataclass(frozen=True)
class SubjectLine:
    """A record in the list."""

    id: int
    name: str
    kind: SubjectKind
    place: str
    dissolved_on: date | None
    merged_into_id: int | None
    merged_into: str | None
    """Name of the record that took its place."""


@dataclass(frozen=True)
class SubjectList:
    """One page of records."""

    subjects: tuple[SubjectLine, ...]
    count: Count
    page: int
    has_more: bool


@dataclass(frozen=True)
class NameLine:
    """Another name of a subject, of itself or of a record that was merged into it."""

    id: int
    name: str
    is_former: bool
    used_until: date | None
    is_own: bool
    """It hangs on the record itself and can be taken away."""


@dataclass(frozen=True)
class AwardLine:
    """An award of the register."""

    id: int
    honour: Honour
    honour_text: str
    number: str
    decided_on: date | None
    authority_name: str
    state: EntryState
    subject_text: str


@dataclass(frozen=True)
class NominationLine:
    """A nomination of the subject."""

    reference: str
    award: Award
    round_name: str
    unit_name: str
    state: CaseState
    is_visible: bool
    """The reader may open the case."""


@dataclass(frozen=True)
class MatterLine:
    """Something that stands or stood against the subject."""

    id: int
    reason: HoldReason
    note: str
    began_on: date
    ended_on: date | None
    sanctioned: bool
    document: str


@dataclass(frozen=True)
class SubjectPage:
    """One record with all that belongs to it and to the records merged into it."""

    subject: SubjectLine
    person_name: str | None
    """The person of the office that it is."""
    unit_name: str | None
    """The unit of the office that it is."""
    names: tuple[NameLine, ...]
    merged: tuple[SubjectLine, ...]
    """Records for which it stands."""
    awards: tuple[AwardLine, ...]
    nominations: tuple[NominationLine, ...]
    matters: tuple[MatterLine, ...] | None
    """None: the reader may not see them."""


def list_subjects(
    session: Session, actor: Actor, wanted: SubjectFilter, page: int = 1
) -> SubjectList:
    """Return one page of records the Vietnamese way, in two queries at most.

    A search finds merged records too, with the record that stands for them.

    :param page: from 1.
    :raises NotPermitted: the actor may not see the subjects.
    """
    require(actor, SEE)
    conditions = tuple(_conditions(wanted))
    found = (
        select(*_COLUMNS)
        .outerjoin(_KEPT, _KEPT.c.id == SubjectRow.merged_into_id)
        .where(*conditions)
        .order_by(SubjectRow.sort_key, SubjectRow.id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    rows = session.execute(found).all()
    is_whole = page == 1 and len(rows) <= PAGE_SIZE
    every = select(SubjectRow.id).where(*conditions).order_by(SubjectRow.id)
    return SubjectList(
        subjects=tuple(SubjectLine(*row) for row in rows[:PAGE_SIZE]),
        count=Count(len(rows)) if is_whole else count_of(session, every),
        page=page,
        has_more=len(rows) > PAGE_SIZE,
    )


def get_subject(session: Session, actor: Actor, subject_id: int) -> SubjectPage:
    """Return one record with its names, awards, nominations and matters.

    :raises NotPermitted: the actor may not see the subjects.
    :raises NotFound: there is no such record.
    """
    require(actor, SEE)
    line = get_line(session, actor, subject_id)
    whole = root_ids(session, subject_id) if line.merged_into_id is None else {subject_id}
    known = session.execute(
        select(Person.full_name, Unit.name)
        .select_from(SubjectRow)
        .outerjoin(Person, Person.id == SubjectRow.person_id)
        .outerjoin(Unit, Unit.id == SubjectRow.unit_id)
        .where(SubjectRow.id.in_(whole))
    ).all()
    return SubjectPage(
        subject=line,
        person_name=next((row[0] for row in known if row[0]), None),
        unit_name=next((row[1] for row in known if row[1]), None),
        names=_names(session, whole, subject_id),
        merged=_merged(session, whole - {subject_id}),
        awards=_awards(session, whole),
        nominations=_nominations(session, actor, whole),
        matters=_matters(session, whole) if may(actor, "subject_matter.see") else None,
    )


def get_line(session: Session, actor: Actor, subject_id: int) -> SubjectLine:
    """Return one record as the list shows it.

    :raises NotPermitted: the actor may not see the subjects.
    :raises NotFound: there is no such record.
    """
    require(actor, SEE)
    row = session.execute(
        select(*_COLUMNS)
        .outerjoin(_KEPT, _KEPT.c.id == SubjectRow.merged_into_id)
        .where(SubjectRow.id == subject_id)
    ).first()
    if row is None:
        raise NotFound(f"subject {subject_id}")
    return SubjectLine(*row)


_KEPT = SubjectRow.__table__.alias("kept")
_COLUMNS = (
    SubjectRow.id,
    SubjectRow.name,
    SubjectRow.kind,
    SubjectRow.place,
    SubjectRow.dissolved_on,
    SubjectRow.merged_into_id,
    _KEPT.c.name,
)


def _conditions(wanted: SubjectFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.kind is not None:
        yield SubjectRow.kind == wanted.kind
    text = fold(wanted.text)
    if not text:
        # Wrapped, so that the index that sorts is used and not the one of merged records.
        yield func.coalesce(SubjectRow.merged_into_id, 0) == 0
        return
    key = match_key(wanted.text)
    another = select(SubjectName.subject_id).where(
        or_(
            SubjectName.folded_name.contains(text, autoescape=True),
            SubjectName.match_key.contains(key, autoescape=True),
        )
    )
    yield or_(
        SubjectRow.folded_name.contains(text, autoescape=True),
        SubjectRow.match_key.contains(key, autoescape=True),
        SubjectRow.id.in_(another),
    )


def _names(session: Session, whole: set[int], own_id: int) -> tuple[NameLine, ...]:
    rows = session.scalars(
        select(SubjectName)
        .where(SubjectName.subject_id.in_(whole))
        .order_by(SubjectName.is_former.desc(), SubjectName.id)
        .limit(MOST_SHOWN)
    )
    return tuple(
        NameLine(
            id=row.id,
            name=row.name,
            is_former=row.is_former,
            used_until=row.used_until,
            is_own=row.subject_id == own_id,
        )
        for row in rows
    )


def _merged(session: Session, others: set[int]) -> tuple[SubjectLine, ...]:
    if not others:
        return ()
    rows = session.execute(
        select(*_COLUMNS)
        .outerjoin(_KEPT, _KEPT.c.id == SubjectRow.merged_into_id)
        .where(SubjectRow.id.in_(others))
        .order_by(SubjectRow.sort_key, SubjectRow.id)
        .limit(MOST_SHOWN)
    )
    return tuple(SubjectLine(*row) for row in rows)


def _awards(session: Session, whole: set[int]) -> tuple[AwardLine, ...]:
    rows = session.execute(
        select(
            RegisterEntry.id,
            RegisterEntry.honour,
            RegisterEntry.honour_text,
            RegisterEntry.number,
            RegisterEntry.decided_on,
            RegisterEntry.authority_name,
            RegisterEntry.state,
            RegisterEntry.subject_text,
        )
        .where(RegisterEntry.subject_id.in_(whole), RegisterEntry.about_id.is_(None))
        .order_by(RegisterEntry.decided_on.desc(), RegisterEntry.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(AwardLine(*row) for row in rows)


def _nominations(session: Session, actor: Actor, whole: set[int]) -> tuple[NominationLine, ...]:
    rows = session.execute(
        select(
            Case.reference,
            Case.award,
            Round.name,
            Unit.name,
            Case.state,
            is_visible_to(actor),
        )
        .join(Case.round)
        .join(Case.unit)
        .where(Case.subject_id.in_(whole))
        .order_by(Case.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(NominationLine(*row[:5], is_visible=bool(row[5])) for row in rows)


def _matters(session: Session, whole: set[int]) -> tuple[MatterLine, ...]:
    rows = session.execute(
        select(
            SubjectMatter.id,
            SubjectMatter.reason,
            SubjectMatter.note,
            SubjectMatter.began_on,
            SubjectMatter.ended_on,
            SubjectMatter.sanctioned,
            SubjectMatter.document,
        )
        .where(SubjectMatter.subject_id.in_(whole))
        .order_by(SubjectMatter.began_on.desc(), SubjectMatter.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(MatterLine(*row) for row in rows)
