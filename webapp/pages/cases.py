"""The list of cases, and the pages of one case."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, g, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.case_papers import list_offered
from engine.exports.tables import cases_workbook
from engine.permissions import Actor, Matter, may
from engine.queries.case_page import (
    CaseHead,
    get_case,
    get_version,
    list_files,
    list_opinions,
    list_papers,
    list_versions,
)
from engine.queries.eligibility import get_check_panel, list_checks
from engine.queries.journal import list_entries
from engine.queries.listing import (
    CaseFilter,
    FilterChoices,
    Late,
    Missing,
    Order,
    list_cases,
    list_choices,
)
from engine.queries.opening import NamedThing
from engine.queries.outgoing import own_units, papers_of_case
from engine.queries.register import find_award_of_case
from engine.queries.task_page import ShownReview
from forms import definition_for
from forms.vocabulary import Award, CaseState, Level, Word
from webapp import case_words, paging
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading
from webapp.files import take_workbook
from webapp.findings import show_panel, show_stored
from webapp.form_controls import ShownAnswer, show_answers, show_review

blueprint = Blueprint("cases", __name__)

TABS = ("content", "checks", "opinions", "files", "papers", "journal")
"""Parts of a case, each with an address of its own; its way is another page."""


@dataclass(frozen=True)
class Select:
    """One way to narrow the list: value and word of each option."""

    name: str
    label: str
    nothing: str
    """What is read where nothing is chosen."""
    options: tuple[tuple[str, str], ...]
    chosen: str

    @property
    def is_used(self) -> bool:
        """Whether one of the options is chosen."""
        return any(value == self.chosen for value, _word in self.options)


@blueprint.get("/ho-so")
def listing() -> str:
    """List the cases that the reader may see, narrowed and searched."""
    wanted = _wanted()
    with reading() as work:
        found = list_cases(work, present_actor(), wanted, now(), paging.page_asked())
        choices = list_choices(work, present_actor())
    return render_template(
        "cases_list.html",
        found=found,
        wanted=wanted,
        selects=_selects(wanted, choices),
        words=case_words,
        with_changes=paging.with_changes,
        asked=paging.narrowing(),
    )


@blueprint.get("/ho-so/danh-sach.xlsx")
def workbook() -> Response:
    """Hand out what the list has with the same filters, as a workbook."""
    with reading() as work:
        found = cases_workbook(work, present_actor(), _wanted(), now(), g.language)
    return take_workbook(found, "danh-sach-ho-so")


def _wanted() -> CaseFilter:
    """Return what the address narrows the list to."""
    return CaseFilter(
        text=paging.text_asked(),
        round_id=paging.number_asked("round"),
        level=paging.member_asked("level", Level),
        award=paging.member_asked("award", Award),
        state=paging.member_asked("state", CaseState),
        unit_id=paging.number_asked("unit"),
        year=paging.number_asked("year"),
        missing=paging.member_asked("missing", Missing),
        late=paging.member_asked("late", Late),
        order=paging.member_asked("order", Order) or Order.NEWEST,
    )


def _selects(wanted: CaseFilter, choices: FilterChoices) -> tuple[Select, ...]:
    """Return what the list can be narrowed to, in the language of the page."""

    def words(members: Iterable[Word]) -> list[tuple[str, str]]:
        return [(one.value, one.label(g.language)) for one in members]

    def named(things: Iterable[NamedThing]) -> list[tuple[str, str]]:
        return [(str(one.id), one.name) for one in things]

    years = [(str(year), str(year)) for year in choices.years]
    missing = [
        (Missing.SUBMISSION.value, _("Chưa nộp lần nào")),
        (Missing.EVIDENCE.value, _("Chưa có tệp kèm theo")),
    ]
    late = [(Late.OVERDUE.value, _("Có bước quá hạn"))]
    orders = [(Order.WAITING.value, _("Chờ lâu nhất")), (Order.SUBJECT.value, _("Theo tên"))]
    options = (
        ("round", _("Đợt"), _("Mọi đợt"), named(choices.rounds), wanted.round_id),
        ("level", _("Đang chờ ở cấp"), _("Mọi cấp"), words(Level), wanted.level),
        ("award", _("Hình thức"), _("Mọi hình thức"), words(Award), wanted.award),
        ("state", _("Tình trạng"), _("Mọi tình trạng"), words(CaseState), wanted.state),
        ("unit", _("Đơn vị"), _("Mọi đơn vị"), named(choices.units), wanted.unit_id),
        ("year", _("Năm"), _("Mọi năm"), years, wanted.year),
        ("missing", _("Còn thiếu"), _("Không lọc"), missing, wanted.missing),
        ("late", _("Thời hạn"), _("Không lọc"), late, wanted.late),
        ("order", _("Sắp xếp"), _("Mới nhất"), orders, wanted.order),
    )
    return tuple(
        Select(name, label, nothing, tuple(found), "" if chosen is None else str(chosen))
        for name, label, nothing, found, chosen in options
    )


@blueprint.get("/ho-so/<reference>")
def show(reference: str) -> str:
    """Show one part of a case under its head."""
    tab = request.args.get("tab", TABS[0])
    if tab not in TABS:
        abort(404)
    actor = present_actor()
    with reading() as work:
        case = get_case(work, actor, reference, now())
        shown: dict[str, object] = {}
        if tab == "content":
            shown = _content(work, case)
        elif tab == "checks":
            shown = _checks(work, case)
        elif tab == "opinions":
            shown = {"opinions": list_opinions(work, case), "answers_of": _answers_of}
        elif tab == "files":
            shown = {"files": list_files(work, case)}
        elif tab == "papers":
            award = find_award_of_case(work, case.id)
            offered = list_offered(work, actor, reference)
            shown = {
                "papers": list_papers(work, case),
                "award": award,
                "offered": offered,
                "may_print": _may_print(actor, case),
                "outgoing": papers_of_case(work, case.id),
                "may_send": bool(own_units(work, actor)),
            }
        else:
            shown = {"entries": list_entries(work, actor, case)}
    return render_template(
        f"case_{tab}.html",
        case=case,
        tab=tab,
        standing=case_words.standing(case),
        words=case_words,
        **shown,
    )


def _may_print(actor: Actor, case: CaseHead) -> bool:
    """Whether the reader may print the certificate on stock."""
    decision = case.decision
    return decision is not None and may(
        actor, "certificate.print", Matter(granting_unit_id=decision.authority_unit_id)
    )


def _content(work: Any, case: CaseHead) -> dict[str, object]:
    """Return the submission asked for, the latest if none is, to read."""
    versions = list_versions(work, case)
    if not versions:
        return {"versions": (), "version": None}
    number = paging.number_asked("version")
    line = versions[0]
    if number is not None:
        line = next((one for one in versions if one.number == number), None) or abort(404)
    version = get_version(work, case, line)
    definition = definition_for(version.form, case.about)
    return {
        "versions": versions,
        "version": line,
        "dossier": show_answers(definition, version.content, g.language),
    }


def _checks(work: Any, case: CaseHead) -> dict[str, object]:
    """Return what the rules say now, while the case is open, and what they said before."""
    actor = present_actor()
    panel = None
    if case.closed_at is None:
        panel = show_panel(get_check_panel(work, actor, case.id, now()))
    stored = [show_stored(one) for one in reversed(list_checks(work, actor, case.id))]
    return {"panel": panel, "stored": stored}


def _answers_of(review: ShownReview) -> tuple[ShownAnswer, ...]:
    return show_review(review.form, review.answers, g.language)
