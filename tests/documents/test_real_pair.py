"""A decision of a province and the statement it follows, after a real pair of 2022.

The real papers, read off the scans: each element and its place on the page. Names and bases
are invented or of today; the elements, their order and their columns are those of the pair.
"""

import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from documents.achievement_report import ReportHead
from documents.decision import AwardDecision, Recipient, render_decision
from documents.typography import LEFT_MARGIN, PAGE, RIGHT_MARGIN
from documents.unit_statement import ListedNominee, UnitStatement, render_unit_statement
from engine.reconciliation import ListedAward, reconcile
from forms.vocabulary import SubjectKind

COLLECTIVES = (
    "Phòng Phổ biến, giáo dục pháp luật, Sở Tư pháp",
    "Công an tỉnh Suối Sao",
    "Đài Phát thanh và Truyền hình Suối Sao",
    "Ủy ban nhân dân xã Hoa Sữa",
    "Sở Tài nguyên và Môi trường",
)
PEOPLE = (
    ("Ông Tạ Văn Một", "Phó Giám đốc Sở Tư pháp"),
    ("Đại tá Lã Văn Hai", "Chính ủy Bộ Chỉ huy Bộ đội Biên phòng tỉnh"),
    ("Ông Ma Văn Ba", "Bí thư Tỉnh đoàn Suối Sao"),
    ("Bà Lý Thị Bốn", "Phó Chủ tịch Ủy ban nhân dân phường Hoa Ban"),
)
MERIT = "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh Suối Sao"
REASON = (
    "đã có thành tích xuất sắc trong 10 năm triển khai thực hiện Luật Phổ biến,"
    " giáo dục pháp luật trên địa bàn tỉnh"
)
DECISION = AwardDecision(
    body=("Ủy ban nhân dân", "tỉnh Suối Sao"),
    superior="",
    authority="Chủ tịch Ủy ban nhân dân tỉnh Suối Sao",
    number="1215/QĐ-UBND",
    place="Suối Sao",
    signed_on=date(2026, 10, 24),
    subject_line="Về việc tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    bases=(
        "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022",
        "Theo đề nghị của Giám đốc Sở Tư pháp tại Tờ trình số 874/TTr-STP",
    ),
    award=MERIT,
    reason=REASON,
    executors="Chánh Văn phòng Ủy ban nhân dân tỉnh, Giám đốc Sở Nội vụ",
    collectives=tuple(map(Recipient, COLLECTIVES)),
    individuals=tuple(Recipient(*one) for one in PEOPLE),
    signer_title="CHỦ TỊCH",
    signer_name="Đặng Văn Ký",
    recipients=("Như Điều 2", "Lưu: VT, NCVX"),
)
STATEMENT = UnitStatement(
    head=ReportHead("Ủy ban nhân dân tỉnh Suối Sao", ("Sở Tư pháp",), "Suối Sao", 2026),
    unit="Sở Tư pháp",
    subject_line="Về việc đề nghị tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    addressee="Chủ tịch Ủy ban nhân dân tỉnh Suối Sao",
    bases=("Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022",),
    paragraphs=(
        f"Sở Tư pháp đề nghị tặng {MERIT} cho 05 tập thể và 04 cá nhân, {REASON}"
        " (có Danh sách kèm theo).",
        "Sở Tư pháp kính trình xem xét, quyết định",
    ),
    enclosures=("Báo cáo thành tích",),
    title="Đề nghị tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    groups=(
        ("Tập thể", tuple(ListedNominee(one, "", MERIT, REASON) for one in COLLECTIVES)),
        ("Cá nhân", tuple(ListedNominee(*one, MERIT, REASON) for one in PEOPLE)),
    ),
    signer_title="GIÁM ĐỐC",
    signer_name="Lã Văn Trình",
    recipients=("Như trên", "Lưu: VT, VP"),
    number="874/TTr-STP",
    signed_on=date(2026, 9, 28),
)
MIDDLE = LEFT_MARGIN + (PAGE[0] - LEFT_MARGIN - RIGHT_MARGIN) / 2


def runs_of(content, page):
    """Return text, left and baseline in points of each run of a page, in reading order."""
    found = []

    def note(text, cm, tm, font, size):
        if text.strip():
            found.append((" ".join(text.split()), cm[4] + tm[4], cm[5] + tm[5]))

    PdfReader(io.BytesIO(content)).pages[page].extract_text(visitor_text=note)
    return found


def place_of(runs, words):
    """Return where a run begins that has ``words``."""
    (left, down) = next((x, y) for text, x, y in runs if words in text)
    return left, down


