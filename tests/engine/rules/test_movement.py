"""Tests on the movement: who launched it, and how its years are counted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.rules.movement import (
    anniversary,
    earliest_review_day,
    movement_any,
    movement_kind,
    movement_launched_by,
    movement_ran_years,
    no_movement_route,
    order_class,
    worker_achievements,
)
from forms.vocabulary import (
    Award,
    Level,
    MovementBasis,
    Occasion,
    RuleVerdict,
    SubjectCategory,
    SubjectKind,
)
from tests.engine.rules.nominations import OWN, PARENT, answer, nomination

FIVE = {"years": 5, "levels": (Level.PROVINCE,), "any_length": (Level.PRIME_MINISTER,)}
PLANNED = {"settings": {"duration_basis": "planned"}}


@pytest.mark.parametrize(
    ("start", "years", "expected"),
    [
        (date(2025, 6, 2), 5, date(2030, 6, 2)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2024, 2, 29), 5, date(2029, 3, 1)),
    ],
)
def test_years_are_full_on_the_same_day(start, years, expected):
    assert anniversary(start, years) == expected


@pytest.mark.parametrize(
    ("reviewed_on", "code"),
    [
        (date(2030, 6, 1), "too_short"),
        (date(2030, 6, 2), "long_enough"),
        (date(2030, 12, 30), "long_enough"),
    ],
)
def test_years_are_counted_to_the_review(reviewed_on, code):
    result = movement_ran_years(nomination(reviewed_on=reviewed_on), FIVE)
    assert result.sentence == code
    assert result.used["from_day"] == date(2030, 6, 2)


@pytest.mark.parametrize(
    ("ends_on", "code", "verdict"),
    [
        (date(2030, 12, 31), "planned_long_enough", RuleVerdict.MET),
        (date(2030, 6, 1), "planned_long_enough", RuleVerdict.MET),
        (date(2030, 5, 31), "planned_too_short", RuleVerdict.NOT_MET),
        (None, "no_planned_end", RuleVerdict.CANNOT_TELL),
    ],
)
def test_years_are_counted_as_planned_where_the_office_says_so(ends_on, code, verdict):
    early = date(2028, 3, 30)
    movement = replace(OWN, ends_on=ends_on)
    facts = nomination(reviewed_on=early, movement=movement, **PLANNED)
    result = movement_ran_years(facts, FIVE)
    assert (result.sentence, result.verdict) == (code, verdict)


@pytest.mark.parametrize(
    ("changes", "code", "verdict"),
    [
        ({"movement": None}, "no_movement", RuleVerdict.CANNOT_TELL),
        ({"round": None}, "no_review_day", RuleVerdict.CANNOT_TELL),
        ({"movement": PARENT}, "any_length", RuleVerdict.MET),
        ({"movement": replace(OWN, level=Level.WARD)}, "wrong_level", RuleVerdict.NOT_MET),
    ],
)
def test_a_length_is_asked_only_where_it_can_be_told(changes, code, verdict):
    result = movement_ran_years(nomination(**changes), FIVE)
    assert (result.sentence, result.verdict) == (code, verdict)


def test_how_long_it_ran_is_said_in_years_and_months():
    result = movement_ran_years(nomination(reviewed_on=date(2026, 1, 1)), FIVE)
    assert result.used["ran"].vi == "0 năm 6 tháng"
    before = movement_ran_years(nomination(reviewed_on=date(2025, 1, 1)), FIVE)
    assert before.used["ran"].vi == "0 năm 0 tháng"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reviewed_on": date(2030, 6, 2)}, "early_enough"),
        ({"reviewed_on": date(2030, 6, 1)}, "too_early"),
        ({"basis": MovementBasis.PARENT}, "not_counted"),
        ({"round": None}, "review_unknown"),
        ({"movement": None}, "no_movement"),
        (PLANNED, "as_planned"),
    ],
)
def test_the_earliest_review_is_told(changes, code):
    parameters = {"years": 5, "levels": (Level.PROVINCE,)}
    assert earliest_review_day(nomination(**changes), parameters).sentence == code


@pytest.mark.parametrize(
    ("level", "category", "code"),
    [
        (Level.PROVINCE, None, "right_level"),
        (Level.WARD, None, "wrong_level"),
        (Level.WARD, SubjectCategory.OFFICIAL, "wrong_level"),
        (Level.WARD, SubjectCategory.FARMER, "other_standard"),
        (Level.PRIME_MINISTER, None, "wrong_level"),
    ],
)
def test_who_launched_a_movement_decides(level, category, code):
    facts = nomination(movement=replace(OWN, level=level), category=category)
    parameters = {"levels": (Level.PROVINCE,), "other_standard": (SubjectCategory.FARMER,)}
    assert movement_launched_by(facts, parameters).sentence == code


@pytest.mark.parametrize("test", [movement_any, movement_kind])
def test_a_movement_must_be_known(test):
    assert test(nomination(), {}).verdict is RuleVerdict.MET
    assert test(nomination(movement=None), {}).verdict is RuleVerdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("category", "level", "code"),
    [
        (None, Level.WARD, "not_a_worker"),
        (SubjectCategory.OFFICIAL, Level.WARD, "not_a_worker"),
        (SubjectCategory.WORKER, Level.WARD, "influence_unknown"),
        (SubjectCategory.WORKER, Level.PROVINCE, "by_movement"),
    ],
)
def test_the_standard_of_workers_is_left_to_a_person(category, level, code):
    facts = nomination(category=category, movement=replace(OWN, level=level))
    parameters = {
        "categories": (SubjectCategory.WORKER, SubjectCategory.FARMER),
        "levels": (Level.PROVINCE,),
    }
    assert worker_achievements(facts, parameters).sentence == code


def test_no_individual_gets_a_higher_class_for_a_movement():
    result = no_movement_route(nomination(Award.LABOR_ORDER_FIRST), {})
    assert result.verdict is RuleVerdict.NOT_MET
    assert result.used == {"award": Award.LABOR_ORDER_FIRST}


@pytest.mark.parametrize(
    ("award", "subject", "code"),
    [
        (Award.LABOR_ORDER, SubjectKind.INDIVIDUAL, "third_class"),
        (Award.LABOR_ORDER_SECOND, SubjectKind.INDIVIDUAL, "not_for_individuals"),
        (Award.LABOR_ORDER_SECOND, SubjectKind.COLLECTIVE, "class_beyond_plan"),
    ],
)
def test_the_class_of_the_plan_is_remarked_upon(award, subject, code):
    assert order_class(nomination(award, subject, Occasion.FINAL), {}).sentence == code
    assert order_class(nomination(award, subject, plan=None), {}).sentence == "no_plan"


@pytest.mark.parametrize(
    ("rule", "award", "subject", "full_on"),
    [
        ("E06", Award.PRIME_MINISTER_CERTIFICATE, SubjectKind.COLLECTIVE, date(2028, 6, 2)),
        ("E06", Award.PRIME_MINISTER_CERTIFICATE, SubjectKind.ENTERPRISE, date(2028, 6, 2)),
        ("E12", Award.PRIME_MINISTER_CERTIFICATE, SubjectKind.COLLECTIVE, date(2028, 6, 2)),
        ("E07", Award.LABOR_ORDER, SubjectKind.INDIVIDUAL, date(2030, 6, 2)),
        ("E08", Award.LABOR_ORDER, SubjectKind.COLLECTIVE, date(2030, 6, 2)),
        ("E08", Award.LABOR_ORDER, SubjectKind.ENTERPRISE, date(2030, 6, 2)),
        ("E11", Award.LABOR_ORDER, SubjectKind.ENTERPRISE, date(2030, 6, 2)),
    ],
)
def test_the_law_book_has_the_years_of_a_movement(rule, award, subject, full_on):
    for day, verdict in (
        (full_on - timedelta(days=1), RuleVerdict.NOT_MET),
        (full_on, RuleVerdict.MET),
    ):
        assert answer(award, subject, reviewed_on=day).find(rule).verdict is verdict
