import hashlib
import io
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from sqlalchemy.orm import Session

from engine import errors
from engine.bonus import Bonus, bonus_for, packaged_bonuses
from engine.papers import make_papers
from engine.settings import put_setting, settings_on
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Decision, Paper, Unit
from engine.subjects import Subject
from forms.vocabulary import Award, CaseOutcome, Level, LevelMode, Outcome, SubjectKind
from tests.walk import NOMINATION, Walk, on_sqlite, traces
from tests.ward import NOON


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


def decision_of(walk):
    with reading(walk.database) as session:
        decision = session.query(Decision).filter_by(case_id=walk.case_id).one()
        papers = session.query(Paper).filter_by(case_id=walk.case_id).order_by(Paper.kind)
        found = {paper.kind: paper.content for paper in papers}
        session.expunge_all()
        return decision, found


def text_of(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def refuse(walk, error, **changes):
    before = traces(walk.database)
    with pytest.raises(error) as caught:
        walk.do(Outcome.AWARD, **changes)
    assert traces(walk.database) == before
    return caught.value


def test_a_ward_certificate_is_issued_with_its_decision(walk, ward):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    decision, papers = decision_of(walk)
    assert (decision.level, decision.authority_unit_id) == (Level.WARD, ward.units["phuong"])
    assert (decision.number, decision.year) == ("309/QĐ-UBND", 2030)
    assert decision.recorded_from_paper is False
    assert sorted(papers) == ["certificate", "decision"]
    assert all(content.startswith(b"%PDF-") for content in papers.values())
    assert walk.check() == []


def test_the_papers_say_who_is_awarded_what_by_whom(walk):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    _, papers = decision_of(walk)
    decision = text_of(papers["decision"])
    for words in (
        "309/QĐ-UBND",
        "Giấy khen của Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
        "Ông/Bà Nguyễn Thị Ví Dụ, Giáo viên, Trường Trung học cơ sở Hoa Ban",
        "Theo đề nghị của Hội đồng Thi đua - Khen thưởng",
        "Kế hoạch số 40/KH-UBND",
        "giai đoạn 2025-2030",
    ):
        assert words in decision
    assert "NGUYỄN THỊ VÍ DỤ" in text_of(papers["certificate"])
    assert "ÔNG/BÀ" not in text_of(papers["certificate"])


def test_a_decision_against_the_advice_does_not_claim_it(walk):
    walk.open().to("record_ward_council").do(Outcome.REJECT)
    walk.do(Outcome.AWARD, deviation_reason="Đã xác minh thêm thành tích.")
    _, papers = decision_of(walk)
    assert "Theo đề nghị của Hội đồng" not in text_of(papers["decision"])


def test_the_journal_has_the_hash_of_each_paper(walk):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    _, papers = decision_of(walk)
    detail = walk.journal()[-1].detail
    assert detail["decision"]["number"] == "309/QĐ-UBND"
    assert detail["papers"] == {
        kind: hashlib.sha256(content).hexdigest() for kind, content in papers.items()
    }


def test_a_head_who_may_issue_decides_at_the_unit(walk, ward):
    walk.submissions["nomination.v1"] = NOMINATION | {"criteria": {"CN1": "Có."}}
    walk.open(actor=ward.company_clerk, unit_id=ward.units["cong-ty"]).to("review_at_unit")
    walk.do(
        Outcome.AWARD,
        number="05/QĐ-SK",
        signer_name="Phạm Văn Mẫu",
        signer_title="Giám đốc",
    )
    decision, papers = decision_of(walk)
    assert (decision.level, decision.authority_unit_id) == (Level.UNIT, ward.units["cong-ty"])
    assert "Giấy khen của Giám đốc Công ty Cổ phần Sao Khuê" in text_of(papers["decision"])


def test_a_deputy_signs_for_the_head_who_decides(walk, ward):
    walk.submissions["nomination.v1"] = NOMINATION | {"criteria": {"CN1": "Có."}}
    walk.open(actor=ward.company_clerk, unit_id=ward.units["cong-ty"]).to("review_at_unit")
    walk.do(Outcome.AWARD, number="05/QĐ-SK", signer_title="Phó Giám đốc")
    _, papers = decision_of(walk)
    decision, certificate = text_of(papers["decision"]), text_of(papers["certificate"])
    assert "Giấy khen của Giám đốc Công ty Cổ phần Sao Khuê" in decision
    for text in (decision, certificate):
        assert "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC" in text
    assert "Giáo viên, Trường Trung học cơ sở Hoa Ban" in certificate


def test_a_provincial_merit_has_a_decision_and_a_certificate(walk):
    walk.open(award=Award.PROVINCIAL_MERIT).to("decide_at_province").do(Outcome.AWARD)
    decision, papers = decision_of(walk)
    assert (decision.level, decision.recorded_from_paper) == (Level.PROVINCE, False)
    assert sorted(papers) == ["certificate", "decision"]
    assert "BẰNG KHEN" in text_of(papers["certificate"])
    text = text_of(papers["decision"])
    assert "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên" in text
    assert "ỉnh Thái Nguyên, ngày 02" not in text


@pytest.mark.parametrize(
    ("award", "element_id", "authority"),
    [
        (Award.PRIME_MINISTER_CERTIFICATE, "record_prime_minister_decision", "vpcp"),
        (Award.LABOR_ORDER, "record_president_decision", "vpctn"),
    ],
)
def test_a_decision_above_the_province_is_recorded_from_its_paper(
    walk, ward, award, element_id, authority
):
    walk.open(award=award).to(element_id).do(Outcome.AWARD, number="1022/QĐ-CTN")
    decision, papers = decision_of(walk)
    assert decision.recorded_from_paper is True
    assert decision.authority_unit_id == ward.units[authority]
    assert papers == {}
    assert walk.check() == []


@on_sqlite
@pytest.mark.parametrize(
    ("award", "level", "element_id", "authority"),
    [
        (Award.PROVINCIAL_MERIT, "province", "record_provincial_result", "tinh"),
        (
            Award.PRIME_MINISTER_CERTIFICATE,
            "prime_minister",
            "record_prime_minister_result",
            "vpcp",
        ),
        (Award.LABOR_ORDER, "president", "record_president_result", "vpctn"),
    ],
)
def test_a_result_recorded_by_the_clerk_is_the_decision_of_the_level_above(
    walk, ward, award, level, element_id, authority
):
    with unit_of_work(walk.database) as session:
        put_setting(
            session,
            name=f"level_mode.{level}",
            value=LevelMode.RECORDED.value,
            actor=ward.administrator,
            at=NOON,
        )
    walk.open(award=award).to(element_id)
    assert walk.worker(walk.task()) == ward.ward_clerk
    assert walk.do(Outcome.AWARD).outcome is CaseOutcome.AWARDED
    decision, papers = decision_of(walk)
    assert (decision.recorded_from_paper, papers) == (True, {})
    assert decision.authority_unit_id == ward.units[authority]
    assert walk.check() == []


def test_a_collective_is_listed_as_one(walk):
    name = "Tổ Toán - Tin"
    walk.submissions["nomination.v1"] = NOMINATION | {
        "subject_name": name,
        "criteria": {"CQ1": "Có."},
    }
    walk.open(subject=Subject(SubjectKind.COLLECTIVE, name)).to("decide_at_ward")
    walk.do(Outcome.AWARD)
    _, papers = decision_of(walk)
    assert "01 tập thể" in text_of(papers["decision"])
    assert "Ông/Bà" not in text_of(papers["decision"])


# --- the bonus --------------------------------------------------------------------------


def test_a_decision_keeps_its_bonus_and_says_it_in_an_article(walk):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    decision, papers = decision_of(walk)
    assert decision.bonus_amount == 380_000
    assert Bonus.from_json(decision.bonus).payer is Level.WARD
    text = text_of(papers["decision"])
    assert (
        "Điều 2. Tiền thưởng kèm theo Giấy khen là 380.000 đồng, chi từ Quỹ thi đua, khen"
        " thưởng của phường. Điều 3."
    ) in text
    assert "Như Điều 3" in text
    assert walk.journal()[-1].detail["decision"]["bonus_vnd"] == 380_000


def test_a_collective_has_twice_as_much(walk):
    name = "Tổ Toán - Tin"
    walk.submissions["nomination.v1"] = NOMINATION | {
        "subject_name": name,
        "criteria": {"CQ1": "Có."},
    }
    walk.open(subject=Subject(SubjectKind.COLLECTIVE, name)).to("decide_at_ward")
    walk.do(Outcome.AWARD)
    assert decision_of(walk)[0].bonus_amount == 760_000


def test_the_settings_of_the_day_of_signing_count(walk, ward):
    with unit_of_work(walk.database) as session:
        for value, first in (("0,3", date(2030, 1, 1)), ("0,5", date(2030, 12, 3))):
            put_setting(
                session,
                name="bonus_unit_certificate",
                value=value,
                applies_from=first,
                actor=ward.administrator,
                at=NOON,
            )
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    assert decision_of(walk)[0].bonus_amount == 760_000


def test_a_decision_recorded_from_its_paper_has_its_bonus_too(walk):
    walk.open(award=Award.PRIME_MINISTER_CERTIFICATE).to("record_prime_minister_decision")
    walk.do(Outcome.AWARD, number="1022/QĐ-TTg")
    decision, papers = decision_of(walk)
    assert (decision.bonus_amount, papers) == (8_860_000, {})
    assert Bonus.from_json(decision.bonus).payer is Level.PROVINCE


def test_without_a_rule_the_decision_goes_on_without_a_bonus(walk, monkeypatch):
    table = packaged_bonuses()
    monkeypatch.setattr(
        "engine.decisions.packaged_bonuses", lambda: replace(table, salaries=())
    )
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    decision, papers = decision_of(walk)
    assert (decision.bonus, decision.bonus_amount) == (None, None)
    text = text_of(papers["decision"])
    assert "Tiền thưởng" not in text
    assert "Như Điều 2" in text


@pytest.mark.parametrize(
    ("award", "level", "code", "name", "cited"),
    [
        (
            Award.LABOR_ORDER,
            Level.PRESIDENT,
            "vpctn",
            "Huân chương Lao động hạng Ba",
            "Điều 51",
        ),
        (
            Award.LABOR_ORDER_FIRST,
            Level.PRESIDENT,
            "vpctn",
            "Huân chương Lao động hạng Nhất",
            "Điều 51",
        ),
        (
            Award.PRIME_MINISTER_CERTIFICATE,
            Level.PRIME_MINISTER,
            "vpcp",
            "Bằng khen của Thủ tướng Chính phủ",
            "khoản 1 Điều 54",
        ),
    ],
)
def test_an_award_of_the_state_is_printed_by_its_own_name(
    walk, ward, award, level, code, name, cited
):
    walk.open().to("decide_at_ward")
    with Session(walk.database) as session:
        case, task = session.get_one(Case, walk.case_id), walk.task()
        case.award = award
        decision = Decision(
            case_id=case.id,
            award=award,
            level=level,
            authority_unit_id=ward.units[code],
            number="1022/QĐ-CTN",
            signed_on=date(2027, 2, 1),
            signer_name="Đặng Văn Ký",
            signer_title="Chủ tịch",
        )
        decision.bonus = bonus_for(
            packaged_bonuses(),
            award=award,
            subject_kind=case.subject_kind,
            day=decision.signed_on,
            settings=settings_on(session, decision.signed_on),
            level=level,
        ).to_json()
        with session.no_autoflush:
            paper, _certificate = make_papers(session, case, task, decision, NOON)
        session.rollback()
    text = text_of(paper.content)
    assert f"Điều 1. Tặng {name} cho 01 cá nhân" in text
    assert f"Về việc tặng {name}" in text
    assert f"theo quy định tại {cited} Nghị định số 152/2025/NĐ-CP. Điều 3." in text
    assert ("Bằng khen" in text) == (award is Award.PRIME_MINISTER_CERTIFICATE)
    assert "Văn phòng Chính phủ" not in text


# --- the number -------------------------------------------------------------------------


def test_an_authority_gives_a_number_once_a_year(walk, ward):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    walk.open().to("decide_at_ward")
    error = refuse(walk, errors.NumberTaken)
    assert error.facts == {"number": "309/QĐ-UBND", "reference": "HS-2030-0001"}
    walk.do(Outcome.AWARD, number="310/QĐ-UBND")


def test_the_reference_of_a_case_that_the_actor_may_not_see_stays_hidden(walk, ward):
    walk.open(award=Award.PROVINCIAL_MERIT).to("decide_at_province").do(Outcome.AWARD)
    with unit_of_work(walk.database) as session:
        decision = session.query(Decision).one()
        decision.authority_unit_id = ward.units["cong-ty"]
    walk.submissions["nomination.v1"] = NOMINATION | {"criteria": {"CN1": "Có."}}
    walk.open(actor=ward.company_clerk, unit_id=ward.units["cong-ty"]).to("review_at_unit")
    error = refuse(walk, errors.NumberTaken)
    assert error.facts["reference"] == ""


def test_numbers_begin_anew_with_the_year_and_with_each_authority(walk, ward):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    walk.open(award=Award.PROVINCIAL_MERIT).to("decide_at_province").do(Outcome.AWARD)
    walk.open().to("decide_at_ward")
    walk.at = NOON.replace(year=2031, month=1, day=20)
    walk.do(Outcome.AWARD, signed_on="20/01/2031")
    with reading(walk.database) as session:
        found = session.query(Decision.number, Decision.year, Decision.authority_unit_id)
        assert len(set(found.all())) == 3


# --- the form ---------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "ba trăm"}, "number"),
        ({"signed_on": "03/12/2030"}, "signed_on"),
        ({"signed_on": "01/12/2030"}, "signed_on"),
        ({"signed_on": "31/02/2030"}, "signed_on"),
        ({"signer_name": " "}, "signer_name"),
        ({"signer_title": "a" * 201}, "signer_title"),
        ({"signer_name": "Đặng 漢字"}, "signer_name"),
        ({"extra": "x"}, "extra"),
    ],
)
def test_a_wrong_decision_is_refused(walk, changes, field):
    walk.open().to("decide_at_ward")
    error = refuse(walk, errors.InvalidSubmission, **changes)
    assert list(error.messages) == [field]


