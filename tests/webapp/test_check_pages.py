"""What the rules say, on the pages where a nomination is begun, submitted and decided."""

import html
import re
import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from engine.cases import Subject
from engine.register import enter_by_hand
from engine.register_facts import AwardFacts
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Check, Round, SubjectMatter
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CommendationKind,
    HoldReason,
    Honour,
    Occasion,
    Outcome,
    SubjectKind,
)
from tests.walk import APPRAISAL, NOMINATION, Walk, traces
from tests.ward import NOON

SUBJECT = NOMINATION["subject_name"]
REASON = "Ủy ban nhân dân tỉnh có văn bản hướng dẫn khen thưởng tại sơ kết."

CHECKED = {
    f"checks.{name}.verdict": one["verdict"] for name, one in APPRAISAL["checks"].items()
} | {"summary": APPRAISAL["summary"]}


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


@pytest.fixture
def clerk(browse):
    return browse("school_clerk")


@pytest.fixture
def appraiser(browse):
    return browse("ward_clerk")


@pytest.fixture
def midterm(database, ward):
    """A mid-term round, to which the plan gives the two lower awards."""
    with unit_of_work(database) as session:
        row = Round(
            plan_id=ward.plan_id,
            name="Khen thưởng sơ kết năm 2030",
            occasion=Occasion.MIDTERM,
            year=2030,
            opens_at=datetime(2030, 10, 1, tzinfo=UTC),
            closes_at=datetime(2030, 12, 30, tzinfo=UTC),
            awards=[Award.UNIT_CERTIFICATE.value, Award.PROVINCIAL_MERIT.value],
        )
        session.add(row)
        session.flush()
        return row.id


def record_matter(walk, **more):
    with unit_of_work(walk.database) as session:
        case = session.get_one(Case, walk.case_id)
        matter = SubjectMatter(
            subject_id=case.subject_id,
            reason=HoldReason.DISCIPLINE,
            began_on=date(2030, 10, 20),
            document="Thông báo số 12/TB-UBND ngày 20/10/2030",
            recorded_by_id=walk.ward.ward_clerk.person_id,
            recorded_at=NOON,
            **more,
        )
        session.add(matter)


