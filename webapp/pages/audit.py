"""Decisions for those who trace them: to search, and each with what led to it."""

from datetime import date

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.exports.tables import decisions_workbook
from engine.journal.nightly import last_check
from engine.queries.acting import MOST_PEOPLE
from engine.queries.audit import (
    DecisionFilter,
    DecisionPlace,
    list_decision_choices,
    list_decisions,
)
from engine.queries.case_page import get_case
from engine.queries.decision_chain import list_chain
from engine.queries.findings import list_findings, list_notes
from engine.queries.listing import FilterChoices
from forms.vocabulary import Award
from webapp import case_words, paging
from webapp.asked_days import AskedDays
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading
from webapp.files import take_workbook
from webapp.findings import TAGS
from webapp.pages.cases import Select
from webapp.pages.findings import TAGS as FINDING_TAGS

blueprint = Blueprint("audit", __name__, url_prefix="/kiem-toan")


@blueprint.get("")
def listing() -> str:
    """List the decisions, the latest first, narrowed and searched."""
    days = AskedDays()
    wanted = _wanted(days)
    after = _place_asked()
    with reading() as work:
        found = list_decisions(work, present_actor(), wanted, after)
        choices = list_decision_choices(work, present_actor())
        check = last_check(work)
    return render_template(
        "audit_list.html",
        found=found,
        check=check,
        wanted=wanted,
        days=days,
        selects=_selects(wanted, choices),
        most_people=MOST_PEOPLE,
        is_first=after is None,
        next=_address_of(found.next),
        with_changes=paging.with_changes,
        asked=paging.narrowing(),
    )


@blueprint.get("/quyet-dinh.xlsx")
def workbook() -> Response:
    """Hand out what the list has with the same filters, as a workbook."""
    wanted = _wanted(AskedDays())
    with reading() as work:
        found = decisions_workbook(work, present_actor(), wanted, now(), g.language)
    return take_workbook(found, "quyet-dinh-khen-thuong")


@blueprint.get("/<reference>")
def show(reference: str) -> str:
    """Show a case as a chain: from its decision back to the first draft."""
    actor = present_actor()
    with reading() as work:
        case = get_case(work, actor, reference, now())
        chain = list_chain(work, actor, case)
        findings = list_findings(work, actor, case_id=case.id)
        notes = list_notes(work, actor, case.id)
    return render_template(
        "audit_decision.html",
        case=case,
        chain=chain,
        standing=case_words.standing(case),
        words=case_words,
        tag_of=TAGS.__getitem__,
        findings=findings,
        finding_tags=FINDING_TAGS,
        notes=notes,
    )


def _wanted(days: AskedDays) -> DecisionFilter:
    """Return what the address narrows the decisions to."""
    from_day, to_day = days.period("from", "to")
    return DecisionFilter(
        text=paging.text_asked(),
        acted=paging.text_asked("acted"),
        acted_id=paging.number_asked("person"),
        number=paging.text_asked("number"),
        unit_id=paging.number_asked("unit"),
        award=paging.member_asked("award", Award),
        round_id=paging.number_asked("round"),
        from_day=from_day,
        to_day=to_day,
    )


def _selects(wanted: DecisionFilter, choices: FilterChoices) -> tuple[Select, ...]:
    """Return what decisions can be narrowed to, in the language of the page."""
    awards = [(one.value, one.label(g.language)) for one in Award]
    rounds = [(str(one.id), one.name) for one in choices.rounds]
    units = [(str(one.id), one.name) for one in choices.units]
    options = (
        ("unit", _("Đơn vị đề nghị"), _("Mọi đơn vị"), units, wanted.unit_id),
        ("award", _("Hình thức"), _("Mọi hình thức"), awards, wanted.award),
        ("round", _("Đợt"), _("Mọi đợt"), rounds, wanted.round_id),
    )
    return tuple(
        Select(name, label, nothing, tuple(found), "" if chosen is None else str(chosen))
        for name, label, nothing, found, chosen in options
    )


def _place_asked() -> DecisionPlace | None:
    """Return where the page of the address begins; anything odd is the first page."""
    day, _dash, number = request.args.get("after", "").rpartition("_")
    try:
        return DecisionPlace(date.fromisoformat(day), int(number[: paging.MOST_DIGITS]))
    except ValueError:
        return None


def _address_of(place: DecisionPlace | None) -> str | None:
    """Return the address of the page that begins after ``place``."""
    if place is None:
        return None
    return paging.with_changes(after=f"{place.signed_on.isoformat()}_{place.decision_id}")
