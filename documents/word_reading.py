"""What a .docx that comes from outside says: its lines, and nothing of it is run or followed.

Only the main part is parsed, by a parser that resolves no entities. Tracked changes count as
accepted: what was inserted is read, what was deleted is not.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Any

from documents.word_lines import ROW_CELLS

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of a file at most."""
LARGEST_UNPACKED = 100 * 1024 * 1024
"""Bytes of all its members together at most: more is a bomb."""
LARGEST_XML = 16 * 1024 * 1024
"""Bytes of its main part at most."""
MOST_MEMBERS = 2_000
MOST_LINES = 5_000
"""Lines at most: a list of 500 has fewer than 600."""
LONGEST_LINE = 5_000
LONGEST_TEXT = 500_000
"""Characters of a line, and of all lines together, at most."""

_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError)
"""What the library says of an archive that is none, or that does not hold together."""

_MAIN = b"wordprocessingml.document.main+xml"


class Refusal(Enum):
    """Why a file cannot be compared; the value is stable."""

    TOO_LARGE = "word_too_large"
    NO_WORD = "word_no_docx"
    DAMAGED = "word_damaged"
    MACROS = "word_macros"
    OUTSIDE = "word_outside"
    UNSAFE = "word_unsafe"
    EMPTY = "word_empty"


class UnreadableWord(Exception):
    """The file cannot be compared.

    :ivar refusal: why.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True)
class Found:
    """A line of a file: a paragraph with words, or a row of a table of three cells or more."""

    text: str
    cell: int
    """Which cell it stands in; 0: none."""


def read_word(content: bytes) -> tuple[Found, ...]:
    """Return the lines of a .docx in reading order; headers, footers and notes are left out.

    :raises UnreadableWord: it is no .docx, too large, damaged, or holds what a draft has no
        use for: macros, embedded programs, content from elsewhere, a document type.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableWord(Refusal.TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            main = _checked_main(package)
        body = _parsed(main)
    except _BROKEN as error:
        whole = content.startswith(b"PK")
        raise UnreadableWord(Refusal.DAMAGED if whole else Refusal.NO_WORD) from error
    except SyntaxError as error:
        raise UnreadableWord(Refusal.DAMAGED) from error
    lines = _limited(line for line in _blocks(body, 0, count(1)) if line.text.strip())
    if not lines:
        raise UnreadableWord(Refusal.EMPTY)
    return lines


def _limited(lines: Iterable[Found]) -> tuple[Found, ...]:
    """Return lines that can be compared in time."""
    kept: list[Found] = []
    room = LONGEST_TEXT
    for line in lines:
        kept.append(line)
        room -= len(line.text)
        if room < 0 or len(kept) > MOST_LINES or len(line.text) > LONGEST_LINE:
            raise UnreadableWord(Refusal.TOO_LARGE)
    return tuple(kept)


def _checked_main(package: zipfile.ZipFile) -> bytes:
    """Return the main part of a package that holds nothing a draft has no use for."""
    members = package.infolist()
    names = [member.filename for member in members]
    if (
        len(members) > MOST_MEMBERS
        or len(set(names)) != len(names)
        or sum(member.file_size for member in members) > LARGEST_UNPACKED
        or any(name.startswith(("/", "\\")) or ".." in name for name in names)
    ):
        raise UnreadableWord(Refusal.UNSAFE)
    if any(member.flag_bits & 0x1 for member in members) or _TYPES not in names:
        raise UnreadableWord(Refusal.NO_WORD)
    types = _xml(package, _TYPES)
    if b"macroEnabled" in types or any(_PROGRAM.search(name) for name in names):
        raise UnreadableWord(Refusal.MACROS)
    for name in names:
        if name.lower().endswith(".rels"):
            _check_relations(_xml(package, name))
    part = next(
        (one.get("PartName") for one in _parsed(types) if _is_main(one)),
        None,
    )
    if part is None or part.lstrip("/") not in names:
        raise UnreadableWord(Refusal.NO_WORD)
    return _xml(package, part.lstrip("/"))


_TYPES = "[Content_Types].xml"
_PROGRAM = re.compile(r"(?i)vbaproject|/activex/|/embeddings/")
_OWN_TYPES = ("/hyperlink",)
"""Relationships that may lead outside: an address that somebody wrote is never opened."""


def _is_main(declared: Any) -> bool:
    return str(declared.get("ContentType")).encode().endswith(_MAIN)


def _check_relations(content: bytes) -> None:
    for one in _parsed(content):
        outside = str(one.get("TargetMode")).lower() == "external"
        if outside and not str(one.get("Type")).endswith(_OWN_TYPES):
            raise UnreadableWord(Refusal.OUTSIDE)


def _parsed(content: bytes) -> Any:
    """Return a part as elements; no entity of it is resolved."""
    from docx.oxml import parse_xml  # noqa: PLC0415  # large, rarely needed

    return parse_xml(content)


def _xml(package: zipfile.ZipFile, name: str) -> bytes:
    """Return a part in UTF-8 without a document type: the one way into the parser."""
    if package.getinfo(name).file_size > LARGEST_XML:
        raise UnreadableWord(Refusal.TOO_LARGE)
    content = package.read(name)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableWord(Refusal.UNSAFE) from error
    declared = re.match(
        rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)", content
    )
    is_utf8 = declared is None or declared[1].lower() in (b"utf-8", b"us-ascii")
    if not is_utf8 or b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
        raise UnreadableWord(Refusal.UNSAFE)
    return content


_UNREAD = frozenset(("del", "moveFrom", "rPr", "pPr", "Fallback", "txbxContent", "instrText"))
"""What holds no words of the line: deletions, properties, doubles of drawings."""
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def _blocks(element: Any, cell: int, cells: Iterator[int]) -> Iterator[Found]:
    """Yield the lines below an element that stands in a cell.

    :param cells: gives each cell its number.
    """
    for child in element:
        name = _name(child)
        if name == "p":
            yield Found("".join(_words(child)), cell)
            for box in _boxes(child):
                yield from _blocks(box, next(cells), cells)
        elif name == "tr":
            yield from _row(child, cells)
        elif name not in _UNREAD:
            yield from _blocks(child, cell, cells)


def _row(row: Any, cells: Iterator[int]) -> Iterator[Found]:
    if any(_name(one) == "del" for part in row if _name(part) == "trPr" for one in part):
        return
    columns = list(_columns(row))
    inside = [list(_blocks(column, next(cells), cells)) for column in columns]
    if len(columns) < ROW_CELLS:
        for lines in inside:
            yield from lines
        return
    texts = ["\n".join(line.text for line in lines) for lines in inside]
    yield Found("\t".join(texts), next(cells))


def _columns(row: Any) -> Iterator[Any]:
    for child in row:
        if _name(child) == "tc":
            yield child
        elif _name(child) in ("sdt", "sdtContent", "customXml"):
            yield from _columns(child)


def _words(element: Any) -> Iterator[str]:
    for child in element:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name not in _UNREAD:
            yield from _words(child)


def _boxes(element: Any) -> Iterator[Any]:
    """Yield the text boxes that hang on a paragraph."""
    for child in element:
        name = _name(child)
        if name == "txbxContent":
            yield child
        elif name not in ("Fallback", "del", "moveFrom"):
            yield from _boxes(child)


def _name(element: Any) -> str:
    """Return the name of an element in whatever namespace; empty: a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
