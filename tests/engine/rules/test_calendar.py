"""Periods in working days: which days count, and what a calendar file is refused for."""

from datetime import date

import pytest

from engine.datafiles import Translated
from engine.datafiles.yaml_lines import Problems, compose
from engine.errors import NoCalendarForDay
from engine.rules.book import book
from engine.rules.calendar import Calendar, DayOff, WorkYear, calendar_reader

NOTE = Translated("do đơn vị nhập", "entered by this office")
VICTORY = DayOff(date(2021, 4, 30), Translated("Ngày Chiến thắng", "Victory Day"))
CALENDAR = Calendar((WorkYear(2021, (VICTORY,), (date(2021, 5, 8),), NOTE),))


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        pytest.param(date(2021, 5, 17), 10, date(2021, 5, 31), id="first-day-not-counted"),
        pytest.param(date(2021, 5, 16), 10, date(2021, 5, 28), id="begins-on-a-sunday"),
        pytest.param(date(2021, 5, 15), 10, date(2021, 5, 28), id="begins-on-a-saturday"),
        pytest.param(date(2021, 4, 29), 1, date(2021, 5, 3), id="over-a-holiday"),
        pytest.param(date(2021, 5, 7), 1, date(2021, 5, 8), id="make-up-saturday"),
        pytest.param(date(2021, 5, 16), 1, date(2021, 5, 17), id="one-day-from-a-sunday"),
    ],
)
def test_the_last_day_of_a_period(start, count, last):
    assert CALENDAR.add_working_days(start, count) == last


def test_a_year_that_nobody_entered_is_not_guessed():
    with pytest.raises(NoCalendarForDay) as refused:
        CALENDAR.add_working_days(date(2021, 12, 31), 1)
    assert refused.value.facts == {"year": 2022}


def test_a_period_has_at_least_a_day():
    with pytest.raises(ValueError, match="0 working days"):
        CALENDAR.add_working_days(date(2021, 5, 17), 0)


def test_the_calendar_of_the_law_book_says_that_the_office_set_it():
    calendar = book().parts["calendar.yaml"]
    assert [one.year for one in calendar.years] == list(range(2025, 2032))
    assert all("cần đối chiếu" in one.note.vi for one in calendar.years)
    assert not calendar.is_working_day(date(2026, 4, 27))
    assert calendar.is_working_day(date(2026, 1, 10))


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        pytest.param(date(2026, 2, 10), 10, date(2026, 3, 3), id="over-tet-2026"),
        pytest.param(date(2030, 1, 30), 3, date(2030, 2, 11), id="over-tet-2030"),
        pytest.param(date(2030, 2, 3), 1, date(2030, 2, 7), id="begins-in-tet"),
        pytest.param(date(2030, 11, 22), 2, date(2030, 11, 27), id="culture-day-made-up"),
        pytest.param(date(2030, 12, 2), 10, date(2030, 12, 16), id="ten-days-of-december"),
        pytest.param(date(2030, 12, 30), 2, date(2031, 1, 2), id="into-the-next-year"),
    ],
)
def test_periods_by_the_calendar_of_the_office(start, count, last):
    assert book().parts["calendar.yaml"].add_working_days(start, count) == last


GOOD = """format: "1"
years:
  - year: 2026
    note: {vi: a, en: a}
    days_off:
      - {on: 2026-04-30, name: {vi: a, en: a}}
    make_up: [2026-01-10]
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("2026-04-30", "2025-04-30", "c.yaml:6: found the day off 2025-04-30, expected a day"),
        ("2026-04-30", "2026-05-02", "c.yaml:6: found 2026-05-02, a day off anyway, expected"),
        ("2026-01-10", "2026-01-12", "c.yaml:7: found the make-up day 2026-01-12, expected"),
        ("year: 2026", "year: soon", "c.yaml:3: found “soon”, expected a year, as 2026"),
        ("[2026-01-10]", "[2026-01-10]\n    kind: x", "c.yaml:8: found the unknown key “kind”"),
    ],
)
def test_a_bad_calendar_is_refused_with_its_line(old, new, problem):
    problems = Problems("c.yaml")
    node = compose(GOOD.replace(old, new), problems)
    calendar_reader(book().instruments)(node, problems)
    assert problems.lines()[0].startswith(problem)
