"""The minutes of a council's session (Decree 30/2020/NĐ-CP, App. III, model 1.9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.council_sheets import Attendee, CouncilHead
from documents.letterhead import Signature
from documents.typography import register_fonts


@dataclass(frozen=True)
class MinutedItem:
    """What the last vote on one nomination came to."""

    number: int
    """On the agenda."""
    name: str
    """``Bà Nguyễn Thị Ví Dụ`` or the name of a collective."""
    detail: str
    """Title and unit of an individual; the unit that nominates."""
    award: str
    agree: int
    """Written opinions that count are among these three."""
    disagree: int
    other: int
    """Abstained, or spoiled."""
    total: int
    """The denominator."""
    percent: str
    """``81,8%``: of the total, what is beyond the first decimal left out."""
    result: str
    """``Đạt``."""
    written: str = ""
    """Written opinions of absent members, counted apart; empty: none."""


@dataclass(frozen=True)
class CouncilMinutes:
    """All that the minutes say; every text as printed, in Vietnamese."""

    head: CouncilHead
    subject: str
    """``Họp Hội đồng Thi đua - Khen thưởng phường Vạn Xuân``."""
    began_at: datetime
    """On the clock of Vietnam, as is ``ended_at``."""
    place: str
    total_members: int
    present: tuple[Attendee, ...]
    absent: tuple[Attendee, ...]
    quorum: str
    """A sentence: how many had to be there, and that they were."""
    chair: str
    """``Ông Nguyễn Văn Ví Dụ, Chủ tịch Hội đồng``."""
    secretary: str
    agenda: tuple[str, ...]
    """What was to be examined, and how it was voted on."""
    rules: tuple[str, ...]
    """Each rule in numbers, with its source and the items that it held for."""
    items: tuple[MinutedItem, ...]
    concerned: tuple[str, ...]
    """Members whom an item concerned, and whether they voted."""
    repeated: tuple[str, ...]
    """Earlier votes on items that were voted on again, and votes that are void."""
    dissent: tuple[str, ...]
    """Who did not agree in an open vote, with the reasons that were given."""
    unsettled: tuple[str, ...]
    """Items without a result, and why."""
    remarks: str
    """What the secretary adds; may be empty."""
    conclusion: tuple[str, ...]
    ended_at: datetime | None
    """None: the session is not over, and this a draft."""
    secretary_signature: Signature
    chair_signature: Signature
    recipients: tuple[str, ...]
    is_draft: bool


def render_minutes(paper: CouncilMinutes) -> bytes:
    """Return the minutes as PDF; the same paper gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    story = [
        *parts.opening(paper.head, "BIÊN BẢN", paper.subject),
        *_attendance(paper),
        *_course(paper),
        *_end(paper),
    ]
    return sheets.write(
        story,
        parts.pages(is_draft=paper.is_draft),
        title=f"Biên bản: {paper.subject}",
        author=" ".join(paper.head.body),
    )


def _attendance(paper: CouncilMinutes) -> list[Any]:
    """Return time, place and people, in the order of the model."""
    counts = (
        f"Hội đồng có {_two(paper.total_members)} thành viên; có mặt {_two(len(paper.present))}"
    )
    if paper.absent:
        counts += f", vắng mặt {_two(len(paper.absent))}"
    absent = [parts.text("Vắng mặt:"), *parts.people(paper.absent)] if paper.absent else []
    return [
        parts.told("Thời gian bắt đầu", f"{letterhead.written_moment(paper.began_at)}."),
        parts.told("Địa điểm", f"{paper.place}."),
        parts.told("Thành phần tham dự", f"{counts}."),
        parts.text("Có mặt:"),
        *parts.people(paper.present),
        *absent,
        parts.text(paper.quorum),
        parts.told("Chủ trì", f"{paper.chair}."),
        parts.told("Thư ký", f"{paper.secretary}."),
    ]


def _course(paper: CouncilMinutes) -> list[Any]:
    """Return what was examined, by which rules, with which results."""
    return [
        parts.titled("Nội dung:"),
        *(parts.text(words) for words in paper.agenda),
        *parts.section("Quy định về biểu quyết:", paper.rules),
        *_results(paper.items),
        *parts.section("Thành viên có liên quan đến hồ sơ:", paper.concerned),
        *parts.section("Các lần biểu quyết trước:", paper.repeated),
        *parts.section("Thành viên không đồng ý, không biểu quyết:", paper.dissent),
        *parts.section("Hồ sơ chưa có kết quả biểu quyết:", paper.unsettled),
        *parts.section("Ý kiến tại phiên họp:", _paragraphs(paper.remarks)),
        *parts.section("Kết luận:", paper.conclusion),
    ]


_TITLES = (
    "TT",
    "Cá nhân, tập thể; hình thức khen thưởng",
    "Đồng ý",
    "Không đồng ý",
    "Không biểu\u00a0quyết, không\u00a0hợp\u00a0lệ",
    "Tỷ lệ đồng ý",
    "Kết quả",
)
_WIDTHS = (9, 60, 15, 16, 24, 18, 18)


def _results(items: tuple[MinutedItem, ...]) -> list[Any]:
    if not items:
        return []
    table = parts.grid(_TITLES, [_row(item) for item in items], _WIDTHS)
    return [parts.titled("Kết quả biểu quyết:"), Spacer(0, 2 * mm), table, Spacer(0, 2 * mm)]


def _row(item: MinutedItem) -> list[Any]:
    return [
        str(item.number),
        parts.named_cell(item.name, item.detail, item.award, item.written),
        str(item.agree),
        str(item.disagree),
        str(item.other),
        f"{item.agree}/{item.total}\n{item.percent}",
        parts.centred_cell(item.result),
    ]


def _end(paper: CouncilMinutes) -> list[Any]:
    """Return the end: signatures never stand on a page without text of their own."""
    ended = "….. giờ ….. phút, ngày ….. tháng ….. năm ….."
    if paper.ended_at is not None:
        ended = letterhead.written_moment(paper.ended_at)
    foot = letterhead.two_signatures(
        paper.secretary_signature, paper.chair_signature, paper.recipients
    )
    closing = parts.text(f"Cuộc họp kết thúc vào {ended}./.")
    return [KeepTogether([closing, Spacer(0, 8 * mm), foot])]


def _paragraphs(words: str) -> list[str]:
    return [line for line in words.splitlines() if line.strip()]


def _two(number: int) -> str:
    """Return a number as official papers write it: below 10 with a zero."""
    return f"{number:02d}"
