"""The tags of every paper: whole, in the order of reading, and of nothing but the text."""

import importlib
import inspect
import pkgutil
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import documents
from documents.certificate import render_calibration, render_certificate, render_certificates
from documents.certificate import render_texts_for_stock as render_texts
from documents.checkmark import ALTERNATIVE, CheckMark
from documents.council_minutes import render_minutes
from documents.council_sheets import DRAFT
from documents.decision import Recipient, render_decision
from documents.invitation import render_invitation
from documents.unit_statement import render_unit_statement
from tests.documents import test_achievement_report as reports
from tests.documents import test_certificate as certificates
from tests.documents import test_council_papers as councils
from tests.documents import test_decision_paper as decisions
from tests.documents.tag_reader import TaggedFile

MANY: dict[str, Callable[[], bytes]] = {
    "render_certificates": lambda: render_certificates([certificates.PAPER] * 2),
    "render_texts_for_stock": lambda: render_texts(
        [certificates.PAPER], certificates.Stock(A4)
    ),
    "render_calibration": lambda: render_calibration(certificates.Stock(A4)),
    "decision to check": lambda: render_decision(replace(decisions.PAPER, check=MARK)),
    "certificate to check": lambda: render_certificate(replace(certificates.PAPER, check=MARK)),
}
"""What is not made from one sample of one paper."""

MARK = CheckMark("7KQM2F9DXW4P", "https://thidua.example/kiem-tra")

A4 = certificates.A4


def makers() -> Iterator[tuple[str, Callable[..., bytes]]]:
    """Every function that makes a paper, by its name."""
    for found in pkgutil.iter_modules(documents.__path__):
        module = importlib.import_module(f"documents.{found.name}")
        for name, maker in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("render_") and maker.__module__ == module.__name__:
                yield name, maker


@cache
def samples() -> tuple[Any, ...]:
    """Return what the tests of the papers have as samples."""
    modules = [
        importlib.import_module(f"tests.documents.{path.stem}")
        for path in sorted(Path(__file__).parent.glob("test_*.py"))
        if path != Path(__file__)
    ]
    return tuple(value for module in modules for value in vars(module).values())


@cache
def paper_of(name: str) -> bytes:
    """Return a paper as ``name`` makes it from the sample of its own tests."""
    if name in MANY:
        return MANY[name]()
    maker = dict(makers())[name]
    kind = next(hint for key, hint in get_type_hints(maker).items() if key != "return")
    found = [sample for sample in samples() if isinstance(sample, kind)]
    assert found, f"the tests have no sample of {kind.__name__}, or {name} is not in MANY"
    return maker(found[0])


@cache
def tags_of(name: str) -> TaggedFile:
    return TaggedFile(paper_of(name))


PAPERS = pytest.mark.parametrize("name", sorted({*dict(makers()), *MANY}))


@PAPERS
def test_a_file_tells_its_language_and_its_title_and_that_it_is_tagged(name):
    file = tags_of(name)
    title = file.reader.metadata.title
    told = file.root["/Metadata"].get_data().decode()
    assert file.root["/Lang"] == "vi"
    assert file.root["/MarkInfo"]["/Marked"]
    assert file.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert title
    assert f'<rdf:li xml:lang="x-default">{title}</rdf:li>' in told.replace("&amp;", "&")
    assert b"pdfuaid" not in told.encode()


@PAPERS
def test_all_that_is_drawn_is_content_or_decoration(name):
    for page in tags_of(name).pages:
        assert page.unmarked == []


@PAPERS
def test_each_marked_piece_belongs_to_one_element_which_knows_it(name):
    file = tags_of(name)
    pieces = [piece for tag in file.document.walk() for piece in tag.pieces]
    drawn = {(n, number) for n, page in enumerate(file.pages) for number in page.texts}
    assert len(pieces) == len(set(pieces))
    assert set(pieces) == drawn
    parents = file.parents()
    assert sorted(parents) == list(parents)
    for tag in file.document.walk():
        for page, number in tag.pieces:
            key = file.reader.pages[page]["/StructParents"]
            assert parents[key][number].get_object() is tag.raw


@PAPERS
def test_what_is_read_first_is_drawn_first(name):
    file = tags_of(name)
    pieces = [piece for tag in file.document.walk() for piece in tag.pieces]
    has_margin = file.outline()[0] == ("P", DRAFT) or "to check" in name
    assert pieces == sorted(pieces) or has_margin


INSIDE = {
    "Document": {"P", "H1", "H2", "H3", "L", "Table", "Sect", "Figure"},
    "Sect": {"P", "H1", "Figure"},
    "L": {"LI"},
    "LI": {"LBody"},
    "LBody": {"Link"},
    "P": {"Link"},
    "Table": {"TR"},
    "TR": {"TH", "TD"},
    "TH": set(),
    "TD": {"Link"},
}


