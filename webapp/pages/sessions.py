"""Sessions of a council for its secretary: prepared, called, opened, attended, recalled."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.council import agenda as orders
from engine.council import sessions as commands
from engine.council.access import get_session
from engine.council.attendance import Mark, take_attendance
from engine.council.minutes import INVITATION, paper_bytes
from engine.errors import InvalidSubmission, NotPermitted
from engine.office import VIETNAM
from engine.queries.council_sessions import (
    SessionPage,
    list_candidates,
    list_sessions,
    list_substitutes,
    own_councils,
)
from forms.messages import code
from forms.vocabulary import Attendance, CouncilOffice, SessionState, VotingMode
from webapp.authentication import present_actor
from webapp.clock import now, show_day
from webapp.database import reading
from webapp.files import show_pdf
from webapp.session_shell import (
    STATE_TAGS,
    Page,
    answer,
    back_to,
    crumbs,
    item_of,
    own_page,
    read_page,
)
from webapp.session_steps import next_step, other_steps
from webapp.short_forms import (
    Control,
    ShortForm,
    choices,
    gathered,
    is_sent,
    typed_day,
    typed_number,
    typed_number_or_none,
    typed_text,
    typed_word,
)

blueprint = Blueprint("sessions", __name__, url_prefix="/phien-hop")

ALL_PRESENT = "all_present"
"""Button that marks as present whoever was not marked yet."""

AWAY = (Attendance.SUBSTITUTED, Attendance.EXCUSED, Attendance.ABSENT)


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
        raise NotPermitted(f"person {present_actor().person_id} runs no council")
    of_which = Control(
        "unit_id", _("Hội đồng"), "select", councils[0][0], choices=tuple(councils)
    )
    form = ShortForm(
        title=_("Chuẩn bị phiên họp"),
        submit=_("Tạo phiên họp"),
        controls=(of_which, *_controls()),
        crumbs=crumbs(),
        note=_("Sau khi tạo, đưa hồ sơ vào chương trình rồi gửi giấy mời."),
    )
    return answer(
        form,
        "prepare_session",
        lambda work: {"session_id": _prepare(work)},
        lambda made: back_to("sessions.agenda", made["session_id"], _("Đã tạo phiên họp.")),
    )


@blueprint.get("/<int:session_id>")
def show(session_id: int) -> str:
    """Show a session: where it stands, its agenda, who is there, and what comes next."""
    page = read_page(session_id)
    return render_template(
        "sessions_show.html",
        page=page,
        next=next_step(page, now()),
        others=other_steps(page),
        tags=STATE_TAGS,
        crumbs=crumbs(),
    )


@blueprint.route("/<int:session_id>/sua", methods=["GET", "POST"])
def change(session_id: int) -> Page:
    """Change name, day, place or way of voting of a session that has not begun."""
    page = own_page(session_id)
    form = ShortForm(
        title=_("Sửa phiên họp"),
        submit=_("Lưu thay đổi"),
        controls=_controls(page),
        crumbs=crumbs(page),
        note=_("Nếu đổi ngày, giờ hoặc địa điểm, gửi lại giấy mời."),
    )
    return answer(
        form,
        "change_session",
        lambda work: _change(work, session_id),
        lambda made: back_to("sessions.show", session_id, _("Đã lưu thay đổi của phiên họp.")),
    )


@blueprint.route("/<int:session_id>/chuong-trinh", methods=["GET", "POST"])
def agenda(session_id: int) -> Page:
    """Put nominations on the agenda, order them, take them off."""
    page = own_page(session_id)
    with reading() as work:
        candidates = list_candidates(work, present_actor(), session_id)
    form = ShortForm(
        title=_("Chương trình phiên họp"),
        submit=_("Đưa hồ sơ đã chọn vào chương trình"),
        controls=(
            Control("task_ids", _("Hồ sơ chờ Hội đồng"), "checks"),
            *(
                Control(f"place-{item.id}", _("Thứ tự: %(name)s", name=item.brief.subject_name))
                for item in page.items
            ),
        ),
        crumbs=crumbs(page),
        template="sessions_agenda.html",
        words={
            "page": page,
            "candidates": candidates,
            "is_over": page.meeting.state not in (SessionState.PREPARED, SessionState.OPEN),
        },
    )
    return answer(
        form,
        "arrange_agenda",
        lambda work: _arrange(work, page),
        lambda made: back_to("sessions.agenda", session_id, _("Đã cập nhật chương trình.")),
    )


@blueprint.route("/<int:session_id>/giay-moi", methods=["GET", "POST"])
def invitation(session_id: int) -> Page:
    """Show the invitation with links to the dossiers; write down that it went out."""
    page = own_page(session_id) if is_sent() else read_page(session_id)
    form = ShortForm(
        title=_("Giấy mời họp"),
        submit=_("Ghi nhận đã gửi giấy mời"),
        controls=(),
        crumbs=crumbs(page),
        template="sessions_invitation.html",
        words={"page": page},
    )
    return answer(
        form,
        "invite",
        lambda work: _invite(work, session_id),
        lambda made: back_to("sessions.show", session_id, _("Đã ghi nhận việc gửi giấy mời.")),
    )


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
    return show_pdf(content, f"giay-moi-{session_id}.pdf")


@blueprint.route("/<int:session_id>/khai-mac", methods=["GET", "POST"])
def begin(session_id: int) -> Page:
    """Open a session: its members are frozen, and votes can be held."""
    page = own_page(session_id)
    form = ShortForm(
        title=_("Khai mạc phiên họp"),
        submit=_("Khai mạc"),
        controls=(
            Control(
                "chaired_by_id",
                _("Người chủ trì"),
                "select",
                _first_chair(page),
                choices=tuple(
                    (str(seat.position_id), f"{seat.name}, {seat.office.label(g.language)}")
                    for seat in page.seats
                    if seat.attendance not in AWAY
                ),
            ),
        ),
        crumbs=crumbs(page),
        template="sessions_begin.html",
        words={"page": page},
    )
    return answer(
        form,
        "open_session",
        lambda work: _open(work, session_id),
        lambda made: back_to("sessions.show", session_id, _("Phiên họp đã khai mạc.")),
    )


@blueprint.route("/<int:session_id>/hoan", methods=["GET", "POST"])
def recall(session_id: int) -> Page:
    """Put a session off to another day: its votes are void, its agenda goes on."""
    page = own_page(session_id)
    form = ShortForm(
        title=_("Hoãn, họp lại ngày khác"),
        submit=_("Hoãn phiên họp"),
        controls=(
            Control("reason", _("Lý do"), hint=_("Ví dụ: không đủ số thành viên dự họp.")),
            Control("day", _("Ngày họp lại"), hint=_("Ngày/tháng/năm, ví dụ 25/11/2030.")),
            Control("hour", _("Giờ họp"), value=_hour(page.meeting.meets_at)),
            Control("place", _("Địa điểm"), value=page.meeting.place),
        ),
        note=_(
            "Chương trình chuyển sang phiên họp mới; các lượt biểu quyết đã có ở phiên này"
            " không còn giá trị và vẫn được lưu để kiểm tra."
        ),
        crumbs=crumbs(page),
        dangerous=True,
    )
    return answer(
        form,
        "recall_session",
        lambda work: {"session_id": _recall(work, session_id)},
        lambda made: back_to(
            "sessions.show", made["session_id"], _("Đã hoãn; đây là phiên họp lại.")
        ),
    )


@blueprint.route("/<int:session_id>/diem-danh", methods=["GET", "POST"])
def attendance(session_id: int) -> Page:
    """Take attendance of the whole council in one form."""
    page = own_page(session_id)
    with reading() as work:
        substitutes = list_substitutes(work, present_actor(), session_id)
    form = ShortForm(
        title=_("Điểm danh"),
        submit=_("Lưu điểm danh"),
        controls=tuple(
            Control(f"{field}.{seat.position_id}", seat.name)
            for seat in page.seats
            for field in ("attendance", "reason")
        ),
        crumbs=crumbs(page),
        template="sessions_attendance.html",
        words={
            "page": page,
            "substitutes": substitutes,
            "marks": Attendance,
            "all_present": ALL_PRESENT,
        },
    )
    return answer(
        form,
        "take_attendance",
        lambda work: _attend(work, page),
        lambda made: back_to("sessions.show", session_id, _("Đã lưu điểm danh.")),
    )


def _prepare(work: Any) -> int:
    return commands.prepare_session(
        work, unit_id=typed_number("unit_id"), **_typed(), actor=present_actor(), at=now()
    ).id


def _change(work: Any, session_id: int) -> Mapping[str, int]:
    commands.change_session(
        work, session_id=session_id, **_typed(), actor=present_actor(), at=now()
    )
    return {"session_id": session_id}


def _typed() -> dict[str, Any]:
    """Return what was typed about a session.

    :raises InvalidSubmission: something is missing or not right, all of it at once.
    """
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
    """Return the time of day typed as ``08:00``, ``8h00``, ``8g30`` or ``8h``."""
    text = typed_text("hour").strip()
    plain = text.lower().replace("h", ":").replace("g", ":")
    try:
        moment = datetime.strptime(plain + "00" * plain.endswith(":"), "%H:%M")  # noqa: DTZ007
    except ValueError:
        found = code("not_an_hour", text) if text else "required"
        raise InvalidSubmission({"hour": [found]}) from None
    return moment.time()


def _arrange(work: Any, page: SessionPage) -> Mapping[str, int]:
    """Do what the pressed button of the agenda page says."""
    common: dict[str, Any] = {"actor": present_actor(), "at": now()}
    session_id = page.meeting.id
    action, _dot, item = typed_text("action").partition(".")
    if action in ("add", "add_all"):
        chosen = None if action == "add_all" else request.form.getlist("task_ids")
        orders.add_items(work, session_id=session_id, task_ids=chosen, **common)
    elif action == "remove":
        orders.remove_item(work, item_id=item_of(page, item).id, **common)
    elif action == "order":
        orders.order_items(work, session_id=session_id, item_ids=_typed_order(page), **common)
    else:
        raise InvalidSubmission({"_form": [code("not_in_list", action)]})
    return {"session_id": session_id}


def _typed_order(page: SessionPage) -> list[int]:
    """Return the items by the numbers typed beside them.

    An item that was moved comes before the one that had its new number.

    :raises InvalidSubmission: something that is no number, or none.
    """
    reads = [lambda item=item: typed_number(f"place-{item.id}") for item in page.items]
    numbers = dict(zip(page.items, gathered(*reads), strict=True))
    moves = {
        item.id: (number, number == item.number, item.number)
        for item, number in numbers.items()
    }
    return sorted(moves, key=lambda item_id: moves[item_id])


def _invite(work: Any, session_id: int) -> Mapping[str, int]:
    commands.invite(work, session_id=session_id, actor=present_actor(), at=now())
    return {"session_id": session_id}


def _open(work: Any, session_id: int) -> Mapping[str, int]:
    commands.open_session(
        work,
        session_id=session_id,
        chaired_by_id=typed_number("chaired_by_id"),
        actor=present_actor(),
        at=now(),
    )
    return {"session_id": session_id}


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


def _attend(work: Any, page: SessionPage) -> Mapping[str, int]:
    """Take the attendance that was marked; a mark of a stranger is the engine's to refuse."""
    marks = {}
    for name in request.form:
        field, _dot, number = name.partition(".")
        if field == "attendance" and number.isascii() and number.isdecimal():
            seat = int(number)
            marks[seat] = Mark(
                _typed_attendance(name),
                typed_text(f"reason.{seat}"),
                typed_number_or_none(f"substitute.{seat}"),
            )
    take_attendance(
        work, session_id=page.meeting.id, marks=marks, actor=present_actor(), at=now()
    )
    return {"session_id": page.meeting.id}


