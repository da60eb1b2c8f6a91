"""A journal with its key and the folder outside of the database."""

import pytest

from engine.journal.keys import open_key
from engine.journal.outside import Outside
from tests.engine.journal.sealed import Sealed


@pytest.fixture
def journal(database, tmp_path):
    """The journal of a database in which nothing has happened yet."""
    key = open_key(tmp_path / "journal.key", "thidua.vi-du")
    return Sealed(database, key, Outside(tmp_path / "outside"))
