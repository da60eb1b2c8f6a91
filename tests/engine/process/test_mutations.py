"""Diagrams damaged at random: the checks find the damage, or the diagram still runs."""

import random
from datetime import UTC, datetime, timedelta

from lxml import etree

from engine.errors import ProcessFailed
from engine.process.checks import check_diagrams
from engine.process.diagrams import parse
from engine.process.runner import Instance
from tests.conftest import LONG
from tests.engine.process.sample_diagrams import CLIMB, COUNCIL, START

MUTANTS = 3000 if LONG else 150
SETS = [CLIMB, {"nomination.bpmn": COUNCIL}]
BEGIN = datetime(2026, 11, 20, tzinfo=UTC)
SERVICES = {"issue_decision": lambda data: None}


def damaged(files, chance):
    """Return ``files`` with one element or attribute removed, swapped or renamed."""
    name = chance.choice([name for name in files if name.endswith(".bpmn")])
    root = etree.fromstring(files[name])
    elements = [e for e in root.iter() if e.getparent() is not None and e.tag != "process"]
    element = chance.choice(elements)
    ids = [e.get("id") for e in elements if e.get("id")]
    attributes = sorted(element.attrib)
    kind = chance.choice(["remove", "attribute", "drop attribute", "text", "move"])
    if kind == "remove" or not attributes:
        element.getparent().remove(element)
    elif kind == "attribute":
        element.set(chance.choice(attributes), chance.choice(ids))
    elif kind == "drop attribute":
        del element.attrib[chance.choice(attributes)]
    elif kind == "text":
        element.text = chance.choice(["", "outcome", "P1D", "true", "R2/PT1H", "3"])
    else:
        inside = set(element.iter())
        chance.choice([e for e in elements if e not in inside]).append(element)
    return {**files, name: etree.tostring(root, encoding="UTF-8", xml_declaration=True)}


def walk(files, chance):
    """Run a case at random for a while, through saving and restoring."""
    definitions = parse(files)
    now = BEGIN
    case = Instance.start(definitions, START | {"council_required": False}, SERVICES, at=now)
    for _ in range(15):
        tasks = case.standing().tasks
        if case.standing().ended:
            return
        now += timedelta(days=chance.choice([0, 0, 5]))
        case.fire_due(now)
        tasks = case.standing().tasks
        if tasks:
            task = chance.choice(tasks)
            answers = {
                "outcome": chance.choice(task.outcomes),
                "return_to": chance.choice(["draft", "unit"]),
            }
            case.complete(task.id, answers, at=now)
        case = Instance.restore(definitions, case.snapshot(), SERVICES)


def test_what_the_checks_let_through_can_be_run():
    found = ran = 0
    for seed in range(MUTANTS):
        chance = random.Random(seed)  # noqa: S311  the same damage each time
        files = damaged(chance.choice(SETS), chance)
        if any(finding.severity == "error" for finding in check_diagrams(files)):
            found += 1
            continue
        ran += 1
        for _ in range(4):
            try:
                walk(files, chance)
            except ProcessFailed as error:
                raise AssertionError(f"seed {seed}: {error}") from error
    assert found > MUTANTS // 2
    assert ran > MUTANTS // 20
