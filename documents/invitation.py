"""The invitation to a council's session (Decree 30/2020/NĐ-CP, App. III, model 1.7).

Who is invited and what is on the agenda stand on pages of their own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.council_sheets import Attendee, CouncilHead
from documents.letterhead import Signature
from documents.typography import markup, register_fonts


@dataclass(frozen=True)
class InvitedItem:
    """One line of the agenda."""

    number: int
    name: str
    detail: str
    award: str
    reference: str
    """Number of the dossier in the system."""
    link: str = ""
    """Web address of the dossier; empty: the number stands alone."""


@dataclass(frozen=True)
class Invitation:
    """All that the paper says; every text as printed, in Vietnamese."""

    head: CouncilHead
    place_of_issue: str
    issued_on: date
    subject: str
    """``Họp Hội đồng Thi đua - Khen thưởng phường Vạn Xuân``."""
    inviter: str
    """``Chủ tịch Hội đồng Thi đua - Khen thưởng phường Vạn Xuân``."""
    guests: tuple[Attendee, ...]
    occasion: str
    """What for: ``Phiên họp xét khen thưởng …``."""
    chair: str
    meets_at: datetime
    """On the clock of Vietnam."""
    place: str
    notes: tuple[str, ...]
    items: tuple[InvitedItem, ...]
    signature: Signature
    recipients: tuple[str, ...]


def render_invitation(paper: Invitation) -> bytes:
    """Return the invitation as PDF; the same paper gives the same bytes.

    :raises ValueError: nobody is invited, or nothing is on the agenda.
    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    if not (paper.guests and paper.items):
        raise ValueError("an invitation has guests and an agenda")
    register_fonts()
    story = [*_invitation(paper), NextPageTemplate("agenda"), PageBreak(), *_agenda(paper)]
    return sheets.write(
        story,
        [
            PageTemplate("invitation", [sheets.frame()], onPage=_number_page),
            PageTemplate("agenda", [sheets.frame()], onPage=_number_agenda),
        ],
        title=f"Giấy mời {paper.subject}",
        author=" ".join(paper.head.body),
    )


def _invitation(paper: Invitation) -> list[Any]:
    head = paper.head
    foot = letterhead.signature(paper.signature.title, paper.signature.name, paper.recipients)
    *notes, last_note = paper.notes
    return [
        letterhead.head(
            head.superior, head.body, head.number, paper.place_of_issue, paper.issued_on
        ),
        Spacer(0, 5 * mm),
        *parts.named("GIẤY MỜI", paper.subject),
        parts.text(
            f"{paper.inviter} trân trọng kính mời: {len(paper.guests):02d} thành viên Hội đồng"
            " (có danh sách kèm theo)."
        ),
        parts.told("Tới dự", f"{paper.occasion}."),
        parts.told("Chủ trì", f"{paper.chair}."),
        parts.told("Thời gian", f"{letterhead.written_moment(paper.meets_at)}."),
        parts.told("Địa điểm", f"{paper.place}."),
        *(parts.text(note) for note in notes),
        KeepTogether([parts.text(f"{last_note}./."), Spacer(0, 8 * mm), foot]),
    ]


_TITLES = ("TT", "Cá nhân, tập thể", "Hình thức khen thưởng", "Mã hồ sơ")
_WIDTHS = (10, 70, 45, 35)


def _agenda(paper: Invitation) -> list[Any]:
    reference = (
        f"(Kèm theo Giấy mời {letterhead.written_date(paper.issued_on)} của {paper.inviter})"
    )
    rows = [
        [
            str(item.number),
            parts.named_cell(item.name, item.detail),
            parts.centred_cell(item.award),
            parts.linked_cell(item.reference, item.link),
        ]
        for item in paper.items
    ]
    return [
        Paragraph("THÀNH PHẦN VÀ CHƯƠNG TRÌNH HỌP", letterhead.CENTRED_BOLD),
        Paragraph(markup(reference), letterhead.CENTRED_ITALIC),
        letterhead.rule(_LIST_RULE),
        Spacer(0, 4 * mm),
        parts.titled("I. Thành phần"),
        *parts.people(paper.guests),
        parts.titled("II. Hồ sơ xét khen thưởng"),
        Spacer(0, 2 * mm),
        parts.grid(_TITLES, rows, _WIDTHS),
    ]


_LIST_RULE = 45 * mm


def _number_page(canvas: Canvas, document: BaseDocTemplate) -> None:
    sheets.draw_page_number(canvas, document.page)
    document.invitation_pages = document.page


def _number_agenda(canvas: Canvas, document: BaseDocTemplate) -> None:
    """The agenda is an appendix: it counts its own pages (Part III, item 1)."""
    sheets.draw_page_number(canvas, document.page - document.invitation_pages)
