"""Whatever stands in any field of the papers that are signed: correct print, or an error."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import pytest
from pypdf import PdfReader

from documents.certificate import TextTooLong, render_certificate
from documents.decision import render_decision
from documents.typography import LEFT_MARGIN, PAGE, RIGHT_MARGIN, UnprintableText, width_of
from documents.unit_statement import render_unit_statement
from tests.documents import test_certificate as certificates
from tests.documents import test_decision_paper as decisions
from tests.documents import test_statement as statements

MARKUP = '<img src="file:///etc/hostname"/><b>Mẫu</b> & co'
UNPRINTABLE = (
    "漢",  # no glyph
    "\U0001f600",
    "\u202e",  # turns the direction
    "ש",  # written from right to left
    "\u0007",
)

SHRUNK = 4
"""Points by which the spaces of a justified line may be narrower than measured."""


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its sample, and how it is made."""

    sample: Any
    render: Callable[[Any], bytes]


KINDS = {
    "decision": Kind(
        replace(decisions.PAPER, bonus="Tiền thưởng kèm theo là 760.000 đồng."), render_decision
    ),
    "statement": Kind(statements.ISSUED, render_unit_statement),
    "certificate": Kind(
        replace(certificates.PAPER, recipient_detail="Giáo viên"), render_certificate
    ),
}


def changed(value: Any, words: str) -> Iterator[tuple[str, Any]]:
    """Return the name of each text in ``value``, and ``value`` with ``words`` in its place."""
    if isinstance(value, str) and value:
        yield "", words
    elif isinstance(value, tuple):
        for place, one in enumerate(value):
            for name, other in changed(one, words):
                yield f"[{place}]{name}", (*value[:place], other, *value[place + 1 :])
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name != "layout":
                for name, other in changed(getattr(value, field.name), words):
                    yield f".{field.name}{name}", replace(value, **{field.name: other})


def drawn_of(content: bytes) -> tuple[str, list[tuple[float, float]]]:
    """Return the letters of a file without spaces, and from where to where each run goes."""
    runs: list[tuple[float, float]] = []

    def note(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip():
            faces = certificates.FACES.items()
            face = next(name for name, file in faces if file in font["/BaseFont"])
            x = cm[4] + tm[4]
            runs.append((x, x + width_of(text.strip(), face, size)))

    pages = PdfReader(io.BytesIO(content)).pages
    assert not any(page.images for page in pages)
    text = "".join(page.extract_text(visitor_text=note) for page in pages)
    return "".join(text.split()), runs


ALL = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@ALL
@pytest.mark.parametrize("letter", UNPRINTABLE, ids=ascii)
def test_a_letter_that_cannot_be_printed_is_refused_in_every_field(kind, letter):
    papers = list(changed(kind.sample, f"Mẫu {letter}"))
    assert len(papers) >= 8
    for _, paper in papers:
        with pytest.raises(UnprintableText, match=f"U\\+{ord(letter):04X}"):
            kind.render(paper)


@ALL
def test_markup_is_text_in_every_field_and_opens_no_file(kind):
    expected = "".join(MARKUP.split())
    for name, paper in changed(kind.sample, MARKUP):
        drawn, _ = drawn_of(kind.render(paper))
        assert expected.lower() in drawn.lower(), name


@ALL
@pytest.mark.parametrize("words", [("Ví Dụ " * 50).strip(), "Đ" * 300], ids=["words", "one"])
def test_300_letters_stay_within_the_page_in_every_field_or_are_refused(kind, words):
    expected = "".join(words.split()).lower()
    refused = 0
    for name, paper in changed(kind.sample, words):
        try:
            content = kind.render(paper)
        except TextTooLong:
            refused += 1
            continue
        drawn, runs = drawn_of(content)
        assert drawn.lower().count(expected[:4]) >= len(expected) // 4 - 20, name
        if kind is not KINDS["certificate"]:
            assert min(x for x, _ in runs) >= LEFT_MARGIN - 0.5, name
            assert max(x for _, x in runs) <= PAGE[0] - RIGHT_MARGIN + SHRUNK, name
    assert not refused or kind is KINDS["certificate"]
