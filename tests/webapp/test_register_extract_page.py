"""The extract of the register in a browser."""

import io

import pypdf

from tests.walk import on_sqlite

pytestmark = on_sqlite

REGISTER = "/so-khen-thuong"


def test_the_list_leads_to_an_extract_with_the_same_filters(browse):
    clerk = browse("ward_clerk")
    page = clerk.get(f"{REGISTER}?q=phu+nu&year=2030&after=_5").text
    link = f"{REGISTER}/trich-so.pdf?q=phu+nu&amp;year=2030"
    assert f'href="{link}"' in page
    answer = clerk.get(link.replace("&amp;", "&"))
    assert answer.content_type == "application/pdf"
    (sheet,) = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert "năm 2030; có “phu nu”" in sheet.extract_text()


def test_who_may_not_see_the_register_gets_no_extract(browse):
    assert browse("administrator").get(f"{REGISTER}/trich-so.pdf").status_code == 403
