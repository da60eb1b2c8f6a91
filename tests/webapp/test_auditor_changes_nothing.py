"""Auditors change nothing: forged requests are refused, and that is in the journal."""

import pytest
from sqlalchemy import select
from werkzeug.routing import IntegerConverter

from engine.audit.refusals import MOST_A_MINUTE, STREAM
from engine.store.database import reading
from engine.store.models import Base, JournalEntry, TaskState
from forms.vocabulary import Outcome
from tests.walk import Walk, new_key, on_sqlite

CASE = "HS-2030-0001"
THEIRS = ("login.", "account.", "findings.")
"""Where auditors do change something: their own login, findings and notes."""

ASIDE = {"login_sessions", "access_records"}


@pytest.fixture
def walk(database, ward):
    Walk(database, ward).open().to("decide_at_ward").do(Outcome.AWARD)
    return Walk(database, ward).open().to("appraise_at_ward")


def everything(database):
    """Return all rows, but who was seen where and what was refused."""
    with reading(database) as session:
        found = {
            table.name: session.execute(select(table)).all()
            for table in Base.metadata.sorted_tables
            if table.name not in ASIDE
        }
        kept = [row for row in found["journal_entries"] if row.stream not in (STREAM, "views")]
        return found | {"journal_entries": kept}


def refusals(database):
    with reading(database) as session:
        chosen = select(JournalEntry).where(JournalEntry.stream == STREAM)
        found = session.scalars(chosen.order_by(JournalEntry.seq)).all()
        session.expunge_all()
        return found


def addresses(app, task_id):
    """Yield endpoint and address of every form, about things that are there."""
    known = {"reference": "HS-2030-0002", "task_id": task_id, "outcome": "recommend"}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "POST" not in rule.methods or rule.endpoint.startswith(THEIRS):
                continue
            values = {
                name: 1 if isinstance(one, IntegerConverter) else known.get(name, "x")
                for name, one in rule._converters.items()
            }
            yield rule.endpoint, rule.build(values)[1]


@on_sqlite
def test_no_form_of_the_program_takes_anything_from_an_auditor(walk, app, browse, database):
    auditor = browse("auditor")
    token, before = auditor.token(), everything(database)
    tried = 0
    for endpoint, address in addresses(app, walk.task().id):
        sent = {"csrf_token": token, "key": new_key(), "action": "complete"}
        answer = auditor.client.post(address, data=sent)
        assert answer.status_code in (200, 303, 400, 403, 404, 409, 422), (endpoint, address)
        tried += 1
    assert tried > 60
    assert everything(database) == before


FORGED = (
    ("/cong-viec/{task}/recommend", {"form": "appraisal.v1"}),
    ("/ho-so/{case}/rut", {"reason": "Tôi rút."}),
    ("/so-khen-thuong/ghi", {"subject_text": "Nguyễn Thị Ví Dụ"}),
    ("/ho-so/HS-2030-0001/in-phoi", {"reason": "In lại."}),
    ("/cau-hinh/council.quorum", {"value": "1/2"}),
    ("/nguoi-dung/them", {"full_name": "Nguyễn Thị Ví Dụ"}),
    ("/phien-hop/moi", {"name": "Phiên họp"}),
    ("/doi-tuong/1/ten-moi", {"name": "Tên khác"}),
    ("/dot-khen-thuong/mo", {"name": "Đợt mới"}),
    ("/hoi-dong/2/them", {"title": "Ủy viên"}),
)


@on_sqlite
def test_a_forged_request_is_refused_and_journaled(walk, browse, database, ward):
    auditor = browse("auditor")
    token, before = auditor.token(), everything(database)
    for number, (address, fields) in enumerate(FORGED, start=1):
        there = address.format(task=walk.task().id, case="HS-2030-0002")
        common = {"key": new_key(), "content_hash": walk.content_hash()}
        sent = {"csrf_token": token, **common, **fields}
        assert auditor.client.post(there, data=sent).status_code == 403, there
        assert everything(database) == before
        refused = refusals(database)
        assert len(refused) == number
        assert refused[-1].actor_id == ward.auditor.person_id
        assert refused[-1].facts["way"] == "POST"
    assert walk.task().state is TaskState.OPEN


@on_sqlite
def test_the_journal_is_not_filled_with_refusals(walk, browse, database):
    auditor, clerk = browse("auditor"), browse("ward_clerk")
    token = auditor.token()
    for _time in range(MOST_A_MINUTE + 5):
        auditor.client.post("/so-khen-thuong/ghi", data={"csrf_token": token})
    assert len(refusals(database)) == MOST_A_MINUTE
    clerk.get("/kiem-toan/HS-2030-0002")
    last = refusals(database)[-1]
    assert last.facts == {"of": "audit.show", "way": "GET", "reference": "HS-2030-0002"}


@on_sqlite
def test_what_is_typed_into_an_address_does_not_reach_the_journal(walk, browse, database):
    clerk = browse("school_clerk")
    clerk.get("/kiem-toan/truy-cap?q=x")
    clerk.get("/doi-tuong/9223372036854775807")
    facts = [one.facts for one in refusals(database)]
    assert facts[0] == {"of": "access.listing", "way": "GET"}
    assert all("item" not in one for one in facts)
