"""The votes of a session: opened by the rule of each item, closed with what they came to.

A vote is on a block of items. It takes votes by name, on paper or electronically, as the
session does; each item has one result per round, and earlier rounds are kept.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from engine.council.access import lock_session, note
from engine.council.arithmetic import Tally, weigh
from engine.council.attendance import quorum_of
from engine.council.blind import KeyPair
from engine.council.open_ballots import Choices, cast_open, count_open, seats_that_voted
from engine.council.paper_counts import attach_count, compared_counts, enter_count
from engine.council.questions import (
    Question,
    ask_items,
    lock_items,
    results_of,
    rounds_left,
    terms_of,
)
from engine.council.secret_ballots import count_box
from engine.council.voting_rules import VoteRule
from engine.council.votings import (
    RUNNING,
    Counts,
    expected_seats,
    item_votes_of,
    kept_out,
    lock_meeting_and_voting,
    lock_running,
    seats_of,
    voters_of,
)
from engine.errors import InvalidSubmission, NoQuorum, SessionNotReady, VotesMissing
from engine.office import VIETNAM
from engine.permissions import Actor
from engine.store.models import (
    AgendaItem,
    BallotKey,
    CouncilSession,
    ItemVote,
    SessionSeat,
    Voting,
    WrittenOpinion,
)
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import (
    BallotChoice,
    ConflictRule,
    ItemState,
    SessionState,
    VoteResult,
    VotingMode,
    VotingState,
)

LONGEST_REASON = 1_000
"""Characters of the reason why a vote is void at most."""

__all__ = [
    "Choices",
    "Counts",
    "attach_count",
    "cast_open",
    "close_voting",
    "enter_count",
    "make_void",
    "open_voting",
    "rounds_left",
    "void_voting",
    "voters_of",
]

FIRST_STATE = {
    VotingMode.OPEN: VotingState.CASTING,
    VotingMode.SECRET_PAPER: VotingState.COUNTING,
    VotingMode.SECRET_ELECTRONIC: VotingState.CHECK_IN,
}
"""How the session votes → the state in which a vote begins."""


def open_voting(
    session: Session,
    *,
    session_id: int,
    item_ids: Sequence[int],
    closes_at: datetime | None = None,
    keys: Sequence[KeyPair] = (),
    actor: Actor,
    at: datetime,
) -> Voting:
    """Put items of the agenda to the vote, as one block, by the rule of each.

    The session and the cases of the items are locked: whoever sends one of these cases
    elsewhere in this moment comes before the vote, or after it.

    :param item_ids: waiting items, and items tied or not passed that may be voted on again.
    :param closes_at: no vote is taken from then on, in UTC; none: until it is closed.
    :param keys: for the secret electronic ballot alone: a key pair for each item, in the
        order of ``item_ids``. They take long to make: make them before.
    :raises NotFound: no such session or item, or the actor may not see the session.
    :raises NotPermitted: the actor does not run the session.
    :raises SessionNotReady: it is not open, or another vote is running.
    :raises NoQuorum: ``facts``: ``present``, ``least``, ``total``.
    :raises NoVotingRule: no rule says how many must agree; ``facts``: ``reference``,
        ``award``.
    :raises SecretBallotRequired: the session votes openly; ``facts``: ``reference``.
    :raises ConsultationPending: the public is still to be asked; ``facts``: ``reference``.
    :raises TooManyVotes: an item was voted on as often as the setting allows; ``facts``:
        ``limit``.
    :raises TaskNotOpen: a case no longer waits for the council; ``facts``: ``reference``.
    :raises InvalidSubmission: no item is named, an item is not to be voted on now, or the
        deadline is past.
    :raises ValueError: the keys do not go with the items.
    """
    meeting = lock_session(session, actor, session_id, SessionState.OPEN)
    if lock_running(session, meeting.id) is not None:
        raise SessionNotReady(f"a vote of session {meeting.id} is running", state=meeting.state)
    seats = seats_of(session, meeting.id)
    _require_quorum(meeting)
    _require_ahead(closes_at, at)
    terms = terms_of(session, meeting)
    items = lock_items(session, meeting, item_ids)
    _require_keys(meeting, items, keys)
    questions = ask_items(session, meeting, items, seats, terms, at)
    number = 1 + (session.scalar(_LAST_NUMBER, {"session_id": meeting.id}) or 0)
    detail = {
        "voting": number,
        "mode": meeting.mode.value,
        "closes_at": closes_at and closes_at.isoformat(),
        "items": [question.to_json() for question in questions],
    }
    note(session, meeting, action="voting.opened", actor=actor, at=at, detail=detail)
    voting = Voting(
        session_id=meeting.id,
        number=number,
        public_id=secrets.token_hex(16),
        mode=meeting.mode,
        state=FIRST_STATE[meeting.mode],
        opened_at=at,
        closes_at=closes_at,
    )
    voting.votes = [_item_vote(question, terms.conflict_rule) for question in questions]
    session.add(voting)
    for item in items:
        item.state = ItemState.VOTING
    session.flush()
    _put_keys(session, voting.votes, item_ids, keys)
    _forget(session, meeting, items)
    return voting


def close_voting(
    session: Session,
    *,
    voting_id: int,
    actor: Actor,
    at: datetime,
    with_missing: bool = False,
) -> Voting:
    """End a vote, count it, and say what it came to, item by item.

    The session and the vote are locked: every vote that was confirmed is counted, and none
    comes after. A tie after the last vote that the setting allows is not passed.

    :param with_missing: also if not every seat voted, or not every paper came back.
    :raises NotFound: there is no such vote, or the actor may not see its session.
    :raises NotPermitted: the actor does not run the session.
    :raises SessionNotReady: the session is not open.
    :raises VotingNotOpen: the vote is over, or papers are still being given out.
    :raises VotesMissing: without ``with_missing``; ``facts``: ``returned``, ``expected``.
    :raises CountsDiffer: the two who counted on paper differ; ``facts``: ``numbers``.
    :raises InvalidSubmission: on paper: an item was not counted twice, or no scan is there.
    """
    meeting, voting = lock_meeting_and_voting(
        session, actor, voting_id, VotingState.CASTING, VotingState.COUNTING
    )
    votes = item_votes_of(session, voting.id)
    seats = seats_of(session, meeting.id)
    counts, box_hash = _count(session, voting, votes, seats, with_missing=with_missing)
    written = _written(session, votes, seats)
    closed = _weigh(session, meeting, votes, counts, written)
    detail = {
        "voting": voting.number,
        "box_hash": box_hash,
        "items": [one.to_json() for one in closed],
    }
    note(session, meeting, action="voting.closed", actor=actor, at=at, detail=detail)
    for one in closed:
        one.write()
    voting.state = VotingState.CLOSED
    voting.closed_at = at
    voting.box_hash = box_hash
    session.flush()
    return voting


def void_voting(
    session: Session, *, voting_id: int, reason: str, actor: Actor, at: datetime
) -> Voting:
    """Let a running vote have no value: its items stand as they did before it.

    It is no repeated vote; what was cast or counted stays, and counts for nothing. The
    session and the vote are locked.

    :raises NotFound: there is no such vote, or the actor may not see its session.
    :raises NotPermitted: the actor does not run the session.
    :raises SessionNotReady: the session is not open.
    :raises VotingNotOpen: the vote is over.
    :raises InvalidSubmission: no reason is given, or it is too long.
    """
    reason = checked_text("reason", reason, LONGEST_REASON)
    meeting, voting = lock_meeting_and_voting(session, actor, voting_id, *RUNNING)
    detail = {"voting": voting.number, "reason": reason}
    note(session, meeting, action="voting.voided", actor=actor, at=at, detail=detail)
    make_void(session, voting, at)
    return voting


def make_void(session: Session, voting: Voting, at: datetime) -> None:
    """Let a vote that is running, and locked, have no value; the caller has journaled why.

    Keys that could still make papers are erased.
    """
    votes = item_votes_of(session, voting.id)
    for vote in votes:
        held = results_of(vote.item)
        vote.item.state = ItemState.DECIDED if held else ItemState.WAITING
    session.execute(
        update(BallotKey)
        .where(BallotKey.item_vote_id.in_([vote.id for vote in votes]))
        .values(private_key=None)
    )
    voting.state = VotingState.VOID
    voting.closed_at = at
    session.flush()


@dataclass(frozen=True)
class _Closed:
    """A vote on one item, counted and weighed."""

    vote: ItemVote
    counts: Counts
    tally: Tally
    result: VoteResult

    def to_json(self) -> dict[str, Any]:
        """Return what the journal keeps."""
        numbers = {"issued": self.counts.issued, "returned": self.counts.returned}
        return {
            "item": self.vote.item_id,
            "round": self.vote.round_number,
            **numbers,
            **asdict(self.tally),
            "result": self.result.value,
        }

    def write(self) -> None:
        """Write the counts and the result; the item is decided."""
        self.vote.issued = self.counts.issued
        self.vote.returned = self.counts.returned
        for name, number in asdict(self.tally).items():
            setattr(self.vote, name, number)
        self.vote.result = self.result
        self.vote.item.state = ItemState.DECIDED


def _require_quorum(meeting: CouncilSession) -> None:
    quorum = quorum_of(meeting)
    if not quorum.is_met:
        raise NoQuorum(
            f"{quorum.present} of {quorum.total} are there, {quorum.least} must be",
            present=quorum.present,
            least=quorum.least,
            total=quorum.total,
        )


def _require_ahead(closes_at: datetime | None, at: datetime) -> None:
    if closes_at is not None and closes_at <= at:
        moments = (f"{one.astimezone(VIETNAM):%H:%M}" for one in (closes_at, at))
        raise InvalidSubmission({"closes_at": [code("moment_not_ahead", *moments)]})


def _require_keys(
    meeting: CouncilSession, items: Sequence[AgendaItem], keys: Sequence[KeyPair]
) -> None:
    expected = len(items) if meeting.mode is VotingMode.SECRET_ELECTRONIC else 0
    if len(keys) != expected:
        raise ValueError(f"{len(keys)} keys for {expected} secret electronic ballots")


def _item_vote(question: Question, rule: ConflictRule) -> ItemVote:
    return ItemVote(
        item_id=question.item.id,
        round_number=question.round_number,
        rule=question.rule.to_json(),
        total_members=question.total,
        least=question.least,
        voters=question.voters,
        conflict_rule=rule,
    )


def _count(
    session: Session,
    voting: Voting,
    votes: Sequence[ItemVote],
    seats: Sequence[SessionSeat],
    *,
    with_missing: bool,
) -> tuple[Mapping[int, Counts], str]:
    """Return the counts of each item's vote, and the hash of an electronic box."""
    if voting.mode is VotingMode.SECRET_PAPER:
        return compared_counts(session, voting, votes), ""
    if voting.mode is VotingMode.OPEN:
        returned = len(seats_that_voted(session, voting.id))
        expected = len(expected_seats(votes, seats))
        _require_all(voting, returned, expected, with_missing=with_missing)
        return count_open(session, votes), ""
    counts, box_hash = count_box(session, voting)
    returned = sum(one.returned for one in counts.values())
    expected = sum(one.issued for one in counts.values())
    _require_all(voting, returned, expected, with_missing=with_missing)
    return counts, box_hash


