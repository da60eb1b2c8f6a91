"""Numbers in data files: whole ones, and percentages to one decimal place."""

import re
from typing import Any

import yaml

from engine.datafiles.reading import BROKEN, Read
from engine.datafiles.yaml_lines import Problems, described, line_of

_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_PERCENT = re.compile(r"(0|[1-9][0-9]{0,2})(?:\.([0-9]))?")
_PART_OF_ONE = re.compile(r"0?\.[0-9]+")


class Tenths(int):
    """A whole number of tenths: 652 is 65.2."""


def whole(least: int, most: int) -> Read:
    """Return a reader of a whole number from ``least`` to ``most``."""

    def read(node: yaml.Node, problems: Problems) -> Any:
        written = _scalar(node)
        if not _WHOLE.fullmatch(written) or not least <= int(written) <= most:
            problems.add(
                line_of(node), described(node), f"a whole number from {least} to {most}"
            )
            return BROKEN
        return int(written)

    return read


count = whole(0, 1_000)
"""Reads a number of years, members or things."""


def percent(node: yaml.Node, problems: Problems) -> Any:
    """Read a percentage from 1 to 100 as :class:`Tenths`: ``65.2`` is 652 of them."""
    written = _scalar(node)
    match = _PERCENT.fullmatch(written)
    tenths = int(match[1]) * 10 + int(match[2] or 0) if match else 0
    if not 10 <= tenths <= 1_000:  # noqa: PLR2004 - 1 % and 100 %
        problems.add(line_of(node), described(node), _percent_like(written))
        return BROKEN
    return Tenths(tenths)


def _percent_like(written: str) -> str:
    """Return what a percentage looks like; a part of one is said as a percentage."""
    expected = "a percentage from 1 to 100 with at most one decimal"
    if _PART_OF_ONE.fullmatch(written):
        hundredfold = f"{float(written) * 100:.1f}".removesuffix(".0")
        return f"{expected}: {hundredfold}, not {written}"
    return f"{expected}, as 65.2"


def _scalar(node: yaml.Node) -> str:
    return node.value.strip() if isinstance(node, yaml.ScalarNode) else ""
