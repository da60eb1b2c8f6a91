"""The decision to award, with its list (Decree 30/2020/NĐ-CP, App. III, model 1.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)

from documents import letterhead, sheets
from documents.checkmark import LEADING, CheckMark, draw_lines, draw_qr, draw_witness
from documents.tagging import TaggedCanvas
from documents.typography import (
    BODY_SIZE,
    BOLD,
    FIRST_LINE_INDENT,
    LEFT_MARGIN,
    PARAGRAPH_GAP,
    markup,
    register_fonts,
)


@dataclass(frozen=True)
class Recipient:
    """One line of the list: who is awarded."""

    name: str
    """``Ông Nguyễn Văn Ví Dụ`` or the name of a collective."""
    detail: str = ""
    """Title and unit of an individual; empty for a collective."""


@dataclass(frozen=True)
class AwardDecision:
    """All that the paper says; every text as printed, in Vietnamese."""

    body: tuple[str, ...]
    """Name of the issuing body in lines: ``("ỦY BAN NHÂN DÂN", "PHƯỜNG VẠN XUÂN")``."""
    superior: str
    """Body above it, printed over it; empty for a ward."""
    authority: str
    """Who decides: ``Chủ tịch Ủy ban nhân dân phường Vạn Xuân``."""
    number: str
    """Number and symbol; of a draft with room for the number."""
    place: str
    signed_on: date | None
    """None: a draft of ``year``, whose day and month are left open."""
    subject_line: str
    """``Về việc tặng Giấy khen``."""
    bases: tuple[str, ...]
    """Legal bases in order, without the final punctuation; only confirmed ones."""
    award: str
    """What is awarded: ``Giấy khen của Chủ tịch Ủy ban nhân dân phường Vạn Xuân``."""
    reason: str
    """``đã có thành tích xuất sắc trong …``."""
    executors: str
    """Who carries it out, at the beginning of the last article."""
    collectives: tuple[Recipient, ...]
    individuals: tuple[Recipient, ...]
    signer_title: str
    signer_name: str
    recipients: tuple[str, ...]
    """``Nơi nhận``, without dashes; the punctuation at the ends is ours."""
    households: tuple[Recipient, ...] = ()
    year: int = 0
    bonus: str = ""
    """An article of its own: ``Tiền thưởng kèm theo … là 760.000 đồng``; empty: none."""
    check: CheckMark | None = None
    """By which anybody may check it; none: a draft, or of before there were codes."""


def render_decision(paper: AwardDecision) -> bytes:
    """Return the paper as PDF: the decision, then its list on pages of its own.

    The same paper gives the same bytes.

    :raises ValueError: nobody is awarded.
    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    if not groups_of(paper):
        raise ValueError("a decision awards at least one subject")
    register_fonts()
    story = [*_decision(paper), NextPageTemplate("list"), PageBreak(), *_list(paper)]
    return sheets.write(
        story,
        [
            PageTemplate("decision", [sheets.frame()], onPage=partial(_on_page, paper.check)),
            PageTemplate("list", [sheets.frame()], onPage=_number_list),
        ],
        title=f"Quyết định {paper.number} {paper.subject_line}",
        author=" ".join(paper.body),
    )


def _decision(paper: AwardDecision) -> list[Any]:
    """Return the decision; a signature never stands on a page without text of its own."""
    *articles, last_article = _articles(paper)
    signature = letterhead.signature(
        paper.signer_title.upper(), paper.signer_name, paper.recipients
    )
    return [
        letterhead.head(
            paper.superior, paper.body, paper.number, paper.place, dated=_dated(paper)
        ),
        Spacer(0, 5 * mm),
        Paragraph("QUYẾT ĐỊNH", letterhead.CENTRED_BOLD),
        Paragraph(markup(paper.subject_line), letterhead.CENTRED_BOLD),
        letterhead.rule_under(paper.subject_line, BOLD, BODY_SIZE, sheets.TEXT_WIDTH),
        Spacer(0, 3 * mm),
        Paragraph(markup(paper.authority.upper()), letterhead.CENTRED_BOLD),
        Spacer(0, 2 * mm),
        *_bases(paper.bases),
        Spacer(0, 4 * mm),
        Paragraph("QUYẾT ĐỊNH:", letterhead.CENTRED_BOLD),
        *articles,
        KeepTogether([last_article, Spacer(0, 8 * mm), signature]),
    ]


def _dated(paper: AwardDecision) -> str:
    if paper.signed_on is None:
        return letterhead.open_date(paper.year)
    return letterhead.written_date(paper.signed_on)


def _bases(bases: Sequence[str]) -> list[Paragraph]:
    """Return the legal bases: each ends with a semicolon, the last with a full stop."""
    ends = [";"] * (len(bases) - 1) + ["."]
    return [
        Paragraph(markup(basis + end), letterhead.BASIS)
        for basis, end in zip(bases, ends, strict=True)
    ]


