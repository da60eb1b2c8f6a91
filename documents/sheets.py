"""The sheets of an official paper: their frame, their page numbers, and the file itself."""

import io
from collections.abc import Sequence
from functools import partial
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from documents.tagged_story import tag
from documents.tagging import TaggedCanvas, decorated
from documents.typography import (
    BOTTOM_MARGIN,
    LEFT_MARGIN,
    PAGE,
    PLAIN,
    RIGHT_MARGIN,
    TOP_MARGIN,
    printable,
)

PAGE_NUMBER_SIZE = 13
"""13 to 14, centred in the top margin, not on the first page (Part I, item 7)."""

TEXT_WIDTH = PAGE[0] - LEFT_MARGIN - RIGHT_MARGIN
"""Points between the left and the right margin."""


def frame(page: tuple[float, float] = PAGE) -> Frame:
    """Return the room between the margins of a page of a width and a height, in points."""
    return Frame(
        LEFT_MARGIN,
        BOTTOM_MARGIN,
        page[0] - LEFT_MARGIN - RIGHT_MARGIN,
        page[1] - TOP_MARGIN - BOTTOM_MARGIN,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )


def draw_page_number(canvas: Canvas, number: int, page: tuple[float, float] = PAGE) -> None:
    """Draw the number of a page, unless it is the first of its paper."""
    if number == 1:
        return
    width, height = page
    canvas.setFont(PLAIN, PAGE_NUMBER_SIZE)
    canvas.drawCentredString(width / 2, height - TOP_MARGIN * 0.6, str(number))


def write(
    story: list[Any], templates: Sequence[PageTemplate], *, title: str, author: str
) -> bytes:
    """Return the PDF of a paper, tagged; the same story gives the same bytes.

    What the templates draw themselves is decoration.

    :param title: of the file, as programs that show it say.
    :param author: the issuing body.
    :raises documents.typography.UnprintableText: title or author cannot be printed.
    """
    file = io.BytesIO()
    document = BaseDocTemplate(
        file,
        pagesize=PAGE,
        leftMargin=LEFT_MARGIN,
        rightMargin=RIGHT_MARGIN,
        topMargin=TOP_MARGIN,
        bottomMargin=BOTTOM_MARGIN,
        title=printable(title),
        author=printable(author),
        lang="vi",
        invariant=1,
        initialFontName=PLAIN,
    )
    for template in templates:
        template.onPage = decorated(template.onPage)
    document.addPageTemplates(list(templates))
    document.build(story, canvasmaker=partial(TaggedCanvas, root=tag(story)))
    return file.getvalue()
