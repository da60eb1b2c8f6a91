"""The arithmetic of votes, against an oracle that is written out."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.council.arithmetic import Tally, weigh
from engine.council.voting_rules import VoteRule
from engine.datafiles import Translated
from forms.vocabulary import Confidence, VoteResult

PASSED, FAILED, TIED = VoteResult.PASSED, VoteResult.FAILED, VoteResult.TIED


def rule(tenths=None, over=None, *, written=True):
    return VoteRule(
        rule="C01",
        source=Translated("Nghị định", "Decree"),
        confidence=Confidence.MEDIUM,
        at_least_tenths=tenths,
        over_percent=over,
        is_secret=tenths is not None,
        counts_written=written,
    )


def by_hand(share, *, strictly, total, agree, disagree):
    """Say what a person with a sheet of paper would: in fractions, no formula shared."""
    reached = Fraction(agree, total)
    enough = reached > share if strictly else reached >= share
    if enough and agree > 0:
        return PASSED
    return TIED if agree == disagree and agree > 0 else FAILED


THRESHOLDS = [
    *((rule(tenths=tenths), Fraction(tenths, 1000), False) for tenths in range(10, 1001, 10)),
    *((rule(tenths=tenths), Fraction(tenths, 1000), False) for tenths in (652, 667, 333)),
    *((rule(over=percent), Fraction(percent, 100), True) for percent in range(1, 100)),
]


@pytest.mark.parametrize("total", range(5, 16))
def test_every_threshold_and_every_count_is_as_by_hand(total):
    counts = [(a, d) for a, d in product(range(total + 1), repeat=2) if a + d <= total]
    for each, share, strictly in THRESHOLDS:
        for agree, disagree in counts:
            expected = by_hand(
                share, strictly=strictly, total=total, agree=agree, disagree=disagree
            )
            assert weigh(each, total, Tally(agree=agree, disagree=disagree)) is expected


@given(
    total=st.integers(5, 15),
    which=st.sampled_from(THRESHOLDS),
    counts_written=st.booleans(),
    data=st.data(),
)
def test_written_blank_and_spoiled_votes_are_as_by_hand(total, which, counts_written, data):
    each, share, strictly = which
    each = rule(each.at_least_tenths, each.over_percent, written=counts_written)
    cuts = sorted(data.draw(st.lists(st.integers(0, total), min_size=7, max_size=7)))
    agree, disagree, abstain, invalid, more, fewer, silent = (
        late - early for early, late in zip([0, *cuts], cuts, strict=False)
    )
    tally = Tally(agree, disagree, abstain, invalid, more, fewer, silent)
    if counts_written:
        agree, disagree = agree + more, disagree + fewer
    expected = by_hand(share, strictly=strictly, total=total, agree=agree, disagree=disagree)
    assert weigh(each, total, tally) is expected


@pytest.mark.parametrize(
    ("tenths", "total", "least"),
    [
        *((800, 9, 8), (800, 10, 8), (800, 11, 9), (800, 13, 11), (800, 15, 12)),
        *((900, 9, 9), (900, 10, 9), (900, 11, 10), (900, 13, 12), (900, 15, 14)),
        *((1000, 9, 9), (800, 0, 1)),
    ],
)
def test_the_table_of_thresholds(tenths, total, least):
    assert rule(tenths=tenths).least(total) == least


@pytest.mark.parametrize(
    ("over", "total", "least"), [(50, 9, 5), (50, 10, 6), (50, 11, 6), (66, 9, 6), (99, 9, 9)]
)
def test_more_than_a_share_is_one_vote_more(over, total, least):
    assert rule(over=over).least(total) == least


@pytest.mark.parametrize(
    ("tally", "written", "result"),
    [
        (Tally(agree=8), True, FAILED),  # three did not come
        (Tally(agree=8, written_agree=1), True, PASSED),
        (Tally(agree=8, written_agree=1), False, FAILED),
        (Tally(agree=8, abstain=2, invalid=1), True, FAILED),
        (Tally(agree=5, disagree=5), True, TIED),
        (Tally(agree=4, disagree=5, written_agree=1), True, TIED),
        (Tally(agree=5, disagree=5, written_disagree=1), True, FAILED),
        (Tally(agree=5, disagree=5, written_disagree=1), False, TIED),
        (Tally(abstain=11), True, FAILED),
        (Tally(), True, FAILED),
    ],
)
def test_nine_of_eleven_must_agree(tally, written, result):
    assert weigh(rule(tenths=800, written=written), 11, tally) is result


def test_as_many_for_as_against_has_passed_where_that_is_enough():
    assert weigh(rule(over=40), 10, Tally(agree=5, disagree=5)) is PASSED


@pytest.mark.parametrize("tally", [Tally(agree=6, written_agree=6), Tally(agree=-1)])
def test_counts_that_cannot_be_are_an_error(tally):
    with pytest.raises(ValueError, match="of 11 members"):
        weigh(rule(tenths=800), 11, tally)
