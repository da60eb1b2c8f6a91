"""Jobs: rows of the transaction that asks, done once, again after a failure, in order."""

from dataclasses import replace
from datetime import UTC, time, timedelta

import pytest
from marshmallow import Schema, ValidationError, fields
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from engine.errors import JobNotFailed, NotFound, NotPermitted
from engine.jobs import Daily, Every, defer
from engine.jobs.keeping import KEPT, TIDY, run_now
from engine.jobs.worker import FIRST_PAUSE, LONGEST_PAUSE, pause
from engine.store.database import reading, unit_of_work
from engine.store.models import JobRow, JournalEntry
from forms.vocabulary import JobState
from tests.engine.jobs.doing import Bench, all_steps
from tests.walk import on_sqlite
from tests.ward import NOON


@pytest.fixture
def bench(database, tmp_path):
    return Bench(database, tmp_path)


def test_what_was_asked_for_is_done_in_order_once(bench):
    for number in (1, 2, 3):
        bench.ask(number)
    first, second = bench.worker(), bench.worker()
    assert [first.step(), second.step(), first.step(), second.step()] == [True] * 3 + [False]
    assert bench.done == [1, 2, 3]
    assert {row.state for row in bench.rows()} == {JobState.DONE}


def test_what_was_rolled_back_was_never_asked_for(bench):
    with Session(bench.database) as session:
        defer(session, bench.note, {"number": 1}, at=NOON)
        session.rollback()
    assert bench.rows() == []


def test_the_same_key_is_the_same_job_also_when_it_is_done(bench):
    for _ in range(3):
        bench.ask(7, key="note:7")
        all_steps(bench.worker())
    assert bench.done == [7]


def test_nothing_is_done_before_its_time(bench):
    bench.ask(1, run_at=NOON + timedelta(hours=1))
    assert not bench.worker().step()
    bench.clock.go(hours=1)
    assert bench.worker().step()
    assert bench.done == [1]


def test_a_payload_that_does_not_fit_is_refused_where_it_is_asked_for(bench):
    with pytest.raises(ValidationError), unit_of_work(bench.database) as session:
        defer(session, bench.note, {"number": "eleven"}, at=NOON)
    assert bench.rows() == []


def test_a_payload_of_an_earlier_version_fails_and_is_not_lost(bench):
    class Later(Schema):
        name = fields.String(required=True)

    bench.ask(1)
    assert bench.worker(replace(bench.note, schema=Later)).step()
    (row,) = bench.rows()
    assert (row.state, row.payload) == (JobState.FAILED, {"number": 1})
    assert "name" in row.error


def test_who_does_not_know_a_job_leaves_it(bench):
    bench.ask(1)
    assert not bench.worker(replace(bench.note, name="other.job")).step()
    assert bench.rows()[0].attempts == 0


def test_a_failure_is_tried_again_later_and_at_last_counts(bench):
    bench.ask(1)
    bench.trouble = OSError("the disk is full")
    worker = bench.worker()
    for attempt in (1, 2):
        assert worker.step()
        assert not worker.step()
        (row,) = bench.rows()
        assert (row.state, row.attempts) == (JobState.WAITING, attempt)
        assert row.run_at == bench.clock.at + pause(attempt)
        assert row.error.endswith("OSError: the disk is full\n")
        bench.clock.at = row.run_at
    assert worker.step()
    (row,) = bench.rows()
    assert (row.state, row.attempts, row.held_until) == (JobState.FAILED, 3, None)
    bench.clock.go(days=9)
    assert not worker.step()


def test_pauses_double_up_to_an_hour():
    assert [pause(1), pause(2), pause(3)] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert pause(500) == LONGEST_PAUSE


def test_who_dies_with_a_job_loses_it_after_its_time(bench):
    bench.ask(1)
    dead = bench.worker()
    with unit_of_work(bench.database) as session:
        taken = dead._take(session, dead._is_due())
    other = bench.worker()
    assert not other.step()
    bench.clock.at += bench.note.hold
    assert other.step()
    assert bench.done == [1]
    dead._finish(taken, bench.note, "too late", is_final=True)  # it was only slow
    (row,) = bench.rows()
    assert (row.state, row.error, row.worker) == (JobState.DONE, "", other.name)


def test_a_job_that_takes_its_workers_down_fails_after_its_attempts(bench):
    bench.ask(1)
    for _ in range(bench.note.attempts):
        dying = bench.worker()
        with unit_of_work(bench.database) as session:
            assert dying._take(session, dying._is_due())
        bench.clock.at += bench.note.hold
    assert not bench.worker().step()
    (row,) = bench.rows()
    assert (row.state, row.held_until) == (JobState.FAILED, None)
    assert row.error
    bench.ask(2)
    assert bench.worker().step()
    assert bench.done == [2]


