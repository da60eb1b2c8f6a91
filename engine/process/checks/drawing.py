"""A BPMN file as a graph: scopes, their nodes, the flows between them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"

GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway"})
TASKS = frozenset(
    {
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "scriptTask",
        "callActivity",
        "subProcess",
    }
)
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWING = frozenset({"intermediateThrowEvent"})
DECORATION = frozenset(
    {
        "sequenceFlow",
        "laneSet",
        "association",
        "textAnnotation",
        "group",
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "multiInstanceLoopCharacteristics",
    }
)
"""What may stand in a process without being a step of it."""


@dataclass(frozen=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    condition: str | None


@dataclass
class Node:
    """A step: task, event or gateway, with the flows that it has in its scope."""

    id: str
    kind: str
    element: Any
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)

    @property
    def triggers(self) -> list[str]:
        """The kinds of event definition on it, such as ``timer``."""
        return [
            local(child).removesuffix("EventDefinition")
            for child in self.element
            if local(child).endswith("EventDefinition")
        ]

    @property
    def attached_to(self) -> str:
        """The step on whose border this event sits."""
        return str(self.element.get("attachedToRef", ""))

    @property
    def interrupts(self) -> bool:
        """Whether this event on a border ends the step that it sits on."""
        return bool(self.element.get("cancelActivity", "true") == "true")

    @property
    def is_boundary(self) -> bool:
        """Whether this is an event on the border of a step."""
        return self.kind == "boundaryEvent"


@dataclass
class Scope:
    """A process, or a sub-process drawn inside one: flows stay within it."""

    id: str
    file: str
    process_id: str
    element: Any
    nodes: dict[str, Node]
    flows: list[Flow]

    @property
    def is_top(self) -> bool:
        """Whether this is the process itself."""
        return self.id == self.process_id

    def of_kind(self, *kinds: str) -> list[Node]:
        """Return the nodes of ``kinds``."""
        return [node for node in self.nodes.values() if node.kind in kinds]

    def borders(self, node_id: str) -> list[Node]:
        """Return the events on the border of ``node_id``."""
        return [n for n in self.of_kind("boundaryEvent") if n.attached_to == node_id]

    def reachable(self, node_id: str) -> set[str]:
        """Return what can be reached from ``node_id`` without side branches.

        An interrupting event on the border of a reached step counts; one that does not
        interrupt begins a side branch of its own.
        """
        found: set[str] = set()
        stack = [flow.target for flow in self.nodes[node_id].outgoing]
        while stack:
            current = stack.pop()
            if current in found:
                continue
            found.add(current)
            stack += [flow.target for flow in self.nodes[current].outgoing]
            stack += [event.id for event in self.borders(current) if event.interrupts]
        return found


@dataclass
class Drawing:
    """One BPMN file with exactly one process."""

    file: str
    root: Any
    process_id: str
    scopes: list[Scope]

    def nodes(self) -> Iterator[tuple[Scope, Node]]:
        """Iterate over every step with its scope."""
        for scope in self.scopes:
            for node in scope.nodes.values():
                yield scope, node


def local(element: Any) -> str:
    """Return the name of ``element`` without its namespace."""
    return str(element.tag).rpartition("}")[2]


def is_bpmn(element: Any) -> bool:
    """Return whether ``element`` is of BPMN itself, not an extension."""
    return str(element.tag).startswith(BPMN)


def properties(node: Node) -> dict[str, str]:
    """Return the ``spiffworkflow:property`` values of ``node``."""
    path = f"{BPMN}extensionElements/{SPIFF}properties/{SPIFF}property"
    return {p.get("name", ""): p.get("value", "") for p in node.element.findall(path)}


def extension(node: Node, name: str) -> Any:
    """Return the element ``spiffworkflow:name`` of ``node``, or None."""
    return node.element.find(f"{BPMN}extensionElements/{SPIFF}{name}")


def read_drawing(file: str, root: Any, process: Any) -> Drawing:
    """Return the graph of ``process`` in ``file``."""
    process_id = str(process.get("id", ""))
    scopes = [_read_scope(file, process_id, process)]
    scopes += [
        _read_scope(file, process_id, inner) for inner in process.iter(f"{BPMN}subProcess")
    ]
    return Drawing(file, root, process_id, scopes)


def _read_scope(file: str, process_id: str, element: Any) -> Scope:
    steps = TASKS | GATEWAYS | EVENTS | THROWING
    nodes = {
        child.get("id", ""): Node(child.get("id", ""), local(child), child)
        for child in element
        if local(child) in steps
    }
    flows = [_read_flow(child) for child in element if local(child) == "sequenceFlow"]
    for flow in flows:
        if flow.source in nodes and flow.target in nodes:
            nodes[flow.source].outgoing.append(flow)
            nodes[flow.target].incoming.append(flow)
    return Scope(str(element.get("id", "")), file, process_id, element, nodes, flows)


def _read_flow(element: Any) -> Flow:
    condition = element.find(f"{BPMN}conditionExpression")
    return Flow(
        id=element.get("id", ""),
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        condition=None if condition is None else (condition.text or ""),
    )
