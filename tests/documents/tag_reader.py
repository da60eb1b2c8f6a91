"""Reads the tags of a PDF as a screen reader does, with nothing of ours."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject, NameObject

SHOWN = {b"Tj", b"TJ", b"'", b'"'}
PAINTED = SHOWN | {
    b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh", b"Do", b"INLINE IMAGE",
}  # fmt: skip


@dataclass
class Page:
    """What the drawing of a page says of itself."""

    texts: dict[int, str] = field(default_factory=dict)
    """By number of the marked piece."""
    all_text: str = ""
    """In the order of drawing, decoration included."""
    unmarked: list[str] = field(default_factory=list)
    """What is drawn and neither content nor decoration."""


@dataclass(eq=False)
class Tag:
    """An element of the tree, with the pieces of pages that belong to it."""

    kind: str
    raw: DictionaryObject
    kids: list["Tag"] = field(default_factory=list)
    pieces: list[tuple[int, int]] = field(default_factory=list)
    """Page, from 0, and number on it."""
    links: int = 0

    def walk(self) -> Iterator["Tag"]:
        yield self
        for kid in self.kids:
            yield from kid.walk()


class TaggedFile:
    """A PDF with the tree of its tags."""

    def __init__(self, content: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(content))
        self.root: Any = self.reader.trailer["/Root"]
        self.pages = [_page(self.reader, page) for page in self.reader.pages]
        self.places = {
            page.indirect_reference.idnum: n for n, page in enumerate(self.reader.pages)
        }
        self.document = self._tag(self.root["/StructTreeRoot"]["/K"].get_object())

    def _tag(self, raw: Any) -> Tag:
        """Return an element, having checked that those below it know their parent."""
        tag = Tag(raw["/S"][1:], raw)
        kids = raw.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            about = kid.get_object()
            if isinstance(about, int):
                tag.pieces.append((self.places[raw.raw_get("/Pg").idnum], about))
            elif about.get("/Type") == "/MCR":
                place = self.places[about.raw_get("/Pg").idnum]
                tag.pieces.append((place, about["/MCID"]))
            elif about.get("/Type") == "/OBJR":
                tag.links += 1
                key = about["/Obj"]["/StructParent"]
                assert self.parents()[key].get_object() is raw
            else:
                assert about["/P"].get_object() is raw
                tag.kids.append(self._tag(about))
        return tag

    def parents(self) -> dict[int, Any]:
        numbers = self.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
        return dict(zip(numbers[::2], numbers[1::2], strict=True))

    def text(self, tag: Tag) -> str:
        """Return what an element says, in the order of reading."""
        own = "".join(self.pages[page].texts[number] for page, number in tag.pieces)
        return re.sub(r"[ \n]+", " ", own + "".join(self.text(kid) for kid in tag.kids))

    def find(self, *kinds: str) -> list[Tag]:
        return [tag for tag in self.document.walk() if tag.kind in kinds]

    def outline(self) -> list[tuple[str, str]]:
        """Return each element that has a text of its own, with its kind."""
        return [
            (tag.kind, self.text(tag).strip()) for tag in self.document.walk() if tag.pieces
        ]


def _page(reader: PdfReader, raw: Any) -> Page:
    page = Page()
    fonts = {name: _letters(font) for name, font in raw["/Resources"]["/Font"].items()}
    letters: dict[int, str] = {}
    open_marks: list[int | None] = []
    for operands, operator in ContentStream(raw["/Contents"], reader).operations:
        if operator in (b"BDC", b"BMC"):
            assert not open_marks, "a mark within a mark"
            is_content = operands[0] != NameObject("/Artifact")
            open_marks.append(operands[1]["/MCID"] if is_content else None)
            if is_content:
                assert operands[1]["/MCID"] not in page.texts, "a number given twice"
                page.texts[operands[1]["/MCID"]] = ""
        elif operator == b"EMC":
            open_marks.pop()
        elif operator == b"Tf":
            letters = fonts[operands[0]]
        elif operator in PAINTED:
            if not open_marks:
                page.unmarked.append(f"{operator!r} {operands}")
            said = _said(operands, letters) if operator in SHOWN else ""
            page.all_text += said
            if open_marks and open_marks[0] is not None:
                page.texts[open_marks[0]] += said
    assert not open_marks
    return page


def _said(operands: list[Any], letters: dict[int, str]) -> str:
    return "".join(letters[byte] for one in operands for byte in one.original_bytes)


def _letters(font: Any) -> dict[int, str]:
    """Return what each byte means in a font, as the font itself tells."""
    told = font["/ToUnicode"].get_data().decode("ascii")
    pairs = re.findall(r"^<(\w\w)> <(\w{4,})>$", told, re.MULTILINE)
    return {int(code, 16): bytes.fromhex(letter).decode("utf-16-be") for code, letter in pairs}
