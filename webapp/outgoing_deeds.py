"""What may be done with an outgoing paper at each step: one table, one form for each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.errors import InvalidSubmission
from engine.outgoing import steps
from engine.outgoing.signed_files import add_signed_file
from engine.queries.outgoing import OutgoingPage
from forms.vocabulary import OutgoingState
from webapp.authentication import SETTINGS, present_actor
from webapp.clock import now, show_day, today
from webapp.short_forms import Control, typed_day, typed_text

State = OutgoingState

SIGNED_FILE = "signed_file"
"""Name of the control that holds a signed file."""


@dataclass(frozen=True)
class Deed:
    """One step of a paper: in which states, by whom, with which form."""

    slug: str
    states: tuple[OutgoingState, ...]
    title: Any
    submit: Any
    note: Any
    done: Any
    run: Callable[[Any, int], object]
    is_for: Callable[[OutgoingPage], bool] = lambda page: page.is_mine
    controls: Callable[[OutgoingPage], tuple[Control, ...]] = lambda page: ()
    is_main: bool = True
    """Whether it takes the paper on; else it takes it back."""


def deeds_of(page: OutgoingPage) -> list[Deed]:
    """Return what the reader may do with a paper now, what takes it on first."""
    found = [deed for deed in DEEDS if page.line.state in deed.states and deed.is_for(page)]
    return sorted(found, key=lambda deed: not deed.is_main)


def _given(work: Any, paper_id: int) -> dict[str, Any]:
    return {"session": work, "paper_id": paper_id, "actor": present_actor(), "at": now()}


def _with_reason(step: Callable[..., object]) -> Callable[[Any, int], object]:
    return lambda work, paper_id: step(**_given(work, paper_id), reason=typed_text("reason"))


def _plain(step: Callable[..., object]) -> Callable[[Any, int], object]:
    return lambda work, paper_id: step(**_given(work, paper_id))


def _number(work: Any, paper_id: int) -> object:
    return steps.number(**_given(work, paper_id), dated_on=typed_day("dated_on"))


def _signed_file(work: Any, paper_id: int) -> object:
    file = request.files.get(SIGNED_FILE)
    if file is None or not file.filename:
        raise InvalidSubmission({SIGNED_FILE: ["required"]})
    trust = current_app.extensions[SETTINGS].trust_roots
    return add_signed_file(**_given(work, paper_id), content=file.read(), trust=trust)


def _file(page: OutgoingPage) -> tuple[Control, ...]:
    return (Control(SIGNED_FILE, _("Tệp PDF đã ký số"), "file"),)


def _reason(page: OutgoingPage) -> tuple[Control, ...]:
    return (Control("reason", _("Lý do"), hint=_("Lý do được ghi vào nhật ký văn bản.")),)


def _reason_left_out(page: OutgoingPage) -> tuple[Control, ...]:
    if page.difference is None:
        return ()
    return (Control("reason", _("Lý do danh sách khác với đề nghị của Hội đồng")),)


def _dated(page: OutgoingPage) -> tuple[Control, ...]:
    hint = _("Số tiếp theo trong sổ: %(number)s.", number=page.next_symbol)
    return (Control("dated_on", _("Ngày ban hành"), value=show_day(today()), hint=hint),)


DEEDS = (
    Deed(
        "kiem-tra-noi-dung",
        (State.DRAFT,),
        _l("Kiểm tra nội dung"),
        _l("Xác nhận nội dung đúng"),
        _l("Đọc toàn văn và đối chiếu tên, chức vụ, đơn vị với hồ sơ trước khi xác nhận."),
        _l("Đã ghi nhận kiểm tra nội dung."),
        _with_reason(steps.check_content),
        lambda page: page.is_mine and not page.drafted_by_reader,
        _reason_left_out,
    ),
    Deed(
        "kiem-tra-the-thuc",
        (State.CONTENT_CHECKED,),
        _l("Kiểm tra thể thức"),
        _l("Xác nhận thể thức đúng"),
        _l("Kiểm tra thể thức, kỹ thuật trình bày theo Nghị định số 30/2020/NĐ-CP."),
        _l("Đã ghi nhận kiểm tra thể thức."),
        _plain(steps.check_format),
        lambda page: page.is_mine and not page.content_checked_by_reader,
    ),
    Deed(
        "duyet",
        (State.FORMAT_CHECKED,),
        _l("Duyệt dự thảo"),
        _l("Duyệt"),
        _l("Sau khi duyệt, dự thảo chờ ký; muốn sửa phải trả lại."),
        _l("Đã duyệt dự thảo."),
        _plain(steps.approve),
        lambda page: page.may_approve,
    ),
    Deed(
        "ky",
        (State.APPROVED,),
        _l("Ký văn bản"),
        _l("Ký"),
        _l(
            "Ký bản giấy hoặc ký số bản điện tử rồi xác nhận tại đây. Văn thư cấp số sau khi"
            " ký; hồ sơ chỉ được quyết định khi văn bản phát hành."
        ),
        _l("Đã ghi nhận chữ ký."),
        _plain(steps.sign),
        lambda page: page.signer is not None,
    ),
    Deed(
        "cap-so",
        (State.SIGNED,),
        _l("Cấp số"),
        _l("Cấp số và ngày"),
        _l("Số lấy tiếp theo trong sổ của năm; nội dung văn bản giữ nguyên từ lúc cấp số."),
        _l("Đã cấp số."),
        _number,
        controls=_dated,
    ),
    Deed(
        "phat-hanh",
        (State.NUMBERED,),
        _l("Phát hành"),
        _l("Phát hành văn bản"),
        _l(
            "Quyết định khen thưởng có hiệu lực với mọi hồ sơ trong danh sách khi phát hành;"
            " sau đó chỉ thay thế, đính chính hoặc hủy bỏ bằng văn bản khác."
        ),
        _l("Đã phát hành văn bản."),
        _plain(steps.issue),
    ),
    Deed(
        "ban-ky-so",
        (State.NUMBERED,),
        _l("Nhận bản ký số"),
        _l("Kiểm tra và nhận bản ký số"),
        _l(
            "Tải văn bản đã cấp số, ký số trực tiếp trên tệp đó bằng phần mềm của đơn vị rồi"
            " gửi lại. Hệ thống chỉ nhận khi chữ ký còn nguyên vẹn và văn bản không bị sửa."
        ),
        _l("Đã nhận bản ký số."),
        _signed_file,
        controls=_file,
    ),
    Deed(
        "luu",
        (State.ISSUED,),
        _l("Lưu văn bản"),
        _l("Xác nhận đã lưu bản gốc"),
        _l("Bản gốc lưu tại văn thư, bản chính lưu trong hồ sơ công việc."),
        _l("Đã ghi nhận việc lưu."),
        _plain(steps.archive),
    ),
    Deed(
        "tra-lai",
        (State.CONTENT_CHECKED, State.FORMAT_CHECKED, State.APPROVED, State.SIGNED),
        _l("Trả lại để sửa"),
        _l("Trả lại dự thảo"),
        _l("Các bước kiểm tra, duyệt và ký phải làm lại từ đầu."),
        _l("Đã trả lại dự thảo."),
        _with_reason(steps.send_back),
        controls=_reason,
        is_main=False,
    ),
    Deed(
        "huy-so",
        (State.NUMBERED,),
        _l("Hủy số"),
        _l("Hủy số đã cấp"),
        _l("Số đã hủy vẫn nằm trong sổ kèm lý do và không cấp lại cho văn bản khác."),
        _l("Đã hủy số."),
        _with_reason(steps.cancel),
        controls=_reason,
        is_main=False,
    ),
    Deed(
        "bo",
        (State.DRAFT,),
        _l("Bỏ dự thảo"),
        _l("Bỏ dự thảo này"),
        _l("Các hồ sơ trong danh sách trở lại chờ quyết định."),
        _l("Đã bỏ dự thảo."),
        _with_reason(steps.withdraw),
        controls=_reason,
        is_main=False,
    ),
)
"""In the order of a paper's life; what takes it back comes after."""

