"""The certificate of an award, landscape: in a frame drawn by us, or as text for stock.

Where each element stands is data: :mod:`documents.certificate_layouts`. No state emblem
is drawn.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise

from reportlab.lib.units import mm

from documents import calibration, tagging
from documents.certificate_layouts import (
    CHECK,
    CHECK_LINES,
    FRAME,
    UNIT_CERTIFICATE,
    Element,
    Layout,
    Sheet,
)
from documents.checkmark import CheckMark, draw_lines, draw_qr
from documents.letterhead import MOTTO, NATION, written_date
from documents.ornament import BLACK, BROWN, GREEN, RED, draw_frame
from documents.tagging import DECORATION, TaggedCanvas
from documents.typography import (
    BOLD,
    PLAIN,
    SCRIPT,
    UnprintableText,
    fit,
    has_glyphs,
    printable,
    register_fonts,
    width_of,
    wrap,
)

LEADING = 1.25
"""Distance of two baselines, as a multiple of the size."""

SMALLEST = 7
"""Points of the smallest print, on the reference frame."""

SHARES = (1.0, 0.85, 0.7, 0.6, 0.5)
"""Steps by which name, detail and citation are shrunk together."""

BOOK_LINE = "Số sổ vàng: ……………"
"""Left open: whoever keeps the golden book writes the number by hand."""


class TextTooLong(UnprintableText):
    """A text does not fit its place, not even wrapped and at its smallest size."""


@dataclass(frozen=True)
class Certificate:
    """All that the certificate says; every text as printed, in Vietnamese."""

    authority: str
    """Who awards: ``Chủ tịch Ủy ban nhân dân phường Vạn Xuân``."""
    recipient: str
    """``Bà Nguyễn Thị Ví Dụ`` or the name of a collective."""
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
    layout: Layout = UNIT_CERTIFICATE
    award_class: str = ""
    """``HẠNG BA`` of an order; empty for what has no classes."""
    check: CheckMark | None = None
    """By which anybody may check it; none: a paper of before there were codes."""


@dataclass(frozen=True)
class Stock:
    """How a text is printed on stock that has its frame already."""

    sheet: Sheet
    across: float = 0
    """Moved to the right by so many mm; to the left if negative."""
    down: float = 0
    has_heading: bool = False
    """The stock has nation, authority and title printed on it, too."""


@dataclass(frozen=True)
class Block:
    """Lines of one font and size in points; ``x`` and ``y``: their middle, in mm."""

    lines: list[str]
    font: str
    size: float
    x: float
    y: float
    red: bool = False
    underlined: bool = False
    is_title: bool = False

    @property
    def is_entry(self) -> bool:
        """Whether it is of the entry at the lower left, which is read last."""
        return self.x < FRAME[0] / 3

    @property
    def height(self) -> float:
        """Height in mm."""
        return float(len(self.lines) * self.size * LEADING / mm)

    @property
    def edges(self) -> tuple[float, float]:
        """Top and bottom in mm."""
        return self.y - self.height / 2, self.y + self.height / 2


def render_certificate(paper: Certificate) -> bytes:
    """Return the certificate as a PDF of one page; the same paper gives the same bytes.

    :raises TextTooLong: a text does not fit its place.
    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    return render_certificates([paper])


def render_certificates(papers: Sequence[Certificate]) -> bytes:
    """Return certificates as one PDF, a page each, in their order; at least one.

    :raises TextTooLong: a text does not fit its place.
    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    file = io.BytesIO()
    canvas = _canvas_for(papers, papers[0].layout.sheet, file)
    for paper in papers:
        sheet = paper.layout.sheet
        canvas.setPageSize((sheet.width * mm, sheet.height * mm))
        _place_frame(canvas, paper.layout)
        _print(canvas, paper, Stock(sheet))
    canvas.save()
    return file.getvalue()


def render_texts_for_stock(papers: Sequence[Certificate], stock: Stock) -> bytes:
    """Return the texts alone, a page each, to print on stock with a frame; at least one.

    :raises TextTooLong: a text does not fit its place.
    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    file = io.BytesIO()
    canvas = _canvas_for(papers, stock.sheet, file)
    for paper in papers:
        _print(canvas, paper, stock)
    canvas.save()
    return file.getvalue()


def render_calibration(stock: Stock) -> bytes:
    """Return a page of rulers and crosses, one each 10 mm, moved as the text would be."""
    register_fonts()
    sheet = stock.sheet
    file = io.BytesIO()
    canvas = _canvas(file, sheet, "Trang căn chỉnh máy in")
    calibration.draw(canvas, sheet.width, sheet.height, stock.across, stock.down)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _canvas_for(papers: Sequence[Certificate], sheet: Sheet, file: io.BytesIO) -> TaggedCanvas:
    """Return a canvas named after its one recipient, or after the decision of many."""
    register_fonts()
    first = papers[0]
    name = first.recipient if len(papers) == 1 else f"Quyết định số {first.decision_number}"
    title = printable(f"{first.layout.title.capitalize()}: {name}")
    return _canvas(file, sheet, title, printable(first.authority))


