from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.errors import ContentChanged, InvalidSubmission, NotFound, NotPermitted
from engine.office import day_in_vietnam
from engine.office_settings import number_of, percent_of
from engine.plans import read_plan
from engine.settings import (
    SETTINGS,
    Period,
    contact_line,
    get_setting,
    get_standing,
    level_modes,
    list_settings,
    list_versions,
    max_returns,
    put_setting,
    settings_on,
)
from engine.store.models import JournalEntry, Setting
from forms.vocabulary import Level, LevelMode
from tests.statements import counted
from tests.ward import NOON, PLAN

TODAY = day_in_vietnam(NOON)
DAY = timedelta(days=1)

OTHER_PLAN = Path(__file__).parent / "plans" / "suoi-trang-2026-2028.yaml"


def put(session, ward, name, value, **more):
    values = {"actor": ward.administrator, "at": NOON, **more}
    return put_setting(session, name=name, value=value, **values)


def test_every_setting_has_a_default_that_passes_its_own_check(session):
    for standing in list_settings(session, TODAY):
        setting = standing.setting
        assert (standing.value, standing.version) == (setting.default, 0)
        if setting.default or not setting.may_be_empty:
            assert setting.check(setting.name, setting.default) == setting.default
        for text in (setting.label, setting.help, setting.why, setting.group.note):
            assert text.vi
            assert text.en


def test_a_setting_in_force_is_the_last_one_put_and_the_others_are_its_history(session, ward):
    put(session, ward, "max_returns", "7")
    put(session, ward, "max_returns", " 09 ")
    assert max_returns(session) == 9
    versions = list_versions(session, "max_returns")
    assert [(row.version, row.value) for row in versions] == [(2, "9"), (1, "7")]
    entries = session.scalars(select(JournalEntry).order_by(JournalEntry.seq)).all()
    assert [entry.detail["value"] for entry in entries] == [["5", "7"], ["7", "9"]]
    assert {entry.stream for entry in entries} == {"settings"}


