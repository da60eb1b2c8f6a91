"""What is said about mistakes with the address and the way of notices."""

from forms.messages.message import Message

NOTICE_MESSAGES = {
    "not_an_address": Message(
        "“{found}” không phải địa chỉ thư điện tử. Ghi theo mẫu ten.nguoi@tinh.gov.vn,"
        " chữ không dấu.",
        "“{found}” is not an e-mail address. Write it like name@province.gov.vn.",
        ("found",),
    ),
    "no_address_for_mail": Message(
        "Chưa có địa chỉ thư điện tử để gửi. Ghi địa chỉ, hoặc chọn “Chỉ trong hệ thống”.",
        "There is no e-mail address to send to. Give one, or choose “In the system only”.",
    ),
}
