"""The statement (tờ trình) with which a unit or a committee nominates, and its list.

Law on Emulation and Commendation 06/2022/QH15, Art. 84(2)(a); Decree 30/2020/NĐ-CP, App. III,
model 1.4. Number, day and month are left open until they are given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.achievement_report import ReportHead
from documents.letterhead import ROOM
from documents.typography import BODY_SIZE, PLAIN, markup, register_fonts, width_of

SYMBOL = f"{ROOM}/TTr-……"
"""Room for the number, the abbreviation of the kind (App. III), room for that of the unit."""


@dataclass(frozen=True)
class ListedNominee:
    """One row of the list."""

    name: str
    detail: str
    """Title and unit of an individual; the managing body of a collective."""
    award: str
    summary: str
    """What the unit wrote of the achievement, in short."""


@dataclass(frozen=True)
class UnitStatement:
    """All that the statement says; every text as printed, in Vietnamese."""

    head: ReportHead
    unit: str
    """``Trường Trung học cơ sở Hoa Ban``, ``Ủy ban nhân dân phường Vạn Xuân``."""
    subject_line: str
    """``Về việc đề nghị tặng Giấy khen``."""
    addressee: str
    bases: tuple[str, ...]
    """Legal bases in order, without the final punctuation; only confirmed ones."""
    paragraphs: tuple[str, ...]
    """What is asked for, and why; the last without the final punctuation."""
    enclosures: tuple[str, ...]
    """What the dossier encloses, without the final punctuation."""
    title: str
    """Of the list: ``Đề nghị tặng Giấy khen``."""
    groups: tuple[tuple[str, tuple[ListedNominee, ...]], ...]
    """``Tập thể``, ``Cá nhân``, each with its rows; none is empty."""
    signer_title: str
    """Lines of capacity and title."""
    signer_name: str
    """Empty: room for a hand."""
    recipients: tuple[str, ...]
    number: str = SYMBOL
    """Number and symbol: ``12/TTr-UBND``, or with :data:`ROOM` for the number."""
    signed_on: date | None = None
    """None: dated by hand, in the year of the head."""
    also_to: tuple[str, ...] = ()
    """Other addressees: who takes the dossier in for the first."""

    @property
    def dated(self) -> str:
        """The date as the head and the list print it."""
        if self.signed_on is None:
            return letterhead.open_date(self.head.year)
        return letterhead.written_date(self.signed_on)


def render_unit_statement(paper: UnitStatement) -> bytes:
    """Return the statement as PDF: the statement, then its list on pages of its own.

    The same paper gives the same bytes.

    :raises ValueError: nobody is nominated.
    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    if not paper.groups or not all(rows for _, rows in paper.groups):
        raise ValueError("a statement nominates at least one subject, and has no empty group")
    register_fonts()
    story = [*_statement(paper), NextPageTemplate("list"), PageBreak(), *_list(paper)]
    return sheets.write(
        story,
        [
            PageTemplate("statement", [sheets.frame()], onPage=_number_page),
            PageTemplate("list", [sheets.frame()], onPage=_number_list),
        ],
        title=f"Tờ trình {paper.subject_line}",
        author=paper.unit,
    )


_TO = "Kính gửi:"
_ADDRESSEE = letterhead.style(PLAIN, BODY_SIZE, TA_CENTER)
"""``Kính gửi``: upright, one addressee in the same line (Part II, item 9a)."""
_TO_INDENT = 22 * mm
_DASH = "- "


