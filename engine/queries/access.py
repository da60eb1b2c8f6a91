"""Who read which case, and who took what away, as auditors search it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from engine.office import VIETNAM
from engine.permissions import Actor, require
from engine.store.models import AccessRecord, Attachment, Case, Person, Unit
from engine.text import fold
from forms.vocabulary import AccessKind, Role

SEE = "journal.see"

PAGE_SIZE = 50
"""Lines on one page."""


@dataclass(frozen=True)
class AccessFilter:
    """What narrows the list; a field that is ``None`` or empty narrows nothing."""

    person: str = ""
    """Part of a name, with or without its marks."""
    reference: str = ""
    """Of a case, whole."""
    kind: AccessKind | None = None
    from_day: date | None = None
    to_day: date | None = None
    """First and last day, in Vietnam."""


@dataclass(frozen=True)
class AccessLine:
    """Somebody read a case, or took something away."""

    id: int
    seen_at: datetime
    person_name: str
    role: Role | None
    unit_name: str | None
    kind: AccessKind
    what: str
    """Kind of the paper, or what was exported."""
    file_name: str | None
    reference: str | None
    subject_name: str | None
    journal_seq: int
    """Number of its entry in the stream ``views`` of the journal."""


@dataclass(frozen=True)
class AccessPage:
    """One page, the latest first."""

    lines: tuple[AccessLine, ...]
    next: int | None
    """Id after which the next page begins; none: this is the last."""


def list_access(
    session: Session, actor: Actor, wanted: AccessFilter, after: int | None = None
) -> AccessPage:
    """Return one page of what was read and taken away, in one query.

    :param after: the last line of the page before; none: the first page.
    :raises NotPermitted: the actor is no auditor.
    """
    require(actor, SEE)
    is_file = and_(AccessRecord.kind == AccessKind.FILE, Attachment.id == AccessRecord.item_id)
    rows = session.execute(
        select(
            AccessRecord.id,
            AccessRecord.seen_at,
            Person.full_name.label("person_name"),
            AccessRecord.role,
            Unit.name.label("unit_name"),
            AccessRecord.kind,
            AccessRecord.what,
            Attachment.name.label("file_name"),
            Case.reference,
            Case.subject_name,
            AccessRecord.journal_seq,
        )
        .join(Person, Person.id == AccessRecord.person_id)
        .outerjoin(Unit, Unit.id == AccessRecord.unit_id)
        .outerjoin(Case, Case.id == AccessRecord.case_id)
        .outerjoin(Attachment, is_file)
        .where(*_conditions(wanted), *([AccessRecord.id < after] if after else []))
        .order_by(AccessRecord.id.desc())
        .limit(PAGE_SIZE + 1)
    ).all()
    lines = tuple(AccessLine(**row._mapping) for row in rows[:PAGE_SIZE])
    return AccessPage(lines, lines[-1].id if len(rows) > PAGE_SIZE else None)


def _conditions(wanted: AccessFilter) -> Iterator[ColumnElement[bool]]:
    if name := fold(wanted.person):
        people = select(Person.id).where(Person.folded_name.contains(name, autoescape=True))
        yield AccessRecord.person_id.in_(people)
    if reference := wanted.reference.strip().upper():
        yield AccessRecord.case_id.in_(select(Case.id).where(Case.reference == reference))
    if wanted.kind is not None:
        yield AccessRecord.kind == wanted.kind
    if wanted.from_day is not None:
        yield AccessRecord.seen_at >= _begins(wanted.from_day)
    if wanted.to_day is not None and wanted.to_day < date.max:
        yield AccessRecord.seen_at < _begins(wanted.to_day + timedelta(days=1))


def _begins(day: date) -> datetime:
    """Return when ``day`` begins in Vietnam; the first days of all have no such moment."""
    return datetime.combine(max(day, date.min + timedelta(days=1)), time(), VIETNAM)
