"""Tests of the merit route."""

from datetime import date

import pytest

from engine.rules.facts import Standing
from engine.rules.merit import (
    collective_merit,
    collective_titles,
    farmer_model,
    individual_merit,
    no_rule_here,
    worker_initiatives,
)
from forms.vocabulary import (
    Award,
    CommendationKind,
    EntryState,
    Honour,
    Route,
    RuleVerdict,
    SubjectCategory,
    SubjectKind,
)
from tests.engine.rules.nominations import answer, nomination, prior

PM, HC3 = Honour.PRIME_MINISTER_CERTIFICATE, Award.LABOR_ORDER
INDIVIDUAL = {
    "honours": (PM,),
    "counted_after_it": 1,
    "years_well": 5,
    "years_excellent": 1,
    "fighter_titles": 3,
    "own_standard": (SubjectCategory.WORKER,),
}
ENOUGH = Standing(years_well=5, years_excellent=1, fighter_titles=3)


@pytest.mark.parametrize(
    ("priors", "standing", "code"),
    [
        ((), ENOUGH, "no_prior"),
        ((prior(PM, kind=CommendationKind.MOVEMENT),), ENOUGH, "no_prior"),
        ((prior(PM, state=EntryState.ANNULLED),), ENOUGH, "no_prior"),
        ((prior(PM),), ENOUGH, "enough"),
        ((prior(PM, decided_on=date(2025, 12, 20)),), ENOUGH, "enough"),
        ((prior(PM, decided_on=date(2025, 12, 21)),), ENOUGH, "too_soon"),
        ((prior(PM, decided_on=None),), ENOUGH, "prior_undated"),
        ((prior(PM),), Standing(), "standing_unknown"),
        ((prior(PM),), Standing(years_well=4), "too_little"),
        ((prior(PM),), Standing(5, 1, 2), "too_little"),
        ((prior(PM),), Standing(5, 0, 3), "too_little"),
    ],
)
def test_merit_of_an_individual(priors, standing, code):
    facts = nomination(HC3, priors=priors, standing=standing, route=Route.MERIT)
    assert individual_merit(facts, INDIVIDUAL).sentence == code


def test_a_worker_has_a_standard_of_his_own():
    facts = nomination(HC3, category=SubjectCategory.WORKER)
    assert individual_merit(facts, INDIVIDUAL).verdict is RuleVerdict.NOT_APPLICABLE


def test_what_is_not_declared_is_named():
    facts = nomination(HC3, priors=(prior(PM),), standing=Standing(years_well=6))
    missing = individual_merit(facts, INDIVIDUAL).used["missing"]
    assert [one.en for one in missing] == [
        "years of tasks completed excellently",
        "titles of grassroots emulation fighter",
    ]


COLLECTIVE = {
    "honours": (PM,),
    "counted_after_it": 1,
    "years_in_existence": 10,
    "years_excellent": 5,
    "flags": 2,
    "merits": 2,
}
FLAG = prior(Honour.PROVINCIAL_FLAG, decided_on=date(2023, 1, 5))
MERIT = prior(decided_on=date(2024, 1, 5))


@pytest.mark.parametrize(
    ("later", "code"),
    [
        ((), "flags_missing"),
        ((FLAG,), "flags_missing"),
        ((MERIT,), "flags_missing"),
        ((FLAG, FLAG), "enough"),
        ((FLAG, MERIT), "enough"),
        ((MERIT, MERIT), "enough"),
        ((prior(Honour.GOVERNMENT_FLAG, decided_on=date(2023, 1, 5)),), "enough"),
        ((FLAG, prior(decided_on=date(2019, 1, 5))), "flags_missing"),
        (
            (FLAG, prior(decided_on=date(2024, 1, 5), kind=CommendationKind.MOVEMENT)),
            "flags_missing",
        ),
    ],
)
def test_merit_of_a_collective_wants_flags_after_the_lower_award(later, code):
    facts = nomination(
        HC3,
        SubjectKind.COLLECTIVE,
        priors=(prior(PM), *later),
        standing=Standing(years_excellent=5, years_in_existence=10),
    )
    assert collective_merit(facts, COLLECTIVE).sentence == code


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (Standing(years_excellent=5, years_in_existence=9), "too_little"),
        (Standing(years_excellent=4, years_in_existence=10), "too_little"),
        (Standing(years_excellent=5), "standing_unknown"),
    ],
)
def test_merit_of_a_collective_wants_years(standing, code):
    facts = nomination(HC3, priors=(prior(PM), FLAG, FLAG), standing=standing)
    assert collective_merit(facts, COLLECTIVE).sentence == code
    assert collective_merit(nomination(HC3), COLLECTIVE).sentence == "no_prior"


