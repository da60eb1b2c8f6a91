"""The end of a session: what goes into each case, the minutes, and who signs them."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.council.access import get_session
from engine.council.closing import close_session
from engine.council.minutes import (
    BALLOT_COUNT,
    LONGEST_REMARKS,
    MINUTES,
    hash_of_minutes,
    paper_bytes,
    put_remarks,
    sign_minutes,
)
from engine.errors import EngineError, NotPermitted
from engine.queries.council_sessions import SessionPage, get_closing_review
from forms.vocabulary import ItemState, SessionState
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.errors import sentence_for
from webapp.files import show_pdf
from webapp.findings import show_findings
from webapp.session_shell import Page, back_to, crumbs, own_page, read_page, signs
from webapp.short_forms import Control, ShortForm, is_sent, once, typed_text

blueprint = Blueprint("session_papers", __name__, url_prefix="/phien-hop")

PAPERS = {"bien-ban": MINUTES, "bien-ban-kiem-phieu": BALLOT_COUNT}
"""Part of the address → kind of paper."""


@blueprint.route("/<int:session_id>/be-mac", methods=["GET", "POST"])
def close(session_id: int) -> Page:
    """Show what closing would send into each case, and close."""
    page = own_page(session_id)
    form = ShortForm(
        title=_("Bế mạc phiên họp"),
        submit=_("Bế mạc và chuyển kết quả vào hồ sơ"),
        controls=(Control("override_reason", _("Lý do vẫn đề nghị")),),
        crumbs=crumbs(page),
        template="session_close.html",
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "close_session", lambda: _close(work, page))
        except NotPermitted as error:
            form.problem, form.status = sentence_for(error), 403
        except EngineError as error:
            form.refuse(error)
        else:
            done = _("Phiên họp đã bế mạc; kết quả đã chuyển vào từng hồ sơ.")
            return back_to("session_papers.minutes", session_id, done)
    if page.meeting.state is not SessionState.OPEN:
        if form.problem:
            flash(form.problem, "bad")
        return redirect(url_for("sessions.show", session_id=session_id), 303)
    with reading() as work:
        review = get_closing_review(work, present_actor(), session_id, now())
        against = {
            one.sending.item.id: (show_findings(one.against), one.may_override)
            for one in review.obstacles
        }
        put_off = [item for item in review.page.items if item.state is ItemState.POSTPONED]
        form.words = {"review": review, "against": against, "put_off": put_off}
        return form.show()


@blueprint.route("/<int:session_id>/bien-ban", methods=["GET", "POST"])
def minutes(session_id: int) -> Page:
    """Read the minutes, add remarks, sign."""
    page = read_page(session_id)
    form = ShortForm(
        title=_("Biên bản phiên họp"),
        submit=_("Lưu nội dung ghi thêm"),
        controls=(Control("remarks", _("Nội dung thư ký ghi thêm"), required=False),),
        crumbs=crumbs(page),
        template="session_minutes.html",
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                done = once(work, "write_minutes", lambda: _write(work, session_id))
        except EngineError as error:
            form.refuse(error)
        else:
            said = _("Đã ký biên bản.") if done["signed"] else _("Đã lưu nội dung ghi thêm.")
            return back_to("session_papers.minutes", session_id, said)
    form.words = {
        "page": page,
        "content_hash": _hash_to_sign(page),
        "longest": LONGEST_REMARKS,
    }
    return form.show()


@blueprint.get("/<int:session_id>/<any('bien-ban', 'bien-ban-kiem-phieu'):kind>.pdf")
def paper(session_id: int, kind: str) -> Response:
    """Hand out the minutes, or those of the count: as signed, else as they stand."""
    with reading() as work:
        meeting = get_session(work, present_actor(), session_id)
        return show_pdf(paper_bytes(work, meeting, PAPERS[kind]), f"{kind}-{session_id}.pdf")


def _close(work: Any, page: SessionPage) -> Mapping[str, int]:
    reasons = {
        item.id: text
        for item in page.items
        if (text := typed_text(f"override.{item.id}").strip())
    }
    close_session(
        work, session_id=page.meeting.id, actor=present_actor(), at=now(), reasons=reasons
    )
    return {"session_id": page.meeting.id}


def _write(work: Any, session_id: int) -> Mapping[str, bool]:
    """Sign, or keep the remarks, as the pressed button says."""
    common: dict[str, Any] = {"session_id": session_id, "actor": present_actor(), "at": now()}
    if request.form.get("action") == "sign":
        sign_minutes(work, content_hash=typed_text("content_hash"), **common)
        return {"signed": True}
    put_remarks(work, remarks=typed_text("remarks"), **common)
    return {"signed": False}


def _hash_to_sign(page: SessionPage) -> str:
    """Return what the reader would sign: empty if there is nothing for them to sign."""
    if not signs(page):
        return ""
    with reading() as work:
        meeting = get_session(work, present_actor(), page.meeting.id)
        return str(hash_of_minutes(work, meeting))
