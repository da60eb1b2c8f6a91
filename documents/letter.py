"""The letter of an office (công văn): no name of its type, its subject below its number.

Decree 30/2020/NĐ-CP, App. III, model 1.5.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, Spacer

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.typography import BODY_SIZE, PLAIN, markup, register_fonts


@dataclass(frozen=True)
class OfficeLetter:
    """All that a letter says; every text as printed, in Vietnamese."""

    superior: str
    """The body above the issuing one, or empty."""
    body: tuple[str, ...]
    """Lines of the name of the issuing body."""
    number: str
    """Number and symbol: ``12/UBND-VHXH``."""
    place: str
    signed_on: date
    about: str
    """After ``V/v``: ``đính chính Quyết định số 309/QĐ-UBND``."""
    addressee: str
    """After ``Kính gửi``."""
    paragraphs: tuple[str, ...]
    """Never empty; the last without the final punctuation."""
    signer_title: str
    """Lines of capacity and title."""
    signer_name: str
    """Empty: room for a hand."""
    recipients: tuple[str, ...]


_ADDRESSEE = letterhead.style(PLAIN, BODY_SIZE, TA_CENTER)
"""``Kính gửi``: upright, one addressee in the same line (Part II, item 9a)."""


def render_letter(paper: OfficeLetter) -> bytes:
    """Return the letter as PDF; the same letter gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    return sheets.write(
        _story(paper),
        parts.pages(is_draft=False),
        title=f"Công văn {paper.number} V/v {paper.about}",
        author=" ".join(paper.body),
    )


def _story(paper: OfficeLetter) -> list[Any]:
    """Return the letter; a signature never stands on a page without text of its own."""
    *paragraphs, last = paper.paragraphs
    foot = letterhead.signature(paper.signer_title, paper.signer_name, paper.recipients)
    return [
        letterhead.head(paper.superior, paper.body, paper.number, paper.place, paper.signed_on),
        letterhead.subject_below(f"V/v {paper.about}"),
        Spacer(0, 6 * mm),
        Paragraph(markup(f"Kính gửi: {paper.addressee}"), _ADDRESSEE),
        Spacer(0, 3 * mm),
        *(parts.text(words) for words in paragraphs),
        KeepTogether([parts.text(f"{last}./."), Spacer(0, 8 * mm), foot]),
    ]
