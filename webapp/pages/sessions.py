"""Sessions of a council for its secretary: prepared, called, opened, attended, recalled."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.council import agenda as orders
from engine.council import sessions as commands
from engine.council.access import council_matter, get_session
from engine.council.attendance import Mark, take_attendance
from engine.council.minutes import INVITATION, paper_bytes
from engine.errors import EngineError, InvalidSubmission, NotPermitted
from engine.office import VIETNAM
from engine.permissions import require
from engine.queries.council_sessions import (
    SessionPage,
    get_session_page,
    list_candidates,
    list_sessions,
    own_councils,
)
from forms.messages import code
from forms.vocabulary import Attendance, CouncilOffice, SessionState, VotingMode
from webapp.authentication import present_actor
from webapp.clock import now, show_day
from webapp.database import reading, unit_of_work
from webapp.short_forms import (
    Control,
    ShortForm,
    choices,
    gathered,
    is_sent,
    once,
    typed_day,
    typed_number,
    typed_text,
    typed_word,
)

blueprint = Blueprint("sessions", __name__, url_prefix="/phien-hop")

Page = str | tuple[str, int] | Response

MORNING = "08:00"

STATE_TAGS = {
    SessionState.PREPARED: "info",
    SessionState.OPEN: "warn",
    SessionState.CLOSED: "info",
    SessionState.SIGNED: "ok",
    SessionState.RECALLED: "bad",
}
"""State of a session → how its label looks; the word in it says the same."""


@blueprint.get("")
def listing() -> str:
    """Show the sessions that the reader runs, sits in or may look at."""
    actor = present_actor()
    with reading() as work:
        return render_template(
            "sessions_list.html",
            sessions=list_sessions(work, actor),
            councils=own_councils(work, actor),
            tags=STATE_TAGS,
        )


@blueprint.route("/moi", methods=["GET", "POST"])
def prepare() -> Page:
    """Prepare a session."""
    with reading() as work:
        councils = [(str(unit.id), unit.name) for unit in own_councils(work, present_actor())]
    if not councils:
        raise NotPermitted("runs no council")
    form = ShortForm(
        title=_("Chuẩn bị phiên họp"),
        submit=_("Tạo phiên họp"),
        controls=(
            Control(
                "unit_id", _("Hội đồng"), "select", councils[0][0], choices=tuple(councils)
            ),
            *_controls("", now(), "", VotingMode.OPEN),
        ),
        crumbs=_crumbs(),
        note=_("Sau khi tạo, đưa hồ sơ vào chương trình rồi gửi giấy mời."),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                made = once(work, "prepare_session", lambda: {"session_id": _prepare(work)})
        except EngineError as error:
            form.refuse(error)
        else:
            return _to("sessions.agenda", made["session_id"], _("Đã tạo phiên họp."))
    return form.show()


@blueprint.get("/<int:session_id>")
def show(session_id: int) -> str:
    """Show a session: where it stands, its agenda, who is there, and what comes next."""
    return render_template(
        "sessions_show.html", page=_read(session_id), tags=STATE_TAGS, crumbs=_crumbs()
    )


@blueprint.route("/<int:session_id>/sua", methods=["GET", "POST"])
def change(session_id: int) -> Page:
    """Change name, day, place or way of voting of a session that has not begun."""
    meeting = _own(session_id).meeting
    form = ShortForm(
        title=_("Sửa phiên họp"),
        submit=_("Lưu thay đổi"),
        controls=_controls(meeting.name, meeting.meets_at, meeting.place, meeting.mode),
        crumbs=_crumbs(meeting.name, session_id),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "change_session", lambda: _change(work, session_id))
        except EngineError as error:
            form.refuse(error)
        else:
            return _to("sessions.show", session_id, _("Đã lưu thay đổi của phiên họp."))
    return form.show()


@blueprint.route("/<int:session_id>/chuong-trinh", methods=["GET", "POST"])
def agenda(session_id: int) -> Page:
    """Put nominations on the agenda, order them, take them off."""
    page = _own(session_id)
    form = ShortForm(
        title=_("Chương trình phiên họp"),
        submit=_("Đưa vào chương trình"),
        controls=(),
        crumbs=_crumbs(page.meeting.name, session_id),
        template="sessions_agenda.html",
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "agenda", lambda: _arrange(work, page))
        except EngineError as error:
            form.refuse(error)
        else:
            return _to("sessions.agenda", session_id, _("Đã cập nhật chương trình."))
    with reading() as work:
        candidates = list_candidates(work, present_actor(), session_id)
    form.words = {"page": page, "candidates": candidates}
    return form.show()


@blueprint.get("/<int:session_id>/giay-moi")
def invitation(session_id: int) -> str:
    """Show the invitation with links to the dossiers."""
    return render_template("sessions_invitation.html", page=_read(session_id))


@blueprint.get("/<int:session_id>/giay-moi.pdf")
def invitation_paper(session_id: int) -> Response:
    """Hand out the invitation as PDF, the dossiers linked."""
    with reading() as work:
        meeting = get_session(work, present_actor(), session_id)
        content = paper_bytes(
            work,
            meeting,
            INVITATION,
            lambda reference: url_for("cases.show", reference=reference, _external=True),
        )
    return pdf(content, "giay-moi.pdf")


@blueprint.route("/<int:session_id>/moi-hop", methods=["GET", "POST"])
def call(session_id: int) -> Page:
    """Write down that the invitation went out."""
    page = _own(session_id)
    form = ShortForm(
        title=_("Ghi nhận đã gửi giấy mời"),
        submit=_("Đã gửi giấy mời"),
        controls=(),
        note=_(
            "Thành viên thấy phiên họp này trong trang Phiên họp. Giấy mời ở dạng tệp PDF được"
            " gửi theo cách thông thường của cơ quan."
        ),
        crumbs=_crumbs(page.meeting.name, session_id),
    )
    return _do(form, session_id, "invite", _invite, _("Đã ghi nhận việc gửi giấy mời."))


@blueprint.route("/<int:session_id>/khai-mac", methods=["GET", "POST"])
def begin(session_id: int) -> Page:
    """Open a session: its members are frozen, and votes can be held."""
    page = _own(session_id)
    chairs = [
        (str(line.seat.position_id), f"{line.seat.name}, {line.seat.office.label(g.language)}")
        for line in page.seats
    ]
    form = ShortForm(
        title=_("Khai mạc phiên họp"),
        submit=_("Khai mạc"),
        controls=(
            Control(
                "chaired_by_id",
                _("Người chủ trì"),
                "select",
                _first_chair(page),
                choices=tuple(chairs),
            ),
        ),
        note=_(
            "Từ lúc khai mạc, danh sách thành viên của phiên họp không đổi nữa. Điểm danh có"
            " thể làm trước hoặc sau khi khai mạc."
        ),
        crumbs=_crumbs(page.meeting.name, session_id),
    )
    return _do(form, session_id, "open_session", _open, _("Phiên họp đã khai mạc."))


@blueprint.route("/<int:session_id>/hoan", methods=["GET", "POST"])
def recall(session_id: int) -> Page:
    """Put a session off to another day: its votes are void, its agenda goes on."""
    meeting = _own(session_id).meeting
    form = ShortForm(
        title=_("Hoãn, họp lại ngày khác"),
        submit=_("Hoãn phiên họp"),
        controls=(
            Control("reason", _("Lý do"), hint=_("Ví dụ: không đủ số thành viên dự họp.")),
            Control("day", _("Ngày họp lại"), hint=_("Ngày/tháng/năm.")),
            Control("hour", _("Giờ họp"), value=_hour(meeting.meets_at)),
            Control("place", _("Địa điểm"), value=meeting.place),
        ),
        note=_(
            "Chương trình chuyển sang phiên họp mới; các lượt biểu quyết đã có ở phiên này"
            " không còn giá trị và vẫn được lưu để kiểm tra."
        ),
        crumbs=_crumbs(meeting.name, session_id),
        dangerous=True,
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                made = once(
                    work, "recall_session", lambda: {"session_id": _recall(work, session_id)}
                )
        except EngineError as error:
            form.refuse(error)
        else:
            return _to("sessions.show", made["session_id"], _("Đã hoãn; đây là phiên họp mới."))
    return form.show()


@blueprint.route("/<int:session_id>/diem-danh", methods=["GET", "POST"])
def attendance(session_id: int) -> Page:
    """Take attendance of the whole council in one form."""
    page = _own(session_id)
    form = ShortForm(
        title=_("Điểm danh"),
        submit=_("Lưu điểm danh"),
        controls=(),
        crumbs=_crumbs(page.meeting.name, session_id),
        template="sessions_attendance.html",
        words={"page": page, "marks": _marks_offered()},
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "take_attendance", lambda: _attend(work, page))
        except EngineError as error:
            form.refuse(error)
        else:
            return _to("sessions.attendance", session_id, _("Đã lưu điểm danh."))
    return form.show()


def pdf(content: bytes, name: str) -> Response:
    """Return a paper for the browser to show."""
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _prepare(work: Any) -> int:
    typed = _typed()
    return commands.prepare_session(
        work, unit_id=typed_number("unit_id"), **typed, actor=present_actor(), at=now()
    ).id


def _change(work: Any, session_id: int) -> dict[str, int]:
    commands.change_session(
        work, session_id=session_id, **_typed(), actor=present_actor(), at=now()
    )
    return {"session_id": session_id}


def _typed() -> dict[str, Any]:
    name, meets_at, place, mode = gathered(
        lambda: _needed("name"),
        _typed_moment,
        lambda: _needed("place"),
        lambda: typed_word("mode", VotingMode),
    )
    return {"name": name, "meets_at": meets_at, "place": place, "mode": mode}


def _needed(name: str) -> str:
    text = typed_text(name).strip()
    if not text:
        raise InvalidSubmission({name: ["required"]})
    return text


def _typed_moment() -> datetime:
    day, hour = gathered(lambda: typed_day("day"), _typed_hour)
    return datetime.combine(day, hour, VIETNAM)


def _typed_hour() -> time:
    text = typed_text("hour").strip().replace("h", ":").replace("g", ":")
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  # of Vietnam, above
    except ValueError:
        found = code("not_an_hour", text) if text else "required"
        raise InvalidSubmission({"hour": [found]}) from None


def _arrange(work: Any, page: SessionPage) -> dict[str, int]:
    """Do what the pressed button of the agenda page says."""
    common: dict[str, Any] = {"actor": present_actor(), "at": now()}
    action, _dot, item = request.form.get("action", "").partition(".")
    session_id = page.meeting.id
    if action in ("add", "add_all"):
        chosen = None if action == "add_all" else request.form.getlist("task_ids")
        orders.add_items(work, session_id=session_id, task_ids=chosen, **common)
    elif action == "remove":
        orders.remove_item(work, item_id=int(item), **common)
    elif action in ("up", "down"):
        ids = [one.id for one in page.items]
        place = ids.index(int(item))
        other = place + (1 if action == "down" else -1)
        if 0 <= other < len(ids):
            ids[place], ids[other] = ids[other], ids[place]
            orders.order_items(work, session_id=session_id, item_ids=ids, **common)
    elif action == "order":
        orders.order_items(work, session_id=session_id, item_ids=_typed_order(page), **common)
    else:
        raise InvalidSubmission({"_form": ["not_a_form"]})
    return {"session_id": session_id}


def _typed_order(page: SessionPage) -> list[int]:
    """Return the items by the numbers typed beside them; equal numbers keep their order."""
    numbers = {one.id: typed_number(f"place.{one.id}") for one in page.items}
    return sorted(numbers, key=lambda item_id: numbers[item_id])


def _invite(work: Any, session_id: int) -> None:
    commands.invite(work, session_id=session_id, actor=present_actor(), at=now())


def _open(work: Any, session_id: int) -> None:
    commands.open_session(
        work,
        session_id=session_id,
        chaired_by_id=typed_number("chaired_by_id"),
        actor=present_actor(),
        at=now(),
    )


def _recall(work: Any, session_id: int) -> int:
    reason, meets_at, place = gathered(
        lambda: _needed("reason"), _typed_moment, lambda: _needed("place")
    )
    return commands.recall_session(
        work,
        session_id=session_id,
        reason=reason,
        meets_at=meets_at,
        place=place,
        actor=present_actor(),
        at=now(),
    ).id


def _attend(work: Any, page: SessionPage) -> dict[str, int]:
    marks = {}
    for line in page.seats:
        seat = line.seat.position_id
        if f"attendance.{seat}" not in request.form:
            continue
        marks[seat] = Mark(
            typed_word(f"attendance.{seat}", Attendance),
            typed_text(f"reason.{seat}"),
            _typed_substitute(seat),
        )
    take_attendance(
        work, session_id=page.meeting.id, marks=marks, actor=present_actor(), at=now()
    )
    return {"session_id": page.meeting.id}


def _typed_substitute(seat: int) -> int | None:
    text = typed_text(f"substitute.{seat}").strip()
    return typed_number(f"substitute.{seat}") if text else None


def _marks_offered() -> tuple[tuple[str, str], ...]:
    return choices(Attendance)


def _first_chair(page: SessionPage) -> str:
    """Return the seat of the chair, or of the first deputy who is not away."""
    away = (Attendance.EXCUSED, Attendance.ABSENT, Attendance.SUBSTITUTED)
    order = list(CouncilOffice)
    there = [line.seat for line in page.seats if line.seat.attendance not in away]
    there.sort(key=lambda seat: order.index(seat.office))
    return str(there[0].position_id) if there else ""


def _controls(
    name: str, meets_at: datetime, place: str, mode: VotingMode
) -> tuple[Control, ...]:
    return (
        Control("name", _("Tên phiên họp"), value=name, hint=_("Ví dụ: Phiên họp tháng 12.")),
        Control("day", _("Ngày họp"), value=show_day(meets_at), hint=_("Ngày/tháng/năm.")),
        Control(
            "hour",
            _("Giờ họp"),
            value=_hour(meets_at) if name else MORNING,
            hint=_("Giờ:phút, ví dụ 08:00."),
        ),
        Control("place", _("Địa điểm"), value=place),
        Control(
            "mode",
            _("Cách biểu quyết"),
            "select",
            mode.value,
            choices=choices(VotingMode),
            hint=_("Dùng cho mọi hồ sơ của phiên họp và được ghi lại trong biên bản."),
        ),
    )


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M}"


def _do(form: ShortForm, session_id: int, command: str, run: Any, done: str) -> Page:
    """Show a form of one button; run its command once, and go back to the session."""
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, command, lambda: _ran(run, work, session_id))
        except EngineError as error:
            form.refuse(error)
        else:
            return _to("sessions.show", session_id, done)
    return form.show()


def _ran(run: Any, work: Any, session_id: int) -> Mapping[str, int]:
    run(work, session_id)
    return {"session_id": session_id}


def _read(session_id: int) -> SessionPage:
    with reading() as work:
        return get_session_page(work, present_actor(), session_id, now())


def _own(session_id: int) -> SessionPage:
    """Return a session that the reader runs.

    :raises NotPermitted: they do not.
    """
    page = _read(session_id)
    require(present_actor(), "session.run", council_matter(page.meeting.unit_id))
    return page


def _crumbs(name: str = "", session_id: int = 0) -> tuple[tuple[str, str], ...]:
    listed = (url_for("sessions.listing"), _("Phiên họp"))
    if not name:
        return (listed,)
    return (listed, (url_for("sessions.show", session_id=session_id), name))


def _to(endpoint: str, session_id: int, message: str) -> Response:
    flash(message, "ok")
    return redirect(url_for(endpoint, session_id=session_id), 303)
