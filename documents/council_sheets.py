"""What the papers of a council's session have in common: head, people, tables, foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, PageTemplate, Paragraph, Spacer, Table

from documents import letterhead, sheets
from documents.tagging import DECORATION, TaggedCanvas
from documents.typography import (
    BODY_SIZE,
    BOLD,
    FIRST_LINE_INDENT,
    ITALIC,
    PAGE,
    PARAGRAPH_GAP,
    PLAIN,
    RIGHT_MARGIN,
    TOP_MARGIN,
    markup,
)

TABLE_SIZE = 12
"""Points in a table: the decree fixes none, and the body is no smaller than 13."""
SMALL_SIZE = 11
"""Points of the line under a name, in a table."""

DRAFT = "Bản dự thảo, chưa ký"
"""In the top margin of every page of a paper that may still change."""


@dataclass(frozen=True)
class CouncilHead:
    """Who issues the paper, and the room for its number."""

    superior: str
    """``Ủy ban nhân dân phường Vạn Xuân``; printed in its abbreviation."""
    body: tuple[str, ...]
    """``("Hội đồng", "Thi đua - Khen thưởng")``: lines."""
    number: str
    """Number and symbol, with room for a number that is not given yet."""


@dataclass(frozen=True)
class Attendee:
    """A member of the council, as the minutes name them."""

    name: str
    """``Ông Nguyễn Văn Ví Dụ``."""
    title: str
    """What the member is outside the council; may be empty."""
    office: str
    """``Ủy viên Hội đồng``."""
    note: str = ""
    """Who came instead, or why nobody did."""

    @property
    def line(self) -> str:
        """All of it, with commas, and the note after a colon."""
        named = ", ".join(part for part in (self.name, self.title, self.office) if part)
        return f"{named}: {self.note}" if self.note else named


_CELL = letterhead.style(PLAIN, TABLE_SIZE, TA_LEFT)
_CENTRED_CELL = letterhead.style(PLAIN, TABLE_SIZE, TA_CENTER)
_HEAD_CELL = letterhead.style(BOLD, SMALL_SIZE, TA_CENTER)
_SECTION = letterhead.style(
    BOLD,
    BODY_SIZE,
    TA_LEFT,
    firstLineIndent=FIRST_LINE_INDENT,
    spaceBefore=PARAGRAPH_GAP,
    keepWithNext=1,
)


def opening(head: CouncilHead, name: str, subject: str) -> list[Any]:
    """Return head, name and subject of a paper that has no date of its own."""
    return [
        letterhead.head(head.superior, head.body, head.number),
        Spacer(0, 5 * mm),
        *named(name, subject),
    ]


def named(name: str, subject: str) -> list[Any]:
    """Return the name of a paper and its subject, with the rule under it (Part II, 5b)."""
    return [
        Paragraph(name, letterhead.CENTRED_BOLD),
        Paragraph(markup(subject), letterhead.CENTRED_BOLD),
        letterhead.rule_under(subject, BOLD, BODY_SIZE, sheets.TEXT_WIDTH),
        Spacer(0, 3 * mm),
    ]


def text(words: str) -> Paragraph:
    """Return a paragraph of the body."""
    return Paragraph(markup(words), letterhead.BODY)


def told(label: str, words: str) -> Paragraph:
    """Return a paragraph that begins with what it tells, in bold: ``Địa điểm: …``."""
    return Paragraph(f"<b>{markup(label)}:</b> {markup(words)}", letterhead.BODY)


def section(title: str, paragraphs: Sequence[str]) -> list[Any]:
    """Return a titled part of the body; nothing where it would be empty."""
    if not paragraphs:
        return []
    return [titled(title), *(text(words) for words in paragraphs)]


def titled(title: str) -> Paragraph:
    """Return the title of a part, which never stands last on a page."""
    return Paragraph(markup(title), _SECTION)


def people(attendees: Sequence[Attendee]) -> list[Paragraph]:
    """Return numbered lines: each ends with a semicolon, the last with a full stop."""
    last = len(attendees)
    return [
        text(f"{number}. {one.line}{'.' if number == last else ';'}")
        for number, one in enumerate(attendees, start=1)
    ]


def named_cell(name: str, *below: str) -> Paragraph:
    """Return a cell with a name and what is said of it under it, in smaller print."""
    lines = "".join(
        f'<br/><font name="{PLAIN}" size="{SMALL_SIZE}">{markup(line)}</font>'
        for line in below
        if line
    )
    return Paragraph(f"<b>{markup(name)}</b>{lines}", _CELL)


def cell(words: str) -> Paragraph:
    """Return a cell whose words begin at its left."""
    return Paragraph(markup(words), _CELL)


def centred_cell(words: str) -> Paragraph:
    """Return a cell whose words break in the middle of their column."""
    return Paragraph(markup(words), _CENTRED_CELL)


def linked_cell(words: str, link: str) -> Paragraph:
    """Return a centred cell that leads to the address ``link``, if there is one.

    :raises ValueError: ``link`` is no address of the web.
    """
    if not link:
        return centred_cell(words)
    if not link.startswith(("https://", "http://")):
        raise ValueError(f"not an address of the web: {link!r}")
    return Paragraph(f"<a href={quoteattr(link)}>{markup(words)}</a>", _CENTRED_CELL)


class _Rows(Table):  # type: ignore[misc]  # ReportLab has no types
    """A table that splits a row only where one takes more than half a page."""

    def split(self, availWidth: float, availHeight: float) -> list[Any]:  # noqa: N803
        self._calc(availWidth, availHeight)
        self.splitInRow = int(sum(self._rowHeights[:2]) > PAGE[1] / 2)
        if self.splitInRow:
            for style in self._cellStyles[1]:
                style.valign = "TOP"  # else ReportLab pads each part by half of the whole row
        parted: list[Any] = super().split(availWidth, availHeight)
        return parted


def grid(
    titles: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[float]
) -> Table:
    """Return a table that repeats its titles on every page.

    :param rows: cells: ``Paragraph`` for what people typed; numbers and our own words as
        plain strings, which are set centred.
    :param widths: of the columns, in mm; 160 together.
    """
    head = [Paragraph(markup(title), _HEAD_CELL) for title in titles]
    body = [[centred_cell(one) if _has_lines(one) else one for one in row] for row in rows]
    table = _Rows([head, *body], colWidths=[width * mm for width in widths], repeatRows=1)
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), PLAIN, TABLE_SIZE, TABLE_SIZE * 1.2),
            ("GRID", (0, 0), (-1, -1), 0.5, "black"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("ALIGN", (0, 0), (-1, -1), "CENTER"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return table


def _has_lines(cell: Any) -> bool:
    """Whether a cell is a text of several lines: drawn as such, they would run together."""
    return isinstance(cell, str) and "\n" in cell


def pages(*, is_draft: bool) -> list[PageTemplate]:
    """Return the template of numbered pages, each marked if the paper is a draft."""

    def draw(canvas: TaggedCanvas, document: BaseDocTemplate) -> None:
        sheets.draw_page_number(canvas, document.page)
        if is_draft:
            canvas.setFont(ITALIC, SMALL_SIZE)
            width, height = PAGE
            said = DECORATION if document.page > 1 else canvas.root.add("P", is_first=True)
            with canvas.marked(said):
                canvas.drawRightString(width - RIGHT_MARGIN, height - TOP_MARGIN * 0.6, DRAFT)

    return [PageTemplate("pages", [sheets.frame()], onPage=draw)]
