"""What people do on the pages: each deed goes through the pages alone, as a person would."""

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page

from forms.vocabulary import CheckItem
from tests.engine.samples import PDF

SUBJECT = "Nguyễn Thị Ví Dụ"

EVIDENCE: FilePayload = {
    "name": "Biên bản họp xét.pdf",
    "mimeType": "application/pdf",
    "buffer": PDF,
}

CRITERION = "Chủ trì hai sáng kiến được tỉnh công nhận, áp dụng tại 14 trường."
SUMMARY = "Năm năm dẫn đầu phong trào dạy học trên dữ liệu số."
ACHIEVEMENTS = "Xây dựng kho học liệu số dùng chung: 3.100 học liệu, 14 trường, 8.700 học sinh."

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "subject": {"subject_title": "Giáo viên"},
    "criteria": {"contents": "ND1", "criteria.CN1": CRITERION},
    "achievements": {
        "summary": SUMMARY,
        "achievements": ACHIEVEMENTS,
        "achieved_from": "01/09/2026",
        "achieved_to": "31/08/2030",
    },
    "prior-awards": {
        "prior_awards.0.award": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
        "prior_awards.0.number": "1102/QĐ-UBND",
        "prior_awards.0.signed_on": "15/09/2028",
        "prior_awards.0.authority": "Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên",
    },
}
"""What the unit types into each section, besides what stands there already."""

APPRAISAL = {f"checks.{item.value}.verdict": "met" for item in CheckItem} | {
    "summary": "Hồ sơ đủ thành phần, thành tích rõ và có số liệu."
}

COUNCIL = {
    "session_on": "02/12/2030",
    "total_members": "9",
    "present": "9",
    "agree": "9",
    "disagree": "0",
}


def fill(page: Page, fields: Mapping[str, Any]) -> None:
    """Type into the controls of the page, by their names; tick what is to be ticked."""
    for name, value in fields.items():
        control = page.locator(f'main [name="{name}"]')
        kind = control.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            for one in [value] if isinstance(value, str) else value:
                page.check(f'main [name="{name}"][value="{one}"]')
        elif control.first.evaluate("element => element.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def press(page: Page, label: str) -> None:
    """Press the button that begins with ``label``, and wait for what comes."""
    go(page, button(page, label))


def button(page: Page, label: str) -> Locator:
    """Return the button of the page's own part that begins with ``label``."""
    named = re.compile(f"^{re.escape(label)}")
    return page.locator("main").get_by_role("button", name=named).first


def follow(page: Page, label: str) -> None:
    """Follow the link that is called ``label``, in the page's own part."""
    go(page, link(page, label))


def link(page: Page, label: str) -> Locator:
    """Return the link of the page's own part that is called ``label``."""
    return page.locator("main").get_by_role("link", name=label, exact=True).first


def go(page: Page, control: Locator) -> None:
    """Click on what leads to another page, and wait until that is there."""
    with page.expect_navigation():
        control.click()


def begin(page: Page, round_name: str, award: str, subject: str = SUBJECT) -> None:
    """Begin a nomination of a person in a round; ends at the first section."""
    go(page, page.get_by_role("link", name="Lập đề nghị", exact=True))
    follow(page, round_name)
    fill(page, {"award": award, "subject_kind": "individual", "subject_name": subject})
    press(page, "Bắt đầu lập hồ sơ")


def write(page: Page) -> None:
    """Fill in every section, upload a file; ends at the last page, which asks to check."""
    for fields in SECTIONS.values():
        fill(page, fields)
        press(page, "Lưu và tiếp tục")
    upload(page, EVIDENCE)
    press(page, "Lưu và tiếp tục")


def upload(page: Page, file: Any) -> None:
    """Choose a file and send it."""
    page.set_input_files("#upload", file)
    press(page, "Tải tệp lên")


def submit(page: Page) -> str:
    """Declare and submit; return the reference that the receipt shows."""
    page.check("main [name=declaration]")
    press(page, "Nộp hồ sơ")
    return page.locator(".secret").inner_text()


def take_up(page: Page, subject: str = SUBJECT) -> None:
    """Open the task that waits, from the list of what is to be done."""
    go(page, page.get_by_role("link", name="Việc cần làm", exact=True).first)
    follow(page, subject)


def decide(page: Page, outcome: str, fields: Mapping[str, Any], subject: str = SUBJECT) -> None:
    """Take up the waiting task, choose an outcome, fill in its form and confirm."""
    take_up(page, subject)
    choose(page, outcome)
    fill(page, fields)
    press(page, "Xác nhận")


def choose(page: Page, outcome: str) -> None:
    """Open the page of an outcome of the task that is before the person."""
    go(page, page.locator(f'.outcomes a[href$="/{outcome}"]'))


def decision(number: str) -> dict[str, str]:
    """Return number, date and signer of a decision."""
    return {
        "number": number,
        "signed_on": "02/12/2030",
        "signer_name": "Lưu Thị Minh Họa",
        "signer_title": "Chủ tịch nước",
    }
