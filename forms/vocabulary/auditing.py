"""Words of those who audit."""

from forms.vocabulary.word import Word


class AccessKind(Word):
    """What somebody read or took away."""

    CASE = "case", "Xem hồ sơ", "Read the case"
    FILE = "file", "Tải tệp kèm theo", "Downloaded a file"
    PAPER = "paper", "Mở văn bản", "Opened a paper"
    EXPORT = "export", "Xuất dữ liệu", "Exported data"


class FindingState(Word):
    """Life of a finding; the only way is down this list."""

    OPEN = "open", "Chờ trả lời", "Waits for an answer"
    ANSWERED = "answered", "Đã trả lời", "Answered"
    CLOSED = "closed", "Đã đóng", "Closed"
