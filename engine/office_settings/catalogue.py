"""Every setting that an office may change, in the order of the settings page."""

from collections.abc import Mapping

from engine.office_settings.council import COUNCIL_SETTINGS
from engine.office_settings.model import (
    BONUS,
    CONDITIONS,
    DOSSIER,
    WORK,
    OfficeSetting,
    choice_setting,
    multiplier,
    one_of,
    or_empty,
    percentage,
    whole_number,
)
from engine.plans import Translated
from engine.units import checked_text
from forms.vocabulary import BonusOrder, BonusRounding, Demand, DurationBasis, Level, LevelMode

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
        check=one_of(*_MODES),
        choices=_MODES,
        is_dated=False,
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
        check=whole_number(1, 50),
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
    choice_setting(
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
        check=percentage(1, 100),
    ),
    *COUNCIL_SETTINGS,
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
        check=whole_number(0, 10),
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
        check=or_empty(whole_number(1, 60)),
        may_be_empty=True,
    ),
    choice_setting(
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
        check=or_empty(checked_text),
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
        check=multiplier,
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
        check=multiplier,
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
        check=multiplier,
    ),
    choice_setting(
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
    choice_setting(
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