def _require_all(voting: Voting, returned: int, expected: int, *, with_missing: bool) -> None:
    if returned < expected and not with_missing:
        raise VotesMissing(
            f"voting {voting.id} has {returned} of {expected}",
            returned=returned,
            expected=expected,
        )


def _written(
    session: Session, votes: Sequence[ItemVote], seats: Sequence[SessionSeat]
) -> dict[int, Counter[BallotChoice]]:
    """Return the written opinions on each item: of seats not there, and not kept out."""
    absent = {seat.position_id for seat in seats if not seat.is_there}
    written: dict[int, Counter[BallotChoice]] = {vote.id: Counter() for vote in votes}
    by_item = {vote.item_id: vote for vote in votes}
    rows = session.execute(
        select(WrittenOpinion.item_id, WrittenOpinion.position_id, WrittenOpinion.choice).where(
            WrittenOpinion.item_id.in_(by_item)
        )
    )
    for item_id, position_id, choice in rows:
        vote = by_item[item_id]
        if position_id in absent - kept_out(vote.item, vote.conflict_rule):
            written[vote.id][choice] += 1
    return written


def _weigh(
    session: Session,
    meeting: CouncilSession,
    votes: Sequence[ItemVote],
    counts: Mapping[int, Counts],
    written: Mapping[int, Counter[BallotChoice]],
) -> list[_Closed]:
    """Return what each vote came to; a tie that cannot be voted on again is not passed."""
    terms = terms_of(session, meeting)
    closed = []
    for vote in votes:
        tally = _tally(counts[vote.id], written[vote.id])
        result = weigh(VoteRule.from_json(vote.rule), vote.total_members, tally)
        is_last = len(results_of(vote.item)) >= terms.revotes
        if result is VoteResult.TIED and is_last:
            result = VoteResult.FAILED
        closed.append(_Closed(vote, counts[vote.id], tally, result))
    return closed


def _tally(counts: Counts, written: Counter[BallotChoice]) -> Tally:
    return Tally(
        agree=counts.agree,
        disagree=counts.disagree,
        abstain=counts.abstain,
        invalid=counts.invalid,
        written_agree=written[BallotChoice.AGREE],
        written_disagree=written[BallotChoice.DISAGREE],
        written_abstain=written[BallotChoice.ABSTAIN],
    )


def _put_keys(
    session: Session,
    votes: Sequence[ItemVote],
    item_ids: Sequence[int],
    keys: Sequence[KeyPair],
) -> None:
    by_item = {vote.item_id: vote for vote in votes}
    for item_id, pair in zip(item_ids, keys, strict=False):
        session.add(
            BallotKey(
                item_vote_id=by_item[item_id].id,
                public_key=pair.public_der,
                private_key=pair.private_der,
            )
        )
    session.flush()


def _forget(session: Session, meeting: CouncilSession, items: Sequence[AgendaItem]) -> None:
    """Let what lists the votes of a session or an item be read again."""
    session.expire(meeting, ["votings"])
    for item in items:
        session.expire(item, ["votes"])


_LAST_NUMBER = select(func.max(Voting.number)).where(
    Voting.session_id == bindparam("session_id")
)
