"""Two submissions of one dossier, to be compared: what they say and what they enclose."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.queries.case_page import CaseHead, ShownVersion, get_version, list_versions
from engine.store.models import Attachment, JournalEntry
from forms.vocabulary import Outcome


@dataclass(frozen=True)
class Submission:
    """One submission with the names of the files that it encloses."""

    shown: ShownVersion
    files: tuple[str, ...]


def get_submissions(session: Session, case: CaseHead, *numbers: int) -> tuple[Submission, ...]:
    """Return the submissions of ``case`` with these numbers.

    ``case`` comes from :func:`engine.queries.case_page.get_case`.

    :raises NotFound: there is no submission with one of the numbers.
    """
    lines = {line.number: line for line in list_versions(session, case)}
    if not lines.keys() >= set(numbers):
        raise NotFound(f"case {case.id} has no versions {numbers}")
    files = _files(session, case)
    return tuple(
        Submission(get_version(session, case, lines[number]), files.get(number, ()))
        for number in numbers
    )


def _files(session: Session, case: CaseHead) -> dict[int, tuple[str, ...]]:
    """Return the names of the files that each submission encloses, as its entry says."""
    entries = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.case_id == case.id, JournalEntry.action == "task.completed")
        .order_by(JournalEntry.seq)
    )
    details = [entry.detail for entry in entries]
    submitted = [one for one in details if one.get("outcome") == Outcome.SUBMIT.value]
    rows = session.execute(
        select(Attachment.sha256, Attachment.name)
        .where(Attachment.case_id == case.id)
        .order_by(Attachment.id)
    )
    names = {row.sha256: row.name for row in rows}
    return {
        number: tuple(sorted(names[one] for one in detail.get("evidence", ()) if one in names))
        for number, detail in enumerate(submitted, start=1)
    }
