"""What each award, subject, occasion and basis should be answered, written down by hand.

Read from the Law's articles and the plan, not from the law book: the rules are compared
with this table. The mid-term review is of 30 March 2028, when the movement of the province
has run less than three years; the final one of 30 December 2030, when it has run five.
"""

from datetime import date
from itertools import product

import pytest

from forms.vocabulary import (
    Award,
    Conclusion,
    MovementBasis,
    Occasion,
    Route,
    RuleVerdict,
    SubjectKind,
)
from tests.engine.rules.nominations import answer

COMPARED = {
    *("M06", "M07", "M08", "E01", "E02", "E03", "E05", "E06", "E07", "E08", "E09", "E09b"),
    *("E10", "E10b", "E11", "E12", "E13", "E20"),
}
"""The rules that tell these nominations apart; all others must neither block nor hold."""

GK, BKT, BKTT = "unit_certificate", "provincial_merit", "prime_minister_certificate"
HC3, HC2, HC1 = "labor_order", "labor_order_second", "labor_order_first"
CN, TT, DN, HGD = "individual", "collective", "enterprise", "household"

TABLE = (
    # awards, subjects, occasion, basis, codes that are met, that block, that warn
    # Certificates of merit: the Law says who issues them, the plan that they are there.
    ("GK", "CN TT DN", "annual", "own parent", "M06.listed E20.listed", "", ""),
    ("GK", "CN TT DN", "midterm", "own parent", "M06.listed E20.listed", "", ""),
    ("GK", "CN TT DN", "final", "own parent", "M07.listed E20.listed", "", ""),
    ("GK", "HGD", "annual midterm", "own parent", "M06.listed", "E20.not_listed", ""),
    ("GK", "HGD", "final", "own parent", "M07.listed", "E20.not_listed", ""),
    # Provincial merit: an individual needs a movement of a ministry or province (74.1.a).
    (
        *("BKT", "CN", "annual midterm", "own"),
        *("M06.listed E20.listed E01.right_level", "", ""),
    ),
    ("BKT", "CN", "final", "own", "M07.listed E20.listed E01.right_level", "", ""),
    ("BKT", "CN", "annual midterm", "parent", "M06.listed E20.listed", "E01.wrong_level", ""),
    ("BKT", "CN", "final", "parent", "M07.listed E20.listed", "E01.wrong_level", ""),
    (
        *("BKT", "TT", "annual midterm", "own parent"),
        *("M06.listed E20.listed E02.under_movement", "", ""),
    ),
    (
        *("BKT", "TT", "final", "own parent"),
        *("M07.listed E20.listed E02.under_movement", "", ""),
    ),
    (
        *("BKT", "DN", "annual midterm", "own parent"),
        *("M06.listed E20.listed E03.under_movement", "", ""),
    ),
    (
        *("BKT", "DN", "final", "own parent"),
        *("M07.listed E20.listed E03.under_movement", "", ""),
    ),
    ("BKT", "HGD", "annual midterm", "own parent", "M06.listed", "E20.not_listed", ""),
    ("BKT", "HGD", "final", "own parent", "M07.listed", "E20.not_listed", ""),
    # Prime Minister's certificate: not in the plan before the final review.
    (
        *("BKTT", "CN", "annual", "own parent"),
        *("E20.listed E05.under_movement", "M06.not_listed", ""),
    ),
    ("BKTT", "TT DN", "annual", "own parent", "E20.listed", "M06.not_listed", ""),
    ("BKTT", "HGD", "annual", "own parent", "", "M06.not_listed E20.not_listed", ""),
    (
        *("BKTT", "CN", "midterm", "own parent"),
        *("E20.listed E05.under_movement", "E13.not_listed", ""),
    ),
    (
        *("BKTT", "TT DN", "midterm", "own"),
        *("E20.listed", "E13.not_listed E06.too_short", "E12.too_early"),
    ),
    ("BKTT", "TT DN", "midterm", "parent", "E20.listed E06.any_length", "E13.not_listed", ""),
    ("BKTT", "HGD", "midterm", "own parent", "", "E13.not_listed E20.not_listed", ""),
    (
        *("BKTT", "CN", "final", "own parent"),
        *("M07.listed E20.listed E05.under_movement", "", ""),
    ),
    (
        *("BKTT", "TT DN", "final", "own"),
        *("M07.listed E20.listed E06.long_enough E12.early_enough", "", ""),
    ),
    (
        *("BKTT", "TT DN", "final", "parent"),
        *("M07.listed E20.listed E06.any_length", "", ""),
    ),
    ("BKTT", "HGD", "final", "own parent", "M07.listed", "E20.not_listed", ""),
    # Labor Order, third class: a movement of five years; for an individual the province's.
    ("HC3", "CN TT DN", "annual", "own parent", "E20.listed", "M06.not_listed", ""),
    ("HC3", "HGD", "annual midterm", "own parent", "", "M06.not_listed E20.not_listed", ""),
    (
        *("HC3", "CN", "midterm", "own"),
        *("E20.listed", "M06.not_listed E07.too_short", "E11.too_early"),
    ),
    ("HC3", "CN", "midterm", "parent", "E20.listed", "M06.not_listed E07.wrong_level", ""),
    (
        *("HC3", "TT DN", "midterm", "own"),
        *("E20.listed", "M06.not_listed E08.too_short", "E11.too_early"),
    ),
    ("HC3", "TT DN", "midterm", "parent", "E20.listed E08.any_length", "M06.not_listed", ""),
    (
        *("HC3", "CN", "final", "own"),
        "M07.listed M08.third_class E20.listed E07.long_enough E11.early_enough",
        *("", ""),
    ),
    (
        *("HC3", "CN", "final", "parent"),
        *("M07.listed M08.third_class E20.listed", "E07.wrong_level", ""),
    ),
    (
        *("HC3", "TT DN", "final", "own"),
        "M07.listed M08.third_class E20.listed E08.long_enough E11.early_enough",
        *("", ""),
    ),
    (
        *("HC3", "TT DN", "final", "parent"),
        *("M07.listed M08.third_class E20.listed E08.any_length", "", ""),
    ),
    ("HC3", "HGD", "final", "own parent", "M07.listed", "E20.not_listed", ""),
    # Second and first class: no individual; collectives in a movement from the top alone.
    (
        *("HC2", "CN", "annual midterm", "own parent"),
        *("E20.listed", "M06.not_listed E10.no_route", ""),
    ),
    (
        *("HC2", "TT DN", "annual midterm", "own"),
        *("E20.listed", "M06.not_listed E09.wrong_level", ""),
    ),
    (
        *("HC2", "TT DN", "annual midterm", "parent"),
        *("E20.listed E09.right_level", "M06.not_listed", ""),
    ),
    ("HC2", "HGD", "annual midterm", "own parent", "", "M06.not_listed E20.not_listed", ""),
    (
        *("HC2", "CN", "final", "own parent"),
        *("M07.listed E20.listed", "E10.no_route", ""),
    ),
    (
        *("HC2", "TT DN", "final", "own"),
        *("M07.listed E20.listed", "E09.wrong_level", "M08.class_beyond_plan"),
    ),
    (
        *("HC2", "TT DN", "final", "parent"),
        *("M07.listed E20.listed E09.right_level", "", "M08.class_beyond_plan"),
    ),
    ("HC2", "HGD", "final", "own parent", "M07.listed", "E20.not_listed", ""),
    (
        *("HC1", "CN", "annual midterm", "own parent"),
        *("E20.listed", "M06.not_listed E10b.no_route", ""),
    ),
    (
        *("HC1", "TT DN", "annual midterm", "own"),
        *("E20.listed", "M06.not_listed E09b.wrong_level", ""),
    ),
    (
        *("HC1", "TT DN", "annual midterm", "parent"),
        *("E20.listed E09b.right_level", "M06.not_listed", ""),
    ),
    ("HC1", "HGD", "annual midterm", "own parent", "", "M06.not_listed E20.not_listed", ""),
    (
        *("HC1", "CN", "final", "own parent"),
        *("M07.listed E20.listed", "E10b.no_route", ""),
    ),
    (
        *("HC1", "TT DN", "final", "own"),
        *("M07.listed E20.listed", "E09b.wrong_level", "M08.class_beyond_plan"),
    ),
    (
        *("HC1", "TT DN", "final", "parent"),
        *("M07.listed E20.listed E09b.right_level", "", "M08.class_beyond_plan"),
    ),
    ("HC1", "HGD", "final", "own parent", "M07.listed", "E20.not_listed", ""),
)


