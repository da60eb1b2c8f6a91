"""Draws sound diagrams at random: everything that the profile allows, in each other."""

import itertools
import random
from dataclasses import dataclass, field

from tests.engine.process.drawing import (
    Element,
    boundary,
    catch,
    embedded,
    end,
    gateway,
    message,
    process,
    script,
    start,
    timer,
    user_task,
)

OUTCOMES = "recommend return hold"


@dataclass
class Scope:
    """A process or sub-process that is being drawn."""

    elements: list[Element] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)

    def add(self, element: Element) -> str:
        self.elements.append(element)
        return element.id

    def flow(self, source: str, target: str, when: str = "") -> None:
        self.flows.append(f"{source} -> {target} {when}".strip())


class Drawer:
    """Draws blocks with one way in and one way out, which go together in any order."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.drawn = 0
        self.blocks = {
            "sequence": self.sequence,
            "choice": self.choice,
            "loop": self.loop,
            "parallel": self.parallel,
            "inclusive": self.inclusive,
            "first_event": self.first_event,
            "late": self.late,
            "reminded": self.reminded,
            "interrupted": self.interrupted,
            "wait": self.wait,
        }

    def files(self) -> dict[str, bytes]:
        """Return a set with one process."""
        scope = Scope([start()])
        first, last = self.sequence(scope, depth=3)
        done = scope.add(end("awarded"))
        scope.flow("start", first)
        scope.flow(last, done)
        return {"nomination.bpmn": process(*scope.elements, flows="\n".join(scope.flows))}

    def name(self, kind: str) -> str:
        self.drawn += 1
        return f"{kind}_{self.drawn}"

    def block(self, scope: Scope, depth: int) -> tuple[str, str]:
        """Draw something that waits at least once; return its first and its last element."""
        if depth == 0 or self.chance.random() < 0.35:
            return self.task(scope)
        return self.blocks[self.chance.choice(sorted(self.blocks))](scope, depth - 1)

    def task(self, scope: Scope) -> tuple[str, str]:
        id = scope.add(user_task(self.name("task"), outcomes=OUTCOMES))
        return id, id

    def sequence(self, scope: Scope, depth: int) -> tuple[str, str]:
        parts = [self.block(scope, depth) for _ in range(self.chance.randint(2, 3))]
        for (_, last), (first, _) in itertools.pairwise(parts):
            scope.flow(last, first)
        return parts[0][0], parts[-1][1]

    def choice(self, scope: Scope, depth: int) -> tuple[str, str]:
        split, merge = (scope.add(gateway(self.name("choice"))) for _ in range(2))
        for when in ('if outcome == "recommend"', "otherwise"):
            first, last = self.block(scope, depth)
            scope.flow(split, first, when)
            scope.flow(last, merge)
        return split, merge

    def loop(self, scope: Scope, depth: int) -> tuple[str, str]:
        back, again, on = (scope.add(gateway(self.name("loop"))) for _ in range(3))
        first, last = self.block(scope, depth)
        scope.flow(back, first)
        scope.flow(last, again)
        scope.flow(again, back, 'if outcome == "return"')
        scope.flow(again, on, "otherwise")
        return back, on

    def parallel(self, scope: Scope, depth: int) -> tuple[str, str]:
        return self._side_by_side(scope, depth, "parallel", ["", "", ""])

    def inclusive(self, scope: Scope, depth: int) -> tuple[str, str]:
        conditions = ['if outcome == "recommend"', 'if return_to == "unit"', "otherwise"]
        return self._side_by_side(scope, depth, "inclusive", conditions)

    def _side_by_side(
        self, scope: Scope, depth: int, kind: str, conditions: list[str]
    ) -> tuple[str, str]:
        """Draw branches that are joined, in a sub-process of their own."""
        inside = Scope([start(self.name("opened"))])
        split, join = (inside.add(gateway(self.name(kind), kind)) for _ in range(2))
        inside.flow(inside.elements[0].id, split)
        for when in conditions[self.chance.randint(0, 1) :]:
            first, last = self.block(inside, depth)
            inside.flow(split, first, when)
            inside.flow(last, join)
        return self._closed(scope, inside, join)

    def _closed(self, scope: Scope, inside: Scope, last: str) -> tuple[str, str]:
        inside.flow(last, inside.add(end(self.name("closed"))))
        id = self.name("inside")
        scope.add(embedded(id, *inside.elements, flows="\n".join(inside.flows)))
        return id, id

    def first_event(self, scope: Scope, depth: int) -> tuple[str, str]:
        """A message or a time, whichever comes first, then a task."""
        race = scope.add(gateway(self.name("race"), "eventBased"))
        merge = scope.add(gateway(self.name("raced")))
        for inside in (message(), timer(self.days())):
            event = scope.add(catch(self.name("event"), inside))
            first, last = self.block(scope, depth)
            scope.flow(race, event)
            scope.flow(event, first)
            scope.flow(last, merge)
        return race, merge

    def late(self, scope: Scope, depth: int) -> tuple[str, str]:
        """A task that becomes another one at its time."""
        task, _ = self.task(scope)
        merge = scope.add(gateway(self.name("done")))
        late = scope.add(boundary(self.name("late"), task, timer(self.days())))
        first, last = self.block(scope, depth)
        scope.flow(late, first)
        scope.flow(last, merge)
        scope.flow(task, merge)
        return task, merge

    def reminded(self, scope: Scope, depth: int) -> tuple[str, str]:
        """A task and reminders of it, in a sub-process: a process may end only once."""
        inside = Scope([start(self.name("opened"))])
        task, _ = self.task(inside)
        inside.flow(inside.elements[0].id, task)
        every = timer("R2/P5D", "timeCycle")
        reminder = inside.add(boundary(self.name("remind"), task, every, interrupting=False))
        note = inside.add(script(self.name("note"), "council_required = True"))
        inside.flow(reminder, note)
        inside.flow(note, inside.add(end(self.name("reminded"))))
        return self._closed(scope, inside, task)

    def interrupted(self, scope: Scope, depth: int) -> tuple[str, str]:
        """A sub-process that a message ends."""
        inside = Scope([start(self.name("opened"))])
        first, last = self.sequence(inside, depth)
        inside.flow(inside.elements[0].id, first)
        id, _ = self._closed(scope, inside, last)
        stop = scope.add(boundary(self.name("stop"), id, message()))
        merge = scope.add(gateway(self.name("gone_on")))
        scope.flow(stop, merge)
        scope.flow(id, merge)
        return id, merge

    def wait(self, scope: Scope, depth: int) -> tuple[str, str]:
        event = scope.add(catch(self.name("wait"), timer(self.days())))
        _, last = self.task(scope)
        scope.flow(event, last)
        return event, last

    def days(self) -> str:
        return f"P{self.chance.randint(2, 30)}D"
