"""Tests of the merit route: the lower award held, years of service and titles since."""

from collections.abc import Mapping
from typing import Any

from engine.datafiles import Translated
from engine.datafiles.numbers import count
from engine.rules.facts import Facts, PriorAward
from engine.rules.model import Result, Value
from engine.rules.movement import anniversary
from engine.rules.parameters import by, some
from engine.rules.priors import counts, is_thematic, name_of, names_of
from engine.rules.registry import rule_test
from forms.vocabulary import (
    Award,
    CommendationKind,
    Honour,
    RuleVerdict,
    SubjectCategory,
)

_SHORT = ("years_well", "years_excellent", "fighter_titles")

_NAMES = {
    "years_well": Translated(
        "số năm liên tục hoàn thành tốt nhiệm vụ trở lên",
        "years in a row of tasks completed well or better",
    ),
    "years_excellent": Translated(
        "số năm hoàn thành xuất sắc nhiệm vụ", "years of tasks completed excellently"
    ),
    "fighter_titles": Translated(
        "số lần đạt danh hiệu “Chiến sĩ thi đua cơ sở”",
        "titles of grassroots emulation fighter",
    ),
    "years_in_existence": Translated(
        "số năm xây dựng, phát triển", "years since it was founded"
    ),
    "initiatives": Translated(
        "số sáng kiến được cấp tỉnh công nhận", "initiatives recognised by the province"
    ),
    "model_years": Translated(
        "số năm ổn định của mô hình sản xuất", "years for which the model has been stable"
    ),
}


