"""Subjects across rounds: found, shown, brought together, named, held."""

import uuid
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import subject_changes as changes
from engine.errors import EngineError, InvalidSubmission, NotFound
from engine.permissions import may, require
from engine.queries.likeness import Suggestion, suggest
from engine.queries.subjects import (
    MatterLine,
    NameLine,
    SubjectFilter,
    SubjectLine,
    SubjectPage,
    get_line,
    get_subject,
    list_subjects,
)
from engine.subject_matters import record_matter, settle_matter
from forms.vocabulary import HoldReason, SubjectKind
from webapp import case_words, paging
from webapp.authentication import present_actor
from webapp.clock import now, show_day, today
from webapp.database import reading, unit_of_work
from webapp.errors import sentence_for
from webapp.short_forms import (
    KEY,
    Control,
    ShortForm,
    choices,
    is_sent,
    once,
    typed_day,
    typed_day_or_none,
    typed_text,
    typed_word,
)
from webapp.wording import sentences

blueprint = Blueprint("subjects", __name__, url_prefix="/doi-tuong")

Page = str | tuple[str, int] | Response

MANAGE = "subject.manage"


@blueprint.get("")
def listing() -> str:
    """List the records, found by any of their names, with or without marks."""
    wanted = SubjectFilter(
        text=paging.text_asked(), kind=paging.member_asked("kind", SubjectKind)
    )
    with reading() as work:
        found = list_subjects(work, present_actor(), wanted, paging.page_asked())
    return render_template(
        "subjects_list.html",
        found=found,
        wanted=wanted,
        kinds=choices(SubjectKind),
        words=case_words,
        with_changes=paging.with_changes,
    )


@blueprint.get("/<int:subject_id>")
def show(subject_id: int) -> str:
    """Show one record: its names, awards, nominations, and what stands against it."""
    with reading() as work:
        found = get_subject(work, present_actor(), subject_id)
        alike = _list_alike(work, found) if may(present_actor(), MANAGE) else []
    return render_template("subjects_show.html", found=found, alike=alike, words=case_words)


@blueprint.route("/<int:subject_id>/ten-moi", methods=["GET", "POST"])
def rename(subject_id: int) -> Page:
    """Give a subject a new name; the old one stays with it."""
    found = _managed(subject_id)
    form = ShortForm(
        title=_("Đổi tên: %(name)s", name=found.name),
        submit=_("Lưu tên mới"),
        note=_("Tên đang dùng sẽ được giữ lại là tên cũ, vẫn tìm được."),
        controls=(
            Control("name", _("Tên mới"), value=found.name),
            _optional_day("used_until", _("Ngày cuối cùng mang tên cũ")),
        ),
        crumbs=_crumbs(found),
    )

    def act(work: Any) -> None:
        changes.give_new_name(
            work,
            subject_id=subject_id,
            name=typed_text("name"),
            used_until=typed_day_or_none("used_until"),
            actor=present_actor(),
            at=now(),
        )

    return _answer(form, "rename_subject", act, _("Đã đổi tên đối tượng."), subject_id)


@blueprint.route("/<int:subject_id>/ten-khac", methods=["GET", "POST"])
def add_name(subject_id: int) -> Page:
    """Add a former name of a subject, or another way to write it."""
    found = _managed(subject_id)
    form = ShortForm(
        title=_("Thêm tên cũ, cách viết khác: %(name)s", name=found.name),
        submit=_("Thêm tên"),
        controls=(
            Control("name", _("Tên"), hint=_("Ghi đúng như trong văn bản hoặc tệp.")),
            Control("is_former", _("Là tên cũ, nay không dùng nữa"), kind="check"),
            _optional_day("used_until", _("Ngày cuối cùng mang tên đó")),
        ),
        crumbs=_crumbs(found),
    )

    def act(work: Any) -> None:
        last = typed_day_or_none("used_until")
        _add_name(work, subject_id, typed_text("name"), last)

    return _answer(form, "add_subject_name", act, _("Đã thêm tên của đối tượng."), subject_id)


