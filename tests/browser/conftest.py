"""A real Chromium against the real application on a real port."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from webapp import create_app
from webapp.settings import Settings

AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"

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


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve the application on a free port of this machine; give its address."""
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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

    def log_in(self, username: str, password: str) -> Page:
        """Log in as a person would."""
        page = self.open("/dang-nhap")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", password)
        page.click("main form button[type=submit]")
        return page

    def axe(self) -> list[str]:
        """Return what axe finds on the page that is open: rule and first element."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        result = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        return [f"{found['id']}: {found['nodes'][0]['html']}" for found in result["violations"]]

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
