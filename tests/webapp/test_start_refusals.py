"""A start that would lose or leak decisions: refused with the reason and the mend."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text

from engine import health
from engine.store import database as databases
from engine.store import schema
from tests.engine.jobs.doing import on_postgresql

ALTERED = {
    "fsync": "ALTER SYSTEM SET fsync = on",
    "full_page_writes": "ALTER SYSTEM SET full_page_writes = on",
}


@pytest.fixture(autouse=True)
def no_server(monkeypatch):
    """Let a start that is not refused fail instead of serving."""

    def serve(*given):
        raise AssertionError("it started")

    monkeypatch.setattr("webapp.commands.run.make_server", serve)


def refused(thidua, *words):
    """Return why ``thidua run`` refuses to start."""
    result = thidua("run", "--port", "8999", *words, code=1)
    assert "Traceback" not in result.output
    return result.stderr


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SECRET_KEY", "short", "THIDUA_SECRET_KEY has 5 characters: expected 32"),
        ("SECRET_KEY", "a" * 64, "THIDUA_SECRET_KEY has 64 characters: expected 32 random"),
        ("DEBUG", "1", "THIDUA_DEBUG shows the inside of the program: remove it"),
        ("HOSTS", "localhost,", "expected the exact names, no wildcard"),
        ("HOSTS", "ward.example", "THIDUA_PLAIN_HTTP sends passwords unencrypted"),
        ("DEMO_CLOCK", "2030-01-01T00:00:00Z", "THIDUA_DEMO_CLOCK belongs to the demo"),
        ("PASSWORD_MEMORY_KIB", "64", "THIDUA_PASSWORD_MEMORY_KIB is 64: expected 19456"),
        ("SQLITE_SYNCHRONOUS", "NORMAL", "THIDUA_SQLITE_SYNCHRONOUS is not a setting"),
        ("THREADS", "eighty", "THIDUA_THREADS: "),
        ("DATABASE_URL", "mysql://u@h/x", "no database at mysql://u@h/x"),
        ("DATABASE_URL", "sqlite:////proc/none/x.db", "no database at sqlite:////proc/none"),
        ("DATABASE_URL", "postgresql+psycopg://u:pw@127.0.0.1:1/x", "u:***@127.0.0.1"),
        ("VAR_DIR", "/proc/none", "/proc/none cannot be written ("),
        ("JOURNAL_OUTSIDE", "/proc/none", "/proc/none cannot be written ("),
    ],
)
def test_a_setting_that_cannot_be_is_named(thidua, monkeypatch, name, value, problem):
    monkeypatch.setenv(f"THIDUA_{name}", value)
    if "wildcard" in problem:
        monkeypatch.setenv("THIDUA_PLAIN_HTTP", "0")
    assert problem in refused(thidua)


@pytest.mark.parametrize(
    ("pragma", "found"),
    [("synchronous=NORMAL", "1"), ("journal_mode=DELETE", "delete"), ("foreign_keys=OFF", "0"),
     ("recursive_triggers=OFF", "0")],
)  # fmt: skip
def test_a_sqlite_that_could_lose_decisions_does_not_start(thidua, monkeypatch, pragma, found):
    connect = databases.connect

    def careless(*given):
        engine = connect(*given)

        @event.listens_for(engine, "connect")
        def loosen(raw, record):
            raw.execute(f"PRAGMA {pragma}")

        return engine

    monkeypatch.setattr("engine.installation.connect", careless)
    name = pragma.partition("=")[0]
    said = refused(thidua)
    assert f"{name} of the database is {found}, which can lose decisions" in said
    assert "to mend: PRAGMA" in said


def test_a_sqlite_with_the_bug_does_not_start(thidua, monkeypatch):
    monkeypatch.setattr("pysqlite3.sqlite_version_info", (3, 40, 1))
    assert "install pysqlite3>=0.6.1" in refused(thidua)


@contextmanager
def altered(url, name):
    """Switch a parameter of the whole server off until the block ends."""
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf(), pg_sleep(0.3)"))
        try:
            yield
        finally:
            connection.execute(text(f"ALTER SYSTEM RESET {name}"))
            connection.execute(text("SELECT pg_reload_conf()"))
    server.dispose()


@on_postgresql
@pytest.mark.parametrize("name", ALTERED)
def test_a_postgresql_that_could_lose_decisions_does_not_start(
    thidua, monkeypatch, database_url, name
):
    monkeypatch.setenv("THIDUA_DATABASE_URL", database_url)
    with altered(database_url, name):
        said = refused(thidua)
    assert f"{name} of the database is off, which can lose decisions" in said
    assert ALTERED[name] in said


@on_postgresql
def test_a_connection_that_does_not_wait_for_the_disk_does_not_start(
    thidua, monkeypatch, database_url
):
    monkeypatch.setenv("THIDUA_DATABASE_URL", database_url)
    options = databases.Limits.postgresql_options.fget

    def careless(limits):
        return options(limits).replace("synchronous_commit=on", "synchronous_commit=off")

    monkeypatch.setattr(databases.Limits, "postgresql_options", property(careless))
    assert "synchronous_commit of the database is off" in refused(thidua)


@pytest.mark.parametrize(
    ("revision", "problem"),
    [("0005", "run “thidua db upgrade”"), ("9999", "of a later version of the program")],
)
def test_tables_of_another_version_do_not_start(thidua, installed, revision, problem):
    thidua("db", "upgrade")
    database = installed()
    if revision == "9999":
        with database.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    else:
        schema.downgrade(database, revision)
    database.dispose()
    assert problem in refused(thidua)


def test_a_disk_that_is_nearly_full_does_not_start(thidua, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 60)
    assert "make room first" in refused(thidua)


@pytest.mark.parametrize(
    ("content", "mode", "problem"),
    [("no key", 0o600, "is no private key"), (None, 0o644, "chmod 600")],
)
def test_a_key_of_the_journal_that_cannot_be_does_not_start(thidua, content, mode, problem):
    thidua("journal", "key")
    key = Path("var/journal.key")
    key.chmod(0o600)
    if content:
        key.write_text(content)
    key.chmod(mode)
    assert problem in refused(thidua)


def test_the_refusal_is_an_exit_status_of_the_real_program(thidua):
    words = [Path(sys.executable).with_name("thidua"), "run", "--port", "8999"]
    environment = {**os.environ, "THIDUA_DEBUG": "1"}
    run = subprocess.run(  # noqa: S603  # our own program
        words, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "Error: THIDUA_DEBUG shows the inside of the program: remove it\n"
