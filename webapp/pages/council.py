"""Councils: who sits on them on a day, and changes of their members."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from engine.council.access import council_matter
from engine.council.members import (
    MemberLine,
    add_member,
    change_member,
    get_member,
    list_councils,
    list_members,
)
from engine.errors import EngineError
from engine.people import end_position
from engine.permissions import may, require
from engine.queries.organisation import list_people
from forms.fields import Day
from forms.vocabulary import CouncilOffice
from webapp.authentication import present_actor
from webapp.clock import now, show_day, today
from webapp.database import reading, unit_of_work
from webapp.paging import text_asked
from webapp.short_forms import (
    Control,
    ShortForm,
    choices,
    is_sent,
    once,
    typed_day,
    typed_day_or_none,
    typed_number,
    typed_number_or_none,
    typed_text,
    typed_word,
)

blueprint = Blueprint("council", __name__, url_prefix="/hoi-dong")

Page = str | tuple[str, int] | Response

COMPOSE = "council.compose"


@blueprint.get("")
def show() -> str:
    """Show the councils with their members on a day."""
    actor, on = present_actor(), _day_asked()
    with reading() as work:
        seen = [
            unit
            for unit in list_councils(work)
            if may(actor, "council.see", council_matter(unit.id))
        ]
        if not seen:
            require(actor, "council.see")
        councils = [(unit.id, unit.name, list_members(work, unit.id, on)) for unit in seen]
    return render_template("council_show.html", councils=councils, on=on, today=today())


@blueprint.route("/<int:unit_id>/them", methods=["GET", "POST"])
def add(unit_id: int) -> Page:
    """Let a person sit on a council, or stand in for one of its members."""
    require(present_actor(), COMPOSE)
    with reading() as work:
        found = list_people(work, present_actor(), today())
        people = tuple((str(one.id), one.full_name) for one in found)
        members = tuple(
            (str(one.position_id), one.name)
            for one in list_members(work, unit_id, today())
            if one.office is not CouncilOffice.SUBSTITUTE
        )
    form = ShortForm(
        title=_("Thêm thành viên Hội đồng"),
        submit=_("Thêm thành viên"),
        controls=(
            Control("person_id", _("Người"), "select", choices=people, empty=_("Chọn người")),
            _office_control(""),
            _title_control(""),
            _paper_control(""),
            Control("starts_on", _("Từ ngày"), value=show_day(today())),
            Control(
                "ends_on",
                _("Đến hết ngày"),
                hint=_("Để trống nếu chưa xác định."),
                required=False,
            ),
            Control(
                "substitutes_id",
                _("Dự họp thay cho"),
                "select",
                choices=members,
                empty=_("Không phải người dự họp thay"),
                required=False,
            ),
        ),
        crumbs=_crumbs(),
    )
    return _do(form, "add_member", lambda work: _add(work, unit_id), _("Đã thêm thành viên."))


@blueprint.route("/thanh-vien/<int:position_id>/sua", methods=["GET", "POST"])
def change(position_id: int) -> Page:
    """Give a member another office, title or paper."""
    line = _line(position_id)
    form = ShortForm(
        title=_("Sửa thành viên: %(name)s", name=line.name),
        submit=_("Lưu thay đổi"),
        controls=(
            _office_control(line.office.value),
            _title_control(line.title),
            _paper_control(line.appointed_by),
        ),
        note=_(
            "Sửa cho cả nhiệm kỳ. Đổi chức danh từ một ngày: kết thúc nhiệm kỳ này rồi thêm"
            " nhiệm kỳ mới. Phiên họp đã khai mạc giữ nguyên thành phần của ngày họp."
        ),
        crumbs=_crumbs(),
    )
    return _do(form, "change_member", lambda work: _change(work, position_id), _("Đã lưu."))


@blueprint.route("/thanh-vien/<int:position_id>/ket-thuc", methods=["GET", "POST"])
def end(position_id: int) -> Page:
    """Let a membership end with a day."""
    line = _line(position_id)
    form = ShortForm(
        title=_("Kết thúc nhiệm kỳ: %(name)s", name=line.name),
        submit=_("Kết thúc"),
        controls=(Control("ends_on", _("Ngày cuối cùng"), value=show_day(today())),),
        note=_("Phiên họp đã khai mạc giữ nguyên thành phần của ngày họp."),
        crumbs=_crumbs(),
        dangerous=True,
    )
    return _do(
        form, "end_member", lambda work: _end(work, position_id), _("Đã ghi ngày kết thúc.")
    )


def _do(form: ShortForm, command: str, run: Any, done: str) -> Page:
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, command, lambda: run(work))
        except EngineError as error:
            form.refuse(error)
        else:
            flash(done, "ok")
            return redirect(url_for("council.show"), 303)
    return form.show()


def _add(work: Any, unit_id: int) -> Mapping[str, int]:
    position = add_member(
        work,
        unit_id=unit_id,
        person_id=typed_number("person_id"),
        office=typed_word("office", CouncilOffice),
        title=typed_text("title"),
        appointed_by=typed_text("appointed_by"),
        starts_on=typed_day("starts_on"),
        ends_on=typed_day_or_none("ends_on"),
        substitutes_id=typed_number_or_none("substitutes_id"),
        actor=present_actor(),
        at=now(),
    )
    return {"position_id": position.id}


def _change(work: Any, position_id: int) -> Mapping[str, int]:
    change_member(
        work,
        position_id=position_id,
        office=typed_word("office", CouncilOffice),
        title=typed_text("title"),
        appointed_by=typed_text("appointed_by"),
        actor=present_actor(),
        at=now(),
    )
    return {"position_id": position_id}


def _end(work: Any, position_id: int) -> Mapping[str, int]:
    end_position(
        work,
        position_id=position_id,
        ends_on=typed_day("ends_on"),
        actor=present_actor(),
        at=now(),
    )
    return {"position_id": position_id}


def _line(position_id: int) -> MemberLine:
    """Return a member or substitute, for who composes councils.

    :raises NotPermitted: the actor does not compose councils.
    :raises NotFound: there is no such seat.
    """
    require(present_actor(), COMPOSE)
    with reading() as work:
        return get_member(work, position_id)


def _office_control(value: str) -> Control:
    return Control(
        "office",
        _("Chức danh trong Hội đồng"),
        "select",
        value,
        choices=choices(CouncilOffice),
        empty="" if value else _("Chọn chức danh"),
    )


def _title_control(value: str) -> Control:
    return Control("title", _("Chức vụ"), value=value, hint=_("Như in trong biên bản."))


def _paper_control(value: str) -> Control:
    return Control(
        "appointed_by",
        _("Văn bản"),
        value=value,
        hint=_("Số, ngày của quyết định thành lập hoặc kiện toàn Hội đồng."),
        required=False,
    )


def _day_asked() -> date:
    try:
        found: date = Day().deserialize(text_asked("ngay"))
    except ValidationError:
        return today()
    return found


def _crumbs() -> tuple[tuple[str, str], ...]:
    return ((url_for("council.show"), _("Hội đồng")),)
