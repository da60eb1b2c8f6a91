"""Tests on what the plan and the round allow."""

from dataclasses import replace
from datetime import date

import pytest

from engine.rules.plan_limits import (
    achieved_within_plan,
    award_in_plan,
    award_in_round,
    place_in_plan,
    subject_in_plan,
)
from forms.vocabulary import Award, Occasion, RuleVerdict, SubjectKind
from tests.engine.rules.nominations import ROUNDS, nomination

APART = {"apart_at_midterm": (Award.PRIME_MINISTER_CERTIFICATE,)}


@pytest.mark.parametrize(
    ("award", "occasion", "code"),
    [
        (Award.UNIT_CERTIFICATE, Occasion.ANNUAL, "listed"),
        (Award.PRIME_MINISTER_CERTIFICATE, Occasion.ANNUAL, "not_listed"),
        (Award.PRIME_MINISTER_CERTIFICATE, Occasion.MIDTERM, "set_apart"),
        (Award.LABOR_ORDER, Occasion.MIDTERM, "not_listed"),
        (Award.LABOR_ORDER, Occasion.FINAL, "listed"),
    ],
)
def test_the_plan_names_awards_per_occasion(award, occasion, code):
    result = award_in_plan(nomination(award, occasion=occasion), APART)
    assert result.sentence == code


@pytest.mark.parametrize(
    "test", [subject_in_plan, place_in_plan, achieved_within_plan, award_in_plan]
)
def test_without_a_plan_nothing_is_told(test):
    result = test(nomination(plan=None), APART)
    assert (result.verdict, result.sentence) == (RuleVerdict.CANNOT_TELL, "no_plan")


def test_a_round_may_take_fewer_awards_than_the_plan():
    small = replace(ROUNDS[Occasion.FINAL], awards=(Award.UNIT_CERTIFICATE,))
    refused = award_in_round(nomination(Award.LABOR_ORDER, round=small), {})
    assert (refused.verdict, refused.sentence) == (RuleVerdict.NOT_MET, "not_taken")
    assert award_in_round(nomination(round=small), {}).sentence == "taken"
    assert award_in_round(nomination(round=None), {}).sentence == "no_round"
    annual = nomination(Award.LABOR_ORDER, occasion=Occasion.ANNUAL)
    assert award_in_round(annual, {}).verdict is RuleVerdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("kind", "code"),
    [(SubjectKind.ENTERPRISE, "listed"), (SubjectKind.HOUSEHOLD, "not_listed")],
)
def test_the_plan_names_its_subjects(kind, code):
    assert subject_in_plan(nomination(subject=kind), {}).sentence == code


@pytest.mark.parametrize(
    ("is_outside", "code"),
    [(None, "not_said"), (True, "outside_allowed"), (False, "inside")],
)
def test_the_plan_is_for_subjects_inside_and_outside(is_outside, code):
    result = place_in_plan(nomination(is_outside_ward=is_outside), {})
    assert (result.verdict, result.sentence) == (RuleVerdict.MET, code)


@pytest.mark.parametrize(
    ("achieved_from", "achieved_to", "code"),
    [
        (date(2025, 8, 8), date(2030, 12, 31), "within"),
        (date(2025, 8, 7), date(2030, 12, 31), "begins_before"),
        (date(2025, 8, 7), None, "begins_before"),
        (date(2025, 8, 8), date(2031, 1, 1), "ends_after"),
        (None, date(2030, 1, 1), "not_said"),
    ],
)
def test_the_achievement_lies_within_the_plan(achieved_from, achieved_to, code):
    facts = nomination(achieved_from=achieved_from, achieved_to=achieved_to)
    assert achieved_within_plan(facts, {}).sentence == code
