"""The law book: all files of ``workflows/law`` together, dated and checked."""

import functools
import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any

import engine.rules.rule_tests  # noqa: F401 - its modules register the tests of rules
from engine.datafiles.reading import BROKEN, Read
from engine.datafiles.yaml_lines import Problems, compose, decoded
from engine.errors import InvalidLawBook, NoRulesForDay
from engine.rules.authority import authority_reader
from engine.rules.bonus_table import bonus_reader
from engine.rules.calendar import calendar_reader
from engine.rules.dossier_list import paper_reader
from engine.rules.instruments import Instruments, Regime, read_instruments
from engine.rules.model import Finding, Rule
from engine.rules.paper_bases import bases_reader
from engine.rules.reading import rules_reader
from engine.rules.registry import RuleTest, tests
from engine.text import compose as composed

INSTRUMENTS = "instruments.yaml"
RULES = "eligibility.yaml"

FILES: Mapping[str, Callable[[Instruments], Read]] = {
    "authority.yaml": authority_reader,
    "bases.yaml": bases_reader,
    "bonus.yaml": bonus_reader,
    "calendar.yaml": calendar_reader,
    "papers.yaml": paper_reader,
}
"""Every other file of the law book → what returns the reader of its root.

What it reads is ``LawBook.parts[name]``. ``instruments.citation`` reads a source, and
``Cited.check`` holds it to its days.
"""


@dataclass(frozen=True)
class LawBook:
    """Rules and tables of law as of one edition of the files."""

    sha256: str
    """Over names and contents, in hex."""
    files: Mapping[str, str]
    """Name → text, byte for byte."""
    instruments: Instruments
    rules: tuple[Rule, ...]
    """Every rule in each of its periods, in the order of the file."""
    parts: Mapping[str, Any] = field(default_factory=dict)
    """What each of :data:`FILES` reads."""
    not_asked: dict[tuple[Hashable, ...], Finding] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What rules say that do not concern a subject: kept by :func:`engine.rules.asking.ask`,
    at most a few for each rule."""

    def regime_on(self, day: date) -> Regime:
        """Return the rule set of a dossier received on ``day``.

        :raises NoRulesForDay: the first rule set begins later.
        """
        for regime in self.instruments.regimes:
            if regime.starts_on <= day and (regime.ends_on is None or day <= regime.ends_on):
                return regime
        raise NoRulesForDay(day, self.instruments.regimes[0].starts_on)

    def rules_on(self, day: date) -> tuple[Rule, ...]:
        """Return the rules in force on ``day``, in the order of the file."""
        return tuple(rule for rule in self.rules if rule.holds_on(day))

    def find_rule(self, rule_id: str, day: date) -> Rule | None:
        """Return the rule ``rule_id`` as it is on ``day``; none if it is not in force."""
        return next((one for one in self.rules_on(day) if one.id == rule_id), None)


@functools.cache
def packaged_files() -> Mapping[str, bytes]:
    """Return the law book that comes with this version: name → content."""
    return {
        file.name: file.read_bytes()
        for file in (resources.files("workflows") / "law").iterdir()
        if file.name.endswith(".yaml")
    }


@functools.cache
def book() -> LawBook:
    """Return the law book that comes with this version, read once per process.

    :raises InvalidLawBook: it has a problem; the tests hold that it has none.
    """
    return read_book(packaged_files())


def read_book(
    files: Mapping[str, bytes],
    folder: str = "",
    known: Mapping[str, RuleTest] | None = None,
) -> LawBook:
    """Return the law book that ``files`` (name → content) are.

    :param folder: what the problems call the folder, with its last slash.
    :param known: tests that rules may name; none: all that are registered.
    :raises InvalidLawBook: with one line ``file:line: found …, expected …`` per problem.
    """
    return _Reader(folder).read(files, tests() if known is None else known)


def read_stored_book(files: Mapping[str, str]) -> LawBook:
    """Return the law book of an older version, to be read and never asked.

    Its rules may name tests that are no more; its tables are left out.

    :raises InvalidLawBook: not even its rules can be read.
    """
    return _Reader("").read({name: text.encode() for name, text in files.items()}, None)


class _Reader:
    """Reads the files of one law book and gathers their problems."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._problems: list[str] = []

    def read(self, files: Mapping[str, bytes], known: Mapping[str, RuleTest] | None) -> LawBook:
        """Return the law book; without ``known`` tests its rules alone."""
        names = (INSTRUMENTS, RULES, *(FILES if known is not None else ()))
        self._check_names(files, names, only_these=known is not None)
        texts = {name: self._text(name, data) for name, data in sorted(files.items())}
        instruments = self._part(INSTRUMENTS, texts, read_instruments)
        if not isinstance(instruments, Instruments):
            raise InvalidLawBook(self._problems)
        rules = self._part(RULES, texts, rules_reader(instruments, known))
        readers = FILES if known is not None else {}
        parts = {
            name: self._part(name, texts, reader(instruments))
            for name, reader in readers.items()
        }
        if self._problems:
            raise InvalidLawBook(self._problems)
        return LawBook(sha256_of(texts), texts, instruments, rules, parts)

    def _check_names(
        self, files: Iterable[str], names: tuple[str, ...], *, only_these: bool
    ) -> None:
        given = set(files)
        for name in names:
            if name not in given:
                self._problems.append(f"{self._folder}{name}:1: found no file, expected it")
        for name in sorted(given - set(names)) if only_these else ():
            self._problems.append(
                f"{self._folder}{name}:1: found an unknown file, expected one of"
                f" {', '.join(names)}"
            )
        if self._problems:
            raise InvalidLawBook(self._problems)

    def _text(self, name: str, data: bytes) -> str:
        problems = Problems(self._folder + name)
        text = decoded(data, problems)
        self._problems += problems.lines()
        return text or ""

    def _part(self, name: str, texts: Mapping[str, str], read: Read) -> Any:
        """Return what ``read`` makes of the file ``name``; its problems are kept."""
        problems = Problems(self._folder + name)
        node = compose(composed(texts[name]), problems)
        part = BROKEN if node is None else read(node, problems)
        self._problems += problems.lines()
        return part


def sha256_of(files: Mapping[str, str]) -> str:
    """Return the name of a law book: SHA-256 over names and contents, in hex."""
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        content = text.encode()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
