"""Which elements a diagram uses, and whether what they refer to is there."""

from collections import Counter, defaultdict
from collections.abc import Collection

from engine.process.checks.drawing import (
    BPMN,
    DECORATION,
    EVENTS,
    GATEWAYS,
    SPIFF,
    TASKS,
    THROWING,
    Drawing,
    Node,
    Scope,
    extension,
    is_bpmn,
    local,
)
from engine.process.checks.finding import Report
from engine.process.profile import OPERATORS

TRIGGERS = {
    "startEvent": frozenset[str](),
    "endEvent": frozenset({"terminate", "error", "escalation"}),
    "intermediateCatchEvent": frozenset({"message", "timer"}),
    "intermediateThrowEvent": frozenset({"escalation"}),
    "boundaryEvent": frozenset({"message", "timer", "error", "escalation"}),
}
"""Kind of event → the triggers that the engine obeys; others it ignores in silence."""

_MUST_TRIGGER = frozenset({"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
_REFERENCES = ("message", "error", "escalation")
_SCRIPTS = frozenset({"preScript", "postScript"})


def check_elements(
    drawing: Drawing, processes: Collection[str], decisions: Collection[str], report: Report
) -> None:
    """Check ids, kinds of elements, events, and references of ``drawing``."""
    _check_ids(drawing, report)
    for scope in drawing.scopes:
        _check_kinds(scope, report)
    for scope, node in drawing.nodes():
        if node.kind in EVENTS | THROWING:
            _check_event(drawing, scope, node, report)
        _check_reference(scope, node, processes, decisions, report)
    _check_codes(drawing, report)


def check_calls(drawings: Collection[Drawing], report: Report) -> None:
    """Check that no process calls itself, directly or through others."""
    calls = defaultdict(set)
    for drawing in drawings:
        for _, node in drawing.nodes():
            if node.kind == "callActivity":
                calls[drawing.process_id].add(node.element.get("calledElement"))
    for drawing in drawings:
        reached: set[str] = set()
        stack = list(calls[drawing.process_id])
        while stack:
            called = stack.pop()
            if called not in reached:
                reached.add(called)
                stack += calls.get(called, ())
        if drawing.process_id in reached:
            report.add(
                "call_recursion",
                drawing.file,
                drawing.process_id,
                f"process {drawing.process_id} calls itself",
            )


def _check_ids(drawing: Drawing, report: Report) -> None:
    elements = [e for e in drawing.root.iter() if is_bpmn(e)]
    for element_id, times in Counter(e.get("id") for e in elements).items():
        if element_id is not None and times > 1:
            report.add(
                "duplicate_id", drawing.file, element_id, f"this id is used {times} times"
            )
    for scope in drawing.scopes:
        for child in scope.element:
            needs_id = local(child) in TASKS | GATEWAYS | EVENTS | THROWING | {"sequenceFlow"}
            if needs_id and not child.get("id"):
                report.add("missing_id", scope.file, scope.id, f"a {local(child)} has no id")


def _check_kinds(scope: Scope, report: Report) -> None:
    known = TASKS | GATEWAYS | EVENTS | THROWING | DECORATION
    for child in scope.element:
        kind = local(child)
        if not is_bpmn(child):
            continue
        if kind not in known:
            report.add("unsupported_element", scope.file, child.get("id"), f"{kind} is not run")
        if child.get("triggeredByEvent") == "true":
            report.add(
                "event_subprocess", scope.file, child.get("id"), "this is an event sub-process"
            )
        for inner in child.iter():
            if local(inner) in _SCRIPTS and str(inner.tag).startswith(SPIFF):
                found = f"it has a {local(inner)}"
                report.add("unsupported_element", scope.file, child.get("id"), found)
            elif local(inner) in {"ioSpecification", "standardLoopCharacteristics"}:
                found = f"{local(inner)} is not run"
                report.add("unsupported_element", scope.file, child.get("id"), found)


def _check_event(drawing: Drawing, scope: Scope, node: Node, report: Report) -> None:
    if len(node.triggers) > 1:
        found = f"it has {len(node.triggers)} triggers: {', '.join(node.triggers)}"
        report.add("several_triggers", scope.file, node.id, found)
    if not node.triggers and node.kind in _MUST_TRIGGER:
        report.add("missing_trigger", scope.file, node.id, f"this {node.kind} has no trigger")
    for trigger in node.triggers:
        if trigger not in TRIGGERS[node.kind]:
            found = f"the engine ignores a {trigger} trigger on a {node.kind}"
            report.add("unsupported_event", scope.file, node.id, found)
    for kind in _REFERENCES:
        declared = {e.get("id") for e in drawing.root.iter(f"{BPMN}{kind}")}
        for definition in node.element.findall(f"{BPMN}{kind}EventDefinition"):
            reference = definition.get(f"{kind}Ref")
            if not reference:
                report.add("missing_reference", scope.file, node.id, f"it names no {kind}")
            elif reference not in declared:
                found = f"{kind} {reference} is not declared"
                report.add("bad_reference", scope.file, node.id, found)


def _check_reference(
    scope: Scope,
    node: Node,
    processes: Collection[str],
    decisions: Collection[str],
    report: Report,
) -> None:
    if node.kind == "callActivity":
        called = node.element.get("calledElement")
        if called not in processes:
            report.add("call_missing", scope.file, node.id, f"there is no process {called}")
    elif node.kind == "businessRuleTask":
        element = extension(node, "calledDecisionId")
        decision = None if element is None else (element.text or "").strip()
        if decision not in decisions:
            found = f"there is no decision {decision}"
            report.add("decision_missing", scope.file, node.id, found)
    elif node.kind == "serviceTask":
        element = extension(node, "serviceTaskOperator")
        operator = None if element is None else element.get("id")
        if operator not in OPERATORS:
            found = f"operator {operator} is none of: {', '.join(sorted(OPERATORS))}"
            report.add("operator_unknown", scope.file, node.id, found)


def _check_codes(drawing: Drawing, report: Report) -> None:
    """Check that errors and escalations are caught in one place each.

    SpiffWorkflow 3.2.0 does not scope them: an error that ends one sub-process also fires
    the border of another that waits for the same code.
    """
    for kind in ("error", "escalation"):
        caught = defaultdict(list)
        for scope, node in drawing.nodes():
            if node.is_boundary:
                for definition in node.element.findall(f"{BPMN}{kind}EventDefinition"):
                    caught[definition.get(f"{kind}Ref")].append((scope, node))
        for reference, places in caught.items():
            for scope, node in places[1:]:
                found = f"{kind} {reference} is also caught at {places[0][1].id}"
                report.add("shared_code", scope.file, node.id, found)
