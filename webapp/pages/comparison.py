"""Two submissions of one dossier beside each other: what was changed between them."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from flask import Blueprint, g, render_template
from flask_babel import gettext as _

from engine.queries.case_page import get_case, list_versions
from engine.queries.versions import Submission, get_submissions
from forms import definition_for
from forms.definition import FormContext
from webapp import case_words
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading
from webapp.form_controls import ShownAnswer, show_answers
from webapp.paging import number_asked

blueprint = Blueprint("comparison", __name__, url_prefix="/ho-so")


@dataclass(frozen=True)
class Piece:
    """Words that stand in both, or were taken away or added: ``""``, ``del`` or ``ins``."""

    change: str
    words: str


@dataclass(frozen=True)
class Difference:
    """One question that was answered otherwise."""

    label: str
    lines: tuple[tuple[Piece, ...], ...]


@blueprint.get("/<reference>/so-sanh")
def show(reference: str) -> str:
    """Show what the later of two submissions says otherwise; the last two if none is asked."""
    at = now()
    with reading() as work:
        case = get_case(work, present_actor(), reference, at)
        versions = list_versions(work, case)
        latest = versions[0].number if versions else 0
        new = number_asked("new") or latest
        old = number_asked("old") or max(new - 1, 1)
        pair = get_submissions(work, case, old, new) if versions else ()
    return render_template(
        "comparison.html",
        case=case,
        tab="content",
        standing=case_words.standing(case),
        words=case_words,
        versions=versions,
        pair=pair,
        differences=list(_differences(pair, case.about)) if pair else [],
    )


def _differences(pair: Sequence[Submission], about: FormContext) -> Iterable[Difference]:
    old, new = (_answers(one, about) for one in pair)
    for label in dict.fromkeys(chain(old, new)):
        before, after = old.get(label, ()), new.get(label, ())
        if before != after:
            yield Difference(label, tuple(_compare(before, after)))


def _answers(one: Submission, about: FormContext) -> dict[str, tuple[str, ...]]:
    """Return what a submission says: label → lines; a row of a table is a line."""
    definition = definition_for(one.shown.form, about)
    sections = show_answers(definition, one.shown.content, g.language)
    found = {
        f"{section.title}: {answer.label}": _lines(answer)
        for section in sections
        for answer in section.answers
    }
    return found | {str(_("Tệp kèm theo")): one.files}


def _lines(answer: ShownAnswer) -> tuple[str, ...]:
    return (*answer.paragraphs, *(" · ".join(filter(None, row)) for row in answer.rows))


def _compare(before: Sequence[str], after: Sequence[str]) -> Iterable[tuple[Piece, ...]]:
    """Yield the lines of both, those that differ word by word."""
    matched = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for change, i1, i2, j1, j2 in matched.get_opcodes():
        if change == "equal":
            yield from ((Piece("", line),) for line in before[i1:i2])
            continue
        both = min(i2 - i1, j2 - j1)
        for place in range(both):
            yield tuple(_pieces(before[i1 + place], after[j1 + place]))
        yield from ((Piece("del", line),) for line in before[i1 + both : i2])
        yield from ((Piece("ins", line),) for line in after[j1 + both : j2])


def _pieces(before: str, after: str) -> Iterable[Piece]:
    left, right = before.split(), after.split()
    matched = difflib.SequenceMatcher(None, left, right, autojunk=len(left) > MANY_WORDS)
    for change, i1, i2, j1, j2 in matched.get_opcodes():
        if change == "equal":
            yield Piece("", " ".join(left[i1:i2]))
            continue
        if i2 > i1:
            yield Piece("del", " ".join(left[i1:i2]))
        if j2 > j1:
            yield Piece("ins", " ".join(right[j1:j2]))


MANY_WORDS = 400
"""Above this the commonest words do not anchor the comparison: it would take too long."""
