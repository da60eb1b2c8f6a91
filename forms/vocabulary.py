"""The words of the domain, in one place.

Each member has the English code that is stored and journaled, the label that people
read in Vietnamese and in English, and, where one exists, its source. Articles are those
of the Law on Emulation and Commendation, No. 06/2022/QH15; sections those of the plan.
"""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A code with what people read in its place."""

    vi: str
    en: str
    source: str

    def __new__(cls, code: str, vi: str = "", en: str = "", source: str = "") -> Self:
        """Make the member ``code`` with its two labels and its source.

        Every member has its labels; they are optional for ``Award("labor_order")`` alone,
        which finds a member and makes none.
        """
        member = str.__new__(cls, code)
        member._value_ = code
        member.vi = vi
        member.en = en
        member.source = source
        return member

    def label(self, language: str) -> str:
        """Return what a person reads: English for ``"en"``, else Vietnamese."""
        return self.en if language == "en" else self.vi


class Award(Word):
    """A form of commendation (hình thức khen thưởng), from the lowest to the highest."""

    UNIT_CERTIFICATE = "unit_certificate", "Giấy khen", "Certificate of merit", "Điều 75"
    PROVINCIAL_MERIT = (
        "provincial_merit",
        "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
        "Merit certificate of the provincial chairman",
        "Điều 74",
    )
    PRIME_MINISTER_CERTIFICATE = (
        "prime_minister_certificate",
        "Bằng khen của Thủ tướng Chính phủ",
        "Merit certificate of the Prime Minister",
        "Điều 73",
    )
    LABOR_ORDER = (
        "labor_order",
        "Huân chương Lao động hạng Ba",
        "Labor Order, third class",
        "Điều 44",
    )


class Level(Word):
    """A place on the ladder where a nomination is examined, from the lowest up."""

    UNIT = "unit", "Cấp đơn vị", "Unit"
    WARD = "ward", "Cấp phường", "Ward"
    PROVINCE = "province", "Cấp tỉnh", "Province"
    PRIME_MINISTER = "prime_minister", "Thủ tướng Chính phủ", "Prime Minister"
    PRESIDENT = "president", "Chủ tịch nước", "President"


class LevelMode(Word):
    """How a level takes part: a setting per level, or the plan leaves it out."""

    IN_SYSTEM = "in_system", "Xử lý trong hệ thống", "Works in the system"
    RECORDED = "recorded", "Ghi kết quả từ văn bản", "Recorded from its paper"
    LEFT_OUT = "left_out", "Không qua cấp này", "Left out"


class Occasion(Word):
    """What a round of nominations is held for."""

    ANNUAL = "annual", "Khen thưởng hằng năm", "Annual", "IV.2.a"
    MIDTERM = "midterm", "Khen thưởng sơ kết", "Mid-term review", "IV.2.a"
    FINAL = "final", "Khen thưởng tổng kết", "Final review", "IV.2.b"


class SubjectKind(Word):
    """Whom a nomination is for. Households are outside the plan (II.1, IV.1)."""

    INDIVIDUAL = "individual", "Cá nhân", "Individual", "II.1"
    COLLECTIVE = "collective", "Tập thể", "Collective", "II.1"
    ENTERPRISE = "enterprise", "Doanh nghiệp", "Enterprise", "II.1"


class UnitKind(Word):
    """What a unit of the tree is."""

    WARD = "ward", "Phường", "Ward"
    WARD_ROOM = "ward_room", "Phòng, trung tâm thuộc phường", "Office of the ward"
    SCHOOL = "school", "Trường học", "School"
    RESIDENTIAL_GROUP = "residential_group", "Tổ dân phố", "Residential group"
    ENTERPRISE = "enterprise", "Doanh nghiệp, hợp tác xã", "Enterprise or cooperative"
    BODY = "body", "Cơ quan, tổ chức khác", "Other body"
    FATHERLAND_FRONT = (
        "fatherland_front",
        "Mặt trận Tổ quốc và tổ chức chính trị - xã hội",
        "Fatherland Front and its organisations",
    )
    PROVINCE = "province", "Tỉnh", "Province"
    PROVINCIAL_DEPARTMENT = "provincial_department", "Sở, ban, ngành tỉnh", "Department"
    MINISTRY = "ministry", "Bộ", "Ministry"
    PRIME_MINISTER_OFFICE = (
        "prime_minister_office",
        "Văn phòng Chính phủ",
        "Government Office",
    )
    PRESIDENT_OFFICE = "president_office", "Văn phòng Chủ tịch nước", "President's Office"


class Role(Word):
    """What a person may be trusted with in a unit, between two dates."""

    UNIT_HEAD = "unit_head", "Thủ trưởng đơn vị", "Unit head"
    UNIT_CLERK = "unit_clerk", "Cán bộ đơn vị", "Unit clerk"
    WARD_CLERK = (
        "ward_clerk",
        "Chuyên viên thường trực (Phòng Văn hóa - Xã hội)",
        "Ward standing clerk",
        "VI.1",
    )
    COUNCIL_SECRETARY = "council_secretary", "Thư ký Hội đồng", "Council secretary"
    COUNCIL_MEMBER = "council_member", "Thành viên Hội đồng", "Council member", "Điều 90"
    WARD_CHAIRMAN = (
        "ward_chairman",
        "Chủ tịch Ủy ban nhân dân phường",
        "Ward chairman",
        "Điều 80",
    )
    PROVINCIAL_CLERK = "provincial_clerk", "Chuyên viên Sở Nội vụ", "Provincial clerk"
    PROVINCIAL_CHAIRMAN = (
        "provincial_chairman",
        "Chủ tịch Ủy ban nhân dân tỉnh",
        "Provincial chairman",
        "Điều 79",
    )
    CENTRAL_CLERK = "central_clerk", "Chuyên viên cấp Trung ương", "Central clerk"
    AUDITOR = "auditor", "Kiểm tra, giám sát", "Auditor", "Điều 13"
    ADMINISTRATOR = "administrator", "Quản trị hệ thống", "Administrator"


class Outcome(Word):
    """What a person decides at a task; the flows of the diagrams test these values."""

    SUBMIT = "submit", "Nộp hồ sơ", "Submit"
    RECOMMEND = "recommend", "Đề nghị cấp trên khen thưởng", "Recommend"
    AWARD = "award", "Quyết định khen thưởng", "Decide to award"
    RETURN = "return", "Trả lại", "Return"
    REJECT = "reject", "Không đề nghị, không khen thưởng", "Reject"
    HOLD = "hold", "Chưa xét (tạm dừng)", "Hold"
    RESUME = "resume", "Xét tiếp", "Resume"


class CaseOutcome(Word):
    """How a case ended: exactly one, carried by the end event that it reached."""

    AWARDED = "awarded", "Đã khen thưởng", "Awarded"
    REJECTED = "rejected", "Không khen thưởng", "Rejected"
    WITHDRAWN = "withdrawn", "Đã rút", "Withdrawn"


class CaseState(Word):
    """What a case waits for, in a word that people see on every list."""

    DRAFT = "draft", "Nháp", "Draft"
    IN_REVIEW = "in_review", "Đang xét", "In review"
    RETURNED = "returned", "Trả lại để bổ sung", "Returned for completion"
    ON_HOLD = "on_hold", "Chưa xét (tạm dừng)", "On hold"
    AWARDED = "awarded", "Đã khen thưởng", "Awarded"
    REJECTED = "rejected", "Không khen thưởng", "Rejected"
    WITHDRAWN = "withdrawn", "Đã rút", "Withdrawn"


class ReturnTarget(Word):
    """Where a returned nomination goes back to."""

    DRAFT = "draft", "Đơn vị lập hồ sơ", "The unit that wrote it"
    UNIT = "unit", "Thủ trưởng đơn vị", "The unit head"
    WARD = "ward", "Cấp phường", "The ward"
    PROVINCE = "province", "Cấp tỉnh", "The province"
    PRIME_MINISTER = (
        "prime_minister",
        "Cấp Thủ tướng Chính phủ",
        "The Prime Minister's level",
    )


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
