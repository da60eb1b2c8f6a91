"""The appraisal sheet (phiếu thẩm định): what a clerk examined, found and proposes.

Law on Emulation and Commendation 06/2022/QH15, Art. 13(5)(c). No provision fixes its form; head
and setting are those of Decree 30/2020/NĐ-CP, App. I. It has no number, and says its moment in
the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, KeepTogether, Paragraph, Spacer

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.typography import ITALIC, PLAIN, markup, register_fonts


@dataclass(frozen=True)
class AppraisedItem:
    """One question of the checklist with its answer."""

    question: str
    source: str
    """``Căn cứ: Điều 83``; empty: none."""
    answer: str
    note: str


@dataclass(frozen=True)
class CheckedRule:
    """What one rule said of the nomination."""

    title: str
    verdict: str
    text: str
    """The sentence of the rule with its facts."""
    source: str
    """Where the rule comes from, or how sure it is; never an unconfirmed law."""


@dataclass(frozen=True)
class AppraisalSheet:
    """All that the sheet says; every text as printed, in Vietnamese."""

    superior: str
    body: tuple[str, ...]
    """Lines of the name of the office that appraised."""
    subject_line: str
    """``Hồ sơ đề nghị tặng Giấy khen``."""
    facts: tuple[tuple[str, str], ...]
    """Label and words of what was appraised."""
    items: tuple[AppraisedItem, ...]
    checked: tuple[str, ...]
    """Paragraphs on the check of the rules: when, by which rule set, with which result."""
    rules: tuple[CheckedRule, ...]
    """Those that concern the nomination; empty: the rules were not asked."""
    conclusion: tuple[str, ...]
    """In the words of who appraised."""
    opinion: str
    """What is proposed, without the final punctuation."""
    done_at: datetime
    """On the clock of Vietnam."""
    signer_title: str
    signer_name: str
    recipients: tuple[str, ...]


def render_appraisal(paper: AppraisalSheet) -> bytes:
    """Return the sheet as PDF; the same sheet gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    story = [
        letterhead.head(paper.superior, paper.body, ""),
        Spacer(0, 5 * mm),
        *parts.named("PHIẾU THẨM ĐỊNH", paper.subject_line),
        parts.titled("I. Hồ sơ"),
        *(parts.told(label, words) for label, words in paper.facts),
        parts.told("Thời gian thẩm định", f"{letterhead.written_moment(paper.done_at)}."),
        CondPageBreak(_ROOM_FOR_A_ROW),
        parts.titled("II. Nội dung thẩm định"),
        *_table(_ITEMS, _ITEM_WIDTHS, [_item(one) for one in paper.items]),
        *parts.section("III. Kiểm tra theo quy định", paper.checked),
        *_table(_RULES, _RULE_WIDTHS, [_rule(one) for one in paper.rules]),
        *_end(paper),
    ]
    return sheets.write(
        story,
        parts.pages(is_draft=False),
        title=f"Phiếu thẩm định: {paper.subject_line}",
        author=" ".join(paper.body),
    )


_ITEMS = ("TT", "Nội dung", "Kết quả", "Ghi chú")
_ITEM_WIDTHS = (10, 66, 24, 60)
_RULES = ("TT", "Điều kiện", "Kết quả", "Nội dung kiểm tra, căn cứ")
_RULE_WIDTHS = (10, 46, 24, 80)
_ROOM_FOR_A_ROW = 40 * mm
"""Left on a page for a title, the titles of its table and a row of it, or none of them."""
_CELL = letterhead.style(PLAIN, parts.TABLE_SIZE)


def _table(
    titles: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Any]]
) -> list[Any]:
    """Return a table of numbered rows; nothing where there are none."""
    if not rows:
        return []
    cells = [[str(number), *row] for number, row in enumerate(rows, start=1)]
    return [Spacer(0, 2 * mm), parts.grid(titles, cells, widths), Spacer(0, 2 * mm)]


def _item(item: AppraisedItem) -> list[Any]:
    return [
        _sourced(item.question, item.source),
        parts.centred_cell(item.answer),
        parts.cell(item.note),
    ]


def _rule(rule: CheckedRule) -> list[Any]:
    return [
        parts.cell(rule.title),
        parts.centred_cell(rule.verdict),
        _sourced(rule.text, rule.source),
    ]


def _sourced(words: str, source: str) -> Paragraph:
    """Return a cell with its source under it, in smaller print."""
    below = f'<font name="{ITALIC}" size="{parts.SMALL_SIZE}">{markup(source)}</font>'
    return Paragraph(markup(words) + (f"<br/>{below}" if source else ""), _CELL)


def _end(paper: AppraisalSheet) -> list[Any]:
    """Return the end: a signature never stands on a page without text of its own."""
    foot = letterhead.signature(paper.signer_title, paper.signer_name, paper.recipients)
    return [
        *parts.section("IV. Kết luận", paper.conclusion),
        KeepTogether([parts.told("Ý kiến", f"{paper.opinion}./."), Spacer(0, 8 * mm), foot]),
    ]
