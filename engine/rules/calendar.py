"""Working days: days off and make-up days (``calendar.yaml``), and periods counted in them.

No text that was read fixes the days off of a year in one place: the calendar is set by the
office and labelled so.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from engine.datafiles import Translated
from engine.datafiles.reading import (
    BROKEN,
    Read,
    day,
    line_at,
    list_of,
    mapping,
    matching,
    translated,
)
from engine.datafiles.yaml_lines import Problems
from engine.errors import NoCalendarForDay
from engine.rules.instruments import Instruments

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayOff:
    """A day of the week on which nobody works."""

    on: date
    name: Translated


@dataclass(frozen=True)
class WorkYear:
    """The days off of one year beside Saturdays and Sundays, and who says so."""

    year: int
    days_off: tuple[DayOff, ...]
    make_up: tuple[date, ...]
    """Saturdays and Sundays on which people work instead."""
    note: Translated


@dataclass(frozen=True)
class Calendar:
    """The years that are known; no other year can be counted in."""

    years: tuple[WorkYear, ...]

    def is_working_day(self, on: date) -> bool:
        """Whether people work on ``on``.

        :raises NoCalendarForDay: the days off of its year are not known.
        """
        year = next((one for one in self.years if one.year == on.year), None)
        if year is None:
            raise NoCalendarForDay(on)
        if on in year.make_up:
            return True
        return on.weekday() < SATURDAY and all(off.on != on for off in year.days_off)

    def first_working_day(self, on: date) -> date:
        """Return ``on`` if people work then, else the next day on which they do.

        :raises NoCalendarForDay: it leads into a year that is not known.
        """
        while not self.is_working_day(on):
            on += ONE_DAY
        return on

    def add_working_days(self, start: date, count: int) -> date:
        """Return the last day of a period of ``count`` working days that begins on ``start``.

        The day on which it begins is not counted. A period that begins on a day off begins
        on the next working day, which is the first that is counted.

        :param count: at least 1.
        :raises NoCalendarForDay: it leads into a year that is not known.
        """
        if count < 1:
            raise ValueError(f"a period of {count} working days")
        begins = self.first_working_day(start)
        left = count - 1 if begins != start else count
        last = begins
        for _ in range(left):
            last = self.first_working_day(last + ONE_DAY)
        return last


def calendar_reader(instruments: Instruments) -> Read:
    """Return the reader of ``calendar.yaml``; it cites no instrument."""
    return _CALENDAR


def _read_years(node: yaml.Node, problems: Problems) -> Any:
    years = list_of(_read_year, "year", unique="year")(node, problems)
    if years is BROKEN:
        return BROKEN
    return tuple(sorted(years, key=lambda one: one.year))


def _read_year(node: yaml.Node, problems: Problems) -> Any:
    read = mapping(
        WorkYear,
        year=_year,
        days_off=list_of(_DAY_OFF, "day off", unique="on"),
        make_up=(list_of(day, "day", unique=""), ()),
        note=translated,
    )(node, problems)
    if read is not BROKEN:
        _check_days(node, read, problems)
    return read


def _check_days(node: yaml.Node, year: WorkYear, problems: Problems) -> None:
    """A day off is in its year and on a weekday; a make-up day on a weekend."""
    for place, off in enumerate(year.days_off):
        line = line_at(node, "days_off", place, "on")
        if off.on.year != year.year:
            problems.add(line, f"the day off {off.on}", f"a day of {year.year}")
        elif off.on.weekday() >= SATURDAY:
            problems.add(line, f"{off.on}, a day off anyway", "a day from Monday to Friday")
    for place, on in enumerate(year.make_up):
        if on.year != year.year or on.weekday() < SATURDAY:
            expected = f"a Saturday or Sunday of {year.year}"
            problems.add(line_at(node, "make_up", place), f"the make-up day {on}", expected)


def _year(node: yaml.Node, problems: Problems) -> Any:
    text = matching(_YEAR, "a year, as 2026")(node, problems)
    return BROKEN if text is BROKEN else int(text)


_YEAR = re.compile(r"20[0-9]{2}")
_DAY_OFF = mapping(DayOff, on=day, name=translated)
_CALENDAR = mapping(
    lambda format, years: Calendar(years),
    format=matching(re.compile("1"), "1, the format of this version"),
    years=_read_years,
)
