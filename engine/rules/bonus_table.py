"""``bonus.yaml``, read and checked: base salaries, multipliers, and who pays."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain, islice, pairwise, product
from typing import Any

import yaml

from engine.datafiles import Translated
from engine.datafiles.numbers import whole
from engine.datafiles.reading import (
    BROKEN,
    Key,
    Read,
    day,
    line_at,
    list_of,
    mapping,
    matching,
    translated,
    word,
)
from engine.datafiles.yaml_lines import Problems, described, line_of
from engine.office_settings import SETTINGS
from engine.rules.instruments import OFFICE, Instruments, check_days
from engine.rules.model import Source
from forms.vocabulary import Award, Confidence, Level, SubjectKind, UnitKind

_ID = matching(re.compile(r"B[0-9]{2}[a-z]?"), "an id like B01")
_NUMBER = re.compile(r"([0-9]{1,2})(?:\.([0-9]{1,2}))?")

_salary = whole(1_000_000, 999_999_999)

CheckMembers = Callable[[Sequence[Any]], Iterator[tuple[int, str, str]]]
"""Takes the members of a list, each as its periods; yields the place of each wrong one,
what was found there and what is expected."""

FUNDS = (Level.UNIT, Level.WARD, Level.PROVINCE)
"""Whose emulation and commendation fund may pay."""


@dataclass(frozen=True)
class Basis:
    """Where a value comes from, and on which days it holds."""

    id: str
    """``B01``, as in the design's list of facts."""
    source: Source
    confidence: Confidence
    starts_on: date
    ends_on: date | None = None
    note: Translated | None = None
    """What a person should know before relying on it."""

    def holds_on(self, day: date) -> bool:
        """Whether the value holds on ``day``."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class BaseSalary:
    """The base salary (lương cơ sở) of a period, in đồng a month."""

    basis: Basis
    amount: int


@dataclass(frozen=True)
class Figure:
    """A number of the file, or the setting of the office that has it."""

    number: Fraction | None = None
    setting: str = ""

    def resolved(self, settings: Mapping[str, str]) -> Fraction:
        """Return the number, exactly.

        :param settings: those of the day of the decision.
        """
        if self.number is not None:
            return self.number
        return Fraction(settings[self.setting].replace(",", "."))


@dataclass(frozen=True)
class Multiplier:
    """How many base salaries go with an award to an individual."""

    basis: Basis
    awards: frozenset[Award]
    levels: frozenset[Level]
    """Levels whose decision it is about; empty: all."""
    unit_kinds: frozenset[UnitKind]
    """Kinds of deciding unit it is about; empty: all."""
    figure: Figure

    def fits(self, award: Award, level: Level, unit_kind: UnitKind | None) -> bool:
        """Whether it is about this award by this authority."""
        return (
            award in self.awards
            and (not self.levels or level in self.levels)
            and (not self.unit_kinds or unit_kind in self.unit_kinds)
        )


@dataclass(frozen=True)
class Factor:
    """How many times an individual's bonus another kind of subject gets."""

    basis: Basis
    subjects: frozenset[SubjectKind]
    figure: Figure


@dataclass(frozen=True)
class Payer:
    """Whose fund pays what a level decided."""

    basis: Basis
    levels: frozenset[Level]
    fund: Level


@dataclass(frozen=True)
class BonusTable:
    """All that ``bonus.yaml`` says."""

    salaries: tuple[BaseSalary, ...]
    """In order of time, without gap."""
    multipliers: tuple[Multiplier, ...]
    factors: tuple[Factor, ...]
    payers: tuple[Payer, ...]


def bonus_reader(instruments: Instruments) -> Read:
    """Return the reader of ``bonus.yaml`` as :class:`BonusTable`.

    Refused: two values for the same moment, a gap between base salaries, a source that is
    not in force then, and a setting that nobody has.
    """
    entries = _Entries(instruments)
    return mapping(
        BonusTable,
        salaries=entries.list_of("base salary", BaseSalary, _follow_on, amount=_salary),
        multipliers=entries.list_of(
            "multiplier",
            Multiplier,
            _no_two(_same_award),
            awards=_set_of(Award),
            levels=(_set_of(Level), frozenset()),
            unit_kinds=(_set_of(UnitKind), frozenset()),
            figure=_figure,
        ),
        factors=entries.list_of(
            "factor",
            Factor,
            _no_two(_same_subjects),
            subjects=_set_of(SubjectKind),
            figure=_figure,
        ),
        payers=entries.list_of(
            "payer", Payer, _no_two(_same_levels), levels=_set_of(Level), fund=_fund
        ),
    )


