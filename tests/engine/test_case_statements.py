"""Appraisal sheet and statement of an authority: which a case has, and what they say."""

import io
from datetime import date, timedelta

import pypdf
import pytest
from sqlalchemy import delete, select, text

from engine.case_papers import KINDS, list_offered, make_paper
from engine.case_papers.kind import Issue
from engine.cases import Subject
from engine.errors import NotFound
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Check, Position, Round, Unit
from forms.vocabulary import Award, CheckItem, Occasion, Outcome, SubjectKind
from tests.walk import APPRAISAL, RETURN, Walk, on_sqlite
from tests.ward import NOON

pytestmark = on_sqlite

SHEET, STATEMENT, OF_UNIT = "phieu-tham-dinh", "to-trinh", "to-trinh-don-vi"
ISSUE = Issue("12/TTr-UBND", date(2030, 12, 5), "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", "Đặng Văn Ký")


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


@pytest.fixture
def at_province(walk):
    """Return a nomination for the Prime Minister's certificate that the ward sent on."""
    return walk.open(award=Award.PRIME_MINISTER_CERTIFICATE).to("appraise_at_province")


def numbers(walk, slug, actor=None):
    with reading(walk.database) as session:
        actor = actor or walk.ward.ward_clerk
        offered = list_offered(session, actor, walk.case().reference)
        return [one.copy.number for one in offered if one.kind.slug == slug]


def pdf_of(walk, slug, number=None, actor=None):
    number = number or numbers(walk, slug)[0]
    with reading(walk.database) as session:
        actor = actor or walk.ward.ward_clerk
        return make_paper(session, actor, walk.case().reference, slug, number)


