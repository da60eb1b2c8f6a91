"""Report, summary and statement of the unit: which copies a case has, and what they say."""

import io
from datetime import timedelta

import pypdf
import pytest

from engine.case_papers import list_offered, make_paper
from engine.cases import Subject
from engine.errors import NotFound
from engine.store.database import reading, unit_of_work
from engine.store.models import Attachment, Position, StoredFile
from forms.vocabulary import Award, Outcome, SubjectKind
from tests.walk import NOMINATION, RETURN, Walk
from tests.ward import NOON

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

REPORT, SUMMARY, STATEMENT = "bao-cao-thanh-tich", "bao-cao-tom-tat", "to-trinh-don-vi"


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


def offered(walk, actor=None):
    case = walk.case()
    with reading(walk.database) as session:
        found = list_offered(session, actor or walk.ward.school_clerk, case.reference)
        mine = {REPORT, SUMMARY, STATEMENT}
        return [(one.kind.slug, one.copy.number) for one in found if one.kind.slug in mine]


def pdf_of(walk, slug, number=1, actor=None):
    reference = walk.case().reference
    with reading(walk.database) as session:
        person = actor or walk.ward.school_clerk
        return make_paper(session, person, reference, slug, number)


def text_of(walk, slug, number=1, actor=None):
    pages = pypdf.PdfReader(io.BytesIO(pdf_of(walk, slug, number, actor))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def submit(walk, **changes):
    walk.do(Outcome.SUBMIT, **changes)
    return walk


def enclose(walk, name, *, added_at=NOON - timedelta(hours=1), removed_at=None):
    with unit_of_work(walk.database) as session:
        if session.get(StoredFile, "0" * 64) is None:
            session.add(
                StoredFile(
                    sha256="0" * 64, size=1, media_type="application/pdf", stored_at=NOON
                )
            )
            session.flush()
        session.add(
            Attachment(
                case_id=walk.case_id,
                task_id=walk.task().id,
                name=name,
                sha256="0" * 64,
                added_by_id=walk.ward.school_clerk.person_id,
                added_at=added_at,
                removed_at=removed_at,
            )
        )


def test_papers_are_there_once_what_they_say_was_recorded(walk):
    walk.open()
    assert offered(walk) == []
    submit(walk)
    assert offered(walk) == [(REPORT, 1), (SUMMARY, 1)]
    walk.do(Outcome.RECOMMEND)
    assert offered(walk) == [(REPORT, 1), (SUMMARY, 1), (STATEMENT, 1)]


def test_each_submission_keeps_its_own_papers_byte_for_byte(walk):
    walk.open().to("appraise_at_ward")
    slugs = (REPORT, SUMMARY, STATEMENT)
    first = [pdf_of(walk, slug) for slug in slugs]
    walk.at = NOON + timedelta(days=1)
    walk.do(Outcome.RETURN, **RETURN)
    submit(walk, summary="Đã bổ sung số liệu.", subject_title="Tổ trưởng").do(Outcome.RECOMMEND)
    assert offered(walk) == [(slug, number) for slug in slugs for number in (2, 1)]
    assert [pdf_of(walk, slug, 1) for slug in slugs] == first
    assert "Đã bổ sung số liệu." in text_of(walk, REPORT, 2)
    assert "Tổ trưởng" in text_of(walk, STATEMENT, 2)


def test_a_report_has_all_that_the_dossier_says(walk):
    walk.open()
    award = {
        "award": "Giấy khen",
        "authority": "Chủ tịch UBND phường",
        "signed_on": "05/02/2029",
    }
    enclose(walk, "bang-khen.pdf")
    enclose(walk, "ảnh \U0001f600.jpg")
    enclose(walk, "nham.pdf", removed_at=NOON - timedelta(minutes=1))
    submit(
        walk,
        prior_awards=[{**award, "number": "12/QĐ-UBND"}],
        evidence_note="Trang 2 có số liệu.",
    )
    text = text_of(walk, REPORT)
    for words in (
        "UBND PHƯỜNG VẠN XUÂN TRƯỜNG TRUNG HỌC CƠ SỞ HOA BAN",
        "Vạn Xuân, ngày tháng năm 2030", "Đề nghị tặng Giấy khen",
        "1. Họ và tên: Nguyễn Thị Ví Dụ", "2. Chức vụ, nghề nghiệp: Giáo viên",
        "4. Quyền hạn, nhiệm vụ được giao:", "5. Quá trình công tác:",
        "từ ngày 01 tháng 9 năm 2026 đến ngày 31 tháng 5 năm 2030",
        "đã tham gia: Thi đua nâng cao nhận thức", NOMINATION["summary"],
        NOMINATION["achievements"],
        "Cán bộ, công chức, viên chức, người lao động có sáng kiến",
        NOMINATION["criteria"]["CN1"], "12/QĐ-UBND, ngày 05 tháng 02 năm 2029",
        "IV. KỶ LUẬT", "- bang-khen.pdf - ảnh □.jpg Trang 2 có số liệu.",
        "Đơn vị cam kết nội dung hồ sơ đúng sự thật", "NGƯỜI BÁO CÁO",
        "XÁC NHẬN CỦA THỦ TRƯỞNG ĐƠN VỊ",
    ):  # fmt: skip
        assert words in text
    assert "nham.pdf" not in text
    assert "CN1" not in text
    assert "ND1" not in text


def test_a_collective_that_is_the_unit_itself_is_confirmed_above_it(walk, ward):
    name = "Trường Trung học cơ sở Hoa Ban"
    walk.open(subject=Subject(SubjectKind.COLLECTIVE, name, unit_id=ward.units["truong"]))
    submit(walk, subject_name=name, criteria={"CQ1": "Phong trào đến từng lớp."})
    text = text_of(walk, REPORT)
    assert "1. Tên tập thể: Trường Trung học cơ sở Hoa Ban" in text
    assert "Chức năng, nhiệm vụ được giao:" in text
    assert "Hoạt động của tổ chức đảng, đoàn thể:" in text
    assert "XÁC NHẬN CỦA CẤP TRÌNH KHEN THƯỞNG THỦ TRƯỞNG ĐƠN VỊ" in text
    assert "không kê khai." in text
    assert "KỶ LUẬT" not in text
    assert "Quá trình công tác" not in text


def test_an_enterprise_has_a_table_of_its_last_years(walk, ward):
    name = "Công ty Cổ phần Sao Khuê"
    walk.open(
        actor=ward.company_clerk,
        unit_id=ward.units["cong-ty"],
        subject=Subject(SubjectKind.ENTERPRISE, name, unit_id=ward.units["cong-ty"]),
        award=Award.PROVINCIAL_MERIT,
    )
    submit(
        walk,
        subject_name=name,
        achieved_from="01/09/2025",
        criteria={"DN1": "Làm chủ nền tảng số."},
    )
    text = text_of(walk, REPORT, actor=ward.company_clerk)
    assert "Năm 2026 Năm 2027 Năm 2028 Năm 2029 Năm 2030" in text
    assert "Năm 2025" not in text
    assert "Nộp ngân sách nhà nước" in text
    assert "Chức vụ" not in text
    assert "Đề nghị tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh" in text


def test_a_summary_has_the_first_sentences_on_one_page(walk):
    sentences = [f"Năm thứ {n} số hóa thêm {n}.000 bài giảng." for n in range(150)]
    submit(walk.open(), achievements=" ".join(sentences))
    text = text_of(walk, SUMMARY)
    assert len(pypdf.PdfReader(io.BytesIO(pdf_of(walk, SUMMARY))).pages) == 1
    assert f"Thành tích cụ thể: {sentences[0]} {sentences[1]}" in text
    assert "bài giảng. (trích) Tiêu chí “" in text
    assert NOMINATION["criteria"]["CN1"] in text


def test_a_statement_is_signed_by_who_recommended_for_the_head(walk, ward):
    submit(walk.open()).do(Outcome.RECOMMEND, actor=ward.school_deputy)
    text = text_of(walk, STATEMENT)
    for words in (
        "Số: /TTr-", "Về việc đề nghị tặng Giấy khen",
        "Kính gửi: Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
        "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;",
        "đề nghị tặng Giấy khen của Chủ tịch Ủy ban nhân dân phường Vạn Xuân cho 01 cá nhân",
        "giai đoạn 2025-2030", "xem xét, quyết định./.", "KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG",
        "Trần Văn Giả", "I. Cá nhân", "1. Báo cáo thành tích của Nguyễn Thị Ví Dụ.",
    ):  # fmt: skip
        assert words in text
    assert "Hội đồng" not in text.partition("DANH SÁCH")[0]


def test_a_statement_for_a_higher_award_asks_to_send_it_on(walk):
    submit(walk.open(award=Award.PRIME_MINISTER_CERTIFICATE)).do(Outcome.RECOMMEND)
    text = text_of(walk, STATEMENT)
    assert "đề nghị tặng Bằng khen của Thủ tướng Chính phủ cho 01 cá nhân" in text
    assert "xem xét, đề nghị cấp có thẩm quyền khen thưởng./." in text
    assert "HIỆU TRƯỞNG Lê Thị Mơ" in text


def test_a_statement_is_left_open_where_the_ward_stood_in_for_the_head(walk, ward):
    with unit_of_work(walk.database) as session:
        for person in (ward.school_head, ward.school_deputy):
            position = session.query(Position).filter_by(person_id=person.person_id).one()
            position.ends_on = position.starts_on
    submit(walk.open()).do(Outcome.RECOMMEND)
    text = text_of(walk, STATEMENT)
    assert "THỦ TRƯỞNG ĐƠN VỊ" in text
    assert "Đặng Văn Ký" not in text


def test_markup_in_a_name_is_printed_as_it_was_typed(walk):
    name = '<img src="file:///etc/hostname"/> & <b>Mẫu</b>'
    submit(walk.open(), subject_name=name).do(Outcome.RECOMMEND)
    for slug in (REPORT, SUMMARY, STATEMENT):
        assert name in text_of(walk, slug)


def test_a_letter_without_a_glyph_shows_a_sign_and_keeps_nobody_from_signing(walk):
    submit(walk.open(), achievements="Số liệu \U0001f600 tốt.", summary="Tốt \u2714.")
    walk.do(Outcome.RECOMMEND)
    assert "Số liệu □ tốt." in text_of(walk, REPORT)
    assert "Tốt □." in text_of(walk, SUMMARY)
    assert "Tốt □." in text_of(walk, STATEMENT)


@pytest.mark.parametrize(
    ("slug", "number"), [(REPORT, 2), (STATEMENT, 1), ("bien-ban-don-vi", 2)]
)
def test_a_paper_that_a_case_has_not_is_not_found(walk, slug, number):
    submit(walk.open())
    with pytest.raises(NotFound):
        pdf_of(walk, slug, number)


def test_the_minutes_of_the_unit_have_what_is_known_and_room_for_the_rest(walk):
    submit(walk.open())
    said = text_of(walk, "bien-ban-don-vi")
    for words in (
        "BIÊN BẢN", "Họp xét, đề nghị tặng Giấy khen", "Nguyễn Thị Ví Dụ", "Giáo viên",
        NOMINATION["summary"], "Chủ trì: …", "Cuộc họp thống nhất đề nghị tặng Giấy khen",
    ):  # fmt: skip
        assert words in said, words


def test_strangers_find_no_paper(walk, ward):
    submit(walk.open())
    with pytest.raises(NotFound):
        pdf_of(walk, REPORT, 1, ward.company_clerk)
    with pytest.raises(NotFound):
        offered(walk, ward.company_clerk)
