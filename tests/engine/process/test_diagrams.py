import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.errors import InvalidDiagram
from engine.process import diagrams
from engine.process.diagrams import definitions, parse, set_id
from engine.process.runner import Instance
from tests.engine.process.broken_diagrams import BROKEN
from tests.engine.process.sample_diagrams import CLIMB, COUNCIL, START

COUNCIL_SET = {"nomination.bpmn": COUNCIL}


def test_the_name_of_a_set_depends_on_names_and_contents_alone():
    assert set_id(CLIMB) == set_id(dict(reversed(CLIMB.items())))
    assert set_id(CLIMB) != set_id(CLIMB | {"nomination.bpmn": CLIMB["nomination.bpmn"] + b" "})
    assert set_id({"a": b"bc"}) != set_id({"ab": b"c"})
    assert len(set_id(CLIMB)) == 64


def test_a_set_is_read_and_parsed_once():
    reads = []

    def read():
        reads.append(1)
        return COUNCIL_SET

    first = definitions(set_id(COUNCIL_SET), read)
    assert definitions(set_id(COUNCIL_SET), read) is first
    assert len(reads) <= 1


def test_files_of_another_set_are_refused():
    with pytest.raises(InvalidDiagram, match="hash"):
        definitions("0" * 64, lambda: CLIMB)


def test_the_cache_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(diagrams, "_cache", {})
    for n in range(diagrams.MAX_CACHED_SETS + 5):
        files = {"nomination.bpmn": COUNCIL + b" " * n}
        definitions(set_id(files), lambda files=files: files)
    assert len(diagrams._cache) == diagrams.MAX_CACHED_SETS


@pytest.mark.parametrize(
    "name",
    [
        "a file with a DTD",
        "a file without a process",
        "a process for show",
        "two processes on top",
        "a process that calls itself",
        "a call to nobody",
        "a question to no table",
    ],
)
def test_what_cannot_be_run_is_refused_as_an_invalid_diagram(name):
    _, files = BROKEN[name]
    with pytest.raises(InvalidDiagram):
        parse(files)


def vote(shared, number):
    """Run one council to its end, saving and restoring at every step."""
    case = Instance.start(shared, START, {})
    ballots = 0
    while case.standing().tasks:
        task = case.standing().tasks[number % len(case.standing().tasks)]
        ballots += task.element_id == "ballot"
        outcome = "award" if task.element_id == "conclude" else "recommend"
        case.complete(task.id, {"outcome": outcome})
        case = Instance.restore(shared, case.snapshot(), {})
    return ballots, case.standing().ended


def test_threads_share_the_definitions():
    shared = parse(COUNCIL_SET)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda n: vote(shared, n), range(100)))
    finally:
        sys.setswitchinterval(interval)
    assert results == [(3, "awarded")] * 100
