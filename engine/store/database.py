"""The connection, and the one place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from select import POLLIN, poll
from typing import Any
from weakref import WeakKeyDictionary

import pysqlite3
from sqlalchemy import Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from engine.errors import UnsafeSettings
from engine.store.limits import Limits, told_as_unavailable, told_as_unsure

SAFE_SQLITE = (3, 51, 3)
"""First SQLite without the WAL-reset bug, which can corrupt a database in WAL mode."""


def connect(url: str, limits: Limits = Limits()) -> Engine:  # noqa: B008  # it is frozen
    """Return an engine for ``url`` (``sqlite:///…`` or ``postgresql+psycopg://…``).

    SQLite: WAL, ``synchronous=FULL``, foreign keys, recursive triggers, and every
    transaction begins with ``BEGIN IMMEDIATE`` unless the execution option ``read_only``
    is set. PostgreSQL: ``synchronous_commit=on``. In :func:`reading` both refuse to write.
    Errors name the statement, never its values: those are names and texts of people, and
    errors are logged.

    :raises UnsafeSettings: the SQLite library has the WAL-reset bug.
    """
    if url.startswith("sqlite"):
        return _connect_sqlite(url, limits)
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=limits.pool_size,
        max_overflow=limits.overflow,
        pool_timeout=limits.pool_seconds,
        connect_args={
            "options": limits.postgresql_options,
            "connect_timeout": limits.connect_seconds,
            "application_name": limits.name,
        },
    )
    event.listen(engine, "checkout", _look_whether_gone)
    return engine


def _look_whether_gone(
    connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection
) -> None:
    """Find, without asking it, that the server ended a connection while nobody used it.

    It says so before it goes, and the system does if it cannot; until then there is nothing
    to read. To ask at each request would be one answer more to wait for.

    :raises InvalidatePoolError: it is gone; the pool then makes new connections.
    """
    raw: Any = connection
    socket = poll()
    if not raw.closed:
        socket.register(raw.fileno(), POLLIN)
    if raw.closed or socket.poll(0):
        raise InvalidatePoolError


def _connect_sqlite(url: str, limits: Limits) -> Engine:
    if pysqlite3.sqlite_version_info < SAFE_SQLITE:
        raise UnsafeSettings(
            f"SQLite {pysqlite3.sqlite_version} can corrupt a WAL database;"
            f" expected {'.'.join(map(str, SAFE_SQLITE))} or later: install pysqlite3>=0.6.1"
        )
    engine, reader = _sqlite_engine(url, limits), _sqlite_engine(url, limits)
    event.listen(engine, "begin", _begin)
    event.listen(reader, "connect", _let_only_read)
    event.listen(engine, "engine_disposed", _dispose_of_reader)
    reader.dispatch = reader.dispatch._join(engine.dispatch)  # who listens to one hears both
    reader._has_events = True  # it has none of its own, and would not even begin a transaction
    _READERS[engine] = reader
    return engine


def _sqlite_engine(url: str, limits: Limits) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        module=pysqlite3.dbapi2,
        pool_size=limits.pool_size,
        max_overflow=limits.overflow,
        pool_timeout=limits.pool_seconds,
        connect_args={"timeout": limits.lock_seconds, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite_connection)
    return engine


_READERS: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()
"""Engine of an SQLite → the one whose connections only read.

One connection that does both in turn would be told so each time, and SQLite then reads and
plans all its statements anew: a fifth of what a step of a case costs.
"""


def _dispose_of_reader(engine: Engine) -> None:
    if engine in _READERS:  # the reader hears of its own end, too
        _READERS[engine].dispose()


def _let_only_read(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    raw: Any = connection
    raw.execute("PRAGMA query_only=ON")


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
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:
    reads = connection.get_execution_options().get("read_only", False)
    statement = "BEGIN" if reads else "BEGIN IMMEDIATE"
    raw = connection.connection.dbapi_connection
    try:  # not as a statement of the library, which would cost several times as much
        raw.execute(statement)
    except pysqlite3.dbapi2.OperationalError as error:
        raise OperationalError(statement, None, error) from error


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """Open a session; commit when the block ends, roll back if it raises.

    One request that changes something, one command line call or one timer is one unit of
    work. On SQLite it holds the one writer from its first statement on.

    :raises DatabaseUnavailable: the database is busy or gone; nothing was changed.
    :raises CommitUnknown: it was lost during the commit: look before doing it again.
    """
    with told_as_unavailable(), Session(engine, expire_on_commit=False) as session:
        yield session
        session.flush()
        with told_as_unsure():
            session.commit()


@contextmanager
def reading(
    engine: Engine, *, one_moment: bool = False, plans_anew: bool = False
) -> Iterator[Session]:
    """Open a session that never writes: pages that show something use it.

    It sees one consistent moment on SQLite and waits for no writer. The database refuses
    what would be changed in it by mistake.

    :param one_moment: see one moment on PostgreSQL too, that of the first query: for what
        is compared with each other while people work.
    :param plans_anew: have PostgreSQL plan each statement for its values: for lists, where
        what is rare for one reader is common for another, and a plan for all is good for
        none. It keeps what it has read of the statement.
    :raises DatabaseUnavailable: the database is busy or gone.
    """
    options: dict[str, Any] = {"read_only": True, "postgresql_readonly": True}
    if one_moment and engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with (
        told_as_unavailable(),
        _READERS.get(engine, engine).connect().execution_options(**options) as connection,
        Session(connection) as session,
    ):
        if plans_anew and engine.dialect.name == "postgresql":
            session.execute(_PLAN_ANEW)
        yield session
        session.expunge_all()  # what was changed by mistake is written nowhere
        # Nothing was written, so both ends are alike, but after a ROLLBACK psycopg forgets
        # all statements that are prepared, and PostgreSQL plans them anew: two thirds of
        # what an approval costs there.
        session.commit()


@contextmanager
def asking(engine: Engine) -> Iterator[Connection]:
    """Open a connection for statements that are kept ready and only read.

    Each sees a moment of its own, and no transaction begins or ends: for what is asked at
    every request, such as who is there.

    :raises DatabaseUnavailable: the database is busy or gone.
    """
    with told_as_unavailable(), _READERS.get(engine, engine).connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        if engine.dialect.name == "sqlite":  # the driver begins none by itself
            yield connection
            return
        raw.autocommit = True
        try:
            yield connection
        finally:
            if not raw.closed:
                raw.autocommit = False


_PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")


def take_turn(session: Session, name: str) -> None:
    """Wait until nobody else works on ``name``; keep the turn until the transaction ends.

    For what has no row to lock, such as the next number of a series. On SQLite a command
    is the one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
