"""What the votes on one item come to: integers, of all members of the council."""

from dataclasses import dataclass, fields

from engine.council.voting_rules import VoteRule
from forms.vocabulary import VoteResult


@dataclass(frozen=True)
class Tally:
    """Votes on one item: those cast at the session, and written opinions apart."""

    agree: int = 0
    disagree: int = 0
    abstain: int = 0
    """Abstained, or handed in a blank paper."""
    invalid: int = 0
    """Spoiled papers."""
    written_agree: int = 0
    written_disagree: int = 0
    written_abstain: int = 0

    @property
    def returned(self) -> int:
        """Votes cast at the session."""
        return self.agree + self.disagree + self.abstain + self.invalid

    @property
    def written(self) -> int:
        """Written opinions."""
        return self.written_agree + self.written_disagree + self.written_abstain


@dataclass(frozen=True)
class Sides:
    """Votes for and against that count by a rule, written ones included where they do."""

    agree: int
    disagree: int


def sides(rule: VoteRule, tally: Tally) -> Sides:
    """Return how many votes for and against count by ``rule``."""
    if not rule.counts_written:
        return Sides(tally.agree, tally.disagree)
    return Sides(tally.agree + tally.written_agree, tally.disagree + tally.written_disagree)


def weigh(rule: VoteRule, total: int, tally: Tally) -> VoteResult:
    """Return what ``tally`` comes to by ``rule`` among ``total`` members.

    Who is absent, abstains, or hands in a blank or a spoiled paper has not agreed. It is a
    tie where as many agree as disagree and that is not enough; nobody against nobody is not.

    :param total: the denominator: all members, less those left out for a conflict.
    :raises ValueError: a count is negative, or more voted than there are members.
    """
    counts = [getattr(tally, one.name) for one in fields(tally)]
    if min(counts) < 0 or sum(counts) > total:
        raise ValueError(f"{tally} of {total} members")
    counted = sides(rule, tally)
    if counted.agree >= rule.least(total):
        return VoteResult.PASSED
    if counted.agree == counted.disagree > 0:
        return VoteResult.TIED
    return VoteResult.FAILED
