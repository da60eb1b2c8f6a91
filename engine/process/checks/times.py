"""Timers and multi-instance tasks: what is counted, and how often."""

from datetime import UTC, datetime

from engine.process.checks.conditions import check_condition
from engine.process.checks.drawing import BPMN, Node, Scope, local
from engine.process.checks.finding import Report
from engine.process.expressions import ISO_TIME
from engine.process.profile import MAX_INSTANCES, MIN_CYCLE_SECONDS
from engine.process.timers import parse_cycle, parse_duration, parse_moment

_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_KINDS = ("timeDate", "timeDuration", "timeCycle")


def check_times(scope: Scope, report: Report) -> None:
    """Check the timers and the multi-instance tasks of ``scope``."""
    for node in scope.nodes.values():
        for definition in node.element.findall(f"{BPMN}timerEventDefinition"):
            expressions = [child for child in definition if local(child) in _KINDS]
            if len(expressions) == 1:
                text = (expressions[0].text or "").strip().strip("\"'")
                _check_timer(scope, node, local(expressions[0]), text, report)
            else:
                found = f"it has {len(expressions)} times"
                report.add("bad_timer", scope.file, node.id, found)
        for loop in node.element.findall(f"{BPMN}multiInstanceLoopCharacteristics"):
            _check_instances(scope, node, loop, report)


def _check_timer(scope: Scope, node: Node, kind: str, text: str, report: Report) -> None:
    try:
        if not ISO_TIME.fullmatch(text):
            raise ValueError(f"{text!r} is not ISO 8601")
        if kind == "timeDate":
            parse_moment(text)
        elif kind == "timeDuration":
            parse_duration(text, _ANY_DAY)
        else:
            _check_cycle(scope, node, text, report)
    except ValueError as error:
        report.add("bad_timer", scope.file, node.id, str(error))


def _check_cycle(scope: Scope, node: Node, text: str, report: Report) -> None:
    times, length = parse_cycle(text, _ANY_DAY)
    if length.total_seconds() < MIN_CYCLE_SECONDS:
        report.add("short_cycle", scope.file, node.id, f"{text} repeats after {length}")
    if times < 1:
        report.add("endless_cycle", scope.file, node.id, f"{text} has no number of times")
    if node.is_boundary and node.interrupts:
        found = "it interrupts, and repeats"
        report.add("interrupting_cycle", scope.file, node.id, found)


def _check_instances(scope: Scope, node: Node, loop: object, report: Report) -> None:
    parts = {local(child): (child.text or "").strip() for child in loop}  # type: ignore[attr-defined]
    if "loopDataInputRef" in parts:
        found = f"it goes through {parts['loopDataInputRef']}, and no variable is a list"
        report.add("multi_instance", scope.file, node.id, found)
    count = parts.get("loopCardinality", "")
    if not count.isdigit() or not 1 <= int(count) <= MAX_INSTANCES:
        found = f"number of copies {count!r}, expected 1 to {MAX_INSTANCES}"
        report.add("multi_instance", scope.file, node.id, found)
    condition = parts.get("completionCondition")
    if condition:
        counts = ("nrOfInstances", "nrOfCompletedInstances")
        for name in counts:
            condition = condition.replace(name, "1")
        check_condition(condition, scope.file, node.id, report)
