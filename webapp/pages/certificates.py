"""Print a certificate on stock that has its frame: size, offsets, a page to measure by."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import certificates
from engine.errors import InvalidSubmission
from webapp.authentication import present_actor
from webapp.database import reading
from webapp.files import show_pdf
from webapp.short_forms import Control, ShortForm, is_sent, typed_text

blueprint = Blueprint("certificates", __name__, url_prefix="/ho-so")

SIZE, ACROSS, DOWN, HEADING, TEST = "size", "across", "down", "heading", "test"


@blueprint.route("/<reference>/in-phoi", methods=["GET", "POST"])
def start(reference: str) -> Response | str | tuple[str, int]:
    """Ask for the stock and how far to move the text; then show what to print."""
    with reading() as work:
        award = certificates.require_printing(work, present_actor(), reference).award
    form = ShortForm(
        title=_("In lên phôi: %(reference)s", reference=reference),
        submit=_("Xem bản in"),
        note=_(
            "Chỉ in phần chữ. In trang căn chỉnh trước, trên giấy thường cùng khổ, để biết máy"
            " in lệch bao nhiêu."
        ),
        controls=(
            Control(
                SIZE,
                _("Khổ phôi"),
                kind="select",
                choices=certificates.SIZES,
                value=certificates.size_of(award),
            ),
            Control(
                ACROSS,
                _("Dịch ngang (mm)"),
                value="0",
                required=False,
                hint=_("Sang phải là số dương, sang trái là số âm; ví dụ 1,5"),
            ),
            Control(
                DOWN,
                _("Dịch dọc (mm)"),
                value="0",
                required=False,
                hint=_("Xuống dưới là số dương, lên trên là số âm"),
            ),
            Control(
                HEADING,
                _("Phôi đã in sẵn Quốc hiệu, cơ quan và tên bằng"),
                kind="check",
                required=False,
            ),
            Control(TEST, _("In trang căn chỉnh"), kind="check", required=False),
        ),
        crumbs=(
            (url_for("cases.listing"), _("Hồ sơ")),
            (url_for("cases.show", reference=reference, tab="papers"), reference),
        ),
    )
    if is_sent():
        try:
            certificates.read_stock(**_typed(typed_text))
        except InvalidSubmission as error:
            form.refuse(error)
        else:
            names = (SIZE, ACROSS, DOWN, HEADING, TEST)
            asked = {name: typed_text(name) for name in names if typed_text(name)}
            return redirect(
                url_for("certificates.show", reference=reference, **asked),  # type: ignore[arg-type]
                303,
            )
    return form.show()


@blueprint.get("/<reference>/in-phoi.pdf")
def show(reference: str) -> Response:
    """Show the text for the stock, or the page to measure the printer by."""

    def asked(name: str) -> str:
        return request.args.get(name, "")

    is_test = bool(asked(TEST))
    render = certificates.render_test_page if is_test else certificates.render_on_stock
    stock = certificates.read_stock(**_typed(asked))
    with reading() as work:
        content = render(work, present_actor(), reference, stock)
    name = "can-chinh" if is_test else "in-phoi"
    return show_pdf(content, f"{name}-{reference}.pdf")


def _typed(read: Callable[[str], str]) -> dict[str, Any]:
    """Return what :func:`engine.certificates.read_stock` takes."""
    return {
        "size": read(SIZE),
        "across": read(ACROSS),
        "down": read(DOWN),
        "has_heading": bool(read(HEADING)),
    }
