"""Tests on awards received before."""

from datetime import date

import pytest

from engine.rules.facts import OtherNomination
from engine.rules.priors import (
    counted_from_last_award,
    counts,
    lower_award_not_needed,
    nominated_once,
    percent_alike,
    priors_that_do_not_count,
    same_achievement,
    state_awards_a_year,
    thematic_is_no_step,
)
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CommendationKind,
    EntryState,
    Honour,
    RuleVerdict,
)
from tests.engine.rules.nominations import INSIDE, nomination, prior

BASIS = {"basis": {Award.PRIME_MINISTER_CERTIFICATE: (Honour.PROVINCIAL_MERIT,)}}
PM = Award.PRIME_MINISTER_CERTIFICATE


def other(*, same_unit, same_round, award=Award.PROVINCIAL_MERIT):
    return OtherNomination(
        "2030-0007",
        award,
        "Sở Giáo dục và Đào tạo",
        "Đợt",
        same_unit=same_unit,
        same_round=same_round,
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"state": EntryState.CORRECTED}, True),
        ({"state": EntryState.REPLACED}, False),
        ({"state": EntryState.ANNULLED}, False),
        ({"level": AuthorityLevel.PARTY}, False),
        ({"level": AuthorityLevel.FRONT}, False),
        ({"level": AuthorityLevel.FORMER_DISTRICT}, True),
    ],
)
def test_only_state_awards_that_stand_count(changes, expected):
    assert counts(prior(**changes)) is expected


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ([], "none"),
        ([CommendationKind.MOVEMENT], "thematic_only"),
        ([CommendationKind.SUDDEN], "thematic_only"),
        ([CommendationKind.THEMATIC_MOVEMENT], "thematic_only"),
        ([CommendationKind.UNKNOWN, CommendationKind.MOVEMENT], "kind_unknown"),
        ([CommendationKind.MOVEMENT, CommendationKind.MERIT], "merit_found"),
        ([CommendationKind.DEDICATION], "none"),
    ],
)
def test_a_thematic_award_is_no_step(kinds, code):
    facts = nomination(PM, priors=tuple(prior(kind=kind) for kind in kinds))
    assert thematic_is_no_step(facts, BASIS).sentence == code


def test_another_award_is_no_step_either():
    facts = nomination(PM, priors=(prior(Honour.GRASSROOTS_FIGHTER),))
    assert thematic_is_no_step(facts, BASIS).sentence == "none"


def test_no_lower_award_is_needed():
    assert lower_award_not_needed(nomination(), {}).verdict is RuleVerdict.MET


@pytest.mark.parametrize(
    ("one", "another", "expected"),
    [
        ("một hai ba bốn năm", "MỘT, hai; ba – bốn. năm sáu bảy", 100),
        ("một hai ba bốn năm", "một hai ba x y z", 60),
        ("một hai ba bốn", "một hai ba bốn năm", 0),
        ("", "một hai ba bốn năm", 0),
    ],
)
def test_likeness_is_of_the_shorter_text(one, another, expected):
    assert percent_alike(one, another) == percent_alike(another, one) == expected


TWICE = {
    "achieved_from": date(2027, 1, 1),
    "achieved_to": date(2027, 12, 31),
    "content": INSIDE["content"],
}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (TWICE, "similar"),
        ({**TWICE, "achieved_to": None}, "similar_undated"),
        ({**TWICE, "achieved_from": date(2028, 1, 1), "achieved_to": None}, "no_priors"),
        ({**TWICE, "content": "một nội dung khác hẳn về trồng rừng"}, "different"),
        ({**TWICE, "content": ""}, "prior_unknown"),
        ({**TWICE, "state": EntryState.ANNULLED}, "no_priors"),
        ({**TWICE, "level": AuthorityLevel.PARTY}, "no_priors"),
        (
            {**TWICE, "achieved_from": date(2019, 1, 1), "achieved_to": date(2025, 8, 31)},
            "no_priors",
        ),
    ],
)
def test_one_achievement_gets_one_award(changes, code):
    assert same_achievement(nomination(priors=(prior(**changes),)), {}).sentence == code


