"""A plan file, read and checked: all its problems at once, each with its line."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import yaml

from engine.errors import InvalidPlan
from engine.plans.model import (
    AppliesTo,
    Body,
    Criterion,
    LegalBasis,
    Movement,
    Note,
    NoteStatus,
    OccasionAwards,
    Period,
    Plan,
    Quotation,
    Subject,
    Topic,
    Translated,
)
from engine.plans.yaml_lines import Problems, compose, described, line_of
from engine.text import compose as composed
from forms.vocabulary import Award, Level, Occasion, SubjectKind, UnitKind

Read = Callable[[yaml.Node, Problems], Any]
"""Reads a node: returns its value, or :data:`BROKEN` after telling the problems."""

BROKEN = object()

_LONGEST_TEXT = 8_000
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID = re.compile(r"[A-Za-z]{1,8}[0-9]{1,3}")

_DECIDERS: Mapping[Award, tuple[Level, ...]] = {
    Award.UNIT_CERTIFICATE: (Level.UNIT, Level.WARD),
    Award.PROVINCIAL_MERIT: (Level.PROVINCE,),
    Award.PRIME_MINISTER_CERTIFICATE: (Level.PRIME_MINISTER,),
    Award.LABOR_ORDER: (Level.PRESIDENT,),
    Award.LABOR_ORDER_SECOND: (Level.PRESIDENT,),
    Award.LABOR_ORDER_FIRST: (Level.PRESIDENT,),
}
"""Award → levels that may have to decide it: the route needs them all.

A unit certificate is decided by the unit, or by the ward where the unit may issue none.
"""


def text_of(data: bytes, filename: str) -> str:
    """Return the text of an uploaded or opened plan file.

    :raises InvalidPlan: it is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems = Problems(filename)
        line = data.count(b"\n", 0, error.start) + 1
        problems.add(line, f"the byte 0x{data[error.start]:02X}", "text in UTF-8")
        raise InvalidPlan(problems.lines()) from None


def read_plan(text: str, filename: str) -> Plan:
    """Return the plan that ``text`` holds. Decomposed Vietnamese is composed.

    :param filename: what the problems call the file.
    :raises InvalidPlan: with one line ``file:line: found …, expected …`` per problem.
    """
    problems = Problems(filename)
    node = compose(composed(text), problems)
    plan = BROKEN if node is None else _plan(node, problems)
    if problems.lines() or not isinstance(plan, Plan):
        raise InvalidPlan(problems.lines())
    return plan


# Readers of single values.


def _text(node: yaml.Node, problems: Problems) -> Any:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        problems.add(line_of(node), described(node), "a text")
        return BROKEN
    value = node.value.strip()
    if len(value) > _LONGEST_TEXT:
        problems.add(
            line_of(node), f"{len(value)} characters", f"at most {_LONGEST_TEXT} characters"
        )
        return BROKEN
    return value


def _matching(pattern: re.Pattern[str], expected: str) -> Read:
    def read(node: yaml.Node, problems: Problems) -> Any:
        value = _text(node, problems)
        if value is not BROKEN and not pattern.fullmatch(value):
            problems.add(line_of(node), described(node), expected)
            return BROKEN
        return value

    return read


def _day(node: yaml.Node, problems: Problems) -> Any:
    try:
        return date.fromisoformat(node.value)
    except (TypeError, ValueError):
        problems.add(line_of(node), described(node), "a day as YYYY-MM-DD")
        return BROKEN


def _word(words: type[StrEnum]) -> Read:
    expected = "one of " + ", ".join(words)

    def read(node: yaml.Node, problems: Problems) -> Any:
        try:
            return words(node.value)
        except (TypeError, ValueError):
            problems.add(line_of(node), described(node), expected)
            return BROKEN

    return read


# Readers of lists and mappings.


def _list_of(read: Read, name: str, *, unique: str | None = None) -> Read:
    """Return a reader of a list with at least one ``name``, as a tuple.

    :param unique: attribute that no two members share; ``""``: the members themselves.
    """

    def read_list(node: yaml.Node, problems: Problems) -> Any:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            problems.add(line_of(node), described(node), f"a list of at least one {name}")
            return BROKEN
        members = [(each, read(each, problems)) for each in node.value]
        whole = [(each, value) for each, value in members if value is not BROKEN]
        if unique is not None:
            _check_unique(whole, unique, name, problems)
        return tuple(v for _, v in whole) if len(whole) == len(members) else BROKEN

    return read_list


def _check_unique(
    members: list[tuple[yaml.Node, Any]], attribute: str, name: str, problems: Problems
) -> None:
    seen: set[object] = set()
    for node, value in members:
        key = getattr(value, attribute) if attribute else value
        if key in seen:
            problems.add(line_of(node), f"{name} {key} again", f"each {name} once")
        seen.add(key)


