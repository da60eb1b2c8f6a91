"""What must be right in a set of diagrams before a case may run on it.

The library executes what it is given: a join that waits for ever, a task nobody may do, a
condition about a misspelt word, a loop without a person. These checks read the files, not
a running case, and say in words where and how to mend.
"""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from engine.errors import InvalidDiagram
from engine.process.checks.conditions import check_conditions
from engine.process.checks.drawing import BPMN, Drawing, read_drawing
from engine.process.checks.elements import check_calls, check_elements
from engine.process.checks.finding import Finding, Report, Severity
from engine.process.checks.people import check_user_tasks
from engine.process.checks.shape import check_outcomes, check_shape
from engine.process.checks.soundness import check_soundness, waiting_processes
from engine.process.checks.tables import check_table, table_faults
from engine.process.checks.times import check_times
from engine.process.decisions import DecisionTable, read_table
from engine.process.diagrams import parse
from engine.process.safe_xml import parse_xml

__all__ = ["Finding", "Severity", "check_diagrams", "table_faults"]


def check_diagrams(files: Mapping[str, bytes]) -> list[Finding]:
    """Return all that is wrong in the set ``files`` (name → content), by file and element.

    A set with an :attr:`Severity.ERROR` must not be used.
    """
    report = Report()
    drawings: list[Drawing] = []
    tables: list[DecisionTable] = []
    for file, content in sorted(files.items()):
        _read(file, content, drawings, tables, report)
    processes = {drawing.process_id for drawing in drawings}
    decisions = {table.id for table in tables}
    for drawing in drawings:
        check_elements(drawing, processes, decisions, report)
    check_calls(drawings, report)
    _check_scopes(drawings, report)
    for table in tables:
        check_table(table, report)
    if not report.has_errors():
        _check_parses(files, report)
    return report.findings()


def _check_scopes(drawings: list[Drawing], report: Report) -> None:
    waiting = waiting_processes(drawings)
    for drawing in drawings:
        for scope in drawing.scopes:
            check_shape(scope, report)
            check_conditions(scope, report)
            check_user_tasks(scope, report)
            check_times(scope, report)
            check_soundness(scope, waiting, report)
    _check_top(drawings, report)


def _check_top(drawings: list[Drawing], report: Report) -> None:
    called = {
        node.element.get("calledElement")
        for drawing in drawings
        for _, node in drawing.nodes()
        if node.kind == "callActivity"
    }
    tops = [drawing for drawing in drawings if drawing.process_id not in called]
    for drawing in tops:
        check_outcomes(drawing.scopes[0], report)
    for drawing in tops[1:]:
        found = f"no process calls this one, nor {tops[0].process_id}"
        report.add("several_tops", drawing.file, drawing.process_id, found)


def _check_parses(files: Mapping[str, bytes], report: Report) -> None:
    try:
        parse(files)
    except InvalidDiagram as error:
        for finding in error.findings:
            report.add("not_parsed", "(set)", None, finding)


def _read(
    file: str,
    content: bytes,
    drawings: list[Drawing],
    tables: list[DecisionTable],
    report: Report,
) -> None:
    name, suffix = PurePath(file).stem, PurePath(file).suffix
    if suffix not in {".bpmn", ".dmn"}:
        report.add("not_a_diagram", file, None, f"its name ends in {suffix or 'nothing'}")
        return
    try:
        root = parse_xml(file, content)
    except InvalidDiagram as error:
        report.add("unreadable", file, None, str(error))
        return
    if suffix == ".bpmn":
        _read_process(file, name, root, drawings, report)
    else:
        _read_decision(file, name, root, tables, report)


def _read_process(
    file: str, name: str, root: Any, drawings: list[Drawing], report: Report
) -> None:
    processes = list(root.iter(f"{BPMN}process"))
    if len(processes) != 1:
        report.add("not_a_diagram", file, None, f"it holds {len(processes)} processes")
        return
    drawing = read_drawing(file, root, processes[0])
    drawings.append(drawing)
    if drawing.process_id != name:
        report.add("name_differs", file, drawing.process_id, f"the file is named {name}")
    if processes[0].get("isExecutable", "true") != "true":
        report.add("not_executable", file, drawing.process_id, "it is not executable")


def _read_decision(
    file: str, name: str, root: Any, tables: list[DecisionTable], report: Report
) -> None:
    try:
        table = read_table(file, root)
    except InvalidDiagram as error:
        report.add("not_a_diagram", file, None, str(error))
        return
    tables.append(table)
    if table.id != name:
        report.add("name_differs", file, table.id, f"the file is named {name}")
