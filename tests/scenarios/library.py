"""The scenario files beside this module, read: each path of a nomination, step by step.

A file holds one or more groups, parted by ``---``. A group says what is asked for and by
whom, and the normal way up:

``award``, ``unit``
    What is nominated for, and the submitting unit of :mod:`tests.ward`.
``plan``
    ``van-xuan`` (all five levels) or ``suoi-trang`` (leaves the ward out).
``recorded``
    The levels that work on paper; the ward's clerk records their results.
``way``
    Each task with its usual outcome, up to the award.
``paths``
    The ways that a nomination may take. ``name`` says it in words; ``from`` is the task
    that waits after the normal way so far (else the first); ``steps`` is what happens
    there; ``on_from`` is the task that waits then and from which the normal way goes on to
    its end; ``ends`` is the outcome of the case.

A step is ``element: outcome``, ``element: return -> target``, or ``element: withdraw``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from forms.vocabulary import Award, CaseOutcome, Level, LevelMode, Outcome, ReturnTarget
from tests.ward import UNITS

WITHDRAW = "withdraw"
"""Where a step says this, the unit withdraws the nomination while the task waits."""

LEFT_OUT = {"van-xuan": frozenset(), "suoi-trang": frozenset({Level.WARD})}
"""Plan → the levels that it leaves out; a test compares this with the plan files."""

ISSUING = {code for code, *_, basis in UNITS if basis}
"""Units whose heads may issue certificates."""

_KEYS = {"award", "unit", "plan", "recorded", "way", "paths"}
_PATH_KEYS = {"name", "from", "steps", "on_from", "ends"}


@dataclass(frozen=True)
class Step:
    """What happens while one task waits."""

    element_id: str
    outcome: Outcome | None
    """None: the nomination is withdrawn."""
    return_to: ReturnTarget | None = None

    @property
    def kind(self) -> str:
        """The outcome in one word."""
        return self.outcome.value if self.outcome else WITHDRAW

    def __str__(self) -> str:
        target = f" -> {self.return_to}" if self.return_to else ""
        return f"{self.element_id}: {self.kind}{target}"


@dataclass(frozen=True)
class Routing:
    """What decides the way of a nomination before anybody has seen it."""

    award: Award
    unit: str
    plan: str
    recorded: frozenset[Level] = frozenset()

    @property
    def left_out(self) -> frozenset[Level]:
        """The levels that the plan leaves out."""
        return LEFT_OUT[self.plan]

    def mode(self, level: Level) -> LevelMode:
        """Return how ``level`` takes part."""
        if level in self.left_out:
            return LevelMode.LEFT_OUT
        return LevelMode.RECORDED if level in self.recorded else LevelMode.IN_SYSTEM

    @property
    def variables(self) -> dict[str, Any]:
        """The variables with which the process starts."""
        return {
            "award": self.award.value,
            "unit_may_issue": self.unit in ISSUING,
            **{f"mode_{level}": self.mode(level).value for level in Level},
        }


@dataclass(frozen=True)
class Scenario:
    """One path of a nomination from its opening to its outcome."""

    file: str
    name: str
    routing: Routing
    steps: tuple[Step, ...]
    told: tuple[Step, ...]
    """Those of the steps that the path itself tells; the others are the normal way."""
    ends: CaseOutcome

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"

    @property
    def kind(self) -> str:
        """What sets the path apart from the normal way."""
        return self.told[0].kind if self.told else "normal way"


def read_scenarios(folder: Path = Path(__file__).parent) -> list[Scenario]:
    """Return the paths of all scenario files of ``folder``."""
    return [
        scenario
        for path in sorted(folder.glob("*.yaml"))
        for group in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        for scenario in _read_group(path.stem, group)
    ]


def _read_group(file: str, group: dict[str, Any]) -> Iterator[Scenario]:
    if group.keys() != _KEYS:
        raise ValueError(f"{file}: keys {sorted(group)}, expected {sorted(_KEYS)}")
    routing = Routing(
        award=Award(group["award"]),
        unit=group["unit"],
        plan=group["plan"],
        recorded=frozenset(map(Level, group["recorded"])),
    )
    way = _read_steps(group["way"])
    for path in group["paths"]:
        if not {"name", "ends"} <= path.keys() <= _PATH_KEYS:
            raise ValueError(f"{file}: {path.get('name')}: keys {sorted(path)}")
        yield _read_path(file, routing, way, path)


def _read_path(
    file: str, routing: Routing, way: tuple[Step, ...], path: dict[str, Any]
) -> Scenario:
    told = _read_steps(path.get("steps", []))
    before = way[: _place(way, path["from"])] if "from" in path else ()
    after = way[_place(way, path["on_from"]) :] if "on_from" in path else ()
    return Scenario(
        file=file,
        name=path["name"],
        routing=routing,
        steps=before + told + after,
        told=told,
        ends=CaseOutcome(path["ends"]),
    )


def _place(way: tuple[Step, ...], element_id: str) -> int:
    return [step.element_id for step in way].index(element_id)


def _read_steps(lines: list[dict[str, str]]) -> tuple[Step, ...]:
    return tuple(_read_step(*pair) for line in lines for pair in line.items())


def _read_step(element_id: str, text: str) -> Step:
    if text == WITHDRAW:
        return Step(element_id, None)
    outcome, _, target = text.partition(" -> ")
    return Step(element_id, Outcome(outcome), ReturnTarget(target) if target else None)
