"""Fixtures for tests of pages: the application, and a browser for each person of the ward."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, FileSystemBytecodeCache

from engine.accounts import PasswordCost, create_account
from engine.office import OPERATOR
from engine.store.database import connect, unit_of_work
from tests.conftest import engine_at
from tests.ward import NOON, Ward
from webapp.app import create_app
from webapp.cli import main
from webapp.settings import Settings

PASSWORD = "mật khẩu để thử"
CHEAP = PasswordCost(memory_kib=8, rounds=1)


class Browser:
    """A person with a browser: follows no link by itself and keeps its cookies."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> Any:
        """Open ``path``."""
        return self.client.get(path, **more)

    def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
        """Send a form with a good token; ``fields`` may hold lists and files."""
        sent = {"csrf_token": self.token(), **(fields or {})}
        return self.client.post(path, data=sent, **more)

    def token(self) -> str:
        """Return the token of a form shown now."""
        page = self.client.get("/tai-khoan/mat-khau", follow_redirects=True).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, page
        return found.group(1)


@pytest.fixture
def settings(database: Any, tmp_path: Path) -> Settings:
    """Return the settings of a demo on the fresh database, with cheap password hashes."""
    return Settings(
        demo=True,
        demo_clock=NOON,
        database_url=database.url.render_as_string(hide_password=False),
        var_dir=tmp_path / "var",
        password_memory_kib=CHEAP.memory_kib,
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Return where the applications of all tests find the templates that one compiled."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_app(compiled_templates: BytecodeCache) -> Iterator[Callable[[Settings], Flask]]:
    """Return ``create_app``; what it made is closed when the test ends."""
    made: list[Flask] = []

    def make(settings: Settings) -> Flask:
        app = create_app(settings)
        app.jinja_env.bytecode_cache = compiled_templates
        app.extensions["thidua.database"] = engine_at(settings.database_url)
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["thidua.database"].dispose()


@pytest.fixture
def app(settings: Settings, make_app: Callable[[Settings], Flask]) -> Flask:
    """Return the application on the fresh database; give it a ward by asking for one."""
    return make_app(settings)


@pytest.fixture
def accounts(ward: Ward, database: Any) -> Ward:
    """Return the ward, each of its people with an account named as their key."""
    with unit_of_work(database) as session:
        for key, actor in ward.people.items():
            create_account(
                session,
                person_id=actor.person_id,
                username=key,
                password=PASSWORD,
                actor=OPERATOR,
                at=NOON,
                cost=CHEAP,
            )
    return ward


@pytest.fixture
def browse(app: Flask, accounts: Ward) -> Callable[[str], Browser]:
    """Return a function: key of a person of the ward → a browser where they are logged in."""

    def log_in(key: str) -> Browser:
        browser = Browser(app.test_client())
        answer = browser.post("/dang-nhap", {"username": key, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser

    return log_in


SECRET = "k3Zr-9vQw_71LmXa-Tb6Yc_82HnPd-4fGsJe"


@pytest.fixture
def thidua(tmp_path, monkeypatch):
    """Run the command line in an empty folder, with the environment of an installation."""
    monkeypatch.chdir(tmp_path)
    for name in ("THIDUA_DEMO", "THIDUA_VAR_DIR", "THIDUA_DATABASE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("THIDUA_SECRET_KEY", SECRET)
    monkeypatch.setenv("THIDUA_PLAIN_HTTP", "1")
    monkeypatch.setenv("THIDUA_PASSWORD_MEMORY_KIB", "19456")

    def run(*words, code=0):
        result = CliRunner().invoke(main, [str(word) for word in words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def installed():
    """Return the database that the commands make in the present folder."""
    opened = []

    def database(path="var/thidua.db"):
        opened.append(connect(f"sqlite:///{path}"))
        return opened[-1]

    yield database
    for engine in opened:
        engine.dispose()
