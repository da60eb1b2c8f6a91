"""Workers that are killed at any moment: each job is done, and what it does is there once."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from engine.jobs import defer
from engine.jobs.dispatch import Dispatcher
from engine.jobs.keeping import TIDY
from engine.store.database import reading, unit_of_work
from engine.store.models import JobRow, JournalEntry
from forms.vocabulary import JobState
from tests.engine.jobs.doing import Bench, on_postgresql, real_now
from tests.engine.jobs.many import JOB, write_down
from tests.walk import on_sqlite

LONG = bool(os.environ.get("THIDUA_TEST_LONG"))
JOBS, KILLS, WORKERS = (5_000, 200, 4) if LONG else (120, 8, 3)
ROOT = Path(__file__).parents[3]
PATIENCE = 600 if LONG else 60


class Crew:
    """Worker processes on one database."""

    def __init__(self, database, folder):
        url = database.url.render_as_string(hide_password=False)
        self.words = [sys.executable, "-m", "tests.engine.jobs.many", url, str(folder)]
        self.processes = [self.start() for _ in range(WORKERS)]

    def start(self):
        return subprocess.Popen(self.words, cwd=ROOT)  # noqa: S603  # our own program

    def kill_one(self, chance):
        place = chance.randrange(len(self.processes))
        self.processes[place].kill()
        self.processes[place].wait()
        self.processes[place] = self.start()

    def end(self):
        for process in self.processes:
            process.terminate()
        return [process.wait(timeout=60) for process in self.processes]


def ask_for(database, count):
    with unit_of_work(database) as session:
        for number in range(count):
            defer(session, JOB, {"number": number}, at=real_now(), key=f"number:{number}")


def unfinished(database):
    with reading(database) as session:
        wanted = select(func.count()).where(JobRow.state != JobState.DONE)
        return session.scalar(wanted)


def written(database):
    """Return how often each number stands in the journal."""
    with reading(database) as session:
        chosen = select(JournalEntry.stream).where(JournalEntry.action == "number.written")
        return Counter(session.scalars(chosen))


def test_killed_workers_lose_and_double_nothing(database, tmp_path):
    ask_for(database, JOBS)
    chance = random.Random(7)  # noqa: S311
    crew = Crew(database, tmp_path)
    until = time.monotonic() + PATIENCE
    try:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.4))
            crew.kill_one(chance)
        while unfinished(database) and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        ended = crew.end()
    assert unfinished(database) == 0
    assert ended == [0] * WORKERS
    found = written(database)
    assert (len(found), set(found.values())) == (JOBS, {1})


@on_sqlite
def test_a_job_that_does_not_look_is_found_to_have_acted_twice(database, tmp_path):
    """So the test above would see it."""
    bench = Bench(database, tmp_path)
    bench.ask(1)
    worker = bench.worker()
    with unit_of_work(database) as session:
        taken = worker._take(session, worker._is_due())
    for careless, count in ((False, 1), (False, 1), (True, 2)):
        write_down(bench.work, taken.payload, careless=careless)
        assert set(written(database).values()) == {count}


@on_postgresql
def test_postgresql_tells_a_worker_of_a_job(database, tmp_path):
    bench = Bench(database, tmp_path)
    dispatcher = Dispatcher(database.url, bench.worker().step)
    dispatcher.start()
    try:
        bench.ask(41)
        until = time.monotonic() + PATIENCE
        while not bench.done and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        dispatcher.stop()
    assert bench.done == [41]
    assert not dispatcher.is_alive()


@on_postgresql
def test_what_a_killed_worker_was_told_is_forgotten(database, tmp_path):
    bench = Bench(database, tmp_path)
    for number in range(4):
        bench.ask(number)
    told = text(
        "SELECT (args->>'job_id')::int, status::text FROM procrastinate_jobs ORDER BY id"
    )
    with unit_of_work(database) as session:
        workers = "(last_heartbeat) VALUES (now()), (now() - interval '2 hours') RETURNING id"
        here, gone = session.scalars(text(f"INSERT INTO procrastinate_workers {workers}"))
        for place, worker in ((0, here), (1, gone), (2, None)):
            session.execute(
                text(
                    "UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker"
                    " WHERE id = (SELECT min(id) + :place FROM procrastinate_jobs)"
                ),
                {"worker": worker, "place": place},
            )
        first = session.execute(told).first()[0]
    TIDY.run(bench.work, {})
    with reading(database) as session:
        assert session.execute(told).all() == [(first, "doing"), (first + 3, "todo")]


@on_postgresql
def test_a_job_that_nobody_was_told_of_is_done(database, tmp_path):
    bench = Bench(database, tmp_path)
    bench.ask(41)
    with unit_of_work(database) as session:  # as after a copy of the database
        session.execute(text("DELETE FROM procrastinate_jobs"))
    assert bench.worker().step()
    assert bench.done == [41]


@on_postgresql
def test_what_is_rolled_back_is_not_announced(database, tmp_path):
    bench = Bench(database, tmp_path)
    bench.ask(1)
    with Session(database) as session:
        defer(session, bench.note, {"number": 2}, at=bench.clock.at)
        session.rollback()
        found = session.scalars(text("SELECT args->>'job_id' FROM procrastinate_jobs"))
        assert list(found) == ["1"]