@PAPERS
def test_elements_stand_where_they_may(name):
    for tag in tags_of(name).document.walk():
        assert {kid.kind for kid in tag.kids} <= INSIDE.get(tag.kind, set()), tag.kind
        if tag.kind == "Figure":
            assert tag.raw["/Alt"].strip()


@PAPERS
def test_headings_go_down_one_level_at_a_time(name):
    levels = [int(tag.kind[1]) for tag in tags_of(name).find("H1", "H2", "H3")]
    assert levels[:1] in ([], [1])
    assert all(below <= above + 1 for above, below in pairwise(levels))


@PAPERS
def test_rows_of_a_table_are_as_long_as_its_head(name):
    for table in tags_of(name).find("Table"):
        head, *rows = table.kids
        assert {cell.kind for cell in head.kids} == {"TH"}
        assert all(cell.raw["/A"]["/Scope"] == "/Column" for cell in head.kids)
        assert {cell.kind for row in rows for cell in row.kids} <= {"TD"}
        assert {len(row.kids) for row in rows} <= {len(head.kids)}


@PAPERS
def test_fonts_are_embedded_and_tell_their_letters(name):
    for page in tags_of(name).reader.pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font["/FontDescriptor"]
            assert "/ToUnicode" in font


@PAPERS
def test_the_same_paper_has_the_same_bytes(name):
    first = paper_of(name)
    paper_of.cache_clear()
    assert paper_of(name) == first


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="Poppler is not installed")
@PAPERS
def test_another_program_reads_the_same_letters(name):
    asked = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    read = subprocess.run(asked, input=paper_of(name), capture_output=True, check=True).stdout  # noqa: S603
    drawn = "".join(page.all_text for page in tags_of(name).pages)
    assert sorted("".join(read.decode().split())) == sorted("".join(drawn.split()))


