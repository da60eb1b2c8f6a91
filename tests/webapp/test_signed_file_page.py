"""A signed file in the browser: taken before the paper is issued, or refused in words."""

import io

import pytest

from tests.signing import OFFICE, sign_for_tests
from tests.walk import Walk, on_sqlite
from tests.webapp.test_outgoing_pages import draft, go, key_of

pytestmark = on_sqlite


@pytest.fixture
def numbered(database, accounts, browse):
    """The address of a decision that has its number."""
    address = draft(browse, [Walk(database, accounts).open().to("decide_at_ward")])
    go(browse, address, "cap-so")
    return address


def send(browse, address, content):
    clerk = browse("ward_clerk")
    page = clerk.get(f"{address}/viec/ban-ky-so")
    fields = {"key": key_of(page)}
    if content is not None:
        fields["signed_file"] = (io.BytesIO(content), "309-QD.pdf")
    return clerk.post(f"{address}/viec/ban-ky-so", fields, content_type="multipart/form-data")


def test_a_signed_file_is_taken_shown_and_issued(browse, numbered):
    clerk = browse("ward_clerk")
    signed = sign_for_tests(clerk.get(f"{numbered}.pdf").data)
    assert send(browse, numbered, signed).status_code == 303
    page = clerk.get(numbered).text
    assert f"Đặng Văn Ký ({OFFICE}); giờ ký: " in page
    assert "chưa kiểm tra được tổ chức chứng thực" in page
    assert clerk.get(f"{numbered}.pdf").data == signed
    go(browse, numbered, "phat-hanh", since="phat-hanh")
    assert "viec/ban-ky-so" not in clerk.get(numbered).text


def test_a_file_that_is_not_the_signed_paper_is_refused_in_words(browse, numbered):
    paper = browse("ward_clerk").get(f"{numbered}.pdf").data
    for content, words in (
        (None, "Tệp PDF đã ký số"),
        (paper, "chưa có chữ ký số nào"),
        (b"%PDF-1.4 x", "Tải đúng bản PDF của văn bản"),
        (sign_for_tests(paper) + b"x", "Chữ ký số không còn nguyên vẹn"),
    ):
        answer = send(browse, numbered, content)
        assert answer.status_code == 422
        assert words in answer.text
    assert browse("ward_clerk").get(f"{numbered}.pdf").data == paper


def test_who_works_elsewhere_cannot_send_one(browse, numbered):
    school = browse("school_clerk")
    assert school.get(f"{numbered}/viec/ban-ky-so").status_code == 404