def test_a_subject_that_cannot_be_printed_is_refused_with_a_message(walk):
    name = "Nguyễn 漢字"
    walk.submissions["nomination.v1"] = NOMINATION | {"subject_name": name}
    walk.open().to("decide_at_ward")
    error = refuse(walk, errors.InvalidSubmission)
    assert list(error.messages) == ["_form"]


def test_markup_in_a_name_is_printed_as_it_is(walk):
    name = "<script>alert(1)</script> <img src='file:x'>"
    walk.submissions["nomination.v1"] = NOMINATION | {"subject_name": name}
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    _, papers = decision_of(walk)
    assert "<script>alert(1)</script>" in text_of(papers["decision"])


@pytest.mark.parametrize(
    "step",
    [
        "engine.decisions.make_papers",
        "engine.papers.render_decision",
        "engine.papers.render_certificate",
        "engine.tasks.Issuing.save",
        "engine.projection.Projection.save",
    ],
)
def test_a_crash_while_issuing_leaves_no_decision(walk, database, monkeypatch, step):
    walk.open().to("decide_at_ward")

    def crash(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(step, crash)
    refuse(walk, ZeroDivisionError)
    monkeypatch.undo()
    walk.do(Outcome.AWARD)
    assert walk.check() == []


def test_a_ward_named_without_its_committee_is_printed_the_same(walk, ward):
    with unit_of_work(walk.database) as session:
        session.get_one(Unit, ward.units["phuong"]).name = "Phường Vạn Xuân"
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    _, papers = decision_of(walk)
    assert "Chủ tịch Ủy ban nhân dân phường Vạn Xuân" in text_of(papers["decision"])
