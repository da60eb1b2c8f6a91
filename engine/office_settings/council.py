"""Settings of a council: its votes, its members, public consultation."""

from engine.office_settings.model import (
    COUNCIL,
    OfficeSetting,
    choice_setting,
    or_empty,
    percentage,
    share,
    whole_number,
)
from engine.plans import Translated
from forms.vocabulary import ConflictRule, SubstituteRight, WrittenOpinions

COUNCIL_SETTINGS = (
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
        check=percentage(1, 99),
    ),
    OfficeSetting(
        name="council_pass_percent_province",
        group=COUNCIL,
        default="",
        label=Translated(
            "Bằng khen tỉnh tại Hội đồng tỉnh: tỷ lệ thành viên đồng ý phải nhiều hơn (%)",
            "Provincial merit at the provincial council: more than this must agree (%)",
        ),
        help=Translated(
            "Số nguyên từ 1 đến 99, tính trên tổng số thành viên Hội đồng tỉnh. Để trống: chưa"
            " có quy định, Hội đồng tỉnh chưa biểu quyết được loại này trong hệ thống.",
            "A whole number from 1 to 99, of all members of the provincial council. Empty: no"
            " rule is known, and the council cannot vote on these in the system.",
        ),
        why=Translated(
            "Tỷ lệ phiếu xét Bằng khen do quy chế của tỉnh quy định; hệ thống chưa có văn bản"
            " này.",
            "The province's own rules fix it; the system has not seen them.",
        ),
        check=or_empty(percentage(1, 99)),
        may_be_empty=True,
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
        check=share,
    ),
    choice_setting(
        "council_written_opinions",
        COUNCIL,
        WrittenOpinions,
        Translated(
            "Giấy khen, Bằng khen tỉnh: ý kiến bằng văn bản của người vắng",
            "Certificates of the ward and province: written opinions of absent members",
        ),
        Translated(
            "Áp dụng khi không có quy định riêng cho hình thức khen thưởng. Ý kiến bằng văn bản"
            " không phải là phiếu kín và luôn được ghi riêng trong biên bản.",
            "Holds where no rule of the award says otherwise. A written opinion is not secret,"
            " and the minutes always count it apart.",
        ),
        Translated(
            "Quy định tìm thấy chỉ nói về khen thưởng cấp Nhà nước.",
            "The provision that was found speaks of State awards alone.",
        ),
    ),
    choice_setting(
        "council_conflict",
        COUNCIL,
        ConflictRule,
        Translated(
            "Thành viên có liên quan đến hồ sơ đang xét",
            "A member whom the nomination concerns",
        ),
        Translated(
            "Người được đề nghị, người đứng đầu đơn vị liên quan hoặc người tự khai có liên"
            " quan. Dù chọn cách nào, trang biểu quyết và biên bản đều nêu tên.",
            "Who is nominated, heads the unit concerned or declares an interest. Whatever is"
            " chosen, the page and the minutes name them.",
        ),
        Translated(
            "Chưa tìm thấy quy định về thành viên Hội đồng có liên quan.",
            "No provision was found on members who are concerned.",
        ),
    ),
    choice_setting(
        "council_substitutes",
        COUNCIL,
        SubstituteRight,
        Translated("Người dự họp thay thành viên vắng mặt", "Substitutes of absent members"),
        Translated(
            "Người dự họp thay được phân công trước ở trang Hội đồng. Nếu chỉ dự họp, thành"
            " viên vắng mặt không được tính là có mặt.",
            "Substitutes are named beforehand on the page of the council. If they only attend,"
            " the absent member does not count as present.",
        ),
        Translated(
            "Quy chế hoạt động của Hội đồng quy định; hệ thống chưa có văn bản này.",
            "The council's own rules fix it; the system has not seen them.",
        ),
    ),
    OfficeSetting(
        name="council_revotes",
        group=COUNCIL,
        default="1",
        label=Translated(
            "Số lần biểu quyết lại nhiều nhất đối với một hồ sơ", "Repeated votes at most"
        ),
        help=Translated(
            "Một số nguyên từ 0 đến 5. Kết quả các lần trước vẫn được giữ.",
            "A whole number from 0 to 5. The results of earlier votes are kept.",
        ),
        why=Translated(
            "Chưa tìm thấy quy định về số lần biểu quyết lại.",
            "No provision was found on repeated votes.",
        ),
        check=whole_number(0, 5),
    ),
    OfficeSetting(
        name="consultation_days",
        group=COUNCIL,
        default="10",
        label=Translated(
            "Số ngày làm việc lấy ý kiến nhân dân trước khi Hội đồng tỉnh họp",
            "Working days of public consultation before the provincial council",
        ),
        help=Translated(
            "Số nguyên từ 10 đến 60.",
            "A whole number from 10 to 60.",
        ),
        why=Translated(
            "Ít nhất 10 ngày làm việc trước khi họp Hội đồng (Nghị định số 98/2023/NĐ-CP, Điều"
            " 46 khoản 2); chưa đối chiếu được số điều trong Nghị định số 152/2025/NĐ-CP.",
            "At least 10 working days before the council meets (Decree No. 98/2023/NĐ-CP, Art."
            " 46.2); the article of Decree No. 152/2025/NĐ-CP could not be compared.",
        ),
        check=whole_number(10, 60),
    ),
)
