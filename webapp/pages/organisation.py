"""Units and people: the tree, who is what in it, and who may log in."""

from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import people as registry
from engine.accounts import (
    create_account_with_one_time_password,
    disable_account,
    normalise_username,
    reset_password,
)
from engine.errors import EngineError, NotFound
from engine.permissions import require
from engine.queries.organisation import (
    PersonLine,
    UnitLine,
    get_person,
    get_unit,
    list_people,
    list_units,
)
from forms.vocabulary import Role, UnitKind
from webapp.authentication import SETTINGS, present_actor
from webapp.clock import now, show_day, today
from webapp.database import reading, unit_of_work
from webapp.settings import Settings
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

blueprint = Blueprint("organisation", __name__)

Page = str | tuple[str, int] | Response

MANAGE = "organisation.manage"


@blueprint.get("/don-vi")
def units() -> str:
    """Show the tree of units."""
    text = request.args.get("q", "")
    with reading() as work:
        found = list_units(work, present_actor(), today(), text)
    return render_template("organisation_units.html", units=found, text=text)


@blueprint.route("/don-vi/them", methods=["GET", "POST"])
def add_unit() -> Page:
    """Add a unit to the tree."""
    require(present_actor(), MANAGE)
    with reading() as work:
        tree = list_units(work, present_actor(), today())
    form = ShortForm(
        title=_("Thêm đơn vị"),
        submit=_("Thêm đơn vị"),
        controls=(_code_control(), *_unit_controls(tree, None)),
        crumbs=_unit_crumbs(),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "add_unit", lambda: {"unit_id": _add_unit(work)})
        except EngineError as error:
            form.refuse(error)
        else:
            return _done(_("Đã thêm đơn vị."), url_for("organisation.units"))
    return form.show()


