"""An extract of the register of awards: one row for each entry, on A4 across."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.pagesizes import landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, KeepTogether, PageTemplate, Paragraph, Spacer

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.letterhead import Signature
from documents.typography import (
    LEFT_MARGIN,
    PAGE,
    RIGHT_MARGIN,
    markup,
    register_fonts,
)

ACROSS = landscape(PAGE)
"""297 × 210 mm: wide tables may stand across (Decree 30/2020/NĐ-CP, App. I, Part I, 2)."""

TEXT_WIDTH = ACROSS[0] - LEFT_MARGIN - RIGHT_MARGIN
"""Points between the left and the right margin: 247 mm."""


@dataclass(frozen=True)
class ExtractedAward:
    """One row; a text that nobody knows is empty."""

    year: str
    number: str
    """Of the decision, with its symbol."""
    day: str
    name: str
    award: str
    note: str
    """Under the award: that it was annulled, that the row is an act about one."""
    content: str


@dataclass(frozen=True)
class RegisterExtract:
    """All that the extract says; every text as printed, in Vietnamese."""

    body: tuple[str, ...]
    """Lines of the name of the office that keeps the register."""
    place: str
    made_on: date
    scope: tuple[str, ...]
    """What the extract was narrowed to, a sentence each; empty: nothing was left out."""
    rows: tuple[ExtractedAward, ...]
    """May be empty."""
    made_by: str


def render_register_extract(paper: RegisterExtract) -> bytes:
    """Return the extract as PDF; the same extract gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    return sheets.write(
        _story(paper),
        [PageTemplate("across", [sheets.frame(ACROSS)], onPage=_on_page, pagesize=ACROSS)],
        title=_NAME.capitalize(),
        author=" ".join(paper.body),
    )


_NAME = "TRÍCH SỔ KHEN THƯỞNG"
_RULE = 45 * mm
_TITLES = (
    "Năm",
    "TT",
    "Số quyết định",
    "Ngày",
    "Họ tên, tên tập thể",
    "Hình thức",
    "Nội dung",
    "Ký nhận",
)
_WIDTHS = (13, 12, 32, 24, 52, 42, 49, 23)


def _story(paper: RegisterExtract) -> list[Any]:
    foot = letterhead.two_signatures(
        Signature("NGƯỜI TRÍCH SỔ", paper.made_by),
        Signature("XÁC NHẬN CỦA CƠ QUAN\nQUẢN LÝ SỔ", ""),
        (),
        width=TEXT_WIDTH,
    )
    count = f"Tổng số: {len(paper.rows):02d} mục." if paper.rows else "Không có mục nào."
    return [
        letterhead.head("", paper.body, "", paper.place, paper.made_on, width=TEXT_WIDTH),
        Spacer(0, 4 * mm),
        Paragraph(_NAME, letterhead.CENTRED_BOLD),
        letterhead.rule(_RULE),
        *(Paragraph(markup(line), letterhead.CENTRED_ITALIC) for line in paper.scope),
        Spacer(0, 3 * mm),
        *_table(paper),
        KeepTogether([parts.text(count), Spacer(0, 5 * mm), foot]),
    ]


def _table(paper: RegisterExtract) -> list[Any]:
    rows = [
        [
            row.year,
            str(number),
            parts.centred_cell(row.number),
            row.day,
            parts.named_cell(row.name),
            parts.cell(f"{row.award} ({row.note})" if row.note else row.award),
            parts.cell(row.content),
            "",
        ]
        for number, row in enumerate(paper.rows, start=1)
    ]
    return [parts.grid(_TITLES, rows, _WIDTHS)] if rows else []


def _on_page(canvas: Canvas, document: BaseDocTemplate) -> None:
    sheets.draw_page_number(canvas, document.page, ACROSS)
