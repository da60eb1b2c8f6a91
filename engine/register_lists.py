"""What lists of past awards call things: read from ``workflows/register_lists.yaml``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import workflows
from engine.datafiles.reading import BROKEN, Read, list_of, mapping, matching, text, word
from engine.datafiles.yaml_lines import Problems, compose
from engine.subject_names import match_key
from engine.text import fold
from forms.vocabulary import Honour, SubjectKind

FILE = "register_lists.yaml"

_WORDS = re.compile(r"[^\W_]+")


class Column(StrEnum):
    """What a column of a list holds."""

    SUBJECT = "subject"
    PLACE = "place"
    SUBJECT_KIND = "subject_kind"
    HONOUR = "honour"
    CONTENT = "content"


@dataclass(frozen=True)
class ListWords:
    """Name without marks, case and signs → what it means; awards with nothing written short."""

    columns: Mapping[str, Column]
    subject_kinds: Mapping[str, SubjectKind]
    honours: Mapping[str, Honour]

    def honour_of(self, words: str) -> Honour:
        """Return the award that ``words`` name; one that nobody entered is another one."""
        return self.honours.get(_award_words(words), Honour.OTHER)


def plain_words(text: str) -> str:
    """Return the words of ``text`` without marks, case and what stands between them."""
    return " ".join(_WORDS.findall(fold(text)))


def _award_words(text: str) -> str:
    """Return the words of an award, abbreviations written out: UBND as ủy ban nhân dân."""
    return plain_words(match_key(text))


@cache
def list_words() -> ListWords:
    """Return the packaged words, read once in the life of the process."""
    source = resources.files(workflows).joinpath(FILE).read_text(encoding="utf-8")
    return read_list_words(source, FILE)


def read_list_words(source: str, filename: str) -> ListWords:
    """Return the words that ``source`` holds.

    :raises ValueError: with one line ``file:line: found …, expected …`` per problem.
    """
    problems = Problems(filename)
    node = compose(source, problems)
    words = BROKEN if node is None else _WORDS_OF_LISTS(node, problems)
    found = problems.lines()
    if found or not isinstance(words, ListWords):
        raise ValueError("\n".join(found))
    return words


def _named(key: str, meaning: Read, words: Callable[[str], str] = plain_words) -> Read:
    """Return a reader of entries with a meaning and its names, as name → meaning."""

    def make(names: tuple[str, ...], **found: Any) -> dict[str, Any]:
        return {words(name): found[key] for name in names}

    entry = mapping(make, names=list_of(text, "name", unique=""), **{key: meaning})
    return list_of(entry, key)


def _make(format: str, **tables: tuple[dict[str, Any], ...]) -> ListWords:
    joined = {
        name: {words: meaning for entry in entries for words, meaning in entry.items()}
        for name, entries in tables.items()
    }
    return ListWords(**joined)


_WORDS_OF_LISTS = mapping(
    _make,
    format=matching(re.compile("1"), "1, the format of this version"),
    columns=_named("column", word(Column)),
    subject_kinds=_named("kind", word(SubjectKind)),
    honours=_named("honour", word(Honour), _award_words),
)
