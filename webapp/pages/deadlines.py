"""How long steps may take: the table, and changing it after a look at what would move."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.deadlines.changes import (
    PERMISSION,
    Move,
    NewLimit,
    digest_of,
    preview_limit,
    set_limit,
)
from engine.errors import ContentChanged, EngineError, InvalidSubmission
from engine.permissions import require
from engine.queries.deadlines import NamedMove, get_table, named_moves, person_steps
from engine.rules.book import book
from engine.settings import SOURCE
from forms.messages import code
from forms.vocabulary import Award, Counting, Level
from webapp import deadline_words
from webapp.authentication import present_actor
from webapp.clock import now, show_day, today
from webapp.database import reading, unit_of_work
from webapp.short_forms import (
    Control,
    ShortForm,
    choices,
    gathered,
    is_sent,
    once,
    typed_day,
    typed_number_or_none,
    typed_text,
    typed_word,
)

blueprint = Blueprint("deadlines", __name__, url_prefix="/thoi-han")

Page = str | tuple[str, int] | Response

SAVE = "save"
"""Action of the button that saves what was previewed."""


@blueprint.get("")
def show() -> str:
    """Show what limits each step today, and how that came to be."""
    with reading() as work:
        table = get_table(work, present_actor(), today())
    return render_template(
        "deadlines.html", table=table, levels=Level, words=deadline_words, source=SOURCE
    )


@blueprint.route("/dat", methods=["GET", "POST"])
def change() -> Page:
    """Show which open tasks a limit would move; set it once that was seen."""
    require(present_actor(), PERMISSION)
    form = _form()
    preview: dict[str, Any] = {}
    if is_sent():
        try:
            new = _typed_limit()
            if request.form.get("action") == SAVE:
                try:
                    return _save(new)
                except ContentChanged:
                    form.problem = _(
                        "Các hồ sơ đã thay đổi từ khi xem trước, chưa lưu gì."
                        " Xem lại danh sách dưới đây rồi xác nhận."
                    )
                    form.status = 409
            preview = _preview(new)
        except EngineError as error:
            form.refuse(error)
    form.words = preview
    return form.show()


def _save(new: NewLimit) -> Response:
    with unit_of_work() as work:
        answer = once(
            work,
            "set_limit",
            lambda: {
                "moved": len(
                    set_limit(
                        work, present_actor(), new, at=now(), foreseen=typed_text("foreseen")
                    )
                )
            },
        )
    flash(_("Đã lưu thời hạn; %(count)s việc đổi hạn.", count=answer["moved"]), "ok")
    return redirect(url_for("deadlines.show"), 303)


def _preview(new: NewLimit) -> dict[str, Any]:
    at = now()
    with reading() as work:
        moves: tuple[Move, ...] = preview_limit(work, present_actor(), new, at)
        shown: tuple[NamedMove, ...] = named_moves(work, moves)
    return {
        "moves": shown,
        "moved": len(moves),
        "late": sum(1 for one in moves if one.becomes_overdue),
        "foreseen": digest_of(new, moves),
        "words": deadline_words,
        "new": new,
    }


def _typed_limit() -> NewLimit:
    def step() -> tuple[Level, str]:
        typed = typed_text("step")
        if typed not in dict(_steps()):
            raise InvalidSubmission({"step": [code("not_in_list", typed or "–")]})
        level, _colon, element = typed.partition(":")
        return Level(level), element

    def award() -> Award | None:
        return typed_word("award", Award) if typed_text("award") else None

    (level, element), award_, days, counting, remind_before, starts_on = gathered(
        step,
        award,
        lambda: typed_number_or_none("days"),
        lambda: typed_word("counting", Counting),
        lambda: typed_number_or_none("remind_before"),
        lambda: typed_day("starts_on"),
    )
    return NewLimit(
        level=level,
        element_id=element,
        award=award_,
        days=days,
        counting=counting,
        remind_before=remind_before,
        escalates=bool(typed_text("escalates")),
        starts_on=starts_on,
        source=typed_text("source"),
    )


def _steps() -> tuple[tuple[str, str], ...]:
    """Return ``level:element`` and what people read, level by level."""
    found = []
    for level in Level:
        name = level.label(g.language)
        found.append((f"{level}:", _("%(level)s: mọi bước", level=name)))
        found += [
            (f"{level}:{step.element_id}", f"{name}: {step.label.label(g.language)}")
            for step in person_steps()
            if step.level is level
        ]
    return tuple(found)


def _form() -> ShortForm:
    given = _given()
    return ShortForm(
        title=_("Đặt thời hạn"),
        submit=_("Xem trước ảnh hưởng"),
        controls=(
            Control("step", _("Bước"), kind="select", value=given["step"], choices=_steps()),
            Control(
                "award",
                _("Hình thức khen thưởng"),
                kind="select",
                choices=choices(Award),
                required=False,
                empty=_("Mọi hình thức"),
            ),
            Control(
                "days",
                _("Số ngày"),
                value=given["days"],
                required=False,
                hint=_("Không tính ngày bắt đầu. Để trống: bỏ thời hạn riêng từ ngày áp dụng."),
            ),
            Control(
                "counting",
                _("Cách tính ngày"),
                kind="select",
                value=given["counting"],
                choices=_countings(),
            ),
            Control(
                "remind_before",
                _("Nhắc trước bao nhiêu ngày"),
                required=False,
                hint=_("Tính cùng cách với thời hạn. Để trống: không nhắc."),
            ),
            Control("escalates", _("Quá hạn thì báo cấp trên"), kind="check", value="1"),
            Control(
                "starts_on",
                _("Áp dụng cho bước bắt đầu từ ngày"),
                value=show_day(today()),
                hint=_("Ngày/tháng/năm, ví dụ: %(day)s", day="01/01/2027"),
            ),
            Control(
                "source",
                _("Căn cứ"),
                value=given["source"],
                hint=_("Văn bản hoặc quy chế mà đơn vị áp dụng, người đọc sẽ thấy."),
            ),
        ),
        crumbs=((url_for("deadlines.show"), _("Thời hạn")),),
        template="deadline_form.html",
    )


def _countings() -> tuple[tuple[str, str], ...]:
    return tuple((one.value, deadline_words.counting_words(one)) for one in Counting)


def _given() -> dict[str, str]:
    """Return what a limit that was read somewhere fills in; empty for any other."""
    empty = {"step": "", "days": "", "counting": Counting.WORKING.value, "source": ""}
    asked = request.args.get("theo", "")
    for one in book().parts["deadlines.yaml"]:
        if one.id == asked and one.element:
            return {
                "step": f"{one.level}:{one.element}",
                "days": str(one.days),
                "counting": one.counting.value,
                "source": one.where.label(g.language),
            }
    return empty
