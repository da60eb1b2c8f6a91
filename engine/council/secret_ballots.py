"""Secret electronic votes: papers signed blind at check-in, dropped later by nobody knows whom.

First every member, logged in, has one paper per item signed blind: :func:`give_papers`.
When all have theirs the secretary ends this, :func:`start_casting`, and the keys are
erased. Only then are papers dropped, one by one, without a login: :func:`drop_ballot`. What
is written about a member and what is written about a paper have nothing in common, and
neither has a moment. ``docs/ballots.md`` says what this protects, and what it cannot.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.council.access import note, stream_of
from engine.council.blind import PAPER_BYTES, PublicKey, sign_blind
from engine.council.recount import hash_of_lines, line_of
from engine.council.votings import (
    Counts,
    expected_seats,
    find_seat,
    item_votes_of,
    lock_meeting_and_voting,
    lock_seat,
    lock_voting,
    require_before_deadline,
    seats_of,
    votes_of_seat,
)
from engine.errors import (
    AlreadyVoted,
    InvalidBallot,
    NotEntitledToVote,
    NotFound,
    VotesMissing,
    VotingNotOpen,
)
from engine.permissions import Actor
from engine.store.models import (
    BallotKey,
    DroppedBallot,
    GivenPaper,
    ItemVote,
    JournalEntry,
    SessionSeat,
    Voting,
)
from forms.vocabulary import BallotChoice, VotingMode, VotingState

PAPERS_GIVEN = "papers.given"
"""Entry of the journal at the end of check-in: which seats have papers."""

HOLD = timedelta(seconds=60)
"""How long browsers hold what their members confirmed, from the end of check-in on …"""

HOLD_FOR_ITEM = timedelta(seconds=3)
"""… and this for each item …"""

LONGEST_HOLD = timedelta(minutes=5)
"""… up to this: long enough for nearly all to have confirmed."""

SPREAD_SECONDS = 60
"""Then each paper is dropped at a random moment within so many seconds. So the order in which
papers come is not the order in which members pressed the button, nor that of check-in."""

Blinded = Mapping[int, bytes]
"""Id of the item's vote → the paper for it, blinded, or its blind signature."""


@dataclass(frozen=True)
class Progress:
    """How far a secret electronic vote is: all that anybody sees while it is open."""

    state: VotingState
    given: int
    """Members who have their papers."""
    dropped: int
    """Of these, at least so many have dropped every paper."""
    closes_at: datetime | None
    casting_from: datetime | None
    """When check-in ended; none: it has not."""
    hold: timedelta
    """For so long from then on browsers hold what is confirmed, and then drop it in one
    random order."""


def give_papers(
    session: Session,
    *,
    voting_id: int,
    actor: Actor,
    blinded: Blinded,
    at: datetime,
    signed: Blinded | None = None,
) -> dict[int, bytes]:
    """Return the blind signatures of the papers of the actor's seat: all at once, and once.

    The same request again gets the same answer, so a lost one is no lost vote. The vote is
    locked so that check-in cannot end meanwhile, the seat so that two requests follow each
    other. The journal gets the list of who has papers when check-in ends, not when each
    came: the order of check-in is nobody's affair.

    :param blinded: a paper for each item on which the seat may vote.
    :param at: in UTC; from the deadline of the vote on it is refused.
    :param signed: what :func:`sign_papers` made of ``blinded`` before the transaction began;
        none: they are signed here, 8 ms each, while others wait.
    :raises NotFound: there is no such vote.
    :raises VotingNotOpen: papers are not given out, or no longer.
    :raises NotEntitledToVote: the actor has no seat that is there, or a conflict keeps it
        out of an item that is asked for.
    :raises AlreadyVoted: the seat has its papers already, and they are others.
    :raises InvalidBallot: an item is missing or of another vote, or a paper is none.
    """
    voting = lock_voting(session, voting_id, VotingState.CHECK_IN, shared=True)
    require_before_deadline(voting, at)
    seat = lock_seat(session, voting, actor)
    _require_own(session, voting_id, seat, blinded)
    signed = signed or _signed(session, blinded)
    hashes = {one: hashlib.sha256(paper).digest() for one, paper in blinded.items()}
    given = _given_to(session, voting_id, seat.position_id)
    if given and given != hashes:
        raise AlreadyVoted(f"seat {seat.position_id} has its papers of voting {voting_id}")
    if not given:
        session.execute(
            insert(GivenPaper),
            [
                {
                    "item_vote_id": one,
                    "position_id": seat.position_id,
                    "blinded_hash": hashes[one],
                }
                for one in sorted(hashes)
            ],
        )
    return {one: signed[one] for one in blinded}


