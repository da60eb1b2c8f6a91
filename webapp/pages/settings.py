"""What the office sets itself: each value, who changed it when, and changing it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import settings as office
from engine.errors import EngineError
from engine.permissions import require
from engine.queries.organisation import names_of
from engine.queries.settings_preview import Preview, preview_setting
from webapp.authentication import present_actor
from webapp.clock import now, show_day, today
from webapp.database import reading, unit_of_work
from webapp.office import office_of
from webapp.short_forms import (
    Control,
    ShortForm,
    choices,
    is_sent,
    typed_day,
    typed_number,
    typed_text,
)

blueprint = Blueprint("settings", __name__, url_prefix="/cau-hinh")

Page = str | tuple[str, int] | Response

MANAGE = "settings.manage"

PREVIEW = "preview"
"""Action of the button that shows what a change would touch."""


@blueprint.get("")
def show() -> str:
    """Show every setting with its value in force and its history."""
    require(present_actor(), MANAGE)
    with reading() as work:
        standings = office.list_settings(work, today())
        history = {
            standing.setting.name: office.list_versions(work, standing.setting.name)
            for standing in standings
        }
        return render_template(
            "settings.html",
            standings=standings,
            history=history,
            source=office.SOURCE,
            shown=_shown,
            first_day=office.first_day,
            names=_names(work, history),
        )


@blueprint.route("/<name>", methods=["GET", "POST"])
def change(name: str) -> Page:
    """Let another value hold from a day on, or show first which open cases it would touch."""
    require(present_actor(), MANAGE)
    with reading() as work:
        standing = office.get_standing(work, name, today())
    form, preview = _form(standing), None
    if is_sent():
        try:
            if request.form.get("action") == PREVIEW:
                preview = _preview(standing.setting)
            else:
                return _put(standing.setting)
        except EngineError as error:
            form.refuse(error)
    return _show_form(form, standing, preview)


def _put(setting: office.OfficeSetting) -> Response:
    with unit_of_work() as work:
        office.put_setting(
            work,
            name=setting.name,
            value=typed_text(setting.name),
            applies_from=_typed_first_day(setting),
            version=typed_number("version"),
            actor=present_actor(),
            at=now(),
        )
    office_of(current_app).forget()
    flash(_("Đã lưu cấu hình."), "ok")
    return redirect(url_for("settings.show"), 303)


def _preview(setting: office.OfficeSetting) -> Preview:
    with reading() as work:
        return preview_setting(
            work,
            present_actor(),
            name=setting.name,
            value=typed_text(setting.name),
            applies_from=_typed_first_day(setting),
            at=now(),
        )


def _typed_first_day(setting: office.OfficeSetting) -> date | None:
    return typed_day("applies_from") if setting.is_dated else None


def _show_form(form: ShortForm, standing: office.Standing, preview: Preview | None) -> Page:
    html = render_template(
        "settings_change.html",
        form=form,
        standing=standing,
        setting=standing.setting,
        preview=preview,
        source=office.SOURCE,
        shown=_shown,
        typed=request.form if request.method == "POST" else None,
        labels={control.name: control.label for control in form.controls},
    )
    return (html, form.status) if form.errors or form.problem else html


def _form(standing: office.Standing) -> ShortForm:
    setting = standing.setting
    label = setting.label.label(g.language)
    return ShortForm(
        title=label,
        submit=_("Lưu"),
        controls=(
            Control(
                setting.name,
                label,
                kind="select" if setting.choices else "text",
                value=standing.value,
                choices=choices(setting.choices),
                hint=setting.help.label(g.language),
                required=not setting.may_be_empty,
            ),
            *_first_day(setting),
            Control("version", "", kind="hidden", value=str(standing.version)),
        ),
        crumbs=((url_for("settings.show"), _("Cấu hình")),),
    )


def _first_day(setting: office.OfficeSetting) -> tuple[Control, ...]:
    """Return the question from when a value holds, where that may be chosen."""
    if not setting.is_dated:
        return ()
    hint = _("Ngày/tháng/năm, ví dụ: %(day)s", day="01/01/2027")
    return (Control("applies_from", _("Áp dụng từ ngày"), value=show_day(today()), hint=hint),)


def _names(work: Any, history: Mapping[str, list[Any]]) -> dict[str, dict[int, str]]:
    """Return setting → version → who changed it."""
    changed = {row.changed_by_id for rows in history.values() for row in rows}
    names = names_of(work, changed - {None})
    return {
        name: {row.version: names[row.changed_by_id] for row in rows if row.changed_by_id}
        for name, rows in history.items()
    }


def _shown(setting: office.OfficeSetting, value: str) -> str:
    """Return what people read for a value: its word, if it is one of the vocabulary."""
    word = next((word for word in setting.choices if word.value == value), None)
    if word is None:
        return value or str(_("(để trống)"))
    return word.label(g.language)
