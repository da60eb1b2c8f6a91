"""Asking the rules on a page, before anybody writes anything."""

import html
import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from engine.rules.registry import tests as rule_tests
from engine.rules.sentences import COMMON
from engine.store.database import reading
from engine.store.models import Case, Draft
from forms.vocabulary import Award, MovementBasis, SubjectCategory
from tests.walk import traces
from webapp.findings import FACT_NAMES

SUBJECT = "Nguyễn Thị Ví Dụ"


def question(ward, **changes):
    return {
        "dot": ward.final_id,
        "award": "labor_order_second",
        "subject_kind": "individual",
        "subject_name": SUBJECT,
        **changes,
    }


def ask(browser, fields):
    answer = browser.get("/dieu-kien", query_string=fields)
    return answer.status_code, html.unescape(answer.text)


def part(page, name):
    """Return the group of findings with the id ``check-<name>``."""
    found = re.search(rf'aria-labelledby="check-{name}">(.*?)</section>', page, re.DOTALL)
    return found.group(1) if found else ""


def start_form(page, award):
    """Return address and fields of the form that begins a nomination for ``award``."""
    for action, inside in re.findall(
        r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.DOTALL
    ):
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', inside))
        if fields.get("award") == award:
            return action, fields
    raise AssertionError(f"nothing begins {award}")


@pytest.fixture
def clerk(browse):
    return browse("school_clerk")


def test_a_bare_page_asks_and_says_nothing(clerk):
    status, page = ask(clerk, {})
    assert status == 200
    assert "check-blocking" not in page
    assert "error-summary" not in page


def test_subject_award_and_round_are_enough(clerk, ward, database):
    before = traces(database)
    status, page = ask(clerk, question(ward))
    assert status == 200
    assert "Không đủ điều kiện" in page
    refused = part(page, "blocking")
    assert "E10: " in refused
    assert "Luật Thi đua, khen thưởng số 06/2022/QH15, Điều 43 khoản 1" in refused
    assert traces(database) == before


def test_what_is_open_instead_begins_with_the_facts_carried_over(clerk, ward, database):
    _status, page = ask(clerk, question(ward, category="worker", basis="own"))
    address, fields = start_form(page, "labor_order")
    assert clerk.post(address, fields).status_code == 303
    with reading(database) as session:
        case = session.scalars(select(Case)).one()
        assert case.award is Award.LABOR_ORDER
        assert case.subject_name == SUBJECT
        assert case.category is SubjectCategory.WORKER
        assert case.basis is MovementBasis.OWN
        assert (case.round_id, case.unit_id) == (ward.final_id, ward.units["truong"])


def test_what_was_told_stands_in_the_draft_once(clerk, ward, database):
    told = {
        "achieved_from": "09/2026",
        "achieved_to": "31/05/2030",
        "content": "Hai sáng kiến.",
    }
    _status, page = ask(clerk, question(ward, **told))
    address, fields = start_form(page, "labor_order")
    opened = clerk.post(address, fields)
    assert opened.status_code == 303
    assert clerk.post(address, fields).location == opened.location
    with reading(database) as session:
        draft = session.scalars(select(Draft)).one()
        assert draft.content == {
            "subject_name": SUBJECT,
            "managing_body": "Trường Trung học cơ sở Hoa Ban",
            "achieved_from": "09/2026",
            "achieved_to": "31/05/2030",
            "summary": "Hai sáng kiến.",
        }


def test_what_is_refused_begins_nowhere(clerk, ward):
    _status, page = ask(clerk, question(ward))
    with pytest.raises(AssertionError, match="nothing begins labor_order_second"):
        start_form(page, "labor_order_second")


def test_a_pending_matter_is_held_and_not_refused(clerk, ward):
    _status, page = ask(clerk, question(ward, award="labor_order", pending="complaint"))
    assert part(page, "blocking") == ""
    assert "E24: " in part(page, "held")
    assert "Không phải là không đủ điều kiện" in part(page, "held")
    with pytest.raises(AssertionError, match="nothing begins"):
        start_form(page, "labor_order")


