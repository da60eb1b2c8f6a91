"""A decision about an award that was granted: it annuls it, or takes its place.

Decree 30/2020/NĐ-CP, App. III, model 1.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, Spacer

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.typography import markup, register_fonts


@dataclass(frozen=True)
class ActDecision:
    """All that the decision says; every text as printed, in Vietnamese."""

    superior: str
    """The body above the issuing one, or empty."""
    body: tuple[str, ...]
    """Lines of the name of the issuing body."""
    authority: str
    """Who decides: ``Chủ tịch Ủy ban nhân dân phường Vạn Xuân``."""
    number: str
    place: str
    signed_on: date
    subject_line: str
    """``Về việc hủy bỏ việc tặng Giấy khen``."""
    bases: tuple[str, ...]
    """In order, without the final punctuation; never empty."""
    articles: tuple[str, ...]
    """Without their numbers; the last without the final punctuation. Never empty."""
    signer_title: str
    """Lines of capacity and title."""
    signer_name: str
    """Empty: room for a hand."""
    recipients: tuple[str, ...]


def render_act_decision(paper: ActDecision) -> bytes:
    """Return the decision as PDF; the same decision gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    return sheets.write(
        _story(paper),
        parts.pages(is_draft=False),
        title=f"Quyết định {paper.number} {paper.subject_line}",
        author=" ".join(paper.body),
    )


def _story(paper: ActDecision) -> list[Any]:
    """Return the decision; a signature never stands on a page without text of its own."""
    *articles, last = _articles(paper.articles)
    foot = letterhead.signature(paper.signer_title, paper.signer_name, paper.recipients)
    return [
        letterhead.head(paper.superior, paper.body, paper.number, paper.place, paper.signed_on),
        Spacer(0, 5 * mm),
        *parts.named("QUYẾT ĐỊNH", paper.subject_line),
        Paragraph(markup(paper.authority.upper()), letterhead.CENTRED_BOLD),
        Spacer(0, 2 * mm),
        *(Paragraph(markup(f"{basis};"), letterhead.BASIS) for basis in paper.bases[:-1]),
        Paragraph(markup(f"{paper.bases[-1]}."), letterhead.BASIS),
        Spacer(0, 4 * mm),
        Paragraph("QUYẾT ĐỊNH:", letterhead.CENTRED_BOLD),
        *articles,
        KeepTogether([last, Spacer(0, 8 * mm), foot]),
    ]


def _articles(articles: Sequence[str]) -> list[Paragraph]:
    ends = [""] * (len(articles) - 1) + ["./."]
    return [
        Paragraph(f"<b>Điều {number}.</b> {markup(words + end)}", letterhead.BODY)
        for number, (words, end) in enumerate(zip(articles, ends, strict=True), start=1)
    ]
