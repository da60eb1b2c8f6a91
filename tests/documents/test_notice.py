"""Notices as PDF: what they say, how they are set, the longest one."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from documents.achievement_report import ReportHead
from documents.letterhead import ROOM
from documents.notice import Notice, render_notice
from documents.typography import (
    BODY_SIZE,
    BOTTOM_MARGIN,
    LEFT_MARGIN,
    PAGE,
    RIGHT_MARGIN,
    TOP_MARGIN,
    UnprintableText,
)

NOTICE = Notice(
    head=ReportHead("", ("ỦY BAN NHÂN DÂN", "PHƯỜNG VẠN XUÂN"), "Vạn Xuân", 2030),
    name="THÔNG BÁO",
    subject_line="Về việc yêu cầu bổ sung hồ sơ đề nghị khen thưởng",
    number=f"{ROOM}/TB-UBND",
    signed_on=None,
    addressee="Trường Trung học cơ sở Hoa Ban",
    paragraphs=("Ủy ban nhân dân phường Vạn Xuân yêu cầu bổ sung các nội dung sau:",),
    facts=(("Mã hồ sơ", "HS-2030-0001."),),
    items=("Thiếu số liệu", "Giấy tờ còn thiếu: biên bản họp xét"),
    closing=("Nội dung cụ thể: bổ sung số liệu.", "Đề nghị nộp lại hồ sơ"),
    signer_title="CHỦ TỊCH",
    signer_name="",
    recipients=("Như trên", "Lưu: VT"),
)
MARKUP = '<img src="file:///etc/hostname"/> & <b>Mẫu</b>'


def pages_of(paper):
    reader = PdfReader(io.BytesIO(render_notice(paper)))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def runs_of(paper):
    """Return text, x, y and size, in points, of each run of text of all pages."""
    found = []

    def note(text, cm, tm, font, size):
        if text.strip():
            found.append((text.strip(), cm[4] + tm[4], cm[5] + tm[5], size))

    for page in PdfReader(io.BytesIO(render_notice(paper))).pages:
        page.extract_text(visitor_text=note)
    return found


def test_the_notice_reads_from_its_head_to_its_recipients():
    (page,) = pages_of(NOTICE)
    expected = [
        "PHƯỜNG VẠN XUÂN",
        "/TB-UBND",
        "THÔNG BÁO",
        "Về việc yêu cầu bổ sung",
        "Kính gửi: Trường Trung học cơ sở Hoa Ban",
        "yêu cầu bổ sung các nội dung sau:",
        "Mã hồ sơ: HS-2030-0001.",
        "1. Thiếu số liệu;",
        "2. Giấy tờ còn thiếu: biên bản họp xét.",
        "Đề nghị nộp lại hồ sơ./.",
        "Nơi nhận:",
        "- Lưu: VT.",
    ]
    places = [page.index(words) for words in expected]
    assert places == sorted(places)
    assert "CHỦ TỊCH" in page


def test_a_given_number_and_its_date_are_printed():
    (page,) = pages_of(replace(NOTICE, number="05/TB-UBND", signed_on=date(2030, 12, 2)))
    assert "Số: 05/TB-UBND" in page
    assert "Vạn Xuân, ngày 02 tháng 12 năm 2030" in page


def test_a_paper_without_a_number_has_no_room_for_one():
    (page,) = pages_of(replace(NOTICE, number="", addressee=""))
    assert "Số:" not in page
    assert "Kính gửi" not in page


def test_text_stands_within_the_margins_at_the_size_of_the_body():
    long = replace(NOTICE, items=tuple(f"Nội dung thứ {n} cần bổ sung" for n in range(300)))
    runs = runs_of(long)
    assert min(x for _, x, _, _ in runs) >= LEFT_MARGIN - 0.5
    assert max(x for _, x, _, _ in runs) <= PAGE[0] - RIGHT_MARGIN
    body = [run for run in runs if run[0].startswith("Nội dung thứ") or ". Nội" in run[0]]
    assert {size for *_, size in body} == {BODY_SIZE}
    inside = [y for text, _, y, _ in body]
    assert min(inside) >= BOTTOM_MARGIN
    assert max(inside) <= PAGE[1] - TOP_MARGIN


def test_page_numbers_begin_on_the_second_page():
    pages = pages_of(replace(NOTICE, items=tuple(f"Nội dung {n}" for n in range(100))))
    assert not pages[0].startswith("1 ")
    assert "2" in pages[1][:3]
    assert "CHỦ TỊCH" in pages[-1]


def test_markup_is_text_and_the_same_notice_gives_the_same_bytes():
    paper = replace(NOTICE, addressee=MARKUP)
    assert MARKUP.replace("  ", " ") in pages_of(paper)[0]
    assert render_notice(paper) == render_notice(paper)


@pytest.mark.parametrize("field", ["addressee", "subject_line"])
def test_a_letter_without_a_glyph_is_refused(field):
    with pytest.raises(UnprintableText):
        render_notice(replace(NOTICE, **{field: "Tên \u202e"}))


def test_a_name_of_300_letters_stays_within_the_page():
    runs = runs_of(replace(NOTICE, addressee="Trường " + "Đ" * 300))
    assert runs
    assert len(pages_of(replace(NOTICE, addressee="Trường mẫu " * 30))) == 1