WAITING_FOR = {
    State.DRAFT: _l("Chờ người không dự thảo kiểm tra nội dung."),
    State.CONTENT_CHECKED: _l("Chờ người khác kiểm tra thể thức."),
    State.FORMAT_CHECKED: _l("Chờ người đứng đầu hoặc cấp phó duyệt."),
    State.APPROVED: _l("Chờ người có thẩm quyền ký."),
    State.SIGNED: _l("Đã ký; chờ văn thư cấp số."),
    State.NUMBERED: _l("Đã cấp số; chờ văn thư phát hành."),
    State.ISSUED: _l("Đã phát hành; chờ văn thư lưu bản gốc."),
    State.ARCHIVED: _l("Văn bản đã phát hành và lưu."),
    State.WITHDRAWN: _l("Dự thảo đã bỏ."),
}
"""What a paper waits for, for who may not do it."""

ACTIONS = {
    "drafted": _l("Lập dự thảo"),
    "changed": _l("Sửa dự thảo"),
    "content_checked": _l("Kiểm tra nội dung"),
    "format_checked": _l("Kiểm tra thể thức"),
    "approved": _l("Duyệt dự thảo"),
    "signed": _l("Ký"),
    "numbered": _l("Cấp số"),
    "number_cancelled": _l("Hủy số"),
    "issued": _l("Phát hành"),
    "archived": _l("Lưu bản gốc"),
    "sent_back": _l("Trả lại"),
    "withdrawn": _l("Bỏ dự thảo"),
    "signed_file_added": _l("Nhận bản ký số"),
}
"""What was done with a paper, as its journal says → what people read."""
