"""What may happen to a nomination, computed from the diagrams; and what is told of it."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forms.vocabulary import Award, Level, LevelMode, ReturnTarget
from tests.scenarios.library import Routing, Scenario, Step
from tests.scenarios.travel import RECORDABLE, ProcessWalk

HIGHEST = {
    Award.UNIT_CERTIFICATE: Level.WARD,
    Award.PROVINCIAL_MERIT: Level.PROVINCE,
    Award.PRIME_MINISTER_CERTIFICATE: Level.PRIME_MINISTER,
    Award.LABOR_ORDER: Level.PRESIDENT,
}
"""Award → the level above which its nominations never come."""

LADDER = (
    Award.UNIT_CERTIFICATE,
    Award.PROVINCIAL_MERIT,
    Award.PRIME_MINISTER_CERTIFICATE,
    Award.LABOR_ORDER,
)
"""One award for each height; the other classes of the Labor Order go the same way."""

PLANS = {
    "van-xuan": LADDER,
    "suoi-trang": (Award.PROVINCIAL_MERIT, Award.PRIME_MINISTER_CERTIFICATE),
}
"""Plan → the awards that its final round takes."""


@dataclass(frozen=True, order=True)
class Combination:
    """One thing that may happen at one waiting point of one kind of nomination."""

    award: Award
    unit: str
    plan: str
    element_id: str
    kind: str
    """An outcome, or ``withdraw``."""
    target: str = ""
    target_mode: str = ""
    """How the level takes part to which it returns; how others do, makes no difference."""


def routings() -> Iterator[Routing]:
    """Return every routing that the two plans and the settings of an office allow."""
    for plan, awards in PLANS.items():
        for award in awards:
            ladder = list(Level)
            passed = ladder[: ladder.index(HIGHEST[award]) + 1]
            above = [level for level in RECORDABLE if level in passed]
            units = ("cong-ty", "truong") if award is Award.UNIT_CERTIFICATE else ("truong",)
            for unit, count in itertools.product(units, range(len(above) + 1)):
                for recorded in itertools.combinations(above, count):
                    yield Routing(award, unit, plan, frozenset(recorded))


def told(scenarios: Iterable[Scenario]) -> set[Combination]:
    """Return what the scenarios tell."""
    return {
        _combination(scenario.routing, step)
        for scenario in scenarios
        for step in scenario.steps
    }


def explore(routing: Routing) -> set[Combination]:
    """Return all that may happen with ``routing``: try every choice wherever it waits."""
    start = ProcessWalk(routing.variables)
    found: dict[str, ProcessWalk] = {start.task.element_id: start}
    unseen = [start]
    combinations = set()
    while unseen:
        walk = unseen.pop()
        for step in walk.choices():
            combinations.add(_combination(routing, step))
            after = walk.fork()
            after.take(step)
            if after.ended is None and after.task.element_id not in found:
                found[after.task.element_id] = after
                unseen.append(after)
    return combinations


def _combination(routing: Routing, step: Step) -> Combination:
    mode = ""
    if step.return_to and step.return_to is not ReturnTarget.DRAFT:
        mode = routing.mode(Level(step.return_to.value)).value
    return Combination(
        award=routing.award,
        unit=routing.unit,
        plan=routing.plan,
        element_id=step.element_id,
        kind=step.kind,
        target=step.return_to or "",
        target_mode=mode if mode != LevelMode.LEFT_OUT else "",
    )
