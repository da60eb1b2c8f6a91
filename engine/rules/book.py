"""The law book: all files of ``workflows/law`` together, dated and checked."""

import functools
import hashlib
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

import engine.rules.rule_tests  # noqa: F401 - its modules register the tests of rules
from engine.datafiles.reading import BROKEN, Read
from engine.datafiles.yaml_lines import Problems, compose, decoded
from engine.errors import InvalidLawBook, NoRulesForDay
from engine.rules.authority import authority_reader
from engine.rules.bonus_table import bonus_reader
from engine.rules.calendar import calendar_reader
from engine.rules.deadlines import deadlines_reader
from engine.rules.dossier_list import paper_reader
from engine.rules.instruments import Instruments, Regime, read_instruments
from engine.rules.model import Finding, Findings, Rule
from engine.rules.paper_bases import bases_reader
from engine.rules.reading import rules_reader
from engine.rules.registry import RuleTest, tests
from engine.text import compose as composed

if TYPE_CHECKING:
    from engine.rules.asking import Asked, Selection

INSTRUMENTS = "instruments.yaml"
RULES = "eligibility.yaml"

FILES: Mapping[str, Callable[[Instruments], Read]] = {
    "authority.yaml": authority_reader,
    "bases.yaml": bases_reader,
    "bonus.yaml": bonus_reader,
    "calendar.yaml": calendar_reader,
    "deadlines.yaml": deadlines_reader,
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
    _in_force: dict[int, "InForce"] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def in_force_on(self, day: date) -> "InForce":
        """Return the rules and the rule set of a dossier received on ``day``.

        :raises NoRulesForDay: the first rule set begins later.
        """
        place = bisect_right(self._first_days, day)
        found = self._in_force.get(place)
        if found is None:
            found = InForce(self.regime_on(day), self.rules_on(day))
            self._in_force[place] = found
        return found

    @cached_property
    def _first_days(self) -> tuple[date, ...]:
        """The days from which a rule or a rule set holds, or holds no more, in order."""
        dated: tuple[Rule | Regime, ...] = (*self.rules, *self.instruments.regimes)
        over = {one.ends_on + timedelta(days=1) for one in dated if one.ends_on is not None}
        return tuple(sorted(over.union(one.starts_on for one in dated)))

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


@dataclass
class InForce:
    """The rules between two days, and what :mod:`engine.rules.asking` keeps of them."""

    regime: Regime
    rules: tuple[Rule, ...]
    """In the order of the file."""
    selections: dict[tuple[Hashable, ...], "Selection"] = field(default_factory=dict)
    asked: dict[tuple[Hashable, ...], "Asked"] = field(default_factory=dict)
    findings: dict[tuple[Hashable, ...], Finding] = field(default_factory=dict)
    answers: dict[tuple[Hashable, ...], Findings] = field(default_factory=dict)


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
