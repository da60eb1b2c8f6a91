"""Rounds: which take nominations until when, and announcing or closing one."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import rounds as registry
from engine.bonus import FUNDS
from engine.errors import EngineError
from engine.office import VIETNAM
from engine.permissions import require
from engine.plans import plan_of
from engine.queries.bonus import get_round_bonuses
from engine.queries.plans import list_plans
from forms.vocabulary import Award, Occasion
from webapp.authentication import present_actor
from webapp.clock import now, show_day
from webapp.database import reading, unit_of_work
from webapp.short_forms import (
    Control,
    ShortForm,
    choices,
    is_sent,
    once,
    typed_day,
    typed_number,
    typed_text,
    typed_word,
    typed_words,
)

blueprint = Blueprint("rounds", __name__, url_prefix="/dot-khen-thuong")

Page = str | tuple[str, int] | Response

MANAGE = "round.manage"

LAST_SECOND = timedelta(days=1, seconds=-1)
"""A round takes nominations until the last second of its last day."""


@blueprint.get("")
def listing() -> str:
    """Show the rounds, and which of them take nominations now."""
    with reading() as work:
        return render_template(
            "rounds_listing.html", rounds=registry.list_rounds(work), at=now(), words=Award
        )


@blueprint.get("/<int:round_id>/tien-thuong")
def bonuses(round_id: int) -> str:
    """Show what the awards of a round come to, for each fund that pays."""
    with reading() as work:
        return render_template(
            "rounds_bonuses.html",
            bonuses=get_round_bonuses(work, present_actor(), round_id),
            funds=FUNDS,
        )


@blueprint.route("/mo", methods=["GET", "POST"])
def open_round() -> Page:
    """Announce a round under a plan."""
    require(present_actor(), MANAGE)
    form = _form_to_open()
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "open_round", lambda: {"round_id": _open(work)})
        except EngineError as error:
            form.refuse(error)
        else:
            return _done(_("Đã mở đợt khen thưởng."))
    return form.show()


@blueprint.route("/<int:round_id>/sua", methods=["GET", "POST"])
def change_round(round_id: int) -> Page:
    """Give a round another name, or other days."""
    require(present_actor(), MANAGE)
    with reading() as work:
        found = registry.get_round(work, round_id)
        form = ShortForm(
            title=_("Sửa đợt: %(name)s", name=found.name),
            submit=_("Lưu thay đổi"),
            controls=(
                Control("name", _("Tên đợt"), value=found.name),
                *_days(found.opens_at, found.closes_at),
            ),
            crumbs=_crumbs(),
        )
    if is_sent():
        try:
            with unit_of_work() as work:
                registry.change_round(
                    work,
                    round_id=round_id,
                    name=typed_text("name"),
                    **_typed_days(),
                    actor=present_actor(),
                    at=now(),
                )
        except EngineError as error:
            form.refuse(error)
        else:
            return _done(_("Đã lưu thay đổi của đợt khen thưởng."))
    return form.show()


@blueprint.route("/<int:round_id>/dong", methods=["GET", "POST"])
def close_round(round_id: int) -> Page:
    """Let a round end now; the nominations in it go on."""
    require(present_actor(), MANAGE)
    with reading() as work:
        name = registry.get_round(work, round_id).name
    form = ShortForm(
        title=_("Kết thúc nhận hồ sơ: %(name)s", name=name),
        submit=_("Kết thúc nhận hồ sơ ngay"),
        note=_("Đợt này sẽ không nhận đề nghị mới. Hồ sơ đã nộp vẫn được xét tiếp."),
        controls=(),
        crumbs=_crumbs(),
        dangerous=True,
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                registry.close_round(work, round_id=round_id, actor=present_actor(), at=now())
        except EngineError as error:
            form.refuse(error)
        else:
            return _done(_("Đợt khen thưởng đã ngừng nhận hồ sơ."))
    return form.show()


def _form_to_open() -> ShortForm:
    with reading() as work:
        plans = tuple(
            (str(row.id), plan_of(row).title.label(g.language)) for row in list_plans(work)
        )
    this_year = now().astimezone(VIETNAM).year
    return ShortForm(
        title=_("Mở đợt khen thưởng"),
        submit=_("Mở đợt"),
        controls=(
            Control(
                "plan_id",
                _("Kế hoạch"),
                kind="select",
                choices=plans,
                value=plans[0][0] if plans else "",
            ),
            Control(
                "occasion",
                _("Loại đợt"),
                kind="select",
                choices=choices(Occasion),
                empty=_("Chọn loại đợt"),
            ),
            Control("year", _("Năm"), value=str(this_year)),
            Control(
                "name", _("Tên đợt"), hint=_("Ví dụ: Khen thưởng hằng năm %(year)s", year=2026)
            ),
            Control(
                "awards",
                _("Hình thức khen thưởng nhận trong đợt"),
                kind="checks",
                choices=choices(Award),
                hint=_("Kế hoạch quy định hình thức nào được đề nghị ở loại đợt nào."),
            ),
            *_days(now(), now() + timedelta(days=30)),
        ),
        crumbs=_crumbs(),
    )


def _open(work: Any) -> int:
    return registry.open_round(
        work,
        plan_id=typed_number("plan_id"),
        name=typed_text("name"),
        occasion=typed_word("occasion", Occasion),
        year=typed_number("year"),
        awards=typed_words("awards", Award),
        **_typed_days(),
        actor=present_actor(),
        at=now(),
    ).id


def _days(opens_at: datetime, closes_at: datetime) -> tuple[Control, Control]:
    hint = _("Ngày/tháng/năm, ví dụ: %(day)s", day="05/09/2026")
    return (
        Control("opens_at", _("Nhận hồ sơ từ ngày"), value=show_day(opens_at), hint=hint),
        Control("closes_at", _("Nhận đến hết ngày"), value=show_day(closes_at), hint=hint),
    )


def _typed_days() -> dict[str, datetime]:
    opens = datetime.combine(typed_day("opens_at"), time(), VIETNAM)
    closes = datetime.combine(typed_day("closes_at"), time(), VIETNAM)
    return {"opens_at": opens, "closes_at": closes + LAST_SECOND}


def _crumbs() -> tuple[tuple[str, str], ...]:
    return ((url_for("rounds.listing"), _("Đợt khen thưởng")),)


def _done(message: str) -> Response:
    flash(message, "ok")
    return redirect(url_for("rounds.listing"), 303)
