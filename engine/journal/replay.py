"""Running a case again from its journal alone, and comparing where it leads with its tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.cases import WITHDRAWAL
from engine.deadlines.alarms import FIRED
from engine.deadlines.retelling import alarm_differences
from engine.definitions import definitions_of
from engine.errors import EngineError
from engine.journal import stream_of
from engine.process.runner import Instance
from engine.process.workflow import Services
from engine.store.models import (
    Case,
    Decision,
    DossierVersion,
    JournalEntry,
    Review,
    TaskState,
    UserTask,
)

MOVES = ("case.opened", "task.completed", "case.withdrawn", FIRED)
"""Acts that let a case go on; others leave it where it is."""


def replay(session: Session, case: Case) -> list[str]:
    """Return how the case of the tables differs from the one that its journal tells.

    The diagrams are those that the journal names. Nothing is decided or written again.

    :return: a line for each difference; empty: they are equal.
    """
    entries = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.stream == stream_of(case.id))
        .order_by(JournalEntry.seq)
    ).all()
    moves = [entry for entry in entries if entry.action in MOVES]
    if not moves or moves[0].action != "case.opened":
        return ["the journal does not tell how the case was opened"]
    try:
        replayed = _Replay(session, moves)
    except (EngineError, LookupError) as error:
        return [f"the journal cannot be followed: {error}"]
    alarms = alarm_differences(session, case, entries)
    return [*replayed.problems, *replayed.differences(session, case), *alarms]


class _Replay:
    """A case in memory, run on by one entry after the other."""

    def __init__(self, session: Session, moves: Sequence[JournalEntry]) -> None:
        self.problems: list[str] = []
        self.moves = moves
        opened = moves[0]
        facts = opened.detail
        self._definitions = definitions_of(session, facts["diagrams"])
        routing = {name: one for name, one in facts["routing"].items() if name != DECIDED}
        self.instance = Instance.start(
            self._definitions,
            routing | {"outcome": "", "return_to": ""},
            _NOTHING_ISSUED,
            at=opened.happened_at,
        )
        self._compare(opened)
        for entry in moves[1:]:
            self._move(entry)

    def _move(self, entry: JournalEntry) -> None:
        self.instance.passed.clear()
        if entry.action == "case.withdrawn":
            self.instance.send(WITHDRAWAL, at=entry.happened_at)
        elif entry.action == FIRED:
            self.instance.fire_due(entry.happened_at)
        else:
            facts = entry.detail
            waiting = {task.element_id: task.id for task in self.instance.standing().tasks}
            if facts["element"] not in waiting:
                raise LookupError(f"entry {entry.seq}: nothing waits at {facts['element']}")
            answers = {"outcome": facts["outcome"], "return_to": facts.get("return_to", "")}
            self.instance.complete(waiting[facts["element"]], answers, at=entry.happened_at)
        self._compare(entry)

    def _compare(self, entry: JournalEntry) -> None:
        said = entry.detail["passed"]
        if self.instance.passed != said:
            self.problems.append(
                f"entry {entry.seq}: it passed {said}, the diagrams lead {self.instance.passed}"
            )

    def differences(self, session: Session, case: Case) -> Iterator[str]:
        """Yield what the tables say of the case, where the journal says otherwise."""
        standing = self.instance.standing()
        new = self.moves[-1].detail["new"]
        outcomes = [entry.detail.get("outcome") for entry in self.moves]
        said = {
            "tasks": sorted((one.diagram, one.element_id, one.form) for one in standing.tasks),
            "ended": standing.ended,
            "state": new["state"],
            "level": new["level"],
            "returns": outcomes.count("return"),
            "submissions": outcomes.count("submit"),
            "reviews": sum(1 for one in outcomes if one not in (None, "submit")),
            "decision": _decision_said(self.moves),
            "reference": self.moves[0].detail["reference"],
        }
        found = _found(session, case)
        for name, value in said.items():
            if found[name] != value:
                yield f"{name}: the journal says {value!r}, the tables {found[name]!r}"


DECIDED = "deciding_level"
"""What the process found out itself after it had begun."""


_NOTHING_ISSUED: Services = {"issue_decision": lambda _data: None}
"""What the decision was stands in the journal already."""


def _decision_said(moves: Sequence[JournalEntry]) -> tuple[str, str] | None:
    made = [entry.detail["decision"] for entry in moves if entry.detail.get("decision")]
    return (made[-1]["number"], made[-1]["signed_on"]) if made else None


def _found(session: Session, case: Case) -> dict[str, Any]:
    tasks = session.execute(
        select(UserTask.diagram, UserTask.element_id, UserTask.form).where(
            UserTask.case_id == case.id, UserTask.state == TaskState.OPEN
        )
    )
    decision = session.execute(
        select(Decision.number, Decision.signed_on).where(Decision.case_id == case.id)
    ).first()
    return {
        "tasks": sorted(tuple(task) for task in tasks),
        "ended": None if case.outcome is None else case.outcome.value,
        "state": case.state.value,
        "level": case.level and case.level.value,
        "returns": case.returns,
        "submissions": _count(session, DossierVersion, case),
        "reviews": _count(session, Review, case),
        "decision": decision and (decision.number, decision.signed_on.isoformat()),
        "reference": case.reference,
    }


def _count(session: Session, table: type[DossierVersion] | type[Review], case: Case) -> int:
    counted = select(func.count()).select_from(table).where(table.case_id == case.id)
    return session.scalar(counted) or 0
