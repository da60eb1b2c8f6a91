"""A vote under its lock, the seats that may vote in it, and its counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from engine.council.access import lock_session
from engine.errors import NotEntitledToVote, NotFound, VotingNotOpen
from engine.permissions import Actor
from engine.store.models import (
    AgendaItem,
    Conflict,
    CouncilSession,
    ItemVote,
    SessionSeat,
    Voting,
)
from forms.vocabulary import ConflictRule, SessionState, VotingState

RUNNING = (VotingState.CHECK_IN, VotingState.CASTING, VotingState.COUNTING)
"""States of a vote that is not over: a session has at most one such vote."""


@dataclass(frozen=True)
class Counts:
    """Papers of one vote on one item, written opinions not among them."""

    issued: int
    """Papers given out; at an open vote the seats that may vote."""
    returned: int
    agree: int
    disagree: int
    abstain: int = 0
    """Abstained, or blank."""
    invalid: int = 0
    """Spoiled: on paper alone."""


def lock_voting(
    session: Session, voting_id: int, *states: VotingState, shared: bool = False
) -> Voting:
    """Return a vote as it is now, with its items, locked until the transaction ends.

    :param states: in which the caller can use it; none: in any.
    :param shared: others may hold it at the same time, and whoever closes it waits for
        all of them (``FOR SHARE``): so no vote is lost, and none comes after the closing.
    :raises NotFound: there is no such vote.
    :raises VotingNotOpen: it is in another state.
    """
    statement = _SHARED_VOTING if shared else _LOCKED_VOTING
    voting = session.scalar(statement, {"voting_id": voting_id})
    if voting is None:
        raise NotFound(f"voting {voting_id}")
    if states and voting.state not in states:
        raise VotingNotOpen(f"voting {voting.id} is {voting.state.value}")
    return voting


def lock_meeting_and_voting(
    session: Session, actor: Actor, voting_id: int, *states: VotingState
) -> tuple[CouncilSession, Voting]:
    """Return an open session and its vote, both locked, the session first.

    :raises NotFound: there is no such vote, or the actor may not see its session.
    :raises NotPermitted: the actor does not run the session.
    :raises SessionNotReady: the session is not open.
    :raises VotingNotOpen: the vote is in another state than ``states``.
    """
    session_id = session.scalar(select(Voting.session_id).where(Voting.id == voting_id))
    if session_id is None:
        raise NotFound(f"voting {voting_id}")
    meeting = lock_session(session, actor, session_id, SessionState.OPEN)
    return meeting, lock_voting(session, voting_id, *states)


def find_running(session: Session, session_id: int) -> Voting | None:
    """Return the vote of a session that is not over; nothing is locked: for who looks on."""
    return session.scalar(_RUNNING.where(Voting.session_id == session_id))


def lock_running(session: Session, session_id: int) -> Voting | None:
    """Return the vote of a session that is not over, locked; the session is locked before.

    Whoever votes locks the vote and then the journal: lock it before the journal too.
    """
    return session.scalar(_RUNNING.where(Voting.session_id == session_id).with_for_update())


_RUNNING = (
    select(Voting).where(Voting.state.in_(RUNNING)).execution_options(populate_existing=True)
)


def require_before_deadline(voting: Voting, at: datetime) -> None:
    """Return if the vote still takes votes at ``at``, also where nobody has closed it yet.

    :raises VotingNotOpen: its time is over.
    """
    if voting.closes_at is not None and at >= voting.closes_at:
        raise VotingNotOpen(f"voting {voting.id} ended at {voting.closes_at.isoformat()}")


def item_votes_of(session: Session, voting_id: int) -> list[ItemVote]:
    """Return the votes of a block with their items and who is concerned, in agenda order."""
    return list(
        session.scalars(
            select(ItemVote)
            .join(ItemVote.item)
            .where(ItemVote.voting_id == voting_id)
            .order_by(AgendaItem.number)
            .options(joinedload(ItemVote.item).selectinload(AgendaItem.conflicts))
            .execution_options(populate_existing=True)
        )
    )


def seats_of(session: Session, session_id: int) -> list[SessionSeat]:
    """Return the seats of a session as they are now, in the order of the minutes."""
    return list(
        session.scalars(
            select(SessionSeat)
            .where(SessionSeat.session_id == session_id)
            .order_by(SessionSeat.place)
            .execution_options(populate_existing=True)
        )
    )


def voters_of(
    meeting: CouncilSession, item: AgendaItem, rule: ConflictRule
) -> tuple[SessionSeat, ...]:
    """Return the seats that may vote on ``item``: there, and not kept out by a conflict."""
    return voters_among(meeting.seats, item, rule)


def voters_among(
    seats: Iterable[SessionSeat], item: AgendaItem, rule: ConflictRule
) -> tuple[SessionSeat, ...]:
    """Return those of ``seats`` that may vote on ``item``; see :func:`voters_of`."""
    out = kept_out(item, rule)
    return tuple(seat for seat in seats if seat.is_there and seat.position_id not in out)


def kept_out(item: AgendaItem, rule: ConflictRule) -> frozenset[int]:
    """Return the seats, there or not, that ``rule`` keeps from voting on ``item``."""
    if rule is ConflictRule.VOTES:
        return frozenset()
    return frozenset(conflict.position_id for conflict in item.conflicts)


def lock_seat(session: Session, voting: Voting, actor: Actor) -> SessionSeat:
    """Return the seat in which ``actor`` votes, locked: two clicks follow each other.

    :raises NotEntitledToVote: see :func:`find_seat`.
    """
    return _own_seat(session, voting, actor, _SEATS_OF_PERSON.with_for_update())


def find_seat(session: Session, voting: Voting, actor: Actor) -> SessionSeat:
    """Return the seat in which ``actor`` votes as it is now; nothing is locked.

    :raises NotEntitledToVote: no seat of the session is theirs: a stranger, a member who is
        absent, or one for whom a substitute sits.
    """
    return _own_seat(session, voting, actor, _SEATS_OF_PERSON)


def _own_seat(
    session: Session, voting: Voting, actor: Actor, chosen: Select[SessionSeat]
) -> SessionSeat:
    about = {"session_id": voting.session_id, "person_id": actor.person_id}
    seats = session.scalars(chosen, about).all()
    seat = next((one for one in seats if one.voter_id == actor.person_id), None)
    if seat is None:
        raise NotEntitledToVote(f"person {actor.person_id} has no vote in voting {voting.id}")
    return seat


@dataclass(frozen=True)
class SeatVotes:
    """The votes of a block, by id of the item's vote, as one seat has them."""

    own: frozenset[int]
    """Those in which it may vote."""
    barred: frozenset[int]
    """Those from which a conflict keeps it out."""


