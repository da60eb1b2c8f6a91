"""Stored states of cases, and what each of them stands at and goes on to.

A file of ``corpus/`` has one set of diagrams and the walk of one case on it: every step,
and the state as it was saved before the step. Files are added, never changed: a state that
was stored once loads forever. After a change of :mod:`engine.process.snapshot` that makes a
new version, and for a new kind of element::

    python -m tests.engine.process.corpus

writes what is missing for the version of now.
"""

import base64
import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine.definitions import packaged_files
from engine.process import snapshot
from engine.process.diagrams import definitions, set_id
from engine.process.runner import Instance
from tests.engine.process.random_diagrams import Drawer
from tests.engine.process.sample_diagrams import CLIMB, COUNCIL, START
from tests.engine.process.side_by_side import BEGIN, routing

FOLDER = Path(__file__).parent / "corpus"
SERVICES = {"issue_decision": lambda data: None}
LADDER = START | {
    "award": "labor_order",
    "unit_may_issue": False,
    "council_required": False,
    "deciding_level": "",
    **{f"mode_{x}": "in_system" for x in ("unit", "ward", "province", "prime_minister")},
    "mode_president": "recorded",
}
STEPS = 60


def standing_of(case: Instance) -> dict[str, Any]:
    """Return what a case stands at, as the files have it."""
    found = case.standing()
    return {
        "waiting": [
            [task.id, task.element_id, task.role, routing(case.variables(task.id))]
            for task in found.tasks
        ],
        "due_at": found.due_at and found.due_at.isoformat(),
        "ended": found.ended,
    }


def do(case: Instance, step: dict[str, Any]) -> None:
    """Do a step of a file: complete a task, or let time pass."""
    at = datetime.fromisoformat(step["at"])
    if step["task"] is None:
        case.fire_due(at)
    else:
        case.complete(step["task"], step["answers"], at=at)


def walk(files: dict[str, bytes], data: dict[str, Any], seed: int) -> list[dict[str, Any]]:
    """Walk a case at random to its end; return its states and steps."""
    chance = random.Random(seed)  # noqa: S311  the same walk each time
    parsed = definitions(set_id(files), lambda: files)
    at = BEGIN
    case = Instance.start(parsed, data, SERVICES, at=at)
    steps = []
    for _ in range(STEPS):
        content = case.snapshot()
        step = {"state": base64.b64encode(content).decode(), "stands_at": standing_of(case)}
        steps.append(step)
        tasks = case.standing().tasks
        if case.standing().ended:
            break
        at += timedelta(days=chance.choice([0, 1, 7]))
        task = chance.choice(tasks) if tasks and chance.random() < 0.85 else None
        step |= {
            "at": at.isoformat(),
            "task": task and task.id,
            "answers": _answers(task, chance),
        }
        case = Instance.restore(parsed, content, SERVICES)
        do(case, step)
    return steps


def _answers(task: Any, chance: random.Random) -> dict[str, str]:
    if task is None:
        return {}
    on = [one for one in task.outcomes if one not in ("award", "reject")] or task.outcomes
    outcome = chance.choice(on if chance.random() < 0.9 else task.outcomes)
    return {"outcome": outcome, "return_to": "draft" if outcome == "return" else ""}


def _is_whole(steps: list[dict[str, Any]], end: str | None) -> bool:
    ended = steps[-1]["stands_at"]["ended"]
    return len(steps) > 8 and ended is not None and end in (None, ended)


def main() -> None:
    """Write the files that are missing for this version of the codec."""
    everything = next(
        files
        for files in (Drawer(random.Random(seed)).files() for seed in range(10_000))  # noqa: S311
        if all(
            f'id="{one}_' in str(files) for one in ("race", "inclusive", "parallel", "remind")
        )
    )
    sets = {
        "packaged": (packaged_files(), LADDER),
        "climb": (CLIMB, START),
        "council": ({"nomination.bpmn": COUNCIL}, START),
        "everything": (everything, START | {"council_required": False}),
    }
    FOLDER.mkdir(exist_ok=True)
    for name, (files, data) in sets.items():
        path = FOLDER / f"v{snapshot.VERSION}-{name}.json"
        if path.exists():
            continue
        walks = (walk(dict(files), data, seed) for seed in range(1000))
        end = "awarded" if name == "packaged" else None
        steps = next(one for one in walks if _is_whole(one, end))
        written = {"files": {one: text.decode() for one, text in files.items()}, "steps": steps}
        path.write_text(json.dumps(written, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()
