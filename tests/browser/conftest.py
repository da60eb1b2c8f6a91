"""A real Chromium against the real application on a real port."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import Engine
from werkzeug.serving import WSGIRequestHandler, make_server

from engine.accounts import PasswordCost, create_account
from engine.demo import build_demo
from engine.filestore import FileStore
from engine.office import OPERATOR
from engine.store.database import connect, unit_of_work
from tests.ward import NOON, Ward, build_ward
from webapp.app import create_app
from webapp.files import FOLDER
from webapp.settings import Settings

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"

PASSWORD = "mật khẩu để thử"
"""Of every account of the ward; those of the demo have the one of its settings."""

CHEAP = PasswordCost(memory_kib=8, rounds=1)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a running Chromium: the one of the system."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        message = "no Chromium: install Debian's packages chromium and fonts-noto-core"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Site:
    """An installation that is served: its address, and what is behind it."""

    address: str
    app: Flask
    database: Engine
    ward: Ward


class QuietHandler(WSGIRequestHandler):
    """Answers requests without a line in the log for each."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[str, Flask]]:
    """Serve the application on a free port of this machine; give its address and itself."""
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["thidua.database"].dispose()


def demo_settings(folder: Path, database: Engine) -> Settings:
    """Return the settings of a demo in a folder, at the clock of the ward."""
    return Settings(
        demo=True,
        demo_clock=NOON,
        database_url=database.url.render_as_string(hide_password=False),
        var_dir=folder / "var",
        password_memory_kib=CHEAP.memory_kib,
    )


@pytest.fixture
def site(sqlite_database: Engine, tmp_path: Path) -> Iterator[Site]:
    """Serve the small ward; each of its people has an account named as their key."""
    with unit_of_work(sqlite_database) as work:
        ward = build_ward(work)
        for key, actor in ward.people.items():
            create_account(
                work,
                person_id=actor.person_id,
                username=key,
                password=PASSWORD,
                actor=OPERATOR,
                at=NOON,
                cost=CHEAP,
            )
    with serving(demo_settings(tmp_path, sqlite_database)) as (address, app):
        yield Site(address, app, sqlite_database, ward)


@pytest.fixture(scope="session")
def demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the demo ward, built once: tests read its pages and change nothing."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "demo.db")
    database = connect(f"sqlite:///{folder / 'demo.db'}")
    settings = demo_settings(folder, database)
    build_demo(
        database,
        FileStore(settings.var_dir / FOLDER),
        NOON,
        password=settings.demo_password,
        cost=CHEAP,
    )
    with serving(settings) as (address, app):
        yield Site(address, app, database, Ward())
    database.dispose()


class Visitor:
    """One person with a browser of their own; notes whatever a page does wrong."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context = context
        self.site = site
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error {error}"))
        self.page.on("request", self._note_request)

    def _note_console(self, message: Any) -> None:
        expected = "Failed to load resource" in message.text  # 409, 422: shown as pages
        if message.type in ("error", "warning") and not expected:
            self.faults.append(f"console {message.text}")

    def _note_request(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:")):
            self.faults.append(f"outside {request.url}")

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.site + path)
        return self.page

    def log_in(self, username: str, password: str = PASSWORD) -> Page:
        """Log in as a person would."""
        page = self.open("/dang-nhap")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", password)
        with page.expect_navigation():
            page.click("main form button")
        return page

    def axe(self, *rules: str) -> list[str]:
        """Return what axe finds on the page that is open: rule and first element.

        :param rules: only these; without any, all of the standards that we follow.
        """
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        chosen = {"type": "rule" if rules else "tag", "values": list(rules) or RULES}
        found: list[str] = self.page.evaluate(
            """chosen => axe.run(document, {runOnly: chosen, resultTypes: ['violations']})
               .then(result => result.violations.map(one => `${one.id}: ${one.nodes[0].html}`))
            """,
            chosen,
        )
        return found

    def overflows(self) -> bool:
        """Whether the page that is open scrolls sideways."""
        wide: bool = self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wide


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Return what makes a :class:`Visitor`; at the end none may have noted a fault."""
    made: list[Visitor] = []

    def make(site: str, **options: Any) -> Visitor:
        options.setdefault("viewport", {"width": 1366, "height": 900})
        made.append(Visitor(chromium.new_context(locale="vi-VN", **options), site))
        return made[-1]

    yield make
    faults = [fault for one in made for fault in one.faults]
    for one in made:
        one.context.close()
    assert faults == []


@pytest.fixture
def enter(site: Site, visitor: Callable[..., Visitor]) -> Callable[..., Page]:
    """Return a function: key of a person of the ward → their page, logged in.

    Each person has a browser of their own, kept for the whole test.
    """
    pages: dict[str, Page] = {}

    def enter(key: str, **options: Any) -> Page:
        if key not in pages:
            pages[key] = visitor(site.address, **options).log_in(key)
        return pages[key]

    return enter
