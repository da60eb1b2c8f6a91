"""What is said about mistakes in a delegation, and in handing on a task."""

from forms.messages.message import Message

DELEGATION_MESSAGES = {
    "role_stays": Message(
        "Vai trò {found} không ủy quyền được: thành viên Hội đồng tự biểu quyết, thư ký do Hội"
        " đồng cử. Chọn vai trò khác.",
        "The role {found} cannot be delegated: members of a council vote themselves, and the"
        " council names its secretary. Choose another role.",
        ("found",),
    ),
    "not_to_oneself": Message(
        "Không ủy quyền cho chính mình được. Chọn người khác.",
        "Nobody delegates to themselves. Choose somebody else.",
    ),
    "cannot_stand_in": Message(
        "“{found}” không nhận ủy quyền được: cần tài khoản đang dùng, chức vụ tại đơn vị này"
        " hoặc phòng, ban của đơn vị, và không làm kiểm toán, quản trị. Chọn người khác.",
        "“{found}” cannot be the delegate: an open account and a position in this unit or a"
        " room of it are needed, and no auditor or administrator. Choose somebody else.",
        ("found",),
    ),
    "has_the_role": Message(
        "“{found}” đã có vai trò này nên không cần ủy quyền. Chọn người khác.",
        "“{found}” has this role already and needs no delegation. Choose somebody else.",
        ("found",),
    ),
    "begins_in_the_past": Message(
        "Ngày {found} đã qua, hôm nay là {today}. Ủy quyền bắt đầu từ hôm nay hoặc muộn hơn.",
        "The day {found} is past; today is {today}. A delegation begins today or later.",
        ("found", "today"),
    ),
    "longer_than_a_year": Message(
        "Thời hạn đến {found} dài quá một năm, muộn nhất là {last}. Ghi ngày sớm hơn.",
        "The time until {found} is longer than a year; {last} is the last day allowed. Give"
        " an earlier day.",
        ("found", "last"),
    ),
    "delegated_before": Message(
        "Đã ủy quyền việc này cho “{found}” từ {begins} đến {ends}. Chấm dứt ủy quyền đó trước,"
        " hoặc chọn ngày hay phạm vi khác.",
        "This is delegated to “{found}” from {begins} to {ends}. End that first, or choose"
        " other days or another scope.",
        ("found", "begins", "ends"),
    ),
    "cannot_take_task": Message(
        "“{found}” không xử lý được việc này. Chọn một người trong danh sách trên trang.",
        "“{found}” may not do this task. Choose a person that the page lists.",
        ("found",),
    ),
}
