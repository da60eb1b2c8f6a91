"""The sentences of rules: what they may have in braces, and how facts are written in them."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.datafiles import Translated
from engine.datafiles.numbers import Tenths
from engine.rules.facts import Facts
from forms.vocabulary import Word

if TYPE_CHECKING:
    from engine.rules.model import Value

COMMON = ("award", "subject_kind", "received_on")
"""What every sentence may have in braces beside the facts of its test and its parameters."""

_BRACES = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def common_facts(facts: Facts) -> "dict[str, Value]":
    """Return the value of each of :data:`COMMON`."""
    return {name: getattr(facts, name) for name in COMMON}


@lru_cache(maxsize=2048)
def placeholders(text: Translated) -> frozenset[str]:
    """Return the names that ``text`` has in braces, in either language.

    Kept: a law book has a few hundred texts, and each step of a case asks for all of them.
    """
    return frozenset(_BRACES.findall(text.vi)) | frozenset(_BRACES.findall(text.en))


def has_stray_brace(text: Translated) -> bool:
    """Whether a brace of ``text`` is no place-holder."""
    return any("{" in rest or "}" in rest for rest in _without_placeholders(text))


def fill(text: Translated, used: "Mapping[str, Value]") -> Translated:
    """Return ``text`` with ``used`` in place of its braces.

    :raises KeyError: a name in braces is not in ``used``.
    """
    if not placeholders(text):
        return text
    return Translated(
        _BRACES.sub(lambda found: written(used[found[1]], "vi"), text.vi),
        _BRACES.sub(lambda found: written(used[found[1]], "en"), text.en),
    )


def written(value: "Value", language: str) -> str:
    """Return ``value`` as an official writes it: 31/12/2030, 1.000, 65,2; a word by its label.

    English has the same days and its own marks in numbers.
    """
    if isinstance(value, tuple):
        return ", ".join(written(one, language) for one in value)
    if isinstance(value, Word | Translated):
        return value.label(language)
    if isinstance(value, Tenths):
        return _number(f"{value // 10:,}" + (f".{value % 10}" if value % 10 else ""), language)
    if isinstance(value, int):
        return _number(f"{value:,}", language)
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else value


def _number(text: str, language: str) -> str:
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def _without_placeholders(text: Translated) -> Iterable[str]:
    return (_BRACES.sub("", each) for each in (text.vi, text.en))