@pytest.mark.parametrize(
    ("category", "initiatives", "code"),
    [
        (None, 3, "other_category"),
        (SubjectCategory.WORKER, None, "not_said"),
        (SubjectCategory.WORKER, 1, "too_few"),
        (SubjectCategory.WORKER, 2, "enough"),
    ],
)
def test_a_worker_needs_initiatives(category, initiatives, code):
    facts = nomination(
        Award.LABOR_ORDER_SECOND,
        category=category,
        standing=Standing(initiatives=initiatives),
    )
    parameters = {"initiatives_needed": {Award.LABOR_ORDER_SECOND: 2}}
    assert worker_initiatives(facts, parameters).sentence == code


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (Standing(), "not_said"),
        (Standing(model_years=2), "too_short"),
        (Standing(model_years=3), "enough"),
        (Standing(model_years=2, initiatives=1), "by_initiatives"),
        (Standing(initiatives=1), "by_initiatives"),
    ],
)
def test_a_farmer_needs_a_stable_model_or_initiatives(standing, code):
    facts = nomination(HC3, category=SubjectCategory.FARMER, standing=standing)
    parameters = {"model_years_needed": {HC3: 3}, "initiatives_needed": {HC3: 1}}
    assert farmer_model(facts, parameters).sentence == code
    official = nomination(HC3, category=SubjectCategory.OFFICIAL, standing=standing)
    assert farmer_model(official, parameters).sentence == "other_category"


@pytest.mark.parametrize(
    ("award", "needed"),
    [
        (Award.PRIME_MINISTER_CERTIFICATE, 2),
        (Award.LABOR_ORDER, 3),
        (Award.LABOR_ORDER_SECOND, 4),
        (Award.LABOR_ORDER_FIRST, 5),
    ],
)
def test_the_law_book_has_the_years_of_a_model(award, needed):
    for years, verdict in ((needed - 1, RuleVerdict.NOT_MET), (needed, RuleVerdict.MET)):
        said = answer(
            award,
            route=Route.MERIT,
            category=SubjectCategory.FARMER,
            standing=Standing(model_years=years),
        )
        assert said.find("E18").verdict is verdict


def test_titles_of_a_collective_are_named():
    parameters = {"percent": 70, "honours": (Honour.EXCELLENT_COLLECTIVE,)}
    facts = nomination(priors=(prior(Honour.EXCELLENT_COLLECTIVE),))
    assert collective_titles(facts, parameters).sentence == "on_record"
    assert collective_titles(nomination(), parameters).sentence == "none"


def test_a_standard_that_is_not_in_the_system_is_not_invented():
    result = no_rule_here(nomination(), {})
    assert result.verdict is RuleVerdict.CANNOT_TELL


def verdict_of(rule, award, subject=SubjectKind.INDIVIDUAL, **changes):
    return answer(award, subject, route=Route.MERIT, **changes).find(rule).verdict


@pytest.mark.parametrize(
    ("rule", "award", "lower", "least"),
    [
        ("E14", Award.PRIME_MINISTER_CERTIFICATE, Honour.PROVINCIAL_MERIT, (5, None, 3)),
        ("E14", Award.PRIME_MINISTER_CERTIFICATE, Honour.MINISTRY_MERIT, (5, None, 3)),
        ("E15", Award.LABOR_ORDER, Honour.PRIME_MINISTER_CERTIFICATE, (5, 1, 3)),
    ],
)
def test_the_law_book_has_the_years_and_titles_of_individuals(rule, award, lower, least):
    """Arts. 73.1.b and 44.1.e: exactly these are enough, one less of any is not."""
    held = {"priors": (prior(lower),)}
    assert verdict_of(rule, award, standing=Standing(*least), **held) is RuleVerdict.MET
    for place, number in enumerate(least):
        if number is not None:
            fewer = (*least[:place], number - 1, *least[place + 1 :])
            said = verdict_of(rule, award, standing=Standing(*fewer), **held)
            assert said is RuleVerdict.NOT_MET


@pytest.mark.parametrize(
    ("rule", "award", "lower", "years_in_existence", "flags"),
    [
        ("E14b", Award.PRIME_MINISTER_CERTIFICATE, Honour.PROVINCIAL_MERIT, None, 1),
        ("E16", Award.LABOR_ORDER, Honour.PRIME_MINISTER_CERTIFICATE, 10, 2),
    ],
)
@pytest.mark.parametrize("subject", [SubjectKind.COLLECTIVE, SubjectKind.ENTERPRISE])
def test_the_law_book_has_the_years_and_flags_of_collectives(
    rule, award, lower, years_in_existence, flags, subject
):
    """Arts. 73.4.e and 44.4.đ."""

    def said(years, age, number):
        return verdict_of(
            rule,
            award,
            subject,
            priors=(prior(lower), *[FLAG] * number),
            standing=Standing(years_excellent=years, years_in_existence=age),
        )

    assert said(5, years_in_existence, flags) is RuleVerdict.MET
    assert said(4, years_in_existence, flags) is RuleVerdict.NOT_MET
    assert said(5, years_in_existence, flags - 1) is RuleVerdict.NOT_MET
    if years_in_existence:
        assert said(5, years_in_existence - 1, flags) is RuleVerdict.NOT_MET


@pytest.mark.parametrize(
    ("rule", "award", "needed"),
    [
        ("E17", Award.LABOR_ORDER, 1),
        ("E19", Award.LABOR_ORDER_SECOND, 2),
        ("E19", Award.LABOR_ORDER_FIRST, 3),
    ],
)
def test_the_law_book_has_the_initiatives_of_workers(rule, award, needed):
    worker = {"category": SubjectCategory.WORKER}
    enough, fewer = Standing(initiatives=needed), Standing(initiatives=needed - 1)
    assert verdict_of(rule, award, standing=enough, **worker) is RuleVerdict.MET
    assert verdict_of(rule, award, standing=fewer, **worker) is RuleVerdict.NOT_MET
