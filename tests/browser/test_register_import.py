"""A list of past awards enters the register by keyboard; its pages fit every screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from engine.store.database import unit_of_work
from engine.subject_records import subject_for
from forms.vocabulary import SubjectKind
from tests.browser.conftest import PASSWORD, Site, Visitor
from tests.browser.deeds import press
from tests.browser.looks import measure
from tests.browser.test_pages import WIDTHS, look
from tests.ward import NOON

LISTS = "/so-khen-thuong/nhap"

UNION = "Hội Liên hiệp Phụ nữ phường Vạn Xuân"

HEAD = "ten_doi_tuong,don_vi_cong_tac,phan_loai_khen_thuong,danh_hieu_hinh_thuc\n"

ROWS = (
    f"{UNION},Phường Vạn Xuân,Khen thưởng tập thể,Giấy khen\n"
    " Trung tâm Kiểm soát bệnh tật - Phòng chống dịch,Sở Y tế,Khen thưởng tập thể,Giấy khen\n"
    "Trung tâm Kiểm soát bệnh tật – Phòng  chống dịch,Sở Y tế,Khen thưởng tập thể,Kỷ lục\n"
    "Tổ dân phố Đồng Tâm,Phường Vạn Xuân,Khen thưởng tập thể,Giấy khen\n"
    "Tổ dân phố Đồng Tâm,Phường Vạn Xuân,Khen thưởng tập thể,Giấy khen\n"
    ",Phường Vạn Xuân,Khen thưởng tập thể,Giấy khen\n"
)

DECISION = {
    "number": "2210/QĐ-UBND",
    "decided_on": "20/12/2029",
    "authority_name": "Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên",
}


@pytest.fixture
def known(site: Site) -> None:
    """Let the system know a subject of the list."""
    with unit_of_work(site.database) as work:
        subject_for(work, kind=SubjectKind.COLLECTIVE, name=UNION, at=NOON)


def upload(page: Page, site: Site, rows: str) -> None:
    """Upload a list as a person would."""
    page.goto(f"{site.address}/so-khen-thuong")
    page.get_by_role("link", name="Nhập danh sách từ tệp").press("Enter")
    page.get_by_role("link", name="Tải danh sách lên").press("Enter")
    for name, text in DECISION.items():
        page.fill(f"[name={name}]", text)
    page.select_option("[name=authority_level]", "province")
    page.select_option("[name=kind]", "merit")
    data = f"{HEAD}{rows}".encode()
    file = FilePayload(name="giay-khen-2029.csv", mimeType="text/csv", buffer=data)
    page.set_input_files("[name=file]", file)
    press(page, "Tải lên và kiểm tra")


def on_every_screen(visitor: Visitor) -> list[str]:
    """Return whatever is wrong with a page that was answered to a form."""
    found = []
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": 900})
            found += [*visitor.axe(), *measure(visitor.page)]
            found += ["scrolls sideways"] if visitor.overflows() else []
    return found


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_list_is_checked_and_entered_by_keyboard(
    site: Site, visitor: Callable[..., Visitor], scripts: bool
) -> None:
    clerk = visitor(site.address, java_script_enabled=scripts)
    page = clerk.log_in("ward_clerk", PASSWORD)
    upload(page, site, ROWS)
    expect(page.locator("input:checked")).to_have_count(0)
    press(page, "Ghi vào sổ")
    expect(page.locator(".error-summary li")).to_have_count(3)
    page.get_by_label("Là một tên, ghi thống nhất").press("Space")
    record = page.get_by_label(UNION)
    record.last.press("Space")
    page.get_by_label("Bỏ qua dòng 7").press("Space")
    press(page, "Ghi vào sổ")
    expect(page.locator(".error-summary li")).to_have_count(1)
    page.locator(".error-summary a").press("Enter")
    page.get_by_label("Bỏ qua dòng 6").press("Space")
    press(page, "Ghi vào sổ")
    expect(page.get_by_text("Đã ghi 4 trong 6 dòng của tệp")).to_be_visible()
    page.get_by_role("link", name="Mục 1", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(UNION)


@pytest.mark.usefixtures("known")
def test_the_pages_of_lists_fit_every_screen(
    site: Site, visitor: Callable[..., Visitor]
) -> None:
    clerk = visitor(site.address)
    page = clerk.log_in("ward_clerk", PASSWORD)
    assert look(clerk, LISTS) == []
    upload(page, site, ROWS)
    waiting = page.url.removeprefix(site.address)
    addresses = (LISTS, f"{LISTS}/tai-len", waiting, f"{waiting}/bo")
    assert [one for address in addresses for one in look(clerk, address)] == []
    page.goto(site.address + waiting)
    press(page, "Ghi vào sổ")
    assert on_every_screen(clerk) == []
    page.goto(f"{site.address}{LISTS}/tai-len")
    press(page, "Tải lên và kiểm tra")
    assert on_every_screen(clerk) == []
    upload(page, site, ROWS.split("\n", 1)[1].replace("Tổ dân phố", "TDP").split("TDP")[0])
    page.get_by_label("Là các tên khác nhau").press("Space")
    press(page, "Ghi vào sổ")
    assert look(clerk, page.url.removeprefix(site.address)) == []