def sign_papers(
    session: Session, *, voting_id: int, actor: Actor, blinded: Blinded
) -> dict[int, bytes]:
    """Sign the papers of the actor's seat before :func:`give_papers` says that it may.

    Nothing is written and nothing is locked, so that nobody waits for the long sums; the
    caller gives none of it out unless ``give_papers`` was committed.

    :raises NotFound: there is no such vote.
    :raises VotingNotOpen: papers are not given out, or no longer.
    :raises NotEntitledToVote: the actor has no seat that may vote on what is asked for.
    :raises InvalidBallot: an item is missing or of another vote, or a paper is none.
    """
    voting = session.get(Voting, voting_id)
    if voting is None:
        raise NotFound(f"voting {voting_id}")
    if voting.state is not VotingState.CHECK_IN:
        raise VotingNotOpen(f"voting {voting.id} is {voting.state.value}")
    _require_own(session, voting_id, find_seat(session, voting, actor), blinded)
    return _signed(session, blinded)


def start_casting(session: Session, *, voting_id: int, actor: Actor, at: datetime) -> Voting:
    """End check-in: the keys are erased, the journal says who has papers, dropping begins.

    The session and the vote are locked.

    :raises NotFound: there is no such vote, or the actor may not see its session.
    :raises NotPermitted: the actor does not run the session.
    :raises SessionNotReady: the session is not open.
    :raises VotingNotOpen: check-in is over, or the deadline of the vote is.
    :raises VotesMissing: nobody took a paper; ``facts``: ``returned``, ``expected``.
    """
    meeting, voting = lock_meeting_and_voting(session, actor, voting_id, VotingState.CHECK_IN)
    require_before_deadline(voting, at)
    votes, seats = item_votes_of(session, voting.id), seats_of(session, meeting.id)
    holders = _seats_with_papers(session, votes)
    if not holders:
        raise VotesMissing(
            f"nobody has papers of voting {voting.id}",
            returned=0,
            expected=len(expected_seats(votes, seats)),
        )
    given = [seat.position_id for seat in seats if seat.position_id in holders]
    detail = {"voting": voting.number, "seats": given}
    note(session, meeting, action=PAPERS_GIVEN, actor=actor, at=at, detail=detail)
    session.execute(
        update(BallotKey)
        .where(BallotKey.item_vote_id.in_([vote.id for vote in votes]))
        .values(private_key=None)
    )
    voting.state = VotingState.CASTING
    session.flush()
    return voting


def drop_ballot(
    session: Session,
    *,
    public_id: str,
    item_vote_id: int,
    paper: bytes,
    signature: bytes,
    choice: BallotChoice,
    at: datetime,
) -> BallotChoice:
    """Put a paper with its choice into the box; return the choice that is in the box.

    Nobody is asked who they are, and nothing is written but the paper. A paper that comes
    again keeps its first choice, and says it also after the vote is closed. The vote is
    locked so that others drop too, but whoever closes it waits: what was confirmed is
    counted.

    :param at: when it arrived, in UTC: from the deadline on it is refused, also where nobody
        has closed the vote yet. It is not written down.
    :raises NotFound: there is no such vote.
    :raises InvalidBallot: the paper was not given out for this item, or the choice is not on
        the paper.
    :raises VotingNotOpen: papers are not dropped yet, or no longer.
    """
    found = session.execute(_KEY, {"public_id": public_id, "item_vote_id": item_vote_id})
    row = found.first()
    if row is None:
        raise NotFound("a voting of another public id")
    _require_paper(row.public_key, paper, signature, choice)
    ballot = {"item_vote_id": item_vote_id, "tag": hashlib.sha256(paper).digest()}
    voting = lock_voting(session, row.id, shared=True)
    held: BallotChoice | None = session.scalar(_HELD, ballot)
    if held is not None and voting.state is not VotingState.VOID:
        return held
    if voting.state is not VotingState.CASTING:
        raise VotingNotOpen(f"voting {voting.id} is {voting.state.value}")
    require_before_deadline(voting, at)
    more = {"paper": paper, "signature": signature, "choice": choice}
    session.execute(_PUT_ONCE[session.get_bind().dialect.name], ballot | more)
    kept: BallotChoice = session.execute(_HELD, ballot).scalar_one()
    return kept


