"""Bonuses: exact in đồng, with the sources of every value, and nothing invented."""

import json
from datetime import date
from fractions import Fraction

import pytest

from engine.bonus import Bonus, MissingRule, bonus_for, in_dong, rounded
from engine.office_settings import SETTINGS
from forms.vocabulary import (
    Award,
    BonusOrder,
    BonusRounding,
    Confidence,
    Level,
    SubjectKind,
    UnitKind,
)
from tests.engine.rules.test_bonus_table import packaged, read

TABLE, _ = read(packaged())
DEFAULTS = {name: setting.default for name, setting in SETTINGS.items()}

OLD = date(2026, 6, 30)
NEW = date(2026, 7, 1)

LEVELS = {
    Award.UNIT_CERTIFICATE: Level.WARD,
    Award.PROVINCIAL_MERIT: Level.PROVINCE,
    Award.PRIME_MINISTER_CERTIFICATE: Level.PRIME_MINISTER,
    Award.LABOR_ORDER: Level.PRESIDENT,
    Award.LABOR_ORDER_SECOND: Level.PRESIDENT,
    Award.LABOR_ORDER_FIRST: Level.PRESIDENT,
}


def bonus(award, kind=SubjectKind.INDIVIDUAL, day=NEW, level=None, unit_kind=None, **settings):
    return bonus_for(
        TABLE,
        award=award,
        subject_kind=kind,
        day=day,
        settings={**DEFAULTS, **settings},
        level=level or LEVELS[award],
        unit_kind=unit_kind,
    )


@pytest.mark.parametrize(
    ("award", "kind", "day", "amount"),
    [
        (Award.LABOR_ORDER_FIRST, "individual", OLD, 21_060_000),
        (Award.LABOR_ORDER_FIRST, "individual", NEW, 22_770_000),
        (Award.LABOR_ORDER_FIRST, "collective", NEW, 45_540_000),
        (Award.LABOR_ORDER_SECOND, "individual", OLD, 17_550_000),
        (Award.LABOR_ORDER_SECOND, "individual", NEW, 18_980_000),
        (Award.LABOR_ORDER_SECOND, "collective", NEW, 37_950_000),
        (Award.LABOR_ORDER, "individual", OLD, 10_530_000),
        (Award.LABOR_ORDER, "individual", NEW, 11_390_000),
        (Award.LABOR_ORDER, "collective", NEW, 22_770_000),
        (Award.PRIME_MINISTER_CERTIFICATE, "individual", OLD, 8_190_000),
        (Award.PRIME_MINISTER_CERTIFICATE, "individual", NEW, 8_860_000),
        (Award.PRIME_MINISTER_CERTIFICATE, "collective", NEW, 17_710_000),
        (Award.PROVINCIAL_MERIT, "individual", OLD, 3_510_000),
        (Award.PROVINCIAL_MERIT, "individual", NEW, 3_800_000),
        (Award.PROVINCIAL_MERIT, "collective", NEW, 7_590_000),
        (Award.PROVINCIAL_MERIT, "enterprise", NEW, 7_590_000),
        (Award.UNIT_CERTIFICATE, "individual", OLD, 360_000),
        (Award.UNIT_CERTIFICATE, "individual", NEW, 380_000),
        (Award.UNIT_CERTIFICATE, "collective", NEW, 760_000),
        (Award.UNIT_CERTIFICATE, "household", NEW, 570_000),
    ],
)
def test_a_bonus_is_as_the_reference_works_it_out(award, kind, day, amount):
    assert bonus(award, SubjectKind(kind), day).amount == amount


def test_case_18_rounding_and_its_order_are_settings_of_the_office():
    def certificate(rounding):
        return bonus(
            Award.UNIT_CERTIFICATE,
            day=OLD,
            bonus_unit_certificate="0,3",
            bonus_rounding=rounding,
        ).amount

    def second_class(order):
        award = Award.LABOR_ORDER_SECOND
        return bonus(award, SubjectKind.COLLECTIVE, bonus_order=order).amount

    assert certificate(BonusRounding.NONE) == 702_000
    assert certificate(BonusRounding.UP_10K) == 710_000
    assert certificate(BonusRounding.NEAREST_10K) == 700_000
    assert second_class(BonusOrder.DOUBLE_THEN_ROUND) == 37_950_000
    assert second_class(BonusOrder.ROUND_THEN_DOUBLE) == 37_960_000


def test_case_19_the_base_salary_is_that_of_the_day_of_the_decision():
    parts = [bonus(Award.PROVINCIAL_MERIT, day=day).parts[0] for day in (OLD, NEW)]
    assert [part.value.vi for part in parts] == ["2.340.000 đồng", "2.530.000 đồng"]
    assert [part.id for part in parts] == ["B07a", "B07b"]
    assert "73/2024" in parts[0].source.text.vi
    assert "161/2026" in parts[1].source.text.vi


