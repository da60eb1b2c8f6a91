"""Words of the rules: what is asked, what they say, what an office sets."""

from forms.vocabulary.word import Word


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


class DurationBasis(Word):
    """How the years of a movement are counted, where the law does not say."""

    ELAPSED = "elapsed", "Thời gian đã thực hiện đến ngày sơ kết, tổng kết", "Years elapsed"
    PLANNED = "planned", "Toàn bộ thời gian theo kế hoạch", "Years as planned"


class BonusRounding(Word):
    """How a bonus is rounded."""

    UP_10K = "up_10k", "Làm tròn lên hàng chục nghìn đồng", "Up to the next 10,000 VND"
    NEAREST_10K = (
        "nearest_10k",
        "Làm tròn đến hàng chục nghìn đồng gần nhất",
        "To the nearest 10,000 VND",
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
