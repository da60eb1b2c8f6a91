"""What stands against a subject for a time (chưa xét): it holds a nomination, refuses none.

Only the reason, the days and the paper that says so are kept: never who denounced what.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import InvalidSubmission, NotFound
from engine.office import authorise, day_in_vietnam
from engine.permissions import Actor
from engine.rules.facts import Matter
from engine.store.models import SubjectMatter, SubjectRow
from engine.subject_changes import MANAGE, STREAM
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import HoldReason

_MOST = 200
"""Matters of one subject that anyone reads."""


def record_matter(
    session: Session,
    *,
    subject_id: int,
    reason: HoldReason,
    began_on: date,
    document: str,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> SubjectMatter:
    """Record that a matter is pending against a subject since ``began_on``.

    :param document: number and date of the paper that says so.
    :param note: what the reason is, for :attr:`HoldReason.OTHER` alone.
    :raises NotPermitted: the actor does not keep the subjects.
    :raises NotFound: there is no such subject.
    :raises InvalidSubmission: a text does not fit, the day has not come, another reason
        is not said, or a note stands beside a named reason.
    """
    acting = authorise(actor, MANAGE)
    if session.get(SubjectRow, subject_id, with_for_update=True) is None:
        raise NotFound(f"subject {subject_id}")
    values = {
        "subject_id": subject_id,
        "document": checked_text("document", document),
        "note": _checked_note(reason, note),
    }
    _require_past("began_on", began_on, at)
    detail = {**values, "reason": reason.value, "began_on": began_on.isoformat()}
    acting.note(session, stream=STREAM, action="subject.matter_recorded", at=at, detail=detail)
    matter = SubjectMatter(
        **values,
        reason=reason,
        began_on=began_on,
        recorded_by_id=actor.person_id,
        recorded_at=at,
    )
    session.add(matter)
    session.flush()
    return matter


def settle_matter(
    session: Session,
    *,
    matter_id: int,
    ended_on: date,
    sanctioned: bool,
    document: str,
    actor: Actor,
    at: datetime,
) -> SubjectMatter:
    """Record that a matter was settled; with a sanction, the day it had been served.

    :param document: number and date of the paper that settles it; it follows the first.
    :raises NotPermitted: the actor does not keep the subjects.
    :raises NotFound: there is no such matter.
    :raises InvalidSubmission: it was settled before, the day has not come or comes before
        its beginning, or the paper is not named.
    """
    acting = authorise(actor, MANAGE)
    matter = session.get(SubjectMatter, matter_id, with_for_update=True, populate_existing=True)
    if matter is None:
        raise NotFound(f"matter {matter_id}")
    if matter.ended_on is not None:
        raise InvalidSubmission({"ended_on": [code("settled_before", _vn(matter.ended_on))]})
    paper = checked_text("document", document)
    _require_past("ended_on", ended_on, at)
    if ended_on < matter.began_on:
        problem = code("ends_before_it_begins", _vn(ended_on), _vn(matter.began_on))
        raise InvalidSubmission({"ended_on": [problem]})
    detail = {
        "matter_id": matter_id,
        "subject_id": matter.subject_id,
        "ended_on": ended_on.isoformat(),
        "sanctioned": sanctioned,
        "document": paper,
    }
    acting.note(session, stream=STREAM, action="subject.matter_settled", at=at, detail=detail)
    matter.ended_on = ended_on
    matter.sanctioned = sanctioned
    matter.document = f"{matter.document}; {paper}"
    session.flush()
    return matter


def matters_of(session: Session, subject_ids: Collection[int]) -> tuple[Matter, ...]:
    """Return what stands or stood against the records of a subject, as rules ask for it."""
    rows = session.scalars(
        select(SubjectMatter)
        .where(SubjectMatter.subject_id.in_(subject_ids))
        .order_by(SubjectMatter.began_on, SubjectMatter.id)
        .limit(_MOST)
    )
    return tuple(
        Matter(
            reason=row.reason,
            began_on=row.began_on,
            ended_on=row.ended_on,
            sanctioned=row.sanctioned,
            document=row.document,
        )
        for row in rows
    )


def _checked_note(reason: HoldReason, note: str) -> str:
    if reason is HoldReason.OTHER:
        return checked_text("note", note)
    if note.strip():
        raise InvalidSubmission({"note": [code("note_for_other_alone")]})
    return ""


def _require_past(field: str, day: date, at: datetime) -> None:
    today = day_in_vietnam(at)
    if day > today:
        raise InvalidSubmission({field: [code("day_in_future", _vn(day), _vn(today))]})


def _vn(day: date) -> str:
    return f"{day:%d/%m/%Y}"
