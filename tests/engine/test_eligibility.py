"""Asking before a nomination exists: the answer, the rules of the day, what is open instead."""

from dataclasses import replace
from datetime import date

import pytest

from engine.eligibility import Question, _facts_of_question, ask_question, open_instead
from engine.errors import NotFound, NotPermitted
from engine.store.database import reading, unit_of_work
from engine.store.models import RegisterEntry, SubjectRow
from engine.subject_records import find_or_make
from engine.subjects import Subject
from engine.text import fold
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CommendationKind,
    Conclusion,
    Confidence,
    EntrySource,
    HoldReason,
    Honour,
    MovementBasis,
    Outcome,
    RuleVerdict,
    SubjectKind,
)
from tests.walk import Walk, traces
from tests.ward import NOON

TEACHER = Subject(SubjectKind.INDIVIDUAL, "Nguyễn Thị Ví Dụ")


@pytest.fixture
def question(ward):
    return Question(
        round_id=ward.final_id,
        award=Award.LABOR_ORDER_SECOND,
        subject=TEACHER,
        unit_id=ward.units["truong"],
    )


def test_three_facts_are_enough_for_an_answer(database, ward, question):
    before = traces(database)
    with reading(database) as session:
        answer = ask_question(session, ward.school_head, question, NOON)
    assert answer.conclusion is Conclusion.NOT_ELIGIBLE
    (finding,) = [one for one in answer.blocking if one.rule == "E10"]
    assert "Điều 43" in finding.source.text.vi
    assert "Art. 43" in finding.source.text.en
    assert traces(database) == before


def test_what_is_open_instead_comes_with_the_highest_award_first(database, ward, question):
    with reading(database) as session:
        offers = open_instead(session, ward.school_head, question, NOON)
    here = [offer.award for offer in offers if offer.round_id == ward.final_id]
    assert here == [
        Award.LABOR_ORDER,
        Award.PRIME_MINISTER_CERTIFICATE,
        Award.PROVINCIAL_MERIT,
        Award.UNIT_CERTIFICATE,
    ]
    elsewhere = {offer.award for offer in offers if offer.round_id == ward.annual_id}
    assert elsewhere == {Award.PROVINCIAL_MERIT, Award.UNIT_CERTIFICATE}
    assert all(offer.answer.conclusion is not Conclusion.NOT_ELIGIBLE for offer in offers)


@pytest.mark.parametrize(
    ("received_on", "regime", "principles", "dissolved_bodies", "law"),
    [
        (date(2025, 6, 20), "Nghị định 98/2023", "98/2023", False, Confidence.HIGH),
        (date(2025, 7, 2), "Nghị định 152/2025", "152/2025", False, Confidence.HIGH),
        (date(2026, 9, 25), "Thông tư 15/2025", "152/2025", True, Confidence.HIGH),
        (date(2026, 10, 5), "sửa đổi năm 2026", "152/2025", True, Confidence.MEDIUM),
    ],
)
def test_the_day_of_reception_chooses_the_rules(
    database, ward, question, received_on, regime, principles, dissolved_bodies, law
):
    """The text of the amending law was not seen: the articles go on, less sure than before."""
    with reading(database) as session:
        asked = replace(question, received_on=received_on)
        answer = ask_question(session, ward.school_head, asked, NOON)
    assert regime in answer.regime.vi
    assert principles in answer.find("E24").source.text.vi
    assert (answer.find("E27") is not None) is dissolved_bodies
    assert answer.find("E10").confidence is law


def test_what_the_person_knows_to_be_pending_holds(database, ward, question):
    asked = replace(question, award=Award.PROVINCIAL_MERIT, pending=(HoldReason.INVESTIGATION,))
    with reading(database) as session:
        answer = ask_question(session, ward.school_head, asked, NOON)
    assert answer.conclusion is Conclusion.HELD
    assert [one.rule for one in answer.holding] == ["E24"]


def test_the_basis_changes_what_a_collective_may_ask_for(database, ward, question):
    collective = Subject(SubjectKind.COLLECTIVE, "Tổ Toán")
    verdicts = {}
    with reading(database) as session:
        for basis in MovementBasis:
            asked = replace(question, subject=collective, basis=basis)
            answer = ask_question(session, ward.school_head, asked, NOON)
            verdicts[basis] = answer.find("E09").verdict
    assert verdicts == {
        MovementBasis.OWN: RuleVerdict.NOT_MET,
        MovementBasis.PARENT: RuleVerdict.MET,
    }


