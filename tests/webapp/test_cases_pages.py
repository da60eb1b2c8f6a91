"""The list of cases and the pages of one case: each for those who may see it."""

import hashlib

import pytest
from sqlalchemy import select

from engine.attachments import add_attachment
from engine.case_papers import KINDS
from engine.filestore import FileStore
from engine.store.database import reading, unit_of_work
from engine.store.models import Paper
from forms.vocabulary import Award, Outcome
from tests.engine.samples import PDF
from tests.statements import counted
from tests.walk import Walk, new_key
from tests.ward import NOON

CASE = "/ho-so/HS-2030-0001"
TABS = ("", "?tab=opinions", "?tab=files", "?tab=papers")


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open(award=Award.PROVINCIAL_MERIT)


@pytest.fixture
def awarded(database, ward):
    """A case of the school with a decision and papers of the ward."""
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.AWARD)
    return walk


def paper_ids(database):
    with reading(database) as session:
        return list(session.scalars(select(Paper.id).order_by(Paper.id)))


@pytest.mark.parametrize("who", ["company_head", "company_clerk", "provincial_clerk"])
def test_a_foreign_case_is_not_found_at_any_address(database, awarded, browse, who):
    stranger = browse(who)
    addresses = [CASE + tab for tab in (*TABS, "?tab=journal", "?version=1")]
    addresses += [f"{CASE}/duong-di", f"{CASE}/rut"]
    addresses += [f"/van-ban/{paper_id}" for paper_id in paper_ids(database)]
    for address in addresses:
        answer = stranger.get(address)
        assert answer.status_code == 404, address
        assert "Nguyễn Thị Ví Dụ" not in answer.text
    assert "Nguyễn Thị Ví Dụ" not in stranger.get("/ho-so?q=HS-2030-0001").text


def test_a_case_that_does_not_exist_answers_like_one_that_may_not_be_seen(awarded, browse):
    stranger = browse("company_head")
    unknown = stranger.get("/ho-so/HS-2030-9999")
    hidden = stranger.get(CASE)
    assert unknown.status_code == hidden.status_code == 404
    assert browse("auditor").get(f"{CASE}?tab=x").status_code == 404


def test_the_head_says_in_one_sentence_where_a_case_stands(walk, browse):
    walk.to("decide_at_ward")
    page = browse("school_clerk").get(CASE).text
    assert "Chờ bước “Chủ tịch phường quyết định” từ 02/12/2030, trong ngày." in page
    assert "Đặng Văn Ký (Chủ tịch); Dương Thị Thay (Phó Chủ tịch)" in page


def test_whoever_may_act_gets_a_link_to_do_so(walk, browse):
    walk.to("decide_at_ward")
    task = f"/cong-viec/{walk.task().id}"
    assert task in browse("ward_chairman").get(CASE).text
    for who in ("auditor", "school_clerk"):
        assert task not in browse(who).get(CASE).text
    page = browse("ward_clerk").get(CASE).text
    assert f'{task}"' not in page
    assert f"{task}/phan-cong" in page, "the clerk may hand it on, not do it"


def test_only_the_submitting_unit_is_offered_to_withdraw(walk, browse):
    walk.to("appraise_at_ward")
    assert f"{CASE}/rut" in browse("school_clerk").get(CASE).text
    assert f"{CASE}/rut" not in browse("ward_clerk").get(CASE).text
    walk.withdraw()
    page = browse("school_clerk").get(CASE).text
    assert f"{CASE}/rut" not in page
    assert "Đơn vị đã rút hồ sơ ngày 02/12/2030." in page


def test_each_submission_can_be_read_again(walk, browse):
    walk.to("appraise_at_ward").do(Outcome.RETURN)
    walk.do(Outcome.SUBMIT, summary="Nay có thêm số liệu.")
    clerk = browse("school_clerk")
    assert "Nay có thêm số liệu." in clerk.get(CASE).text
    first = clerk.get(f"{CASE}?version=1").text
    assert "Nay có thêm số liệu." not in first
    assert "Đây là lần nộp cũ" in first
    assert clerk.get(f"{CASE}?version=9").status_code == 404


