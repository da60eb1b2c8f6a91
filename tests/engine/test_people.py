from datetime import date

import pytest
from sqlalchemy import func, select

from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.office import OPERATOR, day_in_vietnam
from engine.people import (
    actor_for,
    add_person,
    add_unit,
    change_person,
    change_unit,
    close_unit,
    eligible_people,
    end_position,
    give_position,
    unit_of_kind,
)
from engine.permissions import Grant
from engine.store.models import JournalEntry, Person, Position, Unit
from engine.text import fold
from forms.vocabulary import Role, UnitKind
from tests.walk import open_nomination
from tests.ward import NOON

TODAY = date(2030, 12, 2)
UNIT = {
    "code": "mam-non-suoi-sao",
    "name": "Trường Mầm non Suối Sao",
    "kind": UnitKind.SCHOOL,
    "at": NOON,
}


def journal_of(session, action):
    return session.scalars(select(JournalEntry).where(JournalEntry.action == action)).all()


def add(session, ward, **changes):
    values = {"parent_id": ward.units["phuong"], "actor": ward.administrator, **UNIT, **changes}
    return add_unit(session, **values)


def change(session, ward, unit, **changes):
    values = {
        "unit_id": unit.id,
        "name": unit.name,
        "kind": unit.kind,
        "parent_id": unit.parent_id,
        "is_outside_ward": unit.is_outside_ward,
        "issuing_basis": unit.issuing_basis,
        "symbol": unit.symbol,
        "actor": ward.administrator,
        "at": NOON,
    }
    return change_unit(session, **{**values, **changes})


def give(session, ward, **changes):
    values = {
        "person_id": ward.school_clerk.person_id,
        "unit_id": ward.units["truong"],
        "role": Role.UNIT_HEAD,
        "title": "Quyền Hiệu trưởng",
        "starts_on": date(2030, 12, 1),
        "actor": ward.administrator,
        "at": NOON,
    }
    return give_position(session, **{**values, **changes})


def codes(caught):
    return {
        field: [one.split("|")[0] for one in found]
        for field, found in caught.value.messages.items()
    }


# Units.


def test_a_new_unit_is_found_without_diacritics_and_journaled(session, ward):
    unit = add(session, ward)
    assert (unit.folded_name, unit.parent_id) == (fold(unit.name), ward.units["phuong"])
    [entry] = journal_of(session, "unit.added")
    assert (entry.stream, entry.actor_id, entry.role, entry.unit_id) == (
        "people",
        ward.administrator.person_id,
        Role.ADMINISTRATOR,
        ward.units["phuong"],
    )
    assert entry.detail["unit_id"] == unit.id


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        pytest.param("code", "Mầm non", "not_a_code", id="code-with-marks"),
        pytest.param("code", "truong", "code_taken", id="code-taken"),
        pytest.param("code", "a" * 61, "too_long", id="long-code"),
        pytest.param("name", "  ", "required", id="no-name"),
        pytest.param("name", "ă" * 201, "too_long", id="long-name"),
        pytest.param("name", "Trường\x00", "control_character", id="control-character"),
        pytest.param("issuing_basis", "x" * 201, "too_long", id="long-basis"),
        pytest.param("symbol", "UBND phường", "not_a_symbol", id="symbol"),
    ],
)
def test_a_unit_is_refused(session, ward, field, value, code):
    before = session.scalar(select(func.count(Unit.id)))
    with pytest.raises(InvalidSubmission) as caught:
        add(session, ward, **{field: value})
    assert codes(caught) == {field: [code]}
    assert session.scalar(select(func.count(Unit.id))) == before
    assert not journal_of(session, "unit.added")


def test_a_unit_needs_a_parent_that_exists(session, ward):
    with pytest.raises(NotFound):
        add(session, ward, parent_id=9_999)


def test_a_changed_unit_leaves_old_and_new_in_the_journal(session, ward):
    unit = add(session, ward)
    change(session, ward, unit, name="Trường Mầm non Hoa Sữa", issuing_basis="Điều 80 khoản 1")
    [entry] = journal_of(session, "unit.changed")
    assert entry.detail["changes"] == {
        "name": ["Trường Mầm non Suối Sao", "Trường Mầm non Hoa Sữa"],
        "issuing_basis": ["", "Điều 80 khoản 1"],
    }
    assert unit.folded_name == "truong mam non hoa sua"


def test_a_change_of_nothing_writes_nothing(session, ward):
    unit = add(session, ward)
    change(session, ward, unit)
    assert not journal_of(session, "unit.changed")


def test_a_unit_cannot_lie_within_itself(session, ward):
    ward_unit = session.get(Unit, ward.units["phuong"])
    with pytest.raises(InvalidSubmission) as caught:
        change(session, ward, ward_unit, parent_id=ward.units["truong"])
    assert codes(caught) == {"parent_id": ["unit_under_itself"]}


