"""The pages of a review: read what is asked, decide, or leave it for later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.assignment import get_standing
from engine.bonus import Bonus, MissingRule
from engine.checks import GOING_ON
from engine.dossiers import save_draft
from engine.errors import (
    ContentChanged,
    InvalidSubmission,
    NotEligible,
    NumberTaken,
    OnAgenda,
    RefusedFile,
    TaskTaken,
    TooManyReturns,
)
from engine.queries.bonus import get_task_bonus
from engine.queries.dossier_papers import get_papers
from engine.queries.eligibility import get_check_panel
from engine.queries.task_page import (
    SavedDraft,
    ShownReview,
    TaskPage,
    find_saved_draft,
    get_review_context,
    get_task_page,
)
from engine.tasks import complete_task
from forms import FORMS, definition_for, form_key_for
from forms.answers import Typed, to_submission
from forms.appraisal import RETURNED_AS
from forms.definition import FormDefinition
from forms.vocabulary import DossierPart, Outcome, ReturnItem, Verdict
from webapp import deadline_words
from webapp.authentication import present_actor
from webapp.clock import now, today
from webapp.database import reading, unit_of_work
from webapp.errors import answer_to, sentence_for
from webapp.findings import ShownPanel, override_control, refusals, show_panel
from webapp.form_controls import (
    OVERRIDE,
    Marks,
    Problem,
    ShownAnswer,
    ShownSection,
    controls,
    problems,
    read,
    show_answers,
    show_review,
)
from webapp.kept_text import RESUME
from webapp.uploads import UPLOAD, refusal, take_upload

blueprint = Blueprint("tasks", __name__, url_prefix="/cong-viec")

RESULT = "result_from_above.v1"
"""Form with which a clerk records a paper from above: it may have a scan."""

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Decision:
    """One outcome of one task, as the page that asks for it needs it."""

    page: TaskPage
    outcome: Outcome
    definition: FormDefinition
    saved: SavedDraft | None
    appraisal: SavedDraft | None
    """What the same person noted in the checklist, where that says what to tick."""
    panel: ShownPanel
    """What the rules say of the case now."""
    missing: tuple[DossierPart, ...] = ()
    """Papers that a clerk ticked as missing: what a return may ask for."""
    bonus: Bonus | MissingRule | None = None
    """What would go with an award decided today; none: nothing is awarded here."""

    @property
    def has_bonus(self) -> bool:
        """Whether the system has a rule for the bonus."""
        return isinstance(self.bonus, Bonus)

    @property
    def takes_scan(self) -> bool:
        """Whether a file may be added here."""
        return self.definition.key == RESULT

    @property
    def goes_on(self) -> bool:
        """Whether the outcome sends the nomination on: then the rules bind it."""
        return self.outcome in GOING_ON


@blueprint.get("/<task_id>")
def show(task_id: str) -> Answer:
    """Show the dossier, what is asked, and a way to each outcome; a draft is written."""
    with reading() as work:
        page = get_task_page(work, present_actor(), task_id)
        if page.is_draft:
            return redirect(
                url_for("nominations.section", task_id=task_id, section_id="subject"), 303
            )
        panel = get_check_panel(work, present_actor(), page.case_id, now(), task_id)
        papers = get_papers(work, present_actor(), page.case_id, now())
        standing = get_standing(work, present_actor(), task_id, now())
    return render_template(
        "task_show.html",
        page=page,
        papers=papers,
        panel=show_panel(panel),
        standing=standing,
        key=uuid4().hex,
        outcomes=[
            (one, name_of(one, page))
            for one in ([] if standing.is_with_another else _done_here(page))
        ],
        words=deadline_words,
        dossier=_dossier(page),
        answers_of=_answers_of,
    )


@blueprint.route("/<task_id>/<outcome>", methods=["GET", "POST"])
def decide(task_id: str, outcome: str) -> Answer:
    """Ask for what the outcome needs, beside the dossier; then complete the task."""
    chosen = next((one for one in Outcome if one.value == outcome), None)
    if chosen is None:
        abort(404)
    if request.method == "GET" or RESUME in request.form:
        return _show_decision(_decision(task_id, chosen))
    action = request.form.get("action", "")
    if action in ("save", UPLOAD):
        return _save(_decision(task_id, chosen), action)
    return _complete(task_id, chosen)


def name_of(outcome: Outcome, page: TaskPage) -> str:
    """Return what an outcome is called at this task, in the language of the page.

    A council advises, an appraisal passes on, a paper from above is recorded; anywhere
    else the words of the vocabulary fit.
    """
    if page.form == "council_resolution.v1":
        names = {
            Outcome.RECOMMEND: _("Hội đồng đề nghị khen thưởng"),
            Outcome.REJECT: _("Hội đồng không đề nghị khen thưởng"),
        }
    elif page.form == "appraisal.v1":
        names = {Outcome.RECOMMEND: _("Thẩm định và chuyển bước tiếp theo")}
    elif page.form == RESULT:
        names = {
            Outcome.AWARD: _("Ghi quyết định khen thưởng"),
            Outcome.RECOMMEND: _("Ghi kết quả: đề nghị cấp trên khen thưởng"),
            Outcome.REJECT: _("Ghi kết quả: không khen thưởng"),
            Outcome.RETURN: _("Ghi kết quả: trả lại hồ sơ"),
        }
    else:
        names = {}
    return str(names.get(outcome, outcome.label(g.language)))


def _done_here(page: TaskPage) -> tuple[Outcome, ...]:
    """Return the outcomes of a task that wait for no session of the council."""
    if page.agenda is None:
        return page.outcomes
    free = (Outcome.RETURN, Outcome.HOLD) if page.agenda.is_free else ()
    return tuple(one for one in page.outcomes if one in free)


def _decision(task_id: str, outcome: Outcome) -> Decision:
    """Return what the page of an outcome needs.

    :raises NotFound, NotPermitted, TaskNotOpen: see ``get_task_page``.
    """
    actor = present_actor()
    with reading() as work:
        page = get_task_page(work, actor, task_id)
        if page.is_draft or outcome not in page.outcomes:
            abort(404)
        about = get_review_context(work, actor, task_id, outcome, now())
        form = form_key_for(page.form, outcome)
        saved = find_saved_draft(work, actor, task_id, form)
        appraisal = find_saved_draft(work, actor, task_id, "appraisal.v1")
        panel = show_panel(get_check_panel(work, actor, page.case_id, now(), task_id))
        awards = outcome is Outcome.AWARD
        bonus = get_task_bonus(work, actor, task_id, today()) if awards else None
    definition = definition_for(form, about)
    missing = about.supplement.missing
    return Decision(page, outcome, definition, saved, appraisal, panel, missing, bonus)


def _complete(task_id: str, outcome: Outcome) -> Answer:
    """Complete the task; whatever the engine refuses is said above the form, text kept."""
    try:
        with unit_of_work() as work:
            case = complete_task(
                work,
                task_id=task_id,
                actor=present_actor(),
                outcome=outcome,
                submission=_submission(),
                content_hash=request.form.get("content_hash"),
                at=now(),
                key=request.form.get("key", ""),
                override_reason=request.form.get(OVERRIDE, ""),
            )
            reference = case.reference
    except InvalidSubmission as error:
        return _refuse(task_id, outcome, HTTPStatus.UNPROCESSABLE_ENTITY, error.messages)
    except NotEligible as error:
        said = refusals(error)
        return _show_decision(_decision(task_id, outcome), said=said), 422
    except (TooManyReturns, NumberTaken, ContentChanged, OnAgenda, TaskTaken) as error:
        return _refuse(task_id, outcome, answer_to(error).status, said=sentence_for(error))
    flash(_done(outcome, reference), "ok")
    return redirect(url_for("cases.show", reference=reference), HTTPStatus.SEE_OTHER)


def _submission() -> dict[str, Any]:
    """Return what was sent, nested as schemas read it.

    The page says of which form it is, so that a second click after the task is over still
    sends what the first one sent. The engine checks it by the form of the task alone.
    """
    form = request.form.get("form", "")
    if form not in FORMS:
        abort(HTTPStatus.BAD_REQUEST)
    definition = definition_for(form)
    return to_submission(definition, read(request.form, definition.fields))


def _refuse(
    task_id: str,
    outcome: Outcome,
    status: HTTPStatus,
    errors: Mapping[str, list[str]] | None = None,
    said: str = "",
) -> tuple[str, int]:
    lines = [Problem(said)] if said else []
    return _show_decision(_decision(task_id, outcome), errors, lines), int(status)


def _save(decision: Decision, action: str) -> Answer:
    """Keep what is typed for later, and the file that came with it."""
    typed = read(request.form, decision.definition.fields)
    try:
        with unit_of_work() as work:
            save_draft(
                work,
                task_id=decision.page.id,
                actor=present_actor(),
                form=decision.definition.key,
                content=typed,
                version=decision.saved.version if decision.saved else None,
                at=now(),
            )
            if action == UPLOAD:
                name = take_upload(work, decision.page.id, uuid4().hex)
                flash(_("Đã tải lên “%(name)s”.", name=name), "ok")
    except RefusedFile as error:
        problem = Problem(refusal(error), _("Tải tệp lên"), UPLOAD)
        return _show_decision(decision, file_problem=problem), 422
    except InvalidSubmission as error:
        return _show_decision(decision, error.messages), 422
    here = url_for("tasks.decide", task_id=decision.page.id, outcome=decision.outcome.value)
    return redirect(here, HTTPStatus.SEE_OTHER)


def _show_decision(
    decision: Decision,
    errors: Mapping[str, list[str]] | None = None,
    said: Sequence[Problem] = (),
    file_problem: Problem | None = None,
) -> str:
    page, definition = decision.page, decision.definition
    found = [*said, *problems(definition, errors or {}, g.language)]
    if file_problem:
        found.append(file_problem)
    shown = {
        section.id: controls(section.fields, _typed(decision), g.language, Marks(errors or {}))
        for section in definition.sections
    }
    return render_template(
        "task_decide.html",
        page=page,
        decision=decision,
        title=name_of(decision.outcome, page),
        override=override_control(decision.goes_on and decision.panel.may_override, errors),
        sections=[(one, shown[one.id]) for one in definition.sections],
        problems=found,
        file_problem=file_problem,
        dossier=_dossier(page),
        answers_of=_answers_of,
        key=request.form.get("key") or uuid4().hex,
    )


def _typed(decision: Decision) -> Typed:
    """Return what stands in the boxes: what was just typed, or saved, or is likely."""
    if request.method == "POST":
        return read(request.form, decision.definition.fields)
    if decision.saved is not None:
        return dict(decision.saved.typed)
    if decision.outcome is Outcome.RETURN:
        return _likely_return(decision)
    if decision.definition.key == "decision.v1":
        return _present_signer(decision.page)
    return {}


def _likely_return(decision: Decision) -> Typed:
    """Return the ticks that the writer's own checklist and the list of papers stand for."""
    typed = decision.appraisal.typed if decision.appraisal else {}
    items, notes = [], []
    for item, tick in RETURNED_AS.items():
        verdict = typed.get(f"checks.{item.value}.verdict")
        if verdict in (Verdict.NOT_MET.value, Verdict.INCOMPLETE.value):
            items.append(tick.value)
            note = str(typed.get(f"checks.{item.value}.note", "")).strip()
            notes += [note] if note else []
    papers = [paper.value for paper in decision.missing]
    items += [ReturnItem.MISSING_PART.value] if papers else []
    ticked = list(dict.fromkeys(items))
    return {"items": ticked, "papers": papers, "reason": "\n".join(notes)} if items else {}


