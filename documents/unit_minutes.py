"""The minutes of a unit that met on a nomination (Decree 30/2020/NĐ-CP, App. III, model 1.9).

The system knows who is nominated and what was achieved. When and where the unit met, who
attended and how they voted is written by hand, on dotted lines.
"""

from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.achievement_report import ReportHead, opening
from documents.letterhead import Signature
from documents.typography import register_fonts

DOTS = "…" * 20
BLANK = "……"


@dataclass(frozen=True)
class UnitMinutes:
    """All that the minutes say; every text as printed, in Vietnamese."""

    head: ReportHead
    subject_line: str
    """``Họp xét, đề nghị tặng Giấy khen``."""
    facts: tuple[tuple[str, str], ...]
    """Label and words: who is nominated, and when the achievement was made."""
    summary: tuple[str, ...]
    """Paragraphs of the achievement, as the unit summed it up."""
    proposal: str
    """What the unit proposes, without the final punctuation."""
    recipients: tuple[str, ...]


def render_unit_minutes(paper: UnitMinutes) -> bytes:
    """Return the minutes as PDF; the same paper gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    return sheets.write(
        _story(paper),
        parts.pages(is_draft=False),
        title=f"Biên bản: {paper.subject_line}",
        author=" ".join(paper.head.body),
    )


def _story(paper: UnitMinutes) -> list[Any]:
    foot = letterhead.two_signatures(
        Signature("THƯ KÝ", "", "(Chữ ký)"),
        Signature("CHỦ TRÌ", "", "(Chữ ký, dấu (nếu có))"),
        paper.recipients,
    )
    closing = parts.text(
        f"Cuộc họp kết thúc vào {BLANK} giờ {BLANK} phút, ngày {BLANK} tháng {BLANK} năm"
        f" {paper.head.year}./."
    )
    return [
        *opening(paper.head, "BIÊN BẢN", paper.subject_line),
        parts.told("Thời gian bắt đầu", DOTS),
        parts.told("Địa điểm", DOTS),
        *parts.section(
            "Thành phần tham dự:",
            (
                f"Chủ trì: {DOTS}",
                f"Thư ký: {DOTS}",
                f"Thành viên: {DOTS}",
                f"Tổng số {BLANK} người, có mặt {BLANK} người, vắng {BLANK} người.",
            ),
        ),
        parts.titled("Nội dung:"),
        *(parts.told(label, words) for label, words in paper.facts),
        *parts.section("Tóm tắt thành tích:", paper.summary),
        *parts.section("Ý kiến tại cuộc họp:", (DOTS, DOTS)),
        *parts.section(
            "Kết quả biểu quyết:",
            (
                f"Đồng ý: {BLANK} người; không đồng ý: {BLANK} người;"
                f" ý kiến khác: {BLANK} người.",
            ),
        ),
        *parts.section("Kết luận:", (f"{paper.proposal}.",)),
        KeepTogether([closing, Spacer(0, 8 * mm), foot]),
    ]
