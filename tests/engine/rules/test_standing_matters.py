"""Tests on what stands against a subject."""

from datetime import date

import pytest

from engine.rules.facts import Matter
from engine.rules.standing_matters import (
    body_exists,
    counted_after_sanction,
    nothing_pending,
)
from forms.vocabulary import HoldReason, RuleVerdict
from tests.engine.rules.nominations import nomination

TODAY = date(2030, 12, 20)
"""On which the sample nominations are asked about."""


def matter(began, ended=None, *, sanctioned=False):
    return Matter(HoldReason.DISCIPLINE, began, ended, sanctioned=sanctioned)


@pytest.mark.parametrize(
    ("matters", "code", "verdict"),
    [
        ((), "nothing", RuleVerdict.MET),
        ((matter(date(2030, 12, 21)),), "nothing", RuleVerdict.MET),
        ((matter(TODAY),), "pending", RuleVerdict.HELD),
        ((matter(date(2030, 1, 1), date(2030, 12, 21)),), "pending", RuleVerdict.HELD),
        ((matter(date(2030, 1, 1), TODAY),), "settled", RuleVerdict.MET),
        (
            (matter(date(2029, 1, 1), date(2029, 2, 1)), matter(date(2030, 5, 1))),
            "pending",
            RuleVerdict.HELD,
        ),
    ],
)
def test_a_pending_matter_holds_until_its_day(matters, code, verdict):
    result = nothing_pending(nomination(matters=matters), {})
    assert (result.sentence, result.verdict) == (code, verdict)


def test_what_is_pending_is_told_by_nothing_but_its_first_day():
    two = (matter(date(2030, 5, 1)), matter(date(2030, 3, 1)))
    assert nothing_pending(nomination(matters=two), {}).used == {"since": date(2030, 3, 1)}


@pytest.mark.parametrize(
    ("achieved_from", "code"),
    [
        (date(2027, 1, 31), "counted_before"),
        (date(2027, 2, 1), "counted_after"),
        (None, "period_unknown"),
    ],
)
def test_an_achievement_counts_from_when_the_sanction_was_served(achieved_from, code):
    served = matter(date(2026, 1, 1), date(2027, 2, 1), sanctioned=True)
    facts = nomination(matters=(served,), achieved_from=achieved_from)
    assert counted_after_sanction(facts, {}).sentence == code


def test_a_matter_without_sanction_moves_no_period():
    groundless = matter(date(2026, 1, 1), date(2027, 2, 1))
    facts = nomination(matters=(groundless,))
    assert counted_after_sanction(facts, {}).sentence == "no_sanction"


@pytest.mark.parametrize(
    ("dissolved_on", "code"),
    [(None, "exists"), (date(2030, 12, 21), "exists"), (TODAY, "dissolved")],
)
def test_a_dissolved_body_is_not_awarded(dissolved_on, code):
    assert body_exists(nomination(dissolved_on=dissolved_on), {}).sentence == code
