"""What a notice says, in both languages, on the page and by mail.

Texts are made of codes, references and days. They hold no name of a nominee and nothing
that somebody wrote about one: mail travels openly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.office import VIETNAM
from engine.process.labels import TaskLabel
from forms.definition import Bilingual
from forms.vocabulary import Award, CaseOutcome, DossierPart, NoticeKind, ReturnItem

MOST_IN_DIGEST = 50
"""Notices that a digest names; the others it counts."""


@dataclass(frozen=True)
class Told:
    """What a notice is about, as its text needs it."""

    id: int
    kind: NoticeKind
    created_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    reference: str = ""
    award: Award | None = None
    unit_name: str = ""
    """Unit that submitted the nomination."""
    step: TaskLabel | None = None
    step_unit_name: str = ""
    """Unit whose people may do the task."""


@dataclass(frozen=True)
class Words:
    """What people read: one line, and the lines under it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Recipient:
    """To whom a mail is written."""

    name: str
    is_woman: bool | None
    language: str
    """``vi`` or ``en``."""

    @property
    def salutation(self) -> str:
        """The line with which a mail begins."""
        if self.language == "en":
            return f"Dear {self.name},"
        address = {True: "bà", False: "ông", None: "ông/bà"}[self.is_woman]
        return f"Kính gửi {address} {self.name},"


@dataclass(frozen=True)
class Letter:
    """Subject and text of a mail."""

    subject: str
    body: str


TITLES: Mapping[NoticeKind, Bilingual] = {
    NoticeKind.WAITING: Bilingual(
        "Hồ sơ {reference} chờ ông/bà xử lý", "Nomination {reference} waits for you"
    ),
    NoticeKind.ASSIGNED: Bilingual(
        "Ông/bà được giao xử lý hồ sơ {reference}",
        "Nomination {reference} was handed to you",
    ),
    NoticeKind.RETURNED: Bilingual(
        "Hồ sơ {reference} bị trả lại để hoàn thiện",
        "Nomination {reference} was returned to be completed",
    ),
    NoticeKind.DECIDED: Bilingual(
        "Kết quả hồ sơ {reference}: {outcome}", "Result of nomination {reference}: {outcome}"
    ),
    NoticeKind.DUE_SOON: Bilingual(
        "Hồ sơ {reference} sắp đến hạn xử lý: ngày {due_on}",
        "Nomination {reference} is due soon: {due_on}",
    ),
    NoticeKind.OVERDUE: Bilingual(
        "Hồ sơ {reference} đã quá hạn xử lý: ngày {due_on}",
        "Nomination {reference} is overdue since {due_on}",
    ),
    NoticeKind.ESCALATED: Bilingual(
        "Hồ sơ {reference} quá hạn tại {step_unit}",
        "Nomination {reference} is overdue at {step_unit}",
    ),
    NoticeKind.SESSION_CALLED: Bilingual(
        "Giấy mời họp: {session}", "Council session called: {session}"
    ),
}
"""Kind → the one line that stands for the notice; also the subject of its mail."""

_ABOUT = Bilingual(
    "Đề nghị khen thưởng: {award}. Đơn vị trình: {unit}.",
    "Proposed award: {award}. Submitted by: {unit}.",
)
_STEP = Bilingual("Bước xử lý: {step}.", "Step: {step}.")
_LAST_DAY = Bilingual(
    "Ngày cuối của thời hạn: {due_on}.", "Last day of the time limit: {due_on}."
)

LINES: Mapping[NoticeKind, tuple[Bilingual, ...]] = {
    NoticeKind.WAITING: (_ABOUT, _STEP),
    NoticeKind.ASSIGNED: (_ABOUT, _STEP),
    NoticeKind.RETURNED: (_ABOUT,),
    NoticeKind.DECIDED: (_ABOUT,),
    NoticeKind.DUE_SOON: (_ABOUT, _STEP, _LAST_DAY),
    NoticeKind.OVERDUE: (_ABOUT, _STEP, _LAST_DAY),
    NoticeKind.ESCALATED: (_ABOUT, _STEP, _LAST_DAY),
    NoticeKind.SESSION_CALLED: (
        Bilingual("Thời gian: {meets_at}.", "Time: {meets_at}."),
        Bilingual("Địa điểm: {place}.", "Place: {place}."),
        Bilingual(
            "Đề nghị ông/bà nghiên cứu hồ sơ trên hệ thống trước phiên họp.",
            "Please read the nominations in the system before the session.",
        ),
    ),
}
"""Kind → the lines under it."""

_TICKED = Bilingual("Nội dung cần hoàn thiện: {ticks}.", "To be completed: {ticks}.")
_MISSING = Bilingual("Văn bản cần bổ sung: {papers}.", "Papers to be added: {papers}.")
_ANSWER_BY = Bilingual("Hạn bổ sung: ngày {due_on}.", "To be answered by: {due_on}.")

