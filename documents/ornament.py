"""The ornament of a certificate: a frame with lotus flowers, drawn by us.

No emblem of the state and nothing like one: who may print it is for the law to say.
"""

import math

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

BLACK = HexColor(0x1B1B1B)
RED = HexColor(0xC8102E)
GOLD = HexColor(0xD9A520)
PALE_GOLD = HexColor(0xF6E7B8)
CREAM = HexColor(0xFFF8E1)
GREEN = HexColor(0x5C6B1E)
BROWN = HexColor(0x9A6414)

BAND = 10.5 * mm
"""Width of the coloured band of the frame."""

MEDALLION = BAND * 0.95
"""Radius of the ring in the middle of the top."""

TILE = 17 * mm
"""Distance between two flowers of the band, about."""


def draw_frame(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    band: HexColor = GREEN,
) -> None:
    """Draw the frame of a certificate: ``x``, ``y`` its lower left corner, in points."""
    canvas.saveState()
    _draw_rays(canvas, x, y, width, height)
    _draw_band(canvas, x, y, width, height, band)
    _draw_flowers(canvas, x, y, width, height)
    _draw_inner_border(canvas, x, y, width, height)
    _draw_medallion(canvas, x + width / 2, y + height - BAND / 2)
    canvas.restoreState()


def _draw_rays(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Draw pale rays behind the text, from the middle to the band."""
    canvas.setStrokeColor(PALE_GOLD)
    canvas.setLineWidth(0.5)
    middle_x, middle_y = x + width / 2, y + height / 2
    clip = canvas.beginPath()
    clip.rect(x + BAND, y + BAND, width - 2 * BAND, height - 2 * BAND)
    canvas.saveState()
    canvas.clipPath(clip, stroke=0, fill=0)
    for number in range(72):
        angle = number * math.pi / 36
        reach = width
        inner = 34 * mm
        canvas.line(
            middle_x + inner * math.cos(angle),
            middle_y + inner * math.sin(angle),
            middle_x + reach * math.cos(angle),
            middle_y + reach * math.sin(angle),
        )
    canvas.restoreState()


def _draw_band(
    canvas: Canvas, x: float, y: float, width: float, height: float, colour: HexColor
) -> None:
    canvas.setFillColor(colour)
    canvas.setStrokeColor(RED)
    canvas.setLineWidth(1.6)
    band = canvas.beginPath()
    band.rect(x, y, width, height)
    band.rect(x + BAND, y + BAND, width - 2 * BAND, height - 2 * BAND)
    canvas.drawPath(band, stroke=1, fill=1, fillMode=0)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.8)
    for inset in (1.3 * mm, BAND - 1.3 * mm):
        canvas.rect(x + inset, y + inset, width - 2 * inset, height - 2 * inset)


def _draw_flowers(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    half = BAND / 2
    across = _places(x + half, x + width - half)
    upright = _places(y + half, y + height - half)
    places = [(place, y + half, 0) for place in across]
    places += [(place, y + height - half, 180) for place in across]
    places += [(x + half, place, 270) for place in upright[1:-1]]
    places += [(x + width - half, place, 90) for place in upright[1:-1]]
    for flower_x, flower_y, turn in places:
        canvas.saveState()
        canvas.translate(flower_x, flower_y)
        canvas.rotate(turn)
        _draw_lotus(canvas, BAND * 0.36)
        canvas.restoreState()


def _places(start: float, end: float) -> list[float]:
    count = 2 * max(1, round((end - start) / TILE / 2))  # even: one stands in the middle
    return [start + (end - start) * number / count for number in range(count + 1)]


def _draw_lotus(
    canvas: Canvas, size: float, inner: HexColor = RED, outer: HexColor = GOLD
) -> None:
    """Draw a lotus that opens upwards, ``size`` points from its middle to its tip."""
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.5)
    for tilt, length, colour in (
        (62, 0.95, outer), (-62, 0.95, outer), (34, 1.0, inner), (-34, 1.0, inner),
        (0, 1.05, inner),
    ):  # fmt: skip
        canvas.saveState()
        canvas.translate(0, -size * 0.45)
        canvas.rotate(tilt)
        canvas.setFillColor(colour)
        petal = canvas.beginPath()
        petal.moveTo(0, 0)
        tip = size * 1.35 * length
        petal.curveTo(-size * 0.5, tip * 0.35, -size * 0.28, tip * 0.8, 0, tip)
        petal.curveTo(size * 0.28, tip * 0.8, size * 0.5, tip * 0.35, 0, 0)
        canvas.drawPath(petal, stroke=1, fill=1)
        canvas.restoreState()


def _draw_inner_border(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    inset = BAND + 2.6 * mm
    canvas.setStrokeColor(RED)
    canvas.setLineWidth(0.7)
    canvas.rect(x + inset, y + inset, width - 2 * inset, height - 2 * inset)
    canvas.setStrokeColor(GOLD)
    inset += 1.2 * mm
    canvas.rect(x + inset, y + inset, width - 2 * inset, height - 2 * inset)
    _draw_corners(canvas, x + inset, y + inset, width - 2 * inset, height - 2 * inset)


def _draw_corners(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Draw a key pattern in each corner, inside the border."""
    step = 2 * mm
    canvas.setStrokeColor(RED)
    canvas.setLineWidth(0.9)
    for corner_x, right in ((x, 1), (x + width, -1)):
        for corner_y, up in ((y, 1), (y + height, -1)):
            path = canvas.beginPath()
            path.moveTo(corner_x + right * 2 * step, corner_y + up * step)
            for across, along in ((1, 1), (1, 4), (3, 4), (3, 2), (6, 2), (6, 1), (2, 1)):
                path.lineTo(corner_x + right * across * step, corner_y + up * along * step)
            canvas.drawPath(path, stroke=1, fill=0)


def _draw_medallion(canvas: Canvas, x: float, y: float) -> None:
    """Draw a large lotus in a ring where the top of the frame has its middle."""
    canvas.setFillColor(CREAM)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(1.6)
    canvas.circle(x, y, MEDALLION, stroke=1, fill=1)
    canvas.setStrokeColor(RED)
    canvas.setLineWidth(0.7)
    canvas.circle(x, y, MEDALLION - 0.9 * mm, stroke=1, fill=0)
    canvas.saveState()
    canvas.translate(x, y - MEDALLION * 0.12)
    _draw_lotus(canvas, MEDALLION * 0.6)
    canvas.restoreState()
