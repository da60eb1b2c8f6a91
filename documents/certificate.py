"""The certificate of merit (Giấy khen), A4 landscape, in a frame drawn by us.

The places of the elements follow a ward's certificate of 2026: centres as fractions of
the frame, from its top left corner. No state emblem is drawn.
"""

import io
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from documents.letterhead import MOTTO, NATION, written_date
from documents.ornament import BLACK, RED, draw_frame
from documents.typography import (
    BOLD,
    BOLD_ITALIC,
    ITALIC,
    PLAIN,
    fit,
    printable,
    register_fonts,
    width_of,
)

PAGE = landscape(A4)
"""297 × 210 mm: the usual stock of a ward's certificate."""

FRAME_WIDTH = 273 * mm
FRAME_HEIGHT = FRAME_WIDTH / 1.585
"""The frame in the middle of the page; 1.585 is the ratio of the specimen."""

SMALLEST_NAME = 14
"""Points below which a long name is not shrunk; it takes more lines instead."""

SMALLEST = 7
"""Points of the smallest print, where texts of the greatest length must share the room."""

LEADING = 1.25
"""Distance of two baselines, as a multiple of the size."""

TEXT_WIDTH = FRAME_WIDTH * 0.76
"""Widest line inside the inner border."""

SIGNER_WIDTH = FRAME_WIDTH * 0.36
"""Widest line above and under the signature."""

REGISTER_WIDTH = FRAME_WIDTH * 0.24
"""Widest line of the entry in the register."""


@dataclass(frozen=True)
class Certificate:
    """All that the certificate says; every text as printed, in Vietnamese."""

    authority: str
    """Who awards: ``Chủ tịch Ủy ban nhân dân phường Vạn Xuân``."""
    recipient: str
    """``Bà Nguyễn Thị Ví Dụ`` or the name of a collective; printed in capitals."""
    citation: str
    """``Đã có thành tích xuất sắc trong …``; one or two lines."""
    decision_number: str
    place: str
    signed_on: date
    """The date of the decision, which every certificate of it carries."""
    signer_title: str
    """Lines of capacity and title: ``CHỦ TỊCH``, or ``KT. CHỦ TỊCH``, ``PHÓ CHỦ TỊCH``."""
    signer_name: str
    recipient_detail: str = ""
    """Title and unit of an individual, under the name; empty for a collective."""


@dataclass(frozen=True)
class Place:
    """Where the centre of an element stands, as fractions of the frame."""

    x: float
    y: float


@dataclass(frozen=True)
class Block:
    """Lines of one font and size, with the place of their middle."""

    lines: list[str]
    font: str
    size: float
    at: Place

    @property
    def height(self) -> float:
        """Height as a fraction of the frame."""
        return float(len(self.lines) * self.size * LEADING / FRAME_HEIGHT)

    @property
    def edges(self) -> tuple[float, float]:
        """Top and bottom as fractions of the frame."""
        return self.at.y - self.height / 2, self.at.y + self.height / 2


NATION_AT = Place(0.50, 0.16)
MOTTO_AT = Place(0.50, 0.20)
AUTHORITY_AT = Place(0.50, 0.26)
AWARDS_AT = Place(0.50, 0.31)
TITLE_AT = Place(0.50, 0.39)
RECIPIENT_AT = Place(0.50, 0.51)
CITATION_AT = Place(0.50, 0.60)
DETAIL_AT = Place(0.50, 0.553)
RECIPIENT_OVER_DETAIL_AT = Place(0.50, 0.50)
CITATION_UNDER_DETAIL_AT = Place(0.50, 0.607)
"""Where name and citation stand when title and unit stand between them."""
RECIPIENT_ROOM = (0.437, 0.658)
"""Top and bottom of the room for name, detail and citation."""
DATE_AT = Place(0.73, 0.68)
SIGNER_TITLE_AT = Place(0.73, 0.72)
SIGNER_NAME_AT = Place(0.73, 0.88)
REGISTER_AT = Place(0.19, 0.82)
NUMBER_AT = Place(0.19, 0.85)