def _articles(paper: AwardDecision) -> list[Paragraph]:
    awarded = (
        f"Tặng {paper.award} cho {counted(paper)}, {paper.reason} (có Danh sách kèm theo)."
    )
    words = ", ".join(word.lower() for word, _ in groups_of(paper))
    carried_out = (
        f"{paper.executors} và các {words} có tên tại Điều\u00a01 căn cứ Quyết định thi hành./."
    )
    texts = [awarded, *([paper.bonus] if paper.bonus else []), carried_out]
    return [
        Paragraph(f"<b>Điều {number}.</b> {markup(text)}", letterhead.BODY)
        for number, text in enumerate(texts, start=1)
    ]


def groups_of(paper: AwardDecision) -> list[tuple[str, tuple[Recipient, ...]]]:
    """Return the kinds of subject that are awarded, with their rows."""
    groups = [
        ("Tập thể", paper.collectives),
        ("Hộ gia đình", paper.households),
        ("Cá nhân", paper.individuals),
    ]
    return [(word, rows) for word, rows in groups if rows]


def counted(paper: AwardDecision) -> str:
    """Return how many are awarded: numbers below 10 with a zero, as papers write them."""
    *others, last = (f"{len(rows):02d} {word.lower()}" for word, rows in groups_of(paper))
    return f"{', '.join(others)} và {last}" if others else last


def _list(paper: AwardDecision) -> list[Any]:
    reference = f"(Kèm theo Quyết định số {paper.number} {_dated(paper)} của {paper.authority})"
    story: list[Any] = [
        Paragraph("DANH SÁCH", letterhead.CENTRED_BOLD),
        Paragraph(markup(f"Tặng {paper.award}"), letterhead.CENTRED_BOLD),
        Paragraph(markup(reference), letterhead.CENTRED_ITALIC),
        letterhead.rule(_LIST_RULE),
        Spacer(0, 4 * mm),
    ]
    numerals = ("I", "II", "III")
    for numeral, (name, rows) in zip(numerals, groups_of(paper), strict=False):
        story.append(Paragraph(f"{numeral}. {name}", _GROUP))
        story += [_row(number, row, len(rows)) for number, row in enumerate(rows, start=1)]
    return story


_LIST_RULE = 45 * mm

_GROUP = letterhead.style(
    BOLD, BODY_SIZE, TA_LEFT, firstLineIndent=FIRST_LINE_INDENT, spaceBefore=PARAGRAPH_GAP
)


def _row(number: int, recipient: Recipient, last: int) -> Paragraph:
    text = ", ".join(part for part in (recipient.name, recipient.detail) if part)
    end = "." if number == last else ";"
    return Paragraph(f"{number}. {markup(text)}{end}", letterhead.BODY)


CHECK_SIDE = 13 * mm
"""Side of the QR code at the foot of the first page, in the margin."""
CHECK_FOOT = 5 * mm
"""Below it, as far from the edge as printers print."""
CHECK_SIZE = 8
"""Points of the lines beside it."""
SMALL_CHECK_SIZE = 6.5
"""Where what is said of the journal stands below them."""


def _on_page(check: CheckMark | None, canvas: TaggedCanvas, document: BaseDocTemplate) -> None:
    sheets.draw_page_number(canvas, document.page)
    document.decision_pages = document.page
    if check and document.page == 1:
        _draw_check(canvas, check)


def _draw_check(canvas: TaggedCanvas, check: CheckMark) -> None:
    """Draw the mark below the text of the page; it is read last of all."""
    section = canvas.root.add("Sect")
    draw_qr(canvas, check, section, LEFT_MARGIN, CHECK_FOOT, CHECK_SIDE)
    beside = LEFT_MARGIN + CHECK_SIDE + 3 * mm
    middle = CHECK_FOOT + CHECK_SIDE / 2
    width = sheets.TEXT_WIDTH - CHECK_SIDE - 3 * mm
    if not check.witness:
        draw_lines(canvas, check, section, beside, middle, CHECK_SIZE, width)
        return
    top = CHECK_FOOT + CHECK_SIDE - SMALL_CHECK_SIZE
    draw_lines(canvas, check, section, beside, top, SMALL_CHECK_SIZE, width)
    below = top - len(check.lines) * SMALL_CHECK_SIZE * LEADING
    draw_witness(canvas, check, section, beside, below, width)


def _number_list(canvas: Canvas, document: BaseDocTemplate) -> None:
    """The list is an appendix: it counts its own pages (Part III, item 1)."""
    sheets.draw_page_number(canvas, document.page - document.decision_pages)
