"""Requests for missing papers: how often, by when, and when they are answered."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.errors import InvalidSubmission
from engine.queries.dossier_papers import list_requests
from engine.settings import put_setting
from engine.store.database import reading, unit_of_work
from engine.store.models import SupplementRequest, UserTask
from engine.supplements import supplement_at
from forms.vocabulary import Award, CaseState, DossierPart, Outcome
from tests.walk import SUPPLEMENT, Walk, on_sqlite, traces
from tests.ward import NOON

DUE = date(2030, 12, 16)


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")


def requests(walk):
    with reading(walk.database) as session:
        found = session.scalars(select(SupplementRequest).order_by(SupplementRequest.id))
        rows = list(found)
        session.expunge_all()
        return rows


def set_to(walk, name, value):
    with unit_of_work(walk.database) as session:
        put_setting(session, name=name, value=value, actor=walk.ward.administrator, at=NOON)


def refused(walk, **changes):
    before = traces(walk.database)
    with pytest.raises(InvalidSubmission) as refusal:
        walk.do(Outcome.RETURN, **(SUPPLEMENT | changes))
    assert traces(walk.database) == before
    return refusal.value.messages


def test_a_request_keeps_its_papers_and_its_own_last_day(walk, ward):
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    (request,) = requests(walk)
    assert (request.number, request.papers, request.due_on) == (1, ["review_minutes"], DUE)
    assert request.asked_by_id == ward.ward_clerk.person_id
    assert request.answered_at is None
    assert walk.journal()[-1].detail["papers"] == ["review_minutes"]
    assert walk.journal()[-1].detail["due_on"] == "2030-12-16"
    assert walk.check() == []


def test_a_return_for_something_else_asks_for_no_papers(walk):
    walk.do(Outcome.RETURN)
    assert requests(walk) == []
    assert "papers" not in walk.journal()[-1].detail


def test_it_is_answered_when_the_unit_submits_again(walk):
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    walk.do(Outcome.SUBMIT)
    (request,) = requests(walk)
    assert request.answered_at == NOON


def test_a_second_request_of_the_ward_is_refused_in_a_sentence(walk):
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    walk.to("appraise_at_ward")
    assert refused(walk) == {"items": ["too_many_supplements|1|1"]}
    assert walk.case().state is CaseState.IN_REVIEW
    walk.do(Outcome.RETURN)
    assert walk.case().state is CaseState.RETURNED


def test_the_office_may_allow_more(walk):
    set_to(walk, "max_supplements", "2")
    for _ in range(2):
        walk.do(Outcome.RETURN, **SUPPLEMENT)
        walk.to("appraise_at_ward")
    assert [one.number for one in requests(walk)] == [1, 2]
    assert refused(walk) == {"items": ["too_many_supplements|2|2"]}


def test_the_office_may_allow_none(walk):
    set_to(walk, "max_supplements", "0")
    assert refused(walk) == {"items": ["too_many_supplements|0|0"]}


def test_each_level_asks_in_its_own_right(walk):
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    walk.to("appraise_at_province").do(Outcome.RETURN, **SUPPLEMENT | {"return_to": "ward"})
    assert [one.number for one in requests(walk)] == [1, 2]
    walk.to("appraise_at_province")
    assert refused(walk) == {"items": ["too_many_supplements|1|1"]}


def test_a_request_to_the_ward_is_answered_when_the_ward_passes_it_on(walk):
    walk.to("appraise_at_province").do(Outcome.RETURN, **SUPPLEMENT | {"return_to": "ward"})
    walk.do(Outcome.RECOMMEND)
    assert requests(walk)[0].answered_at == NOON


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"papers": []}, {"papers": ["choose_one"]}, id="no-paper"),
        pytest.param({"due_on": ""}, {"due_on": ["required"]}, id="no-day"),
        pytest.param(
            {"due_on": "02/12/2030"},
            {"due_on": ["day_not_ahead|02/12/2030|02/12/2030"]},
            id="today",
        ),
        pytest.param(
            {"papers": ["vote_count"]},
            {"papers": ["not_in_list|Biên bản kiểm phiếu của Hội đồng"]},
            id="paper-of-another-award",
        ),
    ],
)
@on_sqlite
def test_a_request_that_is_not_whole_is_refused(walk, changes, expected):
    submission = {**SUPPLEMENT, **changes}
    walk.submissions["return.v2"] = {name: one for name, one in submission.items() if one}
    before = traces(walk.database)
    with pytest.raises(InvalidSubmission) as refusal:
        walk.do(Outcome.RETURN)
    assert refusal.value.messages == expected
    assert traces(walk.database) == before


def test_a_request_becomes_overdue_the_day_after_its_last_day(walk):
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    with reading(walk.database) as session:
        on_time, late = (
            list_requests(session, walk.case_id, day)[0] for day in (DUE, DUE + timedelta(1))
        )
    assert (on_time.is_overdue, late.is_overdue) == (False, True)
    assert on_time.papers == (DossierPart.REVIEW_MINUTES,)
    assert on_time.unit_name == "Ủy ban nhân dân phường Vạn Xuân"


def test_a_paper_from_above_is_recorded_whatever_it_asks(database, ward):
    with unit_of_work(database) as session:
        put_setting(
            session,
            name="level_mode.province",
            value="recorded",
            actor=ward.administrator,
            at=NOON,
        )
    walk = Walk(database, ward).open(award=Award.PROVINCIAL_MERIT)
    set_to(walk, "max_supplements", "0")
    walk.to("record_provincial_result")
    walk.do(Outcome.RETURN, **SUPPLEMENT | {"due_on": "01/12/2030"})
    assert requests(walk)[0].due_on == date(2030, 12, 1)


def terms_on(walk, day):
    with reading(walk.database) as session:
        task = session.get_one(UserTask, walk.task().id)
        return supplement_at(session, task.case, task, day)


@pytest.fixture
def ten_days(walk):
    with unit_of_work(walk.database) as session:
        put_setting(
            session,
            name="supplement_days",
            value="10",
            applies_from=date(2026, 1, 1),
            actor=walk.ward.administrator,
            at=NOON,
        )


def test_the_last_day_is_counted_in_working_days_where_the_office_set_them(walk, ten_days):
    assert terms_on(walk, date(2025, 12, 31)).due_on is None
    # Friday 4 September 2026: Monday 7 is the first of ten working days.
    assert terms_on(walk, date(2026, 9, 4)).due_on == date(2026, 9, 18)


def test_nobody_counts_in_a_year_whose_days_off_are_not_known(walk, ten_days):
    assert terms_on(walk, date(2032, 12, 2)).due_on is None
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    assert requests(walk)[0].due_on == DUE
