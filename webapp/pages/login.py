"""Coming in and going out, and choosing language and theme before either."""

import logging
from itertools import groupby
from operator import attrgetter

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from engine.accounts import check_password, find_login, list_demo_accounts, log_in, log_out
from engine.errors import LoginRefused
from webapp.authentication import (
    SETTINGS,
    drop_login_cookie,
    present_actor,
    set_login_cookie,
)
from webapp.clock import now, today
from webapp.database import reading, unit_of_work
from webapp.kept_text import KeptText, kept_from_login, local_path
from webapp.language import LANGUAGE_COOKIE, LANGUAGES, THEME_COOKIE, THEMES, remember
from webapp.security import bind_forms_to_login
from webapp.settings import Settings

logger = logging.getLogger(__name__)

blueprint = Blueprint("login", __name__)

HOME = "/"

BROWSERS = {
    "coc_coc_browser": "Cốc Cốc",
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
"""What a browser calls itself → its name; most claim to be those further down as well."""

SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@blueprint.get("/dang-nhap")
def show() -> str | Response:
    """Show the login form, or go home if there is nothing to log in for."""
    if g.login is not None:
        return redirect(HOME, 303)
    return show_login()


@blueprint.post("/dang-nhap")
def enter() -> Response | str | tuple[str, int]:
    """Log in; with text kept from elsewhere, offer to bring it back."""
    kept = kept_from_login()
    settings: Settings = current_app.extensions[SETTINGS]
    username = request.form.get("username", "")
    at = now()
    try:
        with reading() as work:
            checked = check_password(
                work, username, request.form.get("password", ""), settings.password_cost
            )
        with unit_of_work() as work:
            if g.actor is not None:
                log_out(work, actor=g.actor, at=at)
            token, _row = log_in(
                work,
                checked,
                device=_device(request.user_agent.string),
                at=at,
                limits=settings.session_limits,
            )
    except LoginRefused:
        g.was_refused = True
        logger.warning("request %s: login refused", g.request_id)
        return show_login(kept=kept, refused=True, username=username), 422
    return _welcome(token, kept)


@blueprint.post("/dang-xuat")
def out() -> Response:
    """End the login on the server, so that its cookie is worth nothing, and forget it."""
    with unit_of_work() as work:
        log_out(work, actor=present_actor(), at=now())
    session.clear()
    response = redirect(url_for("login.show"), 303)
    drop_login_cookie(response)
    response.delete_cookie(LANGUAGE_COOKIE)  # the next person here has their own
    return response


@blueprint.get("/ngon-ngu/<chosen>")
def language(chosen: str) -> Response:
    """Read on in another language."""
    if chosen not in LANGUAGES:
        abort(404)
    return _remember(LANGUAGE_COOKIE, chosen)


@blueprint.get("/giao-dien/<chosen>")
def theme(chosen: str) -> Response:
    """Read on light or dark."""
    if chosen not in THEMES:
        abort(404)
    return _remember(THEME_COOKIE, chosen)


def show_login(
    kept: KeptText | None = None,
    *,
    refused: bool = False,
    ended: bool = False,
    username: str = "",
) -> str:
    """Return the login form, carrying along what was typed elsewhere."""
    settings: Settings = current_app.extensions[SETTINGS]
    accounts = []
    if settings.demo:
        with reading() as work:
            found = list_demo_accounts(work, today())
        accounts = [(role, list(people)) for role, people in groupby(found, attrgetter("role"))]
    return render_template(
        "login.html",
        kept=kept,
        refused=refused,
        ended=ended,
        username=username,
        target=local_path(request.values.get("next", "")),
        accounts=accounts,
        demo_password=settings.demo_password,
    )


def show_kept(kept: KeptText, *, expired: bool = False) -> str:
    """Return a page with one button that brings kept text back to its form."""
    return render_template("resume.html", kept=kept, expired=expired)


def _welcome(token: str, kept: KeptText | None) -> Response:
    """Begin with a clean cookie; forms shown before this login are not good in it."""
    session.clear()
    g.pop("csrf_token", None)
    bind_forms_to_login(current_app, token)
    with reading() as work:
        login = find_login(work, token, now(), today())
    g.login = login
    g.actor = login.actor if login else None
    target = local_path(request.form.get("next", "")) or HOME
    response = (
        redirect(target, 303) if kept is None else current_app.make_response(show_kept(kept))
    )
    set_login_cookie(response, token)
    return response


def _device(user_agent: str) -> str:
    """Return browser and system as people call them, else what the browser said."""
    names = [
        next((name for mark, name in known.items() if mark in user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, names)) or user_agent


def _remember(cookie: str, value: str) -> Response:
    target = local_path(request.args.get("next", "")) or HOME
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response = redirect(target, 303)
    remember(response, cookie, value, secure)
    return response
