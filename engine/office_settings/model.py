"""What a setting of an office is, and the checks of what is typed into one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from engine.errors import InvalidSubmission
from engine.plans import Translated
from forms.messages import code
from forms.vocabulary import Word

SOURCE = Translated("cấu hình đơn vị", "set by this office")
"""Where people see a value that an office set, they see this beside it."""

Check = Callable[[str, str], str]
"""Takes the name and the text of a setting; returns its stored form or refuses it."""


@dataclass(frozen=True)
class SettingGroup:
    """Settings that a page shows under one heading."""

    title: Translated
    note: Translated
    """Which day chooses among the values of a setting."""


@dataclass(frozen=True)
class OfficeSetting:
    """One thing that an office may set."""

    name: str
    group: SettingGroup
    default: str
    label: Translated
    help: Translated
    why: Translated
    """Why the office sets it: what the law leaves open, or what was not found."""
    check: Check
    choices: tuple[Word, ...] = ()
    """Values to choose from; empty: a text or a number is typed."""
    is_dated: bool = True
    """A change names its first day; otherwise it holds from the change on."""
    may_be_empty: bool = False


def percent_of(value: str) -> Fraction:
    """Return a percentage such as ``60`` as a share of one: 3/5."""
    return Fraction(int(value), 100)


def number_of(value: str) -> Fraction:
    """Return a multiplier such as ``0,15``, or a share such as ``2/3``, exactly."""
    return Fraction(value.replace(",", "."))


def one_of(*words: Word) -> Check:
    """Take the value of one of ``words``."""

    def check(name: str, text: str) -> str:
        if text not in words:
            raise InvalidSubmission({name: [code("not_in_list", text)]})
        return text

    return check


def whole_number(least: int, most: int) -> Check:
    """Take a whole number from ``least`` to ``most``."""

    def check(name: str, text: str) -> str:
        text = text.strip()
        if not (text.isascii() and text.isdigit()):
            raise InvalidSubmission({name: [code("not_a_count", text)]})
        if len(text) > len(str(most)) or int(text) > most:
            raise InvalidSubmission({name: [code("too_large", most, text)]})
        if int(text) < least:
            raise InvalidSubmission({name: [code("too_small", least, text)]})
        return str(int(text))

    return check


def percentage(least: int, most: int) -> Check:
    """Take a whole percentage; 0.6 for 60 % is refused with the way to write it."""
    written = re.compile(r"([0-9]{1,3}) ?%?")

    def check(name: str, text: str) -> str:
        text = text.strip()
        match = written.fullmatch(text)
        if match is None or not least <= int(match[1]) <= most:
            raise InvalidSubmission({name: [code("not_a_percent", least, most, text)]})
        return str(int(match[1]))

    return check


def multiplier(name: str, text: str) -> str:
    """Take a number above 0 with at most two decimals; keep it with a comma."""
    match = re.fullmatch(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))?", text.strip())
    if match is None or not number_of(match[0]):
        raise InvalidSubmission({name: [code("not_a_multiplier", text.strip())]})
    whole, decimals = str(int(match[1])), (match[2] or "").rstrip("0")
    return f"{whole},{decimals}" if decimals else whole


def share(name: str, text: str) -> str:
    """Take a fraction above 0 and at most 1, such as 2/3."""
    match = re.fullmatch(r"([0-9]{1,2}) ?/ ?([0-9]{1,2})", text.strip())
    if match is None or not 0 < int(match[1]) <= int(match[2]):
        raise InvalidSubmission({name: [code("not_a_share", text.strip())]})
    return f"{int(match[1])}/{int(match[2])}"


def or_empty(check: Check) -> Check:
    """Take nothing at all, or what ``check`` takes."""

    def checked(name: str, text: str) -> str:
        return check(name, text) if text.strip() else ""

    return checked


AT_ONCE = Translated(
    "Áp dụng ngay từ khi thay đổi.",
    "Holds from the moment of the change.",
)
BY_RECEPTION = Translated(
    "Hồ sơ được xét theo giá trị có hiệu lực vào ngày tiếp nhận hồ sơ đó.",
    "A nomination is examined by the value in force on the day it was received.",
)

WORK = SettingGroup(Translated("Quy trình và liên hệ", "Process and contact"), AT_ONCE)
CONDITIONS = SettingGroup(Translated("Điều kiện khen thưởng", "Eligibility"), BY_RECEPTION)
COUNCIL = SettingGroup(
    Translated("Hội đồng", "Council"),
    Translated(
        "Tỷ lệ phiếu và số người dự họp theo ngày tiếp nhận hồ sơ; các giá trị khác theo ngày"
        " họp hoặc ngày đăng thông báo.",
        "Shares of votes and of members present by the day a nomination was received; the other"
        " values by the day of the session or of the notice.",
    ),
)
DOSSIER = SettingGroup(
    Translated("Hồ sơ và ký văn bản", "Dossier and signing"),
    Translated(
        "Dùng giá trị có hiệu lực vào ngày yêu cầu bổ sung, ngày kiểm tra hoặc ngày ký.",
        "The value in force on the day of the request, the check or the signature counts.",
    ),
)
BONUS = SettingGroup(
    Translated("Tiền thưởng", "Bonus"),
    Translated(
        "Dùng giá trị có hiệu lực vào ngày ký quyết định khen thưởng.",
        "The value in force on the day the decision is signed counts.",
    ),
)


def choice_setting(
    name: str,
    group: SettingGroup,
    words: type[Word],
    label: Translated,
    help: Translated,
    why: Translated,
) -> OfficeSetting:
    """Return a setting whose first word is its default."""
    choices = tuple(words)
    return OfficeSetting(
        name, group, choices[0].value, label, help, why, one_of(*choices), choices
    )
