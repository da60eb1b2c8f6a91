"""The summary of an achievement on one page: what was written, cut only between sentences.

For those who must know many nominations in short; Art. 85 of Law 06/2022/QH15 has a simplified
procedure, for which localities ask for one. Nothing is put in other words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, KeepTogether, PageTemplate, Spacer

from documents import council_sheets as parts
from documents import letterhead, sheets
from documents.achievement_report import ReportHead, opening
from documents.letterhead import Signature
from documents.typography import register_fonts

EXTRACT = "(trích)"
"""After a text of which not everything is printed."""

LEFT_OUT = "xem Báo cáo thành tích"
"""In place of a text of which not even the first sentence has room."""

LIMITS = (
    6_000, 4_000, 3_000, 2_400, 1_900, 1_500, 1_200, 1_000, 850, 700, 600, 500, 420, 350, 290,
    240, 200, 160, 120, 0,
)  # fmt: skip
"""Characters of each text at most, tried one after another until all is on one page."""

MOST = 4_500
"""Characters that no page has room for: what is longer need not be tried."""

_ABBREVIATED = frozenset(
    ("TP", "Tp", "TS", "ThS", "Ths", "GS", "PGS", "BS", "KS", "CN", "NXB", "VD", "tr", "v.v")
)
"""Words whose full stop ends no sentence."""

_END = re.compile(r"(?<=[.!?…])[”\"’)]*(?=\s)|\n")


@dataclass(frozen=True)
class AchievementSummary:
    """All that the summary says; every text as printed, in Vietnamese."""

    head: ReportHead
    subject_line: str
    """``Đề nghị tặng Giấy khen``."""
    facts: tuple[tuple[str, str], ...]
    """Label and words: who is nominated, and when the achievement was made."""
    summary: str
    """As the unit wrote it: always in full."""
    texts: tuple[tuple[str, str], ...]
    """Title and full text of what is extracted: the report, then each criterion."""
    signature: Signature


def render_summary(paper: AchievementSummary) -> bytes:
    """Return the summary as PDF of one page; the same paper gives the same bytes.

    Texts are cut to as many whole sentences as the page has room for.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    register_fonts()
    content = b""
    for limit in LIMITS:
        texts = [(title, _marked(text, limit)) for title, text in paper.texts]
        if limit and sum(len(title) + len(words) for title, words in texts) > MOST:
            continue
        content, pages = _render(paper, texts if limit else _REFERENCE)
        if pages == 1:
            break
    return content


def extract(text: str, limit: int) -> tuple[str, bool]:
    """Return the first whole sentences of ``text``, and whether anything was left out.

    A line is a sentence, too. Lines are joined, so that a list takes no more room than its
    words; the result has at most ``limit`` characters, and is empty if the first sentence
    is longer.
    """
    whole = _joined(text)
    if len(whole) <= limit:
        return whole, False
    kept = ""
    begins = 0
    for found in _END.finditer(text):
        if not _ends(text, begins, found):
            continue
        longer = _joined(f"{kept} {text[begins : found.end()]}")
        if len(longer) > limit:
            break
        kept, begins = longer, found.end()
    return kept, True


def _ends(text: str, begins: int, found: re.Match[str]) -> bool:
    """Whether a sentence ends there, and not an abbreviation or a numbered heading."""
    if found.group() == "\n":
        return True
    before = text[: found.end()].rstrip('”"’)')
    word = before.split()[-1].rstrip(".!?…")
    return word not in _ABBREVIATED and len(word) > 1


def _joined(text: str) -> str:
    return " ".join(text.split())


_REFERENCE = [("Thành tích cụ thể", f"({LEFT_OUT})")]


def _marked(text: str, limit: int) -> str:
    """Return the extract of a text, marked as such if it is one."""
    words, is_cut = extract(text, limit)
    if not words:
        return f"({LEFT_OUT})"
    return f"{words} {EXTRACT}" if is_cut else words


def _render(paper: AchievementSummary, texts: Sequence[tuple[str, str]]) -> tuple[bytes, int]:
    """Return the summary with these texts, and the number of its pages."""
    pages: list[int] = []

    def count(_canvas: Canvas, document: BaseDocTemplate) -> None:
        pages.append(document.page)

    foot = letterhead.two_signatures(Signature("", ""), paper.signature, ())
    story: list[Any] = [
        *opening(paper.head, "TÓM TẮT THÀNH TÍCH", paper.subject_line),
        *(parts.told(label, words) for label, words in paper.facts),
        parts.told("Tóm tắt", _joined(paper.summary)),
        *(parts.told(title, words) for title, words in texts),
        KeepTogether([Spacer(0, 6 * mm), foot]),
    ]
    content = sheets.write(
        story,
        [PageTemplate("summary", [sheets.frame()], onPage=count)],
        title=f"Tóm tắt thành tích: {paper.subject_line}",
        author=" ".join(paper.head.body),
    )
    return content, len(pages)