def cells():
    for awards, subjects, occasions, bases, met, blocks, warns in TABLE:
        for award, subject, occasion, basis in product(
            awards.split(), subjects.split(), occasions.split(), bases.split()
        ):
            key = (globals()[award], globals()[subject], occasion, basis)
            yield key, (set(met.split()), set(blocks.split()), set(warns.split()))


def test_the_table_has_every_award_subject_occasion_and_basis_once():
    keys = [key for key, _ in cells()]
    everything = set(product(Award, SubjectKind, Occasion, MovementBasis))
    assert len(keys) == len(everything) == 144
    assert set(keys) == everything


@pytest.mark.parametrize(
    ("key", "expected"), [pytest.param(*cell, id="-".join(cell[0])) for cell in cells()]
)
def test_the_answer_is_the_one_of_the_table(key, expected):
    award, subject, occasion, basis = key
    said = answer(
        Award(award),
        SubjectKind(subject),
        Occasion(occasion),
        basis=MovementBasis(basis),
    )
    compared = [one for one in said.findings if one.rule in COMPARED]
    met = {one.code for one in compared if one.verdict is RuleVerdict.MET}
    assert met == expected[0]
    assert {one.code for one in said.blocking} == expected[1]
    assert {one.code for one in said.findings if one.warns} == expected[2]
    assert not said.holding
    assert said.conclusion is (Conclusion.NOT_ELIGIBLE if expected[1] else Conclusion.ELIGIBLE)