DECISION_ELEMENTS = [
    ("ỦY BAN NHÂN DÂN", "left"), ("TỈNH SUỐI SAO", "left"), ("Số: 1215/QĐ-UBND", "left"),
    ("QUYẾT ĐỊNH", "middle"), ("Về việc tặng Bằng khen", "middle"),
    ("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH SUỐI SAO", "middle"), ("Căn cứ Luật", "left"),
    ("Theo đề nghị của", "left"), ("QUYẾT ĐỊNH:", "middle"), ("Điều 1.", "left"),
    ("Điều 2.", "left"), ("Nơi nhận:", "left"), ("- Như Điều 2;", "left"),
    ("- Lưu: VT, NCVX.", "left"),
]  # fmt: skip
"""Down the left half and the middle of the real decision, in its order."""

DECISION_RIGHT = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
    "Suối Sao, ngày 24 tháng 10 năm 2026", "Đặng Văn Ký",
]  # fmt: skip
"""Down its right half."""


def test_the_decision_has_the_elements_of_the_real_one_in_the_same_places():
    runs = runs_of(render_decision(DECISION), 0)
    heights = []
    for words, column in DECISION_ELEMENTS:
        after = [run for run in runs if not heights or run[2] < heights[-1] + 0.1]
        left, down = place_of(after, words)
        heights.append(down)
        if column == "left":
            assert left < MIDDLE, words
        else:
            assert LEFT_MARGIN < left < MIDDLE + 60, words
    assert heights == sorted(heights, reverse=True)
    rights = [place_of(runs, words) for words in DECISION_RIGHT]
    assert [down for _, down in rights] == sorted((down for _, down in rights), reverse=True)
    assert all(left > MIDDLE - 60 for left, _ in rights)
    assert rights[0][1] == pytest.approx(heights[0], abs=2)
    title = [(x, y) for text, x, y in runs if text == "CHỦ TỊCH"]
    assert title[0][0] > MIDDLE
    assert title[0][1] == pytest.approx(place_of(runs, "Nơi nhận:")[1], abs=12)
    said = " ".join(text for text, _, _ in runs)
    assert "cho 05 tập thể và 04 cá nhân" in said
    assert "(có Danh sách kèm theo)" in said
    assert "TM." not in said
    assert "thi hành./." in said


def test_its_list_has_the_groups_and_rows_of_the_real_one():
    content = render_decision(DECISION)
    said = " ".join(text for text, _, _ in runs_of(content, 1))
    expected = [
        "DANH SÁCH", "Kèm theo Quyết định số 1215/QĐ-UBND ngày 24 tháng 10 năm 2026",
        "I. Tập thể", *(f"{n}. {name}" for n, name in enumerate(COLLECTIVES, start=1)),
        "II. Cá nhân",
        *(f"{n}. {name}, {title}" for n, (name, title) in enumerate(PEOPLE, start=1)),
    ]  # fmt: skip
    places = [said.find(words) for words in expected]
    assert -1 not in places, expected[places.index(-1)]
    assert places == sorted(places)


def test_the_statement_has_the_elements_of_the_real_one():
    content = render_unit_statement(STATEMENT)
    pages = PdfReader(io.BytesIO(content)).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    expected = [
        "UBND TỈNH SUỐI SAO", "SỞ TƯ PHÁP", "Số: 874/TTr-STP",
        "Suối Sao, ngày 28 tháng 9 năm 2026", "TỜ TRÌNH", "Kính gửi", "05 tập thể",
        "Nơi nhận:", "GIÁM ĐỐC", "Lã Văn Trình", "DANH SÁCH", "Tập thể", COLLECTIVES[0],
        COLLECTIVES[4], "Cá nhân", PEOPLE[0][0], PEOPLE[3][0],
    ]  # fmt: skip
    for words in expected:
        assert words in said, words


def rows(people):
    return [
        *(ListedAward("", name, SubjectKind.COLLECTIVE, MERIT) for name in COLLECTIVES),
        *(ListedAward("", name, SubjectKind.INDIVIDUAL, MERIT) for name, _ in people),
    ]


def test_a_decision_on_three_of_four_people_differs_from_the_statement():
    assert reconcile(rows(PEOPLE), rows(PEOPLE)).agrees
    found = reconcile(rows(PEOPLE), rows(PEOPLE[:3]))
    assert not found.agrees
    assert found.words.vi == (
        "Đề nghị 05 tập thể, 04 cá nhân; danh sách này có 05 tập thể, 03 cá nhân."
        " Còn thiếu: Bà Lý Thị Bốn."
    )


def test_one_person_fewer_is_one_line_fewer():
    shorter = replace(DECISION, individuals=DECISION.individuals[:3])
    said = " ".join(text for text, _, _ in runs_of(render_decision(shorter), 0))
    assert "cho 05 tập thể và 03 cá nhân" in said
