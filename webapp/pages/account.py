"""A person's own account: where they are logged in, their password, their language."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.accounts import SHORTEST_PASSWORD, end_session, list_sessions, set_language
from engine.accounts import change_password as change
from engine.errors import InvalidSubmission
from webapp.authentication import SETTINGS, present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.language import LANGUAGE_COOKIE, LANGUAGES, remember
from webapp.settings import Settings
from webapp.wording import sentences

blueprint = Blueprint("account", __name__, url_prefix="/tai-khoan")


@blueprint.get("/phien-dang-nhap")
def sessions() -> str:
    """Show where the person is logged in."""
    with reading() as work:
        found = list_sessions(
            work, actor=present_actor(), at=now(), limits=_settings().session_limits
        )
        return render_template("account_sessions.html", sessions=found)


@blueprint.post("/phien-dang-nhap/<int:session_id>/ket-thuc")
def end(session_id: int) -> Response:
    """End one of the person's logins, on whatever device it is."""
    with unit_of_work() as work:
        end_session(work, session_id=session_id, actor=present_actor(), at=now())
    flash(_("Đã kết thúc phiên đăng nhập."), "ok")
    return redirect(url_for("account.sessions"), 303)


@blueprint.get("/mat-khau")
def password() -> str:
    """Show the form to change the password."""
    return _show_password({})


@blueprint.post("/mat-khau")
def change_password() -> Response | tuple[str, int]:
    """Change the password and end the person's other logins."""
    typed = request.form
    try:
        if typed.get("new_password", "") != typed.get("repeated", ""):
            raise InvalidSubmission({"repeated": ["passwords_differ"]})
        with unit_of_work() as work:
            change(
                work,
                actor=present_actor(),
                password=typed.get("password", ""),
                new_password=typed.get("new_password", ""),
                at=now(),
                cost=_settings().password_cost,
            )
    except InvalidSubmission as error:
        return _show_password(sentences(error)), 422
    flash(_("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."), "ok")
    return redirect(url_for("account.sessions"), 303)


@blueprint.post("/ngon-ngu")
def choose_language() -> Response:
    """Remember the language for every device of the person."""
    chosen = request.form.get("language", "vi")
    chosen = chosen if chosen in LANGUAGES else "vi"
    with unit_of_work() as work:
        set_language(work, actor=present_actor(), language=chosen)
    response = redirect(url_for("account.sessions"), 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    remember(response, LANGUAGE_COOKIE, chosen, secure)
    return response


def _show_password(errors: dict[str, list[str]]) -> str:
    return render_template(
        "account_password.html",
        errors=errors,
        shortest=SHORTEST_PASSWORD,
        one_time=bool(g.login and g.login.must_change_password),
    )


def _settings() -> Settings:
    settings: Settings = current_app.extensions[SETTINGS]
    return settings
