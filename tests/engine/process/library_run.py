"""A case run by SpiffWorkflow alone: its parser, its engine, its serializer, its clock."""

import warnings
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache

from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState


class _Environment(TaskDataEnvironment):
    def __init__(self, services):
        super().__init__({})
        self.services = services

    def call_service(self, context, operation_name=None, **_):
        self.services[operation_name](context)
        return "null"


@cache
def _specifications(files):
    parser = SpiffBpmnParser()
    for name, content in files:
        root = etree.fromstring(content)
        if name.endswith(".dmn"):
            parser.add_dmn_xml(root, name)
        else:
            parser.add_bpmn_xml(root, name)
    return parser.get_spec("nomination"), parser.get_subprocess_specs("nomination")


def _serializer():
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))


@contextmanager
def _quietly():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class LibraryRun:
    """The same questions as :class:`engine.process.runner.Instance` answers."""

    def __init__(self, files, data, services):
        self.engine = PythonScriptEngine(_Environment(services))
        self.workflow = BpmnWorkflow(
            *_specifications(tuple(files.items())), script_engine=self.engine
        )
        self.workflow.task_tree.data.update(data)
        self._settle()

    @classmethod
    def of(cls, text, services):
        """Return the case whose :meth:`save` is ``text``."""
        run = cls.__new__(cls)
        run.engine = PythonScriptEngine(_Environment(services))
        with _quietly():
            run.workflow = _serializer().deserialize_json(text)
        run.workflow.script_engine = run.engine
        return run

    def save(self):
        """Return the whole case as the library's own serializer writes it."""
        with _quietly():
            return _serializer().serialize_json(self.workflow)

    def waiting(self):
        """Return the elements that wait for a person, sorted."""
        return sorted(task.task_spec.bpmn_id for task in self._ready())

    def data(self):
        """Return the data of each waiting task, by its element."""
        return {task.task_spec.bpmn_id: task.data for task in self._ready()}

    def due_in(self, elapsed):
        """Return the whole hours until the earliest timer, counted from the start."""
        dues = [due for due in map(_due, self._events()) if due is not None]
        hours = [(due - datetime.now(UTC)) / timedelta(hours=1) for due in dues]
        return round(min(hours) + elapsed / timedelta(hours=1)) if hours else None

    def has_ended(self):
        return self.workflow.is_completed()

    def complete(self, element_id, answers):
        task = next(t for t in self._ready() if t.task_spec.bpmn_id == element_id)
        task.data.update(answers)
        task.run()
        self._settle()

    def hears(self, name):
        return any(event.name == name for event in self.workflow.waiting_events())

    def send(self, name):
        self.workflow.send_event(BpmnEvent(MessageEventDefinition(name)))
        self._settle()

    def pass_time(self, time):
        """Let ``time`` pass: the library reads the clock, so the timers move instead."""
        for task in self._events():
            value = task.internal_data.get("event_value")
            due = _due(task)
            if due is None:
                continue
            moved = (due - time).isoformat()
            if isinstance(value, dict):
                value["next"] = moved
            else:
                task.internal_data["event_value"] = moved
        for _ in range(3):
            self.workflow.refresh_timers()
            self._settle()

    def save_and_restore(self):
        """Go through the library's own serializer."""
        restored = self.of(self.save(), {})
        self.workflow = restored.workflow
        self.workflow.script_engine = self.engine

    def _settle(self):
        self.workflow.do_engine_steps()

    def _ready(self):
        return self.workflow.get_tasks(state=TaskState.READY, manual=True)

    def _events(self):
        manager = self.workflow.event_manager
        return [t for t in manager.tasks.values() if t.state == TaskState.WAITING]


def _due(task):
    value = task.internal_data.get("event_value")
    if isinstance(value, dict):
        return datetime.fromisoformat(value["next"]) if value["cycles"] else None
    return datetime.fromisoformat(value) if isinstance(value, str) else None
