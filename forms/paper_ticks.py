"""The list of a dossier's papers as a clerk ticks it: one question on each paper."""

from collections.abc import Iterable

from forms.definition import (
    Bilingual,
    Choice,
    Field,
    FormDefinition,
    Item,
    Kind,
    Section,
    choices_of,
)
from forms.fields import LINE, Chosen, FormSchema, Text
from forms.vocabulary import DossierPart, PaperState

_TITLE = Bilingual("Thành phần hồ sơ", "Papers of the dossier")


class TickSchema(FormSchema):
    """What is said of one paper."""

    state = Chosen(PaperState, required=True)
    attachment = Text(load_default="")
    """Id of an enclosed file; empty: it is on paper, or not there."""
    note = Text(load_default="")


def define_ticks(papers: Iterable[DossierPart], files: tuple[Item, ...]) -> FormDefinition:
    """Return the questions on ``papers``; ``files`` are those that the dossier encloses."""
    return FormDefinition(
        "paper_ticks.v1",
        _TITLE,
        tuple(
            Section(paper.value, Bilingual(paper.vi, paper.en), _questions(paper, files))
            for paper in papers
        ),
    )


def _questions(paper: DossierPart, files: tuple[Item, ...]) -> tuple[Field, ...]:
    state = Field(
        f"{paper.value}.state",
        Kind.RADIO,
        Bilingual(paper.vi, paper.en),
        required=True,
        choices=choices_of(PaperState),
    )
    attachment = Field(
        f"{paper.value}.attachment",
        Kind.SELECT,
        Bilingual("Tệp kèm theo là giấy tờ này", "The enclosed file that it is"),
        choices=tuple(Choice(file.id, file.text) for file in files),
    )
    note = Field(f"{paper.value}.note", Kind.TEXT, Bilingual("Ghi chú", "Note"), limit=LINE)
    return (state, attachment, note) if files else (state, note)
