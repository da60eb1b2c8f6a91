"""Cookies, headers, hosts, limits and tokens: each value, and each refusal."""

import io
import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from engine.store.models import LoginSession, Unit
from tests.webapp.conftest import PASSWORD, Browser
from webapp import security
from webapp.authentication import ANONYMOUS, MACHINES, PUBLIC
from webapp.settings import Settings

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@pytest.fixture
def database_url(sqlite_url):
    """The shell is the same on both databases; its queries are tested with the engine."""
    return sqlite_url


@pytest.fixture
def real(make_app, settings, tmp_path):
    """Return the application as an office runs it, not the demo."""
    return make_app(
        Settings(
            secret_key="k" + "0123456789abcdef" * 3,
            hosts="thidua.example",
            database_url=settings.database_url,
            var_dir=tmp_path,
        )
    )


def unsafe_addresses(app):
    """Return every address that takes a form, with 1 for each number in it."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint not in ANONYMOUS:
            yield re.sub(r"<(\w+:)?\w+>", "1", rule.rule)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_CONTENT_LENGTH", 25 * 1024 * 1024),
        ("MAX_FORM_MEMORY_SIZE", 4 * 1024 * 1024),
        ("MAX_FORM_PARTS", 1000),
        ("TRUSTED_HOSTS", ["thidua.example"]),
        ("SESSION_COOKIE_NAME", "__Host-thidua-page"),
        ("LOGIN_COOKIE_NAME", "__Host-thidua-login"),
        ("SESSION_COOKIE_SECURE", True),
        ("SESSION_COOKIE_HTTPONLY", True),
        ("SESSION_COOKIE_SAMESITE", "Lax"),
        ("SESSION_COOKIE_PATH", "/"),
        ("SESSION_COOKIE_DOMAIN", None),
        ("SESSION_REFRESH_EACH_REQUEST", False),
        ("WTF_CSRF_ENABLED", True),
        ("WTF_CSRF_TIME_LIMIT", 12 * 3600),
        ("DEBUG", False),
        ("TESTING", False),
    ],
)
def test_every_value_of_the_configuration_is_set(real, name, value):
    assert real.config[name] == value


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
        ("Strict-Transport-Security", "max-age=63072000"),
    ],
)
@pytest.mark.parametrize("path", ["/dang-nhap", "/khong-co", "/ke-hoach"])
def test_every_answer_has_the_headers(real, path, header, value):
    answer = real.test_client().get(path, base_url="https://thidua.example")
    assert answer.headers[header] == value


def test_the_cookies_of_a_login_are_for_this_host_over_tls(real, accounts):
    client = real.test_client()
    base = "https://thidua.example"
    page = client.get("/dang-nhap", base_url=base).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    answer = client.post(
        "/dang-nhap",
        base_url=base,
        data={"csrf_token": token, "username": "auditor", "password": PASSWORD},
    )
    assert answer.status_code == 303
    login, page = sorted(answer.headers.getlist("Set-Cookie"))
    assert login.startswith("__Host-thidua-login=")
    assert page.startswith("__Host-thidua-page=")
    for cookie in (login, page):
        assert "; Secure; HttpOnly; Path=/; SameSite=Lax" in cookie
        assert "Domain" not in cookie
        assert "Max-Age" not in cookie


def test_static_files_may_be_kept_because_their_address_changes_with_them(app):
    page = app.test_client().get("/dang-nhap").text
    address = re.search(r'href="(/static/app\.css\?v=[0-9a-f]{12})"', page).group(1)
    answer = app.test_client().get(address)
    assert answer.headers["Cache-Control"] == security.STATIC_CACHE
    answer.close()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:8000", 200),
        ("evil.example", 400),
        ("localhost.evil.example", 400),
        ("", 400),
    ],
)
def test_only_the_named_hosts_are_answered(app, host, status):
    answer = app.test_client().get("/dang-nhap", headers={"Host": host})
    assert answer.status_code == status


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-For": "203.0.113.9"}],
)
def test_proxy_headers_are_ignored_where_there_is_no_proxy(app, headers):
    page = app.test_client().get("/ke-hoach", headers=headers)
    assert "evil" not in page.headers["Location"]


def test_the_exact_number_of_proxies_is_believed(make_app, settings):
    app = make_app(settings.model_copy(update={"proxy_hops": 1}))
    app.add_url_rule("/who", "static.who", lambda: "")
    with app.test_client() as client:
        client.get("/dang-nhap", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
        from flask import request  # noqa: PLC0415

        assert request.remote_addr == "203.0.113.9"


def test_no_form_is_taken_without_its_token(app, browse, database):
    browser = browse("administrator")
    with Session(database) as session:
        before = session.scalar(select(func.count()).select_from(Unit))
    addresses = list(unsafe_addresses(app))
    assert len(addresses) > 10
    for address in addresses:
        answer = browser.client.post(address, data={"name": "x", "code": "x"})
        assert answer.status_code == 403, address
    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == before


def test_no_form_is_taken_with_the_token_of_another_login(app, browse):
    browser, other = browse("administrator"), browse("administrator")
    token = other.token()
    for address in unsafe_addresses(app):
        answer = browser.client.post(address, data={"csrf_token": token})
        assert answer.status_code == 403, address


def test_a_token_does_not_travel_to_another_login_even_with_its_cookie(browse):
    browser, other = browse("administrator"), browse("administrator")
    token = other.token()
    page = other.client.get_cookie("thidua-page").value
    browser.client.set_cookie("thidua-page", page)
    answer = browser.client.post("/dang-xuat", data={"csrf_token": token})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8001"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_no_other_site_sends_a_form_even_with_a_good_token(browse, database, headers):
    browser = browse("administrator")
    answer = browser.post("/don-vi/them", {"code": "x", "name": "x"}, headers=headers)
    assert answer.status_code == 403
    assert "_resume" not in answer.text


def test_nothing_but_the_login_opens_without_one(app, accounts):
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"static", "login.show", "login.enter", *PUBLIC, *MACHINES}:
            continue
        path = re.sub(r"<any\('([^']+)'[^>]*>", r"\1", rule.rule)
        path = re.sub(r"<(\w+:)?\w+>", "1", path)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            answer = client.open(path, method=method)
            opens = rule.endpoint in {"login.language", "login.theme", *ANONYMOUS}
            assert answer.status_code in ((404, 413) if opens else (303, 401)), rule


def test_a_thousand_guesses_are_cut_off_after_ten(app, accounts, monkeypatch):
    evaluated = []
    from webapp.pages import login as page  # noqa: PLC0415

    check = page.check_password
    monkeypatch.setattr(
        page, "check_password", lambda *args: (evaluated.append(1), check(*args))[1]
    )
    browser = Browser(app.test_client())
    token = browser.token()
    statuses = [
        browser.client.post(
            "/dang-nhap",
            data={"csrf_token": token, "username": "school_head", "password": f"thử {i}"},
        ).status_code
        for i in range(200)
    ]
    assert statuses == [422] * 10 + [429] * 190
    assert len(evaluated) == 10
    last = browser.post("/dang-nhap", {"username": "school_head", "password": PASSWORD})
    assert last.status_code == 429
    assert "Chờ 15 phút" in last.text


def test_guesses_at_one_account_do_not_lock_out_another(app, accounts):
    browser = Browser(app.test_client())
    for _guess in range(11):
        browser.post("/dang-nhap", {"username": "school_head", "password": "sai"})
    other = browser.post("/dang-nhap", {"username": "auditor", "password": PASSWORD})
    assert other.status_code == 303


def test_good_logins_are_not_counted(app, accounts, database):
    for _morning in range(12):
        browser = Browser(app.test_client())
        answer = browser.post("/dang-nhap", {"username": "auditor", "password": PASSWORD})
        assert answer.status_code == 303
    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(LoginSession)) == 12


def multipart(fields):
    """Return the body and the type of a form with files, made in memory."""
    stream, _length, boundary = stream_encode_multipart(fields, use_tempfile=False)
    return {"data": stream.read(), "content_type": f"multipart/form-data; boundary={boundary}"}


def urlencoded(fields):
    """Return the body and the type of a form without files."""
    return {
        "data": urlencode(fields),
        "content_type": "application/x-www-form-urlencoded",
    }


def test_too_large_a_file_gets_a_page_that_says_so(browse):
    browser = browse("administrator")
    file = FileStorage(io.BytesIO(b"x" * (26 * 1024 * 1024)), "lon.pdf")
    fields = {"csrf_token": browser.token(), "file": file}
    answer = browser.client.post("/don-vi/them", **multipart(fields))
    assert answer.status_code == 413
    assert "tối đa 20 MB" in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"name": "x" * (5 * 1024 * 1024)}, id="five megabytes of text"),
        pytest.param({f"f{i}": "x" for i in range(1001)}, id="1001 fields"),
    ],
)
@pytest.mark.parametrize("encode", [multipart, urlencoded])
def test_a_form_with_too_much_in_it_is_refused(browse, fields, encode):
    browser = browse("administrator")
    sent = encode({"csrf_token": browser.token(), **fields})
    assert browser.client.post("/don-vi/them", **sent).status_code == 413


@pytest.mark.parametrize(
    "path",
    ["/ho-so?q=a%00b", "/ho-so/HS%00", "/cong-viec/a%00b", "/?loc=%00&trang=%00"],
)
def test_a_character_that_no_keyboard_has_breaks_no_page(browse, path):
    assert browse("school_head").get(path).status_code == 400


def test_a_form_with_such_a_character_in_its_key_is_refused(browse):
    fields = {"key": "a\x00b", "round_id": "1", "unit_id": "1"}
    assert browse("school_head").post("/de-nghi/moi", fields).status_code == 400
