"""How many of a council must agree to an item: read from the law book, said in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.datafiles import Translated
from engine.datafiles.numbers import Tenths
from engine.office import day_in_vietnam
from engine.rules.book import LawBook, book
from engine.rules.council import (
    least_agreeing,
    least_over,
    majority_agreed,
    percent_to_exceed,
    share_agreed,
    written_opinions_counted,
)
from engine.rules.model import Rule
from engine.rules.sentences import written
from engine.settings import settings_on
from engine.store.models import Case
from forms.vocabulary import Confidence, Level, RuleEffect, WrittenOpinions


@dataclass(frozen=True)
class VoteRule:
    """How many members must agree to an item, and how they vote on it."""

    rule: str
    """Id of the rule in the law book: ``C01``."""
    source: Translated
    """Provision that says so; ``cấu hình đơn vị`` where the office does."""
    confidence: Confidence
    at_least_tenths: int | None
    """At least so many tenths of a per cent of all members: 800 is 80 %."""
    over_percent: int | None
    """More than so many whole per cent of all members. Exactly one of the two is there."""
    is_secret: bool
    """A secret ballot must be held; otherwise it may be."""
    counts_written: bool
    """Written opinions of absent members count; they are told apart all the same."""

    def least(self, total: int) -> int:
        """Return how many of ``total`` members must agree: at least one, whatever the total."""
        if self.at_least_tenths is not None:
            return max(1, least_agreeing(total, self.at_least_tenths))
        return least_over(total, self.over_percent or 0)

    @property
    def measure(self) -> Translated:
        """``≥ 80 %``, or ``> 50 %``."""
        if self.at_least_tenths is None:
            return Translated(f"> {self.over_percent} %", f"> {self.over_percent} %")
        share = Tenths(self.at_least_tenths)
        return Translated(f"≥ {written(share, 'vi')} %", f"≥ {written(share, 'en')} %")

    def said(self, total: int, least_present: int) -> Translated:
        """Return the rule in numbers, as it is said before the vote.

        :param total: the denominator: all members, less those left out for a conflict.
        :param least_present: members without whom the council does not meet.
        """
        least = self.least(total)
        return Translated(
            f"{total} thành viên, cần họp ≥ {least_present},"
            f" đạt {self.measure.vi} tổng số = {least} phiếu",
            f"{total} members, at least {least_present} must be there, passed with"
            f" {self.measure.en} of all = {least} votes",
        )

    @property
    def manner(self) -> Translated:
        """How it is voted on, and what becomes of votes that are not for or against."""
        vi, en = ("bắt buộc bỏ phiếu kín", "a secret ballot is needed")
        if not self.is_secret:
            vi, en = ("không bắt buộc bỏ phiếu kín", "no secret ballot is needed")
        if self.counts_written:
            vi += "; ý kiến bằng văn bản của người vắng được tính và ghi riêng"
            en += "; written opinions of absent members count, and are told apart"
        else:
            vi += "; ý kiến bằng văn bản của người vắng chỉ nêu, không tính"
            en += "; written opinions of absent members are read out, and do not count"
        return Translated(
            f"{vi}; vắng mặt, không biểu quyết, phiếu trắng và phiếu không hợp lệ không được"
            " tính là đồng ý",
            f"{en}; absent, abstaining, blank and spoiled have not agreed",
        )

    def to_json(self) -> dict[str, Any]:
        """Return what is kept with a vote."""
        return {
            "rule": self.rule,
            "source": [self.source.vi, self.source.en],
            "confidence": self.confidence.value,
            "at_least_tenths": self.at_least_tenths,
            "over_percent": self.over_percent,
            "is_secret": self.is_secret,
            "counts_written": self.counts_written,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "VoteRule":
        """Return the rule that :meth:`to_json` kept."""
        vi, en = kept["source"]
        read = {"source": Translated(vi, en), "confidence": Confidence(kept["confidence"])}
        return cls(**{**kept, **read})


class RuleReader:
    """Reads the rules of many items, and the settings of each day of reception once."""

    def __init__(self, session: Session, law: LawBook | None = None) -> None:
        self._session = session
        self._book = law or book()
        self._settings: dict[Any, Mapping[str, str]] = {}

    def rule_for(self, case: Case, level: Level, at: datetime) -> VoteRule | None:
        """Return what :func:`rule_for` returns."""
        received_on = day_in_vietnam(case.submitted_at or at)
        if received_on not in self._settings:
            self._settings[received_on] = settings_on(self._session, received_on)
        settings = self._settings[received_on]
        rules = [
            rule
            for rule in self._book.rules_on(received_on)
            if case.award in rule.awards and case.subject_kind in rule.subjects
        ]
        counts_written = _counts_written(rules, settings)
        found = (_read(rule, level, settings, counts_written) for rule in rules)
        return next((rule for rule in found if rule is not None), None)


def rule_for(session: Session, case: Case, level: Level, at: datetime) -> VoteRule | None:
    """Return how many of the council of ``level`` must agree to ``case``.

    The rules and the settings are those of the day the case was received, in Vietnam. A
    share that a rule only reminds of, because nothing fixes it for this council, decides
    its vote too; it demands no secret ballot.

    :param at: the moment, in UTC: for a case that was never submitted.
    :return: none where the law book has no rule, or the office has not set its value.
    """
    return RuleReader(session).rule_for(case, level, at)


def _counts_written(rules: list[Rule], settings: Mapping[str, str]) -> bool:
    """Whether written opinions count: where a rule says so, else as the office set it."""
    if any(rule.test is written_opinions_counted for rule in rules):
        return True
    return settings["council_written_opinions"] == WrittenOpinions.COUNTED


def _read(
    rule: Rule, level: Level, settings: Mapping[str, str], counts_written: bool
) -> VoteRule | None:
    """Return what ``rule`` asks of the council of ``level``; none if it asks nothing."""
    if rule.test not in (share_agreed, majority_agreed):
        return None
    if level not in rule.parameters["levels"]:
        return None
    is_share = rule.test is share_agreed
    percent = None if is_share else percent_to_exceed(level, settings)
    if not is_share and percent is None:
        return None
    return VoteRule(
        rule=rule.id,
        source=rule.source.text,
        confidence=rule.confidence,
        at_least_tenths=int(rule.parameters["share"]) if is_share else None,
        over_percent=percent,
        is_secret=is_share and rule.effect is RuleEffect.BLOCK,
        counts_written=counts_written,
    )
