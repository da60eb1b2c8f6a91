"""The journal to take away: by auditors and administrators alone, each time journaled."""

import hashlib
import json

import pytest
from lxml import etree
from sqlalchemy import select

from engine.store.database import reading
from engine.store.models import JournalEntry
from forms.vocabulary import Award, Outcome
from tests.walk import Walk, on_sqlite

pytestmark = on_sqlite

PAGE = "/xuat-du-lieu"
EVERYTHING = {"round_id": "", "award": "", "from": "", "to": ""}
TRACE = "{http://www.xes-standard.org/}trace"


@pytest.fixture
def walks(database, ward):
    first = Walk(database, ward).open().to("decide_at_ward")
    first.do(Outcome.AWARD)
    return first, Walk(database, ward).open(award=Award.LABOR_ORDER)


def take(browser, **chosen):
    """Send the form and read the whole file, which is closed then."""
    sent = {"format": "xes", **EVERYTHING, **chosen}
    return browser.post(PAGE, sent, buffered=True)


def told(database):
    with reading(database) as session:
        chosen = select(JournalEntry).where(JournalEntry.stream == "exports")
        found = session.scalars(chosen.order_by(JournalEntry.seq))
        return [(entry.action, entry.facts) for entry in found]


def test_an_auditor_finds_the_page_and_takes_both_formats_from_it(walks, browse, database):
    auditor = browse("auditor")
    assert f'href="{PAGE}"' in auditor.get("/kiem-toan").text
    page = auditor.get(PAGE).text
    assert 'href="/kiem-toan/dau-hieu"' in page
    xes = take(auditor)
    assert (xes.status_code, xes.mimetype) == (200, "application/xml")
    assert "attachment; filename=nhat-ky-2030-12-02.xes" in xes.headers["Content-Disposition"]
    assert xes.headers["Cache-Control"] == "private, no-store"
    assert len(etree.fromstring(xes.data).findall(TRACE)) == 2
    ocel = take(auditor, format="ocel")
    assert ocel.mimetype == "application/json"
    assert "nhat-ky-2030-12-02.jsonocel" in ocel.headers["Content-Disposition"]
    rows = len(json.loads(ocel.data)["events"])
    assert told(database) == [
        ("journal.exported", {"kind": kind, "cases": 2, "rows": rows, "sha256": sha256})
        for kind, sha256 in (
            ("xes", hashlib.sha256(xes.data).hexdigest()),
            ("ocel", hashlib.sha256(ocel.data).hexdigest()),
        )
    ]
    log = auditor.get("/kiem-toan/truy-cap?kind=export").text
    assert "Nhật ký dạng XES hoặc OCEL" in log


def test_what_is_chosen_narrows_the_log(walks, browse, ward, database):
    chosen = {
        "format": "ocel",
        "round_id": str(ward.final_id),
        "award": "labor_order",
        "from": "02/12/2030",
        "to": "2/12/2030",
    }
    answer = take(browse("auditor"), **chosen)
    cases = [one["id"] for one in json.loads(answer.data)["objects"] if one["type"] == "case"]
    assert cases == [walks[1].case().reference]
    ((_action, facts),) = told(database)
    assert facts["round_id"] == ward.final_id
    assert (facts["from"], facts["to"]) == ("2030-12-02", "2030-12-02")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"format": ""}, "format-error"),
        ({"format": "csv"}, "format-error"),
        ({"award": "medal"}, "award-error"),
        ({"round_id": "x"}, "round_id-error"),
        ({"round_id": "999"}, "round_id-error"),
        ({"from": "hôm qua"}, "from-error"),
        ({"from": "02/12/2030", "to": "01/12/2030"}, "to-error"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_box(ward, browse, database, typed, sentence):
    answer = take(browse("administrator"), **typed)
    assert answer.status_code == 422
    assert f'id="{sentence}"' in answer.text
    for name in {"from", "to"} & set(typed):
        assert f'value="{typed[name]}"' in answer.text
    assert told(database) == []


def test_an_administrator_has_it_in_the_menu_without_the_pages_of_auditors(ward, browse):
    administrator = browse("administrator")
    assert f'href="{PAGE}"' in administrator.get("/ho-so").text
    page = administrator.get(PAGE)
    assert page.status_code == 200
    assert "/kiem-toan" not in page.text
    assert take(administrator).status_code == 200


def test_nobody_else_takes_it_or_is_offered_it(walks, browse, database):
    for person in ("school_head", "ward_clerk", "ward_chairman", "provincial_clerk"):
        browser = browse(person)
        assert browser.get(PAGE).status_code == 403
        assert take(browser).status_code == 403
        assert PAGE not in browser.get("/ho-so").text
    assert told(database) == []
