"""``eligibility.yaml``, read and checked: every rule in each of its periods."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
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
    pairs,
    read_keys,
    translated,
    word,
)
from engine.datafiles.yaml_lines import Problems, described, line_of
from engine.rules.facts import Facts
from engine.rules.instruments import CITED, Cited, Instruments, check_days
from engine.rules.model import PlanPart, Result, Rule, Source
from engine.rules.registry import RuleTest
from engine.rules.sentences import COMMON, has_stray_brace, placeholders
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
class _Placed:
    """A rule with its place in the file."""

    rule: Rule
    line: int


def rules_reader(instruments: Instruments, tests: Mapping[str, RuleTest] | None) -> Read:
    """Return a reader of ``eligibility.yaml`` as a tuple of :class:`Rule`.

    :param tests: the tests that rules may name; none: the file was stored by another
        version, and its rules are only read, never asked.
    """
    shared: dict[str, Translated] = {}

    def read_shared(node: yaml.Node, problems: Problems) -> Any:
        sentences = _any_sentences(node, problems)
        shared.update(sentences or {})
        return BROKEN if sentences is None else sentences

    def read_rule(node: yaml.Node, problems: Problems) -> Any:
        return _rule(node, problems, instruments, tests, shared)

    def read(node: yaml.Node, problems: Problems) -> Any:
        keys: dict[str, Key] = {
            "format": _FORMAT,
            "shared": (read_shared, {}),  # before the rules, which take from it
            "rules": list_of(read_rule, "rule"),
        }
        shared.clear()
        values = read_keys(node, keys, problems)
        if values is None or BROKEN in values.values():
            return BROKEN
        placed = [one for periods in values["rules"] for one in periods]
        _check_one_at_a_time(placed, problems)
        return tuple(one.rule for one in placed)

    return read


_FORMAT = matching(re.compile("1"), "1, the format of this version")


def _node(node: yaml.Node, problems: Problems) -> Any:
    """Leave ``node`` to be read when its test is known."""
    return node


def _plan_source(node: yaml.Node, problems: Problems) -> Any:
    return mapping(
        lambda plan: Cited(Source(_PLAN, plan_part=plan), None), plan=word(PlanPart)
    )(node, problems)


def _rule(
    node: yaml.Node,
    problems: Problems,
    instruments: Instruments,
    tests: Mapping[str, RuleTest] | None,
    shared: Mapping[str, Translated],
) -> Any:
    """Read one entry as its periods; one with ``then_office`` makes two of them."""

    def source(inner: yaml.Node, found: Problems) -> Any:
        names = [key.value for key, _ in inner.value] if _is_mapping(inner) else []
        return (_plan_source if "plan" in names else instruments.citation)(inner, found)

    when: dict[str, Key] = {
        "source": source,
        **PERIOD,
        "then_office": (translated, None),
        "confidence": word(Confidence),
    }
    keys: dict[str, Key] = {
        "id": _ID,
        "title": translated,
        "applies": (_applies, _applies_to()),
        **({"periods": list_of(_node, "period")} if _has_periods(node) else when),
        "test": _NAME,
        "parameters": (_node, None),
        "effect": word(RuleEffect),
        "override": word(Override),
        "sentences": (_node, None),
    }
    values = read_keys(node, keys, problems)
    if values is None or BROKEN in values.values():
        return BROKEN
    said = _said_by_test(node, values, problems, tests, shared)
    periods = [(node, values)]
    if "periods" in values:
        read = [(each, read_keys(each, when, problems)) for each in values["periods"]]
        periods = [(each, {**values, **(dates or {"": BROKEN})}) for each, dates in read]
    if any(BROKEN in dates.values() for _, dates in periods):
        return BROKEN
    in_order = [_check_periods(each, dates, problems) for each, dates in periods]
    if said is None or not all(in_order):
        return BROKEN
    return tuple(
        placed for each, dates in periods for placed in _periods(line_of(each), dates, said)
    )


def _has_periods(node: yaml.Node) -> bool:
    return _is_mapping(node) and any(key.value == "periods" for key, _ in node.value)


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


# What the test of a rule says and needs.


@dataclass(frozen=True)
class _Said:
    test: Any
    parameters: Mapping[str, Any]
    sentences: Mapping[str, Translated]


def never_run(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Stand for the test of a stored rule, which is read and never asked."""
    raise NotImplementedError("rules of a stored law book are not asked again")


def _said_by_test(
    node: yaml.Node,
    values: dict[str, Any],
    problems: Problems,
    tests: Mapping[str, RuleTest] | None,
    shared: Mapping[str, Translated],
) -> _Said | None:
    """Read parameters and sentences as the test declares them; none after a problem."""
    given = values["sentences"]
    if tests is None:
        sentences = {} if given is None else _any_sentences(given, problems)
        return None if sentences is None else _Said(never_run, {}, {**shared, **sentences})
    test = tests.get(values["test"])
    if test is None:
        known = ", ".join(sorted(tests))
        problems.add(
            line_at(node, "test"), f"the unknown test “{values['test']}”", f"one of {known}"
        )
        return None
    parameters = _parameters(node, values["parameters"], test, problems)
    sentences = _sentences(node, given, test, shared, problems)
    if parameters is None or sentences is None:
        return None
    return _Said(test.function, parameters, sentences)


