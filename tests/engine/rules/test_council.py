"""Tests on the votes of a council: integers of all members."""

from fractions import Fraction

import pytest

from engine.rules.council import (
    enough_present,
    least_agreeing,
    least_over,
    least_present,
    majority_agreed,
    members_named,
    nominee_on_council,
    ordinary_procedure,
    share_agreed,
    written_opinions_counted,
)
from engine.rules.facts import Votes
from forms.vocabulary import Award, CheckStage, Level, RuleVerdict
from tests.engine.rules.nominations import answer, nomination

EIGHTY = {"share": 800, "levels": (Level.PROVINCE,)}
WARD = {"levels": (Level.WARD,)}


def votes(agree, total=9, *, present=None, written=0, level=Level.WARD):
    return Votes(level, total, total if present is None else present, written, agree)


@pytest.mark.parametrize(
    ("total", "least"), [(9, 8), (10, 8), (11, 9), (13, 11), (15, 12), (1, 1)]
)
def test_eighty_per_cent_of_all_members(total, least):
    assert least_agreeing(total, 800) == least
    assert 100 * least >= 80 * total > 100 * (least - 1)


@pytest.mark.parametrize(("total", "least"), [(9, 5), (10, 6), (11, 6), (1, 1)])
def test_more_than_half_of_all_members(total, least):
    assert least_over(total, 50) == least
    assert 100 * least > 50 * total >= 100 * (least - 1)


@pytest.mark.parametrize(("total", "least"), [(9, 6), (10, 7), (11, 8), (1, 1)])
def test_two_thirds_of_all_members(total, least):
    assert least_present(total, Fraction(2, 3)) == least


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, "no_votes"),
        (votes(9), "other_council"),
        (votes(7, level=Level.PROVINCE), "too_few"),
        (votes(8, level=Level.PROVINCE), "enough"),
    ],
)
def test_the_share_is_asked_of_its_council(given, code):
    assert share_agreed(nomination(votes=given), EIGHTY).sentence == code


def test_what_was_agreed_is_told_in_tenths():
    result = share_agreed(nomination(votes=votes(7, level=Level.PROVINCE)), EIGHTY)
    assert result.used["percent_agreed"] == 777


@pytest.mark.parametrize(
    ("agree", "total", "setting", "code"),
    [
        (5, 9, None, "enough"),
        (4, 9, None, "too_few"),
        (5, 10, None, "too_few"),
        (6, 9, "66", "enough"),
        (6, 9, "67", "too_few"),
        (2, 3, "66", "enough"),
    ],
)
def test_the_office_sets_the_majority(agree, total, setting, code):
    settings = {"council_pass_percent": setting} if setting else {}
    facts = nomination(votes=votes(agree, total), settings=settings)
    assert majority_agreed(facts, WARD).sentence == code


def test_a_majority_is_asked_of_the_ward_alone():
    facts = nomination(votes=votes(1, level=Level.PROVINCE))
    assert majority_agreed(facts, WARD).sentence == "other_council"
    assert majority_agreed(nomination(), WARD).sentence == "no_votes"


@pytest.mark.parametrize(
    ("present", "quorum", "code"),
    [(6, None, "enough"), (5, None, "too_few"), (5, "1 / 2", "enough"), (4, "1/2", "too_few")],
)
def test_the_office_sets_who_must_be_there(present, quorum, code):
    settings = {"council_quorum": quorum} if quorum else {}
    facts = nomination(votes=votes(present, present=present), settings=settings)
    assert enough_present(facts, {}).sentence == code
    assert enough_present(nomination(), {}).sentence == "no_votes"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, "no_votes"),
        (votes(9, present=8, written=1), "counted"),
        (votes(9, present=8), "impossible"),
        (votes(8, present=9, written=1), "impossible"),
    ],
)
def test_written_opinions_are_counted(given, code):
    assert written_opinions_counted(nomination(votes=given), {}).sentence == code


def test_a_nominee_on_the_council_is_found_however_typed():
    members = ("Bùi Văn Ghi", "Ngô Thị Bàn")
    assert members_named("NGÔ  thị bàn", members) == ("Ngô Thị Bàn",)
    facts = nomination(subject_name="Bùi Văn Ghi", council_members=members)
    found = nominee_on_council(facts, {})
    assert (found.sentence, found.used["total"]) == ("is_a_member", 2)
    assert nominee_on_council(nomination(), {}).sentence == "members_unknown"


def test_the_simplified_procedure_is_none_of_a_movement():
    assert ordinary_procedure(nomination(), {}).verdict is RuleVerdict.NOT_APPLICABLE


def test_a_vote_against_is_overridden_with_a_reason_for_the_council_only_advises():
    said = answer(stage=CheckStage.DECIDED, votes=votes(3))
    (finding,) = said.blocking
    assert finding.code == "C05.too_few"
    assert finding.may_override
    assert finding.source.is_office
    unasked = answer(votes=votes(3))
    assert not unasked.blocking


@pytest.mark.parametrize(("agree", "code"), [(79, "too_few"), (80, "enough")])
@pytest.mark.parametrize(("rule", "level"), [("C01", Level.PROVINCE), ("C01b", Level.WARD)])
def test_the_law_book_has_eighty_per_cent(agree, code, rule, level):
    given = votes(agree, 100, level=level)
    said = answer(Award.LABOR_ORDER, stage=CheckStage.ADVISED, votes=given)
    assert said.find(rule).sentence == code
    assert bool(said.blocking) is (rule == "C01" and code == "too_few")
