"""One case run three times at once: by us, by us saved at every step, by the library."""

from datetime import UTC, datetime, timedelta

from engine.process.diagrams import definitions, set_id
from engine.process.runner import Instance
from tests.engine.process.library_run import LibraryRun

BEGIN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class Walk:
    """Three runs of one case, side by side; every step asks whether they agree."""

    def __init__(self, files, data, choose, chance):
        """``choose`` answers a waiting task; all choices are made by ``chance``."""
        self.random = chance
        self.choose = choose
        self.definitions = definitions(set_id(files), lambda: files)
        self.elapsed = timedelta()
        self.largest = 0
        self.issued = {"library": [], "kept": [], "restored": []}
        self.library = LibraryRun(files, dict(data), self.services("library"))
        self.kept, self.restored = (
            Instance.start(self.definitions, data, self.services(who), at=self.moment)
            for who in ("kept", "restored")
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
        answers = self.choose(task)
        self.library.complete(task.element_id, answers)
        for run in (self.kept, self.restored):
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

    def go(self, steps):
        """Do at most ``steps`` things; return how many, and whether the case ended."""
        for done in range(steps):
            if self.agree():
                return done, True
            self.save_and_restore()
            self.step()
        return steps, self.agree()


def routing(data):
    """The variables that a diagram knows; the library adds one of its own for services."""
    return {
        name: value
        for name, value in data.items()
        if not name.startswith("spiff__") and name != "source"
    }
