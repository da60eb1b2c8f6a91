"""What a numbered paper says of the journal, added at the foot of its first page.

A decision has it beside its QR code (:mod:`documents.checkmark`). Any other paper is set as
it always is, and gets these lines when it is frozen with its number: no paper needs to know.
"""

import io

from reportlab.lib.units import mm

from documents.checkmark import WITNESS_LEADING, WITNESS_SIZE, witness_lines
from documents.tagging import DECORATION, TaggedCanvas
from documents.typography import LEFT_MARGIN, PLAIN, RIGHT_MARGIN, printable, register_fonts

FOOT = 6 * mm
"""The last line above the edge, as far from it as printers print."""


def add_witness(content: bytes, witness: str) -> bytes:
    """Return the PDF ``content`` with ``witness`` in its first page's lower margin.

    It stands as decoration: who listens to the paper is not read hashes. The same content
    and words give the same bytes. Nothing to say: ``content`` as it is.

    :param witness: see :func:`engine.journal.witness.witness`; letters of Base64.
    """
    if not witness:
        return content
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415  # large; frozen papers alone need it

    writer = PdfWriter(clone_from=io.BytesIO(content))
    page = writer.pages[0]
    box = page.mediabox
    lines = _page_of(witness, float(box.width), float(box.height))
    page.merge_page(PdfReader(io.BytesIO(lines)).pages[0])
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _page_of(witness: str, width: float, height: float) -> bytes:
    """Return a page with the lines alone; its size in points."""
    register_fonts()
    target = io.BytesIO()
    canvas = TaggedCanvas(target, pagesize=(width, height), invariant=1, initialFontName=PLAIN)
    lines = list(witness_lines(witness, width - LEFT_MARGIN - RIGHT_MARGIN))
    with canvas.marked(DECORATION):
        canvas.setFont(PLAIN, WITNESS_SIZE)
        for below, line in zip(reversed(range(len(lines))), lines, strict=True):
            canvas.drawString(LEFT_MARGIN, FOOT + below * WITNESS_LEADING, printable(line))
    canvas.showPage()
    canvas.save()
    return target.getvalue()
