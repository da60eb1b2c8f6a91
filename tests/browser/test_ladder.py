"""A nomination climbs to the Labor Order on the pages, each step by a login of its own."""

from collections.abc import Callable

from playwright.sync_api import Page

from forms.vocabulary import CaseState, DossierPart, Outcome, ReturnItem
from tests.browser.conftest import Site
from tests.browser.deeds import (
    ACHIEVEMENTS,
    APPRAISAL,
    COUNCIL,
    EVIDENCE,
    begin,
    decide,
    decision,
    fill,
    follow,
    press,
    submit,
    take_up,
    write,
)

FINAL_ROUND = "Khen thưởng tổng kết năm 2030"
TICKS = [ReturnItem.MISSING_PART, ReturnItem.MISSING_FIGURES]
PAPER = DossierPart.REVIEW_MINUTES
REASON = "Bổ sung số liệu so sánh từng năm và biên bản họp xét của đơn vị."
FIGURES = " Năm 2026: 410 học liệu; năm 2030: 3.100 học liệu."

TO_THE_PROVINCE = (
    ("school_deputy", "recommend", {"opinion": "Nhà trường nhất trí đề nghị."}),
    ("ward_clerk", "recommend", APPRAISAL),
    ("council_secretary", "recommend", COUNCIL),
    ("ward_chairman", "recommend", {"opinion": "Phường nhất trí đề nghị."}),
    ("provincial_clerk", "recommend", APPRAISAL),
    ("provincial_clerk", "recommend", COUNCIL),
)
"""Who passes the nomination on to the chairman of the province, and what they write."""

RETURN = (
    "provincial_chairman",
    "return",
    {
        "return_to": "draft",
        "items": TICKS,
        "papers": [PAPER],
        "due_on": "16/12/2030",
        "reason": REASON,
    },
)

BEYOND = (
    ("provincial_chairman", "recommend", {"opinion": "Tỉnh nhất trí trình."}),
    ("ministry_clerk", "recommend", APPRAISAL),
    ("pm_clerk", "recommend", decision("1250/TTr-TTg")),
    ("president_clerk", "award", decision("1120/QĐ-CTN")),
)

PASSED_ON = (
    ("school_deputy", Outcome.RECOMMEND.vi),
    ("ward_clerk", "Đã thẩm định"),
    ("council_secretary", "Hội đồng đề nghị"),
    ("ward_chairman", Outcome.RECOMMEND.vi),
    ("provincial_clerk", "Đã thẩm định"),
    ("provincial_clerk", "Hội đồng đề nghị"),
)
WAY = (
    ("school_head", Outcome.SUBMIT.vi),
    *PASSED_ON,
    ("provincial_chairman", Outcome.RETURN.vi),
    ("school_head", Outcome.SUBMIT.vi),
    *PASSED_ON,
    ("provincial_chairman", Outcome.RECOMMEND.vi),
    ("ministry_clerk", "Đã thẩm định"),
    ("pm_clerk", Outcome.RECOMMEND.vi),
    ("president_clerk", Outcome.AWARD.vi),
)
"""Who did what, in the order in which the trace shows it after the opening."""


def test_a_nomination_climbs_to_the_labor_order_with_a_return_on_the_way(
    site: Site, enter: Callable[..., Page]
) -> None:
    head = enter("school_head")
    begin(head, FINAL_ROUND, "labor_order")
    write(head)
    reference = submit(head)
    for person, outcome, fields in (*TO_THE_PROVINCE, RETURN):
        decide(enter(person), outcome, fields)
    mend(head)
    for person, outcome, fields in (*TO_THE_PROVINCE, *BEYOND):
        decide(enter(person), outcome, fields)
    auditor = enter("auditor")
    check_trace(auditor, reference, site)
    check_papers(auditor, reference)


def mend(page: Page) -> None:
    """See exactly what the return ticked, mend it, and submit again."""
    take_up(page)
    returned = page.locator("[aria-labelledby=returned]")
    listed = [one.vi for one in (*TICKS, PAPER)]
    assert returned.locator("li").all_inner_texts() == listed
    assert "hạn hết ngày 16/12/2030" in returned.inner_text()
    assert REASON in returned.inner_text()
    assert "Mai Văn Tỉnh" in returned.inner_text()
    to_mend = page.locator(".sections li", has_text="Cần sửa").locator("a")
    assert to_mend.all_inner_texts() == ["Thành tích", "Tệp minh chứng"]
    follow(page, "Thành tích")
    assert page.locator(".to-mend").all_inner_texts() == [f"Cần sửa {TICKS[1].vi}"] * 2
    assert page.input_value("[name=achievements]") == ACHIEVEMENTS
    fill(page, {"achievements": ACHIEVEMENTS + FIGURES})
    press(page, "Lưu và tiếp tục")
    follow(page, "Tệp minh chứng")
    assert page.locator(".to-mend").all_inner_texts() == [f"Cần sửa {TICKS[0].vi}; {PAPER.vi}"]
    assert page.get_by_role("link", name=str(EVIDENCE["name"])).is_visible()
    press(page, "Lưu và tiếp tục")
    submit(page)


def check_trace(page: Page, reference: str, site: Site) -> None:
    """See every step with who did it and when, in the table and on the diagrams."""
    page.goto(f"{site.address}/ho-so/{reference}/duong-di")
    rows = page.locator("tr[id^=buoc-]").all_inner_texts()
    assert "Lê Thị Mơ" in rows[0]
    assert len(rows) == 1 + len(WAY)
    for row, (person, result) in zip(rows[1:], WAY, strict=True):
        assert site.ward.people[person].name in row
        assert result in row
        assert "02/12/2030 12:0" in row
    assert CaseState.AWARDED.vi in page.locator(".standing").inner_text()
    diagrams = page.locator(".diagrams h3").all_inner_texts()
    assert len(diagrams) == 6
    assert page.locator("svg .done").count() > len(set(WAY))
    assert page.locator("svg .now").count() == 0


def check_papers(page: Page, reference: str) -> None:
    """See the decision of the President, recorded from its paper."""
    follow(page, "Văn bản")
    shown = page.locator("main").inner_text()
    for words in ("1120/QĐ-CTN", "02/12/2030", "Lưu Thị Minh Họa, Chủ tịch nước"):
        assert words in shown
    assert reference in page.locator("h1").inner_text()
