"""What is said about mistakes with a council and its sessions."""

from forms.messages.message import Message

COUNCIL_MESSAGES = {
    "signed_before_session": Message(
        "Ngày ký {found} ở trước ngày họp Hội đồng {met}. Kiểm tra lại ngày trên văn bản.",
        "The day of signing {found} comes before the session of the council on {met}."
        " Check the day on the paper.",
        ("found", "met"),
    ),
    "not_on_council": Message(
        "Người được ghi (mã {found}) không thuộc Hội đồng của phiên họp này. Mở lại trang và"
        " chọn trong danh sách.",
        "Whoever is marked (number {found}) is not on the council of this session. Open the"
        " page again and choose from its list.",
        ("found",),
    ),
    "not_a_substitute": Message(
        "Chưa chọn người dự họp thay được phân công cho thành viên này, hoặc người đó đã dự"
        " thay cho người khác. Chọn lại, hoặc ghi thành viên vắng mặt.",
        "No substitute named for this member was chosen, or they sit in for somebody else."
        " Choose again, or mark the member as absent.",
    ),
    "member_is_there": Message(
        "Thành viên này đang có mặt nên biểu quyết tại phiên họp, không gửi ý kiến bằng văn"
        " bản. Chọn thành viên vắng mặt.",
        "This member is there and votes at the session, not in writing. Choose an absent one.",
    ),
    "item_was_voted_on": Message(
        "Mục {found} đã hoặc đang biểu quyết nên không nhận thêm ý kiến bằng văn bản. Bỏ mục"
        " đó.",
        "Item {found} is being or was voted on and takes no more written opinions. Leave it"
        " out.",
        ("found",),
    ),
    "no_members_then": Message(
        "Vào ngày này Hội đồng chưa có thành viên nào. Ghi thành viên ở trang Hội đồng, hoặc"
        " chọn ngày khác.",
        "The council has no member on this day. Enter its members on the page of the council,"
        " or choose another day.",
    ),
    "no_agenda": Message(
        "Chương trình chưa có hồ sơ nào. Đưa hồ sơ vào chương trình trước.",
        "There is no nomination on the agenda. Put some on it first.",
    ),
    "not_its_day": Message(
        "Phiên họp ghi ngày {found}, không phải hôm nay. Điểm danh và khai mạc vào ngày họp,"
        " hoặc sửa ngày họp trước.",
        "The session is to meet on {found}, which is not today. Take attendance and open it"
        " on its day, or change the day first.",
        ("found",),
    ),
    "chair_leaves": Message(
        "Người này đang chủ trì phiên họp. Đổi người chủ trì trước khi ghi vắng mặt.",
        "This member is chairing the session. Let another one chair before marking them"
        " as away.",
    ),
    "chair_is_absent": Message(
        "Người chủ trì được ghi là vắng mặt. Chọn người có mặt.",
        "Who is to chair is marked as absent. Choose somebody who is there.",
    ),
    "not_a_chair": Message(
        "Chủ tịch hoặc Phó Chủ tịch Hội đồng không được ghi là vắng mặt. Chọn một trong những"
        " người đó chủ trì, hoặc ghi vắng mặt trước.",
        "The chair or a deputy of the council is not marked as away. Choose one of them, or"
        " mark them as away first.",
    ),
    "day_is_past": Message(
        "Ngày {found} đã qua. Chọn hôm nay hoặc một ngày sau.",
        "The day {found} is past. Choose today or a later day.",
        ("found",),
    ),
    "day_to_come": Message(
        "Ngày {found} chưa đến. Ghi ngày đã đăng thông báo, sớm nhất là hôm nay trở về trước.",
        "The day {found} is still to come. Write the day on which the notice was published.",
        ("found",),
    ),
    "published_before": Message(
        "Ngày đăng {found} trước ngày {opened}, khi hồ sơ được chọn mới bắt đầu lập. Kiểm tra"
        " lại ngày đăng hoặc hồ sơ đã chọn.",
        "The notice of {found} is older than a chosen nomination, which was begun on {opened}."
        " Check the day, or what was chosen.",
        ("found", "opened"),
    ),
    "consultation_is_closed": Message(
        "Kết quả của lần lấy ý kiến này đã được ghi. Mở lại trang để xem.",
        "The result of this consultation is already written down. Open the page again to see"
        " it.",
    ),
    "ends_too_early": Message(
        "Ngày kết thúc {found} chưa đủ {days} ngày làm việc kể từ ngày đăng. Ghi ngày muộn"
        " hơn.",
        "The last day {found} leaves less than {days} working days. Write a later day.",
        ("found", "days"),
    ),
    "consultation_runs": Message(
        "Thời hạn lấy ý kiến kéo dài đến hết ngày {found}. Ghi kết quả từ ngày hôm sau.",
        "Opinions are taken until the end of {found}. Write the result from the day after.",
        ("found",),
    ),
    "not_an_hour": Message(
        "“{found}” không phải là giờ. Viết theo dạng giờ:phút, ví dụ 08:00 hoặc 13:30.",
        "“{found}” is not a time of day. Write hours:minutes, for example 08:00 or 13:30.",
        ("found",),
    ),
    "office_is_taken": Message(
        "Trong thời gian này {found} đang giữ chức danh đó. Kết thúc nhiệm kỳ của người đó"
        " trước, hoặc chọn chức danh khác.",
        "{found} has this office in that time. End their term first, or choose another office.",
        ("found",),
    ),
    "term_is_over": Message(
        "Nhiệm kỳ này đã kết thúc ngày {found} nên không sửa được nữa. Cần thì thêm một nhiệm"
        " kỳ mới.",
        "This term ended on {found} and is not changed any more. Add a new term if needed.",
        ("found",),
    ),
    "only_for_substitutes": Message(
        "Chỉ người dự họp thay mới chọn thành viên được thay. Bỏ chọn ở ô này, hoặc chọn chức"
        " danh “Người dự họp thay”.",
        "Only a substitute stands in for a member. Clear this box, or choose “Substitute”.",
    ),
    "substitute_is_another_seat": Message(
        "Thành viên không đổi thành người dự họp thay và ngược lại. Kết thúc nhiệm kỳ này rồi"
        " thêm mới.",
        "A member does not become a substitute, nor the reverse. End this term and add a new"
        " one.",
    ),
}
