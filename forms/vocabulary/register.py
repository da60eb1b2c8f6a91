"""Words of the register of awards: honours, kinds, authorities, what became of them."""

from forms.vocabulary.word import Word


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
