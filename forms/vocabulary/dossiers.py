"""Words of a dossier: its papers, what is missing in it, how it is appraised."""

from forms.vocabulary.word import Word


class ReturnItem(Word):
    """What is missing or wrong in a returned dossier: the ticks that the unit sees."""

    MISSING_PART = (
        "missing_part",
        "Thiếu thành phần hồ sơ",
        "A part of the dossier is missing",
        "Điều 84",
    )
    MISSING_FIGURES = (
        "missing_figures",
        "Thiếu số liệu chứng minh thành tích",
        "Figures that prove the achievement are missing",
    )
    WRONG_SUBJECT = (
        "wrong_subject",
        "Sai hoặc chưa rõ đối tượng",
        "The subject is wrong or unclear",
        "II.1",
    )
    UNCLEAR_CRITERIA = (
        "unclear_criteria",
        "Chưa rõ nội dung, tiêu chí thi đua",
        "The contents or criteria are unclear",
        "III",
    )
    UNCLEAR_PERIOD = (
        "unclear_period",
        "Chưa rõ thời gian lập thành tích",
        "The period of the achievement is unclear",
    )
    MISSING_PRIOR_AWARDS = (
        "missing_prior_awards",
        "Thiếu thông tin khen thưởng đã nhận",
        "Awards already received are missing",
    )
    MISSING_CONFIRMATION = (
        "missing_confirmation",
        "Thiếu xác nhận của cơ quan có thẩm quyền",
        "A confirmation by a competent body is missing",
        "Điều 84",
    )
    MISSING_MINUTES = (
        "missing_minutes",
        "Thiếu biên bản họp xét",
        "The minutes of the review meeting are missing",
        "Điều 84",
    )
    OTHER = "other", "Nội dung khác, nêu trong lý do", "Something else, see the reason"


class DossierPart(Word):
    """A paper of a dossier: ticked on its list, asked for when it is missing."""

    STATEMENT = (
        "statement",
        "Tờ trình (văn bản đề nghị) kèm danh sách",
        "Statement proposing the award, with the list",
        "Điều 84 khoản 2 điểm a",
    )
    ACHIEVEMENT_REPORT = (
        "achievement_report",
        "Báo cáo thành tích",
        "Achievement report",
        "Điều 84 khoản 2 điểm b",
    )
    REVIEW_MINUTES = (
        "review_minutes",
        "Biên bản xét khen thưởng",
        "Minutes of the review meeting",
        "Điều 84 khoản 2 điểm c",
    )
    CONFIRMATION = (
        "confirmation",
        "Chứng nhận hoặc xác nhận của cơ quan, tổ chức có thẩm quyền",
        "Certificate or confirmation by a competent body",
        "Điều 84 khoản 2 điểm d",
    )
    ENTERPRISE_CONFIRMATION = (
        "enterprise_confirmation",
        "Xác nhận về thuế, bảo hiểm xã hội, môi trường của doanh nghiệp",
        "Confirmation of the enterprise's taxes, social insurance and environment",
    )
    VOTE_COUNT = (
        "vote_count",
        "Biên bản kiểm phiếu của Hội đồng",
        "Minutes of the council's vote count",
    )
    PUBLIC_NOTICE = (
        "public_notice",
        "Tài liệu về việc công khai danh sách đề nghị",
        "Proof that the list was made public",
        "Điều 84 khoản 5",
    )
    CENTRAL_OPINION = (
        "central_opinion",
        "Ý kiến của cơ quan, tổ chức ở trung ương hoặc Ủy ban nhân dân cấp tỉnh",
        "Opinion of a central body or of the provincial People's Committee",
        "Điều 84 khoản 3",
    )
    ELECTRONIC_FILES = (
        "electronic_files",
        "Các tệp tin điện tử của hồ sơ",
        "The electronic files of the dossier",
        "Điều 84 khoản 4",
    )


class PaperState(Word):
    """What a clerk says of a paper on the list of a dossier."""

    UNSEEN = "unseen", "Chưa kiểm tra", "Not looked at"
    THERE = "there", "Có", "There"
    MISSING = "missing", "Thiếu", "Missing"


class Demand(Word):
    """Whether a dossier must have something that no law asks for."""

    OPTIONAL = "optional", "Không bắt buộc", "Optional"
    REQUIRED = "required", "Bắt buộc", "Required"


class HoldReason(Word):
    """Why a nomination is not examined yet; it is neither refused nor returned."""

    DISCIPLINE = (
        "discipline",
        "Đang trong thời gian xem xét kỷ luật",
        "Discipline is being considered",
    )
    INVESTIGATION = (
        "investigation",
        "Đang bị điều tra, thanh tra, kiểm tra khi có dấu hiệu vi phạm",
        "Under investigation or inspection for signs of a violation",
    )
    COMPLAINT = (
        "complaint",
        "Có khiếu nại, tố cáo đang được xem xét",
        "A complaint or denunciation is being considered",
    )
    PRESS = (
        "press",
        "Báo chí nêu dấu hiệu tham nhũng, tiêu cực đang được xác minh",
        "Press reports of wrongdoing are being verified",
    )
    OTHER = "other", "Lý do khác, nêu bên dưới", "Another reason, given below"


class CheckItem(Word):
    """What an appraisal looks at, one by one."""

    RIGHT_SUBJECT = (
        "right_subject",
        "Đúng đối tượng của Kế hoạch",
        "The subject is one that the plan covers",
        "II.1, IV.1",
    )
    RIGHT_AUTHORITY = (
        "right_authority",
        "Đúng thẩm quyền và cấp trình",
        "The right authority and submitting level",
        "Điều 83",
    )
    MEETS_CRITERIA = (
        "meets_criteria",
        "Đạt tiêu chuẩn theo Kế hoạch",
        "Meets the standards of the plan",
        "III, IV.2",
    )
    COMPLETE = (
        "complete",
        "Đủ thành phần hồ sơ",
        "The dossier is complete",
        "Điều 84",
    )
    NOT_REPEATED = (
        "not_repeated",
        "Không trùng với thành tích đã được khen thưởng",
        "Not an achievement already commended",
        "Điều 5",
    )
    NOTHING_PENDING = (
        "nothing_pending",
        "Không có vấn đề đang được xem xét",
        "No matter is pending against the subject",
    )


class Verdict(Word):
    """What an appraisal finds on one item."""

    MET = "met", "Đạt", "Met"
    NOT_MET = "not_met", "Không đạt", "Not met"
    INCOMPLETE = "incomplete", "Cần bổ sung", "To be completed"
