"""Whether the database keeps what it has acknowledged, asked of the database itself.

``WAL`` with ``synchronous=NORMAL`` loses decisions in a power cut, as does a PostgreSQL that
answers before its log is on the disk.
"""

from sqlalchemy import Connection, Engine, text

from engine.errors import UnsafeSettings

SQLITE = {
    "journal_mode": ({"wal"}, "PRAGMA journal_mode=WAL"),
    "synchronous": ({"2", "3"}, "PRAGMA synchronous=FULL"),
    "foreign_keys": ({"1"}, "PRAGMA foreign_keys=ON"),
    "recursive_triggers": ({"1"}, "PRAGMA recursive_triggers=ON"),
}
"""Pragma → the values that are safe, and how to get one."""

POSTGRESQL = {
    "fsync": ({"on"}, "ALTER SYSTEM SET fsync = on"),
    "full_page_writes": ({"on"}, "ALTER SYSTEM SET full_page_writes = on"),
    "synchronous_commit": (
        {"on", "remote_write", "remote_apply", "local"},
        "ALTER SYSTEM SET synchronous_commit = on",
    ),
    "server_encoding": ({"UTF8"}, "CREATE DATABASE … ENCODING 'UTF8'"),
}
"""Parameter → the values that are safe, and how to get one."""


def require_durable(database: Engine) -> None:
    """Return if a connection as the program uses it loses nothing that was committed.

    :raises UnsafeSettings: it would; with what was found, expected, and how to mend it.
    """
    is_sqlite = database.dialect.name == "sqlite"
    with database.connect() as connection:
        for name, (safe, mend) in (SQLITE if is_sqlite else POSTGRESQL).items():
            found = _ask(connection, name, is_sqlite=is_sqlite)
            if found not in safe:
                raise UnsafeSettings(
                    f"{name} of the database is {found}, which can lose decisions: expected"
                    f" {' or '.join(sorted(safe))}; to mend: {mend}"
                )


def _ask(connection: Connection, name: str, *, is_sqlite: bool) -> str:
    statement = f"PRAGMA {name}" if is_sqlite else f"SHOW {name}"
    return str(connection.scalar(text(statement)))
