"""A full disk: nothing is lost, people are told to come back, and then work goes on."""

import shutil
import time

import pytest
from sqlalchemy import text

from engine.errors import CommitUnknown, DatabaseUnavailable
from engine.filestore import FileStore
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.journal.sealing import seal
from engine.journal.verification import verify
from engine.store.database import reading
from tests.conftest import LONG
from tests.crash.campaign import settled
from tests.crash.disks import small_disk
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

CYCLES = 10 if LONG else 2
CASES = 60 if LONG else 5
PAUSE = 1.0 if LONG else 0.2
LONGEST = 20.0
DATA = b"%PDF-1.7 " + bytes(range(256)) * 512

FULL = r"No space left|File too large|disk I/O error"

pytestmark = pytest.mark.long


@pytest.fixture(params=["mounted", "limited"] if LONG else ["mounted"])
def disk(request, tmp_path):
    with small_disk(tmp_path / "disk", mounts=request.param == "mounted") as disk:
        yield disk


def told_later(town):
    return sum(n for (_, status), n in town.diary.statuses.items() if status == 503)


def await_refusal(town):
    """Wait until somebody is told that nothing can be written."""
    before, begun = told_later(town), time.monotonic()
    while told_later(town) == before:
        assert time.monotonic() - begun < LONGEST, "nobody noticed the full disk"
        time.sleep(0.01)


def test_work_goes_on_after_the_disk_was_full(disk, sqlite_ward):
    path = disk.folder / "thidua.db"
    shutil.copy(sqlite_ward.template, path)
    url, var_dir = f"sqlite:///{path}", disk.folder / "var"
    with settled(url, sqlite_ward.ward, var_dir, CASES, {}) as town:
        with town.working(seed=1):
            for _ in range(CYCLES):
                town.await_answer()
                time.sleep(PAUSE)
                disk.fill()
                await_refusal(town)
                time.sleep(PAUSE)
                disk.free()
        town.finish()
        diary = town.diary
        print(f"{CYCLES} cycles, {len(diary.deeds)} told, {dict(diary.statuses)}")
        assert town.problems() == []
        with reading(town.database) as session:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"


def test_a_full_disk_leaves_no_half_file(disk):
    store = FileStore(disk.folder / "files")
    store.put(DATA)
    disk.fill()
    with pytest.raises(OSError, match=FULL):
        store.put(DATA + b"more")
    disk.free()
    assert len([path for path in store.root.rglob("*") if path.is_file()]) == 1
    assert store.get(store.put(DATA + b"more")) == DATA + b"more"


@on_sqlite
def test_the_journal_is_written_outside_when_there_is_room_again(
    disk, database, ward, tmp_path
):
    key = open_key(tmp_path / "journal.key", "thidua")
    outside = Outside(disk.folder / "outside")
    for _ in range(CYCLES):
        for _ in range(20):
            Walk(database, ward).open()
        disk.fill()
        with pytest.raises((OSError, DatabaseUnavailable, CommitUnknown), match=FULL):
            seal(database, key, outside, NOON)
        disk.free()
        seal(database, key, outside, NOON)
        with reading(database) as session:
            report = verify(session, key, outside)
        assert (report.findings, report.sealed) == ((), report.entries)