def test_a_household_is_outside_the_plan_and_may_be_asked_about(clerk, ward):
    status, page = ask(
        clerk, question(ward, award="unit_certificate", subject_kind="household")
    )
    assert status == 200
    assert "E20: " in part(page, "blocking")


def test_the_movement_above_opens_the_second_class_to_a_collective(clerk, ward):
    fields = question(ward, subject_kind="collective", subject_name="Tổ Toán")
    assert "E09: " in part(ask(clerk, {**fields, "basis": "own"})[1], "blocking")
    assert part(ask(clerk, {**fields, "basis": "parent"})[1], "blocking") == ""


@pytest.mark.parametrize(
    ("day", "regime"),
    [
        ("20/06/2025", "98/2023"),
        ("02/07/2025", "152/2025"),
        ("25/09/2026", "15/2025"),
        ("05/10/2026", "2026"),
    ],
)
def test_the_day_of_reception_chooses_the_rules(clerk, ward, day, regime):
    _status, page = ask(clerk, question(ward, received_on=day))
    said = re.search(r"Áp dụng quy định: (.*?)</span>", page).group(1)
    assert regime in said
    assert f"ngày tiếp nhận {day}" in said


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        pytest.param({"award": ""}, "#f-award", id="no-award"),
        pytest.param({"award": "knighthood"}, "#f-award", id="no-such-award"),
        pytest.param({"dot": "999"}, "#f-dot", id="no-such-round"),
        pytest.param({"subject_name": " "}, "#f-subject_name", id="nobody"),
        pytest.param({"known": "person-99999"}, "#f-known", id="unknown-person"),
        pytest.param({"unit": "999"}, "#f-unit", id="another-unit"),
        pytest.param({"received_on": "31/02/2026"}, "#f-received_on", id="no-day"),
        pytest.param({"received_on": "01/01/1990"}, "#f-received_on", id="before-all-rules"),
        pytest.param({"years_well": "five"}, "#f-years_well", id="no-count"),
        pytest.param(
            {"achieved_from": "01/09/2029", "achieved_to": "01/09/2026"},
            "#f-achieved_to",
            id="ends-before-it-begins",
        ),
        pytest.param(
            {"subject_kind": "collective", "category": "farmer"}, "#f-category", id="farmers"
        ),
    ],
)
def test_a_bad_question_is_refused_and_kept(clerk, ward, changes, link):
    status, page = ask(clerk, question(ward, **changes))
    assert status == 422
    assert f'href="{link}"' in page
    assert "check-blocking" not in page
    if "subject_name" not in changes:
        assert f'value="{SUBJECT}"' in page


def test_nobody_asks_for_a_unit_of_others(clerk, ward):
    assert ask(clerk, question(ward, unit=ward.units["cong-ty"]))[0] == 422


def test_who_oversees_asks_about_any_unit_and_begins_nothing(browse, ward):
    _status, page = ask(browse("ward_clerk"), question(ward, unit=ward.units["cong-ty"]))
    assert "E10: " in part(page, "blocking")
    assert '<form method="post" action="/de-nghi' not in page


def test_who_neither_submits_nor_oversees_asks_nothing(browse):
    assert browse("administrator").get("/dieu-kien").status_code == 403


def test_every_fact_of_an_answer_has_a_name_on_pages(app):
    compared = {"content", "prior_content"}
    used = {
        fact
        for test in rule_tests().values()
        for facts in test.sentences.values()
        for fact in (*facts, *COMMON)
    }
    with app.test_request_context():
        assert used - compared - set(FACT_NAMES) == set()


def test_the_answer_says_who_decides_and_that_a_school_issues_none(ward, browse):
    asked = {
        "dot": str(ward.final_id),
        "award": "unit_certificate",
        "subject_kind": "individual",
        "subject_name": "Nguyễn Thị Ví Dụ",
        "unit": str(ward.units["truong"]),
    }
    page = browse("school_head").get(f"/dieu-kien?{urlencode(asked)}").text
    authority = page.partition('id="authority"')[2].partition("</section>")[0]
    assert "Chủ tịch Ủy ban nhân dân" in authority
    assert "Điều 80 khoản 3" in authority
    assert "Tư vấn, không quyết định" in authority
    assert "Điều 90 khoản 4" in authority
    assert "Điều 75" in page
