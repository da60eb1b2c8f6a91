"""The schema: brought up to date by migrations, one transaction for all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import IntegrityError

MIGRATIONS = Path(__file__).parent / "migrations"

KNOWN = sorted(
    path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")
)
"""Versions of the tables, the newest last: the numbers of the files of the migrations.

Alembic would load itself and every migration to say so, which costs each start 10 MB and a
twentieth of its time.
"""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database of ``engine`` to ``revision``; nothing happens if it is there."""
    with rebuilding(engine) as connection:
        upgrade_within(connection, revision)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to ``revision`` in a transaction of :func:`rebuilding`."""
    _migrate(connection, "upgrade", revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database of ``engine`` back to ``revision`` (``base``: no tables)."""
    with rebuilding(engine) as connection:
        _migrate(connection, "downgrade", revision)


def is_current(engine: Engine) -> bool:
    """Whether every migration was applied."""
    with engine.connect() as connection:
        return revision_of(connection) == KNOWN[-1]


def is_later(engine: Engine) -> bool:
    """Whether the tables are of a later version of the program, which this one cannot know."""
    with engine.connect() as connection:
        return revision_of(connection) not in ("", *KNOWN)


def is_empty(engine: Engine) -> bool:
    """Whether no migration was ever applied."""
    with engine.connect() as connection:
        return not revision_of(connection)


def revision_of(connection: Connection) -> str:
    """Return the version of the tables; empty: there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars()
    return ",".join(sorted(found))  # of two, as none of ours leaves them, it is not known


@contextmanager
def rebuilding(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction of the migrations, or of a whole copy.

    SQLite changes a constraint by copying its table, while other tables refer to it: so
    foreign keys are enforced at the end, over all tables.

    :raises IntegrityError: a row refers to one that is not there; nothing was changed.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # without effect inside a transaction
        try:
            with connection.begin():
                yield connection
                lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if lost is not None:
                    broken = ValueError(f"row {lost[1]} of {lost[0]} refers to no row")
                    raise IntegrityError("PRAGMA foreign_key_check", None, broken)
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def _migrate(connection: Connection, direction: str, revision: str) -> None:
    """Let Alembic, which is loaded now, take the tables up or down to ``revision``."""
    from alembic import command  # noqa: PLC0415  # large, and no start needs it
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    getattr(command, direction)(config, revision)
