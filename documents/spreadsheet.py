"""A list as a workbook (.xlsx), to sort and to count in: texts, whole numbers and days.

Everything that people typed stays text: a name that begins with ``=`` is no formula.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | date | None
"""What a cell holds; none: it is empty."""

LONGEST_CELL = 32_767
"""Characters that a cell of a workbook may hold."""

ROW_HEIGHT_HEAD = 30
"""Points of the row of headings, which may take two lines."""


@dataclass(frozen=True)
class Column:
    """A column of the list."""

    heading: str
    width: int
    """Characters."""


@dataclass(frozen=True)
class Spreadsheet:
    """A list with what it is and how it was narrowed."""

    title: str
    notes: tuple[str, ...]
    """Lines under the title: when it was made, what it was narrowed to."""
    sheet: str
    """Name of its sheet, at most 31 characters."""
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    author: str
    made_at: datetime
    """In the time zone that the notes name."""


def write_spreadsheet(paper: Spreadsheet) -> bytes:
    """Return the workbook; the same list gives the same bytes.

    The row of headings stays in sight, repeats on every printed page, and filters.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415  # large, rarely needed

    target = io.BytesIO()
    workbook = Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "dd/mm/yyyy",
        },
    )
    workbook.set_properties(
        {
            "title": paper.title,
            "author": paper.author,
            "created": paper.made_at.replace(tzinfo=None),
        }
    )
    sheet = workbook.add_worksheet(paper.sheet)
    head = len(paper.notes) + 2
    sheet.write_string(0, 0, paper.title, workbook.add_format({"bold": True, "font_size": 14}))
    for row, note in enumerate(paper.notes, start=1):
        sheet.write_string(row, 0, note)
    heading = workbook.add_format(
        {
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "border": 1,
            "bg_color": "#F2E3E3",
        }
    )
    text = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
    for place, column in enumerate(paper.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(head, place, column.heading, heading)
    day = workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "border": 1})
    for row, cells in enumerate(paper.rows, start=head + 1):
        for place, cell in enumerate(cells):
            _put(sheet, row, place, cell, day if isinstance(cell, date) else text)
    _lay_out(sheet, head, len(paper.rows), len(paper.columns))
    workbook.close()
    return target.getvalue()


def _put(sheet: "Worksheet", row: int, place: int, cell: Cell, look: object) -> None:
    if cell is None:
        sheet.write_blank(row, place, None, look)
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, datetime(cell.year, cell.month, cell.day), look)  # noqa: DTZ001  # a day
    elif isinstance(cell, int):
        sheet.write_number(row, place, cell, look)
    else:
        sheet.write_string(row, place, cell[:LONGEST_CELL], look)


def _lay_out(sheet: "Worksheet", head: int, rows: int, columns: int) -> None:
    """Keep the headings in sight, and print on A4 across, as wide as the sheet."""
    sheet.set_row(head, ROW_HEIGHT_HEAD)
    sheet.freeze_panes(head + 1, 0)
    sheet.autofilter(head, 0, head + rows, columns - 1)
    sheet.repeat_rows(head)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")
