"""What the journal is, at the foot of a paper that knows nothing of it."""

import base64
import io

import pypdf
import pytest

from documents.typography import BOTTOM_MARGIN
from documents.unit_minutes import render_unit_minutes
from documents.witness_foot import add_witness
from tests.documents.tag_reader import TaggedFile
from tests.documents.test_unit_minutes import MINUTES

PROOF = base64.b64encode(bytes(range(32)) * 20).decode()
LONGEST = f"Nhật ký: 1048577 mục, gốc {'A' * 44}, mục 1048570: {PROOF}"


@pytest.fixture(scope="module")
def plain():
    return render_unit_minutes(MINUTES)


def lines(content):
    """Return the text of the lower margin of each page, by height in points."""
    found = []

    def visit(text, matrix, position, *_):
        height = matrix[5] + matrix[3] * position[5]
        if text.strip() and height < BOTTOM_MARGIN:
            found.append((height, text))

    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        page.extract_text(visitor_text=visit)
    return found


def test_it_stands_in_the_margin_of_the_first_page_whole(plain):
    content = add_witness(plain, LONGEST)
    said = lines(content)
    assert "".join(text.strip("\n") for _, text in said).replace("\n", "") == LONGEST
    assert min(height for height, _ in said) > 15  # points: what printers can reach
    assert lines(plain) == []


def test_it_is_decoration_and_the_paper_reads_as_before(plain):
    before, after = TaggedFile(plain), TaggedFile(add_witness(plain, LONGEST))
    assert [page.texts for page in after.pages] == [page.texts for page in before.pages]
    assert after.pages[0].unmarked == []


def test_the_same_paper_gives_the_same_bytes(plain):
    assert add_witness(plain, LONGEST) == add_witness(plain, LONGEST)


def test_nothing_to_say_leaves_the_bytes(plain):
    assert add_witness(plain, "") is plain
