"""Report, summary and unit statement as PDF: what they say, how they are set, refusals."""

import io
import itertools
import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from documents.achievement_report import (
    LINE_FOR_HAND,
    AchievementReport,
    Answered,
    Asked,
    Figures,
    PriorAward,
    ReportHead,
    ReportPart,
    Told,
    render_report,
)
from documents.achievement_summary import (
    EXTRACT,
    AchievementSummary,
    extract,
    render_summary,
)
from documents.letterhead import LEFT_COLUMN, MOTTO, NATION, NUMBER_SIZE, ROOM, Signature
from documents.typography import (
    BODY_SIZE,
    BOTTOM_MARGIN,
    LEFT_MARGIN,
    PAGE,
    PLAIN,
    RIGHT_MARGIN,
    UnprintableText,
    width_of,
)
from documents.unit_statement import SYMBOL, ListedNominee, UnitStatement, render_unit_statement

HEAD = ReportHead(
    "Ủy ban nhân dân phường Vạn Xuân", ("Trường Trung học cơ sở Hoa Ban",), "Vạn Xuân", 2030
)
DONE = "Xây dựng kho học liệu số gồm 1.260 bài giảng. Kho được 11 trường trong tỉnh dùng chung."

ASKED = Asked("Quá trình công tác", 3)
FIGURES = Figures("Số liệu theo năm", ("Doanh thu", "Vốn"), (2028, 2029, 2030))
ANSWERED = Answered("Kết quả theo tiêu chí", (("Có sáng kiến.", ("Hai sáng kiến.",)),))

REPORT = AchievementReport(
    head=HEAD,
    subject_line="Đề nghị tặng Giấy khen",
    parts=(
        ReportPart(
            "Sơ lược lý lịch",
            (
                Told("Họ và tên", ("Nguyễn Thị Ví Dụ",)),
                ASKED,
            ),
        ),
        ReportPart(
            "Thành tích đạt được",
            (
                ANSWERED,
                Told("Thành tích cụ thể", (DONE, "Năm 2029 tăng 12 % so với năm 2028.")),
                FIGURES,
            ),
        ),
        ReportPart(
            "Khen thưởng đã nhận",
            awards=(
                PriorAward("Giấy khen", "12/QĐ-UBND", date(2029, 2, 5), "Chủ tịch UBND phường"),
                PriorAward("Bằng khen", "", None, "Chủ tịch UBND tỉnh"),
            ),
        ),
    ),
    closing="Đơn vị cam kết nội dung hồ sơ đúng sự thật",
    confirmation=Signature("XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ", "", "(Ký tên, đóng dấu)"),
    author=Signature("NGƯỜI BÁO CÁO", "Nguyễn Thị Ví Dụ", "(Ký, ghi rõ họ tên)"),
)

SUMMARY = AchievementSummary(
    head=HEAD,
    subject_line="Đề nghị tặng Giấy khen",
    facts=(("Họ và tên", "Nguyễn Thị Ví Dụ"), ("Đơn vị", "Trường Trung học cơ sở Hoa Ban")),
    summary="Có hai sáng kiến về chuyển đổi số trong dạy học.",
    texts=(("Thành tích cụ thể", DONE), ("Tiêu chí: có sáng kiến", "Hai sáng kiến.")),
    signature=Signature("THỦ TRƯỞNG ĐƠN VỊ", "", "(Ký tên, đóng dấu)"),
)

ROW = ListedNominee("Nguyễn Thị Ví Dụ", "Giáo viên", "Giấy khen", "Có hai sáng kiến.")
STATEMENT = UnitStatement(
    head=HEAD,
    unit="Trường Trung học cơ sở Hoa Ban",
    subject_line="Về việc đề nghị tặng Giấy khen",
    addressee="Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
    bases=("Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022", "Căn cứ Kế hoạch"),
    paragraphs=("Trường đề nghị tặng Giấy khen cho 01 cá nhân.", "Trường kính trình xem xét"),
    enclosures=("Báo cáo thành tích", "Tệp minh-chung.pdf"),
    title="Đề nghị tặng Giấy khen",
    groups=(("Cá nhân", (ROW,)),),
    signer_title="KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG",
    signer_name="Trần Văn Giả",
    recipients=("Như trên", "Lưu: VT"),
)

ALL = [
    pytest.param(lambda: render_report(REPORT), id="report"),
    pytest.param(lambda: render_summary(SUMMARY), id="summary"),
    pytest.param(lambda: render_unit_statement(STATEMENT), id="statement"),
]


