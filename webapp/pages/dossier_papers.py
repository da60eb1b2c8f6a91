"""The papers of a dossier: what it needs, what is there, and a clerk ticking the list."""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import uuid4

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.dossier_papers import tick_papers
from engine.errors import CaseClosed, ContentChanged, InvalidSubmission
from engine.queries.case_page import CaseHead, get_case
from engine.queries.dossier_papers import PapersOfCase, get_papers
from forms.answers import Typed, to_submission
from forms.definition import FormDefinition
from forms.paper_ticks import define_ticks
from webapp import case_words
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.errors import answer_to, sentence_for
from webapp.form_controls import Marks, Problem, controls, problems, read
from webapp.kept_text import RESUME

blueprint = Blueprint("dossier_papers", __name__)

SEEN = "content_hash"
"""Hidden field: the list as the clerk saw it."""


@blueprint.route("/ho-so/<reference>/thanh-phan", methods=["GET", "POST"])
def show(reference: str) -> Response | str | tuple[str, int]:
    """Show the list to whoever sees the case; a clerk of the ward ticks it here."""
    case, papers = _read(reference)
    if request.method == "GET" or RESUME in request.form:
        return _page(case, papers)
    definition = _definition(papers)
    typed = read(request.form, definition.fields)
    try:
        with unit_of_work() as work:
            tick_papers(
                work,
                case_id=case.id,
                actor=present_actor(),
                ticks=_ticks(to_submission(definition, typed)),
                seen=request.form.get(SEEN, ""),
                at=now(),
                key=request.form.get("key", ""),
            )
    except InvalidSubmission as error:
        return _page(case, papers, error.messages), HTTPStatus.UNPROCESSABLE_ENTITY
    except (ContentChanged, CaseClosed) as error:
        case, papers = _read(reference)
        return _page(case, papers, said=sentence_for(error)), int(answer_to(error).status)
    flash(_("Đã lưu danh mục thành phần hồ sơ."), "ok")
    return redirect(url_for("dossier_papers.show", reference=reference), HTTPStatus.SEE_OTHER)


def _read(reference: str) -> tuple[CaseHead, PapersOfCase]:
    actor = present_actor()
    with reading() as work:
        case = get_case(work, actor, reference, now())
        return case, get_papers(work, actor, case.id, now())


def _definition(papers: PapersOfCase) -> FormDefinition:
    return define_ticks((one.paper for one in papers.papers), papers.files)


def _ticks(submission: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """Return what was sent about each paper; what is no answer at all says so itself."""
    return {
        name: said if isinstance(said, Mapping) else {name: said}
        for name, said in submission.items()
    }


def _page(
    case: CaseHead,
    papers: PapersOfCase,
    errors: Mapping[str, list[str]] | None = None,
    said: str = "",
) -> str:
    definition = _definition(papers)
    typed = _ticked(papers)
    if request.method == "POST":
        typed = read(request.form, definition.fields)
    found = list(problems(definition, errors or {}, g.language))
    if said:
        found.insert(0, Problem(said))
    marks = Marks(errors or {})
    shown = {
        section.id: controls(section.fields, typed, g.language, marks)
        for section in definition.sections
    }
    return render_template(
        "case_dossier.html",
        case=case,
        tab="dossier",
        standing=case_words.standing(case),
        words=case_words,
        papers=papers,
        controls_of=shown,
        problems=found,
        key=request.form.get("key") or uuid4().hex,
    )


def _ticked(papers: PapersOfCase) -> Typed:
    """Return the list as it stands, as it would be typed."""
    typed: Typed = {}
    for one in papers.papers:
        name = one.paper.value
        typed[f"{name}.state"] = one.state.value
        typed[f"{name}.attachment"] = one.file.id if one.file else ""
        typed[f"{name}.note"] = one.note
    return typed
