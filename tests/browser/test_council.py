"""A council of eleven decides on twelve nominations in secret, on phones: a whole session."""

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from engine.accounts import create_account
from engine.office import OPERATOR
from engine.store.database import reading, unit_of_work
from engine.store.models import Account, AgendaItem, CouncilSession
from forms.vocabulary import Award, ConflictKind, Outcome, SessionState
from tests.browser.conftest import CHEAP, PASSWORD, Site, Visitor
from tests.browser.deeds import EVIDENCE, button, fill, go, press
from tests.council import NOMINEES, Council, build_council, walk_to_council
from tests.walk import Walk
from tests.ward import NOON
from webapp.pages.secret_ballots import PACE

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIZE = 11
AWAY = (8, 9)
"""Places of two members who are away; the first of them has written."""

CONCERNED = "Lâm Thị Ấn"
"""A member of the council who is nominated too."""

REFUSED = 12
"""Number of the nomination that only three of the nine vote for."""


@pytest.fixture
def council(site: Site) -> Council:
    """Let eleven people sit, each with an account: ``member-0`` to ``member-10``."""
    council = build_council(site.database, site.ward, SIZE)
    with unit_of_work(site.database) as work:
        known = {account.person_id: account for account in work.query(Account)}
        for place, member in enumerate(council.members):
            if member.person_id in known:
                known[member.person_id].username = f"member-{place}"
                continue
            create_account(
                work,
                person_id=member.person_id,
                username=f"member-{place}",
                password=PASSWORD,
                actor=OPERATOR,
                at=NOON,
                cost=CHEAP,
            )
    site.app.config[PACE] = 0.01
    return council


@pytest.fixture
def walks(site: Site, council: Council) -> list[Walk]:
    """Let twelve nominations wait for the council; the second is of one of its members."""
    names = [NOMINEES[0], CONCERNED, *NOMINEES[2:]]
    higher = {3: Award.PROVINCIAL_MERIT, 4: Award.PRIME_MINISTER_CERTIFICATE}
    return [
        walk_to_council(
            site.database, site.ward, name, award=higher.get(place, Award.UNIT_CERTIFICATE)
        )
        for place, name in enumerate(names)
    ]


def test_eleven_people_hold_a_session_on_their_phones(
    site: Site,
    council: Council,
    walks: list[Walk],
    visitor: Callable[..., Visitor],
) -> None:
    phones = [visitor(site.address, **PHONE) for _place in range(SIZE)]
    for place, phone in enumerate(phones):
        phone.log_in(f"member-{place}")
    desk = visitor(site.address)
    secretary_place = next(
        place
        for place, member in enumerate(council.members)
        if member.person_id == site.ward.council_secretary.person_id
    )
    page = desk.log_in(f"member-{secretary_place}")

    base = prepare(page, desk)
    attend(page, desk, base, council)
    write_an_opinion(page, desk, base, council.seats[AWAY[0]])
    desk.open(f"{base}/bieu-quyet")
    expect(page.locator("main")).to_contain_text(
        "11 thành viên, cần họp ≥ 8, đạt > 50 % tổng số = 6 phiếu"
    )
    expect(page.locator("main")).to_contain_text(CONCERNED)
    assert desk.axe() == []
    go(page, page.locator("main button[value=open]"))

    voters = [place for place in range(SIZE) if place not in AWAY]
    for place in AWAY:
        phones[place].open(f"{base}/nhan-phieu")
        expect(phones[place].page.locator("[data-part=take-button]")).to_be_hidden()
    for place in voters:
        take_papers(phones[place], base)
    desk.open(f"{base}/bieu-quyet")
    expect(page.locator("main p[role=status]").first).to_contain_text("9/9")
    go(page, page.locator("main button[value=cast]"))
    for turn, place in enumerate(voters):
        vote(phones[place].page, refuses=turn >= 3)
    desk.open(f"{base}/bieu-quyet")
    expect(page.locator("main p[role=status]").first).to_contain_text("đã bỏ 9/9")
    go(page, page.locator("main button[value=close]"))

    desk.open(f"{base}/ket-qua")
    assert desk.axe() == []
    assert page.get_by_text("10/11").count() >= 11
    assert page.get_by_text("4/11").count() >= 1
    desk.open(f"{base}/be-mac")
    assert desk.axe() == []
    press(page, "Bế mạc")
    check_cases(site, walks)
    check_papers(page, site, base)
    sign(page, desk, base)
    sign(phones[0].page, phones[0], base)
    desk.open(f"{base}/bien-ban")
    expect(page.locator("main")).to_contain_text("biên bản được giữ nguyên")
    with reading(site.database) as session:
        (meeting,) = session.scalars(select(CouncilSession)).all()
        assert meeting.state is SessionState.SIGNED


