from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.errors import ContentChanged, InvalidSubmission, NotFound, NotPermitted
from engine.plans import read_plan
from engine.settings import (
    SETTINGS,
    contact_line,
    get_setting,
    level_modes,
    list_settings,
    list_versions,
    max_returns,
    put_setting,
)
from engine.store.models import JournalEntry, Setting
from forms.vocabulary import Level, LevelMode
from tests.ward import NOON, PLAN

OTHER_PLAN = Path(__file__).parent / "plans" / "suoi-trang-2026-2028.yaml"


def put(session, ward, name, value, **more):
    values = {"actor": ward.administrator, "at": NOON, **more}
    return put_setting(session, name=name, value=value, **values)


def test_every_setting_has_a_default_that_passes_its_own_check(session):
    for standing in list_settings(session):
        setting = standing.setting
        assert (standing.value, standing.version) == (setting.default, 0)
        assert setting.check(setting.name, setting.default) == setting.default
        assert setting.label.vi
        assert setting.label.en


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
    assert [each.setting.name for each in list_settings(session)] == list(SETTINGS)
