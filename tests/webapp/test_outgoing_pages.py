"""Outgoing papers in the browser: each step by who may do it, in its turn."""

import io
import re

import pytest
from pypdf import PdfReader

from engine.store.database import reading
from engine.store.models import OutgoingPaper
from forms.vocabulary import Award, CaseState
from tests.walk import Walk, on_sqlite

pytestmark = on_sqlite

WAY = (
    ("kiem-tra-noi-dung", "ward_deputy", {}),
    ("kiem-tra-the-thuc", "ward_clerk", {}),
    ("duyet", "ward_chairman", {}),
    ("ky", "ward_chairman", {}),
    ("cap-so", "ward_clerk", {"dated_on": "02/12/2030"}),
    ("phat-hanh", "ward_clerk", {}),
    ("luu", "ward_clerk", {}),
)

CLERKS_PART = ("kiem-tra-noi-dung", "cap-so", "phat-hanh")
"""What the clerk of a unit does with a paper that its head has drafted."""


@pytest.fixture
def walks(database, accounts):
    """Two nominations that wait for the ward chairman's decision."""
    return [Walk(database, accounts).open().to("decide_at_ward") for _ in range(2)]


def key_of(page):
    return re.search(r'name="key" value="([^"]+)"', page.text).group(1)


def draft(browse, walks):
    """Draft the decision as the clerk does, and return the address of the paper."""
    clerk = browse("ward_clerk")
    listed = clerk.get("/van-ban-di").text
    address = re.search(r'href="(/van-ban-di/quyet-dinh-moi/[^"]+)"', listed).group(1)
    page = clerk.get(address)
    tasks = re.findall(r'name="task_ids" value="([^"]+)" checked', page.text)
    assert set(tasks) == {walk.task().id for walk in walks}
    sent = clerk.post(address, {"task_ids": tasks, "key": key_of(page)})
    assert sent.status_code == 303
    return sent.location


def go(browse, address, until, since="kiem-tra-noi-dung"):
    names = [name for name, _, _ in WAY]
    for name, who, fields in WAY[names.index(since) : names.index(until) + 1]:
        browser = browse(who)
        assert f"{address}/viec/{name}" in browser.get(address).text, name
        page = browser.get(f"{address}/viec/{name}")
        sent = browser.post(f"{address}/viec/{name}", fields | {"key": key_of(page)})
        assert sent.status_code == 303, sent.text


def text_of(answer):
    return " ".join(
        " ".join(
            page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages
        ).split()
    )


def test_a_decision_goes_all_its_way(browse, walks, database):
    address = draft(browse, walks)
    clerk = browse("ward_clerk")
    assert "Số: 01/QĐ-UBND" not in text_of(clerk.get(f"{address}.pdf"))
    go(browse, address, "luu")
    page = clerk.get(address).text
    assert "01/QĐ-UBND" in page
    assert "Đã lưu" in page
    paper = text_of(clerk.get(f"{address}.pdf"))
    assert "Số: 01/QĐ-UBND" in paper
    assert "ngày 02 tháng 12 năm 2030" in paper
    assert "cho 02 cá nhân" in paper
    assert [walk.case().state for walk in walks] == [CaseState.AWARDED] * 2
    register = clerk.get("/van-ban-di/so").text
    assert "01/QĐ-UBND" in register
    assert address in clerk.get(f"/ho-so/{walks[0].case().reference}?tab=papers").text
    assert browse("school_clerk").get(f"{address}.pdf").status_code == 200


def test_before_it_is_issued_the_unit_sees_nothing_of_it(browse, walks):
    address = draft(browse, walks)
    school = browse("school_clerk")
    assert school.get(address).status_code == 404
    assert school.get(f"{address}.pdf").status_code == 404
    assert browse("auditor").get(address).status_code == 200
    assert browse("council_member").get("/van-ban-di").status_code == 403


def test_nobody_is_offered_what_they_may_not_do(browse, walks):
    address = draft(browse, walks)
    assert "/viec/kiem-tra-noi-dung" not in browse("ward_clerk").get(address).text
    go(browse, address, "duyet")
    deputy = browse("ward_deputy")
    assert f"{address}/viec/ky" not in deputy.get(address).text
    page = deputy.get(f"{address}/viec/ky")
    refused = deputy.post(f"{address}/viec/ky", {"key": key_of(page)})
    assert refused.status_code == 409
    assert "Chưa có văn bản còn hiệu lực giao ông/bà ký" in refused.text


def test_a_deputy_signs_for_the_head_with_a_paper(browse, walks):
    chairman = browse("ward_chairman")
    address = draft(browse, walks)
    unit = re.search(r"/van-ban-di/uy-quyen/\d+", chairman.get("/van-ban-di").text).group(0)
    page = chairman.get(unit)
    deputy_id = re.search(r'value="(\d+)">Dương Thị Thay', page.text).group(1)
    typed = {
        "position_id": deputy_id,
        "capacity": "deputy",
        "type_codes": ["QĐ"],
        "starts_on": "01/01/2030",
        "ends_on": "31/12/2029",
        "paper": "Quyết định số 15/QĐ-UBND",
        "key": key_of(page),
    }
    refused = chairman.post(unit, typed)
    assert refused.status_code == 422
    assert "Quyết định số 15/QĐ-UBND" in refused.text
    assert chairman.post(unit, typed | {"ends_on": "31/12/2030"}).status_code == 303
    assert "Quyết định số 15/QĐ-UBND" in chairman.get(unit).text
    go(browse, address, "duyet")
    deputy = browse("ward_deputy")
    page = deputy.get(f"{address}/viec/ky")
    assert "KT. CHỦ TỊCH" in page.text
    assert deputy.post(f"{address}/viec/ky", {"key": key_of(page)}).status_code == 303
    go(browse, address, "phat-hanh", "cap-so")
    paper = text_of(deputy.get(f"{address}.pdf"))
    assert "KT. CHỦ TỊCH PHÓ CHỦ TỊCH" in paper
    assert "Dương Thị Thay" in paper


