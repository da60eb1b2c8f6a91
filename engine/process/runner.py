"""Running a case: start it, complete its tasks, send it messages, let its time pass.

An instance lives for one command: restored, changed, saved. After any exception it is
half-changed and must be thrown away; nothing was saved.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFailed, TaskNotOpen
from engine.process import snapshot, timers
from engine.process.compaction import compact
from engine.process.diagrams import Definitions
from engine.process.expressions import RestrictedScriptEngine
from engine.process.workflow import CaseWorkflow, Services

MAX_DUE_ROUNDS = 50
"""How often timers may fall due within one call before that is a fault."""


@dataclass(frozen=True)
class WaitingTask:
    """A task that waits for a person, with what its diagram says about it."""

    id: str
    """32 hex digits, the same through every save and restore."""
    diagram: str
    element_id: str
    name: str
    role: str
    unit: str
    level: str | None
    form: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What a case waits for."""

    tasks: tuple[WaitingTask, ...]
    due_at: datetime | None
    """When its earliest timer falls due, in UTC."""
    ended: str | None
    """The id of the end event of the top process, once the case has ended there."""


class Instance:
    """One case on its way through its diagrams.

    :ivar passed: ``diagram/element_id`` of everything finished since start or restore,
        in order: tasks, gateways, events, called processes.
    """

    def __init__(self, definitions: Definitions, workflow: CaseWorkflow) -> None:
        self.passed: list[str] = []
        self._definitions = definitions
        self._workflow = workflow

    @classmethod
    def start(
        cls,
        definitions: Definitions,
        data: Mapping[str, Any],
        services: Services,
        *,
        at: datetime | None = None,
    ) -> Self:
        """Return a new case with the variables ``data``, run on to its first waits.

        :param at: the moment of the command; the clock of the machine if not given.
        :raises ProcessFailed: the diagrams lead nowhere from here.
        """
        workflow = CaseWorkflow(
            definitions.main,
            definitions.subprocesses,
            services,
            script_engine=RestrictedScriptEngine(),
        )
        workflow.task_tree.data.update(_scalars(data))
        instance = cls(definitions, workflow)
        with instance._step(at):
            workflow.run_on()
        return instance

    @classmethod
    def restore(cls, definitions: Definitions, content: bytes, services: Services) -> Self:
        """Return the case whose :meth:`snapshot` is ``content``.

        :raises ProcessFailed: it was saved by another version or with other diagrams.
        """
        return cls(definitions, snapshot.load(content, definitions, services))

    def complete(
        self, task_id: str, answers: Mapping[str, Any], *, at: datetime | None = None
    ) -> None:
        """Complete a waiting task with ``answers``, and run on to the next waits.

        Timers that are due go first: an answer after the deadline finds the task gone.
        Each variable is replaced whole; the library's merging loses entries of lists.

        :raises TaskNotOpen: the task does not wait (any more).
        :raises ProcessFailed: the diagrams lead nowhere from here.
        """
        with self._step(at) as workflow:
            self._fire(workflow.at)
            task = next((t for t in self._open_tasks() if _hex(t) == task_id), None)
            if task is None:
                raise TaskNotOpen(f"task {task_id} does not wait in this case")
            task.data.update(_scalars(answers))
            workflow.run_task(task)
            workflow.run_on()

    def send(self, message: str, *, at: datetime | None = None) -> None:
        """Send the message named ``message`` to the case.

        :raises ProcessFailed: the case does not wait for it.
        """
        with self._step(at) as workflow:
            self._fire(workflow.at)
            workflow.send_event(BpmnEvent(MessageEventDefinition(message)))
            workflow.run_on()

    def fire_due(self, now: datetime) -> None:
        """Let every timer that is due at ``now`` do its work.

        :raises ProcessFailed: timers fall due again and again without end.
        """
        with self._step(now):
            self._fire(now)

    def snapshot(self) -> bytes:
        """Return the state as bytes; see :mod:`engine.process.snapshot`."""
        compact(self._workflow)
        return snapshot.save(self._workflow, self._definitions)

    def standing(self) -> Standing:
        """Return what the case waits for now."""
        dues = (timers.due_at(task) for task in self._waiting_events())
        return Standing(
            tasks=tuple(self._waiting_task(task) for task in self._open_tasks()),
            due_at=min((due for due in dues if due is not None), default=None),
            ended=self._workflow.ended if self._workflow.completed else None,
        )

    @property
    def is_repeatable(self) -> bool:
        """Whether every case in this state, now and later, goes where this one went.

        Not after the time was asked for or while it is waited for, nor with tasks in
        several copies: the state names their ids.
        """
        workflow = self._workflow
        return not (
            workflow.asked_for_time
            or any(timers.due_at(task) is not None for task in self._waiting_events())
            or any(
                isinstance(task.task_spec, LoopTask)
                for each in (workflow, *workflow.subprocesses.values())
                for task in each.tasks.values()
            )
        )

    def variables(self, task_id: str | None = None) -> dict[str, Any]:
        """Return the data of a waiting task; nothing once the case has ended.

        :param task_id: none: of the first one.
        """
        tasks = (t for t in self._open_tasks() if task_id in (None, _hex(t)))
        return next((dict(task.data) for task in tasks), {})

    @contextmanager
    def _step(self, at: datetime | None) -> Iterator[CaseWorkflow]:
        """Run one step at ``at``: note what it passes, and check that it leads somewhere."""
        workflow = self._workflow
        workflow.at = datetime.now(UTC) if at is None else at.astimezone(UTC)
        workflow.finished.clear()
        try:
            yield workflow
        except SpiffWorkflowException as error:
            raise ProcessFailed(str(error)) from error
        self.passed.extend(self._passed(task) for task in workflow.finished if _drawn(task))
        self._check_standing()

    def _fire(self, now: datetime) -> None:
        for _ in range(MAX_DUE_ROUNDS):
            dues = [timers.due_at(task) for task in self._waiting_events()]
            if not any(due is not None and due <= now for due in dues):
                return
            self._workflow.run_on()
        raise ProcessFailed(f"timers fell due more than {MAX_DUE_ROUNDS} times at {now}")

    def _check_standing(self) -> None:
        """Refuse a silent stop: the library calls a case completed that leads nowhere."""
        if self._workflow.completed and self._workflow.ended is not None:
            return
        for workflow in self._workflow.workflows():
            if not any(map(_can_go_on, workflow.tasks.values())):
                raise ProcessFailed(f"{workflow.spec.name}: nothing waits, and no end reached")

    def _open_tasks(self) -> list[Any]:
        return [
            task
            for workflow in self._workflow.workflows()
            for task in workflow.tasks.values()
            if task.state == TaskState.READY and task.task_spec.manual
        ]

    def _waiting_events(self) -> list[Any]:
        manager = self._workflow.event_manager
        return [t for t in manager.tasks.values() if t.state == TaskState.WAITING]

    def _waiting_task(self, task: Any) -> WaitingTask:
        spec = task.task_spec
        properties = (spec.extensions or {}).get("properties", {})
        return WaitingTask(
            id=_hex(task),
            diagram=self._diagram(task),
            element_id=spec.bpmn_id,
            name=spec.bpmn_name or "",
            role=properties.get("role", ""),
            unit=properties.get("unit", ""),
            level=properties.get("level"),
            form=properties.get("form", ""),
            outcomes=tuple(properties.get("outcomes", "").split()),
        )

    def _diagram(self, task: Any) -> str:
        name = task.workflow.spec.name
        return self._definitions.diagram_of.get(name, name)

    def _passed(self, task: Any) -> str:
        return f"{self._diagram(task)}/{task.task_spec.bpmn_id}"


def _drawn(task: Any) -> bool:
    """Return whether the task is on a diagram, not a device of the library."""
    return getattr(task.task_spec, "bpmn_id", None) is not None


def _can_go_on(task: Any) -> bool:
    """Return whether ``task`` waits for something outside of it."""
    if task.state in (TaskState.READY, TaskState.STARTED):
        return True
    return (
        task.state == TaskState.WAITING
        and isinstance(task.task_spec, CatchingEvent)
        and not isinstance(task.task_spec, BoundaryEventMixin)
    )


def _hex(task: Any) -> str:
    return str(task.id.hex)


def _scalars(variables: Mapping[str, Any]) -> Mapping[str, Any]:
    for name, value in variables.items():
        if not isinstance(value, str | int | float | bool | None):
            raise TypeError(f"variable {name} is {type(value).__name__}, expected a scalar")
    return variables