def pages_of(content: bytes) -> list[str]:
    reader = PdfReader(io.BytesIO(content))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def runs_of(content: bytes) -> list[tuple[int, str, float, float, float]]:
    """Return page, text, x, y and size in points of each run of text."""
    found: list[tuple[int, str, float, float, float]] = []
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages):

        def note(text, cm, tm, font, size, number=number):
            if text.strip():
                found.append((number, text.strip(), cm[4] + tm[4], cm[5] + tm[5], size))

        page.extract_text(visitor_text=note)
    return found


def dotted_lines(content: bytes) -> list[tuple[float, float]]:
    """Return x and y, in points, of each dotted line of the first page."""
    stream = PdfReader(io.BytesIO(content)).pages[0].get_contents().get_data().decode("latin-1")
    shifts, found, is_dotted = [(0.0, 0.0)], [], False
    for line in stream.split("\n"):
        for moved in re.findall(r"^q$|^Q$|1 0 0 1 (\S+) (\S+) cm|\[(.*?)\] 0 d", line):
            if moved[2]:
                is_dotted = True
        if " q" in f" {line}" and line.strip() == "q":
            shifts.append(shifts[-1])
        if line.strip() == "Q":
            shifts.pop()
            is_dotted = False
        shift = re.match(r"1 0 0 1 (\S+) (\S+) cm", line)
        if shift:
            x, y = shifts[-1]
            shifts[-1] = (x + float(shift[1]), y + float(shift[2]))
        drawn = re.search(r"(\S+) (\S+) m (\S+) (\S+) l S", line)
        if drawn and is_dotted:
            found.append((shifts[-1][0] + float(drawn[1]), shifts[-1][1] + float(drawn[2])))
    return found


@pytest.mark.parametrize("render", ALL)
def test_each_paper_has_its_head_and_is_dated_by_hand(render):
    first = pages_of(render())[0]
    for text in (
        "UBND PHƯỜNG VẠN XUÂN", "TRƯỜNG TRUNG HỌC CƠ SỞ", NATION, MOTTO,
        "Vạn Xuân, ngày tháng năm 2030",
    ):  # fmt: skip
        assert text in first


