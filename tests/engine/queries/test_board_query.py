"""The board: how much waits at each level, and since when."""

from datetime import timedelta

import pytest

from engine.errors import NotPermitted
from engine.queries import board, counting
from engine.queries.board import get_board
from engine.store.database import reading
from forms.vocabulary import Award, CaseState, Level, Outcome
from tests.statements import counted
from tests.walk import Walk
from tests.ward import NOON


@pytest.fixture
def cases(database, ward):
    walk = Walk(database, ward)
    walk.open()
    walk.open().to("review_at_unit")
    walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    walk.open(award=Award.PROVINCIAL_MERIT).to("record_ward_council").do(Outcome.HOLD)
    walk.open(award=Award.PROVINCIAL_MERIT).to("decide_at_province").do(Outcome.REJECT)
    walk.open(award=Award.LABOR_ORDER).to("record_president_decision")


def test_each_level_says_how_many_wait_and_how_long(database, ward, cases):
    with reading(database) as session, counted(database) as statements:
        columns = get_board(session, ward.auditor, NOON + timedelta(days=4))
    assert [(one.level, one.count.number) for one in columns] == [
        (Level.UNIT, 2),
        (Level.WARD, 2),
        (Level.PROVINCE, 0),
        (Level.PRIME_MINISTER, 0),
        (Level.PRESIDENT, 1),
    ]
    assert columns[1].states == {CaseState.IN_REVIEW: 1, CaseState.ON_HOLD: 1}
    assert (columns[1].oldest_since, columns[1].oldest_days) == (NOON, 4)
    assert len([one for one in statements if one.startswith("SELECT")]) == 1


def test_the_board_counts_only_what_its_reader_may_see(database, ward, cases):
    with reading(database) as session:
        columns = get_board(session, ward.provincial_clerk, NOON)
    assert [one.count.number for one in columns] == [0, 0, 0, 0, 1]


def test_the_board_is_not_for_the_people_of_a_unit(database, ward):
    with reading(database) as session, pytest.raises(NotPermitted):
        get_board(session, ward.school_head, NOON)


def test_past_a_thousand_nothing_is_counted(database, ward, cases, monkeypatch):
    for module in (board, counting):
        monkeypatch.setattr(module, "MOST_COUNTED", 1)
    with reading(database) as session:
        columns = get_board(session, ward.auditor, NOON)
    assert columns[0].count.is_over
    assert not columns[4].count.is_over
