"""A secret electronic vote in real browsers, on a phone: papers made, dropped, found again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine.accounts import create_account
from engine.council.blind import make_keys
from engine.council.recount import verify_publication
from engine.council.secret_ballots import start_casting
from engine.council.voting import close_voting
from engine.office import OPERATOR
from engine.store.database import unit_of_work
from engine.store.models import Account
from forms.vocabulary import VoteResult, VotingMode
from tests.browser.conftest import CHEAP, PASSWORD, Site, Visitor
from tests.browser.looks import measure, shape
from tests.engine.council.meetings import Meeting, hold_meeting
from tests.ward import NOON
from webapp.pages.secret_ballots import PACE

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MEMBERS = ("chu-tich", "thuong-truc", "uy-vien-3", "uy-vien-4", "uy-vien-5")


@dataclass
class Vote:
    """A running secret vote of five members on two items, and the site that serves it."""

    site: Site
    meeting: Meeting
    voting: Any
    sent: list[dict[str, str]]
    """Headers of each request that dropped a paper, as the server got them."""

    @property
    def check_in(self) -> str:
        return f"/phien-hop/{self.meeting.id}/nhan-phieu"

    @property
    def booth(self) -> str:
        return f"/bo-phieu/{self.voting.public_id}"

    def cast(self) -> None:
        with unit_of_work(self.site.database) as session:
            start_casting(
                session, voting_id=self.voting.id, actor=self.meeting.secretary, at=self.now()
            )

    def now(self) -> Any:
        return self.site.app.extensions["thidua.clock"].now()

    def close(self) -> list[VoteResult]:
        with unit_of_work(self.site.database) as session:
            close_voting(
                session,
                voting_id=self.voting.id,
                actor=self.meeting.secretary,
                at=self.now(),
                with_missing=True,
            )
        return [vote.result for vote in self.meeting.votes(self.voting)]


@pytest.fixture
def vote(site: Site) -> Vote:
    """A vote in check-in; the members may log in by the names of MEMBERS."""
    meeting = hold_meeting(
        site.database, site.ward, items=2, size=5, mode=VotingMode.SECRET_ELECTRONIC
    )
    with unit_of_work(site.database) as work:
        known = {account.person_id: account for account in work.query(Account)}
        for name, member in zip(MEMBERS, meeting.council.members, strict=True):
            if member.person_id in known:
                known[member.person_id].username = name
                continue
            create_account(
                work,
                person_id=member.person_id,
                username=name,
                password=PASSWORD,
                actor=OPERATOR,
                at=NOON,
                cost=CHEAP,
            )
    site.app.config[PACE] = 0.02
    made = Vote(site, meeting, meeting.put(keys=make_keys(2)), [])

    @site.app.before_request
    def note() -> None:
        from flask import request  # noqa: PLC0415

        if request.endpoint == "secret_ballots.drop":
            made.sent.append(dict(request.headers))

    return made


def take_papers(vote: Vote, visitor: Visitor) -> Page:
    page = visitor.open(vote.check_in)
    page.click("[data-part=take-button]")
    page.click("text=Tới trang bỏ phiếu")
    expect(page.locator("[data-part=sheet]")).to_be_visible()
    return page


def drop(page: Page, *choices: str) -> list[str]:
    """Choose, confirm and wait until all papers are in the box; return the phrases."""
    for number, choice in enumerate(choices, 1):
        page.check(f"#muc-{number} input[value={choice}]")
    page.click("text=Xem lại trước khi bỏ phiếu")
    page.click("[data-part=confirm]")
    expect(page.locator("[data-part=sent].ok")).to_be_visible(timeout=15_000)
    return page.locator("[data-item=phrase]").all_inner_texts()


def test_a_secret_vote_on_phones_from_check_in_to_the_publication(
    vote: Vote, visitor: Callable[..., Visitor]
) -> None:
    members = {name: visitor(vote.site.address, **PHONE) for name in MEMBERS[:3]}
    pages: dict[str, Page] = {}
    for name, one in members.items():
        one.log_in(name)
        one.open(vote.check_in)
        assert looks(one) == []
        pages[name] = take_papers(vote, one)
    assert looks(members[MEMBERS[0]]) == []
    expect(pages[MEMBERS[0]].locator("[data-part=standing]")).to_contain_text("phát phiếu")
    vote.cast()

    # One closes the tab in the middle of sending, and comes back without the login cookie.
    first = pages[MEMBERS[0]]
    first.check("#muc-1 input[value=agree]")
    first.select_option("[data-part=rest]", "disagree")
    first.click("[data-part=rest-button]")
    first.click("text=Xem lại trước khi bỏ phiếu")
    assert looks(members[MEMBERS[0]]) == []
    first.click("[data-part=confirm]")
    members[MEMBERS[0]].context.clear_cookies()
    first.reload()
    expect(first.locator("[data-part=sent].ok")).to_be_visible(timeout=15_000)
    assert looks(members[MEMBERS[0]]) == []
    phrases = first.locator("[data-item=phrase]").all_inner_texts()

    drop(pages[MEMBERS[1]], "agree", "abstain")
    drop(pages[MEMBERS[2]], "agree", "agree")
    expect(pages[MEMBERS[2]].locator("[data-part=standing]")).to_contain_text(
        "Đã bỏ 3/3", timeout=15_000
    )
    assert not any("Cookie" in headers for headers in vote.sent)
    assert len(vote.sent) == 6

    assert vote.close() == [VoteResult.PASSED, VoteResult.TIED]
    expect(first.locator("[data-part=published]")).to_be_visible(timeout=15_000)
    members[MEMBERS[0]].log_in(MEMBERS[0])
    published = members[MEMBERS[0]].open(f"/phien-hop/{vote.meeting.id}/cong-bo/1")
    expect(published.locator("[data-part=check].ok")).to_contain_text("Cả 2 phiếu")
    assert looks(members[MEMBERS[0]]) == []
    rows = {
        row.locator("em").inner_text(): row.locator("strong").inner_text()
        for row in published.locator("[data-paper]").all()
    }
    assert [rows[phrase] for phrase in phrases] == ["Đồng ý", "Không đồng ý"]
    published.click("[data-part=point]")
    assert published.locator("[data-mine]:visible").count() == 2
    with published.expect_download() as got:
        published.get_by_role("link", name="Tải tệp công bố").click()
    report = verify_publication(json.loads(got.value.path().read_bytes()))
    assert report.problems == ()
    assert report.papers == 6
    published.click("[data-part=forget]")
    published.reload()
    expect(published.locator("[data-part=check].info")).to_contain_text("không giữ phiếu")


def test_a_lost_answer_at_check_in_loses_no_vote(
    vote: Vote, visitor: Callable[..., Visitor]
) -> None:
    one = visitor(vote.site.address)
    one.log_in(MEMBERS[1])
    page = one.open(vote.check_in)
    page.route("**/nhan-phieu", lose)
    page.click("[data-part=take-button]")
    expect(page.locator("[data-part=said].bad")).to_be_visible()
    page.unroute("**/nhan-phieu")
    page.reload()
    page.click("[data-part=take-button]")
    expect(page.locator("[data-part=ready]")).to_be_visible()


def lose(route: Any) -> None:
    """Let a request reach the server, and its answer get lost."""
    if route.request.method == "POST":
        route.fetch()
        route.abort()
    else:
        route.continue_()


def test_a_browser_that_was_told_something_else_says_so(
    vote: Vote, visitor: Callable[..., Visitor]
) -> None:
    one = visitor(vote.site.address)
    one.log_in(MEMBERS[1])
    page = take_papers(vote, one)
    vote.cast()
    turned = json.dumps({"choice": "disagree"})
    page.route(
        "**/bo-phieu/*",
        lambda route: route.fulfill(body=turned, content_type="application/json"),
    )
    for number in (1, 2):
        page.check(f"#muc-{number} input[value=agree]")
    page.click("text=Xem lại trước khi bỏ phiếu")
    page.click("[data-part=confirm]")
    expect(page.locator("[data-part=sent].bad")).to_be_visible(timeout=15_000)
    expect(page.locator("[data-item=end]").first).to_contain_text("báo thư ký ngay")
    vote.close()
    one.open(f"/phien-hop/{vote.meeting.id}/cong-bo/1")
    expect(page.locator("[data-part=check].bad")).to_contain_text("Báo ngay")


def test_papers_are_on_the_device_that_took_them_alone(
    vote: Vote, visitor: Callable[..., Visitor]
) -> None:
    one = visitor(vote.site.address)
    one.log_in(MEMBERS[1])
    take_papers(vote, one)
    other = visitor(vote.site.address)
    page = other.open(vote.booth)
    expect(page.locator("[data-part=empty]")).to_be_visible()
    other.log_in(MEMBERS[1])
    page = other.open(vote.check_in)
    expect(page.locator("[data-part=elsewhere]")).to_be_visible()
    expect(page.locator("[data-part=take]")).to_be_hidden()


def test_over_a_connection_that_is_not_secure_no_paper_is_made(
    vote: Vote, visitor: Callable[..., Visitor]
) -> None:
    one = visitor(vote.site.address)
    one.context.add_init_script(
        "Object.defineProperty(window, 'isSecureContext', {value: false})"
    )
    one.log_in(MEMBERS[1])
    for path in (vote.check_in, vote.booth):
        page = one.open(path)
        expect(page.locator("[data-part=insecure]")).to_contain_text("phiếu giấy")
        expect(page.locator("[data-part=take], [data-part=sheet]")).to_be_hidden()


@pytest.mark.parametrize("path", ["check_in", "booth"])
def test_without_scripts_the_pages_say_what_to_do(
    vote: Vote, visitor: Callable[..., Visitor], path: str
) -> None:
    one = visitor(vote.site.address, java_script_enabled=False)
    one.log_in(MEMBERS[1])
    page = one.open(getattr(vote, path))
    assert "phiếu giấy" in page.locator("noscript").inner_text()
    assert not page.locator("[data-part=take]").is_visible()


def looks(one: Visitor) -> list[str]:
    """Return what is wrong with the page that is open, also at 320 px and in the dark."""
    found = [*one.axe(), *measure(one.page), *shape(one.page, "vi")]
    kept = one.page.viewport_size
    one.page.set_viewport_size({"width": 320, "height": 844})
    if one.overflows():
        found.append("scrolls sideways at 320 px")
    one.page.set_viewport_size(kept)
    one.page.emulate_media(color_scheme="dark")
    found += one.axe("color-contrast")
    one.page.emulate_media(color_scheme="light")
    return found