def test_the_most_similar_award_is_named_and_the_office_sets_from_when_on():
    half = prior(**{**TWICE, "content": "Số hóa toàn bộ hồ sơ a b c d e g h i k l m n"})
    facts = nomination(priors=(half,), settings={"similar_content_percent": "33"})
    found = same_achievement(facts, {})
    assert (found.sentence, found.used["percent"]) == ("similar", 33)
    default = nomination(priors=(half,))
    assert same_achievement(default, {}).sentence == "different"
    whole = prior(**TWICE, number="99/QĐ-UBND")
    both = same_achievement(nomination(priors=(half, whole)), {})
    assert "99/QĐ-UBND" in both.used["prior"].vi


def test_without_a_text_nothing_is_compared():
    facts = nomination(priors=(prior(**TWICE),), content="Nội dung")
    result = same_achievement(facts, {})
    assert (result.verdict, result.sentence) == (RuleVerdict.CANNOT_TELL, "content_unknown")


@pytest.mark.parametrize(
    ("changes", "achieved_from", "code"),
    [
        ({"honour": Honour.UNIT_CERTIFICATE}, None, "period_unknown"),
        ({"honour": Honour.UNIT_CERTIFICATE}, date(2019, 12, 30), "counted_before"),
        ({"honour": Honour.UNIT_CERTIFICATE}, date(2019, 12, 31), "counted_after"),
        (
            {"honour": Honour.UNIT_CERTIFICATE, "achieved_to": None},
            date(2020, 2, 2),
            "counted_before",
        ),
        (
            {"honour": Honour.UNIT_CERTIFICATE, "achieved_to": None, "decided_on": None},
            date(2020, 2, 2),
            "prior_undated",
        ),
        ({"honour": Honour.PROVINCIAL_MERIT}, date(2018, 1, 1), "first_time"),
    ],
)
def test_the_next_award_counts_from_the_last_one(changes, achieved_from, code):
    facts = nomination(priors=(prior(**changes),), achieved_from=achieved_from)
    assert counted_from_last_award(facts, {}).sentence == code


STATE = {"honours": (Honour.PRIME_MINISTER_CERTIFICATE,), "at_most": 1}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "none"),
        (
            {
                "priors": (
                    prior(Honour.PRIME_MINISTER_CERTIFICATE, decided_on=date(2030, 1, 5)),
                )
            },
            "already",
        ),
        (
            {
                "priors": (
                    prior(Honour.PRIME_MINISTER_CERTIFICATE, decided_on=date(2029, 12, 31)),
                )
            },
            "none",
        ),
        ({"others": (other(same_unit=True, same_round=False, award=PM),)}, "nominated"),
        ({"others": (other(same_unit=True, same_round=False),)}, "none"),
    ],
)
def test_a_second_state_award_in_a_year_is_remarked_upon(changes, code):
    assert state_awards_a_year(nomination(**changes), STATE).sentence == code


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ((), "alone"),
        ((other(same_unit=True, same_round=False),), "alone"),
        ((other(same_unit=True, same_round=True),), "twice_in_round"),
        ((other(same_unit=False, same_round=False),), "two_bodies"),
        (
            (other(same_unit=True, same_round=True), other(same_unit=False, same_round=True)),
            "two_bodies",
        ),
    ],
)
def test_one_body_nominates_once(others, code):
    assert nominated_once(nomination(others=others), {}).sentence == code


@pytest.mark.parametrize(
    ("priors", "code"),
    [
        ((), "none"),
        ((prior(),), "none"),
        ((prior(level=AuthorityLevel.FRONT),), "shown"),
        ((prior(state=EntryState.ANNULLED), prior(level=AuthorityLevel.PARTY)), "annulled"),
    ],
)
def test_what_does_not_count_is_shown(priors, code):
    assert priors_that_do_not_count(nomination(priors=priors), {}).sentence == code
