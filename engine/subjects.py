"""Whom a nomination is for, and whether that is somebody the system knows."""

from dataclasses import dataclass, replace

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import InvalidSubmission
from engine.store.models import Case, Person, Position, Unit
from engine.text import alphabetical_key, fold, sort_key
from forms.fields import Text
from forms.messages import code
from forms.vocabulary import SubjectKind


@dataclass(frozen=True)
class Subject:
    """Whom a nomination is for; the ids only where it is a person or unit we know."""

    kind: SubjectKind
    name: str
    person_id: int | None = None
    unit_id: int | None = None


def identify(session: Session, unit_id: int, subject: Subject) -> Subject:
    """Return ``subject`` with its name composed, and with its id if its name is known.

    A person of the submitting unit, or that unit itself, is recognised by name where the
    writer chose none: who is excluded from reviewing must not hang on a click.

    :raises InvalidSubmission: the name is blank, too long or not printable, or the ids
        do not exist or do not go with the kind of subject.
    """
    try:
        name = Text(required=True).deserialize(subject.name, "subject_name")
    except ValidationError as error:
        raise InvalidSubmission({"subject_name": list(error.messages)}) from error
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


def rename(session: Session, case: Case, name: str) -> None:
    """Give the subject of ``case`` the name that its dossier says, and who that is."""
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
    case.subject_name = found.name
    case.folded_subject = fold(found.name)
    case.subject_sort_key = sort_key_of(found)
    case.subject_person_id = found.person_id
    case.subject_unit_id = found.unit_id


def sort_key_of(subject: Subject) -> str:
    """Return what sorts subjects: people by given name, all others as they are written."""
    by_name = sort_key if subject.kind is SubjectKind.INDIVIDUAL else alphabetical_key
    return by_name(subject.name)


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
