"""``eligibility.yaml``, read and checked: every rule in each of its periods."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import yaml

from engine.datafiles import Translated
from engine.datafiles.reading import (
    BROKEN,
    PERIOD,
    Key,
    Read,
    line_at,
    list_of,
    mapping,
    matching,
    read_keys,
    translated,
    word,
)
from engine.datafiles.yaml_lines import Problems, line_of
from engine.rules.instruments import CITED, Cited, Instruments, check_days
from engine.rules.model import PlanPart, Rule, Source
from engine.rules.registry import RuleTest
from engine.rules.wording import Wording, WordingReader
from forms.vocabulary import (
    Award,
    CheckStage,
    Confidence,
    Occasion,
    Route,
    RuleEffect,
    SubjectKind,
)

_ID = matching(re.compile(r"[A-Z][0-9]{2}[a-z]?"), "an id like E07")
_NAME = matching(re.compile(r"[a-z][a-z0-9_]*"), "a name like movement_ran_years")

_PLAN = Translated("Kế hoạch của đợt khen thưởng", "Plan of the round")


class Override(StrEnum):
    """Whether a person may go on against a rule."""

    NEVER = "never"
    WITH_REASON = "with_reason"


@dataclass(frozen=True)
class _Period:
    """When a rule holds, and by which source."""

    source: Source
    confidence: Confidence
    starts_on: date
    ends_on: date | None
    then_office: Translated | None
    line: int


@dataclass(frozen=True)
class _Placed:
    """A rule with its place in the file."""

    rule: Rule
    line: int


def rules_reader(instruments: Instruments, tests: Mapping[str, RuleTest] | None) -> Read:
    """Return a reader of ``eligibility.yaml`` as a tuple of :class:`Rule`.

    :param tests: the tests that rules may name; none: the file was stored by another
        version, and its rules are only read, never asked.
    """
    return _RulesReader(instruments, tests).read


class _RulesReader:
    def __init__(self, instruments: Instruments, tests: Mapping[str, RuleTest] | None) -> None:
        self._instruments = instruments
        self._wording = WordingReader(tests)

    def read(self, node: yaml.Node, problems: Problems) -> Any:
        keys: dict[str, Key] = {
            "format": matching(re.compile("1"), "1, the format of this version"),
            "shared": (self._wording.read_shared, {}),  # before the rules, which take it
            "rules": list_of(self._read_rule, "rule"),
        }
        values = read_keys(node, keys, problems)
        if values is None or BROKEN in values.values():
            return BROKEN
        self._wording.check_all_taken(problems)
        placed = [one for periods in values["rules"] for one in periods]
        _check_one_at_a_time(placed, problems)
        return tuple(one.rule for one in placed)

    def _read_rule(self, node: yaml.Node, problems: Problems) -> Any:
        """Read one entry as its periods: those of ``periods``, or its own."""
        has_periods = _is_mapping(node) and _has(node, "periods")
        several = {"periods": list_of(self._read_period, "period")}
        keys: dict[str, Key] = {
            "id": _ID,
            "title": translated,
            "applies": (_applies, _applies_to()),
            **(several if has_periods else self._period_keys()),
            "test": _NAME,
            "parameters": (_node, None),
            "effect": word(RuleEffect),
            "override": word(Override),
            "sentences": (_node, None),
        }
        values = read_keys(node, keys, problems)
        if values is None or BROKEN in values.values():
            return BROKEN
        wording = self._wording.read(node, values, problems)
        periods: tuple[_Period, ...] = values.get("periods", ())
        own = None if has_periods else _period(node, values, problems)
        if wording is None or not (periods or own):
            return BROKEN
        periods = (own,) if own else periods
        return tuple(one for each in periods for one in _rules_in(each, values, wording))

    def _read_period(self, node: yaml.Node, problems: Problems) -> Any:
        values = read_keys(node, self._period_keys(), problems)
        if values is None or BROKEN in values.values():
            return BROKEN
        return _period(node, values, problems) or BROKEN

    def _period_keys(self) -> dict[str, Key]:
        return {
            "source": self._read_source,
            **PERIOD,
            "then_office": (translated, None),
            "confidence": word(Confidence),
        }

    def _read_source(self, node: yaml.Node, problems: Problems) -> Any:
        """Read a section of the plan, a provision, or the office itself."""
        if not (_is_mapping(node) and _has(node, "plan")):
            return self._instruments.citation(node, problems)
        return mapping(
            lambda plan: Cited(Source(_PLAN, plan_part=plan), None), plan=word(PlanPart)
        )(node, problems)


def _node(node: yaml.Node, problems: Problems) -> Any:
    """Leave ``node`` to be read when its test is known."""
    return node


def _applies(node: yaml.Node, problems: Problems) -> Any:
    return mapping(
        _applies_to,
        awards=(_set_of(Award, "award"), None),
        subjects=(_set_of(SubjectKind, "subject kind"), None),
        occasions=(_set_of(Occasion, "occasion"), None),
        routes=(_set_of(Route, "route"), None),
        stages=(_stages, frozenset()),
    )(node, problems)


def _applies_to(
    awards: frozenset[Award] | None = None,
    subjects: frozenset[SubjectKind] | None = None,
    occasions: frozenset[Occasion] | None = None,
    routes: frozenset[Route] | None = None,
    stages: frozenset[CheckStage] = frozenset(),
) -> dict[str, Any]:
    """Return what a rule applies to: everything that is left out."""
    return {
        "awards": awards or frozenset(Award),
        "subjects": subjects or frozenset(SubjectKind),
        "occasions": occasions or frozenset(Occasion),
        "routes": routes or frozenset(Route),
        "stages": stages,
    }


def _set_of(words: type[StrEnum], name: str) -> Read:
    read_list = list_of(word(words), name, unique="")

    def read(node: yaml.Node, problems: Problems) -> Any:
        members = read_list(node, problems)
        return BROKEN if members is BROKEN else frozenset(members)

    return read


def _stages(node: yaml.Node, problems: Problems) -> Any:
    """Read the stages; an empty list is the same as none: always."""
    if isinstance(node, yaml.SequenceNode) and not node.value:
        return frozenset()
    return _set_of(CheckStage, "stage")(node, problems)


# When a rule holds.


def _period(node: yaml.Node, values: Mapping[str, Any], problems: Problems) -> _Period | None:
    """Return a period whose days are in order and within those of what it cites."""
    cited: Cited = values["source"]
    period = _Period(
        source=cited.source,
        confidence=values["confidence"],
        starts_on=values["from"],
        ends_on=values["until"],
        then_office=values["then_office"],
        line=line_of(node),
    )
    if not check_days(node, period.starts_on, period.ends_on, problems):
        return None
    if cited.source.plan_part and period.confidence not in CITED:
        problems.add(
            line_at(node, "confidence"),
            f"the confidence {period.confidence} with a source in the plan",
            "H or M; or “source: {office: true}”",
        )
    if period.then_office is not None and period.ends_on is None:
        problems.add(line_at(node, "then_office"), "“then_office” without end", "“until: …”")
    cited.check(
        line_at(node, "source"),
        problems,
        confidence=period.confidence,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
    )
    return period


def _rules_in(
    period: _Period, values: Mapping[str, Any], wording: Wording
) -> tuple[_Placed, ...]:
    """Return the rule in ``period``, and the setting as which it goes on after it."""
    rule = Rule(
        id=values["id"],
        title=values["title"],
        **values["applies"],
        source=period.source,
        confidence=period.confidence,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        test=wording.test,
        parameters=wording.parameters,
        effect=values["effect"],
        may_override=values["override"] is Override.WITH_REASON,
        sentences=wording.sentences,
    )
    if period.then_office is None or period.ends_on is None:
        return (_Placed(rule, period.line),)
    after = replace(
        rule,
        source=Source(period.then_office, is_office=True),
        confidence=Confidence.UNKNOWN,
        starts_on=period.ends_on + timedelta(days=1),
        ends_on=None,
    )
    return (_Placed(rule, period.line), _Placed(after, period.line))


def _check_one_at_a_time(placed: list[_Placed], problems: Problems) -> None:
    """One rule has one text on every day."""
    for place, one in enumerate(placed):
        for other in placed[:place]:
            if one.rule.id == other.rule.id and _overlap(one.rule, other.rule):
                first = max(one.rule.starts_on, other.rule.starts_on)
                problems.add(
                    one.line,
                    f"two rules {one.rule.id} for {first}",
                    f"one for every day: end the rule of line {other.line} before this one"
                    " begins",
                )


def _overlap(one: Rule, other: Rule) -> bool:
    later = max(one.starts_on, other.starts_on)
    return one.holds_on(later) and other.holds_on(later)


def _is_mapping(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode)


def _has(node: yaml.Node, name: str) -> bool:
    return any(key.value == name for key, _ in node.value)
