"""Another plan file, without a change of code: the ward is left out of the way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.errors import AwardNotInRound, InvalidSubmission
from engine.office import OPERATOR
from engine.plans import load_plan
from engine.rounds import open_round
from engine.store.database import unit_of_work
from engine.subjects import Subject
from forms.vocabulary import Award, CaseState, Occasion, Outcome, SubjectKind
from tests.walk import NOMINATION, SUBMISSIONS, Walk

PLAN = Path(__file__).parent / "plans" / "suoi-trang-2026-2028.yaml"
DAY = datetime(2028, 11, 1, 5, 0, tzinfo=UTC)


@pytest.fixture
def rounds(database, ward):
    """Return the id of an open round for each occasion that the plan knows."""
    with unit_of_work(database) as session:
        row = load_plan(session, PLAN.read_text("utf-8"), PLAN.name, actor=OPERATOR, at=DAY)
        return {
            occasion: open_round(
                session,
                plan_id=row.id,
                name=occasion.vi,
                occasion=occasion,
                year=2028,
                opens_at=DAY,
                closes_at=DAY + timedelta(days=30),
                awards=awards,
                actor=ward.ward_clerk,
                at=DAY,
            ).id
            for occasion, awards in {
                Occasion.ANNUAL: [Award.PROVINCIAL_MERIT],
                Occasion.FINAL: [Award.PROVINCIAL_MERIT, Award.PRIME_MINISTER_CERTIFICATE],
            }.items()
        }


@pytest.fixture
def walk(database, ward):
    content = NOMINATION | {
        "contents": ["M1"],
        "criteria": {"T1": "Trồng 120 cây, có biên bản xác nhận."},
        "achieved_from": "01/02/2026",
        "achieved_to": "30/09/2028",
    }
    decision = SUBMISSIONS["decision.v1"] | {"signed_on": "01/11/2028"}
    council = SUBMISSIONS["council_resolution.v1"] | {"session_on": "01/11/2028"}
    submissions = SUBMISSIONS | {
        "nomination.v1": content,
        "decision.v1": decision,
        "result_from_above.v1": decision,
        "council_resolution.v1": council,
    }
    return Walk(database, ward, at=DAY, submissions=submissions)


def test_a_nomination_goes_from_the_unit_straight_to_the_province(walk, rounds):
    walk.open(round_id=rounds[Occasion.ANNUAL], award=Award.PROVINCIAL_MERIT, at=DAY)
    walk.to("decide_at_province").do(Outcome.AWARD)
    case = walk.case()
    assert case.state is CaseState.AWARDED
    passed = {element for entry in walk.journal() for element in entry.detail.get("passed", ())}
    assert {each for each in passed if each.startswith("ward_council/")} == {
        "ward_council/level_reached",
        "ward_council/level_mode",
        "ward_council/left_out",
    }
    assert "provincial_merit/decide_at_province" in passed
    assert walk.check() == []


def test_the_final_round_climbs_to_the_prime_minister(walk, rounds):
    award = Award.PRIME_MINISTER_CERTIFICATE
    walk.open(round_id=rounds[Occasion.FINAL], award=award, at=DAY)
    walk.to("record_prime_minister_decision").do(Outcome.AWARD)
    assert walk.case().state is CaseState.AWARDED


@pytest.mark.parametrize("award", [Award.UNIT_CERTIFICATE, Award.LABOR_ORDER])
def test_an_award_that_this_plan_does_not_have_is_refused(walk, rounds, award):
    with pytest.raises(AwardNotInRound) as caught:
        walk.open(round_id=rounds[Occasion.ANNUAL], award=award, at=DAY)
    assert caught.value.facts["source"] == "V.2"


def test_a_kind_of_subject_that_this_plan_does_not_have_is_refused(walk, rounds):
    with pytest.raises(InvalidSubmission):
        walk.open(
            round_id=rounds[Occasion.ANNUAL],
            award=Award.PROVINCIAL_MERIT,
            subject=Subject(SubjectKind.ENTERPRISE, "Công ty Cổ phần Sao Khuê"),
            at=DAY,
        )


def test_the_criteria_are_those_of_this_plan(walk, rounds):
    walk.open(round_id=rounds[Occasion.ANNUAL], award=Award.PROVINCIAL_MERIT, at=DAY)
    with pytest.raises(InvalidSubmission) as caught:
        walk.do(Outcome.SUBMIT, criteria={"CN1": "Hai sáng kiến."})
    assert any("criteria" in field for field in caught.value.messages)
