"""Tests on awards received before: which count, and whether one achievement comes twice."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from engine.datafiles import Translated
from engine.datafiles.numbers import count
from engine.rules.facts import Facts, OtherNomination, PriorAward
from engine.rules.model import Result, Value
from engine.rules.parameters import by, some
from engine.rules.registry import rule_test
from engine.text import fold
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CommendationKind,
    EntryState,
    Honour,
    RuleVerdict,
)

NOT_OF_STATE = (AuthorityLevel.PARTY, AuthorityLevel.FRONT)
"""Who grants awards under rules of its own (Art. 76.1): they are no State awards."""

_STANDING = (EntryState.IN_FORCE, EntryState.CORRECTED)

_THEMATIC = (
    CommendationKind.SUDDEN,
    CommendationKind.MOVEMENT,
    CommendationKind.THEMATIC_MOVEMENT,
    CommendationKind.THEMATIC,
)

_FEWEST_WORDS = 5
"""Of a text with fewer different words no likeness is told."""

_PRIOR = ("prior", "prior_content")
_COMPARED = (*_PRIOR, "content", "percent")


def counts(prior: PriorAward) -> bool:
    """Whether ``prior`` is a State award that still stands."""
    return prior.state in _STANDING and prior.authority_level not in NOT_OF_STATE


def is_thematic(prior: PriorAward) -> bool:
    """Whether ``prior`` was given for a sudden achievement, a movement or a theme."""
    return prior.kind in _THEMATIC


def names_of(priors: Iterable[PriorAward]) -> tuple[Translated, ...]:
    """Return ``priors`` as sentences name them, one each."""
    return tuple(name_of(one) for one in priors)


def name_of(prior: PriorAward) -> Translated:
    """Return ``Bằng khen … (Quyết định số 12/QĐ-UBND ngày 03/02/2027)``."""
    decision = f"Quyết định số {prior.number}" if prior.number else "chưa rõ số quyết định"
    english = f"Decision No. {prior.number}" if prior.number else "number not known"
    day = prior.decided_on
    return Translated(
        f"{prior.honour_text or prior.honour.vi}"
        f" ({decision}{f' ngày {day:%d/%m/%Y}' if day else ''})",
        f"{prior.honour_text or prior.honour.en}"
        f" ({english}{f' of {day:%d/%m/%Y}' if day else ''})",
    )


@rule_test(
    sentences={
        "merit_found": ("priors",),
        "thematic_only": ("priors",),
        "kind_unknown": ("priors",),
        "none": (),
    },
    parameters={"basis": by(Award, some(Honour, "honour"))},
)
def thematic_is_no_step(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Refuse thematic and sudden awards as the lower award that merit builds on."""
    lower = parameters["basis"].get(facts.award, ())
    priors = [one for one in facts.priors if counts(one) and one.honour in lower]
    merit = [one for one in priors if one.kind is CommendationKind.MERIT]
    unknown = [one for one in priors if one.kind is CommendationKind.UNKNOWN]
    thematic = [one for one in priors if is_thematic(one)]
    if merit:
        return Result(RuleVerdict.MET, "merit_found", {"priors": names_of(merit)})
    if unknown:
        return Result(RuleVerdict.CANNOT_TELL, "kind_unknown", {"priors": names_of(unknown)})
    if thematic:
        return Result(RuleVerdict.NOT_MET, "thematic_only", {"priors": names_of(thematic)})
    return Result(RuleVerdict.NOT_APPLICABLE, "none")


