"""Tests on what stands against a subject, and on whether it still exists.

A sentence never says what a pending matter is about: whoever asks the rules may read it,
and a denunciation is nobody's to know but theirs who examine it.
"""

from collections.abc import Mapping
from typing import Any

from engine.rules.facts import Facts, Matter
from engine.rules.model import Result, Value
from engine.rules.registry import rule_test
from forms.vocabulary import RuleVerdict


@rule_test(sentences={"nothing": (), "settled": ("settled_on",), "pending": ("since",)})
def nothing_pending(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Hold a nomination while a matter against its subject is being examined."""
    begun = [one for one in facts.matters if one.began_on <= facts.asked_on]
    pending = [one for one in begun if not _has_ended(one, facts)]
    if pending:
        since = min(one.began_on for one in pending)
        return Result(RuleVerdict.HELD, "pending", {"since": since})
    ends = [one.ended_on for one in begun if one.ended_on is not None]
    if ends:
        return Result(RuleVerdict.MET, "settled", {"settled_on": max(ends)})
    return Result(RuleVerdict.MET, "nothing")


@rule_test(
    sentences={
        "no_sanction": (),
        "counted_after": ("served_on", "achieved_from"),
        "counted_before": ("served_on", "achieved_from"),
        "period_unknown": ("served_on",),
    },
)
def counted_after_sanction(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask whether the achievement is counted from when the last sanction was served."""
    served = [
        one.ended_on
        for one in facts.matters
        if one.sanctioned and one.ended_on is not None and one.ended_on <= facts.asked_on
    ]
    if not served:
        return Result(RuleVerdict.MET, "no_sanction")
    used: dict[str, Value] = {"served_on": max(served)}
    if facts.achieved_from is None:
        return Result(RuleVerdict.CANNOT_TELL, "period_unknown", used)
    used["achieved_from"] = facts.achieved_from
    if facts.achieved_from < max(served):
        return Result(RuleVerdict.NOT_MET, "counted_before", used)
    return Result(RuleVerdict.MET, "counted_after", used)


@rule_test(sentences={"exists": (), "dissolved": ("dissolved_on",)})
def body_exists(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask whether the body has not been dissolved."""
    if facts.dissolved_on is not None and facts.dissolved_on <= facts.asked_on:
        return Result(RuleVerdict.NOT_MET, "dissolved", {"dissolved_on": facts.dissolved_on})
    return Result(RuleVerdict.MET, "exists")


def _has_ended(matter: Matter, facts: Facts) -> bool:
    return matter.ended_on is not None and matter.ended_on <= facts.asked_on
