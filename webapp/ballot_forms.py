"""The forms of a vote, from a request to what the engine takes: sheets, counts, scans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from flask import g, request
from flask_babel import gettext as _

from engine.attachments import CheckedFile, check_file
from engine.council.votings import Counts
from engine.errors import InvalidBallot, InvalidSubmission, RefusedFile
from engine.queries.ballot_pages import SheetLine
from engine.queries.council_sessions import ItemLine
from engine.queries.count_pages import CountLine
from forms.vocabulary import BallotChoice
from webapp.paging import MOST_DIGITS
from webapp.short_forms import typed_number

CHOICE = "choice"
REASON = "reason"

REST = "rest"
"""Field that says what is chosen for the items left open; empty: be asked for each."""

FILE = "file"

COUNTED = tuple(one.name for one in fields(Counts))
"""The numbers that are counted of one item, in the order of the page."""

SCANS = ("application/pdf", "image/jpeg", "image/png")
"""Kinds of files that a scanned paper comes in."""


@dataclass(frozen=True)
class Answer:
    """What was typed about one item of a sheet."""

    choice: BallotChoice | None = None
    reason: str = ""


@dataclass(frozen=True)
class RuleGroup:
    """A rule in numbers, and the items that it is the rule of."""

    numbers: str
    """``1–12, 15``."""
    said: str
    manner: str
    source: str


def typed_sheet() -> dict[int, Answer]:
    """Return what was typed into a sheet: id of what was asked → answer.

    :raises InvalidBallot: a choice that is on no paper, or for something that has no id.
    """
    answers = {}
    for name, text in request.form.items():
        field, _dot, number = name.partition(".")
        if field == CHOICE:
            reason = request.form.get(f"{REASON}.{number}", "")
            answers[_id(number)] = Answer(choice_of(text), reason)
    for name, text in request.form.items():
        field, _dot, number = name.partition(".")
        if field == REASON:
            answers.setdefault(_id(number), Answer(reason=text))
    return answers


def choice_of(text: str) -> BallotChoice | None:
    """Return the choice that was sent; none for an empty text.

    :raises InvalidBallot: it is on no paper.
    """
    found = next((one for one in BallotChoice if one.value == text), None)
    if found is None and text:
        raise InvalidBallot(f"no such choice: {text[:40]!r}")
    return found


def with_rest(asked: Iterable[int], answers: dict[int, Answer]) -> dict[int, Answer]:
    """Return answers for all that was asked; open ones as the member said for the rest.

    :raises InvalidBallot: what was said for the rest is on no paper.
    """
    rest = choice_of(request.form.get(REST, ""))
    whole = {}
    for one in asked:
        answer = answers.get(one, Answer())
        whole[one] = Answer(answer.choice or rest, answer.reason)
    return whole


def sent_scan() -> CheckedFile:
    """Return the scanned paper in the request.

    :raises RefusedFile: there is none, or it is not a scan that we take.
    """
    sent = request.files.get(FILE)
    if sent is None or not sent.filename:
        raise RefusedFile("no file in the request", reason="none")
    file = check_file(sent.filename, sent.read())
    if file.kind.media_type not in SCANS:
        raise RefusedFile(
            f"a scan is no {file.kind.media_type}",
            reason="wrong_kind",
            found=file.name.rpartition(".")[2].upper(),
            expected="PDF, JPG, PNG",
        )
    return file


def count_name(field: str, line: CountLine) -> str:
    """Return the name of the box of one number of one item."""
    return f"{field}.{line.item_vote_id}"


def typed_counts(lines: Sequence[CountLine]) -> dict[int, Counts]:
    """Return what was counted of ``lines``: id of the item's vote → counts.

    An item of which nothing but the papers given out is typed is left for later.

    :raises InvalidSubmission: nothing was counted, or a number is missing or none.
    """
    counts: dict[int, Counts] = {}
    problems: dict[str, list[str]] = {}
    for line in lines:
        names = {field: count_name(field, line) for field in COUNTED}
        typed = [request.form.get(name, "").strip() for name in names.values()]
        if not any(typed[1:]):
            continue
        try:
            numbers = {field: typed_number(name) for field, name in names.items()}
        except InvalidSubmission:
            problems |= _problems(list(names.values()))
        else:
            counts[line.item_vote_id] = Counts(**numbers)
    if problems:
        raise InvalidSubmission(problems)
    if not counts:
        first = lines[0] if lines else None
        raise InvalidSubmission({count_name("returned", first): ["required"]} if first else {})
    return counts


def rule_groups(lines: Iterable[SheetLine | ItemLine], least_present: int) -> list[RuleGroup]:
    """Return the rules of ``lines`` in numbers, each with the items that have it."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for line in lines:
        said = line.said(least_present)
        if said is None or line.rule is None:
            key = (str(_("Chưa có quy định về tỷ lệ phiếu: chưa biểu quyết được.")), "", "")
        else:
            manner = line.rule.manner.label(g.language)
            key = (said.label(g.language), manner, line.rule.source.label(g.language))
        found.setdefault(key, []).append(line.number)
    return [RuleGroup(ranges(numbers), *key) for key, numbers in found.items()]


def ranges(numbers: Sequence[int]) -> str:
    """Return numbers in ascending order as people write them: ``1–3, 7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _problems(names: Sequence[str]) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    for name in names:
        try:
            typed_number(name)
        except InvalidSubmission as error:
            problems |= error.messages
    return problems


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise InvalidBallot(f"no such item: {text[:40]!r}")
    return int(text)
