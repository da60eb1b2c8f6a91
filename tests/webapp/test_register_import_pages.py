"""Lists of past awards in a browser: uploaded, checked by a person, entered or put aside."""

import io
import re
import uuid
from html import unescape
from pathlib import Path

import pytest

from engine.register_lists import list_words, plain_words
from engine.store.database import reading, unit_of_work
from engine.store.models import ImportState, RegisterEntry, RegisterImport, RegisterImportRow
from engine.subject_records import subject_for
from forms.vocabulary import SubjectKind
from tests.ward import NOON
from webapp.list_check import lines_of
from webapp.pages.register_import import COLUMNS

LISTS = "/so-khen-thuong/nhap"

REAL = Path(__file__).parents[1] / "engine" / "lists" / "danh-sach-tap-the.csv"

HEAD = "ten_doi_tuong,don_vi_cong_tac,phan_loai_khen_thuong,danh_hieu_hinh_thuc\n"
ROW = "Tổ Toán,Trường Hoa Ban,Khen thưởng tập thể,Tập thể lao động tiên tiến\n"

TYPED = {
    "number": "2210/QĐ-UBND",
    "decided_on": "20/12/2029",
    "authority_level": "province",
    "authority_name": "Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên",
    "kind": "merit",
    "achieved_from": "01/01/2029",
    "achieved_to": "31/12/2029",
    "collectives": "",
    "individuals": "",
}


def keyed(fields, **changes):
    return {**fields, "key": uuid.uuid4().hex, **changes}


def upload(browser, data, name="danh-sách.csv", **changes):
    data = data if isinstance(data, bytes) else data.encode()
    return browser.post(
        f"{LISTS}/tai-len", keyed(TYPED, file=(io.BytesIO(data), name), **changes)
    )


def uploaded(browser, data, **changes):
    answer = upload(browser, data, **changes)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def radios(page, name):
    return list(dict.fromkeys(re.findall(rf'name="({name}-\d+)"', page)))


def count(database, table):
    with reading(database) as session:
        return session.query(table).count()


@pytest.fixture
def clerk(browse):
    return browse("ward_clerk")


def test_the_real_list_goes_from_its_file_into_the_register(database, clerk, browse):
    assert f'href="{LISTS}"' in clerk.get("/so-khen-thuong").text
    address = uploaded(clerk, REAL.read_bytes(), name=REAL.name, collectives="120")
    page = clerk.get(address).text
    spellings, names = re.search(r"120 dòng; (\d+) cách viết → (\d+) tên", page).groups()
    assert int(spellings) > int(names)
    assert '“<span class="typed" lang="vi"> Sở Y tế</span>”' in page
    assert "checked" not in page
    assert count(database, RegisterEntry) == 0

    asked = radios(page, "together")
    refused = clerk.post(address, keyed({asked[0]: "yes"}))
    assert refused.status_code == 422
    links = re.findall(r'<a href="#(together-\d+)"', refused.text)
    assert links == asked[1:]
    assert all(f'id="{one}"' in refused.text for one in links)
    assert re.search(rf'name="{asked[0]}" value="yes" checked', refused.text)

    together = dict.fromkeys(asked, "yes")
    refused = clerk.post(address, keyed(together))
    assert refused.status_code == 422
    (line,) = re.findall(r'<a href="#left-out-(\d+)"', refused.text)
    assert f"Bỏ qua dòng {line}" in refused.text
    assert refused.text.count(" checked") == len(asked)
    assert count(database, RegisterEntry) == 0

    fields = keyed(together, left_out=line)
    for _click in range(2):
        answer = clerk.post(address, fields)
        assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert count(database, RegisterEntry) == 119
    page = clerk.get(address).text
    assert "Đã ghi 119 trong 120 dòng của tệp" in page
    assert "đã bỏ; chưa có gì thay đổi thêm" not in page
    entries = re.findall(r'href="(/so-khen-thuong/\d+)"', page)
    assert len(entries) == 119
    assert "2210/QĐ-UBND" in clerk.get(entries[0]).text
    assert entries[0] in browse("auditor").get("/so-khen-thuong?q=Thanh tra").text
    assert "Đã ghi vào sổ" in clerk.get(LISTS).text


