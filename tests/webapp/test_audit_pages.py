"""The pages of auditors: decisions to search, and what led to each."""

import html
import re
from urllib.parse import unquote

import pytest
from sqlalchemy import insert, literal, select, text

from engine.council.closing import close_session
from engine.journal.keys import open_key
from engine.journal.nightly import verify_and_note
from engine.journal.outside import Outside
from engine.queries.audit import PAGE_SIZE
from engine.queries.patterns import Pattern
from engine.store.database import unit_of_work
from engine.store.models import Decision, DecisionPerson, Review
from forms.vocabulary import Outcome, VotingMode
from tests.engine.journal.sealed import drop_guards
from tests.engine.queries.test_audit_search import more
from tests.walk import NOON, Walk, on_sqlite
from tests.webapp.council_sights import Sights

CASE = "HS-2030-0001"


@pytest.fixture
def awarded(database, ward):
    return Walk(database, ward).open().to("decide_at_ward").do(Outcome.AWARD)


@on_sqlite
def test_a_number_leads_to_the_full_trace_in_two_clicks(awarded, browse):
    auditor = browse("auditor")
    assert 'href="/kiem-toan"' in auditor.get("/ho-so").text
    found = auditor.get("/kiem-toan?number=309/QĐ-UBND").text
    (link,) = re.findall(r'<a href="([^"]+)">309/QĐ-UBND</a>', found)
    assert "Chủ tịch phường quyết định" in auditor.get(link).text


@on_sqlite
def test_a_day_that_is_none_is_said_and_kept(awarded, browse):
    page = browse("auditor").get("/kiem-toan?from=hôm+qua&to=31/02/2030").text
    assert page.count('aria-invalid="true"') == 2
    assert 'value="hôm qua"' in page
    assert "309/QĐ-UBND" in page


@on_sqlite
def test_a_period_that_ends_before_it_begins_is_said(awarded, browse):
    page = browse("auditor").get("/kiem-toan?from=02/12/2030&to=01/12/2030").text
    assert page.count('aria-invalid="true"') == 1
    assert 'id="to-error"' in page


@on_sqlite
@pytest.mark.parametrize(
    "after", ["", "x", "2030-12-02_", "2030-13-02_1", "_5", "2030-12-02_" + "9" * 40]
)
def test_an_odd_place_in_the_address_is_no_error(awarded, browse, after):
    assert browse("auditor").get(f"/kiem-toan?after={after}").status_code == 200


@on_sqlite
def test_decisions_are_found_by_who_acted(awarded, database, ward, browse):
    auditor = browse("auditor")
    page = auditor.get("/kiem-toan?acted=hoang+so&from=01/12/2030").text
    assert "309/QĐ-UBND" in page
    assert 'name="acted" type="text" value="hoang so"' in page
    assert "Hoàng Thị Sổ, Chuyên viên, Ủy ban nhân dân phường" in page
    assert "quyet-dinh.xlsx?acted=hoang+so&amp;from=01/12/2030" in unquote(page)
    page = auditor.get("/kiem-toan?acted=van").text
    people = re.findall(r'<li><a href="([^"]*person=\d+)">(.*?)</a>', page)
    assert [name for _address, name in people] == ["Bùi Văn Ghi", "Đặng Văn Ký"]
    one = auditor.get(html.unescape(people[0][0])).text
    assert "309/QĐ-UBND" in one
    assert "Đặng Văn Ký, Chủ tịch, Ủy" not in one
    page = auditor.get("/kiem-toan?acted=mai+van").text
    assert "Không ai có tên như vậy" in page
    assert "309/QĐ-UBND" not in page
    assert auditor.get("/kiem-toan?acted=van&person=x").status_code == 200


@on_sqlite
def test_the_next_page_of_who_acted_keeps_the_name(awarded, database, ward, browse):
    more(database, PAGE_SIZE + 2)
    with unit_of_work(database) as session:
        who = literal(ward.ward_clerk.person_id)
        made = select(who, Decision.signed_on, Decision.id).where(Decision.id > 1)
        columns = ["person_id", "signed_on", "decision_id"]
        session.execute(insert(DecisionPerson).from_select(columns, made))
    auditor = browse("auditor")
    page = auditor.get("/kiem-toan?acted=so+hoang").text
    (address,) = re.findall(r'rel="next" href="([^"]+)"', page)
    assert "acted=so+hoang" in address
    assert len(re.findall(r'<th scope="row">', auditor.get(html.unescape(address)).text)) == 3


