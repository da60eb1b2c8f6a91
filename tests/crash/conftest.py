"""Wards on servers that may be killed, on both databases."""

import shutil
import uuid

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from engine.store import schema
from engine.store.database import connect, unit_of_work
from tests.conftest import LONG
from tests.crash.campaign import settled
from tests.crash.cluster import own_cluster
from tests.ward import build_ward

CASES = 200 if LONG else 6
"""Enough that work does not run out before the last kill."""


@pytest.fixture
def options(request):
    """How the servers are made: the test names a seeded bug, or nothing."""
    return getattr(request, "param", {})


@pytest.fixture
def sqlite_town(sqlite_ward, options, tmp_path):
    """A ward on SQLite, with nominations that wait, and people who are logged in."""
    path = tmp_path / "thidua.db"
    shutil.copy(sqlite_ward.template, path)
    url = f"sqlite:///{path}"
    with settled(url, sqlite_ward.ward, tmp_path / "var", CASES, options) as town:
        yield town


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A PostgreSQL server of our own, which may fail."""
    with own_cluster(tmp_path_factory) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def furnished(cluster):
    """The ward in the database of that server which others are copied from."""
    engine = connect(database_on(cluster, "furnished"))
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        ward = build_ward(session)
    engine.dispose()
    return ward


@pytest.fixture
def postgresql_town(cluster, furnished, options, tmp_path):
    """The same ward on PostgreSQL."""
    url = database_on(cluster, f"test_{uuid.uuid4().hex[:12]}", "TEMPLATE furnished")
    with settled(url, furnished, tmp_path / "var", CASES, options) as town:
        yield town


def database_on(cluster, name, how=""):
    """Create a database on the server; return its address."""
    engine = create_engine(cluster.address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {how}"))
    engine.dispose()
    return make_url(cluster.address).set(database=name).render_as_string(hide_password=False)
