"""A database that is busy or gone is told as that; what was begun is rolled back."""

import time

import pytest
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.exc import DBAPIError

from engine.errors import CommitUnknown, DatabaseUnavailable
from engine.store.database import asking, connect, reading, unit_of_work
from engine.store.limits import Limits
from engine.store.models import Unit
from engine.store.prepared import Prepared
from tests.walk import on_sqlite

SHORT = Limits(
    pool_size=1,
    overflow=0,
    pool_seconds=0.1,
    lock_seconds=0.1,
    statement_seconds=0.3,
    idle_seconds=0.2,
    name="thidua-test",
)

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def impatient(database_url, ward):
    """Return the database of the ward, with one connection that hardly waits."""
    engine = connect(database_url, SHORT)
    yield engine
    engine.dispose()


def rename(session, name):
    session.execute(update(Unit).where(Unit.code == "truong").values(name=name))


def name_of(database):
    with reading(database) as session:
        return session.scalar(text("SELECT name FROM units WHERE code = 'truong'"))


def write(database, name, then):
    """Change a name in a unit of work in which ``then`` happens."""
    with unit_of_work(database) as session:
        rename(session, name)
        then(session)


def end_connection(database, session):
    """End the connection of ``session`` from outside, as a restart of the server does."""
    pid = session.scalar(text("SELECT pg_backend_pid()"))
    with database.begin() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    time.sleep(0.05)


def test_what_is_read_is_one_moment(database, ward):
    ask = text("SELECT name FROM units WHERE code = 'truong'")
    with reading(database, one_moment=True) as session:
        before = session.scalar(ask)
        with unit_of_work(database) as other:
            rename(other, "Trường khác")
        assert session.scalar(ask) == before
    assert name_of(database) == "Trường khác"


def test_a_page_that_writes_by_mistake_is_refused(impatient):
    before = name_of(impatient)
    with pytest.raises(DBAPIError, match=r"read-?only"), reading(impatient) as session:
        rename(session, "Trường khác")
    assert name_of(impatient) == before
    with unit_of_work(impatient) as session:  # on the same connection
        rename(session, "Trường mới")
    assert name_of(impatient) == "Trường mới"


@on_postgresql
def test_pages_leave_the_statements_prepared(impatient):
    for _page in range(10):
        name_of(impatient)
    with reading(impatient) as session:
        plans = text(
            "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%units%'"
        )
        assert session.scalar(plans) > 0


def test_single_questions_see_each_their_moment_and_leave_nothing_behind(impatient, database):
    ask = Prepared(select(Unit.name).where(Unit.code == bindparam("code")))
    with asking(impatient) as connection:
        first = ask.first(connection, {"code": "truong"}).name
        with unit_of_work(database) as other:
            rename(other, "Trường khác")
        found = ask.all(connection, {"code": "truong"})
    assert [one.name for one in found] == ["Trường khác"] != [first]
    with pytest.raises(DBAPIError):  # on the same connection
        write(impatient, "Trường mới", lambda one: one.execute(text("SELECT nothing")))
    assert name_of(impatient) == "Trường khác"


@on_postgresql
def test_a_connection_lost_while_it_is_asked_is_told_and_made_anew(impatient, database):
    ask = Prepared(select(Unit.name).limit(1))

    def ask_of_a_lost_one():
        with asking(impatient) as connection:
            end_connection(database, connection)
            ask.first(connection, {})

    with pytest.raises(DatabaseUnavailable):
        ask_of_a_lost_one()
    with asking(impatient) as connection:
        assert ask.first(connection, {}) is not None


@on_postgresql
def test_lists_are_planned_for_their_values(impatient):
    with reading(impatient, plans_anew=True) as session:
        assert session.scalar(text("SHOW plan_cache_mode")) == "force_custom_plan"
    with unit_of_work(impatient) as session:  # on the same connection
        assert session.scalar(text("SHOW plan_cache_mode")) == "auto"


@on_postgresql
def test_a_connection_that_ended_while_nobody_used_it_is_made_anew(impatient, database):
    with reading(impatient) as session:
        before = session.scalar(text("SELECT pg_backend_pid()"))
    with database.begin() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": before})
    time.sleep(0.05)
    with unit_of_work(impatient) as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != before


def test_what_was_changed_in_a_page_by_mistake_is_written_nowhere(database, ward):
    with reading(database) as session:
        session.get_one(Unit, ward.units["truong"]).name = "Trường khác"
    assert name_of(database) != "Trường khác"


def test_who_waits_for_a_lock_too_long_is_told_so(impatient, database):
    with unit_of_work(database) as holder:
        rename(holder, "Trường giữ khóa")
        with pytest.raises(DatabaseUnavailable), unit_of_work(impatient) as session:
            rename(session, "Trường chờ")
    assert name_of(database) == "Trường giữ khóa"


def test_who_gets_no_connection_is_told_so(impatient):
    with (
        reading(impatient),
        pytest.raises(DatabaseUnavailable, match="no connection was free"),
        reading(impatient) as session,
    ):
        session.execute(text("SELECT 1"))


@on_sqlite
def test_a_file_that_is_not_there_is_told_as_unavailable(database_url, tmp_path):
    engine = connect(f"sqlite:///{tmp_path}/nowhere/x.db")
    with pytest.raises(DatabaseUnavailable, match="unable to open"), reading(engine) as session:
        session.execute(text("SELECT 1"))


@on_postgresql
def test_a_connection_begins_with_the_limits(impatient):
    names = (
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
        "application_name",
        "synchronous_commit",
        "TimeZone",
    )
    with reading(impatient) as session:
        found = [session.scalar(text(f"SHOW {name}")) for name in names]
        only_reads = session.scalar(text("SHOW transaction_read_only"))
    assert found == ["300ms", "100ms", "200ms", "thidua-test", "on", "UTC"]
    assert only_reads == "on"


@on_postgresql
def test_a_statement_that_takes_too_long_is_ended(impatient):
    with pytest.raises(DatabaseUnavailable, match="timeout"):
        write(impatient, "Trường chậm", lambda one: one.execute(text("SELECT pg_sleep(2)")))
    assert name_of(impatient) != "Trường chậm"


@on_postgresql
def test_a_transaction_that_does_nothing_is_ended(impatient):
    def wait(session):
        time.sleep(0.4)
        session.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnavailable):
        write(impatient, "Trường ngủ quên", wait)
    assert name_of(impatient) != "Trường ngủ quên"


@on_postgresql
def test_a_lost_connection_undoes_what_was_begun(impatient, database):
    def go_on(session):
        end_connection(database, session)
        session.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnavailable):
        write(impatient, "Trường dở dang", go_on)
    assert name_of(impatient) != "Trường dở dang"  # on a new connection


@on_postgresql
def test_a_connection_lost_in_the_commit_leaves_a_doubt(impatient, database):
    with pytest.raises(CommitUnknown):
        write(impatient, "Trường chưa rõ", lambda one: end_connection(database, one))


@on_postgresql
def test_a_server_that_is_not_there_is_told_as_unavailable(database_url):
    gone = connect("postgresql+psycopg://nobody@127.0.0.1:1/x", SHORT)
    with pytest.raises(DatabaseUnavailable), reading(gone) as session:
        session.execute(text("SELECT 1"))
