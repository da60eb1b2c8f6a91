"""Decision tables: every cell allowed, and for every input exactly one row."""

from collections.abc import Mapping

from engine.process.checks.conditions import check_value, combinations, compared_values
from engine.process.checks.finding import Report
from engine.process.decisions import CELL_INPUT, SOURCE, DecisionTable, condition_of
from engine.process.expressions import ForbiddenExpression, compile_text, evaluate
from engine.process.profile import VARIABLES, Value


def check_table(table: DecisionTable, report: Report) -> None:
    """Check the columns and cells of ``table``, then every combination of its inputs."""
    if table.hit_policy != "UNIQUE":
        found = f"its hit policy is {table.hit_policy}"
        report.add("hit_policy", table.file, table.id, found)
    allowed = [_check_input(table, text, report) for text in table.inputs]
    for name in table.outputs:
        if name not in VARIABLES and name != SOURCE:
            found = f"the output {name!r} is no variable"
            report.add("unknown_variable", table.file, table.id, found)
    allowed += [_check_row(table, number, report) for number in range(len(table.rules))]
    if not all(allowed):
        return
    domains = {name: VARIABLES[name] for name in sorted(_read(table))}
    for rule, element_id, found in table_faults(table, domains):
        report.add(rule, table.file, element_id, found)


def table_faults(
    table: DecisionTable, domains: Mapping[str, tuple[Value, ...]]
) -> list[tuple[str, str, str]]:
    """Return where ``table`` has no row, or more than one, for values of ``domains``.

    :param domains: variable → all its values, for every variable that the table reads.
    :return: rule (``table_gap``, ``table_overlap`` or ``too_large``), element, what was
        found; of each rule and row the first.
    """
    cases = combinations(domains)
    if cases is None:
        return [("too_large", table.id, "it reads too many values to try them all")]
    faults: dict[tuple[str, str], str] = {}
    for variables in cases:
        rules = table.matching(variables)
        words = ", ".join(f"{name} = {value!r}" for name, value in variables.items())
        if not rules:
            faults.setdefault(("table_gap", table.id), f"no row applies to {words}")
        elif len(rules) > 1:
            found = f"{len(rules)} rows apply to {words}: {', '.join(r.id for r in rules)}"
            faults.setdefault(("table_overlap", rules[1].id), found)
    return [(rule, element_id, found) for (rule, element_id), found in faults.items()]


def _check_input(table: DecisionTable, text: str, report: Report) -> bool:
    return _compiles(table, table.id, text, report)


def _check_row(table: DecisionTable, number: int, report: Report) -> bool:
    rule = table.rules[number]
    row = rule.id or f"row {number + 1}"
    if len(rule.inputs) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
        found = (
            f"{len(rule.inputs)} and {len(rule.outputs)} cells, "
            f"expected {len(table.inputs)} and {len(table.outputs)}"
        )
        report.add("row_length", table.file, row, found)
        return False
    allowed = True
    for column, cell in zip(table.inputs, rule.inputs, strict=True):
        condition = condition_of(cell)
        if condition is None:
            continue
        allowed &= _compiles(table, row, condition, report, column=column)
    for name, cell in zip(table.outputs, rule.outputs, strict=True):
        allowed &= _check_output(table, row, name, cell, report)
    return allowed


def _check_output(table: DecisionTable, row: str, name: str, cell: str, report: Report) -> bool:
    if not cell:
        report.add("missing_output", table.file, row, f"{name} is empty")
        return False
    if not _compiles(table, row, cell, report):
        return False
    if not compile_text(cell).reads:
        check_value(name, evaluate(cell, {}), table.file, row, report)
    return True


def _compiles(
    table: DecisionTable, element_id: str, text: str, report: Report, column: str = ""
) -> bool:
    """Check an expression; where it reads its column's input, the values it compares."""
    try:
        unknown = sorted(compile_text(text).reads - VARIABLES.keys() - {CELL_INPUT})
    except ForbiddenExpression as error:
        report.add("forbidden_expression", table.file, element_id, f"{text!r}: {error}")
        return False
    for name in unknown:
        found = f"there is no variable {name}"
        report.add("unknown_variable", table.file, element_id, found)
    for name, value in compared_values(text):
        compared = column if name == CELL_INPUT else name
        check_value(compared, value, table.file, element_id, report)
    return not unknown


def _read(table: DecisionTable) -> set[str]:
    texts = [*table.inputs]
    for rule in table.rules:
        texts += [text for text in map(condition_of, rule.inputs) if text is not None]
    return set().union(*(compile_text(text).reads for text in texts)) - {CELL_INPUT}
