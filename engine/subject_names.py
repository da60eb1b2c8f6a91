"""Names of subjects: when two spellings are probably one name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import workflows
from engine.datafiles.reading import BROKEN, list_of, mapping, text
from engine.datafiles.yaml_lines import Problems, compose
from engine.text import compose as composed
from engine.text import fold

FILE = "names.yaml"

_Words = tuple[str, ...]

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_NUMBER_WORD = "số"
_LEAST_WORDS = 2
"""Words that stay of a name at least when what is said before it is dropped."""

_SHORT_I = re.compile(r"\b([b-df-hj-np-tv-xz]+|qu)y\b")
"""A syllable that is written with ``y`` or ``i`` at will: ``kỹ thuật``, ``kĩ thuật``."""


@dataclass(frozen=True)
class _Abbreviation:
    short: str
    long: str


@dataclass(frozen=True)
class NameTable:
    """What ``workflows/names.yaml`` says, as the words that names are cut into."""

    abbreviations: Mapping[_Words, _Words]
    before_names: tuple[_Words, ...]
    """Longest first; with their marks."""
    between_words: frozenset[str]
    """With their marks."""
    longest: int
    """Words of the longest abbreviation: ``GD&ĐT`` has two."""


def match_key(name: str) -> str:
    """Return what spellings of one name have in common, for an index and for comparison.

    Marks, case, dashes and punctuation count for nothing; abbreviations are written out;
    ``ông``, ``bà`` and the like before a name and zeros before a number are dropped. Two
    equal keys are a guess: a person confirms that two names are one subject.
    """
    return _key_by(name_table(), name)


def _key_by(table: NameTable, name: str) -> str:
    written = _without_address(table, _cut(name))
    folded = [
        _folded(word)
        for place, word in enumerate(written)
        if not _says_nothing(table, written, place)
    ]
    key = " ".join(_write_out(table, tuple(folded)))
    return _SHORT_I.sub(r"\1i", key) or fold(name)


def read_names(source: str, filename: str) -> NameTable:
    """Return the table that ``source`` holds.

    :raises ValueError: with one line ``file:line: found …, expected …`` per problem.
    """
    problems = Problems(filename)
    node = compose(source, problems)
    table = BROKEN if node is None else _TABLE(node, problems)
    found = problems.lines()
    if found or not isinstance(table, NameTable):
        raise ValueError("\n".join(found))
    return table


@cache
def name_table() -> NameTable:
    """Return the packaged table, read once in the life of the process."""
    source = resources.files(workflows).joinpath(FILE).read_text(encoding="utf-8")
    return read_names(source, FILE)


def _without_address(table: NameTable, words: _Words) -> _Words:
    for address in table.before_names:
        rest = len(words) - len(address)
        if rest >= _LEAST_WORDS and words[: len(address)] == address:
            return words[len(address) :]
    return words


def _says_nothing(table: NameTable, words: _Words, place: int) -> bool:
    """Whether a word within the name is written or left out at will."""
    if place == 0 or place == len(words) - 1:
        return False
    word = words[place]
    return word in table.between_words or (
        word == _NUMBER_WORD and words[place + 1].isdecimal()
    )


def _folded(word: str) -> str:
    return (word.lstrip("0") or "0") if word.isdecimal() else fold(word)


def _write_out(table: NameTable, words: _Words) -> Iterable[str]:
    """Yield the words with abbreviations written out, the longest of them first."""
    place = 0
    while place < len(words):
        for length in range(min(table.longest, len(words) - place), 0, -1):
            long = table.abbreviations.get(words[place : place + length])
            if long is not None:
                yield from long
                place += length
                break
        else:
            yield words[place]
            place += 1


def _cut(name: str) -> _Words:
    return tuple(_WORD.findall(composed(name).casefold()))


def _plain(name: str, between: frozenset[str]) -> _Words:
    return tuple(fold(word) for word in _cut(name) if word not in between)


def _make_table(
    abbreviations: tuple[_Abbreviation, ...],
    before_names: tuple[str, ...],
    between_words: tuple[str, ...],
) -> NameTable:
    between = frozenset(word for name in between_words for word in _cut(name))
    written_out = {
        tuple(fold(word) for word in _cut(one.short)): _plain(one.long, between)
        for one in abbreviations
    }
    return NameTable(
        abbreviations=written_out,
        before_names=tuple(sorted(map(_cut, before_names), key=len, reverse=True)),
        between_words=between,
        longest=max(map(len, written_out)),
    )


_TABLE = mapping(
    _make_table,
    abbreviations=list_of(
        mapping(_Abbreviation, short=text, long=text), "abbreviation", unique="short"
    ),
    before_names=list_of(text, "word", unique=""),
    between_words=list_of(text, "word", unique=""),
)
