"""What is said about mistakes with the printing of certificates."""

from forms.messages.message import Message

CERTIFICATE_MESSAGES = {
    "name_disputed": Message(
        "Người nhận báo tên phải viết là “{spelling}”, quyết định ghi “{printed}”. Không in"
        " khác quyết định: ban hành quyết định thay thế trước (Nghị định số 30/2020/NĐ-CP,"
        " Điều 18 khoản 3).",
        "The recipient says that the name is written “{spelling}”; the decision has"
        " “{printed}”. Nothing is printed that differs from the decision: issue a decision that"
        " replaces it first (Decree 30/2020/NĐ-CP, Art. 18(3)).",
        ("spelling", "printed"),
    ),
    "same_spelling": Message(
        "Cách viết này giống tên in trên giấy khen. Chọn “Đúng như in ở trên”, hoặc ghi cách"
        " viết khác.",
        "This is how the certificate has the name. Choose “As printed above”, or give the other"
        " spelling.",
    ),
    "nothing_to_print": Message(
        "Không có tờ nào để in: các tờ đã in, chờ quyết định thay thế hoặc đã thu hồi. Chọn"
        " “Tất cả các tờ” để in lại.",
        "There is no sheet to print: they are printed, wait for a decision that replaces this"
        " one, or were recovered. Choose “All sheets” to print again.",
    ),
}