@pytest.mark.parametrize("render", ALL)
def test_the_same_paper_gives_the_same_bytes_in_our_fonts_alone(render):
    content = render()
    assert content == render()
    fonts = {
        str(font.get_object()["/BaseFont"]).rpartition("+")[2]
        for page in PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert all(font.startswith("LiberationSerif") for font in fonts)
    assert content.count(b"/FontFile2") == len(fonts)


@pytest.mark.parametrize("render", ALL)
def test_text_stays_within_the_margins_and_the_body_has_its_size(render):
    runs = runs_of(render())
    assert min(x for _, _, x, _, _ in runs) >= LEFT_MARGIN - 0.5
    assert max(x for _, _, x, _, _ in runs) <= PAGE[0] - RIGHT_MARGIN
    assert min(y for _, _, _, y, _ in runs) >= BOTTOM_MARGIN
    assert {size for *_, size in runs} <= {11, 12, 13, BODY_SIZE}


def test_a_report_says_what_the_dossier_tells_part_by_part():
    text = " ".join(pages_of(render_report(REPORT)))
    expected = [
        "BÁO CÁO THÀNH TÍCH Đề nghị tặng Giấy khen", "I. SƠ LƯỢC LÝ LỊCH",
        "1. Họ và tên: Nguyễn Thị Ví Dụ", "2. Quá trình công tác:", "II. THÀNH TÍCH ĐẠT ĐƯỢC",
        "- Có sáng kiến. Hai sáng kiến.", "2. Thành tích cụ thể:", DONE,
        "3. Số liệu theo năm:", "Năm 2028 Năm 2029 Năm 2030", "Doanh thu",
        "III. KHEN THƯỞNG ĐÃ NHẬN", "12/QĐ-UBND, ngày 05 tháng 02 năm 2029", "Bằng khen",
        "đúng sự thật./.", "XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ", "NGƯỜI BÁO CÁO",
    ]  # fmt: skip
    places = [text.find(words) for words in expected]
    assert -1 not in places
    assert places == sorted(places)
    assert "Số:" not in text
    assert "Nơi nhận" not in text


def test_what_a_dossier_does_not_ask_has_dotted_lines_far_enough_apart_for_a_hand():
    lines = dotted_lines(render_report(REPORT))
    assert len(lines) == 3
    assert {round(x, 1) for x, _ in lines} == {round(LEFT_MARGIN, 1)}
    gaps = [above[1] - below[1] for above, below in itertools.pairwise(lines)]
    assert all(gap >= LINE_FOR_HAND for gap in gaps)


@pytest.mark.parametrize("lines", range(1, 30, 4))
def test_signatures_never_stand_alone_on_a_page(lines):
    told = Told("Thành tích", ("Một dòng.",) * lines)
    paper = replace(REPORT, parts=(ReportPart("Thành tích", (told,)),))
    signed = next(page for page in pages_of(render_report(paper)) if "NGƯỜI BÁO" in page)
    assert "đúng sự thật./." in signed
    assert "XÁC NHẬN" in signed


def test_the_longest_report_loses_nothing_and_leaves_no_page_half_empty():
    long = " ".join(f"từ{n:04d}" for n in range(1200))
    part = ReportPart(
        "Thành tích", (Told("Báo cáo", (long,)), Answered("Tiêu", (("A", (long,)),)))
    )
    content = render_report(replace(REPORT, parts=(part, *REPORT.parts[2:])))
    found = re.findall(r"từ(\d{4})", " ".join(pages_of(content)))
    assert [int(one) for one in found] == [*range(1200), *range(1200)]
    last = PdfReader(io.BytesIO(content)).pages
    for number in range(len(last) - 2):
        lowest = min(y for page, _, _, y, _ in runs_of(content) if page == number)
        assert lowest < BOTTOM_MARGIN + 60
    assert pages_of(content)[1].startswith("2 ")


@pytest.mark.parametrize("item", [ASKED, FIGURES, ANSWERED], ids=lambda item: item.label)
@pytest.mark.parametrize("lines", range(9, 29, 3))
def test_a_title_never_stands_last_on_a_page(lines, item):
    before = ReportPart("Đầu", (Told("Thành tích", ("Một dòng.",) * lines),))
    paper = replace(REPORT, parts=(before, ReportPart("Phần sau", (item,))))
    pages = pages_of(render_report(paper))
    titles = "PHẦN SAU" if item is ASKED else f"PHẦN SAU|{item.label}:"  # dots are no text
    assert not any(re.search(rf"({titles})\s*$", page) for page in pages)


@pytest.mark.parametrize("name", ['<img src="file:///etc/hostname"/>', "A" + " dài" * 75])
def test_typed_markup_and_long_names_are_printed_as_typed(name):
    told = ReportPart("Sơ lược", (Told("Họ và tên", (name,)),))
    author = replace(REPORT.author, name=name)
    assert name in " ".join(
        pages_of(render_report(replace(REPORT, parts=(told,), author=author)))
    )
    row = replace(ROW, name=name, detail=name, summary=name)
    listed = pages_of(render_unit_statement(replace(STATEMENT, groups=(("Cá nhân", (row,)),))))
    assert "".join(name.split()) in "".join("".join(listed).split())
    summary = replace(SUMMARY, facts=(("Họ và tên", name),))
    (page,) = pages_of(render_summary(summary))
    assert name in page


def test_what_cannot_be_printed_is_refused():
    with pytest.raises(UnprintableText):
        render_report(replace(REPORT, closing="漢字"))
    with pytest.raises(UnprintableText):
        render_summary(replace(SUMMARY, summary="Tên \u202e"))
    with pytest.raises(UnprintableText):
        render_unit_statement(replace(STATEMENT, addressee="שלום"))


def test_a_short_summary_says_all_and_claims_no_extract():
    (page,) = pages_of(render_summary(SUMMARY))
    assert DONE in page
    assert "Tóm tắt: Có hai sáng kiến về chuyển đổi số trong dạy học." in page
    assert EXTRACT not in page


def test_the_longest_summary_is_one_page_of_sentences_as_they_were_written():
    sentences = [f"Việc thứ {n} đã làm xong, có số liệu kèm theo đầy đủ." for n in range(160)]
    texts = tuple((f"Tiêu chí {n}", " ".join(sentences)) for n in range(7))
    paper = replace(SUMMARY, summary="Tóm tắt rất dài " * 31, texts=texts)
    (page,) = pages_of(render_summary(paper))
    assert page.count(EXTRACT) == 7
    for kept in re.findall(r"Tiêu chí \d: (.*?) \(trích\)", page):
        assert " ".join(sentences).startswith(kept)
        assert kept.endswith(".")
    assert " ".join(("Tóm tắt rất dài " * 31).split()) in page


def test_a_summary_of_text_without_sentences_refers_to_the_report():
    paper = replace(SUMMARY, texts=(("Thành tích cụ thể", "chữ " * 2_000),) * 3)
    (page,) = pages_of(render_summary(paper))
    assert "Thành tích cụ thể: (xem Báo cáo thành tích)" in page


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Một câu.", 20, ("Một câu.", False)),
        ("Một câu. Hai câu.", 10, ("Một câu.", True)),
        ("Đạt 1.850 hồ sơ. Sau đó nữa.", 20, ("Đạt 1.850 hồ sơ.", True)),
        ("Ở TP. Thái Nguyên có hội. Và nữa.", 28, ("Ở TP. Thái Nguyên có hội.", True)),
        ("Ông nói: “Đúng.” Rồi ông về.", 18, ("Ông nói: “Đúng.”", True)),
        ("- Dòng một\n- Dòng hai\n- Dòng ba", 24, ("- Dòng một - Dòng hai", True)),
        ("A. Phần đầu của bài viết này. Hết.", 5, ("", True)),
        ("một câu quá dài không có dấu", 10, ("", True)),
        ("Dòng một\n\n\nDòng hai", 60, ("Dòng một Dòng hai", False)),
        ("", 10, ("", False)),
    ],
)
def test_an_extract_ends_where_a_sentence_ends(text, limit, expected):
    assert extract(text, limit) == expected


