import pytest

from engine.errors import InvalidDiagram, ProcessFailed
from engine.process.decisions import read_table
from engine.process.safe_xml import parse_xml
from tests.engine.process.drawing import table


def tabled(*rules):
    return read_table("t.dmn", parse_xml("t.dmn", table("t", ["x"], ["y"], list(rules))))


@pytest.mark.parametrize(
    ("cell", "applies_to"),
    [
        ("", ["a", "b", "c?"]),
        ("-", ["a", "b", "c?"]),
        ('"a"', ["a"]),
        ('"a", "b"', ["a", "b"]),
        ('not("a", "b")', ["c?"]),
        ('!= "a"', ["b", "c?"]),
        ('in ("a", "b")', ["a", "b"]),
        ('? == "b" or ? == "c?"', ["b", "c?"]),
        ('"c?"', ["c?"]),
        ('> "a"', ["b", "c?"]),
    ],
)
def test_a_cell_applies_to_its_values_alone(cell, applies_to):
    decision = tabled([cell, "1"])
    assert [x for x in ("a", "b", "c?") if decision.matching({"x": x})] == applies_to


def test_a_table_without_an_answer_is_a_fault():
    with pytest.raises(ProcessFailed):
        tabled(['"a"', "1"]).answer({"x": "b"})


def test_a_table_with_two_answers_is_a_fault():
    with pytest.raises(ProcessFailed):
        tabled(['"a"', "1"], ["", "2"]).answer({"x": "a"})


def test_a_table_answers_with_its_outputs():
    assert tabled(['"a"', '"ward"']).answer({"x": "a"}) == {"y": "ward"}


def test_a_file_without_a_table_is_refused():
    with pytest.raises(InvalidDiagram):
        read_table("t.dmn", parse_xml("t.dmn", b"<definitions/>"))
