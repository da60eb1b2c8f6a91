"""Certificates: names confirmed, each print recorded, the text on stock, bad offsets."""

import io

import pytest
from pypdf import PdfReader

from engine import print_files
from engine.jobs.worker import Worker
from engine.print_files import MAKE
from forms.vocabulary import Award, Outcome
from tests.decided import NUMBER, decide_together
from tests.walk import Walk, new_key, on_sqlite
from webapp.background import work_of

pytestmark = on_sqlite

POINTS_PER_MM = 72 / 25.4


@pytest.fixture
def decided(database, accounts):
    """A certificate of the ward."""
    walk = Walk(database, accounts).open(award=Award.UNIT_CERTIFICATE).to("decide_at_ward")
    walk.do(Outcome.AWARD)
    return walk


def address(walk, end="in-phoi"):
    return f"/ho-so/{walk.case().reference}/{end}"


UNCONFIRMED = {"unconfirmed_reason": "Trao ngay tại hội nghị."}


def send(browser, path, fields):
    """Send a form of these pages, with a key as its page has one."""
    return browser.post(path, {"key": new_key()} | fields)


def printed(browser, walk, **typed):
    """Print one certificate without its name confirmed, and return the PDF."""
    shown = send(browser, address(walk), UNCONFIRMED | typed)
    assert shown.status_code == 303, shown.text
    paper = browser.get(shown.location)
    assert paper.mimetype == "application/pdf"
    return paper.data


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
    assert address(decided, "giay-khen") in papers
    assert address(decided) in clerk.get(address(decided, "giay-khen")).text
    still = places(printed(clerk, decided, size="a4"))
    stock = {"size": "a4", "across": "1,5", "down": "-2"}
    moved = places(printed(clerk, decided, **stock, reason="Lệch."))
    assert "GIẤY KHEN" in still
    for line, (x, y) in still.items():
        assert moved[line] == pytest.approx((x + 1.5, y + 2), abs=0.01), line


def test_stock_with_its_heading_gets_none_of_ours(browse, decided):
    found = printed(browse("ward_clerk"), decided, size="a4", heading="1")
    assert "GIẤY KHEN" not in places(found)


def test_a_blank_sheet_gets_our_frame(browse, decided):
    found = printed(browse("ward_clerk"), decided, size="ca-khung")
    page = PdfReader(io.BytesIO(found)).pages[0]
    assert "/XObject" in page["/Resources"]


def test_a_printer_is_measured_by_a_page_of_rulers(browse, decided):
    clerk = browse("ward_clerk")
    shown = clerk.post(address(decided), {"size": "a3", "test": "1"})
    page = PdfReader(io.BytesIO(clerk.get(shown.location).data)).pages[0]
    assert float(page.mediabox.width) == pytest.approx(420 * POINTS_PER_MM, abs=1)
    assert "100 %" in page.extract_text()
    assert "Chưa in lần nào" in clerk.get(address(decided, "giay-khen")).text


def test_rulers_for_a_blank_sheet_are_on_the_sheet_of_the_award(browse, decided):
    clerk = browse("ward_clerk")
    shown = clerk.post(address(decided), {"size": "ca-khung", "test": "1"})
    assert "size=a4" in shown.location


def test_an_address_brings_the_offsets_of_a_printer_along(browse, decided):
    page = browse("ward_clerk").get(f"{address(decided)}?size=a3&across=1,5&down=-2").text
    assert '<option value="a3" selected>' in page
    assert 'value="1,5"' in page
    assert 'value="-2"' in page


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
    clerk = browse("ward_clerk")
    page = send(clerk, address(decided), UNCONFIRMED | typed)
    assert page.status_code == 422
    assert said in page.text
    for text in typed.values():
        assert f'value="{text}"' in page.text or text in {"a5", ""}
    assert "Chưa in lần nào" in clerk.get(address(decided, "giay-khen")).text


def test_a_bad_offset_in_the_address_is_no_paper(browse, decided):
    found = browse("ward_clerk").get(f"{address(decided, 'can-chinh.pdf')}?size=a4&across=x")
    assert found.status_code == 422


@pytest.mark.parametrize(
    ("person", "status"), [("school_head", 403), ("company_head", 404), ("auditor", 403)]
)
def test_others_print_none(browse, decided, person, status):
    browser = browse(person)
    for end in ("giay-khen", "giay-khen/xac-nhan", "in-phoi", "in-tat-ca"):
        assert browser.get(address(decided, end)).status_code == status
    assert send(browser, address(decided), UNCONFIRMED).status_code == status
    found = browser.get(f"{address(decided, 'can-chinh.pdf')}?size=a4")
    assert found.status_code == status


def test_a_case_without_a_decision_has_none(browse, database, accounts):
    walk = Walk(database, accounts).open(award=Award.UNIT_CERTIFICATE).to("decide_at_ward")
    clerk = browse("ward_clerk")
    for end in ("giay-khen", "giay-khen/xac-nhan", "in-phoi", "in-tat-ca"):
        assert clerk.get(address(walk, end)).status_code == 404


def test_a_name_is_confirmed_and_then_printed_without_more_words(browse, decided):
    clerk = browse("ward_clerk")
    form = address(decided, "giay-khen/xac-nhan")
    assert "Nguyễn Thị Ví Dụ" in clerk.get(form).text
    typed = {"answer": "right", "confirmed_by": "Bà Nguyễn Thị Ví Dụ", "way": "in_person"}
    shown = send(clerk, form, typed)
    assert shown.status_code == 303
    page = clerk.get(shown.location).text
    assert "Đã xác nhận tên" in page
    assert "Bà Nguyễn Thị Ví Dụ, trực tiếp" in page
    assert "unconfirmed_reason" not in clerk.get(address(decided)).text
    assert send(clerk, address(decided), {"size": "ca-khung"}).status_code == 303
    page = clerk.get(address(decided, "giay-khen")).text
    assert "In lần đầu" in page
    assert "Hoàng Thị Sổ" in page


