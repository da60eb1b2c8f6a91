"""Who sits on a council on a day, and what is refused when somebody is to sit there."""

from datetime import date

import pytest

from engine.council.members import (
    add_member,
    change_member,
    list_members,
    seats_on,
    substitutes_for,
)
from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.people import add_person, end_position
from engine.store.database import reading, unit_of_work
from forms.vocabulary import CouncilOffice
from tests.council import BEGAN, build_council
from tests.walk import on_sqlite
from tests.ward import NOON

TODAY = date(2030, 12, 2)


@pytest.fixture
def council(database, ward):
    return build_council(database, ward)


@pytest.fixture
def newcomer(database, ward, council):
    with unit_of_work(database) as session:
        return add_person(
            session, full_name="Lã Văn Mới", is_woman=False, actor=ward.administrator, at=NOON
        ).id


def add(database, ward, person_id, **changes):
    values = {
        "unit_id": ward.units["phuong"],
        "person_id": person_id,
        "office": CouncilOffice.MEMBER,
        "title": "Trưởng phòng",
        "appointed_by": "Quyết định số 12/QĐ-UBND",
        "starts_on": TODAY,
        "actor": ward.administrator,
        "at": NOON,
    }
    with unit_of_work(database) as session:
        return add_member(session, **(values | changes)).id


def names(database, ward, on):
    with reading(database) as session:
        return [seat.name for seat in seats_on(session, ward.units["phuong"], on)]


def test_members_sit_by_office_then_by_name_and_substitutes_do_not_count(
    database, ward, council
):
    found = names(database, ward, TODAY)
    assert len(found) == 11
    assert found[:2] == ["Đặng Văn Ký", "Nguyễn Thị Thường Trực"]
    assert found[-1] == "Bùi Văn Ghi"
    assert council.substitute.name not in found
    with reading(database) as session:
        (one,) = substitutes_for(session, council.seats[-1], TODAY)
        assert one.full_name == council.substitute.name
        assert len(list_members(session, ward.units["phuong"], TODAY)) == 12
        assert list_members(session, ward.units["phuong"], date(2025, 6, 30)) == ()


def test_a_change_counts_from_its_day_on(database, ward, council, newcomer):
    add(database, ward, newcomer)
    with unit_of_work(database) as session:
        end_position(
            session,
            position_id=council.seats[2],
            ends_on=date(2030, 12, 1),
            actor=ward.administrator,
            at=NOON,
        )
    assert "Lã Văn Mới" in names(database, ward, TODAY)
    assert "Lã Văn Mới" not in names(database, ward, date(2030, 12, 1))
    assert len(names(database, ward, date(2030, 12, 1))) == 11
    assert len(names(database, ward, TODAY)) == 11


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"office": CouncilOffice.CHAIR}, "office"),
        ({"office": CouncilOffice.SECRETARY, "starts_on": BEGAN}, "office"),
        ({"office": CouncilOffice.SUBSTITUTE}, "substitutes_id"),
        ({"office": CouncilOffice.SUBSTITUTE, "substitutes_id": 999}, "substitutes_id"),
        ({"substitutes_id": 1}, "substitutes_id"),
        ({"title": "  "}, "title"),
        ({"ends_on": date(2030, 12, 1)}, "ends_on"),
    ],
)
def test_what_does_not_fit_is_refused(database, ward, council, newcomer, changes, field):
    with pytest.raises(InvalidSubmission) as refused:
        add(database, ward, newcomer, **changes)
    assert field in refused.value.messages
    assert len(names(database, ward, TODAY)) == 11


@on_sqlite
def test_only_the_administrator_composes_and_never_for_themselves(
    database, ward, council, newcomer
):
    with pytest.raises(NotPermitted):
        add(database, ward, newcomer, actor=ward.council_secretary)
    with pytest.raises(NotPermitted):
        add(database, ward, ward.administrator.person_id)


@on_sqlite
def test_an_office_is_changed_and_a_member_stays_a_member(database, ward, council):
    def change(office):
        with unit_of_work(database) as session:
            change_member(
                session,
                position_id=council.seats[3],
                office=office,
                title="Trưởng ban",
                appointed_by="",
                actor=ward.administrator,
                at=NOON,
            )

    change(CouncilOffice.DEPUTY)
    assert names(database, ward, TODAY)[2] == council.members[3].name
    for office in (CouncilOffice.CHAIR, CouncilOffice.SUBSTITUTE):
        with pytest.raises(InvalidSubmission):
            change(office)
    with pytest.raises(NotFound), unit_of_work(database) as session:
        change_member(
            session,
            position_id=1,
            office=CouncilOffice.MEMBER,
            title="x",
            appointed_by="",
            actor=ward.administrator,
            at=NOON,
        )
