"""The trace of a bundle as PDF: what it says, how it is set, the longest one."""

import io
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache

import pytest
from pypdf import PdfReader

from documents.trace_sheet import (
    TracedAct,
    TracedFile,
    TracedStream,
    TraceSheet,
    render_trace,
)
from documents.typography import (
    BODY_SIZE,
    BOTTOM_MARGIN,
    LEFT_MARGIN,
    PAGE,
    RIGHT_MARGIN,
    TOP_MARGIN,
    UnprintableText,
)

ACT = TracedAct(
    number=5,
    at=datetime(2030, 12, 2, 14, 5, 7, tzinfo=timezone(timedelta(hours=7))),
    who="Hoàng Thị Sổ",
    capacity="Chuyên viên, Ủy ban nhân dân phường Vạn Xuân",
    deed="Tiếp nhận và thẩm định hồ sơ: trả lại",
    details=("Lý do: Bổ sung số liệu.", "Hồ sơ: 3ed1 ac63 1d3b 5323"),
    mark="cb54 1788 3be2 83fb",
)
FILE = TracedFile(
    "Tệp kèm theo: Quyết định.pdf", f"attachments/{'0a1b' * 16}.pdf", "d05a 821f 0405 a1b5"
)
SHEET = TraceSheet(
    subject="Hồ sơ HS-2030-0001",
    facts=(("HS-2030-0001", "Nguyễn Thị Ví Dụ; Giấy khen; đã khen thưởng."),),
    streams=(TracedStream("Phiên họp Hội đồng ngày 02/12/2030", (ACT,)),),
    files=(FILE,),
    proof=("Nhật ký được niêm phong đến dòng thứ 12.",),
    author="thidua.vi-du",
)
MARKUP = '<img src="file:///etc/hostname"/> & <b>Mẫu</b>'
NUMBERED = " ".join(f"từ{n:04d}" for n in range(500))


@cache
def read(sheet):
    return PdfReader(io.BytesIO(render_trace(sheet)))


def pages_of(sheet):
    reader = read(sheet)
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def runs_of(sheet):
    """Return text, x, y and size, in points, of each run of text of all pages."""
    found = []

    def note(text, cm, tm, font, size):
        if text.strip():
            found.append((text.strip(), cm[4] + tm[4], cm[5] + tm[5], size))

    for page in read(sheet).pages:
        page.extract_text(visitor_text=note)
    return found


def test_a_trace_says_all_in_order():
    text = " ".join(pages_of(SHEET))
    expected = (
        "BẢN TRÌNH BÀY QUÁ TRÌNH XÉT Hồ sơ HS-2030-0001", "HS-2030-0001: Nguyễn Thị Ví Dụ;",
        "Phiên họp Hội đồng ngày 02/12/2030", "Số Lúc Ai, tư cách Việc, kết quả, lý do Mã dòng",
        "5 02/12/2030 14:05:07 Hoàng Thị Sổ Chuyên viên, Ủy ban nhân dân phường Vạn Xuân",
        "Tiếp nhận và thẩm định hồ sơ: trả lại Lý do: Bổ sung số liệu. Hồ sơ: 3ed1 ac63",
        "cb54 1788 3be2 83fb", "Tệp trong gói", "Tệp kèm theo: Quyết định.pdf",
        "d05a 821f 0405 a1b5", "Cách kiểm chứng", "đến dòng thứ 12.",
    )  # fmt: skip
    places = [text.find(words) for words in expected]
    assert -1 not in places
    assert places == sorted(places)


def test_the_shortest_trace_has_no_empty_table():
    text = " ".join(pages_of(replace(SHEET, streams=(), files=())))
    assert "Mã" not in text
    assert "Cách kiểm chứng" in text


def test_the_longest_trace_keeps_its_margins_and_loses_nothing():
    acts = (replace(ACT, who="Nguyễn " * 43, details=(NUMBERED,)), *(ACT,) * 299)
    sheet = replace(
        SHEET, streams=(TracedStream("Hồ sơ", acts),), files=(FILE,) * 40, proof=(NUMBERED,)
    )
    pages, runs = pages_of(sheet), runs_of(sheet)
    found = re.findall(r"từ(\d{4})", " ".join(pages))
    assert [int(one) for one in found] == [*range(500)] * 2
    assert sum(page.count("cb54 1788 3be2 83fb") for page in pages) == 300
    listed = [page for page in pages if "Hoàng Thị Sổ" in page]
    assert all(page.count("Ai, tư cách") == 1 for page in listed)
    body = [run for run in runs if run[2] < PAGE[1] - TOP_MARGIN]
    assert min(x for _, x, _, _ in body) >= LEFT_MARGIN - 0.5
    assert max(x for _, x, _, _ in body) <= PAGE[0] - RIGHT_MARGIN
    assert min(y for _, _, y, _ in body) >= BOTTOM_MARGIN
    assert {size for *_, size in runs} <= {11, 12, 13, BODY_SIZE}


def test_markup_is_printed_as_it_was_written():
    sheet = replace(
        SHEET,
        streams=(TracedStream(MARKUP, (replace(ACT, who=MARKUP, details=(MARKUP,)),)),),
        files=(replace(FILE, about=MARKUP),),
    )
    assert " ".join(pages_of(sheet)).count("<b>Mẫu</b>") == 4


def test_what_cannot_be_printed_is_refused():
    with pytest.raises(UnprintableText):
        render_trace(replace(SHEET, subject="漢"))
