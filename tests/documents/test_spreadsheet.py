"""A workbook: same bytes, text as text, days as days."""

from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

from documents.spreadsheet import Column, Spreadsheet, write_spreadsheet

LIST = Spreadsheet(
    title="Danh sách ví dụ",
    notes=("Người xuất: Nguyễn Thị Ví Dụ",),
    sheet="Danh sách",
    columns=(Column("Tên", 30), Column("Ngày", 12), Column("Số", 8)),
    rows=(("=1+1", date(2030, 12, 2), 7), ("https://vi-du.example", None, None)),
    author="Nguyễn Thị Ví Dụ",
    made_at=datetime(2030, 12, 2, tzinfo=UTC),
)


def part(content, name):
    with ZipFile(BytesIO(content)) as file:
        return file.read(name).decode()


def test_the_same_list_gives_the_same_bytes():
    assert write_spreadsheet(LIST) == write_spreadsheet(LIST)


def test_what_looks_like_a_formula_or_a_link_stays_text():
    sheet = part(write_spreadsheet(LIST), "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "=1+1" in part(write_spreadsheet(LIST), "xl/sharedStrings.xml")


def test_days_and_numbers_can_be_sorted_and_headings_stay():
    sheet = part(write_spreadsheet(LIST), "xl/worksheets/sheet1.xml")
    assert "<v>47819</v>" in sheet  # days since 1899-12-30
    assert "<v>7</v>" in sheet
    assert '<autoFilter ref="A4:C6"/>' in sheet
    assert 'topLeftCell="A5"' in sheet
