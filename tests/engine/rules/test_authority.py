"""Tests on who decides, proposes, appraises, advises and pays."""

from datetime import date

import pytest

from engine.datafiles.yaml_lines import Problems, compose
from engine.rules.authority import (
    authority_reader,
    submitted_by_its_manager,
    unit_may_issue,
    who_decides,
)
from engine.rules.book import book
from forms.vocabulary import Award, UnitKind
from tests.engine.rules.nominations import nomination

BEFORE, AFTER = date(2026, 9, 30), date(2026, 10, 1)
UNIT = Award.UNIT_CERTIFICATE


@pytest.mark.parametrize(
    ("award", "unit_kind", "basis", "decides", "pays"),
    [
        (UNIT, UnitKind.SCHOOL, "", "A01", "B10"),
        (UNIT, UnitKind.WARD, "Điều 80 khoản 3", "A01", "B10"),
        (UNIT, UnitKind.ENTERPRISE, "Điều 80 khoản 4", "A13", "B10b"),
        (UNIT, UnitKind.ENTERPRISE, " ", "A01", "B10"),
        (UNIT, UnitKind.PROVINCIAL_DEPARTMENT, "Điều 80 khoản 1", "A13b", "B10b"),
        (UNIT, UnitKind.BODY, "Quyết định số 1", "A14b", "B10b"),
        (Award.PROVINCIAL_MERIT, UnitKind.ENTERPRISE, "Điều 80 khoản 4", "A02", "B10c"),
        (Award.PRIME_MINISTER_CERTIFICATE, UnitKind.SCHOOL, "", "A03", "B10c"),
        (Award.LABOR_ORDER, UnitKind.SCHOOL, "", "A04", "B10c"),
        (Award.LABOR_ORDER_FIRST, UnitKind.SCHOOL, "", "A04", "B10c"),
    ],
)
def test_one_decides_and_one_pays(award, unit_kind, basis, decides, pays):
    for day in (BEFORE, AFTER):
        found = who_decides(book(), award, unit_kind, basis, day)
        assert [one.id for one in found.decides] == [decides]
        assert found.decider.id == decides
        assert [one.id for one in found.pays] == [pays]


@pytest.mark.parametrize(
    ("award", "proposes", "appraises"),
    [
        (UNIT, ["A05c"], ["A07"]),
        (Award.PROVINCIAL_MERIT, ["A05b"], ["A07", "A08"]),
        (Award.PRIME_MINISTER_CERTIFICATE, ["A05"], ["A07", "A08", "A09"]),
        (Award.LABOR_ORDER_SECOND, ["A06"], ["A07", "A08", "A09"]),
    ],
)
def test_who_proposes_and_appraises_and_the_council_only_advises(award, proposes, appraises):
    found = who_decides(book(), award, UnitKind.SCHOOL, "", BEFORE)
    assert [one.id for one in found.proposes] == proposes
    assert [one.id for one in found.appraises] == appraises
    assert [one.id for one in found.advises] == ["A10"]
    assert [one.id for one in found.annuls] == ["A11"]
    assert [one.id for one in found.submits] == ["A12"]


def test_what_was_checked_is_less_sure_once_the_law_was_amended():
    found = [who_decides(book(), UNIT, UnitKind.WARD, "", day) for day in (BEFORE, AFTER)]
    assert [one.decider.confidence.value for one in found] == ["H", "M"]
    assert [one.issuer.confidence.value for one in found] == ["H", "M"]


def test_nobody_decides_before_the_law():
    found = who_decides(book(), UNIT, UnitKind.WARD, "", date(2023, 12, 31))
    assert found.decider is None


@pytest.mark.parametrize(
    ("change", "to", "problem"),
    [
        ("part: decides", "part: grants", "found “grants”, expected one of decides"),
        ("from: 2024-01-01", "from: 2023-01-01", "expected 2024-01-01 or later"),
        ("confidence: H", "confidence: L", "expected H or M"),
        (
            "    from: 2024-01-01",
            "    from: 2024-01-01\n    until: 2023-12-31",
            "found the last day 2023-12-31",
        ),
    ],
)
def test_a_bad_entry_is_refused_with_its_line(change, to, problem):
    text = book().files["authority.yaml"].replace(change, to, 1)
    problems = Problems("authority.yaml")
    authority_reader(book().instruments)(compose(text, problems), problems)
    (line,) = problems.lines()
    assert line.startswith("authority.yaml:")
    assert problem in line


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unit_kind": None}, "unit_unknown"),
        ({}, "ward_decides"),
        ({"unit_issuing_basis": "Điều 80 khoản 3"}, "unit_decides"),
        ({"unit_kind": UnitKind.ENTERPRISE}, "basis_not_recorded"),
    ],
)
def test_who_issues_is_told(changes, code):
    parameters = {"listed": (UnitKind.WARD, UnitKind.ENTERPRISE)}
    assert unit_may_issue(nomination(**changes), parameters).sentence == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "inside"),
        ({"is_outside_ward": None}, "not_said"),
        ({"is_outside_ward": True}, "outside"),
        ({"managing_body": "Sở Giáo dục và Đào tạo"}, "managed_elsewhere"),
        ({"managing_body": "trường trung học cơ sở hoa ban"}, "inside"),
        (
            {"is_outside_ward": None, "managing_body": "Trường Trung học cơ sở Hoa Ban"},
            "inside",
        ),
    ],
)
def test_who_is_to_nominate_is_told(changes, code):
    assert submitted_by_its_manager(nomination(**changes), {}).sentence == code
