"""Files of a case: who may read them, and how a browser gets them."""

import uuid

import pytest

from engine.attachments import add_attachment
from engine.filestore import FileStore
from engine.store.database import unit_of_work
from tests.engine.samples import PDF
from tests.walk import NOON, Walk, traces

NAME = 'Báo cáo "đặc biệt" – năm 2026.pdf'


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open()


@pytest.fixture
def address(walk, settings):
    """Address of a file in the draft of the school."""
    with unit_of_work(walk.database) as session:
        attachment = add_attachment(
            session,
            FileStore(settings.var_dir / "files"),
            task_id=walk.task().id,
            actor=walk.ward.school_clerk,
            name=NAME,
            data=PDF,
            at=NOON,
            key=uuid.uuid4().hex,
        )
        return f"/tep/{attachment.id}"


def test_a_file_comes_as_a_download_that_runs_nothing(browse, address):
    answer = browse("school_head").get(address)
    assert answer.data == PDF
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''B%C3%A1o" in headers["Content-Disposition"]
    assert headers["Content-Disposition"].isascii()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox")


def test_a_reviewer_reads_the_file_once_the_case_is_there(browse, address, walk):
    clerk = browse("ward_clerk")
    assert clerk.get(address).status_code == 404
    walk.to("appraise_at_ward")
    assert clerk.get(address).data == PDF


@pytest.mark.parametrize("person", ["company_head", "administrator", "provincial_clerk"])
def test_nobody_else_knows_of_it(browse, address, person):
    assert browse(person).get(address).status_code == 404


def test_without_a_login_there_is_no_file(app, accounts, address):
    answer = app.test_client().get(address)
    assert answer.status_code == 303
    assert "/dang-nhap" in answer.location


@pytest.mark.parametrize("number", ["999999", "9" * 40, "-1", "x"])
def test_a_file_that_is_not_there_is_not_found(browse, number):
    assert browse("auditor").get(f"/tep/{number}").status_code == 404


def test_after_the_submission_the_file_stays(browse, address, walk, database):
    walk.to("appraise_at_ward")
    browser = browse("school_clerk")
    before = traces(database)
    answer = browser.post(f"{address}/bo", {"key": uuid.uuid4().hex, "next": "/"})
    assert answer.status_code == 409
    assert traces(database) == before
    assert browser.get(address).data == PDF


def test_the_way_back_stays_on_this_site(browse, address):
    fields = {"key": uuid.uuid4().hex, "next": "https://example.com/"}
    answer = browse("school_clerk").post(f"{address}/bo", fields)
    assert answer.status_code == 303
    assert answer.location == "/"
