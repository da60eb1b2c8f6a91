"""Whatever goes wrong, what was typed is still there, and nothing else has changed."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from engine.store.database import unit_of_work
from engine.store.models import LoginSession
from tests.browser.conftest import PASSWORD, Site
from tests.browser.deeds import (
    SECTIONS,
    button,
    choose,
    fill,
    go,
    press,
    submit,
    take_up,
    upload,
)
from tests.engine.samples import PDF
from tests.walk import Walk, traces
from tests.ward import NOON

LONG = "Năm năm bền bỉ: lớp học số, thư viện số, học bạ số; ẫ ổ ự."
NOTE = "Biên bản chứng minh sáng kiến thứ hai."
HTML = b"<!doctype html><html><body>x</body></html>"
TOO_LARGE = PDF + b"x" * 21_000_000


@pytest.fixture
def walk(site: Site) -> Walk:
    """Open a nomination that the clerk of the school writes."""
    return Walk(site.database, site.ward).open()


@pytest.fixture
def section(walk: Walk, enter: Callable[..., Page], site: Site) -> Callable[[str], Page]:
    """Return a function: name of a section → its page, before the clerk."""

    def section(name: str) -> Page:
        page = enter("school_clerk")
        page.goto(f"{site.address}/cong-viec/{walk.task().id}/lap/{name}")
        return page

    return section


def write_all(section: Callable[[str], Page], **changes: str) -> Page:
    """Fill in every section that must be, with ``changes`` where they belong."""
    for name in ("subject", "criteria", "achievements"):
        page = section(name)
        mine = {
            field: text
            for field, text in changes.items()
            if page.locator(f"[name={field}]").count()
        }
        fill(page, {**SECTIONS[name], **mine})
        press(page, "Lưu và tiếp tục")
    return page


def summary(page: Page) -> str:
    return page.locator(".error-summary").inner_text()


def test_text_typed_into_a_session_that_ended_comes_back(
    site: Site, section: Callable[[str], Page]
) -> None:
    page = section("achievements")
    fill(page, {"achievements": LONG, "summary": "Tóm tắt"})
    with unit_of_work(site.database) as work:
        work.execute(update(LoginSession).values(ended_at=NOON, end_reason="test"))
    before = traces(site.database)
    press(page, "Lưu và tiếp tục")
    assert "Phiên đăng nhập đã kết thúc" in page.locator("[role=alert]").inner_text()
    page.fill("[name=username]", "school_clerk")
    page.fill("[name=password]", PASSWORD)
    press(page, "Đăng nhập")
    press(page, "Mở lại biểu mẫu")
    assert page.input_value("[name=achievements]") == LONG
    assert page.input_value("[name=summary]") == "Tóm tắt"
    login = {"journal_entries": before["journal_entries"] + 1}
    assert traces(site.database) == before | login
    go(page, page.locator("button[value=save]"))
    assert page.input_value("[name=achievements]") == LONG
    assert traces(site.database)["drafts"] == 1


def test_text_typed_into_a_form_that_expired_comes_back(
    site: Site, section: Callable[[str], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = section("achievements")
    fill(page, {"achievements": LONG})
    before = traces(site.database)
    with monkeypatch.context() as late:
        late.setitem(site.app.config, "WTF_CSRF_TIME_LIMIT", -1)
        press(page, "Lưu và tiếp tục")
        expect(page.locator("h1")).to_have_text("Biểu mẫu đã quá hạn")
    press(page, "Mở lại biểu mẫu")
    assert page.input_value("[name=achievements]") == LONG
    assert traces(site.database) == before


def test_8001_characters_are_refused_in_words_and_kept(section: Callable[[str], Page]) -> None:
    page = section("achievements")
    text = "ẫ" * 8_001
    fill(page, {**SECTIONS["achievements"], "achievements": text})
    press(page, "Lưu và tiếp tục")
    assert "8.001" in summary(page)
    assert "8.000" in summary(page)
    assert page.input_value("[name=achievements]") == text
    page.click(".error-summary a")
    expect(page.locator("[name=achievements]")).to_be_focused()


def test_decomposed_letters_are_read_back_composed(
    site: Site, walk: Walk, section: Callable[[str], Page]
) -> None:
    page = write_all(section, achievements=unicodedata.normalize("NFD", LONG))
    page.goto(f"{site.address}/cong-viec/{walk.task().id}/kiem-tra")
    submit(page)
    page.goto(f"{site.address}/ho-so/{walk.case().reference}")
    assert LONG in page.locator("main").inner_text()


def test_markup_is_text_wherever_it_is_shown(
    site: Site, walk: Walk, section: Callable[[str], Page], enter: Callable[..., Page]
) -> None:
    markup = "<script>alert(1)</script><b onclick=alert(2)>&amp;"
    page = section("subject")
    alerts: list[Any] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    write_all(section, subject_title=markup, summary=markup)
    page.goto(f"{site.address}/cong-viec/{walk.task().id}/kiem-tra")
    assert page.locator("main").inner_text().count(markup) == 2
    submit(page)
    page.goto(f"{site.address}/ho-so/{walk.case().reference}")
    assert page.locator("main").inner_text().count(markup) == 2
    head = enter("school_head")
    take_up(head)
    assert head.locator("main").inner_text().count(markup) == 2
    assert page.locator("main script, main b[onclick]").count() == 0
    assert alerts == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(HTML, "Tệp thuộc loại HTML", id="html-as-pdf"),
        pytest.param(TOO_LARGE, "tối đa là 20 MB", id="21-mb"),
    ],
)
def test_a_refused_file_leaves_the_text(
    site: Site, section: Callable[[str], Page], tmp_path: Path, data: bytes, says: str
) -> None:
    page = section("evidence")
    fill(page, {"evidence_note": NOTE})
    before = traces(site.database)
    file = tmp_path / "ket-qua.pdf"
    file.write_bytes(data)
    upload(page, file)
    assert says in summary(page)
    assert says in page.locator("#upload-error").inner_text()
    assert page.input_value("[name=evidence_note]") == NOTE
    assert traces(site.database) == before


def test_a_double_click_submits_once(
    site: Site, walk: Walk, section: Callable[[str], Page]
) -> None:
    page = write_all(section)
    page.goto(f"{site.address}/cong-viec/{walk.task().id}/kiem-tra")
    page.check("main [name=declaration]")
    button(page, "Nộp hồ sơ").dblclick()
    expect(page.locator("h1")).to_have_text("Đã nộp hồ sơ")
    done = [entry for entry in walk.journal() if entry.action == "task.completed"]
    assert len(done) == 1
    assert walk.check() == []


def test_a_double_click_decides_once(
    site: Site, walk: Walk, enter: Callable[..., Page]
) -> None:
    walk.to("review_at_unit")
    page = enter("school_head")
    take_up(page)
    choose(page, "reject")
    fill(page, {"reason": "Chưa đạt tiêu chuẩn."})
    button(page, "Xác nhận").dblclick()
    expect(page).to_have_url(re.compile("/ho-so/"))
    done = [entry for entry in walk.journal() if entry.action == "task.completed"]
    assert len(done) == 2
    assert walk.check() == []
