"""The library's workflow, run with linear scans, a clock of its own and limits.

SpiffWorkflow 3.2.0 walks the task tree for every question, and its walk ends silently at
depth 1,000: a case deeper than that counts as completed with nothing done. Here the tasks
are read from their dictionary, and what exceeds a limit is a fault, never a silence.
"""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins import EndEventMixin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFailed

MAX_STEPS = 300
"""Automatic steps of one command; our diagrams need fewer than 60."""

Services = Mapping[str, Callable[[Mapping[str, Any]], None]]
"""Operator of a service task → the function that it calls with the task data."""

# At INFO the library gathers the whole task tree, with its data, for each log record.
for _name in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class CaseTask(Task):  # type: ignore[misc]
    """A task of the library that changes its state without writing a log record.

    The library puts the record together for each of the 40 changes of a step, whether or
    not anybody reads it.
    """

    def _set_state(self, value: int) -> None:
        if value != self.state:
            self.last_state_change = time.time()
            self._state = value

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Any:
        if self.has_state(TaskState.PREDICTED_MASK) and not state & TaskState.PREDICTED_MASK:
            raise ProcessFailed(f"{task_spec.name}: a definite task below a predicted one")
        task = CaseTask(self.workflow, task_spec, self, state=state)
        task.thread_id = self.thread_id
        if state == TaskState.READY:
            task._ready()
        return task


class _LinearScans:
    """Reads tasks from the dictionary of a workflow instead of walking its tree."""

    tasks: dict[Any, Any]

    def update_waiting_tasks(self) -> None:
        """Let every waiting task look whether it may go on."""
        for task in [t for t in self.tasks.values() if t.state == TaskState.WAITING]:
            if task.state == TaskState.WAITING and task.id in self.tasks:
                task.task_spec._update(task)

    def ready_automatic_tasks(self) -> list[Any]:
        """Return what can be run without a person."""
        return [
            task
            for task in self.tasks.values()
            if task.state == TaskState.READY and not task.task_spec.manual
        ]


class CaseSubprocess(_LinearScans, BpmnSubWorkflow):  # type: ignore[misc]
    """A called or embedded process inside a case."""


class CaseWorkflow(_LinearScans, BpmnWorkflow):  # type: ignore[misc]
    """The top process of a case.

    :ivar services: what service tasks may call.
    :ivar at: the moment of the running command, in UTC.
    :ivar asked_for_time: whether a timer has looked at it.
    :ivar finished: called with every finished task, in order.
    :ivar ended: the id of the end event that the top process reached.
    """

    def __init__(
        self, spec: Any, subprocess_specs: Any, services: Services, **kwargs: Any
    ) -> None:
        self.services = services
        self.at = datetime.now(UTC)
        self.asked_for_time = False
        self.finished: list[Any] = []
        self.ended: str | None = None
        self._steps_left = MAX_STEPS
        super().__init__(spec, subprocess_specs, **kwargs)

    def create_subprocess(self, my_task: Any, spec_name: str) -> CaseSubprocess:
        """Start the process ``spec_name`` for ``my_task``."""
        subprocess = CaseSubprocess(
            self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self
        )
        self.subprocesses[my_task.id] = subprocess
        return subprocess

    def run_on(self) -> None:
        """Run everything that needs no person, until all that is left waits.

        :raises ProcessFailed: that took more than :data:`MAX_STEPS` steps.
        """
        self._steps_left = MAX_STEPS
        while True:
            while self._run_round():
                pass
            self.refresh_timers()
            if not any(w.ready_automatic_tasks() for w in self.workflows()):
                break
        self.get_events()

    def run_task(self, task: Any) -> None:
        """Run one task, and note it."""
        task.run()
        self.finished.append(task)
        if task.workflow is self and isinstance(task.task_spec, EndEventMixin):
            self._note_end(task.task_spec.bpmn_id)

    def workflows(self) -> list[Any]:
        """Return the top process and every process in it that is still running."""
        return [self, *self.get_active_subprocesses()]

    def _run_round(self) -> bool:
        active = self.get_active_subprocesses()
        for subprocess in sorted(active, key=lambda s: s.depth, reverse=True):
            while self._run_ready(subprocess):
                pass
            parent = self.get_task_from_id(subprocess.parent_task_id)
            parent.task_spec._update(parent)
        progressed = self._run_ready(self)
        return progressed or any(
            s.ready_automatic_tasks() for s in self.get_active_subprocesses()
        )

    def _run_ready(self, workflow: Any) -> bool:
        progressed = False
        for task in workflow.ready_automatic_tasks():
            if task.state != TaskState.READY:
                continue
            if self._steps_left == 0:
                raise ProcessFailed(
                    f"{task.task_spec.name}: more than {MAX_STEPS} automatic steps"
                )
            self._steps_left -= 1
            self.run_task(task)
            progressed = True
        return progressed

    def _note_end(self, element_id: str) -> None:
        if self.ended not in (None, element_id):
            raise ProcessFailed(f"the case reached the ends {self.ended} and {element_id}")
        self.ended = element_id
