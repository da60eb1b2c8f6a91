"""The scenario files tell of everything that may happen, and of nothing else."""

import re
from collections import Counter

import pytest

from engine.definitions import packaged_files
from engine.plans import read_plan
from forms.vocabulary import Award, Occasion
from tests.scenarios.combinations import PLANS, explore, routings, told
from tests.scenarios.library import LEFT_OUT, read_scenarios
from tests.scenarios.travel import OTHER_PLAN
from tests.ward import PLAN

SAME_WAY = {Award.LABOR_ORDER_SECOND, Award.LABOR_ORDER_FIRST}
"""Awards that go the way of the Labor Order, third class: the tables name them together."""

FILES = {"van-xuan": PLAN, "suoi-trang": OTHER_PLAN}


@pytest.fixture(scope="module")
def possible():
    """Return all that may happen to a nomination, with any settings of an office."""
    return set().union(*(explore(routing) for routing in routings()))


def test_whatever_may_happen_has_its_scenario(possible):
    assert sorted(possible - told(read_scenarios())) == []


def test_no_scenario_tells_what_cannot_happen(possible):
    assert sorted(told(read_scenarios()) - possible) == []


def test_each_task_of_the_diagrams_is_waited_at(possible):
    drawn = {
        element_id
        for name, content in packaged_files().items()
        if name.endswith(".bpmn")
        for element_id in re.findall(r'<bpmn:userTask id="(\w+)"', content.decode())
    }
    assert drawn == {each.element_id for each in possible}
    assert len(drawn) > 20


@pytest.mark.parametrize("name", FILES)
def test_the_scenarios_know_the_plans(name):
    plan = read_plan(FILES[name].read_text(encoding="utf-8"), FILES[name].name)
    assert plan.left_out == LEFT_OUT[name]
    assert set(plan.awards_on(Occasion.FINAL)) - SAME_WAY == set(PLANS[name])


def test_no_two_paths_of_a_group_have_one_name():
    names = Counter((each.file, each.routing, each.name) for each in read_scenarios())
    assert [name for name, count in names.items() if count > 1] == []


def test_no_two_paths_take_the_same_steps():
    paths = Counter((each.routing, each.steps) for each in read_scenarios())
    assert [path for path, count in paths.items() if count > 1] == []
