"""Random walks: our runner, saved and restored at every step, against the library alone.

On the sample diagrams, and on diagrams drawn at random; ``test_packaged_set`` does the same
on the real ones. In the long form more than 3,000 cases together.
"""

import random

import pytest

from tests.conftest import LONG
from tests.engine.process.random_diagrams import Drawer
from tests.engine.process.sample_diagrams import CLIMB, COUNCIL, START
from tests.engine.process.side_by_side import Walk

SETS = {"climb": CLIMB, "council": {"nomination.bpmn": COUNCIL}}
WALKS = 500 if LONG else 20
STEPS = 40
DRAWN = 1700 if LONG else 40


def start_walk(files, seed):
    """Return a walk that mostly goes on, so that it grows long."""
    chance = random.Random(seed)  # noqa: S311  the same walk each time

    def choose(task):
        lasting = [outcome for outcome in task.outcomes if outcome not in {"award", "reject"}]
        outcomes = lasting if lasting and chance.random() < 0.8 else task.outcomes
        return {
            "outcome": chance.choice(outcomes),
            "return_to": chance.choice(["draft", "unit"]),
        }

    data = {
        **START,
        "award": chance.choice(["unit_certificate", "labor_order"]),
        "unit_may_issue": chance.choice([True, False]),
        "council_required": False,
    }
    return Walk(files, data, choose, chance)


@pytest.mark.parametrize("name", SETS)
def test_a_case_goes_where_the_library_would_take_it(name):
    results = [start_walk(SETS[name], seed).go(STEPS) for seed in range(WALKS)]
    assert sum(steps for steps, _ in results) > 8 * WALKS
    assert sum(ended for _, ended in results) > WALKS // 4


def test_a_case_goes_where_the_library_would_take_it_on_any_diagram():
    steps = ended = 0
    for seed in range(DRAWN):
        chance = random.Random(seed)  # noqa: S311  the same diagram and walk each time

        def choose(task, chance=chance):
            return {
                "outcome": chance.choice(task.outcomes),
                "return_to": chance.choice(["draft", "unit"]),
            }

        data = {"outcome": "", "return_to": "", "council_required": False}
        done, has_ended = Walk(Drawer(chance).files(), data, choose, chance).go(STEPS)
        steps, ended = steps + done, ended + has_ended
    assert steps > 5 * DRAWN
    assert ended > DRAWN // 2
