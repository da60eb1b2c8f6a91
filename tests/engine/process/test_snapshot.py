import orjson
import pytest
import zstandard

from engine.errors import ProcessFailed
from engine.process.diagrams import parse
from engine.process.runner import Instance
from tests.conftest import LONG
from tests.engine.process.broken_diagrams import REVIEW, STRAIGHT, alone
from tests.engine.process.drawing import end, gateway, script, service, start, user_task
from tests.engine.process.sample_diagrams import CLIMB, COUNCIL, START

SERVICES = {"issue_decision": lambda data: None}
DEFINITIONS = parse(CLIMB)
TIMES = 1000 if LONG else 300


def restored(case):
    return Instance.restore(DEFINITIONS, case.snapshot(), SERVICES)


def answer(case, element_id, **answers):
    (task,) = (t for t in case.standing().tasks if t.element_id == element_id)
    case.complete(task.id, answers)


def test_hundreds_of_returns_keep_the_state_small_and_the_case_ends():
    case = Instance.start(DEFINITIONS, START, SERVICES)
    sizes = []
    for _ in range(TIMES):
        answer(case, "draft", outcome="submit")
        answer(case, "review_at_unit", outcome="return", return_to="draft")
        sizes.append(len(case.snapshot()))
        case = restored(case)
    assert max(sizes) < 4096
    assert sizes[-1] < sizes[0] + 100
    answer(case, "draft", outcome="submit")
    answer(case, "review_at_unit", outcome="award")
    assert case.standing().ended == "awarded"


def test_hundreds_of_holds_of_one_review_keep_the_state_small():
    case = Instance.start(DEFINITIONS, START, SERVICES)
    answer(case, "draft", outcome="submit")
    for _ in range(TIMES):
        answer(case, "review_at_unit", outcome="hold")
        answer(case, "resume_review", outcome="resume")
        case = restored(case)
    assert len(case.snapshot()) < 4096


def test_an_ended_case_keeps_its_end_and_little_else():
    case = Instance.start(DEFINITIONS, START, SERVICES)
    case.send("withdrawal")
    assert restored(case).standing().ended == "withdrawn"
    assert len(case.snapshot()) < 1024


def test_a_task_keeps_its_id():
    case = Instance.start(DEFINITIONS, START, SERVICES)
    assert restored(case).standing() == case.standing()


def test_what_was_passed_begins_anew_after_a_restore():
    case = Instance.start(DEFINITIONS, START, SERVICES)
    assert case.passed
    assert restored(case).passed == []


def test_a_snapshot_of_another_version_is_refused():
    case = Instance.start(DEFINITIONS, START, SERVICES)
    state = orjson.loads(zstandard.decompress(case.snapshot()))
    state[0] += 1
    with pytest.raises(ProcessFailed, match="version"):
        Instance.restore(DEFINITIONS, zstandard.compress(orjson.dumps(state)), SERVICES)


def test_a_snapshot_of_another_set_is_refused():
    case = Instance.start(DEFINITIONS, START, SERVICES)
    other = parse(alone(*REVIEW, flows=STRAIGHT))
    with pytest.raises(ProcessFailed, match="set"):
        Instance.restore(other, case.snapshot(), SERVICES)


def test_a_chain_of_tasks_that_the_library_could_not_walk_is_refused():
    names = [f"step_{n}" for n in range(320)]
    pairs = zip(["start", *names], [*names, "awarded"], strict=True)
    flows = "\n".join(f"{source} -> {target}" for source, target in pairs)
    files = alone(start(), *map(user_task, names), end("awarded"), flows=flows)
    with pytest.raises(ProcessFailed, match="deeper"):
        Instance.start(parse(files), START, SERVICES).snapshot()


@pytest.mark.parametrize(
    ("order", "level"),
    [("one two three four", "ward"), ("two one three four", "unit")],
    ids=["one first", "two first"],
)
def test_a_join_merges_its_branches_as_they_finished_also_after_a_restore(order, level):
    files = alone(
        start(),
        gateway("split", "parallel"),
        *map(user_task, order.split()),
        script("set_one", 'deciding_level = "unit"'),
        script("set_two", 'deciding_level = "ward"\nmode_ward = "recorded"'),
        gateway("join", "parallel"),
        service("issue"),
        end("awarded"),
        flows="""
            start -> split
            split -> one
            split -> two
            split -> three
            split -> four
            one -> set_one
            two -> set_two
            set_one -> join
            set_two -> join
            three -> join
            four -> join
            join -> issue
            issue -> awarded
        """,
    )
    definitions, issued = parse(files), []
    services = {"issue_decision": lambda data: issued.append(dict(data))}
    case = Instance.start(definitions, START, services)
    for element_id in order.split():
        answer(case, element_id, outcome="recommend")
        case = Instance.restore(definitions, case.snapshot(), services)
    (data,) = issued
    assert (data["deciding_level"], data["mode_ward"]) == (level, "recorded")


def test_ballots_that_another_process_opened_are_counted():
    files = {"nomination.bpmn": COUNCIL}
    case = Instance.start(parse(files), START, {})
    answer(case, "read", outcome="recommend")
    answer(case, "ask", outcome="recommend")
    for _ in range(3):
        case = Instance.restore(parse(files), case.snapshot(), {})
        case.complete(case.standing().tasks[0].id, {"outcome": "recommend"})
    assert [task.element_id for task in case.standing().tasks] == ["conclude"]
