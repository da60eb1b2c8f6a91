"""What auditors find and note: to write, to answer by the body concerned, to close."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.audit.findings import (
    WRITE,
    answer_finding,
    close_finding,
    units_of,
    write_finding,
    write_note,
)
from engine.errors import EngineError, NotPermitted
from engine.permissions import require
from engine.queries.case_page import find_case
from engine.queries.findings import FindingLine, get_finding, list_findings
from forms.vocabulary import FindingState
from webapp import paging
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.short_forms import Control, ShortForm, is_sent, once, typed_number, typed_text

blueprint = Blueprint("findings", __name__, url_prefix="/kiem-toan")

Page = str | tuple[str, int] | Response

TAGS = {
    FindingState.OPEN: "warn",
    FindingState.ANSWERED: "info",
    FindingState.CLOSED: "ok",
}
"""State → how its label looks; the word in it says the same."""


@blueprint.get("/phat-hien")
def listing() -> str:
    """List the findings that the reader may see, the latest first."""
    state = paging.member_asked("state", FindingState)
    with reading() as work:
        found = list_findings(work, present_actor(), state=state)
    return render_template(
        "findings_list.html", findings=found, tags=TAGS, states=FindingState, chosen=state
    )


@blueprint.get("/phat-hien/<int:finding_id>")
def show(finding_id: int) -> str:
    """Show one finding with its answer and its conclusion."""
    return render_template("findings_show.html", finding=_find(finding_id), tags=TAGS)


@blueprint.route("/<reference>/phat-hien", methods=["GET", "POST"])
def write(reference: str) -> Page:
    """Write a finding at a case."""
    actor = present_actor()
    require(actor, WRITE)
    with reading() as work:
        units = units_of(work, find_case(work, actor, reference))
    form = ShortForm(
        title=_("Ghi phát hiện: %(reference)s", reference=reference),
        submit=_("Gửi phát hiện"),
        note=_(
            "Người đứng đầu, văn thư của đơn vị được hỏi đọc và trả lời. Hồ sơ không thay đổi."
        ),
        controls=(
            Control(
                "unit_id",
                _("Đơn vị cần trả lời"),
                kind="select",
                choices=tuple((str(unit_id), name) for unit_id, name in units.items()),
                empty=_("Chọn đơn vị"),
            ),
            Control("text", _("Nội dung phát hiện"), kind="long"),
            Control("asked", _("Yêu cầu giải trình, xử lý"), kind="long"),
        ),
        crumbs=_crumbs(reference),
    )

    def act(work: Any) -> dict[str, Any]:
        finding_id = write_finding(
            work,
            reference=reference,
            unit_id=typed_number("unit_id"),
            text=typed_text("text"),
            asked=typed_text("asked"),
            actor=actor,
            at=now(),
        )
        return {"finding_id": finding_id}

    return _answer(form, "write_finding", act, _("Đã gửi phát hiện."), reference)


@blueprint.route("/<reference>/ghi-chu", methods=["GET", "POST"])
def note(reference: str) -> Page:
    """Note something at a case for oneself."""
    actor = present_actor()
    require(actor, WRITE)
    with reading() as work:
        find_case(work, actor, reference)
    form = ShortForm(
        title=_("Ghi chú riêng: %(reference)s", reference=reference),
        submit=_("Lưu ghi chú"),
        note=_("Chỉ mình ông/bà đọc được ghi chú này."),
        controls=(Control("text", _("Ghi chú"), kind="long"),),
        crumbs=_crumbs(reference),
    )

    def act(work: Any) -> dict[str, Any]:
        write_note(work, reference=reference, text=typed_text("text"), actor=actor, at=now())
        return {}

    return _answer(form, "write_note", act, _("Đã lưu ghi chú."), reference)


@blueprint.route("/phat-hien/<int:finding_id>/tra-loi", methods=["GET", "POST"])
def answer(finding_id: int) -> Page:
    """Answer a finding for the body concerned."""
    finding = _find(finding_id)
    if not finding.may_answer and not is_sent():
        raise NotPermitted(f"person {present_actor().person_id} answers no {finding_id}")
    form = ShortForm(
        title=_("Trả lời phát hiện về hồ sơ %(reference)s", reference=finding.reference),
        submit=_("Gửi trả lời"),
        note=finding.asked,
        controls=(Control("answer", _("Trả lời"), kind="long", value=finding.answer),),
        crumbs=_crumbs_of(finding),
    )

    def act(work: Any) -> dict[str, Any]:
        answer_finding(
            work,
            finding_id=finding_id,
            answer=typed_text("answer"),
            actor=present_actor(),
            at=now(),
        )
        return {"finding_id": finding_id}

    return _answer(form, "answer_finding", act, _("Đã gửi trả lời."), finding.reference)


@blueprint.route("/phat-hien/<int:finding_id>/dong", methods=["GET", "POST"])
def close(finding_id: int) -> Page:
    """Close a finding with what came of it."""
    finding = _find(finding_id)
    if not finding.may_close and not is_sent():
        raise NotPermitted(f"person {present_actor().person_id} closes no {finding_id}")
    form = ShortForm(
        title=_("Đóng phát hiện về hồ sơ %(reference)s", reference=finding.reference),
        submit=_("Đóng phát hiện"),
        controls=(Control("conclusion", _("Kết luận"), kind="long"),),
        crumbs=_crumbs_of(finding),
    )

    def act(work: Any) -> dict[str, Any]:
        close_finding(
            work,
            finding_id=finding_id,
            conclusion=typed_text("conclusion"),
            actor=present_actor(),
            at=now(),
        )
        return {"finding_id": finding_id}

    return _answer(form, "close_finding", act, _("Đã đóng phát hiện."), finding.reference)


def _answer(
    form: ShortForm,
    command: str,
    act: Callable[[Any], dict[str, Any]],
    said: str,
    reference: str,
) -> Page:
    """Show the form; when it was sent, act once and go to the finding, or to the case."""
    if is_sent():
        try:
            with unit_of_work() as work:
                done = once(work, command, lambda: act(work))
        except EngineError as error:
            form.refuse(error)
        else:
            flash(said, "ok")
            if "finding_id" in done:
                return redirect(url_for(".show", finding_id=done["finding_id"]), 303)
            return redirect(url_for("audit.show", reference=reference), 303)
    return form.show()


def _find(finding_id: int) -> FindingLine:
    with reading() as work:
        return get_finding(work, present_actor(), finding_id)


def _crumbs(reference: str) -> tuple[tuple[str, str], ...]:
    return (
        (url_for("audit.listing"), _("Kiểm toán")),
        (url_for("audit.show", reference=reference), reference),
    )


def _crumbs_of(finding: FindingLine) -> tuple[tuple[str, str], ...]:
    return (
        (url_for(".listing"), _("Phát hiện kiểm toán")),
        (url_for(".show", finding_id=finding.id), finding.reference),
    )
