"""Writing a nomination: fill it in by sections, check it, submit it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from engine.dossiers import hash_dossier, save_draft
from engine.errors import (
    ContentChanged,
    EngineError,
    InvalidSubmission,
    NotEligible,
    NotFound,
    RefusedFile,
    RoundNotOpen,
    TaskNotOpen,
)
from engine.queries.eligibility import get_check_panel
from engine.queries.task_page import (
    SavedDraft,
    TaskPage,
    find_saved_draft,
    get_receipt,
    get_task_page,
)
from engine.tasks import complete_task
from forms import definition_for, find_errors, schema_for
from forms.answers import Typed, close_rows, to_submission, to_typed
from forms.definition import FormDefinition, Section, concerns
from forms.fields import Day
from forms.messages import code
from forms.nomination import CONCERNED, DECLARATION
from forms.vocabulary import Outcome, ReturnItem
from webapp.authentication import present_actor
from webapp.clock import now, show_day
from webapp.database import reading, unit_of_work
from webapp.errors import answer_to, sentence_for
from webapp.findings import ShownPanel, override_control, refusals, show_panel
from webapp.form_controls import (
    INCOMPLETE,
    OVERRIDE,
    Marks,
    Problem,
    controls,
    number,
    problems,
    read,
    show_answers,
    strange_names,
)
from webapp.kept_text import RESUME
from webapp.uploads import UPLOAD, refusal, take_upload

blueprint = Blueprint("nominations", __name__)

FORM = "nomination.v1"

MORE_ROWS = 2
"""Blank rows that the button "Thêm dòng" adds."""

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Desk:
    """A nomination as it lies before its writer: the task, the form, what is typed."""

    page: TaskPage
    definition: FormDefinition
    typed: Typed
    saved: SavedDraft | None

    @property
    def version(self) -> int | None:
        """Version of the draft on which the writer builds; none: nothing is saved yet."""
        return self.saved.version if self.saved else None

    @property
    def ticks(self) -> dict[str, list[str]]:
        """What the return says, by the first field of the form that it concerns."""
        found: dict[str, list[str]] = {}
        returned = self.page.last_return
        for item in returned.items if returned else ():
            for name in CONCERNED[item]:
                found.setdefault(name, []).append(item.label(g.language))
        for paper in returned.papers if returned else ():
            for name in CONCERNED[ReturnItem.MISSING_PART]:
                found.setdefault(name, []).append(paper.label(g.language))
        return found

    @property
    def errors(self) -> dict[str, list[str]]:
        """What is wrong or missing, but for the declaration on the last page."""
        submission = to_submission(self.definition, self.typed)
        found = find_errors(FORM, {**submission, DECLARATION.name: "yes"}, self.page.about)
        return {name: codes for name, codes in found.items() if name != DECLARATION.name}


@dataclass(frozen=True)
class SectionState:
    """A line in the list of sections."""

    id: str
    title: str
    missing: int
    """How many things are wrong or missing."""
    to_mend: bool
    """A return ticked something in it."""


@blueprint.route("/cong-viec/<task_id>/lap/<section_id>", methods=["GET", "POST"])
def section(task_id: str, section_id: str) -> Answer:
    """Show one section of the form, and save what is typed into it."""
    desk = _desk(task_id)
    part = desk.definition.find_section(section_id) or abort(404)
    if request.method == "GET":
        errors = desk.errors if "kiem" in request.args else {}
        return _show_section(desk, part, desk.typed, errors)
    posted = read(request.form, part.fields)
    typed = close_rows(desk.definition, {**_without(desk.typed, part), **posted})
    if RESUME in request.form:
        return _show_section(desk, part, typed, {})
    strange = strange_names(posted, part.fields)
    if strange:
        unknown = {name: [code("unknown_field", name)] for name in strange}
        return _show_section(desk, part, typed, unknown), 422
    return _save_section(desk, part, typed)


@blueprint.route("/cong-viec/<task_id>/kiem-tra", methods=["GET", "POST"])
def check(task_id: str) -> Answer:
    """Show the whole nomination once more, with what is missing; then submit it."""
    if request.method == "GET" or RESUME in request.form:
        return _show_check(_desk(task_id), {})
    try:
        desk = _desk(task_id)
        if request.form.get(DECLARATION.name) != "yes":
            return _show_check(desk, {DECLARATION.name: ["not_declared"]}), 422
        submission = _submission(desk, "yes")
        with unit_of_work() as work:
            complete_task(
                work,
                task_id=task_id,
                actor=present_actor(),
                outcome=Outcome.SUBMIT,
                submission=submission,
                content_hash=request.form.get("content_hash") or "-",
                at=now(),
                key=request.form.get("key", ""),
                override_reason=request.form.get(OVERRIDE, ""),
            )
    except TaskNotOpen as over:
        try:
            with reading() as work:  # a double click: what was submitted is submitted
                get_receipt(work, present_actor(), task_id)
        except NotFound:
            raise over from None  # a colleague was quicker
    except InvalidSubmission as error:
        return _show_check(desk, error.messages), 422
    except (ContentChanged, NotEligible, RoundNotOpen) as error:
        return _show_check(desk, {}, error), int(answer_to(error).status)
    return redirect(url_for("nominations.sent", task_id=task_id), 303)


@blueprint.get("/cong-viec/<task_id>/da-nop")
def sent(task_id: str) -> str:
    """Say that the nomination was submitted, under which reference, and who has it next."""
    with reading() as work:
        receipt = get_receipt(work, present_actor(), task_id)
    return render_template("nomination_sent.html", receipt=receipt)


def _desk(task_id: str) -> Desk:
    """Return the draft of a task, or what it begins with.

    :raises NotFound, NotPermitted, TaskNotOpen: see ``get_task_page``.
    """
    with reading() as work:
        page = get_task_page(work, present_actor(), task_id)
        saved = find_saved_draft(work, present_actor(), task_id, FORM)
    if not page.is_draft:
        abort(404)
    definition = definition_for(FORM, page.about)
    if saved is not None:
        typed = dict(saved.typed)
    elif page.dossier is not None:
        typed = to_typed(definition, page.dossier.content)
    else:
        typed = {"subject_name": page.subject_name, "managing_body": page.case_unit_name}
    typed.pop(DECLARATION.name, None)
    return Desk(page, definition, typed, saved)


def _without(typed: Typed, part: Section) -> Typed:
    return {
        name: value
        for name, value in typed.items()
        if not any(concerns(name, field.name) for field in part.fields)
    }


def _save_section(desk: Desk, part: Section, typed: Typed) -> Answer:
    """Save the draft, and the file that came with it; then go on or stay, as asked."""
    action = request.form.get("action", "next")
    try:
        with unit_of_work() as work:
            save_draft(
                work,
                task_id=desk.page.id,
                actor=present_actor(),
                form=FORM,
                content=typed,
                version=number(request.form.get("version", "")),
                at=now(),
            )
            if action == UPLOAD:
                name = take_upload(work, desk.page.id, request.form.get("key", ""))
                flash(_("Đã tải lên “%(name)s”.", name=name), "ok")
    except ContentChanged:
        return _show_section(_desk(desk.page.id), part, typed, {}, conflict=True), 409
    except RefusedFile as error:
        return _show_section(desk, part, typed, {}, refused=refusal(error)), 422
    except InvalidSubmission as error:
        return _show_section(desk, part, typed, error.messages), 422
    saved = _desk(desk.page.id)
    wrong = _wrong_in(saved, part)
    if wrong and action != UPLOAD:
        return _show_section(saved, part, typed, wrong), 422
    return redirect(_after_saving(saved, part, action), 303)


def _wrong_in(desk: Desk, part: Section) -> dict[str, list[str]]:
    """Return what is wrong in a section; what is only missing may come later."""
    return {
        name: codes
        for name, codes in desk.errors.items()
        if not INCOMPLETE.issuperset(codes)
        and any(concerns(name, field.name) for field in part.fields)
    }


def _after_saving(desk: Desk, part: Section, action: str) -> str:
    """Return the address to go to: this section again, the next one, or the last page."""
    if action == "rows":
        filled = {name.split(".")[1] for name in desk.typed if name.count(".") > 1}
        return _address(desk, part.id, dong=len(filled) + MORE_ROWS)
    if action in ("save", UPLOAD):
        return _address(desk, part.id)
    ids = [one.id for one in desk.definition.sections]
    following = ids[ids.index(part.id) + 1 :]
    if not following:
        return url_for("nominations.check", task_id=desk.page.id)
    return _address(desk, following[0])


def _address(desk: Desk, section_id: str, **values: int) -> str:
    return url_for(
        "nominations.section",
        task_id=desk.page.id,
        section_id=section_id,
        **values,  # type: ignore[arg-type]
    )


def _show_section(
    desk: Desk,
    part: Section,
    typed: Typed,
    errors: Mapping[str, list[str]],
    *,
    conflict: bool = False,
    refused: str = "",
) -> str:
    here = {
        name: codes
        for name, codes in errors.items()
        if any(concerns(name, field.name) for field in part.fields)
        or any(one.startswith("unknown_field") for one in codes)
    }
    marks = Marks(here, desk.ticks, desk.typed if conflict else None)
    found = list(problems(desk.definition, here, g.language))
    if refused:
        found.append(Problem(refused, _("Tệp minh chứng"), UPLOAD))
    return render_template(
        "nomination_section.html",
        desk=desk,
        page=desk.page,
        sections=_states(desk),
        section=part,
        controls=controls(
            part.fields, typed, g.language, marks, number(request.args.get("dong", "")) or 0
        ),
        problems=found,
        conflict=conflict,
        refused=refused,
        version="" if desk.version is None else desk.version,
        key=uuid4().hex,
    )


def _states(desk: Desk) -> list[SectionState]:
    errors, ticks = desk.errors, desk.ticks
    return [
        SectionState(
            one.id,
            one.title.label(g.language),
            missing=sum(
                len(codes)
                for name, codes in errors.items()
                if any(concerns(name, field.name) for field in one.fields)
            ),
            to_mend=any(concerns(name, field.name) for name in ticks for field in one.fields),
        )
        for one in desk.definition.sections
    ]


def _submission(desk: Desk, declared: str) -> dict[str, Any]:
    return to_submission(desk.definition, {**desk.typed, DECLARATION.name: declared})


def _show_check(
    desk: Desk,
    errors: Mapping[str, list[str]],
    refusal: EngineError | None = None,
) -> str:
    missing = desk.errors
    panel = _panel(desk)
    found = list(problems(desk.definition, missing, g.language))
    shown = show_answers(desk.definition, _submission(desk, ""), g.language)
    declaration = controls((DECLARATION,), read(request.form, ()), g.language, Marks(errors))[0]
    return render_template(
        "nomination_check.html",
        desk=desk,
        page=desk.page,
        sections=list(zip(_states(desk), shown, strict=True)),
        addresses=_addresses(desk, missing),
        problems=found,
        against=refusals(refusal) if isinstance(refusal, NotEligible) else [],
        panel=panel,
        override=override_control(panel.may_override, errors),
        tried=bool(errors),
        declaration=declaration,
        warnings=_warnings(desk) if not missing else [],
        changed=isinstance(refusal, ContentChanged),
        refused=sentence_for(refusal) if isinstance(refusal, RoundNotOpen) else "",
        content_hash=_content_hash(desk),
        key=request.form.get("key") or uuid4().hex,
    )


def _panel(desk: Desk) -> ShownPanel:
    """Return what the rules say of the draft as it is written, as far as it can be read."""
    with reading() as work:
        return show_panel(
            get_check_panel(
                work,
                present_actor(),
                desk.page.case_id,
                now(),
                desk.page.id,
                content=_readable(desk),
            )
        )


def _readable(desk: Desk) -> dict[str, Any]:
    """Return the answers of the draft that the rules ask, those that are right."""
    submission = to_submission(desk.definition, desk.typed)
    names = ("subject_name", "managing_body", "summary", "achievements")
    content = {name: str(submission.get(name, "")) for name in names}
    days = {"achieved_from": Day(month="first"), "achieved_to": Day(month="last")}
    for name, field in days.items():
        with suppress(ValidationError):
            content[name] = field.deserialize(submission.get(name, "")).isoformat()
    return content


def _addresses(desk: Desk, errors: Mapping[str, list[str]]) -> dict[str, str]:
    """Return control id → address of the section that has the control."""
    found = {}
    for name in errors:
        part = desk.definition.find_section_of(name)
        if part is not None:
            for one in problems(desk.definition, {name: errors[name]}, g.language):
                found[one.target] = _address(desk, part.id, kiem=1)
    return found


def _content_hash(desk: Desk) -> str:
    """Return the hash of what the page shows, with which the submission comes back."""
    files = [file.sha256 for file in desk.page.evidence]
    return str(hash_dossier(_submission(desk, "yes"), files))


def _warnings(desk: Desk) -> list[str]:
    """Return what is allowed and yet worth a second look."""
    answers: Any = schema_for(FORM, desk.page.about).load(_submission(desk, "yes"))
    period = desk.page.period
    begins, ends = answers["achieved_from"], answers["achieved_to"]
    found = []
    if begins < period.starts_on or ends > period.ends_on:
        found.append(
            _(
                "Thời gian lập thành tích (%(begins)s – %(ends)s) có phần ngoài thời gian của"
                " phong trào (%(starts)s – %(stops)s). Vẫn nộp được; kiểm tra lại nếu nhầm.",
                begins=show_day(begins),
                ends=show_day(ends),
                starts=show_day(period.starts_on),
                stops=show_day(period.ends_on),
            )
        )
    if not desk.page.evidence:
        found.append(_("Chưa có tệp minh chứng nào. Vẫn nộp được, nhưng hồ sơ dễ bị trả lại."))
    return found
