"""Withdraw a nomination: the unit takes it back before it is decided."""

from uuid import uuid4

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.cases import withdraw_case
from engine.errors import CaseClosed, InvalidSubmission
from engine.queries.withdrawal import get_withdrawable
from forms import definition_for
from forms.answers import to_submission
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.form_controls import Marks, controls, problems, read
from webapp.kept_text import RESUME

blueprint = Blueprint("withdrawals", __name__)

FORM = definition_for("withdrawal.v1")


@blueprint.route("/ho-so/<reference>/rut", methods=["GET", "POST"])
def start(reference: str) -> Response | str | tuple[str, int]:
    """Ask for the reason; then withdraw, for good."""
    if request.method == "GET" or RESUME in request.form:
        return _show(reference, {})
    try:
        with unit_of_work() as work:
            case = get_withdrawable(work, present_actor(), reference)
            withdraw_case(
                work,
                case_id=case.case_id,
                actor=present_actor(),
                submission=to_submission(FORM, read(request.form, FORM.fields)),
                at=now(),
                key=request.form.get("key", ""),
            )
    except InvalidSubmission as error:
        return _show(reference, error.messages), 422
    flash(_("Đã rút hồ sơ %(reference)s.", reference=reference), "ok")
    return redirect(url_for("cases.show", reference=reference), 303)


def _show(reference: str, errors: dict[str, list[str]]) -> str:
    with reading() as work:
        case = get_withdrawable(work, present_actor(), reference)
    if case.is_closed:
        raise CaseClosed(f"case {case.case_id} is {case.state.value}", reference=reference)
    typed = read(request.form, FORM.fields)
    return render_template(
        "withdraw.html",
        case=case,
        controls=controls(FORM.fields, typed, g.language, Marks(errors)),
        problems=problems(FORM, errors, g.language),
        key=request.form.get("key") or uuid4().hex,
    )
