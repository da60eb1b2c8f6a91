"""The notice of a public consultation as PDF: its list, its places, the longest one."""

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from documents.achievement_report import ReportHead
from documents.consultation_notice import (
    CONTACT,
    NAME,
    TITLES,
    AskedNominee,
    ConsultationNotice,
    render_consultation_notice,
)
from documents.council_sheets import SMALL_SIZE, TABLE_SIZE
from documents.letterhead import LEFT_COLUMN, NATION, NATION_SIZE, ROOM
from documents.typography import (
    BODY_SIZE,
    BOLD,
    BOTTOM_MARGIN,
    FIRST_LINE_INDENT,
    LEFT_MARGIN,
    PAGE,
    RIGHT_MARGIN,
    TOP_MARGIN,
    UnprintableText,
    width_of,
)

NOMINEE = AskedNominee(
    "Nguyễn Thị Ví Dụ", "Trường Trung học cơ sở Hoa Ban", "Huân chương Lao động hạng Ba"
)
NOTICE = ConsultationNotice(
    head=ReportHead("", ("ỦY BAN NHÂN DÂN", "TỈNH THÁI NGUYÊN"), "Thái Nguyên", 2030),
    number=f"{ROOM}/TB-UBND",
    subject_line="Lấy ý kiến nhân dân về việc đề nghị khen thưởng",
    opening=(
        "Thực hiện khoản 5 Điều 84 Luật Thi đua, khen thưởng, trước khi họp Hội đồng Thi đua -"
        " Khen thưởng, Tỉnh Thái Nguyên lấy ý kiến nhân dân đối với các trường hợp sau:"
    ),
    nominees=(NOMINEE,),
    closing=(
        "Hình thức công khai: Cổng thông tin điện tử tỉnh. Thời gian tiếp nhận ý kiến: 10 ngày"
        " làm việc, từ ngày 02/12/2030 đến hết ngày 16/12/2030. Ý kiến góp ý bằng văn bản, có"
        " chữ ký, ghi rõ họ tên, số điện thoại và địa chỉ liên hệ, gửi về cơ quan thường trực"
        " của Hội đồng Thi đua - Khen thưởng."
    ),
    signer_title="CHỦ TỊCH",
    recipients=("Cổng thông tin điện tử tỉnh (để công khai)", "Lưu: VT"),
)
MANY = replace(
    NOTICE, nominees=tuple(replace(NOMINEE, name=f"Bà Mẫu {n:03d}") for n in range(1, 101))
)
MARKUP = '<img src="file:///etc/hostname"/> & <b>Mẫu</b>'


def texts_of(paper):
    pages = PdfReader(io.BytesIO(render_consultation_notice(paper))).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def runs_of(paper):
    """Return text, x, y, size and font of each run of text of all pages, in points."""
    found = []

    def note(text, cm, tm, font, size):
        if text.strip():
            name = str(font["/BaseFont"]).rpartition("+")[2]
            found.append((text.strip(), cm[4] + tm[4], cm[5] + tm[5], size, name))

    for page in PdfReader(io.BytesIO(render_consultation_notice(paper))).pages:
        page.extract_text(visitor_text=note)
    return found


def test_the_notice_reads_from_its_head_to_its_recipients():
    (page,) = texts_of(NOTICE)
    expected = [
        "TỈNH THÁI NGUYÊN",
        "Số: /TB-UBND",
        NAME,
        "Lấy ý kiến nhân dân về việc",
        "khoản 5 Điều 84",
        " ".join(TITLES),
        "1 Nguyễn Thị Ví Dụ Trường Trung học cơ sở Hoa Ban Huân chương Lao động hạng Ba",
        "Hình thức công khai",
        "đến hết ngày 16/12/2030",
        f"{CONTACT}: …",
        "…./.",
        "Nơi nhận:",
        "- Lưu: VT.",
    ]
    places = [page.index(words) for words in expected]
    assert places == sorted(places)
    assert "CHỦ TỊCH" in page
    assert not re.search(r"ngày \d+ tháng", page)


