"""Subjects on record that are written like a name: offered, and confirmed by a person."""

from collections.abc import Iterable
from typing import Any

from flask import g

from engine.errors import InvalidSubmission
from engine.queries.likeness import Suggestion, suggest
from forms.answers import Typed
from forms.messages import code
from forms.opening import NEW, RECORD
from forms.vocabulary import SubjectKind
from webapp.database import reading
from webapp.form_controls import number

Alike = tuple[tuple[str, str], ...]
"""Value and label of each record to choose from."""


def list_alike(work: Any, kind: SubjectKind, name: str) -> Alike:
    """Return the records that are written like ``name``, the likeliest first."""
    return as_choices(suggest(work, kind, name))


def as_choices(found: Iterable[Suggestion]) -> Alike:
    """Return value and label of each record."""
    return tuple((f"{RECORD}{one.subject_id}", _label(one)) for one in found)


def alike_of(typed: Typed) -> Alike:
    """Return the records that are written like the name in the box of a form."""
    kind = next((one for one in SubjectKind if one.value == typed.get("subject_kind")), None)
    name = str(typed.get("subject_name", ""))
    if kind is None or typed.get("known") or not name.strip():
        return ()
    with reading() as work:
        return list_alike(work, kind, name)


def require_chosen(answer: str, alike: Alike) -> None:
    """Return if a person said which of the records it is, or that it is none of them.

    :raises InvalidSubmission: they did not, or named another record.
    """
    if answer in {NEW, *(value for value, _label in alike)} or not (answer or alike):
        return
    found = code("not_in_list", answer) if answer else "confirm_subject"
    raise InvalidSubmission({"subject": [found]})


def chosen_record(answer: str) -> int | None:
    """Return the id of the record that was chosen; none: it is another subject."""
    return number(answer.removeprefix(RECORD)) if answer.startswith(RECORD) else None


def _label(found: Suggestion) -> str:
    """Return a record as a choice: its name, what else tells it apart, and why it is here."""
    matched = f"“{found.matched}”" if found.matched != found.name else ""
    parts = (found.place, matched, found.likeness.label(g.language))
    return f"{found.name} ({'; '.join(part for part in parts if part)})"
