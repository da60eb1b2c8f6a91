"""Two ways to take a nomination along a path: on the process alone, and by the commands."""

import copy
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from engine.definitions import packaged_files, packaged_set_id
from engine.office import OPERATOR
from engine.outcomes import earlier_stops, offered_outcomes, outcomes_of, return_targets
from engine.plans import load_plan
from engine.process import diagrams
from engine.process.runner import Instance, WaitingTask
from engine.rounds import open_round
from engine.settings import put_setting
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Case, UserTask
from forms.vocabulary import (
    Award,
    CaseOutcome,
    Level,
    LevelMode,
    Occasion,
    Outcome,
    ReturnTarget,
)
from tests.scenarios.library import Routing, Step
from tests.walk import NOMINATION, SUBMISSIONS, Walk
from tests.ward import NOON, Ward, build_ward

OTHER_PLAN = Path(__file__).parents[1] / "engine" / "plans" / "suoi-trang-2026-2028.yaml"
OTHER_DAY = datetime(2028, 11, 1, 5, 0, tzinfo=UTC)

RECORDABLE = (Level.PROVINCE, Level.PRIME_MINISTER, Level.PRESIDENT)
"""Levels of which an office may set that they are recorded from paper."""


def definitions() -> diagrams.Definitions:
    """Return the diagrams that we ship, parsed."""
    return diagrams.definitions(packaged_set_id(), packaged_files)


# --- on the process alone ---------------------------------------------------------------


