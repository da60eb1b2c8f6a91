"""The journal as XES: what the standard asks, what stands in it, and pm4py opens it."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from lxml import etree
from sqlalchemy import select

from engine.exports import LogFormat
from engine.exports.log import Event, JournalLog, LogFilter, Trace
from engine.exports.xes import xes_of
from engine.journal.replay import MOVES
from engine.process.runner import Instance
from engine.store.database import reading
from engine.store.models import Case, JournalEntry, Person
from forms.vocabulary import Award
from tests.engine.exports.conftest import WALKS
from tests.scenarios.test_random_walks import any_variables, choose
from tests.scenarios.travel import OTHER_DAY, ProcessWalk, definitions
from tests.walk import NOMINATION
from tests.ward import NOON

SPACE = "{http://www.xes-standard.org/}"
KINDS = {"string", "date", "int", "float", "boolean", "id", "list"}
TOLD = (
    "seq",
    "concept:name",
    "outcome",
    "return_to",
    "org:resource",
    "org:role",
    "level",
)


def tag(element) -> str:
    return element.tag.removeprefix(SPACE)


def attributes(element) -> dict[str, str]:
    told = [(one.get("key"), one.get("value")) for one in element if tag(one) in KINDS]
    assert len({key for key, _value in told}) == len(told), "a key twice"
    return dict(told)


@pytest.fixture(scope="module")
def root(logged):
    return etree.fromstring(logged(LogFormat.XES).content)


def traces(root):
    return root.findall(f"{SPACE}trace")


def events(trace):
    return [attributes(one) for one in trace.findall(f"{SPACE}event")]


def test_it_is_what_the_standard_says(logged, root):
    assert logged(LogFormat.XES).content.startswith(
        b'<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849.2016"'
    )
    kinds = [tag(one) for one in root]
    order = ["extension", "global", "classifier", "string", "trace"]
    assert list(dict.fromkeys(kinds)) == order
    assert kinds == sorted(kinds, key=order.index)
    prefixes = {one.get("prefix") for one in root.findall(f"{SPACE}extension")}
    for one in root.iter():
        key = one.get("key", "")
        assert ":" not in key or key.partition(":")[0] in prefixes, key
    classifiers = {one.get("keys") for one in root.findall(f"{SPACE}classifier")}
    assert classifiers == {"concept:name"}


def test_what_is_global_stands_in_every_trace_and_event(root):
    declared = {one.get("scope"): attributes(one) for one in root.findall(f"{SPACE}global")}
    assert set(declared) == {"trace", "event"}
    for trace in traces(root):
        assert set(declared["trace"]) <= set(attributes(trace))
        kinds = [tag(one) for one in trace]
        assert kinds == sorted(kinds, key=["string", "event"].index)
        for event in events(trace):
            assert set(declared["event"]) <= set(event)
            assert datetime.fromisoformat(event["time:timestamp"]).utcoffset() == timedelta(
                hours=7
            )


def test_every_case_is_a_trace_of_what_its_journal_has(wandered, root):
    told = {attributes(one)["concept:name"]: events(one) for one in traces(root)}
    assert len(told) == WALKS
    with reading(wandered.database) as session:
        for case in session.scalars(select(Case)):
            chosen = select(JournalEntry).where(
                JournalEntry.case_id == case.id, JournalEntry.action.in_(MOVES)
            )
            found = session.scalars(chosen.order_by(JournalEntry.seq)).all()
            expected = [
                (
                    str(entry.seq),
                    entry.facts.get("element", entry.action),
                    entry.facts.get("outcome"),
                    entry.facts.get("return_to"),
                    f"p{entry.actor_id}",
                    entry.role,
                    entry.facts.get("old", {}).get("level"),
                )
                for entry in found
            ]
            assert [
                tuple(event.get(name) for name in TOLD) for event in told[case.reference]
            ] == expected
            moments = [
                datetime.fromisoformat(one["time:timestamp"]) for one in told[case.reference]
            ]
            assert moments == [entry.happened_at for entry in found]


def test_officials_read_what_was_done(root):
    labels = {
        event["concept:name"]: event["label"] for one in traces(root) for event in events(one)
    }
    assert labels["case.opened"] == "Mở hồ sơ"
    assert labels["case.withdrawn"] == "Rút hồ sơ"
    assert labels["draft_nomination"] == "Lập hồ sơ đề nghị"
    assert labels["review_at_unit"] == "Xét tại đơn vị"


@pytest.mark.parametrize("kind", LogFormat)
def test_nobody_is_named_and_nothing_that_they_wrote_is_told(wandered, logged, kind):
    text = logged(kind).text
    with reading(wandered.database) as session:
        names = set(session.scalars(select(Person.full_name)))
        chosen = select(JournalEntry).where(JournalEntry.private.is_not(None))
        reasons = {entry.detail.get("reason") for entry in session.scalars(chosen)} - {None}
    assert len(reasons) > 3
    for said in names | reasons | {NOMINATION["subject_name"]}:
        assert said not in text


@pytest.mark.parametrize("kind", LogFormat)
def test_the_same_cases_give_the_same_bytes(logged, kind):
    assert logged(kind).content == logged(kind).content


def references(logged, **wanted):
    found = etree.fromstring(logged(LogFormat.XES, **wanted).content)
    return {attributes(one)["concept:name"] for one in traces(found)}


def test_a_log_is_narrowed_by_round_award_and_days(wandered, logged):
    with reading(wandered.database) as session:
        cases = session.scalars(select(Case)).all()

        def which(holds):
            found = {case.reference for case in cases if holds(case)}
            assert 0 < len(found) < WALKS
            return found

        other = wandered.rounds["suoi-trang"]
        award = Award.PROVINCIAL_MERIT
        assert references(logged, round_id=other) == which(lambda one: one.round_id == other)
        assert references(logged, award=award) == which(lambda one: one.award is award)
        late = which(lambda one: one.opened_at == NOON)
        first, last = OTHER_DAY.date(), NOON.date()
        assert references(logged, from_day=last, to_day=last) == late
        assert references(logged, from_day=first + timedelta(days=1)) == late
        assert references(logged, to_day=first) == which(lambda one: one.opened_at < NOON)
    assert references(logged, to_day=first - timedelta(days=1)) == set()


def test_markup_and_forbidden_letters_are_text(wandered):
    name = 'Tổ "A" <b>&\x0b\ufffe\n'
    event = Event(1, NOON, "case.opened", name, None, None, None, "", "", "", "")
    trace = Trace("HS-1", Award.LABOR_ORDER, 1, name, 1, name, "ab", (event,))
    log = JournalLog(None, LogFilter())
    log.traces = lambda: iter([trace])
    (found,) = traces(etree.fromstring("".join(xes_of(log)).encode()))
    assert attributes(found)["unit"] == 'Tổ "A" <b>&\ufffd\ufffd\n'
    (told,) = events(found)
    assert "org:resource" not in told


# --- opened by pm4py --------------------------------------------------------------------


@pytest.fixture(scope="module")
def frame(pm4py, logged, tmp_path_factory):
    """Return the log as pm4py reads it from a file."""
    path = tmp_path_factory.mktemp("xes") / "log.xes"
    path.write_bytes(logged(LogFormat.XES).content)
    return pm4py.read_xes(str(path))


def test_pm4py_reads_every_event(frame, root):
    expected = [
        (attributes(one)["concept:name"], event["concept:name"], event["org:resource"])
        for one in traces(root)
        for event in events(one)
    ]
    columns = frame[["case:concept:name", "concept:name", "org:resource"]]
    assert sorted(columns.itertuples(index=False, name=None)) == sorted(expected)


def follow(variables, steps) -> None:
    """Let our diagrams take a trace, as pm4py gives it, from its opening on."""
    start = {name: value for name, value in variables.items() if name != "deciding_level"}
    services = {"issue_decision": lambda data: None}
    instance = Instance.start(
        definitions(), start | {"outcome": "", "return_to": ""}, services, at=NOON
    )
    for activity, answers in steps:
        if activity == "case.withdrawn":
            instance.send("withdrawal", at=NOON)
            continue
        waiting = {one.element_id: one.id for one in instance.standing().tasks}
        assert activity in waiting, f"{activity} does not wait, but {list(waiting)}"
        instance.complete(waiting[activity], answers, at=NOON)
    assert instance.standing().ended


def test_our_diagrams_allow_whatever_follows_in_the_log(wandered, frame, pm4py):
    with reading(wandered.database) as session:
        routings = dict(session.execute(select(Case.reference, Case.routing)).all())
    pairs = Counter()
    for reference, rows in frame.groupby("case:concept:name", sort=False):
        acts = rows.fillna({"outcome": "", "return_to": ""}).to_dict("records")
        assert acts[0]["concept:name"] == "case.opened"
        steps = [
            (one["concept:name"], {name: one[name] for name in ("outcome", "return_to")})
            for one in acts[1:]
        ]
        follow(routings[reference], steps)
        names = [one["concept:name"] for one in acts]
        pairs.update(pairwise(names))
    followed, starts, _ends = pm4py.discover_dfg(frame)
    assert followed == pairs
    assert starts == {"case.opened": WALKS}


def walked(count: int) -> Iterator[list[str]]:
    """Yield what happens in walks of our diagrams alone, and if one is withdrawn instead."""
    for number in range(count):
        chance = random.Random(number)  # noqa: S311  the same walk each time
        walk, names = ProcessWalk(any_variables(chance)), ["case.opened"]
        while walk.ended is None:
            offered = walk.choices()
            if any(step.outcome is None for step in offered):
                yield [*names, "case.withdrawn"]
            step = choose([one for one in offered if one.outcome], chance)
            names.append(step.element_id)
            walk.take(step)
        yield names


def test_a_model_discovered_from_a_larger_log_takes_this_one_and_not_backwards(frame, pm4py):
    import pandas  # noqa: PLC0415  comes with pm4py

    columns = ["case:concept:name", "concept:name", "time:timestamp"]
    rows = [
        (f"W-{number}", name, NOON + timedelta(minutes=place))
        for number, names in enumerate(walked(60))
        for place, name in enumerate(names)
    ]
    larger = pandas.concat([frame[columns], pandas.DataFrame(rows, columns=columns)])
    model = pm4py.discover_petri_net_inductive(larger)
    fitness = pm4py.fitness_token_based_replay(frame, *model)
    assert fitness["log_fitness"] == pytest.approx(1.0)
    assert fitness["percentage_of_fitting_traces"] == pytest.approx(100.0)
    moments = {"time:timestamp": NOON - (frame["time:timestamp"] - NOON)}
    backwards = frame.assign(**moments).iloc[::-1].reset_index(drop=True)
    fitness = pm4py.fitness_token_based_replay(backwards, *model)
    assert fitness["percentage_of_fitting_traces"] == 0
