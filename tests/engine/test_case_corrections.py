"""Annulment and correction of an award of a case: which papers it has, and what they say."""

import io
from datetime import date

import pypdf
import pytest
from sqlalchemy import select

from engine.case_papers import list_offered, make_paper
from engine.errors import NotFound
from engine.register import annul, correct, replace_award
from engine.register_facts import AwardFacts, Letter
from engine.store.database import reading, unit_of_work
from engine.store.models import RegisterEntry
from forms.vocabulary import AnnulmentGround, Award, EntryNature, EntrySource, Outcome
from tests.walk import Walk, new_key, on_sqlite
from tests.ward import NOON

pytestmark = on_sqlite

ANNULMENT, CORRECTION = SLUGS = ("quyet-dinh-huy-bo", "cong-van-dinh-chinh")
REPLACEMENT = "quyet-dinh-thay-the"
DAY = date(2030, 12, 2)


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open().to("decide_at_ward")


def granted(walk):
    with reading(walk.database) as session:
        return session.scalars(
            select(RegisterEntry.id).where(
                RegisterEntry.case_id == walk.case_id,
                RegisterEntry.source == EntrySource.CASE,
                RegisterEntry.nature == EntryNature.GRANTED,
            )
        ).one()


def do_annul(walk, actor, reason="Số liệu trong báo cáo không đúng."):
    with unit_of_work(walk.database) as session:
        return annul(
            session,
            entry_id=granted(walk),
            ground=AnnulmentGround.FALSE_DECLARATION,
            letter=Letter("320/QĐ-UBND", DAY, reason),
            actor=actor,
            at=NOON,
            key=new_key(),
        )


def do_correct(walk, number="12/UBND-VHXH", reason="Ngày ban hành ghi nhầm."):
    with unit_of_work(walk.database) as session:
        return correct(
            session,
            entry_id=granted(walk),
            letter=Letter(number, DAY, reason),
            actor=walk.ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )


def copies(walk):
    with reading(walk.database) as session:
        offered = list_offered(session, walk.ward.ward_clerk, walk.case().reference)
        return [(one.kind.slug, one.copy.number) for one in offered if one.kind.slug in SLUGS]


def said(walk, slug, number):
    content = pdf_of(walk, slug, number)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def pdf_of(walk, slug, number):
    with reading(walk.database) as session:
        return make_paper(session, walk.ward.ward_clerk, walk.case().reference, slug, number)


def holds_all(text, *expected):
    assert not [one for one in expected if one not in text], text


def test_an_award_that_stands_as_it_is_has_neither(walk):
    assert copies(walk) == []
    walk.do(Outcome.AWARD)
    assert copies(walk) == []


def test_an_annulment_says_what_why_and_what_is_recovered(walk, ward):
    walk.do(Outcome.AWARD)
    act_id = do_annul(walk, ward.ward_chairman)
    assert copies(walk) == [(ANNULMENT, act_id)]
    decision = (
        "Quyết định số 309/QĐ-UBND ngày 02 tháng 12 năm 2030 của Chủ tịch Ủy ban nhân dân"
        " phường Vạn Xuân"
    )
    holds_all(
        said(walk, ANNULMENT, act_id),
        "Số: 320/QĐ-UBND",
        "Vạn Xuân, ngày 02 tháng 12 năm 2030",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN PHƯỜNG VẠN XUÂN",
        "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;",
        "Căn cứ điểm a khoản 2 Điều 93 Luật Thi đua, khen thưởng;",
        f"Căn cứ {decision}",
        "Điều 1. Hủy bỏ việc tặng Giấy khen",
        f"Nguyễn Thị Ví Dụ tại {decision}. Lý do: gian dối trong việc kê khai công trạng,"
        " thành tích; Số liệu trong báo cáo không đúng.",
        "Điều 2. Thu hồi hiện vật khen thưởng và tiền thưởng kèm theo",
        "Điều 3. ",
        "căn cứ Quyết định thi hành./.",
        "- Như Điều 3;",
    )


