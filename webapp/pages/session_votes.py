"""The votes, the result and the minutes of a session, for its secretary."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.council.access import council_matter, get_session
from engine.council.agenda import postpone_item
from engine.council.blind import KeyPair
from engine.council.closing import close_session
from engine.council.minutes import (
    BALLOT_COUNT,
    MINUTES,
    hash_of_minutes,
    paper_bytes,
    put_remarks,
    sign_minutes,
)
from engine.council.secret_ballots import start_casting
from engine.council.voting import close_voting, open_voting, void_voting
from engine.errors import EngineError, InvalidSubmission, NotFound
from engine.permissions import require
from engine.queries.council_sessions import SessionPage, get_closing_review, get_session_page
from forms.messages import code
from forms.vocabulary import SessionState, VotingMode
from webapp.authentication import present_actor
from webapp.ballot_forms import rule_groups
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.pages.sessions import STATE_TAGS, pdf
from webapp.short_forms import (
    Control,
    ShortForm,
    is_sent,
    once,
    typed_number_or_none,
    typed_text,
)

blueprint = Blueprint("session_votes", __name__, url_prefix="/phien-hop")

Page = str | tuple[str, int] | Response

LONGEST_VOTE = 600
"""Minutes until the deadline of a vote at most."""

PAPERS = {"bien-ban.pdf": MINUTES, "kiem-phieu.pdf": BALLOT_COUNT}


@blueprint.route("/<int:session_id>/bieu-quyet", methods=["GET", "POST"])
def votes(session_id: int) -> Page:
    """Choose items, open their vote, see how far it is, close it."""
    page = _own(session_id)
    form = ShortForm(
        title=_("Biểu quyết"),
        submit=_("Mở biểu quyết"),
        controls=(Control("minutes", _("Thời gian biểu quyết (phút)"), required=False),),
        crumbs=_crumbs(page),
        template="session_votes.html",
        words={"page": page, "rules": _rules(page)},
    )
    if is_sent():
        try:
            done = _control(page)
        except EngineError as error:
            form.refuse(error)
        else:
            return _to("session_votes.votes", session_id, done)
    return form.show()


@blueprint.route("/<int:session_id>/muc/<int:item_id>/chuyen", methods=["GET", "POST"])
def postpone(session_id: int, item_id: int) -> Page:
    """Leave an item to a later session."""
    page = _own(session_id)
    item = next((one for one in page.items if one.id == item_id), None)
    if item is None:
        raise NotFound(f"item {item_id} of session {session_id}")
    form = ShortForm(
        title=_("Chuyển sang phiên họp sau: %(name)s", name=item.brief.subject_name),
        submit=_("Chuyển sang phiên sau"),
        controls=(Control("reason", _("Lý do")),),
        note=_("Hồ sơ trở lại hàng chờ Hội đồng và có thể đưa vào chương trình phiên khác."),
        crumbs=_crumbs(page),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "postpone_item", lambda: _postpone(work, item_id))
        except EngineError as error:
            form.refuse(error)
        else:
            return _to("sessions.show", session_id, _("Đã chuyển hồ sơ sang phiên sau."))
    return form.show()


@blueprint.get("/<int:session_id>/ket-qua")
def results(session_id: int) -> str:
    """Show what each vote came to, with its arithmetic."""
    page = _read(session_id)
    return render_template("session_results.html", page=page, crumbs=_crumbs(page))


@blueprint.route("/<int:session_id>/be-mac", methods=["GET", "POST"])
def close(session_id: int) -> Page:
    """Show what closing would send into each case, and close."""
    page = _own(session_id)
    form = ShortForm(
        title=_("Bế mạc phiên họp"),
        submit=_("Bế mạc và chuyển kết quả"),
        controls=(),
        crumbs=_crumbs(page),
        template="session_close.html",
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "close_session", lambda: _close(work, page))
        except EngineError as error:
            form.refuse(error)
        else:
            return _to(
                "session_votes.minutes",
                session_id,
                _("Phiên họp đã bế mạc; kết quả đã chuyển vào từng hồ sơ."),
            )
    if page.meeting.state is not SessionState.OPEN:
        return redirect(url_for("sessions.show", session_id=session_id), 303)
    with reading() as work:
        review = get_closing_review(work, present_actor(), session_id, now())
        blocked = {one.sending.item.id: one for one in review.obstacles}
        form.words = {"review": review, "blocked": blocked, "page": review.page}
        return form.show()


@blueprint.route("/<int:session_id>/bien-ban", methods=["GET", "POST"])
def minutes(session_id: int) -> Page:
    """Read the minutes, add remarks, sign."""
    page = _read(session_id)
    form = ShortForm(
        title=_("Biên bản phiên họp"),
        submit=_("Lưu ý kiến"),
        controls=(Control("remarks", _("Ý kiến ghi thêm của thư ký"), required=False),),
        crumbs=_crumbs(page),
        template="session_minutes.html",
        words={"page": page, "tags": STATE_TAGS},
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                answer = once(work, "minutes", lambda: _write_minutes(work, session_id))
        except EngineError as error:
            form.refuse(error)
        else:
            signed = answer["signed"]
            done = _("Đã ký biên bản.") if signed else _("Đã lưu ý kiến ghi thêm.")
            return _to("session_votes.minutes", session_id, done)
    form.words = {**form.words, **_signing(page)}
    return form.show()


@blueprint.get("/<int:session_id>/<any('bien-ban.pdf', 'kiem-phieu.pdf'):name>")
def paper(session_id: int, name: str) -> Response:
    """Hand out the minutes or the count of the ballots: as signed, else as they stand."""
    with reading() as work:
        meeting = get_session(work, present_actor(), session_id)
        return pdf(paper_bytes(work, meeting, PAPERS[name]), name)


def _control(page: SessionPage) -> str:
    """Do what the pressed button of the votes page says; return what was done."""
    action = request.form.get("action", "")
    if action == "open":
        return _open(page)
    if page.running is None:
        raise InvalidSubmission({"_form": ["not_a_form"]})
    voting_id, reason = page.running.id, typed_text("reason")
    common: dict[str, Any] = {"voting_id": voting_id, "actor": present_actor(), "at": now()}
    with_missing = bool(request.form.get("with_missing"))
    doings: dict[str, tuple[Any, str]] = {
        "cast": (
            lambda work: start_casting(work, **common),
            _("Đã kết thúc nhận phiếu; các thành viên bắt đầu bỏ phiếu."),
        ),
        "close": (
            lambda work: close_voting(work, with_missing=with_missing, **common),
            _("Đã kết thúc biểu quyết; kết quả ở dưới."),
        ),
        "void": (
            lambda work: void_voting(work, reason=reason, **common),
            _("Lượt biểu quyết không còn giá trị; các hồ sơ có thể biểu quyết lại."),
        ),
    }
    if action not in doings:
        raise InvalidSubmission({"_form": ["not_a_form"]})
    run, done = doings[action]
    with unit_of_work() as work:
        once(work, f"voting.{action}", lambda: _numbered(run(work), voting_id))
    return done


def _numbered(made: object, voting_id: int) -> Mapping[str, int]:
    return {"voting_id": voting_id}


def _open(page: SessionPage) -> str:
    chosen = [int(text) for text in request.form.getlist("items") if text.isdecimal()]
    if not chosen:
        raise InvalidSubmission({"items": [code("choose_one")]})
    closes_at = _typed_deadline()
    is_electronic = page.meeting.mode is VotingMode.SECRET_ELECTRONIC
    # Keys take long to make: before the transaction, so that nobody waits for them.
    keys = [KeyPair.make() for _one in chosen] if is_electronic else []
    with unit_of_work() as work:
        once(
            work,
            "open_voting",
            lambda: {
                "voting_id": open_voting(
                    work,
                    session_id=page.meeting.id,
                    item_ids=chosen,
                    closes_at=closes_at,
                    keys=keys,
                    actor=present_actor(),
                    at=now(),
                ).id
            },
        )
    if is_electronic:
        return str(_("Đã mở nhận phiếu: thành viên nhận phiếu trên điện thoại của mình."))
    return str(_("Đã mở biểu quyết."))


def _typed_deadline() -> datetime | None:
    count = typed_number_or_none("minutes")
    if count is None:
        return None
    if not 1 <= count <= LONGEST_VOTE:
        name = "too_small" if count < 1 else "too_large"
        limit = 1 if count < 1 else LONGEST_VOTE
        raise InvalidSubmission({"minutes": [code(name, limit, count)]})
    return now() + timedelta(minutes=count)


def _postpone(work: Any, item_id: int) -> Mapping[str, int]:
    postpone_item(
        work, item_id=item_id, reason=typed_text("reason"), actor=present_actor(), at=now()
    )
    return {"item_id": item_id}


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


def _write_minutes(work: Any, session_id: int) -> Mapping[str, int | bool]:
    common: dict[str, Any] = {"session_id": session_id, "actor": present_actor(), "at": now()}
    if request.form.get("action") == "sign":
        sign_minutes(work, content_hash=typed_text("content_hash"), **common)
        return {"session_id": session_id, "signed": True}
    put_remarks(work, remarks=typed_text("remarks"), **common)
    return {"session_id": session_id, "signed": False}


def _signing(page: SessionPage) -> dict[str, Any]:
    """Return who may sign now, and the hash of what they would sign."""
    actor, meeting = present_actor(), page.meeting
    chair = next(
        (one.seat for one in page.seats if one.seat.position_id == meeting.chaired_by_id), None
    )
    closed = meeting.state is SessionState.CLOSED
    signs_as_secretary = closed and actor.person_id == meeting.secretary_id
    signs_as_chair = closed and chair is not None and actor.person_id == chair.voter_id
    may_sign = (signs_as_secretary and meeting.secretary_signed_at is None) or (
        signs_as_chair and meeting.chair_signed_at is None
    )
    if not may_sign:
        return {"may_sign": False, "content_hash": ""}
    with reading() as work:
        found = get_session(work, actor, meeting.id)
        return {"may_sign": True, "content_hash": hash_of_minutes(work, found)}


def _rules(page: SessionPage) -> Any:
    return rule_groups(page.items, page.quorum.least)


def _read(session_id: int) -> SessionPage:
    with reading() as work:
        return get_session_page(work, present_actor(), session_id, now())


def _own(session_id: int) -> SessionPage:
    page = _read(session_id)
    require(present_actor(), "session.run", council_matter(page.meeting.unit_id))
    return page


def _crumbs(page: SessionPage) -> tuple[tuple[str, str], ...]:
    return (
        (url_for("sessions.listing"), _("Phiên họp")),
        (url_for("sessions.show", session_id=page.meeting.id), page.meeting.name),
    )


def _to(endpoint: str, session_id: int, message: str) -> Response:
    flash(message, "ok")
    return redirect(url_for(endpoint, session_id=session_id), 303)