@blueprint.route("/<int:subject_id>/ten-khac/<int:name_id>/bo", methods=["GET", "POST"])
def remove_name(subject_id: int, name_id: int) -> Page:
    """Take another name away that was added by mistake."""
    found = _managed_page(subject_id)
    name = _own_name(found, name_id)
    form = ShortForm(
        title=_("Bỏ tên “%(name)s”", name=name.name),
        submit=_("Bỏ tên này"),
        note=_("Chỉ bỏ tên ghi nhầm. Nhật ký hệ thống vẫn giữ tên này."),
        controls=(),
        crumbs=_crumbs(found.subject),
        dangerous=True,
    )

    def act(work: Any) -> None:
        changes.remove_name(work, name_id=name_id, actor=present_actor(), at=now())

    return _answer(form, "remove_subject_name", act, _("Đã bỏ tên ghi nhầm."), subject_id)


@blueprint.route("/<int:subject_id>/noi-quan-ly", methods=["GET", "POST"])
def change_place(subject_id: int) -> Page:
    """Say anew who manages a subject or where it lies."""
    found = _managed(subject_id)
    form = ShortForm(
        title=_("Sửa nơi quản lý: %(name)s", name=found.name),
        submit=_("Lưu thay đổi"),
        controls=(
            Control(
                "place",
                _("Cơ quan quản lý hoặc nơi công tác, địa bàn"),
                value=found.place,
                hint=_("Để phân biệt những đối tượng cùng tên."),
                required=False,
            ),
        ),
        crumbs=_crumbs(found),
    )

    def act(work: Any) -> None:
        changes.change_place(
            work,
            subject_id=subject_id,
            place=typed_text("place"),
            actor=present_actor(),
            at=now(),
        )

    return _answer(form, "move_subject", act, _("Đã lưu nơi quản lý."), subject_id)


@blueprint.route("/<int:subject_id>/giai-the", methods=["GET", "POST"])
def dissolve(subject_id: int) -> Page:
    """Say on which day a collective ceased to be, or that it did not."""
    found = _managed(subject_id)
    form = ShortForm(
        title=_("Ghi ngày giải thể, chấm dứt hoạt động: %(name)s", name=found.name),
        submit=_("Lưu ngày này"),
        note=_("Khen thưởng đã nhận vẫn còn. Để trống nếu đối tượng vẫn hoạt động."),
        controls=(
            _optional_day(
                "dissolved_on", _("Ngày giải thể, chấm dứt hoạt động"), found.dissolved_on
            ),
        ),
        crumbs=_crumbs(found),
    )

    def act(work: Any) -> None:
        changes.dissolve(
            work,
            subject_id=subject_id,
            day=typed_day_or_none("dissolved_on"),
            actor=present_actor(),
            at=now(),
        )

    return _answer(form, "dissolve_subject", act, _("Đã lưu."), subject_id)


@blueprint.get("/<int:subject_id>/gop")
def choose_to_merge(subject_id: int) -> str:
    """Choose the record that a record is to be merged with."""
    found = _managed_page(subject_id)
    text = paging.text_asked()
    wanted = SubjectFilter(text=text, kind=None)
    with reading() as work:
        alike = _list_alike(work, found)
        others = list_subjects(work, present_actor(), wanted).subjects if text else ()
    return render_template(
        "subjects_choose.html",
        found=found,
        alike=alike,
        others=[one for one in others if _may_be_one(found.subject, one)],
        text=text,
    )


