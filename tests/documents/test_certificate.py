"""The certificate as a PDF: one page, each element where the specimen has it."""

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from documents.certificate import (
    Certificate,
    Stock,
    TextTooLong,
    render_calibration,
    render_certificate,
    render_certificates,
    render_texts_for_stock,
)
from documents.certificate_layouts import A4, LAYOUTS, SHEETS, Sheet
from documents.ornament import BAND
from documents.typography import (
    BOLD,
    BOLD_ITALIC,
    ITALIC,
    PLAIN,
    SCRIPT,
    UnprintableText,
    width_of,
)

PAPER = Certificate(
    authority="Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
    recipient="Bà Nguyễn Thị Ví Dụ",
    citation="Đã có thành tích xuất sắc trong phong trào thi đua năm 2030",
    decision_number="309/QĐ-UBND",
    place="Vạn Xuân",
    signed_on=date(2030, 12, 2),
    signer_title="Chủ tịch",
    signer_name="Đặng Văn Ký",
)


def lines_of(content: bytes) -> dict[str, float]:
    """Return each line of the page and the height of its baseline, in points."""
    found: dict[str, float] = {}
    page = PdfReader(io.BytesIO(content)).pages[0]

    def note(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            found[text.strip()] = cm[5] + tm[5]

    page.extract_text(visitor_text=note)
    return found


CAPITAL = 0.66
"""Height of a capital letter of the bold print, as a share of its size."""

SPECIMEN = (
    # text, share of the frame from its left and from its top
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0.50, 0.16),
    ("Độc lập - Tự do - Hạnh phúc", 0.50, 0.20),
    ("CHỦ TỊCH ỦY BAN NHÂN DÂN PHƯỜNG VẠN XUÂN", 0.50, 0.26),
    ("TẶNG", 0.50, 0.31),
    ("GIẤY KHEN", 0.50, 0.39),
    ("BÀ NGUYỄN THỊ VÍ DỤ", 0.50, 0.51),
    ("Vạn Xuân, ngày 02 tháng 12 năm 2030", 0.73, 0.68),
    ("CHỦ TỊCH", 0.73, 0.72),
    ("Đặng Văn Ký", 0.73, 0.88),
    ("Vào sổ Quyết định", 0.19, 0.82),
    ("Số: 309/QĐ-UBND", 0.19, 0.85),
)
"""A ward's certificate of 2026."""