def test_a_subject_on_record_is_taken_only_if_chosen(database, clerk):
    with unit_of_work(database) as session:
        place = "Trường Hoa Ban"
        known = subject_for(
            session, kind=SubjectKind.COLLECTIVE, name="Tổ Toán", place=place, at=NOON
        ).id
    address = uploaded(clerk, HEAD + ROW)
    (name,) = radios(clerk.get(address).text, "chosen")
    for said, words in (("", "Chọn đúng đối tượng"), ("record-99999", "không có trong danh")):
        refused = clerk.post(address, keyed({name: said}))
        assert refused.status_code == 422
        assert f'<a href="#{name}"' in refused.text
        assert words in refused.text
    assert count(database, RegisterEntry) == 0
    assert clerk.post(address, keyed({name: f"record-{known}"})).status_code == 303
    other = uploaded(clerk, HEAD + ROW + "\n", number="7/QĐ-UBND")
    assert clerk.post(other, keyed({name: "new"})).status_code == 303
    with reading(database) as session:
        first, second = [one.subject_id for one in session.query(RegisterEntry)]
    assert first == known != second


def test_a_line_that_is_left_out_needs_no_subject(database, clerk):
    with unit_of_work(database) as session:
        subject_for(session, kind=SubjectKind.COLLECTIVE, name="Tổ Toán", at=NOON)
    address = uploaded(clerk, HEAD + ROW + ROW.replace("Tổ Toán", "Tổ Văn"))
    assert clerk.post(address, keyed({}, left_out=["2", "x", "77"])).status_code == 303
    with reading(database) as session:
        assert [one.subject_text for one in session.query(RegisterEntry)] == ["Tổ Văn"]
    assert "Bỏ qua" in clerk.get(address).text


def test_a_row_with_a_problem_is_left_out_by_its_box(database, clerk):
    address = uploaded(clerk, HEAD + ROW + ",Trường Hoa Ban,Khen thưởng tập thể,Giấy khen\n")
    page = clerk.get(address).text
    assert "Dòng này không có tên đối tượng" in page
    assert clerk.post(address, keyed({})).status_code == 422
    assert clerk.post(address, keyed({}, left_out="3")).status_code == 303
    assert (count(database, RegisterEntry), count(database, RegisterImportRow)) == (1, 2)


def test_a_line_doubled_by_what_was_chosen_gets_a_box_too(database, clerk):
    with unit_of_work(database) as session:
        known = subject_for(
            session, kind=SubjectKind.COLLECTIVE, name="Tổ Toán Tin", at=NOON
        ).id
    address = uploaded(clerk, HEAD + ROW + ROW.replace("Tổ Toán", "Tổ Toán Tin"))
    page = clerk.get(address).text
    assert "left-out-3" not in page
    fields = dict.fromkeys(radios(page, "chosen"), f"record-{known}")
    refused = clerk.post(address, keyed(fields))
    assert refused.status_code == 422
    assert 'id="left-out-3"' in refused.text
    assert clerk.post(address, keyed(fields, left_out="3")).status_code == 303
    assert count(database, RegisterEntry) == 1


@pytest.mark.parametrize(
    ("data", "changes", "field", "words"),
    [
        (b"PK\x03\x04", {}, "file", "CSV UTF-8"),
        (b"T\xe0\xff", {}, "file", "không phải văn bản UTF-8 (dòng 1)"),
        (b"stt,ten\n1,a\n", {}, "file", "Thiếu cột ten_doi_tuong; tệp có các cột: stt, ten"),
        (HEAD + ROW, {"collectives": "5"}, "collectives", "ghi 5, danh sách có 1"),
        (HEAD + ROW, {"individuals": "x"}, "individuals", "“x”"),
        (HEAD + ROW, {"number": " "}, "number", "còn trống"),
        (HEAD + ROW, {"decided_on": "31/02/2029"}, "decided_on", "31/02/2029"),
        (HEAD + ROW, {"authority_level": ""}, "authority_level", "Chưa chọn"),
        (HEAD + ROW, {"kind": "x"}, "kind", "“x”"),
        (HEAD + ROW, {"achieved_to": "31/12/2028"}, "achieved_to", "trước thời điểm bắt đầu"),
    ],
)
def test_a_refused_upload_keeps_what_was_typed(database, clerk, data, changes, field, words):
    answer = upload(clerk, data, **changes)
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert f'<a href="#{field}"' in page
    assert f'id="{field}-error"' in page
    assert words in page
    for name in ("number", "authority_name", "decided_on"):
        assert f'value="{changes.get(name, TYPED[name])}"' in page
    for value in ("province", "merit"):
        assert f'value="{value}" selected' in page or {"authority_level", "kind"} & {*changes}
    assert count(database, RegisterImport) == 0


