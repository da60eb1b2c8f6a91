"""The achievement report of a nominee: what the dossier tells, and room for the rest.

Law on Emulation and Commendation 06/2022/QH15, Art. 84(2)(b), asks for one in every dossier.
The parts are those that the forms of earlier decrees had; the number of the present form is
not confirmed, so none is printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, KeepTogether, Paragraph, Spacer
from reportlab.platypus.flowables import Flowable, HRFlowable

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.letterhead import Signature
from documents.typography import (
    BODY_SIZE,
    BOLD,
    FIRST_LINE_INDENT,
    ITALIC,
    PARAGRAPH_GAP,
    markup,
    register_fonts,
)

LINE_FOR_HAND: float = 8 * mm
"""Between two dotted lines: room for handwriting."""


@dataclass(frozen=True)
class ReportHead:
    """Which unit puts the paper forward, where and in which year."""

    superior: str
    """Body above the unit, printed over it; empty for an enterprise."""
    body: tuple[str, ...]
    """Name of the unit in lines."""
    place: str
    year: int
    """Of the submission, in Vietnam: day and month are written by hand."""


@dataclass(frozen=True)
class Told:
    """What the dossier answers: a label, and words in one paragraph or several."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """The criteria of the plan that the nominee meets, each with what was answered."""

    label: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    """Criterion as quoted, and the paragraphs of its answer."""


@dataclass(frozen=True)
class Asked:
    """What a report tells and the dossier does not ask: dotted lines to write on."""

    label: str
    lines: int


@dataclass(frozen=True)
class Figures:
    """Figures by year that the dossier does not ask: a table to write in."""

    label: str
    rows: tuple[str, ...]
    years: tuple[int, ...]


@dataclass(frozen=True)
class PriorAward:
    """An award that the nominee has received before."""

    award: str
    number: str
    """Of the decision; may be empty, as ``signed_on`` may be none."""
    signed_on: date | None
    authority: str


@dataclass(frozen=True)
class ReportPart:
    """A part with a Roman numeral."""

    title: str
    items: tuple[Told | Answered | Asked | Figures, ...] = ()
    """Numbered, if there are several."""
    awards: tuple[PriorAward, ...] = ()
    """In a table below the items."""


@dataclass(frozen=True)
class AchievementReport:
    """All that the report says; every text as printed, in Vietnamese."""

    head: ReportHead
    subject_line: str
    """``Đề nghị tặng Giấy khen``."""
    parts: tuple[ReportPart, ...]
    closing: str
    """What the unit declared, without the final punctuation."""
    confirmation: Signature
    """Who confirms the report, on the left."""
    author: Signature


def render_report(paper: AchievementReport) -> bytes:
    """Return the report as PDF; the same paper gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    story = opening(paper.head, "BÁO CÁO THÀNH TÍCH", paper.subject_line)
    for numeral, part in zip(_NUMERALS, paper.parts, strict=False):
        story += _part(numeral, part)
    foot = letterhead.two_signatures(paper.confirmation, paper.author, ())
    closing = parts.text(f"{paper.closing}./.")
    story.append(KeepTogether([closing, Spacer(0, 8 * mm), foot]))
    return sheets.write(
        story,
        parts.pages(is_draft=False),
        title=f"Báo cáo thành tích: {paper.subject_line}",
        author=" ".join(paper.head.body),
    )


def opening(head: ReportHead, name: str, subject: str) -> list[Any]:
    """Return head, name and subject of a paper without a number, dated by hand."""
    dated = letterhead.open_date(head.year)
    return [
        letterhead.head(head.superior, head.body, "", head.place, dated=dated),
        Spacer(0, 5 * mm),
        *parts.named(name, subject),
    ]


_NUMERALS = ("I", "II", "III", "IV", "V", "VI")

_CRITERION = letterhead.style(
    ITALIC,
    BODY_SIZE,
    TA_JUSTIFY,
    firstLineIndent=FIRST_LINE_INDENT,
    spaceBefore=PARAGRAPH_GAP,
)
_TITLE = letterhead.style(
    BOLD, BODY_SIZE, TA_LEFT, firstLineIndent=FIRST_LINE_INDENT, spaceBefore=PARAGRAPH_GAP
)
_ROOM: float = 20 * mm
"""From the top of a title to the end of the page, at least: two lines of what it is the title
of. Kept together with it, a long paragraph would leave half a page empty."""
_TITLE_ROOM: float = 9 * mm
"""What one title takes of it: where another title follows, both need room."""
_LEADING: float = 2 * mm
"""What lines and borders take of a row, beside the room for a hand."""


