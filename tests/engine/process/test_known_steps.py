"""Steps that are looked up: what is shared between cases, and what never is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import NumberTaken, TaskNotOpen
from engine.process import known_steps
from engine.process.diagrams import parse
from engine.process.runner import Instance
from tests.engine.process.drawing import boundary, end, process, start, timer, user_task
from tests.engine.process.sample_diagrams import CLIMB, COUNCIL, START

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
DEFINITIONS = parse(CLIMB)
UNABLE = replace(DEFINITIONS, main=None, subprocesses={})
"""The same set, from which nothing can be run."""

TIMED = parse(
    {
        "timed.bpmn": process(
            start(),
            user_task("draft", outcomes="submit"),
            user_task("review_at_unit", outcomes="award"),
            end("awarded"),
            end("late"),
            boundary("too_late", "review_at_unit", timer("P3D")),
            flows="""
                start -> draft
                draft -> review_at_unit
                review_at_unit -> awarded
                too_late -> late
            """,
        )
    }
)


@pytest.fixture(autouse=True)
def nothing_known():
    known_steps.forget()
    yield
    known_steps.forget()


def issue_nothing(data):
    pass


def begun(definitions=DEFINITIONS, **data):
    case = Instance.start(definitions, START | data, {}, at=AT)
    return case.snapshot(), case.standing().tasks[0].id


def take(content, task_id, outcome, definitions=DEFINITIONS, issue=issue_nothing, at=AT):
    answers = {"outcome": outcome, "return_to": ""}
    services = {"issue_decision": issue}
    return known_steps.complete(definitions, content, services, task_id, answers, at=at)


def submitted(definitions=DEFINITIONS):
    step = take(*begun(), "submit", definitions)
    return step.snapshot(), step.standing().tasks[0].id


def test_a_step_that_another_case_took_is_not_run():
    take(*begun(), "submit")
    step = take(*begun(), "submit", UNABLE)
    assert [task.element_id for task in step.standing().tasks] == ["review_at_unit"]


def test_a_step_from_another_state_is_run():
    take(*begun(), "submit")
    with pytest.raises(AttributeError):
        take(*begun(council_required=True), "submit", UNABLE)


def test_a_step_with_another_answer_is_run():
    take(*submitted(), "award")
    with pytest.raises(AttributeError):
        take(*submitted(), "reject", UNABLE)


def test_the_tasks_of_two_cases_have_different_ids():
    ids = [submitted()[1] for _ in range(10)]
    assert len(set(ids)) == 10
    assert all(len(one) == 32 for one in ids)


def test_a_case_goes_on_from_a_step_that_was_looked_up():
    submitted()
    content, task_id = submitted(UNABLE)
    case = Instance.restore(DEFINITIONS, content, {"issue_decision": issue_nothing})
    case.complete(task_id, {"outcome": "award", "return_to": ""})
    assert case.standing().ended == "awarded"


def test_a_task_that_goes_on_waiting_keeps_its_id():
    definitions = parse({"nomination.bpmn": COUNCIL})
    content, _ = begun(definitions, council_required=True)
    before = Instance.restore(definitions, content, {}).standing().tasks
    for _ in range(2):
        step = take(content, before[0].id, before[0].outcomes[0], definitions)
        left = {task.id for task in step.standing().tasks} & {task.id for task in before}
        assert left == {task.id for task in before[1:]}


def test_a_service_is_called_each_time():
    issued = []
    for _ in range(3):
        take(*submitted(), "award", issue=lambda data: issued.append(data["outcome"]))
    assert issued == ["award"] * 3


def test_a_service_that_refuses_is_heard_each_time():
    def refuse(data):
        raise NumberTaken("12/QĐ is taken", number="12/QĐ", reference="")

    for _ in range(2):
        with pytest.raises(NumberTaken):
            take(*submitted(), "award", issue=refuse)
        take(*submitted(), "award")


def test_a_task_that_does_not_wait_is_refused_each_time():
    content, _ = begun()
    for _ in range(2):
        with pytest.raises(TaskNotOpen):
            take(content, "0" * 32, "submit")


def test_a_step_with_a_deadline_is_always_run():
    for days in (0, 1):
        content, task_id = begun(TIMED)
        step = take(content, task_id, "submit", TIMED, at=AT + timedelta(days=days))
        assert step.standing().due_at == AT + timedelta(days=days + 3)
        task = step.standing().tasks[0]
        for late, ended in ((1, "awarded"), (2, "awarded")):
            at = AT + timedelta(days=days + late)
            assert (
                take(step.snapshot(), task.id, "award", TIMED, at=at).standing().ended == ended
            )
        with pytest.raises(TaskNotOpen):
            take(step.snapshot(), task.id, "award", TIMED, at=AT + timedelta(days=days + 3))


def test_only_so_many_steps_are_kept_in_mind(monkeypatch):
    monkeypatch.setattr(known_steps, "MAX_KNOWN", 1)
    take(*submitted(), "award")
    with pytest.raises(AttributeError):
        submitted(UNABLE)


def test_a_variable_that_looks_like_a_place_for_an_id_is_no_id():
    take(*begun(award="\0%b"), "submit")
    step = take(*begun(award="\0%b"), "submit")
    case = Instance.restore(DEFINITIONS, step.snapshot(), {})
    assert case.variables()["award"] == "\0%b"
