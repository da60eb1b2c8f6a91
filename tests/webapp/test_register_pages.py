"""The register of awards in a browser: to search, to enter, to mend and to annul."""

import re
import uuid

import pytest

from engine.queries.register import find_award_of_case
from engine.register import enter_from_decision
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Decision, RegisterEntry
from engine.subject_records import subject_for
from forms.vocabulary import EntryState, Outcome, SubjectKind
from tests.walk import Walk
from tests.ward import NOON

REGISTER = "/so-khen-thuong"

TYPED = {
    "subject_kind": "collective",
    "subject_text": "Hội Liên hiệp Phụ nữ phường Vạn Xuân",
    "place": "Phường Vạn Xuân",
    "honour": "provincial_merit",
    "honour_text": "",
    "kind": "merit",
    "nature": "granted",
    "authority_level": "province",
    "authority_name": "Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên",
    "number": "77/QĐ-UBND",
    "decided_on": "01/03/2027",
    "achieved_from": "01/01/2025",
    "achieved_to": "31/12/2026",
    "content": "Thành tích xuất sắc trong công tác hội.",
}

LETTER = {"number": "320/QĐ-UBND", "decided_on": "02/12/2030", "reason": "Số liệu không đúng."}


def keyed(fields, **changes):
    return {**fields, "key": uuid.uuid4().hex, **changes}


def enter(browser, **changes):
    return browser.post(f"{REGISTER}/ghi", keyed(TYPED, **changes))


def entries(database):
    with reading(database) as session:
        found = session.query(RegisterEntry).order_by(RegisterEntry.id).all()
        session.expunge_all()
        return found


@pytest.fixture
def clerk(browse):
    return browse("ward_clerk")


@pytest.fixture
def entered(clerk):
    """The address of an award of the province that the clerk entered."""
    answer = enter(clerk)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


@pytest.fixture
def granted(database, ward):
    """A case with its certificate and its entry, decided by the ward's chairman."""
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.AWARD)
    with unit_of_work(database) as session:
        if find_award_of_case(session, walk.case_id) is None:
            case = session.get_one(Case, walk.case_id)
            kind = SubjectKind.INDIVIDUAL
            if case.subject_id is None:
                row = subject_for(session, kind=kind, name=case.subject_name, at=NOON)
                case.subject_id = row.id
            decision = session.query(Decision).filter_by(case_id=case.id).one()
            enter_from_decision(session, case, decision, "Hai sáng kiến.", None, None, NOON)
        return find_award_of_case(session, walk.case_id).entry_id


def test_the_clerk_enters_an_award_and_everybody_finds_it(database, clerk, entered, browse):
    page = clerk.get(entered).text
    for words in (
        "Hội Liên hiệp Phụ nữ phường Vạn Xuân",
        "Số 77/QĐ-UBND ngày 01/03/2027",
        "01/01/2025 – 31/12/2026",
        "Công trạng",
        "Ghi tay",
        "Hoàng Thị Sổ",
    ):
        assert words.lower() in page.lower(), words
    for query in ("q=phu+nu", "q=PHỤ NỮ", "q=77/qđ", "year=2027", "honour=provincial_merit"):
        assert entered in browse("auditor").get(f"{REGISTER}?{query}").text, query
    for query in ("q=nong+dan", "year=2026", "state=annulled", "nature=recovered"):
        assert entered not in clerk.get(f"{REGISTER}?{query}").text, query
    assert [one.entered_by_id is not None for one in entries(database)] == [True]


def test_odd_addresses_show_the_first_page(clerk, entered):
    for query in ("after=x", "after=2027-99-99_1", "after=_", "year=abc", "honour=x"):
        answer = clerk.get(f"{REGISTER}?{query}")
        assert answer.status_code == 200, query
    assert entered in clerk.get(f"{REGISTER}?after=2027-13-01_5").text
    assert entered not in clerk.get(f"{REGISTER}?after=_5").text


def test_pages_are_turned_by_a_link(clerk, database, entered):
    for number in range(51):
        assert enter(clerk, number=f"{100 + number}/QĐ-UBND", subject="new").status_code == 303
    page = clerk.get(REGISTER).text
    (following,) = re.findall(r'rel="next" href="([^"]+)"', page)
    last = clerk.get(following.replace("&amp;", "&")).text
    assert f'href="{entered}"' in last
    assert f'href="{entered}"' not in page
    assert 'rel="next"' not in last
    assert 'rel="first"' in last