def _addressed(addressees: Sequence[str]) -> list[Any]:
    """Return to whom it goes: several stand in lines of their own, dashes under the colon."""
    if len(addressees) == 1:
        return [Paragraph(markup(f"{_TO} {addressees[0]}"), _ADDRESSEE)]
    colon = _TO_INDENT + width_of(_TO[:-1], PLAIN, BODY_SIZE)
    dash = width_of(_DASH, PLAIN, BODY_SIZE)
    opened = letterhead.style(PLAIN, BODY_SIZE, leftIndent=_TO_INDENT)
    listed = letterhead.style(PLAIN, BODY_SIZE, leftIndent=colon + dash, firstLineIndent=-dash)
    ends = [";"] * (len(addressees) - 1) + ["."]
    return [
        Paragraph(_TO, opened),
        *(
            Paragraph(markup(f"{_DASH}{one}{end}"), listed)
            for one, end in zip(addressees, ends, strict=True)
        ),
    ]


def _statement(paper: UnitStatement) -> list[Any]:
    """Return the statement; a signature never stands on a page without text of its own."""
    *paragraphs, last = paper.paragraphs
    foot = letterhead.signature(paper.signer_title, paper.signer_name, paper.recipients)
    return [
        letterhead.head(
            paper.head.superior,
            paper.head.body,
            paper.number,
            paper.head.place,
            dated=paper.dated,
        ),
        Spacer(0, 5 * mm),
        *parts.named("TỜ TRÌNH", paper.subject_line),
        *_addressed((paper.addressee, *paper.also_to)),
        Spacer(0, 3 * mm),
        *(Paragraph(markup(f"{basis};"), letterhead.BASIS) for basis in paper.bases[:-1]),
        *(Paragraph(markup(f"{basis}."), letterhead.BASIS) for basis in paper.bases[-1:]),
        *(parts.text(words) for words in paragraphs),
        *_enclosed(paper.enclosures),
        KeepTogether([parts.text(f"{last}./."), Spacer(0, 8 * mm), foot]),
    ]


def _enclosed(enclosures: Sequence[str]) -> list[Any]:
    """Return the list of what is enclosed; nothing where nothing is."""
    if not enclosures:
        return []
    ends = [";"] * (len(enclosures) - 1) + ["."]
    return [
        parts.text("Hồ sơ kèm theo gồm:"),
        *(
            parts.text(f"{number}. {one}{end}")
            for number, (one, end) in enumerate(zip(enclosures, ends, strict=True), start=1)
        ),
    ]


_TITLES = ("TT", "Cá nhân, tập thể", "Hình thức đề nghị", "Tóm tắt thành tích")
_WIDTHS = (10, 52, 36, 62)
_LIST_RULE = 45 * mm
_NUMERALS = ("I", "II", "III", "IV")


def _list(paper: UnitStatement) -> list[Any]:
    reference = f"(Kèm theo Tờ trình số {paper.number} {paper.dated} của {paper.unit})"
    story: list[Any] = [
        Paragraph("DANH SÁCH", letterhead.CENTRED_BOLD),
        Paragraph(markup(paper.title), letterhead.CENTRED_BOLD),
        Paragraph(markup(reference), letterhead.CENTRED_ITALIC),
        letterhead.rule(_LIST_RULE),
        Spacer(0, 4 * mm),
    ]
    for numeral, (name, rows) in zip(_NUMERALS, paper.groups, strict=False):
        cells = [_row(number, row) for number, row in enumerate(rows, start=1)]
        story += [
            parts.titled(f"{numeral}. {name}"),
            Spacer(0, 2 * mm),
            parts.grid(_TITLES, cells, _WIDTHS),
        ]
    return story


def _row(number: int, row: ListedNominee) -> list[Any]:
    return [
        str(number),
        parts.named_cell(row.name, row.detail),
        parts.centred_cell(row.award),
        parts.cell(row.summary),
    ]


def _number_page(canvas: Canvas, document: BaseDocTemplate) -> None:
    sheets.draw_page_number(canvas, document.page)
    document.statement_pages = document.page


def _number_list(canvas: Canvas, document: BaseDocTemplate) -> None:
    """The list is an appendix: it counts its own pages (Part III, item 1)."""
    sheets.draw_page_number(canvas, document.page - document.statement_pages)