@on_sqlite
def test_others_find_no_entry_and_are_refused(awarded, browse):
    clerk = browse("ward_clerk")
    assert "/kiem-toan" not in clerk.get("/ho-so").text
    assert clerk.get("/kiem-toan").status_code == 403


@on_sqlite
def test_the_chain_goes_from_the_decision_back_to_the_first_draft(database, ward, browse):
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.RETURN)
    walk.submissions["nomination.v1"]["summary"] = "Có ba sáng kiến về chuyển đổi số."
    walk.to("decide_at_ward").do(Outcome.AWARD)
    page = browse("auditor").get(f"/kiem-toan/{CASE}").text
    steps = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert len(steps) == len(walk.journal())
    assert "Mở hồ sơ" in steps[-1]
    assert "Đặng Văn Ký, Chủ tịch, Ủy ban nhân dân phường" in steps[0]
    assert "Trên nội dung hồ sơ nộp lần 2" in steps[0]
    assert len(re.findall(r"/van-ban/\d+", steps[0])) == 2
    (returned,) = [one for one in steps if "Bổ sung số liệu và thời gian" in one]
    assert "nộp lần 1" in returned
    for step, entry in zip(steps, reversed(walk.journal()), strict=True):
        assert entry.hash.hex() in step
        assert f"den={entry.seq}" in step
        assert entry.detail.get("content_hash", "") in step
        assert entry.detail["check"]["answer_hash"] in step
    assert walk.case().diagram_set_id in page


@on_sqlite
def test_two_submissions_are_compared_word_by_word(database, ward, browse):
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.RETURN)
    walk.submissions["nomination.v1"]["summary"] = "Có ba sáng kiến về chuyển đổi số."
    walk.do(Outcome.SUBMIT)
    auditor = browse("auditor")
    compared = f"/ho-so/{CASE}/so-sanh"
    assert compared in auditor.get(f"/ho-so/{CASE}").text
    page = auditor.get(f"{compared}?old=1&new=2").text
    assert page.count("<ins>") == 2
    assert "<del>hai</del> <ins>ba</ins> sáng kiến" in page
    assert "<del>hai</del> <ins>ba</ins>" in auditor.get(compared).text
    same = auditor.get(f"{compared}?old=1&new=1").text
    assert "<ins>" not in same
    assert auditor.get(f"{compared}?old=1&new=9").status_code == 404
    assert browse("company_clerk").get(compared).status_code == 404


@on_sqlite
def test_a_case_that_was_not_submitted_has_nothing_to_compare(database, ward, browse):
    Walk(database, ward).open()
    auditor = browse("auditor")
    assert "chưa nộp lần nào" in auditor.get(f"/ho-so/{CASE}/so-sanh").text
    assert "Mở hồ sơ" in auditor.get(f"/kiem-toan/{CASE}").text


@on_sqlite
def test_only_auditors_see_the_chain(awarded, browse):
    assert browse("ward_clerk").get(f"/kiem-toan/{CASE}").status_code == 403


@on_sqlite
def test_who_opened_what_is_in_the_log_of_access(awarded, browse, database):
    member = browse("council_member")
    member.get(f"/ho-so/{CASE}")
    member.get(f"/ho-so/{CASE}/duong-di")
    papers = member.get(f"/ho-so/{CASE}?tab=papers").text
    for address in re.findall(r'href="(/van-ban/\d+|[^"]+\.pdf)"', papers):
        assert member.get(address).status_code == 200
    member.get("/so-khen-thuong/trich-so.pdf")
    page = browse("auditor").get("/kiem-toan/truy-cap?q=ngo+thi+ban").text
    kinds = re.findall(r"<td data-label=\"Việc\"><div>(.*?)<div", page)
    assert kinds[0] == "Xuất dữ liệu"
    assert kinds[-1] == "Xem hồ sơ"
    assert set(kinds[1:-1]) == {"Mở văn bản"}
    assert len(kinds) > 4
    assert browse("ward_clerk").get("/kiem-toan/truy-cap").status_code == 403


@on_sqlite
def test_the_chain_has_the_vote_of_the_council(database, ward, browse, tmp_path):
    sights = Sights(database, ward, tmp_path)
    session_id = sights.open(VotingMode.OPEN)
    voting = sights.put(session_id)
    sights.vote(voting)
    sights.close(voting)
    page = browse("auditor").get(f"/kiem-toan/{CASE}").text
    assert "Phiên họp: " not in page
    with unit_of_work(database) as session:
        close_session(session, session_id=session_id, **sights.secretary)
    page = browse("auditor").get(f"/kiem-toan/{CASE}").text
    assert f'<a href="/phien-hop/{session_id}">Phiên họp: ' in page
    assert "8/11 đồng ý" in page
    assert "Biên bản chưa ký." in page


