"""What comes next in a session for whoever reads its page: one thing to do, and the others."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from engine.office import day_in_vietnam
from engine.queries.council_sessions import RunningBlock, SessionPage
from forms.vocabulary import SessionState, VotingMode, VotingState
from webapp.ballot_forms import ranges
from webapp.clock import show_moment
from webapp.session_shell import signs


@dataclass(frozen=True)
class Step:
    """A link of a session's page."""

    address: str
    label: str


@dataclass(frozen=True)
class NextStep:
    """What comes next for the reader: a sentence, and at most one thing to do."""

    sentence: str
    step: Step | None = None


def next_step(page: SessionPage, at: datetime) -> NextStep:
    """Return what comes next in a session for its reader."""
    state = page.meeting.state
    if state is SessionState.RECALLED:
        return NextStep(_("Phiên họp đã hoãn; chương trình chuyển sang phiên họp lại."))
    if state is SessionState.SIGNED:
        return NextStep(
            _("Biên bản đã ký."), _step(page, "session_papers.minutes", _("Biên bản"))
        )
    if state is SessionState.CLOSED:
        return _after_closing(page)
    if not page.may_run:
        return _for_member(page)
    if state is SessionState.PREPARED:
        return _before_opening(page, at)
    return _in_session(page)


def _before_opening(page: SessionPage, at: datetime) -> NextStep:
    meeting = page.meeting
    days = (day_in_vietnam(meeting.meets_at) - day_in_vietnam(at)).days
    if days < 0:
        return NextStep(
            _("Ngày họp đã qua mà phiên họp chưa khai mạc. Ghi lại ngày họp, hoặc hoãn."),
            _step(page, "sessions.change", _("Sửa ngày họp")),
        )
    if not page.items:
        return NextStep(
            _("Chương trình chưa có hồ sơ; %(count)s hồ sơ chờ Hội đồng.", count=page.waiting),
            _step(page, "sessions.agenda", _("Lập chương trình")),
        )
    if meeting.invited_at is None:
        return NextStep(
            _("Chương trình có %(count)s hồ sơ. Gửi giấy mời họp.", count=len(page.items)),
            _step(page, "sessions.invitation", _("Giấy mời họp")),
        )
    if days > 0:
        day = show_moment(meeting.meets_at)
        return NextStep(_("Đã gửi giấy mời. Đến ngày họp (%(moment)s), điểm danh.", moment=day))
    return _on_the_day(page)


def _on_the_day(page: SessionPage) -> NextStep:
    if not page.is_marked:
        return NextStep(
            _("Đến giờ họp, điểm danh các thành viên rồi khai mạc."),
            _step(page, "sessions.attendance", _("Điểm danh")),
        )
    if not page.quorum.is_met:
        return _short_of_members(page)
    return NextStep(
        _("Đã điểm danh, đủ số thành viên dự họp."),
        _step(page, "sessions.begin", _("Khai mạc phiên họp")),
    )


def _in_session(page: SessionPage) -> NextStep:
    votes = "session_votes.votes"
    if page.running is not None:
        return NextStep(
            _standing_of(page.running), _step(page, votes, _("Lượt biểu quyết đang mở"))
        )
    fresh = [item for item in page.votable if not item.is_again]
    tied = [item.number for item in page.votable if item.is_tied]
    if (fresh or tied) and not page.quorum.is_met:
        return _short_of_members(page)
    if fresh:
        return NextStep(
            _("Còn %(count)s mục chưa biểu quyết.", count=len(fresh)),
            _step(page, votes, _("Đưa ra biểu quyết")),
        )
    if tied:
        return NextStep(
            _(
                "Số phiếu ngang nhau ở mục %(numbers)s: biểu quyết lại, hoặc chuyển phiên sau.",
                numbers=ranges(tied),
            ),
            _step(page, votes, _("Biểu quyết lại")),
        )
    if page.stuck:
        return NextStep(
            _(
                "Mục %(numbers)s chưa đưa ra biểu quyết được.",
                numbers=ranges([one.number for one in page.stuck]),
            ),
            _step(page, "session_votes.postpone", _("Chuyển sang phiên sau")),
        )
    return NextStep(
        _("Mọi mục đã có kết quả. Xem lại những gì sẽ chuyển vào hồ sơ rồi bế mạc."),
        _step(page, "session_papers.close", _("Bế mạc phiên họp")),
    )


