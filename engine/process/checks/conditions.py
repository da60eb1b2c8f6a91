"""What conditions and scripts say: allowed, about known variables, with known values."""

import ast
from collections.abc import Iterator, Mapping
from itertools import product

from engine.process.checks.drawing import BPMN, Flow, Node, Scope
from engine.process.checks.finding import Report
from engine.process.expressions import ForbiddenExpression, compile_text, evaluate
from engine.process.profile import VARIABLES, Value

MAX_COMBINATIONS = 20_000


def check_conditions(scope: Scope, report: Report) -> None:
    """Check the conditions of the flows and the scripts of ``scope``."""
    for node in scope.nodes.values():
        decides = node.kind == "exclusiveGateway" and len(node.outgoing) > 1
        if decides:
            _check_default(scope, node, report)
        for flow in node.outgoing:
            if decides:
                _check_choice(scope, node, flow, report)
            elif flow.condition is not None:
                found = f"the flow out of {node.id} has a condition that is never read"
                report.add("ignored_condition", scope.file, flow.id, found)
        if node.kind == "scriptTask":
            text = node.element.findtext(f"{BPMN}script") or ""
            check_script(text, scope.file, node.id, report)


def check_condition(text: str, file: str, element_id: str, report: Report) -> bool:
    """Check one condition, and return whether it may be evaluated."""
    try:
        compiled = compile_text(text)
    except ForbiddenExpression as error:
        report.add("forbidden_expression", file, element_id, f"{text!r}: {error}")
        return False
    unknown = sorted(compiled.reads - VARIABLES.keys())
    for name in unknown:
        report.add("unknown_variable", file, element_id, f"there is no variable {name}")
    for name, value in compared_values(text):
        check_value(name, value, file, element_id, report)
    return not unknown


def check_script(text: str, file: str, element_id: str, report: Report) -> None:
    """Check the assignments of a script task."""
    try:
        compiled = compile_text(text, "exec")
    except ForbiddenExpression as error:
        report.add("forbidden_expression", file, element_id, f"{text!r}: {error}")
        return
    if not compiled.writes:
        report.add("forbidden_expression", file, element_id, "it assigns nothing")
    for name in sorted((compiled.reads | compiled.writes) - VARIABLES.keys()):
        report.add("unknown_variable", file, element_id, f"there is no variable {name}")
    for name, value in _assigned_values(text):
        check_value(name, value, file, element_id, report)


def check_value(name: str, value: object, file: str, element_id: str, report: Report) -> None:
    """Check that the variable ``name`` can have ``value``."""
    domain = VARIABLES.get(name)
    if domain is not None and value not in domain:
        found = f"{name} is never {value!r}, but one of: {', '.join(map(repr, domain))}"
        report.add("unknown_value", file, element_id, found)


def compared_values(text: str) -> Iterator[tuple[str, object]]:
    """Iterate over the variables of an expression and the constants compared with them."""
    for node in ast.walk(ast.parse(text.strip(), mode="eval")):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        names = [side.id for side in sides if isinstance(side, ast.Name)]
        for side in sides:
            parts = side.elts if isinstance(side, ast.Tuple | ast.List) else [side]
            for part in parts:
                if isinstance(part, ast.Constant):
                    yield from ((name, part.value) for name in names)


def combinations(
    domains: Mapping[str, tuple[Value, ...]],
) -> Iterator[dict[str, Value]] | None:
    """Iterate over every combination of values, or return None if there are too many."""
    size = 1
    for domain in domains.values():
        size *= len(domain)
    if size > MAX_COMBINATIONS:
        return None
    return (dict(zip(domains, values, strict=True)) for values in product(*domains.values()))


def _assigned_values(text: str) -> Iterator[tuple[str, object]]:
    for node in ast.parse(text.strip()).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value.value


def _check_default(scope: Scope, node: Node, report: Report) -> None:
    default = node.element.get("default")
    if default not in {flow.id for flow in node.outgoing}:
        found = f"{len(node.outgoing)} flows leave, and none of them is the default"
        report.add("missing_default", scope.file, node.id, found)


def _check_choice(scope: Scope, node: Node, flow: Flow, report: Report) -> None:
    if flow.id == node.element.get("default"):
        if flow.condition is not None:
            found = f"the default flow has the condition {flow.condition!r}"
            report.add("default_condition", scope.file, flow.id, found)
    elif flow.condition is None:
        found = f"the flow to {flow.target} has no condition"
        report.add("missing_condition", scope.file, flow.id, found)
    elif check_condition(flow.condition, scope.file, flow.id, report):
        _check_can_be_true(scope, flow, report)


def _check_can_be_true(scope: Scope, flow: Flow, report: Report) -> None:
    text = flow.condition or ""
    read = sorted(compile_text(text).reads)
    cases = combinations({name: VARIABLES[name] for name in read})
    if cases is None:
        return
    try:
        possible = any(evaluate(text, variables) for variables in cases)
    except TypeError as error:
        report.add("forbidden_expression", scope.file, flow.id, f"{text!r}: {error}")
        return
    if not possible:
        found = f"{text!r} is never true"
        report.add("never_taken", scope.file, flow.id, found)
