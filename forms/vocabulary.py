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
    LABOR_ORDER_SECOND = (
        "labor_order_second",
        "Huân chương Lao động hạng Nhì",
        "Labor Order, second class",
        "Điều 43",
    )
    LABOR_ORDER_FIRST = (
        "labor_order_first",
        "Huân chương Lao động hạng Nhất",
        "Labor Order, first class",
        "Điều 42",
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
    """Whom a nomination is for. A plan says which of them it is for."""

    INDIVIDUAL = "individual", "Cá nhân", "Individual", "II.1"
    COLLECTIVE = "collective", "Tập thể", "Collective", "II.1"
    ENTERPRISE = "enterprise", "Doanh nghiệp", "Enterprise", "II.1"
    HOUSEHOLD = "household", "Hộ gia đình", "Household", "Điều 74 khoản 5"


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


class SubjectCategory(Word):
    """What an individual does, where the Law has standards of their own for it."""

    OFFICIAL = (
        "official",
        "Cán bộ, công chức, viên chức",
        "Official or public employee",
        "Điều 74 khoản 1",
    )
    WORKER = "worker", "Công nhân, người lao động", "Worker", "Điều 74 khoản 1 điểm đ"
    FARMER = "farmer", "Nông dân", "Farmer", "Điều 74 khoản 1 điểm đ"
    ENTREPRENEUR = (
        "entrepreneur",
        "Doanh nhân, trí thức, nhà khoa học",
        "Entrepreneur, intellectual or scientist",
        "Điều 74 khoản 2",
    )
    OTHER = "other", "Người dân, đối tượng khác", "Somebody else"


class MovementBasis(Word):
    """The movement under which the achievement is claimed."""

    OWN = "own", "Phong trào của kế hoạch này", "The movement of this plan"
    PARENT = "parent", "Phong trào cấp trên mà kế hoạch hưởng ứng", "The movement above it"


class Route(Word):
    """The standard under which an award is asked for."""

    MOVEMENT = "movement", "Theo phong trào thi đua", "By an emulation movement"
    MERIT = "merit", "Theo công trạng và thành tích", "By merit over years"


class RuleVerdict(Word):
    """What one rule says of a subject. "Held" (chưa xét) refuses nothing: it waits."""

    MET = "met", "Đạt", "Met"
    NOT_MET = "not_met", "Không đạt", "Not met"
    NOT_APPLICABLE = "not_applicable", "Không áp dụng", "Not applicable"
    CANNOT_TELL = "cannot_tell", "Chưa đủ dữ liệu", "Cannot tell"
    HELD = "held", "Chưa xét", "Held"


class RuleEffect(Word):
    """What becomes of a nomination that does not meet a rule."""

    BLOCK = "block", "Không đủ điều kiện", "Not eligible"
    WARN = "warn", "Cảnh báo, người xét tự quyết định", "A warning: the reviewer decides"


class Conclusion(Word):
    """What all rules together say."""

    ELIGIBLE = "eligible", "Đủ điều kiện theo dữ liệu hiện có", "Eligible by what is known"
    UNDETERMINED = "undetermined", "Chưa đủ dữ liệu để kết luận", "Not enough is known"
    HELD = "held", "Chưa xét", "Held"
    NOT_ELIGIBLE = "not_eligible", "Không đủ điều kiện", "Not eligible"


class CheckStage(Word):
    """When the rules were asked."""

    OPENED = "opened", "Khi lập hồ sơ", "When it was opened"
    SUBMITTED = "submitted", "Khi nộp hồ sơ", "At submission"
    APPRAISED = "appraised", "Khi thẩm định", "At an appraisal"
    ADVISED = "advised", "Khi Hội đồng họp", "At a council session"
    DECIDED = "decided", "Trước khi quyết định", "Before a decision"


class Confidence(Word):
    """How sure a rule of the law book is; only the first two are ever cited as law."""

    HIGH = "H", "Đã đối chiếu văn bản", "Checked against the text"
    MEDIUM = "M", "Theo nguồn thứ cấp, cần đối chiếu", "From a secondary source"
    LOW = "L", "Chưa xác nhận", "Not confirmed"
    UNKNOWN = "?", "Chưa tìm thấy quy định", "No provision was found"


class Honour(Word):
    """An award or title that the register keeps; the first six are those of ``Award``."""

    UNIT_CERTIFICATE = "unit_certificate", "Giấy khen", "Certificate of merit"
    PROVINCIAL_MERIT = (
        "provincial_merit",
        "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
        "Merit certificate of the provincial chairman",
    )
    PRIME_MINISTER_CERTIFICATE = (
        "prime_minister_certificate",
        "Bằng khen của Thủ tướng Chính phủ",
        "Merit certificate of the Prime Minister",
    )
    LABOR_ORDER = "labor_order", "Huân chương Lao động hạng Ba", "Labor Order, third class"
    LABOR_ORDER_SECOND = (
        "labor_order_second",
        "Huân chương Lao động hạng Nhì",
        "Labor Order, second class",
    )
    LABOR_ORDER_FIRST = (
        "labor_order_first",
        "Huân chương Lao động hạng Nhất",
        "Labor Order, first class",
    )
    MINISTRY_MERIT = "ministry_merit", "Bằng khen cấp bộ", "Merit certificate of a ministry"
    ADVANCED_WORKER = "advanced_worker", "Lao động tiên tiến", "Advanced worker", "Điều 24"
    GRASSROOTS_FIGHTER = (
        "grassroots_fighter",
        "Chiến sĩ thi đua cơ sở",
        "Grassroots emulation fighter",
        "Điều 23",
    )
    PROVINCIAL_FIGHTER = (
        "provincial_fighter",
        "Chiến sĩ thi đua cấp bộ, ban, ngành, tỉnh",
        "Provincial emulation fighter",
        "Điều 22",
    )
    NATIONAL_FIGHTER = (
        "national_fighter",
        "Chiến sĩ thi đua toàn quốc",
        "National emulation fighter",
        "Điều 21",
    )
    ADVANCED_COLLECTIVE = (
        "advanced_collective",
        "Tập thể lao động tiên tiến",
        "Advanced labour collective",
        "Điều 28",
    )
    EXCELLENT_COLLECTIVE = (
        "excellent_collective",
        "Tập thể lao động xuất sắc",
        "Excellent labour collective",
        "Điều 27",
    )
    PROVINCIAL_FLAG = (
        "provincial_flag",
        "Cờ thi đua cấp bộ, ban, ngành, tỉnh",
        "Emulation flag of a province or ministry",
        "Điều 26",
    )
    GOVERNMENT_FLAG = (
        "government_flag",
        "Cờ thi đua của Chính phủ",
        "Emulation flag of the Government",
        "Điều 25",
    )
    OTHER = "other", "Hình thức khác", "Another award"


class CommendationKind(Word):
    """For what kind of achievement an award was given (loại hình khen thưởng, Art. 8)."""

    MERIT = "merit", "Công trạng", "Merit over years", "Điều 8 khoản 1"
    SUDDEN = "sudden", "Đột xuất", "Sudden achievement", "Điều 8 khoản 2"
    MOVEMENT = (
        "movement",
        "Phong trào thi đua, chuyên đề",
        "Movement or theme",
        "Điều 8 khoản 3",
    )
    DEDICATION = "dedication", "Quá trình cống hiến", "Dedication over a life", "Điều 8 khoản 4"
    SERVICE = "service", "Niên hạn", "Years of service", "Điều 8 khoản 5"
    FOREIGN = "foreign", "Đối ngoại", "Foreign relations", "Điều 8 khoản 6"
    THEMATIC_MOVEMENT = (
        "thematic_movement",
        "Phong trào thi đua theo chuyên đề (từ 01/10/2026)",
        "Thematic movement (from 1 October 2026)",
        "Luật số 06/2026/QH16",
    )
    THEMATIC = (
        "thematic",
        "Chuyên đề (từ 01/10/2026)",
        "Theme (from 1 October 2026)",
        "Luật số 06/2026/QH16",
    )
    UNKNOWN = "unknown", "Chưa rõ loại hình", "Kind not known"


class AuthorityLevel(Word):
    """The level of the body that granted an award."""

    UNIT = "unit", "Cơ quan, đơn vị, doanh nghiệp", "Agency, unit or enterprise"
    WARD = "ward", "Cấp xã", "Ward or commune"
    FORMER_DISTRICT = "former_district", "Cấp huyện (trước 01/7/2025)", "Former district"
    PROVINCE = "province", "Cấp tỉnh", "Province"
    MINISTRY = "ministry", "Cấp bộ", "Ministry"
    PRIME_MINISTER = "prime_minister", "Thủ tướng Chính phủ", "Prime Minister"
    PRESIDENT = "president", "Chủ tịch nước", "President"
    PARTY = "party", "Tổ chức Đảng", "Party body"
    FRONT = "front", "Mặt trận, đoàn thể", "Fatherland Front or its organisations"


class EntryNature(Word):
    """What an entry of the register records (tính chất tặng)."""

    GRANTED = "granted", "Tặng", "Granted"
    POSTHUMOUS = "posthumous", "Truy tặng", "Granted posthumously"
    ADJUSTED = "adjusted", "Điều chỉnh", "Adjusted"
    RECOVERED = "recovered", "Thu hồi", "Recovered"


class EntryState(Word):
    """Whether an award in the register still stands."""

    IN_FORCE = "in_force", "Còn hiệu lực", "In force"
    CORRECTED = "corrected", "Đã đính chính", "Corrected"
    REPLACED = "replaced", "Đã thay thế", "Replaced"
    ANNULLED = "annulled", "Đã hủy bỏ, thu hồi", "Annulled and recovered"


class EntrySource(Word):
    """How an award came into the register."""

    CASE = "case", "Quyết định của hồ sơ trong hệ thống", "Decision of a case here"
    HAND = "hand", "Ghi tay (khen thưởng trước đây)", "Entered by hand"
    FILE = "file", "Nhập từ tệp", "From a file"


class AnnulmentGround(Word):
    """Why a decision to award is annulled (Art. 93)."""

    FALSE_DECLARATION = (
        "false_declaration",
        "Gian dối trong việc kê khai công trạng, thành tích",
        "The achievement was declared falsely",
        "Điều 93 khoản 2 điểm a",
    )
    FALSE_PAPERS = (
        "false_papers",
        "Cung cấp thông tin sai sự thật hoặc làm giả hồ sơ, giấy tờ",
        "False information or forged papers",
        "Điều 93 khoản 2 điểm b",
    )
    UNLAWFUL_PROCEDURE = (
        "unlawful_procedure",
        "Thẩm định, xét, duyệt, đề nghị khen thưởng trái quy định của pháp luật",
        "Appraised, examined or proposed against the law",
        "Điều 93 khoản 2 điểm c",
    )
    LATER_FINDING = (
        "later_finding",
        "Có kết luận, bản án về vi phạm trong thời gian tính thành tích",
        "A finding or judgment of a violation within the period counted",
        "Điều 93 khoản 2 điểm d",
    )


class DurationBasis(Word):
    """How the years of a movement are counted, where the law does not say."""

    ELAPSED = "elapsed", "Thời gian đã thực hiện đến ngày sơ kết, tổng kết", "Years elapsed"
    PLANNED = "planned", "Toàn bộ thời gian theo kế hoạch", "Years as planned"


class BonusRounding(Word):
    """How a bonus is rounded."""

    UP_10K = "up_10k", "Làm tròn lên hàng chục nghìn đồng", "Up to the next 10,000 đồng"
    NEAREST_10K = (
        "nearest_10k",
        "Làm tròn đến hàng chục nghìn đồng gần nhất",
        "To the nearest 10,000 đồng",
    )
    NONE = "none", "Không làm tròn", "Not at all"


class BonusOrder(Word):
    """Whether a bonus is rounded before or after it is multiplied for a collective."""

    DOUBLE_THEN_ROUND = (
        "double_then_round",
        "Nhân mức của tập thể rồi làm tròn",
        "Multiplied for a collective, then rounded",
    )
    ROUND_THEN_DOUBLE = (
        "round_then_double",
        "Làm tròn rồi nhân mức của tập thể",
        "Rounded, then multiplied for a collective",
    )


class Demand(Word):
    """Whether a dossier must have something that no law asks for."""

    OPTIONAL = "optional", "Không bắt buộc", "Optional"
    REQUIRED = "required", "Bắt buộc", "Required"
