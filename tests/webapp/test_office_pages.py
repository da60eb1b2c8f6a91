"""Rounds, the plan and the settings on pages: who may, what is refused, what is kept."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.store.models import Round, Setting

ROUND = {
    "plan_id": "1",
    "occasion": "annual",
    "year": "2030",
    "name": "Khen thưởng năm 2030 đợt hai",
    "awards": ["unit_certificate", "provincial_merit"],
    "opens_at": "01/12/2030",
    "closes_at": "31/12/2030",
    "key": "1" * 32,
}


@pytest.fixture
def database_url(sqlite_url):
    """The commands behind these pages are tested on both databases with the engine."""
    return sqlite_url


def rounds(database):
    with Session(database) as session:
        return session.scalar(select(func.count()).select_from(Round))


def test_everyone_sees_the_rounds_and_which_of_them_take_nominations(browse):
    page = browse("school_clerk").get("/dot-khen-thuong").text
    assert page.count("Đang nhận hồ sơ") == 2
    assert page.count("Đã kết thúc") == 1
    assert "Mở đợt khen thưởng" not in page


@pytest.mark.parametrize("who", ["ward_clerk", "administrator"])
def test_the_standing_clerk_opens_a_round_that_ends_with_its_last_day(browse, database, who):
    answer = browse(who).post("/dot-khen-thuong/mo", ROUND)
    assert answer.status_code == 303, answer.text
    with Session(database) as session:
        made = session.scalars(select(Round).order_by(Round.id.desc())).first()
    assert made.closes_at.isoformat() == "2030-12-31T16:59:59+00:00"


@pytest.mark.parametrize("who", ["school_head", "ward_chairman", "auditor"])
@pytest.mark.parametrize("path", ["mo", "1/sua", "1/dong"])
def test_nobody_else_changes_a_round(browse, database, who, path):
    before = rounds(database)
    assert browse(who).post(f"/dot-khen-thuong/{path}", ROUND).status_code == 403
    assert rounds(database) == before


def test_an_award_that_the_plan_does_not_allow_is_refused_with_its_section(browse, database):
    before = rounds(database)
    forged = {**ROUND, "awards": ["labor_order"]}
    answer = browse("ward_clerk").post("/dot-khen-thuong/mo", forged)
    assert answer.status_code == 422
    assert "IV.2.a" in answer.text
    assert ROUND["name"] in answer.text
    assert rounds(database) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("year", "1999"),
        ("year", "hai nghìn"),
        ("awards", []),
        ("awards", ["medal"]),
        ("occasion", ""),
        ("opens_at", "32/13/2030"),
        ("closes_at", "30/11/2030"),
        ("plan_id", "x"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_control(browse, database, field, value):
    before = rounds(database)
    answer = browse("ward_clerk").post("/dot-khen-thuong/mo", {**ROUND, field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert rounds(database) == before


def test_a_round_is_closed_at_once(browse, database, accounts):
    clerk = browse("ward_clerk")
    path = f"/dot-khen-thuong/{accounts.annual_id}/dong"
    assert clerk.post(path).status_code == 303
    assert clerk.get("/dot-khen-thuong").text.count("Đã kết thúc") == 2
    assert clerk.post(path).status_code == 422


def test_the_plan_is_for_all_and_its_doubts_for_those_who_keep_it(browse):
    head = browse("school_head").get("/ke-hoach").text
    clerk = browse("ward_clerk").get("/ke-hoach").text
    assert "IV.2.a" in head
    assert "CQ1" in head
    assert "Chỗ chưa rõ và cách hiểu" not in head
    assert "Chỗ chưa rõ và cách hiểu" in clerk
    assert ">A11<" in clerk


def test_the_plan_names_the_movement_that_it_answers(browse):
    page = browse("school_head").get("/ke-hoach").text
    assert "Hưởng ứng phong trào" in page
    assert "24/4/2025" in page or "24/04/2025" in page
    assert "Quyết định số 923/QĐ-TTg ngày 14/5/2025" in page


def test_a_plan_that_is_not_there_is_not_found(browse):
    assert browse("school_head").get("/ke-hoach?ma=khong-co").status_code == 404


def test_a_setting_keeps_its_history_and_shows_on_every_page_at_once(browse):
    administrator = browse("administrator")
    line = "Bà Hoàng Thị Sổ, điện thoại 0208 000 000"
    path = "/cau-hinh/contact"
    answer = administrator.post(path, {"contact": line, "version": "0"})
    assert answer.status_code == 303
    page = administrator.get("/cau-hinh").text
    assert page.count("cấu hình đơn vị") >= 5
    assert "Lịch sử thay đổi (1)" in page
    assert "Tạ Thị Máy" in page
    assert f"Liên hệ thường trực: {line}" in browse("school_head").get("/ke-hoach").text


def test_a_setting_that_somebody_else_changed_is_not_overwritten(browse, database):
    administrator = browse("administrator")
    administrator.post("/cau-hinh/max_returns", {"max_returns": "3", "version": "0"})
    late = administrator.post("/cau-hinh/max_returns", {"max_returns": "7", "version": "0"})
    assert late.status_code == 409
    assert 'value="7"' in late.text
    with Session(database) as session:
        assert session.scalars(select(Setting.value)).all() == ["3"]


@pytest.mark.parametrize("value", ["0", "51", "ba", "", "٣"])
def test_a_wrong_number_of_returns_is_refused(browse, database, value):
    answer = browse("administrator").post(
        "/cau-hinh/max_returns", {"max_returns": value, "version": "0"}
    )
    assert answer.status_code == 422
    assert 'href="#max_returns"' in answer.text


@pytest.mark.parametrize("who", ["school_head", "ward_clerk", "auditor"])
@pytest.mark.parametrize("path", ["/cau-hinh", "/cau-hinh/contact"])
def test_settings_are_for_the_administrator_alone(browse, who, path):
    assert browse(who).get(path).status_code == 403


def test_a_setting_that_is_not_there_is_not_found(browse):
    assert browse("administrator").get("/cau-hinh/colour").status_code == 404