@blueprint.route("/don-vi/<int:unit_id>/sua", methods=["GET", "POST"])
def change_unit(unit_id: int) -> Page:
    """Change what a unit is called, what it is and where it belongs."""
    require(present_actor(), MANAGE)
    with reading() as work:
        unit = get_unit(work, present_actor(), unit_id)
        tree = list_units(work, present_actor(), today())
    form = ShortForm(
        title=_("Sửa đơn vị: %(name)s", name=unit.name),
        submit=_("Lưu thay đổi"),
        controls=_unit_controls(tree, unit),
        crumbs=_unit_crumbs(),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                registry.change_unit(
                    work, unit_id=unit_id, **_typed_unit(), actor=present_actor(), at=now()
                )
        except EngineError as error:
            form.refuse(error)
        else:
            return _done(_("Đã lưu thay đổi của đơn vị."), url_for("organisation.units"))
    return form.show()


@blueprint.route("/don-vi/<int:unit_id>/dong", methods=["GET", "POST"])
def close_unit(unit_id: int) -> Page:
    """Close a unit that is dissolved; what it did stays."""
    require(present_actor(), MANAGE)
    with reading() as work:
        unit = get_unit(work, present_actor(), unit_id)
    form = ShortForm(
        title=_("Đóng đơn vị: %(name)s", name=unit.name),
        submit=_("Đóng đơn vị"),
        note=_(
            "Đơn vị đã đóng không lập được đề nghị mới. Hồ sơ và lịch sử của đơn vị vẫn còn."
        ),
        controls=(_day("closes_on", _("Ngày hoạt động cuối cùng"), today()),),
        crumbs=_unit_crumbs(),
        dangerous=True,
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                registry.close_unit(
                    work,
                    unit_id=unit_id,
                    closes_on=typed_day("closes_on"),
                    actor=present_actor(),
                    at=now(),
                )
        except EngineError as error:
            form.refuse(error)
        else:
            return _done(_("Đã đóng đơn vị."), url_for("organisation.units"))
    return form.show()


@blueprint.get("/nguoi-dung")
def people() -> str:
    """Show the people, sorted the Vietnamese way and found with or without marks."""
    text = request.args.get("q", "")
    with reading() as work:
        tree = list_units(work, present_actor(), today())
        asked = request.args.get("unit", "")
        chosen = next((unit.id for unit in tree if str(unit.id) == asked), None)
        found = list_people(work, present_actor(), today(), text, chosen)
    return render_template(
        "organisation_people.html", people=found, units=tree, text=text, chosen=chosen
    )


@blueprint.get("/nguoi-dung/<int:person_id>")
def person(person_id: int) -> str:
    """Show one person: positions, past and present, and the account."""
    return _show_person(person_id)


@blueprint.route("/nguoi-dung/them", methods=["GET", "POST"])
def add_person() -> Page:
    """Add a person, with a first position in the same step if one is given later."""
    require(present_actor(), MANAGE)
    form = ShortForm(
        title=_("Thêm người"),
        submit=_("Thêm người"),
        controls=_person_controls(None),
        crumbs=_people_crumbs(),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                added = once(work, "add_person", lambda: {"person_id": _add_person(work)})
        except EngineError as error:
            form.refuse(error)
        else:
            address = url_for("organisation.person", person_id=added["person_id"])
            return _done(_("Đã thêm người. Giao chức vụ để người này làm việc được."), address)
    return form.show()


@blueprint.route("/nguoi-dung/<int:person_id>/sua", methods=["GET", "POST"])
def change_person(person_id: int) -> Page:
    """Correct a name, or how a person is addressed."""
    found = _managed_person(person_id)
    form = ShortForm(
        title=_("Sửa thông tin: %(name)s", name=found.full_name),
        submit=_("Lưu thay đổi"),
        controls=_person_controls(found),
        crumbs=_person_crumbs(found),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                registry.change_person(
                    work,
                    person_id=person_id,
                    full_name=typed_text("full_name"),
                    is_woman=_typed_address(),
                    actor=present_actor(),
                    at=now(),
                )
        except EngineError as error:
            form.refuse(error)
        else:
            return _back_to_person(person_id, _("Đã lưu thay đổi."))
    return form.show()


@blueprint.route("/nguoi-dung/<int:person_id>/chuc-vu/them", methods=["GET", "POST"])
def give_position(person_id: int) -> Page:
    """Give a person a role in a unit, from one day to another."""
    found = _managed_person(person_id)
    with reading() as work:
        tree = list_units(work, present_actor(), today())
    form = ShortForm(
        title=_("Giao chức vụ cho %(name)s", name=found.full_name),
        submit=_("Giao chức vụ"),
        controls=_position_controls(tree),
        crumbs=_person_crumbs(found),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                registry.give_position(
                    work,
                    person_id=person_id,
                    unit_id=typed_number("unit_id"),
                    role=typed_word("role", Role),
                    title=typed_text("title"),
                    starts_on=typed_day("starts_on"),
                    ends_on=typed_day_or_none("ends_on"),
                    actor=present_actor(),
                    at=now(),
                )
        except EngineError as error:
            form.refuse(error)
        else:
            return _back_to_person(person_id, _("Đã giao chức vụ."))
    return form.show()


@blueprint.route(
    "/nguoi-dung/<int:person_id>/chuc-vu/<int:position_id>/ket-thuc", methods=["GET", "POST"]
)
def end_position(person_id: int, position_id: int) -> Page:
    """Let a position end; its role ends with that day."""
    found = _managed_person(person_id)
    if position_id not in {position.id for position in found.positions}:
        raise NotFound(f"position {position_id} of person {person_id}")
    form = ShortForm(
        title=_("Kết thúc chức vụ của %(name)s", name=found.full_name),
        submit=_("Kết thúc chức vụ"),
        controls=(_day("ends_on", _("Ngày giữ chức vụ cuối cùng"), today()),),
        crumbs=_person_crumbs(found),
        dangerous=True,
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                registry.end_position(
                    work,
                    position_id=position_id,
                    ends_on=typed_day("ends_on"),
                    actor=present_actor(),
                    at=now(),
                )
        except EngineError as error:
            form.refuse(error)
        else:
            return _back_to_person(person_id, _("Đã kết thúc chức vụ."))
    return form.show()


@blueprint.route("/nguoi-dung/<int:person_id>/tai-khoan", methods=["GET", "POST"])
def create_account(person_id: int) -> Page:
    """Give a person a login and show its one-time password, this once."""
    found = _managed_person(person_id)
    form = ShortForm(
        title=_("Tạo tài khoản cho %(name)s", name=found.full_name),
        submit=_("Tạo tài khoản"),
        note=_("Hệ thống đặt mật khẩu dùng một lần và chỉ hiện ở trang tiếp theo."),
        controls=(
            Control(
                "username", _("Tên đăng nhập"), hint=_("Ví dụ: %(name)s", name="le.thi.mo")
            ),
        ),
        crumbs=_person_crumbs(found),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                password = create_account_with_one_time_password(
                    work,
                    person_id=person_id,
                    username=typed_text("username"),
                    actor=present_actor(),
                    at=now(),
                    cost=_settings().password_cost,
                )
        except EngineError as error:
            form.refuse(error)
        else:
            return _show_password(found, normalise_username(typed_text("username")), password)
    return form.show()


@blueprint.post("/nguoi-dung/<int:person_id>/tai-khoan/mat-khau")
def renew_password(person_id: int) -> Page:
    """Make a new one-time password, end all logins of the person, and show it this once."""
    found = _managed_person(person_id)
    with unit_of_work() as work:
        password = reset_password(
            work,
            account_id=found.account_id or 0,
            actor=present_actor(),
            at=now(),
            cost=_settings().password_cost,
        )
    return _show_password(found, found.username or "", password)


@blueprint.post("/nguoi-dung/<int:person_id>/tai-khoan/khoa")
def lock_account(person_id: int) -> Page:
    """Close the account of a person and end all their logins."""
    found = _managed_person(person_id)
    with unit_of_work() as work:
        disable_account(work, account_id=found.account_id or 0, actor=present_actor(), at=now())
    return _back_to_person(person_id, _("Đã khóa tài khoản và kết thúc các phiên đăng nhập."))


def _show_person(person_id: int) -> str:
    with reading() as work:
        found = get_person(work, present_actor(), person_id, today())
    return render_template("organisation_person.html", person=found)


def _show_password(found: PersonLine, username: str, password: str) -> str:
    return render_template(
        "organisation_password.html", person=found, username=username, password=password
    )


def _managed_person(person_id: int) -> PersonLine:
    """Return a person whom the actor may change.

    :raises NotPermitted: the actor does not manage the organisation.
    :raises NotFound: there is no such person.
    """
    require(present_actor(), MANAGE)
    with reading() as work:
        return get_person(work, present_actor(), person_id, today())


def _add_unit(work: Any) -> int:
    return registry.add_unit(
        work, code=typed_text("code"), **_typed_unit(), actor=present_actor(), at=now()
    ).id


def _add_person(work: Any) -> int:
    return registry.add_person(
        work,
        full_name=typed_text("full_name"),
        is_woman=_typed_address(),
        actor=present_actor(),
        at=now(),
    ).id


def _typed_unit() -> dict[str, Any]:
    return {
        "name": typed_text("name"),
        "kind": typed_word("kind", UnitKind),
        "parent_id": typed_number_or_none("parent_id"),
        "is_outside_ward": bool(typed_text("is_outside_ward")),
        "issuing_basis": typed_text("issuing_basis"),
        "symbol": typed_text("symbol"),
    }


def _typed_address() -> bool | None:
    return {"woman": True, "man": False}.get(typed_text("is_woman"))


def _code_control() -> Control:
    return Control(
        "code",
        _("Mã đơn vị"),
        hint=_(
            "Chữ thường không dấu, chữ số và gạch nối; không đổi về sau. Ví dụ: thcs-hoa-ban"
        ),
    )


def _unit_controls(tree: list[UnitLine], unit: UnitLine | None) -> tuple[Control, ...]:
    return (
        Control("name", _("Tên đơn vị"), value=unit.name if unit else ""),
        Control(
            "kind",
            _("Loại đơn vị"),
            kind="select",
            choices=choices(UnitKind),
            value=unit.kind if unit else "",
            empty=_("Chọn loại đơn vị"),
        ),
        Control(
            "parent_id",
            _("Thuộc đơn vị"),
            kind="select",
            choices=_unit_choices(tree, unit),
            value=str(unit.parent_id or "") if unit else "",
            empty=_("Không thuộc đơn vị nào"),
            required=False,
        ),
        Control(
            "is_outside_ward",
            _("Đóng trên địa bàn nhưng không thuộc phường quản lý"),
            kind="check",
            value="1" if unit and unit.is_outside_ward else "",
        ),
        Control(
            "issuing_basis",
            _("Căn cứ được tặng Giấy khen"),
            value=unit.issuing_basis if unit else "",
            hint=_("Ví dụ: Điều 80 khoản 4. Để trống nếu thủ trưởng không có thẩm quyền."),
            required=False,
        ),
        Control(
            "symbol",
            _("Ký hiệu trong số văn bản"),
            value=unit.symbol if unit else "",
            hint=_("Ví dụ: UBND, để số văn bản có dạng 05/QĐ-UBND."),
            required=False,
        ),
    )


def _person_controls(found: PersonLine | None) -> tuple[Control, ...]:
    addressed = {True: "woman", False: "man"}.get(found.is_woman, "") if found else ""  # type: ignore[arg-type]
    return (
        Control("full_name", _("Họ và tên"), value=found.full_name if found else ""),
        Control(
            "is_woman",
            _("Cách xưng hô trong văn bản"),
            kind="select",
            choices=(("woman", _("Bà")), ("man", _("Ông"))),
            value=addressed,
            empty=_("Ông/bà (chưa rõ)"),
            required=False,
        ),
    )


def _position_controls(tree: list[UnitLine]) -> tuple[Control, ...]:
    return (
        Control(
            "unit_id",
            _("Đơn vị"),
            kind="select",
            choices=_unit_choices(tree, None),
            empty=_("Chọn đơn vị"),
        ),
        Control(
            "role",
            _("Vai trò trong hệ thống"),
            kind="select",
            choices=choices(Role),
            empty=_("Chọn vai trò"),
        ),
        Control("title", _("Chức vụ"), hint=_("Như in trong văn bản, ví dụ: Hiệu trưởng")),
        _day("starts_on", _("Từ ngày"), today()),
        Control(
            "ends_on",
            _("Đến hết ngày"),
            hint=_("Để trống nếu chưa xác định."),
            required=False,
        ),
    )


def _unit_choices(tree: list[UnitLine], but: UnitLine | None) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(line.id), "– " * line.depth + line.name)
        for line in tree
        if line.closed_on is None and (but is None or line.id != but.id)
    )


def _day(name: str, label: str, value: date) -> Control:
    hint = _("Ngày/tháng/năm, ví dụ: %(day)s", day="05/09/2026")
    return Control(name, label, value=show_day(value), hint=hint)


def _unit_crumbs() -> tuple[tuple[str, str], ...]:
    return ((url_for("organisation.units"), _("Các đơn vị")),)


def _people_crumbs() -> tuple[tuple[str, str], ...]:
    return ((url_for("organisation.people"), _("Người dùng")),)


def _person_crumbs(found: PersonLine) -> tuple[tuple[str, str], ...]:
    address = url_for("organisation.person", person_id=found.id)
    return (*_people_crumbs(), (address, found.full_name))


def _back_to_person(person_id: int, message: str) -> Response:
    return _done(message, url_for("organisation.person", person_id=person_id))


def _done(message: str, address: str) -> Response:
    flash(message, "ok")
    return redirect(address, 303)


def _settings() -> Settings:
    settings: Settings = current_app.extensions[SETTINGS]
    return settings
