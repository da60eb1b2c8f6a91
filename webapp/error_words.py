"""The words of errors: for each code and HTTP status a heading, what happened, what to do."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Answer:
    """What a person reads: a heading, what happened, and what to do next."""

    status: HTTPStatus
    title: Any
    happened: Any
    to_do: Any


NOT_FOUND = Answer(
    HTTPStatus.NOT_FOUND,
    _("Không tìm thấy trang"),
    _("Địa chỉ này không có, hoặc ông/bà không được xem nội dung của nó."),
    _("Kiểm tra lại địa chỉ, hoặc tìm hồ sơ theo tên hay số hồ sơ."),
)

BROKEN = Answer(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    _("Hệ thống gặp lỗi"),
    _("Yêu cầu của ông/bà chưa được thực hiện và chưa có gì thay đổi."),
    _("Thử lại sau ít phút. Nếu vẫn lỗi, báo cho người quản trị mã yêu cầu dưới đây."),
)

UNAVAILABLE = Answer(
    HTTPStatus.SERVICE_UNAVAILABLE,
    _("Hệ thống đang bận"),
    _(
        "Cơ sở dữ liệu đang quá tải hoặc mất kết nối. Yêu cầu của ông/bà chưa được thực hiện"
        " và chưa có gì thay đổi."
    ),
    _("Thử lại sau ít phút. Nếu vẫn lỗi, báo cho người quản trị mã yêu cầu dưới đây."),
)

ANSWERS: dict[str, Answer] = {
    "not_found": Answer(
        HTTPStatus.NOT_FOUND,
        _("Không tìm thấy nội dung"),
        _("Nội dung này không có, hoặc ông/bà không được xem."),
        _("Tìm hồ sơ theo tên hay số hồ sơ, hoặc mở lại từ danh sách việc cần làm."),
    ),
    "not_permitted": Answer(
        HTTPStatus.FORBIDDEN,
        _("Không có quyền thực hiện"),
        _(
            "Việc này không thuộc quyền của ông/bà. Không ai được xét hồ sơ đề nghị cho chính"
            " mình, cho đơn vị mình đứng đầu hoặc do chính mình lập."
        ),
        _("Nếu cần, đề nghị người có thẩm quyền thực hiện hoặc hỏi người quản trị hệ thống."),
    ),
    "task_not_open": Answer(
        HTTPStatus.CONFLICT,
        _("Công việc đã được xử lý"),
        _("Công việc này đã có người xử lý, hoặc không còn cần xử lý nữa."),
        _("Mở lại hồ sơ để xem kết quả."),
    ),
    "task_taken": Answer(
        HTTPStatus.CONFLICT,
        _("Đã có người nhận việc này"),
        _("Ông/bà %(name)s đang xử lý việc này."),
        _(
            "Đợi người đó xử lý xong hoặc trả việc; người đứng đầu đơn vị hoặc người giúp việc"
            " của cấp đó chuyển việc được cho người khác."
        ),
    ),
    "case_closed": Answer(
        HTTPStatus.CONFLICT,
        _("Hồ sơ đã kết thúc"),
        _("Hồ sơ này đã có kết quả cuối cùng nên không thể xử lý thêm."),
        _("Mở lại hồ sơ để xem kết quả."),
    ),
    "invalid_submission": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Biểu mẫu chưa đúng"),
        _("Một số ô chưa đúng hoặc còn thiếu. Chưa có gì được gửi đi."),
        _("Quay lại biểu mẫu, sửa các ô được đánh dấu rồi gửi lại."),
    ),
    "award_not_in_round": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Hình thức khen thưởng không thuộc đợt này"),
        _(
            "Kế hoạch không cho phép đề nghị hình thức khen thưởng này trong đợt đã chọn"
            " (mục %(source)s của kế hoạch)."
        ),
        _("Chọn hình thức khen thưởng khác, hoặc chọn đợt khen thưởng khác."),
    ),
    "round_not_open": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Đợt khen thưởng không nhận hồ sơ"),
        _("Đợt khen thưởng này chưa mở hoặc đã hết hạn nhận hồ sơ."),
        _("Xem thời gian nhận hồ sơ ở trang Đợt khen thưởng, hoặc liên hệ thường trực."),
    ),
    "not_eligible": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Đề nghị đang vướng quy định"),
        _("Đề nghị này đang vướng quy định nêu dưới đây nên chưa được ghi nhận."),
        _(
            "Đọc từng quy định ở phần Kiểm tra điều kiện. Nếu quy định cho phép, nêu lý do để"
            " đề nghị tiếp; nếu không, chọn hình thức khác hoặc chờ việc đang xem xét kết thúc."
        ),
    ),
    "no_rules_for_day": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Chưa có quy định trong hệ thống"),
        _("Hệ thống chưa có bộ quy định nào cho hồ sơ tiếp nhận vào ngày này."),
        _("Chọn một ngày tiếp nhận muộn hơn, hoặc hỏi người quản trị hệ thống."),
    ),
    "no_calendar_for_day": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Chưa có quy định trong hệ thống"),
        _("Hệ thống chưa có lịch nghỉ của năm này nên không tính được ngày làm việc."),
        _("Ghi ngày cuối của thời hạn thay cho số ngày, hoặc hỏi người quản trị hệ thống."),
    ),
    "not_erasable": Answer(
        HTTPStatus.CONFLICT,
        _("Không xóa được dữ liệu cá nhân"),
        _("Hồ sơ đang xét, hoặc đã có quyết định, biên bản, văn bản phải lưu trữ."),
        _("Chờ hồ sơ kết thúc, hoặc trả lời người yêu cầu theo quy định về lưu trữ."),
    ),
    "key_unusable": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Không dùng được khóa ký số"),
        _("Mật khẩu không đúng, tệp không phải khóa, hoặc chứng thư số đã hết hạn."),
        _("Chọn đúng tệp khóa và mật khẩu, hoặc gia hạn chứng thư số."),
    ),
    "no_place_to_sign": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Văn bản không có chỗ cho chữ ký này"),
        _("Không tìm thấy họ tên người ký ở khối chữ ký của văn bản."),
        _("Kiểm tra đúng văn bản, đúng người ký; cơ quan ký sau người có thẩm quyền."),
    ),
    "broken_image": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Không đọc được hình chữ ký"),
        _("Tệp hình không phải PNG đọc được."),
        _("Chọn tệp PNG nền trong suốt."),
    ),
    "backup_too_old": Answer(
        HTTPStatus.CONFLICT,
        _("Bản sao lưu quá cũ"),
        _("Nhật ký ở ngoài có hồ sơ của đợt, đơn vị hoặc người mà bản sao lưu chưa có."),
        _("Người vận hành khôi phục bản sao lưu mới hơn."),
    ),
    "journal_behind": Answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("Cơ sở dữ liệu cũ hơn nhật ký"),
        _("Cơ sở dữ liệu thiếu những việc đã ghi vào nhật ký niêm phong ở ngoài."),
        _("Người vận hành khôi phục bản sao lưu mới nhất trước khi mở lại hệ thống."),
    ),
    "journal_not_sealed": Answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("Nhật ký chưa niêm phong xong"),
        _("Có việc vừa ghi vào nhật ký mà chưa được niêm phong."),
        _("Tải lại sau ít giây."),
    ),
    "too_many_returns": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Hồ sơ đã bị trả lại quá số lần quy định"),
        _("Hồ sơ này đã được trả lại đủ số lần mà cấu hình đơn vị cho phép."),
        _("Chọn đề nghị, không đề nghị hoặc tạm dừng thay cho trả lại."),
    ),
    "content_changed": Answer(
        HTTPStatus.CONFLICT,
        _("Nội dung đã thay đổi"),
        _("Hồ sơ đã được sửa sau khi ông/bà mở trang, nên ý kiến chưa được ghi nhận."),
        _("Mở lại hồ sơ, đọc bản mới rồi xử lý."),
    ),
    "key_reused": Answer(
        HTTPStatus.CONFLICT,
        _("Biểu mẫu này đã được gửi"),
        _("Biểu mẫu đã được gửi một lần với nội dung khác."),
        _("Mở lại trang để xem kết quả rồi thực hiện lại nếu cần."),
    ),
    "number_taken": Answer(
        HTTPStatus.CONFLICT,
        _("Số quyết định đã được dùng"),
        _("Cơ quan ban hành đã dùng số này cho một quyết định khác."),
        _("Kiểm tra lại số và ký hiệu của quyết định."),
    ),
    "finding_not_open": Answer(
        HTTPStatus.CONFLICT,
        _("Phát hiện đã đóng"),
        _("Phát hiện kiểm toán này đã được đóng nên không trả lời hay đóng lại được."),
        _("Mở lại phát hiện để xem kết luận."),
    ),
    "entry_not_in_force": Answer(
        HTTPStatus.CONFLICT,
        _("Khen thưởng này không còn hiệu lực"),
        _("Mục này của sổ đã được thay thế hoặc đã bị hủy bỏ, thu hồi."),
        _("Mở lại mục đó để xem quyết định sau cùng."),
    ),
    "invalid_law_book": Answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Bộ quy định có lỗi"),
        _("Tệp quy định của hệ thống không đọc được. Chưa có gì thay đổi."),
        _("Báo cho người quản trị: lệnh “thidua rules check” chỉ ra dòng có lỗi."),
    ),
    "session_not_ready": Answer(
        HTTPStatus.CONFLICT,
        _("Phiên họp không ở bước này"),
        _("Phiên họp đang ở trạng thái “%(state)s” nên chưa làm được việc này."),
        _("Mở lại trang phiên họp để xem bước hiện tại rồi thực hiện tiếp."),
    ),
    "no_quorum": Answer(
        HTTPStatus.CONFLICT,
        _("Chưa đủ thành viên dự họp"),
        _("Có mặt %(present)s/%(total)s thành viên, cần ít nhất %(least)s."),
        _("Điểm danh lại khi đủ người, hoặc hoãn phiên họp sang ngày khác."),
    ),
    "no_voting_rule": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Chưa có quy định trong hệ thống"),
        _("Hồ sơ %(reference)s: chưa có quy định về tỷ lệ phiếu đối với %(award)s."),
        _("Bỏ hồ sơ này khỏi lượt biểu quyết, hoặc đề nghị quản trị ghi giá trị ở Cấu hình."),
    ),
    "secret_ballot_required": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Phải bỏ phiếu kín"),
        _("Hồ sơ %(reference)s phải bỏ phiếu kín, nhưng phiên họp này biểu quyết công khai."),
        _("Chuyển hồ sơ này sang một phiên họp bỏ phiếu kín."),
    ),
    "consultation_pending": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Chưa hết thời hạn lấy ý kiến nhân dân"),
        _("Hồ sơ %(reference)s chưa được lấy ý kiến nhân dân hoặc chưa hết thời hạn."),
        _("Chuyển hồ sơ sang phiên sau, hoặc ghi kết quả lấy ý kiến khi đã hết thời hạn."),
    ),
    "voting_not_open": Answer(
        HTTPStatus.CONFLICT,
        _("Lượt biểu quyết không mở"),
        _("Lượt biểu quyết này chưa bắt đầu hoặc đã kết thúc. Phiếu vừa gửi không được tính."),
        _("Mở lại trang phiên họp; nếu cần, báo thư ký Hội đồng."),
    ),
    "not_entitled_to_vote": Answer(
        HTTPStatus.FORBIDDEN,
        _("Không có quyền biểu quyết"),
        _(
            "Chỉ thành viên Hội đồng có mặt, hoặc người dự thay được biểu quyết, mới bỏ phiếu;"
            " người có liên quan không bỏ phiếu nếu đơn vị quy định như vậy."
        ),
        _("Nếu thấy chưa đúng, đề nghị thư ký Hội đồng kiểm tra phần điểm danh."),
    ),
    "already_voted": Answer(
        HTTPStatus.CONFLICT,
        _("Đã biểu quyết"),
        _("Phiếu của ông/bà ở lượt này đã được ghi nhận; mỗi thành viên biểu quyết một lần."),
        _("Không cần làm gì thêm. Mở lại trang phiên họp để xem diễn biến."),
    ),
    "invalid_ballot": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Phiếu không hợp lệ"),
        _("Phiếu này không do Hội đồng phát ra cho lượt biểu quyết, hoặc có lựa chọn lạ."),
        _("Mở lại trang bỏ phiếu rồi chọn lại; nếu vẫn lỗi, báo thư ký Hội đồng."),
    ),
    "votes_missing": Answer(
        HTTPStatus.CONFLICT,
        _("Chưa đủ phiếu"),
        _("Mới có %(returned)s/%(expected)s phiếu."),
        _("Chờ các thành viên còn lại, hoặc xác nhận kết thúc khi còn thiếu phiếu."),
    ),
    "counts_differ": Answer(
        HTTPStatus.CONFLICT,
        _("Hai người kiểm phiếu ghi khác nhau"),
        _("Số phiếu ghi ở các mục %(numbers)s chưa khớp giữa hai người kiểm phiếu."),
        _("Đếm lại các mục này rồi một trong hai người sửa số đã ghi."),
    ),
    "too_many_votes": Answer(
        HTTPStatus.CONFLICT,
        _("Đã biểu quyết lại đủ số lần"),
        _("Cấu hình đơn vị cho biết chỉ biểu quyết lại nhiều nhất %(limit)s lần."),
        _("Kết quả lần cuối được giữ; có thể chuyển hồ sơ sang phiên họp sau."),
    ),
    "items_unresolved": Answer(
        HTTPStatus.CONFLICT,
        _("Phiên họp chưa bế mạc được"),
        _("Các mục %(numbers)s chưa biểu quyết xong hoặc có số phiếu ngang nhau."),
        _("Biểu quyết các mục này, biểu quyết lại, hoặc chuyển sang phiên họp sau."),
    ),
    "items_blocked": Answer(
        HTTPStatus.CONFLICT,
        _("Kết quả đang vướng quy định"),
        _("Các mục %(numbers)s đạt phiếu nhưng đang vướng quy định %(rules)s."),
        _("Nêu lý do tiếp tục nếu quy định cho phép, hoặc chuyển các mục này sang phiên sau."),
    ),
    "on_agenda": Answer(
        HTTPStatus.CONFLICT,
        _("Hồ sơ đang trong chương trình họp"),
        _("Hồ sơ này nằm trong chương trình của “%(name)s”, kết quả do phiên họp đó ghi."),
        _("Mở phiên họp để biểu quyết, hoặc chuyển hồ sơ sang phiên khác trước khi xử lý."),
    ),
    "paper_not_ready": Answer(
        HTTPStatus.CONFLICT,
        _("Văn bản không ở bước này"),
        _("Văn bản đang ở trạng thái “%(state)s” nên chưa làm được việc này."),
        _("Mở lại trang văn bản để xem bước hiện tại rồi thực hiện tiếp."),
    ),
    "on_outgoing_paper": Answer(
        HTTPStatus.CONFLICT,
        _("Hồ sơ đang nằm trong một văn bản đi"),
        _("Văn bản về hồ sơ này đang được trình ký hoặc đã phát hành, nên không xử lý riêng."),
        _("Mở mục Văn bản đi: phát hành văn bản đó, hoặc trả lại rồi bỏ hồ sơ ra."),
    ),
    "paper_blocked": Answer(
        HTTPStatus.CONFLICT,
        _("Có hồ sơ đang vướng quy định"),
        _("Hồ sơ %(references)s đang vướng: %(rules)s."),
        _("Trả lại dự thảo, bỏ các hồ sơ này ra và xử lý riêng từng hồ sơ."),
    ),
    "cases_left": Answer(
        HTTPStatus.CONFLICT,
        _("Có hồ sơ không còn chờ quyết định này"),
        _("Hồ sơ %(references)s đã được xử lý hoặc đã thay đổi từ khi dự thảo."),
        _("Trả lại dự thảo, sửa danh sách rồi trình lại."),
    ),
    "lists_differ": Answer(
        HTTPStatus.CONFLICT,
        _("Danh sách khác với danh sách Hội đồng đề nghị"),
        _("So với đề nghị của Hội đồng: %(difference)s"),
        _("Bổ sung người còn thiếu vào dự thảo, hoặc ghi lý do không đưa vào."),
    ),
    "second_sign_off": Answer(
        HTTPStatus.CONFLICT,
        _("Cần người khác kiểm tra"),
        _("Người dự thảo không kiểm tra nội dung; nội dung và thể thức do hai người kiểm tra."),
        _("Chuyển cho người khác của đơn vị thực hiện bước này."),
    ),
    "no_authorisation": Answer(
        HTTPStatus.CONFLICT,
        _("Chưa có văn bản giao ký thay"),
        _("Chưa có văn bản còn hiệu lực giao ông/bà ký loại văn bản này (%(capacity)s)."),
        _("Đề nghị người đứng đầu ghi nhận văn bản giao ký tại mục Ủy quyền ký, rồi ký lại."),
    ),
    "no_symbol": Answer(
        HTTPStatus.CONFLICT,
        _("Đơn vị chưa có ký hiệu văn bản"),
        _("%(unit)s chưa có ký hiệu dùng trong số văn bản."),
        _("Đề nghị người quản trị ghi ký hiệu tại trang Đơn vị, ví dụ UBND, rồi làm lại."),
    ),
    "unknown_paper": Answer(
        HTTPStatus.NOT_FOUND,
        _("Không tìm thấy văn bản"),
        _("Không có văn bản nào đã phát hành mang mã này hoặc trùng với tệp này."),
        _(
            "Đối chiếu từng ký tự của mã với bản giấy rồi thử lại. Bản chụp, bản quét hoặc tệp"
            " đã lưu lại luôn khác tệp gốc: hãy dùng mã. Nếu vẫn không thấy, hỏi cơ quan ban"
            " hành."
        ),
    ),
    "not_the_issued_paper": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Không phải văn bản đã cấp số"),
        _("Tệp này không phải bản PDF mà hệ thống đã cấp số, hoặc đã bị ghi lại khi ký."),
        _("Tải đúng bản PDF của văn bản, ký số trực tiếp trên tệp đó rồi gửi lại."),
    ),
    "not_signed": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Tệp chưa có chữ ký số"),
        _("Tệp đúng là văn bản đã cấp số nhưng chưa có chữ ký số nào."),
        _("Ký số trên tệp bằng phần mềm ký số của đơn vị rồi gửi lại."),
    ),
    "job_not_failed": Answer(
        HTTPStatus.CONFLICT,
        _("Việc này không cần chạy lại"),
        _("Tình trạng hiện nay: %(state)s. Chỉ việc không thành công mới chạy lại được."),
        _("Mở lại danh sách việc nền để xem tình trạng mới nhất."),
    ),
    "signature_broken": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Chữ ký số không hợp lệ"),
        _("Chữ ký số không còn nguyên vẹn, hoặc tệp có nội dung khác ngoài chữ ký số."),
        _("Không sử dụng tệp này. Tải lại văn bản, ký số lần nữa rồi gửi lại."),
    ),
    "signer_not_trusted": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Chứng thư số chưa được chấp nhận"),
        _(
            "Chứng thư số của chữ ký đã hết hạn, hoặc không do tổ chức chứng thực mà đơn vị"
            " tin cậy cấp."
        ),
        _("Ký bằng chứng thư số còn hiệu lực, hoặc hỏi người quản trị hệ thống."),
    ),
    "refused_file": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Không nhận được tệp"),
        _(
            "Tệp quá lớn, không thuộc loại được nhận (PDF, JPG, PNG, DOCX, XLSX, tối đa"
            " 20 MB mỗi tệp), hoặc nội dung không đúng với tên tệp."
        ),
        _("Lưu lại tệp đúng loại rồi đính kèm lại."),
    ),
    "damaged_file": Answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Tệp đã lưu bị hỏng"),
        _("Nội dung tệp trên máy chủ không còn khớp với lúc được đính kèm nên không mở ra."),
        _("Báo người quản trị hệ thống mã yêu cầu dưới đây để khôi phục từ bản sao lưu."),
    ),
    "invalid_plan": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Kế hoạch chưa hợp lệ"),
        _("Tệp kế hoạch có chỗ chưa đúng nên chưa được nạp."),
        _("Sửa tệp kế hoạch theo kết quả kiểm tra rồi nạp lại."),
    ),
    "invalid_diagram": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Sơ đồ quy trình chưa hợp lệ"),
        _("Sơ đồ quy trình có lỗi nên chưa được dùng."),
        _("Sửa sơ đồ theo kết quả kiểm tra rồi nạp lại."),
    ),
    "login_refused": Answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Không đăng nhập được"),
        _("Tên đăng nhập hoặc mật khẩu không đúng."),
        _("Kiểm tra lại rồi đăng nhập. Nếu quên mật khẩu, hỏi người quản trị hệ thống."),
    ),
    "database_unavailable": UNAVAILABLE,
    "commit_unknown": Answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("Chưa rõ kết quả"),
        _("Kết nối bị mất đúng lúc ghi, nên chưa rõ yêu cầu của ông/bà đã được ghi chưa."),
        _(
            "Mở lại trang để xem kết quả. Nếu chưa thấy thì gửi lại: cùng một biểu mẫu chỉ"
            " được ghi một lần."
        ),
    ),
    "process_failed": BROKEN,
    "unsafe_settings": BROKEN,
    "engine_error": BROKEN,
}
"""Code of an engine error → what people read."""

HTTP_ANSWERS: dict[int, Answer] = {
    400: Answer(
        HTTPStatus.BAD_REQUEST,
        _("Yêu cầu không hợp lệ"),
        _("Trình duyệt gửi một yêu cầu mà hệ thống không hiểu."),
        _("Quay lại trang trước, tải lại trang rồi thử lại."),
    ),
    403: Answer(
        HTTPStatus.FORBIDDEN,
        _("Không có quyền thực hiện"),
        _("Việc này không thuộc quyền của ông/bà, hoặc được gửi từ một trang khác."),
        _("Mở trang từ danh mục phía trên rồi thử lại."),
    ),
    404: NOT_FOUND,
    405: Answer(
        HTTPStatus.METHOD_NOT_ALLOWED,
        _("Không mở được trang theo cách này"),
        _("Địa chỉ này chỉ dùng để gửi biểu mẫu."),
        _("Mở lại trang từ danh mục phía trên."),
    ),
    413: Answer(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        _("Nội dung gửi lên quá lớn"),
        _("Tệp hoặc nội dung vượt quá giới hạn: mỗi tệp tối đa 20 MB. Chưa có gì được lưu."),
        _("Quay lại trang trước, giảm dung lượng tệp rồi gửi lại từng tệp một."),
    ),
    429: Answer(
        HTTPStatus.TOO_MANY_REQUESTS,
        _("Thử quá nhiều lần"),
        _("Đã có quá nhiều lần thử không thành công từ nơi này."),
        _("Chờ 15 phút rồi thử lại. Nếu quên mật khẩu, hỏi người quản trị hệ thống."),
    ),
    500: BROKEN,
}
"""HTTP status → what people read."""
