"""Forgetting what a case no longer needs: finished processes, earlier rounds of a loop.

The library keeps every step that a case ever took: 300 returns would make a state of
several megabytes and a tree too deep to walk. What happened is in the journal; the state
of a case keeps what its future depends on.
"""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.process.workflow import CaseWorkflow


def compact(workflow: CaseWorkflow) -> None:
    """Drop finished sub-processes, and keep the last visit of what was visited again."""
    _drop_finished_subprocesses(workflow)
    for each in workflow.workflows():
        if not each.completed:
            _splice_rounds(each)


def _drop_finished_subprocesses(workflow: CaseWorkflow) -> None:
    owners = {}
    for each in (workflow, *workflow.subprocesses.values()):
        owners.update(each.tasks)
    for task_id in list(workflow.subprocesses):
        owner = owners.get(task_id)
        if owner is None or owner.state & TaskState.FINISHED_MASK:
            del workflow.subprocesses[task_id]


def _splice_rounds(workflow: Any) -> None:
    tasks = workflow.tasks
    path = _common_finished_path(workflow)
    last_visit = {tasks[task_id].task_spec.name: n for n, task_id in enumerate(path)}
    index = 1
    while index < len(path):
        last = last_visit[tasks[path[index]].task_spec.name]
        if last > index:
            _graft(workflow, tasks[path[index]], tasks[path[last]])
        index = last + 1
    if workflow.last_task is not None and workflow.last_task.id not in tasks:
        workflow.last_task = None


def _common_finished_path(workflow: Any) -> list[Any]:
    """Return the ids from the root on that lead to everything alive, finished ones only."""
    tasks = workflow.tasks
    common: list[Any] | None = None
    for task in tasks.values():
        if not task.state & TaskState.DEFINITE_MASK:
            continue
        path = _path_to(task)
        common = path if common is None else _shared_prefix(common, path)
    common = common or []
    while common and not tasks[common[-1]].state & TaskState.FINISHED_MASK:
        common.pop()
    return common


def _path_to(task: Any) -> list[Any]:
    path = []
    step = task
    while step is not None:
        path.append(step.id)
        step = step.parent
    return path[::-1]


def _shared_prefix(left: list[Any], right: list[Any]) -> list[Any]:
    length = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        length += 1
    return left[:length]


def _graft(workflow: Any, first: Any, last: Any) -> None:
    """Put ``last`` in the place of ``first``, and drop all that was between them.

    All of that is finished or was never begun: what still waits hangs below ``last``.
    """
    parent, old_parent = first.parent, last.parent
    parent._children[parent._children.index(first.id)] = last.id
    old_parent._children.remove(last.id)
    last.parent = parent
    stack = [first]
    while stack:
        task = stack.pop()
        stack.extend(task.children)
        del workflow.tasks[task.id]
