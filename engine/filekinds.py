"""What kind of file an upload is, told by its content and not by its name."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import filetype

from engine.errors import RefusedFile

LARGEST_FILE = 20 * 1024 * 1024
"""Largest upload, in bytes: 20 MB."""

LARGEST_UNPACKED = 200 * 1024 * 1024
"""Largest sum of the unpacked members of a DOCX or XLSX, in bytes: more is a bomb."""

MOST_MEMBERS = 4_000
"""Members of a DOCX or XLSX at most."""

LARGEST_SIDE = 30_000
"""Pixels of a side of an image at most."""

_PNG_HEADER = struct.Struct(">I4sII5sI")
_JPEG_FRAME = struct.Struct(">BBHBHH")
_JPEG_MARK = 0xFF
_JPEG_SCAN = 0xDA
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame header; the three taken out begin tables (ISO/IEC 10918-1, B.1)."""


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is accepted."""

    label: str
    """As people read it: ``PDF``."""
    suffixes: tuple[str, ...]
    media_type: str
    is_whole: Callable[[bytes], bool]
    """Whether its structure holds: where it begins and ends, what it must contain."""


def kind_of(name: str, data: bytes) -> FileKind:
    """Return the kind of the file ``data`` that came under ``name``.

    :raises RefusedFile: it is empty or too large, of no accepted kind, not what its name
        says, or damaged; ``facts``: ``reason``, ``found``, ``expected``, ``limit`` (bytes).
    """
    if not data:
        raise _refused("empty", f"{name!r} is empty", found="")
    if len(data) > LARGEST_FILE:
        raise _refused("too_large", f"{len(data)} bytes", found=str(len(data)))
    found = _found(data)
    named = next((k for k in KINDS if name.lower().endswith(k.suffixes)), None)
    actual = next((k for k in KINDS if k.label == found), None)
    if named is None or actual is None:
        suffix = name.rpartition(".")[2].upper() if named is None else ""
        raise _refused("wrong_kind", f"{name!r} holds {found}", found=suffix or found)
    if named is not actual:
        raise _refused("mismatch", f"{name!r} holds {found}", found=found, expected=named.label)
    if not actual.is_whole(data):
        raise _refused("damaged", f"{name!r} is no whole {found}", found=found)
    return actual


def _refused(reason: str, message: str, *, found: str, expected: str = "") -> RefusedFile:
    return RefusedFile(
        message,
        reason=reason,
        found=found,
        expected=expected or ", ".join(kind.label for kind in KINDS),
        limit=LARGEST_FILE,
    )


def _found(data: bytes) -> str:
    """Return a label of what ``data`` is: ``PDF``, ``HTML``, ``ZIP``, ``text``, ``unknown``."""
    guess = filetype.guess(data)
    if guess is not None:
        return str(guess.extension).upper()
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and any(
        tag in start for tag in (b"<!doctype html", b"<html", b"<script", b"<body", b"<svg")
    ):
        return "HTML"
    try:
        data[:2048].decode("utf-8", errors="strict")
    except UnicodeDecodeError:
        return "unknown"
    return "text"


def _is_whole_pdf(data: bytes) -> bool:
    """A PDF begins with its header and ends with its trailer (ISO 32000-1, 7.5)."""
    end = data[-2048:]
    return data.startswith(b"%PDF-") and b"startxref" in end and b"%%EOF" in end


def _is_whole_png(data: bytes) -> bool:
    """A PNG begins with a header chunk whose checksum holds, and ends with IEND."""
    chunk = data[8:33]  # length, "IHDR", width, height, five bytes, checksum
    if len(chunk) != _PNG_HEADER.size:
        return False
    length, name, width, height, _, checksum = _PNG_HEADER.unpack(chunk)
    return (
        (length, name) == (13, b"IHDR")
        and zlib.crc32(chunk[4:-4]) == checksum
        and _has_sane_sides(width, height)
        and data.endswith(b"IEND\xaeB`\x82")
    )


def _is_whole_jpeg(data: bytes) -> bool:
    """A JPEG has a frame header with its size before its scan, and an end marker."""
    position = len(b"\xff\xd8")
    while position + _JPEG_FRAME.size <= len(data):
        start, marker, length, _, height, width = _JPEG_FRAME.unpack_from(data, position)
        if start != _JPEG_MARK or marker == _JPEG_SCAN:
            return False
        if marker in _JPEG_FRAMES:
            return _has_sane_sides(width, height) and b"\xff\xd9" in data[-1024:]
        position += 1 if marker == _JPEG_MARK else 2 + length  # a mark may be repeated
    return False


def _has_sane_sides(width: int, height: int) -> bool:
    return 0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE


def _is_whole_docx(data: bytes) -> bool:
    return _is_whole_package(data, "word/document.xml", b"wordprocessingml.document.main+xml")


def _is_whole_xlsx(data: bytes) -> bool:
    return _is_whole_package(data, "xl/workbook.xml", b"spreadsheetml.sheet.main+xml")


def _is_whole_package(data: bytes, main: str, content_type: bytes) -> bool:
    """An Office Open XML file is a sound ZIP with its main part, no macros and no bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            names = [member.filename for member in members]
            if (
                len(members) > MOST_MEMBERS
                or len(set(names)) != len(names)
                or sum(member.file_size for member in members) > LARGEST_UNPACKED
                or any(_is_hostile(member) for member in members)
                or main not in names
                or "[Content_Types].xml" not in names
            ):
                return False
            with package.open("[Content_Types].xml") as types:
                declared = types.read(1024 * 1024)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError):
        return False
    return content_type in declared and b"macroEnabled" not in declared


def _is_hostile(member: zipfile.ZipInfo) -> bool:
    name = member.filename
    return (
        member.flag_bits & 0x1 != 0  # encrypted: nobody could examine it
        or name.startswith(("/", "\\"))
        or ".." in name.split("/")
        or name.lower().endswith("vbaproject.bin")
    )


KINDS = (
    FileKind("PDF", (".pdf",), "application/pdf", _is_whole_pdf),
    FileKind("JPG", (".jpg", ".jpeg"), "image/jpeg", _is_whole_jpeg),
    FileKind("PNG", (".png",), "image/png", _is_whole_png),
    FileKind(
        "DOCX",
        (".docx",),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _is_whole_docx,
    ),
    FileKind(
        "XLSX",
        (".xlsx",),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _is_whole_xlsx,
    ),
)
"""Kinds that are accepted, in the order in which people read them."""