def read(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def send(browser, walk, outcome, fields):
    """Send the form of an outcome as its page would."""
    address = f"/cong-viec/{walk.task().id}/{outcome}"
    page = browser.get(address).text
    own = dict(re.findall(r'name="(key|form|content_hash)" value="([^"]*)"', page))
    return browser.post(address, {**own, "action": "complete", **fields})


def opening(ward, **changes):
    return {
        "key": uuid.uuid4().hex,
        "award": "unit_certificate",
        "subject_kind": "individual",
        "subject_name": SUBJECT,
        "unit": ward.units["truong"],
        **changes,
    }


def test_the_last_page_of_a_draft_shows_what_the_rules_say(walk, clerk):
    walk.open(award=Award.PROVINCIAL_MERIT)
    page = read(clerk, f"/cong-viec/{walk.task().id}/kiem-tra")
    assert "E01: " in page
    assert "Điều 74" in page


def test_a_rule_that_no_reason_helps_against_refuses_the_beginning(clerk, ward, database):
    before = traces(database)
    fields = opening(ward, award="labor_order_second")
    answer = clerk.post(f"/de-nghi/moi?dot={ward.final_id}", fields)
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert "E10: " in page
    assert "Điều 43 khoản 1" in page
    assert f'value="{SUBJECT}"' in page
    assert "override_reason" not in page
    assert traces(database) == before


def test_a_matter_that_came_up_is_shown_as_a_change_and_holds(walk, appraiser, database):
    walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    record_matter(walk)
    for address in (f"/cong-viec/{walk.task().id}", f"/cong-viec/{walk.task().id}/recommend"):
        page = read(appraiser, address)
        assert "Khác với khi nộp hồ sơ:" in page
        assert "khi nộp: đạt; nay: chưa xét" in page
    before = traces(database)
    answer = send(appraiser, walk, "recommend", CHECKED)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert APPRAISAL["summary"] in html.unescape(answer.text)
    assert traces(database) == before
    assert "override_reason" not in answer.text


def test_a_rule_that_takes_a_reason_asks_for_one_and_goes_on(walk, appraiser, database):
    walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    record_matter(walk, ended_on=date(2030, 11, 20), sanctioned=True)
    page = read(appraiser, f"/cong-viec/{walk.task().id}/recommend")
    assert 'name="override_reason"' in page
    assert 'name="override_reason"' not in read(
        appraiser, f"/cong-viec/{walk.task().id}/reject"
    )
    before = traces(database)
    refused = send(appraiser, walk, "recommend", CHECKED)
    assert refused.status_code == 422
    assert 'href="#f-override_reason"' in refused.text
    assert traces(database) == before
    answer = send(appraiser, walk, "recommend", {**CHECKED, "override_reason": REASON})
    assert answer.status_code == 303
    shown = read(appraiser, f"/ho-so/{walk.case().reference}?tab=checks")
    assert REASON in shown
    assert "E25" in shown


def test_a_reason_that_is_too_long_is_refused_and_kept(walk, appraiser, database):
    walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    record_matter(walk, ended_on=date(2030, 11, 20), sanctioned=True)
    before = traces(database)
    long = "ă" * 2001
    answer = send(appraiser, walk, "recommend", {**CHECKED, "override_reason": long})
    assert answer.status_code == 422
    assert long in answer.text
    assert 'id="f-override_reason-error"' in answer.text
    assert traces(database) == before


def test_what_the_plan_keeps_for_later_begins_with_a_reason_alone(
    clerk, ward, midterm, database
):
    query = {
        "dot": midterm,
        "award": "prime_minister_certificate",
        "subject_kind": "collective",
        "subject_name": "Tổ Toán trường Hoa Ban",
    }
    page = html.unescape(clerk.get("/dieu-kien", query_string=query).text)
    assert "Lập đề nghị kèm lý do" in page
    assert "mục IV.2.a" in page
    address = f"/de-nghi/moi?dot={midterm}"
    fields = opening(ward, **{**query, "override_reason": ""})
    fields.pop("dot")
    before = traces(database)
    refused = clerk.post(address, fields)
    assert refused.status_code == 422
    assert 'name="override_reason"' in refused.text
    assert 'value="prime_minister_certificate" checked' in refused.text
    assert traces(database) == before
    assert clerk.post(address, {**fields, "override_reason": REASON}).status_code == 303
    with reading(database) as session:
        assert session.scalars(select(Check)).one().overridden == ["E13"]


def test_a_case_keeps_every_answer_with_its_rules(walk, appraiser):
    walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward").do(Outcome.REJECT)
    page = read(appraiser, f"/ho-so/{walk.case().reference}?tab=checks")
    assert "Khi lập hồ sơ" in page
    assert "Khi nộp hồ sơ" in page
    assert "E01: " in page
    assert 'id="check"' not in page


def test_an_open_case_shows_what_the_rules_say_now(walk, clerk):
    walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    assert 'id="check"' in read(clerk, f"/ho-so/{walk.case().reference}?tab=checks")


def test_one_achievement_commended_before_stands_beside_the_new_one(walk, appraiser):
    walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    content = f"{NOMINATION['summary']} {NOMINATION['achievements']}"
    with unit_of_work(walk.database) as session:
        case = session.get_one(Case, walk.case_id)
        enter_by_hand(
            session,
            subject=Subject(SubjectKind.INDIVIDUAL, SUBJECT, subject_id=case.subject_id),
            facts=AwardFacts(
                subject_text=SUBJECT,
                honour=Honour.UNIT_CERTIFICATE,
                kind=CommendationKind.MOVEMENT,
                authority_level=AuthorityLevel.WARD,
                authority_name="Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
                number="15/QĐ-UBND",
                decided_on=date(2030, 1, 15),
                achieved_from=date(2027, 1, 1),
                achieved_to=date(2029, 12, 31),
                content=content,
            ),
            actor=walk.ward.ward_clerk,
            at=NOON,
            key=uuid.uuid4().hex,
        )
    page = read(appraiser, f"/cong-viec/{walk.task().id}")
    compared = page.partition('<div class="compared">')[2].partition("</section>")[0]
    assert compared.count(NOMINATION["summary"]) == 2
    assert "Thành tích đã được khen thưởng" in compared


def test_a_name_on_record_is_confirmed_by_a_person(walk, clerk, ward, database):
    walk.open(round_id=ward.annual_id)
    first = walk.case().subject_id
    address = f"/de-nghi/moi?dot={ward.final_id}"
    before = traces(database)
    asked = clerk.post(address, opening(ward))
    assert asked.status_code == 422
    assert 'href="#f-subject"' in asked.text
    assert f'value="record-{first}"' in asked.text
    assert traces(database) == before
    fields = opening(ward, subject=f"record-{first}")
    opened = clerk.post(address, fields)
    assert opened.status_code == 303
    assert clerk.post(address, fields).location == opened.location
    with reading(database) as session:
        subjects = list(session.scalars(select(Case.subject_id).order_by(Case.id)))
    assert subjects == [first, first]


def test_a_namesake_gets_a_record_of_their_own(walk, clerk, ward, database):
    walk.open(round_id=ward.annual_id)
    fields = opening(ward, subject="new")
    assert clerk.post(f"/de-nghi/moi?dot={ward.final_id}", fields).status_code == 303
    with reading(database) as session:
        assert len(set(session.scalars(select(Case.subject_id)))) == 2


@pytest.mark.parametrize("answer", ["record-999999", "record-x", "somebody"])
def test_a_record_that_was_not_offered_is_refused(walk, clerk, ward, database, answer):
    walk.open(round_id=ward.annual_id, subject=Subject(SubjectKind.INDIVIDUAL, "Trần Thị Khác"))
    before = traces(database)
    refused = clerk.post(f"/de-nghi/moi?dot={ward.final_id}", opening(ward, subject=answer))
    assert refused.status_code == 422
    assert traces(database) == before
