"""Readers of the parameters of rules: lists of words, and values by word."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import yaml

from engine.datafiles.reading import BROKEN, Read, list_of, word
from engine.datafiles.yaml_lines import Problems, described, line_of


def some(words: type[StrEnum], name: str) -> Read:
    """Return a reader of a list of ``words``, which may be empty (``[]``), as a tuple."""
    read_some = list_of(word(words), name, unique="")

    def read(node: yaml.Node, problems: Problems) -> Any:
        if isinstance(node, yaml.SequenceNode) and not node.value:
            return ()
        return read_some(node, problems)

    return read


def by(words: type[StrEnum], read_value: Callable[[yaml.Node, Problems], Any]) -> Read:
    """Return a reader of a mapping whose keys are ``words``, as a dict."""

    def read(node: yaml.Node, problems: Problems) -> Any:
        if not isinstance(node, yaml.MappingNode) or not node.value:
            names = ", ".join(words)
            problems.add(line_of(node), described(node), f"a mapping with some of {names}")
            return BROKEN
        pairs = [
            (word(words)(key, problems), read_value(value, problems))
            for key, value in node.value
        ]
        for place, (key, _) in enumerate(pairs):
            if key is not BROKEN and key in [other for other, _ in pairs[:place]]:
                problems.add(line_of(node), f"the key “{key}” again", "each key once")
                return BROKEN
        return BROKEN if any(BROKEN in pair for pair in pairs) else dict(pairs)

    return read
