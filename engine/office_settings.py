"""What an office may set itself ("cấu hình đơn vị"), because no law fixes the value."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.errors import InvalidSubmission
from engine.plans import Translated
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import (
    BonusOrder,
    BonusRounding,
    Demand,
    DurationBasis,
    Level,
    LevelMode,
    Word,
)

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


def _one_of(*words: Word) -> Check:
    def check(name: str, text: str) -> str:
        if text not in words:
            raise InvalidSubmission({name: [code("not_in_list", text)]})
        return text

    return check


def _whole_number(least: int, most: int) -> Check:
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


def _percent(least: int, most: int) -> Check:
    """Take a whole percentage; 0.6 for 60 % is refused with the way to write it."""
    written = re.compile(r"([0-9]{1,3}) ?%?")

    def check(name: str, text: str) -> str:
        text = text.strip()
        match = written.fullmatch(text)
        if match is None or not least <= int(match[1]) <= most:
            raise InvalidSubmission({name: [code("not_a_percent", least, most, text)]})
        return str(int(match[1]))

    return check


def _multiplier(name: str, text: str) -> str:
    """Take a number above 0 with at most two decimals; keep it with a comma."""
    match = re.fullmatch(r"([0-9]{1,2})(?:[.,]([0-9]{1,2}))?", text.strip())
    if match is None or not number_of(match[0]):
        raise InvalidSubmission({name: [code("not_a_multiplier", text.strip())]})
    whole, decimals = str(int(match[1])), (match[2] or "").rstrip("0")
    return f"{whole},{decimals}" if decimals else whole


def _share(name: str, text: str) -> str:
    """Take a fraction above 0 and at most 1, such as 2/3."""
    match = re.fullmatch(r"([0-9]{1,2}) ?/ ?([0-9]{1,2})", text.strip())
    if match is None or not 0 < int(match[1]) <= int(match[2]):
        raise InvalidSubmission({name: [code("not_a_share", text.strip())]})
    return f"{int(match[1])}/{int(match[2])}"


def _or_empty(check: Check) -> Check:
    def checked(name: str, text: str) -> str:
        return check(name, text) if text.strip() else ""

    return checked


_AT_ONCE = Translated(
    "Áp dụng ngay từ khi thay đổi.",
    "Holds from the moment of the change.",
)
_BY_RECEPTION = Translated(
    "Hồ sơ được xét theo giá trị có hiệu lực vào ngày tiếp nhận hồ sơ đó.",
    "A nomination is examined by the value in force on the day it was received.",
)

WORK = SettingGroup(Translated("Quy trình và liên hệ", "Process and contact"), _AT_ONCE)
CONDITIONS = SettingGroup(Translated("Điều kiện khen thưởng", "Eligibility"), _BY_RECEPTION)
COUNCIL = SettingGroup(Translated("Hội đồng", "Council"), _BY_RECEPTION)
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

_MODES = (LevelMode.IN_SYSTEM, LevelMode.RECORDED)

LEVELS_ABOVE = (Level.PROVINCE, Level.PRIME_MINISTER, Level.PRESIDENT)


def _mode_of(level: Level) -> OfficeSetting:
    return OfficeSetting(
        name=f"level_mode.{level}",
        group=WORK,
        default=LevelMode.IN_SYSTEM.value,
        label=Translated(
            f"Cách xử lý tại: {level.vi}", f"How this level takes part: {level.en}"
        ),
        help=Translated(
            "Xử lý trong hệ thống: cấp trên có tài khoản và tự quyết định. Ghi kết quả từ văn"
            " bản: chuyên viên thường trực ghi số, ngày, kết quả và bản quét. Áp dụng cho hồ"
            " sơ lập sau khi thay đổi.",
            "In the system: the level has accounts and decides itself. Recorded: the ward's"
            " standing clerk records number, date, outcome and a scan. Holds for nominations"
            " begun after the change.",
        ),
        why=Translated(
            "Tùy cấp trên có dùng hệ thống này hay không.",
            "It depends on whether the level above uses this system.",
        ),
        check=_one_of(*_MODES),
        choices=_MODES,
        is_dated=False,
    )


def _choice(
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
        name, group, choices[0].value, label, help, why, _one_of(*choices), choices
    )


_ALL = (
    *(_mode_of(level) for level in LEVELS_ABOVE),
    OfficeSetting(
        name="max_returns",
        group=WORK,
        default="5",
        label=Translated(
            "Số lần trả lại nhiều nhất của một hồ sơ", "Returns of one nomination at most"
        ),
        help=Translated("Một số nguyên từ 1 đến 50.", "A whole number from 1 to 50."),
        why=Translated(
            "Chưa tìm thấy quy định giới hạn chung số lần trả lại hồ sơ.",
            "No provision was found that limits all returns of a dossier.",
        ),
        check=_whole_number(1, 50),
        is_dated=False,
    ),
    OfficeSetting(
        name="contact",
        group=WORK,
        default="Phòng Văn hóa - Xã hội, cơ quan thường trực của Hội đồng",
        label=Translated(
            "Liên hệ cơ quan thường trực", "Contact of the standing body of the council"
        ),
        help=Translated(
            "Một dòng: tên, điện thoại hoặc thư điện tử. Hiện ở cuối trang và khi có lỗi.",
            "One line: name, telephone or e-mail. Shown at the foot of pages and with errors.",
        ),
        why=Translated("Mỗi đơn vị có đầu mối riêng.", "Every office has its own."),
        check=checked_text,
        is_dated=False,
    ),
    _choice(
        "duration_basis",
        CONDITIONS,
        DurationBasis,
        Translated("Cách tính thời gian của phong trào", "How a movement's years are counted"),
        Translated(
            "Dùng khi xét điều kiện phong trào có thời gian thực hiện từ 03 năm hoặc 05 năm"
            " trở lên.",
            "Used where a movement must have lasted 3 or 5 years.",
        ),
        Translated(
            "Luật ghi “có thời gian thực hiện từ 03 [05] năm trở lên” (Điều 73 khoản 4 điểm d,"
            " Điều 44 khoản 1 điểm a), không nói rõ tính đến ngày xét hay theo kế hoạch.",
            "The Law says “carried out for 3 [5] years or more” (Art. 73.4.d, Art. 44.1.a) and"
            " not whether to the day of the review or as planned.",
        ),
    ),
    OfficeSetting(
        name="similar_content_percent",
        group=CONDITIONS,
        default="60",
        label=Translated(
            "Mức trùng nội dung để cảnh báo một thành tích khen hai lần (%)",
            "Likeness of content that warns of one achievement awarded twice (%)",
        ),
        help=Translated(
            "Số nguyên từ 1 đến 100. Hai bản thành tích trùng thời gian và trùng từ ngữ từ mức"
            " này trở lên thì được đặt cạnh nhau để người xét xem.",
            "A whole number from 1 to 100. Achievements that overlap in time and are alike by"
            " this much are shown side by side to the reviewer.",
        ),
        why=Translated(
            "Luật cấm khen thưởng nhiều lần cho một thành tích (Điều 5 khoản 2 điểm c), không"
            " quy định cách nhận biết.",
            "The Law forbids two awards for one achievement (Art. 5.2.c) and not how to tell.",
        ),
        check=_percent(1, 100),
    ),
    OfficeSetting(
        name="council_pass_percent",
        group=COUNCIL,
        default="50",
        label=Translated(
            "Giấy khen, Bằng khen tỉnh: tỷ lệ thành viên đồng ý phải nhiều hơn (%)",
            "Certificates of the ward and province: more than this must agree (%)",
        ),
        help=Translated(
            "Số nguyên từ 1 đến 99, tính trên tổng số thành viên Hội đồng. Đúng bằng mức này"
            " là chưa đạt.",
            "A whole number from 1 to 99, of all members of the council. Exactly this many is"
            " not enough.",
        ),
        why=Translated(
            "Chưa tìm thấy quy định tỷ lệ phiếu của Hội đồng cấp phường.",
            "No provision was found on the votes of a ward's council.",
        ),
        check=_percent(1, 99),
    ),
    OfficeSetting(
        name="council_quorum",
        group=COUNCIL,
        default="2/3",
        label=Translated(
            "Số thành viên có mặt ít nhất để Hội đồng họp", "Members present at a session"
        ),
        help=Translated(
            "Phân số của tổng số thành viên, ví dụ 2/3.",
            "A fraction of all members, for example 2/3.",
        ),
        why=Translated(
            "Quy chế hoạt động của Hội đồng quy định; hệ thống chưa có văn bản này.",
            "The council's own rules fix it; the system has not seen them.",
        ),
        check=_share,
    ),
    OfficeSetting(
        name="max_supplements",
        group=DOSSIER,
        default="1",
        label=Translated(
            "Số lần yêu cầu bổ sung hồ sơ nhiều nhất", "Requests for missing papers at most"
        ),
        help=Translated("Một số nguyên từ 0 đến 10.", "A whole number from 0 to 10."),
        why=Translated(
            "Thủ tục hành chính ở một số nơi ghi một lần; chưa thấy quy định chung.",
            "Procedures published elsewhere say once; no general provision was found.",
        ),
        check=_whole_number(0, 10),
    ),
    OfficeSetting(
        name="supplement_days",
        group=DOSSIER,
        default="",
        label=Translated(
            "Thời hạn bổ sung hồ sơ (ngày làm việc)", "Days to complete a dossier (working)"
        ),
        help=Translated(
            "Số nguyên từ 1 đến 60. Để trống: người yêu cầu tự ghi hạn cho từng lần.",
            "A whole number from 1 to 60. Empty: each request states its own day.",
        ),
        why=Translated(
            "Chưa có quy định trong hệ thống về thời hạn bổ sung hồ sơ.",
            "The system has no provision on this time limit.",
        ),
        check=_or_empty(_whole_number(1, 60)),
        may_be_empty=True,
    ),
    _choice(
        "enterprise_confirmations",
        DOSSIER,
        Demand,
        Translated(
            "Xác nhận về thuế, bảo hiểm, môi trường của doanh nghiệp",
            "Confirmations of an enterprise's taxes, insurance and environment",
        ),
        Translated(
            "Bắt buộc: danh mục giấy tờ của doanh nghiệp đòi các xác nhận này.",
            "Required: the list of papers of an enterprise asks for them.",
        ),
        Translated(
            "Chưa rõ xác nhận nào là bắt buộc; cơ quan thường trực quyết định.",
            "It is not known which ones are required; the standing body decides.",
        ),
    ),
    OfficeSetting(
        name="signing_assignment",
        group=DOSSIER,
        default="",
        label=Translated(
            "Văn bản giao cấp phó ký thay (KT.)", "Document by which deputies sign"
        ),
        help=Translated(
            "Số, ngày và cơ quan của văn bản. Để trống: hệ thống nhắc khi cấp phó ký.",
            "Number, date and body of it. Empty: a deputy's signature is remarked upon.",
        ),
        why=Translated(
            "Người đứng đầu giao việc ký thay (Nghị định 30/2020/NĐ-CP, Điều 13); văn bản giao"
            " của mỗi nơi một khác.",
            "The head assigns signing (Decree 30/2020/NĐ-CP, Art. 13); each office has its own"
            " document.",
        ),
        check=_or_empty(checked_text),
        may_be_empty=True,
    ),
    OfficeSetting(
        name="bonus_unit_certificate",
        group=BONUS,
        default="0,15",
        label=Translated(
            "Hệ số tiền thưởng Giấy khen của phường (cá nhân)",
            "Bonus of a ward's certificate (individual)",
        ),
        help=Translated("Nhân với mức lương cơ sở.", "Times the base salary."),
        why=Translated(
            "Mức 0,15 theo nguồn chưa xác nhận; chưa đọc được điều khoản của Nghị định"
            " 152/2025/NĐ-CP.",
            "0.15 comes from an unconfirmed source; the article of Decree 152/2025 was not"
            " seen.",
        ),
        check=_multiplier,
    ),
    OfficeSetting(
        name="bonus_enterprise_certificate",
        group=BONUS,
        default="0,3",
        label=Translated(
            "Hệ số tiền thưởng Giấy khen của doanh nghiệp, sở (cá nhân)",
            "Bonus of an enterprise's or department's certificate (individual)",
        ),
        help=Translated("Nhân với mức lương cơ sở.", "Times the base salary."),
        why=Translated(
            "Mức 0,3 theo quy định đã hết hiệu lực; chưa đọc được điều khoản của Nghị định"
            " 152/2025/NĐ-CP.",
            "0.3 comes from a decree that has lapsed; the article of Decree 152/2025 was not"
            " seen.",
        ),
        check=_multiplier,
    ),
    OfficeSetting(
        name="bonus_household",
        group=BONUS,
        default="1,5",
        label=Translated(
            "Tiền thưởng hộ gia đình so với cá nhân", "A household's bonus by an individual's"
        ),
        help=Translated("Số lần của mức thưởng cá nhân.", "Times the bonus of an individual."),
        why=Translated(
            "Chưa đọc được quy định về mức thưởng hộ gia đình.",
            "The provision on the bonus of households was not seen.",
        ),
        check=_multiplier,
    ),
    _choice(
        "bonus_rounding",
        BONUS,
        BonusRounding,
        Translated("Làm tròn tiền thưởng", "Rounding of bonuses"),
        Translated("Áp dụng cho từng mức thưởng.", "Holds for every bonus."),
        Translated(
            "Làm tròn lên theo nguồn thứ cấp; chưa đọc được điều khoản của Nghị định"
            " 152/2025/NĐ-CP.",
            "Rounding up comes from a secondary source; the article of Decree 152/2025 was"
            " not seen.",
        ),
    ),
    _choice(
        "bonus_order",
        BONUS,
        BonusOrder,
        Translated("Thứ tự làm tròn tiền thưởng tập thể", "When a collective's is rounded"),
        Translated(
            "Chỉ khác nhau khi mức thưởng cá nhân chưa tròn chục nghìn đồng.",
            "Differs only where an individual's bonus is not a multiple of 10,000 VND.",
        ),
        Translated(
            "Chưa tìm thấy quy định làm tròn trước hay sau khi nhân mức của tập thể.",
            "No provision was found on which comes first.",
        ),
    ),
)

SETTINGS: Mapping[str, OfficeSetting] = {setting.name: setting for setting in _ALL}
"""Name → setting, in the order in which pages show them."""
