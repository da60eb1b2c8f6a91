"""The register of awards: to search, to count, to enter by hand, to mend and to annul."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import register
from engine.commands import is_answered
from engine.errors import EngineError, EntryNotInForce, InvalidSubmission, NotPermitted
from engine.exports.tables import register_workbook
from engine.permissions import require
from engine.queries.register import (
    GRANTS,
    Place,
    RegisterFilter,
    ShownEntry,
    count_awards,
    get_entry,
    list_register,
    list_years,
)
from engine.register_extract import make_extract
from engine.register_facts import AwardFacts, Letter
from engine.rules.instruments import in_english
from engine.rules.papers import Mend, mend_of
from engine.subject_records import Subject
from forms.vocabulary import (
    AnnulmentGround,
    AuthorityLevel,
    CommendationKind,
    EntryNature,
    EntryState,
    Honour,
    SubjectKind,
)
from webapp import case_words, paging
from webapp.authentication import present_actor
from webapp.clock import now, today
from webapp.database import reading, unit_of_work
from webapp.files import show_pdf, take_workbook
from webapp.pages.cases import Select
from webapp.paging import MOST_DIGITS
from webapp.register_controls import award_controls, letter_controls, subject_controls
from webapp.short_forms import (
    KEY,
    Control,
    ShortForm,
    choices,
    gathered,
    is_sent,
    typed_day,
    typed_day_or_none,
    typed_text,
    typed_word,
)
from webapp.subject_choice import Alike, chosen_record, list_alike, require_chosen

blueprint = Blueprint("register", __name__, url_prefix="/so-khen-thuong")

Page = str | tuple[str, int] | Response

STATE_TAGS = {
    EntryState.IN_FORCE: "ok",
    EntryState.CORRECTED: "info",
    EntryState.REPLACED: "warn",
    EntryState.ANNULLED: "bad",
}
"""State → how its label looks; the word in it says the same."""


@blueprint.get("")
def listing() -> str:
    """List the entries that the reader may see, the latest decisions first."""
    wanted = _wanted()
    after = _place_asked()
    with reading() as work:
        found = list_register(work, present_actor(), wanted, today(), after)
        years = list_years(work, present_actor(), today())
    return render_template(
        "register_list.html",
        found=found,
        wanted=wanted,
        selects=_selects(wanted, years),
        is_first=after is None,
        next=_address_of(found.next),
        words=case_words,
        tags=STATE_TAGS,
        grants=GRANTS,
        with_changes=paging.with_changes,
        asked=paging.narrowing(),
    )


@blueprint.get("/trich-so.pdf")
def extract() -> Response:
    """Show the entries that the list has with the same filters, as a paper."""
    with reading() as work:
        content = make_extract(work, present_actor(), _wanted(), today())
    return show_pdf(content, "trich-so-khen-thuong.pdf")


@blueprint.get("/so.xlsx")
def workbook() -> Response:
    """Hand out what the list has with the same filters, as a workbook."""
    with reading() as work:
        found = register_workbook(work, present_actor(), _wanted(), now(), g.language)
    return take_workbook(found, "so-khen-thuong")


@blueprint.get("/thong-ke")
def figures() -> str:
    """Show how many awards there are; those annulled are subtracted."""
    year = paging.number_asked("year")
    with reading() as work:
        found = count_awards(work, present_actor(), today(), year)
        years = list_years(work, present_actor(), today())
    return render_template("register_figures.html", figures=found, years=years, chosen=year)


@blueprint.get("/<int:entry_id>")
def show(entry_id: int) -> str:
    """Show an entry, what was done about it, and the records it is linked to."""
    return render_template(
        "register_entry.html",
        entry=_find(entry_id),
        tags=STATE_TAGS,
        grants=GRANTS,
        place_of=_place_of,
    )


@blueprint.route("/ghi", methods=["GET", "POST"])
def enter() -> Page:
    """Enter an award of the past, or of elsewhere."""
    require(present_actor(), "register.write")
    alike = _alike_typed()
    form = ShortForm(
        title=_("Ghi khen thưởng vào sổ"),
        submit=_("Ghi vào sổ"),
        note=_(
            "Dùng cho khen thưởng trước đây hoặc của cơ quan khác. Khen thưởng do hồ sơ trong"
            " hệ thống được ghi tự động."
        ),
        controls=(*subject_controls(alike), *award_controls(None)),
        crumbs=_crumbs(),
    )
    if is_sent():
        try:
            entry_id = _enter(alike)
        except EngineError as error:
            form.refuse(error)
        else:
            return _done(_("Đã ghi vào sổ khen thưởng."), entry_id)
    return form.show()


@blueprint.route("/<int:entry_id>/sua", methods=["GET", "POST"])
def mend(entry_id: int) -> Page:
    """Put right what was typed wrongly into an entry."""
    entry = _find_to_change(entry_id, "may_mend")
    form = ShortForm(
        title=_("Sửa lỗi ghi sổ: %(name)s", name=entry.line.subject_text),
        submit=_("Lưu thay đổi"),
        note=_(
            "Chỉ sửa khi ghi sai so với quyết định. Nếu chính quyết định sai, ghi văn bản đính"
            " chính hoặc quyết định thay thế."
        ),
        controls=award_controls(entry, with_subject=True),
        crumbs=_crumbs(entry),
    )
    if is_sent():
        return _run(
            form,
            entry_id,
            _("Đã lưu thay đổi."),
            lambda work: register.mend(
                work, entry_id=entry_id, facts=_typed_facts(), **_common()
            ),
        )
    return form.show()


@blueprint.route("/<int:entry_id>/sai-sot", methods=["GET", "POST"])
def mistake(entry_id: int) -> Page:
    """Say how a mistake in what was issued is put right, and lead there."""
    entry = _find_to_change(entry_id, "may_write")
    form = ShortForm(
        title=_("Xử lý sai sót: %(name)s", name=entry.line.subject_text),
        submit=_("Xem cách xử lý"),
        note=_("Nghị định số 30/2020/NĐ-CP, Điều 18 khoản 3."),
        controls=(
            Control(
                "place",
                _("Sai ở đâu?"),
                kind="select",
                choices=(
                    ("decision", _("Quyết định hoặc danh sách kèm theo")),
                    ("certificate", _("Chỉ ở bằng, giấy khen")),
                ),
            ),
            Control(
                "nature",
                _("Sai về gì?"),
                kind="select",
                choices=(
                    ("content", _("Nội dung: tên, hình thức, thành tích")),
                    ("form", _("Thể thức, kỹ thuật trình bày, thủ tục ban hành")),
                ),
            ),
        ),
        crumbs=_crumbs(entry),
    )
    if not is_sent():
        return form.show()
    way = mend_of(
        in_decision=typed_text("place") != "certificate",
        of_content=typed_text("nature") != "form",
    )
    source = in_english(way.source) if g.language == "en" else way.source
    flash(f"{way.label(g.language)} ({source}).", "ok")
    pages = {Mend.REPLACEMENT: "replace_award", Mend.LETTER: "correct", Mend.REPRINT: "show"}
    return redirect(url_for(f"register.{pages[way]}", entry_id=entry_id), 303)


@blueprint.route("/<int:entry_id>/dinh-chinh", methods=["GET", "POST"])
def correct(entry_id: int) -> Page:
    """Record a letter that corrects a mistake of form."""
    entry = _find_to_change(entry_id, "may_write")
    form = ShortForm(
        title=_("Ghi văn bản đính chính: %(name)s", name=entry.line.subject_text),
        submit=_("Ghi văn bản đính chính"),
        note=_(
            "Sai sót về thể thức, kỹ thuật trình bày, thủ tục ban hành được đính chính bằng"
            " công văn; sai sót về nội dung phải có quyết định thay thế (Nghị định"
            " 30/2020/NĐ-CP, Điều 18 khoản 3)."
        ),
        controls=letter_controls(_("Nội dung đính chính")),
        crumbs=_crumbs(entry),
    )
    if is_sent():
        return _run(
            form,
            entry_id,
            _("Đã ghi văn bản đính chính."),
            lambda work: register.correct(
                work, entry_id=entry_id, letter=_typed_letter(), **_common()
            ),
        )
    return form.show()


@blueprint.route("/<int:entry_id>/thay-the", methods=["GET", "POST"])
def replace_award(entry_id: int) -> Page:
    """Record a decision that takes the place of one with a mistake of content."""
    entry = _find_to_change(entry_id, "may_write")
    form = ShortForm(
        title=_("Ghi quyết định thay thế: %(name)s", name=entry.line.subject_text),
        submit=_("Ghi quyết định thay thế"),
        note=_(
            "Quyết định cũ số %(number)s vẫn được giữ trong sổ và ghi là đã thay thế. Ghi các"
            " thông tin theo quyết định mới.",
            number=entry.line.number or "–",
        ),
        controls=(
            Control("reason", _("Lý do thay thế")),
            *award_controls(entry, with_subject=True, new_decision=True),
        ),
        crumbs=_crumbs(entry),
    )
    if is_sent():
        return _run(
            form,
            entry_id,
            _("Đã ghi quyết định thay thế."),
            lambda work: register.replace_award(
                work,
                entry_id=entry_id,
                facts=_typed_facts(),
                reason=typed_text("reason"),
                **_common(),
            ),
        )
    return form.show()


@blueprint.route("/<int:entry_id>/huy-bo", methods=["GET", "POST"])
def annul(entry_id: int) -> Page:
    """Annul an award, by who granted it; or record the paper that did."""
    entry = _find_to_change(entry_id, "may_annul")
    form = ShortForm(
        title=_("Hủy bỏ khen thưởng: %(name)s", name=entry.line.subject_text),
        submit=_("Hủy bỏ quyết định tặng và thu hồi"),
        note=_(
            "Quyết định tặng bị hủy bỏ, hiện vật và tiền thưởng bị thu hồi (Điều 93 khoản 2)."
            " Người có thẩm quyền tặng thì có thẩm quyền hủy bỏ (Điều 93 khoản 8). Mục cũ vẫn"
            " được giữ, số quyết định cũ không dùng lại."
        ),
        controls=(
            Control(
                "ground",
                _("Căn cứ hủy bỏ (Điều 93 khoản 2)"),
                kind="select",
                choices=tuple(
                    (one.value, f"{one.label(g.language)} ({_place_of(one)})")
                    for one in AnnulmentGround
                ),
                empty=_("Chọn căn cứ"),
            ),
            *letter_controls(_("Lý do, kết luận làm căn cứ")),
        ),
        crumbs=_crumbs(entry),
        dangerous=True,
    )
    if is_sent():
        return _run(
            form,
            entry_id,
            _("Đã hủy bỏ quyết định tặng và ghi thu hồi vào sổ."),
            lambda work: register.annul(
                work,
                entry_id=entry_id,
                ground=typed_word("ground", AnnulmentGround),
                letter=_typed_letter(),
                **_common(),
            ),
        )
    return form.show()


def _wanted() -> RegisterFilter:
    """Return what the address narrows the register to; anything odd narrows nothing."""
    return RegisterFilter(
        text=paging.text_asked(),
        year=paging.number_asked("year"),
        honour=paging.member_asked("honour", Honour),
        kind=paging.member_asked("kind", CommendationKind),
        level=paging.member_asked("level", AuthorityLevel),
        nature=paging.member_asked("nature", EntryNature),
        state=paging.member_asked("state", EntryState),
    )


def _place_of(ground: AnnulmentGround) -> str:
    """Return the provision that names ``ground``, in the language of the page."""
    return in_english(ground.source) if g.language == "en" else ground.source


def _run(form: ShortForm, entry_id: int, said: str, act: Callable[[Any], int]) -> Page:
    """Run ``act`` and go back to the entry, or show what is wrong with what was typed."""
    try:
        with unit_of_work() as work:
            act(work)
    except EngineError as error:
        form.refuse(error)
        return form.show()
    return _done(said, entry_id)


def _common() -> dict[str, Any]:
    """Return what every command of the register is given."""
    return {"actor": present_actor(), "at": now(), "key": request.form.get(KEY, "")}


def _find(entry_id: int) -> ShownEntry:
    with reading() as work:
        return get_entry(work, present_actor(), entry_id, today())


def _find_to_change(entry_id: int, right: str) -> ShownEntry:
    """Return an entry of which the reader has a right.

    Of a form that is sent the command judges: it knows a second click from a second act.

    :raises EntryNotInForce: nobody has it any more.
    :raises NotPermitted: the reader has it not.
    """
    entry = _find(entry_id)
    if getattr(entry, right) or is_sent():
        return entry
    if entry.about is not None or entry.line.state not in register.STANDING:
        raise EntryNotInForce(f"entry {entry_id} is {entry.line.state.value}")
    raise NotPermitted(f"person {present_actor().person_id} lacks {right} of {entry_id}")


def _enter(alike: Alike | None) -> int:
    """Enter the award that was typed; return the id of its entry.

    :raises InvalidSubmission: something is missing or wrong, or nobody said which of the
        records that are alike the subject is.
    """
    answer = typed_text("subject")
    facts, kind, _nothing = gathered(
        _typed_facts,
        lambda: typed_word("subject_kind", SubjectKind),
        lambda: None if alike is None else require_chosen(answer, alike),
    )
    with unit_of_work() as work:
        return register.enter_by_hand(
            work,
            subject=Subject(kind, facts.subject_text, subject_id=chosen_record(answer)),
            place=typed_text("place"),
            facts=facts,
            **_common(),
        )


def _typed_facts() -> AwardFacts:
    """Return what was typed of a decision.

    :raises InvalidSubmission: with every control that is wrong.
    """
    honour, kind, nature, level, decided_on, achieved_from, achieved_to = gathered(
        lambda: typed_word("honour", Honour),
        lambda: typed_word("kind", CommendationKind),
        _typed_nature,
        lambda: typed_word("authority_level", AuthorityLevel),
        lambda: typed_day_or_none("decided_on"),
        lambda: typed_day_or_none("achieved_from"),
        lambda: typed_day_or_none("achieved_to"),
    )
    return AwardFacts(
        subject_text=typed_text("subject_text"),
        honour=honour,
        honour_text=typed_text("honour_text"),
        kind=kind,
        nature=nature,
        authority_level=level,
        authority_name=typed_text("authority_name"),
        number=typed_text("number"),
        decided_on=decided_on,
        achieved_from=achieved_from,
        achieved_to=achieved_to,
        content=typed_text("content"),
    )


def _typed_nature() -> EntryNature:
    """Return whether it was granted to somebody alive or dead; no act is typed here."""
    nature = typed_word("nature", EntryNature)
    if nature not in GRANTS:
        raise InvalidSubmission({"nature": ["choose_one"]})
    return nature


def _typed_letter() -> Letter:
    return Letter(typed_text("number"), typed_day("decided_on"), typed_text("reason"))


def _alike_typed() -> Alike | None:
    """Return the records that are written like the subject that was typed.

    None: the form was sent before, and nothing more is asked.
    """
    typed = typed_text("subject_kind")
    kind = next((one for one in SubjectKind if one.value == typed), None)
    name = typed_text("subject_text").strip()
    if kind is None or not name:
        return ()
    with reading() as work:
        if is_answered(work, request.form.get(KEY, "")):
            return None
        return list_alike(work, kind, name)


def _selects(wanted: RegisterFilter, years: list[int]) -> tuple[Select, ...]:
    """Return what the register can be narrowed to, in the language of the page."""
    options: tuple[tuple[str, str, str, tuple[tuple[str, str], ...], object], ...] = (
        (
            "year",
            _("Năm quyết định"),
            _("Mọi năm"),
            tuple((str(year), str(year)) for year in years),
            wanted.year,
        ),
        ("honour", _("Hình thức"), _("Mọi hình thức"), choices(Honour), wanted.honour),
        ("kind", _("Loại hình"), _("Mọi loại hình"), choices(CommendationKind), wanted.kind),
        ("level", _("Cấp quyết định"), _("Mọi cấp"), choices(AuthorityLevel), wanted.level),
        ("nature", _("Tính chất"), _("Mọi tính chất"), choices(EntryNature), wanted.nature),
        ("state", _("Hiệu lực"), _("Mọi tình trạng"), choices(EntryState), wanted.state),
    )
    return tuple(
        Select(name, label, nothing, found, "" if chosen is None else str(chosen))
        for name, label, nothing, found, chosen in options
    )


def _place_asked() -> Place | None:
    """Return where the page of the address begins; anything odd is the first page."""
    day, _dash, entry_id = request.args.get("after", "").rpartition("_")
    try:
        return Place(date.fromisoformat(day) if day else None, int(entry_id[:MOST_DIGITS]))
    except ValueError:
        return None


def _address_of(place: Place | None) -> str | None:
    """Return the address of the page that begins after ``place``."""
    if place is None:
        return None
    day = "" if place.decided_on is None else place.decided_on.isoformat()
    return paging.with_changes(after=f"{day}_{place.entry_id}")


def _crumbs(entry: ShownEntry | None = None) -> tuple[tuple[str, str], ...]:
    listed = (url_for("register.listing"), _("Sổ khen thưởng"))
    if entry is None:
        return (listed,)
    address = url_for("register.show", entry_id=entry.line.id)
    return (listed, (address, entry.line.subject_text))


def _done(message: str, entry_id: int) -> Response:
    flash(message, "ok")
    return redirect(url_for("register.show", entry_id=entry_id), 303)
