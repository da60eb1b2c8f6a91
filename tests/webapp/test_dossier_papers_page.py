"""The list of a dossier's papers in a browser, and the request for what is missing."""

import html
import re

import pytest

from engine.dossier_papers import tick_papers, ticks_of
from engine.store.database import reading, unit_of_work
from engine.store.models import DossierPaper, SupplementRequest
from forms.vocabulary import Award, DossierPart, Outcome, PaperState
from tests.walk import SUPPLEMENT, Walk, new_key
from tests.ward import NOON
from webapp.form_controls import show_review

LIST = "/ho-so/HS-2030-0001/thanh-phan"
ARTICLE = "Luật Thi đua, khen thưởng số 06/2022/QH15, Điều 84 khoản 2 điểm c"


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")


@pytest.fixture
def clerk(browse):
    return browse("ward_clerk")


def hidden(page, name):
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page).group(1))


def send(browser, page=None, **fields):
    page = page or browser.get(LIST).text
    own = {name: hidden(page, name) for name in ("key", "content_hash")}
    states = {
        f"{paper}.state": chosen
        for paper, chosen in re.findall(r'name="(\w+)\.state" value="(\w+)" checked', page)
    }
    typed = {name.replace("__", "."): value for name, value in fields.items()}
    return browser.post(LIST, {**own, **states, **typed})


def states(walk):
    with reading(walk.database) as session:
        found = ticks_of(session, walk.case_id)
        return {paper.value: row.is_there for paper, row in found.items()}


def test_the_list_names_each_paper_with_its_article(walk, clerk):
    page = clerk.get(LIST).text
    assert DossierPart.REVIEW_MINUTES.vi in page
    assert ARTICLE in page
    assert "Số lượng hồ sơ do tỉnh quy định." in page
    assert DossierPart.CENTRAL_OPINION.vi not in page


def test_what_only_practice_asks_is_shown_as_set_by_the_office(database, ward, browse):
    Walk(database, ward).open(award=Award.LABOR_ORDER).to("appraise_at_ward")
    page = browse("ward_clerk").get(LIST).text
    count = page[page.index(DossierPart.VOTE_COUNT.vi) :]
    assert "cấu hình đơn vị" in count[:2500]
    assert "Theo nguồn thứ cấp, cần đối chiếu" in count[:2500]


def test_a_clerk_ticks_and_the_unit_sees_it(walk, clerk, browse):
    answer = send(clerk, statement__state="there", review_minutes__state="missing")
    assert (answer.status_code, answer.location) == (303, LIST)
    assert states(walk) == {"statement": True, "review_minutes": False}
    page = browse("school_clerk").get(LIST).text
    assert f"Còn thiếu: {DossierPart.REVIEW_MINUTES.vi}." in " ".join(page.split())
    assert '<form method="post"' not in page.partition("<main")[2]
    assert "Hoàng Thị Sổ" in page


def test_an_unknown_file_is_refused_beside_its_paper_and_nothing_is_written(walk, clerk):
    answer = send(clerk, statement__state="there", statement__attachment="99")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "“99”" in answer.text
    assert states(walk) == {}


def test_what_was_typed_stands_there_when_somebody_else_was_quicker(walk, clerk):
    page = clerk.get(LIST).text
    send(clerk, page, statement__state="missing")
    page = page.replace(hidden(page, "key"), new_key())
    answer = send(clerk, page, statement__state="there", statement__note="Bản chính")
    assert answer.status_code == 409
    assert "Bản chính" in answer.text
    assert states(walk) == {"statement": False}


@pytest.mark.parametrize("who", ["school_clerk", "auditor", "ward_chairman"])
def test_who_may_not_tick_is_refused(walk, clerk, browse, who):
    page = clerk.get(LIST).text
    answer = send(browse(who), page, statement__state="there")
    assert answer.status_code == 403
    assert states(walk) == {}


def test_a_stranger_does_not_find_the_list(walk, browse):
    assert browse("company_clerk").get(LIST).status_code == 404


def test_the_appraisal_shows_the_list(walk, clerk):
    page = clerk.get(f"/cong-viec/{walk.task().id}").text
    assert DossierPart.REVIEW_MINUTES.vi in page
    assert f'href="{LIST}"' in page


def test_a_return_begins_with_what_is_ticked_as_missing(walk, clerk):
    send(clerk, statement__state="there", review_minutes__state="missing")
    page = clerk.get(f"/cong-viec/{walk.task().id}/return").text
    assert re.search(r'value="missing_part" checked', page)
    assert re.search(r'value="review_minutes" checked', page)
    assert not re.search(r'value="statement" checked', page)


def test_the_unit_reads_which_papers_and_by_when(walk, browse):
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    unit = browse("school_clerk")
    page = unit.get(f"/cong-viec/{walk.task().id}/lap/evidence").text
    assert "hạn hết ngày 16/12/2030" in page
    assert page.count(DossierPart.REVIEW_MINUTES.vi) == 2
    assert "Yêu cầu bổ sung lần 1" in unit.get(LIST).text
    opinions = unit.get("/ho-so/HS-2030-0001?tab=opinions").text
    assert DossierPart.REVIEW_MINUTES.vi in opinions
    assert "16/12/2030" in opinions


def test_the_page_of_a_return_says_when_no_more_can_be_asked(walk, clerk):
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    walk.to("appraise_at_ward")
    page = clerk.get(f"/cong-viec/{walk.task().id}/return").text
    assert "không yêu cầu thêm được nữa" in page
    assert 'value="missing_part"' not in page
    assert 'name="papers"' not in page
    own = {name: hidden(page, name) for name in ("key", "form", "content_hash")}
    sent = {**own, "action": "complete", **SUPPLEMENT}
    answer = clerk.post(f"/cong-viec/{walk.task().id}/return", sent)
    assert answer.status_code == 422
    assert "cấu hình đơn vị cho phép nhiều nhất 1 lần" in answer.text
    with reading(walk.database) as session:
        assert session.query(SupplementRequest).count() == 1


def test_a_return_of_the_first_version_is_still_read(app):
    answers = {"return_to": "draft", "items": ["missing_minutes"], "reason": "Thiếu."}
    with app.test_request_context():
        texts = [
            text for one in show_review("return.v1", answers, "vi") for text in one.paragraphs
        ]
    assert texts == ["Đơn vị lập hồ sơ", "Thiếu biên bản họp xét", "Thiếu."]


def test_a_closed_case_shows_its_list_and_takes_no_tick(walk, clerk):
    with unit_of_work(walk.database) as session:
        tick_papers(
            session,
            case_id=walk.case_id,
            actor=walk.ward.ward_clerk,
            ticks={"statement": {"state": PaperState.THERE.value}},
            seen=hidden(clerk.get(LIST).text, "content_hash"),
            at=NOON,
            key=new_key(),
        )
    page = clerk.get(LIST).text
    walk.do(Outcome.REJECT)
    assert send(clerk, page, statement__state="missing").status_code == 409
    assert 'name="statement.state"' not in clerk.get(LIST).text
    with reading(walk.database) as session:
        assert session.query(DossierPaper).one().is_there