class ProcessWalk:
    """A nomination as its process alone: saved and restored after every step."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self.issued = 0
        start = {**variables, "outcome": "", "return_to": ""}
        instance = Instance.start(definitions(), start, self._services, at=NOON)
        deciding = instance.variables()["deciding_level"]
        self._case = Case(routing={**variables, "deciding_level": deciding})
        self._save(instance)

    def _save(self, instance: Instance) -> None:
        self.snapshot = instance.snapshot()
        standing = self._restored().standing()
        self.waiting: tuple[WaitingTask, ...] = standing.tasks
        self.ended = standing.ended

    def _restored(self) -> Instance:
        return Instance.restore(definitions(), self.snapshot, self._services)

    @property
    def _services(self) -> dict[str, Any]:
        return {"issue_decision": self._issue}

    def _issue(self, data: Any) -> None:
        self.issued += 1

    def fork(self) -> "ProcessWalk":
        """Return the same nomination again, to try something else with it."""
        return copy.copy(self)

    @property
    def task(self) -> WaitingTask:
        """The one task that waits."""
        (task,) = self.waiting
        return task

    def choices(self) -> list[Step]:
        """Return every step that is offered now, withdrawal too."""
        waiting = self.task
        level = Level(waiting.level) if waiting.level else None
        row = UserTask(level=level, outcomes=list(waiting.outcomes))
        targets = earlier_stops(row, self._case)
        return steps_at(waiting.element_id, outcomes_of(row, self._case), targets)

    def take(self, step: Step) -> None:
        """Take ``step``, which must be offered at the one task that waits."""
        offered = self.choices()
        assert step in offered, f"{step} is not one of {[str(each) for each in offered]}"
        instance = self._restored()
        if step.outcome is None:
            instance.send("withdrawal", at=NOON)
        else:
            answers = {"outcome": step.outcome.value, "return_to": step.return_to or ""}
            instance.complete(self.task.id, answers, at=NOON)
        self._save(instance)


def steps_at(
    element_id: str, outcomes: tuple[Outcome, ...], targets: tuple[ReturnTarget, ...]
) -> list[Step]:
    """Return each outcome as a step, the return once for each of its targets."""
    steps = [Step(element_id, None)]
    for outcome in outcomes:
        if outcome is Outcome.RETURN:
            steps += [Step(element_id, outcome, target) for target in targets]
        else:
            steps.append(Step(element_id, outcome))
    return steps


# --- by the commands --------------------------------------------------------------------


@dataclass
class Office:
    """One database with two plans, for many nominations one after the other."""

    database: Engine
    ward: Ward
    rounds: dict[str, int]
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(10))
    """Numbers of decisions: no authority gives one twice."""
    settings: dict[str, str] = field(default_factory=dict)
    """What was put in force last."""

    def put(self, name: str, value: str) -> None:
        """Put an office setting in force, unless it is already."""
        if self.settings.get(name) != value:
            with unit_of_work(self.database) as session:
                put_setting(session, name=name, value=value, actor=OPERATOR, at=NOON)
            self.settings[name] = value

    def open(self, routing: Routing, *, max_returns: int = 5) -> "CommandWalk":
        """Open a nomination that is to go as ``routing`` says."""
        self.put("max_returns", str(max_returns))
        for level in RECORDABLE:
            recorded = level in routing.recorded
            mode = LevelMode.RECORDED if recorded else LevelMode.IN_SYSTEM
            self.put(f"level_mode.{level}", mode.value)
        return CommandWalk(self, routing)


@contextmanager
def office_at(url: str) -> Iterator[Office]:
    """Fill the fresh database at ``url``, and use it as an office.

    What is committed need not reach the disk: that is proved elsewhere, and costs time.
    """
    database = connect(url)
    sqlite = database.dialect.name == "sqlite"
    relaxed = "PRAGMA synchronous=OFF" if sqlite else "SET synchronous_commit TO off"

    @event.listens_for(database, "connect")
    def _relax(connection: Any, record: Any) -> None:
        connection.cursor().execute(relaxed)
        if not sqlite:
            connection.commit()

    with unit_of_work(database) as session:
        ward = build_ward(session)
    yield Office(database, ward, {"van-xuan": ward.final_id, "suoi-trang": _other(database)})
    database.dispose()


def _other(database: Engine) -> int:
    """Load the plan that leaves the ward out; return its round of all awards."""
    text = OTHER_PLAN.read_text(encoding="utf-8")
    with unit_of_work(database) as session:
        plan = load_plan(session, text, OTHER_PLAN.name, actor=OPERATOR, at=OTHER_DAY)
        return open_round(
            session,
            plan_id=plan.id,
            name="Tổng kết năm 2028",
            occasion=Occasion.FINAL,
            year=2028,
            opens_at=OTHER_DAY,
            closes_at=OTHER_DAY + timedelta(days=30),
            awards=[Award.PROVINCIAL_MERIT, Award.PRIME_MINISTER_CERTIFICATE],
            actor=OPERATOR,
            at=OTHER_DAY,
        ).id


class CommandWalk:
    """A nomination as people move it: each step a command in a transaction of its own."""

    def __init__(self, office: Office, routing: Routing) -> None:
        ward = office.ward
        clerks = {"truong": ward.school_clerk, "cong-ty": ward.company_clerk}
        self.walk = Walk(office.database, ward, at=_day(routing.plan))
        self.walk.submissions = _submissions(routing.plan)
        self._numbers = office.numbers
        self._clerk = clerks[routing.unit]
        self._advice: tuple[Level, Outcome] | None = None
        self.walk.open(
            actor=self._clerk,
            unit_id=ward.units[routing.unit],
            round_id=office.rounds[routing.plan],
            award=routing.award,
            at=self.walk.at,
        )

    @property
    def ended(self) -> CaseOutcome | None:
        """The outcome of the case, none while it is on its way."""
        return self.walk.case().outcome

    @property
    def task(self) -> UserTask:
        """The one task that is open."""
        return self.walk.task()

    def choices(self) -> list[Step]:
        """Return every step that is offered now, withdrawal too."""
        with reading(self.walk.database) as session:
            task = session.get_one(UserTask, self.task.id)
            case = session.get_one(Case, self.walk.case_id)
            outcomes = offered_outcomes(session, task, case)
            return steps_at(task.element_id, outcomes, return_targets(session, task, case))

    def take(self, step: Step) -> None:
        """Take ``step``, which must be offered at the one task that is open."""
        task = self.task
        assert task.element_id == step.element_id, f"{task.element_id} waits, not {step}"
        if step.outcome is None:
            self.walk.withdraw(self._clerk)
            return
        self.walk.do(step.outcome, task=task, **self._changes(task, step))
        self._remember(task, step.outcome)

    def outcomes(self) -> list[str]:
        """Return every outcome that the journal says the case had."""
        states = [entry.detail["new"]["state"] for entry in self.walk.journal()]
        return [state for state in states if state in set(CaseOutcome)]

    def _changes(self, task: UserTask, step: Step) -> dict[str, str]:
        """What this step writes otherwise than any other of its form."""
        changes = {}
        if step.return_to:
            changes["return_to"] = step.return_to.value
        if step.outcome is Outcome.AWARD:
            changes["number"] = f"{next(self._numbers)}/QĐ-UBND"
        if self._departs(task, step.outcome):
            changes["deviation_reason"] = "Thành tích đã được xác minh thêm."
        return changes

    def _departs(self, task: UserTask, outcome: Outcome | None) -> bool:
        """Return whether the authority decides otherwise than its council advised."""
        if task.form != "review.v1" or self._advice is None:
            return False
        level, advice = self._advice
        decides = outcome in (Outcome.AWARD, Outcome.RECOMMEND, Outcome.REJECT)
        agrees = (advice is Outcome.REJECT) == (outcome is Outcome.REJECT)
        return level is task.level and decides and not agrees

    def _remember(self, task: UserTask, outcome: Outcome) -> None:
        """Keep what the council advised until the case leaves its level."""
        if outcome is Outcome.RETURN or (self._advice and self._advice[0] is not task.level):
            self._advice = None
        advises = outcome in (Outcome.RECOMMEND, Outcome.REJECT)
        if task.form == "council_resolution.v1" and task.level and advises:
            self._advice = (task.level, outcome)


def _day(plan: str) -> datetime:
    return NOON if plan == "van-xuan" else OTHER_DAY


def _submissions(plan: str) -> dict[str, dict[str, Any]]:
    """Return what people write in a round of ``plan``."""
    criteria = {"criteria": {"CN1": "Hai sáng kiến được áp dụng."}}
    if plan == "van-xuan":
        return SUBMISSIONS | {"nomination.v1": NOMINATION | criteria}
    content = {
        "contents": ["M1"],
        "criteria": {"T1": "Trồng 120 cây, có biên bản xác nhận."},
        "achieved_from": "01/02/2026",
        "achieved_to": "30/09/2028",
    }
    signed = {"signed_on": "01/11/2028"}
    return SUBMISSIONS | {
        "nomination.v1": NOMINATION | content,
        "decision.v1": SUBMISSIONS["decision.v1"] | signed,
        "result_from_above.v1": SUBMISSIONS["result_from_above.v1"] | signed,
        "council_resolution.v1": SUBMISSIONS["council_resolution.v1"]
        | {"session_on": "01/11/2028"},
    }
