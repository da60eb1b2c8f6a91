"""What a digital signature looks like on a paper: an image of a hand or a seal, or lines.

Decree 30/2020/NĐ-CP, App. I, Part II, items 7d and 8a: the signature of a person is the image
of their signature on paper, in blue, without ground, between title and name; that of an
office is its seal in red, in its real size, over about a third of the former, on its left.
Lines stand where there is no image; offices print ``Cơ quan:`` and ``Giờ ký:`` so.
"""

import io
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from documents.typography import PLAIN, printable, register_fonts, width_of

SEAL_SIDE = 36 * mm
"""Side of the square around a seal of 36 mm."""

PERSON_WIDTH = 48 * mm
PERSON_HEIGHT = 20 * mm
"""Room of a signature between title and name."""

LINE_SIZE = 10
"""Points of a line (item 8b: what is told of a signature is set in 10)."""

LEADING = 12
"""Points between two baselines."""


class BadImage(ValueError):
    """The image is no PNG that can be drawn."""


@dataclass(frozen=True)
class Stamp:
    """The visible part of one signature."""

    width: float
    """Points."""
    height: float
    lines: tuple[str, ...]
    """Drawn where there is no image."""
    image: bytes = b""
    """PNG, best without ground."""


def draw_stamp(stamp: Stamp) -> bytes:
    """Return the stamp as a PDF of one page of its size; the same stamp, the same bytes.

    :raises BadImage: the image cannot be read.
    """
    register_fonts()
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(stamp.width, stamp.height), invariant=1)
    if stamp.image:
        _draw_image(canvas, stamp)
    else:
        _draw_lines(canvas, stamp)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw_image(canvas: Canvas, stamp: Stamp) -> None:
    try:
        image = ImageReader(io.BytesIO(stamp.image))
        canvas.drawImage(
            image, 0, 0, stamp.width, stamp.height, mask="auto", preserveAspectRatio=True
        )
    except Exception as error:  # a reader of images has many words for a damaged file
        raise BadImage(f"{type(error).__name__}: {error}") from error


def _draw_lines(canvas: Canvas, stamp: Stamp) -> None:
    """Draw the lines in the middle, each shrunk to the width."""
    first = stamp.height / 2 + (len(stamp.lines) - 1) * LEADING / 2 - LINE_SIZE / 3
    for number, line in enumerate(stamp.lines):
        words = printable(line)
        size = LINE_SIZE * min(1.0, stamp.width / width_of(words, PLAIN, LINE_SIZE))
        canvas.setFont(PLAIN, size)
        canvas.drawCentredString(stamp.width / 2, first - number * LEADING, words)
