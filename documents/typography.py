"""Fonts, sizes and margins of an official paper, and the only way text gets into one.

Decree 30/2020/NĐ-CP, Appendix I, Part I: black Times New Roman. Liberation Serif has its
metrics, every Vietnamese letter, and a licence to embed.
"""

import unicodedata
from functools import cache, lru_cache
from importlib import resources
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN = "Serif"
BOLD = "Serif-Bold"
ITALIC = "Serif-Italic"
BOLD_ITALIC = "Serif-BoldItalic"
SCRIPT = "Script"
"""For the names on certificates alone: it lacks many of the characters of the others."""

PAGE = A4
"""210 × 297 mm, portrait (App. I, Part I, item 1 and 2)."""

TOP_MARGIN = 20 * mm
BOTTOM_MARGIN = 20 * mm
LEFT_MARGIN = 30 * mm
RIGHT_MARGIN = 20 * mm
"""Margins: top and bottom 20 to 25 mm, left 30 to 35, right 15 to 20 (item 3)."""

RULE_SHARE = 0.4
"""Length of a rule under a line of text: 1/3 to 1/2 of it (Part II, items 2b and 5b)."""

BODY_SIZE = 14
"""Points of the body: 13 to 14 (Part II, item 6e)."""

FIRST_LINE_INDENT = 12.7 * mm
"""First line of a paragraph: 1 or 1.27 cm (Part II, item 6e)."""

PARAGRAPH_GAP = 6
"""Points between paragraphs: at least 6 (Part II, item 6e)."""

_FILES = {
    PLAIN: "LiberationSerif-Regular.ttf",
    BOLD: "LiberationSerif-Bold.ttf",
    ITALIC: "LiberationSerif-Italic.ttf",
    BOLD_ITALIC: "LiberationSerif-BoldItalic.ttf",
}
_LINE_BREAKS = "\n"

STAND_IN = "□"
"""Printed where a text has a character that cannot be printed; see :func:`stand_in`."""

_PRINTED_AS = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "",
     "\u2060": "", "\ufeff": ""}
)  # fmt: skip
"""Hyphens of word processors, and marks that nobody sees: they come with pasted text."""


class UnprintableText(ValueError):
    """The text holds a character that our fonts cannot print, or that turns its direction."""


@cache
def register_fonts() -> None:
    """Make our fonts known to ReportLab; the first call does it, later ones cost nothing."""
    folder = resources.files("documents") / "fonts"
    for name, file in _FILES.items():
        with resources.as_file(folder / file) as path:
            pdfmetrics.registerFont(TTFont(name, str(path)))
    with resources.as_file(folder / "GreatVibes-Regular.ttf") as path:
        pdfmetrics.registerFont(TTFont(SCRIPT, str(path)))
    pdfmetrics.registerFontFamily(PLAIN, PLAIN, BOLD, ITALIC, BOLD_ITALIC)


def printable(text: str) -> str:
    """Return ``text`` composed to NFC, if every character of it can be printed.

    Marks that stand for nothing, as soft hyphens do, are left out.

    :raises UnprintableText: a control or direction mark, a letter that is written from
        right to left, or one without a glyph in each of our fonts.
    """
    composed = _composed(text)
    for character in composed:
        problem = _problem_of(character)
        if problem:
            raise UnprintableText(problem)
    return composed


def stand_in(text: str) -> str:
    """Return ``text`` with :data:`STAND_IN` for each character that cannot be printed.

    For papers that somebody must be able to sign, whatever others typed.
    """
    return "".join(
        STAND_IN if _problem_of(character) else character for character in _composed(text)
    )


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_PRINTED_AS))


@lru_cache(4096)
def _problem_of(character: str) -> str:
    """Return why a character cannot be printed; empty: it can."""
    if character in _LINE_BREAKS:
        return ""
    if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"):
        return f"U+{ord(character):04X} is no printable character"
    if unicodedata.bidirectional(character) in ("R", "AL", "AN"):
        return f"U+{ord(character):04X} is written from right to left"
    return "" if ord(character) in _glyphs() else f"no glyph for U+{ord(character):04X}"


@cache
def _glyphs() -> frozenset[int]:
    """Return the code points that each of our fonts can print."""
    register_fonts()
    faces = [pdfmetrics.getFont(name).face.charToGlyph for name in _FILES]
    return frozenset(faces[0]).intersection(*faces[1:])


def has_glyphs(text: str, font: str) -> bool:
    """Whether ``font`` can print each character of ``text``."""
    register_fonts()
    known = pdfmetrics.getFont(font).face.charToGlyph
    return all(ord(character) in known for character in _composed(text))


def markup(text: str) -> str:
    """Return ``text`` as ReportLab's paragraphs may get it: checked, and escaped.

    Unescaped, a paragraph would read ``<img src="file:…">`` and open that file.

    :raises UnprintableText: see :func:`printable`.
    """
    return escape(printable(text)).replace("\n", "<br/>")


def width_of(text: str, font: str, size: float) -> float:
    """Return the width of one line of ``text``, in points."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, font, size))


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Return ``text`` in lines no wider than ``width`` points; a longer word stands alone."""
    lines: list[str] = []
    for word in printable(text).split():
        candidate = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(candidate, font, size) <= width:
            lines[-1] = candidate
        else:
            lines.append(word)
    return lines


def fit(
    text: str, font: str, largest: float, smallest: float, width: float, most_lines: int
) -> tuple[list[str], float]:
    """Return lines and size in points so that ``text`` fits, wrapped first, then smaller.

    At ``smallest`` a text that still does not fit keeps its surplus lines: nothing of a
    name is ever cut off.
    """
    size = largest
    while True:
        lines = wrap(text, font, size, width)
        narrow = all(width_of(line, font, size) <= width for line in lines)
        if (len(lines) <= most_lines and narrow) or size <= smallest:
            return lines, size
        size -= 0.5
