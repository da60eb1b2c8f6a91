"""An auditor with a certificate in their hand: two clicks to everything that led to it."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.store.database import reading
from engine.store.models import Case, JournalEntry
from forms.vocabulary import Outcome
from tests.browser.conftest import Site, Visitor
from tests.browser.deeds import press
from tests.walk import RETURN, Walk

NUMBER = "309/QĐ-UBND"


@pytest.fixture
def awarded(site: Site) -> Walk:
    """A certificate of the ward that was returned once on its way."""
    walk = Walk(site.database, site.ward).open().to("appraise_at_ward")
    walk.do(Outcome.RETURN, **RETURN)
    walk.to("decide_at_ward")
    walk.do(Outcome.AWARD, number=NUMBER)
    return walk


@pytest.fixture
def auditor(site: Site, visitor: Callable[..., Visitor]) -> Visitor:
    found = visitor(site.address)
    found.log_in("auditor")
    return found


@pytest.mark.usefixtures("awarded")
def test_two_clicks_from_the_number_to_the_whole_trace(site: Site, auditor: Visitor) -> None:
    page = auditor.open("/kiem-toan")
    page.fill("[name=number]", NUMBER)
    press(page, "Tìm và lọc")
    assert auditor.axe() == []
    with page.expect_navigation():
        page.get_by_role("link", name=NUMBER, exact=True).click()
    with reading(site.database) as work:
        acts = work.scalars(
            select(JournalEntry.seq).where(JournalEntry.case_id == 1).order_by(JournalEntry.seq)
        ).all()
    steps = page.locator("article[id^=dong-]")
    shown = [int(str(one.get_attribute("id")).removeprefix("dong-")) for one in steps.all()]
    assert shown == sorted(shown, reverse=True)
    assert shown[-1] == acts[0]
    expect(page.get_by_role("heading", name="Quyết định số")).to_be_visible()
    for person in ("Đặng Văn Ký", "Lê Thị Mơ"):
        expect(page.get_by_text(person).first).to_be_visible()
    expect(page.get_by_role("link", name="So sánh với lần nộp trước")).to_be_visible()
    assert auditor.axe() == []
    assert not auditor.overflows()


def test_nothing_can_be_changed_and_a_forged_form_is_refused_and_kept(
    site: Site, auditor: Visitor, awarded: Walk
) -> None:
    reference = awarded.case().reference
    for address in (
        f"/kiem-toan/{reference}",
        f"/ho-so/{reference}",
        f"/ho-so/{reference}/duong-di",
    ):
        page = auditor.open(address)
        targets = page.eval_on_selector_all(
            "form[method=post]", "all => all.map(one => new URL(one.action).pathname)"
        )
        assert not [one for one in targets if not one.startswith(("/dang-xuat", "/giao-dien"))]
    page = auditor.open(f"/kiem-toan/{reference}")
    token = page.locator("[name=csrf_token]").first.get_attribute("value")
    before = state(site, awarded)
    answer = page.context.request.post(
        f"{site.address}/ho-so/{reference}/rut",
        form={"csrf_token": token, "reason": "Không phải của tôi."},
        headers={"Origin": site.address},
    )
    assert answer.status == HTTPStatus.FORBIDDEN
    assert state(site, awarded) == before
    with reading(site.database) as work:
        who = select(JournalEntry.actor_id).where(JournalEntry.stream == "refusals")
        assert list(work.scalars(who)) == [site.ward.auditor.person_id]


def state(site: Site, walk: Walk) -> tuple[int, int]:
    """Return the version of a case and how many entries its journal has."""
    with reading(site.database) as work:
        case = work.get_one(Case, walk.case_id)
        return case.version, case.next_seq
