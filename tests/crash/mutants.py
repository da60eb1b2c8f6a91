"""Seeded bugs: each campaign must catch those that it is for, or it proves nothing.

They are applied inside a process of the tests and live nowhere in the product.
"""

import functools
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event, text

from engine import tasks
from engine.commands import hash_of
from engine.errors import DatabaseUnavailable
from engine.projection import Projection
from engine.store import database, limits
from engine.store.database import unit_of_work
from webapp.pages import tasks as pages

WINDOW = 0.01
"""Seconds for which a mutant stays where a kill hurts it: as a slow disk would."""


def apply(name: str) -> None:
    """Seed the bug ``name`` into this process; an empty name: none."""
    if name:
        MUTANTS[name]()


def _two_transactions() -> None:
    """The journal entry is committed before the step that it tells."""
    save = Projection.save

    def commit_and_save(self: Any, session: Any, case: Any, at: Any) -> None:
        with session.no_autoflush:
            _commit_now(session)
        save(self, session, case, at)

    Projection.save = commit_and_save  # type: ignore[method-assign]


def _commit_now(session: Any) -> None:
    """Commit what was sent so far, and go on in a new transaction."""
    raw = session.connection().connection.dbapi_connection
    if session.get_bind().dialect.name == "sqlite":
        raw.execute("COMMIT")
        time.sleep(10 * WINDOW)
        raw.execute("BEGIN IMMEDIATE")
    else:
        raw.commit()
        time.sleep(10 * WINDOW)


def _no_key() -> None:
    """A repeated request is done again."""

    def answer_always(
        session: Any, *, run: Callable[[], Any], request: Any, **rest: Any
    ) -> Any:
        hash_of({"request": request})
        return run()

    tasks.answer_once = answer_always  # type: ignore[attr-defined]
    redirect = pages.redirect

    def redirect_slowly(*args: Any, **kwargs: Any) -> Any:
        time.sleep(5 * WINDOW)  # committed, and nobody is told yet
        return redirect(*args, **kwargs)

    pages.redirect = redirect_slowly  # type: ignore[attr-defined]


def _lock_row() -> None:
    """The lock of a task is a row, committed before the work and removed after it."""
    complete = pages.complete_task

    @functools.wraps(complete)
    def complete_locked(session: Any, *, task_id: str, **rest: Any) -> Any:
        engine = session.get_bind()
        with unit_of_work(engine) as own:
            own.execute(text("CREATE TABLE IF NOT EXISTS locks (task TEXT PRIMARY KEY)"))
            held = own.execute(
                text("INSERT INTO locks VALUES (:task) ON CONFLICT DO NOTHING"),
                {"task": task_id},
            )
        if held.rowcount == 0:
            raise DatabaseUnavailable(f"task {task_id} is locked")
        try:
            time.sleep(WINDOW)
            found = complete(session, task_id=task_id, **rest)
            session.commit()
            return found
        finally:
            session.rollback()
            with unit_of_work(engine) as own:
                own.execute(text("DELETE FROM locks WHERE task = :task"), {"task": task_id})

    pages.complete_task = complete_locked  # type: ignore[attr-defined]


def without_locks(engine: Engine) -> None:
    """Let nobody on ``engine`` lock what they check: no row locks, SQLite begins to read."""
    event.listen(engine, "before_cursor_execute", _drop_row_lock, retval=True)
    if engine.dialect.name == "sqlite":
        begin_as_reader(engine)


def _drop_row_lock(
    connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
) -> tuple[str, Any]:
    return statement.partition(" FOR UPDATE")[0], values


def begin_as_reader(engine: Engine) -> None:
    """Let SQLite begin every transaction as a reader, and become a writer too late."""
    event.remove(engine, "begin", database._begin)

    def begin(connection: Any) -> None:
        connection.connection.dbapi_connection.execute("BEGIN")

    event.listen(engine, "begin", begin)


def _synchronous_normal() -> None:
    """SQLite does not wait for the disk at a commit."""
    prepare = database._prepare_sqlite_connection

    def prepare_hastily(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=NORMAL")

    database._prepare_sqlite_connection = prepare_hastily


def _synchronous_commit_off() -> None:
    """PostgreSQL answers before its log is written."""
    options = limits.Limits.postgresql_options.fget

    def hasty(self: Any) -> str:
        assert options is not None
        return str(options(self)).replace("synchronous_commit=on", "synchronous_commit=off")

    limits.Limits.postgresql_options = property(hasty)  # type: ignore[method-assign,assignment]


MUTANTS: dict[str, Callable[[], None]] = {
    "two_transactions": _two_transactions,
    "no_key": _no_key,
    "lock_row": _lock_row,
    "synchronous_normal": _synchronous_normal,
    "synchronous_commit_off": _synchronous_commit_off,
}
"""Name → what seeds it."""
