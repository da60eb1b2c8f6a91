"""Every path of the scenario files, on the process alone and by the commands."""

import pytest

from forms.vocabulary import CaseOutcome
from tests.conftest import LONG
from tests.scenarios.library import Scenario, read_scenarios
from tests.scenarios.travel import ProcessWalk

SCENARIOS = read_scenarios()


def _one_of_each_kind() -> list[Scenario]:
    """Return one path for each award, unit and plan with each kind of outcome."""
    chosen: dict[tuple[str, ...], Scenario] = {}
    for each in SCENARIOS:
        routing = each.routing
        chosen.setdefault((routing.award, routing.unit, routing.plan, each.kind), each)
    recorded = (each for each in SCENARIOS if each.routing.recorded and not each.told)
    return list(dict.fromkeys((*chosen.values(), *recorded)))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_the_process_takes_the_path_to_its_end(scenario):
    walk = ProcessWalk(scenario.routing.variables)
    for step in scenario.steps:
        assert walk.ended is None, f"ended before {step}"
        walk.take(step)
    assert walk.ended == scenario.ends
    assert walk.waiting == ()
    assert walk.issued == (1 if scenario.ends is CaseOutcome.AWARDED else 0)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_people_take_the_path_to_its_end(sqlite_office, scenario):
    take_path(sqlite_office, scenario)


@pytest.mark.parametrize("scenario", SCENARIOS if LONG else _one_of_each_kind(), ids=str)
def test_people_take_the_path_to_its_end_on_postgresql(postgresql_office, scenario):
    take_path(postgresql_office, scenario)


def take_path(office, scenario):
    """Take the path by commands; it must end once, as it says, and leave a sound case."""
    travel = office.open(scenario.routing)
    for step in scenario.steps:
        travel.take(step)
    assert travel.ended is scenario.ends
    assert travel.walk.check() == []
    assert travel.outcomes() == [scenario.ends.value]
