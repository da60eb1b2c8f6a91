"""The rules asked about one subject: a finding for each rule in force.

Most of it is the same for many cases: rules that do not concern an award or a kind of
subject, sentences without a fact of the case. Such findings, and answers that consist of
the same findings, are made once and shared. They never change.
"""

from collections.abc import Hashable, Mapping
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from engine.datafiles import Translated
from engine.rules.facts import Facts
from engine.rules.model import (
    Answer,
    Finding,
    Findings,
    PlanPart,
    Result,
    Rule,
    Source,
    Value,
)
from engine.rules.sentences import common_facts, placeholders
from forms.vocabulary import RuleVerdict

if TYPE_CHECKING:
    from engine.rules.book import InForce, LawBook

_Kept = TypeVar("_Kept")

MOST_KEPT = 1_024
"""Findings, and answers of them, that a process keeps of one period of the rules: some 7 MB
at most, then it begins again."""

_NUMBERS = count()
"""What tells selections, and rules that are asked, apart in the keys of what is kept."""

NOT_ASKED: Mapping[str, Translated] = {
    "other_award": Translated("Không áp dụng đối với {award}.", "Not for: {award}."),
    "other_subject": Translated(
        "Không áp dụng đối với {subject_kind}.", "Not for this kind of subject: {subject_kind}."
    ),
    "other_occasion": Translated(
        "Không áp dụng trong dịp này: {occasion}.", "Not on this occasion: {occasion}."
    ),
    "other_route": Translated("Không áp dụng: {route}.", "Not on this route: {route}."),
    "other_stage": Translated(
        "Chỉ xét ở các bước sau của hồ sơ.", "Only looked at at other steps of a case."
    ),
    "no_round": Translated(
        "Chưa rõ đợt khen thưởng nên chưa biết quy định này có áp dụng không.",
        "Whether this rule applies can't be told without the round.",
    ),
}
"""Sentences of rules that were not asked, by their code: the same for every rule."""


def ask(book: "LawBook", facts: Facts) -> Answer:
    """Return what every rule in force on ``facts.received_on`` says; changes nothing.

    :raises NoRulesForDay: the law book begins later.
    """
    in_force = book.in_force_on(facts.received_on)
    occasion = None if facts.round is None else facts.round.occasion
    kind = (facts.award, facts.subject_kind, facts.route, facts.stage, occasion)
    selection = in_force.selections.get(kind)
    if selection is None:
        selection = _keep(in_force.selections, kind, Selection(in_force, facts))
    return Answer(
        book=book.sha256,
        regime=in_force.regime.name,
        received_on=facts.received_on,
        findings=selection.ask(facts),
    )


class Selection:
    """The rules in force for one award, kind of subject, route, stage and occasion."""

    def __init__(self, in_force: "InForce", facts: Facts) -> None:
        """Tell apart what is said to all such facts and what has to be asked."""
        self._number = next(_NUMBERS)
        self._in_force = in_force
        self._asked: list[tuple[int, Asked, Result | None]] = []
        self._said: list[Finding | None] = []
        for place, rule in enumerate(in_force.rules):
            reason = _why_not_asked(rule, facts)
            if reason is None or rule.source.plan_part is not None:
                self._asked.append((place, _asked(in_force, rule, facts), reason))
                self._said.append(None)
            else:
                self._said.append(_not_asked(in_force, rule, facts, reason))

    def ask(self, facts: Facts) -> Findings:
        """Return what the rules say of ``facts``; the same object for the same findings."""
        said = [
            asked.finding(facts, reason or asked.test(facts, asked.parameters))
            for _, asked, reason in self._asked
        ]
        key = (self._number, *map(id, said))
        known = self._in_force.answers.get(key)
        if known is None:  # what is kept holds the findings, so that no id comes again
            known = _keep(self._in_force.answers, key, self._whole(said))
        return known

    def _whole(self, said: list[Finding]) -> Findings:
        whole = list(self._said)
        for (place, *_), finding in zip(self._asked, said, strict=True):
            whole[place] = finding
        return Findings(one for one in whole if one is not None)


