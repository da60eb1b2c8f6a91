"""While the database is busy or gone, pages say so, and what was typed is not lost."""

import html
import re
import uuid

import pytest
from sqlalchemy import text

from engine.store.database import connect, unit_of_work
from engine.store.models import Case
from forms.vocabulary import Award
from tests.walk import RETURN, Walk, on_sqlite, traces

REASON = "Bổ sung số liệu của ba năm gần nhất."


@pytest.fixture
def impatient(app, settings):
    """Let the application wait for a tenth of a second, not for ten."""
    hurried = settings.model_copy(update={"database_lock_seconds": 0.1})
    engine = connect(hurried.database_url, hurried.database_limits)
    app.extensions["thidua.database"] = engine
    yield app
    engine.dispose()


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")


def answers(walk):
    return {
        "key": uuid.uuid4().hex,
        "form": "return.v2",
        "content_hash": walk.content_hash(),
        **RETURN,
        "reason": REASON,
    }


def test_a_form_sent_to_a_busy_database_comes_back_filled(impatient, browse, walk, database):
    clerk = browse("ward_clerk")
    address = f"/cong-viec/{walk.task().id}/return"
    sent = {"csrf_token": clerk.token(), **answers(walk)}
    before = traces(database)
    with unit_of_work(database) as holder:
        holder.get_one(Case, walk.case_id, with_for_update=True)
        busy = clerk.client.post(address, data=sent)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "30")
    assert "chưa có gì thay đổi" in busy.text
    assert traces(database) == before
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', busy.text))
    fields = {name: html.unescape(value) for name, value in fields.items()}
    assert fields["reason"] == REASON
    again = clerk.client.post(address, data=fields)
    assert REASON in again.text
    assert traces(database) == before
    assert clerk.client.post(address, data=sent).status_code == 303


@on_sqlite
def test_pages_are_drawn_without_any_database(app, browse, settings, tmp_path):
    clerk = browse("ward_clerk")
    app.extensions["thidua.database"] = connect(f"sqlite:///{tmp_path}/nowhere/x.db")
    app.extensions["thidua.office"].forget()
    for answer in (
        clerk.client.get("/"),
        clerk.client.post("/cong-viec/x/return", data={"reason": REASON}),
    ):
        assert answer.status_code == 503
        assert "Thử lại sau ít phút." in answer.text
    assert REASON in answer.text
    assert "unable to open" not in answer.text


@on_sqlite
def test_what_another_site_sends_is_not_shown_again(app, browse, tmp_path):
    clerk = browse("ward_clerk")
    app.extensions["thidua.database"] = connect(f"sqlite:///{tmp_path}/nowhere/x.db")
    answer = clerk.client.post(
        "/cong-viec/x/return",
        data={"reason": REASON},
        headers={"Origin": "http://evil.example"},
    )
    assert answer.status_code == 503
    assert REASON not in answer.text


@on_sqlite
def test_a_password_is_not_shown_again(app, browse, tmp_path):
    clerk = browse("ward_clerk")
    app.extensions["thidua.database"] = connect(f"sqlite:///{tmp_path}/nowhere/x.db")
    for address in ("/dang-nhap", "/tai-khoan/mat-khau"):
        answer = clerk.client.post(address, data={"password": "bí mật"})
        assert answer.status_code == 503, address
        assert "bí mật" not in answer.text


def test_a_page_that_writes_by_mistake_changes_nothing(app, browse, database, monkeypatch):
    from webapp.database import reading  # noqa: PLC0415

    def careless():
        with reading() as work:
            work.execute(text("UPDATE units SET name = 'x'"))
        return "done"

    clerk = browse("ward_clerk")
    monkeypatch.setitem(app.view_functions, "inbox.show", careless)
    assert clerk.get("/").status_code == 500
    with database.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM units WHERE name = 'x'")) == 0


@on_sqlite
def test_a_database_that_goes_while_a_page_is_made_is_said_in_words(
    app, browse, walk, tmp_path
):
    clerk = browse("ward_clerk")
    token = clerk.token()
    gone = connect(f"sqlite:///{tmp_path}/gone/thidua.db")
    there = app.extensions["thidua.database"]

    def go():
        app.extensions["thidua.database"] = gone  # after the login was read

    app.before_request_funcs[None].append(go)
    address = f"/cong-viec/{walk.task().id}"
    for ask in (
        lambda: clerk.client.get(address),
        lambda: clerk.client.post(
            f"{address}/return", data={"csrf_token": token, **answers(walk)}
        ),
    ):
        app.extensions["thidua.database"] = there
        answer = ask()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert "chưa có gì thay đổi" in answer.text
