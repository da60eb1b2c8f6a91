"""Two offices, one on each database: all nominations of these tests run in them."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.travel import Office, office_at


@pytest.fixture(scope="session")
def sqlite_office(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Return the office that keeps its nominations in SQLite."""
    path = tmp_path_factory.mktemp("office") / "thidua.db"
    path.write_bytes(sqlite_template.read_bytes())
    with office_at(f"sqlite:///{path}") as office:
        yield office


@pytest.fixture(scope="session")
def postgresql_office(postgresql_copy) -> Iterator[Office]:
    """Return the office that keeps its nominations in PostgreSQL."""
    name = f"office_{uuid.uuid4().hex[:12]}"
    with postgresql_copy(name) as url, office_at(url) as office:
        yield office