@rule_test(sentences={"not_needed": ()})
def lower_award_not_needed(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Say that no lower award is required first."""
    return Result(RuleVerdict.MET, "not_needed")


@rule_test(sentences={"shown": ("priors",), "annulled": ("priors",), "none": ()})
def priors_that_do_not_count(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Show awards that are on record and count for nothing: of the Party, or annulled."""
    fallen = [one for one in facts.priors if one.state is EntryState.ANNULLED]
    if fallen:
        return Result(RuleVerdict.NOT_MET, "annulled", {"priors": names_of(fallen)})
    others = [one for one in facts.priors if one.authority_level in NOT_OF_STATE]
    if others:
        return Result(RuleVerdict.MET, "shown", {"priors": names_of(others)})
    return Result(RuleVerdict.NOT_APPLICABLE, "none")


# One achievement, one award.


@rule_test(
    sentences={
        "no_priors": (),
        "different": ("count",),
        "similar": (*_COMPARED, "prior_from", "prior_to", "achieved_from", "achieved_to"),
        "similar_undated": _COMPARED,
        "content_unknown": ("count",),
        "prior_unknown": ("priors",),
    },
)
def same_achievement(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Warn of an award whose period overlaps and whose content is alike.

    A period that nobody knows may overlap. The prior award that is most alike is named.
    """
    priors = [one for one in facts.priors if counts(one) and _may_overlap(one, facts)]
    if not priors:
        return Result(RuleVerdict.MET, "no_priors")
    words = words_of(facts.content)
    if len(words) < _FEWEST_WORDS:
        return Result(RuleVerdict.CANNOT_TELL, "content_unknown", {"count": len(priors)})
    likeness = [(_percent_alike(words, words_of(one.content)), one) for one in priors]
    percent, prior = max(likeness, key=lambda pair: pair[0])
    if percent >= int(facts.settings.get("similar_content_percent") or "60"):
        return _similar(facts, prior, percent)
    unknown = [one for one in priors if len(words_of(one.content)) < _FEWEST_WORDS]
    if unknown:
        return Result(RuleVerdict.CANNOT_TELL, "prior_unknown", {"priors": names_of(unknown)})
    return Result(RuleVerdict.MET, "different", {"count": len(priors)})


def _similar(facts: Facts, prior: PriorAward, percent: int) -> Result:
    used: dict[str, Value] = {
        "prior": name_of(prior),
        "prior_content": prior.content,
        "content": facts.content,
        "percent": percent,
    }
    days = {
        "prior_from": prior.achieved_from,
        "prior_to": prior.achieved_to,
        "achieved_from": facts.achieved_from,
        "achieved_to": facts.achieved_to,
    }
    known = {name: day for name, day in days.items() if day is not None}
    code = "similar" if len(known) == len(days) else "similar_undated"
    return Result(RuleVerdict.NOT_MET, code, {**used, **known})


def words_of(text: str) -> frozenset[str]:
    """Return the different words of ``text``, folded, without marks of punctuation."""
    letters = "".join(each if each.isalnum() else " " for each in fold(text))
    return frozenset(letters.split())


def percent_alike(one: str, other: str) -> int:
    """Return how many of the words of the shorter text both have, in count per cent.

    0 if either has fewer than five different words.
    """
    return _percent_alike(words_of(one), words_of(other))


def _percent_alike(one: frozenset[str], other: frozenset[str]) -> int:
    fewer = min(len(one), len(other))
    return 0 if fewer < _FEWEST_WORDS else 100 * len(one & other) // fewer


def _may_overlap(prior: PriorAward, facts: Facts) -> bool:
    """Whether the two periods share a day, or can't be told apart."""
    return _not_after(prior.achieved_from, facts.achieved_to) and _not_after(
        facts.achieved_from, prior.achieved_to
    )


def _not_after(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start <= end


@rule_test(
    sentences={
        "first_time": ("award",),
        "counted_after": ("prior", "counts_from", "achieved_from"),
        "counted_before": ("prior", "counts_from", "achieved_from"),
        "period_unknown": ("prior", "counts_from"),
        "prior_undated": ("prior",),
    },
)
def counted_from_last_award(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Warn of a period that reaches back before what the same award was last given for.

    The next period counts from the end of the achievement that the last decision names,
    else from the day of that decision.
    """
    same = [one for one in facts.priors if counts(one) and one.honour.value == facts.award]
    if not same:
        return Result(RuleVerdict.MET, "first_time", {"award": facts.award})
    last = max(same, key=lambda one: _counts_from(one) or date.min)
    used: dict[str, Value] = {"prior": name_of(last)}
    counts_from = _counts_from(last)
    if counts_from is None:
        return Result(RuleVerdict.CANNOT_TELL, "prior_undated", used)
    used["counts_from"] = counts_from
    if facts.achieved_from is None:
        return Result(RuleVerdict.CANNOT_TELL, "period_unknown", used)
    used["achieved_from"] = facts.achieved_from
    if facts.achieved_from < counts_from:
        return Result(RuleVerdict.NOT_MET, "counted_before", used)
    return Result(RuleVerdict.MET, "counted_after", used)


def _counts_from(prior: PriorAward) -> date | None:
    return prior.achieved_to or prior.decided_on


@rule_test(
    sentences={
        "none": ("year",),
        "already": ("year", "priors"),
        "nominated": ("year", "others"),
    },
    parameters={"honours": some(Honour, "honour"), "at_most": count},
)
def state_awards_a_year(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Remark on more State awards for one subject in a year than the office expects."""
    year = facts.received_on.year
    honours = parameters["honours"]
    priors = [
        one
        for one in facts.priors
        if counts(one)
        and one.honour in honours
        and one.decided_on is not None
        and one.decided_on.year == year
    ]
    used: dict[str, Value] = {"year": str(year)}
    if len(priors) >= parameters["at_most"] > 0:
        return Result(RuleVerdict.NOT_MET, "already", {**used, "priors": names_of(priors)})
    others = [one for one in facts.others if one.award.value in honours]
    if len(priors) + len(others) >= parameters["at_most"] > 0:
        return Result(RuleVerdict.NOT_MET, "nominated", {**used, "others": _references(others)})
    return Result(RuleVerdict.MET, "none", used)


@rule_test(
    sentences={
        "alone": (),
        "two_bodies": ("others", "units", "unit"),
        "twice_in_round": ("others", "awards"),
    },
)
def nominated_once(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Warn where another nomination of the subject is open, most of all by another body."""
    elsewhere = [one for one in facts.others if not one.same_unit]
    if elsewhere:
        used: dict[str, Value] = {
            "others": _references(elsewhere),
            "units": tuple(sorted({one.unit_name for one in elsewhere})),
            "unit": facts.unit_name,
        }
        return Result(RuleVerdict.NOT_MET, "two_bodies", used)
    here = [one for one in facts.others if one.same_round]
    if here:
        awards = tuple(one.award for one in here)
        used = {"others": _references(here), "awards": awards}
        return Result(RuleVerdict.NOT_MET, "twice_in_round", used)
    return Result(RuleVerdict.MET, "alone")


def _references(others: Iterable[OtherNomination]) -> tuple[str, ...]:
    return tuple(one.reference for one in others)
