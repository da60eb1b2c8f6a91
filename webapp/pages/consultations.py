"""Public consultations before the provincial council: begun, shown, closed."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.attachments import CheckedFile, check_file
from engine.consultation_notice import make_consultation_notice
from engine.consultations import close_consultation, start_consultation
from engine.errors import EngineError, NoCalendarForDay, NotPermitted, RefusedFile
from engine.queries.consultations import (
    AskedCase,
    ConsultationLine,
    cases_to_ask,
    get_consultation,
    get_proof,
    list_consultations,
    own_province,
)
from webapp.authentication import present_actor
from webapp.clock import now, show_day, today
from webapp.database import reading, unit_of_work
from webapp.errors import sentence_for
from webapp.files import file_store, hand_out, show_pdf
from webapp.short_forms import (
    Control,
    ShortForm,
    is_sent,
    once,
    typed_day,
    typed_day_or_none,
    typed_number,
    typed_text,
)
from webapp.uploads import refusal

blueprint = Blueprint("consultations", __name__, url_prefix="/lay-y-kien")

Page = str | tuple[str, int] | Response

PROOF = "proof"


@blueprint.get("")
def listing() -> str:
    """Show the consultations, and what still wants asking."""
    actor = present_actor()
    with reading() as work:
        return render_template(
            "consultations_list.html",
            consultations=list_consultations(work, actor),
            waiting=cases_to_ask(work, actor),
            runs=own_province(work, actor) is not None,
            today=today(),
        )


@blueprint.get("/<int:consultation_id>")
def show(consultation_id: int) -> str:
    """Show a consultation with its notice."""
    return render_template(
        "consultations_show.html", one=_read(consultation_id), crumbs=_crumbs(), today=today()
    )


@blueprint.get("/<int:consultation_id>/thong-bao.pdf")
def notice_paper(consultation_id: int) -> Response:
    """Show the notice as a paper to be signed."""
    with reading() as work:
        content = make_consultation_notice(work, present_actor(), consultation_id)
    return show_pdf(content, f"thong-bao-lay-y-kien-{consultation_id}.pdf")


@blueprint.get("/<int:consultation_id>/ban-chup")
def proof(consultation_id: int) -> Response:
    """Hand out the picture or scan of a publication."""
    with reading() as work:
        file = get_proof(work, present_actor(), consultation_id)
    return hand_out(file.name, file.media_type, file.sha256)


@blueprint.route("/moi", methods=["GET", "POST"])
def start() -> Page:
    """Write down that the public was asked."""
    actor = present_actor()
    with reading() as work:
        province = own_province(work, actor)
        waiting = cases_to_ask(work, actor)
        if province is None:
            raise NotPermitted("runs no consultations")
        unit_id = province.id
    form = ShortForm(
        title=_("Lấy ý kiến nhân dân"),
        submit=_("Ghi nhận đã đăng thông báo"),
        controls=(
            Control(
                "case_ids",
                _("Hồ sơ lấy ý kiến"),
                "checks",
                chosen=tuple(str(one.id) for one in waiting),
                choices=tuple((str(one.id), _named(one)) for one in waiting),
            ),
            Control("number", _("Số, ký hiệu thông báo"), required=False),
            Control(
                "channel",
                _("Hình thức công khai"),
                hint=_("Ví dụ: Cổng thông tin điện tử tỉnh, báo, đài phát thanh."),
            ),
            Control("address", _("Nơi xem"), hint=_("Địa chỉ trang, hoặc buổi phát thanh.")),
            Control("published_on", _("Ngày đăng"), value=show_day(today())),
            Control(
                "ends_on",
                _("Nhận ý kiến đến hết ngày"),
                hint=_("Để trống: hệ thống tính đủ số ngày làm việc theo cấu hình đơn vị."),
                required=False,
            ),
            Control(PROOF, _("Ảnh chụp hoặc bản quét (không bắt buộc)"), "file"),
        ),
        note=_(
            "Luật Thi đua, khen thưởng, Điều 84 khoản 5: công khai danh sách trước khi trình."
            " Ngày đăng không tính; đăng vào ngày nghỉ thì tính từ ngày làm việc kế tiếp."
        ),
        crumbs=_crumbs(),
    )
    if is_sent():
        try:
            typed = _typed_proof()
            with unit_of_work() as work:
                made = once(
                    work,
                    "start_consultation",
                    lambda: {"consultation_id": _start(work, unit_id, typed)},
                )
        except NoCalendarForDay as error:
            form.errors = {"ends_on": [sentence_for(error)]}
        except RefusedFile as error:
            form.errors = {PROOF: [refusal(error)]}
        except EngineError as error:
            form.refuse(error)
        else:
            return _to(made["consultation_id"], _("Đã ghi nhận thông báo lấy ý kiến."))
    return form.show()


@blueprint.route("/<int:consultation_id>/ket-thuc", methods=["GET", "POST"])
def close(consultation_id: int) -> Page:
    """Write down what came of a consultation."""
    one = _read(consultation_id)
    if not one.is_mine_to_run:
        raise NotPermitted("runs no consultations")
    form = ShortForm(
        title=_("Kết quả lấy ý kiến"),
        submit=_("Ghi kết quả"),
        controls=(
            Control(
                "opinions", _("Số ý kiến nhận được"), hint=_("Không có ý kiến nào thì ghi 0.")
            ),
            Control(
                "handling",
                _("Xử lý ý kiến"),
                hint=_("Bắt buộc khi có ý kiến: nội dung và kết luận xác minh."),
                required=False,
            ),
        ),
        note=_(
            "Ghi được từ ngày sau ngày %(day)s. Kết quả được đưa vào nghị quyết của Hội đồng.",
            day=show_day(one.ends_on),
        ),
        crumbs=_crumbs(),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "close_consultation", lambda: _close(work, consultation_id))
        except EngineError as error:
            form.refuse(error)
        else:
            return _to(consultation_id, _("Đã ghi kết quả lấy ý kiến."))
    return form.show()


def _start(work: Any, unit_id: int, proof: CheckedFile | None) -> int:
    chosen = [int(text) for text in request.form.getlist("case_ids") if text.isdecimal()]
    return start_consultation(
        work,
        file_store(),
        unit_id=unit_id,
        case_ids=chosen,
        number=typed_text("number"),
        channel=typed_text("channel"),
        address=typed_text("address"),
        published_on=typed_day("published_on"),
        ends_on=typed_day_or_none("ends_on"),
        proof=proof,
        actor=present_actor(),
        at=now(),
    ).id


def _named(case: AskedCase) -> str:
    return f"{case.subject_name}, {case.award.label(g.language)} ({case.reference})"


def _typed_proof() -> CheckedFile | None:
    file = request.files.get(PROOF)
    if file is None or not file.filename:
        return None
    return check_file(file.filename, file.read())


def _close(work: Any, consultation_id: int) -> Mapping[str, int]:
    close_consultation(
        work,
        consultation_id=consultation_id,
        opinions=typed_number("opinions"),
        handling=typed_text("handling"),
        actor=present_actor(),
        at=now(),
    )
    return {"consultation_id": consultation_id}


def _read(consultation_id: int) -> ConsultationLine:
    with reading() as work:
        return get_consultation(work, present_actor(), consultation_id)


def _crumbs() -> tuple[tuple[str, str], ...]:
    return ((url_for("consultations.listing"), _("Lấy ý kiến nhân dân")),)


def _to(consultation_id: int, message: str) -> Response:
    flash(message, "ok")
    return redirect(url_for("consultations.show", consultation_id=consultation_id), 303)