def test_the_value_in_force_makes_no_new_version(session, ward):
    put(session, ward, "max_returns", "5")
    assert session.scalar(select(func.count(Setting.id))) == 0
    assert session.scalar(select(func.count(JournalEntry.id))) == 0


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        pytest.param("max_returns", "0", "too_small", id="no-returns"),
        pytest.param("max_returns", "51", "too_large", id="many-returns"),
        pytest.param("max_returns", "9" * 5_000, "too_large", id="huge"),
        pytest.param("max_returns", "-1", "not_a_count", id="negative"),
        pytest.param("max_returns", "năm", "not_a_count", id="word"),
        pytest.param("max_returns", "٣", "not_a_count", id="other-digits"),
        pytest.param("level_mode.province", "left_out", "not_in_list", id="left-out"),
        pytest.param("level_mode.president", "", "not_in_list", id="no-mode"),
        pytest.param("contact", "  ", "required", id="no-contact"),
        pytest.param("contact", "x" * 201, "too_long", id="long-contact"),
        pytest.param("similar_content_percent", "0.6", "not_a_percent", id="share"),
        pytest.param("similar_content_percent", "101", "not_a_percent", id="above-all"),
        pytest.param("council_pass_percent", "100", "not_a_percent", id="more-than-all"),
        pytest.param("council_quorum", "3/2", "not_a_share", id="more-than-whole"),
        pytest.param("council_quorum", "0/3", "not_a_share", id="nobody"),
        pytest.param("council_quorum", "1/0", "not_a_share", id="of-nobody"),
        pytest.param("bonus_household", "0,00", "not_a_multiplier", id="no-bonus"),
        pytest.param("bonus_household", "-1", "not_a_multiplier", id="below-nothing"),
        pytest.param("bonus_household", "0,155", "not_a_multiplier", id="decimals"),
        pytest.param("bonus_rounding", "down", "not_in_list", id="no-rounding"),
        pytest.param("supplement_days", "61", "too_large", id="long-supplement"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(session, ward, name, value, code):
    with pytest.raises(InvalidSubmission) as caught:
        put(session, ward, name, value)
    assert caught.value.messages[name][0].split("|")[0] == code
    assert session.scalar(select(func.count(Setting.id))) == 0


@pytest.mark.parametrize("name", ["level_mode.ward", "theme", ""])
def test_an_unknown_setting_is_not_found(session, ward, name):
    with pytest.raises(NotFound):
        get_setting(session, name)
    with pytest.raises(NotFound):
        put(session, ward, name, "x")
    with pytest.raises(NotFound):
        list_versions(session, name)


@pytest.mark.parametrize("who", ["ward_clerk", "ward_chairman", "auditor", "school_head"])
def test_only_the_administrator_changes_settings(session, ward, who):
    with pytest.raises(NotPermitted):
        put(session, ward, "max_returns", "7", actor=getattr(ward, who))
    assert max_returns(session) == 5


def test_a_setting_that_changed_since_it_was_read_is_not_overwritten(session, ward):
    put(session, ward, "contact", "Bà Sổ, 0208 000 001", version=0)
    with pytest.raises(ContentChanged):
        put(session, ward, "contact", "Ông Ghi, 0208 000 002", version=0)
    assert contact_line(session) == "Bà Sổ, 0208 000 001"


def test_levels_work_in_the_system_until_the_office_says_otherwise(session, ward):
    plan = read_plan(PLAN.read_text("utf-8"), PLAN.name)
    assert set(level_modes(session, plan).values()) == {LevelMode.IN_SYSTEM}
    put(session, ward, "level_mode.province", "recorded")
    modes = level_modes(session, plan)
    assert modes[Level.PROVINCE] is LevelMode.RECORDED
    assert modes[Level.WARD] is LevelMode.IN_SYSTEM


def test_a_level_that_the_plan_leaves_out_stays_out(session):
    plan = read_plan(OTHER_PLAN.read_text("utf-8"), OTHER_PLAN.name)
    modes = level_modes(session, plan)
    assert [level for level, mode in modes.items() if mode is LevelMode.LEFT_OUT] == [
        Level.WARD
    ]


def test_the_settings_are_shown_in_a_fixed_order(session):
    assert [each.setting.name for each in list_settings(session, TODAY)] == list(SETTINGS)
    assert list(settings_on(session, TODAY)) == list(SETTINGS)


def test_a_value_holds_from_its_first_day_on(session, ward):
    put(session, ward, "similar_content_percent", "70", applies_from=date(2031, 1, 1))
    assert get_setting(session, "similar_content_percent", date(2030, 12, 31)) == "60"
    assert get_setting(session, "similar_content_percent", date(2031, 1, 1)) == "70"
    assert settings_on(session, date(2030, 12, 31))["similar_content_percent"] == "60"
    assert settings_on(session, date(2031, 1, 1))["similar_content_percent"] == "70"


def test_a_change_without_a_day_holds_from_the_day_of_the_change(session, ward):
    put(session, ward, "bonus_household", "2")
    assert get_setting(session, "bonus_household", TODAY - DAY) == "1,5"
    assert get_setting(session, "bonus_household", TODAY) == "2"
    put(session, ward, "max_returns", "7")
    assert settings_on(session, TODAY - DAY)["max_returns"] == "5"
    assert settings_on(session, TODAY)["max_returns"] == "7"


def test_the_last_word_counts_from_its_own_first_day_on(session, ward):
    put(session, ward, "max_supplements", "2", applies_from=date(2031, 1, 1))
    put(session, ward, "max_supplements", "3", applies_from=date(2030, 6, 1))
    days = (date(2030, 5, 31), date(2030, 6, 1), date(2031, 1, 1))
    assert [get_setting(session, "max_supplements", day) for day in days] == ["1", "3", "3"]


def test_what_is_planned_is_told(session, ward):
    put(session, ward, "max_supplements", "2", applies_from=date(2031, 1, 1))
    standing = get_standing(session, "max_supplements", TODAY)
    assert (standing.value, standing.version) == ("1", 1)
    assert standing.planned == (Period(date(2031, 1, 1), "2"),)
    assert get_standing(session, "max_supplements", date(2031, 1, 1)).planned == ()


def test_a_planned_value_is_taken_back_by_saying_the_present_one(session, ward):
    put(session, ward, "max_supplements", "2", applies_from=date(2031, 1, 1))
    assert put(session, ward, "max_supplements", "1").planned == ()
    assert get_setting(session, "max_supplements", date(2031, 1, 1)) == "1"


def test_a_change_that_changes_no_day_makes_no_version(session, ward):
    put(session, ward, "max_supplements", "2", applies_from=date(2030, 6, 1))
    put(session, ward, "max_supplements", "2", applies_from=date(2030, 8, 1))
    assert len(list_versions(session, "max_supplements")) == 1


def test_the_first_day_is_journaled(session, ward):
    put(session, ward, "max_supplements", "2", applies_from=date(2031, 1, 1))
    (entry,) = session.scalars(select(JournalEntry)).all()
    assert entry.action == "setting.changed"
    assert entry.detail["applies_from"] == "2031-01-01"
    assert entry.detail["value"] == ["1", "2"]


def test_a_dated_setting_is_not_read_without_a_day(session):
    with pytest.raises(ValueError, match="give the day"):
        get_setting(session, "bonus_household")


def test_what_is_changed_at_once_takes_no_day(session, ward):
    with pytest.raises(ValueError, match="at once"):
        put(session, ward, "max_returns", "7", applies_from=TODAY)


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2206, 11, 22)])
def test_a_first_day_that_nobody_means_is_refused(session, ward, day):
    with pytest.raises(InvalidSubmission) as caught:
        put(session, ward, "max_supplements", "2", applies_from=day)
    assert caught.value.messages["applies_from"][0].split("|")[0] == "day_outside"
    assert session.scalar(select(func.count(Setting.id))) == 0


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("similar_content_percent", " 65 % ", "65"),
        ("council_quorum", "2 / 3", "2/3"),
        ("bonus_unit_certificate", "0.30", "0,3"),
        ("bonus_household", "02,00", "2"),
        ("supplement_days", " 5 ", "5"),
        ("duration_basis", "planned", "planned"),
    ],
)
def test_a_value_is_kept_as_one_form(session, ward, name, typed, kept):
    put(session, ward, name, typed)
    assert get_setting(session, name, TODAY) == kept


def test_what_may_be_empty_is_emptied_again(session, ward):
    put(session, ward, "supplement_days", "5")
    put(session, ward, "supplement_days", " ")
    assert get_setting(session, "supplement_days", TODAY) == ""


def test_shares_and_multipliers_are_exact():
    assert percent_of("60") == Fraction(3, 5)
    assert number_of("0,15") == Fraction(15, 100)
    assert number_of("2/3") == Fraction(2, 3)


def test_all_settings_of_a_day_cost_one_query(session, ward):
    put(session, ward, "max_supplements", "2")
    with counted(session.get_bind()) as statements:
        settings_on(session, TODAY)
    assert len(statements) == 1
