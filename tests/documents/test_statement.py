"""Statements of a people's committee: number, date, addressees, list and signature."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from documents.achievement_report import ReportHead
from documents.letterhead import ROOM
from documents.typography import (
    BODY_SIZE,
    BOTTOM_MARGIN,
    LEFT_MARGIN,
    PAGE,
    PLAIN,
    RIGHT_MARGIN,
    width_of,
)
from documents.unit_statement import ListedNominee, UnitStatement, render_unit_statement

ROW = ListedNominee(
    "Nguyễn Thị Ví Dụ", "Giáo viên", "Bằng khen của Thủ tướng Chính phủ", "Có hai sáng kiến."
)
STATEMENT = UnitStatement(
    head=ReportHead("", ("Ủy ban nhân dân", "phường Vạn Xuân"), "Vạn Xuân", 2030),
    unit="Ủy ban nhân dân phường Vạn Xuân",
    subject_line="Về việc đề nghị tặng Bằng khen của Thủ tướng Chính phủ",
    addressee="Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên",
    bases=("Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022", "Căn cứ Kế hoạch"),
    paragraphs=("Ủy ban đề nghị tặng Bằng khen cho 01 cá nhân.", "Ủy ban kính trình xem xét"),
    enclosures=("Báo cáo thành tích", "Biên bản họp Hội đồng"),
    title="Đề nghị tặng Bằng khen của Thủ tướng Chính phủ",
    groups=(("Cá nhân", (ROW,)),),
    signer_title="TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
    signer_name="Dương Thị Thay",
    recipients=("Như trên", "Lưu: VT"),
    number=f"{ROOM}/TTr-UBND",
    also_to=("Sở Nội vụ",),
)
ISSUED = replace(STATEMENT, number="12/TTr-UBND", signed_on=date(2030, 12, 5))
LONG = " ".join(["Rất dài"] * 38)


def pages_of(paper):
    reader = PdfReader(io.BytesIO(render_unit_statement(paper)))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def runs_of(paper, page=0):
    """Return text, x, y and size, in points, of each run of text of a page."""
    found = []

    def note(text, cm, tm, font, size):
        if text.strip():
            found.append((text.strip(), cm[4] + tm[4], cm[5] + tm[5], size))

    reader = PdfReader(io.BytesIO(render_unit_statement(paper)))
    reader.pages[page].extract_text(visitor_text=note)
    return found


def test_an_issued_statement_carries_its_number_and_its_date_in_head_and_list():
    statement, listing = pages_of(ISSUED)
    assert "Số: 12/TTr-UBND" in statement
    assert "Vạn Xuân, ngày 05 tháng 12 năm 2030" in statement
    assert (
        "(Kèm theo Tờ trình số 12/TTr-UBND ngày 05 tháng 12 năm 2030 của Ủy ban nhân dân"
        " phường Vạn Xuân)" in listing
    )


def test_before_it_is_issued_number_day_and_month_are_left_open():
    text = " ".join(pages_of(STATEMENT))
    assert "Số: /TTr-UBND" in text
    assert not re.search(r"\d/TTr|ngày \d+ tháng \d+ năm 2030", text)


def test_a_committee_signs_as_a_body_with_a_deputy_for_its_chairman():
    statement = pages_of(STATEMENT)[0]
    assert "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH Dương Thị Thay" in statement
    assert "ỦY BAN NHÂN DÂN PHƯỜNG VẠN XUÂN" in statement
    assert "UBND" not in statement.partition("Số:")[0]


def test_several_addressees_stand_in_lines_of_their_own_under_the_colon():
    runs = {text: (x, y) for text, x, y, _ in runs_of(STATEMENT)}
    opened = runs["Kính gửi:"]
    first = runs["- Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên;"]
    second = runs["- Sở Nội vụ."]
    assert first[0] == second[0]
    assert first[0] == pytest.approx(
        opened[0] + width_of("Kính gửi", PLAIN, BODY_SIZE), abs=0.5
    )
    assert opened[1] > first[1] > second[1]


def test_one_addressee_stands_in_the_same_line():
    statement = pages_of(replace(STATEMENT, also_to=()))[0]
    assert "Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên Căn cứ" in statement


@pytest.mark.parametrize(
    "paper",
    [
        pytest.param(STATEMENT, id="draft"),
        pytest.param(ISSUED, id="issued"),
        pytest.param(
            replace(
                ISSUED,
                also_to=(LONG,),
                addressee=LONG,
                subject_line=LONG,
                paragraphs=(LONG,) * 9,
                groups=(("Cá nhân", (replace(ROW, name=LONG, detail=LONG, award=LONG),)),),
            ),
            id="longest",
        ),
    ],
)
def test_text_stays_within_the_margins_in_the_sizes_of_the_decree(paper):
    for page in range(len(pages_of(paper))):
        runs = runs_of(paper, page)
        body = [run for run in runs if run[2] < PAGE[1] - 20 * mm]
        assert min(x for _, x, _, _ in body) >= LEFT_MARGIN - 0.5
        assert max(x for _, x, _, _ in body) <= PAGE[0] - RIGHT_MARGIN
        assert min(y for _, _, y, _ in body) >= BOTTOM_MARGIN
        assert {size for *_, size in runs} <= {11, 12, 13, BODY_SIZE}


@pytest.mark.parametrize("lines", [5, 12, 17])
def test_a_signature_never_stands_without_text(lines):
    paper = replace(STATEMENT, paragraphs=("Một dòng.",) * lines + ("Kính trình xem xét",))
    signed = next(page for page in pages_of(paper) if "Dương Thị Thay" in page)
    assert "Kính trình xem xét./." in signed


def test_the_same_statement_gives_the_same_bytes():
    assert render_unit_statement(ISSUED) == render_unit_statement(ISSUED)
    assert render_unit_statement(ISSUED) != render_unit_statement(STATEMENT)


def test_typed_markup_is_printed_as_typed():
    name = '<img src="file:///etc/hostname"/> & <b>Mẫu</b>'
    listed = pages_of(replace(ISSUED, groups=(("Cá nhân", (replace(ROW, name=name),)),)))[1]
    assert "".join(name.split()) in "".join(listed.split())
    assert name in pages_of(replace(ISSUED, also_to=(name,)))[0]
