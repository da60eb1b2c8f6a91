"""Drafts of official papers as .docx: the same lines as the PDF, for clerks to edit.

Decree 30/2020/NĐ-CP, Appendix I, as in :mod:`documents.letterhead`; each kind of line has a
style of its own, named in Vietnamese for who edits. Sizes are points.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from documents import letterhead
from documents.council_sheets import SMALL_SIZE, TABLE_SIZE
from documents.sheets import PAGE_NUMBER_SIZE, TEXT_WIDTH
from documents.typography import (
    BODY_SIZE,
    BOLD,
    BOTTOM_MARGIN,
    FIRST_LINE_INDENT,
    LEFT_MARGIN,
    PAGE,
    PARAGRAPH_GAP,
    RIGHT_MARGIN,
    RULE_SHARE,
    TOP_MARGIN,
    printable,
    width_of,
    wrap,
)
from documents.word_lines import Line, Look, Part, Rows, Sides, WordPaper

FONT = "Times New Roman"
"""By name: the program that opens the file has it, or what stands in for it."""


@dataclass(frozen=True)
class _Setting:
    """Size and position of a line; the gap is above it."""

    size: float
    align: ALIGN = ALIGN.CENTER
    bold: bool = False
    italic: bool = False
    indent: float = 0
    gap: float = 0


_SETTINGS = {
    Look.SUPERIOR: _Setting(letterhead.BODY_NAME_SIZE),
    Look.BODY_NAME: _Setting(letterhead.BODY_NAME_SIZE, bold=True),
    Look.NATION: _Setting(letterhead.NATION_SIZE, bold=True),
    Look.MOTTO: _Setting(letterhead.MOTTO_SIZE, bold=True),
    Look.NUMBER: _Setting(letterhead.NUMBER_SIZE),
    Look.DATED: _Setting(letterhead.DATE_SIZE, italic=True),
    Look.NAME: _Setting(BODY_SIZE, bold=True, gap=2 * PARAGRAPH_GAP),
    Look.SUBJECT: _Setting(BODY_SIZE, bold=True),
    Look.CENTRED: _Setting(BODY_SIZE, bold=True, gap=PARAGRAPH_GAP),
    Look.REFERENCE: _Setting(BODY_SIZE, italic=True),
    Look.BASIS: _Setting(
        BODY_SIZE, ALIGN.JUSTIFY, italic=True, indent=FIRST_LINE_INDENT, gap=PARAGRAPH_GAP
    ),
    Look.TEXT: _Setting(BODY_SIZE, ALIGN.JUSTIFY, indent=FIRST_LINE_INDENT, gap=PARAGRAPH_GAP),
    Look.GROUP: _Setting(
        BODY_SIZE, ALIGN.LEFT, bold=True, indent=FIRST_LINE_INDENT, gap=PARAGRAPH_GAP
    ),
    Look.SENT_HEAD: _Setting(
        letterhead.RECIPIENTS_HEAD_SIZE, ALIGN.LEFT, bold=True, italic=True
    ),
    Look.SENT_TO: _Setting(letterhead.RECIPIENTS_SIZE, ALIGN.LEFT),
    Look.SIGNER: _Setting(BODY_SIZE, bold=True),
    Look.SIGNED: _Setting(BODY_SIZE, bold=True, gap=letterhead.SIGNATURE_ROOM),
    Look.CELL_HEAD: _Setting(SMALL_SIZE, bold=True),
    Look.CELL_CENTRED: _Setting(TABLE_SIZE),
    Look.CELL: _Setting(TABLE_SIZE, ALIGN.LEFT),
}


def write_word(paper: WordPaper) -> bytes:
    """Return the paper as .docx; the same paper gives the same bytes.

    :raises documents.typography.UnprintableText: a text cannot be printed.
    """
    document = docx.Document()
    _drop_unused(document)
    _tell(document, paper)
    _define_styles(document)
    _lay_out(document)
    for part in paper.paper:
        _add(document, part)
    if paper.appendix:
        document.add_section(WD_SECTION.NEW_PAGE)
        _count_pages_anew(document)
        for part in paper.appendix:
            _add(document, part)
    file = io.BytesIO()
    document.save(file)
    return _repacked(file.getvalue())


_GRID = "Table Grid"
_UNUSED = (
    RELATIONSHIP_TYPE.THUMBNAIL,
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
)

_MADE = datetime(2020, 3, 5, tzinfo=UTC)
"""The same in every file: the day of the decree."""


def _tell(document: Document, paper: WordPaper) -> None:
    told = document.core_properties
    told.title = printable(paper.title)[:255]
    told.author = printable(paper.author)[:255]
    told.last_modified_by = told.comments = told.keywords = ""
    told.language = "vi-VN"
    told.created = told.modified = _MADE
    told.revision = 1


def _drop_unused(document: Document) -> None:
    """Drop what the library's empty page brings along: a picture, styles for all occasions."""
    for relations in (document.part.package.rels, document.part.rels):
        for key in [key for key, one in relations.items() if one.reltype in _UNUSED]:
            del relations[key]
    for style in list(document.styles):
        if style.type is WD_STYLE_TYPE.TABLE and style.name not in ("Normal Table", _GRID):
            style.delete()