def _mapping(make: Callable[..., Any], **keys: Read | tuple[Read, Any]) -> Read:
    """Return a reader of a mapping with exactly ``keys``, given to ``make``.

    A key is required unless it comes as ``(reader, default)``.
    """

    def read(node: yaml.Node, problems: Problems) -> Any:
        values = _read_keys(node, keys, problems)
        return BROKEN if values is None or BROKEN in values.values() else make(**values)

    return read


def _read_keys(
    node: yaml.Node, keys: Mapping[str, Read | tuple[Read, Any]], problems: Problems
) -> dict[str, Any] | None:
    """Return key → value or :data:`BROKEN`; none if ``node`` is no mapping at all."""
    names = ", ".join(keys)
    if not isinstance(node, yaml.MappingNode):
        problems.add(line_of(node), described(node), f"a mapping with {names}")
        return None
    given = dict(_pairs(node, problems))
    for name, (place, _) in given.items():
        if name not in keys:
            problems.add(line_of(place), f"the unknown key “{name}”", f"one of {names}")
    values: dict[str, Any] = {}
    for name, key in keys.items():
        read, default = key if isinstance(key, tuple) else (key, BROKEN)
        if name in given:
            values[name] = read(given[name][1], problems)
        else:
            values[name] = default
            if default is BROKEN:
                problems.add(line_of(node), f"no “{name}”", f"the key “{name}”")
    return values


def _pairs(
    node: yaml.MappingNode, problems: Problems
) -> Iterator[tuple[str, tuple[yaml.Node, yaml.Node]]]:
    """Yield the keys of ``node`` with their nodes, each key once."""
    seen = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.add(line_of(key), described(key), "a text as key")
        elif key.value in seen:
            problems.add(line_of(key), f"the key “{key.value}” again", "each key once")
        else:
            seen.add(key.value)
            yield key.value, (key, value)


# What each part of a plan is.


def _translated_keys() -> dict[str, Read | tuple[Read, Any]]:
    return {"vi": _text, "en": _text}


def _quoted_keys() -> dict[str, Read | tuple[Read, Any]]:
    return {"section": _text, **_translated_keys()}


def _unit_kinds(node: yaml.Node, problems: Problems) -> Any:
    kinds = _list_of(_word(UnitKind), "unit kind", unique="")(node, problems)
    return BROKEN if kinds is BROKEN else frozenset(kinds)


_TRANSLATED = _mapping(Translated, **_translated_keys())
_QUOTATION = _mapping(Quotation, **_quoted_keys())
_QUOTATIONS = _list_of(_QUOTATION, "text")
_MOVEMENT = _mapping(
    Movement, name=_TRANSLATED, launched_by=_TRANSLATED, launched_on=_day, decision=_text
)
_LEGAL_BASIS = _mapping(LegalBasis, text=_TRANSLATED, number=_text, issued_on=_day)
_SUBJECT = _mapping(Subject, kind=_word(SubjectKind), **_quoted_keys())
_TOPIC = _mapping(Topic, id=_matching(_ID, "an id like ND1"), **_quoted_keys())
_APPLIES_TO = _mapping(
    AppliesTo,
    subject=_word(SubjectKind),
    units=(_unit_kinds, frozenset()),
)
_CRITERION = _mapping(dict, id=_matching(_ID, "an id like CQ1"), **_translated_keys())
_BODY = _mapping(Body, section=_text, body=_TRANSLATED, duties=_list_of(_TRANSLATED, "duty"))
_NOTE = _mapping(
    Note,
    id=_matching(_ID, "an id like A1"),
    where=_text,
    status=_word(NoteStatus),
    **_translated_keys(),
)


def _period(node: yaml.Node, problems: Problems) -> Any:
    period = _mapping(Period, starts_on=_day, ends_on=_day, section=_text, text=_TRANSLATED)(
        node, problems
    )
    if period is not BROKEN and period.ends_on < period.starts_on:
        problems.add(
            _line_at(node, "ends_on"),
            f"the end {period.ends_on}",
            f"a day on or after the start {period.starts_on}",
        )
    return period


def _group(node: yaml.Node, problems: Problems) -> Any:
    """Read a group of criteria as a tuple of :class:`Criterion`."""
    return _mapping(
        _criteria_of,
        section=_text,
        title=_TRANSLATED,
        applies_to=_list_of(_APPLIES_TO, "subject"),
        criteria=_list_of(_CRITERION, "criterion"),
    )(node, problems)


