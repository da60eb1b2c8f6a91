"""A step that some case took before is looked up instead of run again.

Where a process goes when a task is completed depends on its diagrams, its state and the
answers; its variables are a few codes, so that thousands of cases take the same few hundred
steps. To run one costs ten times what it costs to look it up. Two cases in one state differ
in the ids of their waiting tasks alone, and new tasks get ids of their own. What such
steps call they call each time.

Always run are steps that ask for the time or wait for it, those of a task in several copies
(the state names their ids), and whatever fails.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import orjson

from engine.process import snapshot
from engine.process.diagrams import Definitions
from engine.process.runner import Instance, Standing, WaitingTask
from engine.process.workflow import Services

MAX_KNOWN = 512
"""Steps that a process of the system keeps in mind: one to two megabytes."""

MAX_BYTES = 16_384
"""Steps from larger states, as JSON, are not kept in mind."""

_Key = tuple[str, int, bytes, bytes]
"""Set of diagrams, place of the completed task among the ids, state without ids, answers."""


@dataclass(frozen=True)
class Step:
    """Where a case stands after a step; see :class:`engine.process.runner.Instance`."""

    passed: list[str]
    stands: Standing
    content: bytes

    def standing(self) -> Standing:
        """Return what the case waits for now."""
        return self.stands

    def snapshot(self) -> bytes:
        """Return the state as bytes."""
        return self.content


@dataclass(frozen=True)
class _Known:
    """A step without the ids of the case that took it."""

    passed: tuple[str, ...]
    calls: tuple[tuple[str, Mapping[str, Any]], ...]
    """Names of the services that it called, with the variables that they were given."""
    template: bytes
    """JSON of the state afterwards, with ``%b`` for each id."""
    origins: tuple[int | None, ...]
    """Of each id in the state afterwards: its place in the one before; none: it is new."""
    waiting: tuple[tuple[int, tuple[Any, ...]], ...]
    """Place of its id, and the rest, of each task that waits afterwards."""
    ended: str | None

    def taken_with(self, before: list[str]) -> Step:
        """Return the step of a case whose state had the ids ``before``."""
        ids = [uuid4().hex if n is None else before[n] for n in self.origins]
        tasks = tuple([WaitingTask(ids[n], *rest) for n, rest in self.waiting])
        content = snapshot.pack(self.template % tuple([one.encode() for one in ids]))
        return Step(list(self.passed), Standing(tasks, None, self.ended), content)


_known: OrderedDict[_Key, _Known] = OrderedDict()
_lock = Lock()


def complete(
    definitions: Definitions,
    content: bytes,
    services: Services,
    task_id: str,
    answers: Mapping[str, str],
    *,
    at: datetime,
) -> Step:
    """Complete a waiting task of the case whose state is ``content``.

    The same as :meth:`engine.process.runner.Instance.complete` on the restored case, with
    the same errors.
    """
    state = snapshot.unpack(content, definitions)
    ids = snapshot.take_out_ids(state)
    place = ids.index(task_id) if task_id in ids else -1
    said = orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)
    key = (definitions.set_id, place, orjson.dumps(state), said)
    known = _find(key)
    if known is None or any(name not in services for name, _ in known.calls):
        return _run(key, ids, definitions, content, services, task_id, answers, at)
    for name, variables in known.calls:
        services[name](variables)
    return known.taken_with(ids)


def forget() -> None:
    """Keep no step in mind any more: for tests."""
    with _lock:
        _known.clear()


def _find(key: _Key) -> _Known | None:
    with _lock:
        known = _known.get(key)
        if known is not None:
            _known.move_to_end(key)
    return known


def _run(
    key: _Key,
    ids: list[str],
    definitions: Definitions,
    content: bytes,
    services: Services,
    task_id: str,
    answers: Mapping[str, str],
    at: datetime,
) -> Step:
    calls: list[tuple[str, Mapping[str, Any]]] = []
    noted = {name: _noting(name, call, calls) for name, call in services.items()}
    instance = Instance.restore(definitions, content, noted)
    is_repeatable = instance.is_repeatable
    instance.complete(task_id, answers, at=at)
    step = Step(instance.passed, instance.standing(), instance.snapshot())
    if is_repeatable and instance.is_repeatable and len(key[2]) < MAX_BYTES:
        _keep(key, _without_ids(step, ids, calls, definitions))
    return step


def _noting(
    name: str,
    call: Callable[[Mapping[str, Any]], None],
    calls: list[tuple[str, Mapping[str, Any]]],
) -> Callable[[Mapping[str, Any]], None]:
    def noted(variables: Mapping[str, Any]) -> None:
        calls.append((name, MappingProxyType(dict(variables))))
        call(variables)

    return noted


def _without_ids(
    step: Step,
    before: list[str],
    calls: list[tuple[str, Mapping[str, Any]]],
    definitions: Definitions,
) -> _Known | None:
    state = snapshot.unpack(step.content, definitions)
    ids = snapshot.take_out_ids(state)
    text = orjson.dumps(state)
    if text.count(_NO_ID) != len(ids):
        return None  # a variable looks like it
    tasks = [(ids.index(one.id), tuple(vars(one).values())[1:]) for one in step.stands.tasks]
    return _Known(
        passed=tuple(step.passed),
        calls=tuple(calls),
        template=text.replace(b"%", b"%%").replace(_NO_ID, b'"%b"'),
        origins=tuple(before.index(one) if one in before else None for one in ids),
        waiting=tuple(tasks),
        ended=step.stands.ended,
    )


def _keep(key: _Key, known: _Known | None) -> None:
    if known is None:
        return
    with _lock:
        _known[key] = known
        while len(_known) > MAX_KNOWN:
            _known.popitem(last=False)


_NO_ID = orjson.dumps(snapshot.NO_ID)
