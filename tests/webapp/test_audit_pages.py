"""The pages of auditors: decisions to search, and what led to each."""

import re

import pytest

from forms.vocabulary import Outcome
from tests.walk import Walk, on_sqlite


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
def test_others_find_no_entry_and_are_refused(awarded, browse):
    clerk = browse("ward_clerk")
    assert "/kiem-toan" not in clerk.get("/ho-so").text
    assert clerk.get("/kiem-toan").status_code == 403
