"""Every page that somebody of the demo ward can reach: readable by all, on any screen."""

import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.store.database import reading
from engine.store.models import Case
from forms.vocabulary import Award
from tests.browser.conftest import Site, Visitor
from tests.browser.deeds import press, take_up
from tests.browser.looks import measure, shape
from tests.webapp.conftest import Browser

DEMO_PASSWORD = "hoa-ban-2030"

AUDITOR = "kiemtra.vanxuan"

WIDTHS = (1366, 390, 320)

LEAST_KINDS = 50
"""Kinds of pages that are found at least, so that no lost link goes unseen."""

SAMPLES = 2
"""So many pages of one kind are read by each person when looking for others: half as
many of those that somebody before has read."""

PEOPLE = (
    "hieutruong.hoaban",
    "vanthu.hoaban",
    "phochutich.phunu",
    "topho.dongtam",
    "hieutruong.saomai",
    "chuyenvien.vanxuan",
    "thuky.hoidong",
    "chutich.vanxuan",
    "phochutich.vanxuan",
    "chuyenvien.sonoivu",
    "chutich.tinh",
    "chuyenvien.bonoivu",
    "chuyenvien.chinhphu",
    "chuyenvien.chutichnuoc",
    AUDITOR,
    "quantri.vanxuan",
)
"""One of each role, and some who have something returned, held or unfinished."""

LINK = re.compile(r'<a[^>]* href="(/[^"#]*)')

ELSEWHERE = re.compile(r"/(tep|van-ban|ngon-ngu|giao-dien)/|.*\.(pdf|csv|docx|xlsx|zip)($|\?)")
"""Not pages: files, and choices that lead back."""

NUMBER = re.compile(r"HS-\d{4}-\d{4}|[0-9a-f]{32}|(?<=/)\d+")
"""What differs between addresses of one kind."""

HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


def rough(address: str) -> str:
    """Return an address without what differs between pages of one kind."""
    path, _, query = address.partition("?")
    return NUMBER.sub("*", path) + "?".join(re.findall(r"(?:^|&)(tab=\w+|kiem=1|dot=)", query))


def kind_of(address: str, page: str) -> str:
    """Return what is the same for all pages of a kind; tasks differ by what they ask."""
    heading = HEADING.search(page)
    kind = rough(address)
    return f"{kind} {heading[1]}" if heading and kind.startswith("/cong-viec/") else kind


def walk(client: FlaskClient, kinds: set[str]) -> list[str]:
    """Return the first page of a person, and a page of each kind that is not in ``kinds``."""
    found, seen, waiting = ["/"], {"/"}, ["/"]
    known = frozenset(kinds)
    read: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == HTTPStatus.OK, f"{answer.status} at {address}"
        page = answer.text
        kind = kind_of(answer.request.full_path.removesuffix("?"), page)
        if kind not in kinds:
            kinds.add(kind)
            found.append(address)
        for link in map(unescape, LINK.findall(page)):
            alike = rough(link)
            enough = SAMPLES // 2 if alike in known else SAMPLES
            if link not in seen and not ELSEWHERE.match(link) and read[alike] < enough:
                seen.add(link)
                read[alike] += 1
                waiting.append(link)
    return list(dict.fromkeys(found))


@pytest.fixture(scope="session")
def atlas(demo: Site) -> dict[str, list[str]]:
    """Return the pages to read: person → addresses, each kind of page once."""
    kinds: set[str] = set()
    pages = {}
    for person in PEOPLE:
        client = demo.app.test_client()
        Browser(client).post("/dang-nhap", {"username": person, "password": DEMO_PASSWORD})
        pages[person] = walk(client, kinds)
    for reference in one_case_of_each_state(demo):
        pages[AUDITOR] += [f"/ho-so/{reference}/duong-di", f"/ho-so/{reference}?tab=papers"]
    assert len(kinds) > LEAST_KINDS
    return pages