def prepare(page: Page, desk: Visitor) -> str:
    """Prepare the session with everything that waits, and call it; return its address."""
    desk.open("/phien-hop/moi")
    fill(
        page,
        {
            "name": "Phiên họp tháng 12",
            "day": "02/12/2030",
            "hour": "14:00",
            "place": "Hội trường phường",
            "mode": "secret_electronic",
        },
    )
    press(page, "Tạo phiên họp")
    base = re.sub(r"^https?://[^/]+(/phien-hop/\d+).*$", r"\1", page.url)
    desk.open(f"{base}/chuong-trinh")
    assert desk.axe() == []
    go(page, page.locator("main button[value=add_all]"))
    desk.open(f"{base}/giay-moi")
    press(page, "Ghi nhận đã gửi giấy mời")
    return base


def attend(page: Page, desk: Visitor, base: str, council: Council) -> None:
    """Mark two members as away and all others as present, and open the session."""
    desk.open(f"{base}/diem-danh")
    assert desk.axe() == []
    for place, seat in enumerate(council.seats):
        mark = "excused" if place in AWAY else "present"
        page.check(f'main [name="attendance.{seat}"][value={mark}]')
        if place in AWAY:
            page.fill(f'main [name="reason.{seat}"]', "Đi công tác")
    press(page, "Lưu điểm danh")
    desk.open(base)
    expect(page.locator("main")).to_contain_text("9/11")
    desk.open(f"{base}/khai-mac")
    press(page, "Khai mạc")


def write_an_opinion(page: Page, desk: Visitor, base: str, seat: int) -> None:
    """Enter what an absent member wrote about every item: for all of them."""
    desk.open(f"{base}/y-kien/{seat}")
    assert desk.axe() == []
    for choice in page.locator('main input[name^="choice."][value=agree]').all():
        choice.check()
    page.set_input_files("main input[type=file]", EVIDENCE)
    go(page, page.locator("main form button.primary").last)


def take_papers(phone: Visitor, base: str) -> None:
    page = phone.open(f"{base}/nhan-phieu")
    page.click("[data-part=take-button]")
    page.click("text=Tới trang bỏ phiếu")
    expect(page.locator("[data-part=sheet]")).to_be_visible()


def vote(page: Page, *, refuses: bool) -> None:
    """Vote for everything, but maybe against one; wait until all papers are in the box."""
    if refuses:
        page.check(f"#muc-{REFUSED} input[value=disagree]")
    page.select_option("[data-part=rest]", "agree")
    page.click("[data-part=rest-button]")
    page.click("text=Xem lại trước khi bỏ phiếu")
    page.click("[data-part=confirm]")
    expect(page.locator("[data-part=sent].ok")).to_be_visible(timeout=30_000)


def check_cases(site: Site, walks: list[Walk]) -> None:
    """Each case has the council's advice, and the one not passed ends as the diagram says."""
    with reading(site.database) as session:
        items = session.scalars(select(AgendaItem).order_by(AgendaItem.number)).all()
        outcomes = [item.outcome for item in items]
        concerned = [conflict.kind for item in items for conflict in item.conflicts]
    assert outcomes == [Outcome.RECOMMEND] * 11 + [Outcome.REJECT]
    assert concerned == [ConflictKind.NOMINEE]
    assert [walk.task().element_id for walk in walks] == ["decide_at_ward"] * 12
    assert [walk.check() for walk in walks] == [[]] * 12
    walks[0].do(Outcome.AWARD)
    walks[3].do(Outcome.RECOMMEND)
    walks[-1].do(Outcome.REJECT)
    assert walks[3].task().element_id == "appraise_at_province"
    assert [walks[place].case().outcome.value for place in (0, -1)] == ["awarded", "rejected"]


def check_papers(page: Page, site: Site, base: str) -> None:
    """The minutes and the count of the ballots say what happened."""
    minutes = text_of(page, f"{site.address}{base}/bien-ban.pdf")
    assert "BIÊN BẢN" in minutes
    assert CONCERNED in minutes
    assert "10/11" in minutes
    assert "4/11" in minutes
    assert "Đi công tác" in minutes
    count = text_of(page, f"{site.address}{base}/bien-ban-kiem-phieu.pdf")
    assert "KIỂM PHIẾU" in count


def text_of(page: Page, address: str) -> str:
    answer = page.request.get(address)
    assert answer.ok, address
    pages = PdfReader(io.BytesIO(answer.body())).pages
    return " ".join("\n".join(one.extract_text() for one in pages).split())


def sign(page: Page, person: Visitor, base: str) -> None:
    person.open(f"{base}/bien-ban")
    go(page, button(page, "Ký biên bản"))