def render_certificate(paper: Certificate) -> bytes:
    """Return the certificate as a PDF of one page; the same paper gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=PAGE, invariant=1, lang="vi", initialFontName=PLAIN)
    canvas.setTitle(printable(f"Giấy khen: {paper.recipient}"))
    canvas.setAuthor(printable(paper.authority))
    draw_frame(canvas, *_frame_origin(), FRAME_WIDTH, FRAME_HEIGHT)
    _draw_head(canvas, paper)
    _draw_recipient(canvas, paper)
    _draw_foot(canvas, paper)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw_head(canvas: Canvas, paper: Certificate) -> None:
    _draw(canvas, [NATION], BOLD, 12, NATION_AT)
    _draw(canvas, [MOTTO], BOLD, 12, MOTTO_AT, underlined=True)
    authority = paper.authority.upper()
    lines, size = fit(authority, BOLD, 19, 14, TEXT_WIDTH, 1)
    if len(lines) > 1:
        lines, size = fit(authority, BOLD, 13, SMALLEST, TEXT_WIDTH, 2)
    _draw(canvas, lines, BOLD, size, AUTHORITY_AT, colour=RED)
    _draw(canvas, ["TẶNG"], BOLD, 15, AWARDS_AT)
    _draw(canvas, ["GIẤY KHEN"], BOLD, 38, TITLE_AT, colour=RED)


def _draw_recipient(canvas: Canvas, paper: Certificate) -> None:
    """Draw name, detail and citation: each in its place, or one under another if long."""
    for share in (1.0, 0.85, 0.7, 0.6, 0.5):
        blocks = _recipient_blocks(paper, share)
        if _stand_apart(blocks):
            break
        blocks = _stacked(blocks)
        if _stand_apart(blocks):
            break
    for block in blocks:
        _draw(canvas, block.lines, block.font, block.size, block.at)


def _recipient_blocks(paper: Certificate, share: float) -> list[Block]:
    """Return name, detail and citation in their places, printed at ``share`` of the size."""

    def fitted(text: str, font: str, largest: float, smallest: float, at: Place) -> Block:
        smallest = max(SMALLEST, smallest * share)
        lines, size = fit(text, font, max(smallest, largest * share), smallest, TEXT_WIDTH, 2)
        return Block(lines, font, size, at)

    detail = paper.recipient_detail
    name_at, citation_at = RECIPIENT_AT, CITATION_AT
    if detail:
        name_at, citation_at = RECIPIENT_OVER_DETAIL_AT, CITATION_UNDER_DETAIL_AT
    blocks = [
        fitted(paper.recipient.upper(), BOLD, 24, SMALLEST_NAME, name_at),
        fitted(detail, PLAIN, 13, 11, DETAIL_AT),
        fitted(paper.citation, BOLD_ITALIC, 15, 11, citation_at),
    ]
    return [block for block in blocks if block.lines]


def _stand_apart(blocks: list[Block]) -> bool:
    """Whether the blocks lie in their room, none over the next."""
    top, bottom = RECIPIENT_ROOM
    edges = [top, *(edge for block in blocks for edge in block.edges), bottom]
    return all(above <= below + 0.001 for above, below in pairwise(edges))


def _stacked(blocks: list[Block]) -> list[Block]:
    """Return the blocks one under another, with equal gaps, in their room."""
    top, bottom = RECIPIENT_ROOM
    gap = (bottom - top - sum(block.height for block in blocks)) / (len(blocks) + 1)
    stacked = []
    edge = top
    for block in blocks:
        middle = edge + gap + block.height / 2
        stacked.append(replace(block, at=Place(block.at.x, middle)))
        edge = middle + block.height / 2
    return stacked


def _draw_foot(canvas: Canvas, paper: Certificate) -> None:
    dated = f"{paper.place}, {written_date(paper.signed_on)}"
    _draw_fitted(canvas, dated, ITALIC, 13, DATE_AT, SIGNER_WIDTH)
    title_at = SIGNER_TITLE_AT
    for line in paper.signer_title.upper().split("\n"):
        lines, size = fit(line, BOLD, 13, 9, SIGNER_WIDTH, 1)
        first = Block(lines[:1], BOLD, size, title_at)
        whole = Block(lines, BOLD, size, title_at)
        lower = (whole.height - first.height) / 2
        _draw(canvas, lines, BOLD, size, Place(title_at.x, title_at.y + lower))
        title_at = Place(title_at.x, title_at.y + whole.height)
    _draw_fitted(canvas, paper.signer_name, BOLD, 14, SIGNER_NAME_AT, SIGNER_WIDTH)
    _draw_fitted(canvas, "Vào sổ Quyết định", PLAIN, 11, REGISTER_AT, REGISTER_WIDTH)
    number = f"Số: {paper.decision_number}"
    _draw_fitted(canvas, number, PLAIN, 11, NUMBER_AT, REGISTER_WIDTH)


def _draw_fitted(
    canvas: Canvas, text: str, font: str, largest: float, at: Place, width: float
) -> None:
    lines, size = fit(text, font, largest, SMALLEST, width, 1)
    _draw(canvas, lines, font, size, at)


def _frame_origin() -> tuple[float, float]:
    """Return the lower left corner of the frame, in points from that of the page."""
    width, height = PAGE
    return (width - FRAME_WIDTH) / 2, (height - FRAME_HEIGHT) / 2


def _draw(
    canvas: Canvas,
    lines: list[str],
    font: str,
    size: float,
    at: Place,
    *,
    colour: HexColor = BLACK,
    underlined: bool = False,
) -> None:
    """Draw ``lines`` so that the middle of the block stands ``at`` its place."""
    left, bottom = _frame_origin()
    x = left + at.x * FRAME_WIDTH
    middle = bottom + (1 - at.y) * FRAME_HEIGHT
    leading = size * LEADING
    baseline = middle + leading * (len(lines) - 1) / 2 - size * 0.33
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    for number, line in enumerate(lines):
        canvas.drawCentredString(x, baseline - number * leading, line)
    if underlined:
        half = width_of(lines[-1], font, size) / 2
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(0.8)
        canvas.line(x - half, baseline - size * 0.3, x + half, baseline - size * 0.3)