def one_case_of_each_state(demo: Site) -> list[str]:
    """Return references: for each state, of the case that asks for the highest award."""
    rank = list(Award).index
    with reading(demo.database) as work:
        cases = sorted(work.scalars(select(Case)), key=lambda case: (rank(case.award), case.id))
        return list({case.state: case.reference for case in cases}.values())


def look(visitor: Visitor, address: str, language: str = "vi") -> list[str]:
    """Return whatever is wrong with a page, at each width and in the dark."""
    page = visitor.page
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    visitor.open(address)
    found = [*shape(page, language)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wrong = [*visitor.axe(), *measure(page)]
        wrong += ["scrolls sideways"] if visitor.overflows() else []
        found += [f"at {width} px: {one}" for one in wrong]
    page.emulate_media(color_scheme="dark")
    dark = [*visitor.axe("color-contrast"), *measure(page)]
    found += [f"in the dark: {one}" for one in dark]
    found += visitor.faults
    visitor.faults.clear()
    return [f"{address} {one}" for one in dict.fromkeys(found)]


@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_is_readable(
    demo: Site, atlas: dict[str, list[str]], visitor: Callable[..., Visitor], person: str
) -> None:
    reader = visitor(demo.address)
    reader.log_in(person, DEMO_PASSWORD)
    assert [one for address in atlas[person] for one in look(reader, address)] == []


def test_the_pages_before_a_login_are_readable(
    demo: Site, visitor: Callable[..., Visitor]
) -> None:
    reader = visitor(demo.address)
    assert look(reader, "/dang-nhap") == []
    reader.log_in("nobody", "wrong")
    assert reader.page.locator("[role=alert]").count() == 1
    assert reader.axe() == []


def test_pages_that_refuse_are_readable(demo: Site, visitor: Callable[..., Visitor]) -> None:
    reader = visitor(demo.address)
    reader.log_in("vanthu.hoaban", DEMO_PASSWORD)
    for address in ("/khong-co", "/ho-so/HS-1999-0001", "/cau-hinh"):
        assert look(reader, address) == []


def test_a_form_with_mistakes_is_readable(demo: Site, visitor: Callable[..., Visitor]) -> None:
    reader = visitor(demo.address)
    page = reader.log_in("chuyenvien.vanxuan", DEMO_PASSWORD)
    take_up(page, "Lục Văn Mai")
    for outcome in ("recommend", "return"):
        reader.open(page.url.removeprefix(demo.address).split("/recommend")[0] + f"/{outcome}")
        press(page, "Xác nhận")
        assert page.locator(".error-summary").count() == 1
        assert [*reader.axe(), *measure(page)] == []
        page.set_viewport_size({"width": 320, "height": 900})
        assert [*reader.axe(), *measure(page)] == []
        assert not reader.overflows()


@pytest.mark.parametrize("person", ["chuyenvien.vanxuan", "hieutruong.hoaban"])
def test_pages_in_english_are_readable(
    demo: Site, visitor: Callable[..., Visitor], person: str
) -> None:
    reader = visitor(demo.address)
    page = reader.log_in(person, DEMO_PASSWORD)
    page.goto(f"{demo.address}/ngon-ngu/en")
    addresses = page.locator("header nav a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    assert [one for address in addresses for one in look(reader, address, "en")] == []


def test_on_a_phone_the_menu_is_one_row_that_the_keyboard_moves(
    demo: Site, visitor: Callable[..., Visitor]
) -> None:
    reader = visitor(demo.address)
    page = reader.log_in("chuyenvien.vanxuan", DEMO_PASSWORD)
    page.set_viewport_size({"width": 320, "height": 900})
    entries = page.locator("header nav a")
    boxes = [one.bounding_box() for one in entries.all()]
    assert len({box["y"] for box in boxes if box}) == 1
    assert not reader.overflows()
    entries.nth(-2).focus()
    page.keyboard.press("Tab")
    last = entries.last.bounding_box()
    assert last is not None
    assert 0 <= last["x"] < 320 - last["width"] / 2
