"""Records of subjects: one for a person or collective, across rounds and spellings."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, select, update
from sqlalchemy.orm import Session

from engine.errors import InvalidSubmission, NotFound
from engine.store.database import take_turn
from engine.store.models import Person, SubjectName, SubjectRow, Unit
from engine.subject_names import match_key
from engine.text import alphabetical_key, compose, fold, sort_key
from forms.messages import code
from forms.vocabulary import SubjectKind

TURN = "subjects"
"""Whoever adds or merges records waits for others who do."""


@dataclass(frozen=True)
class Subject:
    """Whom a nomination is for; the ids only where it is somebody we know."""

    kind: SubjectKind
    name: str
    person_id: int | None = None
    unit_id: int | None = None
    subject_id: int | None = None
    """The record that a person chose for it."""


def subject_for(
    session: Session,
    *,
    kind: SubjectKind,
    name: str,
    place: str = "",
    person_id: int | None = None,
    unit_id: int | None = None,
    subject_id: int | None = None,
    at: datetime,
) -> SubjectRow:
    """Return the record of a subject: the chosen one, that of its person or unit, or a new one.

    Records are never brought together by their names alone: :func:`engine.queries.subjects
    .suggest` finds what looks alike, and a person confirms it. Of merged records the one
    that took their place is returned. The caller writes the journal.

    :param place: the managing body or the unit it lies in; tells namesakes apart.
    :param subject_id: the record that a person chose.
    :raises InvalidSubmission: the chosen record is of another kind of subject.
    :raises NotFound: there is no such record, person or unit.
    """
    row = find_or_make(session, Subject(kind, name, person_id, unit_id, subject_id), place, at)
    session.flush()
    return row


def find_or_make(session: Session, subject: Subject, place: str, at: datetime) -> SubjectRow:
    """Do what :func:`subject_for` does, but leave a new record to the next flush."""
    if subject.subject_id is not None:
        chosen = root_of(session, subject.subject_id)
        require_like(chosen, subject.kind)
        return chosen
    take_turn(session, TURN)
    known = _find_known(session, subject)
    if known is not None:
        return root_of(session, known)
    name, place = _as_registered(session, subject, place)
    row = SubjectRow(
        kind=subject.kind,
        **named(subject.kind, name),
        place=place,
        person_id=subject.person_id,
        unit_id=subject.unit_id,
        added_at=at,
    )
    session.add(row)
    return row


def named(kind: SubjectKind, name: str) -> dict[str, str]:
    """Return the columns that follow from the present name of a subject."""
    by_name = sort_key if kind is SubjectKind.INDIVIDUAL else alphabetical_key
    return {
        "name": name,
        "folded_name": fold(name),
        "sort_key": by_name(name),
        "match_key": match_key(name),
    }


def require_like(row: SubjectRow, kind: SubjectKind) -> None:
    """Return if a record may stand for a subject of ``kind``: both are people, or neither.

    A school is nominated as a collective and, by mistake or in another plan, as something
    else; it is one subject all the same. A person is never a collective.

    :raises InvalidSubmission: one is a person, the other is not.
    """
    if (row.kind is SubjectKind.INDIVIDUAL) != (kind is SubjectKind.INDIVIDUAL):
        raise InvalidSubmission({"subject_id": [code("person_or_not", row.name)]})


def root_of(session: Session, subject_id: int) -> SubjectRow:
    """Return the record that stands for ``subject_id`` now: itself if it was never merged.

    :raises NotFound: there is no such record.
    """
    row = session.get(SubjectRow, subject_id)
    if row is None:
        raise NotFound(f"subject {subject_id}")
    while row.merged_into_id is not None:
        row = session.get_one(SubjectRow, row.merged_into_id)
    return row


def root_ids(session: Session, subject_id: int) -> set[int]:
    """Return all records of one subject, in one query: what stands for it and what merged.

    Awards and nominations of each of them are those of the subject.
    """
    return all_root_ids(session, [subject_id])


def all_root_ids(session: Session, subject_ids: list[int]) -> set[int]:
    """Return all records of several subjects, in one query."""
    return set(session.scalars(_ALL_RECORDS, {"ids": subject_ids}))


def renew_keys(session: Session) -> int:
    """Write the keys of all names anew, after the table of names changed; return how many.

    Reads every name: for the command that follows a new release, not for a page.
    """
    renewed = 0
    for table in (SubjectRow.__table__, SubjectName.__table__):
        stale = [
            {"row_id": row.id, "key": match_key(row.name)}
            for row in session.execute(select(table.c.id, table.c.name, table.c.match_key))
            if row.match_key != match_key(row.name)
        ]
        if stale:
            renewing = update(table).where(  # type: ignore[arg-type]  # a Table, always
                table.c.id == bindparam("row_id")
            )
            session.execute(renewing.values(match_key=bindparam("key")), stale)
        renewed += len(stale)
    return renewed


def _find_known(session: Session, subject: Subject) -> int | None:
    """Return the record of the person or the unit, if there is one."""
    if subject.person_id is not None:
        same = SubjectRow.person_id == subject.person_id
    elif subject.unit_id is not None:
        same = SubjectRow.unit_id == subject.unit_id
    else:
        return None
    return session.scalar(select(SubjectRow.id).where(same))


def _as_registered(session: Session, subject: Subject, place: str) -> tuple[str, str]:
    """Return name and place as the office keeps them, else as they are given.

    A unit lies in the one above it, whoever nominates it.
    """
    place = " ".join(compose(place).split())
    if subject.person_id is not None:
        person = session.get(Person, subject.person_id)
        if person is None:
            raise NotFound(f"person {subject.person_id}")
        return person.full_name, place
    if subject.unit_id is not None:
        unit = session.get(Unit, subject.unit_id)
        if unit is None:
            raise NotFound(f"unit {subject.unit_id}")
        above = unit.parent_id and session.get_one(Unit, unit.parent_id)
        return unit.name, above.name if above else ""
    return " ".join(compose(subject.name).split()), place


def records_from(chosen: ColumnElement[bool]) -> Select[tuple[int]]:
    """Return the statement for the ids of all records of the subjects in ``chosen``.

    It goes up to what stands for them, then down to all that merged into it.

    :param chosen: a condition on the table of subjects.
    """
    table = SubjectRow.__table__
    up = select(table.c.id, table.c.merged_into_id).where(chosen).cte("up", recursive=True)
    above = table.alias("above")
    up = up.union(
        select(above.c.id, above.c.merged_into_id).where(above.c.id == up.c.merged_into_id)
    )
    down = select(up.c.id).where(up.c.merged_into_id.is_(None)).cte("down", recursive=True)
    below = table.alias("below")
    down = down.union(select(below.c.id).where(below.c.merged_into_id == down.c.id))
    return select(down.c.id)


_ALL_RECORDS = records_from(SubjectRow.__table__.c.id.in_(bindparam("ids", expanding=True)))
