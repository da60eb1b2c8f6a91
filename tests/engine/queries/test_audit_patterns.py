"""Patterns worth a look: each found where it is, and nowhere else."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from engine.council.closing import close_session
from engine.errors import NotPermitted
from engine.queries.patterns import (
    FEW_AWARDS,
    QUICK_MINUTES,
    Pattern,
    Period,
    find_patterns,
)
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Check, ItemVote, Review
from forms.vocabulary import Outcome, VotingMode
from tests.engine.queries.test_audit_search import more
from tests.walk import Walk, on_sqlite
from tests.ward import NOON
from tests.webapp.council_sights import Sights

DAY = date(2030, 12, 2)
YEAR = Period(DAY - timedelta(days=300), DAY)


@pytest.fixture
def walk(database, ward):
    """Return a case that waits for its decision."""
    return Walk(database, ward).open().to("decide_at_ward")


def hits(database, ward, pattern, period=YEAR):
    with reading(database) as session:
        found = find_patterns(session, ward.auditor, period)
    return next(one for one in found if one.pattern is pattern).hits


def every(database, ward):
    with reading(database) as session:
        found = find_patterns(session, ward.auditor, YEAR)
    return {one.pattern for one in found if one.hits}


def change(database, table, *conditions, **values):
    with unit_of_work(database) as session:
        session.execute(update(table).where(*conditions).values(**values))


def test_an_ordinary_case_shows_no_pattern(walk, database, ward):
    walk.do(Outcome.AWARD)
    assert every(database, ward) == set()


def test_one_person_at_two_levels(walk, database, ward):
    walk.do(Outcome.AWARD)
    chairman = ward.ward_chairman.person_id
    change(database, Review, Review.element_id == "review_at_unit", reviewed_by_id=chairman)
    (hit,) = hits(database, ward, Pattern.ONE_PERSON)
    assert hit.reference == "HS-2030-0001"
    assert hit.facts == {
        "person": "Đặng Văn Ký",
        "first_level": "unit",
        "second_level": "ward",
    }


@pytest.mark.parametrize(("minutes", "is_found"), [(QUICK_MINUTES, True), (45, False)])
def test_a_decision_within_minutes_of_a_return(walk, database, ward, minutes, is_found):
    walk.do(Outcome.RETURN)
    walk.at += timedelta(minutes=minutes)
    walk.to("decide_at_ward").do(Outcome.AWARD)
    assert bool(hits(database, ward, Pattern.QUICK)) is is_found
    if is_found:
        (hit,) = hits(database, ward, Pattern.QUICK)
        assert hit.facts["decided_at"] - hit.facts["returned_at"] == timedelta(minutes=minutes)


def test_content_that_was_not_appraised(walk, database, ward):
    walk.do(Outcome.RETURN)
    walk.at += timedelta(hours=1)
    walk.to("decide_at_ward").do(Outcome.AWARD)
    assert hits(database, ward, Pattern.CHANGED) == ()
    second = Review.form.startswith("appraisal."), Review.reviewed_at > NOON
    with reading(database) as session:
        first = session.scalar(select(func.min(Review.dossier_version_id)))
    change(database, Review, *second, dossier_version_id=first)
    (hit,) = hits(database, ward, Pattern.CHANGED)
    assert hit.facts["decided_at"] == walk.at


@on_sqlite
def test_going_on_against_a_rule(walk, database, ward):
    walk.do(Outcome.AWARD)
    with unit_of_work(database) as session:
        first = session.execute(select(Check.__table__).limit(1)).mappings().one()
        overridden = {"id": 99, "overridden": ["E01"], "override_reason": "Đã có kết luận."}
        session.execute(insert(Check.__table__), dict(first) | overridden)
    (hit,) = hits(database, ward, Pattern.AGAINST_CHECK)
    assert hit.facts["rules"] == ["E01"]
    assert hit.facts["reason"] == "Đã có kết luận."


def test_a_decision_against_the_advice(walk, database, ward):
    walk.do(Outcome.AWARD)
    is_decision = Review.outcome == Outcome.AWARD
    change(database, Review, is_decision, answers={"deviation_reason": "Thành tích đột xuất."})
    (hit,) = hits(database, ward, Pattern.AGAINST_ADVICE)
    assert hit.facts["reason"] == "Thành tích đột xuất."


@on_sqlite
def test_a_vote_close_to_the_threshold(database, ward, tmp_path):
    sights = Sights(database, ward, tmp_path)
    session_id = sights.open(VotingMode.OPEN)
    voting = sights.put(session_id)
    sights.vote(voting)
    sights.close(voting)
    with unit_of_work(database) as session:
        close_session(session, session_id=session_id, **sights.secretary)
        vote = session.scalars(select(ItemVote)).one()
        least, agree = vote.least, vote.agree
    change(database, Case, state="awarded", closed_at=NOON, outcome="awarded")
    for votes, result, is_found in (
        (least, "passed", True),
        (least + 1, "passed", False),
        (least - 1, "failed", True),
        (least - 2, "failed", False),
    ):
        change(database, ItemVote, agree=votes, result=result)
        found = hits(database, ward, Pattern.CLOSE_VOTE)
        assert bool(found) is is_found, (votes, result)
    assert agree == 8


@pytest.mark.parametrize(("awards", "is_found"), [(FEW_AWARDS - 1, False), (FEW_AWARDS, True)])
def test_a_large_share_of_one_unit(walk, database, ward, awards, is_found):
    walk.do(Outcome.AWARD)
    more(database, awards - 1)
    change(database, Case, Case.id > 7, unit_id=ward.units["cong-ty"])
    found = hits(database, ward, Pattern.LARGE_SHARE)
    shares = [(one.subject_name, one.facts["awards"], one.facts["total"]) for one in found]
    assert shares == ([("Trường Trung học cơ sở Hoa Ban", 7, 10)] if is_found else [])


@on_sqlite
def test_a_pattern_shows_no_more_than_its_bound(walk, database, ward, monkeypatch):
    walk.do(Outcome.AWARD)
    change(database, Review, answers={"deviation_reason": "Lý do."})
    monkeypatch.setattr("engine.queries.patterns.MOST", 2)
    with reading(database) as session:
        found = find_patterns(session, ward.auditor, YEAR)
    (advice,) = [one for one in found if one.hits]
    assert (len(advice.hits), advice.has_more) == (2, True)


@on_sqlite
def test_cases_of_another_period_are_left_out(walk, database, ward):
    walk.do(Outcome.AWARD)
    change(database, Review, answers={"deviation_reason": "Lý do."})
    before = Period(DAY - timedelta(days=9), DAY - timedelta(days=1))
    assert hits(database, ward, Pattern.AGAINST_ADVICE, before) == ()
    assert Period.of(None, None, DAY).from_day == DAY - timedelta(days=365)
    assert Period.of(None, date.min, DAY).from_day == date.min


@on_sqlite
def test_only_auditors_look_for_patterns(database, ward):
    with reading(database) as session, pytest.raises(NotPermitted):
        find_patterns(session, ward.ward_clerk, YEAR)
