"""The certificate of merit (Giấy khen), A4 landscape, in a frame drawn by us.

The places of the elements follow a ward's certificate of 2026: centres as fractions of
the frame, from its top left corner. No state emblem is drawn.
"""

import io
from dataclasses import dataclass
from datetime import date

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

TEXT_WIDTH = FRAME_WIDTH * 0.76
"""Widest line inside the inner border."""


@dataclass(frozen=True)
class Certificate:
    """All that the certificate says; every text as printed, in Vietnamese."""

    authority: str
    """Who awards: ``Chủ tịch Ủy ban nhân dân phường Vạn Xuân``."""
    recipient: str
    citation: str
    """``Đã có thành tích xuất sắc trong …``; one or two lines."""
    decision_number: str
    place: str
    signed_on: date
    """The date of the decision, which every certificate of it carries."""
    signer_title: str
    signer_name: str


@dataclass(frozen=True)
class Place:
    """Where the centre of an element stands, as fractions of the frame."""

    x: float
    y: float


NATION_AT = Place(0.50, 0.16)
MOTTO_AT = Place(0.50, 0.20)
AUTHORITY_AT = Place(0.50, 0.26)
AWARDS_AT = Place(0.50, 0.31)
TITLE_AT = Place(0.50, 0.39)
RECIPIENT_AT = Place(0.50, 0.51)
CITATION_AT = Place(0.50, 0.60)
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
    lines, size = fit(paper.authority.upper(), BOLD, 19, 12, TEXT_WIDTH, 1)
    _draw(canvas, lines, BOLD, size, AUTHORITY_AT, colour=RED)
    _draw(canvas, ["TẶNG"], BOLD, 15, AWARDS_AT)
    _draw(canvas, ["GIẤY KHEN"], BOLD, 38, TITLE_AT, colour=RED)


def _draw_recipient(canvas: Canvas, paper: Certificate) -> None:
    lines, size = fit(paper.recipient.upper(), BOLD, 24, SMALLEST_NAME, TEXT_WIDTH, 2)
    _draw(canvas, lines, BOLD, size, RECIPIENT_AT)
    lines, size = fit(paper.citation, BOLD_ITALIC, 15, 11, TEXT_WIDTH, 2)
    _draw(canvas, lines, BOLD_ITALIC, size, CITATION_AT)


def _draw_foot(canvas: Canvas, paper: Certificate) -> None:
    dated = f"{printable(paper.place)}, {written_date(paper.signed_on)}"
    _draw(canvas, [dated], ITALIC, 13, DATE_AT)
    _draw(canvas, [printable(paper.signer_title.upper())], BOLD, 13, SIGNER_TITLE_AT)
    _draw(canvas, [printable(paper.signer_name)], BOLD, 14, SIGNER_NAME_AT)
    _draw(canvas, ["Vào sổ Quyết định"], PLAIN, 11, REGISTER_AT)
    _draw(canvas, [f"Số: {printable(paper.decision_number)}"], PLAIN, 11, NUMBER_AT)


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
    leading = size * 1.25
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
