"""Whether the steps of a diagram hang together: starts, ends, splits, joins, borders."""

from collections import Counter

from engine.process.checks.drawing import EVENTS, GATEWAYS, TASKS, THROWING, Node, Scope
from engine.process.checks.finding import Report
from forms.vocabulary import CaseOutcome

_STEPS_WITH_BORDER = frozenset({"userTask", "callActivity", "subProcess"})


def check_shape(scope: Scope, report: Report) -> None:
    """Check how the flows of ``scope`` connect its steps."""
    _check_ends_of_flows(scope, report)
    starts = scope.of_kind("startEvent")
    if len(starts) != 1:
        report.add("one_start", scope.file, scope.id, f"it has {len(starts)} start events")
    if not scope.of_kind("endEvent"):
        report.add("no_end", scope.file, scope.id, "it has no end event")
    for node in scope.nodes.values():
        _check_outgoing(scope, node, report)
        _check_incoming(scope, node, report)
        if node.is_boundary:
            _check_border(scope, node, report)
    if len(starts) == 1:
        _check_reachable(scope, starts[0], report)


def check_outcomes(scope: Scope, report: Report) -> None:
    """Check that each end of the top process is an outcome of a case."""
    for node in scope.of_kind("endEvent"):
        if node.id not in set(CaseOutcome):
            found = f"this end is none of: {', '.join(CaseOutcome)}"
            report.add("end_without_outcome", scope.file, node.id, found)


def _check_ends_of_flows(scope: Scope, report: Report) -> None:
    for flow in scope.flows:
        for end in (flow.source, flow.target):
            if end not in scope.nodes:
                found = f"its end {end or '(none)'} is not a step of {scope.id}"
                report.add("flow_outside", scope.file, flow.id, found)
    pairs = Counter((flow.source, flow.target) for flow in scope.flows)
    for (source, target), times in pairs.items():
        if times > 1:
            found = f"{times} flows lead from here to {target}"
            report.add("duplicate_flow", scope.file, source, found)


def _check_outgoing(scope: Scope, node: Node, report: Report) -> None:
    count = len(node.outgoing)
    if node.kind == "endEvent":
        if count:
            found = f"{count} flows leave this end event"
            report.add("end_outgoing", scope.file, node.id, found)
    elif count == 0:
        rule = "boundary_without_flow" if node.is_boundary else "dead_end"
        report.add(rule, scope.file, node.id, f"no flow leaves this {node.kind}")
    elif count > 1 and node.kind not in GATEWAYS:
        found = f"{count} flows leave this {node.kind}"
        report.add("implicit_split", scope.file, node.id, found)


def _check_incoming(scope: Scope, node: Node, report: Report) -> None:
    count = len(node.incoming)
    if node.kind in {"startEvent", "boundaryEvent"}:
        if count:
            found = f"{count} flows lead into this {node.kind}"
            report.add("start_incoming", scope.file, node.id, found)
    elif count > 1 and node.kind in (TASKS | EVENTS | THROWING) - {"endEvent"}:
        found = f"{count} flows meet at this {node.kind}"
        report.add("implicit_join", scope.file, node.id, found)


def _check_border(scope: Scope, node: Node, report: Report) -> None:
    step = scope.nodes.get(node.attached_to)
    if step is None:
        found = f"it is attached to {node.attached_to or 'nothing'}, no step of {scope.id}"
        report.add("boundary_detached", scope.file, node.id, found)
    elif step.kind not in _STEPS_WITH_BORDER:
        found = f"it sits on a {step.kind}, which never waits"
        report.add("boundary_detached", scope.file, node.id, found)


def _check_reachable(scope: Scope, start: Node, report: Report) -> None:
    reached = {start.id} | scope.reachable(start.id)
    sides = [node for node in scope.of_kind("boundaryEvent") if not node.interrupts]
    for side in sides:
        if side.attached_to in reached or side.attached_to not in scope.nodes:
            reached |= {side.id} | scope.reachable(side.id)
    for node in scope.nodes.values():
        detached = node.is_boundary and node.attached_to not in scope.nodes
        if node.id not in reached and not detached:
            found = "no way leads here from the start event"
            report.add("unreachable", scope.file, node.id, found)
