"""Nominations that go wherever chance leads: each ends with an outcome, none gets stuck.

Every step is saved and restored. The seed of a walk is its number: a walk that fails is
repeated by its number alone.
"""

import random
from collections import Counter

import pytest

from engine.process.runner import Instance
from forms.vocabulary import Award, CaseOutcome, Level, LevelMode, Outcome
from tests.conftest import LONG
from tests.scenarios.combinations import PLANS
from tests.scenarios.library import Routing
from tests.scenarios.travel import RECORDABLE, ProcessWalk, definitions

BATCH = 10
"""Walks in one test."""

MOST_STEPS = 300
"""Nobody chooses so long by chance: a walk of more steps is going round for ever."""

WEIGHTS = {
    "withdraw": 2,
    Outcome.REJECT: 3,
    Outcome.HOLD: 5,
    Outcome.RETURN: 12,
}
"""How often each is chosen where it is offered; going on is chosen far more often."""

GOING_ON = 50


def batches(count: int) -> list[int]:
    """Return the number of the first walk of each batch, for ``count`` walks."""
    return list(range(0, count, BATCH))


def wander(walk, chance: random.Random) -> Counter[str]:
    """Take steps by chance until the walk ends; return how often each outcome was chosen."""
    chosen: Counter[str] = Counter()
    while walk.ended is None:
        assert chosen.total() < MOST_STEPS, f"still on its way after {chosen}"
        step = choose(walk.choices(), chance)
        walk.take(step)
        chosen[step.kind] += 1
    return chosen


def choose(steps, chance):
    """Return one of ``steps``; of the returns first that it is one, then where to."""
    kinds = sorted({step.kind for step in steps})
    weights = [WEIGHTS.get(kind, GOING_ON) for kind in kinds]
    (kind,) = chance.choices(kinds, weights)
    return chance.choice([step for step in steps if step.kind == kind])


# --- on the process alone ---------------------------------------------------------------


def any_variables(chance: random.Random) -> dict[str, object]:
    """Return variables with any level left out but the one that decides."""
    award = chance.choice(list(Award))
    may_issue = chance.choice([True, False])
    variables = {"award": award.value, "unit_may_issue": may_issue}
    plain = {f"mode_{level}": LevelMode.IN_SYSTEM.value for level in Level}
    start = {**variables, **plain, "outcome": "", "return_to": ""}
    decides = Instance.start(definitions(), start, {}).variables()["deciding_level"]
    for level in Level:
        modes = [LevelMode.IN_SYSTEM]
        if level in RECORDABLE:
            modes.append(LevelMode.RECORDED)
        if level != decides:
            modes.append(LevelMode.LEFT_OUT)
        variables[f"mode_{level}"] = chance.choice(modes).value
    return variables


@pytest.mark.parametrize("first", range(0, 1000, 100))
def test_a_walk_of_the_process_alone_ends_with_an_outcome(first):
    seen = set()
    for number in range(first, first + 100):
        chance = random.Random(number)  # noqa: S311  the same walk each time
        walk = ProcessWalk(any_variables(chance))
        chosen = wander(walk, chance)
        seen |= chosen.keys()
        assert walk.ended == expected_end(chosen), number
        assert walk.issued == chosen["award"], number
    assert seen == {*Outcome, "withdraw"}


def expected_end(chosen: Counter[str]) -> CaseOutcome:
    """Return the outcome of a walk that took these steps."""
    if chosen["withdraw"]:
        return CaseOutcome.WITHDRAWN
    return CaseOutcome.AWARDED if chosen["award"] else CaseOutcome.REJECTED


# --- by the commands --------------------------------------------------------------------


def any_routing(chance: random.Random) -> Routing:
    """Return a routing that the plans and the settings of an office allow."""
    plan = chance.choice(["van-xuan", "van-xuan", "suoi-trang"])
    award = chance.choice(PLANS[plan])
    recorded = [level for level in RECORDABLE if chance.random() < 0.4]
    unit = "truong" if plan == "suoi-trang" else chance.choice(["truong", "cong-ty"])
    return Routing(award, unit, plan, frozenset(recorded))


def walk_through(office, first):
    """Take a batch of walks by commands; each must end once and leave a sound case."""
    for number in range(first, first + BATCH):
        chance = random.Random(number)  # noqa: S311  the same walk each time
        limit = chance.randint(1, 8)
        walk = office.open(any_routing(chance), max_returns=limit)
        chosen = wander(walk, chance)
        end = expected_end(chosen)
        assert walk.ended is end, number
        assert chosen["return"] <= limit, number
        assert walk.walk.check() == [], number
        assert walk.walk.replay() == [], number
        assert walk.outcomes() == [end.value], number


@pytest.mark.parametrize("first", batches(1000 if LONG else 150))
def test_a_walk_of_people_ends_with_an_outcome(sqlite_office, first):
    walk_through(sqlite_office, first)


@pytest.mark.parametrize("first", batches(1000 if LONG else 60))
def test_a_walk_of_people_ends_with_an_outcome_on_postgresql(postgresql_office, first):
    walk_through(postgresql_office, first)