def test_a_statement_leaves_room_for_its_number_and_names_who_is_nominated():
    statement, listing = pages_of(render_unit_statement(STATEMENT))
    for words in (
        "Số: /TTr-", "TỜ TRÌNH Về việc đề nghị tặng Giấy khen",
        "Kính gửi: Chủ tịch Ủy ban nhân dân phường Vạn Xuân", "năm 2022;", "Căn cứ Kế hoạch.",
        "Hồ sơ kèm theo gồm: 1. Báo cáo thành tích; 2. Tệp minh-chung.pdf.", "xem xét./.",
        "KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG", "Trần Văn Giả", "Nơi nhận: - Như trên; - Lưu: VT.",
    ):  # fmt: skip
        assert words in statement
    assert "DANH SÁCH Đề nghị tặng Giấy khen" in listing
    assert "I. Cá nhân" in listing
    assert "1 Nguyễn Thị Ví Dụ Giáo viên Giấy khen Có hai sáng kiến." in listing


def test_no_number_and_no_day_is_printed_that_nobody_gave():
    text = " ".join(pages_of(render_unit_statement(STATEMENT)))
    assert not re.search(r"\d/TTr|ngày \d+ tháng \d+ năm 2030", text)
    assert text.count("/TTr-…… ") == 2


def test_there_is_room_to_write_a_number_before_its_symbol():
    runs = runs_of(render_unit_statement(STATEMENT))
    words = f"Số: {ROOM}{SYMBOL.strip(ROOM)}"
    (x,) = [x for page, text, x, _, size in runs if text.startswith("Số:") and not page]
    middle = LEFT_MARGIN + LEFT_COLUMN / 2
    assert x == pytest.approx(middle - width_of(words, PLAIN, NUMBER_SIZE) / 2, abs=1)
    assert width_of(ROOM, PLAIN, NUMBER_SIZE) > 8 * mm


def test_three_hundred_rows_keep_their_order_under_repeated_titles():
    rows = tuple(replace(ROW, name=f"Nguyễn Văn Ví Dụ {n:03d}") for n in range(1, 301))
    pages = pages_of(
        render_unit_statement(
            replace(STATEMENT, groups=(("Tập thể", (ROW,)), ("Cá nhân", rows)))
        )
    )
    text = " ".join(pages[1:])
    assert [int(n) for n in re.findall(r"Ví Dụ (\d{3})", text)] == list(range(1, 301))
    assert all("Tóm tắt thành tích" in page for page in pages[1:])
    assert pages[2].startswith("2 ")


@pytest.mark.parametrize("groups", [(), (("Cá nhân", ()),)])
def test_a_statement_for_nobody_is_refused(groups):
    with pytest.raises(ValueError, match="at least one subject"):
        render_unit_statement(replace(STATEMENT, groups=groups))
