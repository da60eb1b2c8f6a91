"""Which limit a step has, and on which day its time is over."""

from datetime import UTC, date, datetime

import pytest

from engine.deadlines.limits import Due, Limit, Limits, Step, end_of, period
from engine.errors import NoCalendarForDay
from forms.vocabulary import Award, Counting, Level

FROM = date(2026, 1, 1)
MERIT, CERTIFICATE = Award.PROVINCIAL_MERIT, Award.UNIT_CERTIFICATE
WARD, PROVINCE = Level.WARD, Level.PROVINCE
APPRAISE, DECIDE = "appraise_at_ward", "decide_at_ward"


def limit(number, level=WARD, element="", award=None, days=10, starts=FROM, **changes):
    values = {"counting": Counting.WORKING, "remind_before": None, "escalates": True}
    return Limit(
        id=number,
        level=level,
        element_id=element,
        award=award,
        days=days,
        starts_on=starts,
        source="Quy chế của đơn vị",
        **(values | changes),
    )


TABLE = Limits(
    [
        limit(1),
        limit(2, award=MERIT),
        limit(3, element=APPRAISE),
        limit(4, element=APPRAISE, award=MERIT),
        limit(5, starts=date(2026, 6, 1), element=APPRAISE),
        limit(6, element=DECIDE, award=MERIT, starts=date(2026, 6, 1)),
        limit(7, element=DECIDE, award=MERIT, starts=date(2026, 8, 1), days=None),
        limit(8, starts=date(2026, 3, 1)),
    ]
)


@pytest.mark.parametrize(
    ("level", "element", "award", "on", "found"),
    [
        pytest.param(PROVINCE, APPRAISE, MERIT, FROM, None, id="another level"),
        pytest.param(WARD, DECIDE, CERTIFICATE, date(2025, 12, 31), None, id="too early"),
        pytest.param(WARD, DECIDE, CERTIFICATE, FROM, 1, id="its level"),
        pytest.param(WARD, DECIDE, CERTIFICATE, date(2026, 3, 1), 8, id="its level, later"),
        pytest.param(WARD, DECIDE, MERIT, FROM, 2, id="level and award"),
        pytest.param(WARD, APPRAISE, CERTIFICATE, FROM, 3, id="its step"),
        pytest.param(WARD, APPRAISE, CERTIFICATE, date(2026, 6, 1), 5, id="its step, later"),
        pytest.param(WARD, APPRAISE, MERIT, date(2026, 7, 1), 4, id="step and award"),
        pytest.param(WARD, DECIDE, MERIT, date(2026, 6, 1), 6, id="step and award begin"),
        pytest.param(WARD, DECIDE, MERIT, date(2026, 8, 1), 2, id="step and award end"),
    ],
)
def test_the_limit_is_the_nearest_that_was_set_last(level, element, award, on, found):
    chosen = TABLE.find(level, element, award, on)
    assert (chosen and chosen.id) == found


def test_what_was_set_last_replaces_what_was_said_for_later_days():
    table = Limits([limit(1), limit(2, starts=date(2026, 6, 1)), limit(3)])
    assert table.find(WARD, DECIDE, MERIT, date(2026, 7, 1)).id == 3


@pytest.mark.parametrize(
    ("start", "days", "counting", "last"),
    [
        pytest.param("2026-11-16", 5, "working", "2026-11-23", id="over a weekend"),
        pytest.param("2026-11-20", 2, "working", "2026-11-25", id="over Culture Day"),
        pytest.param("2026-02-13", 1, "working", "2026-02-23", id="over Tết"),
        pytest.param("2026-02-14", 2, "working", "2026-02-24", id="begins on a Saturday"),
        pytest.param("2026-01-09", 1, "working", "2026-01-10", id="a make-up Saturday"),
        pytest.param("2026-08-21", 2, "working", "2026-08-24", id="over a make-up Saturday"),
        pytest.param("2026-12-31", 1, "working", "2027-01-04", id="over New Year"),
        pytest.param("2026-11-16", 7, "calendar", "2026-11-23", id="seven days"),
        pytest.param("2026-11-16", 5, "calendar", "2026-11-23", id="ends on a Saturday"),
        pytest.param("2026-02-09", 7, "calendar", "2026-02-23", id="ends in Tết"),
    ],
)
def test_the_first_day_is_not_counted_and_the_last_is_a_working_day(
    start, days, counting, last
):
    found, _ = period(date.fromisoformat(start), days, Counting(counting), None)
    assert found == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("start", "days", "counting", "before", "reminder"),
    [
        pytest.param("2026-11-16", 5, "working", 1, "2026-11-20", id="over a weekend"),
        pytest.param("2026-02-12", 3, "working", 2, "2026-02-13", id="over Tết"),
        pytest.param("2026-11-16", 10, "calendar", 3, "2026-11-23", id="in days"),
    ],
)
def test_the_reminder_is_counted_like_the_limit(start, days, counting, before, reminder):
    _, found = period(date.fromisoformat(start), days, Counting(counting), before)
    assert found == date.fromisoformat(reminder)


def test_a_year_without_a_calendar_is_not_guessed():
    with pytest.raises(NoCalendarForDay):
        period(date(2099, 3, 2), 5, Counting.WORKING, None)
    step = Step(WARD, DECIDE, "decision.v1", MERIT, datetime(2099, 3, 2, 5, tzinfo=UTC))
    assert TABLE.due(step) == Due(deadline_id=2)


def step(opened_at, **changes):
    values = {"level": WARD, "element_id": DECIDE, "form": "review.v1", "award": MERIT}
    return Step(**(values | {"opened_at": opened_at} | changes))


EVENING = datetime(2026, 11, 16, 16, 59, tzinfo=UTC)
NEXT_DAY = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)


def test_the_day_is_that_of_vietnam_and_lasts_until_midnight():
    table = Limits([limit(1, days=1)])
    assert table.due(step(EVENING)).due_at == datetime(2026, 11, 17, 16, 59, 59, tzinfo=UTC)
    assert table.due(step(NEXT_DAY)).due_at == datetime(2026, 11, 18, 16, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"form": "resume.v1"}, id="on hold"),
        pytest.param({"level": None, "is_first_draft": True}, id="not yet submitted"),
        pytest.param({"level": PROVINCE}, id="no limit is set"),
    ],
)
def test_no_time_runs(changes):
    assert TABLE.due(step(EVENING, **changes)) == Due()


def test_the_day_of_a_request_goes_before_any_limit():
    asked = TABLE.due(step(EVENING), date(2026, 11, 19))
    assert asked == Due(end_of(date(2026, 11, 19)))


def test_a_returned_draft_has_the_limit_of_its_unit():
    table = Limits([limit(1, Level.UNIT, "draft_nomination", days=3)])
    found = table.due(step(EVENING, level=None, element_id="draft_nomination"))
    assert found.due_at == end_of(date(2026, 11, 19))