def _print(canvas: TaggedCanvas, paper: Certificate, stock: Stock) -> None:
    """Draw the texts of a certificate as they are read, and end its page."""
    blocks = [
        *_fixed_blocks(paper, with_heading=not stock.has_heading),
        *_recipient_blocks(paper),
        *_signer_blocks(paper),
    ]
    section = canvas.root.add("Sect")
    for block in sorted(blocks, key=lambda block: (block.is_entry, block.y)):
        with canvas.marked(section.add("H1" if block.is_title else "P")):
            _draw(canvas, block, stock)
    if paper.check:
        _draw_check(canvas, paper.check, section, stock)
    canvas.showPage()


def _place_frame(canvas: TaggedCanvas, layout: Layout) -> None:
    """Put the frame on the page; the file has its thousands of strokes only once."""
    sheet = layout.sheet
    name = f"frame-{sheet.slug}-{'golden' if layout.golden else 'green'}"
    if not canvas.hasForm(name):
        canvas.beginForm(name, 0, 0, sheet.width * mm, sheet.height * mm)
        draw_frame(
            canvas,
            (sheet.width - sheet.frame_width) / 2 * mm,
            (sheet.height - sheet.frame_height) / 2 * mm,
            sheet.frame_width * mm,
            sheet.frame_height * mm,
            BROWN if layout.golden else GREEN,
        )
        canvas.endForm()
    with canvas.marked(DECORATION):
        canvas.doForm(name)


def _canvas(file: io.BytesIO, sheet: Sheet, title: str, author: str = "") -> TaggedCanvas:
    size = (sheet.width * mm, sheet.height * mm)
    canvas = TaggedCanvas(file, pagesize=size, invariant=1, lang="vi", initialFontName=PLAIN)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    return canvas


def _fixed_blocks(paper: Certificate, *, with_heading: bool) -> list[Block]:
    """Return what has a place of its own, at any length of the name."""
    dated = written_date(paper.signed_on)
    texts = {
        "nation": NATION,
        "motto": MOTTO,
        "authority": paper.authority,
        "awards": "TẶNG",
        "title": paper.layout.title,
        "class": paper.award_class,
        "date": f"{paper.place}, {dated}",
        "signer_name": paper.signer_name,
        "register": "Vào sổ Quyết định",
        "number": f"Số: {paper.decision_number}",
        "decision": f"Quyết định số: {paper.decision_number}\n{dated}",
        "book": BOOK_LINE,
    }
    blocks = []
    for name, text in texts.items():
        element = paper.layout.elements.get(name)
        if element and text and (with_heading or not element.is_heading):
            blocks.append(replace(_block(text, element), is_title=name == "title"))
    return blocks


def _signer_blocks(paper: Certificate) -> list[Block]:
    """Return the lines of the capacity: the first at its place, the others below it."""
    element = paper.layout.elements["signer_title"]
    blocks: list[Block] = []
    for line in paper.signer_title.split("\n"):
        block = _block(line, element)
        first = replace(block, lines=block.lines[:1])
        top = blocks[-1].edges[1] if blocks else first.edges[0]
        blocks.append(replace(block, y=top + block.height / 2))
    limit = paper.layout.elements["signer_name"].y - SIGNATURE_ROOM
    if blocks[-1].edges[1] > limit:
        raise TextTooLong(f"no room for a signature under “{paper.signer_title}”")
    return blocks


SIGNATURE_ROOM = 12.0
"""Millimetres kept above the name of who signs, whatever the length of the title."""


def _recipient_blocks(paper: Certificate) -> list[Block]:
    """Return name, detail and citation: each in its place, or stacked in their room."""
    for share in SHARES:
        last = share == SHARES[-1]
        try:
            blocks = _shrunk(paper, share)
        except TextTooLong:
            if last:
                raise
            continue
        for placed in (blocks, _stacked(blocks, paper.layout.room)):
            if _stand_apart(placed, paper.layout.room):
                return placed
    raise TextTooLong(f"“{paper.recipient}” and its citation do not fit the certificate")


def _shrunk(paper: Certificate, share: float) -> list[Block]:
    """Return name, detail and citation in their places, at ``share`` of their size."""
    texts = {
        "recipient": paper.recipient,
        "detail": paper.recipient_detail,
        "citation": paper.citation,
    }
    blocks = []
    for name, text in texts.items():
        if text:
            element = paper.layout.elements[name]
            if name == "recipient":
                element = _for_name(element, text)
            largest = max(element.smallest, element.largest * share)
            blocks.append(_block(text, replace(element, largest=largest)))
    if paper.recipient_detail:
        blocks[0] = replace(blocks[0], y=blocks[0].y - RAISED)
        blocks[-1] = replace(blocks[-1], y=blocks[-1].y + LOWERED)
    return blocks


RAISED = 2.4
LOWERED = 2.0
"""Millimetres that name and citation give way where a detail stands between them."""