def _short_of_members(page: SessionPage) -> NextStep:
    if not page.is_marked:
        return NextStep(
            _("Chưa điểm danh nên chưa biểu quyết được."),
            _step(page, "sessions.attendance", _("Điểm danh")),
        )
    return NextStep(
        _("Chưa đủ số thành viên dự họp. Điểm danh lại khi đủ người, hoặc hoãn phiên họp."),
        _step(page, "sessions.attendance", _("Điểm danh lại")),
    )


def _after_closing(page: SessionPage) -> NextStep:
    if signs(page):
        return NextStep(
            _("Phiên họp đã bế mạc. Biên bản chờ ông/bà ký."),
            _step(page, "session_papers.minutes", _("Xem lại và ký biên bản")),
        )
    return NextStep(
        _("Phiên họp đã bế mạc; biên bản chưa đủ chữ ký."),
        _step(page, "session_papers.minutes", _("Biên bản")),
    )


def _for_member(page: SessionPage) -> NextStep:
    sheet = _step(page, "ballots.sheet", _("Đọc hồ sơ của phiên họp"))
    running = page.running
    if running is None:
        return NextStep(_("Chưa mở biểu quyết. Ông/bà có thể đọc trước từng hồ sơ."), sheet)
    seat = page.head.seat
    if seat is None or not seat.votes or running.mode is VotingMode.SECRET_PAPER:
        return NextStep(_standing_of(running), sheet)
    if running.mode is VotingMode.OPEN:
        return NextStep(_standing_of(running), Step(sheet.address, _("Mở phiếu biểu quyết")))
    paper = _step(page, "secret_ballots.check_in", _("Nhận phiếu, bỏ phiếu kín"))
    return NextStep(_standing_of(running), paper)


def _standing_of(running: RunningBlock) -> str:
    """Return how far a vote is: never what was chosen."""
    if running.mode is VotingMode.SECRET_PAPER:
        return str(
            _(
                "Lượt %(number)s đang kiểm phiếu: %(returned)s/2 người đã ghi số đếm.",
                number=running.number,
                returned=running.returned,
            )
        )
    if running.state is VotingState.CHECK_IN:
        return str(
            _(
                "Lượt %(number)s đang phát phiếu: %(given)s/%(expected)s người đã nhận.",
                number=running.number,
                given=running.given or 0,
                expected=running.expected,
            )
        )
    return str(
        _(
            "Lượt %(number)s đang biểu quyết: đã bỏ %(returned)s/%(expected)s.",
            number=running.number,
            returned=running.returned,
            expected=running.out_of,
        )
    )


def other_steps(page: SessionPage) -> list[Step]:
    """Return what else the reader may do in a session, in the order of a session."""
    state = page.meeting.state
    wanted: list[tuple[str, str, bool]] = []
    prepared, is_open = state is SessionState.PREPARED, state is SessionState.OPEN
    running = page.running is not None
    if page.may_run and (prepared or is_open):
        wanted = [
            ("sessions.change", _("Sửa phiên họp"), prepared),
            ("sessions.agenda", _("Chương trình"), True),
            ("sessions.attendance", _("Điểm danh"), not running),
            ("ballots.opinions", _("Ý kiến bằng văn bản"), bool(page.items)),
            ("sessions.begin", _("Khai mạc phiên họp"), prepared and bool(page.items)),
            ("session_votes.votes", _("Biểu quyết"), is_open),
            ("session_votes.postpone", _("Chuyển hồ sơ sang phiên sau"), is_open),
            ("session_papers.close", _("Bế mạc phiên họp"), is_open and not running),
            ("sessions.recall", _("Hoãn, họp lại ngày khác"), True),
        ]
    seated = page.head.seat is not None
    wanted += [
        ("ballots.sheet", _("Phiếu và hồ sơ của phiên họp"), bool(page.items)),
        ("ballots.interest", _("Khai có liên quan"), seated and (prepared or is_open)),
        ("sessions.invitation", _("Giấy mời họp"), bool(page.items)),
        ("session_votes.results", _("Kết quả biểu quyết"), page.has_voted),
        ("session_papers.minutes", _("Biên bản"), page.meeting.opened_at is not None),
    ]
    return [_step(page, endpoint, label) for endpoint, label, shown in wanted if shown]


def _step(page: SessionPage, endpoint: str, label: str) -> Step:
    return Step(url_for(endpoint, session_id=page.meeting.id), str(label))
