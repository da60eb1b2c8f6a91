"""Minutes of a unit: what is printed, what is left to a hand, and where it stands."""

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader
from reportlab.lib.units import mm

from documents.achievement_report import ReportHead
from documents.typography import (
    BODY_SIZE,
    BOTTOM_MARGIN,
    LEFT_MARGIN,
    PAGE,
    RIGHT_MARGIN,
    UnprintableText,
)
from documents.unit_minutes import UnitMinutes, render_unit_minutes

MINUTES = UnitMinutes(
    head=ReportHead("Ủy ban nhân dân phường Vạn Xuân", ("Trường Hoa Ban",), "Vạn Xuân", 2030),
    subject_line="Họp xét, đề nghị tặng Giấy khen",
    facts=(("Họ và tên", "Nguyễn Thị Ví Dụ"), ("Chức vụ, nghề nghiệp", "Giáo viên")),
    summary=("Có hai sáng kiến về chuyển đổi số.",),
    proposal="Cuộc họp thống nhất đề nghị tặng Giấy khen cho Nguyễn Thị Ví Dụ",
    recipients=("Lưu: VT",),
)


def pages_of(paper):
    reader = PdfReader(io.BytesIO(render_unit_minutes(paper)))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def runs_of(paper):
    """Return text, left, baseline and size in points of each run of all pages."""
    found = []

    def note(text, cm, tm, _font, size):
        if text.strip():
            found.append((text.strip(), cm[4] + tm[4], cm[5] + tm[5], size))

    for page in PdfReader(io.BytesIO(render_unit_minutes(paper))).pages:
        page.extract_text(visitor_text=note)
    return found


def test_minutes_say_what_is_known_and_leave_room_for_the_rest():
    page = " ".join(pages_of(MINUTES))
    expected = [
        "UBND PHƯỜNG VẠN XUÂN", "TRƯỜNG HOA BAN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "BIÊN BẢN", "Họp xét, đề nghị tặng Giấy khen", "Thời gian bắt đầu: …", "Địa điểm: …",
        "Chủ trì: …", "Thư ký: …", "Họ và tên: Nguyễn Thị Ví Dụ", "Giáo viên",
        "Có hai sáng kiến về chuyển đổi số.", "Đồng ý: ……", "thống nhất đề nghị tặng Giấy khen",
        "Cuộc họp kết thúc vào", "./.", "THƯ KÝ", "CHỦ TRÌ", "Lưu: VT",
    ]  # fmt: skip
    places = [page.find(words) for words in expected]
    assert -1 not in places, expected[places.index(-1)]
    body = places[3:16]
    assert body == sorted(body)


def test_text_stays_within_the_margins_in_its_size():
    runs = runs_of(replace(MINUTES, summary=("Dài " * 400,) * 3))
    assert min(left for _, left, _, _ in runs) >= LEFT_MARGIN - 0.5
    assert max(left for _, left, _, _ in runs) <= PAGE[0] - RIGHT_MARGIN
    assert min(down for _, _, down, _ in runs) >= BOTTOM_MARGIN - 1
    assert BODY_SIZE in {size for text, _, _, size in runs if text.startswith("Dài")}
    secretary = next(run for run in runs if run[0] == "THƯ KÝ")
    chair = next(run for run in runs if run[0] == "CHỦ TRÌ")
    assert secretary[1] < PAGE[0] / 2 < chair[1] + 40 * mm
    assert secretary[2] == pytest.approx(chair[2], abs=0.5)


def test_the_same_minutes_give_the_same_bytes():
    assert render_unit_minutes(MINUTES) == render_unit_minutes(MINUTES)


@pytest.mark.parametrize(
    "name", ['<img src="file:///etc/hostname"/>', "A & B <b>", "Tên " * 75]
)
def test_names_are_printed_as_typed(name):
    paper = replace(MINUTES, facts=(("Họ và tên", name.strip()),))
    assert " ".join(name.split()) in " ".join(pages_of(paper))


def test_marks_that_turn_the_reading_are_refused():
    with pytest.raises(UnprintableText):
        render_unit_minutes(replace(MINUTES, proposal="Tên \u202e"))