def middles_of(content: bytes, sheet: Sheet) -> dict[str, tuple[float, float]]:
    """Return each line and its middle, as shares of the frame from its upper left corner."""
    found: dict[str, tuple[float, float]] = {}
    page = PdfReader(io.BytesIO(content)).pages[0]
    left = (sheet.width - sheet.frame_width) / 2 * mm
    top = (sheet.height + sheet.frame_height) / 2 * mm

    def note(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        line = text.strip()
        if line:
            face = next(name for name in FACES if FACES[name] in font["/BaseFont"])
            x = cm[4] + tm[4] + width_of(line, face, size) / 2
            y = cm[5] + tm[5] + size * CAPITAL / 2
            across, down = (x - left) / sheet.frame_width, (top - y) / sheet.frame_height
            found[line] = (across / mm, down / mm)

    page.extract_text(visitor_text=note)
    return found


FACES = {
    BOLD_ITALIC: "Serif-BoldItalic",
    ITALIC: "Serif-Italic",
    BOLD: "Serif-Bold",
    PLAIN: "Serif",
    SCRIPT: "GreatVibes",
}


@pytest.mark.parametrize("detail", ["", "Giáo viên"])
def test_each_element_stands_where_the_specimen_has_it(detail):
    paper = replace(PAPER, recipient_detail=detail)
    middles = middles_of(render_certificate(paper), A4)
    for text, across, down in SPECIMEN:
        assert middles[text] == (
            pytest.approx(across, abs=0.02),
            pytest.approx(down, abs=0.02),
        ), text


@pytest.mark.parametrize("detail", ["", "Giáo viên"])
def test_a_citation_of_two_lines_stands_where_the_specimen_has_its_lines(detail):
    citation = (
        f"{PAPER.citation}, trong việc xây dựng phường Vạn Xuân giàu đẹp, văn minh và"
        " trong chuyển đổi số của nhà trường"
    )
    paper = replace(PAPER, citation=citation, recipient_detail=detail)
    middles = middles_of(render_certificate(paper), A4)
    first, second = (middles[line] for line in middles if line in citation)
    assert (first[0], second[0]) == pytest.approx((0.5, 0.5), abs=0.02)
    assert (first[1], second[1]) == pytest.approx((0.58, 0.62), abs=0.02)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_certificates_of_above_keep_its_places(layout):
    """All but the lower left block, and the class of an order, whose places are ours."""
    paper = replace(PAPER, layout=layout, award_class="HẠNG BA")
    middles = middles_of(render_certificate(paper), layout.sheet)
    for text, across, down in SPECIMEN[:-2]:
        line = {"GIẤY KHEN": layout.title}.get(text, text)
        if line not in middles:
            line = "Bà Nguyễn Thị Ví Dụ"  # in script
        assert middles[line] == (
            pytest.approx(across, abs=0.02),
            pytest.approx(down, abs=0.02),
        ), line


def test_many_certificates_of_one_decision_are_one_file_with_one_frame():
    papers = [replace(PAPER, recipient=f"Bà Nguyễn Thị Số {number}") for number in range(300)]
    content = render_certificates(papers)
    reader = PdfReader(io.BytesIO(content))
    assert reader.metadata is not None
    assert reader.metadata.title == "Giấy khen: Quyết định số 309/QĐ-UBND"
    for number in (0, 150, 299):
        assert f"BÀ NGUYỄN THỊ SỐ {number}\n" in reader.pages[number].extract_text()
    frames = {
        reference.idnum
        for page in reader.pages
        for reference in page["/Resources"]["/XObject"].values()  # type: ignore[index]
    }
    assert len(reader.pages) == 300
    assert len(frames) == 1
    alone = len(render_certificate(PAPER))
    assert len(content) < alone + 300 * 4000
    assert content == render_certificates(papers)


def test_a_file_has_certificates_of_several_awards_each_on_its_sheet():
    papers = [replace(PAPER, layout=layout) for layout in LAYOUTS.values()]
    pages = PdfReader(io.BytesIO(render_certificates(papers))).pages
    widths = [round(float(page.mediabox.width) / mm) for page in pages]
    assert widths == [297, 420, 420, 420]


def test_a_page_of_many_says_what_the_certificate_alone_says():
    other = replace(PAPER, recipient="Ông Trần Văn Giả", recipient_detail="Phó Hiệu trưởng")
    many = PdfReader(io.BytesIO(render_certificates([PAPER, other]))).pages
    alone = PdfReader(io.BytesIO(render_certificate(other))).pages[0]
    assert many[1].extract_text() == alone.extract_text()


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_text_for_stock_is_moved_by_its_offsets(layout, sheet):
    paper = replace(PAPER, layout=layout)
    still = lines_of(render_texts_for_stock([paper], Stock(sheet)))
    moved = lines_of(render_texts_for_stock([paper], Stock(sheet, 1.5, -2)))
    assert set(still) == set(moved)
    for text, height in still.items():
        assert (moved[text] - height) / mm == pytest.approx(2, abs=0.01)


def test_stock_with_a_heading_gets_no_second_one():
    text = lines_of(render_texts_for_stock([PAPER], Stock(A4, has_heading=True)))
    assert "GIẤY KHEN" not in text
    assert "BÀ NGUYỄN THỊ VÍ DỤ" in text


def test_a_merit_has_its_name_in_script_and_a_book_line_left_open():
    paper = replace(PAPER, layout=LAYOUTS["bang-khen-tinh"])
    text = lines_of(render_certificate(paper))
    assert {"BẰNG KHEN", "Bà Nguyễn Thị Ví Dụ", "Số sổ vàng: ……………"} <= set(text)


def test_what_fits_no_certificate_is_refused():
    with pytest.raises(TextTooLong):
        render_certificate(replace(PAPER, recipient="Ủy ban phường " * 90))


def test_the_calibration_page_has_the_size_of_the_sheet():
    box = PdfReader(io.BytesIO(render_calibration(Stock(A4, 1.5)))).pages[0].mediabox
    assert (float(box.width) / mm, float(box.height) / mm) == pytest.approx((297, 210))


def test_a_certificate_is_one_landscape_page_and_always_the_same_bytes():
    content = render_certificate(PAPER)
    reader = PdfReader(io.BytesIO(content))
    box = reader.pages[0].mediabox
    assert len(reader.pages) == 1
    assert (float(box.width) / mm, float(box.height) / mm) == pytest.approx((297, 210))
    assert content == render_certificate(PAPER)


def test_a_long_name_is_wrapped_and_shrunk_but_never_cut():
    name = "Ủy ban Mặt trận Tổ quốc Việt Nam phường Vạn Xuân và các tổ chức thành viên " * 4
    text = " ".join(lines_of(render_certificate(replace(PAPER, recipient=name))))
    for word in set(name.upper().split()):
        assert word in text


@pytest.mark.parametrize("name", ["Bà Nguyễn Thị Ví Dụ", "W" * 40, "Ủy ban phường " * 15])
@pytest.mark.parametrize("detail", ["", "Giáo viên", "Tổ trưởng tổ chuyên môn " * 8])
@pytest.mark.parametrize("authority", ["Chủ tịch phường", "Tổng Giám đốc Công ty cổ phần " * 7])
def test_texts_of_any_length_stay_apart_and_inside_the_border(name, detail, authority):
    paper = replace(
        PAPER,
        authority=authority,
        recipient=name,
        recipient_detail=detail,
        citation=PAPER.citation * 3,
        signer_title="KT. Chủ tịch\nPhó Chủ tịch",
    )
    lines: list[tuple[float, float, float]] = []
    page = PdfReader(io.BytesIO(render_certificate(paper))).pages[0]

    def note(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            lines.append((cm[5] + tm[5], cm[4] + tm[4], size))

    page.extract_text(visitor_text=note)
    left = (A4.width - A4.frame_width) / 2 * mm + BAND
    assert min(x for _, x, _ in lines) > left
    heights = sorted({(round(y, 1), size) for y, _, size in lines}, reverse=True)
    centred = [row for row in heights if row[0] > A4.frame_height * mm * 0.4]
    for (above, _), (below, size) in pairwise(centred):
        assert above - below >= 0.9 * size


def test_a_deputy_signs_under_the_capacity():
    heights = lines_of(render_certificate(replace(PAPER, signer_title="KT. A\nPhó A")))
    assert heights["KT. A"] > heights["PHÓ A"] > heights["Đặng Văn Ký"] + 20 * mm


def test_another_process_makes_the_same_bytes():
    program = (
        "import hashlib, sys; from tests.documents.test_certificate import PAPER;"
        "from documents.certificate import render_certificate as r;"
        "print(hashlib.sha256(r(PAPER)).hexdigest())"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)  # noqa: S603
    expected = hashlib.sha256(render_certificate(PAPER)).hexdigest()
    assert made.stdout.decode().strip() == expected


@pytest.mark.parametrize("name", ["\u202eNguyễn", "名"])
def test_what_cannot_be_printed_is_refused_on_a_certificate(name):
    with pytest.raises(UnprintableText):
        render_certificate(replace(PAPER, recipient=name))


def test_typed_markup_is_printed_on_a_certificate_as_typed():
    paper = replace(PAPER, recipient='<img src="file:///etc/hostname"/>')
    assert '<IMG SRC="FILE:///ETC/HOSTNAME"/>' in lines_of(render_certificate(paper))
