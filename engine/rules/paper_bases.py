"""``bases.yaml``, read and checked: the legal bases that papers begin with, by day."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from engine.datafiles import Translated
from engine.datafiles.reading import (
    BROKEN,
    PERIOD,
    Read,
    list_of,
    mapping,
    matching,
    translated,
    word,
)
from engine.datafiles.yaml_lines import Problems
from engine.rules.instruments import Instruments, check_days
from forms.vocabulary import Confidence

FILE = "bases.yaml"


@dataclass(frozen=True)
class PaperBasis:
    """A law or decree as papers name it, without ``Căn cứ`` and punctuation."""

    id: str
    text: Translated
    starts_on: date
    confidence: Confidence
    """Only what was checked against the text (H) is printed."""
    ends_on: date | None = None
    note: Translated | None = None
    """What was not checked."""

    def holds_on(self, day: date) -> bool:
        """Whether papers of ``day`` name it."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    @property
    def is_confirmed(self) -> bool:
        """Whether it may be printed."""
        return self.confidence is Confidence.HIGH


def bases_reader(instruments: Instruments) -> Read:
    """Return the reader of ``bases.yaml``; it names its texts itself, as papers do."""
    return mapping(lambda bases: bases, bases=list_of(_read_basis, "basis", unique="id"))


def _read_basis(node: yaml.Node, problems: Problems) -> Any:
    found = mapping(
        _basis,
        id=matching(re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"), "small letters and hyphens"),
        text=translated,
        confidence=word(Confidence),
        note=(translated, None),
        **PERIOD,
    )(node, problems)
    if found is BROKEN or not check_days(node, found.starts_on, found.ends_on, problems):
        return BROKEN
    return found


def _basis(**values: Any) -> PaperBasis:
    return PaperBasis(starts_on=values.pop("from"), ends_on=values.pop("until"), **values)
