"""What a draft for Word says, line by line; :mod:`documents.word` writes the file.

Here is what is compared and kept in order, without the library that writes files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

ROW_CELLS = 3
"""Cells of a row of a list at least; a table with fewer only places its lines."""


class Look(Enum):
    """How a line is set; the value is the name of its style, as Word shows it."""

    SUPERIOR = "Cơ quan chủ quản"
    BODY_NAME = "Cơ quan ban hành"
    NATION = "Quốc hiệu"
    MOTTO = "Tiêu ngữ"
    NUMBER = "Số và ký hiệu"
    DATED = "Địa danh và thời gian"
    NAME = "Heading 1"
    SUBJECT = "Trích yếu"
    CENTRED = "Dòng giữa đậm"
    REFERENCE = "Dòng giữa nghiêng"
    BASIS = "Căn cứ"
    TEXT = "Nội dung"
    GROUP = "Heading 2"
    SENT_HEAD = "Nơi nhận"
    SENT_TO = "Danh sách nơi nhận"
    SIGNER = "Chức vụ người ký"
    SIGNED = "Họ tên người ký"
    CELL_HEAD = "Tên cột"
    CELL_CENTRED = "Ô giữa"
    CELL = "Ô danh sách"


@dataclass(frozen=True)
class Line:
    """One line of a draft: fixed words around those that a clerk may write."""

    key: str
    """What it says: ``subject_line``; lines of a list share theirs."""
    text: str
    is_locked: bool
    """Whether the system alone words it."""
    look: Look
    lead: str = ""
    """Bold, before all of it: ``Điều 1.``."""
    before: str = ""
    after: str = ""
    is_listed: bool = False
    """One of several that may come and go; its dash and its end say nothing."""

    @property
    def printed(self) -> str:
        """The whole line as it stands on the paper."""
        led = f"{self.lead} " if self.lead else ""
        return f"{led}{self.before}{self.text}{self.after}"


@dataclass(frozen=True)
class Sides:
    """Rows of two columns without borders, left and right; widths are points."""

    rows: tuple[tuple[tuple[Line, ...], tuple[Line, ...]], ...]
    widths: tuple[float, float]


@dataclass(frozen=True)
class Rows:
    """A table of the list: its titles stand again on each page; widths are shares."""

    key: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]

    @property
    def lines(self) -> Iterator[Line]:
        """Each row as one line, as it is compared; the titles first."""
        for cells in (self.titles, *self.rows):
            yield Line(self.key, "\t".join(cells), True, Look.CELL)


Part = Line | Sides | Rows


@dataclass(frozen=True)
class WordPaper:
    """A paper, and its list, which begins on a page of its own and counts its own pages."""

    title: str
    author: str
    paper: tuple[Part, ...]
    appendix: tuple[Part, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """All that it says, in reading order; what is left empty says nothing."""
        found: list[Line] = []
        for part in (*self.paper, *self.appendix):
            if isinstance(part, Line):
                found.append(part)
            elif isinstance(part, Sides):
                found += [line for row in part.rows for side in row for line in side]
            else:
                found += part.lines
        return tuple(line for line in found if line.printed.strip())
