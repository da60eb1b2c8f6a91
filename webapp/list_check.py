"""What a person has to say about a list before it enters the register, and what they said."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from engine.queries.register_imports import ListedSubject, ListPage, ListRow
from engine.register_import import Answers
from forms.messages import code, sentence
from forms.opening import NEW
from webapp.form_controls import number
from webapp.subject_choice import Alike, as_choices, chosen_record

LEFT_OUT = "left_out"
"""Name of the boxes of lines that stay out of the register."""

TOGETHER = {"yes": True, "no": False}

Problems = dict[str, list[str]]
"""Control, or name of the engine for one, → message codes."""

Form = MultiDict[str, str]


@dataclass(frozen=True)
class Question:
    """One choice of several; nothing is chosen beforehand."""

    name: str
    legend: str
    written: tuple[tuple[str, str], ...]
    """How the file writes it, exactly, and on which lines."""
    choices: Alike


@dataclass(frozen=True)
class Box:
    """A line that may be left out, and why it is asked about."""

    row: ListRow
    reason: str
    """Empty: the reason is what was said about other rows, and stands as an error."""

    @property
    def name(self) -> str:
        """Its place on the page."""
        return box_of(self.row.line)


def box_of(line: int) -> str:
    """Return the place on the page of the box of a line."""
    return f"left-out-{line}"


def names_asked(page: ListPage) -> tuple[Question, ...]:
    """Return the question about each name with several spellings, whether they are one."""
    return tuple(
        Question(
            name=f"together-{index}",
            legend=ngettext(
                "“%(name)s”: %(num)d cách viết có phải là một tên không?",
                "“%(name)s”: %(num)d cách viết có phải là một tên không?",
                len(one.spellings),
                name=one.printed,
            ),
            written=tuple((each.text, lines_of(each.lines)) for each in one.spellings),
            choices=(
                ("yes", _("Là một tên, ghi thống nhất là “%(name)s”", name=one.printed)),
                ("no", _("Là các tên khác nhau, giữ nguyên từng cách viết")),
            ),
        )
        for index, one in enumerate(page.names)
    )


def subjects_asked(page: ListPage) -> tuple[Question, ...]:
    """Return the question about each subject that the system may know, which record it is."""
    return tuple(
        Question(
            name=_chosen_of(one),
            legend=f"{one.name} ({one.place})" if one.place else one.name,
            written=((one.name, lines_of(one.lines)),),
            choices=(
                *as_choices(one.suggestions),
                (NEW, _("Không phải, đây là đối tượng khác")),
            ),
        )
        for one in page.subjects
    )


def boxes(page: ListPage, more: Collection[str]) -> tuple[Box, ...]:
    """Return the lines that may be left out: with a problem, doubled, or wrong by answers.

    :param more: places on the page that have an error.
    """
    found = []
    for row in page.rows:
        if row.problem:
            found.append(Box(row, sentence(row.problem, g.language)))
        elif row.doubles is not None:
            found.append(Box(row, sentence(_doubled(row), g.language)))
        elif box_of(row.line) in more:
            found.append(Box(row, ""))
    return tuple(found)


def answers_in(form: Form, page: ListPage) -> tuple[Answers, Problems]:
    """Return what a form says about a list, and what it does not say."""
    left_out = _left_out(form, page)
    together = {
        one.key: TOGETHER[said]
        for index, one in enumerate(page.names)
        if (said := form.get(f"together-{index}", "")) in TOGETHER
    }
    chosen: dict[int, int] = {}
    problems: Problems = {}
    for one in page.subjects:
        name = _chosen_of(one)
        answer = form.get(name, "")
        record = chosen_record(answer)
        if record in {each.subject_id for each in one.suggestions}:
            chosen |= dict.fromkeys(one.lines, record)
        elif answer != NEW and not left_out.issuperset(one.lines):
            problems[name] = [code("not_in_list", answer) if answer else "confirm_subject"]
    return Answers(together=together, chosen=chosen, left_out=left_out), problems


def at_controls(problems: Mapping[str, list[str]], page: ListPage) -> Problems:
    """Return what the engine refused with its names turned into places on the page."""
    places = {f"together.{one.key}": f"together-{at}" for at, one in enumerate(page.names)}
    places |= {f"row.{row.line}": box_of(row.line) for row in page.rows}
    return {places.get(name, name): messages for name, messages in problems.items()}


def labels(page: ListPage) -> dict[str, str]:
    """Return place on the page → what its question is about, for links to it."""
    found = {f"together-{at}": f"“{one.printed}”" for at, one in enumerate(page.names)}
    found |= {_chosen_of(one): one.name for one in page.subjects}
    return found | {box_of(row.line): lines_of([row.line]) for row in page.rows}


def lines_of(lines: Iterable[int]) -> str:
    """Return lines as people write them: ``dòng 2–7, 10, 16``."""
    ordered = sorted(lines)
    breaks = [one for one, following in pairwise(ordered) if following != one + 1]
    firsts = [one for one in ordered if one - 1 not in ordered]
    runs = zip(firsts, [*breaks, *ordered[-1:]], strict=True)
    words = ", ".join(
        str(first) if first == last else f"{first}–{last}" for first, last in runs
    )
    return str(ngettext("dòng %(lines)s", "dòng %(lines)s", len(ordered), lines=words))


def _chosen_of(subject: ListedSubject) -> str:
    """Return the control of a subject: named by its line, for suggestions come and go."""
    return f"chosen-{subject.lines[0]}"


def _left_out(form: Form, page: ListPage) -> frozenset[int]:
    ticked = {number(text) for text in form.getlist(LEFT_OUT)}
    return frozenset(row.line for row in page.rows if row.line in ticked)


def _doubled(row: ListRow) -> str:
    return code("row_doubled", row.line, row.doubles)
