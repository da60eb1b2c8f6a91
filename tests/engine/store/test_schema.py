"""The migrations make what the models say, and the database guards what is frozen."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine import journal
from engine.store import schema
from engine.store.database import connect, unit_of_work
from engine.store.models import Base

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


def test_the_migrations_make_the_tables_of_the_models(database):
    with database.connect() as connection:
        options = {"compare_type": False, "include_name": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    assert schema.is_current(database)


def is_ours(name, kind, parents):
    """Leave out what Procrastinate keeps on PostgreSQL."""
    return not str(name).startswith("procrastinate_")


def test_the_files_of_the_migrations_are_numbered_in_their_order():
    walked = ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()
    assert [one.revision for one in walked][::-1] == schema.KNOWN


def test_the_migrations_can_be_taken_back(database):
    schema.downgrade(database, "base")
    assert inspect(database).get_table_names() == ["alembic_version"]
    schema.upgrade(database)
    assert "journal_entries" in inspect(database).get_table_names()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entries SET action = 'x'",
        "UPDATE journal_entries SET action = 'x', salt = NULL, private = NULL",
        "UPDATE journal_entries SET private = '{}'",
        "DELETE FROM journal_entries",
        "REPLACE INTO journal_entries (id, stream, seq, happened_at, action, hash, body)"
        " SELECT id, stream, seq, happened_at, 'x', hash, body FROM journal_entries",
        "TRUNCATE journal_entries CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_journal(database, statement):
    if database.dialect.name == "sqlite" and statement.startswith("TRUNCATE"):
        statement = "DELETE FROM journal_entries WHERE seq = 1"
    if database.dialect.name == "postgresql" and statement.startswith("REPLACE"):
        statement = (
            "INSERT INTO journal_entries SELECT * FROM journal_entries"
            " ON CONFLICT (id) DO UPDATE SET action = 'x'"
        )
    with unit_of_work(database) as session:
        journal.append(session, stream="logins", action="login.opened", actor=None, at=NOON)
    with pytest.raises(DBAPIError, match="never changed"), database.begin() as connection:
        connection.execute(text(statement))
    with database.connect() as connection:
        actions = connection.execute(text("SELECT action FROM journal_entries")).scalars()
        assert list(actions) == ["login.opened"]


def test_a_stream_counts_without_gaps(session: Session):
    for _ in range(3):
        journal.append(session, stream="people", action="person.added", actor=None, at=NOON)
    other = journal.append(session, stream="plans", action="plan.loaded", actor=None, at=NOON)
    fourth = journal.append(
        session, stream="people", action="person.added", actor=None, at=NOON
    )
    assert (other, fourth) == (1, 4)


def test_sqlite_is_opened_so_that_a_power_cut_loses_nothing(sqlite_database):
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
    with sqlite_database.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    assert found == wanted


def test_an_old_sqlite_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("pysqlite3.sqlite_version_info", (3, 40, 1))
    with pytest.raises(Exception, match="can corrupt a WAL database"):
        connect(f"sqlite:///{tmp_path / 'x.db'}")