def _criteria_of(
    section: str,
    title: Translated,
    applies_to: tuple[AppliesTo, ...],
    criteria: tuple[dict[str, str], ...],
) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(section=section, group=title, applies_to=applies_to, **one)
        for one in criteria
    )


def _criteria(node: yaml.Node, problems: Problems) -> Any:
    """Read all groups as one tuple of criteria; their ids differ over all groups."""
    groups = _list_of(_group, "group of criteria")(node, problems)
    if groups is BROKEN:
        return BROKEN
    every = tuple(criterion for group in groups for criterion in group)
    for name, count in Counter(criterion.id for criterion in every).items():
        if count > 1:
            problems.add(line_of(node), f"criterion {name} {count} times", "each once")
    return every


def _awards(node: yaml.Node, problems: Problems) -> Any:
    return _list_of(
        _mapping(
            OccasionAwards,
            occasion=_word(Occasion),
            section=_text,
            awards=lambda inner, found: _in_order(_AWARD_LIST(inner, found), Award),
            standard=_TRANSLATED,
        ),
        "occasion",
        unique="occasion",
    )(node, problems)


_AWARD_LIST = _list_of(_word(Award), "award", unique="")


def _in_order(values: Any, words: type[StrEnum]) -> Any:
    """Return ``values`` from the lowest to the highest, as the vocabulary has them."""
    return BROKEN if values is BROKEN else tuple(sorted(values, key=list(words).index))


def _route(node: yaml.Node, problems: Problems) -> Any:
    route = _list_of(_word(Level), "level", unique="")(node, problems)
    if route is not BROKEN and route != _in_order(route, Level):
        problems.add(line_of(node), ", ".join(route), "the levels from the lowest up")
    return route


_KEYS: Mapping[str, Read | tuple[Read, Any]] = {
    "format": _matching(re.compile("1"), "1, the format of this version"),
    "code": _matching(_CODE, "small letters, digits and hyphens, as van-xuan-2025-2030"),
    "number": _text,
    "issued_on": _day,
    "place": _text,
    "issuer": _TRANSLATED,
    "signed_for": _text,
    "title": _TRANSLATED,
    "movement": _MOVEMENT,
    "legal_bases": _list_of(_LEGAL_BASIS, "legal basis", unique="number"),
    "period": _period,
    "purposes": _QUOTATIONS,
    "requirements": _QUOTATIONS,
    "goals": _QUOTATIONS,
    "subjects": _list_of(_SUBJECT, "subject", unique="kind"),
    "contents": _list_of(_TOPIC, "content", unique="id"),
    "criteria": _criteria,
    "commended": _QUOTATION,
    "awards": _awards,
    "route": _route,
    "solutions": _QUOTATIONS,
    "duties": _list_of(_BODY, "body"),
    "recipients": _list_of(_text, "recipient", unique=""),
    "notes": (_list_of(_NOTE, "note", unique="id"), ()),
}


def _plan(node: yaml.MappingNode, problems: Problems) -> Any:
    values = _read_keys(node, _KEYS, problems)
    if values is None:
        return BROKEN
    _check_awards_are_reached(node, values, problems)
    _check_subjects_have_criteria(node, values, problems)
    if BROKEN in values.values():
        return BROKEN
    del values["format"]
    return Plan(**values)


def _check_awards_are_reached(
    node: yaml.MappingNode, values: dict[str, Any], problems: Problems
) -> None:
    """An award needs the levels on the route that decide it."""
    if values["route"] is BROKEN or values["awards"] is BROKEN:
        return
    for place, rule in enumerate(values["awards"]):
        for award in rule.awards:
            needed = _DECIDERS[award]
            if not set(needed) <= set(values["route"]):
                problems.add(
                    _line_at(node, "awards", place, "awards"),
                    f"the award {award} on the occasion {rule.occasion}",
                    f"a route with {' and '.join(needed)}",
                )


def _check_subjects_have_criteria(
    node: yaml.MappingNode, values: dict[str, Any], problems: Problems
) -> None:
    """A kind of subject that the plan names has at least one criterion."""
    if values["subjects"] is BROKEN or values["criteria"] is BROKEN:
        return
    judged = {one.subject for each in values["criteria"] for one in each.applies_to}
    for place, subject in enumerate(values["subjects"]):
        if subject.kind not in judged:
            problems.add(
                _line_at(node, "subjects", place),
                f"no criterion for the subject {subject.kind}",
                "at least one in “criteria”",
            )


def _line_at(node: yaml.Node, *path: str | int) -> int:
    """Return the line of what lies at ``path``, which was read before without a problem."""
    for step in path:
        node = (
            node.value[step]
            if isinstance(step, int)
            else next(value for key, value in node.value if key.value == step)
        )
    return line_of(node)
