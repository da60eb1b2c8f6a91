"""What is published of a secret electronic vote: everything but who dropped which paper."""

from base64 import b64encode
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.council.phrases import phrase_of
from engine.council.recount import COUNTS, FORMAT, WRITTEN
from engine.council.secret_ballots import papers_in_box, public_keys_of
from engine.council.votings import item_votes_of, seats_of
from engine.errors import VotingNotOpen
from engine.office import VIETNAM
from engine.store.models import (
    CouncilSession,
    DroppedBallot,
    GivenPaper,
    ItemVote,
    SessionSeat,
    Voting,
)
from forms.vocabulary import Attendance, VotingMode, VotingState


def publish(session: Session, voting: Voting) -> dict[str, Any]:
    """Return all papers of a closed vote with their choices, and who was given papers.

    JSON values; the papers of an item are in the order of their hashes, which says nothing.
    :func:`engine.council.recount.verify_publication` counts it again.

    :raises VotingNotOpen: the vote is not closed, is void, or was not electronic.
    """
    if (
        voting.mode is not VotingMode.SECRET_ELECTRONIC
        or voting.state is not VotingState.CLOSED
    ):
        raise VotingNotOpen(f"voting {voting.id} is {voting.mode}, {voting.state}")
    meeting = session.get_one(CouncilSession, voting.session_id)
    votes = item_votes_of(session, voting.id)
    box, keys = papers_in_box(session, votes), public_keys_of(session, votes)
    names = _names_given(session, voting)
    return {
        "format": FORMAT,
        "session": {
            "unit": meeting.unit.name,
            "name": meeting.name,
            "meets_at": meeting.meets_at.astimezone(VIETNAM).isoformat(),
        },
        "voting": {
            "number": voting.number,
            "public_id": voting.public_id,
            "box_hash": voting.box_hash,
        },
        "items": [
            _item(vote, keys[vote.id], names.get(vote.id, []), box[vote.id]) for vote in votes
        ],
    }


def _item(
    vote: ItemVote, key: bytes, names: list[str], papers: list[DroppedBallot]
) -> dict[str, Any]:
    case = vote.item.case
    return {
        "item_vote": vote.id,
        "number": vote.item.number,
        "reference": case.reference,
        "subject": case.subject_name,
        "award": case.award.value,
        "round": vote.round_number,
        "rule": vote.rule,
        "total_members": vote.total_members,
        "least": vote.least,
        "voters": vote.voters,
        "key": _written(key),
        "given_to": names,
        "counts": {name: getattr(vote, name) or 0 for name in (*COUNTS, *WRITTEN)},
        "result": vote.result.value if vote.result else None,
        "papers": [
            {
                "paper": _written(one.paper),
                "signature": _written(one.signature),
                "choice": one.choice.value,
                "phrase": phrase_of(one.paper),
            }
            for one in papers
        ],
    }


def _names_given(session: Session, voting: Voting) -> dict[int, list[str]]:
    """Return who was given a paper of each item's vote, in the order of the minutes."""
    seats = {seat.position_id: seat for seat in seats_of(session, voting.session_id)}
    rows = session.execute(
        select(GivenPaper.item_vote_id, GivenPaper.position_id)
        .join(ItemVote, ItemVote.id == GivenPaper.item_vote_id)
        .where(ItemVote.voting_id == voting.id)
    )
    given: dict[int, set[int]] = {}
    for item_vote_id, position_id in rows:
        given.setdefault(item_vote_id, set()).add(position_id)
    return {
        item_vote_id: [
            _name(seat) for position_id, seat in seats.items() if position_id in positions
        ]
        for item_vote_id, positions in given.items()
    }


def _name(seat: SessionSeat) -> str:
    """Return who sat in a seat."""
    if seat.attendance is Attendance.SUBSTITUTED:
        return seat.substitute_name or seat.name
    return seat.name


def _written(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
