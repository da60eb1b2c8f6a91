"""What is said about drafts that come back as .docx."""

from forms.messages.message import Message

WORD_MESSAGES = {
    "word_too_large": Message(
        "Tệp quá lớn hoặc quá dài để đối chiếu (tối đa 10 MB). Bỏ ảnh và phần không thuộc dự"
        " thảo rồi tải lại.",
        "The file is too large or too long to be compared (at most 10 MB). Take out pictures"
        " and what is not the draft, and upload it again.",
    ),
    "word_no_docx": Message(
        "Tệp không phải Word .docx. Trong Word chọn Lưu thành (Save As), loại “Word Document"
        " (*.docx)”, không đặt mật khẩu, rồi tải lại.",
        "The file is no Word .docx. In Word choose Save As, type “Word Document (*.docx)”,"
        " without a password, and upload it again.",
    ),
    "word_damaged": Message(
        "Tệp .docx bị hỏng hoặc không đầy đủ. Mở thử trên máy, lưu lại rồi tải lên.",
        "The .docx is damaged or not whole. Open it on your computer, save it and upload it.",
    ),
    "word_macros": Message(
        "Tệp có macro hoặc đối tượng nhúng nên không nhận. Lưu thành .docx không có macro, bỏ"
        " đối tượng nhúng rồi tải lại.",
        "The file holds macros or embedded objects and is refused. Save it as .docx without"
        " macros, take out embedded objects, and upload it again.",
    ),
    "word_outside": Message(
        "Tệp lấy ảnh hoặc mẫu từ nơi khác nên không nhận. Tải bản Word của hệ thống về, sửa"
        " trên bản đó rồi gửi lại.",
        "The file takes pictures or a template from elsewhere and is refused. Download the"
        " system's own .docx, edit that one, and upload it.",
    ),
    "word_unsafe": Message(
        "Cấu trúc của tệp không an toàn nên không mở. Tải bản Word của hệ thống về, sửa trên"
        " bản đó rồi gửi lại.",
        "The structure of the file is not safe, so it was not opened. Download the system's"
        " own .docx, edit that one, and upload it.",
    ),
    "word_empty": Message(
        "Tệp .docx không có chữ nào để đối chiếu. Kiểm tra lại tệp trên máy rồi tải lên.",
        "The .docx has no words to compare. Check the file on your computer and upload it.",
    ),
    "word_draft_changed": Message(
        "Dự thảo đã được sửa sau khi đối chiếu nên chưa nhận gì. Đối chiếu lại bản Word với"
        " dự thảo hiện nay.",
        "The draft was changed after it was compared, so nothing was taken over. Compare the"
        " file with the draft as it is now.",
    ),
}
