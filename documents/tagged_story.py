"""What a story of ReportLab says, as tags: found in how it is set, so that no paper need tell.

A paragraph in bold outside a table is a heading, one that begins with a dash or with the next
number an item of a list; a table that repeats its head holds data, any other only places text.
"""

import re
from collections.abc import Sequence
from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.platypus import KeepTogether, NextPageTemplate, Paragraph, Table
from reportlab.platypus.flowables import Flowable, HRFlowable

from documents.tagging import DECORATION, REPEATED, Element
from documents.typography import BOLD

_ITEM = re.compile(r"(?:(\d+)\.|-)\s")
"""Begins an item: with its number, or with a dash."""

_HEAD_OF_COLUMN = "<< /O /Table /Scope /Column >>"


def tag(story: Sequence[Flowable]) -> Element:
    """Return the tree of what ``story`` says; each flowable then marks what it draws."""
    root = Element("Document")
    _Tagger(root).read(story)
    return root


class _Tagger:
    """Goes through a story once, in the order of reading."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.level = 0
        self.list = Element("L")
        self.number = 0

    def read(self, story: Sequence[Flowable]) -> None:
        for flowable in story:
            if isinstance(flowable, NextPageTemplate):
                self.level = 0  # an appendix has a name of its own
            elif isinstance(flowable, KeepTogether):
                self.read(flowable._content)
            elif isinstance(flowable, Table):
                self._table(flowable)
            elif isinstance(flowable, Paragraph):
                _give(flowable, self._block(flowable, is_free=True))
            else:
                self._other(flowable)

    def _block(self, paragraph: Paragraph, *, is_free: bool) -> Element:
        """Return a new element for a paragraph: a heading, an item of a list, or neither."""
        text = paragraph.getPlainText()
        style = paragraph.style
        if is_free and style.fontName == BOLD:
            return self.root.add(self._heading(text, is_centred=style.alignment == TA_CENTER))
        found = _ITEM.match(text)
        if found and paragraph.frags[0].fontName != BOLD:  # in bold: a title in its own line
            return self._item(int(found[1] or 0))
        return self.root.add("P")

    def _heading(self, text: str, *, is_centred: bool) -> str:
        """Return the heading that stands there; no level is left out on the way down."""
        wanted = 3 if _ITEM.match(text) and not is_centred else 2
        self.level = min(wanted, self.level + 1)
        return f"H{self.level}"

    def _item(self, number: int) -> Element:
        """Return the element of an item; a number that continues nothing begins no list."""
        continues = self.root.kids[-1:] == [self.list]
        if not (continues and number == (self.number + 1 if self.number else 0)):
            if number > 1:
                return self.root.add("P")
            self.list = self.root.add("L")
        self.number = number
        return self.list.add("LI").add("LBody")

    def _table(self, table: Table) -> None:
        cells = table._cellvalues
        if table.repeatRows:
            elements = self._data(cells, table.repeatRows)
        else:
            elements = [[self._placed(value) for value in row] for row in cells]
        table._renderCB = _Drawing(elements, table.repeatRows)

    def _data(self, cells: Sequence[Sequence[Any]], heads: int) -> list[list[Element]]:
        """Return the cells of a table of data, row by row."""
        table = self.root.add("Table")
        elements: list[list[Element]] = []
        for number, values in enumerate(cells):
            row = table.add("TR")
            elements.append([])
            for value in values:
                cell = (
                    row.add("TH", attributes=_HEAD_OF_COLUMN)
                    if number < heads
                    else row.add("TD")
                )
                elements[-1].append(cell)
                for flowable in _flowables(value):
                    if isinstance(flowable, Paragraph):
                        _give(flowable, cell, number)
        return elements

    def _placed(self, value: Any) -> Element:
        """Return the element of a text in a table that only places it."""
        if isinstance(value, str):
            return self.root.add("P")
        for flowable in _flowables(value):
            if isinstance(flowable, Paragraph):
                _give(flowable, self._block(flowable, is_free=False))
            else:
                self._other(flowable)
        return DECORATION

    def _other(self, flowable: Flowable) -> None:
        """Mark a picture that says what it shows, or a rule, which is for the eye alone."""
        alternative = getattr(flowable, "alternative", "")
        if alternative:
            _give(flowable, self.root.add("Figure", alternative=alternative))
        elif isinstance(flowable, HRFlowable):
            _give(flowable, DECORATION)


def _flowables(value: Any) -> Sequence[Any]:
    if isinstance(value, (list, tuple)):
        return value
    return [value] if isinstance(value, Flowable) else []


class _Marked:
    """A flowable that marks what it draws, also where it goes on after a page."""

    element: Element
    row: int | None = None
    """Of the table of data in which it stands."""
    canv: Any

    def draw(self) -> None:
        with self.canv.marked(self.element):
            super().draw()  # type: ignore[misc]

    def split(self, width: float, height: float) -> list[Any]:
        parts: list[Any] = super().split(width, height)  # type: ignore[misc]
        for part in parts:
            part.element, part.row = self.element, self.row
        return parts


_CLASSES: dict[type[Flowable], type[Flowable]] = {}


def _give(flowable: Flowable, element: Element, row: int | None = None) -> None:
    """Let ``flowable`` mark what it draws as ``element``."""
    base = type(flowable)
    if not isinstance(flowable, _Marked):
        if base not in _CLASSES:
            _CLASSES[base] = type(f"Marked{base.__name__}", (_Marked, base), {})
        flowable.__class__ = _CLASSES[base]
    flowable.element, flowable.row = element, row


class _Drawing:
    """What ReportLab calls while it draws the pieces of a table, page after page."""

    def __init__(self, elements: list[list[Element]], heads: int) -> None:
        self.elements = elements
        self.heads = heads
        self.has_begun = False
        self.repeats = 0
        self.row = -1
        self.is_text = False

    def __call__(self, table: Table, event: str, *about: Any) -> None:
        canvas = table.canv
        match event:
            case "startTable":
                self.repeats = self.heads if self.has_begun else 0
                self.has_begun = True
            case "startRow":
                self._begin_row(canvas, about[0], table._cellvalues[about[0]])
            case "startCell":
                self._begin_cell(canvas, about[1], about[2])
            case "endCell" if self.is_text:
                canvas.end()
            case "startBG" | "startLines":
                canvas.begin(DECORATION)
            case "endBG" | "endLines":
                canvas.end()
            case "endRow" if self.repeats:
                canvas.end()
                self.repeats -= 1

    def _begin_row(self, canvas: Any, place: int, values: Sequence[Any]) -> None:
        """Note which row begins: one that a page has cut in two is the same on the next."""
        if self.repeats:
            canvas.begin(REPEATED)
            return
        known = [getattr(one, "row", None) for value in values for one in _flowables(value)]
        rows = [row for row in known if row is not None]
        self.row = rows[0] if rows else min(self.row + 1, len(self.elements) - 1)

    def _begin_cell(self, canvas: Any, column: int, value: Any) -> None:
        """Mark a cell of text; the flowables of another mark themselves."""
        self.is_text = isinstance(value, str)
        if self.is_text:
            canvas.begin(self.elements[self.row][column] if value.strip() else DECORATION)
