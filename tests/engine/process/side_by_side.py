"""One case run four times at once: by us, saved at every step, looked up, by the library."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson

from engine.process import known_steps, snapshot
from engine.process.diagrams import definitions, set_id
from engine.process.runner import Instance
from tests.conftest import LONG
from tests.engine.process.library_run import LibraryRun

BEGIN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class KnownRun:
    """A case whose steps are looked up where they are known, and are known when repeated."""

    def __init__(self, definitions, content, issued):
        self.definitions, self.content, self.issued = definitions, content, issued
        self.taken = 0

    def instance(self):
        return Instance.restore(self.definitions, self.content, self.services(self.issued))

    def services(self, issued):
        return {"issue_decision": lambda data: issued.append(routing(data))}

    def standing(self):
        return self.instance().standing()

    def variables(self, task_id):
        return self.instance().variables(task_id)

    def send(self, message, *, at):
        self.move(lambda instance: instance.send(message, at=at))

    def fire_due(self, now):
        self.move(lambda instance: instance.fire_due(now))

    def move(self, what):
        instance = self.instance()
        what(instance)
        self.content = instance.snapshot()

    def complete(self, task_id, answers, *, at):
        """Complete a task twice, and now and then by our runner: it is always the same."""
        first, second, third = [], [], []
        steps = [
            known_steps.complete(
                self.definitions, self.content, self.services(issued), task_id, answers, at=at
            )
            for issued in (first, second)
        ]
        found = [(step.passed, *self.seen(step)) for step in steps]
        assert found[0] == found[1]
        assert first == second
        self.taken += 1
        if LONG or self.taken % 3 == 0:
            run = Instance.restore(self.definitions, self.content, self.services(third))
            run.complete(task_id, answers, at=at)
            assert found[0] == (run.passed, *self.seen(run))
            assert first == third
        self.content = steps[1].snapshot()
        self.issued += first

    def seen(self, step):
        """Return the state and what waits, without the ids of tasks, which are new."""
        state = snapshot.unpack(step.snapshot(), self.definitions)
        ids = snapshot.take_out_ids(state)
        standing = step.standing()
        waiting = [(ids.index(one.id), replace(one, id="")) for one in standing.tasks]
        return without_ballots(state), waiting, standing.due_at, standing.ended


class Walk:
    """Four runs of one case, side by side; every step asks whether they agree."""

    def __init__(self, files, data, choose, chance):
        """``choose`` answers a waiting task; all choices are made by ``chance``."""
        self.random = chance
        self.choose = choose
        self.definitions = definitions(set_id(files), lambda: files)
        self.elapsed = timedelta()
        self.largest = 0
        self.issued = {"library": [], "kept": [], "restored": [], "known": []}
        self.library = LibraryRun(files, dict(data), self.services("library"))
        self.kept, self.restored = (
            Instance.start(self.definitions, data, self.services(who), at=self.moment)
            for who in ("kept", "restored")
        )
        self.known = KnownRun(self.definitions, self.restored.snapshot(), self.issued["known"])
        self.issued["known"] += self.issued["restored"]

    @property
    def moment(self):
        return BEGIN + self.elapsed

    def services(self, who):
        return {"issue_decision": lambda data: self.issued[who].append(routing(data))}

    def step(self):
        """Do one random thing to all of them."""
        chance = self.random.random()
        if not self.library.waiting():
            self.nudge()
        elif chance < 0.03 and self.library.hears("withdrawal"):
            self.send()
        elif chance < 0.15:
            self.pass_time()
        else:
            self.complete_a_task()

    def send(self):
        """Send the message of the diagrams."""
        self.library.send("withdrawal")
        for run in (self.kept, self.restored, self.known):
            run.send("withdrawal", at=self.moment)

    def pass_time(self):
        """Let a few days pass."""
        time = timedelta(days=self.random.choice([1, 3, 6]), hours=1)
        self.elapsed += time
        self.library.pass_time(time)
        for run in (self.kept, self.restored, self.known):
            run.fire_due(self.moment)

    def nudge(self):
        """Go on where no person is waited for: a message or time."""
        if self.random.random() < 0.4 and self.library.hears("withdrawal"):
            self.send()
        else:
            self.pass_time()

    def complete_a_task(self):
        waiting = sorted(self.kept.standing().tasks, key=lambda task: task.element_id)
        task = self.random.choice(waiting)
        answers = self.choose(task)
        self.library.complete(task.element_id, answers)
        for run in (self.kept, self.restored, self.known):
            chosen = next(t for t in run.standing().tasks if t.element_id == task.element_id)
            run.complete(chosen.id, answers, at=self.moment)

    def save_and_restore(self):
        """Save what is restored at every step, and check that nothing changed by it."""
        content = self.restored.snapshot()
        self.largest = max(self.largest, len(content))
        before = self.restored.standing()
        self.restored = Instance.restore(self.definitions, content, self.services("restored"))
        assert self.restored.standing() == before
        assert self.restored.snapshot() == content
        if self.random.random() < 0.1:  # its format is slow, and not what is tested here
            self.library.save_and_restore()

    def agree(self):
        """Check that all wait for the same, ended alike and issued the same."""
        expected = (self.library.waiting(), self.library.has_ended())
        for run in (self.kept, self.restored, self.known):
            standing = run.standing()
            waiting = sorted(task.element_id for task in standing.tasks)
            assert (waiting, standing.ended is not None) == expected
            if len(set(waiting)) == len(waiting):  # not of ballots, which share an element
                data = {t.element_id: routing(run.variables(t.id)) for t in standing.tasks}
                assert data == {
                    name: routing(found) for name, found in self.library.data().items()
                }
            due = standing.due_at and round((standing.due_at - BEGIN) / timedelta(hours=1))
            if due is not None or self.library.due_in(self.elapsed) is not None:
                assert due == self.library.due_in(self.elapsed)
        assert all(found == self.issued["library"] for found in self.issued.values())
        return self.library.has_ended()

    def go(self, steps):
        """Do at most ``steps`` things; return how many, and whether the case ended."""
        for done in range(steps):
            if self.agree():
                return done, True
            self.save_and_restore()
            self.step()
        return steps, self.agree()


def without_ballots(state):
    """Return a state without what its loops know of each other's ids."""
    text = orjson.dumps(state).decode()
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", text)


def routing(data):
    """The variables that a diagram knows; the library adds one of its own for services."""
    return {
        name: value
        for name, value in data.items()
        if not name.startswith("spiff__") and name != "source"
    }