def test_what_is_written_into_a_draft_is_kept_when_it_is_refused(browse, walks):
    address = draft(browse, walks)
    clerk = browse("ward_clerk")
    page = clerk.get(f"{address}/sua")
    tasks = re.findall(r'name="task_ids" value="([^"]+)" checked', page.text)
    typed = {
        "task_ids": tasks[:1],
        "subject_line": "Về việc tặng Giấy khen đợt cuối năm",
        "reason": "",
        "executors": "Trưởng Phòng Văn hóa - Xã hội",
        "recipients": "Như Điều 2\nLưu: VT, VHXH",
        "key": key_of(page),
    }
    refused = clerk.post(f"{address}/sua", typed)
    assert refused.status_code == 422
    assert "Về việc tặng Giấy khen đợt cuối năm" in refused.text
    assert clerk.post(f"{address}/sua", typed | {"reason": "đã đạt giải"}).status_code == 303
    paper = text_of(clerk.get(f"{address}.pdf"))
    assert "Về việc tặng Giấy khen đợt cuối năm" in paper
    assert "cho 01 cá nhân, đã đạt giải" in paper
    assert "- Lưu: VT, VHXH." in paper


def test_a_paper_is_sent_back_and_dropped_with_reasons(browse, walks, database):
    address = draft(browse, walks)
    go(browse, address, "duyet")
    clerk = browse("ward_clerk")
    for name in ("tra-lai", "bo"):
        page = clerk.get(f"{address}/viec/{name}")
        empty = clerk.post(f"{address}/viec/{name}", {"reason": " ", "key": key_of(page)})
        assert empty.status_code == 422
        fields = {"reason": "Sửa lại tên.", "key": key_of(page)}
        assert clerk.post(f"{address}/viec/{name}", fields).status_code == 303
    assert "Sửa lại tên." in clerk.get(address).text
    assert "Đã bỏ dự thảo" in clerk.get(address).text
    assert "/van-ban-di/quyet-dinh-moi/" in clerk.get("/van-ban-di").text


def test_numbers_used_elsewhere_are_written_into_the_register(browse, walks):
    clerk = browse("ward_clerk")
    address = re.search(
        r"/van-ban-di/so/\d+/ngoai-he-thong", clerk.get("/van-ban-di/so").text
    ).group(0)
    page = clerk.get(address)
    typed = {
        "type_code": "QĐ",
        "year": "2030",
        "up_to": "ba",
        "used_for": "Quyết định về nhân sự",
        "key": key_of(page),
    }
    refused = clerk.post(address, typed)
    assert refused.status_code == 422
    assert "Quyết định về nhân sự" in refused.text
    assert clerk.post(address, typed | {"up_to": "12"}).status_code == 303
    register = clerk.get("/van-ban-di/so").text
    assert "12/QĐ-UBND" in register
    assert "Ngoài hệ thống" in register
    paper = draft(browse, walks)
    go(browse, paper, "cap-so")
    assert "13/QĐ-UBND" in clerk.get(paper).text


def test_the_ward_states_several_cases_at_once(browse, database, accounts):
    walks = [
        Walk(database, accounts).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_province")
        for _ in range(2)
    ]
    clerk = browse("ward_clerk")
    address = re.search(
        r'href="(/van-ban-di/to-trinh-moi/[^"]+)"', clerk.get("/van-ban-di").text
    )
    page = clerk.get(address.group(1))
    tasks = re.findall(r'name="task_ids" value="([^"]+)" checked', page.text)
    assert len(tasks) == len(walks)
    sent = clerk.post(address.group(1), {"task_ids": tasks, "key": key_of(page)})
    go(browse, sent.location, "phat-hanh")
    paper = text_of(clerk.get(f"{sent.location}.pdf"))
    assert "Số: 01/TTr-UBND" in paper
    assert "cho 02 cá nhân" in paper
    assert "to-trinh-moi" not in clerk.get("/van-ban-di").text


def test_the_statement_of_a_unit_gets_its_number(browse, walks, database):
    head = browse("school_head")
    reference = walks[0].case().reference
    papers = head.get(f"/ho-so/{reference}?tab=papers").text
    address = re.search(
        r'href="(/van-ban-di/trinh-ky/[^"]+/to-trinh-don-vi/\d+)"', papers
    ).group(1)
    page = head.get(address)
    unit = re.search(r'<option value="(\d+)"', page.text).group(1)
    sent = head.post(address, {"unit_id": unit, "key": key_of(page)})
    assert sent.status_code == 303
    for name, _, fields in WAY[:-1]:
        browser = browse("school_clerk" if name in CLERKS_PART else "school_head")
        form = browser.get(f"{sent.location}/viec/{name}")
        done = browser.post(f"{sent.location}/viec/{name}", fields | {"key": key_of(form)})
        assert done.status_code == 303, (name, done.text)
    with reading(database) as session:
        assert session.query(OutgoingPaper).one().number == "01/TTr-THCSHB"
    assert "Số: 01/TTr-THCSHB" in text_of(head.get(f"{sent.location}.pdf"))
    assert "01/TTr-THCSHB" in head.get(f"/ho-so/{reference}?tab=papers").text
