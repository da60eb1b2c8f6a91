"""Words of what people are told, and of how it reached them."""

from forms.vocabulary.word import Word


class NoticeKind(Word):
    """Why somebody is told."""

    WAITING = "waiting", "Hồ sơ chờ xử lý", "Nomination waiting"
    ASSIGNED = "assigned", "Được giao xử lý hồ sơ", "Nomination handed to you"
    RETURNED = "returned", "Hồ sơ bị trả lại", "Nomination returned"
    DECIDED = "decided", "Hồ sơ có kết quả", "Nomination decided"
    DUE_SOON = "due_soon", "Sắp đến hạn xử lý", "Due soon"
    OVERDUE = "overdue", "Quá hạn xử lý", "Overdue"
    ESCALATED = "escalated", "Việc quá hạn của cấp dưới", "Overdue below"
    SESSION_CALLED = "session_called", "Giấy mời họp Hội đồng", "Council session called"


class MailWay(Word):
    """How a person wants to hear of what stands in their notices."""

    IMMEDIATE = "immediate", "Thư điện tử ngay lập tức", "An e-mail at once"
    DIGEST = "digest", "Bản tin buổi sáng, mỗi ngày làm việc một thư", "One morning digest"
    PAGE = "page", "Chỉ trong hệ thống", "In the system only"


class MailState(Word):
    """Life of an e-mail. Waiting and sending alternate until one of the others is reached."""

    WAITING = "waiting", "Chờ gửi", "Waits to be sent"
    SENDING = "sending", "Đang gửi", "Being sent"
    SENT = "sent", "Đã gửi", "Sent"
    MAYBE_SENT_TWICE = "maybe_sent_twice", "Có thể đã gửi hai lần", "May have been sent twice"
    FAILED = "failed", "Bị từ chối", "Refused"
    GAVE_UP = "gave_up", "Ngừng gửi", "Given up"


class MailTrouble(Word):
    """What went wrong at the last attempt to send an e-mail."""

    AWAY = "away", "Không kết nối được máy chủ thư", "The mail server can not be reached"
    LOGIN = "login", "Máy chủ thư không nhận đăng nhập", "The mail server refused the login"
    SLOW = "slow", "Máy chủ thư không trả lời trong thời gian chờ", "The mail server is silent"
    DROPPED = "dropped", "Máy chủ thư ngắt kết nối giữa chừng", "The mail server hung up"
    PUT_OFF = "put_off", "Máy chủ thư hẹn gửi lại sau", "The mail server asks to try later"
    REFUSED = "refused", "Máy chủ thư từ chối thư này", "The mail server refused this mail"
    LOST = (
        "lost",
        "Hệ thống dừng trong khi gửi, không rõ thư đã đi hay chưa",
        "The system stopped while sending; nobody knows whether the mail went out",
    )
