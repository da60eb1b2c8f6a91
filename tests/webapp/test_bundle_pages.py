"""Bundles are handed out to auditors alone, and each time the journal knows of it."""

import hashlib
import io
import zipfile

import pytest
from sqlalchemy import select

from engine.store.database import reading
from engine.store.models import JournalEntry
from forms.vocabulary import Outcome
from tests import outgoing
from tests.walk import Walk, on_sqlite

pytestmark = on_sqlite

CASE = "/ho-so/HS-2030-0001"


def names_in(answer):
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return set(archive.namelist())


@pytest.fixture
def decided(database, ward):
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.AWARD)
    return walk


def test_an_auditor_takes_the_bundle_of_a_case_from_its_trace(decided, browse, database):
    auditor = browse("auditor")
    for page in (f"{CASE}/duong-di", "/kiem-toan/HS-2030-0001"):
        assert f'href="{CASE}/goi-kiem-chung.zip"' in auditor.get(page).text
    answer = auditor.get(f"{CASE}/goi-kiem-chung.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert "goi-kiem-chung-HS-2030-0001.zip" in answer.headers["Content-Disposition"]
    assert {"verify.py", "entries.jsonl", "trace.pdf"} <= names_in(answer)
    with reading(database) as session:
        chosen = select(JournalEntry).where(JournalEntry.stream == "exports")
        (told,) = [entry.facts for entry in session.scalars(chosen)]
    assert told == {
        "reference": "HS-2030-0001",
        "sha256": hashlib.sha256(answer.data).hexdigest(),
    }


def test_an_auditor_takes_the_bundle_of_a_decision(database, ward, browse):
    walks = [Walk(database, ward).open().to("decide_at_ward") for _ in range(2)]
    paper_id = outgoing.draft(database, ward, walks)
    outgoing.go(database, ward, paper_id, "issue")
    auditor = browse("auditor")
    address = f"/van-ban-di/{paper_id}/goi-kiem-chung.zip"
    assert f'href="{address}"' in auditor.get(f"/van-ban-di/{paper_id}").text
    answer = auditor.get(address)
    assert answer.status_code == 200
    assert {f"papers/outgoing-{paper_id}/paper.pdf", "verify.py"} <= names_in(answer)
    assert auditor.get(f"/van-ban-di/{paper_id + 1}/goi-kiem-chung.zip").status_code == 404


@pytest.mark.parametrize(
    ("person", "status"),
    [("ward_chairman", 403), ("administrator", 403), ("company_clerk", 404)],
)
def test_nobody_else_takes_a_bundle_or_is_offered_one(
    decided, browse, database, person, status
):
    browser = browse(person)
    assert browser.get(f"{CASE}/goi-kiem-chung.zip").status_code == status
    assert "goi-kiem-chung" not in browser.get(f"{CASE}/duong-di").text
    with reading(database) as session:
        chosen = select(JournalEntry.id).where(JournalEntry.stream == "exports")
        assert session.scalar(chosen) is None
