"""``thidua journal``, and the start that refuses an older database."""

import shutil
import threading
from datetime import UTC, datetime

import pysqlite3
import pytest
from sqlalchemy import func, select, text

from engine.cases import case_named
from engine.jobs.registry import JOBS
from engine.jobs.worker import Worker
from engine.journal.nightly import last_check
from engine.office import OPERATOR
from engine.people import add_person
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalCheckpoint, JournalEntry
from tests.engine.journal.sealed import drop_guards, live
from tests.ward import NOON, build_ward
from tests.webapp.test_workbooks import rows_of
from webapp.background import work_of
from webapp.sealing import Sealer
from webapp.settings import Settings


@pytest.fixture
def ward_with_cases(thidua, installed):
    """An installation with some cases; its database."""
    thidua("db", "upgrade")
    database = installed()
    with unit_of_work(database) as session:
        ward = build_ward(session)
    live(database, ward, 1, cases=2)
    return database


def test_the_journal_is_sealed_checked_and_replayed(thidua, ward_with_cases, tmp_path):
    count = thidua("journal", "seal").stdout
    assert "entries were sealed" in count
    assert thidua("journal", "seal").stdout == "0 entries were sealed.\n"
    said = thidua("journal", "verify").stdout
    assert "2 checkpoints: everything fits." in said
    with reading(ward_with_cases) as session:
        reference = session.scalar(text("SELECT reference FROM cases ORDER BY id"))
        assert case_named(session, reference).reference == reference
    of_case = thidua("journal", "verify", "--case", reference).stdout
    assert of_case.split()[0] == of_case.split()[2]  # all of them sealed
    assert reference in thidua("journal", "replay", reference).stdout
    assert "def main(" in thidua("journal", "verifier").stdout
    assert thidua("journal", "key").stdout.startswith("thidua+")
    assert "everything fits" in thidua("journal", "verify", "--since", "3").stdout
    assert "no case X" in thidua("journal", "replay", "X", code=1).stderr
    assert "no case X" in thidua("journal", "verify", "--case", "X", code=1).stderr


def test_a_finding_names_the_first_entry_that_does_not_fit(thidua, ward_with_cases):
    thidua("journal", "seal")
    with ward_with_cases.begin() as connection:
        drop_guards(connection)
        connection.execute(
            text("UPDATE journal_entries SET actor_id = 1 WHERE stream = 'case:1' AND seq = 2")
        )
    for words in ([], ["--case", "HS-2030-0001"], ["--note"]):
        said = thidua("journal", "verify", *words, code=1).stderr
        assert "Error: changed: case:1 2: actor: the entry says" in said
    with reading(ward_with_cases) as session:
        found = last_check(session)
    assert any(one.startswith("changed: case:1 2") for one in found.findings)


def test_a_paper_is_compared_with_the_journal(thidua, ward_with_cases, installed):
    thidua("journal", "seal")
    with reading(ward_with_cases) as session:
        note = session.scalars(select(JournalCheckpoint.note)).first()
    _name, size, root = note.splitlines()[:3]
    said = thidua("journal", "prove", size, root).stdout
    assert said.startswith(f"The journal begins with the {size} entries of the paper.\n")
    assert said.endswith(note)
    other = "A" * 43 + "="
    assert "another journal" in thidua("journal", "prove", size, other, code=1).stderr
    assert "are sealed" in thidua("journal", "prove", "9999", root, code=1).stderr
    assert "no hash" in thidua("journal", "prove", size, "x", code=1).stderr


def test_an_older_database_is_not_served(thidua, ward_with_cases, installed, tmp_path):
    with ward_with_cases.connect() as connection:
        copy = pysqlite3.dbapi2.connect("older.db")
        connection.connection.dbapi_connection.backup(copy)
        copy.close()
    ward_with_cases.dispose()
    thidua("journal", "seal")
    for path in tmp_path.glob("var/thidua.db*"):
        path.unlink()
    shutil.copy("older.db", "var/thidua.db")
    for words in (["run", "--port", "8999"], ["journal", "seal"]):
        said = thidua(*words, code=1).stderr
        assert said.startswith("Error: the database has 0 entries of the journal, outside of")
        assert said.endswith("or run “thidua journal roll-forward”\n")
    told = thidua("journal", "roll-forward").stdout
    assert told.startswith("0 entries, 0 acts on nominations.\n")  # not sealed then, but there
    assert told.endswith("everything fits.\n")
    assert "0 entries were sealed" in thidua("journal", "seal").stdout


def test_what_a_roll_forward_cannot_do_is_a_list_for_the_clerks(
    thidua, ward_with_cases, installed, tmp_path
):
    with ward_with_cases.connect() as connection:
        copy = pysqlite3.dbapi2.connect("older.db")
        connection.connection.dbapi_connection.backup(copy)
        copy.close()
    with unit_of_work(ward_with_cases) as session:
        name = "Quàng Thị Mới"
        add_person(session, full_name=name, is_woman=True, actor=OPERATOR, at=NOON)
    ward_with_cases.dispose()
    thidua("journal", "seal")
    for path in tmp_path.glob("var/thidua.db*"):
        path.unlink()
    shutil.copy("older.db", "var/thidua.db")
    told = thidua("journal", "roll-forward").stdout
    assert "to be entered again: person.added, 1 times" in told
    (path,) = tmp_path.glob("var/viec-phai-lam-*.xlsx")
    assert f"for the clerks: {path.relative_to(tmp_path)}" in told
    assert path.stat().st_mode & 0o077 == 0
    assert rows_of(path.read_bytes())[-1][4] == name


def test_another_key_is_refused_in_words(thidua, ward_with_cases, tmp_path):
    thidua("journal", "seal")
    (tmp_path / "var" / "journal.key").unlink()
    assert "no signature of thidua with this key" in thidua("journal", "seal", code=1).stderr
    assert "unsigned: checkpoint 1 (outside)" in thidua("journal", "verify", code=1).stderr


def test_beside_the_pages_the_journal_is_sealed_and_checked(thidua, ward_with_cases, tmp_path):
    settings = Settings(journal_seconds=1)
    before = threading.active_count()
    sealer = Sealer(settings, ward_with_cases)
    sealer.start()
    sealer.stop()
    worker = Worker(work_of(settings, ward_with_cases), JOBS)
    worker.arm()
    while worker.step():
        pass
    assert threading.active_count() == before
    with reading(ward_with_cases) as session:
        entries = session.scalar(select(func.count()).select_from(JournalEntry))
        sizes = list(session.scalars(select(JournalCheckpoint.size)))
        check = last_check(session)
    assert max(sizes) == entries - 1  # the check is an entry, and not sealed yet
    assert check.findings == ()
    assert check.at <= datetime.now(UTC)


def test_what_stands_in_its_way_does_not_stop_the_thread(thidua, ward_with_cases, caplog):
    sealer = Sealer(Settings(), ward_with_cases)
    ward_with_cases.dispose()
    with ward_with_cases.begin() as connection:
        connection.execute(text("ALTER TABLE journal_leaves RENAME TO gone"))
    sealer.seal()
    assert "the journal was not sealed" in caplog.text
    with ward_with_cases.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO journal_leaves"))
    sealer.seal()
    with reading(ward_with_cases) as session:
        assert session.scalar(select(func.max(JournalCheckpoint.size))) > 0
