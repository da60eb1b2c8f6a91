"""Notices to a unit about its nomination, and the receipt of a dossier.

Decree 30/2020/NĐ-CP, App. III, model 1.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, Spacer

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.achievement_report import ReportHead
from documents.typography import BODY_SIZE, PLAIN, markup, register_fonts


@dataclass(frozen=True)
class Notice:
    """All that a notice says; every text as printed, in Vietnamese."""

    head: ReportHead
    name: str
    """``THÔNG BÁO``, ``GIẤY TIẾP NHẬN HỒ SƠ``."""
    subject_line: str
    number: str
    """Number and symbol, or with room for the number; empty: a paper without one."""
    signed_on: date | None
    """None: dated by hand, in the year of the head."""
    addressee: str
    """After ``Kính gửi``; empty: nobody is addressed."""
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    """Labels and what they tell, after the paragraphs."""
    items: tuple[str, ...]
    """A numbered list, without the final punctuation."""
    closing: tuple[str, ...]
    """After the list; the last without the final punctuation. Never empty."""
    signer_title: str
    """Lines of capacity and title."""
    signer_name: str
    """Empty: room for a hand."""
    recipients: tuple[str, ...]


_ADDRESSEE = letterhead.style(PLAIN, BODY_SIZE, TA_CENTER)
"""``Kính gửi``: upright, one addressee in the same line (Part II, item 9a)."""


def render_notice(paper: Notice) -> bytes:
    """Return the notice as PDF; the same paper gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    return sheets.write(
        _story(paper),
        parts.pages(is_draft=False),
        title=f"{paper.name.capitalize()} {paper.subject_line}",
        author=" ".join(paper.head.body),
    )


def _story(paper: Notice) -> list[Any]:
    """Return the notice; a signature never stands on a page without text of its own."""
    *closing, last = paper.closing
    head = paper.head
    dated = letterhead.open_date(head.year)
    if paper.signed_on is not None:
        dated = letterhead.written_date(paper.signed_on)
    foot = letterhead.signature(paper.signer_title, paper.signer_name, paper.recipients)
    return [
        letterhead.head(head.superior, head.body, paper.number, head.place, dated=dated),
        Spacer(0, 5 * mm),
        *parts.named(paper.name, paper.subject_line),
        *_addressed(paper.addressee),
        *(parts.text(words) for words in paper.paragraphs),
        *(parts.told(label, words) for label, words in paper.facts),
        *_numbered(paper.items),
        *(parts.text(words) for words in closing),
        KeepTogether([parts.text(f"{last}./."), Spacer(0, 8 * mm), foot]),
    ]


def _addressed(addressee: str) -> list[Any]:
    if not addressee:
        return []
    return [Paragraph(markup(f"Kính gửi: {addressee}"), _ADDRESSEE), Spacer(0, 3 * mm)]


def _numbered(items: Sequence[str]) -> list[Any]:
    """Return lines that end with a semicolon each, the last with a full stop."""
    ends = [";"] * (len(items) - 1) + ["."]
    return [
        parts.text(f"{number}. {one}{end}")
        for number, (one, end) in enumerate(zip(items, ends, strict=bool(items)), start=1)
    ]
