"""Random walks: our runner, saved and restored at every step, against the library alone."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from engine.process.diagrams import definitions, set_id
from engine.process.runner import Instance
from tests.conftest import LONG
from tests.engine.process.library_run import LibraryRun
from tests.engine.process.sample_diagrams import CLIMB, COUNCIL, START

SETS = {"climb": CLIMB, "council": {"nomination.bpmn": COUNCIL}}
WALKS = 500 if LONG else 30
STEPS = 40
BEGIN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class Walk:
    """Three runs of one case, side by side; every step asks whether they agree."""

    def __init__(self, files, seed):
        self.random = random.Random(seed)  # noqa: S311  the same walk each time
        self.definitions = definitions(set_id(files), lambda: files)
        self.elapsed = timedelta()
        self.issued = {"library": [], "kept": [], "restored": []}
        data = {
            **START,
            "award": self.random.choice(["unit_certificate", "labor_order"]),
            "unit_may_issue": self.random.choice([True, False]),
            "council_required": False,
        }
        self.library = LibraryRun(files, dict(data), self.services("library"))
        self.kept = Instance.start(
            self.definitions, data, self.services("kept"), at=self.moment
        )
        self.restored = Instance.start(
            self.definitions, data, self.services("restored"), at=self.moment
        )

    @property
    def moment(self):
        return BEGIN + self.elapsed

    def services(self, who):
        return {"issue_decision": lambda data: self.issued[who].append(routing(data))}

    def step(self):
        """Do one random thing to all three."""
        chance = self.random.random()
        if chance < 0.03 and self.library.hears("withdrawal"):
            self.library.send("withdrawal")
            for run in (self.kept, self.restored):
                run.send("withdrawal", at=self.moment)
        elif chance < 0.15:
            time = timedelta(days=self.random.choice([1, 3, 6]), hours=1)
            self.elapsed += time
            self.library.pass_time(time)
            for run in (self.kept, self.restored):
                run.fire_due(self.moment)
        else:
            self.complete_a_task()

    def complete_a_task(self):
        waiting = sorted(self.kept.standing().tasks, key=lambda task: task.element_id)
        task = self.random.choice(waiting)
        answers = {
            "outcome": self.random.choice(self.choices(task.outcomes)),
            "return_to": self.random.choice(["draft", "unit"]),
        }
        self.library.complete(task.element_id, answers)
        for run in (self.kept, self.restored):
            chosen = next(t for t in run.standing().tasks if t.element_id == task.element_id)
            run.complete(chosen.id, answers, at=self.moment)

    def choices(self, outcomes):
        """Mostly what goes on, that walks grow long."""
        lasting = [outcome for outcome in outcomes if outcome not in {"award", "reject"}]
        return lasting if lasting and self.random.random() < 0.8 else outcomes

    def save_and_restore(self):
        """Save what is restored at every step, and check that nothing changed by it."""
        content = self.restored.snapshot()
        before = self.restored.standing()
        self.restored = Instance.restore(self.definitions, content, self.services("restored"))
        assert self.restored.standing() == before
        assert self.restored.snapshot() == content
        if self.random.random() < 0.1:  # its format is slow, and not what is tested here
            self.library.save_and_restore()

    def agree(self):
        """Check that all three wait for the same, ended alike and issued the same."""
        expected = (self.library.waiting(), self.library.has_ended())
        for run in (self.kept, self.restored):
            standing = run.standing()
            waiting = sorted(task.element_id for task in standing.tasks)
            assert (waiting, standing.ended is not None) == expected
            due = standing.due_at and round((standing.due_at - BEGIN) / timedelta(hours=1))
            if due is not None or self.library.due_in(self.elapsed) is not None:
                assert due == self.library.due_in(self.elapsed)
        assert self.issued["library"] == self.issued["kept"] == self.issued["restored"]
        return self.library.has_ended()


def routing(data):
    """The variables that a diagram knows; the library adds one of its own for services."""
    return {
        name: value
        for name, value in data.items()
        if not name.startswith("spiff__") and name != "source"
    }


@pytest.mark.parametrize("name", SETS)
def test_a_case_goes_where_the_library_would_take_it(name):
    steps = ended = 0
    for seed in range(WALKS):
        walk = Walk(SETS[name], seed)
        for _ in range(STEPS):
            if walk.agree():
                ended += 1
                break
            walk.save_and_restore()
            walk.step()
            steps += 1
    assert steps > 8 * WALKS
    assert ended > WALKS // 4
