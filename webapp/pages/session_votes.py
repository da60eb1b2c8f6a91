"""The votes of a session for its secretary: opened, watched, closed; what they came to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from engine.commands import is_answered
from engine.council.agenda import postpone_item
from engine.council.blind import make_keys
from engine.council.secret_ballots import start_casting
from engine.council.voting import close_voting, open_voting, void_voting
from engine.errors import InvalidSubmission, VotesMissing, VotingNotOpen
from engine.queries.council_sessions import ItemLine, SessionPage
from forms.messages import code
from forms.vocabulary import ItemState, VotingMode
from webapp.authentication import present_actor
from webapp.ballot_forms import ranges, rule_groups
from webapp.clock import now
from webapp.database import reading
from webapp.errors import sentence_for
from webapp.session_shell import Page, answer, back_to, crumbs, item_of, own_page, read_page
from webapp.short_forms import (
    KEY,
    Control,
    ShortForm,
    typed_number,
    typed_number_or_none,
    typed_text,
)

blueprint = Blueprint("session_votes", __name__, url_prefix="/phien-hop")

LONGEST_VOTE = 600
"""Minutes until the deadline of a vote at most."""


@blueprint.route("/<int:session_id>/bieu-quyet", methods=["GET", "POST"])
def votes(session_id: int) -> Page:
    """Choose items and open their vote; see how far it is; close it."""
    page = own_page(session_id)
    form = ShortForm(
        title=_("Biểu quyết"),
        submit=_("Mở biểu quyết"),
        controls=(
            Control("items", _("Các mục đưa ra biểu quyết"), "checks"),
            Control("minutes", _("Thời gian biểu quyết (phút)"), required=False),
            Control("reason", _("Lý do hủy lượt biểu quyết")),
        ),
        crumbs=crumbs(page),
        template="session_votes.html",
        words={
            "page": page,
            "rules": rule_groups(page.votable, page.quorum.least),
            "stuck": [(item, _why(item)) for item in page.stuck],
            "numbers": ranges(page.running.numbers) if page.running else "",
        },
    )
    action = typed_text("action")
    run, done = _doing(action, page)
    return answer(
        form,
        f"voting.{action}",
        run,
        lambda made: back_to("session_votes.votes", session_id, done),
    )


@blueprint.route("/<int:session_id>/chuyen-phien-sau", methods=["GET", "POST"])
def postpone(session_id: int) -> Page:
    """Leave items to a later session, for one reason."""
    page = own_page(session_id)
    form = ShortForm(
        title=_("Chuyển hồ sơ sang phiên họp sau"),
        submit=_("Chuyển sang phiên sau"),
        controls=(
            Control(
                "items",
                _("Các mục"),
                "checks",
                chosen=tuple(request.args.getlist("muc")),
                choices=tuple(
                    (str(item.id), f"{item.number}. {item.brief.subject_name}")
                    for item in page.items
                    if item.state in (ItemState.WAITING, ItemState.DECIDED)
                ),
            ),
            Control("reason", _("Lý do"), hint=_("Được ghi vào biên bản.")),
        ),
        note=_(
            "Hồ sơ trở lại hàng chờ Hội đồng và có thể đưa vào chương trình phiên khác. Kết quả"
            " biểu quyết đã có của các mục này không được chuyển vào hồ sơ."
        ),
        crumbs=crumbs(page),
    )
    return answer(
        form,
        "postpone_items",
        lambda work: _postpone(work, page),
        lambda made: back_to("sessions.show", session_id, _("Đã chuyển hồ sơ sang phiên sau.")),
    )


@blueprint.get("/<int:session_id>/ket-qua")
def results(session_id: int) -> str:
    """Show what each vote came to, with its arithmetic, and open votes by name."""
    page = read_page(session_id)
    return render_template("session_results.html", page=page, crumbs=crumbs(page))


def _doing(action: str, page: SessionPage) -> tuple[Any, str]:
    """Return what the pressed button runs, and what is said when it is done."""
    doings: dict[str, tuple[Any, str]] = {
        "open": (_opening(page) if action == "open" else _refuse, _opened(page)),
        "cast": (
            lambda work: _cast(work, page),
            _("Đã kết thúc phát phiếu; các thành viên bắt đầu bỏ phiếu."),
        ),
        "close": (_close, _("Đã kết thúc biểu quyết; kết quả ở dưới.")),
        "void": (_void, _("Lượt biểu quyết không còn giá trị; các mục có thể biểu quyết lại.")),
    }
    return doings.get(action, (_refuse, ""))


def _refuse(work: Any) -> Mapping[str, int]:
    raise InvalidSubmission({"_form": [code("not_in_list", typed_text("action"))]})


def _opened(page: SessionPage) -> str:
    said = {
        VotingMode.OPEN: _("Đã mở biểu quyết: các thành viên mở phiếu ở trang phiên họp."),
        VotingMode.SECRET_PAPER: _("Đã mở lượt bỏ phiếu giấy: phát phiếu, thu về rồi kiểm."),
        VotingMode.SECRET_ELECTRONIC: _("Đã mở phát phiếu: các thành viên nhận phiếu điện tử."),
    }
    return str(said[page.meeting.mode])


def _opening(page: SessionPage) -> Any:
    """Return what opens the vote on the chosen items.

    Keys take long to make: they are made here, before the transaction, so that nobody waits
    for them, and not again for a double click.
    """
    chosen = [one for one in page.items if str(one.id) in request.form.getlist("items")]
    wants_keys = page.meeting.mode is VotingMode.SECRET_ELECTRONIC and not _came_before()
    keys = make_keys(len(chosen)) if wants_keys else ()

    def run(work: Any) -> Mapping[str, int]:
        if not chosen:
            raise InvalidSubmission({"items": [code("choose_one")]})
        voting = open_voting(
            work,
            session_id=page.meeting.id,
            item_ids=[item.id for item in chosen],
            closes_at=_typed_deadline(),
            keys=keys,
            actor=present_actor(),
            at=now(),
        )
        return {"voting_id": voting.id}

    return run


def _came_before() -> bool:
    with reading() as work:
        return bool(is_answered(work, typed_text(KEY)))


def _typed_deadline() -> datetime | None:
    count = typed_number_or_none("minutes")
    if count is None:
        return None
    if not 1 <= count <= LONGEST_VOTE:
        name, limit = ("too_small", 1) if count < 1 else ("too_large", LONGEST_VOTE)
        raise InvalidSubmission({"minutes": [code(name, limit, count)]})
    return now() + timedelta(minutes=count)


def _cast(work: Any, page: SessionPage) -> Mapping[str, int]:
    """End check-in; whoever has no papers then has no vote, so that has to be confirmed.

    :raises VotesMissing: not every seat took its papers, and the box is not ticked.
    """
    voting_id, running = _typed_voting(), page.running
    if running and (running.given or 0) < running.expected and not typed_text("with_missing"):
        raise VotesMissing(
            f"voting {voting_id}: {running.given} of {running.expected} have papers",
            returned=running.given or 0,
            expected=running.expected,
        )
    start_casting(work, voting_id=voting_id, actor=present_actor(), at=now())
    return {"voting_id": voting_id}


def _close(work: Any) -> Mapping[str, int]:
    voting_id = _typed_voting()
    close_voting(
        work,
        voting_id=voting_id,
        with_missing=bool(typed_text("with_missing")),
        actor=present_actor(),
        at=now(),
    )
    return {"voting_id": voting_id}


def _void(work: Any) -> Mapping[str, int]:
    voting_id = _typed_voting()
    void_voting(
        work,
        voting_id=voting_id,
        reason=typed_text("reason"),
        actor=present_actor(),
        at=now(),
    )
    return {"voting_id": voting_id}


def _typed_voting() -> int:
    """Return the vote that the page showed: not one that was opened since.

    :raises VotingNotOpen: the form names none.
    """
    try:
        return typed_number("voting")
    except InvalidSubmission as error:
        raise VotingNotOpen("the form names no vote") from error


def _postpone(work: Any, page: SessionPage) -> Mapping[str, int]:
    """Put off all items that were ticked, in one transaction."""
    texts = list(dict.fromkeys(request.form.getlist("items")))
    if not texts:
        raise InvalidSubmission({"items": [code("choose_one")]})
    for item in [item_of(page, text) for text in texts]:
        postpone_item(
            work,
            item_id=item.id,
            reason=typed_text("reason"),
            actor=present_actor(),
            at=now(),
        )
    return {"items": len(texts)}


def _why(item: ItemLine) -> str:
    """Return why an item cannot be put to the vote, and what to do."""
    return sentence_for(item.hindrance) if item.hindrance else ""
