"""The votes of a session for its members: the sheet, interests, counts, written opinions."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.attachments import CheckedFile
from engine.commands import is_answered
from engine.council.attendance import enter_written_opinions
from engine.council.conflicts import declare_conflict
from engine.council.open_ballots import Choices, cast_open
from engine.council.paper_counts import attach_count, enter_count
from engine.errors import (
    AlreadyVoted,
    EngineError,
    InvalidBallot,
    InvalidSubmission,
    NotEntitledToVote,
    RefusedFile,
    VotingNotOpen,
)
from engine.queries.ballot_pages import Meeting, Sheet, SheetLine, get_agenda, get_sheet
from engine.queries.count_pages import (
    CountBoard,
    CountLine,
    OpinionSheet,
    get_count_board,
    get_opinion_sheet,
    list_absent,
)
from forms.vocabulary import BallotChoice, ConflictRule, ItemState, VotingMode
from webapp import paging
from webapp.authentication import present_actor
from webapp.ballot_forms import (
    CHOICE,
    COUNTED,
    FILE,
    REST,
    Answer,
    count_name,
    ranges,
    rule_groups,
    sent_scan,
    typed_counts,
    typed_sheet,
    with_rest,
)
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.files import file_store
from webapp.short_forms import (
    KEY,
    Control,
    ShortForm,
    is_sent,
    once,
    typed_number,
    typed_text,
)
from webapp.uploads import refusal
from webapp.wording import sentences

blueprint = Blueprint("ballots", __name__, url_prefix="/phien-hop")

Page = str | tuple[str, int] | Response

COUNT_PAGE = 50
"""Items of a paper ballot on one page: their numbers stay below what one form may hold."""

LONG_SHEET = 20
"""Items of a sheet from which on it has links to its parts, and so many in each part."""

MANY_MISSING = 12
"""Open items that are named one by one; of more, the first are."""

STATES = {
    ItemState.WAITING: "info",
    ItemState.VOTING: "warn",
    ItemState.DECIDED: "ok",
}
"""State of an item → how its label looks; the word in it says the same."""


@blueprint.get("/cach-bieu-quyet")
def modes() -> str:
    """Say what each way of voting protects, and what it cannot."""
    return render_template("ballots_modes.html", modes=VotingMode)


@blueprint.route("/<int:session_id>/phieu", methods=["GET", "POST"])
def sheet(session_id: int) -> Page:
    """Show the sheet of a vote, ask for confirmation, and hand it in; before it: to read."""
    if is_sent() and request.form.get("action") == "cast":
        return _cast(session_id)
    page = _read_sheet(session_id)
    if request.method == "GET":
        return _show_sheet(page)
    _require_same_vote(page)
    typed = typed_sheet()
    if not is_sent() or request.form.get("action") == "edit":
        return _show_sheet(page, typed)
    asked = [line.item_vote_id for line in page.asked if line.item_vote_id is not None]
    typed = with_rest(asked, typed)
    missing = [line for line in page.asked if typed[line.item_vote_id or 0].choice is None]
    if missing:
        return _show_sheet(page, typed, missing=missing), 422
    return _ask_to_confirm(page, typed)


@blueprint.route("/<int:session_id>/lien-quan", methods=["GET", "POST"])
def interest(session_id: int) -> Page:
    """Let a member say that an item concerns them, before it is voted on."""
    with reading() as work:
        page = get_agenda(work, present_actor(), session_id, now())
    if page.meeting.seat is None:
        raise NotEntitledToVote(f"no seat in session {session_id}")
    waiting = [line for line in page.lines if line.state is ItemState.WAITING]
    form = ShortForm(
        title=_("Khai có liên quan"),
        submit=_("Khai có liên quan"),
        controls=_interest_controls(waiting),
        crumbs=_crumbs(page.meeting),
        template="ballots_interest.html",
        words={
            "meeting": page.meeting,
            "mine": [line for line in page.lines if any(c.is_mine for c in line.concerns)],
            "waiting": waiting,
            "says": conflict_words(page.meeting.conflict_rule),
        },
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "declare_conflict", lambda: _declare(work, waiting))
        except EngineError as error:
            form.refuse(error)
        else:
            flash(_("Đã ghi nhận: hồ sơ này có liên quan đến ông/bà."), "ok")
            return redirect(url_for("ballots.interest", session_id=session_id), 303)
    return form.show()


@blueprint.route("/<int:session_id>/kiem-phieu", methods=["GET", "POST"])
def count(session_id: int) -> Page:
    """Let two people of the counting board type what they counted, and compare it."""
    board = _read_board(session_id)
    if not is_sent():
        return _show_board(board)
    lines, _last = _count_lines(board)
    try:
        counts = typed_counts(lines)
        with unit_of_work() as work:
            once(
                work,
                "enter_count",
                lambda: _enter_count(work, typed_number("voting"), counts),
            )
    except InvalidSubmission as error:
        return _show_board(board, sentences(error)), 422
    flash(_("Đã ghi số đếm của %(count)s mục.", count=len(counts)), "ok")
    return redirect(_next_count_page(session_id), 303)


@blueprint.post("/<int:session_id>/kiem-phieu/ban-quet")
def count_scan(session_id: int) -> Page:
    """Keep the scan of the signed count."""
    board = _read_board(session_id)
    if not is_sent():
        return _show_board(board)
    try:
        file = sent_scan()
        with unit_of_work() as work:
            once(
                work,
                f"attach_count {file.sha256}",
                lambda: _attach_count(work, file),
            )
    except RefusedFile as error:
        return _show_board(board, {FILE: [refusal(error)]}), 422
    flash(_("Đã nhận bản quét “%(name)s”.", name=file.name), "ok")
    return redirect(url_for("ballots.count", session_id=session_id), 303)


@blueprint.get("/<int:session_id>/y-kien")
def opinions(session_id: int) -> str:
    """List the absent members, and what was entered of their written opinions."""
    with reading() as work:
        page = list_absent(work, present_actor(), session_id)
    return render_template("ballots_opinions.html", page=page, crumbs=_crumbs(page.meeting))


@blueprint.route("/<int:session_id>/y-kien/<int:position_id>", methods=["GET", "POST"])
def opinion(session_id: int, position_id: int) -> Page:
    """Enter what an absent member wrote, with the scan of the paper."""
    with reading() as work:
        page = get_opinion_sheet(work, present_actor(), session_id, position_id)
    if request.method == "GET":
        return _show_opinion(page, {one.item_id: Answer(one.choice) for one in page.lines})
    typed = typed_sheet()
    if not is_sent():
        return _show_opinion(page, typed)
    choices = {item: one.choice for item, one in typed.items() if one.choice is not None}
    errors: dict[str, list[str]] = {}
    try:
        _enter_opinions(page, choices)
    except RefusedFile as error:
        errors = {FILE: [refusal(error)]}
    except InvalidSubmission as error:
        errors = sentences(error)
    if errors:
        return _show_opinion(page, typed, errors), 422
    flash(_("Đã nhập ý kiến bằng văn bản của %(name)s.", name=page.seat.name), "ok")
    return redirect(url_for("ballots.opinions", session_id=session_id), 303)


def conflict_words(rule: ConflictRule) -> str:
    """Return what a member whom an item concerns does, by the setting of the office."""
    words = {
        ConflictRule.VOTES: _("Thành viên có liên quan được nêu tên và vẫn biểu quyết."),
        ConflictRule.STEPS_OUT: _(
            "Thành viên có liên quan được nêu tên, không biểu quyết hồ sơ đó và vẫn tính trong"
            " tổng số thành viên."
        ),
        ConflictRule.LEFT_OUT: _(
            "Thành viên có liên quan được nêu tên, không biểu quyết hồ sơ đó và không tính"
            " trong tổng số thành viên."
        ),
    }
    return str(words[rule])


def _read_sheet(session_id: int) -> Sheet:
    with reading() as work:
        return get_sheet(work, present_actor(), session_id, now())


def _require_same_vote(page: Sheet) -> None:
    """Return if the sheet that was sent is of the vote that the reader can vote in now.

    :raises AlreadyVoted: the reader's sheet came in before.
    :raises NotEntitledToVote: the reader has no vote in it.
    :raises VotingNotOpen: it is over, or takes no sheets.
    """
    voting = page.voting
    if voting is None or voting.id != typed_number("voting"):
        raise VotingNotOpen("the sheet is of another vote")
    if page.cast_at is not None:
        raise AlreadyVoted(f"a sheet came in for voting {voting.id}")
    if page.meeting.seat is None or not page.meeting.seat.votes or not page.asked:
        raise NotEntitledToVote(f"the reader has no vote in voting {voting.id}")
    if not page.takes_votes:
        raise VotingNotOpen(f"voting {voting.id} takes no sheets now")


def _cast(session_id: int) -> Page:
    """Hand in the sheet, once for all; a second click reads that it came in."""
    typed = typed_sheet()
    choices = {
        item_vote: (_chosen(answer), answer.reason) for item_vote, answer in typed.items()
    }
    try:
        with unit_of_work() as work:
            once(
                work,
                "cast_open",
                lambda: _hand_in(work, choices),
            )
    except InvalidSubmission as error:
        return _show_sheet(_read_sheet(session_id), typed, errors=sentences(error)), 422
    except AlreadyVoted:
        with reading() as work:
            if not is_answered(work, typed_text(KEY)):
                raise
    flash(_("Đã ghi nhận phiếu của ông/bà: %(count)s mục.", count=len(choices)), "ok")
    return redirect(url_for("ballots.sheet", session_id=session_id), 303)


def _hand_in(work: Any, choices: Choices) -> dict[str, Any]:
    cast_open(
        work,
        voting_id=typed_number("voting"),
        actor=present_actor(),
        choices=choices,
        at=now(),
    )
    return {"items": len(choices)}


def _chosen(answer: Answer) -> BallotChoice:
    if answer.choice is None:
        raise InvalidBallot("an item has no choice")
    return answer.choice


def _show_sheet(
    page: Sheet,
    typed: Mapping[int, Answer] | None = None,
    missing: list[SheetLine] | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> str:
    lines = page.lines
    return render_template(
        "ballots_sheet.html",
        page=page,
        meeting=page.meeting,
        crumbs=_crumbs(page.meeting),
        rules=rule_groups(lines, page.meeting.least_present),
        typed=typed or {},
        missing=missing or [],
        many_missing=MANY_MISSING,
        errors=errors or {},
        choices=BallotChoice,
        rest=request.form.get(REST, ""),
        parts=_parts(lines),
        tags=STATES,
        says=conflict_words(page.meeting.conflict_rule),
    )


def _ask_to_confirm(page: Sheet, typed: Mapping[int, Answer]) -> str:
    """Return the sheet as it will be handed in, by what was chosen."""
    groups = [
        (
            choice,
            [
                (line, typed[line.item_vote_id or 0])
                for line in page.asked
                if typed[line.item_vote_id or 0].choice is choice
            ],
        )
        for choice in BallotChoice
    ]
    return render_template(
        "ballots_confirm.html",
        page=page,
        meeting=page.meeting,
        crumbs=_crumbs(page.meeting),
        groups=groups,
        barred=[line for line in page.lines if line.is_barred],
        key=uuid.uuid4().hex,
    )


def _parts(lines: tuple[SheetLine, ...]) -> list[SheetLine]:
    """Return the first line of each part of a long sheet; none of a short one."""
    return list(lines[::LONG_SHEET]) if len(lines) > LONG_SHEET else []


def _interest_controls(waiting: list[SheetLine]) -> tuple[Control, ...]:
    if not waiting:
        return ()
    return (
        Control(
            "item",
            _("Hồ sơ"),
            kind="select",
            choices=tuple(
                (
                    str(line.item_id),
                    f"{line.number}. {line.brief.subject_name} –"
                    f" {line.brief.award.label(g.language)}",
                )
                for line in waiting
            ),
            value=request.args.get("muc", ""),
            empty=_("Chọn hồ sơ"),
        ),
        Control(
            "note",
            _("Có liên quan như thế nào"),
            hint=_("Ví dụ: người được đề nghị là vợ tôi. Tối đa 500 ký tự."),
        ),
    )


def _declare(work: Any, waiting: list[SheetLine]) -> dict[str, Any]:
    item_id = typed_text("item")
    if item_id not in {str(line.item_id) for line in waiting}:
        raise InvalidSubmission({"item": ["choose_one"]})
    declare_conflict(
        work,
        item_id=int(item_id),
        actor=present_actor(),
        note=typed_text("note"),
        at=now(),
    )
    return {"item": int(item_id)}


def _read_board(session_id: int) -> CountBoard:
    with reading() as work:
        return get_count_board(work, present_actor(), session_id)


def _enter_count(work: Any, voting_id: int, counts: Mapping[int, Any]) -> dict[str, Any]:
    enter_count(work, voting_id=voting_id, actor=present_actor(), counts=counts, at=now())
    return {"items": len(counts)}


def _attach_count(work: Any, file: CheckedFile) -> dict[str, Any]:
    attach_count(
        work,
        file_store(),
        voting_id=typed_number("voting"),
        file=file,
        actor=present_actor(),
        at=now(),
    )
    return {"sha256": file.sha256}


def _count_lines(board: CountBoard) -> tuple[tuple[CountLine, ...], int]:
    """Return the lines of the page that is asked for, and the number of the last page."""
    last = max(1, -(-len(board.lines) // COUNT_PAGE))
    first = (min(paging.page_asked(), last) - 1) * COUNT_PAGE
    return board.lines[first : first + COUNT_PAGE], last


def _next_count_page(session_id: int) -> str:
    """Return where counting goes on: the next page, or the first with all compared."""
    board = _read_board(session_id)
    _lines, last = _count_lines(board)
    page = paging.page_asked() + 1
    return url_for("ballots.count", session_id=session_id, page=page if page <= last else None)


def _show_board(board: CountBoard, errors: Mapping[str, list[str]] | None = None) -> str:
    lines, last = _count_lines(board)
    names = _count_names()
    labels = {
        count_name(field, line): _("Mục %(number)s, %(count)s", number=line.number, count=name)
        for line in lines
        for field, name in names.items()
    }
    return render_template(
        "ballots_count.html",
        board=board,
        meeting=board.meeting,
        crumbs=_crumbs(board.meeting),
        lines=lines,
        is_last=paging.page_asked() >= last,
        page=min(paging.page_asked(), last),
        with_changes=paging.with_changes,
        differing=ranges(board.differing),
        names=names,
        errors=errors or {},
        labels={**labels, FILE: _("Bản quét biên bản kiểm phiếu")},
        key=uuid.uuid4().hex,
    )


def _count_names() -> dict[str, str]:
    """Return what each number of a count is called."""
    names = (
        _("phát ra"),
        _("thu về"),
        _("đồng ý"),
        _("không đồng ý"),
        _("không biểu quyết, trắng"),
        _("không hợp lệ"),
    )
    return dict(zip(COUNTED, names, strict=True))


def _enter_opinions(page: OpinionSheet, choices: Mapping[int, BallotChoice]) -> None:
    """Enter what was typed, with its scan.

    :raises RefusedFile: no scan came, or not one that we take.
    :raises InvalidSubmission: nothing was chosen, or the member is there meanwhile.
    """
    if not choices:
        raise InvalidSubmission({CHOICE: ["choose_one"]})
    file = sent_scan()
    with unit_of_work() as work:
        once(
            work,
            f"enter_written_opinions {file.sha256}",
            lambda: {
                "opinions": len(
                    enter_written_opinions(
                        work,
                        file_store(),
                        session_id=page.meeting.id,
                        position_id=page.seat.position_id,
                        choices=choices,
                        file=file,
                        actor=present_actor(),
                        at=now(),
                    )
                )
            },
        )


def _show_opinion(
    page: OpinionSheet,
    typed: Mapping[int, Answer],
    errors: Mapping[str, list[str]] | None = None,
) -> str:
    return render_template(
        "ballots_opinion.html",
        page=page,
        meeting=page.meeting,
        crumbs=_crumbs(page.meeting),
        typed=typed,
        errors=errors or {},
        labels={
            FILE: _("Bản quét ý kiến bằng văn bản"),
            CHOICE: _("Ý kiến về từng hồ sơ"),
        },
        choices=BallotChoice,
        key=request.form.get(KEY) or uuid.uuid4().hex,
    )


def _crumbs(meeting: Meeting) -> tuple[tuple[str, str], ...]:
    return (
        (url_for("sessions.listing"), _("Phiên họp")),
        (url_for("sessions.show", session_id=meeting.id), meeting.name),
    )
