"""Letters and annulments as PDF: what they say, how they are set, the longest one."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from documents.act_decision import ActDecision, render_act_decision
from documents.letter import OfficeLetter, render_letter
from documents.letterhead import BODY_NAME_SIZE, LEFT_COLUMN
from documents.typography import (
    BODY_SIZE,
    BOTTOM_MARGIN,
    LEFT_MARGIN,
    PAGE,
    RIGHT_MARGIN,
    UnprintableText,
)

LETTER = OfficeLetter(
    superior="",
    body=("ỦY BAN NHÂN DÂN", "PHƯỜNG VẠN XUÂN"),
    number="12/UBND-VHXH",
    place="Vạn Xuân",
    signed_on=date(2030, 12, 2),
    about="đính chính Quyết định số 309/QĐ-UBND",
    addressee="Trường Trung học cơ sở Hoa Ban",
    paragraphs=("Đính chính như sau:", "Ngày ban hành ghi nhầm.", "Thông báo để biết"),
    signer_title="CHỦ TỊCH",
    signer_name="",
    recipients=("Như trên", "Lưu: VT"),
)
ANNULMENT = ActDecision(
    superior="",
    body=("ỦY BAN NHÂN DÂN", "PHƯỜNG VẠN XUÂN"),
    authority="Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
    number="320/QĐ-UBND",
    place="Vạn Xuân",
    signed_on=date(2030, 12, 2),
    subject_line="Về việc hủy bỏ việc tặng Giấy khen",
    bases=("Căn cứ Luật Thi đua, khen thưởng", "Căn cứ Quyết định số 309/QĐ-UBND"),
    articles=("Hủy bỏ việc tặng Giấy khen.", "Thu hồi hiện vật.", "Các bên thi hành"),
    signer_title="CHỦ TỊCH",
    signer_name="",
    recipients=("Như Điều 3", "Lưu: VT"),
)
MARKUP = '<img src="file:///etc/hostname"/> & <b>Mẫu</b>'
LONG = " ".join(["Nội dung cần được đính chính trong quyết định."] * 200)


def pages_of(content):
    reader = PdfReader(io.BytesIO(content))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def runs_of(content):
    """Return text, x, y and size, in points, of each run of text of all pages."""
    found = []

    def note(text, cm, tm, font, size):
        if text.strip():
            found.append((text.strip(), cm[4] + tm[4], cm[5] + tm[5], size))

    for page in PdfReader(io.BytesIO(content)).pages:
        page.extract_text(visitor_text=note)
    return found


def in_order(page, *expected):
    places = [page.index(words) for words in expected]
    assert places == sorted(places)


def test_a_letter_has_its_subject_below_its_number_and_no_name():
    (page,) = pages_of(render_letter(LETTER))
    in_order(
        page,
        "PHƯỜNG VẠN XUÂN",
        "Số: 12/UBND-VHXH",
        "ngày 02 tháng 12 năm 2030",
        "V/v đính chính Quyết định số 309/QĐ-UBND",
        "Kính gửi: Trường Trung học cơ sở Hoa Ban",
        "Ngày ban hành ghi nhầm.",
        "Thông báo để biết./.",
        "- Lưu: VT.",
    )
    runs = runs_of(render_letter(replace(LETTER, about="đính chính " * 12)))
    subject = [run for run in runs if "đính chính" in run[0] and run[3] == BODY_NAME_SIZE]
    assert len(subject) > 2
    middle = LEFT_MARGIN + LEFT_COLUMN / 2
    assert all(LEFT_MARGIN <= x < middle for _, x, _, _ in subject)


def test_an_annulment_has_its_articles_in_order():
    (page,) = pages_of(render_act_decision(ANNULMENT))
    in_order(
        page,
        "Số: 320/QĐ-UBND",
        "Về việc hủy bỏ việc tặng Giấy khen",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN PHƯỜNG VẠN XUÂN",
        "Căn cứ Luật Thi đua, khen thưởng;",
        "Căn cứ Quyết định số 309/QĐ-UBND.",
        "QUYẾT ĐỊNH:",
        "Điều 1. Hủy bỏ",
        "Điều 2. Thu hồi hiện vật.",
        "Điều 3. Các bên thi hành./.",
        "- Như Điều 3;",
    )


@pytest.mark.parametrize(
    ("render", "paper"),
    [
        (render_letter, replace(LETTER, paragraphs=(LONG, "Thông báo để biết"))),
        (render_act_decision, replace(ANNULMENT, articles=(LONG, "Các bên thi hành"))),
    ],
)
def test_long_papers_stay_within_the_margins_and_are_numbered(render, paper):
    content = render(paper)
    pages = pages_of(content)
    assert len(pages) > 2
    assert pages[1].startswith("2 ")
    assert "CHỦ TỊCH" in pages[-1]
    assert "hành./." in pages[-1] or "biết./." in pages[-1]
    runs = [run for run in runs_of(content) if "Nội dung" in run[0]]
    assert {size for *_, size in runs} == {BODY_SIZE}
    assert min(x for _, x, _, _ in runs) >= LEFT_MARGIN - 0.5
    assert max(x for _, x, _, _ in runs) <= PAGE[0] - RIGHT_MARGIN - 10 * mm
    assert min(y for _, _, y, _ in runs) >= BOTTOM_MARGIN


@pytest.mark.parametrize("name", [MARKUP, "Trường mẫu " * 30])
def test_names_are_text_however_long(name):
    letter = render_letter(replace(LETTER, addressee=name))
    decision = render_act_decision(replace(ANNULMENT, articles=(f"Hủy bỏ của {name}.", "Hết")))
    for pages in (pages_of(letter), pages_of(decision)):
        assert len(pages) == 1
        assert name.strip() in pages[0]


def test_a_letter_without_a_glyph_is_refused():
    with pytest.raises(UnprintableText):
        render_letter(replace(LETTER, about="Tên \u202e"))
    with pytest.raises(UnprintableText):
        render_act_decision(replace(ANNULMENT, bases=("Tên \u202e",)))