@rule_test(
    sentences={
        "enough": ("prior",),
        "no_prior": ("honours",),
        "too_soon": ("prior", "from_day"),
        "prior_undated": ("prior",),
        "standing_unknown": ("prior", "missing"),
        "too_little": ("prior", "short"),
        "own_standard": ("category",),
    },
    parameters={
        "honours": some(Honour, "honour"),
        "counted_after_it": count,
        "years_well": count,
        "years_excellent": count,
        "fighter_titles": count,
        "own_standard": some(SubjectCategory, "category"),
    },
)
def individual_merit(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask for the lower award by merit, and for years and titles.

    With ``counted_after_it`` 1 the years lie after that award, with 0 they may not.
    """
    if facts.category is not None and facts.category in parameters["own_standard"]:
        return Result(RuleVerdict.NOT_APPLICABLE, "own_standard", {"category": facts.category})
    prior = _lower_award(facts, parameters["honours"])
    if prior is None:
        used: dict[str, Value] = {"honours": parameters["honours"]}
        return Result(RuleVerdict.NOT_MET, "no_prior", used)
    return _years_since(facts, prior, parameters, _SHORT)


@rule_test(
    sentences={
        "enough": ("prior", "counted"),
        "no_prior": ("honours",),
        "too_soon": ("prior", "from_day"),
        "prior_undated": ("prior",),
        "standing_unknown": ("prior", "missing"),
        "too_little": ("prior", "short"),
        "flags_missing": ("prior", "flags", "merits"),
    },
    parameters={
        "honours": some(Honour, "honour"),
        "counted_after_it": count,
        "years_in_existence": count,
        "years_excellent": count,
        "flags": count,
        "merits": count,
    },
)
def collective_merit(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask for the lower award by merit, for years, and for flags or merit certificates.

    One flag of the Government, or ``flags`` flags of a province or ministry, or one less
    with a merit certificate, or ``merits`` merit certificates.
    """
    prior = _lower_award(facts, parameters["honours"])
    if prior is None:
        used: dict[str, Value] = {"honours": parameters["honours"]}
        return Result(RuleVerdict.NOT_MET, "no_prior", used)
    names = ("years_in_existence", "years_excellent")
    result = _years_since(facts, prior, parameters, names)
    if result.verdict is not RuleVerdict.MET:
        return result
    later = _by_merit_since(facts, prior)
    flags = [one for one in later if one.honour is Honour.PROVINCIAL_FLAG]
    merits = [
        one for one in later if one.honour in (Honour.PROVINCIAL_MERIT, Honour.MINISTRY_MERIT)
    ]
    government = [one for one in later if one.honour is Honour.GOVERNMENT_FLAG]
    enough = (
        government
        or len(flags) >= parameters["flags"]
        or (len(flags) >= parameters["flags"] - 1 and flags and merits)
        or len(merits) >= parameters["merits"]
    )
    used = {"prior": name_of(prior)}
    if enough:
        used["counted"] = names_of([*government, *flags, *merits])
        return Result(RuleVerdict.MET, "enough", used)
    used |= {"flags": len(flags), "merits": len(merits)}
    return Result(RuleVerdict.NOT_MET, "flags_missing", used)


@rule_test(
    sentences={
        "enough": ("initiatives",),
        "too_few": ("initiatives", "needed"),
        "not_said": ("needed",),
        "other_category": (),
    },
    parameters={"initiatives_needed": by(Award, count)},
)
def worker_initiatives(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask a worker for initiatives that the province recognised."""
    if facts.category is not SubjectCategory.WORKER:
        return Result(RuleVerdict.NOT_APPLICABLE, "other_category")
    needed = parameters["initiatives_needed"].get(facts.award, 0)
    have = facts.standing.initiatives
    if have is None:
        return Result(RuleVerdict.CANNOT_TELL, "not_said", {"needed": needed})
    if have < needed:
        used: dict[str, Value] = {"initiatives": have, "needed": needed}
        return Result(RuleVerdict.NOT_MET, "too_few", used)
    return Result(RuleVerdict.MET, "enough", {"initiatives": have})


@rule_test(
    sentences={
        "enough": ("model_years", "needed"),
        "by_initiatives": ("initiatives",),
        "too_short": ("model_years", "needed"),
        "not_said": ("needed",),
        "other_category": (),
    },
    parameters={
        "model_years_needed": by(Award, count),
        "initiatives_needed": by(Award, count),
    },
)
def farmer_model(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask a farmer for a model that has been stable for years, or for initiatives."""
    if facts.category is not SubjectCategory.FARMER:
        return Result(RuleVerdict.NOT_APPLICABLE, "other_category")
    needed = parameters["model_years_needed"].get(facts.award, 0)
    enough_initiatives = parameters["initiatives_needed"].get(facts.award)
    years, initiatives = facts.standing.model_years, facts.standing.initiatives
    if years is not None and years >= needed:
        return Result(RuleVerdict.MET, "enough", {"model_years": years, "needed": needed})
    if (
        enough_initiatives is not None
        and initiatives is not None
        and initiatives >= enough_initiatives
    ):
        return Result(RuleVerdict.MET, "by_initiatives", {"initiatives": initiatives})
    if years is None:
        return Result(RuleVerdict.CANNOT_TELL, "not_said", {"needed": needed})
    return Result(RuleVerdict.NOT_MET, "too_short", {"model_years": years, "needed": needed})


@rule_test(
    sentences={"on_record": ("priors",), "none": ()},
    parameters={"percent": count, "honours": some(Honour, "honour")},
)
def collective_titles(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Say which titles are on record: their own conditions were looked at when granted."""
    titles = [
        one for one in facts.priors if counts(one) and one.honour in parameters["honours"]
    ]
    if titles:
        return Result(RuleVerdict.MET, "on_record", {"priors": names_of(titles)})
    return Result(RuleVerdict.NOT_APPLICABLE, "none")


@rule_test(sentences={"no_rule": ("award", "route")})
def no_rule_here(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Say that the system has no standard for the award on this route: a person decides."""
    used: dict[str, Value] = {"award": facts.award, "route": facts.route}
    return Result(RuleVerdict.CANNOT_TELL, "no_rule", used)


def _lower_award(facts: Facts, honours: tuple[Honour, ...]) -> PriorAward | None:
    """Return the first award by merit among ``honours``; thematic ones never count."""
    held = [
        one
        for one in facts.priors
        if counts(one) and not is_thematic(one) and one.honour in honours
    ]
    held.sort(key=lambda one: (one.kind is not CommendationKind.MERIT, str(one.decided_on)))
    return held[0] if held else None


def _years_since(
    facts: Facts, prior: PriorAward, parameters: Mapping[str, Any], names: tuple[str, ...]
) -> Result:
    """Ask for each of ``names`` as many as ``parameters`` want, after ``prior`` if so."""
    used: dict[str, Value] = {"prior": name_of(prior)}
    if parameters["counted_after_it"]:
        if prior.decided_on is None:
            return Result(RuleVerdict.CANNOT_TELL, "prior_undated", used)
        years = parameters.get("years_well") or parameters["years_excellent"]
        from_day = anniversary(prior.decided_on, years)
        if facts.received_on < from_day:
            return Result(RuleVerdict.NOT_MET, "too_soon", {**used, "from_day": from_day})
    have = {name: getattr(facts.standing, name) for name in names if parameters[name]}
    missing = tuple(_NAMES[name] for name, value in have.items() if value is None)
    short = tuple(
        _NAMES[name]
        for name, value in have.items()
        if value is not None and value < parameters[name]
    )
    if short:
        return Result(RuleVerdict.NOT_MET, "too_little", {**used, "short": short})
    if missing:
        return Result(RuleVerdict.CANNOT_TELL, "standing_unknown", {**used, "missing": missing})
    return Result(RuleVerdict.MET, "enough", used)


def _by_merit_since(facts: Facts, prior: PriorAward) -> list[PriorAward]:
    """Return the awards that count and were decided after ``prior``."""
    return [
        one
        for one in facts.priors
        if counts(one)
        and not is_thematic(one)
        and one.decided_on is not None
        and prior.decided_on is not None
        and one.decided_on > prior.decided_on
    ]