def test_a_periodic_job_has_one_row_and_runs_at_its_times(bench):
    job = replace(bench.note, again=Every(timedelta(minutes=5)), schema=TIDY.schema)
    job = replace(job, run=lambda work, payload: bench.done.append(0))
    workers = [bench.worker(job), bench.worker(job)]
    for worker in workers:
        worker.arm()
    assert sum(map(all_steps, workers)) == 1
    bench.clock.go(minutes=4)
    assert sum(map(all_steps, workers)) == 0
    bench.clock.go(days=16)
    assert sum(map(all_steps, workers)) == 1
    assert len(bench.rows()) == 1


def test_a_periodic_job_that_fails_runs_again(bench):
    job = replace(bench.note, again=Every(timedelta(hours=5)), schema=TIDY.schema)
    bench.trouble = OSError("no")
    worker = bench.worker(job)
    worker.arm()
    for attempt in range(1, 6):
        assert worker.step()
        (row,) = bench.rows()
        assert (row.state, row.attempts) == (JobState.WAITING, attempt)
        bench.clock.at = row.run_at
    assert row.run_at - NOON < timedelta(hours=1)


@on_sqlite
def test_a_clock_that_was_put_back_holds_no_periodic_job_up(bench):
    job = replace(bench.note, again=Every(timedelta(minutes=5)), schema=TIDY.schema)
    job = replace(job, run=lambda work, payload: bench.done.append(0))
    bench.clock.go(days=400)
    worker = bench.worker(job)
    worker.arm()
    all_steps(worker)
    bench.clock.at = NOON
    worker.arm()
    bench.clock.go(minutes=5)
    assert all_steps(worker) == 1


@pytest.mark.parametrize(
    ("at", "next_"),
    [
        (NOON.replace(hour=18, minute=59), NOON.replace(hour=19)),  # 1:59 in Vietnam
        (NOON.replace(hour=19), NOON.replace(hour=19) + timedelta(days=1)),
    ],
)
def test_a_daily_job_runs_at_a_time_of_vietnam(at, next_):
    assert Daily(time(2, 0)).after(at) == next_
    assert Daily(time(2, 0)).after(at).tzinfo is UTC


def test_only_an_administrator_lets_a_failed_job_run_again(bench, ward):
    bench.ask(1)
    with unit_of_work(bench.database) as session:
        session.execute(
            update(JobRow).values(state=JobState.FAILED, attempts=3, finished_at=NOON)
        )
    for actor, error in ((ward.ward_clerk, NotPermitted), (ward.auditor, NotPermitted)):
        with pytest.raises(error), unit_of_work(bench.database) as session:
            run_now(session, job_id=1, actor=actor, at=NOON)
    with unit_of_work(bench.database) as session:
        run_now(session, job_id=1, actor=ward.administrator, at=NOON)
    with pytest.raises(JobNotFailed), unit_of_work(bench.database) as session:
        run_now(session, job_id=1, actor=ward.administrator, at=NOON)
    with pytest.raises(NotFound), unit_of_work(bench.database) as session:
        run_now(session, job_id=2, actor=ward.administrator, at=NOON)
    assert bench.worker().step()
    assert bench.done == [1]
    with reading(bench.database) as session:
        said = session.scalars(select(JournalEntry).where(JournalEntry.stream == "jobs")).one()
        assert (said.action, said.facts["kind"]) == ("job.started", "note.number")


@on_sqlite
def test_a_periodic_job_is_let_run_before_its_time(bench, ward):
    job = replace(bench.note, again=Every(timedelta(hours=5)), schema=TIDY.schema)
    job = replace(job, run=lambda work, payload: bench.done.append(0))
    worker = bench.worker(job)
    worker.arm()
    assert all_steps(worker) == 1
    with unit_of_work(bench.database) as session:
        run_now(session, job_id=1, actor=ward.administrator, at=NOON)
    assert all_steps(worker) == 1


@on_sqlite
def test_old_jobs_are_forgotten_but_not_those_that_failed(bench):
    bench.ask(1)
    all_steps(bench.worker())
    bench.ask(2)
    bench.trouble = OSError("no")
    worker = bench.worker(replace(bench.note, attempts=1))
    all_steps(worker)
    bench.clock.at += KEPT + timedelta(seconds=1)
    TIDY.run(bench.work, {})
    assert [row.state for row in bench.rows()] == [JobState.FAILED]


def test_a_database_that_is_away_stops_no_worker(bench, caplog):
    bench.ask(1)
    worker = bench.worker()
    with bench.database.begin() as connection:
        connection.execute(text("ALTER TABLE jobs RENAME TO gone"))
    assert not worker.step()
    assert "no job could be taken" in caplog.text
    with bench.database.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO jobs"))
    assert worker.step()
    assert bench.done == [1]