def progress(session: Session, public_id: str) -> Progress:
    """Return how far a secret electronic vote is, for everybody who has its address.

    :raises NotFound: there is no such vote.
    """
    voting = session.scalar(
        select(Voting).where(
            Voting.public_id == public_id, Voting.mode == VotingMode.SECRET_ELECTRONIC
        )
    )
    if voting is None:
        raise NotFound("a voting of another public id")
    ids = select(ItemVote.id).where(ItemVote.voting_id == voting.id)
    given = _count_rows(session, GivenPaper, ids)
    dropped = _count_rows(session, DroppedBallot, ids)
    most = max(given.values(), default=0)
    missing = max((given[one] - dropped[one] for one in given), default=0)
    return Progress(
        voting.state,
        most,
        max(0, most - missing),
        voting.closes_at,
        _casting_from(session, voting),
        min(HOLD + len(given) * HOLD_FOR_ITEM, LONGEST_HOLD),
    )


def count_box(session: Session, voting: Voting) -> tuple[dict[int, Counts], str]:
    """Return the counts of each item's vote by its id, and the hash of all papers.

    The caller has locked the vote. Every signature is checked again: a paper that was put
    into the database by another way is no vote.

    :return: the hash is that of :func:`hash_of_box`: in hex, for the journal and everybody.
    :raises InvalidBallot: a paper was never given out, or there are more than were given.
    """
    votes = item_votes_of(session, voting.id)
    box = papers_in_box(session, votes)
    given = _count_rows(session, GivenPaper, [vote.id for vote in votes])
    keys = public_keys_of(session, votes)
    counts = {}
    for vote in votes:
        papers = box[vote.id]
        key = PublicKey.from_der(keys[vote.id])
        if not all(key.verify(one.paper, one.signature) for one in papers):
            raise InvalidBallot(f"item vote {vote.id} has a paper that was not given out")
        if len(papers) > given[vote.id]:
            raise InvalidBallot(f"item vote {vote.id} has more papers than were given out")
        chosen = Counter(one.choice for one in papers)
        agree, disagree, abstain = (chosen[choice] for choice in BallotChoice)
        counts[vote.id] = Counts(given[vote.id], len(papers), agree, disagree, abstain)
    return counts, hash_of_box(one for papers in box.values() for one in papers)


def papers_in_box(
    session: Session, votes: Sequence[ItemVote]
) -> dict[int, list[DroppedBallot]]:
    """Return the papers of each item's vote, in the order of their hashes."""
    found: dict[int, list[DroppedBallot]] = {vote.id: [] for vote in votes}
    rows = session.scalars(
        select(DroppedBallot)
        .where(DroppedBallot.item_vote_id.in_(found))
        .order_by(DroppedBallot.item_vote_id, DroppedBallot.tag)
    )
    for row in rows:
        found[row.item_vote_id].append(row)
    return found


def public_keys_of(session: Session, votes: Sequence[ItemVote]) -> dict[int, bytes]:
    """Return the public key of each item's vote, DER."""
    rows = session.execute(
        select(BallotKey.item_vote_id, BallotKey.public_key).where(
            BallotKey.item_vote_id.in_([vote.id for vote in votes])
        )
    )
    return dict(rows.all())


def hash_of_box(papers: Iterable[DroppedBallot]) -> str:
    """Return the SHA-256, in hex, of a line for each paper, the lines sorted."""
    return hash_of_lines(
        line_of(one.item_vote_id, one.paper, one.signature, one.choice) for one in papers
    )


def seats_with_papers(session: Session, voting_id: int) -> list[SessionSeat]:
    """Return the seats that have their papers, in the order of the minutes: a public list."""
    return list(
        session.scalars(
            select(SessionSeat)
            .join(Voting, Voting.session_id == SessionSeat.session_id)
            .where(
                Voting.id == voting_id,
                SessionSeat.position_id.in_(
                    select(GivenPaper.position_id)
                    .join(ItemVote, ItemVote.id == GivenPaper.item_vote_id)
                    .where(ItemVote.voting_id == voting_id)
                ),
            )
            .order_by(SessionSeat.place)
        )
    )


def may_be_dropping(session: Session, person_id: int) -> bool:
    """Whether a person holds papers of a vote that is cast in this moment.

    Then nothing is written of their other doings: the moment of a login's last use, beside
    the order in which papers came, would be a trace.
    """
    found = session.scalar(
        select(GivenPaper.position_id)
        .join(ItemVote, ItemVote.id == GivenPaper.item_vote_id)
        .join(Voting, Voting.id == ItemVote.voting_id)
        .join(
            SessionSeat,
            (SessionSeat.session_id == Voting.session_id)
            & (SessionSeat.position_id == GivenPaper.position_id),
        )
        .where(
            Voting.state == VotingState.CASTING,
            (SessionSeat.person_id == person_id) | (SessionSeat.substitute_id == person_id),
        )
        .limit(1)
    )
    return found is not None


