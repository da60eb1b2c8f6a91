"""The mark by which a paper is checked: what its QR code says, where it stands, how large."""

import base64
import io
import random
import re
from dataclasses import replace

import pytest
import segno
from pypdf import PdfReader
from reportlab.lib.units import mm

from documents.certificate import Certificate, Stock, render_certificate, render_texts_for_stock
from documents.certificate_layouts import CHECK, LAYOUTS, SHEETS
from documents.checkmark import ALTERNATIVE, CheckMark, grouped
from documents.decision import CHECK_FOOT, CHECK_SIDE, render_decision
from documents.typography import BOTTOM_MARGIN, LEFT_MARGIN
from tests.documents.test_certificate import PAPER as CERTIFICATE
from tests.documents.test_decision_paper import PAPER as DECISION

MARK = CheckMark("7KQM2F9DXW4P", "https://thidua.vanxuan.example/kiem-tra")
LONGEST = replace(MARK, address=f"https://{'a' * 44}.example/kiem-tra")

QR = re.compile(rb"([\d.]+) 0 0 -0?\1 ([\d.]+) ([\d.]+) cm\s+((?:\d+ \d+ \d+ 1 re ?)+)f")


def drawn_on(content: bytes, page: int = 0) -> tuple[float, float, float, list[list[int]]]:
    """Return left, bottom and side in points of the code on a page, and its modules."""
    data = PdfReader(io.BytesIO(content)).pages[page].get_contents().get_data()
    (found,) = QR.finditer(data)
    module, x, top = (float(found[number]) for number in (1, 2, 3))
    stretches = [
        tuple(map(int, one.split())) for one in re.findall(rb"(\d+ \d+ \d+) 1 re", found[4])
    ]
    side = max(first + length for first, _row, length in stretches)
    modules = [[0] * side for _ in range(side)]
    for first, row, length in stretches:
        modules[row][first : first + length] = [1] * length
    return x, top - side * module, side * module, modules


def expected(content: str) -> list[list[int]]:
    code = segno.make(content, error="m", boost_error=False, micro=False, mask=3)
    return [list(row) for row in code.matrix]


def text_of(content: bytes, page: int = 0) -> str:
    text = PdfReader(io.BytesIO(content)).pages[page].extract_text()
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (MARK, "https://thidua.vanxuan.example/kiem-tra/7KQM2F9DXW4P"),
        (CheckMark("7KQM2F9DXW4P"), "7KQM2F9DXW4P"),
    ],
    ids=["with an address", "without"],
)
def test_the_qr_code_says_where_a_decision_is_checked(mark, said):
    content = render_decision(replace(DECISION, check=mark))
    assert drawn_on(content)[3] == expected(said)
    assert "Mã kiểm tra: 7KQM-2F9D-XW4P" in text_of(content)
    assert ("Kiểm tra tại thidua.vanxuan.example/kiem-tra" in text_of(content)) == bool(
        mark.address
    )


def test_it_stands_in_the_margin_at_the_foot_of_the_first_page_of_a_decision():
    content = render_decision(replace(DECISION, check=MARK))
    x, y, side, _ = drawn_on(content)
    assert (x, y, side) == pytest.approx((LEFT_MARGIN, CHECK_FOOT, CHECK_SIDE), abs=0.1)
    assert y + side < BOTTOM_MARGIN - 1 * mm
    assert "Mã kiểm tra" not in text_of(content, 1)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_it_stands_at_its_place_in_the_frame_of_every_certificate(layout):
    paper: Certificate = replace(CERTIFICATE, layout=layout, check=MARK)
    x, y, side, modules = drawn_on(render_certificate(paper))
    sheet = layout.sheet
    share = min(sheet.frame_width / 273, sheet.frame_height / 172.2)
    left, top = (sheet.width - sheet.frame_width) / 2, (sheet.height - sheet.frame_height) / 2
    assert modules == expected(MARK.content)
    assert side == pytest.approx(CHECK[2] * mm * share, rel=0.01)
    middle = (left + CHECK[0] * sheet.frame_width / 273) * mm
    assert x + side / 2 == pytest.approx(middle, abs=0.5)
    upper = (sheet.height - top - CHECK[1] * sheet.frame_height / 172.2) * mm
    assert y + side == pytest.approx(upper, abs=0.5)


def test_on_stock_it_moves_with_the_text():
    paper = replace(CERTIFICATE, check=MARK)
    (still, moved) = (
        drawn_on(render_texts_for_stock([paper], Stock(SHEETS["a4"], *by)))
        for by in ((0, 0), (2, 3))
    )
    assert moved[0] - still[0] == pytest.approx(2 * mm, abs=0.1)
    assert still[1] - moved[1] == pytest.approx(3 * mm, abs=0.1)


def test_a_module_is_large_enough_to_be_read_at_the_longest_address():
    _, _, side, modules = drawn_on(render_certificate(replace(CERTIFICATE, check=LONGEST)))
    assert side / len(modules) > 0.25 * mm
    assert modules == expected(LONGEST.content)


def test_a_line_that_is_too_wide_is_shrunk_and_not_cut():
    content = render_certificate(replace(CERTIFICATE, check=LONGEST))
    assert f"Kiểm tra tại {'a' * 44}.example/kiem-tra" in text_of(content)


def test_the_same_mark_gives_the_same_bytes():
    assert render_decision(replace(DECISION, check=MARK)) == render_decision(
        replace(DECISION, check=MARK)
    )


def test_a_paper_without_a_mark_has_no_code():
    data = PdfReader(io.BytesIO(render_decision(DECISION))).pages[0].get_contents().get_data()
    assert not QR.search(data)
    assert "Mã kiểm tra" not in text_of(render_decision(DECISION))


@pytest.mark.parametrize(
    "content",
    [
        render_decision(replace(DECISION, check=MARK)),
        render_certificate(replace(CERTIFICATE, check=MARK)),
    ],
    ids=["decision", "certificate"],
)
def test_who_cannot_see_the_code_is_told_what_it_is(content):
    figures = list(elements_of(PdfReader(io.BytesIO(content)), "/Figure"))
    assert [str(one["/Alt"]) for one in figures] == [ALTERNATIVE]


def elements_of(reader: PdfReader, kind: str):
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop(0).get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, dict):
            if element.get("/S") == kind:
                yield element
            elif "/K" in element:
                waiting.append(element["/K"])


def test_a_code_is_read_in_groups_of_four():
    assert grouped("7KQM2F9DXW4P") == "7KQM-2F9D-XW4P"


def test_what_is_said_of_the_journal_has_room_for_a_million_entries():
    proof = base64.b64encode(random.Random(1).randbytes(20 * 32)).decode()  # noqa: S311
    witness = f"Nhật ký: 1048577 mục, gốc {'A' * 44}, mục 1048570: {proof}"
    content = render_decision(replace(DECISION, check=replace(LONGEST, witness=witness)))
    page = PdfReader(io.BytesIO(content)).pages[0]
    lowest: list[float] = []

    def note(text, _matrix, position, _font, size):
        if 0 < size < 5 and text.strip():
            lowest.append(position[5])
            assert position[4] >= LEFT_MARGIN + CHECK_SIDE

    page.extract_text(visitor_text=note)
    assert min(lowest) >= 4 * mm  # printers reach so far
    assert max(lowest) < BOTTOM_MARGIN
    said = page.extract_text().replace("\n", "").replace(" ", "")
    assert proof in said
    assert f"Nhậtký:1048577mục,gốc{'A' * 44}" in said