def words_of(walk, slug, number=None, *, content=b""):
    pages = pypdf.PdfReader(io.BytesIO(content or pdf_of(walk, slug, number))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def issued(walk, slug, number):
    kind = next(one for one in KINDS if one.slug == slug)
    with reading(walk.database) as session:
        return kind.make(session, session.get_one(Case, walk.case_id), number, ISSUE)


def holds_all(said, *expected):
    missing = [words for words in expected if words not in said]
    assert not missing, said


def test_papers_are_there_once_what_they_say_was_recorded(walk):
    walk.open(award=Award.PRIME_MINISTER_CERTIFICATE).to("appraise_at_ward")
    assert numbers(walk, SHEET) == []
    walk.do(Outcome.RECOMMEND)
    assert len(numbers(walk, SHEET)) == 1
    walk.to("decide_at_ward")
    assert numbers(walk, STATEMENT) == []
    walk.do(Outcome.RECOMMEND)
    assert len(numbers(walk, STATEMENT)) == 1


def test_an_award_that_the_ward_decides_is_sent_nowhere(walk):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    assert numbers(walk, STATEMENT) == []


def test_an_appraisal_that_returned_the_nomination_gives_no_sheet(walk):
    walk.open().to("appraise_at_ward").do(Outcome.RETURN, **RETURN)
    assert numbers(walk, SHEET) == []


def test_a_sheet_has_each_question_with_its_answer_and_who_answered(walk):
    checks = {item.value: {"verdict": "met"} for item in CheckItem}
    checks["complete"] = {"verdict": "incomplete", "note": "Bổ sung <b>bản gốc</b> \U0001f600."}
    walk.open().to("appraise_at_ward")
    walk.do(Outcome.RECOMMEND, **APPRAISAL | {"checks": checks, "summary": "Đạt.\nĐủ."})
    said = words_of(walk, SHEET)
    holds_all(
        said, *(item.vi for item in CheckItem),
        "UBND PHƯỜNG VẠN XUÂN PHÒNG VĂN HÓA - XÃ HỘI", "PHIẾU THẨM ĐỊNH",
        "Hồ sơ đề nghị tặng Giấy khen của Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
        f"Mã hồ sơ: {walk.case().reference}, lần nộp 1, nộp ngày 02 tháng 12 năm 2030.",
        "Cá nhân: Nguyễn Thị Ví Dụ.", "Chức vụ, nghề nghiệp: Giáo viên.",
        "Người thẩm định: Hoàng Thị Sổ, Chuyên viên.",
        "Thời gian thẩm định: 12 giờ 00 phút, ngày 02 tháng 12 năm 2030.",
        "Cần bổ sung Bổ sung <b>bản gốc</b> □.",
        "Căn cứ: Luật Thi đua, khen thưởng, Điều 84",
        "Căn cứ: Kế hoạch số 40/KH-UBND, mục II.1, IV.1",
        "IV. Kết luận Đạt. Đủ.", "đề nghị cấp có thẩm quyền xét tặng Giấy khen",
        "NGƯỜI THẨM ĐỊNH Hoàng Thị Sổ",
    )  # fmt: skip
    assert said.count("Đạt") >= len(CheckItem) - 1
    assert "right_subject" not in said
    assert "Số:" not in said


def stored(walk):
    """Return the checks that the case has, oldest first, detached."""
    with reading(walk.database) as session:
        rows = session.scalars(
            select(Check).where(Check.case_id == walk.case_id).order_by(Check.id)
        ).all()
        session.expunge_all()
        return rows


def test_a_sheet_says_what_the_rules_said_then(walk):
    walk.open().to("appraise_at_ward").do(Outcome.RECOMMEND)
    said = words_of(walk, SHEET)
    (*_, check) = stored(walk)
    holds_all(
        said, "III. Kiểm tra theo quy định",
        "Hồ sơ tiếp nhận ngày 02 tháng 12 năm 2030; bộ quy tắc của hệ thống: từ",
        f"Kết quả: {check.conclusion.vi[0].lower()}{check.conclusion.vi[1:]}.",
    )  # fmt: skip
    assert "Không áp dụng" not in said


def test_provisions_whose_text_was_not_compared_are_not_cited(walk):
    walk.open().to("appraise_at_ward").do(Outcome.RECOMMEND)
    said = words_of(walk, SHEET)
    assert "Theo nguồn thứ cấp, cần đối chiếu" in said
    assert "06/2026/QH16" not in said


def test_what_comes_later_changes_no_sheet(walk):
    walk.open(award=Award.PRIME_MINISTER_CERTIFICATE).to("appraise_at_ward")
    walk.do(Outcome.RECOMMEND)
    (number,) = numbers(walk, SHEET)
    before = pdf_of(walk, SHEET, number)
    walk.at = NOON + timedelta(days=1)
    walk.to("decide_at_ward").do(Outcome.RETURN, **RETURN)
    walk.do(Outcome.SUBMIT, summary="Đã bổ sung số liệu.")
    walk.to("appraise_at_province")
    assert pdf_of(walk, SHEET, number) == before
    assert len(numbers(walk, SHEET)) == 2


def add_midterm(walk):
    """Return the id of a mid-term round that is open for the lower awards."""
    with unit_of_work(walk.database) as session:
        final = session.get_one(Round, walk.ward.final_id)
        row = Round(
            plan_id=final.plan_id,
            name="Sơ kết năm 2030",
            occasion=Occasion.MIDTERM,
            year=2030,
            opens_at=final.opens_at,
            closes_at=final.closes_at,
            awards=[Award.UNIT_CERTIFICATE.value, Award.PROVINCIAL_MERIT.value],
        )
        session.add(row)
        session.flush()
        return row.id


def test_a_sheet_says_against_which_rule_somebody_went_on_and_why(walk, ward):
    school = Subject(SubjectKind.COLLECTIVE, "Tổ Toán - Tin")
    walk.open(
        round_id=add_midterm(walk),
        award=Award.PRIME_MINISTER_CERTIFICATE,
        subject=school,
        override_reason="Đợt mở bổ sung.",
    )
    walk.do(Outcome.SUBMIT, subject_name=school.name, criteria={"CQ1": "Đến từng lớp."})
    walk.to("appraise_at_ward").do(Outcome.RECOMMEND)
    said = words_of(walk, SHEET)
    assert (
        "Đã đề nghị tiếp dù chưa đạt điều kiện: “Bằng khen của Thủ tướng Chính phủ khi sơ kết”;"
        " lý do: Đợt mở bổ sung."
    ) in said
    assert "E13" not in said


def test_a_case_without_a_check_says_so(walk):
    walk.open().to("appraise_at_ward").do(Outcome.RECOMMEND)
    with unit_of_work(walk.database) as session:
        session.execute(text("DROP TRIGGER checks_no_delete"))
        session.execute(delete(Check))
    said = words_of(walk, SHEET)
    assert "Hệ thống chưa kiểm tra hồ sơ này theo quy định. IV. Kết luận" in said


def test_a_statement_of_the_ward_asks_the_province_with_the_votes_of_its_council(at_province):
    said = words_of(at_province, STATEMENT)
    holds_all(
        said, "ỦY BAN NHÂN DÂN PHƯỜNG VẠN XUÂN", "/TTr-UBND", "ngày tháng năm 2030",
        "Về việc đề nghị tặng Bằng khen của Thủ tướng Chính phủ",
        "Kính gửi: - Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên; - Sở Nội vụ.",
        "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;",
        "Căn cứ kết quả họp Hội đồng Thi đua - Khen thưởng phường Vạn Xuân ngày 02 tháng 12"
        " năm 2030.",
        "cho 01 cá nhân, đã có thành tích xuất sắc",
        "Loại hình khen thưởng: phong trào thi đua.",
        "tổng số 09 thành viên, dự họp 09; đồng ý 09, không đồng ý 00, phiếu trắng, không hợp"
        " lệ 00. Hội đồng đề nghị khen thưởng.",
        "1. Báo cáo thành tích của Nguyễn Thị Ví Dụ;",
        "2. Tờ trình của Trường Trung học cơ sở Hoa Ban;",
        "3. Biên bản họp Hội đồng Thi đua - Khen thưởng phường Vạn Xuân ngày 02 tháng 12",
        "xem xét, đề nghị cấp có thẩm quyền khen thưởng./.",
        "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH Đặng Văn Ký",
        "DANH SÁCH Đề nghị tặng Bằng khen của Thủ tướng Chính phủ",
    )  # fmt: skip
    assert "KT." not in said


def test_a_deputy_signs_for_the_chairman(walk, ward):
    walk.open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")
    walk.do(Outcome.RECOMMEND, actor=ward.ward_deputy, opinion="Nhất trí đề nghị.")
    said = words_of(walk, STATEMENT)
    holds_all(
        said, "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH Dương Thị Thay",
        "Nhất trí đề nghị.", "xem xét, quyết định./.",
    )  # fmt: skip


def test_a_statement_of_the_province_names_all_that_came_with_the_case(at_province):
    at_province.to("decide_at_province").do(Outcome.RECOMMEND)
    said = words_of(at_province, STATEMENT)
    holds_all(
        said, "ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN", "Thái Nguyên, ngày tháng năm 2030",
        "Kính gửi: - Thủ tướng Chính phủ; - Bộ Nội vụ.",
        "Biên bản họp Hội đồng Thi đua - Khen thưởng phường Vạn Xuân",
        "Tờ trình của Ủy ban nhân dân phường Vạn Xuân",
        "Biên bản họp Hội đồng Thi đua - Khen thưởng tỉnh Thái Nguyên",
        "xem xét, quyết định./.", "CHỦ TỊCH Mai Văn Tỉnh",
    )  # fmt: skip
    assert len(numbers(at_province, STATEMENT)) == 2


def test_a_statement_against_the_advice_says_why(walk):
    walk.open(award=Award.PRIME_MINISTER_CERTIFICATE).to("record_ward_council")
    walk.do(Outcome.REJECT, agree="4", disagree="5")
    walk.do(Outcome.RECOMMEND, deviation_reason="Đã có thêm minh chứng.")
    said = words_of(walk, STATEMENT)
    holds_all(
        said, "đồng ý 04, không đồng ý 05", "Hội đồng không đề nghị khen thưởng.",
        "Lý do đề nghị khác ý kiến của Hội đồng: Đã có thêm minh chứng.",
    )  # fmt: skip


def test_a_statement_is_open_where_nobody_knows_the_title_of_who_recommended(at_province):
    with unit_of_work(at_province.database) as session:
        chairman = at_province.ward.ward_chairman.person_id
        position = session.query(Position).filter_by(person_id=chairman).one()
        position.ends_on = position.starts_on
    said = words_of(at_province, STATEMENT)
    assert "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH" in said
    assert "Đặng Văn Ký" not in said


def test_an_issued_statement_carries_number_date_and_who_signed(at_province):
    (number,) = numbers(at_province, STATEMENT)
    said = words_of(at_province, STATEMENT, content=issued(at_province, STATEMENT, number))
    holds_all(
        said, "Số: 12/TTr-UBND", "Vạn Xuân, ngày 05 tháng 12 năm 2030",
        "(Kèm theo Tờ trình số 12/TTr-UBND ngày 05 tháng 12 năm 2030 của Ủy ban nhân dân",
    )  # fmt: skip
    assert words_of(at_province, STATEMENT, number).count("12/TTr") == 0


def test_a_unit_statement_carries_its_number_once_it_is_issued(at_province):
    said = words_of(at_province, OF_UNIT, content=issued(at_province, OF_UNIT, 1))
    holds_all(said, "Số: 12/TTr-UBND", "Vạn Xuân, ngày 05 tháng 12 năm 2030", "Đặng Văn Ký")
    assert "Lê Thị Mơ" not in said


def test_a_statement_has_room_for_its_symbol_where_the_unit_has_none(at_province):
    with unit_of_work(at_province.database) as session:
        session.get_one(Unit, at_province.ward.units["phuong"]).symbol = ""
    assert "/TTr-……" in words_of(at_province, STATEMENT)


def test_strangers_find_neither_paper(at_province, ward):
    for slug in (SHEET, STATEMENT):
        (*_, number) = numbers(at_province, slug)
        with pytest.raises(NotFound):
            pdf_of(at_province, slug, number, ward.company_clerk)
        with pytest.raises(NotFound):
            pdf_of(at_province, slug, 999)
