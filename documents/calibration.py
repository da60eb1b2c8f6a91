"""A page to measure a printer by: rulers along two edges, a cross each 10 mm."""

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm

from documents.tagging import DECORATION, TaggedCanvas
from documents.typography import BOLD, PLAIN

GREY = HexColor(0x808080)
BLACK = HexColor(0x000000)

STEP = 10
"""Millimetres between two crosses."""

MARGIN = 10
"""Millimetres at the edges that many printers leave white: nothing is drawn there."""

NOTES = (
    "In đúng cỡ 100 % (không chọn “vừa trang giấy”), trên giấy thường cùng khổ với phôi.",
    "Vạch đầu của hai thước phải cách mép giấy trái và mép giấy trên đúng 10 mm.",
    "Lệch sang trái bao nhiêu mm thì cộng vào ô ngang; lệch lên trên thì cộng vào ô dọc.",
    "Lệch sang phải hoặc xuống dưới thì trừ. In lại để kiểm tra, rồi mới in lên phôi.",
)


def draw(canvas: TaggedCanvas, width: float, height: float, across: float, down: float) -> None:
    """Draw rulers and crosses of a sheet; all measures in mm, from its top left corner.

    :param across: how far all is moved to the right.
    :param down: how far all is moved down.
    """
    canvas.translate(across * mm, (height - down) * mm)
    with canvas.marked(DECORATION):
        _draw_crosses(canvas, width, height)
        _draw_ruler(canvas, width, is_upright=False)
        _draw_ruler(canvas, height, is_upright=True)
    _draw_notes(canvas, width, height, across, down)


def _draw_crosses(canvas: TaggedCanvas, width: float, height: float) -> None:
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.3)
    for x in range(MARGIN, int(width) - MARGIN + 1, STEP):
        for y in range(MARGIN, int(height) - MARGIN + 1, STEP):
            arm = 2.0 if x % 50 == 0 and y % 50 == 0 else 1.0
            canvas.line((x - arm) * mm, -y * mm, (x + arm) * mm, -y * mm)
            canvas.line(x * mm, -(y - arm) * mm, x * mm, -(y + arm) * mm)


def _draw_ruler(canvas: TaggedCanvas, length: float, *, is_upright: bool) -> None:
    """Draw a ruler 10 mm from the edge: a mark each mm, a number each 10."""
    canvas.setStrokeColor(BLACK)
    canvas.setFillColor(BLACK)
    canvas.setLineWidth(0.3)
    canvas.setFont(PLAIN, 6)
    for at in range(MARGIN, int(length) - MARGIN + 1):
        reach = 4.0 if at % 10 == 0 else 2.5 if at % 5 == 0 else 1.5
        near, far, place = MARGIN * mm, (MARGIN + reach) * mm, at * mm
        if is_upright:
            canvas.line(near, -place, far, -place)
        else:
            canvas.line(place, -near, place, -far)
        if at % 10 == 0 and at > MARGIN:
            if is_upright:
                canvas.drawString(far + 1, -place + 1, str(at))
            else:
                canvas.drawCentredString(place, -far - 6, str(at))


def _draw_notes(
    canvas: TaggedCanvas, width: float, height: float, across: float, down: float
) -> None:
    """Say in the middle, on white, what to do with the page."""
    x, y = width / 2 * mm, -height / 2 * mm
    canvas.setFillColor(HexColor(0xFFFFFF))
    with canvas.marked(DECORATION):
        canvas.rect(x - 87 * mm, y - 27 * mm, 174 * mm, 54 * mm, stroke=1, fill=1)
    canvas.setFillColor(BLACK)
    canvas.setFont(BOLD, 14)
    with canvas.marked(canvas.root.add("H1")):
        canvas.drawCentredString(x, y + 18 * mm, "TRANG CĂN CHỈNH MÁY IN")
    canvas.setFont(PLAIN, 10.5)
    moved = f"Đang dịch: ngang {_written(across)} mm, dọc {_written(down)} mm"
    size = f"khổ {_written(width)} × {_written(height)} mm"
    for number, line in enumerate((f"{moved}; {size}.", *NOTES)):
        with canvas.marked(canvas.root.add("P")):
            canvas.drawCentredString(x, y + (9 - number * 7) * mm, line)


def _written(number: float) -> str:
    """Return a number as people here write it, with a decimal comma."""
    return f"{number:g}".replace(".", ",")
