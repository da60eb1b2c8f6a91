"""Who sits on a council on a day, and what is refused when somebody is to sit there."""

from datetime import date

import pytest
from sqlalchemy import select

from engine.council.members import (
    add_member,
    change_member,
    get_member,
    list_members,
    seats_on,
    substitutes_for,
)
from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.office import OPERATOR
from engine.people import add_person, end_position
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalEntry
from forms.vocabulary import CouncilOffice
from tests.council import BEGAN, build_council
from tests.engine.test_races import race
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


@on_sqlite
def test_who_sits_on_a_council_does_not_change_their_own_seat(database, ward, council):
    own = add(database, ward, ward.administrator.person_id, actor=OPERATOR)
    values = {"position_id": own, "title": "Trưởng ban", "appointed_by": "", "at": NOON}
    with pytest.raises(NotPermitted), unit_of_work(database) as session:
        change_member(session, office=CouncilOffice.DEPUTY, actor=ward.administrator, **values)
    with reading(database) as session:
        assert get_member(session, own).office is CouncilOffice.MEMBER


@on_sqlite
@pytest.mark.parametrize("unit", ["truong", "bo"])
def test_units_without_a_council_get_no_members(database, ward, council, newcomer, unit):
    with pytest.raises(InvalidSubmission) as refused:
        add(database, ward, newcomer, unit_id=ward.units[unit])
    assert "role" in refused.value.messages
    with reading(database) as session:
        assert list_members(session, ward.units[unit], TODAY) == ()


@on_sqlite
def test_nobody_sits_on_a_council_twice(database, ward, council):
    with pytest.raises(InvalidSubmission) as refused:
        add(database, ward, council.members[3].person_id)
    assert "starts_on" in refused.value.messages
    stands_in = {"office": CouncilOffice.SUBSTITUTE, "substitutes_id": council.seats[2]}
    with pytest.raises(InvalidSubmission):
        add(database, ward, council.members[3].person_id, **stands_in)
    assert len(names(database, ward, TODAY)) == 11


@on_sqlite
def test_a_term_that_is_over_is_history(database, ward, council):
    seat = council.seats[4]
    values = {"actor": ward.administrator, "at": NOON}
    with unit_of_work(database) as session:
        end_position(session, position_id=seat, ends_on=date(2030, 12, 1), **values)
    with pytest.raises(InvalidSubmission) as refused, unit_of_work(database) as session:
        change_member(
            session,
            position_id=seat,
            office=CouncilOffice.DEPUTY,
            title="Khác",
            appointed_by="",
            **values,
        )
    assert "_form" in refused.value.messages
    with reading(database) as session:
        assert get_member(session, seat).title != "Khác"


@on_sqlite
def test_the_journal_keeps_what_stood_in_a_seat(database, ward, council):
    seat = council.seats[4]
    with reading(database) as session:
        old = get_member(session, seat)
    with unit_of_work(database) as session:
        change_member(
            session,
            position_id=seat,
            office=CouncilOffice.DEPUTY,
            title="Trưởng ban",
            appointed_by="Quyết định số 7",
            actor=ward.administrator,
            at=NOON,
        )
    with reading(database) as session:
        written = select(JournalEntry).where(JournalEntry.action == "council.composed")
        detail = session.scalars(written.order_by(JournalEntry.id)).all()[-1].detail
    assert detail["office"] == ["member", "deputy"]
    assert detail["title"] == [old.title, "Trưởng ban"]
    assert detail["appointed_by"] == ["", "Quyết định số 7"]


def test_of_two_who_seat_a_standing_deputy_at_once_one_does(database, ward, council):
    vacate(database, ward, council.seats[1])
    with unit_of_work(database) as session:
        people = [
            add_person(
                session, full_name=name, is_woman=False, actor=ward.administrator, at=NOON
            ).id
            for name in ("Lã Văn Một", "Lã Văn Hai", "Lã Văn Ba")
        ]
    deputy = {"office": CouncilOffice.STANDING_DEPUTY}
    answers = race(
        [lambda one=one: add(database, ward, one, **deputy) for one in people]
        + [lambda: promote(database, ward, council.seats[5])]
    )
    assert answers == ["done", *["invalid_submission"] * 3]
    with reading(database) as session:
        seats = seats_on(session, council.unit_id, TODAY)
    assert [seat.office for seat in seats].count(CouncilOffice.STANDING_DEPUTY) == 1


def vacate(database, ward, position_id):
    with unit_of_work(database) as session:
        end_position(
            session,
            position_id=position_id,
            ends_on=date(2030, 12, 1),
            actor=ward.administrator,
            at=NOON,
        )


def promote(database, ward, position_id):
    with unit_of_work(database) as session:
        change_member(
            session,
            position_id=position_id,
            office=CouncilOffice.STANDING_DEPUTY,
            title="Trưởng phòng",
            appointed_by="",
            actor=ward.administrator,
            at=NOON,
        )