@pytest.mark.parametrize("year", range(2025, 2031))
@pytest.mark.parametrize("award", [Award.UNIT_CERTIFICATE, Award.PROVINCIAL_MERIT])
@pytest.mark.parametrize(
    "subject", [SubjectKind.INDIVIDUAL, SubjectKind.COLLECTIVE, SubjectKind.ENTERPRISE]
)
def test_an_ordinary_annual_nomination_is_open_in_each_year(year, award, subject):
    said = answer(award, subject, Occasion.ANNUAL, reviewed_on=date(year, 12, 20))
    assert said.conclusion is Conclusion.ELIGIBLE


@pytest.mark.parametrize("award", list(Award)[:4])
@pytest.mark.parametrize("subject", list(SubjectKind)[:3])
def test_an_ordinary_final_nomination_is_open_though_nobody_said_more(award, subject):
    """Nothing but what a nomination always has: no place, no period, no text yet."""
    said = answer(
        award,
        subject,
        is_outside_ward=None,
        achieved_from=None,
        achieved_to=None,
        content="",
    )
    assert not said.blocking
    assert not said.holding
    assert said.conclusion is Conclusion.ELIGIBLE


@pytest.mark.parametrize(
    ("award", "subject", "codes"),
    [
        (GK, CN, {"R02.no_rule"}),
        (BKT, TT, {"R02.no_rule"}),
        (BKTT, CN, {"E14.no_prior"}),
        (BKTT, TT, {"E14b.no_prior"}),
        (BKTT, DN, {"E14b.no_prior"}),
        (HC3, CN, {"E15.no_prior"}),
        (HC3, TT, {"E16.no_prior"}),
        (HC3, DN, {"E16.no_prior"}),
        (HC2, CN, {"R02.no_rule"}),
        (HC1, TT, {"R02.no_rule"}),
    ],
)
def test_by_merit_nothing_is_open_to_somebody_without_awards(award, subject, codes):
    said = answer(Award(award), SubjectKind(subject), route=Route.MERIT)
    assert said.conclusion in (Conclusion.NOT_ELIGIBLE, Conclusion.UNDETERMINED)
    stops = {
        one.code
        for one in said.findings
        if one.rule in {"R02", "E14", "E14b", "E15", "E16", "E17", "E18", "E19"}
        and one.verdict in (RuleVerdict.NOT_MET, RuleVerdict.CANNOT_TELL)
    }
    assert stops == codes
