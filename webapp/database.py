"""Sessions on the database of the running application."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from flask import current_app, request

from engine.store import database
from webapp.kept_text import RESUME, ResumeOnly

EXTENSION = "thidua.database"


def reading() -> AbstractContextManager[Any]:
    """Open a session that never writes: see :func:`engine.store.database.reading`."""
    return database.reading(current_app.extensions[EXTENSION])


@contextmanager
def unit_of_work() -> Iterator[Any]:
    """Open a session and commit at its end: see :func:`engine.store.database.unit_of_work`.

    :raises ResumeOnly: the request brings back kept text, which may only be shown again.
    """
    if RESUME in request.form:
        raise ResumeOnly(request.path)
    with database.unit_of_work(current_app.extensions[EXTENSION]) as session:
        yield session
