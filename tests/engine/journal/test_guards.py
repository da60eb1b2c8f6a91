"""The guards of the journal: who takes them away, with or without meaning to, is found."""

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, String, text
from sqlalchemy.exc import DBAPIError

from engine.journal.guards import TABLES, missing_guards
from engine.store.database import connect, reading
from tests.engine.journal.sealed import live
from tests.walk import on_sqlite


@on_sqlite
@pytest.mark.parametrize("table", TABLES)
def test_a_batch_migration_that_copies_a_table_does_not_pass_unseen(
    database, ward, journal, table
):
    live(database, ward, 1, cases=1)
    journal.seal()
    with database.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys = OFF")
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table(table, recreate="always") as batch:
            batch.add_column(Column("remark", String()))
        connection.commit()
        raw.execute("PRAGMA foreign_keys = ON")
    with reading(database) as session:
        lost = missing_guards(session)
    assert set(lost) >= {f"{table}_no_UPDATE", f"{table}_no_DELETE"}
    assert "unguarded" in journal.kinds()


@on_sqlite
def test_a_replace_is_refused_and_without_its_setting_found_afterwards(database, ward, journal):
    live(database, ward, 1, cases=1)
    journal.seal()
    columns = _columns(database)
    replace = text(
        f"REPLACE INTO journal_entries ({columns})"  # noqa: S608
        f" SELECT {columns.replace('action', chr(39) + 'x' + chr(39))}"
        " FROM journal_entries WHERE id = 2"
    )
    with pytest.raises(DBAPIError, match="never changed"), database.begin() as connection:
        connection.execute(replace)
    assert journal.kinds() == set()
    with database.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA recursive_triggers = OFF")
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute(str(replace))
        raw.commit()
        raw.execute("PRAGMA recursive_triggers = ON")
        raw.execute("PRAGMA foreign_keys = ON")
    assert "changed" in journal.kinds()


def _columns(database):
    with database.connect() as connection:
        rows = connection.execute(text("PRAGMA table_info(journal_entries)"))
        return ", ".join(row[1] for row in rows)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_trigger_that_is_switched_off_is_found(database, ward, journal):
    live(database, ward, 1, cases=1)
    with database.begin() as connection:
        connection.execute(
            text("ALTER TABLE journal_entries DISABLE TRIGGER journal_entries_no_update")
        )
    assert "unguarded" in journal.kinds()
    other = connect(database.url.render_as_string(hide_password=False))
    with reading(other) as session:
        assert missing_guards(session) == ["journal_entries_no_update"]
    other.dispose()