def test_an_achievement_already_awarded_warns_with_both_texts(database, ward, question):
    """One achievement, one award, even if the clerk writes the subject otherwise."""
    walk = Walk(database, ward)
    walk.open(subject=Subject(SubjectKind.COLLECTIVE, "Hội LHPN phường"))
    walk.submissions["nomination.v1"] = walk.submissions["nomination.v1"] | {
        "subject_name": "Hội LHPN phường",
        "criteria": {"CQ1": "Triển khai đến mọi hội viên."},
    }
    walk.to("decide_at_ward")
    walk.do(Outcome.AWARD)
    content = walk.submissions["nomination.v1"]["summary"]
    asked = replace(
        question,
        award=Award.PROVINCIAL_MERIT,
        subject=Subject(SubjectKind.COLLECTIVE, "Hội Liên hiệp Phụ nữ  phường"),
        achieved_from=date(2027, 1, 1),
        achieved_to=date(2030, 6, 30),
        content=content,
    )
    with reading(database) as session:
        finding = ask_question(session, ward.school_head, asked, NOON).find("E23")
    assert finding.warns
    texts = [str(value) for value in finding.used.values()]
    assert texts.count(content) == 2


def test_two_bodies_that_send_one_name_up_are_both_warned(database, ward, question):
    person = ward.school_deputy.person_id
    subject = Subject(SubjectKind.INDIVIDUAL, "Trần Văn Giả", person_id=person)
    Walk(database, ward).open(subject=subject, award=Award.PROVINCIAL_MERIT)
    asked = replace(
        question,
        award=Award.PROVINCIAL_MERIT,
        subject=subject,
        unit_id=ward.units["cong-ty"],
    )
    with reading(database) as session:
        answer = ask_question(session, ward.company_head, asked, NOON)
    warned = [one for one in answer.findings if one.warns]
    assert any("HS-2030-0001" in one.text.vi for one in warned)


def test_a_stranger_asks_nothing_about_another_unit(database, ward, question):
    with reading(database) as session, pytest.raises(NotPermitted):
        ask_question(session, ward.company_head, question, NOON)


def test_there_is_no_answer_without_a_round(database, ward, question):
    with reading(database) as session, pytest.raises(NotFound):
        ask_question(session, ward.school_head, replace(question, round_id=999), NOON)


def test_awards_of_records_that_were_merged_are_those_of_the_subject(database, ward, question):
    with unit_of_work(database) as session:
        ids = []
        for name, number in (("Lò Thị Mẩy", "1"), ("Lò Thị Mảy", "2"), ("Lò Mẩy", "3")):
            subject = Subject(SubjectKind.INDIVIDUAL, name)
            row = find_or_make(session, subject, "Trường Hoa Ban", NOON)
            session.flush()
            ids.append(row.id)
            entry = RegisterEntry(
                subject_id=row.id,
                subject_text=name,
                folded_subject=fold(name),
                honour=Honour.UNIT_CERTIFICATE,
                honour_text=Honour.UNIT_CERTIFICATE.vi,
                kind=CommendationKind.MERIT,
                authority_level=AuthorityLevel.WARD,
                authority_name="Chủ tịch phường Hoa Ban",
                number=f"{number}/QĐ-UBND",
                decided_on=date(2027, 2, 3),
                source=next(iter(EntrySource)),
                entered_by_id=ward.school_head.person_id,
                entered_at=NOON,
            )
            session.add(entry)
        session.flush()
        rows = [session.get_one(SubjectRow, id_) for id_ in ids]
        rows[0].merged_into_id, rows[1].merged_into_id = ids[1], ids[2]
    for id_ in ids:
        subject = Subject(SubjectKind.INDIVIDUAL, "Lò Thị Mẩy", subject_id=id_)
        with reading(database) as session:
            facts = _facts_of_question(session, replace(question, subject=subject), NOON)
        assert {one.number[0] for one in facts.priors} == {"1", "2", "3"}
    alone = replace(question, subject=Subject(SubjectKind.INDIVIDUAL, "Lò Mẩy"))
    with reading(database) as session:
        facts = _facts_of_question(session, alone, NOON)
        assert [one.number[0] for one in facts.priors] == ["3"]