def test_an_upload_without_a_file_says_so_with_all_else_that_is_wrong(database, clerk):
    answer = clerk.post(f"{LISTS}/tai-len", keyed(TYPED, kind=""))
    assert answer.status_code == 422
    assert "Chưa chọn tệp nào" in answer.text
    assert 'id="kind-error"' in answer.text
    assert count(database, RegisterImport) == 0


def test_a_double_click_reads_one_list_and_the_same_file_is_known(database, clerk):
    fields = keyed(TYPED)
    sent = [
        clerk.post(
            f"{LISTS}/tai-len", {**fields, "file": (io.BytesIO((HEAD + ROW).encode()), "a.csv")}
        ).headers["Location"]
        for _click in range(2)
    ]
    assert sent[0] == sent[1]
    assert count(database, RegisterImport) == 1
    assert "đã được tải lên ngày 02/12/2030 với tên a.csv" in upload(clerk, HEAD + ROW).text


def test_a_list_read_by_mistake_is_put_aside_after_a_question(database, clerk):
    address = uploaded(clerk, HEAD + ROW)
    assert "Bỏ danh sách này" in clerk.get(f"{address}/bo").text
    assert [clerk.post(f"{address}/bo", keyed({})).status_code for _ in range(2)] == [303, 303]
    with reading(database) as session:
        assert session.query(RegisterImport).one().state is ImportState.DROPPED
    assert "Đã bỏ" in clerk.get(LISTS).text
    assert "Ghi vào sổ</button>" not in clerk.get(address).text
    assert clerk.post(address, keyed({})).status_code == 303
    assert "chưa có gì thay đổi thêm" in clerk.get(address).text
    assert count(database, RegisterEntry) == 0
    uploaded(clerk, HEAD + ROW)


def test_a_list_with_more_questions_than_a_form_holds_is_not_asked(clerk):
    rows = (f"Tổ {one}-A,X,,Giấy khen\nTổ {one} A,X,,Giấy khen\n" for one in range(500))
    page = clerk.get(uploaded(clerk, HEAD + "".join(rows))).text
    assert "chia tệp thành các phần nhỏ hơn" in page
    assert "Ghi vào sổ</button>" not in page


@pytest.mark.parametrize("who", ["auditor", "ward_chairman", "school_head", "administrator"])
def test_others_neither_see_lists_nor_bring_one(database, browse, clerk, who):
    address = uploaded(clerk, HEAD + ROW)
    browser = browse(who)
    for page in (LISTS, f"{LISTS}/tai-len", address, f"{address}/bo"):
        assert browser.get(page).status_code == 403, page
    assert upload(browser, HEAD + ROW + ROW).status_code == 403
    assert browser.post(address, keyed({})).status_code == 403
    assert browser.post(f"{address}/bo", keyed({})).status_code == 403
    assert f'href="{LISTS}"' not in browser.get("/so-khen-thuong").text
    with reading(database) as session:
        assert session.query(RegisterImport).one().state is ImportState.READ


def test_a_list_that_is_not_there_is_not_found(clerk):
    for part in ("/99", "/99/bo"):
        assert clerk.get(LISTS + part).status_code == 404
        assert clerk.post(LISTS + part, keyed({})).status_code == 404


def test_kept_text_is_shown_again_and_enters_nothing(database, clerk):
    data = HEAD + ROW + ROW.replace("Tổ Toán", "Tổ  Toán").replace("Tập thể", "Cờ")
    address = uploaded(clerk, data)
    (name,) = radios(clerk.get(address).text, "together")
    page = clerk.post(address, keyed({name: "no"}, _resume="1"))
    assert page.status_code == 200
    assert re.search(rf'name="{name}" value="no" checked', page.text)
    assert count(database, RegisterEntry) == 0


def test_the_help_names_only_columns_that_are_understood(clerk):
    words = list_words().columns
    page = clerk.get(f"{LISTS}/tai-len").text
    for column, names in COLUMNS.items():
        for name in names:
            assert words[plain_words(name)] is column
            assert f"<code>{name}</code>" in page
    assert {*words.values()} == {*COLUMNS}


@pytest.mark.parametrize(
    ("lines", "words"),
    [((4,), "dòng 4"), ((2, 3, 4, 9), "dòng 2–4, 9"), ((7, 5), "dòng 5, 7")],
)
def test_lines_that_follow_each_other_are_written_as_one_run(app, lines, words):
    with app.test_request_context():
        assert lines_of(lines) == words
