"""Draws small diagrams for tests, in words: elements, and flows as lines of text."""

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' targetNamespace="http://example.org/test">'
)
FLOW = re.compile(r"(\w+) -> (\w+)(?: (otherwise))?(?: ?if (.*))?")


@dataclass
class Element:
    """One element of a diagram."""

    tag: str
    id: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: str = ""


def start(id: str = "start") -> Element:
    return Element("startEvent", id)


def end(id: str = "done", inside: str = "") -> Element:
    return Element("endEvent", id, {}, inside)


def gateway(id: str, kind: str = "exclusive") -> Element:
    return Element(f"{kind}Gateway", id)


def user_task(id: str, inside: str = "", **properties: str) -> Element:
    """A user task with sound properties; pass ``role=""`` to leave one out."""
    values = {
        "role": "unit_head",
        "unit": "submitting",
        "level": "unit",
        "form": "review.v1",
        "outcomes": "recommend return reject hold",
        **properties,
    }
    lines = "".join(
        f'<spiffworkflow:property name="{name}" value={quoteattr(value)}/>'
        for name, value in values.items()
        if value
    )
    documentation = "<bpmn:documentation>Xem xét hồ sơ.</bpmn:documentation>"
    extension = (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        f"{lines}</spiffworkflow:properties></bpmn:extensionElements>"
    )
    return Element("userTask", id, {"name": f"Việc {id}"}, documentation + extension + inside)


def service(id: str, operator: str = "issue_decision") -> Element:
    return Element(
        "serviceTask",
        id,
        {},
        f'<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="{operator}"/>'
        "</bpmn:extensionElements>",
    )


def lookup(id: str, decision: str) -> Element:
    return Element(
        "businessRuleTask",
        id,
        {},
        "<bpmn:extensionElements><spiffworkflow:calledDecisionId>"
        f"{decision}</spiffworkflow:calledDecisionId></bpmn:extensionElements>",
    )


def script(id: str, text: str) -> Element:
    return Element("scriptTask", id, {}, f"<bpmn:script>{escape(text)}</bpmn:script>")


def call(id: str, process: str) -> Element:
    return Element("callActivity", id, {"calledElement": process})


def embedded(id: str, *elements: Element, flows: str) -> Element:
    return Element("subProcess", id, {}, _body(elements, flows))


def boundary(id: str, on: str, inside: str, *, interrupting: bool = True) -> Element:
    attributes = {"attachedToRef": on, "cancelActivity": str(interrupting).lower()}
    return Element("boundaryEvent", id, attributes, inside)


def catch(id: str, inside: str) -> Element:
    return Element("intermediateCatchEvent", id, {}, inside)


def message(reference: str = "withdrawal") -> str:
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def timer(text: str, kind: str = "timeDuration") -> str:
    """A timer; the time stands in quotes, since the library alone reads it as Python."""
    return (
        f'<bpmn:timerEventDefinition><bpmn:{kind}>"{text}"</bpmn:{kind}>'
        "</bpmn:timerEventDefinition>"
    )


def process(
    *elements: Element, flows: str, id: str = "nomination", declared: str = ""
) -> bytes:
    """Return a BPMN file; flows as lines: ``a -> b``, ``a -> b if x``, ``a -> b otherwise``."""
    messages = '<bpmn:message id="withdrawal" name="withdrawal"/>'
    return (
        f'{HEAD}{messages}{declared}<bpmn:process id="{id}" isExecutable="true">'
        f"{_body(elements, flows)}</bpmn:process></bpmn:definitions>"
    ).encode()


def table(
    id: str,
    inputs: list[str],
    outputs: list[str],
    rules: list[list[str]],
    hit_policy: str = "UNIQUE",
) -> bytes:
    """Return a DMN file with one table; a rule is its input cells, then its output cells."""
    columns = "".join(
        f'<input id="in_{n}"><inputExpression id="ie_{n}"><text>{escape(text)}</text>'
        "</inputExpression></input>"
        for n, text in enumerate(inputs)
    ) + "".join(f'<output id="out_{n}" name="{name}"/>' for n, name in enumerate(outputs))
    rows = "".join(_rule(n, cells, len(inputs)) for n, cells in enumerate(rules))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
        ' namespace="http://example.org/test">'
        f'<decision id="{id}" name="{id}"><decisionTable id="t" hitPolicy="{hit_policy}">'
        f"{columns}{rows}</decisionTable></decision></definitions>"
    ).encode()


def _rule(number: int, cells: list[str], inputs: int) -> str:
    entries = "".join(
        f'<{tag} id="c_{number}_{n}"><text>{escape(cell)}</text></{tag}>'
        for n, cell in enumerate(cells)
        for tag in ["inputEntry" if n < inputs else "outputEntry"]
    )
    return f'<rule id="row_{number + 1}">{entries}</rule>'


def _body(elements: tuple[Element, ...], flows: str) -> str:
    defaults, lines = {}, []
    for line in filter(None, map(str.strip, flows.splitlines())):
        source, target, otherwise, condition = FLOW.fullmatch(line).groups()
        id = f"{source}_to_{target}"
        if otherwise:
            defaults[source] = id
        inside = ""
        if condition:
            inside = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
        lines.append(
            f'<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">'
            f"{inside}</bpmn:sequenceFlow>"
        )
    return "".join(_element(each, defaults) for each in elements) + "".join(lines)


def _element(element: Element, defaults: dict[str, str]) -> str:
    attributes = dict(element.attributes)
    if element.id in defaults:
        attributes["default"] = defaults[element.id]
    text = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f'<bpmn:{element.tag} id="{element.id}"{text}>{element.inside}</bpmn:{element.tag}>'
