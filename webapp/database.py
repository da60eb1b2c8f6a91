"""Sessions on the database of the running application."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, request

from engine.paper_codes import ADDRESS
from engine.store import database
from webapp.kept_text import RESUME, ResumeOnly
from webapp.settings import Settings

EXTENSION = "thidua.database"


@contextmanager
def reading(*, plans_anew: bool = True) -> Iterator[Any]:
    """Open a session that never writes: see :func:`engine.store.database.reading`."""
    engine = current_app.extensions[EXTENSION]
    with database.reading(engine, plans_anew=plans_anew) as session:
        _tell_address(session)
        yield session


@contextmanager
def asking() -> Iterator[Any]:
    """Open a connection for single questions: see :func:`engine.store.database.asking`."""
    with database.asking(current_app.extensions[EXTENSION]) as connection:
        yield connection


@contextmanager
def unit_of_work() -> Iterator[Any]:
    """Open a session and commit at its end: see :func:`engine.store.database.unit_of_work`.

    :raises ResumeOnly: the request brings back kept text, which may only be shown again.
    """
    if RESUME in request.form:
        raise ResumeOnly(request.path)
    with database.unit_of_work(current_app.extensions[EXTENSION]) as session:
        _tell_address(session)
        yield session


def _tell_address(session: Any) -> None:
    """Tell papers that are made in a session where the public checks them."""
    settings: Settings = current_app.extensions["thidua.settings"]
    session.info[ADDRESS] = settings.public_url
