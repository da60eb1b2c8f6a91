"""A journal with its key and the folder outside of the database."""

import pytest

from tests.engine.journal.sealed import Sealed


@pytest.fixture
def journal(database, tmp_path):
    """The journal of a database in which nothing has happened yet."""
    return Sealed.new(database, tmp_path)