def _for_name(element: Element, name: str) -> Element:
    """Return ``element``, in bold print where a script cannot show ``name``.

    It has few characters, its capitals side by side cannot be read, and it is wide.
    """
    if element.font != SCRIPT:
        return element
    in_capitals = any(len(word) > 1 and word.isupper() for word in name.split())
    if has_glyphs(name, SCRIPT) and not in_capitals:
        lines = wrap(name, SCRIPT, element.smallest, element.width * mm)
        if len(lines) <= element.lines:
            return element
    return replace(element, font=BOLD, largest=24, smallest=SMALLEST, lines=4)


@lru_cache(512)
def _block(text: str, element: Element) -> Block:
    """Return ``text`` in its place, wrapped, then shrunk as far as it may be.

    The certificates of a decision share most of their texts: each is measured once.

    :raises TextTooLong: it does not fit at the smallest size.
    """
    text = text.upper() if element.capitals else text
    parts = [part for part in text.split("\n") if part.strip()]
    width = element.width * mm
    size, most = element.largest, element.lines // max(1, len(parts))
    for lines_each in range(1, most + 1):
        floor = element.smallest
        if lines_each < most:  # a second line reads better than print much smaller
            floor = max(floor, element.largest * WRAPPED_BELOW)
        fitted = [
            fit(part, element.font, element.largest, floor, width, lines_each) for part in parts
        ]
        size = min((one for _, one in fitted), default=size)
        lines = [line for part, _ in fitted for line in part]
        if all(len(part) <= lines_each for part, _ in fitted) and all(
            width_of(line, element.font, size) <= width for line in lines
        ):
            looks = element.red, element.underlined
            return Block(lines, element.font, size, element.x, element.y, *looks)
    raise TextTooLong(f"“{text[:60]}” does not fit {element.lines} lines")


WRAPPED_BELOW = 0.85
"""Share of its size to which a text is shrunk before it takes another line."""


def _stand_apart(blocks: list[Block], room: tuple[float, float]) -> bool:
    """Whether the blocks lie in their room, none over the next."""
    top, bottom = room
    edges = [top, *(edge for block in blocks for edge in block.edges), bottom]
    return all(above <= below + 0.2 for above, below in pairwise(edges))


def _stacked(blocks: list[Block], room: tuple[float, float]) -> list[Block]:
    """Return the blocks one under another, with equal gaps, in their room."""
    top, bottom = room
    gap = (bottom - top - sum(block.height for block in blocks)) / (len(blocks) + 1)
    stacked = []
    edge = top
    for block in blocks:
        middle = edge + gap + block.height / 2
        stacked.append(replace(block, y=middle))
        edge = middle + block.height / 2
    return stacked


def _draw(canvas: TaggedCanvas, block: Block, stock: Stock) -> None:
    """Draw a block on the frame of its sheet, all sizes in proportion."""
    share = _share(stock.sheet)
    size = block.size * share
    x, middle = _point(stock, block.x, block.y)
    leading = size * LEADING
    baseline = middle + leading * (len(block.lines) - 1) / 2 - size * 0.33
    colour = RED if block.red else BLACK
    canvas.setFillColor(colour)
    canvas.setFont(block.font, size)
    for number, line in enumerate(block.lines):
        canvas.drawCentredString(x, baseline - number * leading, line)
        if number < len(block.lines) - 1:
            canvas.drawString(x, baseline - number * leading, " ")  # between two words
    if block.underlined:
        half = width_of(block.lines[-1], block.font, size) / 2
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(0.8)
        with canvas.marked(DECORATION):
            canvas.line(x - half, baseline - size * 0.3, x + half, baseline - size * 0.3)


def _draw_check(
    canvas: TaggedCanvas, mark: CheckMark, section: tagging.Element, stock: Stock
) -> None:
    """Draw by which mark anybody may check the certificate, on the frame of its sheet."""
    share = _share(stock.sheet)
    middle, top, side = CHECK
    first, size, width = CHECK_LINES
    x, y = _point(stock, middle, top)
    side *= mm * share
    draw_qr(canvas, mark, section, x - side / 2, y - side, side)
    x, y = _point(stock, middle, first)
    draw_lines(canvas, mark, section, x, y, size * share, width * mm * share, centred=True)


def _share(sheet: Sheet) -> float:
    """Return how much larger print is on a sheet than on the reference frame."""
    return min(sheet.frame_width / FRAME[0], sheet.frame_height / FRAME[1])


def _point(stock: Stock, x: float, y: float) -> tuple[float, float]:
    """Return a place of the reference frame in points of the page, from its lower left."""
    sheet = stock.sheet
    left = (sheet.width - sheet.frame_width) / 2 + stock.across
    top = (sheet.height - sheet.frame_height) / 2 + stock.down
    across = left + x * sheet.frame_width / FRAME[0]
    down = top + y * sheet.frame_height / FRAME[1]
    return across * mm, (sheet.height - down) * mm
