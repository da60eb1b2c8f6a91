"""Drafts in Word: downloaded, compared with what a clerk made of them, taken over in part."""

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engine.errors import EngineError, InvalidSubmission
from engine.outgoing.word_drafts import (
    FILE,
    TEXTS,
    Comparison,
    compare_word,
    drafted_decision,
    take_over,
    word_draft,
)
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading
from webapp.session_shell import Page, answer
from webapp.short_forms import Control, ShortForm, is_sent, typed_text

blueprint = Blueprint("word_drafts", __name__, url_prefix="/van-ban-di")

SEEN = "seen"
"""Field that says with which draft a file was compared."""

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

NAMES = {
    "": _l("Dòng thêm"),
    "number": _l("Số, ký hiệu"),
    "dated": _l("Địa danh và ngày tháng"),
    "subject_line": _l("Trích yếu"),
    "basis": _l("Căn cứ"),
    "reason": _l("Điều 1"),
    "bonus": _l("Tiền thưởng"),
    "executors": _l("Điều khoản thi hành"),
    "recipients": _l("Nơi nhận"),
    "signer_title": _l("Khối ký"),
    "signer_name": _l("Khối ký"),
    "listed": _l("Danh sách"),
}
"""Key of a line → what people call it; a line without a name is :data:`FIXED`."""

FIXED = _l("Phần cố định")

REASONS = {
    "number": _l("Số chỉ được cấp sau khi ký."),
    "dated": _l("Ngày được ghi khi cấp số."),
    "basis": _l("Căn cứ lấy từ dữ liệu pháp luật."),
    "bonus": _l("Tiền thưởng tính theo quy định."),
    "signer_title": _l("Khối ký do hệ thống lập theo người ký."),
    "signer_name": _l("Khối ký do hệ thống lập theo người ký."),
    "listed": _l(
        "Danh sách lấy từ hồ sơ: thêm, bớt trường hợp tại “Sửa dự thảo”; sai tên thì sửa hồ sơ."
    ),
    "": _l("Dự thảo không có chỗ cho dòng này."),
}
"""Key of a line → why its difference is not taken over."""

LOCKED = _l("Phần này do hệ thống lập.")
SURROUND = _l("Phần lời văn cố định của dòng này đã bị sửa; chỉ phần mở mới được nhận.")
LOST = _l("Dòng này không có trong bản Word; dự thảo giữ nguyên.")


@blueprint.get("/<int:paper_id>/du-thao.docx")
def download(paper_id: int) -> Response:
    """Hand out a drafted decision for Word."""
    with reading() as work:
        content = word_draft(work, present_actor(), paper_id)
    response = Response(content, mimetype=WORD)
    name = f"du-thao-{paper_id}.docx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/<int:paper_id>/doi-chieu", methods=["GET", "POST"])
def compare(paper_id: int) -> Page:
    """Compare a file with the draft; take over what may be taken over."""
    with reading() as work:
        drafted_decision(work, present_actor(), paper_id)
    if SEEN in request.form:
        return _take(paper_id)
    form = _upload(paper_id)
    if not is_sent():
        return form.show()
    try:
        compared = _compare(paper_id)
    except EngineError as error:
        form.refuse(error)
        return form.show()
    return _show(paper_id, compared)


def _compare(paper_id: int) -> Comparison:
    file = request.files.get(FILE)
    if file is None or not file.filename:
        raise InvalidSubmission({FILE: ["required"]})
    with reading() as work:
        return compare_word(work, present_actor(), paper_id, file.read())


def _show(paper_id: int, compared: Comparison) -> str:
    """Show the differences, over a form with the texts as the file has them, if it has any."""
    form = _upload(paper_id)
    if compared.offers:
        form = _texts(paper_id, compared)
    return render_template(
        form.template,
        form=form,
        typed=None,
        key=uuid.uuid4().hex,
        labels={},
        **{**form.words, "compared": compared},
    )


def _take(paper_id: int) -> Page:
    def run(work: Any) -> dict[str, int]:
        paper = take_over(
            work,
            paper_id=paper_id,
            texts={name: typed_text(name) for name in TEXTS},
            seen=typed_text(SEEN),
            actor=present_actor(),
            at=now(),
        )
        return {"paper_id": paper.id}

    def done(made: object) -> Response:
        flash(
            _("Đã nhận nội dung từ bản Word; phần còn lại giữ nguyên như hệ thống lập."), "ok"
        )
        return redirect(url_for("outgoing.show", paper_id=paper_id), 303)

    return answer(_texts(paper_id, None), "take_over_word", run, done)


def _upload(paper_id: int) -> ShortForm:
    hint = _("Bản Word của dự thảo này, đã sửa; tối đa 10 MB, tệp chỉ được đọc, không lưu lại.")
    return ShortForm(
        title=_("Đối chiếu bản Word với dự thảo"),
        submit=_("Đối chiếu"),
        controls=(Control(FILE, _("Tệp Word (.docx)"), "file", hint=hint),),
        crumbs=_crumbs(paper_id),
        template="word_drafts.html",
        words=_words(paper_id),
    )


def _texts(paper_id: int, compared: Comparison | None) -> ShortForm:
    """Return the form of what may be taken over; none: with what was typed."""
    labels = (
        _("Trích yếu"),
        _("Thành tích (sau hình thức khen thưởng)"),
        _("Người chịu trách nhiệm thi hành"),
        _("Nơi nhận"),
    )
    texts = compared.texts if compared else dict.fromkeys(TEXTS, "")
    return ShortForm(
        title=_("Đối chiếu bản Word với dự thảo"),
        submit=_("Nhận vào dự thảo"),
        controls=(
            *(
                Control(name, label, "long", texts[name], lang="vi")
                for name, label in zip(TEXTS, labels, strict=True)
            ),
            Control(SEEN, "", "hidden", compared.seen if compared else ""),
        ),
        crumbs=_crumbs(paper_id),
        template="word_drafts.html",
        words=_words(paper_id),
    )


def _words(paper_id: int) -> dict[str, Any]:
    return {"paper_id": paper_id, "compared": None, "name_of": _name_of, "why": _why}


def _name_of(key: str) -> str:
    return str(NAMES.get(key, FIXED))


def _why(kept_out: str, key: str) -> str:
    """Return why a difference is not taken over."""
    if kept_out == "surround":
        return str(SURROUND)
    if kept_out == "missing":
        return str(LOST)
    return str(REASONS.get(key, LOCKED))


def _crumbs(paper_id: int) -> tuple[tuple[str, str], ...]:
    return (
        (url_for("outgoing.listing"), _("Văn bản đi")),
        (
            url_for("outgoing.show", paper_id=paper_id),
            _("Dự thảo %(number)s", number=paper_id),
        ),
    )