def test_an_empty_unit_is_closed_and_takes_no_one_any_more(session, ward):
    unit = add(session, ward)
    close_unit(session, unit_id=unit.id, closes_on=TODAY, actor=ward.administrator, at=NOON)
    with pytest.raises(InvalidSubmission) as caught:
        give(session, ward, unit_id=unit.id)
    assert codes(caught) == {"unit_id": ["unit_closed"]}
    with pytest.raises(InvalidSubmission) as caught:
        add(session, ward, code="lop-la", parent_id=unit.id)
    assert codes(caught) == {"parent_id": ["unit_closed"]}


@pytest.mark.parametrize(
    ("unit", "reasons"),
    [
        pytest.param("phuong", ["unit_has_units", "unit_has_positions"], id="ward"),
        pytest.param("truong", ["unit_has_positions"], id="school"),
    ],
)
def test_a_unit_in_use_is_not_closed(session, ward, unit, reasons):
    with pytest.raises(InvalidSubmission) as caught:
        close_unit(
            session,
            unit_id=ward.units[unit],
            closes_on=TODAY,
            actor=ward.administrator,
            at=NOON,
        )
    assert codes(caught) == {"closes_on": reasons}
    assert session.get(Unit, ward.units[unit]).closed_on is None


def test_a_unit_with_an_open_case_is_not_closed(session, ward):
    open_nomination(session, ward)
    with pytest.raises(InvalidSubmission) as caught:
        close_unit(
            session,
            unit_id=ward.units["truong"],
            closes_on=TODAY,
            actor=ward.administrator,
            at=NOON,
        )
    assert "unit_has_cases" in codes(caught)["closes_on"]


# Routing.


@pytest.mark.parametrize(
    ("kind", "near", "expected"),
    [
        pytest.param(UnitKind.SCHOOL, "truong", "truong", id="itself"),
        pytest.param(UnitKind.WARD, "truong", "phuong", id="parent"),
        pytest.param(UnitKind.PROVINCE, "truong", "tinh", id="grandparent"),
        pytest.param(UnitKind.MINISTRY, "truong", "bo", id="elsewhere"),
        pytest.param(UnitKind.PRIME_MINISTER_OFFICE, "phuong", "vpcp", id="government"),
        pytest.param(UnitKind.PRESIDENT_OFFICE, "cong-ty", "vpctn", id="president"),
    ],
)
def test_the_responsible_unit_of_a_kind(session, ward, kind, near, expected):
    assert unit_of_kind(session, kind, ward.units[near]).code == expected


def test_a_unit_directly_under_a_province_is_served_by_the_ward_beside_it(session, ward):
    other = add(session, ward, code="tinh-khac", kind=UnitKind.PROVINCE, parent_id=None)
    add(session, ward, code="phuong-khac", kind=UnitKind.WARD, parent_id=other.id)
    outside = add(session, ward, code="ngoai", parent_id=other.id)
    assert unit_of_kind(session, UnitKind.WARD, outside.id).code == "phuong-khac"


def test_a_kind_that_no_unit_has_is_not_found(session, ward):
    with pytest.raises(NotFound, match="fatherland_front"):
        unit_of_kind(session, UnitKind.FATHERLAND_FRONT, ward.units["truong"])


# People.


def test_a_person_is_added_and_renamed_with_a_journal(session, ward):
    person = add_person(
        session, full_name="  Lý  Thị Đào ", is_woman=True, actor=ward.administrator, at=NOON
    )
    assert (person.full_name, person.folded_name) == ("Lý Thị Đào", "ly thi dao")
    change_person(
        session,
        person_id=person.id,
        full_name="Lý Thị Đào Anh",
        is_woman=True,
        actor=ward.administrator,
        at=NOON,
    )
    [entry] = journal_of(session, "person.changed")
    assert entry.detail["changes"] == {"full_name": ["Lý Thị Đào", "Lý Thị Đào Anh"]}
    assert person.sort_key


# Positions.


def test_a_position_counts_from_its_first_to_its_last_day(session, ward):
    give(session, ward, starts_on=date(2030, 12, 1), ends_on=date(2030, 12, 3))
    grant = Grant(Role.UNIT_HEAD, ward.units["truong"], "Quyền Hiệu trưởng")
    held = {
        day: grant
        in actor_for(session, ward.school_clerk.person_id, 7, date(2030, *day)).grants
        for day in [(11, 30), (12, 1), (12, 3), (12, 4)]
    }
    assert list(held.values()) == [False, True, True, False]


