"""The public page: what it tells to whom, how often one may guess, and that no file stays."""

import io
import re

import pytest
from sqlalchemy import select

from engine.store.database import reading
from engine.store.models import Paper
from forms.vocabulary import Outcome
from tests.walk import Walk, on_sqlite
from tests.webapp.conftest import Browser

pytestmark = on_sqlite

PAGE = "/kiem-tra"


@pytest.fixture
def visitor(app):
    """Somebody who has no account."""
    return Browser(app.test_client())


@pytest.fixture
def certificate(database, ward):
    """A certificate of the ward, detached."""
    Walk(database, ward).open().to("decide_at_ward").do(Outcome.AWARD)
    with reading(database) as session:
        paper = session.scalars(select(Paper).where(Paper.kind == "certificate")).one()
        _ = paper.content
        session.expunge_all()
        return paper


def send(visitor, content, name="giay-khen.pdf", **typed):
    return visitor.post(PAGE, {"tep": (io.BytesIO(content), name), **typed})


def alerts(page):
    return re.findall(r'class="notice (\w+)"', page)


@pytest.mark.parametrize("address", ["/kiem-tra/{code}", "/kiem-tra?ma={code}"])
def test_anybody_with_the_code_learns_what_the_paper_says(visitor, certificate, address):
    shown = visitor.get(address.format(code=certificate.code.lower()))
    assert shown.status_code == 200
    for said in ("Còn hiệu lực.", "309/QĐ-UBND", "02/12/2030", "Nguyễn Thị Ví Dụ"):
        assert said in shown.text
    assert "noindex" in shown.text
    assert "HS-2030" not in shown.text
    assert "Giáo viên" not in shown.text


def test_without_a_code_nothing_is_told(visitor, certificate):
    shown = visitor.get(PAGE)
    assert shown.status_code == 200
    assert "309/QĐ-UBND" not in shown.text


@pytest.mark.parametrize(
    ("typed", "status"),
    [("RRRR-RRRR-RRRR", 404), ("309/QĐ-UBND", 422), ("<img src=x>", 422), ("1", 422)],
)
def test_another_code_tells_nothing_and_stays_in_its_box(visitor, certificate, typed, status):
    shown = visitor.get(PAGE, query_string={"ma": typed})
    assert shown.status_code == status
    assert "309/QĐ-UBND" not in shown.text.replace('value="309/QĐ-UBND"', "").replace(
        "“309/QĐ-UBND”", ""
    )
    assert 'name="ma"' in shown.text
    assert "<img" not in shown.text


def test_who_guesses_is_stopped_and_good_codes_do_not_count(visitor, certificate):
    for _ in range(40):
        assert visitor.get(f"{PAGE}/{certificate.code}").status_code == 200
    statuses = [visitor.get(f"{PAGE}/RRRRRRRRRRR{end}").status_code for end in "ACDEFG" * 6]
    assert statuses == [404] * 30 + [429] * 6
    assert visitor.get(f"{PAGE}/{certificate.code}").status_code == 429
    assert send(visitor, b"anything").status_code == 429


def test_a_file_is_compared_with_what_was_issued(visitor, certificate):
    shown = send(visitor, certificate.content)
    assert shown.status_code == 200
    assert alerts(shown.text) == ["ok", "ok"]
    changed = send(visitor, certificate.content + b"\n")
    assert changed.status_code == 404
    assert "309/QĐ-UBND" not in changed.text


def test_with_a_code_a_changed_file_is_told_from_the_paper(visitor, certificate):
    good = send(visitor, certificate.content, ma=certificate.code)
    assert alerts(good.text) == ["ok", "ok"]
    bad = send(visitor, b"%PDF-1.7 something else", ma=certificate.code)
    assert (bad.status_code, alerts(bad.text)) == (200, ["ok", "warn"])


def test_an_uploaded_file_is_not_stored(visitor, certificate, settings, database):
    before = sorted(path for path in settings.var_dir.rglob("*"))
    send(visitor, certificate.content)
    assert sorted(path for path in settings.var_dir.rglob("*")) == before


def test_a_form_without_a_file_says_so_at_its_box(visitor):
    shown = visitor.post(PAGE, {})
    assert shown.status_code == 422
    assert 'id="tep-error"' in shown.text


def test_the_page_is_linked_from_the_login_and_from_every_page(visitor, browse):
    assert visitor.get("/dang-nhap").text.count('href="/kiem-tra"') == 2
    assert 'href="/kiem-tra"' in browse("auditor").get("/ho-so").text


def test_it_speaks_english(visitor, certificate):
    visitor.get("/ngon-ngu/en")
    assert 'lang="en"' in visitor.get(f"{PAGE}/{certificate.code}").text
