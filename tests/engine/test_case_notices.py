"""Receipt, requests and notices of a case: which it has, and what they say."""

import io
from datetime import date

import pypdf
import pytest

from engine.case_papers import KINDS, list_offered, make_paper
from engine.case_papers.kind import Issue
from engine.errors import NotFound
from engine.store.database import reading
from engine.store.models import Case
from forms.vocabulary import Award, HoldReason, Outcome, ReturnItem
from tests.walk import SUPPLEMENT, Walk, on_sqlite

pytestmark = on_sqlite

RECEIPT, REQUEST, HOLD, REFUSAL, RESULT = (
    "giay-tiep-nhan",
    "yeu-cau-bo-sung",
    "thong-bao-chua-xet",
    "thong-bao-khong-khen-thuong",
    "thong-bao-ket-qua",
)
NOTICES = {REQUEST, HOLD, REFUSAL, RESULT}
ISSUE = Issue("05/TB-UBND", date(2030, 12, 5), "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", "Dương Thị Thay")


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


def copies(walk, slug):
    with reading(walk.database) as session:
        offered = list_offered(session, walk.ward.ward_clerk, walk.case().reference)
        return [one.copy.number for one in offered if one.kind.slug == slug]


def kinds(walk):
    with reading(walk.database) as session:
        offered = list_offered(session, walk.ward.school_clerk, walk.case().reference)
        return {one.kind.slug for one in offered} & NOTICES


def pdf_of(walk, slug):
    with reading(walk.database) as session:
        return make_paper(
            session, walk.ward.ward_clerk, walk.case().reference, slug, copies(walk, slug)[0]
        )


def words(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def holds_all(said, *expected):
    assert not [one for one in expected if one not in said], said


def test_a_submission_has_its_receipt(walk):
    walk.open().to("appraise_at_ward")
    said = words(pdf_of(walk, RECEIPT))
    holds_all(
        said,
        "GIẤY TIẾP NHẬN HỒ SƠ",
        f"Mã hồ sơ: {walk.case().reference}, lần nộp 1.",
        "Đơn vị nộp: Trường Trung học cơ sở Hoa Ban.",
        "Người nộp: Đỗ Thị Thử.",
        "12 giờ 00 phút, ngày 02 tháng 12 năm 2030.",
        "1. Báo cáo thành tích",
    )
    assert "Số:" not in said
    walk.do(Outcome.RETURN)
    walk.do(Outcome.SUBMIT)
    assert copies(walk, RECEIPT) == [2, 1]


def test_a_return_asks_for_what_was_ticked(walk):
    walk.open().to("appraise_at_ward").do(Outcome.RETURN, **SUPPLEMENT)
    said = words(pdf_of(walk, REQUEST))
    holds_all(
        said,
        "Kính gửi: Trường Trung học cơ sở Hoa Ban",
        f"1. {ReturnItem.MISSING_PART.vi}",
        "2. Giấy tờ còn thiếu: ",
        "Nội dung cụ thể: Bổ sung biên bản họp xét.",
        "trước hết ngày 16 tháng 12 năm 2030",
        "/TB-UBND",
    )
    assert "review_minutes" not in said
    assert kinds(walk) == {REQUEST}


def test_the_head_of_the_unit_sends_no_notice_to_the_own_unit(walk):
    walk.open().to("review_at_unit").do(Outcome.RETURN)
    assert kinds(walk) == set()


def test_a_hold_says_why(walk):
    walk.open().to("appraise_at_ward").do(Outcome.HOLD)
    said = words(pdf_of(walk, HOLD))
    reason = HoldReason.DISCIPLINE.vi
    holds_all(
        said,
        "Về việc chưa xét hồ sơ đề nghị khen thưởng",
        f"chưa xét khen thưởng vì đối tượng {reason[0].lower()}{reason[1:]}.",
        "Nội dung vụ việc: Chờ kết luận thanh tra.",
    )


def test_a_refusal_gives_the_reason_as_it_was_written(walk):
    walk.open().to("decide_at_ward")
    walk.do(
        Outcome.REJECT, deviation_reason="Có đơn thư.", reason="Chưa <b>đạt</b> \U0001f600."
    )
    said = words(pdf_of(walk, REFUSAL))
    holds_all(said, "Về việc không xét khen thưởng", "Lý do: Chưa <b>đạt</b> □.")
    assert "khiếu nại" not in said


def test_an_award_of_the_ward_is_made_known(walk):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    said = words(pdf_of(walk, RESULT))
    holds_all(
        said,
        "Về việc kết quả xét khen thưởng",
        "Quyết định: số 309/QĐ-UBND ngày 02 tháng 12 năm 2030.",
        "Giấy khen của Chủ tịch Ủy ban nhân dân phường Vạn Xuân.",
        "Nguyễn Thị Ví Dụ.",
        "Tiền thưởng kèm theo: ",
    )
    assert kinds(walk) == {RESULT}


def test_a_decision_recorded_from_above_has_no_notice_of_ours(walk):
    walk.open(award=Award.PRIME_MINISTER_CERTIFICATE).to("record_prime_minister_decision")
    walk.do(Outcome.AWARD)
    assert RESULT not in kinds(walk)


def test_an_issued_notice_carries_what_it_was_given(walk):
    walk.open().to("appraise_at_ward").do(Outcome.HOLD)
    kind = next(one for one in KINDS if one.slug == HOLD)
    with reading(walk.database) as session:
        case = session.get_one(Case, walk.case_id)
        said = words(kind.make(session, case, copies(walk, HOLD)[0], ISSUE))
    holds_all(
        said,
        "Số: 05/TB-UBND",
        "ngày 05 tháng 12 năm 2030",
        "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
        "Dương Thị Thay",
    )


def test_a_copy_that_is_not_there_is_not_made(walk):
    walk.open().to("appraise_at_ward")
    with pytest.raises(NotFound), reading(walk.database) as session:
        make_paper(session, walk.ward.ward_clerk, walk.case().reference, HOLD, 1)


def test_the_same_copy_has_the_same_bytes(walk):
    walk.open().to("appraise_at_ward").do(Outcome.HOLD)
    assert pdf_of(walk, HOLD) == pdf_of(walk, HOLD)