def votes_of_seat(session: Session, voting_id: int, seat: SessionSeat) -> SeatVotes:
    """Return in which votes of a block a seat that is there may vote.

    :raises NotEntitledToVote: in none of them: it is kept out of every item.
    """
    about = {"voting_id": voting_id, "position_id": seat.position_id}
    rows = session.execute(_VOTES_OF_SEAT, about).all()
    barred = frozenset(
        item_vote_id
        for item_vote_id, rule, concerned in rows
        if concerned is not None and rule is not ConflictRule.VOTES
    )
    own = frozenset(row[0] for row in rows) - barred
    if not own:
        raise NotEntitledToVote(f"seat {seat.position_id} is kept out of every item")
    return SeatVotes(own, barred)


def expected_seats(votes: Sequence[ItemVote], seats: Sequence[SessionSeat]) -> set[int]:
    """Return the seats that may vote on at least one item of a block."""
    return {
        seat.position_id
        for vote in votes
        for seat in voters_among(seats, vote.item, vote.conflict_rule)
    }


# Statements of the hot path, built once.
_VOTING = (
    select(Voting)
    .where(Voting.id == bindparam("voting_id"))
    .execution_options(populate_existing=True)
)
_LOCKED_VOTING = _VOTING.with_for_update()
_SHARED_VOTING = _VOTING.with_for_update(read=True)
_SEATS_OF_PERSON = (
    select(SessionSeat)
    .where(
        SessionSeat.session_id == bindparam("session_id"),
        or_(
            SessionSeat.person_id == bindparam("person_id"),
            SessionSeat.substitute_id == bindparam("person_id"),
        ),
    )
    .order_by(SessionSeat.place)
    .execution_options(populate_existing=True)
)
_VOTES_OF_SEAT = (
    select(ItemVote.id, ItemVote.conflict_rule, Conflict.position_id)
    .outerjoin(
        Conflict,
        and_(
            Conflict.item_id == ItemVote.item_id,
            Conflict.position_id == bindparam("position_id"),
        ),
    )
    .where(ItemVote.voting_id == bindparam("voting_id"))
)