def test_what_is_missing_is_said_at_once_and_nothing_is_lost(database, clerk):
    answer = enter(clerk, honour="", kind="", decided_on="31/02/2027", authority_level="")
    assert answer.status_code == 422
    for field in ("honour", "kind", "decided_on", "authority_level"):
        assert f'id="{field}-error"' in answer.text, field
    assert 'value="77/QĐ-UBND"' in answer.text
    assert "31/02/2027" in answer.text
    assert entries(database) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"achieved_to": "31/12/2024"}, "ở trước thời điểm bắt đầu"),
        (
            {"decided_on": "01/12/2024", "achieved_to": ""},
            "ở trước ngày bắt đầu lập thành tích",
        ),
        ({"achieved_to": "01/01/2028"}, "sau năm của quyết định"),
        ({"authority_level": "ward"}, "không do cấp đã chọn quyết định"),
        ({"nature": "recovered"}, "Chưa chọn mục nào"),
    ],
)
def test_contradictions_are_refused(database, clerk, changes, words):
    answer = enter(clerk, **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert entries(database) == []


def test_a_subject_written_alike_is_confirmed_by_the_clerk(database, clerk, entered):
    other = {"subject_text": "Hội LHPN phường Vạn Xuân", "number": "78/QĐ-UBND"}
    asked = enter(clerk, **other)
    assert asked.status_code == 422
    assert len(entries(database)) == 1
    (record,) = re.findall(r'<option value="(record-\d+)"', asked.text)
    for odd in ("record-999", "x"):
        assert enter(clerk, subject=odd, **other).status_code == 422
    assert enter(clerk, subject=record, **other).status_code == 303
    assert enter(clerk, subject="new", **other).status_code == 303
    subjects = [one.subject_id for one in entries(database)]
    assert subjects[0] == subjects[1] != subjects[2]


def test_a_double_click_enters_one_award(database, clerk):
    enter(clerk)
    fields = keyed(TYPED, number="78/QĐ-UBND", subject="new")
    first = clerk.post(f"{REGISTER}/ghi", fields)
    assert first.status_code == 303
    assert len(entries(database)) == 2
    second = clerk.post(f"{REGISTER}/ghi", fields)
    assert (second.status_code, second.headers.get("Location")) == (
        303,
        first.headers["Location"],
    )
    assert len(entries(database)) == 2


@pytest.mark.parametrize("who", ["auditor", "ward_chairman", "school_head", "administrator"])
def test_others_enter_nothing(database, browse, who):
    browser = browse(who)
    assert browser.get(f"{REGISTER}/ghi").status_code == 403
    assert enter(browser).status_code == 403
    assert entries(database) == []


def test_whoever_may_not_see_an_entry_does_not_find_it(entered, browse):
    for who in ("school_head", "provincial_chairman", "administrator"):
        for part in ("", "/sua", "/dinh-chinh", "/thay-the", "/huy-bo"):
            assert browse(who).get(entered + part).status_code == 404, (who, part)
    assert browse("administrator").get(REGISTER).status_code == 403
    assert f'href="{REGISTER}"' not in browse("administrator").get("/").text
    assert f'href="{REGISTER}"' in browse("school_head").get("/").text


def test_readers_are_offered_no_changes(entered, browse):
    auditor = browse("auditor")
    assert "/huy-bo" not in auditor.get(entered).text
    for part in ("/sua", "/dinh-chinh", "/thay-the", "/huy-bo"):
        assert auditor.get(entered + part).status_code == 403
        assert auditor.post(entered + part, keyed(TYPED)).status_code == 403 or part != "/sua"


def test_what_was_typed_wrongly_is_mended(clerk, entered):
    page = clerk.get(f"{entered}/sua").text
    assert 'value="77/QĐ-UBND"' in page
    answer = clerk.post(f"{entered}/sua", keyed(TYPED, number="71/QĐ-UBND"))
    assert answer.status_code == 303, answer.text
    assert "Số 71/QĐ-UBND" in clerk.get(entered).text


def test_a_letter_and_a_replacing_decision_stay_linked(clerk, entered):
    letter = keyed(
        {"number": "12/UBND-VX", "decided_on": "05/03/2027", "reason": "Sai ký hiệu."}
    )
    assert clerk.post(f"{entered}/dinh-chinh", letter).status_code == 303
    assert "Đã đính chính" in clerk.get(entered).text
    form = clerk.get(f"{entered}/thay-the").text
    assert 'value="77/QĐ-UBND"' not in form
    new = keyed(TYPED, number="79/QĐ-UBND", decided_on="10/03/2027", reason="Sai tên.")
    answer = clerk.post(f"{entered}/thay-the", new)
    assert answer.status_code == 303, answer.text
    page = clerk.get(entered).text
    assert "Đã thay thế" in page
    assert "Số 79/QĐ-UBND ngày 10/03/2027" in page
    assert "Số 12/UBND-VX ngày 05/03/2027" in page
    assert "/thay-the" not in page


def test_the_chairman_annuls_and_the_certificate_is_marked(database, browse, granted):
    address = f"{REGISTER}/{granted}"
    assert browse("ward_clerk").get(f"{address}/huy-bo").status_code == 403
    chairman = browse("ward_chairman")
    case = re.search(r"HS-\d+-\d+", chairman.get(address).text).group()
    papers = f"/ho-so/{case}?tab=papers"
    assert "Đã thu hồi" not in chairman.get(papers).text
    assert "Điều 93 khoản 2 điểm a" in chairman.get(f"{address}/huy-bo").text
    fields = keyed(LETTER, ground="false_declaration")
    first = chairman.post(f"{address}/huy-bo", fields)
    again = chairman.post(f"{address}/huy-bo", fields)
    assert [first.status_code, again.status_code] == [303, 303], first.text
    award, act = entries(database)
    assert (award.state, act.about_id) == (EntryState.ANNULLED, award.id)
    page = chairman.get(address).text
    assert "Đã hủy bỏ, thu hồi" in page
    assert "Số 320/QĐ-UBND ngày 02/12/2030" in page
    assert "Điều 93 khoản 2 điểm a" in page
    assert "309/QĐ-UBND" in chairman.get(f"{REGISTER}/{act.id}").text
    for who in ("ward_chairman", "school_clerk", "ward_clerk"):
        head = browse(who).get(f"/ho-so/{case}").text
        assert '<span class="tag bad">Đã hủy bỏ, thu hồi</span>' in head, who
        page = browse(who).get(papers).text
        assert page.count("Đã thu hồi</span>") == 2, who
        assert "320/QĐ-UBND" in page
    assert chairman.get(f"{address}/huy-bo").status_code == 409


def test_an_annulment_without_ground_or_reason_is_refused(database, browse, granted):
    chairman = browse("ward_chairman")
    answer = chairman.post(f"{REGISTER}/{granted}/huy-bo", keyed({**LETTER, "reason": ""}))
    assert answer.status_code == 422
    answer = chairman.post(
        f"{REGISTER}/{granted}/huy-bo",
        keyed(LETTER, ground="false_papers", number="309/QĐ-UBND"),
    )
    assert answer.status_code == 409
    assert "đã dùng số này" in answer.text
    assert [one.state for one in entries(database)] == [EntryState.IN_FORCE]


def test_figures_subtract_what_was_annulled(clerk, entered):
    page = clerk.get(f"{REGISTER}/thong-ke").text
    assert re.findall(r'<td class="num"[^>]*>(\d+)</td>', page) == ["1", "0", "1"] * 2
    answer = clerk.post(f"{entered}/huy-bo", keyed(LETTER, ground="later_finding"))
    assert answer.status_code == 303, answer.text
    for query in ("", "?year=2027"):
        page = clerk.get(f"{REGISTER}/thong-ke{query}").text
        assert re.findall(r'<td class="num"[^>]*>(\d+)</td>', page) == ["1", "1", "0"] * 2
    assert "Chưa có khen thưởng" in clerk.get(f"{REGISTER}/thong-ke?year=2026").text


def test_the_pages_speak_english_too(clerk, entered):
    clerk.get("/ngon-ngu/en?next=/")
    page = clerk.get(entered).text
    assert "Merit certificate of the provincial chairman" in page
    assert "In force" in page


@pytest.mark.parametrize(
    ("place", "nature", "ends", "says"),
    [
        ("decision", "content", "/thay-the", "quyết định thay thế"),
        ("decision", "form", "/dinh-chinh", "công văn"),
        ("certificate", "content", "", "giữ nguyên số"),
    ],
)
def test_a_mistake_leads_to_the_way_it_is_put_right(browse, granted, place, nature, ends, says):
    clerk = browse("ward_clerk")
    address = f"{REGISTER}/{granted}"
    assert "Sai ở đâu?" in clerk.get(f"{address}/sai-sot").text
    answer = clerk.post(f"{address}/sai-sot", keyed({}, place=place, nature=nature))
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(address + ends)
    page = clerk.get(answer.headers["Location"]).text
    assert says in page
    assert "Điều 18 khoản 3" in page or "cấu hình đơn vị" in page
    assert browse("school_head").get(f"{address}/sai-sot").status_code in (403, 404)