def test_a_draft_that_was_never_submitted_says_so(walk, browse):
    assert "chưa nộp lần nào" in browse("school_head").get(CASE).text


def test_opinions_show_the_ticks_of_a_return(walk, browse):
    walk.to("appraise_at_ward").do(Outcome.RETURN)
    page = browse("school_clerk").get(f"{CASE}?tab=opinions").text
    assert "Chưa rõ thời gian lập thành tích" in page
    assert "Bổ sung số liệu và thời gian lập thành tích." in page
    assert "Thiếu xác nhận của cơ quan có thẩm quyền" not in page


def test_files_are_listed_with_who_added_them(database, ward, walk, browse, tmp_path):
    with unit_of_work(database) as session:
        file_id = add_attachment(
            session,
            FileStore(tmp_path),
            task_id=walk.task().id,
            actor=ward.school_clerk,
            name="Biên bản.pdf",
            data=PDF,
            at=NOON,
            key=new_key(),
        ).id
    page = browse("school_clerk").get(f"{CASE}?tab=files").text
    assert f'href="/tep/{file_id}"' in page
    assert "Biên bản.pdf" in page
    assert "Đỗ Thị Thử" in page


def test_papers_are_handed_out_as_they_were_issued(database, awarded, browse):
    with reading(database) as session:
        papers = {one.id: (one.sha256, one.kind) for one in session.scalars(select(Paper))}
    clerk = browse("school_clerk")
    page = clerk.get(f"{CASE}?tab=papers").text
    assert "309/QĐ-UBND" in page
    assert len(papers) == 2
    for paper_id, (sha256, kind) in papers.items():
        assert f'href="/van-ban/{paper_id}"' in page
        answer = clerk.get(f"/van-ban/{paper_id}")
        assert hashlib.sha256(answer.data).hexdigest() == sha256
        assert answer.headers["Content-Type"] == "application/pdf"
        name = {"decision": "quyet-dinh", "certificate": "giay-khen"}[kind]
        expected = f'attachment; filename="{name}-HS-2030-0001.pdf"'
        assert answer.headers["Content-Disposition"] == expected
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_journal_is_for_the_auditor(awarded, browse):
    page = browse("auditor").get(f"{CASE}?tab=journal").text
    for words in ("Mở hồ sơ", "Chủ tịch phường quyết định: Quyết định khen thưởng", "Văn"):
        assert words in page
    assert "task.completed" not in page
    clerk = browse("school_clerk")
    assert clerk.get(f"{CASE}?tab=journal").status_code == 403
    assert "tab=journal" not in clerk.get(CASE).text


def test_the_list_can_be_shared_by_its_address(walk, browse):
    address = "/ho-so?q=vi+du&award=provincial_merit&order=subject"
    page = browse("auditor").get(address).text
    assert 'href="/ho-so/HS-2030-0001"' in page
    assert 'value="provincial_merit" selected' in page
    assert "Không có hồ sơ nào phù hợp" in browse("company_head").get(address).text


@pytest.mark.parametrize(
    "query", ["round=x", "unit=-1", "year=99999999999999999999", "level=moon", "page=-3"]
)
def test_an_odd_filter_narrows_nothing(walk, browse, query):
    assert "HS-2030-0001" in browse("auditor").get(f"/ho-so?{query}").text


@pytest.mark.parametrize("tab", [*TABS, "?tab=journal", "/duong-di"])
def test_a_page_of_a_case_asks_few_questions(app, database, walk, browse, tab):
    auditor = browse("auditor")
    engine = app.extensions["thidua.database"]
    numbers = []
    for element in ("record_ward_council", "appraise_at_province"):
        walk.to(element)
        auditor.get(CASE + tab)
        with counted(engine) as statements:
            assert auditor.get(CASE + tab).status_code == 200
        numbers.append(len([one for one in statements if one.startswith("SELECT")]))
    assert numbers[0] == numbers[1]
    kinds = len(KINDS) + 3 if tab == "?tab=papers" else 0  # each once; numbered, replaced
    past = 2 if tab == "/duong-di" else 0  # as it was at an entry, and now
    assert numbers[1] <= 10 + kinds + past  # the login, its notices, whether it is noted