@blueprint.route("/<int:subject_id>/gop/<int:into_id>", methods=["GET", "POST"])
def merge(subject_id: int, into_id: int) -> Page:
    """Show two records side by side, and let one stand for both."""
    both = _managed_page(subject_id), _managed_page(into_id)
    errors: dict[str, list[str]] = {}
    problem = ""
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, "merge_subjects", lambda: _merge(work, subject_id, into_id))
        except InvalidSubmission as error:
            errors = sentences(error)
        except EngineError as error:
            problem = sentence_for(error)
        else:
            return _done(_("Đã gộp hai đối tượng."), into_id)
    html = render_template(
        "subjects_merge.html",
        gone=both[0],
        kept=both[1],
        errors=errors,
        problem=problem,
        words=case_words,
        key=request.form.get(KEY) or uuid.uuid4().hex,
    )
    return (html, HTTPStatus.UNPROCESSABLE_ENTITY) if errors or problem else html


@blueprint.route("/<int:subject_id>/tach", methods=["GET", "POST"])
def split(subject_id: int) -> Page:
    """Let a record that was merged stand for itself again."""
    found = _managed(subject_id)
    form = ShortForm(
        title=_("Tách lại: %(name)s", name=found.name),
        submit=_("Tách đối tượng này"),
        note=_(
            "Khen thưởng và hồ sơ của đối tượng này sẽ không còn tính cho “%(into)s”.",
            into=found.merged_into or "",
        ),
        controls=(),
        crumbs=_crumbs(found),
        dangerous=True,
    )

    def act(work: Any) -> None:
        changes.split(work, subject_id=subject_id, actor=present_actor(), at=now())

    return _answer(form, "split_subject", act, _("Đã tách đối tượng."), subject_id)


@blueprint.route("/<int:subject_id>/van-de", methods=["GET", "POST"])
def add_matter(subject_id: int) -> Page:
    """Record that something stands against a subject: it is not examined meanwhile."""
    found = _managed(subject_id)
    form = ShortForm(
        title=_("Ghi vấn đề đang xem xét: %(name)s", name=found.name),
        submit=_("Ghi vấn đề này"),
        note=_(
            "Trong thời gian này hồ sơ của đối tượng là “chưa xét”, không phải bị từ chối."
            " Không ghi tên người khiếu nại, tố cáo và nội dung khiếu nại, tố cáo."
        ),
        controls=(
            Control(
                "reason",
                _("Lý do"),
                kind="select",
                choices=choices(HoldReason),
                empty=_("Chọn lý do"),
            ),
            Control(
                "note",
                _("Ghi rõ lý do khác"),
                hint=_("Chỉ khi chọn lý do khác."),
                required=False,
            ),
            _day("began_on", _("Từ ngày")),
            Control(
                "document",
                _("Văn bản"),
                hint=_("Số, ngày, cơ quan ban hành."),
            ),
        ),
        crumbs=_crumbs(found),
    )

    def act(work: Any) -> None:
        record_matter(
            work,
            subject_id=subject_id,
            reason=typed_word("reason", HoldReason),
            began_on=typed_day("began_on"),
            document=typed_text("document"),
            note=typed_text("note"),
            actor=present_actor(),
            at=now(),
        )

    return _answer(form, "record_matter", act, _("Đã ghi vấn đề đang xem xét."), subject_id)


@blueprint.route("/<int:subject_id>/van-de/<int:matter_id>", methods=["GET", "POST"])
def end_matter(subject_id: int, matter_id: int) -> Page:
    """Record how and when a matter was settled."""
    found = _managed_page(subject_id)
    matter = _its_matter(found, matter_id)
    form = ShortForm(
        title=_("Ghi kết quả giải quyết: %(name)s", name=found.subject.name),
        submit=_("Ghi kết quả"),
        note=f"{matter.document} ({show_day(matter.began_on)})",
        controls=(
            _day(
                "ended_on", _("Ngày giải quyết xong, hoặc ngày chấp hành xong hình thức xử lý")
            ),
            Control("sanctioned", _("Có bị xử lý (kỷ luật, xử phạt)"), kind="check"),
            Control("document", _("Văn bản kết luận"), hint=_("Số, ngày, cơ quan ban hành.")),
        ),
        crumbs=_crumbs(found.subject),
    )

    def act(work: Any) -> None:
        settle_matter(
            work,
            matter_id=matter_id,
            ended_on=typed_day("ended_on"),
            sanctioned=bool(typed_text("sanctioned")),
            document=typed_text("document"),
            actor=present_actor(),
            at=now(),
        )

    return _answer(form, "settle_matter", act, _("Đã ghi kết quả giải quyết."), subject_id)


