"""Many people in the same moment: one wins, the others learn it, nothing happens twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from engine.errors import EngineError
from engine.store.database import unit_of_work
from engine.tasks import complete_task
from forms.vocabulary import Outcome
from tests.walk import DECISION, Walk, new_key
from tests.ward import NOON

ROUNDS = 60
PEOPLE = 6


def race(workers):
    """Let all ``workers`` act at once; return the code of each one's answer."""
    barrier = Barrier(len(workers))

    def act(worker):
        barrier.wait()
        try:
            worker()
        except EngineError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(workers)) as pool:
        return sorted(pool.map(act, workers))


def completing(walk, actor, outcome, submission, key):
    """Return a function that completes the task that is open now, as ``actor``."""
    task_id, content_hash = walk.task().id, walk.content_hash()

    def act():
        with unit_of_work(walk.database) as session:
            complete_task(
                session,
                task_id=task_id,
                actor=actor,
                outcome=outcome,
                submission=submission,
                content_hash=content_hash,
                at=NOON,
                key=key,
            )

    return act


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


def test_of_six_who_complete_one_task_at_once_exactly_one_wins(walk, ward):
    walk.open().to("review_at_unit")
    heads = [ward.school_head, ward.school_deputy]
    for number in range(ROUNDS):
        outcome = (Outcome.HOLD, Outcome.RESUME)[number % 2]
        form = {Outcome.HOLD: "hold.v1", Outcome.RESUME: "resume.v1"}[outcome]
        answers = race(
            [
                completing(walk, heads[n % 2], outcome, walk.submissions[form], new_key())
                for n in range(PEOPLE)
            ]
        )
        assert answers == ["done"] + ["task_not_open"] * (PEOPLE - 1)
    assert len(walk.journal()) == 2 + ROUNDS
    assert walk.check() == []


def test_different_outcomes_at_once_leave_one(walk, ward):
    for _ in range(5):
        walk.open().to("review_at_unit")
        choices = [
            (Outcome.RECOMMEND, {}),
            (Outcome.REJECT, {"reason": "Không đạt."}),
            (Outcome.RETURN, walk.submissions["return.v2"]),
        ]
        answers = race(
            [completing(walk, ward.school_head, *choice, new_key()) for choice in choices]
        )
        assert answers == ["done", "task_not_open", "task_not_open"]
        assert walk.check() == []


def test_one_key_sent_six_times_at_once_acts_once_and_answers_all(walk, ward):
    for _ in range(5):
        walk.open().to("review_at_unit")
        act = completing(walk, ward.school_head, Outcome.RECOMMEND, {}, new_key())
        assert race([act] * PEOPLE) == ["done"] * PEOPLE
        assert len(walk.journal()) == 3
        assert walk.check() == []


def test_a_withdrawal_and_a_review_at_once_follow_each_other(walk, ward):
    for _ in range(5):
        walk.open().to("review_at_unit")
        review = completing(walk, ward.school_head, Outcome.REJECT, {"reason": "x"}, new_key())
        answers = race([review, walk.withdraw])
        assert answers in (["case_closed", "done"], ["done", "task_not_open"])
        assert walk.check() == []


def test_one_number_is_given_to_one_of_two_cases_decided_at_once(database, ward):
    for number in range(5):
        walks = [Walk(database, ward).open().to("decide_at_ward") for _ in range(2)]
        decision = DECISION | {"number": f"{number + 10}/QĐ-UBND"}
        answers = race(
            [
                completing(each, ward.ward_chairman, Outcome.AWARD, decision, new_key())
                for each in walks
            ]
        )
        assert answers == ["done", "number_taken"]
        assert [each.check() for each in walks] == [[], []]
