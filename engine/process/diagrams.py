"""A set of diagrams: named by its contents, parsed once per process, shared by threads."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.specs.defaults import UserTask

from engine.errors import InvalidDiagram
from engine.process.decisions import DecisionTable, read_table
from engine.process.safe_xml import parse_xml
from engine.process.task_specs import (
    ServiceCall,
    ServiceCallParser,
    TableLookup,
    TableLookupParser,
    UserTaskParser,
)
from engine.process.timers import with_our_clock

MAX_CACHED_SETS = 32

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True)
class Definitions:
    """The parsed diagrams of one set. Nothing in it changes after it was made."""

    set_id: str
    main: Any
    """Specification of the process that no other calls."""
    subprocesses: Mapping[str, Any]
    """Name → specification of every process that is called or embedded."""
    diagram_of: Mapping[str, str]
    """Name of a process → the process whose diagram draws it: its own, or the one that
    it is embedded in."""


def set_id(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256, in hex, over the names and contents of ``files``."""
    digest = hashlib.sha256()
    for name in sorted(files):
        encoded = name.encode()
        for part in (encoded, files[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


_cache: dict[str, Definitions] = {}
_cache_lock = Lock()


def definitions(set_id: str, read: Callable[[], Mapping[str, bytes]]) -> Definitions:
    """Return the definitions of the set ``set_id``; ``read`` gives its files if needed.

    Two threads may both parse a new set; one result is kept. ``read`` runs without a
    lock held, so that it may query the database.

    :raises InvalidDiagram: see :func:`parse`, or the files are not those of ``set_id``.
    """
    known = _cache.get(set_id)
    if known is not None:
        return known
    parsed = parse(read())
    if parsed.set_id != set_id:
        raise InvalidDiagram([f"the files hash to {parsed.set_id}, expected {set_id}"])
    with _cache_lock:
        while len(_cache) >= MAX_CACHED_SETS:
            del _cache[next(iter(_cache))]
        return _cache.setdefault(set_id, parsed)


def parse(files: Mapping[str, bytes]) -> Definitions:
    """Return the definitions in ``files`` (name → content), which end in .bpmn or .dmn.

    This reads what can be executed; whether it *should* be is for
    :func:`engine.process.checks.check_diagrams`.

    :raises InvalidDiagram: a file cannot be read, or not exactly one process is on top.
    """
    roots = {name: parse_xml(name, content) for name, content in sorted(files.items())}
    parser = _SetParser()
    try:
        for name, root in roots.items():
            if name.endswith(".dmn"):
                parser.add_table(read_table(name, root))
            else:
                parser.add_bpmn_xml(root, name)
        top = _top_process(parser)
        main = parser.get_spec(top)
        subprocesses = parser.get_subprocess_specs(top)
    except (ValidationException, SpiffWorkflowException) as error:
        raise InvalidDiagram([f"{error.file_name}: {error}"]) from error
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        # What the library's parser raises on a diagram that it does not expect.
        raise InvalidDiagram([f"not readable as a process: {error!r}"]) from error
    for spec in (main, *subprocesses.values()):
        _settle(spec)
    return Definitions(
        set_id=set_id(files),
        main=main,
        subprocesses=subprocesses,
        diagram_of=_diagram_of(roots.values()),
    )


class _SetParser(SpiffBpmnParser):  # type: ignore[misc]
    """The library's parser with our task kinds and our decision tables."""

    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("userTask"): (UserTaskParser, UserTask),
        full_tag("serviceTask"): (ServiceCallParser, ServiceCall),
        full_tag("businessRuleTask"): (TableLookupParser, TableLookup),
    }

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, DecisionTable] = {}

    def add_table(self, table: DecisionTable) -> None:
        """Make ``table`` known under its decision id."""
        if table.id in self.tables:
            raise InvalidDiagram([f"{table.file}: decision {table.id} exists twice"])
        self.tables[table.id] = table

    def get_engine(self, decision_ref: str | None, node: Any) -> DecisionTable:
        """Return the table that the business rule task ``node`` refers to."""
        if decision_ref not in self.tables:
            raise InvalidDiagram([f"{node.get('id')}: no decision {decision_ref!r}"])
        return self.tables[decision_ref]


def _top_process(parser: _SetParser) -> str:
    top = set(parser.process_parsers) - set(parser.get_process_dependencies())
    if len(top) != 1:
        raise InvalidDiagram(
            [f"processes that no other calls: {', '.join(sorted(top)) or 'none'}; expected one"]
        )
    return str(top.pop())


def _settle(spec: Any) -> None:
    """Give timers our clock, and wire what the library would wire at run time.

    SpiffWorkflow 3.2.0 connects the merging of a multi-instance child when the first case
    gets there; two threads doing so at once would merge, and count, an answer twice.
    """
    for task_spec in list(spec.task_specs.values()):
        if hasattr(task_spec, "event_definition"):
            task_spec.event_definition = with_our_clock(task_spec.event_definition)
        if isinstance(task_spec, LoopTask):
            child = spec.task_specs[task_spec.task_spec]
            if not child.completed_event.is_connected(task_spec.merge_child):
                child.completed_event.connect(task_spec.merge_child)


def _diagram_of(roots: Any) -> dict[str, str]:
    return {
        name: process.get("id")
        for root in roots
        for process in root.iter(f"{_BPMN}process")
        for name in [
            process.get("id"),
            *(sub.get("id") for sub in process.iter(f"{_BPMN}subProcess")),
        ]
    }
