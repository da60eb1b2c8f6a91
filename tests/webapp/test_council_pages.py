"""Councils and public consultations on the pages."""

import io
import re
from datetime import date

import pytest
from sqlalchemy import select

from engine.store.database import unit_of_work
from engine.store.models import Consultation
from forms.vocabulary import Award
from tests.council import NOMINEES, build_council, walk_to_council
from tests.engine.samples import PDF
from tests.walk import new_key, on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def council(database, accounts):
    return build_council(database, accounts)


def send(browser, path, fields):
    return browser.post(path, {"key": new_key(), **fields})


def test_members_are_shown_by_day_and_changed_by_the_administrator(
    database, accounts, council, browse
):
    administrator, member = browse("administrator"), browse("council_member")
    page = member.get("/hoi-dong").text
    assert "11 thành viên, không kể người dự họp thay" in page
    assert "thay cho " in page
    assert "Thêm thành viên" not in page
    assert "chưa có thành viên nào" in member.get("/hoi-dong?ngay=30/06/2025").text
    path = f"/hoi-dong/{accounts.units['phuong']}/them"
    assert member.get(path).status_code == 403
    fields = {
        "person_id": accounts.ward_clerk.person_id,
        "office": "chair",
        "title": "Chuyên viên",
        "starts_on": "02/12/2030",
    }
    refused = send(administrator, path, fields)
    assert refused.status_code == 422
    assert "Đặng Văn Ký đang giữ chức danh đó" in refused.text
    assert send(administrator, path, {**fields, "office": "member"}).status_code == 303
    assert "12 thành viên" in member.get("/hoi-dong").text
    seat = council.seats[4]
    change = {"office": "deputy", "title": "Trưởng ban", "appointed_by": "Quyết định số 7"}
    assert send(administrator, f"/hoi-dong/thanh-vien/{seat}/sua", change).status_code == 303
    assert "Quyết định số 7" in member.get("/hoi-dong").text
    end = f"/hoi-dong/thanh-vien/{seat}/ket-thuc"
    assert send(administrator, end, {"ends_on": "01/12/2030"}).status_code == 303
    assert "11 thành viên" in member.get("/hoi-dong").text
    history = administrator.get("/hoi-dong?ngay=01/12/2030").text
    assert "12 thành viên" not in history
    assert f"/hoi-dong/thanh-vien/{seat}/sua" not in history
    assert "đã kết thúc" in history
    over = send(administrator, f"/hoi-dong/thanh-vien/{seat}/sua", change)
    assert over.status_code == 422
    assert "đã kết thúc ngày 01/12/2030" in over.text
    assert administrator.get("/hoi-dong/thanh-vien/9999/sua").status_code == 404
    assert browse("school_clerk").get("/hoi-dong").status_code == 403


def test_a_member_of_next_month_can_be_corrected_today(database, accounts, council, browse):
    administrator = browse("administrator")
    path = f"/hoi-dong/{accounts.units['phuong']}/them"
    fields = {
        "person_id": accounts.ward_clerk.person_id,
        "office": "member",
        "title": "Chuyên viên",
        "starts_on": "05/01/2031",
    }
    assert send(administrator, path, fields).status_code == 303
    page = administrator.get("/hoi-dong?ngay=05/01/2031").text
    assert "12 thành viên" in page
    links = re.findall(r"/hoi-dong/thanh-vien/\d+/sua", page)
    assert {administrator.get(link).status_code for link in links} == {200}


def test_a_result_is_written_once_and_its_proof_can_be_read(database, accounts, browse):
    walk = walk_to_council(
        database,
        accounts,
        NOMINEES[0],
        award=Award.LABOR_ORDER,
        element="record_provincial_council",
    )
    clerk = browse("provincial_clerk")
    fields = {
        "case_ids": str(walk.case_id),
        "channel": "Báo Thái Nguyên",
        "address": "Trang 2",
        "published_on": "02/12/2030",
    }
    wrong = send(
        clerk, "/lay-y-kien/moi", {**fields, "proof": (io.BytesIO(b"MZ"), "trang.exe")}
    )
    assert wrong.status_code == 422
    proof = (io.BytesIO(PDF), "Trang báo.pdf")
    begun = send(clerk, "/lay-y-kien/moi", {**fields, "proof": proof})
    kept = clerk.get(f"{begun.location}/ban-chup")
    assert (kept.status_code, kept.data) == (200, PDF)
    assert "sandbox" in kept.headers["Content-Security-Policy"]
    assert browse("school_clerk").get(f"{begun.location}/ban-chup").status_code == 403
    with unit_of_work(database) as session:
        row = session.scalars(select(Consultation)).one()
        row.published_on, row.ends_on = date(2030, 11, 15), date(2030, 12, 1)
    assert "Hết hạn, chưa ghi kết quả" in clerk.get("/lay-y-kien").text
    close = f"{begun.location}/ket-thuc"
    assert "Bắt buộc khi có ý kiến" in clerk.get(close).text
    assert send(clerk, close, {"opinions": "hai"}).status_code == 422
    assert send(browse("ward_clerk"), close, {"opinions": "0"}).status_code == 403
    assert send(clerk, close, {"opinions": "0"}).status_code == 303
    assert "0 ý kiến" in clerk.get(begun.location).text
    again = send(clerk, close, {"opinions": "3", "handling": "x"})
    assert again.status_code == 422
    assert "đã được ghi" in again.text


def test_a_consultation_is_begun_and_waits_for_its_end(database, accounts, browse):
    walk_to_council(
        database,
        accounts,
        NOMINEES[0],
        award=Award.LABOR_ORDER,
        element="record_provincial_council",
    )
    clerk = browse("provincial_clerk")
    assert "1 hồ sơ đang chờ Hội đồng" in clerk.get("/lay-y-kien").text
    page = clerk.get("/lay-y-kien/moi").text
    case_id = re.search(r'name="case_ids" value="(\d+)"', page)[1]
    fields = {
        "case_ids": case_id,
        "channel": "Cổng thông tin điện tử tỉnh",
        "address": "Mục Thi đua",
        "published_on": "02/12/2030",
        "ends_on": "10/12/2030",
    }
    refused = send(clerk, "/lay-y-kien/moi", fields)
    assert refused.status_code == 422
    assert "chưa đủ 10 ngày làm việc" in refused.text
    assert "Mục Thi đua" in refused.text
    begun = send(clerk, "/lay-y-kien/moi", {**fields, "ends_on": ""})
    assert begun.status_code == 303
    page = clerk.get(begun.location).text
    assert "đến hết 16/12/2030" in page
    assert "Còn nhận ý kiến đến hết ngày 16/12/2030" in page
    paper = f"{begun.location}/thong-bao.pdf"
    assert f'href="{paper}"' in page
    shown = clerk.get(paper)
    assert (shown.content_type, shown.data[:5]) == ("application/pdf", b"%PDF-")
    assert browse("school_clerk").get(paper).status_code == 403
    early = send(clerk, f"{begun.location}/ket-thuc", {"opinions": "0"})
    assert early.status_code == 422
    assert "kéo dài đến hết ngày 16/12/2030" in early.text
    ward_clerk = browse("ward_clerk")
    assert ward_clerk.get(begun.location).status_code == 200
    assert ward_clerk.get("/lay-y-kien/moi").status_code == 403
    assert browse("school_clerk").get("/lay-y-kien").status_code == 403