def test_a_number_is_printed_if_one_was_given():
    (page,) = texts_of(replace(NOTICE, number="15/TB-HĐTĐKT"))
    assert "Số: 15/TB-HĐTĐKT" in page
    assert re.search(r"Thái Nguyên, ngày\s+tháng\s+năm 2030", page)


def test_each_element_has_its_place_its_font_and_its_size():
    runs = {text: (x, y, size, font) for text, x, y, size, font in runs_of(NOTICE)}

    def centre(text, font, size):
        return runs[text][0] + width_of(text, font, size) / 2

    text_width = PAGE[0] - LEFT_MARGIN - RIGHT_MARGIN
    assert centre(NAME, BOLD, BODY_SIZE) == pytest.approx(LEFT_MARGIN + text_width / 2, abs=1)
    assert centre("TỈNH THÁI NGUYÊN", BOLD, NATION_SIZE) == pytest.approx(
        LEFT_MARGIN + LEFT_COLUMN / 2, abs=1
    )
    assert runs[NATION][1] == pytest.approx(PAGE[1] - TOP_MARGIN - NATION_SIZE, abs=2)
    assert runs[NAME][2:] == (BODY_SIZE, "LiberationSerif-Bold")
    assert runs[NOMINEE.name][2:] == (TABLE_SIZE, "LiberationSerif-Bold")
    assert runs[NOMINEE.unit][2:] == (SMALL_SIZE, "LiberationSerif")
    assert runs[NOMINEE.name][0] == pytest.approx(LEFT_MARGIN + 12 * mm + 3, abs=1)
    opening = next(one for text, one in runs.items() if text.startswith("Thực hiện khoản"))
    assert opening[0] == pytest.approx(LEFT_MARGIN + FIRST_LINE_INDENT, abs=1)
    assert opening[2:] == (BODY_SIZE, "LiberationSerif")


def test_a_notice_about_nobody_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        render_consultation_notice(replace(NOTICE, nominees=()))


def test_a_hundred_names_repeat_the_head_and_keep_within_the_margins():
    pages = texts_of(MANY)
    assert len(pages) > 3
    found = [int(number) for number in re.findall(r"Bà Mẫu (\d{3})", " ".join(pages))]
    assert found == list(range(1, 101))
    assert all(" ".join(TITLES) in page for page in pages if "Bà Mẫu" in page)
    assert all(page.startswith(f"{n} ") for n, page in enumerate(pages[1:], start=2))
    assert CONTACT in pages[-1]
    runs = runs_of(MANY)
    rows = [run for run in runs if "Bà Mẫu" in run[0]]
    assert min(x for _, x, *_ in runs) >= LEFT_MARGIN - 0.5
    assert max(x for _, x, *_ in runs) <= PAGE[0] - RIGHT_MARGIN
    assert min(y for _, _, y, *_ in rows) >= BOTTOM_MARGIN
    assert max(y for _, _, y, *_ in rows) <= PAGE[1] - TOP_MARGIN


@pytest.mark.parametrize("count", range(5, 20, 3))
def test_a_signature_never_stands_without_text(count):
    signed = texts_of(replace(NOTICE, nominees=(NOMINEE,) * count))[-1]
    assert CONTACT in signed
    assert "CHỦ TỊCH" in signed


@pytest.mark.parametrize("words", [MARKUP, ("Trường mẫu " * 27).strip(), "Đ" * 300])
def test_whatever_somebody_typed_is_text_within_its_column(words):
    paper = replace(NOTICE, nominees=(AskedNominee(words, words, words), NOMINEE))
    drawn = "".join("".join(texts_of(paper)).split())
    assert drawn.count("".join(words.split())) >= 2
    assert max(x for _, x, *_ in runs_of(paper)) <= PAGE[0] - RIGHT_MARGIN


def test_the_same_notice_gives_the_same_bytes_and_no_letter_is_lost():
    assert render_consultation_notice(NOTICE) == render_consultation_notice(NOTICE)
    with pytest.raises(UnprintableText):
        render_consultation_notice(replace(NOTICE, subject_line="Tên \u202e"))
