"""Readers of data files: each takes a node and returns its value or tells the problems."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import yaml

from engine.datafiles.translated import Translated
from engine.datafiles.yaml_lines import Problems, described, line_of

Read = Callable[[yaml.Node, Problems], Any]
"""Reads a node: returns its value, or :data:`BROKEN` after telling the problems."""

Key = Read | tuple[Read, Any]
"""The reader of a required key, or the reader of an optional one with its default."""

BROKEN = object()

_LONGEST_TEXT = 8_000

# Readers of single values.


def text(node: yaml.Node, problems: Problems) -> Any:
    """Read a text that is not empty, without the spaces around it."""
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


def matching(pattern: re.Pattern[str], expected: str) -> Read:
    """Return a reader of a text that is ``pattern``; ``expected`` says it in words."""

    def read(node: yaml.Node, problems: Problems) -> Any:
        value = text(node, problems)
        if value is not BROKEN and not pattern.fullmatch(value):
            problems.add(line_of(node), described(node), expected)
            return BROKEN
        return value

    return read


def day(node: yaml.Node, problems: Problems) -> Any:
    """Read a day as ``2025-06-02``."""
    try:
        return date.fromisoformat(node.value)
    except (TypeError, ValueError):
        problems.add(line_of(node), described(node), "a day as YYYY-MM-DD")
        return BROKEN


def word(words: type[StrEnum]) -> Read:
    """Return a reader of one of ``words``."""
    expected = "one of " + ", ".join(words)

    def read(node: yaml.Node, problems: Problems) -> Any:
        try:
            return words(node.value)
        except (TypeError, ValueError):
            problems.add(line_of(node), described(node), expected)
            return BROKEN

    return read


# Readers of lists and mappings.


def list_of(read: Read, name: str, *, unique: str | None = None) -> Read:
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


def mapping(make: Callable[..., Any], **keys: Key) -> Read:
    """Return a reader of a mapping with exactly ``keys``, given to ``make``.

    A key is required unless it comes as ``(reader, default)``.
    """

    def read(node: yaml.Node, problems: Problems) -> Any:
        values = read_keys(node, keys, problems)
        return BROKEN if values is None or BROKEN in values.values() else make(**values)

    return read


def read_keys(
    node: yaml.Node, keys: Mapping[str, Key], problems: Problems
) -> dict[str, Any] | None:
    """Return key → value or :data:`BROKEN`; none if ``node`` is no mapping at all."""
    names = ", ".join(keys)
    if not isinstance(node, yaml.MappingNode):
        problems.add(line_of(node), described(node), f"a mapping with {names}")
        return None
    given = dict(pairs(node, problems))
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


def pairs(
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


def value_at(node: yaml.Node, *path: str | int) -> yaml.Node:
    """Return what lies at ``path``, which was read before without a problem."""
    for step in path:
        node = (
            node.value[step]
            if isinstance(step, int)
            else next(value for key, value in node.value if key.value == step)
        )
    return node


def line_at(node: yaml.Node, *path: str | int) -> int:
    """Return the line of what lies at ``path``, which was read before without a problem."""
    return line_of(value_at(node, *path))


translated = mapping(Translated, vi=text, en=text)
"""Reads a text in both languages."""

PERIOD: Mapping[str, Key] = {"from": day, "until": (day, None)}
"""The keys of a period of days; without ``until`` it has no end."""