@dataclass(frozen=True)
class _Entries:
    """Reads lists whose members all have an id, a source and days."""

    instruments: Instruments

    def list_of(
        self, name: str, make: Callable[..., Any], check: CheckMembers, **keys: Key
    ) -> Read:
        """Return a reader of a list of ``make``, each in one or two periods."""

        def read(node: yaml.Node, problems: Problems) -> Any:
            members = list_of(self._periods_of(make, keys), name)(node, problems)
            if members is BROKEN:
                return BROKEN
            for place, found, expected in check(members):
                problems.add(line_at(node, place), found, expected)
            return tuple(period for periods in members for period in periods)

        return read

    def _periods_of(self, make: Callable[..., Any], keys: Mapping[str, Key]) -> Read:
        def read(node: yaml.Node, problems: Problems) -> Any:
            common: dict[str, Key] = {
                "id": _ID,
                "source": self.instruments.citation,
                "confidence": word(Confidence),
                "note": (translated, None),
                "from": day,
                "until": (day, None),
                "then_office": (translated, None),
            }
            values = mapping(dict, **common, **keys)(node, problems)
            if values is BROKEN:
                return BROKEN
            after = values.pop("then_office")
            basis = self._basis(node, values, problems)
            if basis is None:
                return BROKEN
            periods = (make(basis=basis, **values),)
            return periods if after is None else _go_on(node, periods[0], after, problems)

        return read

    @staticmethod
    def _basis(node: yaml.Node, values: dict[str, Any], problems: Problems) -> Basis | None:
        starts_on, ends_on = values.pop("from"), values.pop("until")
        cited, confidence = values.pop("source"), values.pop("confidence")
        if not check_days(node, starts_on, ends_on, problems):
            return None
        cited.check(
            line_at(node, "source"),
            problems,
            confidence=confidence,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        return Basis(
            values.pop("id"), cited.source, confidence, starts_on, ends_on, values.pop("note")
        )


def _go_on(node: yaml.Node, period: Any, after: Translated, problems: Problems) -> Any:
    """Return the period and the one after it, in which the office says the same."""
    last = period.basis.ends_on
    if last is None:
        problems.add(line_at(node, "then_office"), "“then_office”", "“until” beside it")
        return BROKEN
    basis = replace(
        period.basis,
        source=OFFICE,
        confidence=Confidence.UNKNOWN,
        starts_on=last + timedelta(days=1),
        ends_on=None,
        note=after,
    )
    return (period, replace(period, basis=basis))


def _follow_on(members: Sequence[Sequence[BaseSalary]]) -> Iterator[tuple[int, str, str]]:
    """Each base salary begins on the day after the one before it in the file ends."""
    rows = [periods[0].basis for periods in members]
    for place, (earlier, later) in enumerate(pairwise(rows), start=1):
        expected = f"“until” at {earlier.id}, which the next one follows"
        if earlier.ends_on is not None:
            expected = (
                f"{earlier.ends_on + timedelta(days=1)}: {earlier.id} ends the day before"
            )
            if later.starts_on == earlier.ends_on + timedelta(days=1):
                continue
        yield place, f"{later.id} from {later.starts_on}", expected


def _no_two(clash: Callable[[Any, Any], bool]) -> CheckMembers:
    """Return what tells of members that hold for the same thing on the same day."""

    def check(members: Sequence[Sequence[Any]]) -> Iterator[tuple[int, str, str]]:
        for place, later in enumerate(members):
            pairs = product(chain.from_iterable(members[:place]), later)
            wrong = (pair for pair in pairs if clash(*pair) and _meet(*pair))
            for old, new in islice(wrong, 1):
                found = f"{new.basis.id} from {new.basis.starts_on}"
                yield place, found, f"a day on which {old.basis.id} does not hold"

    return check


def _meet(one: Any, other: Any) -> bool:
    """Whether both hold on some day."""
    bases: list[Basis] = sorted((one.basis, other.basis), key=lambda basis: basis.starts_on)
    return bases[0].holds_on(bases[1].starts_on)


def _same_award(one: Multiplier, other: Multiplier) -> bool:
    pairs = ((one.levels, other.levels), (one.unit_kinds, other.unit_kinds))
    return bool(one.awards & other.awards) and all(
        not ours or not theirs or ours & theirs for ours, theirs in pairs
    )


def _same_subjects(one: Factor, other: Factor) -> bool:
    return bool(one.subjects & other.subjects)


def _same_levels(one: Payer, other: Payer) -> bool:
    return bool(one.levels & other.levels)


def _set_of(words: Any) -> Read:
    read_list = list_of(word(words), words.__name__, unique="")

    def read(node: yaml.Node, problems: Problems) -> Any:
        members = read_list(node, problems)
        return BROKEN if members is BROKEN else frozenset(members)

    return read


def _figure(node: yaml.Node, problems: Problems) -> Any:
    """Read ``4.5`` or the name of a setting, ``bonus_household``."""
    written = node.value.strip() if isinstance(node, yaml.ScalarNode) else ""
    if written.startswith("bonus_") and written in SETTINGS:
        return Figure(setting=written)
    if _NUMBER.fullmatch(written) and Fraction(written):
        return Figure(number=Fraction(written))
    expected = "a number above 0 with at most two decimals, as 4.5, or a setting of bonuses"
    problems.add(line_of(node), described(node), expected)
    return BROKEN


def _fund(node: yaml.Node, problems: Problems) -> Any:
    fund = word(Level)(node, problems)
    if fund is not BROKEN and fund not in FUNDS:
        problems.add(line_of(node), described(node), "one of " + ", ".join(FUNDS))
        return BROKEN
    return fund
