"""The state of a case as bytes, and back: without definitions, small, with a version.

The library's own format repeats the diagrams in every case, cannot be read by the next
version of the library, and interprets user data. This one is zstd over JSON of rows:

``[version, set, at end, workflows]`` with a workflow as
``[owner, name, data, correlations, last task, success, completed, contents, rows]``
(``contents``: the distinct task data), and a task as
``[parent, name, state, triggered, content, id, internal]``, where tasks count through
the whole case and 0 stands for what is absent or empty. ``internal`` of a finished join
is its turn: the library merges branches in the order in which they finished.

Kept are the names of the library's task specifications (such as ``x.BoundaryEventSplit``):
before another version of the library is used, stored cases must be tried against it.
"""

from threading import local
from typing import Any
from uuid import UUID

import orjson
import zstandard
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFailed
from engine.process.diagrams import Definitions
from engine.process.expressions import RestrictedScriptEngine
from engine.process.workflow import CaseSubprocess, CaseTask, CaseWorkflow, Services

VERSION = 1
MAX_DEPTH = 300
"""Longest chain of tasks; the library recurses along it and gives up silently at 1,000."""

NO_ID = "\0"
"""Stands for an id that was taken out of a state."""

FINISHED = TaskState.FINISHED_MASK
_ID = 5
_SET_DIGITS = 16
_MAX_BYTES = 16_000_000


class _Packers(local):
    """The packer and the unpacker of a thread: to set one up costs more than to use it."""

    def __init__(self) -> None:
        self.pack = zstandard.ZstdCompressor(level=3).compress
        self.unpack = zstandard.ZstdDecompressor().decompress


_packers = _Packers()


def save(workflow: CaseWorkflow, definitions: Definitions) -> bytes:
    """Return the state of ``workflow``.

    :raises ProcessFailed: a chain of tasks is longer than :data:`MAX_DEPTH`.
    """
    numbers: dict[Any, int] = {}
    state = [
        VERSION,
        definitions.set_id[:_SET_DIGITS],
        workflow.ended,
        [_workflow_row(each, numbers) for each in (workflow, *workflow.subprocesses.values())],
    ]
    return pack(orjson.dumps(state))


def pack(text: bytes) -> bytes:
    """Return the state whose JSON is ``text`` as it is stored."""
    return _packers.pack(text)


def unpack(content: bytes, definitions: Definitions) -> list[Any]:
    """Return the state that is stored as ``content``, as JSON values.

    :raises ProcessFailed: it is damaged, of another version or of another set of diagrams.
    """
    try:
        state: list[Any] = orjson.loads(_packers.unpack(content, max_output_size=_MAX_BYTES))
    except (zstandard.ZstdError, orjson.JSONDecodeError) as error:
        raise ProcessFailed(f"the snapshot is damaged: {error}") from error
    if state[0] != VERSION:
        raise ProcessFailed(f"snapshot of version {state[0]}, expected {VERSION}")
    if state[1] != definitions.set_id[:_SET_DIGITS]:
        raise ProcessFailed(f"snapshot of set {state[1]}…, given {definitions.set_id}")
    return state


def take_out_ids(state: list[Any]) -> list[str]:
    """Return the ids of tasks in ``state``, in its order, and put :data:`NO_ID` there."""
    ids = []
    for workflow in state[3]:
        for row in workflow[-1]:
            if row[_ID]:
                ids.append(row[_ID])
                row[_ID] = NO_ID
    return ids


def load(content: bytes, definitions: Definitions, services: Services) -> CaseWorkflow:
    """Return the workflow whose state is ``content``.

    :raises ProcessFailed: see :func:`unpack`.
    """
    state = unpack(content, definitions)
    top = CaseWorkflow(
        definitions.main,
        definitions.subprocesses,
        services,
        script_engine=RestrictedScriptEngine(),
        deserializing=True,
    )
    top.ended = state[2]
    tasks: list[Any] = []
    for owner, name, *rest in state[3]:
        workflow = _open_subprocess(top, tasks[owner - 1], name) if owner else top
        _fill(workflow, top, tasks, rest)
    return top