def _define_styles(document: Document) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        for name in ("w:val", "w:eastAsia"):
            language.set(qn(name), "vi-VN")
    normal = _style(document, "Normal")
    _set_font(normal, _SETTINGS[Look.TEXT])
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    for look, setting in _SETTINGS.items():
        _set_style(_style(document, look.value, _style_id(look)), setting)
    _set_style(_style(document, "Header"), _Setting(PAGE_NUMBER_SIZE))


def _style_id(look: Look) -> str:
    """Return by which name paragraphs refer to their style: ASCII, for every program."""
    is_heading = look in (Look.NAME, Look.GROUP)
    return (
        look.value.replace(" ", "")
        if is_heading
        else f"Paper{look.name.title().replace('_', '')}"
    )


def _style(document: Document, name: str, style_id: str = "") -> ParagraphStyle:
    if name not in document.styles:
        made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.element.styleId = style_id
        made.base_style = document.styles["Normal"]
        made.quick_style = True
    found = document.styles[name]
    if not isinstance(found, ParagraphStyle):
        raise TypeError(f"{name} is no style of paragraphs")
    return found


def _set_style(style: ParagraphStyle, setting: _Setting) -> None:
    _set_font(style, setting)
    settled = style.paragraph_format
    settled.alignment = setting.align
    settled.first_line_indent = Pt(setting.indent)
    settled.space_before = Pt(setting.gap)
    settled.space_after = Pt(0)
    settled.line_spacing = 1.0


def _set_font(style: ParagraphStyle, setting: _Setting) -> None:
    """Set the font in all scripts; the theme of the template would win over a name."""
    font = style.font
    font.name = FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    font.size = Pt(setting.size)
    font.bold, font.italic = setting.bold, setting.italic
    font.color.rgb = RGBColor(0, 0, 0)


def _lay_out(document: Document) -> None:
    """Set page and margins; the number stands in the top margin, from the second page on."""
    section = document.sections[0]
    section.page_width, section.page_height = Pt(PAGE[0]), Pt(PAGE[1])
    section.top_margin, section.bottom_margin = Pt(TOP_MARGIN), Pt(BOTTOM_MARGIN)
    section.left_margin, section.right_margin = Pt(LEFT_MARGIN), Pt(RIGHT_MARGIN)
    section.header_distance = Pt(TOP_MARGIN * 0.4)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0].add_run()
    for kind in ("begin", "", "end"):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = "PAGE"
        number._r.append(mark)


def _count_pages_anew(document: Document) -> None:
    """The list is an appendix: it counts its own pages (Part III, item 1)."""
    counting = OxmlElement("w:pgNumType")
    counting.set(qn("w:start"), "1")
    settings = document.sections[-1]._sectPr
    settings.insert_element_before(counting, "w:cols", "w:titlePg", "w:docGrid")


