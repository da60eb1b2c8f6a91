"""Votes cast openly, by name: a sheet of a whole block, once for each seat."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from engine.council.access import note
from engine.council.votings import (
    Counts,
    lock_seat,
    lock_voting,
    require_before_deadline,
    votes_of_seat,
)
from engine.errors import (
    AlreadyVoted,
    InvalidBallot,
    NotEntitledToVote,
    VotingNotOpen,
)
from engine.permissions import Actor
from engine.store.models import CouncilSession, ItemVote, OpenBallot, SessionSeat
from engine.units import checked_text
from forms.vocabulary import BallotChoice, VotingMode, VotingState

LONGEST_REASON = 1_000
"""Characters of the reason for one vote at most."""

Choices = Mapping[int, tuple[BallotChoice, str]]
"""Id of the item's vote → what was chosen, and why; the reason may be empty."""


def cast_open(
    session: Session, *, voting_id: int, actor: Actor, choices: Choices, at: datetime
) -> None:
    """Vote openly on every item of a block that the actor's seat may vote on, once for all.

    The vote is locked so that others can vote too, but nobody can close it meanwhile; the
    seat is locked, so that of two clicks the second finds the first.

    :param at: when the votes arrived, in UTC: from the deadline on they are refused, also
        where nobody has closed the vote yet.
    :raises NotFound: there is no such vote.
    :raises VotingNotOpen: it is secret, over, or past its deadline.
    :raises NotEntitledToVote: the actor has no seat that is there, or a conflict keeps it
        out of an item that ``choices`` has.
    :raises AlreadyVoted: the seat voted before: that vote counts.
    :raises InvalidBallot: an item is missing or of another vote, or a choice is not on the
        paper.
    :raises InvalidSubmission: a reason is too long or has hidden characters.
    """
    voting = lock_voting(session, voting_id, VotingState.CASTING, shared=True)
    if voting.mode is not VotingMode.OPEN:
        raise VotingNotOpen(f"voting {voting.id} is not open: {voting.mode.value}")
    require_before_deadline(voting, at)
    seat = lock_seat(session, voting, actor)
    _require_first(session, voting_id, seat)
    _require_whole(session, voting_id, seat, choices)
    rows = [
        _row(item_vote_id, seat, actor, choice, reason, at)
        for item_vote_id, (choice, reason) in sorted(choices.items())
    ]
    note(
        session,
        session.get_one(CouncilSession, voting.session_id),
        action="ballots.cast",
        actor=actor,
        at=at,
        detail={
            "voting": voting.number,
            "seat": seat.position_id,
            "choices": {str(row["item_vote_id"]): row["choice"].value for row in rows},
        },
    )
    session.execute(_INSERT, rows)


def count_open(session: Session, votes: Sequence[ItemVote]) -> dict[int, Counts]:
    """Return the counts of open votes: id of the item's vote → counts."""
    rows = session.execute(
        select(OpenBallot.item_vote_id, OpenBallot.choice, func.count())
        .where(OpenBallot.item_vote_id.in_([vote.id for vote in votes]))
        .group_by(OpenBallot.item_vote_id, OpenBallot.choice)
    )
    chosen = {(item_vote_id, choice): found for item_vote_id, choice, found in rows}
    counts = {}
    for vote in votes:
        agree, disagree, abstain = (chosen.get((vote.id, one), 0) for one in BallotChoice)
        returned = agree + disagree + abstain
        counts[vote.id] = Counts(vote.voters, returned, agree, disagree, abstain)
    return counts


def seats_that_voted(session: Session, voting_id: int) -> set[int]:
    """Return the seats whose sheet came in."""
    return set(
        session.scalars(
            select(OpenBallot.position_id)
            .join(ItemVote, ItemVote.id == OpenBallot.item_vote_id)
            .where(ItemVote.voting_id == voting_id)
            .distinct()
        )
    )


def _require_first(session: Session, voting_id: int, seat: SessionSeat) -> None:
    about = {"voting_id": voting_id, "position_id": seat.position_id}
    earlier = session.scalar(_EARLIER, about)
    if earlier is not None:
        raise AlreadyVoted(f"seat {seat.position_id} voted in voting {voting_id}")


def _require_whole(
    session: Session, voting_id: int, seat: SessionSeat, choices: Choices
) -> None:
    """Return if the sheet has each item that the seat votes on, and a choice of the paper."""
    votes = votes_of_seat(session, voting_id, seat)
    if votes.barred & set(choices):
        barred = sorted(votes.barred & set(choices))
        raise NotEntitledToVote(f"seat {seat.position_id} is kept out of {barred}")
    if votes.own != set(choices):
        odd = sorted(votes.own ^ set(choices))
        raise InvalidBallot(f"item votes {odd} are missing or of another vote")
    for choice, _ in choices.values():
        if not isinstance(choice, BallotChoice):
            raise InvalidBallot(f"no such choice: {choice!r}")


def _row(
    item_vote_id: int,
    seat: SessionSeat,
    actor: Actor,
    choice: BallotChoice,
    reason: str,
    at: datetime,
) -> dict[str, Any]:
    words = reason.strip()
    return {
        "item_vote_id": item_vote_id,
        "position_id": seat.position_id,
        "person_id": actor.person_id,
        "choice": choice,
        "reason": checked_text(f"reason.{item_vote_id}", words, LONGEST_REASON)
        if words
        else "",
        "cast_at": at,
    }


# Statements of the hot path, built once.
_INSERT = insert(OpenBallot.__table__)  # type: ignore[arg-type]  # a Table, always
_EARLIER = (
    select(OpenBallot.item_vote_id)
    .join(ItemVote, ItemVote.id == OpenBallot.item_vote_id)
    .where(
        ItemVote.voting_id == bindparam("voting_id"),
        OpenBallot.position_id == bindparam("position_id"),
    )
    .limit(1)
)
