"""``thidua backup`` and ``thidua restore``: what people read, and how they refuse."""

import shutil
from pathlib import Path

import pytest

from engine.store.database import unit_of_work
from tests.engine.journal.sealed import live
from tests.ward import build_ward


@pytest.fixture
def made(thidua, installed):
    """A backup of an installation with some cases."""
    thidua("db", "upgrade")
    database = installed()
    with unit_of_work(database) as session:
        ward = build_ward(session)
    live(database, ward, 1, cases=2)
    thidua("journal", "seal")
    database.dispose()
    said = thidua("backup", "backups").stdout
    (folder,) = Path("backups").iterdir()
    assert said.startswith(f"{folder}: ")
    assert " rows of " in said
    return folder


def test_an_installation_that_was_lost_comes_back(thidua, made):
    assert thidua("restore", made, "--check").stdout.startswith("The backup is whole: ")
    for path in Path("var").glob("thidua.db*"):
        path.unlink()
    said = thidua("restore", made).stdout
    assert "thidua journal roll-forward" in said
    assert thidua("journal", "roll-forward").stdout.endswith("everything fits.\n")


def test_a_database_that_is_there_is_not_written_over(thidua, made):
    before = Path("var/thidua.db").read_bytes()
    assert "the target is not empty" in thidua("restore", made, code=1).stderr
    assert Path("var/thidua.db").read_bytes() == before


def test_what_is_no_backup_is_said_with_its_folder(thidua, made):
    Path("other").mkdir()
    said = thidua("restore", "other", code=1).stderr
    assert said == "Error: other is no backup: it has no manifest.json that can be read\n"
    shutil.rmtree(made / "journal")
    said = thidua("restore", made, code=1).stderr
    assert "journal/checkpoints.jsonl is missing from the backup" in said


def test_a_place_that_cannot_be_written_is_said(thidua, made):
    Path("file").write_text("x")
    said = thidua("backup", "file/below", code=1).stderr
    assert said.startswith("Error: no backup in file/below: ")
