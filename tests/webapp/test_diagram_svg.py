"""Diagrams as SVG: what the file says, safely."""

import pytest

from engine.definitions import packaged_files
from tests.walk import on_sqlite
from webapp.diagram_reading import (
    Box,
    Drawing,
    Edge,
    Shape,
    UnsafeDrawing,
    Way,
    read_drawing,
    ways,
)
from webapp.diagram_svg import Mark, draw

DIAGRAMS = sorted(name for name in packaged_files() if name.endswith(".bpmn"))


@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_flow_of_a_diagram_is_drawn_between_its_shapes(name):
    drawing = read_drawing(packaged_files()[name])
    shapes = {shape.id for shape in drawing.shapes}
    assert drawing.id == name.removesuffix(".bpmn")
    assert drawing.edges
    for edge in drawing.edges:
        assert {edge.source, edge.target} <= shapes
        assert len(edge.points) >= 2


@pytest.mark.parametrize("declared", [b"<!DOCTYPE x>", b'<!DOCTYPE x [<!ENTITY a "b">]>'])
def test_a_file_with_a_dtd_is_refused(declared):
    with pytest.raises(UnsafeDrawing):
        read_drawing(declared + b"<x/>")


@on_sqlite
def test_names_are_text_and_nothing_else(app):
    name = '"><script>alert(1)</script>'
    shape = Shape("a", "userTask", name, name, Box(0, 0, 120, 80), None, "")
    edge = Edge("f", "a", "a", name, name, ((0, 0), (5, 5)), Box(0, 0, 50, 18))
    drawing = Drawing("d", name, name, (shape,), (edge,), {})
    mark = Mark("now", name, name, f"#{name}", name)
    with app.test_request_context():
        svg = draw(drawing, Way(("a",)), {"a": mark}, "vi")
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


def test_a_level_that_was_called_is_entered_before_it_is_finished():
    drawings = {
        name.removesuffix(".bpmn"): read_drawing(packaged_files()[name]) for name in DIAGRAMS
    }
    way = ways(
        drawings,
        ["nomination/draft_nomination", "nomination/to_unit", "unit_certificate/level_reached"],
        ["unit_certificate/review_at_unit"],
    )
    assert way["nomination"].entered == ("draft_nomination", "to_unit", "call_unit")
    assert way["unit_certificate"].entered == ("level_reached", "review_at_unit")
    assert way["labor_order"].entered == ()
