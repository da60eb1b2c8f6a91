"""Lists as workbooks: the rows of the page with its filters, as text, and journaled."""

import io
import re
import zipfile

import pytest
from sqlalchemy import select

from engine.exports import tables
from engine.process.safe_xml import parse_xml
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, JournalEntry
from forms.vocabulary import Outcome
from tests.walk import Walk, on_sqlite

pytestmark = on_sqlite

CELLS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LISTS = {
    "ward_clerk": ("/ho-so", "danh-sach.xlsx"),
    "auditor": ("/kiem-toan", "quyet-dinh.xlsx"),
    "ward_chairman": ("/so-khen-thuong", "so.xlsx"),
}


def rows_of(content):
    """Return the texts of each row; formulas would be found in ``f``."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        strings = [
            "".join(one.itertext())
            for one in parse_xml("xl/sharedStrings.xml", file.read("xl/sharedStrings.xml"))
        ]
        sheet = parse_xml("xl/worksheets/sheet1.xml", file.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(f"{CELLS}f"))
    found = []
    for row in sheet.iter(f"{CELLS}row"):
        cells = []
        for cell in row:
            value = cell.findtext(f"{CELLS}v")
            is_text = cell.get("t") == "s"
            cells.append(strings[int(value)] if is_text and value is not None else value)
        found.append(cells)
    return found


def taken(database):
    """Return what the journal has of lists that were taken, with what stands beside it."""
    with reading(database) as session:
        entries = session.scalars(
            select(JournalEntry).where(JournalEntry.action == "list.exported")
        ).all()
        return [(one.detail, one.stream) for one in entries]


@pytest.fixture
def awarded(database, ward):
    """A nomination that was decided, and one whose nominee is called like a formula."""
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.AWARD)
    Walk(database, ward).open().to("decide_at_ward")
    with unit_of_work(database) as session:
        newest = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
        newest.subject_name = "=HYPERLINK(1)"
        newest.folded_subject = "=hyperlink(1)"
    return walk


def test_the_case_list_is_taken_with_its_filters_and_no_formula(browse, database, awarded):
    clerk = browse("ward_clerk")
    page = clerk.get("/ho-so?state=in_review&page=2&endpoint=x&_method=POST").text
    assert 'href="/ho-so/danh-sach.xlsx?state=in_review"' in page
    answer = clerk.get("/ho-so/danh-sach.xlsx?state=in_review")
    assert answer.content_type.endswith("spreadsheetml.sheet")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = rows_of(answer.data)
    assert rows[0] == ["Danh sách hồ sơ"]
    assert rows[2] == ["1 dòng"]
    assert rows[-2][:3] == ["Số hồ sơ", "Đối tượng", "Hình thức"]
    assert rows[-1][1] == "=HYPERLINK(1)"


def test_decisions_and_the_register_are_taken_in_english_too(browse, awarded):
    auditor = browse("auditor")
    auditor.client.set_cookie("language", "en")
    rows = rows_of(auditor.get("/kiem-toan/quyet-dinh.xlsx?from=1/1/2030").data)
    assert [rows[0], rows[-2][:2]] == [["Decisions to award"], ["Decision", "Signed on"]]
    rows = rows_of(browse("ward_chairman").get("/so-khen-thuong/so.xlsx").data)
    assert rows[0] == ["Sổ khen thưởng"]
    assert len(rows) == 5


def test_what_was_taken_stands_in_the_journal_and_what_was_typed_beside_it(
    browse, database, awarded
):
    answer = browse("ward_clerk").get("/ho-so/danh-sach.xlsx?q=hyperlink")
    ((detail, stream),) = taken(database)
    assert (detail["kind"], detail["rows"], stream) == ("cases", 1, "exports")
    assert re.fullmatch("[0-9a-f]{64}", detail["sha256"])
    assert answer.status_code == 200
    with reading(database) as session:
        (entry,) = session.scalars(
            select(JournalEntry).where(JournalEntry.action == "list.exported")
        )
        assert b"hyperlink" not in entry.body
    page = browse("auditor").get("/kiem-toan/truy-cap").text
    assert "Bảng danh sách hồ sơ" in page


def test_the_decisions_of_who_acted_say_whose_acts_they_are(browse, database, awarded):
    auditor = browse("auditor")
    rows = rows_of(auditor.get("/kiem-toan/quyet-dinh.xlsx?acted=so+hoang").data)
    ward = "Hoàng Thị Sổ, Chuyên viên, Ủy ban nhân dân phường Vạn Xuân"
    assert rows[1] == [f"Người đã xử lý: {ward}"]
    assert rows[-1][0] == "309/QĐ-UBND"
    rows = rows_of(auditor.get("/kiem-toan/quyet-dinh.xlsx?acted=nguyen").data)
    assert [rows[1], rows[3]] == [["Người đã xử lý: “nguyen”"], ["0 dòng"]]
    assert [detail["asked"] for detail, _stream in taken(database)] == [
        {"acted": "so hoang"},
        {"acted": "nguyen"},
    ]
    with reading(database) as session:
        bodies = select(JournalEntry.body).where(JournalEntry.action == "list.exported")
        assert not any(b"hoang" in body for body in session.scalars(bodies))


def test_nobody_takes_what_they_may_not_see(browse, awarded):
    rows = rows_of(browse("company_head").get("/ho-so/danh-sach.xlsx").data)
    assert rows[2] == ["0 dòng"]
    assert browse("ward_clerk").get("/kiem-toan/quyet-dinh.xlsx").status_code == 403
    assert browse("administrator").get("/so-khen-thuong/so.xlsx").status_code == 403


def test_a_long_list_says_that_it_is_cut(browse, awarded, monkeypatch):
    monkeypatch.setattr(tables, "MOST", 1)
    rows = rows_of(browse("ward_clerk").get("/ho-so/danh-sach.xlsx").data)
    assert rows[2:4] == [
        ["1 dòng"],
        ["Chỉ gồm 1 dòng đầu của danh sách: thu hẹp điều kiện lọc để lấy đủ"],
    ]
