"""The appraisal sheet as PDF: what it says, how it is set, the longest one."""

import io
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from pypdf import PdfReader

from documents.appraisal import AppraisalSheet, AppraisedItem, CheckedRule, render_appraisal
from documents.letterhead import MOTTO, NATION
from documents.typography import (
    BODY_SIZE,
    BOTTOM_MARGIN,
    LEFT_MARGIN,
    PAGE,
    RIGHT_MARGIN,
    TOP_MARGIN,
    UnprintableText,
)

ITEM = AppraisedItem("Đủ thành phần hồ sơ", "Căn cứ: Điều 84", "Cần bổ sung", "Thiếu bản gốc.")
RULE = CheckedRule(
    "Đối tượng của Kế hoạch", "Đạt", "Cá nhân thuộc đối tượng.", "Căn cứ: Kế hoạch, mục II.1"
)
SHEET = AppraisalSheet(
    superior="Ủy ban nhân dân phường Vạn Xuân",
    body=("Phòng Văn hóa - Xã hội",),
    subject_line="Hồ sơ đề nghị tặng Giấy khen",
    facts=(("Mã hồ sơ", "HS-2030-0001, lần nộp 1."), ("Cá nhân", "Nguyễn Thị Ví Dụ.")),
    items=(ITEM,),
    checked=("Hồ sơ tiếp nhận ngày 02 tháng 12 năm 2030.", "Kết quả: đủ điều kiện."),
    rules=(RULE,),
    conclusion=("Hồ sơ đủ điều kiện.",),
    opinion="đề nghị cấp có thẩm quyền xét tặng Giấy khen",
    done_at=datetime(2030, 12, 2, 14, 5, tzinfo=timezone(timedelta(hours=7))),
    signer_title="NGƯỜI THẨM ĐỊNH",
    signer_name="Hoàng Thị Sổ",
    recipients=("Lưu: hồ sơ HS-2030-0001",),
)
MARKUP = '<img src="file:///etc/hostname"/> & <b>Mẫu</b>'
NUMBERED = " ".join(f"từ{n:04d}" for n in range(500))


def pages_of(paper):
    reader = PdfReader(io.BytesIO(render_appraisal(paper)))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def runs_of(paper):
    """Return text, x, y and size, in points, of each run of text of all pages."""
    found = []

    def note(text, cm, tm, font, size):
        if text.strip():
            found.append((text.strip(), cm[4] + tm[4], cm[5] + tm[5], size))

    for page in PdfReader(io.BytesIO(render_appraisal(paper))).pages:
        page.extract_text(visitor_text=note)
    return found


def test_a_sheet_says_all_in_order():
    text = " ".join(pages_of(SHEET))
    expected = (
        "UBND PHƯỜNG VẠN XUÂN", "PHÒNG VĂN HÓA - XÃ HỘI", NATION, MOTTO,
        "PHIẾU THẨM ĐỊNH Hồ sơ đề nghị tặng Giấy khen", "I. Hồ sơ Mã hồ sơ: HS-2030-0001",
        "Cá nhân: Nguyễn Thị Ví Dụ.",
        "Thời gian thẩm định: 14 giờ 05 phút, ngày 02 tháng 12 năm 2030.",
        "II. Nội dung thẩm định", "1 Đủ thành phần hồ sơ Căn cứ: Điều 84 Cần bổ sung Thiếu",
        "III. Kiểm tra theo quy định", "Kết quả: đủ điều kiện.", "Đối tượng của Kế hoạch",
        "Căn cứ: Kế hoạch, mục II.1", "IV. Kết luận Hồ sơ đủ điều kiện.",
        "Ý kiến: đề nghị cấp có thẩm quyền xét tặng Giấy khen./.", "Lưu: hồ sơ HS-2030-0001.",
        "NGƯỜI THẨM ĐỊNH Hoàng Thị Sổ",
    )  # fmt: skip
    places = [text.find(words) for words in expected]
    assert -1 not in places
    assert places == sorted(places)
    assert "Số:" not in text


def test_without_rules_there_is_no_empty_table():
    text = " ".join(pages_of(replace(SHEET, rules=())))
    assert "Nội dung kiểm tra" not in text


def test_the_longest_sheet_keeps_its_margins_and_loses_nothing():
    paper = replace(
        SHEET,
        items=(replace(ITEM, note=NUMBERED),),
        rules=(replace(RULE, text=NUMBERED),) + (RULE,) * 40,
        conclusion=(NUMBERED,),
        signer_name="Nguyễn " * 43,
    )
    runs = runs_of(paper)
    found = re.findall(r"từ(\d{4})", " ".join(pages_of(paper)))
    assert [int(one) for one in found] == [*range(500)] * 3
    body = [run for run in runs if run[2] < PAGE[1] - TOP_MARGIN]
    assert min(x for _, x, _, _ in body) >= LEFT_MARGIN - 0.5
    assert max(x for _, x, _, _ in body) <= PAGE[0] - RIGHT_MARGIN
    assert min(y for _, _, y, _ in body) >= BOTTOM_MARGIN
    assert {size for *_, size in runs} <= {11, 12, 13, BODY_SIZE}


@pytest.mark.parametrize("rows", [8, 15, 22])
def test_no_row_is_split_and_no_title_repeated_without_a_row(rows):
    rule = replace(RULE, text="Một câu rất dài của quy định. " * 5)
    pages = pages_of(replace(SHEET, rules=(rule,) * rows))
    for page in pages:
        assert page.count("Nội dung kiểm tra, căn cứ") <= 1
        assert page.count("Một câu") == 5 * page.count("Đối tượng của Kế hoạch")


@pytest.mark.parametrize("lines", [1, 13, 19])
def test_a_signature_never_stands_without_text(lines):
    pages = pages_of(replace(SHEET, conclusion=("Một dòng.",) * lines))
    signed = next(page for page in pages if "Hoàng Thị Sổ" in page)
    assert "xét tặng Giấy khen./." in signed
    assert not any(page.endswith("III. Kiểm tra theo quy định") for page in pages)


def test_the_same_sheet_gives_the_same_bytes_and_prints_markup_as_typed():
    paper = replace(SHEET, facts=(("Cá nhân", MARKUP),), conclusion=(MARKUP,))
    assert render_appraisal(paper) == render_appraisal(paper)
    assert " ".join(pages_of(paper)).count(MARKUP) == 2


def test_what_cannot_be_printed_is_refused():
    with pytest.raises(UnprintableText):
        render_appraisal(replace(SHEET, opinion="漢字"))