def _casting_from(session: Session, voting: Voting) -> datetime | None:
    """Return when check-in of a vote ended; none where it has not."""
    if voting.state is VotingState.CHECK_IN:
        return None
    return session.scalar(
        select(JournalEntry.happened_at)
        .where(
            JournalEntry.stream == stream_of(voting.session_id),
            JournalEntry.action == PAPERS_GIVEN,
            JournalEntry.happened_at >= voting.opened_at,
        )
        .order_by(JournalEntry.seq)
        .limit(1)
    )


def _require_own(session: Session, voting_id: int, seat: SessionSeat, blinded: Blinded) -> None:
    """Return if there is a paper for each item on which the seat may vote, and no other."""
    votes = votes_of_seat(session, voting_id, seat)
    barred = sorted(votes.barred & set(blinded))
    if barred:
        raise NotEntitledToVote(f"seat {seat.position_id} is kept out of {barred}")
    if votes.own != set(blinded):
        odd = sorted(votes.own ^ set(blinded))
        raise InvalidBallot(f"item votes {odd} are missing or of another vote")


def _signed(session: Session, blinded: Blinded) -> dict[int, bytes]:
    """Return the blind signatures of papers.

    :raises InvalidBallot: one of them is no number of its key.
    """
    rows = session.execute(
        select(BallotKey.item_vote_id, BallotKey.private_key).where(
            BallotKey.item_vote_id.in_(list(blinded))
        )
    )
    signed = {}
    for item_vote_id, private_key in rows:
        if private_key is None:
            raise VotingNotOpen(f"the key of item vote {item_vote_id} is erased")
        try:
            signed[item_vote_id] = sign_blind(private_key, blinded[item_vote_id])
        except ValueError as error:
            raise InvalidBallot(f"item vote {item_vote_id}: {error}") from error
    return signed


def _given_to(session: Session, voting_id: int, position_id: int) -> dict[int, bytes]:
    """Return the hashes of the blinded papers that were signed for a seat."""
    rows = session.execute(
        select(GivenPaper.item_vote_id, GivenPaper.blinded_hash)
        .join(ItemVote, ItemVote.id == GivenPaper.item_vote_id)
        .where(ItemVote.voting_id == voting_id, GivenPaper.position_id == position_id)
    )
    return dict(rows.all())


def _seats_with_papers(session: Session, votes: Sequence[ItemVote]) -> set[int]:
    ids = [vote.id for vote in votes]
    return set(
        session.scalars(
            select(GivenPaper.position_id).where(GivenPaper.item_vote_id.in_(ids)).distinct()
        )
    )


def _require_paper(
    public_key: bytes | None, paper: bytes, signature: bytes, choice: BallotChoice
) -> None:
    if public_key is None:
        raise InvalidBallot("the item is of another vote")
    if not isinstance(choice, BallotChoice):
        raise InvalidBallot(f"no such choice: {choice!r}")
    if len(paper) != PAPER_BYTES:
        raise InvalidBallot(f"a paper of {len(paper)} bytes, expected {PAPER_BYTES}")
    if not PublicKey.from_der(public_key).verify(paper, signature):
        raise InvalidBallot("the paper was not given out for this item")


def _count_rows(
    session: Session, table: type[GivenPaper] | type[DroppedBallot], ids: object
) -> Counter[int]:
    """Return how many rows of ``table`` each item's vote has."""
    chosen = select(table.item_vote_id, func.count()).group_by(table.item_vote_id)
    rows = session.execute(chosen.where(table.item_vote_id.in_(ids)))  # type: ignore[arg-type]
    return Counter(dict(rows.all()))


# Dropping is what 15 phones do 200 times each: its statements are built once.

_VOTING, _KEYS, _VOTES = (one.__table__.c for one in (Voting, BallotKey, ItemVote))
_BOX = DroppedBallot.__table__

_KEY = (
    select(_VOTING.id, _KEYS.public_key)
    .outerjoin_from(
        Voting.__table__,
        ItemVote.__table__,
        (_VOTES.voting_id == _VOTING.id) & (_VOTES.id == bindparam("item_vote_id")),
    )
    .outerjoin(BallotKey.__table__, _KEYS.item_vote_id == _VOTES.id)
    .where(_VOTING.public_id == bindparam("public_id"))
)

_HELD = select(_BOX.c.choice).where(
    _BOX.c.item_vote_id == bindparam("item_vote_id"), _BOX.c.tag == bindparam("tag")
)

_PUT_ONCE = {
    "postgresql": postgresql.insert(DroppedBallot).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(DroppedBallot).on_conflict_do_nothing(),
}
"""Insert a paper unless it is there: of two equal requests the first one stays."""
