"""The head and the foot that every official paper shares (Decree 30/2020/NĐ-CP, App. I)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Spacer, Table, TableStyle
from reportlab.platypus.flowables import HRFlowable

from documents.typography import (
    BODY_SIZE,
    BOLD,
    BOLD_ITALIC,
    FIRST_LINE_INDENT,
    ITALIC,
    PARAGRAPH_GAP,
    PLAIN,
    RULE_SHARE,
    markup,
    width_of,
    wrap,
)

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"

NATION_SIZE = 12
"""12 to 13, bold capitals (Part II, item 1a)."""
MOTTO_SIZE = 13
"""13 to 14, bold (Part II, item 1b)."""
BODY_NAME_SIZE = 12
"""Issuing body: 12 to 13, bold capitals (Part II, item 2b)."""
NUMBER_SIZE = 13
"""Number and symbol: 13 (Part II, item 3c)."""
DATE_SIZE = 14
"""Place and date: 13 to 14, italic (Part II, item 4c)."""
RECIPIENTS_HEAD_SIZE = 12
"""``Nơi nhận``: 12, bold italic (Part II, item 9b)."""
RECIPIENTS_SIZE = 11
"""The list of recipients: 11 (Part II, item 9b)."""

LEFT_COLUMN = 66 * mm
RIGHT_COLUMN = 94 * mm
"""Issuing body on the left, nation on the right (model of Part IV); 160 mm together."""

WIDTH = LEFT_COLUMN + RIGHT_COLUMN
"""Of head and foot of an upright page."""

HALF = WIDTH / 2
"""Each of the two columns of a foot."""

SIGNATURE_ROOM = 26 * mm
"""Between the title of who signs and the name."""
NOTE_SIZE = 11
"""A note under the title of who signs."""
ROOM = "\u00a0" * 8
"""Room for a number, a day or a month that is written by hand."""


@dataclass(frozen=True)
class Signature:
    """Who signs, in which capacity."""

    title: str
    """Lines of capacity and title, printed as given: ``THƯ KÝ``."""
    name: str
    note: str = ""
    """Under the title, in italics: how it was signed; empty: room for a hand."""


def style(font: str, size: float, align: int = TA_LEFT, **more: Any) -> ParagraphStyle:
    """Return a paragraph style with the line spacing of an official paper."""
    return ParagraphStyle(
        f"{font}-{size}-{align}",
        fontName=font,
        fontSize=size,
        leading=size * 1.2,
        alignment=align,
        **more,
    )


CENTRED_BOLD = style(BOLD, BODY_SIZE, TA_CENTER)
CENTRED_ITALIC = style(ITALIC, BODY_SIZE, TA_CENTER)
BODY = style(
    PLAIN,
    BODY_SIZE,
    TA_JUSTIFY,
    firstLineIndent=FIRST_LINE_INDENT,
    spaceBefore=PARAGRAPH_GAP,
)
BASIS = style(
    ITALIC,
    BODY_SIZE,
    TA_JUSTIFY,
    firstLineIndent=FIRST_LINE_INDENT,
    spaceBefore=PARAGRAPH_GAP,
)


def written_date(day: date) -> str:
    """Return ``day`` as papers write it: days below 10 and months 1, 2 with a zero.

    Part II, item 4b: ``ngày 02 tháng 4 năm 2026``.
    """
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)  # noqa: PLR2004
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def open_date(year: int) -> str:
    """Return the date of a paper of ``year`` whose day and month are written by hand."""
    return f"ngày{ROOM}tháng{ROOM}năm {year}"


def written_moment(at: datetime) -> str:
    """Return ``08 giờ 05 phút, ngày 05 tháng 12 năm 2030``, on the clock of ``at`` itself."""
    return f"{at.hour:02d} giờ {at.minute:02d} phút, {written_date(at.date())}"


def head(
    superior: str,
    body: Sequence[str],
    number: str,
    place: str = "",
    signed_on: date | None = None,
    dated: str = "",
    width: float = WIDTH,
) -> Table:
    """Return the head: issuing body and number on the left, nation and date on the right.

    :param superior: the body above the issuing one, or empty (a ward has none here).
    :param body: lines of the name of the issuing body.
    :param number: number and symbol: ``309/QĐ-UBND``; empty: a paper that has none.
    :param signed_on: none: a paper that says its moments in the text, as minutes do.
    :param dated: instead of ``signed_on``, for one dated by hand: :func:`open_date`.
    :param width: between the margins, in points; the columns keep their shares of it.
    """
    columns = [LEFT_COLUMN * width / WIDTH, RIGHT_COLUMN * width / WIDTH]
    left: list[Any] = []
    if superior:
        over = style(PLAIN, BODY_NAME_SIZE, TA_CENTER)
        left.append(Paragraph(markup(abbreviated(superior.upper())), over))
    name = style(BOLD, BODY_NAME_SIZE, TA_CENTER)
    left += [Paragraph(markup(line.upper()), name) for line in body]
    left.append(rule_under(body[-1].upper(), BOLD, BODY_NAME_SIZE, columns[0]))
    right = [
        Paragraph(NATION, style(BOLD, NATION_SIZE, TA_CENTER)),
        Paragraph(MOTTO, style(BOLD, MOTTO_SIZE, TA_CENTER)),
        rule(width_of(MOTTO, BOLD, MOTTO_SIZE)),
    ]
    dated = written_date(signed_on) if signed_on else dated
    numbered = f"Số: {markup(number)}" if number else ""
    rows = [
        [left, right],
        [
            Paragraph(numbered, style(PLAIN, NUMBER_SIZE, TA_CENTER)),
            Paragraph(
                f"{markup(place)}, {dated}" if dated else "",
                style(ITALIC, DATE_SIZE, TA_CENTER),
            ),
        ],
    ]
    return _plain_table(rows, columns)


def subject_below(words: str) -> Table:
    """Return what a letter is about, below its number (model 1.5; Part II, item 5b)."""
    subject = Paragraph(markup(words), style(PLAIN, BODY_NAME_SIZE, TA_CENTER))
    return _plain_table([[subject, ""]], [LEFT_COLUMN, RIGHT_COLUMN])


def signature(title: str, name: str, recipients: Sequence[str]) -> Table:
    """Return the foot: recipients on the left, who signs on the right, room for a signature.

    :param title: lines of capacity and title, ``CHỦ TỊCH``; an award decision has no
        ``TM.`` before it, because the head decides in person (Law, Arts. 79, 80).
    :param recipients: each line gets a dash before it and a semicolon after it, the last
        a full stop (Part II, item 9b).
    """
    bold = style(BOLD, BODY_SIZE, TA_CENTER)
    right: list[Any] = [Paragraph(markup(line), bold) for line in title.split("\n")]
    signed = style(BOLD, BODY_SIZE, TA_CENTER, spaceBefore=SIGNATURE_ROOM)
    right.append(Paragraph(markup(name), signed))
    return _plain_table([[_sent_to(recipients), right]], [HALF, HALF])


def two_signatures(
    left: Signature, right: Signature, recipients: Sequence[str], width: float = WIDTH
) -> Table:
    """Return the foot of minutes: two who sign, names in one line, and the recipients.

    Who has the higher rank signs on the right (model 1.9). A paper that is sent to nobody
    has no recipients.

    :param width: between the margins, in points.
    """
    bold = style(BOLD, BODY_SIZE, TA_CENTER)
    italic = style(ITALIC, NOTE_SIZE, TA_CENTER)
    both = (left, right)
    rows: list[list[Any]] = [
        [[Paragraph(markup(line), bold) for line in one.title.split("\n")] for one in both],
        [Paragraph(markup(one.note), italic) for one in both],
        [Spacer(0, SIGNATURE_ROOM * 0.7), ""],
        [Paragraph(markup(one.name), bold) for one in both],
    ]
    if recipients:
        rows.append([[Spacer(0, 4 * mm), *_sent_to(recipients)], ""])
    return _plain_table(rows, [width / 2, width / 2])


def _sent_to(recipients: Sequence[str]) -> list[Any]:
    """Return the recipients; see :func:`signature`."""
    ends = [";"] * (len(recipients) - 1) + ["."]
    return [
        Paragraph("Nơi nhận:", style(BOLD_ITALIC, RECIPIENTS_HEAD_SIZE)),
        *(
            Paragraph(f"- {markup(line.rstrip(' ;.') + end)}", style(PLAIN, RECIPIENTS_SIZE))
            for line, end in zip(recipients, ends, strict=True)
        ),
    ]


def rule_under(text: str, font: str, size: float, width: float) -> HRFlowable:
    """Return the line under ``text``, as long as its share of the last printed line."""
    last = wrap(text, font, size, width)[-1]
    return rule(RULE_SHARE * width_of(last, font, size))


def rule(width: float) -> HRFlowable:
    """Return a centred line of ``width`` points, as under a title."""
    return HRFlowable(width=width, thickness=0.7, color="black", spaceBefore=2, spaceAfter=4)


def abbreviated(superior: str) -> str:
    """Return the body above in its common abbreviation, as item 2a asks."""
    return superior.replace("ỦY BAN NHÂN DÂN", "UBND").replace("HỘI ĐỒNG NHÂN DÂN", "HĐND")


def _plain_table(rows: list[list[Any]], widths: list[float]) -> Table:
    table = Table(rows, colWidths=widths)
    table.setStyle(
        TableStyle(
            [
                ("FONTNAME", (0, 0), (-1, -1), PLAIN),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("ALIGN", (0, 0), (-1, -1), "CENTER"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return table
