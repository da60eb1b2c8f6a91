"""Every deed works without scripts, and with the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from engine.store.database import reading
from engine.store.models import Case
from forms.vocabulary import CaseState
from tests.browser.conftest import Site
from tests.browser.deeds import (
    APPRAISAL,
    COUNCIL,
    SUBJECT,
    begin,
    decide,
    follow,
    submit,
    take_up,
    write,
)
from tests.walk import SUPPLEMENT, Walk

REASON = "Bổ sung biên bản họp xét."
LONGEST_TABBING = 80
"""Presses of the Tab key within which everything on a page is reached."""


def test_nominate_return_approve_and_search_without_scripts(
    site: Site, enter: Callable[..., Page]
) -> None:
    def plain(key: str) -> Page:
        return enter(key, java_script_enabled=False)

    clerk = plain("school_clerk")
    begin(clerk, "Khen thưởng hằng năm năm 2030", "unit_certificate")
    write(clerk)
    reference = submit(clerk)
    decide(
        plain("school_head"),
        "return",
        {"return_to": "draft", **SUPPLEMENT, "reason": REASON},
    )
    take_up(clerk)
    assert REASON in clerk.locator("[aria-labelledby=returned]").inner_text()
    follow(clerk, "Kiểm tra lại và nộp")
    submit(clerk)
    decide(plain("school_head"), "recommend", {})
    decide(plain("ward_clerk"), "recommend", APPRAISAL)
    decide(plain("council_secretary"), "recommend", COUNCIL)
    decide(
        plain("ward_chairman"), "award", {"number": "309/QĐ-UBND", "signed_on": "02/12/2030"}
    )
    auditor = plain("auditor")
    auditor.fill("#find", "nguyen thi vi du")
    auditor.press("#find", "Enter")
    follow(auditor, SUBJECT)
    assert reference in auditor.locator("h1").inner_text()
    assert case_of(site).state is CaseState.AWARDED


@pytest.fixture
def waiting(site: Site) -> Walk:
    """Let a nomination wait for the chairman of the ward."""
    return Walk(site.database, site.ward).open().to("decide_at_ward")


def test_the_keyboard_alone_leads_from_the_inbox_to_a_decision_and_on(
    site: Site, waiting: Walk, enter: Callable[..., Page]
) -> None:
    page = enter("ward_chairman")
    tab_to(page, f'a[href="/cong-viec/{waiting.task().id}"]')
    page.keyboard.press("Enter")
    tab_to(page, 'a[href$="/award"]')
    page.keyboard.press("Enter")
    for name, text in (("number", "309/QĐ-UBND"), ("signed_on", "02/12/2030")):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(text)
    tab_to(page, "button[value=complete]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ho-so/*")
    assert "Đã ghi quyết định khen thưởng" in page.locator(".flashes").inner_text()
    case = case_of(site)
    assert (case.state, case.level) == (CaseState.AWARDED, None)
    tab_to(page, 'nav a[href="/"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/")


def test_the_first_tab_leads_past_the_menu(waiting: Walk, enter: Callable[..., Page]) -> None:
    page = enter("ward_chairman")
    page.keyboard.press("Tab")
    assert focused(page, "a.skip")
    page.keyboard.press("Enter")
    assert focused(page, "main")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until ``selector`` has the focus; the page that opens must be there."""
    page.locator(selector).first.wait_for()
    for _ in range(LONGEST_TABBING):
        page.keyboard.press("Tab")
        if focused(page, selector):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def focused(page: Page, selector: str) -> bool:
    found: bool = page.evaluate("chosen => document.activeElement.matches(chosen)", selector)
    return found


def case_of(site: Site) -> Case:
    with reading(site.database) as work:
        case = work.query(Case).one()
        work.expunge_all()
        return case
