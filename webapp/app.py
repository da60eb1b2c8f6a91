"""The application: its pages, their guards and the words in every template."""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, url_for
from flask_babel import gettext
from werkzeug.routing import IntegerConverter, Map

from engine.bonus import in_dong
from engine.delegations import DelegationLine, list_given
from engine.errors import DatabaseUnavailable
from engine.permissions import CLERKS, HEADS, Actor, may
from engine.store.database import connect
from forms.vocabulary import Role
from webapp import (
    authentication,
    clock,
    database,
    errors,
    language,
    logs,
    metrics,
    office,
    security,
    watching,
)
from webapp.notice_count import unread_notices
from webapp.pages import PAGES
from webapp.settings import Settings


class RowNumber(IntegerConverter):
    """A number in an address that a row could have: 64 bits, else there is no such page."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**63 - 1)


class _Application(Flask):
    """Flask without coroutines: it looks for one at each function of each request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func``: all our pages are plain functions."""
        return func


def create_app(settings: Settings) -> Flask:
    """Return the application that serves our pages with ``settings``.

    The database exists and is up to date; the command line sees to that.
    """
    app = _Application("webapp")  # its folders are beside this file
    app.url_map.converters["int"] = RowNumber
    app.extensions[authentication.SETTINGS] = settings
    app.extensions[clock.EXTENSION] = clock.Clock(settings)
    app.extensions[database.EXTENSION] = connect(
        settings.database_url, settings.database_limits
    )
    app.extensions[office.EXTENSION] = office.Office()
    app.before_request(_number_request)
    app.after_request(_show_request_number)
    logs.set_up(app)
    metrics.set_up(app)
    security.set_up(app, settings)
    language.set_up(app)
    authentication.set_up(app)
    errors.set_up(app)
    watching.set_up(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    security.limit_guesses(app)
    _equip_templates(app, settings)
    return app


def _number_request() -> None:
    g.request_id = secrets.token_hex(8)


def _show_request_number(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response


def _equip_templates(app: Flask, settings: Settings) -> None:
    """Give every template the filters and words that it may use."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["moment"] = clock.show_moment
    app.jinja_env.filters["day"] = clock.show_day
    app.jinja_env.filters["dong"] = lambda amount: in_dong(amount).label(g.language)
    fingerprints = _fingerprints(Path(str(app.static_folder)))
    release = version("thidua")

    @app.url_defaults
    def add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in fingerprints:
            values.setdefault("v", fingerprints[values["filename"]])

    @app.context_processor
    def shell() -> dict[str, Any]:
        return {
            "actor": g.get("actor"),
            "login": g.get("login"),
            "language": g.get("language", "vi"),
            "theme": g.get("theme", ""),
            "languages": language.LANGUAGES,
            "may": may,
            "menu": _menu(g.get("actor")),
            "office": office.office_of(app),
            "demo": settings.demo,
            "clock_is_shifted": settings.demo_clock is not None,
            "now": clock.now,
            "given_today": _given_today,
            "release": release,
            "unread_notices": unread_notices,
        }


def _given_today() -> list[DelegationLine]:
    """Return what the reader has delegated today; asks nothing of who has not."""
    login = g.get("login")
    if login is None or not login.has_delegated:
        return []
    with suppress(DatabaseUnavailable), database.reading() as work:
        return list_given(work, login.actor, clock.now())
    return []  # the page that says that the database is gone has this head too


BELONGS_TO = {
    "nominations": "openings",
    "certificates": "cases",
    "law": "eligibility",
    "access": "audit",
    "comparison": "cases",
    "findings": "audit",
    "patterns": "audit",
    "bundles": "audit",
    "exports": "audit",
    "word_drafts": "outgoing",
    "session_papers": "sessions",
    "session_votes": "sessions",
    "ballots": "sessions",
    "secret_ballots": "sessions",
    "council": "sessions",
    "consultations": "sessions",
    "deadlines": "settings",
    "health": "jobs",
}
"""Pages without an entry in the menu → pages under whose entry they belong."""


@dataclass(frozen=True)
class MenuEntry:
    """A link of the menu; ``is_here``: the present page belongs under it."""

    address: str
    label: str
    is_here: bool


def _menu(actor: Actor | None) -> list[MenuEntry]:
    """Return what ``actor`` may open, in the order of the day's work."""
    if actor is None:
        return []
    writes = actor.holds(Role.UNIT_HEAD) or actor.holds(Role.UNIT_CLERK)
    asks = writes or may(actor, "eligibility.ask")
    entries = (
        ("inbox.show", gettext("Việc cần làm"), True),
        ("board.show", gettext("Hàng chờ"), may(actor, "board.see")),
        ("cases.listing", gettext("Hồ sơ"), True),
        ("sessions.listing", gettext("Phiên họp"), may(actor, "session.see")),
        (
            "council.show",
            gettext("Hội đồng"),
            may(actor, "council.see") and not may(actor, "session.see"),
        ),
        (
            "outgoing.listing",
            gettext("Văn bản đi"),
            may(actor, "outgoing.see")
            or any(one.role in (*HEADS, *CLERKS) for one in actor.grants),
        ),
        ("openings.start", gettext("Lập đề nghị"), writes),
        ("eligibility.show", gettext("Kiểm tra điều kiện"), asks),
        ("register.listing", gettext("Sổ khen thưởng"), may(actor, "register.see")),
        ("subjects.listing", gettext("Đối tượng khen thưởng"), may(actor, "subject.see")),
        ("audit.listing", gettext("Kiểm toán"), may(actor, "journal.see")),
        (
            "exports.take",
            gettext("Xuất nhật ký"),
            may(actor, "journal.export") and not may(actor, "journal.see"),
        ),
        ("rounds.listing", gettext("Đợt khen thưởng"), True),
        ("plans.show", gettext("Kế hoạch"), True),
        ("organisation.units", gettext("Đơn vị, người dùng"), may(actor, "organisation.see")),
        ("settings.show", gettext("Cấu hình"), may(actor, "settings.manage")),
        ("jobs.listing", gettext("Việc nền"), may(actor, "jobs.manage")),
    )
    here = {request.blueprint, BELONGS_TO.get(request.blueprint or "")}
    return [
        MenuEntry(url_for(endpoint), label, endpoint.partition(".")[0] in here)
        for endpoint, label, shown in entries
        if shown
    ]


def _fingerprints(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
