"""The notice that asks the public about nominations: a list, and where opinions go.

Decree 30/2020/NĐ-CP, App. III, model 1.4. Law on Emulation and Commendation, Art. 84(5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.achievement_report import ReportHead
from documents.typography import register_fonts


@dataclass(frozen=True)
class AskedNominee:
    """One row of the list."""

    name: str
    unit: str
    """Which nominated; may be empty."""
    award: str


@dataclass(frozen=True)
class ConsultationNotice:
    """All that the notice says; every text as printed, in Vietnamese."""

    head: ReportHead
    number: str
    """Number and symbol, or with room for the number. Day and month are left open."""
    subject_line: str
    opening: str
    """Who asks, under which law; ends with a colon."""
    nominees: tuple[AskedNominee, ...]
    closing: str
    """Until when, how and to whom opinions are given."""
    signer_title: str
    """Lines of capacity and title; the name is written by hand."""
    recipients: tuple[str, ...]


NAME = "THÔNG BÁO"
CONTACT = "Địa chỉ, điện thoại, thư điện tử của cơ quan thường trực"
DOTS = "…" * 36
"""Room for what no record has: written by hand, about two lines with :data:`CONTACT`."""

TITLES = ("TT", "Cá nhân, tập thể", "Hình thức đề nghị")
WIDTHS = (12, 88, 60)


def render_consultation_notice(paper: ConsultationNotice) -> bytes:
    """Return the notice as PDF; the same paper gives the same bytes.

    :raises ValueError: it names nobody.
    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    if not paper.nominees:
        raise ValueError("a notice asks about at least one nominee")
    register_fonts()
    return sheets.write(
        _story(paper),
        parts.pages(is_draft=False),
        title=f"{NAME.capitalize()} {paper.subject_line}",
        author=" ".join(paper.head.body),
    )


def _story(paper: ConsultationNotice) -> list[Any]:
    """Return the notice; a signature never stands on a page without text of its own."""
    head = paper.head
    dated = letterhead.open_date(head.year)
    foot = letterhead.signature(paper.signer_title, "", paper.recipients)
    return [
        letterhead.head(head.superior, head.body, paper.number, head.place, dated=dated),
        Spacer(0, 5 * mm),
        *parts.named(NAME, paper.subject_line),
        parts.text(paper.opening),
        Spacer(0, 3 * mm),
        parts.grid(TITLES, _rows(paper.nominees), WIDTHS),
        parts.text(paper.closing),
        KeepTogether([parts.told(CONTACT, f"{DOTS}./."), Spacer(0, 8 * mm), foot]),
    ]


def _rows(nominees: Sequence[AskedNominee]) -> list[list[Any]]:
    return [
        [str(number), parts.named_cell(one.name, one.unit), parts.centred_cell(one.award)]
        for number, one in enumerate(nominees, start=1)
    ]
