"""Drafts as .docx: set by the decree, read back as written, compared, and hostile files."""

import io
import re
import zipfile
from dataclasses import replace

import docx
import pypdf
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

from documents import letterhead
from documents.decision import Recipient, render_decision
from documents.typography import (
    BODY_SIZE,
    BOTTOM_MARGIN,
    FIRST_LINE_INDENT,
    LEFT_MARGIN,
    PAGE,
    PARAGRAPH_GAP,
    RIGHT_MARGIN,
    TOP_MARGIN,
    UnprintableText,
)
from documents.word import FONT, write_word
from documents.word_comparison import KeptOut, Standing, compare
from documents.word_decision import decision_in_word
from documents.word_lines import Look
from documents.word_reading import (
    LARGEST_FILE,
    LONGEST_LINE,
    MOST_LINES,
    Refusal,
    UnreadableWord,
    read_word,
)
from tests.documents.test_decision_paper import PAPER

LONG = replace(
    PAPER,
    superior="Ủy ban nhân dân tỉnh Thái Nguyên",
    signed_on=None,
    year=2030,
    bonus="Tiền thưởng kèm theo mỗi Giấy khen là 760.000 đồng",
    individuals=tuple(
        Recipient(f"Bà Nguyễn Thị Thử {n}", f"Giáo viên tổ {n}") for n in range(1, 301)
    ),
    signer_title="KT. CHỦ TỊCH\nPhó Chủ tịch",
    signer_name="",
)

SOME = replace(LONG, individuals=LONG.individuals[:6])


def opened(content):
    return docx.Document(io.BytesIO(content))


def edited(paper, edit):
    """Return the lines of a draft as a clerk saves it after ``edit`` of the document."""
    document = opened(write_word(decision_in_word(paper)))
    edit(document)
    file = io.BytesIO()
    document.save(file)
    return read_word(file.getvalue())


def differences(paper, edit):
    lines = decision_in_word(paper).lines
    compared = compare(lines, edited(paper, edit))
    return [one for one in compared if one.standing is not Standing.SAME]


def paragraphs(document):
    cells = [cell for table in document.tables[:2] for row in table.rows for cell in row.cells]
    return [*document.paragraphs, *(one for cell in cells for one in cell.paragraphs)]


def replaced(old, new):
    """Return an edit: in the one paragraph that has ``old``, write ``new`` for it."""

    def edit(document):
        (found,) = [one for one in paragraphs(document) if old in one.text]
        found.text = found.text.replace(old, new)

    return edit


def words_of(text):
    return sorted(re.findall(r"\w+", text))


@pytest.mark.parametrize("paper", [PAPER, SOME])
def test_it_says_what_the_pdf_says(paper):
    pages = pypdf.PdfReader(io.BytesIO(render_decision(paper))).pages
    said = "\n".join(line.printed for line in decision_in_word(paper).lines)
    without_titles = re.sub(r"^TT\t.*$", "", said, flags=re.MULTILINE)
    assert words_of(without_titles) == words_of(" ".join(one.extract_text() for one in pages))


@pytest.mark.parametrize("paper", [PAPER, LONG])
def test_the_same_paper_gives_the_same_bytes_and_is_read_as_written(paper):
    word = decision_in_word(paper)
    content = write_word(word)
    assert content == write_word(word)
    assert {one.standing for one in compare(word.lines, read_word(content))} == {Standing.SAME}
    dates = {member.date_time for member in zipfile.ZipFile(io.BytesIO(content)).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}
    told = opened(content).core_properties
    assert (told.author, told.language) == ("Ủy ban nhân dân phường Vạn Xuân", "vi-VN")


def test_page_margins_and_sizes_are_those_of_the_decree():
    document = opened(write_word(decision_in_word(SOME)))
    for section in document.sections:
        sides = (section.left_margin, section.right_margin)
        ends = (section.top_margin, section.bottom_margin)
        assert [round(one.pt) for one in (*sides, *ends)] == [
            round(one) for one in (LEFT_MARGIN, RIGHT_MARGIN, TOP_MARGIN, BOTTOM_MARGIN)
        ]
        assert round(section.page_width.mm) == round(PAGE[0] / 72 * 25.4)
        assert section.different_first_page_header_footer
    assert 'w:pgNumType w:start="1"' in document.sections[1]._sectPr.xml
    styles = document.styles
    for look, size, bold, italic in (
        (Look.NATION, letterhead.NATION_SIZE, True, False),
        (Look.MOTTO, letterhead.MOTTO_SIZE, True, False),
        (Look.NUMBER, letterhead.NUMBER_SIZE, False, False),
        (Look.DATED, letterhead.DATE_SIZE, False, True),
        (Look.NAME, BODY_SIZE, True, False),
        (Look.GROUP, BODY_SIZE, True, False),
        (Look.BASIS, BODY_SIZE, False, True),
        (Look.TEXT, BODY_SIZE, False, False),
        (Look.SENT_HEAD, letterhead.RECIPIENTS_HEAD_SIZE, True, True),
        (Look.SENT_TO, letterhead.RECIPIENTS_SIZE, False, False),
    ):
        font = styles[look.value].font
        assert (font.name, font.size.pt, font.bold, font.italic) == (FONT, size, bold, italic)
        assert "Theme" not in styles[look.value].element.rPr.rFonts.xml.partition(">")[2]
    text = styles[Look.TEXT.value].paragraph_format
    assert text.alignment is ALIGN.JUSTIFY
    assert round(text.first_line_indent.pt) == round(FIRST_LINE_INDENT)
    assert text.space_before.pt == PARAGRAPH_GAP


