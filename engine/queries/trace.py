"""The whole way of a case: each step with who and when, and what the diagrams drew of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions import definitions_of
from engine.process.labels import TaskLabel, task_label
from engine.queries.behalf import Behalf, behalves_of
from engine.queries.case_page import CaseHead
from engine.queries.holders import days_between
from engine.queries.titles import Titles
from engine.store.models import (
    DiagramFile,
    JournalEntry,
    Person,
    TaskState,
    Unit,
    UserTask,
)
from forms.vocabulary import Level, Outcome, ReturnTarget, Role

TASK = "task"
OPENED = "case.opened"
COMPLETED = "task.completed"
WITHDRAWN = "case.withdrawn"


@dataclass(frozen=True)
class Step:
    """One step of the way: a task, or that the case was opened or withdrawn."""

    number: int
    """From 1, in the order in which things happened."""
    action: str
    """``task``, or the action of the journal: ``case.opened``, ``case.withdrawn``."""
    label: TaskLabel | None
    """Of the task."""
    diagram: str
    element_id: str
    level: Level | None
    state: TaskState
    role: Role | None
    unit_name: str
    person_name: str | None
    title: str
    """Of the person in the unit on that day."""
    began_at: datetime
    ended_at: datetime | None
    days: int
    """At this step, on the calendar of Vietnam; until now where it is open."""
    form: str
    """Of the task: what an outcome means there."""
    outcome: Outcome | None
    return_to: ReturnTarget | None
    reason: str
    seq: int | None = None
    """Of its entry in the journal of the case; none: it is not done."""
    behalf: Behalf | None = None
    """For whom it was done under a delegation; none: the person holds the role."""

    @property
    def is_open(self) -> bool:
        """Whether the case waits here."""
        return self.state is TaskState.OPEN

    @property
    def was_cut(self) -> bool:
        """Whether a withdrawal ended it before anybody did it."""
        return self.state is TaskState.CANCELLED


@dataclass(frozen=True)
class Moment:
    """A moment of the past: right after an entry of the journal."""

    seq: int
    at: datetime


@dataclass(frozen=True)
class Trace:
    """The steps, and the way through the diagrams."""

    steps: tuple[Step, ...]
    passed: tuple[str, ...]
    """``diagram/element`` finished, in order, again for each time; tasks that were cut
    off stand where they were."""
    waiting: tuple[str, ...]
    """``diagram/element`` of the open tasks."""
    stopped: tuple[str, ...]
    """``diagram/element`` of the tasks that a withdrawal cut off."""
    diagrams: Mapping[str, bytes]
    """Id of a process → the file that draws it, of the set with which the case runs."""
    until: Moment | None
    """Where it ends; none: it goes to the present."""


def get_trace(
    session: Session, case: CaseHead, now: datetime, until_seq: int | None = None
) -> Trace:
    """Return the whole way of ``case``, in four queries however long it is.

    ``case`` comes from :func:`engine.queries.case_page.get_case`, which has asked whether
    it may be seen.

    :param until_seq: show it as it was right after this entry of its journal; none, or an
        entry that there is not: as it is now.
    """
    entries = _entries(session, case)
    tasks = _tasks(session, case)
    until = next((_moment(one) for one, _p, _u in entries if one.seq == until_seq), None)
    if until is not None:
        tasks = _tasks_then(tasks, [entry for entry, _person, _unit in entries], until)
        entries = [one for one in entries if one[0].seq <= until.seq]
    at = until.at if until else now
    titles = Titles(session, [entry for entry, _person, _unit in entries])
    behalves = behalves_of(session, [entry for entry, _person, _unit in entries])
    done = {found.task.id: found for found in tasks}
    cut = [found for found in tasks if found.state is TaskState.CANCELLED]
    waiting = [found for found in tasks if found.state is TaskState.OPEN]
    steps: list[Step] = []
    passed: list[str] = []
    for entry, person, unit in entries:
        title = titles.of(entry)
        if entry.action == WITHDRAWN:
            steps += [_undone(found, entry.happened_at) for found in cut]
            passed += [found.address for found in cut]
        passed += entry.detail.get("passed", ())
        if entry.task_id in done and entry.action == COMPLETED:
            step = _done(entry, done[entry.task_id], person, title)
            steps.append(replace(step, behalf=behalves.get(entry.id)))
        elif entry.action in (OPENED, WITHDRAWN):
            steps.append(_event(entry, unit, person, title))
    steps += [_undone(found, at) for found in waiting]
    return Trace(
        steps=tuple(replace(step, number=at) for at, step in enumerate(steps, start=1)),
        passed=tuple(passed),
        waiting=tuple(found.address for found in waiting),
        stopped=tuple(found.address for found in cut),
        diagrams=_diagrams(session, case.diagram_set_id),
        until=until,
    )


def _moment(entry: JournalEntry) -> Moment:
    return Moment(entry.seq, entry.happened_at)


@dataclass(frozen=True)
class _FoundTask:
    task: UserTask
    unit_name: str
    label: TaskLabel
    state: TaskState
    """Now, or at the moment that is shown."""

    @property
    def address(self) -> str:
        return f"{self.task.diagram}/{self.task.element_id}"


def _entries(session: Session, case: CaseHead) -> list[tuple[JournalEntry, str, str]]:
    rows = session.execute(
        select(JournalEntry, Person.full_name, Unit.name)
        .outerjoin(Person, Person.id == JournalEntry.actor_id)
        .outerjoin(Unit, Unit.id == JournalEntry.unit_id)
        .where(JournalEntry.case_id == case.id)
        .order_by(JournalEntry.seq)
    )
    return [(entry, person, unit) for entry, person, unit in rows]


def _tasks(session: Session, case: CaseHead) -> list[_FoundTask]:
    definitions = definitions_of(session, case.diagram_set_id)
    rows = session.execute(
        select(UserTask, Unit.name)
        .join(Unit, Unit.id == UserTask.unit_id)
        .where(UserTask.case_id == case.id)
        .order_by(UserTask.opened_at, UserTask.id)
    )
    return [
        _FoundTask(
            task, unit, task_label(definitions, task.diagram, task.element_id), task.state
        )
        for task, unit in rows
    ]


def _tasks_then(
    tasks: list[_FoundTask], entries: list[JournalEntry], until: Moment
) -> list[_FoundTask]:
    """Return the tasks that there were at ``until``, each in the state of that moment.

    A task was opened by the entry of its moment; where several have that moment, by the
    last of them before it was done.
    """
    done = {one.task_id: one.seq for one in entries if one.action == COMPLETED}
    withdrawn = next((one.seq for one in entries if one.action == WITHDRAWN), None)
    found = []
    for one in tasks:
        ended = done.get(one.task.id)
        if one.task.state is TaskState.CANCELLED:
            ended = withdrawn
        began = max(
            (
                entry.seq
                for entry in entries
                if entry.happened_at <= one.task.opened_at and entry.seq < (ended or _NEVER)
            ),
            default=0,
        )
        if began > until.seq:
            continue
        is_ended = ended is not None and ended <= until.seq
        found.append(one if is_ended else replace(one, state=TaskState.OPEN))
    return found


_NEVER = 1 << 62
"""A number that no entry has."""


def _done(entry: JournalEntry, found: _FoundTask, person: str | None, title: str) -> Step:
    target = entry.detail.get("return_to")
    return replace(
        _undone(found, entry.happened_at),
        role=entry.role,
        person_name=person,
        title=title,
        ended_at=entry.happened_at,
        outcome=found.task.outcome,
        seq=entry.seq,
        return_to=ReturnTarget(target) if target else None,
        reason=str(entry.detail.get("reason") or ""),
    )


def _undone(found: _FoundTask, until: datetime) -> Step:
    """Return the step of a task that nobody has done, as it stands at ``until``."""
    task = found.task
    return Step(
        number=0,
        action=TASK,
        label=found.label,
        diagram=task.diagram,
        element_id=task.element_id,
        level=task.level,
        state=found.state,
        role=task.role,
        unit_name=found.unit_name,
        person_name=None,
        title="",
        began_at=task.opened_at,
        ended_at=until if found.state is TaskState.CANCELLED else None,
        days=days_between(task.opened_at, until),
        form=task.form,
        outcome=None,
        return_to=None,
        reason="",
    )


def _event(entry: JournalEntry, unit_name: str | None, person: str | None, title: str) -> Step:
    """Return the step of what the unit did at no task: open the case, withdraw it."""
    return Step(
        number=0,
        action=entry.action,
        label=None,
        diagram="",
        element_id="",
        level=None,
        state=TaskState.COMPLETED,
        role=entry.role,
        unit_name=unit_name or "",
        person_name=person,
        title=title,
        began_at=entry.happened_at,
        ended_at=entry.happened_at,
        days=0,
        form="",
        outcome=None,
        return_to=None,
        reason=str(entry.detail.get("reason") or ""),
        seq=entry.seq,
    )


def _diagrams(session: Session, set_id: str) -> dict[str, bytes]:
    rows = session.execute(
        select(DiagramFile.name, DiagramFile.content).where(
            DiagramFile.set_id == set_id, DiagramFile.name.like("%.bpmn")
        )
    )
    return {row.name.removesuffix(".bpmn"): row.content for row in rows}
