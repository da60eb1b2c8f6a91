"""The trace of a case or a decision, to read: who did what, when, with which result.

It goes with a bundle, whose other files prove what it says. No provision fixes its form; it is
set as papers of Decree 30/2020/NĐ-CP are, and is no paper itself: it has no head and no number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from documents import council_sheets as parts
from documents import sheets
from documents.typography import register_fonts


@dataclass(frozen=True)
class TracedAct:
    """One entry of the journal."""

    number: int
    """Within its stream."""
    at: datetime
    """On the clock of Vietnam."""
    who: str
    capacity: str
    """Title or role, and unit; empty: the system itself."""
    deed: str
    """What was done, with its result."""
    details: tuple[str, ...]
    """Lines: the reason, numbers, short hashes of what was read and made."""
    mark: str
    """Hash of the entry, shortened."""


@dataclass(frozen=True)
class TracedStream:
    """The entries about one case, paper or session."""

    title: str
    acts: tuple[TracedAct, ...]


@dataclass(frozen=True)
class TracedFile:
    """A file of the bundle."""

    about: str
    """``Quyết định``, ``Tệp kèm theo: Báo cáo.pdf``."""
    name: str
    """In the bundle."""
    mark: str
    """Its hash, shortened."""


@dataclass(frozen=True)
class TraceSheet:
    """All that the sheet says; every text as printed, in Vietnamese."""

    subject: str
    """``Hồ sơ HS-2030-0001``."""
    facts: tuple[tuple[str, str], ...]
    """Label and words."""
    streams: tuple[TracedStream, ...]
    files: tuple[TracedFile, ...]
    proof: tuple[str, ...]
    """Paragraphs: what was sealed, and how the bundle is checked."""
    author: str
    """Name of the journal."""


def render_trace(sheet: TraceSheet) -> bytes:
    """Return the trace as PDF; the same sheet gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    story: list[Any] = [
        *parts.named("BẢN TRÌNH BÀY QUÁ TRÌNH XÉT", sheet.subject),
        *(parts.told(label, words) for label, words in sheet.facts),
    ]
    for stream in sheet.streams:
        story += _table(stream.title, _ACTS, _ACT_WIDTHS, [_act(one) for one in stream.acts])
    story += _table("Tệp trong gói", _FILES, _FILE_WIDTHS, [_file(one) for one in sheet.files])
    story += parts.section("Cách kiểm chứng", sheet.proof)
    return sheets.write(
        story,
        parts.pages(is_draft=False),
        title=f"Quá trình xét: {sheet.subject}",
        author=sheet.author,
    )


_ACTS = ("Số", "Lúc", "Ai, tư cách", "Việc, kết quả, lý do", "Mã dòng")
_ACT_WIDTHS = (11, 25, 42, 58, 24)
_FILES = ("Nội dung", "Tên tệp trong gói", "Mã")
_FILE_WIDTHS = (56, 80, 24)


def _table(
    title: str, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Any]]
) -> list[Any]:
    """Return a titled table; nothing where there are no rows."""
    if not rows:
        return []
    table = parts.grid(heads, rows, widths)
    return [parts.titled(title), Spacer(0, 2 * mm), table, Spacer(0, 2 * mm)]


def _act(act: TracedAct) -> list[Any]:
    return [
        str(act.number),
        parts.centred_cell(f"{act.at:%d/%m/%Y}\n{act.at:%H:%M:%S}"),
        parts.named_cell(act.who, act.capacity),
        parts.named_cell(act.deed, *act.details),
        parts.centred_cell(act.mark),
    ]


def _file(file: TracedFile) -> list[Any]:
    return [parts.cell(file.about), parts.cell(file.name), parts.centred_cell(file.mark)]
