"""Whom a nomination is for, and whether that is somebody the system knows."""

from dataclasses import replace
from datetime import datetime

from marshmallow import ValidationError
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from engine.errors import InvalidSubmission, NotFound
from engine.store.models import (
    Case,
    Person,
    Position,
    RegisterEntry,
    SubjectName,
    SubjectRow,
    Unit,
)
from engine.subject_records import Subject, find_or_make, named, require_like, root_of
from engine.text import alphabetical_key, fold, sort_key
from forms.fields import Text
from forms.messages import code
from forms.vocabulary import SubjectKind

__all__ = ["Subject", "identify", "rename", "sort_key_of"]


def identify(session: Session, unit_id: int, subject: Subject) -> Subject:
    """Return ``subject`` with its name composed, and with its id if its name is known.

    A person of the submitting unit, or that unit itself, is recognised by name where the
    writer chose none: who is excluded from reviewing must not hang on a click. A chosen
    record brings the person or unit that it is of.

    :raises InvalidSubmission: the name is blank, too long or not printable, or the ids
        do not exist or do not go with the kind of subject.
    """
    try:
        name = Text(required=True).deserialize(subject.name, "subject_name")
    except ValidationError as error:
        raise InvalidSubmission({"subject_name": list(error.messages)}) from error
    subject = _with_ids_of_record(session, subject)
    if subject.kind is SubjectKind.INDIVIDUAL:
        person_id = subject.person_id or _find_colleague(session, unit_id, name)
        _require(subject.unit_id is None, "subject_unit")
        _require(
            person_id is None or session.get(Person, person_id) is not None, "subject_person"
        )
        return replace(subject, name=name, person_id=person_id)
    own = session.get_one(Unit, unit_id)
    known = subject.unit_id or (own.id if own.folded_name == fold(name) else None)
    _require(subject.person_id is None, "subject_person")
    _require(known is None or session.get(Unit, known) is not None, "subject_unit")
    return replace(subject, name=name, unit_id=known)


def rename(session: Session, case: Case, name: str, at: datetime) -> None:
    """Give the subject of ``case`` the name that its dossier says, and who that is.

    Another name is another subject, unless the record of the old one was made for this
    case alone: then it was a slip, and the record is corrected.
    """
    if name == case.subject_name:
        return
    same = fold(name) == case.folded_subject
    found = identify(
        session,
        case.unit_id,
        Subject(
            kind=case.subject_kind,
            name=name,
            person_id=case.subject_person_id if same else None,
            unit_id=case.subject_unit_id if same else None,
        ),
    )
    _point_at_record(session, case, found, same=same, at=at)
    case.subject_name = found.name
    case.folded_subject = fold(found.name)
    case.subject_sort_key = sort_key_of(found)
    case.subject_person_id = found.person_id
    case.subject_unit_id = found.unit_id


def sort_key_of(subject: Subject) -> str:
    """Return what sorts subjects: people by given name, all others as they are written."""
    by_name = sort_key if subject.kind is SubjectKind.INDIVIDUAL else alphabetical_key
    return by_name(subject.name)


def _point_at_record(
    session: Session, case: Case, found: Subject, *, same: bool, at: datetime
) -> None:
    """Let ``case`` have the record of the subject under its new name; flushes nothing."""
    record = case.subject
    if record is not None and found.person_id is None and found.unit_id is None:
        if _is_of_this_case_alone(session, record, case):
            for column, value in named(record.kind, found.name).items():
                setattr(record, column, value)
            return
        if same:
            return
    case.subject = find_or_make(session, found, case.unit.name, at)


def _is_of_this_case_alone(session: Session, record: SubjectRow, case: Case) -> bool:
    if record.person_id or record.unit_id or record.merged_into_id:
        return False
    others = (
        exists().where(Case.subject_id == record.id, Case.id != case.id),
        exists().where(RegisterEntry.subject_id == record.id),
        exists().where(SubjectName.subject_id == record.id),
        exists().where(SubjectRow.merged_into_id == record.id),
    )
    return not session.scalar(select(or_(*others)))


def _with_ids_of_record(session: Session, subject: Subject) -> Subject:
    """Return ``subject`` as the person or unit that its chosen record is of."""
    if subject.subject_id is None:
        return subject
    try:
        record = root_of(session, subject.subject_id)
    except NotFound as error:
        found = code("not_in_list", subject.name)
        raise InvalidSubmission({"subject_id": [found]}) from error
    require_like(record, subject.kind)
    return replace(
        subject,
        subject_id=record.id,
        person_id=subject.person_id or record.person_id,
        unit_id=subject.unit_id or record.unit_id,
    )


def _find_colleague(session: Session, unit_id: int, name: str) -> int | None:
    return session.scalar(
        select(Person.id)
        .join(Person.positions)
        .where(Person.folded_name == fold(name), Position.unit_id == unit_id)
        .order_by(Person.id)
        .limit(1)
    )


def _require(holds: bool, field: str) -> None:
    if not holds:
        raise InvalidSubmission({field: [code("not_in_list", field)]})