def _add(document: Document, part: Part) -> None:
    if isinstance(part, Line):
        _write(document.add_paragraph(), part)
        if part.look is Look.SUBJECT:
            _rule(document.add_paragraph(), part.printed, BODY_SIZE, TEXT_WIDTH)
    elif isinstance(part, Sides):
        _add_sides(document, part)
    else:
        _add_rows(document, part)


def _write(paragraph: Paragraph, line: Line) -> None:
    paragraph._p.style = _style_id(line.look)
    if line.lead:
        paragraph.add_run(printable(line.lead)).bold = True
        paragraph.add_run(printable(f" {line.before}{line.text}{line.after}"))
    else:
        paragraph.add_run(printable(line.printed))


def _add_sides(document: Document, sides: Sides) -> None:
    if document.paragraphs:  # a foot: it never stands on a page without text of its own
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        document.add_paragraph().paragraph_format.keep_with_next = True
    table = document.add_table(len(sides.rows), 2)
    _set_widths(table, sides.widths)
    _drop_cell_margins(table)
    for row, both in zip(table.rows, sides.rows, strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, lines, width in zip(row.cells, both, sides.widths, strict=True):
            _fill(cell, lines, width)


def _fill(cell: _Cell, lines: Sequence[Line], width: float) -> None:
    """Write lines into a cell, with the rules under the motto and the issuing body."""
    looks = [line.look for line in lines]
    for place, line in enumerate(lines):
        _write(cell.paragraphs[0] if place == 0 else cell.add_paragraph(), line)
        if line.look is Look.MOTTO:
            _rule(cell.add_paragraph(), line.text, letterhead.MOTTO_SIZE, width, 1)
        elif line.look is Look.BODY_NAME and Look.BODY_NAME not in looks[place + 1 :]:
            _rule(cell.add_paragraph(), line.text, letterhead.BODY_NAME_SIZE, width)


def _drop_cell_margins(table: Table) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        margin = OxmlElement(side)
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tblPr.insert_element_before(margins, "w:tblLook")


def _add_rows(document: Document, part: Rows) -> None:
    table = document.add_table(1 + len(part.rows), len(part.titles))
    table.style = _GRID
    _set_widths(table, [TEXT_WIDTH * share / sum(part.widths) for share in part.widths])
    for row in table._tbl.tr_lst:
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table._tbl.tr_lst[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    grid = [table._tbl.tr_lst[place].tc_lst for place in range(1 + len(part.rows))]
    for place, texts in enumerate((part.titles, *part.rows)):
        looks = [Look.CELL_HEAD] * len(texts)
        if place:
            looks = [Look.CELL_CENTRED, *[Look.CELL] * (len(texts) - 1)]
        for cell, text, look in zip(grid[place], texts, looks, strict=True):
            paragraph = _Cell(cell, table).paragraphs[0]
            _write(paragraph, Line(part.key, text, True, look))


def _set_widths(table: Table, widths: Sequence[float]) -> None:
    """Set the widths of the columns, in points."""
    table.autofit = False
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = Pt(width)
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = Pt(width)


def _rule(
    paragraph: Paragraph, text: str, size: float, room: float, share: float = RULE_SHARE
) -> None:
    """Make an empty paragraph the line under ``text``: as long as its share of it."""
    length = share * width_of(wrap(text, BOLD, size, room)[-1], BOLD, size)
    settled = paragraph.paragraph_format
    settled.left_indent = settled.right_indent = Pt(max(0, (room - length) / 2))
    settled.first_line_indent = Pt(0)
    settled.space_before, settled.line_spacing = Mm(1), Pt(3)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )


def _repacked(content: bytes) -> bytes:
    """Return a package with the same members under the same date, by whatever system."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            new.writestr(member, old.read(name))
    return file.getvalue()