@on_sqlite
def test_a_finding_is_written_answered_and_closed_on_pages(awarded, browse):
    auditor, clerk = browse("auditor"), browse("ward_clerk")
    there = f"/kiem-toan/{CASE}/phat-hien"
    assert there in auditor.get(f"/kiem-toan/{CASE}").text
    wrong = auditor.post(there, {"key": "1", "text": "Thiếu chữ ký."})
    assert wrong.status_code == 422
    assert "Thiếu chữ ký." in wrong.text
    (ward,) = re.findall(r'value="(\d+)">Ủy ban nhân dân phường', wrong.text)
    typed = {"key": "2", "unit_id": ward, "text": "Thiếu chữ ký.", "asked": "Giải trình."}
    finding = auditor.post(there, typed).location
    assert auditor.post(there, typed).location == finding
    assert "1 phát hiện kiểm toán" in clerk.get("/").text
    assert finding in clerk.get("/kiem-toan/phat-hien?state=open").text
    assert clerk.post(f"{finding}/tra-loi", {"key": "3", "answer": "Đã ký."}).status_code == 303
    assert auditor.get(f"{finding}/tra-loi").status_code == 403
    assert clerk.get(f"{finding}/dong").status_code == 403
    closed = auditor.post(f"{finding}/dong", {"key": "4", "conclusion": "Xong."})
    assert closed.location == finding
    page = clerk.get(finding).text
    for words in ("Thiếu chữ ký.", "Đã ký.", "Xong.", "Hoàng Thị Sổ", "Đã đóng"):
        assert words in page
    again = clerk.post(f"{finding}/tra-loi", {"key": "5", "answer": "Nữa."})
    assert again.status_code == 409
    assert browse("school_head").get(finding).status_code == 404


@on_sqlite
def test_a_note_stands_on_the_page_of_its_author(awarded, browse):
    auditor = browse("auditor")
    there = f"/kiem-toan/{CASE}/ghi-chu"
    assert auditor.post(there, {"key": "1", "text": "Hỏi lại."}).status_code == 303
    assert "Hỏi lại." in auditor.get(f"/kiem-toan/{CASE}").text
    assert browse("ward_clerk").get(there).status_code == 403


@on_sqlite
def test_patterns_are_questions_with_their_data(database, ward, browse):
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.RETURN)
    walk.to("decide_at_ward").do(Outcome.AWARD)
    with unit_of_work(database) as session:
        review = session.scalars(select(Review).where(Review.outcome == Outcome.AWARD)).one()
        review.answers = {"deviation_reason": "Tỷ lệ 100 % không đúng."}
    auditor = browse("auditor")
    page = auditor.get("/kiem-toan/dau-hieu").text
    assert page.count("?</p>") == len(Pattern)
    assert "Trả lại 02/12/2030 12:00, Đặng Văn Ký quyết định 02/12/2030 12:00." in page
    assert "“Tỷ lệ 100 % không đúng.”" in page
    assert page.count(f'href="/kiem-toan/{CASE}"') == 2
    empty = auditor.get("/kiem-toan/dau-hieu?to=01/12/2030").text
    assert empty.count("Không có trường hợp nào") == len(Pattern)
    for page in ("dau-hieu", "truy-cap"):
        whole = auditor.get(f"/kiem-toan/{page}?from=01/01/0001&to=31/12/9999")
        assert whole.status_code == 200
    wrong = auditor.get("/kiem-toan/dau-hieu?from=x").text
    assert 'id="from-error"' in wrong
    assert browse("ward_clerk").get("/kiem-toan/dau-hieu").status_code == 403


@on_sqlite
def test_the_last_check_of_the_journal_is_shown(browse, database, tmp_path):
    key = open_key(tmp_path / "journal.key", "thidua.vi-du")
    outside = Outside(tmp_path / "outside")
    auditor = browse("auditor")
    assert "chưa được kiểm tra lần nào" in auditor.get("/kiem-toan").text
    verify_and_note(database, key, outside, NOON)
    assert "đều khớp với bản niêm phong" in auditor.get("/kiem-toan").text
    with database.begin() as connection:
        drop_guards(connection)
        connection.execute(text("UPDATE journal_entries SET action = 'x' WHERE seq = 1"))
    verify_and_note(database, key, outside, NOON)
    page = auditor.get("/kiem-toan").text
    assert "có điểm không khớp" in page
    assert "Một mục đã bị sửa" in page
