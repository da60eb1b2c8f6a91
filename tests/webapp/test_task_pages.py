"""Reviewing in a browser without JavaScript: each outcome on a page of its own."""

import html
import io
import re
import uuid

import pytest
from sqlalchemy import select

from engine.store.database import reading
from engine.store.models import Draft, Review
from forms.vocabulary import Award, CaseState, Outcome
from tests.engine.samples import PDF
from tests.walk import APPRAISAL, DECISION, RETURN, Walk, traces

CHECKS = {
    f"checks.{item}.verdict": check["verdict"] for item, check in APPRAISAL["checks"].items()
} | {"summary": "Hồ sơ đủ điều kiện."}


def hidden(answer, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, f"no {name} in {answer.text}"
    return html.unescape(found.group(1))


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")


@pytest.fixture
def send(walk):
    """Send the form of an outcome as its page would; ``fields`` are typed into it."""

    def send(browser, outcome, page=None, **fields):
        address = f"/cong-viec/{walk.task().id}/{outcome}"
        page = page or browser.get(address)
        own = {name: hidden(page, name) for name in ("key", "form", "content_hash")}
        return browser.post(address, {**own, "action": "complete", **fields})

    return send


@pytest.fixture
def clerk(browse):
    return browse("ward_clerk")


def test_a_task_shows_the_dossier_and_a_way_to_each_outcome(walk, clerk):
    page = clerk.get(f"/cong-viec/{walk.task().id}").text
    assert "Xây dựng kho học liệu số dùng chung cho toàn trường." in page
    for outcome in ("recommend", "return", "reject", "hold"):
        assert f"/cong-viec/{walk.task().id}/{outcome}" in page
    assert f"/cong-viec/{walk.task().id}/award" not in page


def test_the_task_of_a_draft_is_its_first_section(database, ward, browse):
    task = Walk(database, ward).open().task()
    answer = browse("school_clerk").get(f"/cong-viec/{task.id}")
    assert answer.location == f"/cong-viec/{task.id}/lap/subject"


def test_an_outcome_that_is_not_offered_is_not_there(walk, clerk):
    for outcome in ("award", "submit", "knighthood"):
        assert clerk.get(f"/cong-viec/{walk.task().id}/{outcome}").status_code == 404


def test_an_appraisal_passes_the_nomination_on(walk, clerk, send):
    answer = send(clerk, "recommend", **CHECKS)
    assert answer.status_code == 303
    assert answer.location == f"/ho-so/{walk.case().reference}"
    assert walk.task().element_id != "appraise_at_ward"


def test_a_return_says_what_and_why(walk, clerk, send):
    answer = send(clerk, "return", **RETURN)
    assert answer.status_code == 303
    assert walk.case().state is CaseState.RETURNED
    with reading(walk.database) as session:
        review = session.scalars(select(Review).order_by(Review.id.desc())).first()
        assert review.answers["items"] == RETURN["items"]
        assert review.return_to == "draft"


@pytest.mark.parametrize(
    ("outcome", "fields", "link"),
    [
        pytest.param("recommend", {"summary": "x"}, "#f-checks-complete-verdict", id="check"),
        pytest.param("return", {**RETURN, "items": []}, "#f-items", id="no-tick"),
        pytest.param("return", {**RETURN, "reason": " "}, "#f-reason", id="no-reason"),
        pytest.param("return", {**RETURN, "return_to": "province"}, "#f-return_to", id="up"),
        pytest.param("reject", {"reason": "x" * 2001}, "#f-reason", id="2001"),
        pytest.param("hold", {"reason": "x"}, "#f-reason_kind", id="no-kind"),
        pytest.param("reject", {"reason": "x", "role": "y"}, "“role”", id="unknown-field"),
    ],
)
def test_a_bad_form_is_shown_again_and_nothing_happens(
    clerk, send, database, outcome, fields, link
):
    before = traces(database)
    answer = send(clerk, outcome, **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert link in answer.text
    assert fields.get("reason", "").strip() in answer.text
    assert traces(database) == before


def test_two_clicks_decide_once(walk, clerk, send):
    page = clerk.get(f"/cong-viec/{walk.task().id}/reject")
    task_id = walk.task().id
    own = {name: hidden(page, name) for name in ("key", "form", "content_hash")}
    fields = {**own, "action": "complete", "reason": "Chưa đạt."}
    answers = [clerk.post(f"/cong-viec/{task_id}/reject", fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert walk.case().state is CaseState.REJECTED


def test_the_second_of_two_people_reads_that_it_is_done(walk, browse, database):
    walk.to("decide_at_ward")
    task_id = walk.task().id
    deputy = browse("ward_deputy")
    page = deputy.get(f"/cong-viec/{task_id}/reject")
    walk.do(Outcome.RECOMMEND)
    before = traces(database)
    own = {name: hidden(page, name) for name in ("key", "form", "content_hash")}
    answer = deputy.post(f"/cong-viec/{task_id}/reject", {**own, "reason": "Chưa đạt."})
    assert answer.status_code == 409
    assert "đã có người xử lý" in answer.text
    assert deputy.get(f"/cong-viec/{task_id}").status_code == 409
    assert traces(database) == before


def test_a_decision_on_something_else_than_was_read_is_not_taken(walk, clerk, send, database):
    before = traces(database)
    answer = send(clerk, "reject", reason="Chưa đạt.", content_hash="0" * 64)
    assert answer.status_code == 409
    assert "Chưa đạt." in answer.text
    assert hidden(answer, "content_hash") == walk.content_hash()
    assert traces(database) == before


@pytest.mark.parametrize("person", ["school_clerk", "council_member", "auditor"])
def test_who_may_not_review_does_not(walk, browse, database, person):
    browser = browse(person)
    before = traces(database)
    task_id = walk.task().id
    fields = {"key": uuid.uuid4().hex, "form": "rejection.v1", "reason": "x"}
    assert browser.get(f"/cong-viec/{task_id}").status_code in (403, 404)
    assert browser.post(f"/cong-viec/{task_id}/reject", fields).status_code in (403, 404)
    assert traces(database) == before


def test_what_is_saved_for_later_is_there_later(walk, clerk, send):
    answer = send(clerk, "reject", action="save", reason="Đang cân nhắc")
    assert answer.status_code == 303
    assert "Đang cân nhắc" in clerk.get(answer.location).text


def test_the_return_ticks_what_the_checklist_found(walk, clerk, send):
    checks = CHECKS | {
        "checks.complete.verdict": "incomplete",
        "checks.complete.note": "Thiếu xác nhận.",
    }
    send(clerk, "recommend", action="save", **checks)
    page = clerk.get(f"/cong-viec/{walk.task().id}/return").text
    assert re.search(r'value="missing_part" checked', page)
    assert "Thiếu xác nhận." in page
    assert page.count(" checked") == 1


def test_a_departure_from_the_council_asks_for_its_reason(walk, browse, send):
    walk.to("record_ward_council")
    walk.do(Outcome.REJECT)
    chairman = browse("ward_chairman")
    answer = send(chairman, "recommend", opinion="")
    assert answer.status_code == 422
    assert "#f-deviation_reason" in answer.text
    assert "Ý kiến của Hội đồng" in answer.text
    answer = send(chairman, "recommend", deviation_reason="Đã có kết luận thanh tra.")
    assert answer.status_code == 303


def test_the_signer_of_a_decision_is_proposed(database, ward, browse):
    walk = Walk(database, ward).open().to("decide_at_ward")
    page = browse("ward_chairman").get(f"/cong-viec/{walk.task().id}/award").text
    assert 'value="Đặng Văn Ký"' in page
    assert 'value="Chủ tịch"' in page


def test_a_paper_from_above_is_recorded_with_its_scan(database, ward, browse):
    walk = Walk(database, ward).open(award=Award.LABOR_ORDER).to("record_president_decision")
    browser = browse("president_clerk")
    address = f"/cong-viec/{walk.task().id}/award"
    typed = {**DECISION, "number": "1234/QĐ-CTN"}
    upload = (io.BytesIO(PDF), "quyet-dinh.pdf")
    first = browser.get(address)
    own = {name: hidden(first, name) for name in ("key", "form", "content_hash")}
    answer = browser.post(address, {**own, **typed, "action": "upload", "upload": upload})
    assert answer.status_code == 303
    page = browser.get(address)
    assert 'value="1234/QĐ-CTN"' in page.text
    scan = re.search(r'<option value="(\d+)">quyet-dinh.pdf', page.text).group(1)
    own = {name: hidden(page, name) for name in ("key", "form", "content_hash")}
    answer = browser.post(address, {**own, **typed, "scan": scan, "action": "complete"})
    assert answer.status_code == 303, answer.text
    assert walk.case().state is CaseState.AWARDED


def test_kept_text_is_shown_again_and_nothing_happens(walk, clerk, database):
    before = traces(database)
    answer = clerk.post(
        f"/cong-viec/{walk.task().id}/reject",
        {"_resume": "1", "key": "k", "form": "rejection.v1", "reason": "Viết dở"},
    )
    assert answer.status_code == 200
    assert "Viết dở" in answer.text
    assert traces(database) == before


def test_a_unit_withdraws_with_a_reason(walk, browse):
    reference = walk.case().reference
    browser = browse("school_clerk")
    page = browser.get(f"/ho-so/{reference}/rut")
    fields = {"key": hidden(page, "key")}
    refused = browser.post(f"/ho-so/{reference}/rut", {**fields, "reason": " "})
    assert refused.status_code == 422
    assert walk.case().state is CaseState.IN_REVIEW
    answers = [
        browser.post(f"/ho-so/{reference}/rut", {**fields, "reason": "Lập nhầm đợt."})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert walk.case().state is CaseState.WITHDRAWN
    assert browser.get(f"/ho-so/{reference}/rut").status_code == 409


@pytest.mark.parametrize("person", ["ward_clerk", "company_head", "auditor"])
def test_nobody_else_withdraws(walk, browse, person):
    address = f"/ho-so/{walk.case().reference}/rut"
    fields = {"key": uuid.uuid4().hex, "reason": "x"}
    assert browse(person).post(address, fields).status_code in (403, 404)
    assert walk.case().state is CaseState.IN_REVIEW


def test_a_draft_of_a_review_is_its_writers_own(walk, clerk, send, database):
    send(clerk, "reject", action="save", reason="Riêng tôi")
    with reading(database) as session:
        owner = select(Draft.person_id).where(Draft.task_id == walk.task().id)
        assert session.scalars(owner).all() == [walk.ward.ward_clerk.person_id]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_outcome_of_every_task_up_the_ladder_has_its_page(
    database, ward, browse, language
):
    keys = {actor.person_id: key for key, actor in ward.people.items()}
    walk = Walk(database, ward).open(award=Award.LABOR_ORDER)
    walk.do(Outcome.SUBMIT)
    held = set()
    while walk.task().element_id != "record_president_decision":
        task = walk.task()
        browser = browse(keys[walk.worker(task).person_id])
        browser.get(f"/ngon-ngu/{language}")
        page = browser.get(f"/cong-viec/{task.id}").text
        offered = re.findall(rf'href="/cong-viec/{task.id}/([a-z]+)"', page)
        assert offered
        for outcome in offered:
            assert browser.get(f"/cong-viec/{task.id}/{outcome}").status_code == 200
        if task.form == "resume.v1":
            walk.do(Outcome.RESUME)
        elif task.element_id in held:
            walk.do(Outcome.RECOMMEND)
        else:
            held.add(task.element_id)
            walk.do(Outcome.HOLD)
    assert len(held) == 9
