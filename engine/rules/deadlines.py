"""Time limits that were read somewhere (``deadlines.yaml``): none holds by itself.

A limit holds once the office has set it: :mod:`engine.deadlines`.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from engine.datafiles import Translated
from engine.datafiles.reading import (
    BROKEN,
    Read,
    line_at,
    list_of,
    mapping,
    matching,
    translated,
    word,
)
from engine.datafiles.yaml_lines import Problems
from engine.rules.instruments import Instruments
from forms.vocabulary import Confidence, Counting, Level


@dataclass(frozen=True)
class KnownLimit:
    """How long something took where somebody wrote it down."""

    id: str
    level: Level
    days: int
    counting: Counting
    confidence: Confidence
    about: Translated
    where: Translated
    element: str = ""
    """The step that took so long; empty: a whole procedure, which has no step here."""


def deadlines_reader(instruments: Instruments) -> Read:
    """Return the reader of ``deadlines.yaml`` as a tuple; it cites no instrument in force."""
    return _DEADLINES


def _read_known(node: yaml.Node, problems: Problems) -> Any:
    read = _KNOWN(node, problems)
    if read is not BROKEN and read.confidence is Confidence.HIGH:
        problems.add(
            line_at(node, "confidence"), "the confidence H without an instrument", "M, L or ?"
        )
    return read


def _days(node: yaml.Node, problems: Problems) -> Any:
    text = matching(re.compile(r"[1-9][0-9]?"), "1 to 99 days")(node, problems)
    return BROKEN if text is BROKEN else int(text)


_KNOWN = mapping(
    KnownLimit,
    id=matching(re.compile(r"T[0-9]{2}"), "an id like T03"),
    level=word(Level),
    element=(matching(re.compile(r"[a-z_]+"), "the id of a user task"), ""),
    days=_days,
    counting=word(Counting),
    confidence=word(Confidence),
    about=translated,
    where=translated,
)
_DEADLINES = mapping(
    lambda format, known: known,
    format=matching(re.compile("1"), "1, the format of this version"),
    known=list_of(_read_known, "limit", unique="id"),
)
