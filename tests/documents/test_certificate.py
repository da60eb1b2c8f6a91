"""The certificate as a PDF: one page, each element where the specimen has it."""

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from documents.certificate import (
    Certificate,
    Stock,
    TextTooLong,
    render_calibration,
    render_certificate,
    render_text_for_stock,
)
from documents.certificate_layouts import A4, LAYOUTS, SHEETS
from documents.ornament import BAND
from documents.typography import UnprintableText

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


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0.16),
        ("CHỦ TỊCH ỦY BAN NHÂN DÂN PHƯỜNG VẠN XUÂN", 0.26),
        ("GIẤY KHEN", 0.39),
        ("BÀ NGUYỄN THỊ VÍ DỤ", 0.51),
        ("Vạn Xuân, ngày 02 tháng 12 năm 2030", 0.68),
        ("Đặng Văn Ký", 0.88),
        ("Số: 309/QĐ-UBND", 0.85),
    ],
)
def test_each_element_stands_where_the_specimen_has_it(text, share):
    baseline = lines_of(render_certificate(PAPER))[text]
    top = (A4.height + A4.frame_height) / 2 * mm
    assert (top - baseline) / (A4.frame_height * mm) == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_text_for_stock_is_moved_by_its_offsets(layout, sheet):
    paper = replace(PAPER, layout=layout)
    still = lines_of(render_text_for_stock(paper, Stock(sheet)))
    moved = lines_of(render_text_for_stock(paper, Stock(sheet, 1.5, -2)))
    assert set(still) == set(moved)
    for text, height in still.items():
        assert (moved[text] - height) / mm == pytest.approx(2, abs=0.01)


def test_stock_with_a_heading_gets_no_second_one():
    text = lines_of(render_text_for_stock(PAPER, Stock(A4, has_heading=True)))
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