def _parameters(
    node: yaml.Node, given: yaml.Node | None, test: RuleTest, problems: Problems
) -> dict[str, Any] | None:
    if given is None:
        if not test.parameters:
            return {}
        names = ", ".join(test.parameters)
        problems.add(line_of(node), "no “parameters”", f"a mapping with {names}")
        return None
    if not test.parameters:
        problems.add(line_of(given), "parameters", f"none: {test.name} takes none")
        return None
    values = read_keys(given, test.parameters, problems)
    return None if values is None or BROKEN in values.values() else values


def _sentences(
    node: yaml.Node,
    given: yaml.Node | None,
    test: RuleTest,
    shared: Mapping[str, Translated],
    problems: Problems,
) -> dict[str, Translated] | None:
    """Read a sentence for each that ``test`` can say; what is left out is ``shared``."""
    keys: dict[str, Key] = {
        code: (translated, shared[code]) if code in shared else translated
        for code in test.sentences
    }
    if given is None and shared.keys() >= keys.keys():
        values: dict[str, Any] | None = {code: shared[code] for code in keys}
    elif given is None:
        problems.add(line_of(node), "no “sentences”", f"a mapping with {', '.join(keys)}")
        return None
    else:
        values = read_keys(given, keys, problems)
    if values is None or BROKEN in values.values():
        return None
    own = {key.value for key, _ in given.value} if given is not None else set()
    whole = True
    for code, text in values.items():
        allowed = (*COMMON, *test.parameters, *test.sentences[code])
        line = line_at(given, code) if given is not None and code in own else line_of(node)
        whole &= _check_braces(line, text, allowed, problems)
    return values if whole else None


def _check_braces(
    line: int, text: Translated, allowed: tuple[str, ...], problems: Problems
) -> bool:
    """Whether ``text`` has only place-holders that are ``allowed``, and no other brace."""
    unknown = sorted(placeholders(text) - set(allowed))
    expected = "one of " + ", ".join(f"{{{name}}}" for name in allowed)
    for name in unknown:
        problems.add(line, f"the place-holder {{{name}}}", expected)
    if has_stray_brace(text):
        problems.add(line, "a single brace", f"braces around a name: {expected}")
        return False
    return not unknown


def _any_sentences(node: yaml.Node, problems: Problems) -> dict[str, Translated] | None:
    if not isinstance(node, yaml.MappingNode):
        problems.add(line_of(node), described(node), "a mapping of sentences")
        return None
    texts = {name: translated(value, problems) for name, (_, value) in pairs(node, problems)}
    return None if BROKEN in texts.values() else texts


# When a rule holds.


def _check_periods(node: yaml.Node, values: dict[str, Any], problems: Problems) -> bool:
    """Whether the days of a rule are in order and within those of what it cites."""
    if not check_days(node, values["from"], values["until"], problems):
        return False
    cited: Cited = values["source"]
    if cited.source.plan_part and values["confidence"] not in CITED:
        problems.add(
            line_at(node, "confidence"),
            f"the confidence {values['confidence']} with a source in the plan",
            "H or M; or “source: {office: true}”",
        )
    if values["then_office"] is not None and values["until"] is None:
        problems.add(line_at(node, "then_office"), "“then_office” without end", "“until: …”")
    cited.check(
        line_at(node, "source"),
        problems,
        confidence=values["confidence"],
        starts_on=values["from"],
        ends_on=values["until"],
    )
    return True


def _periods(line: int, values: dict[str, Any], said: _Said) -> tuple[_Placed, ...]:
    rule = Rule(
        id=values["id"],
        title=values["title"],
        **values["applies"],
        source=values["source"].source,
        confidence=values["confidence"],
        starts_on=values["from"],
        ends_on=values["until"],
        test=said.test,
        parameters=said.parameters,
        effect=values["effect"],
        may_override=values["override"] is Override.WITH_REASON,
        sentences=said.sentences,
    )
    placed = _Placed(rule, line)
    if values["then_office"] is None or rule.ends_on is None:
        return (placed,)
    after = replace(
        rule,
        source=Source(values["then_office"], is_office=True),
        confidence=Confidence.UNKNOWN,
        starts_on=rule.ends_on + timedelta(days=1),
        ends_on=None,
    )
    return (placed, _Placed(after, line))


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
    return one.holds_on(max(one.starts_on, other.starts_on)) and other.holds_on(
        max(one.starts_on, other.starts_on)
    )


def _is_mapping(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode)
