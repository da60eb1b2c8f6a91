import pytest

from engine.datafiles.numbers import count, percent, whole
from engine.datafiles.reading import BROKEN, mapping
from engine.datafiles.yaml_lines import Problems, compose


def read(written, reader):
    """Return what ``reader`` makes of ``written``, and the problems."""
    problems = Problems("file.yaml")
    node = compose(f"a: {written}\n", problems)
    return mapping(lambda a: a, a=reader)(node, problems), problems.lines()


@pytest.mark.parametrize(
    ("written", "tenths"),
    [("1", 10), ("65.2", 652), ("80", 800), ('"66.7"', 667), ("100", 1000)],
)
def test_a_percentage_is_read_as_tenths(written, tenths):
    assert read(written, percent) == (tenths, [])


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("0.652", "65.2, not 0.652"),
        ("0.8", "80, not 0.8"),
        (".5", "50, not .5"),
        ("0.9", "90, not 0.9"),
        ("100.1", "as 65.2"),
        ("65.25", "as 65.2"),
        ("65,2", "as 65.2"),
        ("1e2", "as 65.2"),
        ("-5", "as 65.2"),
        ("80%", "as 65.2"),
        ("101", "as 65.2"),
        ("0", "as 65.2"),
        ("[80]", "as 65.2"),
    ],
)
def test_what_is_no_percentage_is_refused_with_its_mend(written, mend):
    value, problems = read(written, percent)
    assert value is BROKEN
    assert problems[0].startswith("file.yaml:1: found ")
    assert problems[0].endswith(mend)


@pytest.mark.parametrize(("written", "number"), [("0", 0), ("5", 5), ("1000", 1000)])
def test_a_whole_number_is_read(written, number):
    assert read(written, count) == (number, [])


@pytest.mark.parametrize("written", ["1001", "-1", "1.0", "05", "five", "1_000", "٣", "{}"])
def test_what_is_no_whole_number_is_refused(written):
    value, problems = read(written, count)
    assert value is BROKEN
    assert problems[0].endswith("expected a whole number from 0 to 1000")


def test_the_range_of_a_number_is_said():
    assert read("0", whole(1, 3))[1] == [
        "file.yaml:1: found “0”, expected a whole number from 1 to 3"
    ]