def test_each_correction_has_its_letter(walk):
    walk.do(Outcome.AWARD)
    first = do_correct(walk)
    second = do_correct(walk, "13/UBND-VHXH", "Ghi <b>đúng</b> \U0001f600.")
    assert copies(walk) == [(CORRECTION, second), (CORRECTION, first)]
    text = said(walk, CORRECTION, first)
    holds_all(
        text,
        "Số: 12/UBND-VHXH",
        "V/v đính chính Quyết định số 309/QĐ-UBND",
        "Kính gửi: Trường Trung học cơ sở Hoa Ban",
        "khoản 3 Điều 18 Nghị định số 30/2020/NĐ-CP",
        "đính chính như sau: Ngày ban hành ghi nhầm.",
        "Các nội dung khác của Quyết định số 309/QĐ-UBND không thay đổi.",
    )
    assert "QUYẾT ĐỊNH" not in text
    assert "Ghi <b>đúng</b> □." in said(walk, CORRECTION, second)


def test_a_decision_that_was_recorded_from_paper_is_corrected_on_paper(database, ward):
    walk = Walk(database, ward).open(award=Award.PRIME_MINISTER_CERTIFICATE)
    walk.to("record_prime_minister_decision").do(Outcome.AWARD)
    do_correct(walk)
    do_annul(walk, ward.ward_clerk)
    assert copies(walk) == []


def test_a_paper_of_another_act_is_not_made(walk):
    walk.do(Outcome.AWARD)
    act_id = do_correct(walk)
    with pytest.raises(NotFound):
        pdf_of(walk, ANNULMENT, act_id)


def test_the_same_copy_has_the_same_bytes(walk, ward):
    walk.do(Outcome.AWARD)
    act_id = do_annul(walk, ward.ward_chairman)
    assert pdf_of(walk, ANNULMENT, act_id) == pdf_of(walk, ANNULMENT, act_id)


def do_replace(walk, name):
    with unit_of_work(walk.database) as session:
        entry = session.get_one(RegisterEntry, granted(walk))
        facts = AwardFacts(
            subject_text=name,
            honour=entry.honour,
            honour_text=entry.honour_text,
            kind=entry.kind,
            authority_level=entry.authority_level,
            authority_name=entry.authority_name,
            number="330/QĐ-UBND",
            decided_on=DAY,
        )
        return replace_award(
            session,
            entry_id=entry.id,
            facts=facts,
            reason="Sai họ tên người được khen.",
            actor=walk.ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )


def test_a_replacement_says_what_it_grants_and_what_it_takes_the_place_of(walk):
    walk.do(Outcome.AWARD)
    assert replacements(walk) == []
    entry = do_replace(walk, "Nguyễn Thị Ví Dũ")
    assert replacements(walk) == [entry]
    words = said(walk, REPLACEMENT, entry)
    for expected in (
        "Số: 330/QĐ-UBND", "Về việc tặng Giấy khen",
        "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;",
        "Căn cứ khoản 3 Điều 18 Nghị định số 30/2020/NĐ-CP.",
        "Điều 1. Tặng Giấy khen cho Nguyễn Thị Ví Dũ, ",
        "Điều 2. Quyết định này thay thế Quyết định số 309/QĐ-UBND ngày 02 tháng 12 năm 2030",
        "cho Nguyễn Thị Ví Dụ. Lý do: Sai họ tên người được khen.",
        "và Nguyễn Thị Ví Dũ căn cứ Quyết định thi hành./.", "CHỦ TỊCH",
    ):  # fmt: skip
        assert expected in words, expected
    assert pdf_of(walk, REPLACEMENT, entry) == pdf_of(walk, REPLACEMENT, entry)
    with unit_of_work(walk.database) as session:
        act = annul(
            session,
            entry_id=entry,
            ground=AnnulmentGround.FALSE_DECLARATION,
            letter=Letter("350/QĐ-UBND", DAY, "Số liệu không đúng."),
            actor=walk.ward.ward_chairman,
            at=NOON,
            key=new_key(),
        )
    words = said(walk, ANNULMENT, act)
    assert "cho Nguyễn Thị Ví Dũ tại Quyết định số 330/QĐ-UBND" in words


def replacements(walk):
    with reading(walk.database) as session:
        offered = list_offered(session, walk.ward.ward_clerk, walk.case().reference)
        return [one.copy.number for one in offered if one.kind.slug == REPLACEMENT]
