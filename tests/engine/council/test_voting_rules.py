"""The rule of an item: read from the law book by the day of reception, said in numbers."""

import json
from datetime import UTC, datetime

import pytest

from engine.council.voting_rules import VoteRule, rule_for
from engine.settings import put_setting
from engine.store.database import unit_of_work
from engine.store.models import Case
from forms.vocabulary import Award, Confidence, Level, SubjectKind
from tests.walk import on_sqlite
from tests.ward import NOON

pytestmark = on_sqlite

STATE = (
    Award.PRIME_MINISTER_CERTIFICATE,
    Award.LABOR_ORDER,
    Award.LABOR_ORDER_SECOND,
    Award.LABOR_ORDER_FIRST,
)
NEW_YEAR = datetime(2031, 1, 1, tzinfo=UTC)


def case_of(award, submitted_at=NOON):
    return Case(award=award, subject_kind=SubjectKind.INDIVIDUAL, submitted_at=submitted_at)


@pytest.fixture
def read(database, ward):
    def read(award, level, submitted_at=NOON):
        with unit_of_work(database) as session:
            return rule_for(session, case_of(award, submitted_at), level, NOON)

    return read


@pytest.fixture
def put(database, ward):
    def put(name, value, applies_from=None):
        with unit_of_work(database) as session:
            put_setting(
                session,
                name=name,
                value=value,
                actor=ward.administrator,
                at=NOON,
                applies_from=applies_from,
            )

    return put


@pytest.mark.parametrize("award", STATE)
def test_a_council_that_proposes_a_state_award_wants_eighty_per_cent_in_secret(read, award):
    rule = read(award, Level.PROVINCE)
    assert (rule.rule, rule.at_least_tenths, rule.over_percent) == ("C01", 800, None)
    assert rule.is_secret
    assert rule.counts_written
    assert [rule.least(total) for total in (9, 11, 13, 15)] == [8, 9, 11, 12]


@pytest.mark.parametrize("award", STATE)
def test_the_ward_votes_on_a_state_award_by_the_share_it_is_reminded_of(read, award):
    rule = read(award, Level.WARD)
    assert (rule.rule, rule.at_least_tenths, rule.is_secret) == ("C01b", 800, False)
    assert rule.source.vi == "cấu hình đơn vị"


@pytest.mark.parametrize("award", [Award.UNIT_CERTIFICATE, Award.PROVINCIAL_MERIT])
def test_the_ward_wants_more_than_half_openly_or_in_secret(read, award):
    rule = read(award, Level.WARD)
    assert (rule.rule, rule.at_least_tenths, rule.over_percent) == ("C05", None, 50)
    assert not rule.is_secret
    assert rule.least(11) == 6
    assert rule.confidence is Confidence.LOW
    assert rule.source.vi == "cấu hình đơn vị"


def test_the_province_has_no_rule_on_its_merit_until_the_office_sets_one(read, put):
    assert read(Award.PROVINCIAL_MERIT, Level.PROVINCE) is None
    put("council_pass_percent_province", "65")
    rule = read(Award.PROVINCIAL_MERIT, Level.PROVINCE)
    assert (rule.rule, rule.over_percent) == ("C05b", 65)
    assert read(Award.PROVINCIAL_MERIT, Level.WARD).over_percent == 50


def test_the_day_of_reception_chooses_the_value(read, put):
    put("council_pass_percent", "75", NEW_YEAR.date())
    put("council_written_opinions", "read_out", NEW_YEAR.date())
    old = read(Award.UNIT_CERTIFICATE, Level.WARD)
    new = read(Award.UNIT_CERTIFICATE, Level.WARD, NEW_YEAR)
    assert (old.over_percent, old.counts_written) == (50, True)
    assert (new.over_percent, new.counts_written) == (75, False)


def test_where_a_rule_counts_written_opinions_no_setting_takes_them_out(read, put):
    put("council_written_opinions", "read_out")
    assert read(Award.LABOR_ORDER, Level.PROVINCE).counts_written
    assert not read(Award.UNIT_CERTIFICATE, Level.WARD).counts_written


def test_a_council_above_the_province_has_no_majority_rule(read):
    assert read(Award.UNIT_CERTIFICATE, Level.PRIME_MINISTER) is None


@pytest.mark.parametrize(
    ("award", "level"),
    [(Award.LABOR_ORDER, Level.PROVINCE), (Award.UNIT_CERTIFICATE, Level.WARD)],
)
def test_what_is_kept_is_the_rule(read, award, level):
    rule = read(award, level)
    assert VoteRule.from_json(json.loads(json.dumps(rule.to_json()))) == rule


def test_the_rule_is_said_in_numbers(read):
    state = read(Award.LABOR_ORDER, Level.PROVINCE)
    assert state.said(11, 8).vi == "11 thành viên, cần họp ≥ 8, đạt ≥ 80 % tổng số = 9 phiếu"
    ward = read(Award.UNIT_CERTIFICATE, Level.WARD)
    assert ward.said(9, 6).vi == "9 thành viên, cần họp ≥ 6, đạt > 50 % tổng số = 5 phiếu"
    assert ward.said(9, 6).en.endswith("> 50 % of all = 5 votes")
    assert "bắt buộc bỏ phiếu kín" in state.manner.vi
    assert ward.manner.vi.startswith("không bắt buộc bỏ phiếu kín; ý kiến bằng văn bản")


def test_part_of_a_per_cent_is_written_as_each_language_writes_it(read):
    rule = VoteRule.from_json(
        read(Award.LABOR_ORDER, Level.PROVINCE).to_json() | {"at_least_tenths": 667}
    )
    assert (rule.measure.vi, rule.measure.en) == ("≥ 66,7 %", "≥ 66.7 %")
