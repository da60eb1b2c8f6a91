"""Words of a nomination: awards, levels, subjects, people, what they decide."""

from forms.vocabulary.word import Word


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