class Asked:
    """A rule that is asked about an award and a kind of subject, and what it said before."""

    def __init__(self, in_force: "InForce", rule: Rule) -> None:
        self._number = next(_NUMBERS)
        self._in_force = in_force
        self._rule = rule
        self._is_of_plan = rule.source.plan_part is not None
        self._naming_day = {
            code
            for code, sentence in rule.sentences.items()
            if "received_on" in placeholders(sentence)
        }
        self.test = rule.test
        self.parameters = rule.parameters

    def finding(self, facts: Facts, result: Result) -> Finding:
        """Return the finding of ``result``, which has all in it that the finding tells.

        But for the award and the kind of subject, which this object is for; the day, where
        the sentence names it; and the plan, where the rule comes from it.
        """
        key: tuple[Hashable, ...] = (self._number, result.sentence)
        if result.used:  # a number and a text may be equal to a word: their types tell
            values = result.used.values()
            key = (*key, *result.used, *values, *map(type, values))
        if self._is_of_plan:
            key = (*key, _source(self._rule.source, facts).text)
        if result.sentence in self._naming_day:
            key = (*key, facts.received_on)
        known = self._in_force.findings.get(key)
        if known is None or known.verdict is not result.verdict:
            known = _finding(self._rule, facts, result)
            _keep(self._in_force.findings, key, known)
        return known


def _asked(in_force: "InForce", rule: Rule, facts: Facts) -> Asked:
    kind = (rule.id, facts.award, facts.subject_kind)
    known = in_force.asked.get(kind)
    return known or _keep(in_force.asked, kind, Asked(in_force, rule))


def _keep(
    kept: dict[tuple[Hashable, ...], _Kept], key: tuple[Hashable, ...], one: _Kept
) -> _Kept:
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[key] = one
    return one


def sentence_of(rule: Rule, code: str) -> Translated:
    """Return the sentence ``code`` of ``rule``, its place-holders unfilled."""
    return NOT_ASKED[code] if code in NOT_ASKED else rule.sentences[code]


def _not_asked(in_force: "InForce", rule: Rule, facts: Facts, reason: Result) -> Finding:
    """Return what ``rule`` says without being asked, made once for all it says it to."""
    about = {"other_award": facts.award, "other_subject": facts.subject_kind}
    key = (rule.id, reason.sentence, about.get(reason.sentence), *reason.used.values())
    known = in_force.findings.get(key)
    return known or _keep(in_force.findings, key, _finding(rule, facts, reason))


def _finding(rule: Rule, facts: Facts, result: Result) -> Finding:
    sentence = sentence_of(rule, result.sentence)
    used = _all_used(rule, sentence, facts, result)
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=result.verdict,
        sentence=result.sentence,
        wording=sentence,
        source=_source(rule.source, facts),
        confidence=rule.confidence,
        effect=rule.effect,
        may_override=rule.may_override,
        used=used,
    )


def _why_not_asked(rule: Rule, facts: Facts) -> Result | None:
    """Return why ``rule`` has nothing to say of ``facts``; none if its test is to be run."""
    no = RuleVerdict.NOT_APPLICABLE
    if facts.award not in rule.awards:
        return Result(no, "other_award")
    if facts.subject_kind not in rule.subjects:
        return Result(no, "other_subject")
    if facts.route not in rule.routes:
        return Result(no, "other_route", {"route": facts.route})
    if rule.stages and facts.stage not in rule.stages:
        return Result(no, "other_stage")
    return None if rule.is_for_every_occasion else _why_not_on_this_occasion(rule, facts)


def _why_not_on_this_occasion(rule: Rule, facts: Facts) -> Result | None:
    if facts.round is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_round")
    if facts.round.occasion in rule.occasions:
        return None
    occasion = facts.round.occasion
    return Result(RuleVerdict.NOT_APPLICABLE, "other_occasion", {"occasion": occasion})


def _all_used(
    rule: Rule, sentence: Translated, facts: Facts, result: Result
) -> Mapping[str, Value]:
    """Return what the test used, with what else the sentence has in braces."""
    names = placeholders(sentence)
    if not names:
        return result.used
    given = {**common_facts(facts), **rule.parameters}
    named = {name: given[name] for name in names if name in given}
    return {**named, **result.used}


def _source(source: Source, facts: Facts) -> Source:
    """Return ``source``; one in the plan with the plan's number and section."""
    if source.plan_part is None or facts.plan is None:
        return source
    section = {
        PlanPart.AWARDS: facts.plan.awards_section,
        PlanPart.SUBJECTS: facts.plan.subjects_section,
        PlanPart.PERIOD: facts.plan.period_section,
    }[source.plan_part]
    return Source(
        Translated(
            f"Kế hoạch số {facts.plan.number}, mục {section}",
            f"Plan No. {facts.plan.number}, section {section}",
        ),
        plan_part=source.plan_part,
    )
