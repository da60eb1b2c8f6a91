"""A member votes on a whole agenda of 200 nominations, on a phone and without scripts."""

import time
from collections.abc import Callable

from playwright.sync_api import Page
from sqlalchemy import func, select

from engine.store.database import reading
from engine.store.models import OpenBallot
from tests.browser.conftest import Site, Visitor
from tests.browser.deeds import press
from tests.browser.looks import measure, shape
from tests.engine.council.meetings import hold_meeting

PHONE = {"width": 390, "height": 844}

ITEMS = 200

MOST_PER_ITEM = 330
"""Pixels of one item on the phone, at most: three lines of facts, and three choices on two."""

MOST_SECONDS = 10
"""From the link to a sheet that can be read: on a machine that does nothing else, 1."""


def test_a_sheet_of_two_hundred_is_voted_on_a_phone_without_scripts(
    site: Site, visitor: Callable[..., Visitor]
) -> None:
    meeting = hold_meeting(site.database, site.ward, items=ITEMS)
    meeting.put()
    member = visitor(site.address, viewport=PHONE, java_script_enabled=False)
    page = member.log_in("council_member")
    began = time.monotonic()
    member.open(f"/phien-hop/{meeting.id}/phieu")
    assert time.monotonic() - began < MOST_SECONDS
    assert not member.overflows()
    assert height(page) < ITEMS * MOST_PER_ITEM
    assert page.locator("nav .pages").get_by_role("link").count() == 11

    page.locator(".ballot").nth(104).get_by_text("Tóm tắt hồ sơ").click()
    assert page.locator(".ballot").nth(104).get_by_role("link").is_visible()
    page.locator(".ballot").nth(104).get_by_label("Không đồng ý").check()
    press(page, "Xem lại phiếu")
    assert "Còn 199 mục chưa chọn" in page.locator("[role=alert]").inner_text()
    page.locator("#rest").get_by_label("Đồng ý", exact=True).check()
    press(page, "Xem lại phiếu")
    assert page.locator(".tile b").all_inner_texts() == ["199", "1", "0"]
    assert "105." in page.locator("#group-disagree + ul").inner_text()
    press(page, "Xác nhận và gửi phiếu")
    assert "đã được ghi nhận" in page.locator("main").inner_text()
    with reading(site.database) as session:
        assert session.scalar(select(func.count()).select_from(OpenBallot)) == ITEMS


def test_the_pages_of_a_vote_are_readable(site: Site, visitor: Callable[..., Visitor]) -> None:
    meeting = hold_meeting(site.database, site.ward, items=3)
    meeting.concern(0)
    meeting.absent(1)
    meeting.put()
    seat = meeting.council.seats[1]
    found = []
    for person, addresses in {
        "ward_chairman": ("phieu", "lien-quan", "kiem-phieu"),
        "council_secretary": ("y-kien", f"y-kien/{seat}"),
    }.items():
        reader = visitor(site.address, viewport=PHONE)
        reader.log_in(person)
        for address in addresses:
            page = reader.open(f"/phien-hop/{meeting.id}/{address}")
            wrong = [*shape(page, "vi"), *reader.axe(), *measure(page)]
            wrong += ["scrolls sideways"] if reader.overflows() else []
            found += [f"{address}: {one}" for one in wrong]
    assert found == []


def height(page: Page) -> int:
    box = page.locator("main").bounding_box()
    assert box is not None
    return int(box["height"])
