"""Tests on what the plan and the round allow: awards, kinds of subjects, the period."""

from collections.abc import Mapping
from typing import Any

from engine.rules.facts import Facts
from engine.rules.model import Result, Value
from engine.rules.parameters import some
from engine.rules.registry import rule_test
from forms.vocabulary import Award, Occasion, RuleVerdict

_PLAN = ("plan", "section")


@rule_test(
    sentences={
        "listed": (*_PLAN, "occasion", "awards"),
        "not_listed": (*_PLAN, "occasion", "awards"),
        "set_apart": ("occasion",),
        "no_plan": (),
    },
    parameters={"apart_at_midterm": some(Award, "award")},
)
def award_in_plan(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask whether the plan has the award on the occasion of the round.

    Another rule asks it of the awards ``apart_at_midterm`` at a mid-term review.
    """
    if facts.plan is None or facts.round is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_plan")
    occasion = facts.round.occasion
    if occasion is Occasion.MIDTERM and facts.award in parameters["apart_at_midterm"]:
        return Result(RuleVerdict.NOT_APPLICABLE, "set_apart", {"occasion": occasion})
    used: dict[str, Value] = {
        "plan": facts.plan.number,
        "section": facts.plan.awards_section,
        "occasion": occasion,
        "awards": facts.plan.awards,
    }
    if facts.award in facts.plan.awards:
        return Result(RuleVerdict.MET, "listed", used)
    return Result(RuleVerdict.NOT_MET, "not_listed", used)


@rule_test(
    sentences={
        "taken": ("round",),
        "not_taken": ("round", "awards"),
        "plan_decides": (),
        "no_round": (),
    },
)
def award_in_round(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask whether the office opened the round for the award.

    No round can be opened for what its plan does not have on the occasion: there the rule
    about the plan speaks alone, and whoever may go on against it is not stopped here.
    """
    if facts.round is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_round")
    if facts.plan is not None and facts.award not in facts.plan.awards:
        return Result(RuleVerdict.NOT_APPLICABLE, "plan_decides")
    if facts.award in facts.round.awards:
        return Result(RuleVerdict.MET, "taken", {"round": facts.round.name})
    used: dict[str, Value] = {"round": facts.round.name, "awards": facts.round.awards}
    return Result(RuleVerdict.NOT_MET, "not_taken", used)


@rule_test(
    sentences={
        "listed": (*_PLAN, "kinds"),
        "not_listed": (*_PLAN, "kinds"),
        "no_plan": (),
    },
)
def subject_in_plan(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask whether the plan is for this kind of subject."""
    plan = facts.plan
    if plan is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_plan")
    used: dict[str, Value] = {
        "plan": plan.number,
        "section": plan.subjects_section,
        "kinds": plan.subject_kinds,
    }
    if facts.subject_kind in plan.subject_kinds:
        return Result(RuleVerdict.MET, "listed", used)
    return Result(RuleVerdict.NOT_MET, "not_listed", used)


@rule_test(
    sentences={"inside": _PLAN, "outside_allowed": _PLAN, "not_said": _PLAN, "no_plan": ()},
)
def place_in_plan(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Say that the plan is for subjects inside and outside the ward."""
    plan = facts.plan
    if plan is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_plan")
    used: dict[str, Value] = {"plan": plan.number, "section": plan.subjects_section}
    if facts.is_outside_ward is None:
        return Result(RuleVerdict.MET, "not_said", used)
    code = "outside_allowed" if facts.is_outside_ward else "inside"
    return Result(RuleVerdict.MET, code, used)


@rule_test(
    sentences={
        "within": (*_PLAN, "starts_on", "ends_on"),
        "begins_before": (*_PLAN, "starts_on", "achieved_from"),
        "ends_after": (*_PLAN, "ends_on", "achieved_to"),
        "not_said": (*_PLAN, "starts_on", "ends_on"),
        "no_plan": (),
    },
)
def achieved_within_plan(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask whether the achievement lies within the period of the plan."""
    plan = facts.plan
    if plan is None:
        return Result(RuleVerdict.CANNOT_TELL, "no_plan")
    used: dict[str, Value] = {"plan": plan.number, "section": plan.period_section}
    if facts.achieved_from is not None and facts.achieved_from < plan.starts_on:
        used |= {"starts_on": plan.starts_on, "achieved_from": facts.achieved_from}
        return Result(RuleVerdict.NOT_MET, "begins_before", used)
    if facts.achieved_to is not None and facts.achieved_to > plan.ends_on:
        used |= {"ends_on": plan.ends_on, "achieved_to": facts.achieved_to}
        return Result(RuleVerdict.NOT_MET, "ends_after", used)
    used |= {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
    if facts.achieved_from is None or facts.achieved_to is None:
        return Result(RuleVerdict.CANNOT_TELL, "not_said", used)
    return Result(RuleVerdict.MET, "within", used)
