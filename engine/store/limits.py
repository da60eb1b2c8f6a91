"""How long the database may take, and what it means when it does not answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.errors import CommitUnknown, DatabaseUnavailable

SQLITE_UNAVAILABLE = frozenset({5, 6, 10, 13, 14})
"""Codes of SQLite: busy, locked, the disk failed, it is full, the file cannot be opened."""

SQLITE_ROLLED_BACK = frozenset({5, 6, 13})
"""Those of them after which a commit surely did not happen."""

IDLE_IN_TRANSACTION = "25P03"
"""Code of PostgreSQL: the transaction did nothing for too long, and was ended."""


@dataclass(frozen=True)
class Limits:
    """How many connections a process keeps, and how long it waits. Times in seconds.

    The defaults suit work beside the pages (migrations, checks, copies): a statement may
    take as long as it takes. Pages have those of :class:`webapp.settings.Settings`.
    """

    pool_size: int = 10
    """Connections kept open."""
    overflow: int = 20
    """Connections more, at busy moments."""
    pool_seconds: float = 10
    """How long a page waits until one of them is free."""
    connect_seconds: int = 5
    lock_seconds: float = 10
    """How long a statement waits for a row, or on SQLite for the one writer."""
    statement_seconds: float = 0
    """On PostgreSQL; 0: without limit."""
    idle_seconds: float = 0
    """On PostgreSQL: how long an open transaction may do nothing; 0: without limit."""
    name: str = "thidua"
    """What PostgreSQL shows of the connections, in ``pg_stat_activity``."""

    @property
    def postgresql_options(self) -> str:
        """What a connection to PostgreSQL begins with."""
        chosen = {
            "synchronous_commit": "on",
            "timezone": "UTC",
            "jit": "off",  # compiles for longer than any statement of ours runs
            "lock_timeout": _milliseconds(self.lock_seconds),
            "statement_timeout": _milliseconds(self.statement_seconds),
            "idle_in_transaction_session_timeout": _milliseconds(self.idle_seconds),
        }
        return " ".join(f"-c {name}={value}" for name, value in chosen.items())


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Say in words of the engine that the database did not answer in time, or not at all.

    :raises DatabaseUnavailable: it is busy, full or gone; what was begun is rolled back.
    """
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseUnavailable(f"no connection was free: {error}") from error
    except DBAPIError as error:
        if not _is_unavailable(error):
            raise
        raise DatabaseUnavailable(_reason(error)) from error


@contextmanager
def told_as_unsure() -> Iterator[None]:
    """Say that nobody knows whether a commit happened, where the answer to it was lost.

    :raises CommitUnknown: the connection, or the disk of SQLite, broke during the commit.
    """
    try:
        yield
    except DBAPIError as error:
        broke = error.connection_invalidated
        code = _sqlite_code(error)
        if code is not None:
            broke = code in SQLITE_UNAVAILABLE - SQLITE_ROLLED_BACK
        if not broke:
            raise
        raise CommitUnknown(_reason(error)) from error


def _is_unavailable(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    code = _sqlite_code(error)
    if code is not None:
        return code in SQLITE_UNAVAILABLE
    if isinstance(error, InternalError):
        return getattr(error.orig, "sqlstate", None) == IDLE_IN_TRANSACTION
    return isinstance(error, OperationalError)


def _sqlite_code(error: DBAPIError) -> int | None:
    """Return the primary code of an error of SQLite; none: it is of PostgreSQL."""
    found: Any = getattr(error.orig, "sqlite_errorcode", None)
    return None if found is None else int(found) & 0xFF


def _reason(error: DBAPIError) -> str:
    """Return what the database said, without what people typed."""
    return f"{type(error.orig).__name__}: {str(error.orig).strip().splitlines()[0][:200]}"
