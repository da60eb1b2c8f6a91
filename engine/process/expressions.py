"""What a condition, a table cell or a one-line script in a diagram may say.

SpiffWorkflow evaluates every such text with the whole of Python: a BPMN file could run
any program. Here a text is parsed, each node of it must be on a short list, and only then
is it compiled, once. It can read variables, compare, combine and add; it cannot reach an
attribute, an item, a module, or any function but the few of :data:`FUNCTIONS`.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, MappingProxyType
from typing import Any, Final, Literal

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.script_engine import (
    BasePythonScriptEngineEnvironment,
    PythonScriptEngine,
)

MAX_CHARACTERS = 2000
MAX_NODES = 200
MAX_NUMBER = 10**15
MAX_TEXT = 10_000

FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {"len": len, "min": min, "max": max, "abs": abs}
)
"""The only functions that a text may call."""

CONSTANTS: Final[Mapping[str, Any]] = MappingProxyType(
    {"true": True, "false": False, "null": None}
)
"""Words of FEEL, as the table editors write them."""

ISO_TIME = re.compile(
    r"(R\d*/)?(P[0-9YMWDTHS.,]+|\d{4}-\d\d-\d\d(T[0-9:.+\-Z]+)?)"
    r"(/(P[0-9YMWDTHS.,]+|\d{4}-\d\d-\d\d(T[0-9:.+\-Z]+)?))?"
)
"""A moment, a duration or a repetition of ISO 8601, written without quotes."""

_EXPRESSION_NODES = (
    ast.Expression,
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    *(ast.In, ast.NotIn, ast.Is, ast.IsNot),
    *(ast.BinOp, ast.Add, ast.Sub),
    *(ast.Constant, ast.Name, ast.Load, ast.List, ast.Tuple, ast.IfExp, ast.Call),
)
_SCRIPT_NODES = (*_EXPRESSION_NODES, ast.Module, ast.Assign, ast.Store)


class ForbiddenExpression(ValueError):
    """A text says something that is not on the list."""


@dataclass(frozen=True)
class Compiled:
    """A text that passed: its code and the variables that it reads and writes."""

    code: CodeType
    reads: frozenset[str]
    writes: frozenset[str]


@lru_cache(maxsize=4096)
def compile_text(text: str, mode: Literal["eval", "exec"] = "eval") -> Compiled:
    """Return the compiled ``text``: an expression, or assignments for ``"exec"``.

    :raises ForbiddenExpression: it is no such text, is too long, or says too much.
    """
    if len(text) > MAX_CHARACTERS:
        raise ForbiddenExpression(f"longer than {MAX_CHARACTERS} characters")
    source = text.strip()
    try:
        tree: Any = ast.parse(source, mode=mode)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ForbiddenExpression(f"cannot be read: {error}") from error
    nodes = list(ast.walk(tree))
    if len(nodes) > MAX_NODES:
        raise ForbiddenExpression(f"more than {MAX_NODES} parts")
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        _check(node, _EXPRESSION_NODES if mode == "eval" else _SCRIPT_NODES, called)
    names = [node for node in nodes if isinstance(node, ast.Name) and id(node) not in called]
    return Compiled(
        code=compile(tree, "<diagram>", mode),
        reads=frozenset(n.id for n in names if isinstance(n.ctx, ast.Load)) - CONSTANTS.keys(),
        writes=frozenset(n.id for n in names if isinstance(n.ctx, ast.Store)),
    )


def evaluate(text: str, variables: Mapping[str, Any]) -> Any:
    """Return the value of the expression ``text``; an ISO 8601 time is its own value.

    :raises ForbiddenExpression: see :func:`compile_text`.
    :raises NameError: it names a variable that is not there.
    """
    stripped = text.strip()
    if ISO_TIME.fullmatch(stripped):
        return stripped
    names = {**variables, **FUNCTIONS, **CONSTANTS, "__builtins__": {}}
    return _sized(eval(compile_text(text).code, names))  # noqa: S307  every node was checked


def execute(text: str, variables: dict[str, Any]) -> None:
    """Run the assignments of ``text`` on ``variables``.

    :raises ForbiddenExpression: see :func:`compile_text`; nothing was assigned.
    """
    compiled = compile_text(text, "exec")
    names = {**variables, **FUNCTIONS, **CONSTANTS, "__builtins__": {}}
    exec(compiled.code, names)  # noqa: S102  every node was checked
    variables.update({name: _sized(names[name]) for name in compiled.writes})


def _check(node: ast.AST, allowed: tuple[type[ast.AST], ...], called: set[int]) -> None:
    if not isinstance(node, allowed):
        raise ForbiddenExpression(f"{type(node).__name__} is not allowed")
    if isinstance(node, ast.Constant):
        _check_constant(node.value)
    elif isinstance(node, ast.Name):
        _check_name(node, is_called=id(node) in called)
    elif isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            raise ForbiddenExpression(f"only {', '.join(FUNCTIONS)} may be called")
    elif isinstance(node, ast.Assign) and not all(
        isinstance(target, ast.Name) for target in node.targets
    ):
        raise ForbiddenExpression("only a variable may be assigned")


def _check_constant(value: object) -> None:
    if not isinstance(value, str | int | float | bool | None):
        raise ForbiddenExpression(f"a value of type {type(value).__name__} is not allowed")
    _sized(value)


def _check_name(node: ast.Name, *, is_called: bool) -> None:
    if node.id.startswith("_"):
        raise ForbiddenExpression("names that begin with _ are not allowed")
    if node.id in FUNCTIONS and not is_called:
        raise ForbiddenExpression(f"{node.id} is a function")
    if node.id in CONSTANTS and isinstance(node.ctx, ast.Store):
        raise ForbiddenExpression(f"{node.id} is a constant")


def _sized(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ForbiddenExpression(f"a text of more than {MAX_TEXT} characters")
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        raise ForbiddenExpression("a number beyond 10^15")
    return value


class _Environment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """The library's door to evaluation, with only our rooms behind it."""

    def evaluate(
        self,
        expression: str,
        context: Mapping[str, Any],
        external_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return evaluate(expression, {**(external_context or {}), **context})

    def execute(
        self,
        script: str,
        context: dict[str, Any],
        external_context: Mapping[str, Any] | None = None,
    ) -> bool:
        execute(script, context)
        return True

    def call_service(self, context: Mapping[str, Any], **_: Any) -> Any:
        raise ForbiddenExpression("services are called by their own task")


class RestrictedScriptEngine(PythonScriptEngine):  # type: ignore[misc]
    """The script engine that the library is given: it knows :func:`evaluate` alone.

    SpiffWorkflow 3.2.0: the default engine runs ``eval`` with all builtins, and its
    ``call_service`` hides every fault behind ``NameError: script``.
    """

    def __init__(self) -> None:
        super().__init__(_Environment())

    def validate(self, expression: str) -> None:
        """Refuse what :func:`compile_text` refuses."""
        compile_text(expression)

    def execute(self, task: Any, script: str, external_context: Any = None) -> Any:
        """Run a one-line script on the data of ``task``."""
        try:
            return self.environment.execute(script, task.data)
        except Exception as error:
            raise WorkflowTaskException(
                f"script {script!r}: {error}", task=task, exception=error
            ) from error
