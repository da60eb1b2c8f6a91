"""The floor of the obvious design: SpiffWorkflow alone, the whole state as JSON in a row.

Our diagrams, its own parser, engine and serializer; one transaction for each step; no HTTP,
no login, no permission, no rules, no journal, no inbox.
"""

import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from engine.definitions import packaged_files
from forms.vocabulary import Level, LevelMode
from tests.benchmarks.machine import postgresql_cpu
from tests.engine.process.library_run import LibraryRun

DATA = {
    "award": "labor_order",
    "unit_may_issue": False,
    **{f"mode_{level}": LevelMode.IN_SYSTEM.value for level in Level},
    "deciding_level": "",
    "council_required": False,
    "outcome": "",
    "return_to": "",
}
SERVICES = {"issue_decision": lambda data: None}


@dataclass
class Floor:
    """What one step costs there, on average, in ms; and the bytes of a state at the end."""

    own: float
    """CPU of this process."""
    beside: float
    """CPU of PostgreSQL's processes."""
    wall: float
    size: int


def measure_floor(engine: Engine, root: Path, cases: int, steps: tuple[str, ...]) -> Floor:
    """Walk ``cases`` up the whole ladder; return what the ``steps`` of it cost.

    :param steps: ids of the user tasks that count; the others are walked and not measured.
    """
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE floor (id VARCHAR PRIMARY KEY, state TEXT)"))
    runs = [_begin(engine) for _ in range(cases)]
    own = wall = beside = 0.0
    counted = size = 0
    waiting = "draft_nomination"
    while waiting:
        pg, cpu, begun = postgresql_cpu(root), time.process_time(), time.perf_counter()
        found = [_step(engine, run_id) for run_id in runs]
        if waiting in steps:
            own += time.process_time() - cpu
            wall += time.perf_counter() - begun
            beside += postgresql_cpu(root) - pg
            counted += cases
        waiting, size = found[0]
    scale = 1000 / counted
    return Floor(own * scale, beside * scale, wall * scale, size)


def _begin(engine: Engine) -> str:
    run_id = uuid.uuid4().hex
    run = LibraryRun(packaged_files(), dict(DATA), SERVICES)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO floor (id, state) VALUES (:id, :state)"),
            {"id": run_id, "state": run.save()},
        )
    return run_id


def _step(engine: Engine, run_id: str) -> tuple[str, int]:
    """Recommend at the task that waits; return the next one, and the size of the state."""
    lock = " FOR UPDATE" if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        found = connection.execute(
            text(f"SELECT state FROM floor WHERE id = :id{lock}"),  # noqa: S608
            {"id": run_id},
        )
        run = LibraryRun.of(found.scalar_one(), SERVICES)
        (task,) = run.waiting()
        outcome = "award" if task == "record_president_decision" else "recommend"
        answers = {"outcome": outcome, "return_to": ""}
        run.complete(
            task, answers | ({"outcome": "submit"} if task.startswith("draft") else {})
        )
        state = run.save()
        connection.execute(
            text("UPDATE floor SET state = :state WHERE id = :id"),
            {"id": run_id, "state": state},
        )
    return next(iter(run.waiting()), ""), len(state)