def test_the_list_is_a_table_whose_titles_stand_on_each_page():
    document = opened(write_word(decision_in_word(LONG)))
    listing = document.tables[-1]
    assert len(listing.rows) == 1 + 300
    assert "w:tblHeader" in listing.rows[0]._tr.xml
    assert [cell.text for cell in listing.rows[1].cells] == [
        "1", "Bà Nguyễn Thị Thử 1", "Giáo viên tổ 1",
    ]  # fmt: skip


def test_what_cannot_be_printed_is_refused_and_markup_is_text():
    with pytest.raises(UnprintableText):
        write_word(decision_in_word(replace(PAPER, reason="có \x07 lạ")))
    marked = decision_in_word(replace(PAPER, reason='<img src="file:x"> & <w:p/>'))
    assert any("<img src=" in one.text for one in read_word(write_word(marked)))
    named = replace(PAPER, individuals=(Recipient("Ă" * 300, "&"),))
    assert any("Ă" * 300 in one.text for one in read_word(write_word(decision_in_word(named))))


def test_a_changed_text_is_found_between_its_fixed_words():
    (one,) = differences(PAPER, replaced("phong trào thi đua năm 2030", "năm học 2030"))
    assert (one.key, one.standing, one.kept_out) == ("reason", Standing.CHANGED, None)
    assert one.text == "đã có thành tích xuất sắc trong năm học 2030"
    assert [piece.words for piece in one.pieces if piece.change == "del"] == [
        "phong trào thi đua"
    ]
    assert "học" in [piece.words for piece in one.pieces if piece.change == "ins"]


@pytest.mark.parametrize(
    ("old", "new", "key", "why"),
    [
        ("Số: 309", "Số: 310", "number", KeptOut.LOCKED),
        ("ngày 15 tháng 6", "ngày 16 tháng 6", "basis", KeptOut.LOCKED),
        ("cho 01 tập thể", "cho 02 tập thể", "reason", KeptOut.SURROUND),
        ("Căn cứ Luật", "Theo Luật", "basis", KeptOut.LOCKED),
        ("Đặng Văn Ký", "Đặng Văn Khác", "signer_name", KeptOut.LOCKED),
    ],
)
def test_what_the_system_words_is_not_taken_over(old, new, key, why):
    (one,) = differences(PAPER, replaced(old, new))
    assert (one.key, one.standing, one.kept_out) == (key, Standing.CHANGED, why)


def test_a_changed_row_a_lost_one_and_a_new_one_are_not_taken_over():
    def edit(document):
        rows = document.tables[-1].rows
        rows[2].cells[1].text = "Bà Nguyễn Thị Khác"
        rows[4]._tr.getparent().remove(rows[4]._tr)
        cells = document.tables[-1].add_row().cells
        for cell, text in zip(cells, ("7", "Ông Lò Văn Thêm", "Bảo vệ"), strict=True):
            cell.text = text

    found = differences(SOME, edit)
    assert [(one.standing, one.kept_out) for one in found] == [
        (Standing.CHANGED, KeptOut.LOCKED),
        (Standing.MISSING, KeptOut.LOCKED),
        (Standing.ADDED, KeptOut.ADDED),
    ]


def test_recipients_come_and_go():
    def edit(document):
        cell = document.tables[1].rows[0].cells[0]
        cell.paragraphs[1].text = "– Như Điều 2"
        cell.paragraphs[2].insert_paragraph_before("- Đảng ủy phường (để báo cáo);")

    (one,) = differences(PAPER, edit)
    assert (one.key, one.standing, one.kept_out) == ("recipients", Standing.ADDED, None)
    assert one.text == "Đảng ủy phường (để báo cáo)"

    def drop(document):
        first = document.tables[1].rows[0].cells[0].paragraphs[1]
        first._p.getparent().remove(first._p)

    (gone,) = differences(PAPER, drop)
    assert (gone.key, gone.standing, gone.text) == ("recipients", Standing.MISSING, "")


