"""What a form shows: sections, questions, labels and help; HTML and papers are made of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forms.vocabulary import DossierPart, Outcome, ReturnTarget, SubjectKind, Word


@dataclass(frozen=True)
class Bilingual:
    """What people read, in Vietnamese and in English."""

    vi: str
    en: str

    def label(self, language: str) -> str:
        """Return the English text for ``"en"``, else the Vietnamese."""
        return self.en if language == "en" else self.vi


class Kind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    TEXTAREA = "textarea"
    DATE = "date"
    INTEGER = "integer"
    SELECT = "select"
    RADIO = "radio"
    CHECKBOXES = "checkboxes"
    DECLARATION = "declaration"
    """One box to tick; its label is the sentence that is declared."""
    ROWS = "rows"
    FILES = "files"
    """Files added to the case; kept beside the answers, not among them."""


@dataclass(frozen=True)
class Choice:
    """One answer to choose."""

    value: str
    label: Bilingual


@dataclass(frozen=True)
class Field:
    """One question.

    ``name`` is its address in the answers, with dots: ``criteria.CQ1`` is the answer
    ``CQ1`` inside ``criteria``; row 0 of ``prior_awards`` has ``prior_awards.0.award``.
    """

    name: str
    kind: Kind
    label: Bilingual
    help: Bilingual | None = None
    required: bool = False
    limit: int | None = None
    """Most characters of a text, or most rows of a table."""
    choices: tuple[Choice, ...] = ()
    columns: tuple["Field", ...] = ()
    """Questions of each row; their names are relative to the row."""


@dataclass(frozen=True)
class Section:
    """Questions that are asked together, on one page of a long form."""

    id: str
    title: Bilingual
    fields: tuple[Field, ...]
    help: Bilingual | None = None


@dataclass(frozen=True)
class FormDefinition:
    """All that a form asks, in order."""

    key: str
    title: Bilingual
    sections: tuple[Section, ...]

    @property
    def fields(self) -> Iterator[Field]:
        """The questions of all sections, in order."""
        for section in self.sections:
            yield from section.fields

    def find_section(self, section_id: str) -> Section | None:
        """Return the section with that id, if the form has it."""
        return next((one for one in self.sections if one.id == section_id), None)

    def find_section_of(self, name: str) -> Section | None:
        """Return the section that asks ``name`` or what ``name`` lies in or holds."""
        return next(
            (
                section
                for section in self.sections
                if any(concerns(name, field.name) for field in section.fields)
            ),
            None,
        )


@dataclass(frozen=True)
class Item:
    """A movement content or a criterion of the plan: its id and its text."""

    id: str
    text: Bilingual


@dataclass(frozen=True)
class Supplement:
    """How a return may ask for missing papers; by default for any, at any time."""

    papers: tuple[DossierPart, ...] = tuple(DossierPart)
    """Those that may be asked for: what comes from below the task."""
    missing: tuple[DossierPart, ...] = ()
    """Those that a clerk ticked as missing."""
    made: int = 0
    """Requests of this level so far."""
    limit: int | None = None
    """Requests of a level at most, a setting of the office; none: as a paper from above
    says, which nobody here can refuse."""
    due_on: date | None = None
    """Last day by the setting of the office; none: the person gives it."""

    @property
    def is_used_up(self) -> bool:
        """Whether no further request may be made."""
        return self.limit is not None and self.made >= self.limit


@dataclass(frozen=True)
class FormContext:
    """What a form must know about its case; the default suits a form that needs nothing."""

    subject_kind: SubjectKind = SubjectKind.COLLECTIVE
    contents: tuple[Item, ...] = ()
    """Movement contents of the plan."""
    criteria: tuple[Item, ...] = ()
    """Criteria of the plan that apply to the subject."""
    outcome: Outcome | None = None
    """What the person is about to decide."""
    return_targets: tuple[ReturnTarget, ...] = ()
    """Where a return may go."""
    supplement: Supplement = Supplement()
    """How a return may ask for missing papers."""
    departs_from_advice: bool = False
    """The outcome is not what the council advised: a reason is due (Art. 90.4)."""
    attachments: tuple[Item, ...] = ()
    """Files added at this task: the id of each, as text, and its name."""
    asks_public: bool = False
    """The public is asked before this council meets (Art. 84.5)."""
    today: date | None = None
    """The day in Vietnam; signed papers and sessions lie not after it."""


def concerns(name: str, field_name: str) -> bool:
    """Whether a message or a tick about ``name`` belongs to the field ``field_name``."""
    return (
        name == field_name
        or name.startswith(field_name + ".")
        or field_name.startswith(name + ".")
    )


def choices_of(words: type[Word]) -> tuple[Choice, ...]:
    """Return the members of ``words`` as choices, in their order."""
    return tuple(choice_of(word) for word in words)


def choice_of(word: Word) -> Choice:
    """Return one word of the vocabulary as a choice."""
    return Choice(word.value, Bilingual(word.vi, word.en))
