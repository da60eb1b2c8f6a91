"""What a change of a setting would touch, told before it is made."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.queries import settings_preview
from engine.queries.settings_preview import preview_setting
from engine.settings import put_setting
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalEntry, Setting
from engine.subjects import Subject
from forms.vocabulary import Award, SubjectKind
from tests.walk import Walk
from tests.ward import NOON

TODAY = date(2030, 12, 2)
DAY = timedelta(days=1)


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open().to("decide_at_ward")


def preview(walk, name, value, applies_from=TODAY, actor=None):
    with reading(walk.database) as session:
        return preview_setting(
            session,
            actor or walk.ward.administrator,
            name=name,
            value=value,
            applies_from=applies_from,
            at=NOON,
        )


def test_another_rate_changes_the_bonus_of_every_open_case(walk):
    seen = preview(walk, "bonus_unit_certificate", "0.3")
    assert (seen.value, seen.covered, seen.examined) == ("0,3", 1, 1)
    (touched,) = seen.touched
    assert touched.reference == walk.case().reference
    (change,) = touched.changes
    assert (change.before.vi, change.after.vi) == ("380.000 đồng", "760.000 đồng")


def test_a_preview_changes_nothing(walk):
    preview(walk, "bonus_unit_certificate", "0,3")
    with reading(walk.database) as session:
        assert session.scalar(select(func.count(Setting.id))) == 0
        written = select(func.count(JournalEntry.id)).where(JournalEntry.stream == "settings")
        assert session.scalar(written) == 0


def test_what_changes_nothing_touches_nothing(walk):
    assert preview(walk, "bonus_household", "2").touched == ()
    assert preview(walk, "bonus_unit_certificate", "0,15").touched == ()


def test_a_case_received_before_the_first_day_keeps_its_values(walk):
    assert preview(walk, "similar_content_percent", "90", TODAY + DAY).covered == 0
    assert preview(walk, "similar_content_percent", "90", TODAY).covered == 1


def test_the_years_of_the_movement_are_counted_by_the_new_value(database, ward):
    walk = Walk(database, ward)
    collective = Subject(SubjectKind.COLLECTIVE, "Trường Trung học cơ sở Hoa Ban")
    walk.open(award=Award.LABOR_ORDER, subject=collective, round_id=ward.final_id)
    with unit_of_work(database) as session:
        put_setting(
            session,
            name="duration_basis",
            value="planned",
            actor=ward.administrator,
            at=NOON,
            applies_from=date(2030, 1, 1),
        )
    seen = preview(walk, "duration_basis", "elapsed")
    assert (seen.covered, seen.is_told) == (1, True)
    for touched in seen.touched:
        assert all(change.before != change.after for change in touched.changes)


def test_an_enterprise_is_asked_for_more_papers(database, ward):
    walk = Walk(database, ward)
    walk.open(
        actor=ward.company_clerk,
        unit_id=ward.units["cong-ty"],
        award=Award.PROVINCIAL_MERIT,
        subject=Subject(SubjectKind.ENTERPRISE, "Công ty Cổ phần Sao Khuê"),
    )
    (touched,) = preview(walk, "enterprise_confirmations", "required").touched
    (change,) = touched.changes
    assert "thuế" in change.what.vi
    assert (change.before.en, change.after.en) == ("Optional", "Required")


@pytest.mark.parametrize(("name", "value"), [("max_supplements", "3"), ("max_returns", "7")])
def test_what_binds_later_acts_says_so(walk, name, value):
    seen = preview(walk, name, value, TODAY if name == "max_supplements" else None)
    assert (seen.covered, seen.touched, seen.is_told) == (1, (), False)


def test_a_closed_case_is_not_touched(walk):
    walk.withdraw()
    assert preview(walk, "bonus_unit_certificate", "0,3").covered == 0


def test_only_who_may_see_a_case_reads_whom_it_is_about(walk):
    Walk(walk.database, walk.ward).open()  # the ward has not seen it
    names = [one.subject_name for one in preview(walk, "bonus_unit_certificate", "0,3").touched]
    assert names == ["", walk.case().subject_name]


def test_more_cases_than_are_looked_at_are_counted_all_the_same(walk, monkeypatch):
    Walk(walk.database, walk.ward).open()
    monkeypatch.setattr(settings_preview, "MOST_EXAMINED", 1)
    seen = preview(walk, "bonus_unit_certificate", "0,3")
    assert (seen.covered, seen.examined, seen.is_whole) == (2, 1, False)


def test_a_preview_refuses_what_a_change_refuses(walk):
    with pytest.raises(InvalidSubmission):
        preview(walk, "bonus_unit_certificate", "nhiều")
    with pytest.raises(InvalidSubmission):
        preview(walk, "bonus_unit_certificate", "0,3", date(1999, 1, 1))
    with pytest.raises(NotFound):
        preview(walk, "colour", "red")
    with pytest.raises(NotPermitted):
        preview(walk, "bonus_unit_certificate", "0,3", actor=walk.ward.ward_clerk)
