"""Taking away what a closed nomination says of a person, while every proof still holds.

Law 91/2025/QH15, Art. 14 gives the right to have personal data erased, where no other law
bids to keep them. What was decided, minuted, published or numbered is kept by the law on
archives: such a nomination is refused here. The journal keeps its entries, which have only
codes and hashes; the words beside them go, and an entry of the erasure says that they went.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, load_only

from engine import journal
from engine.audit.findings import STREAM as FINDINGS
from engine.errors import NotErasable, NotFound
from engine.journal.verification import ERASURES
from engine.store.models import (
    AgendaItem,
    Attachment,
    AuditFinding,
    AuditNote,
    Case,
    Check,
    ConsultedCase,
    Decision,
    DossierPaper,
    DossierVersion,
    Draft,
    JournalEntry,
    OutgoingCase,
    OutgoingPaper,
    RegisterEntry,
    Review,
    SubjectMatter,
    SubjectName,
    SubjectRow,
    UserTask,
)
from engine.subject_records import named
from engine.units import checked_text

ERASED = "Đã xóa dữ liệu cá nhân"
"""What stands where a name or a text stood."""

_CODE = re.compile(r"[a-z0-9_.]{0,60}|\d{4}-\d{2}-\d{2}(T[0-9:.+]*)?|[0-9a-f]{64}")
"""A text that a program wrote: a code, a day, a hash."""

_KEEPS = {
    "decision": Decision.case_id,
    "council": AgendaItem.case_id,
    "consultation": ConsultedCase.case_id,
    "outgoing": OutgoingCase.case_id,
    "paper": OutgoingPaper.case_id,
    "register": RegisterEntry.case_id,
}
"""Why a nomination is kept → where that is seen."""


@dataclass(frozen=True)
class Erased:
    """What is to be removed outside of the database, too."""

    entries: tuple[bytes, ...]
    """Hashes of the entries whose words are gone."""
    files: tuple[str, ...]
    """SHA-256 of enclosed files that nobody needs any more."""


def erase_case(
    session: Session, *, reference: str, ground: str, document: str, at: datetime
) -> Erased:
    """Erase what a closed nomination says of its subject; it is locked.

    The record of the subject goes too where nothing else refers to it.

    :param ground: why, in words; kept beside the entry of the erasure.
    :param document: number and date of the request or the order.
    :return: what is to be removed elsewhere once this transaction has been committed.
    :raises NotFound: there is no such case.
    :raises NotErasable: it is open, or a law bids to keep it; ``facts``: ``why``.
    :raises InvalidSubmission: the ground or the document is empty.
    """
    case = session.scalar(select(Case).where(Case.reference == reference).with_for_update())
    if case is None:
        raise NotFound(f"there is no case {reference}")
    words = {
        "ground": checked_text("ground", ground),
        "document": checked_text("document", document),
    }
    _require_erasable(session, case)
    subject = _lonely_subject(session, case)
    entries = _entries_with_words(session, case, subject)
    files = _files_of_this_case_alone(session, case)
    journal.append(
        session,
        stream=ERASURES,
        action="case.erased",
        actor=None,
        at=at,
        detail={
            **words,
            "case_id": case.id,
            "subject_id": None if subject is None else subject.id,
            "entries": entries,
            "files": files,
        },
    )
    hashes = _erase_words(session, entries)
    _erase_dossier(session, case, at)
    if subject is not None:
        _erase_subject(session, subject)
    return Erased(tuple(hashes), tuple(files))


def _require_erasable(session: Session, case: Case) -> None:
    if case.closed_at is None:
        raise NotErasable(f"case {case.reference} is open", why="open")
    if case.erased_at is not None:
        raise NotErasable(f"case {case.reference} was erased", why="erased")
    for why, column in _KEEPS.items():
        if session.scalar(select(func.count()).where(column == case.id)):
            raise NotErasable(f"case {case.reference} is kept: {why}", why=why)


def _lonely_subject(session: Session, case: Case) -> SubjectRow | None:
    """Return the record of the subject, if nothing but this case refers to it."""
    subject = case.subject
    if subject is None or subject.person_id is not None or subject.unit_id is not None:
        return None
    others = (
        select(func.count()).where(Case.subject_id == subject.id, Case.id != case.id),
        select(func.count()).where(RegisterEntry.subject_id == subject.id),
        select(func.count()).where(SubjectRow.merged_into_id == subject.id),
    )
    return None if any(session.scalar(one) for one in others) else subject


def _entries_with_words(session: Session, case: Case, subject: SubjectRow | None) -> list[int]:
    """Return the entries about the case, or its subject, that have words beside them."""
    about = JournalEntry.case_id == case.id
    found = session.scalars(
        select(JournalEntry)
        .where(
            or_(about, JournalEntry.stream.in_(("subjects", FINDINGS))),
            JournalEntry.private.is_not(None),
        )
        .order_by(JournalEntry.id)
        .options(load_only(JournalEntry.case_id, JournalEntry.body, JournalEntry.private))
    )
    return [
        entry.id
        for entry in found
        if case.id in (entry.case_id, entry.facts.get("case_id"))
        or (subject is not None and entry.detail.get("subject_id") == subject.id)
    ]


def _files_of_this_case_alone(session: Session, case: Case) -> list[str]:
    here = select(Attachment.sha256).where(Attachment.case_id == case.id)
    elsewhere = select(Attachment.sha256).where(Attachment.case_id != case.id)
    found = session.scalars(here.where(Attachment.sha256.not_in(elsewhere)))
    return sorted(set(found))


def _erase_words(session: Session, entries: Sequence[int]) -> list[bytes]:
    """Take the words beside entries away, and return the hashes of these."""
    chosen = select(JournalEntry.hash).where(JournalEntry.id.in_(entries))
    hashes = list(session.scalars(chosen))
    session.execute(
        update(JournalEntry)
        .where(JournalEntry.id.in_(entries))
        .values(salt=None, private=None)
        .execution_options(synchronize_session=False)
    )
    return hashes


def _erase_dossier(session: Session, case: Case, at: datetime) -> None:
    here = {"case_id": case.id}
    for table in (Attachment, AuditFinding, AuditNote, DossierPaper):
        columns = _TEXTS[table]
        session.execute(update(table).filter_by(**here).values(dict.fromkeys(columns, ERASED)))
    session.execute(update(DossierVersion).filter_by(**here).values(content={}))
    session.execute(update(Check).filter_by(**here).values(override_reason=""))
    tasks = select(UserTask.id).where(UserTask.case_id == case.id)
    session.execute(delete(Draft).where(Draft.task_id.in_(tasks)))
    for review in session.scalars(select(Review).filter_by(**here)):
        review.answers = _without_words(review.answers)
    name = named(case.subject_kind, ERASED)
    case.subject_name, case.folded_subject = name["name"], name["folded_name"]
    case.subject_sort_key = name["sort_key"]
    case.erased_at = at
    session.flush()


_TEXTS: dict[Any, tuple[str, ...]] = {
    Attachment: ("name",),
    AuditFinding: ("text", "asked", "answer", "conclusion"),
    AuditNote: ("text",),
    DossierPaper: ("note",),
}
"""Columns with words of people."""


def _without_words(value: Any) -> Any:
    """Return answers with each text gone that is no code, day or hash."""
    if isinstance(value, dict):
        return {name: _without_words(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_words(one) for one in value]
    if isinstance(value, str) and not _CODE.fullmatch(value):
        return ERASED
    return value


def _erase_subject(session: Session, subject: SubjectRow) -> None:
    session.execute(delete(SubjectName).where(SubjectName.subject_id == subject.id))
    session.execute(
        update(SubjectMatter)
        .where(SubjectMatter.subject_id == subject.id)
        .values(document=ERASED, note="")
    )
    for column, value in named(subject.kind, ERASED).items():
        setattr(subject, column, value)
    subject.place = ""
    session.flush()