def _present_signer(page: TaskPage) -> Typed:
    """Return the actor as the signer, where the actor is the authority."""
    actor = present_actor()
    grant = next((one for one in actor.grants if one.role is page.role), None)
    if grant is None:
        return {}
    return {"signer_name": actor.name, "signer_title": grant.title}


def _dossier(page: TaskPage) -> tuple[ShownSection, ...]:
    """Return the submitted nomination to read; empty before the first submission."""
    if page.dossier is None:
        return ()
    definition = definition_for(page.dossier.form, page.about)
    return show_answers(definition, page.dossier.content, g.language)


def _answers_of(review: ShownReview) -> tuple[ShownAnswer, ...]:
    return show_review(review.form, review.answers, g.language)


def _done(outcome: Outcome, reference: str) -> str:
    match outcome:
        case Outcome.RECOMMEND:
            said = _("Đã chuyển hồ sơ %(reference)s.", reference=reference)
        case Outcome.AWARD:
            said = _(
                "Đã ghi quyết định khen thưởng cho hồ sơ %(reference)s.", reference=reference
            )
        case Outcome.RETURN:
            said = _("Đã trả lại hồ sơ %(reference)s.", reference=reference)
        case Outcome.REJECT:
            said = _("Đã ghi kết quả của hồ sơ %(reference)s.", reference=reference)
        case Outcome.HOLD:
            said = _("Đã tạm dừng hồ sơ %(reference)s.", reference=reference)
        case Outcome.RESUME:
            said = _("Hồ sơ %(reference)s được xét tiếp.", reference=reference)
        case _:
            said = _("Đã xử lý hồ sơ %(reference)s.", reference=reference)
    return str(said)
