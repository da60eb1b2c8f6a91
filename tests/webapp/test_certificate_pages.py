"""Certificates on stock: who prints them, where the text stands, and bad offsets."""

import io

import pytest
from pypdf import PdfReader

from forms.vocabulary import Award, Outcome
from tests.walk import Walk, on_sqlite

pytestmark = on_sqlite

POINTS_PER_MM = 72 / 25.4


@pytest.fixture
def decided(database, accounts):
    """A certificate of the ward."""
    walk = Walk(database, accounts).open(award=Award.UNIT_CERTIFICATE).to("decide_at_ward")
    walk.do(Outcome.AWARD)
    return walk


def address(walk, end=""):
    return f"/ho-so/{walk.case().reference}/in-phoi{end}"


def places(content):
    """Return text of a line → where it begins on the page, in mm from the lower left."""
    found = {}

    def note(text, matrix, text_matrix, font, size):
        if text.strip():
            x, y = text_matrix[4] + matrix[4], text_matrix[5] + matrix[5]
            found[text.strip()] = (x / POINTS_PER_MM, y / POINTS_PER_MM)

    PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=note)
    return found


def test_a_clerk_of_the_granting_unit_prints_the_text_alone(browse, decided):
    clerk = browse("ward_clerk")
    papers = clerk.get(f"/ho-so/{decided.case().reference}?tab=papers").text
    assert address(decided) in papers
    assert "Khổ phôi" in clerk.get(address(decided)).text
    typed = {"size": "a4", "across": "1,5", "down": "-2"}
    shown = clerk.post(address(decided), typed)
    assert shown.status_code == 303
    paper = clerk.get(shown.location)
    assert paper.mimetype == "application/pdf"
    moved = places(paper.data)
    still = places(clerk.get(f"{address(decided, '.pdf')}?size=a4").data)
    assert "GIẤY KHEN" in still
    for line, (x, y) in still.items():
        assert moved[line] == pytest.approx((x + 1.5, y + 2), abs=0.01), line


def test_stock_with_its_heading_gets_none_of_ours(browse, decided):
    found = browse("ward_clerk").get(f"{address(decided, '.pdf')}?size=a4&heading=1")
    assert "GIẤY KHEN" not in places(found.data)


def test_a_printer_is_measured_by_a_page_of_rulers(browse, decided):
    clerk = browse("ward_clerk")
    shown = clerk.post(address(decided), {"size": "a3", "test": "1"})
    page = PdfReader(io.BytesIO(clerk.get(shown.location).data)).pages[0]
    assert float(page.mediabox.width) == pytest.approx(420 * POINTS_PER_MM, abs=1)
    assert "100 %" in page.extract_text()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"size": "a4", "across": "hai"}, "“hai” không phải", id="a word"),
        pytest.param({"size": "a4", "down": "20,1"}, "từ -20 đến 20", id="too far"),
        pytest.param({"size": "a4", "across": "1e1"}, "“1e1” không phải", id="an exponent"),
        pytest.param({"size": "a4", "across": "nan"}, "“nan” không phải", id="not a number"),
        pytest.param({"size": "a5"}, "không có trong danh sách", id="unknown size"),
        pytest.param({"size": ""}, "Chọn", id="no size"),
    ],
)
def test_a_bad_offset_is_refused_and_kept(browse, decided, typed, said):
    page = browse("ward_clerk").post(address(decided), typed)
    assert page.status_code == 422
    assert said in page.text
    for text in typed.values():
        assert f'value="{text}"' in page.text or text in {"a5", ""}


def test_a_bad_offset_in_the_address_is_no_paper(browse, decided):
    found = browse("ward_clerk").get(f"{address(decided, '.pdf')}?size=a4&across=x")
    assert found.status_code == 422


@pytest.mark.parametrize(
    ("person", "status"), [("school_head", 403), ("company_head", 404), ("auditor", 403)]
)
def test_others_print_none(browse, decided, person, status):
    browser = browse(person)
    assert browser.get(address(decided)).status_code == status
    assert browser.get(f"{address(decided, '.pdf')}?size=a4").status_code == status


def test_a_case_without_a_decision_has_none(browse, database, accounts):
    walk = Walk(database, accounts).open(award=Award.UNIT_CERTIFICATE).to("decide_at_ward")
    assert browse("ward_clerk").get(address(walk)).status_code == 404


def test_a_certificate_of_the_province_has_the_name_of_its_award(browse, database, accounts):
    walk = Walk(database, accounts).open(award=Award.PROVINCIAL_MERIT).to("decide_at_province")
    walk.do(Outcome.AWARD)
    clerk = browse("provincial_clerk")
    page = clerk.get(f"/ho-so/{walk.case().reference}?tab=papers").text
    assert "Bằng khen (PDF)" in page
    assert "Giấy khen (PDF)" not in page
