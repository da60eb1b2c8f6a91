"""Bonuses on pages: before a decision, with the papers of a case, summed for a round."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.settings import get_setting
from engine.store.database import reading, unit_of_work
from engine.store.models import RegisterEntry
from forms.vocabulary import Award, EntryState, Outcome
from tests.walk import Walk


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


def award_page(browser, walk):
    return browser.get(f"/cong-viec/{walk.task().id}/award").text


def test_the_bonus_is_shown_before_the_decision_with_its_sources(walk, browse):
    walk.open().to("decide_at_ward")
    page = award_page(browse("ward_chairman"), walk)
    assert "380.000 đồng" in page
    assert "0,15 × 2.530.000 = 379.500" in page
    assert "Quỹ thi đua, khen thưởng của phường" in page
    assert "Nghị định số 161/2026/NĐ-CP" in page
    assert "Điều 11 khoản 4" in page
    assert "cấu hình đơn vị" in page


def test_where_no_rule_is_known_the_page_says_so(walk, browse, monkeypatch):
    walk.open(actor=walk.ward.school_clerk).to("decide_at_ward")
    monkeypatch.setattr("engine.bonus._on", lambda day, entries: None)
    page = award_page(browse("ward_chairman"), walk)
    assert "Chưa có quy định trong hệ thống: mức lương cơ sở" in page
    assert "không có điều khoản tiền thưởng" in page


def test_only_an_award_shows_a_bonus(walk, browse):
    walk.open().to("decide_at_ward")
    page = browse("ward_chairman").get(f"/cong-viec/{walk.task().id}/reject").text
    assert "380.000 đồng" not in page


def test_the_papers_of_a_case_show_the_bonus_that_was_decided(walk, browse):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    page = browse("school_head").get(f"/ho-so/{walk.case().reference}?tab=papers").text
    assert "0,15 × 2.530.000 = 379.500 → 380.000 đồng" in page


def test_a_round_sums_its_bonuses_for_each_fund(walk, browse, ward):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    other = Walk(walk.database, ward).open(award=Award.PROVINCIAL_MERIT)
    other.to("decide_at_province").do(Outcome.AWARD, number="310/QĐ-UBND")
    page = browse("auditor").get(f"/dot-khen-thuong/{ward.final_id}/tien-thuong").text
    for amount in ("380.000 đồng", "3.800.000 đồng", "4.180.000 đồng"):
        assert amount in page
    assert page.index("của phường") < page.index("của tỉnh")


def test_an_annulled_award_is_taken_off_the_sums(walk, browse, ward):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    with unit_of_work(walk.database) as session:
        entry = session.scalars(select(RegisterEntry)).one()
        entry.state = EntryState.ANNULLED
    page = browse("auditor").get(f"/dot-khen-thuong/{ward.final_id}/tien-thuong").text
    assert "380.000 đồng" not in page
    assert "1 quyết định đã hủy bỏ, thu hồi" in page


def test_an_award_that_a_reader_may_not_see_is_not_in_their_sums(walk, browse, ward):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    page = browse("provincial_clerk").get(f"/dot-khen-thuong/{ward.final_id}/tien-thuong").text
    assert "380.000 đồng" not in page
    assert "chưa có quyết định nào" in page


@pytest.mark.parametrize(("who", "status"), [("school_head", 403), ("ward_clerk", 200)])
def test_sums_are_for_those_who_keep_the_board(browse, ward, who, status):
    path = f"/dot-khen-thuong/{ward.final_id}/tien-thuong"
    assert browse(who).get(path).status_code == status
    assert (path in browse(who).get("/dot-khen-thuong").text) == (status == 200)


def test_sums_of_no_round_are_not_found(browse):
    assert browse("ward_clerk").get("/dot-khen-thuong/999/tien-thuong").status_code == 404


# --- settings ---------------------------------------------------------------------------


RATE = "/cau-hinh/bonus_unit_certificate"


def fields(**changes):
    return {
        "bonus_unit_certificate": "0,3",
        "applies_from": "01/01/2031",
        "version": "0",
        **changes,
    }


def value_on(database, day):
    with reading(database) as session:
        return get_setting(session, "bonus_unit_certificate", day)


def test_a_setting_is_changed_from_a_day_on_and_its_history_says_so(browse, database):
    administrator = browse("administrator")
    assert administrator.post(RATE, fields()).status_code == 303
    new_year = date(2031, 1, 1)
    assert value_on(database, new_year) == "0,3"
    assert value_on(database, new_year - timedelta(days=1)) == "0,15"
    page = administrator.get("/cau-hinh").text
    assert "Từ ngày 01/01/2031: 0,3" in page
    assert "0,3, áp dụng từ 01/01/2031" in page
    assert "Tạ Thị Máy" in page
    assert "Từ ngày 01/01/2031: 0,3" in administrator.get(RATE).text


def test_a_preview_shows_the_cases_and_stores_nothing(walk, browse, database):
    walk.open().to("decide_at_ward")
    answer = browse("administrator").post(RATE, fields(action="preview"))
    assert answer.status_code == 200
    assert walk.case().reference in answer.text
    assert "380.000 đồng → 760.000 đồng" in answer.text
    assert 'value="01/01/2031"' in answer.text
    assert value_on(database, date(2031, 1, 1)) == "0,15"


@pytest.mark.parametrize("action", ["preview", "save"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bonus_unit_certificate", "một nửa"),
        ("applies_from", "31/02/2031"),
        ("applies_from", "01/01/1999"),
        ("applies_from", ""),
    ],
)
def test_a_wrong_value_or_day_is_refused_at_its_box(browse, database, name, value, action):
    answer = browse("administrator").post(RATE, fields(action=action) | {name: value})
    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text
    assert value_on(database, date(2031, 1, 1)) == "0,15"


def test_what_is_changed_at_once_has_no_day(browse):
    assert 'name="applies_from"' not in browse("administrator").get("/cau-hinh/contact").text


def test_a_value_that_may_be_empty_is_emptied(browse, database):
    administrator = browse("administrator")
    path = "/cau-hinh/supplement_days"
    sent = {"supplement_days": "5", "applies_from": "02/12/2030", "version": "0"}
    assert administrator.post(path, sent).status_code == 303
    sent |= {"supplement_days": "", "version": "1"}
    assert administrator.post(path, sent).status_code == 303
    assert "(để trống)" in administrator.get("/cau-hinh").text
