"""Nominations that go by chance while their time runs: each alarm once, all in the journal."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from engine.deadlines.alarms import run
from engine.deadlines.changes import NewLimit, set_limit
from engine.office import OPERATOR
from engine.store.database import unit_of_work
from forms.vocabulary import Counting, Level
from tests.conftest import LONG
from tests.scenarios.test_random_walks import any_routing, choose
from tests.ward import NOON

LAST = NOON + timedelta(days=27)
"""The round closes soon after."""


def put_limits(office, chance):
    for level in Level:
        days = chance.randint(1, 4)
        new = NewLimit(
            level,
            days=days,
            counting=chance.choice(list(Counting)),
            remind_before=chance.randint(1, days - 1) if days > 1 else None,
            starts_on=date(2026, 1, 1),
            source="Quy chế",
        )
        with unit_of_work(office.database) as session:
            set_limit(session, OPERATOR, new, at=NOON)


def check(walk):
    assert (walk.check(), walk.replay()) == ([], [])
    acts = Counter((one.task_id, one.action) for one in walk.journal())
    assert all(count == 1 for (_, act), count in acts.items() if act == "task.reminded")
    assert all(count == 1 for (_, act), count in acts.items() if act == "task.overdue")


@pytest.mark.parametrize("number", range(300 if LONG else 6))
def test_a_walk_against_the_clock_is_told_by_its_journal(sqlite_office, number):
    chance = random.Random(number)  # noqa: S311  the same walk each time
    put_limits(sqlite_office, chance)
    routing = any_routing(chance)
    while routing.plan != "van-xuan":
        routing = any_routing(chance)
    walk = sqlite_office.open(routing, max_returns=3)
    while walk.ended is None:
        walk.take(choose(walk.choices(), chance))
        later = timedelta(hours=chance.choice([0, 0, 1, 20, 60]))
        walk.walk.at = min(LAST, walk.walk.at + later)
        if chance.random() < 0.5:
            assert run(sqlite_office.database, lambda: walk.walk.at).failed == {}
    check(walk.walk)