def test_without_a_confirmation_the_box_for_the_reason_says_so(browse, decided):
    answer = send(browse("ward_clerk"), address(decided), {"size": "ca-khung"})
    assert answer.status_code == 422
    assert 'id="unconfirmed_reason-error"' in answer.text


def test_another_spelling_is_no_print_but_a_decision_that_replaces(browse, decided):
    clerk = browse("ward_clerk")
    typed = {
        "answer": "other",
        "other_spelling": "Nguyễn Thị Vi Dụ <b>",
        "confirmed_by": "Chồng của người nhận",
        "way": "phone",
    }
    assert send(clerk, address(decided, "giay-khen/xac-nhan"), typed).status_code == 303
    page = clerk.get(address(decided, "giay-khen")).text
    assert "phải có quyết định thay thế trước" in page
    assert "Nguyễn Thị Vi Dụ &lt;b&gt;" in page
    assert f'href="{address(decided)}"' not in page
    answer = send(clerk, address(decided), UNCONFIRMED | {"size": "ca-khung"})
    assert answer.status_code == 422
    assert "Điều 18 khoản 3" in answer.text


def test_a_confirmation_with_nothing_chosen_keeps_what_was_typed(browse, decided):
    typed = {"answer": "", "confirmed_by": "Bà Ví Dụ", "way": "fax"}
    answer = send(browse("ward_clerk"), address(decided, "giay-khen/xac-nhan"), typed)
    assert answer.status_code == 422
    assert 'value="Bà Ví Dụ"' in answer.text
    for name in ("answer", "way"):
        assert f'id="{name}-error"' in answer.text


def test_a_certificate_is_issued_again_on_a_request(browse, decided):
    clerk = browse("ward_clerk")
    printed(clerk, decided, size="ca-khung")
    typed = UNCONFIRMED | {"size": "ca-khung", "kind": "reissue", "reason": "Bị ướt."}
    answer = send(clerk, address(decided), typed)
    assert answer.status_code == 422
    assert 'id="request_number-error"' in answer.text
    printed(clerk, decided, **typed | {"request_number": "15/CV-THCS ngày 01/12/2030"})
    page = clerk.get(address(decided, "giay-khen")).text
    assert "Cấp lại" in page
    assert "Theo văn bản: 15/CV-THCS ngày 01/12/2030" in page
    journal = browse("auditor").get(f"/ho-so/{decided.case().reference}?tab=journal").text
    assert "Cấp lại bằng, giấy khen" in journal
    assert "Lý do: Bị ướt." in journal


def test_a_double_click_is_one_print(browse, decided):
    clerk = browse("ward_clerk")
    fields = UNCONFIRMED | {"size": "ca-khung", "key": new_key()}
    first, second = (clerk.post(address(decided), fields) for _ in range(2))
    assert first.location == second.location


def test_all_certificates_of_a_decision_are_one_file(browse, database, accounts):
    walks = decide_together(database, accounts, 3)
    clerk = browse("ward_clerk")
    page = clerk.get(address(walks[0], "giay-khen")).text
    assert address(walks[0], "in-tat-ca") in page
    for walk in walks:
        assert address(walk, "giay-khen") in page
    form = clerk.get(address(walks[0], "in-tat-ca")).text
    assert NUMBER in form
    assert "Chưa được xác nhận tên: 3 tờ" in form
    fields = UNCONFIRMED | {"which": "new", "size": "ca-khung"}
    shown = send(clerk, address(walks[0], "in-tat-ca"), fields)
    assert shown.status_code == 303
    assert len(PdfReader(io.BytesIO(clerk.get(shown.location).data)).pages) == 3
    again = send(clerk, address(walks[0], "in-tat-ca"), fields)
    assert again.status_code == 422
    assert "Không có tờ nào để in" in again.text
    answer = send(clerk, address(walks[0], "in-tat-ca"), fields | {"which": "all"})
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text


def test_a_job_makes_the_print_of_many_sheets(
    browse, database, accounts, settings, monkeypatch
):
    monkeypatch.setattr(print_files, "MANY", 3)
    walks = decide_together(database, accounts, 3)
    clerk = browse("ward_clerk")
    fields = UNCONFIRMED | {"which": "new", "size": "ca-khung"}
    shown = send(clerk, address(walks[0], "in-tat-ca"), fields)
    assert shown.status_code == 303
    waiting = clerk.get(shown.location).text
    assert "Bản in 3 tờ" in waiting
    assert "Xem đã xong chưa" in waiting
    worker = Worker(work_of(settings, database), {MAKE.name: MAKE})
    assert worker.step()
    assert f"{shown.location}.pdf" in clerk.get(shown.location).text
    assert len(PdfReader(io.BytesIO(clerk.get(f"{shown.location}.pdf").data)).pages) == 3
    assert shown.location in clerk.get(address(walks[1], "giay-khen")).text.replace(
        walks[1].case().reference, walks[0].case().reference
    )
    assert browse("company_head").get(shown.location).status_code == 403
    unknown = shown.location[:-32] + "0" * 32
    assert clerk.get(unknown).status_code == 404


def test_a_certificate_of_the_province_has_the_name_of_its_award(browse, database, accounts):
    walk = Walk(database, accounts).open(award=Award.PROVINCIAL_MERIT).to("decide_at_province")
    walk.do(Outcome.AWARD)
    clerk = browse("provincial_clerk")
    page = clerk.get(f"/ho-so/{walk.case().reference}?tab=papers").text
    assert "Bằng khen (PDF)" in page
    assert "Giấy khen (PDF)" not in page
