"""Limits that were read somewhere: each names a step that there is, and none is law."""

import pytest

from engine.datafiles.yaml_lines import Problems, compose
from engine.definitions import packaged_files, packaged_set_id
from engine.process import diagrams
from engine.process.steps import list_steps
from engine.rules.book import book
from engine.rules.book import packaged_files as law_files
from engine.rules.deadlines import deadlines_reader
from forms.vocabulary import Confidence

TEXT = law_files()["deadlines.yaml"].decode()


def test_no_limit_is_printed_as_law():
    known = book().parts["deadlines.yaml"]
    assert known
    assert all(one.confidence is not Confidence.HIGH for one in known)


def test_a_limit_for_a_step_names_one_of_its_level():
    steps = list_steps(diagrams.definitions(packaged_set_id(), packaged_files))
    known = {(step.level, step.element_id) for step in steps}
    named = [one for one in book().parts["deadlines.yaml"] if one.element]
    assert named
    assert all((one.level, one.element) in known for one in named)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("confidence: L", "confidence: H", "the confidence H without an instrument"),
        ("days: 12", "days: 0", "1 to 99 days"),
        ("id: T02", "id: T01", "limit T01 again"),
        ("level: province", "level: village", "one of unit, ward"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(old, new, problem):
    problems = Problems("deadlines.yaml")
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    deadlines_reader(book().instruments)(compose(text, problems), problems)
    assert any(problem in one for one in problems.lines())