def _answer(
    form: ShortForm, command: str, act: Callable[[Any], None], said: str, subject_id: int
) -> Page:
    """Show the form; when it was sent, act once and go back to the record."""
    if is_sent():
        try:
            with unit_of_work() as work:
                once(work, command, lambda: _acted(act, work))
        except EngineError as error:
            form.refuse(error)
        else:
            return _done(said, subject_id)
    return form.show()


def _acted(act: Callable[[Any], None], work: Any) -> dict[str, Any]:
    act(work)
    return {}


def _add_name(work: Any, subject_id: int, name: str, last: date | None) -> None:
    """Add a former name where the box is ticked or its last day known, else a spelling."""
    actor, at = present_actor(), now()
    if typed_text("is_former") or last is not None:
        changes.add_former_name(
            work, subject_id=subject_id, name=name, used_until=last, actor=actor, at=at
        )
    else:
        changes.confirm_same(work, subject_id=subject_id, name=name, actor=actor, at=at)


def _merge(work: Any, from_id: int, into_id: int) -> dict[str, Any]:
    changes.merge(work, from_id=from_id, into_id=into_id, actor=present_actor(), at=now())
    return {}


def _managed(subject_id: int) -> SubjectLine:
    """Return a record that the actor may change.

    :raises NotPermitted: the actor does not keep the subjects.
    :raises NotFound: there is no such record.
    """
    require(present_actor(), MANAGE)
    with reading() as work:
        return get_line(work, present_actor(), subject_id)


def _managed_page(subject_id: int) -> SubjectPage:
    require(present_actor(), MANAGE)
    with reading() as work:
        return get_subject(work, present_actor(), subject_id)


def _own_name(found: SubjectPage, name_id: int) -> NameLine:
    for name in found.names:
        if name.id == name_id and name.is_own:
            return name
    raise NotFound(f"name {name_id} of subject {found.subject.id}")


def _its_matter(found: SubjectPage, matter_id: int) -> MatterLine:
    for matter in found.matters or ():
        if matter.id == matter_id:
            return matter
    raise NotFound(f"matter {matter_id} of subject {found.subject.id}")


def _list_alike(work: Any, found: SubjectPage) -> list[Suggestion]:
    """Return records that may be the same subject under any of its names."""
    subject = found.subject
    if subject.merged_into_id is not None:
        return []
    own = {subject.id, *(one.id for one in found.merged)}
    return suggest(work, subject.kind, subject.name, subject.place, but=own)


def _may_be_one(subject: SubjectLine, other: SubjectLine) -> bool:
    people = [one.kind is SubjectKind.INDIVIDUAL for one in (subject, other)]
    return other.merged_into_id is None and other.id != subject.id and people[0] == people[1]


def _day(name: str, label: str, value: date | None = None) -> Control:
    hint = _("Ngày/tháng/năm, ví dụ: %(day)s", day="05/09/2026")
    return Control(name, label, value=show_day(value or today()), hint=hint)


def _optional_day(name: str, label: str, value: date | None = None) -> Control:
    hint = _("Ngày/tháng/năm, ví dụ: %(day)s. Để trống nếu không rõ.", day="05/09/2026")
    shown = "" if value is None else show_day(value)
    return Control(name, label, value=shown, hint=hint, required=False)


def _crumbs(found: SubjectLine) -> tuple[tuple[str, str], ...]:
    return (
        (url_for("subjects.listing"), _("Đối tượng khen thưởng")),
        (url_for("subjects.show", subject_id=found.id), found.name),
    )


def _done(message: str, subject_id: int) -> Response:
    flash(message, "ok")
    return redirect(url_for("subjects.show", subject_id=subject_id), 303)
