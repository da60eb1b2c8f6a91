"""Tests on the movement under which the achievement is claimed: who launched it, how long."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from engine.datafiles import Translated
from engine.datafiles.numbers import count
from engine.rules.facts import Facts, MovementFacts
from engine.rules.model import Result, Value
from engine.rules.parameters import some
from engine.rules.registry import rule_test
from forms.vocabulary import Award, Level, RuleVerdict, SubjectCategory, SubjectKind

_MOVEMENT = ("movement", "decision", "level")

PLANNED = "planned"
"""Value of the setting ``duration_basis`` by which years are counted as planned."""


@rule_test(sentences={"thematic": ("movement", "decision"), "no_movement": ()})
def movement_kind(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Say for what kind of achievement the award will be entered in the register."""
    if facts.movement is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_movement")
    return Result(RuleVerdict.MET, "thematic", _described(facts.movement))


@rule_test(sentences={"under_movement": _MOVEMENT, "no_movement": ()})
def movement_any(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask for a movement, whoever launched it and for however long."""
    if facts.movement is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_movement")
    return Result(RuleVerdict.MET, "under_movement", _described(facts.movement))


@rule_test(
    sentences={
        "right_level": _MOVEMENT,
        "wrong_level": _MOVEMENT,
        "other_standard": (*_MOVEMENT, "category"),
        "no_movement": (),
    },
    parameters={
        "levels": some(Level, "level"),
        "other_standard": some(SubjectCategory, "category"),
    },
)
def movement_launched_by(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask for a movement that one of ``levels`` launched.

    Categories of ``other_standard`` also have a standard without such a movement.
    """
    if facts.movement is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_movement")
    used = _described(facts.movement)
    if facts.movement.level in parameters["levels"]:
        return Result(RuleVerdict.MET, "right_level", used)
    if facts.category is not None and facts.category in parameters["other_standard"]:
        used["category"] = facts.category
        return Result(RuleVerdict.NOT_APPLICABLE, "other_standard", used)
    return Result(RuleVerdict.NOT_MET, "wrong_level", used)


@rule_test(
    sentences={
        "long_enough": (*_MOVEMENT, "launched_on", "reviewed_on", "from_day"),
        "too_short": (*_MOVEMENT, "launched_on", "reviewed_on", "from_day", "ran"),
        "planned_long_enough": (*_MOVEMENT, "launched_on", "ends_on"),
        "planned_too_short": (*_MOVEMENT, "launched_on", "ends_on"),
        "no_planned_end": _MOVEMENT,
        "any_length": _MOVEMENT,
        "wrong_level": _MOVEMENT,
        "no_movement": (),
        "no_review_day": _MOVEMENT,
    },
    parameters={
        "years": count,
        "levels": some(Level, "level"),
        "any_length": some(Level, "level"),
    },
)
def movement_ran_years(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask for a movement of one of ``levels`` that ran ``years``, or of ``any_length``.

    Years are counted to the day of the review, or as planned if the office says so.
    """
    movement = facts.movement
    if movement is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_movement")
    used = _described(movement)
    if movement.level in parameters["any_length"]:
        return Result(RuleVerdict.MET, "any_length", used)
    if movement.level not in parameters["levels"]:
        return Result(RuleVerdict.NOT_MET, "wrong_level", used)
    used["launched_on"] = movement.launched_on
    from_day = anniversary(movement.launched_on, parameters["years"])
    if facts.settings.get("duration_basis") == PLANNED:
        return _as_planned(movement, from_day, used)
    return _elapsed(facts, movement, from_day, used)


def _as_planned(movement: MovementFacts, from_day: date, used: dict[str, Value]) -> Result:
    if movement.ends_on is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_planned_end", used)
    used["ends_on"] = movement.ends_on
    if movement.ends_on + timedelta(days=1) >= from_day:
        return Result(RuleVerdict.MET, "planned_long_enough", used)
    return Result(RuleVerdict.NOT_MET, "planned_too_short", used)


def _elapsed(
    facts: Facts, movement: MovementFacts, from_day: date, used: dict[str, Value]
) -> Result:
    if facts.round is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_review_day", used)
    reviewed_on = facts.round.reviewed_on
    used |= {"reviewed_on": reviewed_on, "from_day": from_day}
    if reviewed_on >= from_day:
        return Result(RuleVerdict.MET, "long_enough", used)
    used["ran"] = _ran(movement.launched_on, reviewed_on)
    return Result(RuleVerdict.NOT_MET, "too_short", used)


@rule_test(
    sentences={
        "early_enough": ("launched_on", "from_day", "reviewed_on"),
        "too_early": ("launched_on", "from_day", "reviewed_on"),
        "as_planned": ("movement",),
        "not_counted": _MOVEMENT,
        "no_movement": (),
        "review_unknown": ("from_day",),
    },
    parameters={"years": count, "levels": some(Level, "level")},
)
def earliest_review_day(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Say from which day on a review may come, as the office counts the ``years``."""
    movement = facts.movement
    if movement is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_movement")
    if movement.level not in parameters["levels"]:
        return Result(RuleVerdict.NOT_APPLICABLE, "not_counted", _described(movement))
    if facts.settings.get("duration_basis") == PLANNED:
        named: dict[str, Value] = {"movement": movement.name}
        return Result(RuleVerdict.NOT_APPLICABLE, "as_planned", named)
    used: dict[str, Value] = {"launched_on": movement.launched_on}
    used["from_day"] = from_day = anniversary(movement.launched_on, parameters["years"])
    if facts.round is None:
        return Result(RuleVerdict.CANNOT_TELL, "review_unknown", used)
    used["reviewed_on"] = facts.round.reviewed_on
    if facts.round.reviewed_on >= from_day:
        return Result(RuleVerdict.MET, "early_enough", used)
    return Result(RuleVerdict.NOT_MET, "too_early", used)


@rule_test(sentences={"no_route": ("award",)})
def no_movement_route(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Refuse: the Law has no standard of this award by a movement for the subject."""
    return Result(RuleVerdict.NOT_MET, "no_route", {"award": facts.award})


@rule_test(
    sentences={
        "third_class": ("plan", "section"),
        "class_beyond_plan": ("plan", "section", "award", "movement", "level"),
        "not_for_individuals": ("plan", "section", "award"),
        "no_plan": (),
    },
)
def order_class(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Warn of a class of the Labor Order to which the plan's own movement does not lead."""
    plan, movement = facts.plan, facts.movement
    if plan is None or movement is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_plan")
    used: dict[str, Value] = {"plan": plan.number, "section": plan.awards_section}
    if facts.award is Award.LABOR_ORDER:
        return Result(RuleVerdict.MET, "third_class", used)
    if facts.subject_kind is SubjectKind.INDIVIDUAL:
        used["award"] = facts.award
        return Result(RuleVerdict.NOT_APPLICABLE, "not_for_individuals", used)
    used |= {"award": facts.award, "movement": movement.name, "level": movement.level}
    return Result(RuleVerdict.NOT_MET, "class_beyond_plan", used)


@rule_test(
    sentences={
        "influence_unknown": ("category",),
        "by_movement": ("movement", "decision"),
        "not_a_worker": (),
    },
    parameters={
        "categories": some(SubjectCategory, "category"),
        "levels": some(Level, "level"),
    },
)
def worker_achievements(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Leave the own standard of workers and farmers to a person, where it is needed."""
    if facts.category is None or facts.category not in parameters["categories"]:
        return Result(RuleVerdict.NOT_APPLICABLE, "not_a_worker")
    movement = facts.movement
    if movement is not None and movement.level in parameters["levels"]:
        used = {"movement": movement.name, "decision": movement.decision}
        return Result(RuleVerdict.NOT_APPLICABLE, "by_movement", used)
    return Result(RuleVerdict.CANNOT_TELL, "influence_unknown", {"category": facts.category})


def anniversary(start: date, years: int) -> date:
    """Return the day on which ``years`` are full: the same day of the year.

    29 February has its anniversary on 1 March where there is none.
    """
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def _ran(start: date, end: date) -> Translated:
    """Return how long it ran in full years and months; less than a month is 0 months."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    years, months = divmod(max(0, months), 12)
    return Translated(f"{years} năm {months} tháng", f"{years} years and {months} months")


def _described(movement: MovementFacts) -> dict[str, Value]:
    return {
        "movement": movement.name,
        "decision": movement.decision,
        "level": movement.level,
    }
