"""The diagrams that come with this version, under the same proofs as the samples."""

import random

from engine.definitions import packaged_files
from engine.process.checks import check_diagrams
from engine.process.diagrams import parse
from engine.process.runner import Instance
from forms.vocabulary import Award, CaseOutcome, Level, LevelMode
from tests.conftest import LONG
from tests.engine.process.side_by_side import Walk

WALKS = 500 if LONG else 40
STEPS = 60
LARGEST_SNAPSHOT = 3 * 1024

DECIDED_BY = {
    Award.UNIT_CERTIFICATE: Level.UNIT,
    Award.PROVINCIAL_MERIT: Level.PROVINCE,
    Award.PRIME_MINISTER_CERTIFICATE: Level.PRIME_MINISTER,
    Award.LABOR_ORDER: Level.PRESIDENT,
    Award.LABOR_ORDER_SECOND: Level.PRESIDENT,
    Award.LABOR_ORDER_FIRST: Level.PRESIDENT,
}
ADVISING_FORMS = ("appraisal.v1", "council_resolution.v1")


class Nomination:
    """A nomination with levels chosen at random; answers as the engine would offer them."""

    def __init__(self, seed):
        self.chance = random.Random(seed)  # noqa: S311  the same walk each time
        self.award = self.chance.choice(list(Award))
        self.may_issue = self.chance.choice([True, False])
        self.decided_by = DECIDED_BY[self.award]
        if self.award is Award.UNIT_CERTIFICATE and not self.may_issue:
            self.decided_by = Level.WARD
        self.modes = {level: self.mode_of(level) for level in Level}

    def mode_of(self, level):
        modes = [LevelMode.IN_SYSTEM]
        if level not in (Level.UNIT, Level.WARD):
            modes.append(LevelMode.RECORDED)
        if level is not self.decided_by:
            modes.append(LevelMode.LEFT_OUT)
        return self.chance.choice(modes)

    @property
    def data(self):
        return {
            "award": str(self.award),
            "unit_may_issue": self.may_issue,
            **{f"mode_{level}": str(mode) for level, mode in self.modes.items()},
            "deciding_level": "",
            "council_required": False,
            "outcome": "",
            "return_to": "",
        }

    def targets(self, level):
        """Earlier stops on the way."""
        levels = list(Level)
        earlier = levels[: levels.index(level)]
        return ["draft", *(str(x) for x in earlier if self.modes[x] != LevelMode.LEFT_OUT)]

    def choose(self, task):
        offered = set(task.outcomes)
        if task.level:
            decides = task.level == self.decided_by and task.form not in ADVISING_FORMS
            advises = task.form in ADVISING_FORMS or not decides
            offered -= {"recommend"} if not advises else {"award"} if not decides else set()
        going_on = offered - {"reject"} or offered
        outcomes = going_on if self.chance.random() < 0.9 else offered
        outcome = self.chance.choice(sorted(outcomes))
        returned = outcome == "return"
        target = self.chance.choice(self.targets(Level(task.level))) if returned else ""
        return {"outcome": outcome, "return_to": target}


def test_the_packaged_diagrams_have_no_findings():
    assert check_diagrams(packaged_files()) == []


def test_a_nomination_goes_where_the_library_would_take_it():
    nominations = [Nomination(seed) for seed in range(WALKS)]
    walks = [
        Walk(packaged_files(), each.data, each.choose, each.chance) for each in nominations
    ]
    results = [walk.go(STEPS) for walk in walks]
    assert sum(steps for steps, _ in results) > 8 * WALKS
    outcomes = {walk.kept.standing().ended for walk in walks}
    assert outcomes >= set(CaseOutcome)
    assert max(walk.largest for walk in walks) < LARGEST_SNAPSHOT


def test_a_hundred_returns_from_the_top_to_the_draft_keep_the_state_small():
    data = Nomination(0).data | {f"mode_{level}": "in_system" for level in Level}
    definitions = parse(packaged_files())
    case = Instance.start(definitions, data | {"award": "labor_order"}, {})
    largest = 0
    for _ in range(100):
        while case.standing().tasks[0].level != Level.PRESIDENT:
            (task,) = case.standing().tasks
            outcome = "recommend" if task.level else "submit"
            case.complete(task.id, {"outcome": outcome, "return_to": ""})
            largest = max(largest, len(case.snapshot()))
            case = Instance.restore(definitions, case.snapshot(), {})
        (task,) = case.standing().tasks
        case.complete(task.id, {"outcome": "return", "return_to": "draft"})
    assert largest < LARGEST_SNAPSHOT
    assert [task.element_id for task in case.standing().tasks] == ["draft_nomination"]
