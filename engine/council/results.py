"""What the votes on an item came to: the counts that count, n of N, and in per cent."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.council.arithmetic import Tally, sides
from engine.council.voting_rules import VoteRule
from engine.datafiles import Translated
from engine.datafiles.numbers import Tenths
from engine.rules.sentences import written
from engine.store.models import AgendaItem, ItemVote
from forms.vocabulary import VoteResult, VotingState


@dataclass(frozen=True)
class ItemResult:
    """One closed vote on one item, as pages, minutes and the case get it."""

    round_number: int
    rule: VoteRule
    result: VoteResult
    tally: Tally
    total: int
    """The denominator: all members, less those left out for a conflict."""
    least: int
    agree: int
    """Votes for, with the written ones that count."""
    disagree: int
    """Votes against, with the written ones that count."""
    other: int
    """Abstained or spoiled, with the written ones that count: they have not agreed."""

    @property
    def ratio(self) -> str:
        """``9/11``."""
        return f"{self.agree}/{self.total}"

    @property
    def percent(self) -> Translated:
        """``81,8 %``: what is beyond the first decimal is left out, never rounded up."""
        share = Tenths(1000 * self.agree // self.total) if self.total else Tenths(0)
        return Translated(f"{written(share, 'vi')} %", f"{written(share, 'en')} %")


def tally_of(vote: ItemVote) -> Tally:
    """Return the counts of a vote; those that are not known yet as 0."""
    return Tally(
        agree=vote.agree or 0,
        disagree=vote.disagree or 0,
        abstain=vote.abstain or 0,
        invalid=vote.invalid or 0,
        written_agree=vote.written_agree or 0,
        written_disagree=vote.written_disagree or 0,
        written_abstain=vote.written_abstain or 0,
    )


def result_of(vote: ItemVote) -> ItemResult:
    """Return what a closed vote came to.

    :raises ValueError: it has no result: it is not closed, or is void.
    """
    if vote.result is None:
        raise ValueError(f"vote {vote.id} on item {vote.item_id} has no result")
    rule, tally = VoteRule.from_json(vote.rule), tally_of(vote)
    counted = sides(rule, tally)
    abstained = tally.written_abstain if rule.counts_written else 0
    return ItemResult(
        round_number=vote.round_number,
        rule=rule,
        result=vote.result,
        tally=tally,
        total=vote.total_members,
        least=vote.least,
        agree=counted.agree,
        disagree=counted.disagree,
        other=tally.abstain + tally.invalid + abstained,
    )


def closed_votes(votes: Iterable[ItemVote]) -> list[ItemVote]:
    """Return the votes on an item that have a result, the first round first."""
    closed = [
        vote
        for vote in votes
        if vote.result is not None and vote.voting.state is VotingState.CLOSED
    ]
    return sorted(closed, key=lambda vote: vote.round_number)


def last_vote(votes: Iterable[ItemVote]) -> ItemVote | None:
    """Return the vote on an item that stands: the last one with a result."""
    return next(reversed(closed_votes(votes)), None)


def agenda_of(session: Session, session_id: int) -> list[AgendaItem]:
    """Return the agenda of a session as it is now: with cases, votes, conflicts, opinions."""
    return list(
        session.scalars(
            select(AgendaItem)
            .where(AgendaItem.session_id == session_id)
            .order_by(AgendaItem.number)
            .options(
                joinedload(AgendaItem.case),
                selectinload(AgendaItem.votes).joinedload(ItemVote.voting),
                selectinload(AgendaItem.conflicts),
                selectinload(AgendaItem.written_opinions),
            )
            .execution_options(populate_existing=True)
        )
    )
