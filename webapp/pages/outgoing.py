"""Outgoing papers: the list, one paper and its steps, drafts, numbers, who may sign."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.outgoing import authorisations, awards, statements
from engine.outgoing.access import get_paper, issuer
from engine.outgoing.authorisations import FOR_THE_HEAD, TYPE_CODES
from engine.outgoing.contents import draft_copy, paper_bytes
from engine.outgoing.listing import waiting_cases
from engine.outgoing.numbers import record_used_elsewhere
from engine.permissions import may, require
from engine.queries.case_page import find_case
from engine.queries.outgoing import (
    OutgoingPage,
    get_outgoing,
    list_numbers,
    list_outgoing,
    list_series,
    own_units,
    waiting_groups,
)
from forms.vocabulary import Award, Capacity, OutgoingState
from webapp.authentication import present_actor
from webapp.clock import now, today
from webapp.database import reading
from webapp.files import show_pdf
from webapp.outgoing_deeds import ACTIONS, DEEDS, WAITING_FOR, deeds_of
from webapp.session_shell import Page, answer
from webapp.short_forms import (
    Control,
    ShortForm,
    choices,
    gathered,
    typed_day,
    typed_day_or_none,
    typed_number,
    typed_text,
    typed_word,
)

blueprint = Blueprint("outgoing", __name__, url_prefix="/van-ban-di")

STATE_TAGS = {
    OutgoingState.DRAFT: "",
    OutgoingState.CONTENT_CHECKED: "info",
    OutgoingState.FORMAT_CHECKED: "info",
    OutgoingState.APPROVED: "info",
    OutgoingState.SIGNED: "warn",
    OutgoingState.NUMBERED: "warn",
    OutgoingState.ISSUED: "ok",
    OutgoingState.ARCHIVED: "ok",
    OutgoingState.WITHDRAWN: "bad",
}
"""State of a paper → how its label looks; the word in it says the same."""


@blueprint.get("")
def listing() -> str:
    """Show the papers on their way, those issued, and what waits for a decision."""
    actor = present_actor()
    with reading() as work:
        units = own_units(work, actor)
        works = any(may(actor, "outgoing.write", issuer(one.unit_id)) for one in actor.grants)
        if not works and not may(actor, "outgoing.see"):
            raise NotPermitted(f"person {actor.person_id} issues no papers")
        return render_template(
            "outgoing_list.html",
            pending=list_outgoing(work, actor, pending=True),
            past=list_outgoing(work, actor, pending=False),
            waiting=waiting_groups(work, actor),
            units=units,
            tags=STATE_TAGS,
        )


@blueprint.route(
    "/quyet-dinh-moi/<int:unit_id>/<award>/<int:round_id>", methods=["GET", "POST"]
)
def draft(unit_id: int, award: str, round_id: int) -> Page:
    """Draft a decision on cases of one award and one round."""
    return _draft(
        "draft_award",
        _("Soạn quyết định: %(award)s", award=_award(award).label(g.language)),
        _options(waiting_cases, unit_id, award, round_id),
        lambda work: awards.draft_award(work, **_chosen(unit_id)),
    )


@blueprint.route("/to-trinh-moi/<int:unit_id>/<award>/<int:round_id>", methods=["GET", "POST"])
def state(unit_id: int, award: str, round_id: int) -> Page:
    """Draft a statement on cases of one award and one round that the unit recommended."""
    return _draft(
        "draft_statement",
        _("Soạn tờ trình: %(award)s", award=_award(award).label(g.language)),
        _options(statements.recommended_cases, unit_id, award, round_id),
        lambda work: statements.draft_statement(work, **_chosen(unit_id)),
    )


@blueprint.route("/trinh-ky/<reference>/<slug>/<int:number>", methods=["GET", "POST"])
def send(reference: str, slug: str, number: int) -> Page:
    """Send a paper of a case to signature and number."""
    actor = present_actor()
    with reading() as work:
        case_id = find_case(work, actor, reference).id
        units = [(str(unit.id), unit.name) for unit in own_units(work, actor)]
    if not units:
        raise NotPermitted(f"person {actor.person_id} issues no papers")
    form = ShortForm(
        title=_("Trình ký văn bản của hồ sơ %(reference)s", reference=reference),
        submit=_("Lập văn bản đi"),
        controls=(
            Control(
                "unit_id", _("Đơn vị ban hành"), "select", units[0][0], choices=tuple(units)
            ),
        ),
        crumbs=((url_for("cases.show", reference=reference, tab="papers"), reference),),
        note=_("Văn bản được kiểm tra, ký rồi mới cấp số."),
    )
    return answer(
        form,
        "draft_copy",
        lambda work: {
            "paper_id": draft_copy(
                work,
                case_id=case_id,
                slug=slug,
                copy_number=number,
                unit_id=typed_number("unit_id"),
                actor=present_actor(),
                at=now(),
            ).id
        },
        lambda made: _back_to(made["paper_id"], _("Đã lập văn bản đi.")),
    )


@blueprint.get("/<int:paper_id>")
def show(paper_id: int) -> str:
    """Show a paper: where it stands, what comes next, its list, and what was done."""
    page = _read(paper_id)
    deeds = deeds_of(page)
    return render_template(
        "outgoing_show.html",
        page=page,
        deeds=deeds,
        waiting_for=WAITING_FOR[page.line.state],
        can_change=page.is_mine and page.is_award and page.line.state is OutgoingState.DRAFT,
        crumbs=_crumbs(),
        actions=ACTIONS,
        tags=STATE_TAGS,
    )


@blueprint.get("/<int:paper_id>.pdf")
def paper(paper_id: int) -> Response:
    """Hand out a paper as PDF: as it stands, and from its number on as it was frozen."""
    with reading() as work:
        content = paper_bytes(work, present_actor(), paper_id)
    return show_pdf(content, f"van-ban-{paper_id}.pdf")


@blueprint.route("/<int:paper_id>/viec/<slug>", methods=["GET", "POST"])
def act(paper_id: int, slug: str) -> Page:
    """Do one step of a paper."""
    page = _read(paper_id)
    deed = next((one for one in DEEDS if one.slug == slug), None)
    if deed is None:
        raise NotFound(f"deed {slug[:40]!r} of paper {paper_id}")
    form = ShortForm(
        title=str(deed.title),
        submit=str(deed.submit),
        controls=deed.controls(page),
        crumbs=_crumbs(page),
        dangerous=not deed.is_main,
        template="outgoing_act.html",
        words={"page": page, "explains": deed.note},
    )

    def run(work: Any) -> dict[str, int]:
        deed.run(work, paper_id)
        return {"paper_id": paper_id}

    return answer(
        form, f"outgoing.{slug}", run, lambda made: _back_to(paper_id, str(deed.done))
    )


@blueprint.route("/<int:paper_id>/sua", methods=["GET", "POST"])
def change(paper_id: int) -> Page:
    """Change the list and the texts of a drafted decision."""
    page = _read(paper_id)
    with reading() as work:
        actor = present_actor()
        paper = get_paper(work, actor, paper_id)
        if not page.is_award or not page.is_mine:
            raise NotFound(f"paper {paper_id} is no decision of the reader")
        chosen = [(row.task_id, row.case) for row in paper.cases]
        first = chosen[0][1]
        free = waiting_cases(work, paper.unit_id, first.award, first.round_id)
        options = tuple(
            (task_id, f"{case.subject_name} ({case.reference})")
            for task_id, case in [*chosen, *((task.id, case) for task, case in free)]
        )
        texts = awards.texts_of(awards.compose_award(work, paper))
    form = ShortForm(
        title=_("Sửa dự thảo quyết định"),
        submit=_("Lưu dự thảo"),
        controls=(
            _cases(options, tuple(task_id for task_id, _case in chosen)),
            _paper_text("subject_line", _("Trích yếu"), texts),
            _paper_text("reason", _("Thành tích (sau hình thức khen thưởng)"), texts),
            _paper_text("executors", _("Người chịu trách nhiệm thi hành"), texts),
            _paper_text(
                "recipients",
                _("Nơi nhận"),
                texts,
                hint=_("Mỗi nơi một dòng, không ghi gạch đầu dòng."),
            ),
        ),
        crumbs=_crumbs(page),
    )
    return answer(
        form,
        "change_award",
        lambda work: {
            "paper_id": awards.change_award(
                work,
                paper_id=paper_id,
                task_ids=request.form.getlist("task_ids"),
                texts={name: typed_text(name) for name in (*awards.LINES, "recipients")},
                actor=present_actor(),
                at=now(),
            ).id
        },
        lambda made: _back_to(paper_id, _("Đã lưu dự thảo.")),
    )


@blueprint.get("/so")
def register() -> str:
    """Show a series of numbers: the register of outgoing papers of a year."""
    actor = present_actor()
    unit_id = request.args.get("unit", type=int)
    with reading() as work:
        units = own_units(work, actor)
        if unit_id is None and units:
            unit_id = units[0].id
        if unit_id is None or not may(actor, "outgoing.see", issuer(unit_id)):
            raise NotFound(f"register of unit {unit_id}")
        series = list_series(work, unit_id) or [("QĐ", today().year)]
        type_code = request.args.get("type", series[0][0])[:10]
        year = request.args.get("year", series[0][1], type=int)
        return render_template(
            "outgoing_register.html",
            rows=list_numbers(work, unit_id, type_code, year),
            series=series,
            units=units,
            unit_id=unit_id,
            type_code=type_code,
            year=year,
            crumbs=_crumbs(),
            may_write=may(actor, "outgoing.write", issuer(unit_id)),
        )


@blueprint.route("/so/<int:unit_id>/ngoai-he-thong", methods=["GET", "POST"])
def elsewhere(unit_id: int) -> Page:
    """Record numbers that were given outside the system."""
    require(present_actor(), "outgoing.write", issuer(unit_id))
    form = ShortForm(
        title=_("Ghi số đã dùng ngoài hệ thống"),
        submit=_("Ghi vào sổ"),
        controls=(
            Control("type_code", _("Loại văn bản"), "select", TYPE_CODES[0], choices=_types()),
            Control("year", _("Năm"), value=str(today().year)),
            Control(
                "up_to",
                _("Đến số"),
                hint=_("Mọi số chưa có trong sổ đến số này được ghi là đã dùng."),
            ),
            Control("used_for", _("Dùng cho văn bản nào")),
        ),
        crumbs=(*_crumbs(), (url_for("outgoing.register", unit=unit_id), _("Sổ đăng ký"))),
    )
    return answer(
        form,
        "record_used_elsewhere",
        lambda work: {"count": len(_record(work, unit_id))},
        lambda made: _to_register(unit_id),
    )


@blueprint.route("/uy-quyen/<int:unit_id>", methods=["GET", "POST"])
def authorities(unit_id: int) -> Page:
    """Show who may sign for the head of a unit; record another."""
    actor = present_actor()
    require(actor, "outgoing.write", issuer(unit_id))
    with reading() as work:
        rows = authorisations.list_authorisations(work, unit_id, now())
        people = tuple(
            (str(one.id), f"{one.person.full_name}, {one.title}")
            for one in authorisations.positions_for(work, unit_id, now())
        )
    form = ShortForm(
        title=_("Ủy quyền ký"),
        submit=_("Ghi nhận văn bản giao ký"),
        controls=(
            Control("position_id", _("Người ký"), "select", choices=people),
            Control("capacity", _("Ký với tư cách"), "select", choices=choices(FOR_THE_HEAD)),
            Control("type_codes", _("Loại văn bản được ký"), "checks", choices=_types()),
            Control("starts_on", _("Từ ngày")),
            Control("ends_on", _("Đến hết ngày"), required=False),
            Control("paper", _("Văn bản giao (số, ngày)")),
        ),
        crumbs=_crumbs(),
        template="outgoing_authorities.html",
        words={
            "rows": rows,
            "unit_id": unit_id,
            "may_authorise": may(actor, "outgoing.authorise", issuer(unit_id)),
        },
    )
    return answer(
        form,
        "authorise_to_sign",
        lambda work: {"id": _authorise(work, unit_id)},
        lambda made: _to_authorities(unit_id, _("Đã ghi nhận văn bản giao ký.")),
    )


@blueprint.route("/uy-quyen/<int:unit_id>/<int:row_id>/ket-thuc", methods=["GET", "POST"])
def end_authority(unit_id: int, row_id: int) -> Page:
    """End an authorisation before its time."""
    require(present_actor(), "outgoing.authorise", issuer(unit_id))
    form = ShortForm(
        title=_("Kết thúc việc giao ký"),
        submit=_("Kết thúc"),
        controls=(Control("ends_on", _("Ngày cuối cùng được ký")),),
        crumbs=(
            *_crumbs(),
            (url_for("outgoing.authorities", unit_id=unit_id), _("Ủy quyền ký")),
        ),
        dangerous=True,
    )
    return answer(
        form,
        "end_authorisation",
        lambda work: {
            "id": authorisations.end_authorisation(
                work,
                authorisation_id=row_id,
                ends_on=typed_day("ends_on"),
                actor=present_actor(),
                at=now(),
            ).id
        },
        lambda made: _to_authorities(unit_id, _("Đã kết thúc việc giao ký.")),
    )


def _award(text: str) -> Award:
    if text not in {one.value for one in Award}:
        raise NotFound(f"award {text[:40]!r}")
    return Award(text)


def _options(
    find: Callable[..., list[Any]], unit_id: int, award: str, round_id: int
) -> tuple[tuple[str, str], ...]:
    """Return the cases that may stand on a paper: task and name."""
    require(present_actor(), "outgoing.write", issuer(unit_id))
    with reading() as work:
        found = find(work, unit_id, _award(award), round_id)
        return tuple(
            (task.id, f"{case.subject_name} ({case.reference})") for task, case in found
        )


def _chosen(unit_id: int) -> dict[str, Any]:
    task_ids = request.form.getlist("task_ids")
    return {"unit_id": unit_id, "task_ids": task_ids, "actor": present_actor(), "at": now()}


def _draft(
    command: str, title: str, options: tuple[tuple[str, str], ...], run: Callable[[Any], Any]
) -> Page:
    form = ShortForm(
        title=title,
        submit=_("Lập dự thảo"),
        controls=(_cases(options, tuple(task_id for task_id, _name in options)),),
        crumbs=_crumbs(),
        note=_("Một văn bản có một số, kèm danh sách tất cả các trường hợp được chọn."),
    )
    return answer(
        form,
        command,
        lambda work: {"paper_id": run(work).id},
        lambda made: _back_to(made["paper_id"], _("Đã lập dự thảo.")),
    )


def _read(paper_id: int) -> OutgoingPage:
    with reading() as work:
        return get_outgoing(work, present_actor(), paper_id, now())


def _cases(options: tuple[tuple[str, str], ...], chosen: tuple[str, ...]) -> Control:
    return Control(
        "task_ids", _("Danh sách khen thưởng"), "checks", chosen=chosen, choices=options
    )


def _paper_text(name: str, label: str, texts: Mapping[str, str], hint: str = "") -> Control:
    return Control(name, label, "long", texts[name], hint=hint, lang="vi")


def _types() -> tuple[tuple[str, str], ...]:
    names = (_("Quyết định"), _("Tờ trình"), _("Thông báo"), _("Công văn"))
    return tuple(zip(TYPE_CODES, names, strict=True))


def _record(work: Any, unit_id: int) -> list[Any]:
    year, up_to = gathered(lambda: typed_number("year"), lambda: typed_number("up_to"))
    if not date.min.year <= year <= date.max.year:
        raise InvalidSubmission({"year": ["required"]})
    return record_used_elsewhere(
        work,
        unit_id=unit_id,
        type_code=_type(),
        year=year,
        up_to=up_to,
        used_for=typed_text("used_for"),
        actor=present_actor(),
        at=now(),
    )


def _type() -> str:
    found = typed_text("type_code")
    if found not in TYPE_CODES:
        raise InvalidSubmission({"type_code": ["choose_one"]})
    return found


def _authorise(work: Any, unit_id: int) -> int:
    position_id, capacity, starts_on, ends_on = gathered(
        lambda: typed_number("position_id"),
        lambda: typed_word("capacity", Capacity),
        lambda: typed_day("starts_on"),
        lambda: typed_day_or_none("ends_on"),
    )
    return authorisations.authorise_to_sign(
        work,
        unit_id=unit_id,
        position_id=position_id,
        capacity=capacity,
        type_codes=request.form.getlist("type_codes"),
        starts_on=starts_on,
        ends_on=ends_on,
        paper=typed_text("paper"),
        actor=present_actor(),
        at=now(),
    ).id


def _crumbs(page: OutgoingPage | None = None) -> tuple[tuple[str, str], ...]:
    """Return the way back: to the list, and to the paper."""
    listed = (url_for("outgoing.listing"), _("Văn bản đi"))
    if page is None:
        return (listed,)
    name = page.line.number or _("Dự thảo %(number)s", number=page.line.id)
    return (listed, (url_for("outgoing.show", paper_id=page.line.id), name))


def _back_to(paper_id: int, message: str) -> Response:
    flash(message, "ok")
    return redirect(url_for("outgoing.show", paper_id=paper_id), 303)


def _to_register(unit_id: int) -> Response:
    flash(_("Đã ghi vào sổ."), "ok")
    return redirect(url_for("outgoing.register", unit=unit_id), 303)


def _to_authorities(unit_id: int, message: str) -> Response:
    flash(message, "ok")
    return redirect(url_for("outgoing.authorities", unit_id=unit_id), 303)
