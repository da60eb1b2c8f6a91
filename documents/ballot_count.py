"""The minutes of a ballot count, for secret ballots (Decree 30/2020/NĐ-CP, model 1.9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.council_sheets import CouncilHead
from documents.letterhead import Signature
from documents.typography import register_fonts


@dataclass(frozen=True)
class CountedItem:
    """The papers on one nomination."""

    number: int
    """On the agenda."""
    name: str
    award: str
    issued: int
    returned: int
    invalid: int
    agree: int
    disagree: int
    abstain: int
    """Valid papers that are neither for nor against."""

    @property
    def valid(self) -> int:
        """Papers that count."""
        return self.returned - self.invalid


@dataclass(frozen=True)
class CountedVoting:
    """One ballot, on an item or on a block of items."""

    title: str
    """``Lần bỏ phiếu thứ nhất``."""
    facts: tuple[str, ...]
    """When it was, who counted it, and how anyone can check that."""
    items: tuple[CountedItem, ...]


@dataclass(frozen=True)
class BallotCount:
    """All that the paper says; every text as printed, in Vietnamese."""

    head: CouncilHead
    subject: str
    began_at: datetime
    """Of the first ballot, on the clock of Vietnam, as is ``ended_at``."""
    place: str
    board: tuple[str, ...]
    """Who counted, each with title and office; none where the system counted."""
    method: str
    """A sentence: how the ballot was secret."""
    attendance: str
    """How many members there are, and how many were there."""
    votings: tuple[CountedVoting, ...]
    ended_at: datetime | None
    """When the last ballot was closed; none: a draft."""
    secretary_signature: Signature
    chair_signature: Signature
    """Of the two who counted, or of secretary and chair."""
    recipients: tuple[str, ...]
    is_draft: bool


def render_ballot_count(paper: BallotCount) -> bytes:
    """Return the paper as PDF; the same paper gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    story = [
        *parts.opening(paper.head, "BIÊN BẢN KIỂM PHIẾU", paper.subject),
        parts.told("Thời gian bắt đầu", f"{letterhead.written_moment(paper.began_at)}."),
        parts.told("Địa điểm", f"{paper.place}."),
        parts.told("Thành viên Hội đồng", f"{paper.attendance}."),
        parts.told("Hình thức", paper.method),
        *_board(paper.board),
        *(part for voting in paper.votings for part in _voting(voting)),
        *_end(paper),
    ]
    return sheets.write(
        story,
        parts.pages(is_draft=paper.is_draft),
        title=f"Biên bản kiểm phiếu: {paper.subject}",
        author=" ".join(paper.head.body),
    )


def _board(board: tuple[str, ...]) -> list[Any]:
    if not board:
        return []
    last = len(board)
    lines = [
        parts.text(f"{number}. {name}{'.' if number == last else ';'}")
        for number, name in enumerate(board, start=1)
    ]
    return [parts.titled("Ban kiểm phiếu:"), *lines]


_TITLES = (
    "TT",
    "Cá nhân, tập thể; hình thức khen thưởng",
    "Phát ra",
    "Thu về",
    "Hợp lệ",
    "Không hợp lệ",
    "Đồng ý",
    "Không đồng ý",
    "Không biểu quyết",
)
_WIDTHS = (10, 46, 14, 13, 13, 16, 14, 16, 18)


def _voting(voting: CountedVoting) -> list[Any]:
    table = parts.grid(_TITLES, [_row(item) for item in voting.items], _WIDTHS)
    return [
        *parts.section(f"{voting.title}:", voting.facts),
        Spacer(0, 2 * mm),
        table,
        Spacer(0, 2 * mm),
    ]


def _row(item: CountedItem) -> list[Any]:
    counts = (
        item.issued,
        item.returned,
        item.valid,
        item.invalid,
        item.agree,
        item.disagree,
        item.abstain,
    )
    return [
        str(item.number),
        parts.named_cell(item.name, item.award),
        *(str(count) for count in counts),
    ]


def _end(paper: BallotCount) -> list[Any]:
    ended = "….. giờ ….. phút, ngày ….. tháng ….. năm ….."
    if paper.ended_at is not None:
        ended = letterhead.written_moment(paper.ended_at)
    foot = letterhead.two_signatures(
        paper.secretary_signature, paper.chair_signature, paper.recipients
    )
    closing = parts.text(f"Việc kiểm phiếu kết thúc vào {ended}./.")
    return [KeepTogether([closing, Spacer(0, 8 * mm), foot])]
