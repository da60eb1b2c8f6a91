"""Votes of a council: how many must agree, how many must be there, and who sits on it.

The denominator is always the whole council: who is absent, abstains or hands in a blank
ballot has not agreed. Everything is counted in integers.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from engine.datafiles.numbers import Tenths, percent
from engine.rules.facts import Facts, Votes
from engine.rules.model import Result, Value
from engine.rules.parameters import some
from engine.rules.registry import rule_test
from engine.text import fold
from forms.vocabulary import Level, RuleVerdict

_VOTES = ("agree", "total", "least")


def least_agreeing(total: int, tenths: int) -> int:
    """Return how many of ``total`` members are at least ``tenths`` of a per cent of them."""
    return -(-total * tenths // 1000)


def least_over(total: int, whole_percent: int) -> int:
    """Return how many of ``total`` members are more than ``whole_percent`` of them."""
    return total * whole_percent // 100 + 1


def least_present(total: int, share: Fraction) -> int:
    """Return how many of ``total`` members are at least ``share`` of them."""
    return -(-total * share.numerator // share.denominator)


def percent_to_exceed(level: Level, settings: Mapping[str, str]) -> int | None:
    """Return the whole per cent of all members that must be exceeded; none: not set.

    :param settings: of the day of reception. The ward has a default, the province none.
    """
    if level is Level.PROVINCE:
        return int(settings.get("council_pass_percent_province") or 0) or None
    return int(settings.get("council_pass_percent") or "50")


def members_named(name: str, members: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of ``members`` who are called ``name``, however it is typed."""
    return tuple(member for member in members if fold(member) == fold(name))


@rule_test(
    sentences={
        "enough": _VOTES,
        "too_few": (*_VOTES, "percent_agreed"),
        "other_council": (),
        "no_votes": (),
    },
    parameters={"share": percent, "levels": some(Level, "level")},
)
def share_agreed(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask whether at least ``share`` of all members of a council of ``levels`` agreed."""
    votes = facts.votes
    if votes is None:
        return Result(RuleVerdict.NOT_APPLICABLE, "no_votes")
    if votes.level not in parameters["levels"]:
        return Result(RuleVerdict.NOT_APPLICABLE, "other_council")
    least = least_agreeing(votes.total_members, parameters["share"])
    return _compared(votes, least)


@rule_test(
    sentences={
        "enough": _VOTES,
        "too_few": (*_VOTES, "percent_agreed"),
        "other_council": (),
        "percent_not_set": (),
        "no_votes": (),
    },
    parameters={"levels": some(Level, "level")},
)
def majority_agreed(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask whether more of all members agreed than the setting of the office says."""
    votes = facts.votes
    if votes is None:
        return Result(RuleVerdict.NOT_APPLICABLE, "no_votes")
    if votes.level not in parameters["levels"]:
        return Result(RuleVerdict.NOT_APPLICABLE, "other_council")
    most_refused = percent_to_exceed(votes.level, facts.settings)
    if most_refused is None:
        return Result(RuleVerdict.NOT_APPLICABLE, "percent_not_set")
    return _compared(votes, least_over(votes.total_members, most_refused))


@rule_test(
    sentences={
        "enough": ("present", "total", "least"),
        "too_few": ("present", "total", "least"),
        "no_votes": (),
    },
)
def enough_present(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Ask whether as many members were there as the setting of the office says."""
    votes = facts.votes
    if votes is None:
        return Result(RuleVerdict.NOT_APPLICABLE, "no_votes")
    share = Fraction((facts.settings.get("council_quorum") or "2/3").replace(" ", ""))
    least = least_present(votes.total_members, share)
    used: dict[str, Value] = {
        "present": votes.present,
        "total": votes.total_members,
        "least": least,
    }
    if votes.present >= least:
        return Result(RuleVerdict.MET, "enough", used)
    return Result(RuleVerdict.NOT_MET, "too_few", used)


@rule_test(
    sentences={
        "counted": ("agree", "present", "written", "total"),
        "impossible": ("agree", "present", "written", "total"),
        "no_votes": (),
    },
)
def written_opinions_counted(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Say how absent members were counted; refuse more votes than members."""
    votes = facts.votes
    if votes is None:
        return Result(RuleVerdict.NOT_APPLICABLE, "no_votes")
    used: dict[str, Value] = {
        "agree": votes.agree,
        "present": votes.present,
        "written": votes.written,
        "total": votes.total_members,
    }
    voters = votes.present + votes.written
    if votes.agree > voters or voters > votes.total_members:
        return Result(RuleVerdict.NOT_MET, "impossible", used)
    return Result(RuleVerdict.MET, "counted", used)


@rule_test(sentences={"ordinary": ()})
def ordinary_procedure(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Say that rounds of a movement do not follow the simplified procedure."""
    return Result(RuleVerdict.NOT_APPLICABLE, "ordinary")


@rule_test(
    sentences={
        "not_a_member": (),
        "is_a_member": ("members", "total"),
        "members_unknown": (),
    },
)
def nominee_on_council(facts: Facts, parameters: Mapping[str, Any]) -> Result:
    """Warn where a member of the council has the nominee's name; nobody is left out."""
    if not facts.council_members:
        return Result(RuleVerdict.CANNOT_TELL, "members_unknown")
    members = members_named(facts.subject_name, facts.council_members)
    if not members:
        return Result(RuleVerdict.MET, "not_a_member")
    total = facts.votes.total_members if facts.votes else len(facts.council_members)
    used: dict[str, Value] = {"members": members, "total": total}
    return Result(RuleVerdict.NOT_MET, "is_a_member", used)


def _compared(votes: Votes, least: int) -> Result:
    used: dict[str, Value] = {
        "agree": votes.agree,
        "total": votes.total_members,
        "least": least,
    }
    if votes.agree >= least:
        return Result(RuleVerdict.MET, "enough", used)
    tenths = 1000 * votes.agree // votes.total_members
    return Result(RuleVerdict.NOT_MET, "too_few", {**used, "percent_agreed": Tenths(tenths)})
