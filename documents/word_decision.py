"""The decision to award as a draft that clerks edit: the lines of :mod:`documents.decision`."""

from collections.abc import Sequence

from documents import letterhead
from documents.decision import AwardDecision, Recipient, counted, groups_of
from documents.word_lines import Line, Look, Part, Rows, Sides, WordPaper

RECIPIENTS = "recipients"


def decision_in_word(paper: AwardDecision) -> WordPaper:
    """Return the draft: subject line, reason, executors and recipients are open to clerks."""
    if paper.signed_on is None:
        dated = letterhead.open_date(paper.year)
    else:
        dated = letterhead.written_date(paper.signed_on)
    return WordPaper(
        title=f"Quyết định {paper.number.strip()} {paper.subject_line}",
        author=" ".join(paper.body),
        paper=(
            _head(paper, dated),
            Line("name", "QUYẾT ĐỊNH", True, Look.NAME),
            Line("subject_line", paper.subject_line, False, Look.SUBJECT),
            Line("authority", paper.authority.upper(), True, Look.CENTRED),
            *_bases(paper.bases),
            Line("order", "QUYẾT ĐỊNH:", True, Look.CENTRED),
            *_articles(paper),
            _foot(paper),
        ),
        appendix=(
            Line("list_name", "DANH SÁCH", True, Look.NAME),
            Line("list_award", f"Tặng {paper.award}", True, Look.CENTRED),
            Line(
                "list_reference",
                f"(Kèm theo Quyết định số {paper.number} {dated} của {paper.authority})",
                True,
                Look.REFERENCE,
            ),
            *_list(paper),
        ),
    )


def _head(paper: AwardDecision, dated: str) -> Sides:
    superior = letterhead.abbreviated(paper.superior.upper())
    left = (
        *([Line("superior", superior, True, Look.SUPERIOR)] if superior else []),
        *(Line("body", line.upper(), True, Look.BODY_NAME) for line in paper.body),
    )
    right = (
        Line("nation", letterhead.NATION, True, Look.NATION),
        Line("motto", letterhead.MOTTO, True, Look.MOTTO),
    )
    number = Line("number", f"Số: {paper.number}", True, Look.NUMBER)
    place = Line("dated", f"{paper.place}, {dated}", True, Look.DATED)
    return Sides(
        ((left, right), ((number,), (place,))),
        (letterhead.LEFT_COLUMN, letterhead.RIGHT_COLUMN),
    )


def _bases(bases: Sequence[str]) -> list[Line]:
    return [
        Line("basis", f"{basis}{end}", True, Look.BASIS)
        for basis, end in zip(bases, _ends(len(bases)), strict=True)
    ]


def _articles(paper: AwardDecision) -> list[Line]:
    words = ", ".join(word.lower() for word, _ in groups_of(paper))
    last = 3 if paper.bonus else 2
    bonus = Line("bonus", paper.bonus, True, Look.TEXT, lead="Điều 2.")
    return [
        Line(
            "reason",
            paper.reason,
            False,
            Look.TEXT,
            lead="Điều 1.",
            before=f"Tặng {paper.award} cho {counted(paper)}, ",
            after=" (có Danh sách kèm theo).",
        ),
        *([bonus] if paper.bonus else []),
        Line(
            "executors",
            paper.executors,
            False,
            Look.TEXT,
            lead=f"Điều {last}.",
            after=f" và các {words} có tên tại Điều\u00a01 căn cứ Quyết định thi hành./.",
        ),
    ]


def _foot(paper: AwardDecision) -> Sides:
    titles = paper.signer_title.upper().split("\n")
    ends = _ends(len(paper.recipients))
    left = (
        Line("recipients_head", "Nơi nhận:", True, Look.SENT_HEAD),
        *(_recipient(*pair) for pair in zip(paper.recipients, ends, strict=True)),
    )
    right = (
        *(Line("signer_title", title, True, Look.SIGNER) for title in titles),
        Line("signer_name", paper.signer_name, True, Look.SIGNED),
    )
    return Sides(((left, right),), (letterhead.HALF, letterhead.HALF))


def _recipient(words: str, end: str) -> Line:
    return Line(
        RECIPIENTS,
        words.rstrip(" ;."),
        False,
        Look.SENT_TO,
        before="- ",
        after=end,
        is_listed=True,
    )


def _list(paper: AwardDecision) -> list[Part]:
    parts: list[Part] = []
    for numeral, (name, rows) in zip(("I", "II", "III"), groups_of(paper), strict=False):
        parts.append(Line("group", f"{numeral}. {name}", True, Look.GROUP))
        parts.append(
            Rows(
                "listed",
                ("TT", name, "Chức vụ, đơn vị"),
                tuple(_row(number, row) for number, row in enumerate(rows, start=1)),
                _SHARES,
            )
        )
    return parts


_SHARES = (10, 65, 85)


def _row(number: int, recipient: Recipient) -> tuple[str, ...]:
    return (str(number), recipient.name, recipient.detail)


def _ends(count: int) -> list[str]:
    return [";"] * (count - 1) + ["."]