@pytest.mark.parametrize(
    ("award", "day", "code"),
    [
        pytest.param(Award.LABOR_ORDER, date(2024, 6, 30), "no_base_salary", id="salary"),
        pytest.param(Award.LABOR_ORDER, date(2025, 6, 30), "no_multiplier", id="decree-98"),
    ],
)
def test_what_no_rule_says_is_told_and_not_invented(award, day, code):
    missing = bonus(award, day=day)
    assert isinstance(missing, MissingRule)
    assert missing.code == code
    assert missing.text.vi.startswith("Chưa có quy định trong hệ thống")
    assert f"{day:%d/%m/%Y}" in missing.text.en


def test_doubling_was_not_seen_before_its_decree():
    kind, day = SubjectKind.COLLECTIVE, date(2025, 6, 30)
    assert bonus(Award.UNIT_CERTIFICATE, kind, day).code == "no_factor"
    assert bonus(Award.UNIT_CERTIFICATE, day=day).amount == 360_000


@pytest.mark.parametrize(
    ("unit_kind", "amount"),
    [(UnitKind.ENTERPRISE, 760_000), (UnitKind.PROVINCIAL_DEPARTMENT, 760_000)],
)
def test_an_enterprise_pays_its_own_certificate_at_its_own_rate(unit_kind, amount):
    paid = bonus(Award.UNIT_CERTIFICATE, level=Level.UNIT, unit_kind=unit_kind)
    assert (paid.amount, paid.payer) == (amount, Level.UNIT)


def test_no_rate_is_known_for_certificates_of_schools():
    paid = bonus(Award.UNIT_CERTIFICATE, level=Level.UNIT, unit_kind=UnitKind.SCHOOL)
    assert paid.code == "no_multiplier"


@pytest.mark.parametrize(
    ("award", "payer"),
    [
        (Award.UNIT_CERTIFICATE, Level.WARD),
        (Award.PROVINCIAL_MERIT, Level.PROVINCE),
        (Award.PRIME_MINISTER_CERTIFICATE, Level.PROVINCE),
        (Award.LABOR_ORDER, Level.PROVINCE),
    ],
)
def test_who_decides_pays_and_who_proposes_pays_for_those_above(award, payer):
    paid = bonus(award)
    assert paid.payer is payer
    assert paid.parts[-1].source.text.vi.endswith("Điều 11 khoản 4")


def test_after_the_decree_lapsed_the_amount_stays_and_the_citation_goes():
    before, after = (
        bonus(Award.LABOR_ORDER, day=day) for day in (date(2027, 2, 28), date(2027, 3, 1))
    )
    assert before.amount == after.amount == 11_390_000
    assert before.legal_basis.vi == "Nghị định số 152/2025/NĐ-CP, Điều 51"
    assert after.legal_basis is None
    assert after.parts[1].source.is_office
    assert after.parts[1].confidence is Confidence.UNKNOWN


@pytest.mark.parametrize(
    ("award", "kind"),
    [
        pytest.param(Award.UNIT_CERTIFICATE, SubjectKind.INDIVIDUAL, id="rate-of-the-office"),
        pytest.param(Award.PROVINCIAL_MERIT, SubjectKind.HOUSEHOLD, id="factor-of-the-office"),
    ],
)
def test_what_the_office_set_in_part_cites_no_law(award, kind):
    assert bonus(award, kind).legal_basis is None


def test_the_working_is_shown_in_both_languages():
    working = bonus(Award.LABOR_ORDER_SECOND, SubjectKind.HOUSEHOLD).working
    assert working.vi == "7,5 × 2.530.000 × 1,5 = 28.462.500 → 28.470.000 đồng"
    assert working.en == "7.5 × 2,530,000 × 1.5 = 28,462,500 → 28,470,000 VND"


def test_a_decision_keeps_the_whole_bonus():
    paid = bonus(Award.PROVINCIAL_MERIT, SubjectKind.COLLECTIVE)
    assert Bonus.from_json(json.loads(json.dumps(paid.to_json()))) == paid


@pytest.mark.parametrize(
    ("amount", "mode", "whole"),
    [
        (Fraction(10_000), BonusRounding.UP_10K, 10_000),
        (Fraction(10_001), BonusRounding.UP_10K, 20_000),
        (Fraction(14_999), BonusRounding.NEAREST_10K, 10_000),
        (Fraction(15_000), BonusRounding.NEAREST_10K, 20_000),
        (Fraction(1, 3), BonusRounding.UP_10K, 10_000),
        (Fraction(1, 2), BonusRounding.NONE, 1),
        (Fraction(1, 3), BonusRounding.NONE, 0),
    ],
)
def test_rounding_is_exact(amount, mode, whole):
    assert rounded(amount, mode) == whole


def test_amounts_are_written_as_people_write_them():
    assert (in_dong(1_234_567).vi, in_dong(1_234_567).en) == (
        "1.234.567 đồng",
        "1,234,567 VND",
    )
