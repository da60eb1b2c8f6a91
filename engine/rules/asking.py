"""The rules asked about one subject: a finding for each rule in force."""

from collections.abc import Hashable, Mapping, MutableMapping
from typing import TYPE_CHECKING

from engine.datafiles import Translated
from engine.rules.facts import Facts
from engine.rules.model import Answer, Finding, PlanPart, Result, Rule, Source, Value
from engine.rules.sentences import common_facts, fill, placeholders
from forms.vocabulary import RuleVerdict

if TYPE_CHECKING:
    from engine.rules.book import LawBook

NotAsked = MutableMapping[tuple[Hashable, ...], Finding]
"""Rule, sentence and what the sentence names → the finding, for rules that are not asked."""

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
    regime = book.regime_on(facts.received_on)
    rules = book.rules_on(facts.received_on)
    return Answer(
        book=book.sha256,
        regime=regime.name,
        received_on=facts.received_on,
        findings=tuple(_find(rule, facts, book.not_asked) for rule in rules),
    )


def sentence_of(rule: Rule, code: str) -> Translated:
    """Return the sentence ``code`` of ``rule``, its place-holders unfilled."""
    return NOT_ASKED[code] if code in NOT_ASKED else rule.sentences[code]


def _find(rule: Rule, facts: Facts, not_asked: NotAsked) -> Finding:
    """Return what ``rule`` says; what it says of nobody in particular is made once."""
    reason = _why_not_asked(rule, facts)
    if reason is None:
        return _finding(rule, facts, rule.test(facts, rule.parameters))
    if rule.source.plan_part is not None:  # its source is the plan of the round
        return _finding(rule, facts, reason)
    about = {"other_award": facts.award, "other_subject": facts.subject_kind}
    named = about.get(reason.sentence), *reason.used.values()
    key = (rule.id, rule.starts_on, reason.sentence, *named)
    known = not_asked.get(key)
    if known is None:
        known = not_asked[key] = _finding(rule, facts, reason)
    return known


def _finding(rule: Rule, facts: Facts, result: Result) -> Finding:
    sentence = sentence_of(rule, result.sentence)
    used = _all_used(rule, sentence, facts, result)
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=result.verdict,
        sentence=result.sentence,
        text=fill(sentence, used),
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
