"""Coming in and going out: one answer for all who may not; nothing typed is lost."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.accounts import disable_account
from engine.office import OPERATOR
from engine.store.database import unit_of_work
from engine.store.models import Account, LoginSession, Unit
from tests.ward import NOON
from tests.webapp.conftest import PASSWORD, Browser

TYPED = {
    "code": "tieu-hoc-ban-mai",
    "name": 'Trường Tiểu học "Ban Mai" <b>',
    "kind": "school",
    "issuing_basis": "Điều 80\nkhoản 4",
}


@pytest.fixture
def database_url(sqlite_url):
    """The shell is the same on both databases; its queries are tested with the engine."""
    return sqlite_url


def refusal(browser, username, password):
    answer = browser.post("/dang-nhap", {"username": username, "password": password})
    assert answer.status_code == 422
    return re.sub(r'value="[^"]*"|\w{16}', "", answer.text)


def end_all_logins(database):
    with unit_of_work(database) as session:
        session.execute(update(LoginSession).values(ended_at=NOON, end_reason="test"))


def hidden_fields(page):
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return [(name, html.unescape(value)) for name, value in found]


def test_unknown_user_wrong_password_and_disabled_account_get_one_answer(
    app, accounts, database
):
    browser = Browser(app.test_client())
    with unit_of_work(database) as session:
        disabled = session.scalars(select(Account).where(Account.username == "auditor")).one()
        disable_account(session, account_id=disabled.id, actor=OPERATOR, at=NOON)
    answers = {
        refusal(browser, "nobody", PASSWORD),
        refusal(browser, "school_head", "sai mật khẩu"),
        refusal(browser, "auditor", PASSWORD),
    }
    assert len(answers) == 1
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answers.pop()


def test_a_page_asks_for_a_login_and_then_opens(app, accounts):
    browser = Browser(app.test_client())
    asked = browser.get("/ke-hoach?ma=van-xuan-2025-2030")
    assert asked.status_code == 303
    assert asked.headers["Location"] == "/dang-nhap?next=/ke-hoach?ma%3Dvan-xuan-2025-2030"
    page = browser.get(asked.headers["Location"]).text
    fields = dict(hidden_fields(page)) | {"username": "school_head", "password": PASSWORD}
    entered = browser.client.post("/dang-nhap", data=fields)
    assert (entered.status_code, entered.headers["Location"]) == (
        303,
        "/ke-hoach?ma=van-xuan-2025-2030",
    )
    assert "Lê Thị Mơ" in browser.get("/ke-hoach").text


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"],
)
def test_a_login_leads_to_no_other_site(app, accounts, target):
    browser = Browser(app.test_client())
    entered = browser.post(
        "/dang-nhap", {"username": "school_head", "password": PASSWORD, "next": target}
    )
    assert entered.headers["Location"] == "/"


def test_a_stolen_cookie_is_worth_nothing_after_logout(app, browse):
    browser = browse("school_head")
    stolen = browser.client.get_cookie("thidua-login").value
    assert browser.get("/ke-hoach").status_code == 200
    assert browser.post("/dang-xuat").status_code == 303
    thief = app.test_client()
    thief.set_cookie("thidua-login", stolen)
    assert thief.get("/ke-hoach").status_code == 303


def test_each_login_has_a_token_of_its_own(browse):
    first, second = browse("school_head"), browse("school_head")
    tokens = {browser.client.get_cookie("thidua-login").value for browser in (first, second)}
    assert len(tokens) == 2


def test_a_second_login_in_one_browser_ends_the_first(app, browse):
    browser = browse("school_head")
    first = browser.client.get_cookie("thidua-login").value
    browser.post("/dang-nhap", {"username": "auditor", "password": PASSWORD})
    left = app.test_client()
    left.set_cookie("thidua-login", first)
    assert left.get("/ke-hoach").status_code == 303
    assert browser.get("/ke-hoach").status_code == 200


def test_a_cookie_set_before_the_login_is_not_kept(app, accounts):
    browser = Browser(app.test_client())
    browser.client.set_cookie("thidua-login", "fixed-by-somebody")
    browser.post("/dang-nhap", {"username": "school_head", "password": PASSWORD})
    assert browser.client.get_cookie("thidua-login").value != "fixed-by-somebody"


def test_a_person_ends_a_login_elsewhere(browse, database):
    here, elsewhere = browse("school_head"), browse("school_head")
    assert elsewhere.get("/ke-hoach").status_code == 200
    page = here.get("/tai-khoan/phien-dang-nhap").text
    (address,) = re.findall(r'action="(/tai-khoan/phien-dang-nhap/\d+/ket-thuc)"', page)
    assert here.post(address).status_code == 303
    assert elsewhere.get("/ke-hoach").status_code == 303
    assert here.get("/ke-hoach").status_code == 200


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537 Edg/140", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604", "Safari, iPhone"),
        ("curl/8 <b>", "curl/8 &lt;b&gt;"),
    ],
)
def test_a_device_is_shown_as_people_call_it(app, accounts, said, shown):
    browser = Browser(app.test_client())
    fields = {"username": "auditor", "password": PASSWORD}
    browser.post("/dang-nhap", fields, headers={"User-Agent": said})
    assert f'<th scope="row">{shown}</th>' in browser.get("/tai-khoan/phien-dang-nhap").text


def test_nobody_ends_the_login_of_another(browse, database):
    victim = browse("school_head")
    with Session(database) as session:
        session_id = session.scalars(select(LoginSession.id)).one()
    other = browse("company_head")
    assert other.post(f"/tai-khoan/phien-dang-nhap/{session_id}/ket-thuc").status_code == 404
    assert victim.get("/ke-hoach").status_code == 200


def test_text_typed_into_a_dead_session_comes_back(browse, database):
    browser = browse("administrator")
    token = browser.token()
    end_all_logins(database)
    refused = browser.client.post("/don-vi/them", data={**TYPED, "csrf_token": token})
    assert refused.status_code == 401
    assert "Phiên đăng nhập đã kết thúc." in refused.text
    again = dict(hidden_fields(refused.text)) | {
        "username": "administrator",
        "password": PASSWORD,
    }
    offered = browser.client.post("/dang-nhap", data=again)
    assert offered.status_code == 200
    kept = hidden_fields(offered.text)
    assert ("_resume", "1") in kept
    assert 'action="/don-vi/them"' in offered.text
    shown = browser.client.post("/don-vi/them", data=dict(kept))
    assert shown.status_code == 200
    assert "Trường Tiểu học &#34;Ban Mai&#34; &lt;b&gt;" in shown.text
    with Session(database) as session:
        assert not session.scalars(select(Unit).where(Unit.code == TYPED["code"])).all()


def test_kept_text_survives_a_wrong_password(browse, database):
    browser = browse("administrator")
    end_all_logins(database)
    refused = browser.client.post("/don-vi/them", data=TYPED)
    first = dict(hidden_fields(refused.text))
    wrong = browser.client.post(
        "/dang-nhap", data={**first, "username": "administrator", "password": "sai"}
    )
    assert wrong.status_code == 422
    assert dict(hidden_fields(wrong.text))["_kept"] == first["_kept"]


def test_an_expired_form_shows_what_was_typed(make_app, settings, browse, database):
    browser = browse("administrator")
    late = make_app(settings.model_copy(update={"form_hours": 0.0000001}))
    token = browser.token()
    client = late.test_client()
    for name in ("thidua-login", "thidua-page"):
        client.set_cookie(name, browser.client.get_cookie(name).value)
    import time  # noqa: PLC0415

    time.sleep(1.1)
    answer = client.post("/don-vi/them", data={**TYPED, "csrf_token": token})
    assert answer.status_code == 403
    assert "Biểu mẫu đã quá hạn" in answer.text
    assert ("name", TYPED["name"]) in hidden_fields(answer.text)
    with Session(database) as session:
        assert not session.scalars(select(Unit).where(Unit.code == TYPED["code"])).all()


def test_kept_text_changes_nothing_even_where_a_page_forgets_to_look(browse):
    browser = browse("school_head")
    answer = browser.post("/dang-xuat", {"_resume": "1"})
    assert answer.status_code == 303
    assert browser.get("/ke-hoach").status_code == 200


@pytest.mark.parametrize(
    "kept",
    ["", "nonsense", "[1]", '[["a"]]', '[["a", 1]]', '{"a": "b"}', "[" * 5000],
)
def test_odd_kept_text_is_left_out(app, accounts, kept):
    browser = Browser(app.test_client())
    fields = {"username": "school_head", "password": PASSWORD, "_path": "/x", "_kept": kept}
    assert browser.post("/dang-nhap", fields).status_code in (200, 303)


def test_a_one_time_password_opens_only_the_page_that_changes_it(browse, database):
    with unit_of_work(database) as session:
        session.execute(update(Account).values(must_change_password=True))
    browser = browse("school_head")
    assert browser.get("/ke-hoach").headers["Location"] == "/tai-khoan/mat-khau"
    changed = browser.post(
        "/tai-khoan/mat-khau",
        {"password": PASSWORD, "new_password": "mật khẩu mới", "repeated": "mật khẩu mới"},
    )
    assert changed.status_code == 303
    assert browser.get("/ke-hoach").status_code == 200


def test_passwords_that_differ_are_refused_at_their_control(browse):
    browser = browse("school_head")
    answer = browser.post(
        "/tai-khoan/mat-khau",
        {"password": PASSWORD, "new_password": "mật khẩu mới", "repeated": "mật khẩu mớ"},
    )
    assert answer.status_code == 422
    assert 'aria-describedby=" repeated-error"' in answer.text
    assert 'href="#repeated"' in answer.text


def test_the_last_use_is_written_once_a_minute(app, browse, database, monkeypatch):
    browser = browse("school_head")
    clock = app.extensions["thidua.clock"]
    with Session(database) as session:
        began = session.scalars(select(LoginSession.last_seen_at)).one()
    browser.get("/ke-hoach")
    with Session(database) as session:
        assert session.scalars(select(LoginSession.last_seen_at)).one() == began
    clock.shift += timedelta(minutes=2)
    browser.get("/ke-hoach")
    with Session(database) as session:
        assert session.scalars(select(LoginSession.last_seen_at)).one() > began


def test_accounts_are_listed_in_the_demo_alone(make_app, app, accounts, settings):
    listed = app.test_client().get("/dang-nhap").text
    assert "president_clerk" in listed
    assert settings.demo_password in listed
    real = settings.model_copy(update={"demo": False, "demo_clock": None})
    page = make_app(real).test_client().get("/dang-nhap", base_url="https://localhost").text
    assert "president_clerk" not in page
    assert settings.demo_password not in page


def test_pages_speak_the_language_of_the_account_until_another_is_chosen(browse):
    browser = browse("school_head")
    assert '<html lang="vi"' in browser.get("/ke-hoach").text
    browser.post("/tai-khoan/ngon-ngu", {"language": "en"})
    assert '<html lang="en"' in browser.get("/ke-hoach").text
    browser.post("/dang-xuat")
    browser.post("/dang-nhap", {"username": "school_head", "password": PASSWORD})
    assert '<html lang="en"' in browser.get("/ke-hoach").text
    chosen = browser.get("/ngon-ngu/vi?next=/ke-hoach")
    assert chosen.headers["Location"] == "/ke-hoach"
    assert '<html lang="vi"' in browser.get("/ke-hoach").text


def test_the_theme_is_chosen_by_a_link(browse):
    browser = browse("school_head")
    assert browser.get("/giao-dien/dark?next=/ke-hoach").headers["Location"] == "/ke-hoach"
    assert 'data-theme="dark"' in browser.get("/ke-hoach").text
    assert browser.get("/giao-dien/purple").status_code == 404