def _typed_attendance(name: str) -> Attendance:
    found = typed_word(name, Attendance)
    if found is Attendance.EXPECTED and typed_text("action") == ALL_PRESENT:
        return Attendance.PRESENT
    return found


def _first_chair(page: SessionPage) -> str:
    """Return the seat of the chair, or of the first deputy who is not away."""
    order = list(CouncilOffice)
    there = [seat for seat in page.seats if seat.attendance not in AWAY]
    first = min(there, key=lambda seat: (order.index(seat.office), seat.place), default=None)
    return str(first.position_id) if first else ""


def _controls(page: SessionPage | None = None) -> tuple[Control, ...]:
    meeting = page.meeting if page else None
    return (
        Control(
            "name",
            _("Tên phiên họp"),
            value=meeting.name if meeting else "",
            hint=_("Ví dụ: Phiên họp xét khen thưởng đợt tổng kết năm 2030."),
        ),
        Control(
            "day",
            _("Ngày họp"),
            value=show_day(meeting.meets_at) if meeting else "",
            hint=_("Ngày/tháng/năm, ví dụ 25/11/2030."),
        ),
        Control(
            "hour",
            _("Giờ họp"),
            value=_hour(meeting.meets_at) if meeting else "08:00",
            hint=_("Giờ:phút, ví dụ 08:00."),
        ),
        Control("place", _("Địa điểm"), value=meeting.place if meeting else ""),
        Control(
            "mode",
            _("Cách biểu quyết"),
            "select",
            meeting.mode.value if meeting else "",
            choices=choices(VotingMode),
            empty=_("Chọn cách biểu quyết"),
            hint=_("Dùng cho mọi hồ sơ của phiên họp và được ghi vào biên bản."),
        ),
    )


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M}"
