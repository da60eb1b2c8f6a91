"""The diagrams and tables that we ship: sound, complete, and drawn to be read."""

import itertools
from xml.etree import ElementTree

import pytest

from engine.definitions import packaged_files, packaged_set_id
from engine.process import diagrams
from engine.process.checks import check_diagrams
from engine.process.decisions import read_table
from engine.process.runner import Instance
from engine.process.safe_xml import parse_xml
from forms.vocabulary import Award, Level, LevelMode

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
DIAGRAMS = sorted(name for name in packaged_files() if name.endswith(".bpmn"))
IN_SYSTEM = {f"mode_{level}": LevelMode.IN_SYSTEM.value for level in Level}


def definitions():
    return diagrams.definitions(packaged_set_id(), packaged_files)


def tables():
    return [
        read_table(name, parse_xml(name, content))
        for name, content in packaged_files().items()
        if name.endswith(".dmn")
    ]


def start(award, *, unit_may_issue=False, issued=None, **modes):
    data = {"award": award, "unit_may_issue": unit_may_issue, "outcome": "", "return_to": ""}
    services = {"issue_decision": lambda data: issued.append(data["award"])}
    return Instance.start(definitions(), data | IN_SYSTEM | modes, services)


def test_the_checks_find_nothing_in_our_diagrams():
    assert check_diagrams(packaged_files()) == []


def test_there_is_the_whole_way_and_one_diagram_for_each_level():
    assert DIAGRAMS == [
        "labor_order.bpmn",
        "nomination.bpmn",
        "prime_minister_certificate.bpmn",
        "provincial_merit.bpmn",
        "unit_certificate.bpmn",
        "ward_council.bpmn",
    ]


@pytest.mark.parametrize(
    ("award", "unit_may_issue", "level"),
    [
        (Award.UNIT_CERTIFICATE, True, Level.UNIT),
        (Award.UNIT_CERTIFICATE, False, Level.WARD),
        (Award.PROVINCIAL_MERIT, False, Level.PROVINCE),
        (Award.PRIME_MINISTER_CERTIFICATE, False, Level.PRIME_MINISTER),
        (Award.LABOR_ORDER, True, Level.PRESIDENT),
        (Award.LABOR_ORDER_SECOND, False, Level.PRESIDENT),
        (Award.LABOR_ORDER_FIRST, False, Level.PRESIDENT),
    ],
)
def test_the_award_decides_how_far_a_nomination_climbs(award, unit_may_issue, level):
    issued: list[str] = []
    instance = start(award, unit_may_issue=unit_may_issue, issued=issued)
    levels = []
    while (standing := instance.standing()).ended is None:
        (task,) = standing.tasks
        levels.append(task.level)
        decides = task.level == level and "award" in task.outcomes
        submits = task.outcomes == ("submit",)
        outcome = "submit" if submits else "award" if decides else "recommend"
        instance.complete(task.id, {"outcome": outcome, "return_to": ""})
    assert (standing.ended, issued, levels[-1]) == ("awarded", [award], level)


def test_every_table_has_one_answer_for_every_input():
    for award, may_issue in itertools.product(Award, (True, False)):
        inputs = {"award": award.value, "unit_may_issue": may_issue}
        for table in tables():
            assert len(table.matching(inputs)) == 1, (table.id, inputs)


def test_every_row_of_a_table_names_its_source():
    for table in tables():
        column = table.outputs.index("source")
        for rule in table.rules:
            assert len(rule.outputs[column].strip('"')) > 10, rule.id


def properties_of(element):
    path = f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property"
    return {one.get("name"): one.get("value") for one in element.findall(path)}


@pytest.mark.parametrize("name", DIAGRAMS)
def test_whatever_has_a_name_has_it_in_both_languages(name):
    root = ElementTree.fromstring(packaged_files()[name])  # noqa: S314  # our own file
    process = root.find(f"{BPMN}process")
    named = [one for one in process.iter() if one.tag.startswith(BPMN) and one.get("name")]
    for element in (process, *named):
        english = properties_of(element).get("name_en", "")
        assert english, element.get("id")


@pytest.mark.parametrize("name", DIAGRAMS)
def test_each_task_says_in_both_languages_what_is_done(name):
    root = ElementTree.fromstring(packaged_files()[name])  # noqa: S314  # our own file
    tasks = [one for one in root.iter() if one.tag.endswith("Task")]
    for task in tasks:
        assert task.get("name"), task.get("id")
    for task in root.iter(f"{BPMN}userTask"):
        vietnamese = task.findtext(f"{BPMN}documentation", "")
        english = properties_of(task).get("documentation_en", "")
        assert min(len(vietnamese), len(english)) > 30, task.get("id")
        assert english.endswith("."), task.get("id")


@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_lane_names_its_people_and_every_step_is_in_one(name):
    root = ElementTree.fromstring(packaged_files()[name])  # noqa: S314  # our own file
    process = root.find(f"{BPMN}process")
    assert process is not None
    in_lanes = [ref.text for ref in process.iter(f"{BPMN}flowNodeRef")]
    steps = [
        child.get("id")
        for child in process
        if child.tag.endswith(("Task", "Gateway", "Event", "subProcess", "callActivity"))
    ]
    assert sorted(map(str, in_lanes)) == sorted(map(str, steps))
    assert all(lane.get("name") for lane in process.iter(f"{BPMN}lane"))
