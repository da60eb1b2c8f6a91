"""The decision as a PDF: what it says, how it is set, and what it refuses."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from documents.decision import AwardDecision, Recipient, render_decision
from documents.letterhead import MOTTO, NATION, written_date
from documents.typography import LEFT_MARGIN, PAGE, RIGHT_MARGIN, UnprintableText

PAPER = AwardDecision(
    body=("Ủy ban nhân dân", "phường Vạn Xuân"),
    superior="",
    authority="Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
    number="309/QĐ-UBND",
    place="Vạn Xuân",
    signed_on=date(2030, 2, 3),
    subject_line="Về việc tặng Giấy khen",
    bases=(
        "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022",
        "Theo đề nghị của Hội đồng Thi đua - Khen thưởng phường",
    ),
    award="Giấy khen của Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
    reason="đã có thành tích xuất sắc trong phong trào thi đua năm 2030",
    executors="Trưởng phòng Văn hóa - Xã hội",
    collectives=(Recipient("Trường Trung học cơ sở Hoa Ban"),),
    individuals=(Recipient("Bà Nguyễn Thị Ví Dụ", "Giáo viên"),),
    signer_title="Chủ tịch",
    signer_name="Đặng Văn Ký",
    recipients=("Như Điều 2", "Lưu: VT, VH-XH"),
)


def pages_of(content: bytes) -> list[str]:
    reader = PdfReader(io.BytesIO(content))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def fonts_of(content: bytes) -> set[str]:
    reader = PdfReader(io.BytesIO(content))
    return {
        str(font.get_object()["/BaseFont"]).rpartition("+")[2]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }


def test_a_decision_says_in_order_what_its_model_asks():
    decision, listing = pages_of(render_decision(PAPER))
    expected = [
        "ỦY BAN NHÂN DÂN PHƯỜNG VẠN XUÂN", NATION, MOTTO, "Số: 309/QĐ-UBND",
        "Vạn Xuân, ngày 03 tháng 02 năm 2030", "QUYẾT ĐỊNH", "Về việc tặng Giấy khen",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN PHƯỜNG VẠN XUÂN", "ngày 15 tháng 6 năm 2022;",
        "Khen thưởng phường.", "Điều 1.", "cho 01 tập thể và 01 cá nhân", "Điều 2.",
        "thi hành./.", "Nơi nhận:", "- Như Điều 2;", "- Lưu: VT, VH-XH.", "CHỦ TỊCH",
        "Đặng Văn Ký",
    ]  # fmt: skip
    for text in expected:
        assert text in decision
    assert "TM." not in decision
    assert "DANH SÁCH" in listing
    assert "1. Trường Trung học cơ sở Hoa Ban." in listing
    assert "1. Bà Nguyễn Thị Ví Dụ, Giáo viên." in listing


def test_only_our_embedded_fonts_are_used():
    content = render_decision(PAPER)
    assert {name.removeprefix("LiberationSerif") for name in fonts_of(content)} <= {
        "", "-Bold", "-Italic", "-BoldItalic",
    }  # fmt: skip
    assert content.count(b"/FontFile2") == len(fonts_of(content))


def test_the_same_paper_gives_the_same_bytes():
    assert render_decision(PAPER) == render_decision(PAPER)


def test_a_paper_has_its_title_and_its_language():
    reader = PdfReader(io.BytesIO(render_decision(PAPER)))
    assert reader.metadata.title == "Quyết định 309/QĐ-UBND Về việc tặng Giấy khen"
    assert reader.trailer["/Root"]["/Lang"] == "vi"


def test_the_body_above_stands_over_the_issuing_one_in_its_abbreviation():
    paper = replace(PAPER, body=("Trường Hoa Ban",), superior="Ủy ban nhân dân phường Vạn Xuân")
    assert pages_of(render_decision(paper))[0].startswith("UBND PHƯỜNG VẠN XUÂN TRƯỜNG HOA BAN")


@pytest.mark.parametrize("lines", range(6, 30, 3))
def test_a_signature_never_stands_alone_on_a_page(lines):
    paper = replace(PAPER, bases=("Căn cứ quy định",) * lines)
    signed = next(page for page in pages_of(render_decision(paper)) if "Nơi nhận" in page)
    assert "Điều 2." in signed
    assert "Đặng Văn Ký" in signed


def test_text_stays_within_the_margins():
    places: list[float] = []
    reader = PdfReader(io.BytesIO(render_decision(PAPER)))
    for page in reader.pages:
        page.extract_text(
            visitor_text=lambda text, cm, tm, font, size: (
                places.append(cm[4] + tm[4]) if text.strip() else None
            )
        )
    assert min(places) >= LEFT_MARGIN - 0.5
    assert max(places) <= PAGE[0] - RIGHT_MARGIN


def test_three_hundred_names_keep_their_order_and_their_page_numbers():
    people = tuple(Recipient(f"Ông Nguyễn Văn Ví Dụ {n:03d}") for n in range(1, 301))
    pages = pages_of(render_decision(replace(PAPER, individuals=people)))
    text = " ".join(pages[1:])
    found = [int(n) for n in re.findall(r"Ví Dụ (\d{3})", text)]
    assert found == list(range(1, 301))
    assert pages[2].startswith("2 ")


@pytest.mark.parametrize(
    "name", ['<img src="file:///etc/hostname"/>', "Công ty <b>A & B</b>", "A" + " dài" * 75]
)
def test_typed_markup_is_printed_as_typed(name):
    pages = pages_of(render_decision(replace(PAPER, individuals=(Recipient(name),))))
    assert name in pages[1]


@pytest.mark.parametrize("name", ["Nguyễn \u202eVăn", "Tên \u0007", "漢字", "שלום"])
def test_what_cannot_be_printed_is_refused(name):
    with pytest.raises(UnprintableText):
        render_decision(replace(PAPER, individuals=(Recipient(name),)))


def test_decomposed_letters_are_printed_composed():
    paper = replace(PAPER, individuals=(Recipient("Nguye\u0302\u0303n"),))
    assert "Nguyễn" in pages_of(render_decision(paper))[1]


def test_what_word_processors_leave_in_pasted_text_does_not_show():
    paper = replace(PAPER, individuals=(Recipient("Văn hóa \u2011 Xã\u00ad\u200b hội"),))
    assert "1. Văn hóa - Xã hội." in pages_of(render_decision(paper))[1]


def test_a_decision_for_nobody_is_refused():
    with pytest.raises(ValueError, match="at least one subject"):
        render_decision(replace(PAPER, collectives=(), individuals=()))


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 4, 2), "ngày 02 tháng 4 năm 2026"),
        (date(2026, 2, 12), "ngày 12 tháng 02 năm 2026"),
        (date(2026, 11, 30), "ngày 30 tháng 11 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_get_a_zero(day, written):
    assert written_date(day) == written


def test_a_bonus_has_an_article_of_its_own():
    paper = replace(PAPER, bonus="Tiền thưởng kèm theo là 760.000 đồng.")
    decision = pages_of(render_decision(paper))[0]
    assert "Điều 2. Tiền thưởng kèm theo là 760.000 đồng." in decision
    assert "Điều 3. Trưởng phòng Văn hóa - Xã hội và các" in decision


@pytest.mark.parametrize(
    ("people", "count"),
    [
        (
            {"households": (Recipient("Hộ ông Mẫu"),)},
            "01 tập thể, 01 hộ gia đình và 01 cá nhân",
        ),
        ({"collectives": (), "individuals": ()}, "01 hộ gia đình,"),
    ],
)
def test_households_are_counted_and_listed_apart(people, count):
    people = {"households": (Recipient("Hộ ông Mẫu"),), **people}
    decision, listing = pages_of(render_decision(replace(PAPER, **people)))
    assert f"cho {count}" in decision
    assert "Hộ gia đình 1. Hộ ông Mẫu." in listing
