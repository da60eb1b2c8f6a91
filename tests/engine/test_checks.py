"""The rules bind a case: at its opening, its submission and every step up the ladder."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from engine.cases import Subject
from engine.errors import AwardNotInRound, InvalidSubmission, NotEligible
from engine.queries.eligibility import get_check_panel, list_checks
from engine.rounds import get_round
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Check, RegisterEntry, Round, SubjectMatter
from forms.vocabulary import (
    Award,
    CheckStage,
    CommendationKind,
    Conclusion,
    EntrySource,
    HoldReason,
    Honour,
    MovementBasis,
    Occasion,
    Outcome,
    RuleVerdict,
    SubjectKind,
)
from tests.walk import Walk, on_sqlite, traces
from tests.ward import NOON

REASON = "Ủy ban nhân dân tỉnh có văn bản hướng dẫn khen thưởng tại sơ kết."
COLLECTIVE = Subject(SubjectKind.COLLECTIVE, "Tổ Toán trường Hoa Ban")


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


def checks(database, case_id):
    with reading(database) as session:
        rows = session.scalars(select(Check).where(Check.case_id == case_id).order_by(Check.id))
        found = list(rows)
        session.expunge_all()
        return found


def add_round(database, ward, occasion, year, awards, **more):
    with unit_of_work(database) as session:
        row = Round(
            plan_id=ward.plan_id,
            name=f"{occasion.vi} năm {year}",
            occasion=occasion,
            year=year,
            opens_at=datetime(2030, 10, 1, tzinfo=UTC),
            closes_at=datetime(2030, 12, 30, tzinfo=UTC),
            awards=[award.value for award in awards],
            **more,
        )
        session.add(row)
        session.flush()
        return row.id


def record_matter(database, case_id, ward, **more):
    with unit_of_work(database) as session:
        case = session.get_one(Case, case_id)
        session.add(
            SubjectMatter(
                subject_id=case.subject_id,
                reason=HoldReason.DISCIPLINE,
                began_on=date(2030, 11, 20),
                document="Thông báo số 12/TB-UBND ngày 20/11/2030",
                recorded_by_id=ward.ward_clerk.person_id,
                recorded_at=NOON,
                **more,
            )
        )


def test_the_answer_is_kept_when_a_case_is_opened_and_when_it_is_submitted(walk, database):
    walk.open(award=Award.PROVINCIAL_MERIT)
    walk.do(Outcome.SUBMIT)
    first, second = checks(database, walk.case_id)
    assert (first.stage, second.stage) == (CheckStage.OPENED, CheckStage.SUBMITTED)
    assert second.conclusion is not Conclusion.NOT_ELIGIBLE
    assert second.received_on == date(2030, 12, 2)
    assert {one["rule"] for one in second.findings} >= {"E01", "E23", "E24"}


def test_every_step_journals_the_hash_of_the_answer_it_was_given(walk, database):
    walk.open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")
    walk.do(Outcome.RECOMMEND)
    details = [entry.detail for entry in walk.journal()]
    assert all(len(detail["check"]["answer_hash"]) == 64 for detail in details)
    kept = {row.answer_hash for row in checks(database, walk.case_id)}
    assert {detail["check"]["answer_hash"] for detail in details} == kept


@on_sqlite
def test_an_award_that_the_movement_is_too_young_for_is_refused_and_changes_nothing(
    walk, database, ward
):
    early = add_round(
        database, ward, Occasion.FINAL, 2030, list(Award), reviewed_on=date(2030, 5, 30)
    )
    before = traces(database)
    with pytest.raises(NotEligible) as refused:
        walk.open(round_id=early, award=Award.LABOR_ORDER)
    assert "E07.too_short" in [one.code for one in refused.value.answer.blocking]
    assert not refused.value.may_override
    assert traces(database) == before


@on_sqlite
def test_a_reason_does_not_help_against_a_rule_that_is_never_overridden(walk, database, ward):
    before = traces(database)
    with pytest.raises(NotEligible):
        walk.open(award=Award.LABOR_ORDER_SECOND, override_reason=REASON)
    assert traces(database) == before


@on_sqlite
def test_the_second_class_is_open_to_a_collective_under_the_parent_movement(walk, database):
    with pytest.raises(NotEligible):
        walk.open(award=Award.LABOR_ORDER_SECOND, subject=COLLECTIVE)
    walk.open(award=Award.LABOR_ORDER_SECOND, subject=COLLECTIVE, basis=MovementBasis.PARENT)
    assert walk.case().basis is MovementBasis.PARENT


def test_a_rule_of_the_plan_is_overridden_with_a_reason_that_is_kept(walk, database, ward):
    lower = [Award.UNIT_CERTIFICATE, Award.PROVINCIAL_MERIT]
    midterm = add_round(database, ward, Occasion.MIDTERM, 2030, lower)
    asked = {
        "round_id": midterm,
        "award": Award.PRIME_MINISTER_CERTIFICATE,
        "subject": COLLECTIVE,
    }
    with pytest.raises(AwardNotInRound):
        walk.open(**asked)
    walk.open(**asked, override_reason=REASON)
    (kept,) = checks(database, walk.case_id)
    assert kept.overridden == ["E13"]
    assert kept.override_reason == REASON
    assert walk.journal()[0].detail["check"]["overridden"] == ["E13"]
    walk.do(Outcome.SUBMIT, criteria={"CQ1": "Triển khai đến toàn trường."})
    assert len(checks(database, walk.case_id)) == 2


@on_sqlite
def test_a_reason_is_not_endless(walk, database, ward):
    midterm = add_round(database, ward, Occasion.MIDTERM, 2030, [Award.PROVINCIAL_MERIT])
    with pytest.raises(InvalidSubmission) as refused:
        walk.open(
            round_id=midterm,
            award=Award.PRIME_MINISTER_CERTIFICATE,
            subject=COLLECTIVE,
            override_reason="a" * 2_001,
        )
    assert list(refused.value.messages) == ["override_reason"]


def test_a_matter_that_came_up_since_holds_the_case_and_is_shown_as_a_change(
    walk, database, ward
):
    walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    record_matter(database, walk.case_id, ward)
    with reading(database) as session:
        panel = get_check_panel(session, ward.ward_clerk, walk.case_id, NOON, walk.task().id)
    (change,) = [one for one in panel.changes if one.now.rule == "E24"]
    assert (change.then, change.now.verdict) == (RuleVerdict.MET, RuleVerdict.HELD)
    assert panel.binds
    before = traces(database)
    with pytest.raises(NotEligible) as refused:
        walk.do(Outcome.RECOMMEND)
    assert [one.rule for one in refused.value.answer.holding] == ["E24"]
    assert traces(database) == before
    assert walk.do(Outcome.HOLD).outcome is None


def test_a_settled_matter_lets_the_case_go_on(walk, database, ward):
    walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    record_matter(database, walk.case_id, ward, ended_on=date(2030, 11, 30))
    walk.do(Outcome.RECOMMEND)


def test_what_an_authority_above_decided_is_recorded_whatever_the_rules_say(
    walk, database, ward
):
    walk.open(award=Award.LABOR_ORDER).to("record_president_decision")
    record_matter(database, walk.case_id, ward)
    case = walk.do(Outcome.AWARD)
    assert case.outcome is not None
    assert checks(database, walk.case_id)[-1].conclusion is Conclusion.HELD


def test_the_register_gets_the_award_of_a_case_with_what_was_achieved(walk, database):
    walk.open().to("decide_at_ward")
    walk.do(Outcome.AWARD)
    with reading(database) as session:
        (entry,) = session.scalars(select(RegisterEntry))
        assert entry.honour is Honour.UNIT_CERTIFICATE
        assert entry.kind is CommendationKind.MOVEMENT
        assert (entry.source, entry.case_id) == (EntrySource.CASE, walk.case_id)
        assert (entry.number, entry.decided_on) == ("309/QĐ-UBND", date(2030, 12, 2))
        assert (entry.achieved_from, entry.achieved_to) == (date(2026, 9, 1), date(2030, 5, 31))
        assert entry.content == "Có hai sáng kiến về chuyển đổi số trong dạy học."


def test_an_old_answer_is_read_with_the_sentences_of_its_own_law_book(walk, database, ward):
    walk.open(award=Award.PROVINCIAL_MERIT)
    walk.do(Outcome.SUBMIT)
    with reading(database) as session:
        stored = list_checks(session, ward.school_clerk, walk.case_id)
    assert [one.stage for one in stored] == [CheckStage.OPENED, CheckStage.SUBMITTED]
    finding = next(one for one in stored[-1].findings if one.rule == "E01")
    assert "{" not in finding.text.vi
    assert "74" in finding.source.text.vi


def test_a_nomination_held_past_its_round_comes_up_in_the_next_one(database, ward):
    walk = Walk(database, ward).open(award=Award.PROVINCIAL_MERIT, round_id=ward.annual_id)
    walk.to("appraise_at_ward").do(Outcome.HOLD)
    with unit_of_work(database) as session:
        own = get_round(session, ward.annual_id)
        later = Round(
            plan_id=ward.plan_id,
            name="Đợt sau",
            occasion=Occasion.FINAL,
            year=2030,
            opens_at=datetime(2030, 12, 15, tzinfo=UTC),
            closes_at=datetime(2031, 3, 1, tzinfo=UTC),
            awards=own.awards,
        )
        session.add(later)
        session.flush()
        later_id = later.id
    walk.at = datetime(2031, 1, 5, 3, tzinfo=UTC)
    assert walk.do(Outcome.RESUME).round_id == later_id
    assert walk.journal()[-1].detail["round"] == [ward.annual_id, later_id]


@on_sqlite
def test_a_nomination_that_resumes_in_its_own_round_stays_there(walk, ward):
    walk.open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward").do(Outcome.HOLD)
    assert walk.do(Outcome.RESUME).round_id == ward.final_id


def test_the_own_award_of_a_case_is_no_prior_award_of_it(walk, database, ward):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    with reading(database) as session:
        panel = get_check_panel(session, ward.school_head, walk.case_id, NOON)
    assert panel.answer.find("E23").verdict is RuleVerdict.MET
    other = Walk(database, ward).open().to("review_at_unit")
    with reading(database) as session:
        panel = get_check_panel(session, ward.school_head, other.case_id, NOON)
    assert panel.answer.find("E23").warns


def test_a_member_of_the_council_who_is_nominated_is_pointed_out(walk, database, ward):
    walk.submissions["nomination.v1"] = walk.submissions["nomination.v1"] | {
        "subject_name": ward.council_member.name
    }
    subject = Subject(SubjectKind.INDIVIDUAL, ward.council_member.name)
    walk.open(subject=subject, award=Award.PROVINCIAL_MERIT).to("record_ward_council")
    walk.do(Outcome.RECOMMEND)
    (found,) = [
        one for one in checks(database, walk.case_id)[-1].findings if one["rule"] == "C07"
    ]
    assert (found["verdict"], found["sentence"]) == ("not_met", "is_a_member")
    assert found["used"]["total"] == 9
