"""A plan file, read and checked: all its problems at once, each with its line."""

import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import yaml

from engine.datafiles import Translated
from engine.datafiles.reading import (
    BROKEN,
    Key,
    day,
    line_at,
    list_of,
    mapping,
    matching,
    read_keys,
    text,
    translated,
    value_at,
    word,
)
from engine.datafiles.yaml_lines import Problems, compose, decoded, line_of
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
)
from engine.text import compose as composed
from forms.vocabulary import Award, Level, Occasion, SubjectKind, UnitKind

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
    problems = Problems(filename)
    text = decoded(data, problems)
    if text is None:
        raise InvalidPlan(problems.lines())
    return text


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


# What each part of a plan is.


def _translated_keys() -> dict[str, Key]:
    return {"vi": text, "en": text}


def _quoted_keys() -> dict[str, Key]:
    return {"section": text, **_translated_keys()}


def _unit_kinds(node: yaml.Node, problems: Problems) -> Any:
    kinds = list_of(word(UnitKind), "unit kind", unique="")(node, problems)
    return BROKEN if kinds is BROKEN else frozenset(kinds)


_QUOTATION = mapping(Quotation, **_quoted_keys())
_QUOTATIONS = list_of(_QUOTATION, "text")
_LEGAL_BASIS = mapping(LegalBasis, text=translated, number=text, issued_on=day)
_SUBJECT = mapping(Subject, kind=word(SubjectKind), **_quoted_keys())
_TOPIC = mapping(Topic, id=matching(_ID, "an id like ND1"), **_quoted_keys())
_APPLIES_TO = mapping(
    AppliesTo,
    subject=word(SubjectKind),
    units=(_unit_kinds, frozenset()),
)
_CRITERION = mapping(dict, id=matching(_ID, "an id like CQ1"), **_translated_keys())
_BODY = mapping(Body, section=text, body=translated, duties=list_of(translated, "duty"))
_NOTE = mapping(
    Note,
    id=matching(_ID, "an id like A1"),
    where=text,
    status=word(NoteStatus),
    **_translated_keys(),
)


def _movement(node: yaml.Node, problems: Problems) -> Any:
    keys: dict[str, Key] = {
        "name": translated,
        "launched_by": translated,
        "level": word(Level),
        "launched_on": day,
        "ends_on": day,
        "decision": text,
    }
    movement = mapping(Movement, **keys, parent=(mapping(Movement, **keys), None))(
        node, problems
    )
    if movement is not BROKEN:
        _check_movement(node, movement, problems)
    return movement


def _check_movement(node: yaml.Node, movement: Movement, problems: Problems) -> None:
    """It ends after it began, and the movement above it was launched higher up."""
    if movement.ends_on < movement.launched_on:
        problems.add(
            line_at(node, "ends_on"),
            f"the end {movement.ends_on}",
            f"a day on or after the launch {movement.launched_on}",
        )
    if movement.parent is None:
        return
    _check_movement(value_at(node, "parent"), movement.parent, problems)
    levels = list(Level)
    if levels.index(movement.parent.level) <= levels.index(movement.level):
        problems.add(
            line_at(node, "parent", "level"),
            f"the level {movement.parent.level} above {movement.level}",
            f"a level higher than {movement.level}",
        )


def _period(node: yaml.Node, problems: Problems) -> Any:
    period = mapping(Period, starts_on=day, ends_on=day, section=text, text=translated)(
        node, problems
    )
    if period is not BROKEN and period.ends_on < period.starts_on:
        problems.add(
            line_at(node, "ends_on"),
            f"the end {period.ends_on}",
            f"a day on or after the start {period.starts_on}",
        )
    return period


def _group(node: yaml.Node, problems: Problems) -> Any:
    """Read a group of criteria as a tuple of :class:`Criterion`."""
    return mapping(
        _criteria_of,
        section=text,
        title=translated,
        applies_to=list_of(_APPLIES_TO, "subject"),
        criteria=list_of(_CRITERION, "criterion"),
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
    groups = list_of(_group, "group of criteria")(node, problems)
    if groups is BROKEN:
        return BROKEN
    every = tuple(criterion for group in groups for criterion in group)
    for name, count in Counter(criterion.id for criterion in every).items():
        if count > 1:
            problems.add(line_of(node), f"criterion {name} {count} times", "each once")
    return every


def _awards(node: yaml.Node, problems: Problems) -> Any:
    return list_of(
        mapping(
            OccasionAwards,
            occasion=word(Occasion),
            section=text,
            awards=lambda inner, found: _in_order(_AWARD_LIST(inner, found), Award),
            standard=translated,
        ),
        "occasion",
        unique="occasion",
    )(node, problems)


_AWARD_LIST = list_of(word(Award), "award", unique="")


def _in_order(values: Any, words: type[StrEnum]) -> Any:
    """Return ``values`` from the lowest to the highest, as the vocabulary has them."""
    return BROKEN if values is BROKEN else tuple(sorted(values, key=list(words).index))


def _route(node: yaml.Node, problems: Problems) -> Any:
    route = list_of(word(Level), "level", unique="")(node, problems)
    if route is not BROKEN and route != _in_order(route, Level):
        problems.add(line_of(node), ", ".join(route), "the levels from the lowest up")
    return route


_KEYS: Mapping[str, Key] = {
    "format": matching(re.compile("1"), "1, the format of this version"),
    "code": matching(_CODE, "small letters, digits and hyphens, as van-xuan-2025-2030"),
    "number": text,
    "issued_on": day,
    "place": text,
    "issuer": translated,
    "signed_for": text,
    "title": translated,
    "movement": _movement,
    "legal_bases": list_of(_LEGAL_BASIS, "legal basis", unique="number"),
    "period": _period,
    "purposes": _QUOTATIONS,
    "requirements": _QUOTATIONS,
    "goals": _QUOTATIONS,
    "subjects": list_of(_SUBJECT, "subject", unique="kind"),
    "contents": list_of(_TOPIC, "content", unique="id"),
    "criteria": _criteria,
    "commended": _QUOTATION,
    "awards": _awards,
    "route": _route,
    "solutions": _QUOTATIONS,
    "duties": list_of(_BODY, "body"),
    "recipients": list_of(text, "recipient", unique=""),
    "notes": (list_of(_NOTE, "note", unique="id"), ()),
}


def _plan(node: yaml.MappingNode, problems: Problems) -> Any:
    values = read_keys(node, _KEYS, problems)
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
                    line_at(node, "awards", place, "awards"),
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
                line_at(node, "subjects", place),
                f"no criterion for the subject {subject.kind}",
                "at least one in “criteria”",
            )