def test_a_decision_is_read_word_for_word():
    assert TaggedFile(render_decision(decisions.PAPER)).outline() == [
        ("P", "ỦY BAN NHÂN DÂN"),
        ("P", "PHƯỜNG VẠN XUÂN"),
        ("P", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("P", "Độc lập - Tự do - Hạnh phúc"),
        ("P", "Số: 309/QĐ-UBND"),
        ("P", "Vạn Xuân, ngày 03 tháng 02 năm 2030"),
        ("H1", "QUYẾT ĐỊNH"),
        ("H2", "Về việc tặng Giấy khen"),
        ("H2", "CHỦ TỊCH ỦY BAN NHÂN DÂN PHƯỜNG VẠN XUÂN"),
        ("P", "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;"),
        ("P", "Theo đề nghị của Hội đồng Thi đua - Khen thưởng phường."),
        ("H2", "QUYẾT ĐỊNH:"),
        (
            "P",
            "Điều 1. Tặng Giấy khen của Chủ tịch Ủy ban nhân dân phường Vạn Xuân cho 01 tập thể"
            " và 01 cá nhân, đã có thành tích xuất sắc trong phong trào thi đua năm 2030 (có"
            " Danh sách kèm theo).",
        ),
        (
            "P",
            "Điều 2. Trưởng phòng Văn hóa - Xã hội và các tập thể, cá nhân có tên tại"
            " Điều 1 căn cứ Quyết định thi hành./.",
        ),
        ("P", "Nơi nhận:"),
        ("LBody", "- Như Điều 2;"),
        ("LBody", "- Lưu: VT, VH-XH."),
        ("P", "CHỦ TỊCH"),
        ("P", "Đặng Văn Ký"),
        ("H1", "DANH SÁCH"),
        ("H2", "Tặng Giấy khen của Chủ tịch Ủy ban nhân dân phường Vạn Xuân"),
        (
            "P",
            "(Kèm theo Quyết định số 309/QĐ-UBND ngày 03 tháng 02 năm 2030 của Chủ tịch Ủy ban"
            " nhân dân phường Vạn Xuân)",
        ),
        ("H2", "I. Tập thể"),
        ("LBody", "1. Trường Trung học cơ sở Hoa Ban."),
        ("H2", "II. Cá nhân"),
        ("LBody", "1. Bà Nguyễn Thị Ví Dụ, Giáo viên."),
    ]


def test_a_list_over_many_pages_is_one_list():
    people = tuple(Recipient(f"Ông Nguyễn Văn Ví Dụ {n:03d}") for n in range(1, 301))
    file = TaggedFile(render_decision(replace(decisions.PAPER, individuals=people)))
    assert len(file.pages) > 8
    items = file.find("L")[-1].kids
    assert [file.text(item) for item in items] == [
        f"{n}. Ông Nguyễn Văn Ví Dụ {n:03d}{'.' if n == 300 else ';'} " for n in range(1, 301)
    ]


def test_a_table_over_many_pages_has_its_head_once():
    items = tuple(replace(councils.ITEM, number=n) for n in range(1, 61))
    file = TaggedFile(render_minutes(replace(councils.MINUTES, items=items)))
    (table,) = file.find("Table")
    assert [file.text(row.kids[0]).strip() for row in table.kids] == [
        "TT", *(str(n) for n in range(1, 61))
    ]  # fmt: skip
    assert sum("TT" in page.all_text for page in file.pages) > 2
    assert [len(cell.pieces) for cell in table.kids[0].kids] == [1] * 7


def test_a_row_that_a_page_cuts_in_two_stays_one_row():
    nominee = reports.STATEMENT.groups[0][1][0]
    told = " ".join(f"Câu {n} của thành tích." for n in range(1, 501))
    rows = (nominee, replace(nominee, summary=told), nominee)
    paper = replace(reports.STATEMENT, groups=(("Cá nhân", rows),))
    file = TaggedFile(render_unit_statement(paper))
    table = file.find("Table")[-1]
    assert [file.text(row.kids[0]).strip() for row in table.kids] == ["TT", "1", "2", "3"]
    long = table.kids[2].kids[3]
    assert len({page for page, _ in long.pieces}) > 1
    assert file.text(long).strip() == told


def test_a_paragraph_over_two_pages_is_one_paragraph():
    told = " ".join(f"Câu {n} của lý do." for n in range(1, 401))
    file = TaggedFile(render_decision(replace(decisions.PAPER, reason=told)))
    (article,) = [tag for tag in file.find("P") if file.text(tag).startswith("Điều 1.")]
    assert {page for page, _ in article.pieces} == {0, 1, 2}
    assert told in file.text(article)


def test_a_draft_says_so_once_and_first():
    items = tuple(replace(councils.ITEM, number=n) for n in range(1, 31))
    file = TaggedFile(render_minutes(replace(councils.MINUTES, items=items, is_draft=True)))
    assert sum(DRAFT in page.all_text for page in file.pages) == len(file.pages) > 2
    assert [tag for tag in file.outline() if tag[1] == DRAFT] == file.outline()[:1]


def test_a_link_is_an_element_with_its_text():
    link = "https://thidua.example/ho-so/1"
    items = (replace(councils.INVITATION.items[0], link=link),)
    file = TaggedFile(render_invitation(replace(councils.INVITATION, items=items)))
    (tag,) = file.find("Link")
    assert file.text(tag).strip() == items[0].reference
    assert tag.links == 1
    (annotation,) = file.reader.pages[-1]["/Annots"]
    assert annotation["/Contents"] == link


def test_the_frame_of_a_certificate_is_decoration_and_its_entry_is_read_last():
    texts = [text for _, text in tags_of("render_certificate").outline()]
    assert texts[-2:] == ["Vào sổ Quyết định", "Số: 309/QĐ-UBND"]
    assert ("H1", "GIẤY KHEN") in tags_of("render_certificate").outline()
    assert len(tags_of("render_certificates").find("Sect")) == 2


@pytest.mark.parametrize(
    "name", ["1. Ông", "- Ông", "<b>Ông</b>", "<img src='file:///etc/hostname'/>", "BDC EMC ("]
)
def test_a_name_is_text_whatever_it_looks_like(name):
    paper = replace(decisions.PAPER, individuals=(Recipient(name),))
    file = TaggedFile(render_decision(paper))
    assert file.outline()[-1] == ("LBody", f"1. {name}.")


def test_a_long_name_stays_one_element():
    name = "Tổ dân phố " + "rất dài " * 40 + "hết"
    file = TaggedFile(render_decision(replace(decisions.PAPER, collectives=(Recipient(name),))))
    assert ("LBody", f"1. {name}.") in file.outline()


@pytest.mark.parametrize("name", ["decision to check", "certificate to check"])
def test_a_code_to_check_is_a_figure_with_words_and_the_code_beside_it(name):
    file = tags_of(name)
    (figure,) = file.find("Figure")
    assert figure.raw["/Alt"] == ALTERNATIVE
    assert "7KQM-2F9D-XW4P" in file.outline()[-1][1]


def test_a_link_over_two_lines_is_one():
    reference = "2030-0001-" + "rất dài " * 8
    item = replace(
        councils.INVITATION.items[0], reference=reference, link="https://thidua.example/1"
    )
    file = TaggedFile(render_invitation(replace(councils.INVITATION, items=(item,))))
    (tag,) = file.find("Link")
    assert tag.links > 1
    assert file.text(tag).strip() == reference.strip()
