"""The certificate as a PDF: one page, each element where the specimen has it."""

import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from documents import certificate
from documents.certificate import Certificate, render_certificate
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
    ("text", "place"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", certificate.NATION_AT),
        ("CHỦ TỊCH ỦY BAN NHÂN DÂN PHƯỜNG VẠN XUÂN", certificate.AUTHORITY_AT),
        ("GIẤY KHEN", certificate.TITLE_AT),
        ("BÀ NGUYỄN THỊ VÍ DỤ", certificate.RECIPIENT_AT),
        ("Vạn Xuân, ngày 02 tháng 12 năm 2030", certificate.DATE_AT),
        ("Đặng Văn Ký", certificate.SIGNER_NAME_AT),
        ("Số: 309/QĐ-UBND", certificate.NUMBER_AT),
    ],
)
def test_each_element_stands_where_the_specimen_has_it(text, place):
    baseline = lines_of(render_certificate(PAPER))[text]
    height = certificate.FRAME_HEIGHT
    top = (certificate.PAGE[1] + height) / 2
    assert (top - baseline) / height == pytest.approx(place.y, abs=0.03)


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


@pytest.mark.parametrize("name", ["\u202eNguyễn", "名"])
def test_what_cannot_be_printed_is_refused_on_a_certificate(name):
    with pytest.raises(UnprintableText):
        render_certificate(replace(PAPER, recipient=name))


def test_typed_markup_is_printed_on_a_certificate_as_typed():
    paper = replace(PAPER, recipient='<img src="file:///etc/hostname"/>')
    assert '<IMG SRC="FILE:///ETC/HOSTNAME"/>' in lines_of(render_certificate(paper))