def _workflow_row(workflow: Any, numbers: dict[Any, int]) -> list[Any]:
    contents: dict[bytes, int] = {}
    rows = []
    depth: dict[Any, int] = {}
    turns = _turns_of_joins(workflow)
    for task_id, task in workflow.tasks.items():
        numbers[task_id] = len(numbers) + 1
        parent = task._parent
        depth[task_id] = depth.get(parent, 0) + 1
        if depth[task_id] > MAX_DEPTH:
            raise ProcessFailed(f"{task.task_spec.name}: deeper than {MAX_DEPTH} tasks")
        content = 0
        if task.data and _data_is_needed(task):
            encoded = orjson.dumps(task.data)
            content = contents.setdefault(encoded, len(contents) + 1)
        rows.append(
            [
                numbers.get(parent, 0),
                task.task_spec.name,
                task.state,
                int(task.triggered),
                content,
                task_id.hex if _id_is_needed(task) else 0,
                turns.get(task_id, 0) if task.state & FINISHED else task.internal_data or 0,
            ]
        )
    last = workflow.last_task
    return [
        numbers[workflow.parent_task_id] if workflow.parent_task_id is not None else 0,
        workflow.spec.name,
        workflow.data or 0,
        workflow.correlations or 0,
        numbers.get(last.id, 0) if last is not None else 0,
        int(workflow.success),
        int(workflow.completed),
        [orjson.Fragment(encoded) for encoded in contents],
        rows,
    ]


def _turns_of_joins(workflow: Any) -> dict[Any, int]:
    joins = [
        task
        for task in workflow.tasks.values()
        if task.state & FINISHED and isinstance(task.task_spec, UnstructuredJoin)
    ]
    joins.sort(key=lambda task: task.last_state_change)
    return {task.id: turn for turn, task in enumerate(joins, start=1)}


def _data_is_needed(task: Any) -> bool:
    """Return whether the future may read the data of ``task``.

    A child that is not finished inherits it; a join merges it from its parents; the
    process that ends hands on that of its last task.
    """
    if not task.state & FINISHED or task.workflow.last_task is task:
        return True
    return any(
        not child.state & FINISHED or isinstance(child.task_spec, UnstructuredJoin)
        for child in task.children
    )


def _id_is_needed(task: Any) -> bool:
    """Return whether somebody else knows ``task`` by its id: a person or its loop."""
    if not isinstance(task.id, UUID):
        return False
    if task.task_spec.manual and not task.state & FINISHED:
        return True
    parent = task.parent
    return parent is not None and isinstance(parent.task_spec, LoopTask)


def _open_subprocess(top: CaseWorkflow, owner: Any, name: str) -> CaseSubprocess:
    """Return the subprocess ``name`` of the task ``owner``, as its constructor would.

    The constructor itself asks for the depth by searching all tasks of the case.
    """
    subprocess = CaseSubprocess.__new__(CaseSubprocess)
    subprocess.parent_task_id = owner.id
    subprocess.top_workflow = top
    subprocess.depth = owner.workflow.depth + 1
    BpmnBaseWorkflow.__init__(subprocess, top.subprocess_specs[name], deserializing=True)
    top.subprocesses[owner.id] = subprocess
    subprocess.completed_event.connect(owner.task_spec._on_subworkflow_completed, owner)
    return subprocess


def _fill(workflow: Any, top: CaseWorkflow, tasks: list[Any], row: list[Any]) -> None:
    data, correlations, last, success, completed, contents, rows = row
    specs = workflow.spec.task_specs
    workflow.data = data or workflow.data
    workflow.correlations = correlations or {}
    workflow.success, workflow.completed = bool(success), bool(completed)
    for parent, name, state, triggered, content, hex_id, internal in rows:
        task = CaseTask.__new__(CaseTask)
        number = len(tasks) + 1
        task.id = UUID(hex_id) if hex_id else number
        task.workflow, task.task_spec = workflow, specs[name]
        task._state, task.triggered = state, bool(triggered)
        task.thread_id = 0
        task.data = dict(contents[content - 1]) if content else {}
        is_turn = isinstance(internal, int)
        task.last_state_change = internal if is_turn else 0
        task.internal_data = {} if is_turn else internal
        task._children = []
        task.parent = tasks[parent - 1] if parent else None
        if parent:
            tasks[parent - 1]._children.append(task.id)
        workflow.tasks[task.id] = task
        tasks.append(task)
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            top.event_manager.add_task(task)
        if not parent:
            workflow.task_tree = task
    workflow.last_task = tasks[last - 1] if last else None
