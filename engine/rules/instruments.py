"""The laws and decrees of the law book, the rule sets by day, and what may be cited."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from engine.datafiles import Translated
from engine.datafiles.reading import (
    BROKEN,
    PERIOD,
    day,
    line_at,
    list_of,
    mapping,
    matching,
    text,
    translated,
    word,
)
from engine.datafiles.yaml_lines import Problems, described, line_of
from engine.rules.model import Source
from forms.vocabulary import Confidence

OFFICE = Source(Translated("cấu hình đơn vị", "set by this office"), is_office=True)
"""The source of what no law says."""

CITED = (Confidence.HIGH, Confidence.MEDIUM)
"""Only these are ever cited as law."""

_ID = matching(re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"), "small letters, digits and hyphens")
_ENGLISH = {
    "điều": "Art.",
    "khoản": "clause",
    "điểm": "point",
    "mục": "section",
    "chương": "chapter",
    "phụ lục": "annex",
    "và": "and",
    "hoặc": "or",
}


@dataclass(frozen=True)
class Instrument:
    """A law, decree, circular or decision, with the days on which it is in force."""

    id: str
    name: Translated
    """As it is cited: ``Luật Thi đua, khen thưởng số 06/2022/QH15``."""
    number: str
    starts_on: date
    confidence: Confidence
    issued_on: date | None = None
    ends_on: date | None = None
    note: Translated | None = None
    """What is not known about it, or how the system reads it."""

    def covers(self, starts_on: date, ends_on: date | None) -> bool:
        """Whether it is in force on every day from ``starts_on`` to ``ends_on``."""
        if starts_on < self.starts_on:
            return False
        return self.ends_on is None or (ends_on is not None and ends_on <= self.ends_on)

    def cite(self, place: str = "") -> Source:
        """Return the source that names ``place``, for example ``Điều 44 khoản 1 điểm a``."""
        if not place:
            return Source(self.name)
        return Source(
            Translated(f"{self.name.vi}, {place}", f"{self.name.en}, {in_english(place)}")
        )


@dataclass(frozen=True)
class Regime:
    """The rule set for dossiers received between two days, by the name people read."""

    id: str
    name: Translated
    starts_on: date
    instruments: tuple[str, ...]
    confidence: Confidence
    ends_on: date | None = None
    note: Translated | None = None


@dataclass(frozen=True)
class Instruments:
    """All that ``instruments.yaml`` says."""

    instruments: Mapping[str, Instrument]
    regimes: tuple[Regime, ...]
    """In order of time, without gap; the last one has no end."""

    def citation(self, node: yaml.Node, problems: Problems) -> Any:
        """Read a source: ``{instrument, place}`` or ``{office: true}``, as :class:`Cited`."""
        if isinstance(node, yaml.MappingNode) and _has(node, "office"):
            office = mapping(
                lambda office: Cited(OFFICE, None),
                office=matching(re.compile("true"), "true"),
            )
            return office(node, problems)
        return mapping(self._cited, instrument=self._instrument, place=(text, ""))(
            node, problems
        )

    def _instrument(self, node: yaml.Node, problems: Problems) -> Any:
        found = self.instruments.get(node.value) if _is_scalar(node) else None
        if found is None:
            known = ", ".join(self.instruments)
            problems.add(line_of(node), described(node), f"an instrument: one of {known}")
            return BROKEN
        return found

    @staticmethod
    def _cited(instrument: Instrument, place: str) -> "Cited":
        return Cited(instrument.cite(place), instrument)


@dataclass(frozen=True)
class Cited:
    """A source as read, with the instrument that it cites; none for the office itself."""

    source: Source
    instrument: Instrument | None

    def check(
        self,
        line: int,
        problems: Problems,
        *,
        confidence: Confidence,
        starts_on: date,
        ends_on: date | None,
    ) -> None:
        """Tell problems of what cites it: unsure of the law, or older or younger than it.

        :param line: line of what cites it.
        """
        if self.instrument is None:
            return
        if confidence not in CITED:
            problems.add(
                line,
                f"the confidence {confidence} with a source in law",
                "H or M; or “source: {office: true}”, for nobody may read it as law",
            )
        if starts_on < self.instrument.starts_on:
            problems.add(
                line,
                f"the first day {starts_on}",
                f"{self.instrument.starts_on} or later: before, {self.instrument.id} is not"
                " in force",
            )
        last = self.instrument.ends_on
        if last is not None and (ends_on is None or ends_on > last):
            problems.add(
                line,
                f"the last day {ends_on or '(none)'}",
                f"“until: {last}” or earlier: then {self.instrument.id} ends",
            )


def in_english(place: str) -> str:
    """Return ``Điều 44 khoản 1 điểm a`` as ``Art. 44 clause 1 point a``."""
    pattern = re.compile(r"\b(" + "|".join(_ENGLISH) + r")\b", re.IGNORECASE)
    return pattern.sub(lambda found: _ENGLISH[found.group().casefold()], place)


def check_days(
    node: yaml.Node, starts_on: date, ends_on: date | None, problems: Problems
) -> bool:
    """Whether a period begins no later than it ends; else tell it at its key ``until``."""
    if ends_on is None or starts_on <= ends_on:
        return True
    problems.add(
        line_at(node, "until"),
        f"the last day {ends_on}",
        f"a day on or after the first day {starts_on}",
    )
    return False


def read_instruments(node: yaml.Node, problems: Problems) -> Any:
    """Read ``instruments.yaml`` as :class:`Instruments`."""
    found = mapping(
        _instruments,
        format=matching(re.compile("1"), "1, the format of this version"),
        instruments=list_of(_read_instrument, "instrument", unique="id"),
        regimes=_read_regimes,
    )(node, problems)
    if found is not BROKEN:
        _check_regimes(node, found, problems)
    return found


def _instruments(
    format: str,
    instruments: tuple[Instrument, ...],
    regimes: tuple[Regime, ...],
) -> Instruments:
    return Instruments({each.id: each for each in instruments}, regimes)


def _read_instrument(node: yaml.Node, problems: Problems) -> Any:
    instrument = mapping(
        _with_days(Instrument),
        id=_ID,
        name=translated,
        number=text,
        issued_on=(day, None),
        confidence=word(Confidence),
        note=(translated, None),
        **PERIOD,
    )(node, problems)
    if instrument is not BROKEN:
        check_days(node, instrument.starts_on, instrument.ends_on, problems)
    return instrument


def _read_regimes(node: yaml.Node, problems: Problems) -> Any:
    regimes = list_of(
        mapping(
            _with_days(Regime),
            id=_ID,
            name=translated,
            confidence=word(Confidence),
            instruments=list_of(text, "instrument", unique=""),
            note=(translated, None),
            **PERIOD,
        ),
        "rule set",
        unique="id",
    )(node, problems)
    if regimes is not BROKEN:
        _check_follow_on(node, regimes, problems)
    return regimes


def _check_follow_on(node: yaml.Node, regimes: tuple[Regime, ...], problems: Problems) -> None:
    """Every day from the first one on has one rule set."""
    for place, regime in enumerate(regimes):
        is_last = place == len(regimes) - 1
        expected = None if is_last else regimes[place + 1].starts_on - timedelta(days=1)
        if regime.ends_on != expected:
            problems.add(
                line_at(node, place),
                f"the rule set {regime.id} until {regime.ends_on or '(no day)'}",
                f"“until: {expected}”: one rule set for every day"
                if expected
                else "no “until”: the last rule set has no end",
            )


def _check_regimes(node: yaml.Node, found: Instruments, problems: Problems) -> None:
    """A rule set names instruments that are in force on each of its days."""
    for place, regime in enumerate(found.regimes):
        for number, name in enumerate(regime.instruments):
            each = found.instruments.get(name)
            if each is None or not each.covers(regime.starts_on, regime.ends_on):
                problems.add(
                    line_at(node, "regimes", place, "instruments", number),
                    f"“{name}” in the rule set {regime.id}",
                    "an instrument of this file that is in force from its first to its last"
                    " day",
                )


def _with_days(make: Any) -> Any:
    """Return ``make`` as it takes the keys ``from`` and ``until`` of a file."""

    def made(**keys: Any) -> Any:
        starts_on, ends_on = keys.pop("from"), keys.pop("until")
        return make(starts_on=starts_on, ends_on=ends_on, **keys)

    return made


def _has(node: yaml.MappingNode, key: str) -> bool:
    return any(_is_scalar(name) and name.value == key for name, _ in node.value)


def _is_scalar(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode)