def test_a_line_beside_the_recipients_is_none_of_them():
    def edit(document):
        signer = document.tables[1].rows[0].cells[1].paragraphs[0]
        signer.insert_paragraph_before("KT. CHỦ TỊCH")
        signer.text = "PHÓ CHỦ TỊCH"

    found = differences(PAPER, edit)
    assert {one.key for one in found} <= {"", "signer_title"}
    assert all(one.kept_out for one in found)


def test_what_word_changes_by_itself_is_no_difference():
    paper = replace(PAPER, reason='đã "vượt khó" - học giỏi... trong năm 2030')
    by_word = "đã\u200b “vượt khó” – học giỏi… trong\u00a0 na\u0306m 2030"
    assert differences(paper, replaced(paper.reason, by_word)) == []
    (one,) = differences(paper, replaced(paper.reason, by_word.replace("giỏi", "tốt")))
    assert one.text == paper.reason.replace("giỏi...", "tốt…")


def repacked(content, **members):
    """Return a package with members changed; a name's dots and slashes are in ``members``."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            if name not in members:
                new.writestr(name, old.read(name))
        for name, text in members.items():
            new.writestr(name, text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def main(body):
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'


def test_tracked_changes_count_as_accepted_and_boxes_are_read_once():
    body = (
        "<w:p><w:r><w:t>Một </w:t></w:r><w:ins><w:r><w:t>hai</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>ba</w:delText></w:r></w:del>"
        "<w:r><w:tab/><w:t>bốn</w:t><w:br/><w:t>năm</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>mất</w:t></w:r></w:p>"
        "</w:tc></w:tr></w:tbl><w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>hộp</w:t></w:r>"
        "</w:p></w:txbxContent></w:pict></w:r></w:p>"
    )
    content = repacked(write_word(decision_in_word(PAPER)), **{"word/document.xml": main(body)})
    assert [one.text for one in read_word(content)] == ["Một hai\tbốn\nnăm", "hộp"]


GOOD = write_word(decision_in_word(PAPER))
OUTSIDE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://x/{}" Target="https://x.example/" '
    'TargetMode="External"/></Relationships>'
)
RELS = "word/_rels/document.xml.rels"


def with_part(name, text):
    return repacked(GOOD, **{name: text})


def many(count, text="x"):
    return main(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" * count)


HOSTILE = {
    "nothing": (b"", Refusal.NO_WORD),
    "no archive": (b"%PDF-1.7 x", Refusal.NO_WORD),
    "half": (GOOD[: len(GOOD) // 2], Refusal.DAMAGED),
    "another archive": (repacked(b"PK\5\6" + bytes(18), a="b"), Refusal.NO_WORD),
    "too many bytes": (b"PK" + bytes(LARGEST_FILE), Refusal.TOO_LARGE),
    "bomb": (with_part("word/media/a.png", bytes(101 * 1024 * 1024)), Refusal.UNSAFE),
    "main bomb": (
        with_part("word/document.xml", " " * (17 * 1024 * 1024)),
        Refusal.TOO_LARGE,
    ),
    "a way out": (with_part("../x.xml", "x"), Refusal.UNSAFE),
    "macros": (with_part("word/vbaProject.bin", "x"), Refusal.MACROS),
    "embedded": (with_part("word/embeddings/a.bin", "x"), Refusal.MACROS),
    "template": (with_part(RELS, OUTSIDE.format("attachedTemplate")), Refusal.OUTSIDE),
    "entities": (
        with_part("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        Refusal.UNSAFE,
    ),
    "UTF-16": (
        with_part("word/document.xml", '<?xml version="1.0" encoding="utf-16"?><a/>'),
        Refusal.UNSAFE,
    ),
    "no XML": (with_part("word/document.xml", "<w:document"), Refusal.DAMAGED),
    "deep": (with_part("word/document.xml", main("<w:p>" * 3000)), Refusal.DAMAGED),
    "no words": (with_part("word/document.xml", main("<w:p/>")), Refusal.EMPTY),
    "lines": (with_part("word/document.xml", many(MOST_LINES + 1)), Refusal.TOO_LARGE),
    "a long line": (
        with_part("word/document.xml", many(1, "x" * (LONGEST_LINE + 1))),
        Refusal.TOO_LARGE,
    ),
}


@pytest.mark.parametrize(("content", "why"), HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_cannot_be_compared_is_refused_with_its_reason(content, why):
    with pytest.raises(UnreadableWord) as refused:
        read_word(content)
    assert refused.value.refusal is why


def test_an_address_that_word_made_a_link_is_read():
    content = with_part(RELS, OUTSIDE.format("hyperlink"))
    assert len(read_word(content)) == len(read_word(GOOD))


def test_a_wholly_other_file_is_compared_in_time():
    lines = decision_in_word(LONG).lines
    other = with_part("word/document.xml", many(MOST_LINES, "Bà Nguyễn Thị Thử"))
    found = compare(lines, read_word(other))
    assert Standing.SAME not in {one.standing for one in found}
