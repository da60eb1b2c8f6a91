"""Prints of many certificates: a job makes the file, once, and it can be made again."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from engine import print_files
from engine.certificate_prints import Which, record_prints
from engine.errors import NotPermitted
from engine.filestore import FileStore
from engine.jobs import Work
from engine.jobs.registry import JOBS
from engine.jobs.worker import Worker
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.print_files import FORGET, KEPT, MAKE, find_file, list_files, read_file
from engine.store.database import reading, unit_of_work
from engine.store.models import JobRow
from forms.vocabulary import JobState
from tests.decided import decide_together
from tests.walk import NOON, new_key, on_sqlite

REASON = {"unconfirmed_reason": "Trao ngay tại hội nghị."}


class Hall:
    """Certificates of one decision, and the worker of their ward."""

    def __init__(self, database, ward, folder):
        self.database, self.ward = database, ward
        self.clerk = ward.ward_clerk
        self.walks = decide_together(database, ward, 3)
        self.files = FileStore(folder / "files")
        self.now = NOON
        self.work = Work(
            database,
            lambda: self.now,
            open_key(folder / "key", "vi-du"),
            Outside(folder),
            files=self.files.root,
        )

    def print(self, **changes):
        """Record a run of all sheets, and return it."""
        with unit_of_work(self.database) as session:
            return record_prints(
                session,
                **{
                    "reference": self.walks[0].case().reference,
                    "which": Which.ALL,
                    "stock": {},
                    "actor": self.clerk,
                    "at": NOON,
                    "key": new_key(),
                }
                | REASON
                | changes,
            )

    def do_jobs(self):
        """Do what is due of the jobs of this part."""
        worker = Worker(self.work, {MAKE.name: JOBS[MAKE.name]})
        while worker.step():
            pass

    def file(self, run):
        with reading(self.database) as session:
            return find_file(session, self.clerk, run)

    def pages(self, run):
        with reading(self.database) as session:
            content = read_file(session, self.clerk, self.files, run)
        return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]

    def jobs(self):
        with reading(self.database) as session:
            chosen = select(JobRow.state).where(JobRow.name == MAKE.name)
            return list(session.scalars(chosen))


@pytest.fixture
def hall(database, ward, tmp_path, monkeypatch):
    monkeypatch.setattr(print_files, "MANY", 3)
    return Hall(database, ward, tmp_path)


def test_a_job_makes_the_file_of_a_large_run(hall):
    run = hall.print()
    waiting = hall.file(run)
    assert (waiting.sheets, waiting.sha256, waiting.is_waiting) == (3, None, True)
    hall.do_jobs()
    ready = hall.file(run)
    assert not ready.is_waiting
    assert len(hall.files.get(ready.sha256)) > 0
    pages = hall.pages(run)
    assert len(pages) == 3
    for place, page in enumerate(pages, 1):
        assert f"NGUYỄN THỊ VÍ DỤ {place}" in page
    with reading(hall.database) as session:
        assert list_files(session, [hall.walks[1].case_id]) == [ready]


@on_sqlite
def test_the_text_alone_is_printed_where_it_was_asked_for(hall):
    moved = hall.print(stock={"size": "a4", "across": "1,5"})
    hall.do_jobs()
    framed = hall.print(reason="Đổi phôi.")
    hall.do_jobs()
    assert len(hall.pages(moved)) == len(hall.pages(framed)) == 3
    assert hall.file(moved).sha256 != hall.file(framed).sha256


@on_sqlite
def test_what_is_rolled_back_or_small_asks_for_no_job(hall, monkeypatch):
    def fail(*given, **named):
        raise RuntimeError("seeded")

    with monkeypatch.context() as patch:
        patch.setattr(print_files, "defer", fail)
        with pytest.raises(RuntimeError, match="seeded"):
            hall.print()
    assert hall.jobs() == []
    monkeypatch.setattr(print_files, "MANY", 4)
    run = hall.print()
    assert hall.jobs() == []
    assert hall.file(run) is None
    with reading(hall.database) as session:
        assert read_file(session, hall.clerk, hall.files, run) is None


@on_sqlite
def test_the_same_request_again_asks_for_one_file(hall):
    key = new_key()
    assert hall.print(key=key) == hall.print(key=key)
    assert hall.jobs() == [JobState.WAITING]


@on_sqlite
def test_a_file_that_is_gone_is_made_again(hall):
    run = hall.print()
    hall.do_jobs()
    hall.files.remove(hall.file(run).sha256)
    assert len(hall.pages(run)) == 3
    hall.now = NOON + KEPT
    FORGET.run(hall.work, {})
    assert hall.file(run).sha256 is not None, "it is not old enough"
    hall.now += timedelta(seconds=1)
    FORGET.run(hall.work, {})
    old = hall.file(run)
    assert (old.sha256, old.is_waiting) == (None, False)
    assert len(hall.pages(run)) == 3


@on_sqlite
def test_a_job_that_gives_up_leaves_the_run(hall, monkeypatch):
    def fail(*given, **named):
        raise RuntimeError("seeded")

    run = hall.print()
    with monkeypatch.context() as patch:
        patch.setattr(print_files, "make_run", fail)
        for _attempt in range(MAKE.attempts):
            hall.do_jobs()
            hall.now += timedelta(hours=1)
    assert hall.jobs() == [JobState.FAILED]
    assert not hall.file(run).is_waiting
    assert len(hall.pages(run)) == 3


@on_sqlite
def test_others_may_not_have_the_file(hall):
    run = hall.print()
    hall.do_jobs()
    for person in ("school_head", "auditor"):
        actor = hall.ward.people[person]
        with reading(hall.database) as session, pytest.raises(NotPermitted):
            find_file(session, actor, run)
        with reading(hall.database) as session, pytest.raises(NotPermitted):
            read_file(session, actor, hall.files, run)
