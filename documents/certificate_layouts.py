"""Where each line of a certificate stands: one layout for each award, as data in mm.

Every measure is one on the reference frame, :data:`FRAME`, from its top left corner; a
sheet of another size spreads them over its own frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from documents.typography import BOLD, BOLD_ITALIC, ITALIC, PLAIN, SCRIPT

FRAME = (273.0, 172.2)
"""Width and height in mm; 1.585 is the ratio of the specimen (a ward's certificate, 2026)."""


@dataclass(frozen=True)
class Sheet:
    """Paper for a certificate, landscape, with the frame in its middle; all in mm."""

    slug: str
    name: str
    width: float
    height: float
    frame_width: float
    frame_height: float


A4 = Sheet("a4", "A4, 297 × 210 mm", 297, 210, 273, 172.2)
A3 = Sheet("a3", "A3, 420 × 297 mm", 420, 297, 386, 243.5)
MIDDLE = Sheet("400x300", "400 × 300 mm", 400, 300, 320, 230)
LARGE = Sheet("450x350", "450 × 350 mm", 450, 350, 365, 270)
SHEETS = {sheet.slug: sheet for sheet in (A4, A3, MIDDLE, LARGE)}
"""A4 and A3 are what printers of stock sell; the other two and their frames were those of
provincial and of the Prime Minister's certificates in Decree 50/2006/NĐ-CP, Art. 28."""


@dataclass(frozen=True)
class Element:
    """A place for text: the middle of its lines, and how they are printed."""

    x: float
    y: float
    font: str
    largest: float
    """Points, at which a short text is printed."""
    smallest: float
    """Points below which it is not shrunk: a longer text is refused."""
    width: float
    """Widest line, in mm."""
    lines: int = 1
    red: bool = False
    capitals: bool = False
    underlined: bool = False
    is_heading: bool = False
    """The same on every sheet of the stock: a printer of stock may have printed it."""


@dataclass(frozen=True)
class Layout:
    """The certificate of one award."""

    slug: str
    title: str
    """``GIẤY KHEN``."""
    elements: Mapping[str, Element]
    """By name of the element; which text goes there: :mod:`documents.certificate`."""
    room: tuple[float, float]
    """Top and bottom of the room that name, detail and citation share."""
    sheet: Sheet
    """On which it is printed if nobody says otherwise."""
    golden: bool = False
    """A frame in yellow and brown, not in green."""
    lower: tuple[str, ...] = field(default=("register", "number"))
    """The entry at the lower left: ``register``, ``number``, ``decision``, ``book``."""


WIDE = 207.5
"""Widest line inside the inner border."""
SIGNER = 98.3
ENTRY = 65.5
"""Widest line of the entry at the lower left."""

HEAD = {
    "nation": Element(136.5, 27.6, BOLD, 12, 12, WIDE, is_heading=True),
    "motto": Element(136.5, 34.4, BOLD, 12, 12, WIDE, underlined=True, is_heading=True),
    "authority": Element(
        136.5, 44.8, BOLD, 19, 7, WIDE, 2, red=True, capitals=True, is_heading=True
    ),
    "awards": Element(136.5, 53.4, BOLD, 15, 15, WIDE, is_heading=True),
    "title": Element(136.5, 67.2, BOLD, 38, 20, WIDE, red=True, is_heading=True),
}
"""Specimen: .50,.16 · .50,.20 · .50,.26 · .50,.31 · .50,.39 of the frame."""

MIDDLE_LINES = {
    "recipient": Element(136.5, 87.8, BOLD, 24, 7, WIDE, 4, capitals=True),
    "detail": Element(136.5, 94.0, PLAIN, 13, 7, WIDE, 3),
    "citation": Element(136.5, 103.3, BOLD_ITALIC, 15, 7, WIDE, 4),
}
"""Specimen: name .50,.51; citation .50,.58 and .62: the middle of its lines is .60."""

SIGNATURE = {
    "date": Element(199.3, 117.1, ITALIC, 13, 7, SIGNER),
    "signer_title": Element(199.3, 124.0, BOLD, 13, 9, SIGNER, 3, capitals=True),
    "signer_name": Element(199.3, 151.5, BOLD, 14, 7, SIGNER),
}
"""Specimen: .73,.68 · .73,.72 · .73,.88; 27 mm for signature and seal."""

REGISTER = {
    "register": Element(51.9, 141.2, PLAIN, 11, 7, ENTRY),
    "number": Element(51.9, 146.4, PLAIN, 11, 7, ENTRY),
}
"""Specimen: .19,.82 and .19,.85."""

BOOK = {
    "decision": Element(55.0, 138.0, PLAIN, 11, 7, 78, 2),
    "book": Element(55.0, 147.0, PLAIN, 11, 7, 78),
}
"""Decision and golden book, as on a city's merit certificate of 2026: "Quyết định số: …
ngày …", "Số sổ vàng: …". Its text is known, its places are not: they are ours."""

SCRIPT_NAME = {"recipient": Element(136.5, 87.8, SCRIPT, 34, 18, WIDE, 2)}
"""The same specimen has the name in a script typeface."""

CLASS = {
    "title": Element(136.5, 64.5, BOLD, 32, 20, WIDE, red=True, is_heading=True),
    "class": Element(136.5, 74.0, BOLD, 16, 12, WIDE, red=True, is_heading=True),
}
"""The class of an order, on a line of its own; the places are ours."""

CHECK = (117.3, 135.8, 12.0)
"""QR code: its middle across, its top, and its side; in the free place between the entry at
the lower left and who signs. The place is ours."""
CHECK_LINES = (151.5, 6.0, 62.0)
"""First baseline, points, and widest line of what stands under it."""

ROOM = (75.3, 113.3)

UNIT_CERTIFICATE = Layout(
    "giay-khen", "GIẤY KHEN", HEAD | MIDDLE_LINES | SIGNATURE | REGISTER, ROOM, A4
)
PROVINCIAL_MERIT = Layout(
    slug="bang-khen-tinh",
    title="BẰNG KHEN",
    elements=HEAD | MIDDLE_LINES | SCRIPT_NAME | SIGNATURE | BOOK,
    room=ROOM,
    sheet=A3,
    golden=True,
    lower=("decision", "book"),
)
PRIME_MINISTER_CERTIFICATE = Layout(
    slug="bang-khen-thu-tuong",
    title="BẰNG KHEN",
    elements=HEAD | MIDDLE_LINES | SIGNATURE | BOOK,
    room=ROOM,
    sheet=A3,
    golden=True,
    lower=("decision", "book"),
)
LABOR_ORDER = Layout(
    slug="huan-chuong-lao-dong",
    title="HUÂN CHƯƠNG LAO ĐỘNG",
    elements=HEAD | CLASS | MIDDLE_LINES | SIGNATURE | BOOK,
    room=(79.0, 113.3),
    sheet=A3,
    golden=True,
    lower=("decision", "book"),
)
LAYOUTS = {
    layout.slug: layout
    for layout in (
        UNIT_CERTIFICATE,
        PROVINCIAL_MERIT,
        PRIME_MINISTER_CERTIFICATE,
        LABOR_ORDER,
    )
}
