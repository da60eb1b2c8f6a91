"""The page of time limits: seen before it is saved; and days in words where tasks are shown."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.deadlines.alarms import run
from engine.store.database import reading
from engine.store.models import Deadline
from forms.vocabulary import Award
from tests.walk import Walk, new_key, on_sqlite, traces
from tests.ward import NOON

pytestmark = on_sqlite

FORM = "/thoi-han/dat"


def fields(**changes):
    return {
        "step": "ward:appraise_at_ward",
        "award": "",
        "days": "5",
        "counting": "working",
        "remind_before": "2",
        "escalates": "1",
        "starts_on": "01/12/2030",
        "source": "Quy chế số 01/QC-HĐ",
        "action": "preview",
        "key": new_key(),
        **changes,
    }


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open().to("appraise_at_ward")


def limits(database):
    with reading(database) as session:
        return session.scalar(select(func.count()).select_from(Deadline))


def foreseen(page):
    return re.search(r'name="foreseen" value="([0-9a-f]{64})"', page).group(1)


def set_limit(browser, **changes):
    sent = fields(**changes)
    seen = foreseen(browser.post(FORM, sent).text)
    return browser.post(FORM, sent | {"action": "save", "foreseen": seen})


def test_without_limits_the_page_says_so_and_prints_no_number(browse):
    page = browse("administrator").get("/thoi-han").text
    assert page.count("Chưa có quy định trong hệ thống") == 14
    assert "Chỉ để tham khảo" in page


def test_a_limit_is_seen_then_saved_and_its_task_moves(browse, walk, database):
    administrator = browse("administrator")
    answer = administrator.post(FORM, fields())
    assert "1 việc đổi hạn." in answer.text
    assert walk.case().reference in answer.text
    assert "09/12/2030, còn 5 ngày làm việc" in answer.text
    assert 'value="Quy chế số 01/QC-HĐ"' in answer.text
    assert limits(database) == 0
    assert set_limit(administrator).status_code == 303
    assert limits(database) == 1
    assert walk.check() == []
    page = administrator.get("/thoi-han").text
    assert "5 ngày làm việc, từ ngày 01/12/2030; nhắc trước 2 ngày làm việc" in page
    assert "cấu hình đơn vị" in page
    assert "Tạ Thị Máy" in page
    assert "09/12/2030, còn 5 ngày làm việc" in browse("ward_clerk").get("/").text


def test_saving_twice_by_a_double_click_saves_once(browse, database):
    administrator, sent = browse("administrator"), fields()
    sent |= {"foreseen": foreseen(administrator.post(FORM, sent).text), "action": "save"}
    assert administrator.post(FORM, sent).status_code == 303
    assert administrator.post(FORM, sent).status_code == 303
    assert limits(database) == 1


def test_what_was_not_seen_is_shown_before_it_is_saved(browse, walk, database, ward):
    administrator, sent = browse("administrator"), fields()
    seen = foreseen(administrator.post(FORM, sent).text)
    Walk(database, ward).open().to("appraise_at_ward")
    for other in ({"foreseen": seen}, {"foreseen": ""}, {"foreseen": seen, "days": "4"}):
        answer = administrator.post(FORM, sent | {"action": "save"} | other)
        assert answer.status_code == 409
        assert "2 việc đổi hạn." in answer.text
    assert limits(database) == 0


def test_tasks_that_become_overdue_are_marked_before(browse, database, ward):
    long_ago = NOON - timedelta(days=20)
    walk = Walk(database, ward, at=long_ago).open(at=long_ago).to("appraise_at_ward")
    sent = fields(starts_on="01/11/2030", days="3", remind_before="")
    page = browse("administrator").post(FORM, sent).text
    assert "1 việc quá hạn ngay khi lưu." in page
    assert "Quá hạn ngay" in page
    assert walk.task().due_at is None


WRONG = (
    ("days", "năm"),
    ("days", "0"),
    ("days", "999"),
    ("remind_before", "5"),
    ("step", "ward:no_such_step"),
    ("step", ""),
    ("award", "medal"),
    ("counting", "lunar"),
    ("starts_on", "31/02/2031"),
    ("source", ""),
)


def test_what_nobody_means_is_refused_at_its_box(browse, database):
    administrator, before = browse("administrator"), traces(database)
    for name, value in WRONG:
        for action in ("preview", "save"):
            answer = administrator.post(FORM, fields(action=action) | {name: value})
            assert answer.status_code == 422, (name, value)
            assert f'href="#{name}"' in answer.text, (name, value)
            assert "Quy chế số 01/QC-HĐ" in answer.text or name == "source"
    assert traces(database) == before


def test_only_who_manages_settings_opens_it(browse, database):
    for person in ("ward_clerk", "ward_chairman", "auditor"):
        browser = browse(person)
        assert browser.get("/thoi-han").status_code == 403
        assert browser.post(FORM, fields(action="save")).status_code == 403
    assert limits(database) == 0


def test_a_limit_read_elsewhere_fills_the_form_and_is_not_set(browse, database):
    page = browse("administrator").get(f"{FORM}?theo=T03").text
    assert '<option value="province:appraise_at_province" selected>' in page
    assert 'name="days" type="text" value="25"' in page
    assert limits(database) == 0


def test_an_overdue_task_is_marked_and_names_who_was_told(browse, walk, database, app):
    award = Award.UNIT_CERTIFICATE.value
    set_limit(browse("administrator"), days="1", remind_before="", award=award)
    clerk, reference = browse("ward_clerk"), walk.case().reference
    assert "Quá hạn" not in clerk.get(f"/ho-so/{reference}").text
    later = NOON + timedelta(days=3)
    run(database, lambda: later)
    app.extensions["thidua.clock"].shift += timedelta(days=3)
    clerk = browse("ward_clerk")
    page = clerk.get(f"/ho-so/{reference}").text
    assert "03/12/2030, quá hạn 2 ngày làm việc" in page
    assert "Đã báo cấp trên: Chủ tịch" in page
    shown = clerk.get(f"/cong-viec/{walk.task().id}").text
    assert "quá hạn 2 ngày làm việc" in shown
    assert "Đã báo cấp trên: Chủ tịch" in shown
    for address in ("/?tile=overdue", "/ho-so?late=overdue"):
        assert reference in clerk.get(address).text
    assert "Quá hạn: 1" in browse("ward_chairman").get("/hang-cho").text
    assert reference not in clerk.get("/ho-so?late=overdue&level=unit").text
