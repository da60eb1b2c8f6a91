"""How tables are filled, as SQLite's planner knows it."""

from sqlalchemy import Engine

ROWS_OF_AN_INDEX = 1_000
"""Rows of each index that are looked at; all of a million would take seconds."""


def refresh_statistics(engine: Engine) -> None:
    """Let SQLite count again where tables have grown much, before people read.

    Told nothing, it believes that ten tasks wait for anybody, and looks for a rare name in
    an inbox along the whole of it. Half a second of the one writer beside a million tasks
    the first time; nothing is written while tables are as they were. Connections that are
    open keep to what they knew. PostgreSQL counts by itself.

    :raises sqlalchemy.exc.DBAPIError: the database is busy; nothing was changed.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA analysis_limit={ROWS_OF_AN_INDEX}")
        connection.exec_driver_sql("PRAGMA optimize=0x10002")  # all tables, without advice
