"""Units and people on pages: who may change them, and how they are found and sorted."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.store.models import Account, JournalEntry, Person, Position, Unit
from tests.webapp.conftest import Browser

SCHOOL = {
    "code": "tieu-hoc-ban-mai",
    "name": "Trường Tiểu học Ban Mai",
    "kind": "school",
    "parent_id": "2",
}


@pytest.fixture
def database_url(sqlite_url):
    """The commands behind these pages are tested on both databases with the engine."""
    return sqlite_url


@pytest.fixture
def form(browse):
    """Return a function that opens a form as a person and sends it with their answers."""

    def send(who, path, fields):
        browser = browse(who)
        page = browser.get(path)
        if page.status_code != 200:
            return page
        key = re.search(r'name="key" value="(\w+)"', page.text).group(1)
        return browser.post(path, {"key": key, **fields})

    return send


def count(database, table):
    with Session(database) as session:
        return session.scalar(select(func.count()).select_from(table))


def order_of(page, *names):
    places = [page.index(name) for name in names]
    return places == sorted(places)


@pytest.mark.parametrize("who", ["school_head", "ward_chairman", "provincial_clerk"])
@pytest.mark.parametrize("path", ["/don-vi", "/nguoi-dung", "/nguoi-dung/1"])
def test_the_organisation_is_shown_to_those_who_need_it_alone(browse, who, path):
    assert browse(who).get(path).status_code == 403


@pytest.mark.parametrize("who", ["ward_clerk", "auditor", "school_head"])
@pytest.mark.parametrize(
    "path",
    [
        "/don-vi/them",
        "/don-vi/3/sua",
        "/don-vi/3/dong",
        "/nguoi-dung/them",
        "/nguoi-dung/1/sua",
        "/nguoi-dung/1/chuc-vu/them",
        "/nguoi-dung/1/chuc-vu/1/ket-thuc",
        "/nguoi-dung/1/tai-khoan",
        "/nguoi-dung/1/tai-khoan/mat-khau",
        "/nguoi-dung/1/tai-khoan/khoa",
    ],
)
def test_only_an_administrator_changes_it(browse, database, who, path):
    before = count(database, JournalEntry)
    browser = browse(who)
    answer = browser.post(path, {**SCHOOL, "key": "k", "full_name": "X", "username": "x"})
    assert answer.status_code == 403
    assert count(database, JournalEntry) == before + 2  # the login, and what was refused


def test_an_administrator_adds_a_unit_and_finds_it_in_the_tree(form, browse):
    answer = form("administrator", "/don-vi/them", SCHOOL)
    assert answer.status_code == 303
    page = browse("auditor").get("/don-vi").text
    assert order_of(
        page, "Ủy ban nhân dân phường Vạn Xuân", "Tiểu học Ban Mai", "Trung học cơ sở Hoa Ban"
    )


def test_a_wrong_unit_is_shown_again_with_what_was_typed(form, database):
    before = count(database, Unit)
    typed = {**SCHOOL, "code": "Mã Sai!", "name": 'Trường "A" <b>'}
    answer = form("administrator", "/don-vi/them", typed)
    assert answer.status_code == 422
    assert 'href="#code"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="Trường &#34;A&#34; &lt;b&gt;"' in answer.text
    assert '<option value="school" selected>' in answer.text
    assert count(database, Unit) == before


@pytest.mark.parametrize("kind", ["", "castle", "SCHOOL"])
def test_a_kind_that_is_not_on_the_page_is_refused(form, database, kind):
    before = count(database, Unit)
    answer = form("administrator", "/don-vi/them", {**SCHOOL, "kind": kind})
    assert answer.status_code == 422
    assert 'href="#kind"' in answer.text
    assert count(database, Unit) == before


def test_a_double_click_adds_one_person(browse, database):
    before = count(database, Person)
    browser = browse("administrator")
    fields = {"key": "0" * 32, "full_name": "Nguyễn Thị Ánh", "is_woman": "woman"}
    answers = [browser.post("/nguoi-dung/them", fields) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert count(database, Person) == before + 1


@pytest.mark.parametrize("typed", ["do thi", "Đỗ Thị", "ĐỖ THỊ THỬ", "thu"])
def test_people_are_found_with_and_without_marks(browse, typed):
    page = browse("administrator").get(f"/nguoi-dung?q={typed}").text
    assert "Đỗ Thị Thử" in page
    assert "Lê Thị Mơ" not in page


def test_people_are_sorted_by_given_name(browse):
    page = browse("administrator").get("/nguoi-dung").text
    assert order_of(page, "Ngô Thị Bàn", "Hồ Thị Bộ", "Trần Văn Giả", "Đặng Văn Ký")


def test_people_of_one_unit_are_listed(browse, accounts):
    unit = accounts.units["truong"]
    page = browse("administrator").get(f"/nguoi-dung?unit={unit}").text
    assert "Lê Thị Mơ" in page
    assert "Phạm Văn Mẫu" not in page


def test_a_search_that_finds_nobody_says_so(browse):
    assert "Không có người nào phù hợp" in browse("auditor").get("/nguoi-dung?q=%25").text


def test_a_new_person_gets_a_position_an_account_and_chooses_a_password(app, form, database):
    made = form("administrator", "/nguoi-dung/them", {"full_name": "Nguyễn Thị Ánh"})
    address = made.headers["Location"]
    given = form(
        "administrator",
        f"{address}/chuc-vu/them",
        {"unit_id": "3", "role": "unit_clerk", "title": "Kế toán", "starts_on": "01/09/2030"},
    )
    assert given.status_code == 303
    shown = form("administrator", f"{address}/tai-khoan", {"username": "Anh.Nguyen"})
    assert shown.status_code == 200
    password = re.search(r'class="secret">([^<]+)<', shown.text).group(1)
    newcomer = Browser(app.test_client())
    entered = newcomer.post("/dang-nhap", {"username": "anh.nguyen", "password": password})
    assert entered.status_code == 303
    assert newcomer.get("/dot-khen-thuong").headers["Location"] == "/tai-khoan/mat-khau"
    with Session(database) as session:
        details = str([row.detail for row in session.scalars(select(JournalEntry))])
    assert password not in details


def test_a_position_that_ends_takes_its_role_away_the_day_after(form, browse, app, database):
    with Session(database) as session:
        position = session.scalars(
            select(Position).where(Position.role == "administrator")
        ).one()
        clerk = session.scalars(select(Position).where(Position.role == "auditor")).one()
    assert browse("auditor").get("/don-vi").status_code == 200
    path = f"/nguoi-dung/{clerk.person_id}/chuc-vu/{clerk.id}/ket-thuc"
    assert form("administrator", path, {"ends_on": "01/12/2030"}).status_code == 303
    assert browse("auditor").get("/don-vi").status_code == 403
    wrong = f"/nguoi-dung/{clerk.person_id}/chuc-vu/{position.id}/ket-thuc"
    assert form("administrator", wrong, {"ends_on": "01/12/2030"}).status_code == 404


def test_an_administrator_gives_themselves_no_role(form, accounts, database):
    before = count(database, Position)
    path = f"/nguoi-dung/{accounts.administrator.person_id}/chuc-vu/them"
    fields = {"unit_id": "2", "role": "ward_chairman", "title": "X", "starts_on": "01/12/2030"}
    assert form("administrator", path, fields).status_code == 403
    assert count(database, Position) == before


@pytest.mark.parametrize("day", ["31/02/2030", "hôm nay", ""])
def test_an_impossible_day_is_refused_at_its_control(form, day):
    answer = form("administrator", "/don-vi/3/dong", {"closes_on": day})
    assert answer.status_code == 422
    assert 'href="#closes_on"' in answer.text


def test_a_locked_account_does_not_come_in_again(browse, app, accounts, database):
    victim = browse("school_clerk")
    person = accounts.school_clerk.person_id
    administrator = browse("administrator")
    answer = administrator.post(f"/nguoi-dung/{person}/tai-khoan/khoa")
    assert answer.status_code == 303
    assert victim.get("/dot-khen-thuong").status_code == 303
    with Session(database) as session:
        locked = session.scalars(select(Account).where(Account.person_id == person)).one()
        assert locked.disabled_at is not None


def test_the_menu_shows_what_a_person_may_open(browse):
    head = browse("school_head").get("/ke-hoach").text
    assert "Lập đề nghị" in head
    assert "Đơn vị, người dùng" not in head
    administrator = browse("administrator").get("/ke-hoach").text
    assert "Đơn vị, người dùng" in administrator
    assert "Cấu hình" in administrator
    assert "Lập đề nghị" not in administrator
