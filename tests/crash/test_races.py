"""Two people in one moment: one wins, the other learns it; whatever comes between.

In a race nobody knows who is first. In a named interleaving the first stands between his
lock and his first write until the second has begun. Votes against the close of a ballot:
tests/engine/council/test_ballot_races.py and test_secret_races.py.
"""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from engine.dossiers import save_draft
from engine.errors import EngineError
from engine.store.database import connect, unit_of_work
from forms.vocabulary import Outcome
from tests.conftest import LONG
from tests.crash import mutants
from tests.engine.test_races import completing
from tests.walk import NOMINATION, RETURN, Walk, new_key, on_sqlite
from tests.ward import NOON

RACES = 10_000 if LONG else 50
MUTANT_RACES = 1_000
"""So often a seeded bug may go unseen: it shows in the first few."""
RACERS = 2
CASES = 20
"""Among which the races go round, so that no journal grows too long."""

BLOCKED = 0.1
"""Seconds in which the second surely comes to the lock."""

TURNS = ((Outcome.HOLD, "hold.v1"), (Outcome.RESUME, "resume.v1"))


def answer_of(act):
    """Do it; return ``done``, the code of the refusal, or the name of what went wrong."""
    try:
        act()
    except EngineError as error:
        return error.code
    except Exception as error:
        return type(error).__name__
    return "done"


@pytest.fixture
def apart(database):
    """A connection of our own to the database, into which a bug may be seeded."""
    url = database.url.render_as_string(hide_password=False)
    engine = connect(url)
    yield engine
    engine.dispose()


ONE_WINNER = ("done", *["task_not_open"] * (RACERS - 1))


def run_races(engine, ward, count, *, until_wrong=False):
    """Let people complete the same task at once, again and again; count who was told what."""
    walks = [Walk(engine, ward).open().to("review_at_unit") for _ in range(CASES)]
    heads = [ward.school_head, ward.school_deputy]
    barrier = threading.Barrier(RACERS)

    def race(act):
        barrier.wait()
        return answer_of(act)

    answers = Counter()
    with ThreadPoolExecutor(RACERS) as pool:
        for number in range(count):
            walk = walks[number % CASES]
            outcome, form = TURNS[number // CASES % 2]
            acts = [
                completing(walk, heads[n % 2], outcome, walk.submissions[form], new_key())
                for n in range(RACERS)
            ]
            told = tuple(sorted(pool.map(race, acts)))
            answers[told] += 1
            if until_wrong and told != ONE_WINNER:
                break
    return answers, [problem for walk in walks for problem in walk.check()]


@pytest.mark.long
def test_every_race_has_one_winner_and_the_others_are_told(apart, ward):
    answers, problems = run_races(apart, ward, RACES)
    assert answers == {ONE_WINNER: RACES}
    assert problems == []


@pytest.mark.long
def test_checking_without_a_lock_is_caught(apart, ward):
    mutants.without_locks(apart)
    answers, _ = run_races(apart, ward, MUTANT_RACES, until_wrong=True)
    assert answers.keys() != {ONE_WINNER}


@on_sqlite
@pytest.mark.long
def test_beginning_as_a_reader_is_caught(apart, ward):
    mutants.begin_as_reader(apart)
    answers, _ = run_races(apart, ward, MUTANT_RACES, until_wrong=True)
    assert answers.keys() != {ONE_WINNER}


# ---- Named interleavings


@contextmanager
def parked(engine):
    """Let the first thread that comes to a write wait there until it may go on."""
    standing, go = threading.Event(), threading.Event()

    def park(connection, cursor, statement, values, context, many):
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and not standing.is_set():
            standing.set()
            assert go.wait(10)

    event.listen(engine, "before_cursor_execute", park)
    try:
        yield standing, go
    finally:
        go.set()
        event.remove(engine, "before_cursor_execute", park)


def interleave(engine, first, second):
    """Let ``second`` begin while ``first`` stands between lock and write; both answers."""
    with ThreadPoolExecutor(2) as pool, parked(engine) as (standing, go):
        one = pool.submit(answer_of, first)
        assert standing.wait(10)
        two = pool.submit(answer_of, second)
        threading.Event().wait(BLOCKED)
        was_blocked = not two.done()
        go.set()
        return one.result(), two.result(), was_blocked


def deciding(outcome, submission):
    return lambda walk: completing(walk, walk.ward.school_head, outcome, submission, new_key())


def withdrawing(walk):
    return walk.withdraw


def submitting(walk):
    clerk = walk.ward.school_clerk
    return completing(walk, clerk, Outcome.SUBMIT, NOMINATION, new_key())


def saving(walk):
    """Return a function that keeps what a colleague has typed into the draft."""
    task_id = walk.task().id

    def save():
        with unit_of_work(walk.database) as session:
            save_draft(
                session,
                task_id=task_id,
                actor=walk.ward.school_head,
                form="nomination.v1",
                content={"subject_name": "Nguyễn Thị Ví Dụ"},
                version=None,
                at=NOON,
            )

    return save


complete = deciding(Outcome.RECOMMEND, {})
reject = deciding(Outcome.REJECT, {"reason": "Chưa đạt."})
send_back = deciding(Outcome.RETURN, RETURN)
hold = deciding(Outcome.HOLD, {"reason_kind": "discipline", "reason": "Chờ kết luận."})

INTERLEAVINGS = {
    "complete, complete": (complete, complete, "task_not_open"),
    "complete, return": (complete, send_back, "task_not_open"),
    "return, complete": (send_back, complete, "task_not_open"),
    "complete, withdraw": (complete, withdrawing, "done"),
    "reject, withdraw": (reject, withdrawing, "case_closed"),
    "withdraw, complete": (withdrawing, complete, "task_not_open"),
    "complete, hold": (complete, hold, "task_not_open"),
    "hold, complete": (hold, complete, "task_not_open"),
    "withdraw, withdraw": (withdrawing, withdrawing, "case_closed"),
}


@pytest.mark.parametrize("name", INTERLEAVINGS)
def test_the_second_waits_and_then_learns_what_the_first_did(apart, ward, name):
    first, second, expected = INTERLEAVINGS[name]
    walk = Walk(apart, ward).open().to("review_at_unit")
    assert interleave(apart, first(walk), second(walk)) == ("done", expected, True)
    assert walk.check() == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(submitting, saving, "task_not_open"), (saving, submitting, "done")],
    ids=["submit, edit", "edit, submit"],
)
def test_a_draft_is_edited_before_it_is_submitted_or_not_at_all(
    apart, ward, first, second, expected
):
    walk = Walk(apart, ward).open()
    assert interleave(apart, first(walk), second(walk)) == ("done", expected, True)
    assert walk.check() == []


def test_a_second_without_a_lock_is_caught(apart, ward):
    walk = Walk(apart, ward).open().to("review_at_unit")
    mutants.without_locks(apart)
    assert interleave(apart, complete(walk), complete(walk)) != ("done", "task_not_open", True)
