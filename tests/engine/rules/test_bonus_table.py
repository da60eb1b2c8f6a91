"""The file of bonuses: what its reader refuses, each with its line."""

from datetime import date
from pathlib import Path

import pytest

import workflows
from engine.datafiles.yaml_lines import Problems, compose
from engine.office_settings import SETTINGS
from engine.rules.bonus_table import BonusTable, bonus_reader
from engine.rules.instruments import read_instruments
from forms.vocabulary import Confidence

LAW = Path(workflows.__file__).parent / "law"


def read(text):
    """Return the table that ``text`` is, and the problems found."""
    problems = Problems("bonus.yaml")
    law = Problems("instruments.yaml")
    instruments = read_instruments(
        compose((LAW / "instruments.yaml").read_text("utf-8"), law), law
    )
    table = bonus_reader(instruments)(compose(text, problems), problems)
    return table, problems.lines()


def packaged():
    return (LAW / "bonus.yaml").read_text("utf-8")


def changed(old, new):
    text = packaged()
    assert old in text
    return text.replace(old, new, 1)


def line_with(text, part):
    return next(n for n, line in enumerate(text.splitlines(), start=1) if part in line)


def test_the_file_that_comes_along_has_no_problem():
    table, problems = read(packaged())
    assert problems == []
    assert isinstance(table, BonusTable)
    figures = [one.figure for one in (*table.multipliers, *table.factors)]
    assert all(one.setting in SETTINGS for one in figures if one.number is None)


@pytest.mark.parametrize(
    ("old", "new", "at", "found"),
    [
        pytest.param("until: 2026-06-30", "until: 2026-05-31", "B07b", "2026-06-01", id="gap"),
        pytest.param("from: 2026-07-01", "from: 2026-08-01", "B07b", "2026-07-01", id="late"),
        pytest.param("    until: 2026-06-30\n", "", "B07b", "“until” at B07a", id="overlap"),
        pytest.param("amount: 2340000", "amount: 2340", "amount: 2340", "2340", id="thousands"),
        pytest.param("figure: 4.5", "figure: 4,5", "figure: 4,5", "4,5", id="comma"),
        pytest.param("figure: 4.5", "figure: 0", "figure: 0", "“0”", id="nothing"),
        pytest.param(
            "figure: bonus_household", "figure: bonus_flag", "bonus_flag", "flag", id="setting"
        ),
        pytest.param(
            "fund: ward", "fund: president", "fund: president", "unit, ward", id="fund"
        ),
        pytest.param(
            "awards: [labor_order]",
            "awards: [labor_order, labor_order_second]",
            "B01c",
            "B01b does not hold",
            id="two-multipliers",
        ),
        pytest.param(
            "subjects: [household]", "subjects: [household, collective]", "B06", "B05", id="two"
        ),
        pytest.param(
            "{instrument: decree-73}", "{instrument: x}", "t: x}", "“x”", id="unknown"
        ),
        pytest.param(
            "from: 2025-07-01", "from: 2028-07-01", "until: 2027-02-28", "2027-02-28", id="ends"
        ),
        pytest.param(
            "{instrument: decree-73}\n    from: 2024-07-01",
            "{instrument: decree-73}\n    from: 2024-06-01",
            "{instrument: decree-73}",
            "2024-06-01",
            id="before-the-decree",
        ),
    ],
)
def test_a_table_that_cannot_be_worked_with_is_refused_at_its_line(old, new, at, found):
    text = changed(old, new)
    _, problems = read(text)
    start = f"bonus.yaml:{line_with(text, at)}: found "
    assert [found in line for line in problems if line.startswith(start)] == [True]


def test_an_unsure_value_is_never_cited_as_law():
    text = changed("confidence: H\n    then_office", 'confidence: "?"\n    then_office')
    _, problems = read(text)
    assert "source: {office: true}" in problems[0]


def test_what_goes_on_needs_an_end():
    text = packaged()
    start = text.index("B01a")
    text = text[:start] + text[start:].replace(
        "source: {instrument: decree-152, place: Điều 51}\n    from: 2025-07-01\n"
        "    until: 2027-02-28\n",
        "source: {office: true}\n    from: 2025-07-01\n",
        1,
    )
    _, problems = read(text)
    assert ["“until” beside it" in line for line in problems] == [True]


def test_a_decree_that_lapses_leaves_a_setting_of_the_office():
    table, _ = read(packaged())
    (before, after) = [one for one in table.multipliers if one.basis.id == "B01c"]
    assert before.basis.ends_on == date(2027, 2, 28)
    assert after.basis.starts_on == date(2027, 3, 1)
    assert (before.figure, before.awards) == (after.figure, after.awards)
    assert (before.basis.source.is_office, after.basis.source.is_office) == (False, True)
    assert after.basis.confidence is Confidence.UNKNOWN
    assert "hết hiệu lực" in after.basis.note.vi
