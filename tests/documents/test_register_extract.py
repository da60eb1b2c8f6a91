"""The extract of the register as PDF: across the page, none and many rows, long words."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from documents.council_sheets import TABLE_SIZE
from documents.letterhead import (
    DATE_SIZE,
    LEFT_COLUMN,
    MOTTO,
    MOTTO_SIZE,
    NATION,
    NATION_SIZE,
    WIDTH,
)
from documents.register_extract import (
    ACROSS,
    TEXT_WIDTH,
    ExtractedAward,
    RegisterExtract,
    render_register_extract,
)
from documents.typography import (
    BODY_SIZE,
    BOLD,
    BOTTOM_MARGIN,
    ITALIC,
    LEFT_MARGIN,
    PAGE,
    RIGHT_MARGIN,
    TOP_MARGIN,
    UnprintableText,
    width_of,
)
from forms.fields import NOTE

ROW = ExtractedAward(
    year="2030",
    number="309/QĐ-UBND",
    day="02/12/2030",
    name="Nguyễn Thị Ví Dụ",
    award="Giấy khen",
    note="",
    content="Hai sáng kiến về chuyển đổi số.",
)
EXTRACT = RegisterExtract(
    body=("ỦY BAN NHÂN DÂN", "PHƯỜNG VẠN XUÂN"),
    place="Vạn Xuân",
    made_on=date(2030, 12, 5),
    scope=("(Phạm vi trích: năm 2030)",),
    rows=(ROW, replace(ROW, name="Trường Hoa Ban", note="Đã hủy bỏ, thu hồi")),
    made_by="Hoàng Thị Sổ",
)
MANY = replace(
    EXTRACT, rows=tuple(replace(ROW, name=f"Nguyễn Văn Mẫu {n:03d}") for n in range(1, 321))
)
MARKUP = '<img src="file:///etc/hostname"/> & <b>Mẫu</b>'


def texts_of(paper):
    pages = PdfReader(io.BytesIO(render_register_extract(paper))).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def runs_of(paper):
    """Return text, x, y and size, in points, of each run of text of all pages."""
    found = []

    def note(text, cm, tm, font, size):
        if text.strip():
            found.append((text.strip(), cm[4] + tm[4], cm[5] + tm[5], size))

    for page in PdfReader(io.BytesIO(render_register_extract(paper))).pages:
        page.extract_text(visitor_text=note)
    return found


def test_the_extract_reads_from_its_head_to_who_made_it():
    (page,) = texts_of(EXTRACT)
    expected = [
        "PHƯỜNG VẠN XUÂN",
        "Vạn Xuân, ngày 05 tháng 12 năm 2030",
        "TRÍCH SỔ KHEN THƯỞNG",
        "(Phạm vi trích: năm 2030)",
        "Năm TT Số quyết định Ngày Họ tên, tên tập thể Hình thức Nội dung Ký nhận",
        "2030 1 309/QĐ-UBND 02/12/2030 Nguyễn Thị Ví Dụ Giấy khen Hai sáng kiến",
        "Trường Hoa Ban Giấy khen (Đã hủy bỏ, thu hồi)",
        "Tổng số: 02 mục.",
        "NGƯỜI TRÍCH SỔ",
        "Hoàng Thị Sổ",
    ]
    places = [page.index(words) for words in expected]
    assert places == sorted(places)
    assert "Số:" not in page


def centre_of(text, font, size):
    """Return how far from the left margin the middle of a line stands, in points."""
    (x,) = [x for said, x, _, _ in runs_of(EXTRACT) if said == text]
    return x + width_of(text, font, size) / 2 - LEFT_MARGIN


def test_head_and_signatures_take_the_whole_width_of_the_sheet():
    share = LEFT_COLUMN / WIDTH
    left, right = TEXT_WIDTH * share / 2, TEXT_WIDTH * (1 + share) / 2
    dated = "Vạn Xuân, ngày 05 tháng 12 năm 2030"
    lines = [
        ("PHƯỜNG VẠN XUÂN", BOLD, NATION_SIZE, left),
        (NATION, BOLD, NATION_SIZE, right),
        (MOTTO, BOLD, MOTTO_SIZE, right),
        (dated, ITALIC, DATE_SIZE, right),
        ("NGƯỜI TRÍCH SỔ", BOLD, BODY_SIZE, TEXT_WIDTH / 4),
        ("Hoàng Thị Sổ", BOLD, BODY_SIZE, TEXT_WIDTH / 4),
        ("QUẢN LÝ SỔ", BOLD, BODY_SIZE, TEXT_WIDTH * 3 / 4),
    ]
    for text, font, size, place in lines:
        assert centre_of(text, font, size) == pytest.approx(place, abs=1), text


def test_an_extract_of_nothing_says_so_without_a_table():
    (page,) = texts_of(replace(EXTRACT, rows=(), scope=()))
    assert "Không có mục nào." in page
    assert "Họ tên" not in page
    assert "Phạm vi" not in page


def test_every_page_of_a_long_extract_lies_across_and_repeats_its_head():
    reader = PdfReader(io.BytesIO(render_register_extract(MANY)))
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages}
    assert sizes == {(round(PAGE[1]), round(PAGE[0]))}
    pages = texts_of(MANY)
    assert len(pages) > 10
    with_rows = [page for page in pages if "Nguyễn Văn Mẫu" in page]
    assert len(with_rows) >= len(pages) - 1
    assert all("Họ tên, tên tập thể" in page for page in with_rows)
    found = [int(number) for number in re.findall(r"Mẫu (\d{3})", " ".join(pages))]
    assert found == list(range(1, 321))
    assert all(page.startswith(f"{n} ") for n, page in enumerate(pages[1:], start=2))
    assert "Tổng số: 320 mục." in pages[-1]


def test_text_stands_within_the_margins_at_the_size_of_tables():
    runs = runs_of(MANY)
    assert min(x for _, x, _, _ in runs) >= LEFT_MARGIN - 0.5
    assert max(x for _, x, _, _ in runs) <= ACROSS[0] - RIGHT_MARGIN
    rows = [run for run in runs if "Nguyễn Văn Mẫu" in run[0]]
    assert {size for *_, size in rows} == {TABLE_SIZE}
    assert min(y for _, _, y, _ in rows) >= BOTTOM_MARGIN
    assert max(y for _, _, y, _ in rows) <= ACROSS[1] - TOP_MARGIN


@pytest.mark.parametrize("words", [MARKUP, "Trường mẫu " * 27, "Đ" * 300])
def test_whatever_somebody_typed_is_text_within_its_column(words):
    paper = replace(EXTRACT, rows=(replace(ROW, name=words, content=words, number=words[:60]),))
    drawn = "".join("".join(texts_of(paper)).split())
    assert "".join(words.split()) in drawn
    assert max(x for _, x, _, _ in runs_of(paper)) <= ACROSS[0] - RIGHT_MARGIN


@pytest.mark.parametrize("letters", [1_550, 1_600, NOTE, 15_000])
def test_an_achievement_longer_than_a_page_is_printed_whole(letters):
    told = ("Một câu dài của thành tích mẫu. " * 500)[:letters].strip() + " Hết."
    pages = texts_of(replace(EXTRACT, rows=(ROW, replace(ROW, content=told), ROW)))
    assert len(pages) > 2
    text = " ".join(pages)
    assert "Hết." in text
    assert text.count("mẫu.") == told.count("mẫu.")


def test_the_same_extract_gives_the_same_bytes_and_no_letter_is_lost():
    assert render_register_extract(EXTRACT) == render_register_extract(EXTRACT)
    with pytest.raises(UnprintableText):
        render_register_extract(replace(EXTRACT, made_by="Tên \u202e"))
