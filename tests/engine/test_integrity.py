import pytest
from sqlalchemy import select, update

from engine.integrity import check_case
from engine.rules.model import hash_of
from engine.rules.stored import store_book
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Check, Review, TaskState, UserTask
from forms.vocabulary import CaseState, CheckStage, Conclusion, Outcome
from tests.walk import Walk
from tests.ward import NOON


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open().to("appraise_at_ward")


def test_a_sound_case_has_no_problem(walk):
    assert walk.check() == []


def test_an_unknown_case_is_a_problem(database):
    with reading(database) as session:
        assert check_case(session, 999) == ["case 999: there is no such case"]


NO_RULE = [
    {
        "rule": "E99",
        "verdict": "met",
        "sentence": "ok",
        "source": ["a", "b", False],
        "used": {},
    }
]

TAMPERED = {
    "task-closed": (
        update(UserTask)
        .where(UserTask.state == TaskState.OPEN)
        .values(state=TaskState.CANCELLED),
        "open tasks are",
    ),
    "task-moved": (
        update(UserTask)
        .where(UserTask.state == TaskState.OPEN)
        .values(element_id="decide_at_ward"),
        "open tasks are",
    ),
    "due": (update(Case).values(next_due_at=NOON), "next_due_at is"),
    "version": (update(Case).values(version=9), "version is 9"),
    "next-seq": (update(Case).values(next_seq=9), "next_seq is 9"),
    "returns": (update(Case).values(returns=3), "returns is 3"),
    "submitted": (update(Case).values(submitted_at=None), "submitted_at is None"),
    "snapshot": (update(Case).values(snapshot=b"x"), "damaged"),
    "outcome": (
        update(Case).values(outcome="awarded", closed_at=NOON, state=CaseState.AWARDED),
        "outcome is awarded",
    ),
    "review": (update(Review).values(outcome=Outcome.REJECT), "reviews are"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_rows_that_do_not_fit_the_instance_are_found(walk, database, name):
    statement, expected = TAMPERED[name]
    with unit_of_work(database) as session:
        session.execute(statement)
    assert any(expected in problem for problem in walk.check())


@pytest.mark.parametrize(
    ("findings", "answer_hash", "expected"),
    [
        pytest.param([], "0" * 64, "has other findings than its hash", id="hash"),
        pytest.param(NO_RULE, hash_of(NO_RULE), "cannot be read: NotFound", id="rule"),
    ],
)
def test_an_answer_of_the_rules_that_nobody_gave_is_found(
    walk, database, findings, answer_hash, expected
):
    with unit_of_work(database) as session:
        case = session.scalars(select(Case)).one()
        session.add(
            Check(
                case_id=case.id,
                stage=CheckStage.APPRAISED,
                book_sha256=store_book(session, NOON),
                received_on=NOON.date(),
                conclusion=Conclusion.ELIGIBLE,
                findings=findings,
                answer_hash=answer_hash,
                overridden=[],
                made_by_id=case.opened_by_id,
                made_at=NOON,
            )
        )
    (problem,) = walk.check()
    assert expected in problem