def _part(numeral: str, part: ReportPart) -> list[Any]:
    room = _room_of(part.items[0]) if part.items else _AWARDS_ROOM
    title = f"{numeral}. {part.title.upper()}"
    story = _titled(title, _TITLE, room + _TITLE_ROOM)
    for number, item in enumerate(part.items, start=1):
        label = f"{number}. {item.label}" if len(part.items) > 1 else item.label
        story += _item(label, item)
    if part.awards:
        story += [Spacer(0, 2 * mm), _awards(part.awards), Spacer(0, 2 * mm)]
    return story


_AWARDS_ROOM: float = 30 * mm
"""The titles of the table of awards, and a row with the longest of usual names."""


def _room_of(item: Told | Answered | Asked | Figures) -> float:
    """Return how much of a page an item needs at least: what cannot be split, whole."""
    if isinstance(item, Asked):
        return _TITLE_ROOM + item.lines * (LINE_FOR_HAND + _LEADING)
    if isinstance(item, Figures):
        return _TITLE_ROOM + (len(item.rows) + 1) * (LINE_FOR_HAND + _LEADING)
    return _ROOM + _TITLE_ROOM if isinstance(item, Answered) else _ROOM


def _item(label: str, item: Told | Answered | Asked | Figures) -> list[Any]:
    if isinstance(item, Told):
        return _told(label, item.words)
    if isinstance(item, Asked):
        return [KeepTogether([parts.titled(f"{label}:"), *dotted(item.lines)])]
    if isinstance(item, Figures):
        return [KeepTogether([parts.titled(f"{label}:"), Spacer(0, 2 * mm), _figures(item)])]
    story = _titled(f"{label}:", _TITLE, _room_of(item))
    for criterion, answer in item.answers:
        story += _titled(f"- {criterion}", _CRITERION)
        story += [parts.text(words) for words in answer]
    return story


def _told(label: str, words: Sequence[str]) -> list[Any]:
    """Return one paragraph that begins with the label, or the label and paragraphs."""
    if len(words) == 1:
        return [parts.told(label, words[0])]
    return [*_titled(f"{label}:", _TITLE), *(parts.text(one) for one in words)]


def _titled(words: str, style: ParagraphStyle, room: float = _ROOM) -> list[Any]:
    """Return a title, which never stands last on a page: ``room`` points are left for it."""
    return [CondPageBreak(room), Paragraph(markup(words), style)]


def dotted(lines: int) -> list[Flowable]:
    """Return dotted lines to write on by hand."""
    return [
        HRFlowable(
            width="100%",
            thickness=0.6,
            color="black",
            dash=(0.6, 2.4),
            spaceBefore=LINE_FOR_HAND,
            spaceAfter=0,
        )
        for _ in range(lines)
    ]


_AWARD_TITLES = (
    "TT",
    "Danh hiệu, hình thức khen thưởng",
    "Số, ngày quyết định",
    "Cơ quan quyết định",
)
_AWARD_WIDTHS = (10, 60, 42, 48)


def _awards(awards: Sequence[PriorAward]) -> Any:
    rows = [
        [
            str(number),
            parts.centred_cell(one.award),
            parts.centred_cell(_cited(one)),
            parts.centred_cell(one.authority),
        ]
        for number, one in enumerate(awards, start=1)
    ]
    return parts.grid(_AWARD_TITLES, rows, _AWARD_WIDTHS)


def _cited(award: PriorAward) -> str:
    """Return ``12/QĐ-UBND, ngày 05 tháng 9 năm 2029``, or what of it is known."""
    day = letterhead.written_date(award.signed_on) if award.signed_on else ""
    return ", ".join(filter(None, (award.number, day)))


def _figures(item: Figures) -> Any:
    """Return the table of figures: a row for each, an empty cell for each year."""
    wide = 100 / len(item.years)
    rows = [
        [parts.cell(row), *([Spacer(0, LINE_FOR_HAND)] * len(item.years))] for row in item.rows
    ]
    titles = ("Nội dung", *(f"Năm {year}" for year in item.years))
    return parts.grid(titles, rows, (60, *([wide] * len(item.years))))
