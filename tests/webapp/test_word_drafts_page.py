"""Drafts in Word in the browser: downloaded, compared, taken over in part, or refused."""

import html
import io
import re

import docx
import pytest

from tests.walk import Walk, on_sqlite
from tests.webapp.test_outgoing_pages import draft, go, key_of, text_of

pytestmark = on_sqlite


@pytest.fixture
def address(browse, database, accounts):
    return draft(browse, [Walk(database, accounts).open().to("decide_at_ward")])


def edited(content, old, new):
    document = docx.Document(io.BytesIO(content))
    cells = [cell for one in document.tables for row in one.rows for cell in row.cells]
    for one in [*document.paragraphs, *(part for cell in cells for part in cell.paragraphs)]:
        one.text = one.text.replace(old, new)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def send(clerk, address, content):
    page = clerk.get(f"{address}/doi-chieu")
    fields = {"key": key_of(page)}
    if content is not None:
        fields["word_file"] = (io.BytesIO(content), "du-thao.docx")
    return clerk.post(f"{address}/doi-chieu", fields, content_type="multipart/form-data")


def offered(page):
    """Return the fields of the form that takes over."""
    texts = re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>([^<]*)<', page.text)
    seen = re.search(r'name="seen" value="(\w+)"', page.text).group(1)
    found = {name: html.unescape(text) for name, text in texts}
    return {**found, "seen": seen, "key": key_of(page)}


def test_a_draft_is_downloaded_compared_and_taken_over(browse, address):
    clerk = browse("ward_clerk")
    page = clerk.get(address).text
    assert f"{address}/du-thao.docx" in page
    assert f"{address}/doi-chieu" in page
    word = clerk.get(f"{address}/du-thao.docx")
    assert word.headers["Content-Disposition"].startswith("attachment; filename=")
    content = edited(word.data, "Về việc tặng", "Về việc trao tặng")
    content = edited(content, "Nguyễn Thị Ví Dụ", "Nguyễn Thị <b>Khác")
    compared = send(clerk, address, content)
    assert compared.status_code == 200
    assert "<ins>trao</ins>" in compared.text
    assert "<ins>&lt;b&gt;Khác</ins>" in compared.text
    assert "Danh sách lấy từ hồ sơ" in compared.text
    fields = offered(compared)
    assert fields["subject_line"].startswith("Về việc trao tặng")
    refused = clerk.post(f"{address}/doi-chieu", fields | {"reason": " "})
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert "Về việc trao tặng" in refused.text
    assert clerk.post(f"{address}/doi-chieu", fields).status_code == 303
    assert "Đã nhận nội dung từ bản Word" in clerk.get(address).text
    paper = text_of(clerk.get(f"{address}.pdf"))
    assert "Về việc trao tặng" in paper
    assert "Khác" not in paper
    stale = clerk.post(f"{address}/doi-chieu", fields | {"key": "b" * 32})
    assert stale.status_code == 422
    assert "Đối chiếu lại bản Word" in stale.text


def test_a_file_without_differences_offers_nothing(browse, address):
    clerk = browse("ward_clerk")
    same = send(clerk, address, clerk.get(f"{address}/du-thao.docx").data)
    assert same.status_code == 200
    assert "Không nhận: 0." in same.text
    assert 'name="seen"' not in same.text


def test_a_file_that_cannot_be_compared_is_refused_beside_its_box(browse, address):
    clerk = browse("ward_clerk")
    for content, words in ((None, "word_file-error"), (b"%PDF-1.7 x", "không phải Word .docx")):
        answer = send(clerk, address, content)
        assert answer.status_code == 422
        assert 'id="word_file-error"' in answer.text
        assert words in answer.text


def test_only_a_draft_of_ones_own_is_handed_out(browse, address):
    for who, status in (("school_clerk", 404), ("auditor", 403)):
        for page in ("du-thao.docx", "doi-chieu"):
            assert browse(who).get(f"{address}/{page}").status_code == status
    go(browse, address, "kiem-tra-noi-dung")
    clerk = browse("ward_clerk")
    assert "doi-chieu" not in clerk.get(address).text
    assert clerk.get(f"{address}/du-thao.docx").status_code == 409
    assert clerk.get(f"{address}/doi-chieu").status_code == 409
