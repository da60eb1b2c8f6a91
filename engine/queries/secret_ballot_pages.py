"""What a member reads at check-in of a secret electronic vote, and all read afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.council.access import get_session
from engine.council.blind import PublicKey
from engine.council.publications import publish
from engine.council.secret_ballots import public_keys_of, seats_with_papers
from engine.errors import NotFound
from engine.permissions import Actor
from engine.queries.ballot_pages import Meeting, Sheet, get_sheet, head_of, votes_of
from engine.store.models import SessionSeat, Voting
from forms.vocabulary import VotingMode, VotingState


@dataclass(frozen=True)
class CheckIn:
    """The running secret vote of a session as one member comes to it."""

    sheet: Sheet
    keys: dict[int, PublicKey]
    """Id of the item's vote → the key of its papers."""
    holders: tuple[str, ...]
    """Who has papers, in the order of the minutes: everybody sees this list."""
    has_papers: bool
    """Whether the reader's seat has."""

    @property
    def gives_papers(self) -> bool:
        """Whether the reader may have papers signed now, or have the same signed again."""
        sheet = self.sheet
        return (
            sheet.voting is not None
            and sheet.voting.state is VotingState.CHECK_IN
            and not sheet.voting.is_late
            and sheet.meeting.seat is not None
            and sheet.meeting.seat.votes
            and bool(sheet.asked)
        )


@dataclass(frozen=True)
class Publication:
    """A closed secret vote, all papers of it."""

    meeting: Meeting
    voting_number: int
    public_id: str
    content: dict[str, Any]
    """:func:`engine.council.publications.publish`."""


def get_check_in(session: Session, actor: Actor, session_id: int, at: datetime) -> CheckIn:
    """Return the secret electronic vote that is running in a session.

    :param at: the moment, in UTC.
    :raises NotFound: there is no such session, the actor may not see it, or no such vote is
        running in it.
    """
    sheet = get_sheet(session, actor, session_id, at)
    if sheet.voting is None or sheet.voting.mode is not VotingMode.SECRET_ELECTRONIC:
        raise NotFound(f"no secret electronic vote is running in session {session_id}")
    keys = public_keys_of(session, votes_of(session, sheet.voting.id))
    holders = seats_with_papers(session, sheet.voting.id)
    seat = sheet.meeting.seat
    return CheckIn(
        sheet=sheet,
        keys={one: PublicKey.from_der(key) for one, key in keys.items()},
        holders=tuple(_who(holder) for holder in holders),
        has_papers=seat is not None
        and seat.position_id in {holder.position_id for holder in holders},
    )


def get_publication(
    session: Session, actor: Actor, session_id: int, number: int
) -> Publication:
    """Return what is published of the ``number``-th vote of a session.

    :raises NotFound: there is no such vote, or the actor may not see the session.
    :raises VotingNotOpen: it is not closed, is void, or was not electronic.
    """
    meeting = get_session(session, actor, session_id)
    voting = session.scalar(
        select(Voting).where(Voting.session_id == meeting.id, Voting.number == number)
    )
    if voting is None:
        raise NotFound(f"voting {number} of session {session_id}")
    head = head_of(session, actor, meeting)
    return Publication(head, voting.number, voting.public_id, publish(session, voting))


def _who(seat: SessionSeat) -> str:
    return seat.substitute_name if seat.voter_id == seat.substitute_id else seat.name
