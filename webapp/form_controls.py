"""Forms on pages: from a request to typed answers, from a definition to what is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from forms import definition_for
from forms.answers import Typed, find_answer
from forms.definition import Field, FormContext, FormDefinition, Kind, concerns
from forms.messages import sentence
from forms.vocabulary import ReturnTarget
from webapp.kept_text import RESUME

OVERRIDE = "override_reason"
"""Name of the box that says why somebody goes on against a rule."""

OWN_NAMES = frozenset(
    {"csrf_token", "key", "content_hash", "version", "action", "form", OVERRIDE, RESUME}
)
"""Names in a request that are the page's own and no answers."""

INCOMPLETE = frozenset({"required", "choose_one", "answer_one_criterion", "not_declared"})
"""Messages about what is still missing; a draft may be saved with them."""

SANE_DIGITS = 9
"""Digits of a number in an address or a hidden field; more is nobody's page."""

LONGEST_LINK = 80
"""Characters of a label in the summary above a form."""

FIRST_ROWS = 2
"""Blank rows that an empty table begins with."""


@dataclass(frozen=True)
class Option:
    """One answer to choose, in the language of the page."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Control:
    """One question as a page shows it."""

    field: Field
    name: str
    label: str
    help: str
    value: str = ""
    options: tuple[Option, ...] = ()
    rows: tuple[tuple["Control", ...], ...] = ()
    errors: tuple[str, ...] = ()
    ticks: tuple[str, ...] = ()
    """What a return says about this question."""
    other: str | None = None
    """What somebody else saved here meanwhile, where it differs."""

    @property
    def id(self) -> str:
        """The id of the control, to which messages link."""
        return control_id(self.name)

    @property
    def kind(self) -> str:
        """How it is answered."""
        return self.field.kind.value

    @property
    def described_by(self) -> str:
        """The ids of what explains the control, for assistive technology."""
        parts = {
            "hint": self.help or self.field.limit,
            "ticks": self.ticks,
            "error": self.errors,
            "other": self.other is not None,
        }
        return " ".join(f"{self.id}-{name}" for name, shown in parts.items() if shown)


@dataclass(frozen=True)
class Problem:
    """One line of the summary above a form: where, and what to do."""

    sentence: str
    label: str = ""
    target: str = ""
    """Id of the control, if the page has it."""


@dataclass(frozen=True)
class ShownAnswer:
    """One answer to read: paragraphs, or a table."""

    label: str
    kind: str
    paragraphs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class ShownSection:
    """A section of a form to read."""

    id: str
    title: str
    answers: tuple[ShownAnswer, ...]


@dataclass(frozen=True)
class Marks:
    """What stands beside the questions: errors, ticks of a return, what another saved."""

    errors: Mapping[str, list[str]] = field(default_factory=dict)
    ticks: Mapping[str, list[str]] = field(default_factory=dict)
    """Field name → what a return says about it."""
    others: Mapping[str, Any] | None = None
    """What somebody else saved meanwhile, typed; none: nobody did."""


def control_id(name: str) -> str:
    """Return the id of the control of the field address ``name``."""
    return "f-" + name.replace(".", "-")


def number(text: str) -> int | None:
    """Return a number from an address or a hidden field; None: it holds none."""
    return int(text) if text.isdecimal() and len(text) <= SANE_DIGITS else None


def read(form: MultiDict[str, str], fields: Iterable[Field]) -> Typed:
    """Return what a request answers; names that ``fields`` do not ask are kept too.

    The schema refuses those names, so that nothing comes in that no page showed.
    """
    lists = {one.name for one in fields if one.kind is Kind.CHECKBOXES}
    typed: Typed = {}
    for name, values in form.lists():
        if name not in OWN_NAMES:
            typed[name] = values if name in lists else values[-1]
    return typed


def strange_names(typed: Mapping[str, Any], fields: Iterable[Field]) -> list[str]:
    """Return the names in ``typed`` that ``fields`` do not ask."""
    asked = set()
    for one in fields:
        asked.add(one.name)
        for column in one.columns:
            asked |= {f"{one.name}.{row}.{column.name}" for row in range(one.limit or 0)}
    return [name for name in typed if name not in asked]


def controls(
    fields: Iterable[Field],
    typed: Mapping[str, Any],
    language: str,
    marks: Marks | None = None,
    rows: int = 0,
) -> tuple[Control, ...]:
    """Return ``fields`` with what stands in them and what is said about them.

    :param rows: how many rows a table shows at least.
    """
    marks = marks or Marks()
    shown = []
    heads: set[str] = set()
    for one in fields:
        head = one.name.partition(".")[0]
        shown.append(_control(one, typed, language, marks, rows, first=head not in heads))
        heads.add(head)
    return tuple(shown)


def problems(
    definition: FormDefinition, errors: Mapping[str, list[str]], language: str
) -> tuple[Problem, ...]:
    """Return the lines of the summary, in the order of the form, the strange ones last."""
    fields = list(definition.fields)

    def place(name: str) -> int:
        return next(
            (at for at, one in enumerate(fields) if concerns(name, one.name)), len(fields)
        )

    return tuple(
        _problem(fields, name, code, language)
        for name in sorted(errors, key=place)
        for code in errors[name]
    )


def show_answers(
    definition: FormDefinition,
    content: Mapping[str, Any],
    language: str,
) -> tuple[ShownSection, ...]:
    """Return answers, as a schema dumps them, to read; what is blank is left out."""
    shown = []
    for section in definition.sections:
        answers = [_answer(one, content, language) for one in section.fields]
        kept = tuple(one for one in answers if one.paragraphs or one.rows)
        shown.append(ShownSection(section.id, section.title.label(language), kept))
    return tuple(shown)


def show_review(
    form_key: str, answers: Mapping[str, Any], language: str
) -> tuple[ShownAnswer, ...]:
    """Return what somebody answered at a review, to read, in one list."""
    anything = FormContext(return_targets=tuple(ReturnTarget), departs_from_advice=True)
    sections = show_answers(definition_for(form_key, anything), answers, language)
    return tuple(answer for section in sections for answer in section.answers)


def _control(
    one: Field,
    typed: Mapping[str, Any],
    language: str,
    marks: Marks,
    rows: int = 0,
    *,
    first: bool = True,
    prefix: str = "",
) -> Control:
    """Return one control; the ``first`` of a group carries what is said about the group."""
    name = prefix + one.name
    head = name.partition(".")[0]
    value = typed.get(name, "")
    chosen = value if isinstance(value, list) else [value]
    codes = _codes(one, name, marks.errors)
    if first and not prefix and head != name:
        codes = [*marks.errors.get(head, ()), *codes]
    return Control(
        field=one,
        name=name,
        label=one.label.label(language),
        help=one.help.label(language) if one.help else "",
        value=value if isinstance(value, str) else "",
        options=tuple(
            Option(choice.value, choice.label.label(language), choice.value in chosen)
            for choice in one.choices
        ),
        rows=_rows(one, typed, language, marks, rows),
        errors=tuple(sentence(code, language) for code in codes),
        ticks=tuple(marks.ticks.get(head, ())) if first else (),
        other=_other(one, name, typed, marks, language),
    )


def _rows(
    one: Field, typed: Mapping[str, Any], language: str, marks: Marks, rows: int
) -> tuple[tuple[Control, ...], ...]:
    if one.kind is not Kind.ROWS:
        return ()
    prefix = one.name + "."
    filled = [
        int(index[:SANE_DIGITS])
        for name in typed
        if name.startswith(prefix)
        for index in [name.removeprefix(prefix).partition(".")[0]]
        if index.isdecimal()
    ]
    count = max([FIRST_ROWS, rows, *(index + 1 for index in filled)])
    inner = Marks(errors=marks.errors)
    return tuple(
        tuple(
            _control(column, typed, language, inner, prefix=f"{prefix}{index}.")
            for column in one.columns
        )
        for index in range(min(count, one.limit or count))
    )


def _codes(one: Field, name: str, errors: Mapping[str, list[str]]) -> list[str]:
    """Return what is said about the field, and about the answers ticked in it."""
    inside = sorted(key for key in errors if key.startswith(name + "."))
    names = [name, *(inside if one.kind is Kind.CHECKBOXES else ())]
    return [code for key in names for code in errors.get(key, ())]


def _other(
    one: Field, name: str, typed: Mapping[str, Any], marks: Marks, language: str
) -> str | None:
    if marks.others is None or one.kind in (Kind.FILES, Kind.DECLARATION):
        return None
    if one.kind is Kind.ROWS:
        mine, theirs = _flat_rows(one, typed), _flat_rows(one, marks.others)
    else:
        mine, theirs = typed.get(name) or "", marks.others.get(name) or ""
    if mine == theirs:
        return None
    if isinstance(theirs, list):
        labels = {choice.value: choice.label.label(language) for choice in one.choices}
        return "\n".join(labels.get(value, value) for value in theirs)
    return theirs


def _flat_rows(one: Field, typed: Mapping[str, Any]) -> str:
    cells = {
        name: value
        for name, value in typed.items()
        if name.startswith(one.name + ".") and isinstance(value, str) and value.strip()
    }
    lines: dict[str, list[str]] = {}
    for name in sorted(cells):
        lines.setdefault(name.split(".")[1], []).append(cells[name])
    return "\n".join(", ".join(line) for line in lines.values())


def _problem(fields: list[Field], name: str, code: str, language: str) -> Problem:
    text = sentence(code, language)
    one = next((each for each in fields if concerns(name, each.name)), None)
    if one is None:
        return Problem(text)
    label, target = _shortened(one.label.label(language)), one.name
    if one.kind is Kind.ROWS and name != one.name:
        index, _dot, column_name = name.removeprefix(one.name + ".").partition(".")
        if not index.isdecimal():
            return Problem(text, label, control_id(target))
        column = next((each for each in one.columns if each.name == column_name), None)
        label = _("%(table)s, dòng %(row)s", table=label, row=int(index[:SANE_DIGITS]) + 1)
        if column is not None:
            label, target = f"{label}: {column.label.label(language)}", name
    return Problem(text, label, control_id(target))


def _shortened(label: str) -> str:
    """Return a label as a link: a whole criterion of the plan is too long for one."""
    if len(label) <= LONGEST_LINK:
        return label
    return label[:LONGEST_LINK].rpartition(" ")[0].rstrip(",;") + " …"


def _answer(one: Field, content: Mapping[str, Any], language: str) -> ShownAnswer:
    label = one.label.label(language)
    value = find_answer(content, one.name)
    if one.kind is Kind.ROWS:
        columns = tuple(column.label.label(language) for column in one.columns)
        rows = tuple(
            tuple(_text(column, row.get(column.name), language) for column in one.columns)
            for row in value or ()
        )
        return ShownAnswer(label, one.kind.value, columns=columns, rows=rows)
    values = value if isinstance(value, list) else [value]
    texts = [_text(one, each, language) for each in values]
    lines = tuple(line for text in texts for line in text.split("\n") if line.strip())
    return ShownAnswer(label, one.kind.value, paragraphs=lines)


def _text(one: Field, value: Any, language: str) -> str:
    """Return one answer as people read it: days as in Vietnam, choices by their labels."""
    if value is None or value is False or value == "":
        return ""
    text = str(value)
    if one.kind is Kind.DATE:
        return "/".join(reversed(text.split("-")))
    if one.kind is Kind.DECLARATION:
        return str(_("Đã cam kết"))
    for choice in one.choices:
        if choice.value == text:
            return choice.label.label(language)
    return text
