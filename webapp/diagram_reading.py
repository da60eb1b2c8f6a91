"""What a BPMN file draws: shapes, flows, and which of them a case went along."""

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
PROPERTY = "{http://spiffworkflow.org/bpmn/schema/1.0/core}property"

MOST_CACHED = 64
"""Drawings kept in memory: about 50 KB each."""


class UnsafeDrawing(ValueError):
    """The file has a document type declaration, which could hide what it says."""


@dataclass(frozen=True)
class Box:
    """Where something is drawn, in the units of the diagram; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.y + self.height


@dataclass(frozen=True)
class Shape:
    """One element as it is drawn."""

    id: str
    kind: str
    """Name of its BPMN element, for example ``userTask``."""
    vi: str
    en: str
    box: Box
    label: Box | None
    """Where its name stands, if not inside."""
    calls: str
    """Process that a call activity calls; else empty."""

    def name(self, language: str) -> str:
        """Return its name in English for ``"en"``, else in Vietnamese."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True)
class Edge:
    """A sequence flow as it is drawn."""

    id: str
    source: str
    target: str
    vi: str
    en: str
    points: tuple[tuple[float, float], ...]
    label: Box | None

    def name(self, language: str) -> str:
        """Return its name in English for ``"en"``, else in Vietnamese."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True)
class Drawing:
    """One diagram."""

    id: str
    """Of its process."""
    vi: str
    en: str
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]
    inside: Mapping[str, str]
    """Element → the embedded sub-process that it lies in; absent: the process itself."""

    def name(self, language: str) -> str:
        """Return its name in English for ``"en"``, else in Vietnamese."""
        return self.en if language == "en" else self.vi

    @functools.cached_property
    def bounds(self) -> Box:
        """What all of it fits into."""
        boxes = [shape.box for shape in self.shapes]
        boxes += [shape.label for shape in self.shapes if shape.label]
        boxes += [edge.label for edge in self.edges if edge.label]
        boxes += [Box(x, y, 0, 0) for edge in self.edges for x, y in edge.points]
        left, top = min(box.x for box in boxes), min(box.y for box in boxes)
        right = max(box.right for box in boxes)
        return Box(left, top, right - left, max(box.bottom for box in boxes) - top)


@functools.lru_cache(MOST_CACHED)
def read_drawing(content: bytes) -> Drawing:
    """Return what the BPMN file ``content`` draws.

    :raises UnsafeDrawing: it has a DOCTYPE or an ENTITY.
    :raises ElementTree.ParseError: it is not XML.
    """
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise UnsafeDrawing("a DOCTYPE or ENTITY is not accepted")
    root = ElementTree.fromstring(content.decode("utf-8"))  # noqa: S314  # no DTD: see above
    process = next(root.iter(f"{BPMN}process"))
    elements = {one.get("id", ""): one for one in process.iter() if one.get("id")}
    elements[process.get("id", "")] = process
    vi, en = _names(process)
    return Drawing(
        id=process.get("id", ""),
        vi=vi,
        en=en,
        shapes=tuple(_shapes(root, elements)),
        edges=tuple(_edges(root, elements)),
        inside={
            element.get("id", ""): sub.get("id", "")
            for sub in process.iter(f"{BPMN}subProcess")
            for element in sub
            if element.get("id")
        },
    )


@dataclass(frozen=True)
class Way:
    """What of one diagram a case went through."""

    entered: tuple[str, ...] = ()
    """Elements in the order in which the case came to them, again for each time."""

    def takes(self, edge: Edge) -> bool:
        """Whether the case went along ``edge``."""
        return (edge.source, edge.target) in self._pairs

    @functools.cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(zip(self.entered, self.entered[1:], strict=False))


def ways(
    drawings: Mapping[str, Drawing], passed: Iterable[str], waiting: Iterable[str]
) -> dict[str, Way]:
    """Return the way of a case through each diagram.

    :param passed: ``diagram/element`` in the order in which they were finished.
    :param waiting: ``diagram/element`` where it is now.
    """
    found: dict[str, list[str]] = {name: [] for name in drawings}
    calls = {
        shape.calls: (name, shape.id)
        for name, drawing in drawings.items()
        for shape in drawing.shapes
        if shape.calls
    }
    last = ""
    for address in (*passed, *waiting):
        diagram, _, element = address.partition("/")
        if diagram not in drawings:
            continue
        if diagram != last and diagram in calls and _begins(drawings[diagram], element):
            caller, activity = calls[diagram]
            _enter(drawings[caller], found[caller], activity)
        _enter(drawings[diagram], found[diagram], element)
        last = diagram
    return {name: Way(tuple(entered)) for name, entered in found.items()}


def _begins(drawing: Drawing, element: str) -> bool:
    return any(shape.id == element and shape.kind == "startEvent" for shape in drawing.shapes)


def _enter(drawing: Drawing, entered: list[str], element: str) -> None:
    """Add ``element``; where it lies in another sub-process than the last, that between."""
    before = entered[-1] if entered else ""
    if before == element:
        return
    was_in, is_in = drawing.inside.get(before), drawing.inside.get(element)
    if before and was_in != is_in:
        border = is_in if is_in is not None else was_in
        if border is not None and border not in (before, element):
            entered.append(border)
    entered.append(element)


def _shapes(
    root: ElementTree.Element, elements: Mapping[str, ElementTree.Element]
) -> Iterator[Shape]:
    for drawn in root.iter(f"{DI}BPMNShape"):
        element = elements.get(drawn.get("bpmnElement", ""))
        box = drawn.find(f"{DC}Bounds")
        if element is None or box is None:
            continue
        vi, en = _names(element)
        yield Shape(
            id=element.get("id", ""),
            kind=element.tag.removeprefix(BPMN),
            vi=vi,
            en=en,
            box=_box(box),
            label=_label(drawn),
            calls=element.get("calledElement", ""),
        )


def _edges(
    root: ElementTree.Element, elements: Mapping[str, ElementTree.Element]
) -> Iterator[Edge]:
    for drawn in root.iter(f"{DI}BPMNEdge"):
        element = elements.get(drawn.get("bpmnElement", ""))
        if element is None or element.tag != f"{BPMN}sequenceFlow":
            continue
        vi, en = _names(element)
        yield Edge(
            id=element.get("id", ""),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            vi=vi,
            en=en,
            points=tuple(
                (float(point.get("x", 0)), float(point.get("y", 0)))
                for point in drawn.iter(WAYPOINT)
            ),
            label=_label(drawn),
        )


def _names(element: ElementTree.Element) -> tuple[str, str]:
    vi = element.get("name", "")
    properties = element.findall(f"{BPMN}extensionElements//{PROPERTY}")
    named = {one.get("name"): one.get("value", "") for one in properties}
    return vi, named.get("name_en", vi)


def _label(drawn: ElementTree.Element) -> Box | None:
    found = drawn.find(f"{DI}BPMNLabel/{DC}Bounds")
    return None if found is None else _box(found)


def _box(bounds: ElementTree.Element) -> Box:
    x, y, width, height = (float(bounds.get(name, 0)) for name in ("x", "y", "width", "height"))
    return Box(x, y, width, height)
