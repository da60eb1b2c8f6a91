"""Who is asking: the login of a request, and what a request without one gets."""

import logging
from datetime import datetime

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.accounts import TOUCH_EVERY, Login, find_login, touch_login
from engine.council.secret_ballots import may_be_dropping
from engine.permissions import Actor
from engine.store import database
from webapp.clock import now, today
from webapp.database import EXTENSION as DATABASE
from webapp.database import asking, reading
from webapp.kept_text import kept_from_form
from webapp.language import LANGUAGE_COOKIE
from webapp.security import (
    SAFE_METHODS,
    bind_forms_to_login,
    form_token_is_good,
    refuse_endless_form,
    refuse_foreign_origin,
    refuse_nul,
)
from webapp.settings import Settings

logger = logging.getLogger(__name__)

PUBLIC = frozenset({"verification.show", "verification.compare"})
"""Endpoints by which anybody may check a paper."""

MACHINES = frozenset({"health.alive", "health.ready", "metrics.show"})
"""Endpoints that machines ask, which have no login."""

OPEN = (
    PUBLIC | MACHINES | {"static", "login.show", "login.enter", "login.language", "login.theme"}
)
"""Endpoints for everyone; all others want a login."""

ANONYMOUS = frozenset({"secret_ballots.booth", "secret_ballots.status", "secret_ballots.drop"})
"""Endpoints where nobody is asked who they are, also if a cookie comes along: ballots."""

WITH_ONE_TIME_PASSWORD = OPEN | {"account.password", "account.change_password", "login.out"}
"""Endpoints for a login that must choose its own password first."""

SETTINGS = "thidua.settings"


def set_up(app: Flask) -> None:
    """Find the login of each request, and stop a request that lacks one it needs."""
    app.before_request(find_actor)
    app.before_request(let_in)


def find_actor() -> None:
    """Set ``g.actor`` and ``g.login`` from the cookie, in one query."""
    g.login = None
    g.actor = None
    if request.endpoint in ANONYMOUS | {None, "static"}:
        return
    token = request.cookies.get(current_app.config["LOGIN_COOKIE_NAME"], "")
    if not token:
        return
    at = now()
    settings: Settings = current_app.extensions[SETTINGS]
    with asking() as connection:
        login = find_login(connection, token, at, today(), settings.session_limits)
    if login is None:
        return
    g.login = login
    g.actor = login.actor
    if LANGUAGE_COOKIE not in request.cookies:
        g.language = login.language
    bind_forms_to_login(current_app, token)
    _touch(login, at)


def let_in() -> Response | tuple[str, int] | None:
    """Refuse foreign origins, dead logins and forms that are not of this login.

    Typed text is never thrown away: the answer to a form carries it.
    """
    if request.endpoint is None:
        return None
    changes = request.method not in SAFE_METHODS
    if changes:
        refuse_foreign_origin()
        refuse_endless_form()
    refuse_nul()
    if request.endpoint in ANONYMOUS:
        return None  # what is sent is proof by itself, and a token would need a cookie
    if g.login is None and request.endpoint not in OPEN:
        return _ask_to_log_in(changes)
    if changes and not form_token_is_good():
        return _show_expired_form()
    login: Login | None = g.login
    if login and login.must_change_password and request.endpoint not in WITH_ONE_TIME_PASSWORD:
        return redirect(url_for("account.password"), 303)
    return None


def present_actor() -> Actor:
    """Return the person asking; every page but the login has one."""
    actor: Actor = g.actor
    return actor


def set_login_cookie(response: Response, token: str) -> None:
    """Hand the token of a login to the browser, until it closes."""
    response.set_cookie(
        current_app.config["LOGIN_COOKIE_NAME"],
        token,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def drop_login_cookie(response: Response) -> None:
    """Make the browser forget the token of a login."""
    response.delete_cookie(
        current_app.config["LOGIN_COOKIE_NAME"],
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _touch(login: Login, at: datetime) -> None:
    """Write down the use of a login, once a minute, in a short transaction of its own.

    Not of members while they may be dropping secret ballots: the order of these writes
    would be a trace.
    """
    if at - login.last_seen_at < TOUCH_EVERY or login.actor.session_id is None:
        return
    with reading() as session:
        if may_be_dropping(session, login.actor.person_id):
            return
    with database.unit_of_work(current_app.extensions[DATABASE]) as session:
        touch_login(session, login.actor.session_id, at)


def _ask_to_log_in(changes: bool) -> Response | tuple[str, int]:
    from webapp.pages.login import show_login  # noqa: PLC0415  # the page needs this module

    if changes:
        return show_login(kept=kept_from_form(), ended=True), 401
    target = request.full_path.removesuffix("?")
    return redirect(url_for("login.show", next=target if target != "/" else None), 303)


def _show_expired_form() -> tuple[str, int]:
    from webapp.pages.login import show_kept  # noqa: PLC0415  # the page needs this module

    logger.info("request %s: form token refused", g.request_id)
    return show_kept(kept_from_form(), expired=True), 403
