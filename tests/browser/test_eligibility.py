"""Who may be nominated for what: asked on a page, answered with the law, acted upon."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from engine.store.database import reading
from engine.store.models import Case
from forms.vocabulary import Award, MovementBasis, SubjectCategory
from tests.browser.conftest import Site, Visitor
from tests.browser.deeds import SUBJECT, fill, go, press
from tests.browser.looks import measure, shape

QUESTION = {
    "award": "labor_order_second",
    "subject_kind": "individual",
    "subject_name": SUBJECT,
    "category": "worker",
}

WIDTHS = (1366, 390, 320)


def ask(page: Page, site: Site) -> None:
    """Ask about the second class of the Labor Order for an individual."""
    go(page, page.get_by_role("link", name="Kiểm tra điều kiện", exact=True).first)
    fill(page, {"dot": str(site.ward.final_id), **QUESTION})
    press(page, "Kiểm tra")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_what_is_refused_names_the_law_and_what_is_open_begins_a_nomination(
    site: Site, enter: Callable[..., Page], scripts: bool
) -> None:
    page = enter("school_clerk", java_script_enabled=scripts)
    ask(page, site)
    refused = page.locator("[aria-labelledby=check-blocking]").inner_text()
    assert "Luật Thi đua, khen thưởng số 06/2022/QH15" in refused
    assert "Điều 43 khoản 1" in refused
    assert "chỉ được đề nghị hạng Ba" in refused
    offered = page.locator("[aria-labelledby=instead]")
    assert offered.get_by_role("heading", name="Huân chương Lao động hạng Nhì").count() == 0
    third_class = re.compile("^Lập đề nghị.*Huân chương Lao động hạng Ba")
    go(page, offered.get_by_role("button", name=third_class).first)
    assert page.input_value("[name=subject_name]") == SUBJECT
    assert "Huân chương Lao động hạng Ba" in page.locator("main").inner_text()
    with reading(site.database) as work:
        case = work.scalars(select(Case)).one()
        assert case.award is Award.LABOR_ORDER
        assert (case.category, case.basis) == (SubjectCategory.WORKER, MovementBasis.OWN)
        assert (case.round_id, case.unit_id) == (site.ward.final_id, site.ward.units["truong"])


def look(visitor: Visitor) -> list[str]:
    """Return whatever is wrong with the page that is open, at each width and in the dark."""
    page = visitor.page
    found = [*shape(page, "vi")]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}: {one}" for one in (*visitor.axe(), *measure(page))]
        found += [f"{width}: scrolls sideways"] if visitor.overflows() else []
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in (*visitor.axe("color-contrast"), *measure(page))]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return found


def open_everything(page: Page) -> None:
    """Open what is closed, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def test_question_answer_and_rules_are_readable(
    site: Site, visitor: Callable[..., Visitor]
) -> None:
    reader = visitor(site.address)
    page = reader.log_in("school_clerk")
    reader.open("/dieu-kien")
    open_everything(page)
    assert look(reader) == []
    ask(page, site)
    open_everything(page)
    assert look(reader) == []
    reader.open("/quy-dinh")
    open_everything(page)
    assert look(reader) == []
    reader.open(f"/dieu-kien?dot={site.ward.final_id}&award=x&received_on=31/02/2026")
    assert page.locator(".error-summary").count() == 1
    assert look(reader) == []
