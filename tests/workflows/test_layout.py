"""The pictures of the diagrams, measured: no crossing, nothing on a line, left to right."""

import itertools
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest

from engine.definitions import packaged_files

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DIAGRAMS = sorted(name for name in packaged_files() if name.endswith(".bpmn"))

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    def shares_area_with(self, other: "Box", margin: float = 0.5) -> bool:
        return (
            self.x + margin < other.x + other.width
            and other.x + margin < self.x + self.width
            and self.y + margin < other.y + other.height
            and other.y + margin < self.y + self.height
        )

    def contains(self, other: "Box") -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


class Picture:
    """The shapes, labels and lines of one diagram."""

    def __init__(self, name: str) -> None:
        root = ElementTree.fromstring(packaged_files()[name])  # noqa: S314  # our own file
        self.elements = {e.get("id", ""): e for e in root.iter() if e.tag.startswith(BPMN)}
        self.shapes = {
            str(shape.get("bpmnElement")): _box(shape.find(f"{DC}Bounds"))
            for shape in root.iter(f"{DI}BPMNShape")
        }
        self.labels = {
            str(drawn.get("bpmnElement")): _box(label.find(f"{DC}Bounds"))
            for kind in ("BPMNShape", "BPMNEdge")
            for drawn in root.iter(f"{DI}{kind}")
            for label in drawn.iter(f"{DI}BPMNLabel")
        }
        self.lines = {
            str(edge.get("bpmnElement")): [
                (float(point.get("x", 0)), float(point.get("y", 0)))
                for point in edge.iter(WAYPOINT)
            ]
            for edge in root.iter(f"{DI}BPMNEdge")
        }
        self.ends = {
            flow: (
                str(self.elements[flow].get("sourceRef")),
                str(self.elements[flow].get("targetRef")),
            )
            for flow in self.lines
        }

    def is_frame(self, element: str) -> bool:
        return self.elements[element].tag.removeprefix(BPMN) in ("lane", "subProcess")

    def segments(self, flow: str) -> list[tuple[Point, Point]]:
        return list(itertools.pairwise(self.lines[flow]))


def _box(bounds: ElementTree.Element | None) -> Box:
    assert bounds is not None
    x, y, width, height = (float(bounds.get(k, 0)) for k in ("x", "y", "width", "height"))
    return Box(x, y, width, height)


def _area(segment: tuple[Point, Point]) -> Box:
    (ax, ay), (bx, by) = segment
    thickness = 1.0
    return Box(
        min(ax, bx) - thickness / 2,
        min(ay, by) - thickness / 2,
        abs(ax - bx) + thickness,
        abs(ay - by) + thickness,
    )


@pytest.fixture(params=DIAGRAMS)
def picture(request: pytest.FixtureRequest) -> Picture:
    return Picture(request.param)


def test_lines_run_straight_across_or_straight_up(picture):
    for flow in picture.lines:
        for (ax, ay), (bx, by) in picture.segments(flow):
            assert abs(ax - bx) < 0.5 or abs(ay - by) < 0.5, flow


def test_no_two_lines_cross_or_lie_on_each_other(picture):
    for one, other in itertools.combinations(picture.lines, 2):
        for first, second in itertools.product(picture.segments(one), picture.segments(other)):
            assert not _area(first).shares_area_with(_area(second)), (one, other)


def test_no_line_runs_through_a_shape_that_it_does_not_join(picture):
    for flow, ends in picture.ends.items():
        for element, box in picture.shapes.items():
            if element in ends or picture.is_frame(element):
                continue
            attached = picture.elements[ends[0]].get("attachedToRef")
            if element == attached:
                continue
            for segment in picture.segments(flow):
                assert not box.shares_area_with(_area(segment)), (flow, element)


def test_a_line_ends_on_the_shapes_that_it_joins(picture):
    for flow, (source, target) in picture.ends.items():
        for element, point in ((source, 0), (target, -1)):
            box = picture.shapes[element]
            x, y = picture.lines[flow][point]
            assert box.x - 1 <= x <= box.x + box.width + 1, (flow, element)
            assert box.y - 1 <= y <= box.y + box.height + 1, (flow, element)


def test_no_shape_covers_another(picture):
    for one, other in itertools.combinations(picture.shapes, 2):
        if picture.is_frame(one) or picture.is_frame(other):
            continue
        assert not picture.shapes[one].shares_area_with(picture.shapes[other]), (one, other)


def test_no_label_lies_on_a_line_a_shape_or_another_label(picture):
    for element, label in picture.labels.items():
        for flow in picture.lines:
            for segment in picture.segments(flow):
                assert not label.shares_area_with(_area(segment)), (element, flow)
        for other, box in picture.shapes.items():
            if other != element and not picture.is_frame(other):
                assert not label.shares_area_with(box), (element, other)
    for one, other in itertools.combinations(picture.labels.values(), 2):
        assert not one.shares_area_with(other)


def test_every_shape_lies_in_the_lane_that_names_it(picture):
    for lane, element in picture.elements.items():
        if not element.tag.endswith("}lane"):
            continue
        for ref in element.iter(f"{BPMN}flowNodeRef"):
            assert picture.shapes[lane].contains(picture.shapes[str(ref.text)]), ref.text


def test_the_normal_way_runs_from_left_to_right(picture):
    """The way on from each start: never back to the left until an end is reached."""
    starts = [i for i, e in picture.elements.items() if e.tag.endswith("}startEvent")]
    forward = {source: [] for source, _ in picture.ends.values()}
    for flow, (source, target) in picture.ends.items():
        first = picture.segments(flow)[0]
        if first[1][0] > first[0][0]:  # leaves to the right: the normal way
            forward[source].append(target)
    for start in starts:
        place, steps = start, 0
        while forward.get(place):
            (following,) = forward[place]
            assert picture.shapes[following].x > picture.shapes[place].x, (place, following)
            place, steps = following, steps + 1
        assert steps >= 3, start
