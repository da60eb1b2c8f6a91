"""The connection, and the one place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pysqlite3
from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from engine.errors import UnsafeSettings

SAFE_SQLITE = (3, 51, 3)
"""First SQLite without the WAL-reset bug, which can corrupt a database in WAL mode."""

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for the one writer of SQLite, in milliseconds."""


def connect(url: str) -> Engine:
    """Return an engine for ``url`` (``sqlite:///…`` or ``postgresql+psycopg://…``).

    SQLite: WAL, ``synchronous=FULL``, foreign keys, recursive triggers, and every
    transaction begins with ``BEGIN IMMEDIATE`` unless the execution option ``read_only``
    is set. PostgreSQL: ``synchronous_commit=on``. Errors name the statement, never its
    values: those are names and texts of people, and errors are logged.

    :raises UnsafeSettings: the SQLite library has the WAL-reset bug.
    """
    if url.startswith("sqlite"):
        return _connect_sqlite(url)
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        connect_args={"options": "-c synchronous_commit=on -c timezone=UTC"},
    )


def _connect_sqlite(url: str) -> Engine:
    if pysqlite3.sqlite_version_info < SAFE_SQLITE:
        raise UnsafeSettings(
            f"SQLite {pysqlite3.sqlite_version} can corrupt a WAL database;"
            f" expected {'.'.join(map(str, SAFE_SQLITE))} or later: install pysqlite3>=0.6.1"
        )
    engine = create_engine(
        url,
        hide_parameters=True,
        module=pysqlite3.dbapi2,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite_connection)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite_connection(
    connection: DBAPIConnection, record: ConnectionPoolEntry
) -> None:
    raw: Any = connection
    raw.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    reads = connection.get_execution_options().get("read_only", False)
    statement = "BEGIN" if reads else "BEGIN IMMEDIATE"
    try:  # not as a statement of the library, which would cost several times as much
        connection.connection.dbapi_connection.execute(statement)
    except pysqlite3.dbapi2.OperationalError as error:
        raise OperationalError(statement, None, error) from error


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """Open a session; commit when the block ends, roll back if it raises.

    One request that changes something, one command line call or one timer is one unit of
    work. On SQLite it holds the one writer from its first statement on.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that never writes: pages that show something use it.

    It sees one consistent moment on SQLite and waits for no writer. Whatever was changed
    in it by mistake is rolled back.
    """
    with (
        engine.connect() as connection,
        Session(connection.execution_options(read_only=True)) as session,
    ):
        yield session
        session.rollback()


def take_turn(session: Session, name: str) -> None:
    """Wait until nobody else works on ``name``; keep the turn until the transaction ends.

    For what has no row to lock, such as the next number of a series. On SQLite a command
    is the one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
