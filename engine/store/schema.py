"""The schema: brought up to date by migrations, one transaction for all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database of ``engine`` to ``revision``; nothing happens if it is there."""
    with _rebuilding(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database of ``engine`` back to ``revision`` (``base``: no tables)."""
    with _rebuilding(engine) as connection:
        command.downgrade(_config(connection), revision)


def is_current(engine: Engine) -> bool:
    """Whether every migration was applied."""
    with engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    return set(heads) == set(ScriptDirectory(str(MIGRATIONS)).get_heads())


def is_empty(engine: Engine) -> bool:
    """Whether no migration was ever applied."""
    with engine.connect() as connection:
        return not MigrationContext.configure(connection).get_current_heads()


@contextmanager
def _rebuilding(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction of the migrations.

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


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