_PREFIX = Bilingual("[Thi đua – Khen thưởng] {title}", "[Emulation and commendation] {title}")
_LINK = Bilingual("Xem và xử lý tại: {link}", "Read it and act here: {link}")
_NO_LINK = Bilingual(
    "Ông/bà đăng nhập hệ thống, mở mục Thông báo để xem và xử lý.",
    "Log in to the system and open Notices to read it and act.",
)
_FOOT = Bilingual(
    "Thư gửi tự động, đề nghị không trả lời thư này. Ông/bà chọn cách nhận thông báo"
    " tại mục Thông báo của hệ thống.",
    "This mail was sent automatically; please do not answer it. Choose how you are told"
    " under Notices in the system.",
)
_DIGEST_TITLE = Bilingual(
    "Bản tin buổi sáng ngày {day}: {count} thông báo",
    "Morning digest of {day}: {count} notices",
)
_DIGEST_BEGIN = Bilingual(
    "Các thông báo chưa đọc của ông/bà đến sáng nay:", "Your unread notices up to this morning:"
)
_MORE = Bilingual(
    "Và {count} thông báo khác trong hệ thống.", "And {count} more in the system."
)


def say(told: Told, language: str) -> Words:
    """Return what ``told`` says in Vietnamese (``vi``) or English (``en``)."""
    values = _values(told, language)
    lines = [line.label(language).format(**values) for line in LINES[told.kind]]
    if told.kind is NoticeKind.RETURNED:
        lines += [
            line.label(language).format(**values)
            for line, name in ((_TICKED, "ticks"), (_MISSING, "papers"), (_ANSWER_BY, "due_on"))
            if values[name]
        ]
    return Words(TITLES[told.kind].label(language).format(**values), tuple(lines))


def letter(told: Told, recipient: Recipient, *, office: str, link: str = "") -> Letter:
    """Return the mail about one notice.

    :param office: name of the office that sends it.
    :param link: web address at which the notice is read; empty: none is known.
    """
    words = say(told, recipient.language)
    return _letter(words.title, [words.title + ".", *words.lines], recipient, office, link)


def digest(
    many: Sequence[Told], day: date, recipient: Recipient, *, office: str, link: str = ""
) -> Letter:
    """Return the mail of a morning about all of ``many``, grouped by kind; see :func:`letter`.

    :param day: in Vietnam.
    """
    language = recipient.language
    values = {"day": _day(day), "count": len(many)}
    lines = [_DIGEST_BEGIN.label(language)]
    named = many[:MOST_IN_DIGEST]
    for kind in NoticeKind:
        group = [one for one in named if one.kind is kind]
        if group:
            lines += ["", f"{kind.label(language)} ({len(group)})"]
            lines += [f"- {say(one, language).title}" for one in group]
    if len(many) > len(named):
        lines += ["", _MORE.label(language).format(count=len(many) - len(named))]
    title = _DIGEST_TITLE.label(language).format(**values)
    return _letter(title, lines, recipient, office, link)


def _letter(
    title: str, lines: Sequence[str], recipient: Recipient, office: str, link: str
) -> Letter:
    language = recipient.language
    way = _LINK.label(language).format(link=link) if link else _NO_LINK.label(language)
    body = [recipient.salutation, "", *lines, "", way, "", office, "--", _FOOT.label(language)]
    subject = _PREFIX.label(language).format(title=title)
    return Letter(_one_line(subject), "\n".join(body) + "\n")


def _values(told: Told, language: str) -> dict[str, str]:
    facts = told.facts
    outcome = facts.get("outcome")
    return {
        "reference": told.reference,
        "award": told.award.label(language) if told.award else "",
        "unit": told.unit_name,
        "step": told.step.label(language) if told.step else "",
        "step_unit": told.step_unit_name,
        "outcome": CaseOutcome(outcome).label(language) if outcome else "",
        "due_on": _day(date.fromisoformat(facts["due_on"])) if "due_on" in facts else "",
        "ticks": _listed([ReturnItem(one) for one in facts.get("items", ())], language),
        "papers": _listed([DossierPart(one) for one in facts.get("papers", ())], language),
        "session": str(facts.get("name", "")),
        "place": str(facts.get("place", "")),
        "meets_at": _moment(facts["meets_at"], language) if "meets_at" in facts else "",
    }


def _listed(words: Sequence[ReturnItem | DossierPart], language: str) -> str:
    return "; ".join(word.label(language) for word in words)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _moment(moment: str, language: str) -> str:
    """Return a moment as people write it in an invitation, by the time of Vietnam."""
    there = datetime.fromisoformat(moment).astimezone(VIETNAM)
    if language == "en":
        return f"{there:%H:%M} on {there:%d/%m/%Y}"
    return f"{there:%H} giờ {there:%M}, ngày {there:%d/%m/%Y}"


def _one_line(text: str) -> str:
    """Return ``text`` without line breaks: a header of a mail is one line."""
    return " ".join(text.split())
