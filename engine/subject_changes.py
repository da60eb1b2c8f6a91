"""Commands on records of subjects: bring together, take apart, name, dissolve."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import InvalidSubmission, NotFound
from engine.office import Acting, authorise, day_in_vietnam
from engine.permissions import Actor
from engine.store.database import take_turn
from engine.store.models import SubjectName, SubjectRow
from engine.subject_names import match_key
from engine.subject_records import TURN, all_root_ids, named, require_like
from engine.text import fold
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import SubjectKind

MANAGE = "subject.manage"

STREAM = "subjects"

LONGEST_NAME = 500
"""Characters of another name as it was written; a present name has fewer."""


def merge(
    session: Session, *, from_id: int, into_id: int, actor: Actor, at: datetime
) -> SubjectRow:
    """Let ``into_id`` stand for ``from_id`` too; both records stay as they are.

    Awards and nominations of ``from_id`` count there from now on, and its names are found
    there: :func:`engine.subject_records.root_ids`. :func:`split` takes it back.

    :raises NotPermitted: the actor does not keep the subjects.
    :raises NotFound: one of them is not there.
    :raises InvalidSubmission: they are one record, one was merged before, one is a person
        and the other is not, or each is a registered person or unit of its own.
    """
    acting = authorise(actor, MANAGE)
    take_turn(session, TURN)
    if from_id == into_id:
        raise InvalidSubmission({"into_id": [code("same_record")]})
    both = {number: _lock(session, number) for number in sorted({from_id, into_id})}
    gone, kept = both[from_id], both[into_id]
    _refuse_merged(gone, "from_id")
    _refuse_merged(kept, "into_id")
    require_like(kept, gone.kind)
    _refuse_two_of_the_office(session, gone, kept)
    detail = {"subject_id": from_id, "into_id": into_id, "name": gone.name, "into": kept.name}
    _note(session, acting, "subject.merged", at, detail)
    gone.merged_into_id = into_id
    session.flush()
    return kept


def split(session: Session, *, subject_id: int, actor: Actor, at: datetime) -> SubjectRow:
    """Let a record that was merged stand for itself again.

    :raises NotPermitted: the actor does not keep the subjects.
    :raises NotFound: there is no such record.
    :raises InvalidSubmission: it was not merged.
    """
    acting = authorise(actor, MANAGE)
    take_turn(session, TURN)
    row = _lock(session, subject_id)
    if row.merged_into_id is None:
        raise InvalidSubmission({"subject_id": [code("not_merged", row.name)]})
    detail = {"subject_id": subject_id, "from_id": row.merged_into_id, "name": row.name}
    _note(session, acting, "subject.split", at, detail)
    row.merged_into_id = None
    session.flush()
    return row


def confirm_same(
    session: Session, *, subject_id: int, name: str, actor: Actor, at: datetime
) -> SubjectRow:
    """Keep ``name``, byte for byte, as another spelling of a subject; once is enough.

    :raises NotPermitted: the actor does not keep the subjects.
    :raises NotFound: there is no such record.
    :raises InvalidSubmission: the name is blank, too long or has control characters, or
        the record was merged.
    """
    acting, row = _open(session, subject_id, actor)
    _add_name(session, row, name, None, is_former=False, acting=acting, at=at)
    return row


def add_former_name(
    session: Session,
    *,
    subject_id: int,
    name: str,
    used_until: date | None,
    actor: Actor,
    at: datetime,
) -> SubjectRow:
    """Keep a name that a subject had until the end of ``used_until``, where that is known.

    :raises InvalidSubmission: as :func:`confirm_same`, or the day has not come.
    """
    acting, row = _open(session, subject_id, actor)
    _require_past("used_until", used_until, at)
    _add_name(session, row, name, used_until, is_former=True, acting=acting, at=at)
    return row


def remove_name(session: Session, *, name_id: int, actor: Actor, at: datetime) -> SubjectRow:
    """Take another name away that was kept by mistake; the journal keeps it.

    :raises NotPermitted: the actor does not keep the subjects.
    :raises NotFound: there is no such name.
    """
    acting = authorise(actor, MANAGE)
    name = session.get(SubjectName, name_id)
    if name is None:
        raise NotFound(f"name {name_id}")
    row = _lock(session, name.subject_id)
    detail = {"subject_id": row.id, "name": name.name, "is_former": name.is_former}
    _note(session, acting, "subject.name_removed", at, detail)
    session.delete(name)
    session.flush()
    return row


def give_new_name(
    session: Session,
    *,
    subject_id: int,
    name: str,
    used_until: date | None,
    actor: Actor,
    at: datetime,
) -> SubjectRow:
    """Give a subject a new present name; the old one stays as a former name.

    :param used_until: last day of the old name, where that is known.
    :raises InvalidSubmission: the name is blank, too long or has control characters, the
        day has not come, or the record was merged.
    """
    acting, row = _open(session, subject_id, actor)
    new = checked_text("name", name)
    _require_past("used_until", used_until, at)
    if new == row.name:
        return row
    detail = {"subject_id": row.id, "name": [row.name, new], "used_until": _iso(used_until)}
    _note(session, acting, "subject.renamed", at, detail)
    session.add(_another(row, row.name, used_until, is_former=True, acting=acting, at=at))
    for column, value in named(row.kind, new).items():
        setattr(row, column, value)
    session.flush()
    return row


def change_place(
    session: Session, *, subject_id: int, place: str, actor: Actor, at: datetime
) -> SubjectRow:
    """Say anew who manages a subject or where it lies; empty: nobody knows.

    :raises InvalidSubmission: the text is too long or has control characters, or the
        record was merged.
    """
    acting, row = _open(session, subject_id, actor)
    new = checked_text("place", place) if place.strip() else ""
    if new == row.place:
        return row
    detail = {"subject_id": row.id, "place": [row.place, new]}
    _note(session, acting, "subject.moved", at, detail)
    row.place = new
    session.flush()
    return row


def dissolve(
    session: Session, *, subject_id: int, day: date | None, actor: Actor, at: datetime
) -> SubjectRow:
    """Say on which day a collective or enterprise ceased to be; none: it did not.

    :raises InvalidSubmission: it is a person, the day has not come, or the record was
        merged.
    """
    acting, row = _open(session, subject_id, actor)
    if row.kind is SubjectKind.INDIVIDUAL:
        raise InvalidSubmission({"dissolved_on": [code("people_are_not_dissolved")]})
    _require_past("dissolved_on", day, at)
    if day == row.dissolved_on:
        return row
    days = [_iso(row.dissolved_on), _iso(day)]
    detail = {"subject_id": row.id, "dissolved_on": days}
    _note(session, acting, "subject.dissolved", at, detail)
    row.dissolved_on = day
    session.flush()
    return row


def _open(session: Session, subject_id: int, actor: Actor) -> tuple[Acting, SubjectRow]:
    """Return who acts and the record, locked; it stands for itself."""
    acting = authorise(actor, MANAGE)
    row = _lock(session, subject_id)
    _refuse_merged(row, "subject_id")
    return acting, row


def _lock(session: Session, subject_id: int) -> SubjectRow:
    row = session.get(SubjectRow, subject_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"subject {subject_id}")
    return row


def _refuse_merged(row: SubjectRow, field: str) -> None:
    if row.merged_into_id is not None:
        raise InvalidSubmission({field: [code("merged_before", row.name)]})


def _refuse_two_of_the_office(session: Session, gone: SubjectRow, kept: SubjectRow) -> None:
    """Refuse to make one of two people, or of two units, that the office knows as two."""
    rows = session.execute(
        select(SubjectRow.person_id, SubjectRow.unit_id).where(
            SubjectRow.id.in_(all_root_ids(session, [gone.id, kept.id]))
        )
    ).all()
    people = {row.person_id for row in rows if row.person_id is not None}
    units = {row.unit_id for row in rows if row.unit_id is not None}
    if len(people) > 1 or len(units) > 1:
        raise InvalidSubmission({"into_id": [code("two_of_the_office", gone.name, kept.name)]})


def _add_name(
    session: Session,
    row: SubjectRow,
    name: str,
    used_until: date | None,
    *,
    is_former: bool,
    acting: Acting,
    at: datetime,
) -> None:
    _check_written("name", name)
    known = select(SubjectName.id).where(
        SubjectName.subject_id == row.id,
        SubjectName.name == name,
        SubjectName.is_former.is_(is_former),
    )
    is_present = name == row.name and not is_former
    if is_present or session.scalar(known.limit(1)) is not None:
        return
    detail = {
        "subject_id": row.id,
        "name": name,
        "is_former": is_former,
        "used_until": _iso(used_until),
    }
    _note(session, acting, "subject.name_added", at, detail)
    session.add(_another(row, name, used_until, is_former=is_former, acting=acting, at=at))
    session.flush()


def _another(
    row: SubjectRow,
    name: str,
    used_until: date | None,
    *,
    is_former: bool,
    acting: Acting,
    at: datetime,
) -> SubjectName:
    return SubjectName(
        subject_id=row.id,
        name=name,
        folded_name=fold(name),
        match_key=match_key(name),
        is_former=is_former,
        used_until=used_until,
        confirmed_by_id=None if acting.actor is None else acting.actor.person_id,
        confirmed_at=at,
    )


def _check_written(field: str, text: str) -> None:
    """Refuse what no file has as a name; everything else is kept as it was written."""
    odd = next((letter for letter in text if unicodedata.category(letter) == "Cc"), None)
    if odd is not None:
        problem = code("control_character", f"U+{ord(odd):04X}")
        raise InvalidSubmission({field: [problem]})
    if not text.strip():
        raise InvalidSubmission({field: [code("required")]})
    if len(text) > LONGEST_NAME:
        raise InvalidSubmission({field: [code("too_long", LONGEST_NAME, len(text))]})


def _require_past(field: str, day: date | None, at: datetime) -> None:
    today = day_in_vietnam(at)
    if day is not None and day > today:
        problem = code("day_in_future", f"{day:%d/%m/%Y}", f"{today:%d/%m/%Y}")
        raise InvalidSubmission({field: [problem]})


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _note(
    session: Session, acting: Acting, action: str, at: datetime, detail: Mapping[str, Any]
) -> None:
    acting.note(session, stream=STREAM, action=action, at=at, detail=detail)
