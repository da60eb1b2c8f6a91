"""What a diagram says about its user tasks: who does them, with which form, to what end."""

from engine.process.checks.drawing import BPMN, Node, Scope, properties
from engine.process.checks.finding import Report
from engine.process.profile import TASK_PROPERTIES
from forms import FORMS

_SEVERAL_WORDS = "outcomes"
_OPTIONAL = "level"


def check_user_tasks(scope: Scope, report: Report) -> None:
    """Check the properties and the words of every user task in ``scope``."""
    for node in scope.of_kind("userTask"):
        values = properties(node)
        for name, words in TASK_PROPERTIES.items():
            _check_property(scope, node, name, values.get(name, ""), words, report)
        _check_property(scope, node, "form", values.get("form", ""), frozenset(FORMS), report)
        if not node.element.get("name"):
            report.add("missing_words", scope.file, node.id, "it has no name")
        if not (node.element.findtext(f"{BPMN}documentation") or "").strip():
            report.add("missing_words", scope.file, node.id, "it has no documentation")


def _check_property(
    scope: Scope, node: Node, name: str, value: str, known: frozenset[str], report: Report
) -> None:
    words = value.split() if name == _SEVERAL_WORDS else [value] if value else []
    if not words and name != _OPTIONAL:
        report.add("missing_property", scope.file, node.id, f"{name} is empty")
    for word in words:
        if word not in known:
            found = f"{name} {word!r} is none of: {', '.join(sorted(known))}"
            report.add("unknown_property", scope.file, node.id, found)
    if len(set(words)) != len(words):
        report.add("unknown_property", scope.file, node.id, f"{name} says a word twice")
