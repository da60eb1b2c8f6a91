"""The certificates of a decision: names confirmed, sheets printed, each print recorded."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import certificate_prints, certificates, print_files
from engine.certificate_prints import Which
from engine.errors import EngineError, InvalidSubmission
from engine.queries.certificates import (
    DecisionCertificates,
    ShownCertificate,
    list_certificates,
)
from forms.vocabulary import ConfirmationWay, PrintKind
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.files import file_store, show_pdf
from webapp.short_forms import (
    KEY,
    Control,
    ShortForm,
    choices,
    gathered,
    is_sent,
    typed_text,
    typed_word,
)

blueprint = Blueprint("certificates", __name__, url_prefix="/ho-so")

SIZE, ACROSS, DOWN, HEADING, TEST = "size", "across", "down", "heading", "test"
WHICH, KIND, REASON = "which", "kind", "reason"
REQUEST, UNCONFIRMED = "request_number", "unconfirmed_reason"

FRAMED = "ca-khung"
"""Choice of the size: blank paper, with the frame drawn by us."""

RIGHT, OTHER = "right", "other"

Page = Response | str | tuple[str, int]


@blueprint.get("/<reference>/giay-khen")
def show(reference: str) -> str:
    """Show the certificate of a case, what was printed of it, and the others."""
    with reading() as work:
        listed = list_certificates(work, present_actor(), reference)
        files = print_files.list_files(work, [one.case_id for one in listed.every])
    return render_template("certificates_show.html", listed=listed, files=files)


@blueprint.route("/<reference>/giay-khen/xac-nhan", methods=["GET", "POST"])
def confirm(reference: str) -> Page:
    """Record what the recipient says of the spelling of their name."""
    one = _listed(reference).chosen
    form = ShortForm(
        title=_("Xác nhận tên in: %(reference)s", reference=reference),
        submit=_("Ghi xác nhận"),
        template="certificates_confirm.html",
        words={"one": one},
        controls=(
            Control(
                "answer",
                _("Người nhận cho biết"),
                kind="select",
                choices=((RIGHT, _("Đúng như in ở trên")), (OTHER, _("Phải viết khác"))),
                empty=_("Chọn trả lời"),
            ),
            Control(
                "other_spelling",
                _("Cách viết đúng, nếu phải viết khác"),
                required=False,
                hint=_("Ghi đủ họ tên hoặc tên đơn vị, đúng từng dấu"),
            ),
            Control(
                "confirmed_by",
                _("Người xác nhận"),
                hint=_("Người nhận, hoặc người thay mặt: ghi họ tên và quan hệ hoặc chức vụ"),
            ),
            Control(
                "way",
                _("Xác nhận bằng cách nào"),
                kind="select",
                choices=choices(ConfirmationWay),
                empty=_("Chọn một cách"),
            ),
        ),
        crumbs=_crumbs(reference),
    )
    if is_sent():
        try:
            _confirm(reference)
        except EngineError as error:
            form.refuse(error)
        else:
            flash(_("Đã ghi xác nhận tên."), "ok")
            return redirect(url_for("certificates.show", reference=reference), 303)
    return form.show()


@blueprint.route("/<reference>/in-phoi", methods=["GET", "POST"])
def start(reference: str) -> Page:
    """Ask on what the certificate of a case is printed; record it, then show the print."""
    listed = _listed(reference)
    one = listed.chosen
    again = PrintKind.REPRINT if one.prints else PrintKind.FIRST
    controls = [
        *_stock_controls(listed),
        Control(KIND, _("Lần in"), kind="select", choices=choices((again, PrintKind.REISSUE))),
        Control(
            REQUEST,
            _("Số, ngày văn bản đề nghị cấp lại"),
            required=False,
            hint=_("Chỉ điền khi cấp lại"),
        ),
        Control(
            REASON,
            _("Lý do in lại hoặc cấp lại"),
            required=bool(one.prints),
            hint=_("Cần có, trừ khi in lần đầu"),
        ),
    ]
    form = _print_form(
        listed, [one], _("In bằng, giấy khen: %(reference)s", reference=reference), controls
    )
    return _answer(form, listed, Which.ONE)


@blueprint.route("/<reference>/in-tat-ca", methods=["GET", "POST"])
def start_all(reference: str) -> Page:
    """Ask on what all certificates of a decision are printed; record it, then show them."""
    listed = _listed(reference)
    kept = [one for one in listed.every if one.may_be_printed]
    controls = [
        Control(
            WHICH,
            _("In những tờ nào"),
            kind="select",
            choices=(
                (Which.NEW.value, _("Các tờ chưa in")),
                (Which.ALL.value, _("Tất cả các tờ; tờ đã in được ghi là in lại")),
            ),
        ),
        *_stock_controls(listed),
        Control(
            REASON,
            _("Lý do in lại"),
            required=False,
            hint=_("Cần có khi in cả các tờ đã in"),
        ),
    ]
    title = _("In theo Quyết định số %(number)s", number=listed.number)
    form = _print_form(listed, kept, title, controls)
    return _answer(form, listed, _typed_which(WHICH))


@blueprint.get("/<reference>/can-chinh.pdf")
def show_test_page(reference: str) -> Response:
    """Show the page to measure a printer by."""
    stock = certificates.read_stock(**_typed(_asked))
    with reading() as work:
        content = certificates.render_test_page(work, present_actor(), reference, stock)
    return show_pdf(content, f"can-chinh-{reference}.pdf")


@blueprint.get("/<reference>/lan-in-<run>.pdf")
def show_run(reference: str, run: str) -> Response:
    """Show the certificates of a run that was recorded."""
    actor = present_actor()
    with reading() as work:
        content = print_files.read_file(work, actor, file_store(), run)
        if content is None:
            stock = certificates.read_stock(**_typed(_asked)) if _asked(SIZE) else None
            content = certificates.render_run(work, actor, run, stock)
    return show_pdf(content, f"giay-khen-{reference}.pdf")


@blueprint.get("/<reference>/lan-in-<run>")
def show_file(reference: str, run: str) -> str:
    """Show whether the file of a large run is there yet."""
    with reading() as work:
        file = print_files.find_file(work, present_actor(), run)
    if file is None:
        abort(404)
    return render_template("certificates_file.html", reference=reference, file=file)


def _typed_which(name: str) -> Which:
    """Return which certificates of many were chosen; anything odd: those never printed."""
    return Which.ALL if typed_text(name) == Which.ALL.value else Which.NEW


def _print_form(
    listed: DecisionCertificates,
    sheets: list[ShownCertificate],
    title: str,
    controls: list[Control],
) -> ShortForm:
    """Return the form for ``sheets``, with a reason where a name was not confirmed."""
    unconfirmed = [one for one in sheets if one.confirmation is None]
    if unconfirmed:
        reason = Control(
            UNCONFIRMED,
            _("Lý do in khi người nhận chưa xác nhận tên"),
            required=len(sheets) == 1,
            hint=_("Cần có nếu trong các tờ in ra có tên chưa được xác nhận"),
        )
        controls = [*controls, reason]
    return ShortForm(
        title=title,
        submit=_("Ghi lần in và mở bản in"),
        template="certificates_print.html",
        words={"sheets": sheets, "unconfirmed": unconfirmed, "listed": listed},
        controls=tuple(controls),
        crumbs=_crumbs(listed.chosen.reference),
    )


def _stock_controls(listed: DecisionCertificates) -> tuple[Control, ...]:
    """Return what asks for the paper; an address may bring its answers along."""
    stocks = [
        (slug, _("Phôi có sẵn khung, %(size)s", size=size)) for slug, size in certificates.SIZES
    ]
    return (
        Control(
            SIZE,
            _("In trên"),
            kind="select",
            choices=((FRAMED, _("Giấy trắng, hệ thống vẽ khung")), *stocks),
            value=_asked(SIZE) or FRAMED,
        ),
        Control(
            ACROSS,
            _("Dịch ngang (mm), khi in lên phôi"),
            value=_asked(ACROSS) or "0",
            required=False,
            hint=_("Sang phải là số dương, sang trái là số âm; ví dụ 1,5"),
        ),
        Control(
            DOWN,
            _("Dịch dọc (mm), khi in lên phôi"),
            value=_asked(DOWN) or "0",
            required=False,
            hint=_("Xuống dưới là số dương, lên trên là số âm"),
        ),
        Control(
            HEADING,
            _("Phôi đã in sẵn Quốc hiệu, cơ quan và tên bằng"),
            kind="check",
            value=_asked(HEADING),
            required=False,
        ),
        Control(
            TEST,
            _("Chỉ in trang căn chỉnh máy in, không ghi lần in"),
            kind="check",
            required=False,
        ),
    )


def _answer(form: ShortForm, listed: DecisionCertificates, which: Which) -> Page:
    """Show the form; if it was sent, record the print and lead to it, or say what is wrong."""
    if not is_sent():
        return form.show()
    reference = listed.chosen.reference
    names = (SIZE, ACROSS, DOWN, HEADING)
    asked = {name: typed_text(name) for name in names if typed_text(name)}
    is_framed = typed_text(SIZE) == FRAMED
    stock = {} if is_framed else asked
    if is_framed:
        asked[SIZE] = certificates.size_of(listed.award)
    try:
        certificates.read_stock(**_typed(lambda name: asked.get(name, "")))
        if typed_text(TEST):
            return redirect(
                url_for("certificates.show_test_page", reference=reference, **asked),  # type: ignore[arg-type]
                303,
            )
        with unit_of_work() as work:
            run = certificate_prints.record_prints(
                work,
                reference=reference,
                which=which,
                stock=stock,
                is_reissue=typed_text(KIND) == PrintKind.REISSUE.value,
                reason=typed_text(REASON),
                request_number=typed_text(REQUEST),
                unconfirmed_reason=typed_text(UNCONFIRMED),
                **_common(),
            )
            file = print_files.find_file(work, present_actor(), run)
    except EngineError as error:
        form.refuse(error)
        return form.show()
    if file is not None:
        return redirect(url_for("certificates.show_file", reference=reference, run=run), 303)
    return redirect(
        url_for("certificates.show_run", reference=reference, run=run, **stock),  # type: ignore[arg-type]
        303,
    )


def _confirm(reference: str) -> None:
    """Record what was typed.

    :raises InvalidSubmission: with every control that is wrong.
    """
    way, answer = gathered(
        lambda: typed_word("way", ConfirmationWay), lambda: _typed_answer("answer")
    )
    with unit_of_work() as work:
        certificate_prints.confirm_name(
            work,
            reference=reference,
            is_right=answer,
            other_spelling=typed_text("other_spelling"),
            way=way,
            confirmed_by=typed_text("confirmed_by"),
            **_common(),
        )


def _typed_answer(name: str) -> bool:
    """Return whether the name is right as printed.

    :raises InvalidSubmission: nothing was chosen.
    """
    if typed_text(name) not in (RIGHT, OTHER):
        raise InvalidSubmission({name: ["choose_one"]})
    return typed_text(name) == RIGHT


def _listed(reference: str) -> DecisionCertificates:
    with reading() as work:
        return list_certificates(work, present_actor(), reference)


def _common() -> dict[str, Any]:
    """Return what every command is given."""
    return {"actor": present_actor(), "at": now(), "key": request.form.get(KEY, "")}


def _crumbs(reference: str) -> tuple[tuple[str, str], ...]:
    return (
        (url_for("cases.listing"), _("Hồ sơ")),
        (url_for("cases.show", reference=reference, tab="papers"), reference),
        (url_for("certificates.show", reference=reference), _("Bằng, giấy khen")),
    )


def _asked(name: str) -> str:
    return request.args.get(name, "")


def _typed(read: Callable[[str], str]) -> dict[str, Any]:
    """Return what :func:`engine.certificates.read_stock` takes."""
    return {
        "size": read(SIZE),
        "across": read(ACROSS),
        "down": read(DOWN),
        "has_heading": bool(read(HEADING)),
    }
