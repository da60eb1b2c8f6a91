"""Two spellings of one subject become one, by keyboard; its pages fit every screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from engine.store.database import unit_of_work
from engine.store.models import RegisterEntry
from engine.subject_changes import add_former_name, confirm_same, merge
from engine.subject_matters import record_matter
from engine.subject_records import subject_for
from engine.text import fold
from forms.vocabulary import (
    AuthorityLevel,
    CommendationKind,
    EntrySource,
    HoldReason,
    Honour,
    SubjectKind,
)
from tests.browser.conftest import PASSWORD, Site, Visitor
from tests.browser.test_pages import look
from tests.ward import NOON

UNION = "Hội Liên hiệp Phụ nữ phường Vạn Xuân"
SHORT = "Hội LHPN phường"
OLD = "Hội Phụ nữ phường (trước ngày 01 tháng 7 năm 2025, địa bàn cũ)"


@pytest.fixture
def union(site: Site) -> dict[str, int]:
    """Return name → id of records of one union, written in three ways."""
    clerk = {"actor": site.ward.ward_clerk, "at": NOON}
    with unit_of_work(site.database) as work:
        ids = {
            name: subject_for(
                work, kind=SubjectKind.COLLECTIVE, name=name, place=place, at=NOON
            ).id
            for name, place in (
                (UNION, "Ủy ban Mặt trận Tổ quốc Việt Nam phường Vạn Xuân"),
                (SHORT, ""),
                (OLD, ""),
            )
        }
        union = ids[UNION]
        merge(work, from_id=ids[OLD], into_id=union, **clerk)
        confirm_same(work, subject_id=union, name="Hội  LHPN P. Vạn Xuân", **clerk)
        last = NOON.date().replace(month=6, day=30)
        add_former_name(work, subject_id=union, name="Hội PN", used_until=last, **clerk)
        record_matter(
            work,
            subject_id=union,
            reason=HoldReason.INVESTIGATION,
            began_on=last,
            document="Quyết định thanh tra số 12/QĐ-TTr ngày 30/6/2030 của Thanh tra tỉnh",
            **clerk,
        )
        work.add_all(award(number) for number in (union, ids[SHORT]))
    return ids


def award(subject_id: int) -> RegisterEntry:
    return RegisterEntry(
        subject_id=subject_id,
        subject_text=SHORT,
        folded_subject=fold(SHORT),
        honour=Honour.PROVINCIAL_MERIT,
        honour_text="Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
        kind=CommendationKind.MOVEMENT,
        number="2871/QĐ-UBND",
        decided_on=NOON.date(),
        authority_name="Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên",
        authority_level=AuthorityLevel.PROVINCE,
        source=EntrySource.HAND,
        entered_at=NOON,
    )


def test_the_clerk_merges_two_spellings_by_keyboard(
    site: Site, union: dict[str, int], visitor: Callable[..., Visitor]
) -> None:
    page = visitor(site.address).log_in("ward_clerk", PASSWORD)
    page.goto(f"{site.address}/doi-tuong?q=lhpn")
    page.get_by_role("link", name=SHORT, exact=True).press("Enter")
    alike = page.get_by_role("region", name="Có thể là cùng một đối tượng")
    alike.get_by_role("link", name=UNION).press("Enter")
    expect(page.get_by_role("heading", level=2)).to_have_text([SHORT, UNION])
    page.get_by_role("button", name="Là một đối tượng, gộp lại").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(UNION)
    expect(page.get_by_text("Đã gộp hai đối tượng.")).to_be_visible()
    expect(page.get_by_text("2871/QĐ-UBND")).to_have_count(2)


def test_the_pages_of_subjects_fit_every_screen(
    site: Site, union: dict[str, int], visitor: Callable[..., Visitor]
) -> None:
    clerk = visitor(site.address)
    page = clerk.log_in("ward_clerk", PASSWORD)
    kept, short, old = (f"/doi-tuong/{union[name]}" for name in (UNION, SHORT, OLD))
    page.goto(f"{site.address}{kept}")
    matter = re.search(r"/van-de/\d+", page.content())
    name = re.search(r"/ten-khac/\d+/bo", page.content())
    assert matter
    assert name
    forms = ("ten-moi", "ten-khac", "noi-quan-ly", "giai-the", "van-de", "gop", "gop?q=hoi")
    addresses = [
        "/doi-tuong",
        "/doi-tuong?q=phu+nu",
        kept,
        short,
        old,
        f"{old}/tach",
        f"{short}/gop/{union[UNION]}",
        f"{kept}{matter.group(0)}",
        f"{kept}{name.group(0)}",
        *(f"{kept}/{form}" for form in forms),
    ]
    assert [one for address in addresses for one in look(clerk, address)] == []