def test_the_day_is_that_of_vietnam():
    assert day_in_vietnam(NOON.replace(hour=16, minute=59)) == TODAY
    assert day_in_vietnam(NOON.replace(hour=17)) == date(2030, 12, 3)
    with pytest.raises(ValueError, match="naive"):
        day_in_vietnam(NOON.replace(tzinfo=None))


def test_an_actor_is_who_logged_in_with_the_positions_of_today(session, ward):
    actor = actor_for(session, ward.school_head.person_id, 7, TODAY)
    assert actor == ward.school_head.__class__(
        ward.school_head.person_id, "Lê Thị Mơ", ward.school_head.grants, 7
    )
    with pytest.raises(NotFound):
        actor_for(session, 9_999, None, TODAY)


def test_nobody_gives_themselves_a_role(session, ward):
    before = session.scalar(select(func.count(Position.id)))
    with pytest.raises(NotPermitted, match="themselves"):
        give(session, ward, person_id=ward.administrator.person_id)
    assert session.scalar(select(func.count(Position.id))) == before


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        pytest.param(
            {"role": Role.WARD_CHAIRMAN}, {"role": ["role_not_of_this_unit"]}, id="wrong-unit"
        ),
        pytest.param(
            {"ends_on": date(2030, 11, 30)},
            {"ends_on": ["ends_before_it_begins"]},
            id="ends-before-start",
        ),
        pytest.param(
            {"role": Role.UNIT_CLERK}, {"starts_on": ["position_held"]}, id="held-already"
        ),
        pytest.param({"title": ""}, {"title": ["required"]}, id="no-title"),
    ],
)
def test_a_position_is_refused(session, ward, changes, problems):
    with pytest.raises(InvalidSubmission) as caught:
        give(session, ward, **changes)
    assert codes(caught) == problems
    assert not journal_of(session, "position.given")


def test_a_position_ends_sooner_but_never_later_than_recorded(session, ward):
    position = give(session, ward, ends_on=date(2030, 12, 20))
    values = {"position_id": position.id, "actor": ward.administrator, "at": NOON}
    end_position(session, ends_on=date(2030, 12, 10), **values)
    with pytest.raises(InvalidSubmission) as caught:
        end_position(session, ends_on=date(2030, 12, 11), **values)
    assert codes(caught) == {"ends_on": ["ends_later_than_before"]}
    with pytest.raises(InvalidSubmission) as caught:
        end_position(session, ends_on=date(2030, 11, 30), **values)
    assert codes(caught) == {"ends_on": ["ends_before_it_begins"]}
    [entry] = journal_of(session, "position.ended")
    assert entry.detail["ends_on"] == ["2030-12-20", "2030-12-10"]
    assert position.ends_on == date(2030, 12, 10)


def test_the_eligible_people_come_in_vietnamese_order(session, ward):
    give(session, ward)
    people = eligible_people(session, Role.UNIT_HEAD, ward.units["truong"], TODAY)
    assert [person.full_name for person in people] == [
        "Trần Văn Giả",
        "Lê Thị Mơ",
        "Đỗ Thị Thử",
    ]
    earlier = eligible_people(session, Role.UNIT_HEAD, ward.units["truong"], date(2030, 11, 1))
    assert "Đỗ Thị Thử" not in [person.full_name for person in earlier]


@pytest.mark.parametrize("who", ["school_head", "ward_clerk", "ward_chairman", "auditor"])
def test_only_the_administrator_changes_the_organisation(session, ward, who):
    actor = getattr(ward, who)
    person_id, unit_id = ward.school_clerk.person_id, ward.units["truong"]
    with pytest.raises(NotPermitted):
        add(session, ward, actor=actor)
    with pytest.raises(NotPermitted):
        change(session, ward, session.get(Unit, unit_id), actor=actor)
    with pytest.raises(NotPermitted):
        close_unit(session, unit_id=unit_id, closes_on=TODAY, actor=actor, at=NOON)
    with pytest.raises(NotPermitted):
        add_person(session, full_name="A", is_woman=None, actor=actor, at=NOON)
    with pytest.raises(NotPermitted):
        change_person(
            session, person_id=person_id, full_name="A", is_woman=None, actor=actor, at=NOON
        )
    with pytest.raises(NotPermitted):
        give(session, ward, actor=actor)
    with pytest.raises(NotPermitted):
        end_position(session, position_id=1, ends_on=TODAY, actor=actor, at=NOON)
    assert session.scalar(select(func.count(JournalEntry.id))) == 0


def test_the_operator_of_the_command_line_is_journaled_as_the_system(session, ward):
    add_person(session, full_name="Người Đầu Tiên", is_woman=None, actor=OPERATOR, at=NOON)
    [entry] = journal_of(session, "person.added")
    assert (entry.actor_id, entry.role) == (None, None)
    assert session.scalar(select(Person).where(Person.folded_name == "nguoi dau tien"))
