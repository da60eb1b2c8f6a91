"""A rule, what it found, and the answer of all rules, as frozen values."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from engine.datafiles import Translated
from engine.datafiles.numbers import Tenths
from engine.rules.facts import Facts
from engine.rules.sentences import fill
from engine.store.packing import pack
from forms.vocabulary import (
    Award,
    CheckStage,
    Conclusion,
    Confidence,
    Occasion,
    Route,
    RuleEffect,
    RuleVerdict,
    SubjectKind,
    Word,
)

Value = str | int | date | Translated | tuple[str, ...] | tuple[Translated, ...]
"""A fact as an answer keeps it. A word of the vocabulary is kept by its labels, not its
code; a number that counts nothing, as a year, is a text: ``"2030"``, not 2.030."""


class PlanPart(StrEnum):
    """A part of the plan that a rule may come from; its section is the plan's own."""

    AWARDS = "awards"
    SUBJECTS = "subjects"
    PERIOD = "period"


@dataclass(frozen=True)
class Source:
    """Where a rule comes from: a provision, a section of the plan, or the office itself."""

    text: Translated
    """As people read it: ``Luật Thi đua, khen thưởng số 06/2022/QH15, Điều 44 khoản 1
    điểm a``; for a setting of the office ``cấu hình đơn vị``."""
    is_office: bool = False
    """No law says so: it is never cited as law."""
    plan_part: PlanPart | None = None
    """The plan of the round says so; number and section come from the plan itself."""


@dataclass(frozen=True)
class Result:
    """What the function of a rule returns."""

    verdict: RuleVerdict
    sentence: str
    """Which of the rule's sentences says it, for example ``too_short``."""
    used: Mapping[str, Value] = field(default_factory=dict)
    """The facts that were used, by the names that the sentences have in braces."""


@dataclass(frozen=True)
class Rule:
    """One rule in one of its periods. Loaded from ``workflows/law/eligibility.yaml``."""

    id: str
    """``E07``; the same id may have several periods, which never overlap."""
    title: Translated
    awards: frozenset[Award]
    subjects: frozenset[SubjectKind]
    occasions: frozenset[Occasion]
    routes: frozenset[Route]
    stages: frozenset[CheckStage]
    """Stages at which alone it is asked; empty: always, and before a nomination exists."""
    source: Source
    confidence: Confidence
    starts_on: date
    ends_on: date | None
    test: Callable[[Facts, Mapping[str, Any]], Result]
    parameters: Mapping[str, Any]
    effect: RuleEffect
    may_override: bool
    """A person may go on against it, with a reason."""
    sentences: Mapping[str, Translated]

    @property
    def is_for_every_occasion(self) -> bool:
        """Whether the occasion of the round makes no difference."""
        return self.occasions == frozenset(Occasion)

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on ``day``."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Finding:
    """What one rule says of one subject, with its source and the facts used.

    What follows from it is worked out when somebody asks, and then kept.
    """

    rule: str
    title: Translated
    verdict: RuleVerdict
    sentence: str
    """Code of the sentence: with the rule it names what is said, ``E07.too_short``."""
    wording: Translated
    """The sentence with the names of its facts in braces."""
    source: Source
    confidence: Confidence
    effect: RuleEffect
    may_override: bool
    used: Mapping[str, Value]

    @property
    def code(self) -> str:
        """``E07.too_short``."""
        return f"{self.rule}.{self.sentence}"

    @cached_property
    def text(self) -> Translated:
        """The sentence with its facts filled in: for those who read it."""
        return fill(self.wording, self.used)

    @cached_property
    def blocks(self) -> bool:
        """Whether the nomination can't go on because of it, but for an override."""
        return self.verdict is RuleVerdict.NOT_MET and self.effect is RuleEffect.BLOCK

    @property
    def warns(self) -> bool:
        """Whether a person should look at it before going on."""
        return self.verdict is RuleVerdict.NOT_MET and self.effect is RuleEffect.WARN

    def to_json(self) -> dict[str, Any]:
        """Return what a stored check keeps, not to be changed.

        The sentences stay in the stored law book.
        """
        return self._json

    @cached_property
    def _json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "verdict": self.verdict.value,
            "sentence": self.sentence,
            "source": [self.source.text.vi, self.source.text.en, self.source.is_office],
            "used": {name: _plain(value) for name, value in sorted(self.used.items())},
        }

    @cached_property
    def canonical(self) -> str:
        """The JSON text that goes into the hash of an answer."""
        return _canonical(self._json)


class Findings(tuple[Finding, ...]):
    """What all rules in force say of a subject, and what follows from it, worked out once.

    One object stands for equal answers of many cases; see :mod:`engine.rules.asking`.
    """

    @cached_property
    def blocking(self) -> tuple[Finding, ...]:
        """Rules that are not met and refuse."""
        return tuple(one for one in self if one.blocks)

    @cached_property
    def holding(self) -> tuple[Finding, ...]:
        """Rules by which the nomination is not examined yet."""
        return tuple(one for one in self if one.verdict is RuleVerdict.HELD)

    @cached_property
    def conclusion(self) -> Conclusion:
        """All rules together: not met weighs most, then held, then what is unknown."""
        if self.blocking:
            return Conclusion.NOT_ELIGIBLE
        if self.holding:
            return Conclusion.HELD
        if any(
            one.verdict is RuleVerdict.CANNOT_TELL and one.effect is RuleEffect.BLOCK
            for one in self
        ):
            return Conclusion.UNDETERMINED
        return Conclusion.ELIGIBLE

    @cached_property
    def hash(self) -> str:
        """SHA-256, in hex: equal answers have equal hashes."""
        return _sha256(f"[{', '.join(one.canonical for one in self)}]")

    @cached_property
    def packed(self) -> bytes:
        """The JSON of every finding as the database keeps it."""
        return pack([one.to_json() for one in self])


@dataclass(frozen=True)
class Answer:
    """What all rules in force on a day say of a subject."""

    book: str
    """SHA-256 of the law book, in hex."""
    regime: Translated
    """The rule set by name: ``Từ 01/7/2025 đến 04/8/2025``."""
    received_on: date
    findings: Findings
    """One for every rule in force on ``received_on``, in the order of the file."""

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Rules that are not met and refuse."""
        return self.findings.blocking

    @property
    def holding(self) -> tuple[Finding, ...]:
        """Rules by which the nomination is not examined yet."""
        return self.findings.holding

    @property
    def conclusion(self) -> Conclusion:
        """All rules together."""
        return self.findings.conclusion

    @property
    def hash(self) -> str:
        """SHA-256, in hex, of the findings."""
        return self.findings.hash

    def to_json(self) -> list[dict[str, Any]]:
        """Return the findings as a stored check has them, not to be changed."""
        return [one.to_json() for one in self.findings]

    def find(self, rule: str) -> Finding | None:
        """Return what the rule ``rule`` said; none if it was not in force."""
        return next((one for one in self.findings if one.rule == rule), None)


def hash_of(findings: list[dict[str, Any]]) -> str:
    """Return the SHA-256, in hex, of findings as a stored check keeps them."""
    return _sha256(_canonical(findings))


def _canonical(value: Any) -> str:
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False)
"""Made once: ``json.dumps`` makes one for each text."""


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Value) -> Any:
    """Return ``value`` as JSON has it; :func:`engine.rules.stored.value_of` reads it back."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Word | Translated):
        return {"vi": value.vi, "en": value.en}
    if isinstance(value, Tenths):
        return {"tenths": int(value)}
    return {"day": value.isoformat()} if isinstance(value, date) else value
