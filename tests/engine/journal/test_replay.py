"""A case is rebuilt from its journal; where the tables say otherwise, that is said."""

import pytest
from sqlalchemy import text

from forms.vocabulary import Outcome
from tests.walk import RETURN, Walk, on_sqlite


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open()


def test_a_case_is_equal_to_its_journal_at_every_step(walk):
    assert walk.replay() == []
    walk.to("appraise_at_ward")
    walk.do(Outcome.RETURN, **RETURN)
    assert walk.replay() == []
    walk.to("appraise_at_ward")
    walk.do(Outcome.HOLD)
    assert walk.replay() == []
    walk.do(Outcome.RESUME)
    walk.to("decide_at_ward")
    assert walk.replay() == []
    walk.do(Outcome.AWARD)
    assert walk.replay() == []


def test_a_withdrawn_case_is_equal_to_its_journal(walk):
    walk.to("appraise_at_ward")
    walk.withdraw()
    assert walk.replay() == []


@on_sqlite
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE cases SET state = 'awarded'", "state: the journal says 'in_review'"),
        ("UPDATE cases SET returns = 3", "returns: the journal says 0, the tables 3"),
        ("DELETE FROM reviews", "reviews: the journal says 1, the tables 0"),
        ("UPDATE cases SET reference = 'HS-2030-9999'", "reference:"),
        ("UPDATE user_tasks SET state = 'cancelled' WHERE state = 'open'", "tasks:"),
    ],
)
def test_a_table_that_was_changed_differs_from_the_journal(walk, change, told):
    walk.to("appraise_at_ward")
    with walk.database.begin() as connection:
        connection.execute(text(change))
    (said,) = walk.replay()
    assert said.startswith(told)


@on_sqlite
def test_a_decision_that_was_changed_differs_from_the_journal(walk):
    walk.to("decide_at_ward")
    walk.do(Outcome.AWARD)
    with walk.database.begin() as connection:
        connection.execute(text("UPDATE decisions SET number = '1/QĐ-UBND'"))
    assert walk.replay() == [
        "decision: the journal says ('309/QĐ-UBND', '2030-12-02'),"
        " the tables ('1/QĐ-UBND', '2030-12-02')"
    ]
