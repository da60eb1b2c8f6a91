"""Who signs in which capacity: Decree 30/2020/NĐ-CP, Art. 13, and the written authorisation."""

from datetime import date

import pytest
from sqlalchemy import select

from engine.errors import InvalidSubmission, NoAuthorisation, NotFound, NotPermitted
from engine.outgoing.authorisations import (
    authorise_to_sign,
    end_authorisation,
    list_authorisations,
    positions_for,
)
from engine.outgoing.capacities import block_of, signer_for
from engine.store.models import Position, Unit
from forms.vocabulary import Capacity
from tests.walk import NOON, on_sqlite

DAY = date(2030, 12, 2)


@pytest.mark.parametrize(
    ("unit", "type_code", "capacity", "title", "printed"),
    [
        ("phuong", "QĐ", Capacity.HEAD, "Chủ tịch", "CHỦ TỊCH"),
        ("phuong", "QĐ", Capacity.DEPUTY, "Phó Chủ tịch", "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"),
        ("phuong", "QĐ", Capacity.ACTING, "Quyền Chủ tịch", "Q. CHỦ TỊCH"),
        ("phuong", "TTr", Capacity.HEAD, "Chủ tịch", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"),
        (
            "phuong",
            "TTr",
            Capacity.DEPUTY,
            "Phó Chủ tịch",
            "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
        ),
        (
            "phuong",
            "TB",
            Capacity.BY_ORDER,
            "Trưởng phòng Văn hóa - Xã hội",
            "TL. CHỦ TỊCH\nTRƯỞNG PHÒNG VĂN HÓA - XÃ HỘI",
        ),
        ("phuong", "TB", Capacity.AUTHORISED, "Chuyên viên", "TUQ. CHỦ TỊCH\nCHUYÊN VIÊN"),
        ("truong", "TTr", Capacity.HEAD, "Hiệu trưởng", "HIỆU TRƯỞNG"),
        (
            "truong",
            "TTr",
            Capacity.DEPUTY,
            "Phó Hiệu trưởng",
            "KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG",
        ),
    ],
)
@on_sqlite
def test_the_block_is_as_the_decree_says(
    session, ward, unit, type_code, capacity, title, printed
):
    row = session.get_one(Unit, ward.units[unit])
    assert block_of(row, type_code, capacity, title, "Chủ tịch") == printed


def position_of(session, actor):
    """Return the id of the one position of a person."""
    return session.scalars(
        select(Position.id).where(Position.person_id == actor.person_id)
    ).one()


def authorise(session, ward, key, **changes):
    """Record that somebody of the ward may sign for its chairman."""
    return authorise_to_sign(
        session,
        **{
            "unit_id": ward.units["phuong"],
            "position_id": position_of(session, ward.people[key]),
            "capacity": Capacity.DEPUTY,
            "type_codes": ["QĐ"],
            "starts_on": date(2030, 1, 1),
            "ends_on": date(2030, 12, 31),
            "paper": "Quyết định số 15/QĐ-UBND ngày 05 tháng 01 năm 2030",
            "actor": ward.ward_chairman,
            "at": NOON,
        }
        | changes,
    )


def sign_as(session, ward, key, type_code="QĐ", day=DAY):
    """Return in which capacity somebody may sign a paper of the ward."""
    unit = session.get_one(Unit, ward.units["phuong"])
    return signer_for(session, ward.people[key], unit, type_code, day)


@on_sqlite
def test_the_head_needs_no_paper(session, ward):
    signer = sign_as(session, ward, "ward_chairman")
    assert (signer.capacity, signer.authorisation_id) == (Capacity.HEAD, None)


@on_sqlite
def test_a_deputy_signs_with_one_in_force_for_this_type(session, ward):
    with pytest.raises(NoAuthorisation):
        sign_as(session, ward, "ward_deputy")
    row = authorise(session, ward, "ward_deputy")
    assert sign_as(session, ward, "ward_deputy").authorisation_id == row.id
    for type_code, day in (("TTr", DAY), ("QĐ", date(2031, 1, 1)), ("QĐ", date(2029, 12, 31))):
        with pytest.raises(NoAuthorisation):
            sign_as(session, ward, "ward_deputy", type_code, day)
    end_authorisation(
        session,
        authorisation_id=row.id,
        ends_on=date(2030, 12, 1),
        actor=ward.ward_chairman,
        at=NOON,
    )
    with pytest.raises(NoAuthorisation):
        sign_as(session, ward, "ward_deputy")


@on_sqlite
def test_who_signs_with_an_authorisation_signs_no_decision(session, ward):
    authorise(session, ward, "ward_clerk", capacity=Capacity.AUTHORISED, type_codes=["TB"])
    signer = sign_as(session, ward, "ward_clerk", "TB")
    assert signer.block == "TUQ. CHỦ TỊCH\nCHUYÊN VIÊN"
    with pytest.raises(NotPermitted):
        sign_as(session, ward, "ward_clerk", "QĐ")


@on_sqlite
@pytest.mark.parametrize(
    ("key", "changes", "field"),
    [
        ("ward_clerk", {}, "capacity"),
        ("ward_deputy", {"capacity": Capacity.BY_ORDER, "type_codes": ["TB"]}, "capacity"),
        ("ward_deputy", {"capacity": Capacity.HEAD}, "capacity"),
        ("ward_deputy", {"type_codes": []}, "type_codes"),
        ("ward_deputy", {"type_codes": ["XX"]}, "type_codes"),
        ("ward_clerk", {"capacity": Capacity.AUTHORISED}, "type_codes"),
        (
            "ward_clerk",
            {"capacity": Capacity.AUTHORISED, "type_codes": ["TB"], "ends_on": None},
            "ends_on",
        ),
        ("ward_deputy", {"ends_on": date(2029, 1, 1)}, "ends_on"),
        ("ward_deputy", {"paper": " "}, "paper"),
    ],
)
def test_what_cannot_be_handed_on_is_refused(session, ward, key, changes, field):
    with pytest.raises(InvalidSubmission) as caught:
        authorise(session, ward, key, **changes)
    assert field in caught.value.messages


@on_sqlite
def test_the_head_alone_authorises_and_only_people_of_the_unit(session, ward):
    with pytest.raises(NotPermitted):
        authorise(session, ward, "ward_deputy", actor=ward.ward_clerk)
    with pytest.raises(NotFound):
        authorise(session, ward, "school_deputy")


@on_sqlite
def test_the_page_lists_who_may_be_authorised_and_who_is(session, ward):
    authorise(session, ward, "ward_deputy")
    names = [row.person.full_name for row in positions_for(session, ward.units["phuong"], NOON)]
    assert "Dương Thị Thay" in names
    assert "Đặng Văn Ký" not in names
    (row,) = list_authorisations(session, ward.units["phuong"], NOON)
    assert row.name == "Dương Thị Thay"
