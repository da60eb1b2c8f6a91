"""The mark by which anybody may check a paper: a QR code, and the same code in letters.

ISO/IEC 18004. It is drawn as vectors, so that it stays sharp on every printer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import segno
from reportlab.lib.colors import black

from documents.tagging import Element, TaggedCanvas
from documents.typography import PLAIN, printable, width_of

GROUP = 4
"""Characters of a code between two hyphens."""

LEADING = 1.25
"""Distance of two baselines, as a multiple of the size."""

WITNESS_SIZE = 3.5
"""Points of what is said of the journal: to be compared, hardly ever to be read."""

WITNESS_LEADING = 4.2
"""Points between two baselines of it."""

ALTERNATIVE = "Mã QR để kiểm tra văn bản này"

_MASK = 3
"""One of the eight patterns of the standard. Any can be read; to weigh all eight against
each other takes four times as long, and a batch has thousands."""


@dataclass(frozen=True)
class CheckMark:
    """The code of a paper, and where it is checked."""

    code: str
    """Without hyphens."""
    address: str = ""
    """Of the public page, ``https://…/kiem-tra``; empty: the QR code holds the code alone."""
    witness: str = ""
    """What the paper says of the journal, in letters of Base64: small, below the code."""

    @property
    def content(self) -> str:
        """What the QR code says."""
        return f"{self.address}/{self.code}" if self.address else self.code

    @property
    def lines(self) -> tuple[str, ...]:
        """What people read beside it."""
        told = f"Mã kiểm tra: {grouped(self.code)}"
        return (told, f"Kiểm tra tại {_plain(self.address)}") if self.address else (told,)


def grouped(code: str) -> str:
    """Return a code as people read it: ``7KQM-2F9D-XW4P``."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def draw_witness(
    canvas: TaggedCanvas, mark: CheckMark, parent: Element, x: float, y: float, width: float
) -> None:
    """Draw what the paper says of the journal, in small lines down from the baseline ``y``.

    All in points. Lines are broken anywhere: it is Base64.
    """
    with canvas.marked(parent.add("P")):
        canvas.setFillColor(black)
        canvas.setFont(PLAIN, WITNESS_SIZE)
        for number, line in enumerate(witness_lines(mark.witness, width)):
            canvas.drawString(x, y - number * WITNESS_LEADING, printable(line))


def witness_lines(text: str, width: float) -> Iterator[str]:
    """Break what is said of the journal into lines of ``width`` points, anywhere."""
    while text:
        length = len(text)
        while width_of(text[:length], PLAIN, WITNESS_SIZE) > width:
            length -= 1
        yield text[:length]
        text = text[length:]


def draw_qr(
    canvas: TaggedCanvas, mark: CheckMark, parent: Element, x: float, y: float, side: float
) -> None:
    """Draw the QR code as a figure of ``parent``; ``x``, ``y`` its lower left corner.

    All in points. The paper around it is its quiet zone.
    """
    modules, rectangles = _drawn(mark.content)
    with canvas.marked(parent.add("Figure", alternative=ALTERNATIVE)):
        canvas.saveState()
        canvas.setFillColor(black)
        canvas.translate(x, y + side)
        canvas.scale(side / modules, -side / modules)
        canvas._code.append(f"{rectangles} f")  # a path of ReportLab takes three times as long
        canvas.restoreState()


def draw_lines(
    canvas: TaggedCanvas,
    mark: CheckMark,
    parent: Element,
    x: float,
    y: float,
    size: float,
    width: float,
    *,
    centred: bool = False,
) -> None:
    """Draw the lines as a paragraph of ``parent``; ``x``, ``y`` the first baseline.

    A line wider than ``width`` points is shrunk, never cut.
    """
    with canvas.marked(parent.add("P")):
        canvas.setFillColor(black)
        for number, line in enumerate(mark.lines):
            draw = canvas.drawCentredString if centred else canvas.drawString
            canvas.setFont(PLAIN, _size_of(line, size, width))
            draw(x, y - number * size * LEADING, printable(line))
            if number < len(mark.lines) - 1:
                draw(x, y - number * size * LEADING, " ")  # between two lines, for readers


def _size_of(line: str, size: float, width: float) -> float:
    return size * min(1.0, width / width_of(line, PLAIN, size))


def _plain(address: str) -> str:
    return address.partition("://")[2] or address


def _drawn(content: str) -> tuple[int, str]:
    """Return the side of a code in modules, and its dark stretches as rectangles of PDF."""
    code = segno.make(content, error="m", boost_error=False, micro=False, mask=_MASK)
    rectangles = [
        f"{first} {row} {length} 1 re"
        for row, modules in enumerate(code.matrix)
        for first, length in _stretches(modules)
    ]
    return len(code.matrix), " ".join(rectangles)


def _stretches(modules: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Return where dark modules stand side by side: the first, and how many."""
    first = 0
    for is_dark, group in groupby(modules):
        length = len(list(group))
        if is_dark:
            yield first, length
        first += length
