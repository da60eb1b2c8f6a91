"""Lists of past awards: to upload a file, to say which names are one, to enter its rows."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.commands import is_answered
from engine.errors import EngineError, InvalidSubmission
from engine.permissions import require
from engine.queries.register_imports import ListPage, get_list, list_imports
from engine.register_import import (
    PERMISSION,
    ListDecision,
    drop_list,
    enter_list,
    read_list,
)
from engine.register_lists import Column
from engine.store.models import ImportState
from forms.vocabulary import AuthorityLevel, CommendationKind
from webapp.authentication import present_actor
from webapp.clock import now, show_day
from webapp.database import reading, unit_of_work
from webapp.list_check import (
    LEFT_OUT,
    answers_in,
    at_controls,
    boxes,
    labels,
    names_asked,
    subjects_asked,
)
from webapp.register_controls import list_controls
from webapp.security import MAX_FORM_PARTS
from webapp.short_forms import (
    KEY,
    ShortForm,
    gathered,
    is_sent,
    typed_day,
    typed_day_or_none,
    typed_number_or_none,
    typed_text,
    typed_word,
)
from webapp.wording import sentences

blueprint = Blueprint("register_import", __name__, url_prefix="/so-khen-thuong/nhap")

Page = str | tuple[str, int] | Response

OTHER_FIELDS = 10
"""Fields of the check page beside its questions, at most."""

STATE_TAGS = {
    ImportState.READ: "warn",
    ImportState.ENTERED: "ok",
    ImportState.DROPPED: "info",
}
"""State → how its label looks; the word in it says the same."""

COLUMNS = {
    Column.SUBJECT: ("ten_doi_tuong", "Tên đối tượng", "Họ và tên", "Tên tập thể"),
    Column.HONOUR: ("danh_hieu_hinh_thuc", "Danh hiệu, hình thức", "Hình thức khen thưởng"),
    Column.PLACE: ("don_vi_cong_tac", "Đơn vị công tác", "Đơn vị", "Cơ quan"),
    Column.SUBJECT_KIND: ("phan_loai_khen_thuong", "Phân loại khen thưởng"),
    Column.CONTENT: ("noi_dung", "Nội dung khen thưởng", "Thành tích"),
}
"""Column → names of it that the help tells, the usual one first."""

NEEDED = frozenset({Column.SUBJECT, Column.HONOUR})
"""Columns without which there is no list."""


@blueprint.get("")
def listing() -> str:
    """List the files that were read, with where each stands."""
    with reading() as work:
        found = list_imports(work, present_actor())
    return render_template(
        "register_import_list.html", lists=found, tags=STATE_TAGS, states=_states()
    )


@blueprint.route("/tai-len", methods=["GET", "POST"])
def upload() -> Page:
    """Read a file beside the register, with the decision over it typed once."""
    require(present_actor(), PERMISSION)
    form = ShortForm(
        title=_("Tải danh sách khen thưởng lên"),
        submit=_("Tải lên và kiểm tra"),
        note=_(
            "Chưa có gì được ghi vào sổ khi tải lên: ở bước sau ông/bà xem lại từng tên rồi"
            " mới ghi."
        ),
        controls=list_controls(),
        crumbs=_crumbs(),
        template="register_import_upload.html",
        words={"columns": _columns()},
    )
    if is_sent():
        try:
            import_id = _read()
        except EngineError as error:
            form.refuse(error)
        else:
            flash(_("Đã đọc danh sách. Kiểm tra các tên dưới đây rồi ghi vào sổ."), "ok")
            return redirect(url_for("register_import.check", import_id=import_id), 303)
    return form.show()


@blueprint.route("/<int:import_id>", methods=["GET", "POST"])
def check(import_id: int) -> Page:
    """Show a list, ask what a person has to say about it, and enter its rows."""
    with reading() as work:
        page = get_list(work, present_actor(), import_id)
        is_repeated = is_answered(work, request.form.get(KEY, ""))
    if not is_sent():
        return _show(page, {})
    if page.state is not ImportState.READ:
        return _redirect_done(import_id, is_repeated=is_repeated)
    try:
        entered = _enter(page)
    except InvalidSubmission as error:
        return _show(page, sentences(error)), 422
    flash(_("Đã ghi %(count)s mục vào sổ khen thưởng.", count=entered), "ok")
    return redirect(url_for("register_import.check", import_id=import_id), 303)


@blueprint.route("/<int:import_id>/bo", methods=["GET", "POST"])
def drop(import_id: int) -> Page:
    """Put a list aside that was read by mistake."""
    with reading() as work:
        page = get_list(work, present_actor(), import_id)
    if page.state is not ImportState.READ:
        return _redirect_done(import_id, is_repeated=page.state is ImportState.DROPPED)
    form = ShortForm(
        title=_("Bỏ danh sách: %(name)s", name=page.filename),
        submit=_("Bỏ danh sách này"),
        note=_(
            "Không có dòng nào được ghi vào sổ. Tệp và các dòng vẫn được lưu; có thể tải tệp"
            " lên lại."
        ),
        controls=(),
        crumbs=(
            *_crumbs(),
            (url_for("register_import.check", import_id=import_id), page.filename),
        ),
        dangerous=True,
    )
    if not is_sent():
        return form.show()
    with unit_of_work() as work:
        drop_list(work, import_id=import_id, actor=present_actor(), at=now())
    flash(_("Đã bỏ danh sách. Sổ khen thưởng không thay đổi."), "ok")
    return redirect(url_for("register_import.listing"), 303)


def _read() -> int:
    """Read the file and the decision that were sent; return the id of the list.

    :raises InvalidSubmission: with every control that is wrong.
    """
    (filename, data), decision = gathered(_sent_file, _typed_decision)
    with unit_of_work() as work:
        return read_list(
            work,
            filename=filename,
            data=data,
            decision=decision,
            actor=present_actor(),
            at=now(),
            key=typed_text(KEY),
        )


def _sent_file() -> tuple[str, bytes]:
    """Return name and content of the file in the request.

    :raises InvalidSubmission: there is none.
    """
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidSubmission({"file": ["choose_file"]})
    name = "".join(one for one in file.filename if one.isprintable())
    return name, file.read()


def _typed_decision() -> ListDecision:
    """Return what was typed of the decision over a list.

    :raises InvalidSubmission: with every control that is wrong.
    """
    number, authority, decided_on, level, kind, begins, ends, collectives, individuals = (
        gathered(
            lambda: _typed_words("number"),
            lambda: _typed_words("authority_name"),
            lambda: typed_day("decided_on"),
            lambda: typed_word("authority_level", AuthorityLevel),
            lambda: typed_word("kind", CommendationKind),
            lambda: typed_day_or_none("achieved_from"),
            lambda: typed_day_or_none("achieved_to"),
            lambda: typed_number_or_none("collectives"),
            lambda: typed_number_or_none("individuals"),
        )
    )
    return ListDecision(
        number=number,
        decided_on=decided_on,
        authority_name=authority,
        authority_level=level,
        kind=kind,
        achieved_from=begins,
        achieved_to=ends,
        collectives=collectives,
        individuals=individuals,
    )


def _typed_words(name: str) -> str:
    """Return a text that may not be empty.

    :raises InvalidSubmission: it is.
    """
    text = typed_text(name).strip()
    if not text:
        raise InvalidSubmission({name: ["required"]})
    return text


def _enter(page: ListPage) -> int:
    """Enter the rows of a list as the form says; return how many.

    :raises InvalidSubmission: with every question that has no good answer.
    """
    answers, problems = answers_in(request.form, page)
    entered = 0
    with unit_of_work() as work:
        try:
            entered = enter_list(
                work,
                import_id=page.id,
                answers=answers,
                actor=present_actor(),
                at=now(),
                key=typed_text(KEY),
            )
        except InvalidSubmission as error:
            problems = at_controls(error.messages, page) | problems
        if problems:
            raise InvalidSubmission(problems)
    return entered


def _show(page: ListPage, errors: dict[str, list[str]]) -> str:
    """Return the page of a list, with what was typed into it."""
    names, subjects = names_asked(page), subjects_asked(page)
    asked = boxes(page, {*errors, *(f"left-out-{line}" for line in _ticked())})
    return render_template(
        "register_import_check.html",
        page=page,
        facts=_facts(page.decision),
        names=names,
        subjects=subjects,
        boxes=asked,
        left_out=LEFT_OUT,
        is_too_long=len(names) + len(subjects) + len(asked) + OTHER_FIELDS > MAX_FORM_PARTS,
        ticked=_ticked(),
        errors=errors,
        labels=labels(page),
        tags=STATE_TAGS,
        states=_states(),
        key=typed_text(KEY) or uuid.uuid4().hex,
    )


def _ticked() -> list[str]:
    return request.form.getlist(LEFT_OUT)


def _redirect_done(import_id: int, *, is_repeated: bool) -> Response:
    """Lead to a list that waits for nothing any more; say so if somebody else did it."""
    if not is_repeated:
        flash(
            _("Danh sách này đã được ghi vào sổ hoặc đã bỏ; chưa có gì thay đổi thêm."), "warn"
        )
    return redirect(url_for("register_import.check", import_id=import_id), 303)


def _facts(decision: Any) -> tuple[tuple[str, str], ...]:
    """Return what was typed of the decision over a list, to read."""
    level = AuthorityLevel(decision["authority_level"]).label(g.language)
    days = [_shown(decision[name]) for name in ("achieved_from", "achieved_to")]
    period = " – ".join(day or "…" for day in days) if any(days) else "–"
    stated = {
        _("Số tập thể, doanh nghiệp, hộ gia đình mà quyết định ghi"): decision["collectives"],
        _("Số cá nhân mà quyết định ghi"): decision["individuals"],
    }
    paper = _(
        "Số %(number)s ngày %(day)s",
        number=decision["number"],
        day=_shown(decision["decided_on"]),
    )
    return (
        (_("Quyết định"), paper),
        (_("Người quyết định"), f"{decision['authority_name']} ({level})"),
        (_("Loại hình"), CommendationKind(decision["kind"]).label(g.language)),
        (_("Thời gian lập thành tích"), period),
        *((label, str(found)) for label, found in stated.items() if found is not None),
    )


def _shown(day: str | None) -> str:
    return show_day(date.fromisoformat(day)) if day else ""


def _states() -> dict[ImportState, str]:
    """Return what people read of where a list stands."""
    return {
        ImportState.READ: _("Chờ kiểm tra, chưa ghi vào sổ"),
        ImportState.ENTERED: _("Đã ghi vào sổ"),
        ImportState.DROPPED: _("Đã bỏ"),
    }


def _columns() -> list[tuple[str, tuple[str, ...], bool]]:
    """Return what a column says, its names, and whether every list has it."""
    words = {
        Column.SUBJECT: _("Tên đối tượng"),
        Column.HONOUR: _("Danh hiệu, hình thức khen thưởng"),
        Column.PLACE: _("Đơn vị hoặc địa bàn"),
        Column.SUBJECT_KIND: _("Cá nhân, tập thể, doanh nghiệp hay hộ gia đình"),
        Column.CONTENT: _("Nội dung thành tích"),
    }
    return [(words[column], names, column in NEEDED) for column, names in COLUMNS.items()]


def _crumbs() -> tuple[tuple[str, str], ...]:
    return (
        (url_for("register.listing"), _("Sổ khen thưởng")),
        (url_for("register_import.listing"), _("Nhập danh sách")),
    )
