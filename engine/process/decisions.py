"""Decision tables (DMN): read, and asked at run time and by the checks alike.

The library's own table engine takes the first matching row whatever the hit policy says,
gives nothing when none matches, and hands each cell to the whole of Python. Here a table
has exactly one answer or it is a fault.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import InvalidDiagram, ProcessFailed
from engine.process.expressions import evaluate

SOURCE = "source"
"""The output column that names the law or the plan: read by people, not by a diagram."""

CELL_INPUT = "cell_input"
_NOT = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_OPERATOR = re.compile(r"\s*(<=|>=|==|!=|<|>|in\b|not\s+in\b)")


@dataclass(frozen=True)
class Rule:
    """One row: a condition per input column (empty: any value), a value per output."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class DecisionTable:
    """A table of UNIQUE rows: for every input exactly one of them applies."""

    file: str
    id: str
    hit_policy: str
    inputs: tuple[str, ...]
    """The expression of each input column, as a rule the name of a variable."""
    outputs: tuple[str, ...]
    """The variable that each output column sets."""
    rules: tuple[Rule, ...]

    def matching(self, variables: Mapping[str, Any]) -> list[Rule]:
        """Return the rows that apply to ``variables``.

        :raises ForbiddenExpression: a cell says more than a diagram may say.
        """
        values = [evaluate(expression, variables) for expression in self.inputs]
        return [
            rule
            for rule in self.rules
            if all(map(_applies, rule.inputs, values, [variables] * len(values)))
        ]

    def answer(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the variables that the one applying row sets, and its source.

        :raises ProcessFailed: no row applies, or more than one does.
        """
        rules = self.matching(variables)
        if len(rules) != 1:
            found = ", ".join(rule.id for rule in rules) or "none"
            raise ProcessFailed(f"decision {self.id}: rows that apply: {found}, expected one")
        cells = zip(self.outputs, rules[0].outputs, strict=True)
        return {name: evaluate(cell, variables) for name, cell in cells if cell}


def read_table(file: str, root: Any) -> DecisionTable:
    """Return the one decision table under ``root``, the root element of a DMN file.

    :raises InvalidDiagram: the file does not hold exactly one decision table.
    """
    decisions = [element for element in root if _local(element) == "decision"]
    tables = [t for decision in decisions for t in decision if _local(t) == "decisionTable"]
    if len(decisions) != 1 or len(tables) != 1:
        raise InvalidDiagram(
            [f"{file}: {len(decisions)} decisions, {len(tables)} tables, expected 1 each"]
        )
    table = tables[0]
    parts = [(_local(element), element) for element in table]
    return DecisionTable(
        file=file,
        id=decisions[0].get("id", ""),
        hit_policy=table.get("hitPolicy", "UNIQUE"),
        inputs=tuple(_text(e) for kind, e in parts if kind == "input"),
        outputs=tuple(
            e.get("name") or e.get("label") or "" for kind, e in parts if kind == "output"
        ),
        rules=tuple(_read_rule(e) for kind, e in parts if kind == "rule"),
    )


def condition_of(cell: str) -> str | None:
    """Return the expression over :data:`CELL_INPUT` that ``cell`` stands for.

    ``None`` stands for any value. A cell may be a value (``"ward"``), several of them
    (``"ward", "unit"``), all but some (``not("ward")``), a comparison without its left
    side (``>= 3``), or an expression in which ``?`` is the input.
    """
    cell = cell.strip()
    if cell in {"", "-"}:
        return None
    marked = _replace_question_mark(cell)
    if marked != cell:
        return marked
    if _OPERATOR.match(cell):
        return f"{CELL_INPUT} {cell}"
    excluded = _NOT.fullmatch(cell)
    if excluded:
        return f"{CELL_INPUT} not in ({excluded[1]},)"
    return f"{CELL_INPUT} in ({cell},)"


def _applies(cell: str, value: Any, variables: Mapping[str, Any]) -> bool:
    condition = condition_of(cell)
    return condition is None or bool(evaluate(condition, {**variables, CELL_INPUT: value}))


def _replace_question_mark(cell: str) -> str:
    """Replace each ``?`` outside of quotes by the name of the input."""
    parts = re.split(r"""("[^"]*"|'[^']*')""", cell)
    parts[::2] = [part.replace("?", CELL_INPUT) for part in parts[::2]]
    return "".join(parts)


def _read_rule(element: Any) -> Rule:
    cells = [(_local(cell), _text(cell)) for cell in element]
    return Rule(
        id=element.get("id", ""),
        inputs=tuple(text for kind, text in cells if kind == "inputEntry"),
        outputs=tuple(text for kind, text in cells if kind == "outputEntry"),
    )


def _text(element: Any) -> str:
    texts = [child.text or "" for child in element.iter() if _local(child) == "text"]
    return texts[0].strip() if texts else ""


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
