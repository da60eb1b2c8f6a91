"""Where the diagram says so, a step ends at its time: found and done like any alarm."""

from datetime import timedelta

import pytest

from engine import definitions
from engine.deadlines.alarms import run
from engine.errors import TaskNotOpen
from engine.process import diagrams
from forms.vocabulary import Outcome, Role
from tests.engine.process.drawing import timer, user_task
from tests.walk import Walk, on_sqlite, traces
from tests.ward import NOON

TEN_DAYS = timedelta(days=10)
LATE = user_task("appraise_late", role="ward_chairman", unit="ward", level="ward")
HARD = (
    '<bpmn:boundaryEvent id="too_late" attachedToRef="appraise_at_ward"'
    f' cancelActivity="true">{timer("P10D")}</bpmn:boundaryEvent>'
    f'<bpmn:userTask id="appraise_late" name="Thẩm định quá hạn">{LATE.inside}</bpmn:userTask>'
    '<bpmn:sequenceFlow id="late" sourceRef="too_late" targetRef="appraise_late"/>'
    '<bpmn:sequenceFlow id="on" sourceRef="appraise_late"'
    ' targetRef="appraise_at_ward_result"/>'
    "</bpmn:process>"
)
"""After ten days the appraisal is taken from the clerk: only here, no law says so."""


@pytest.fixture
def walk(database, ward, monkeypatch):
    files = dict(definitions.packaged_files())
    drawn = files["ward_council.bpmn"].decode()
    files["ward_council.bpmn"] = drawn.replace("</bpmn:process>", HARD, 1).encode()
    set_id = diagrams.set_id(files)
    monkeypatch.setattr(definitions, "packaged_files", lambda: files)
    monkeypatch.setattr(definitions, "packaged_set_id", lambda: set_id)
    monkeypatch.setattr(definitions, "_packaged_errors", tuple)
    return Walk(database, ward).open().to("appraise_at_ward")


def look(walk, now):
    report = run(walk.database, lambda: now)
    assert report.failed == {}
    assert (walk.check(), walk.replay()) == ([], [])
    return report.acts


def test_a_step_ends_at_its_time_and_another_begins(walk):
    assert walk.case().next_due_at == NOON + TEN_DAYS
    assert look(walk, NOON + TEN_DAYS - timedelta(seconds=1)) == 0
    assert look(walk, NOON + TEN_DAYS) == 1
    assert look(walk, NOON + TEN_DAYS) == 0
    task = walk.task()
    assert (task.element_id, task.role) == ("appraise_late", Role.WARD_CHAIRMAN)
    last = walk.journal()[-1]
    assert (last.action, last.actor_id) == ("timer.fired", None)
    assert "ward_council/too_late" in last.detail["passed"]
    walk.at = NOON + TEN_DAYS
    walk.do(Outcome.REJECT)
    assert (walk.check(), walk.replay()) == ([], [])


def test_who_comes_after_the_time_finds_the_step_gone(walk):
    task, before = walk.task(), traces(walk.database)
    walk.at = NOON + TEN_DAYS
    with pytest.raises(TaskNotOpen):
        walk.do(Outcome.RECOMMEND, task=task)
    assert traces(walk.database) == before
    assert look(walk, walk.at) == 1


@on_sqlite
def test_who_comes_in_time_ends_the_timer(walk):
    walk.at = NOON + TEN_DAYS - timedelta(seconds=1)
    walk.do(Outcome.RECOMMEND)
    assert walk.case().next_due_at is None
    assert look(walk, NOON + 2 * TEN_DAYS) == 0
