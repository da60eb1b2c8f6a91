from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import NumberTaken, ProcessFailed, TaskNotOpen
from engine.process.diagrams import parse
from engine.process.runner import Instance
from engine.process.workflow import MAX_STEPS
from tests.engine.process.broken_diagrams import BROKEN, alone, with_table
from tests.engine.process.drawing import (
    boundary,
    end,
    gateway,
    process,
    script,
    start,
    timer,
    user_task,
)
from tests.engine.process.sample_diagrams import CLIMB, COUNCIL, START, WAIT_FOR_DAY

NOON = datetime(2030, 12, 2, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def issued():
    return []


@pytest.fixture
def climb(issued):
    services = {"issue_decision": lambda data: issued.append(dict(data))}
    return Instance.start(parse(CLIMB), START, services, at=NOON)


def answer(case, element_id, at=NOON, **answers):
    """Complete the one waiting task at ``element_id``."""
    (task,) = (t for t in case.standing().tasks if t.element_id == element_id)
    case.complete(task.id, answers, at=at)


def waiting(case):
    return sorted(task.element_id for task in case.standing().tasks)


def decide_at_ward(case):
    """Bring a case to the decision of the ward."""
    answer(case, "draft", outcome="submit")
    answer(case, "review_at_unit", outcome="recommend")
    answer(case, "appraise", outcome="recommend")
    answer(case, "consult", outcome="recommend")


def test_a_waiting_task_says_what_its_diagram_says(climb):
    answer(climb, "draft", outcome="submit")
    (task,) = climb.standing().tasks
    assert len(task.id) == 32
    assert (task.diagram, task.element_id) == ("unit_review", "review_at_unit")
    assert (task.name, task.role, task.unit) == (
        "Việc review_at_unit",
        "unit_head",
        "submitting",
    )
    assert (task.level, task.form) == ("unit", "review.v1")
    assert task.outcomes == ("recommend", "award", "return", "reject", "hold")


def test_a_task_without_a_level_has_none(climb):
    (draft,) = climb.standing().tasks
    assert draft.level is None


def test_what_was_passed_is_listed_in_order_with_its_diagram(climb):
    del climb.passed[:]
    answer(climb, "draft", outcome="submit")
    assert climb.passed == [
        "nomination/draft",
        "nomination/to_unit",
        "unit_review/start",
        "unit_review/to_review",
    ]


def test_a_case_ends_at_the_end_event_it_reached(climb, issued):
    answer(climb, "draft", outcome="submit")
    answer(climb, "review_at_unit", outcome="award")
    assert climb.standing().ended == "awarded"
    assert climb.standing().tasks == ()
    assert climb.passed[-1] == "nomination/awarded"
    assert [data["deciding_level"] for data in issued] == ["unit"]


def test_the_source_of_a_table_does_not_become_a_variable(climb, issued):
    answer(climb, "draft", outcome="submit")
    answer(climb, "review_at_unit", outcome="award")
    assert set(issued[0]) == {*START, "deciding_level"}


def test_a_return_opens_the_task_again_under_another_id(climb):
    (first,) = climb.standing().tasks
    answer(climb, "draft", outcome="submit")
    answer(climb, "review_at_unit", outcome="return", return_to="draft")
    (second,) = climb.standing().tasks
    assert second.element_id == first.element_id
    assert second.id != first.id


def test_a_task_is_completed_once(climb):
    (draft,) = climb.standing().tasks
    climb.complete(draft.id, {"outcome": "submit"})
    with pytest.raises(TaskNotOpen):
        climb.complete(draft.id, {"outcome": "submit"})


@pytest.mark.parametrize("task_id", ["", "0" * 32, "call_unit"])
def test_a_task_that_does_not_exist_is_not_open(climb, task_id):
    with pytest.raises(TaskNotOpen):
        climb.complete(task_id, {})


def test_an_answer_must_be_a_single_value(climb):
    (draft,) = climb.standing().tasks
    with pytest.raises(TypeError):
        climb.complete(draft.id, {"outcome": ["submit"]})


def test_a_withdrawal_ends_everything_that_waits(climb):
    answer(climb, "draft", outcome="submit")
    answer(climb, "review_at_unit", outcome="recommend")
    assert waiting(climb) == ["appraise", "consult"]
    climb.send("withdrawal")
    assert climb.standing().ended == "withdrawn"
    assert waiting(climb) == []
    assert climb.standing().due_at is None


def test_a_message_that_nobody_waits_for_is_refused(climb):
    with pytest.raises(ProcessFailed):
        climb.send("applause")


def test_what_a_service_raises_comes_out_as_it_is():
    def refuse(_):
        raise NumberTaken("12/QĐ-UBND")

    case = Instance.start(parse(CLIMB), START, {"issue_decision": refuse})
    answer(case, "draft", outcome="submit")
    with pytest.raises(NumberTaken):
        answer(case, "review_at_unit", outcome="award")


def test_a_service_cannot_change_the_data_of_a_case():
    def meddle(data):
        data["outcome"] = "reject"

    case = Instance.start(parse(CLIMB), START, {"issue_decision": meddle})
    answer(case, "draft", outcome="submit")
    with pytest.raises(TypeError):
        answer(case, "review_at_unit", outcome="award")


def test_a_service_that_is_not_there_is_a_fault():
    case = Instance.start(parse(CLIMB), START, {})
    answer(case, "draft", outcome="submit")
    with pytest.raises(ProcessFailed):
        answer(case, "review_at_unit", outcome="award")


def test_a_reminder_is_due_by_the_clock_of_the_command(climb):
    decide_at_ward(climb)
    assert climb.standing().due_at == NOON + WEEK
    climb.fire_due(NOON + WEEK - timedelta(seconds=1))
    assert "ward_review/reminded" not in climb.passed
    climb.fire_due(NOON + WEEK)
    assert climb.passed.count("ward_review/reminded") == 1
    assert waiting(climb) == ["decide"]
    assert climb.standing().due_at == NOON + 2 * WEEK


def test_reminders_missed_while_the_server_was_down_are_sent_once(climb):
    decide_at_ward(climb)
    climb.fire_due(NOON + timedelta(days=25))
    assert climb.passed.count("ward_review/reminded") == 1
    assert climb.standing().due_at == NOON + timedelta(days=30)


def test_an_answer_after_the_deadline_finds_the_task_gone(climb):
    decide_at_ward(climb)
    saved, services = climb.snapshot(), {"issue_decision": print}
    late = Instance.restore(parse(CLIMB), saved, services)
    with pytest.raises(TaskNotOpen):
        answer(late, "decide", outcome="award", at=NOON + timedelta(days=30))
    in_time = Instance.restore(parse(CLIMB), saved, services)
    answer(in_time, "decide", outcome="award", at=NOON + timedelta(days=29))
    assert in_time.standing().ended == "awarded"


def test_a_deadline_moves_the_task_to_another(climb):
    decide_at_ward(climb)
    climb.fire_due(NOON + timedelta(days=30))
    assert waiting(climb) == ["decide_late"]
    assert climb.standing().due_at is None


def test_a_case_waits_for_a_day_and_ends():
    files = {"nomination.bpmn": WAIT_FOR_DAY}
    case = Instance.start(parse(files), {}, {}, at=datetime(2030, 11, 30, tzinfo=UTC))
    assert case.standing().due_at == datetime(2030, 12, 1, 1, 0, tzinfo=UTC)
    case.fire_due(NOON)
    assert case.standing().ended == "awarded"


def test_ballots_are_cast_once_each_and_all_are_awaited():
    case = Instance.start(parse({"nomination.bpmn": COUNCIL}), START, {}, at=NOON)
    answer(case, "read", outcome="recommend")
    answer(case, "ask", outcome="recommend")
    for left in (3, 2, 1):
        assert waiting(case) == ["ballot"] * left
        case.complete(case.standing().tasks[0].id, {"outcome": "recommend"}, at=NOON)
    assert waiting(case) == ["conclude"]


def test_automatic_steps_without_end_are_a_fault_not_a_silence():
    _, files = BROKEN["a loop without a person"]
    with pytest.raises(ProcessFailed, match=str(MAX_STEPS)):
        Instance.start(parse(files), START, {})


def test_a_condition_about_nothing_is_a_fault():
    _, files = BROKEN["a condition about nothing known"]
    case = Instance.start(parse(files), START, {})
    with pytest.raises(ProcessFailed, match="votes"):
        answer(case, "review", outcome="award")


def test_a_gateway_where_nothing_fits_is_a_fault():
    _, files = BROKEN["a gateway without a default"]
    case = Instance.start(parse(files), START, {})
    with pytest.raises(ProcessFailed):
        answer(case, "review", outcome="hold")


def test_a_stuck_join_is_a_fault():
    _, files = BROKEN["a parallel join that waits for one of two"]
    case = Instance.start(parse(files), START | {"outcome": "hold"}, {})
    with pytest.raises(ProcessFailed):
        answer(case, "one", outcome="award")


def test_a_way_that_leads_nowhere_is_a_fault():
    _, files = BROKEN["a task that leads nowhere"]
    case = Instance.start(parse(files), START, {})
    with pytest.raises(ProcessFailed):
        answer(case, "review", outcome="award")


def test_a_table_with_a_gap_is_a_fault_when_a_case_gets_there():
    files = with_table(["True", "True"])
    with pytest.raises(ProcessFailed, match="council"):
        Instance.start(parse(files), {"unit_may_issue": False}, {})


def test_two_different_ends_of_one_case_are_a_fault():
    files = alone(
        start(),
        gateway("split", "parallel"),
        end("awarded"),
        end("rejected"),
        flows="start -> split\nsplit -> awarded\nsplit -> rejected",
    )
    with pytest.raises(ProcessFailed, match="awarded"):
        Instance.start(parse(files), {}, {})


def test_a_script_sets_a_variable_for_the_next_gateway():
    files = alone(
        start(),
        script("set", 'outcome = "award"'),
        gateway("choose"),
        end("awarded"),
        end("rejected"),
        flows="""
            start -> set
            set -> choose
            choose -> awarded if outcome == "award"
            choose -> rejected otherwise
        """,
    )
    assert Instance.start(parse(files), START, {}).standing().ended == "awarded"


def test_timers_that_fall_due_without_end_are_a_fault():
    files = {
        "nomination.bpmn": process(
            start(),
            gateway("again"),
            user_task("review"),
            boundary("late", "review", timer("PT0S")),
            end("awarded"),
            flows="""
                start -> again
                again -> review
                late -> again
                review -> awarded
            """,
        )
    }
    with pytest.raises(ProcessFailed):
        Instance.start(parse(files), START, {})
