"""What a browser may do with our pages, and how much it may send: every value explicit."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest, Forbidden, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.accounts import normalise_username
from engine.filestore import make_once
from webapp.settings import Settings

MEBIBYTE = 1024 * 1024

MAX_CONTENT_LENGTH = 25 * MEBIBYTE
"""Bytes of one request: one attachment of 20 MiB and its form."""

MAX_FORM_MEMORY_SIZE = 4 * MEBIBYTE
"""Bytes of typed text in one request: a whole nomination, percent-encoded, kept once."""

MAX_FORM_PARTS = 1000

LOGINS_PER_ACCOUNT = "10 per 15 minutes"
"""Refused logins for one account from one address."""

LOGINS_PER_ADDRESS = "100 per 15 minutes"
"""Refused logins from one address: an office behind one router has many accounts."""

CHECKS_PER_ADDRESS = "30 per 15 minutes"
"""Codes and files that no paper has, from one address: enough for who mistypes."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
))  # fmt: skip

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""Set on every answer that does not set its own."""

STATIC_CACHE = "public, max-age=31536000, immutable"
"""Static files have their hash in their address: a changed file has another address."""

TWO_YEARS = "max-age=63072000"

csrf = CSRFProtect()


class _Sessions(SecureCookieSessionInterface):
    """The sessions of Flask in a cookie; what signs them is made once."""

    def __init__(self) -> None:
        self._signer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        """Return what signs and reads the cookie, with the one secret of ``app``."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


def set_up(app: Flask, settings: Settings) -> None:
    """Configure cookies, limits, hosts, headers and the tokens of forms."""
    prefix = "" if settings.is_plain_http else "__Host-"
    app.config.update(
        SECRET_KEY=secret_of(settings),
        SESSION_COOKIE_NAME=f"{prefix}thidua-page",
        SESSION_COOKIE_SECURE=not settings.is_plain_http,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_DOMAIN=None,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        LOGIN_COOKIE_NAME=f"{prefix}thidua-login",
        MAX_CONTENT_LENGTH=MAX_CONTENT_LENGTH,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_MEMORY_SIZE,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        TRUSTED_HOSTS=list(settings.hosts),
        WTF_CSRF_CHECK_DEFAULT=False,  # authentication.py checks, after it knows the login
        WTF_CSRF_SSL_STRICT=False,  # refuse_foreign_origin does it, with or without TLS
        WTF_CSRF_TIME_LIMIT=int(settings.form_hours * 3600),
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    app.session_interface = _Sessions()
    csrf.init_app(app)
    app.after_request(_add_headers)
    if not settings.is_plain_http:
        app.after_request(_ask_for_tls)


def secret_of(settings: Settings) -> str:
    """Return the key that signs cookies and forms; the demo makes and keeps its own."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    kept = settings.var_dir / "secret-key"
    return make_once(kept, secrets.token_urlsafe(48).encode()).decode("ascii")


def bind_forms_to_login(app: Flask, token: str) -> None:
    """Make the token of every form good for this login alone, and until it ends."""
    key = str(app.config["SECRET_KEY"]).encode()
    bound = hmac.new(key, b"form:" + token.encode(), hashlib.sha256).hexdigest()
    if session.get("csrf_token") != bound:
        session["csrf_token"] = bound


def refuse_foreign_origin() -> None:
    """Refuse a change that another site asks for; browsers say who asks.

    :raises Forbidden: the request names another origin.
    """
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("request from another origin")


def refuse_endless_form() -> None:
    """Hold a form without files to the limits that the framework has for others only.

    :raises RequestEntityTooLarge: it has too much text or too many fields.
    """
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    if request.content_length is None or request.content_length > MAX_FORM_MEMORY_SIZE:
        raise RequestEntityTooLarge
    if request.get_data(parse_form_data=False).count(b"&") >= MAX_FORM_PARTS:
        raise RequestEntityTooLarge


def refuse_nul() -> None:
    """Refuse the one character that PostgreSQL stores in no text, wherever it was sent.

    :raises BadRequest: the address or the form holds it.
    """
    sent = request.query_string
    if request.mimetype == "application/x-www-form-urlencoded":
        sent += request.get_data(parse_form_data=False)
    if "\0" in request.path or b"%00" in sent or b"\0" in sent:
        raise BadRequest("a NUL character")


def form_token_is_good() -> bool:
    """Whether the form in this request is ours, of this login, and not too old."""
    try:
        csrf.protect()
    except CSRFError:
        return False
    return True


def limit_guesses(app: Flask) -> None:
    """Answer 429 after too many refused logins or unknown codes; good ones do not count."""
    limiter = Limiter(
        get_remote_address, app=app, storage_uri="memory://", strategy="moving-window"
    )
    # It looks at each request for limits of the whole application, of which there are none;
    # the pages below ask it themselves.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
    checks: Any = limiter.shared_limit(
        CHECKS_PER_ADDRESS, "checks", key_func=get_remote_address, deduct_when=_was_refused
    )
    for endpoint in ("verification.show", "verification.compare"):
        app.view_functions[endpoint] = checks(app.view_functions[endpoint])
    view: Any = app.view_functions["login.enter"]
    limits = (
        (LOGINS_PER_ACCOUNT, _account_and_address),
        (LOGINS_PER_ADDRESS, get_remote_address),
    )
    for limit, key in limits:
        view = limiter.limit(limit, key_func=key, deduct_when=_was_refused)(view)
    app.view_functions["login.enter"] = view


def _account_and_address() -> str:
    name = normalise_username(request.form.get("username", ""))
    return f"{hashlib.sha256(name.encode()).hexdigest()}@{get_remote_address()}"


def _was_refused(response: Response) -> bool:
    return bool(g.get("was_refused"))


def _add_headers(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code == 200:  # noqa: PLR2004
        response.headers["Cache-Control"] = STATIC_CACHE
    own = {name.lower() for name, _ in response.headers}
    response.headers.extend([one for one in HEADERS.items() if one[0].lower() not in own])
    return response


def _ask_for_tls(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", TWO_YEARS)
    return response
