"""What the counting board reads of a paper ballot, and the secretary of written opinions."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from engine.council.access import council_matter, get_session
from engine.council.paper_counts import COUNTERS
from engine.council.votings import Counts, find_running
from engine.errors import NotFound
from engine.permissions import Actor, require
from engine.queries.ballot_pages import (
    Brief,
    Concern,
    Meeting,
    briefs_of,
    concerns_of,
    head_of,
    votes_of,
)
from engine.queries.organisation import names_of
from engine.store.models import (
    AgendaItem,
    CouncilSession,
    ItemVote,
    PaperCount,
    SessionSeat,
    WrittenOpinion,
)
from forms.vocabulary import (
    Attendance,
    BallotChoice,
    ItemState,
    VotingMode,
)


@dataclass(frozen=True)
class CountLine:
    """One item of a paper ballot: what the reader counted, and then the other."""

    item_vote_id: int
    number: int
    subject_name: str
    voters: int
    """Papers that can have been given out."""
    own: Counts | None
    """What the reader counted; none: nothing yet."""
    other: Counts | None
    """What the other counted; none before the reader has counted the same item."""

    @property
    def differs(self) -> bool:
        """Whether both counted, and not alike."""
        return self.own is not None and self.other is not None and self.own != self.other


@dataclass(frozen=True)
class BoardMember:
    """One of the counting board, and how many items they have counted."""

    name: str
    items: int
    is_me: bool


@dataclass(frozen=True)
class CountBoard:
    """A paper ballot that is being counted."""

    meeting: Meeting
    voting_id: int | None
    """None: no paper ballot is being counted."""
    lines: tuple[CountLine, ...]
    counters: tuple[BoardMember, ...]
    may_count: bool
    """The reader is there, and is or may become one of the two who count."""
    is_there: bool
    """The reader is there, and may add the scan."""
    scan_name: str
    """Of the signed count; empty: it is missing."""

    @property
    def differing(self) -> tuple[int, ...]:
        """Numbers of the items that were counted differently."""
        return tuple(line.number for line in self.lines if line.differs)

    @property
    def is_complete(self) -> bool:
        """Whether two people counted every item."""
        counted = [one.items for one in self.counters]
        return len(counted) == COUNTERS and min(counted) == len(self.lines)


def get_count_board(session: Session, actor: Actor, session_id: int) -> CountBoard:
    """Return the paper ballot that is being counted, as one of its counters reads it.

    What the other counted is shown item by item, once the reader has counted the item too;
    to who does not count it is not shown at all.

    :raises NotFound: there is no such session, or the actor may not see it.
    """
    meeting = get_session(session, actor, session_id)
    head = head_of(session, actor, meeting)
    voting = find_running(session, meeting.id)
    if voting is None or voting.mode is not VotingMode.SECRET_PAPER:
        return CountBoard(head, None, (), (), may_count=False, is_there=False, scan_name="")
    votes = votes_of(session, voting.id)
    counted = _counts(session, votes)
    people = {person_id for by_person in counted.values() for person_id in by_person}
    others = people - {actor.person_id}
    is_there = _is_there(meeting, actor)
    return CountBoard(
        meeting=head,
        voting_id=voting.id,
        lines=tuple(_count_line(vote, counted.get(vote.id, {}), actor) for vote in votes),
        counters=_counters(session, counted, actor),
        may_count=is_there and len(others) < COUNTERS,
        is_there=is_there,
        scan_name=voting.count_file_name,
    )


@dataclass(frozen=True)
class AbsentSeat:
    """A member who is not at a session, and what was entered of their written opinion."""

    position_id: int
    name: str
    title: str
    attendance: Attendance
    reason: str
    """Of the absence."""
    opinions: int
    """Items about which a written opinion was entered."""
    file_names: tuple[str, ...]


@dataclass(frozen=True)
class OpinionLine:
    """One item about which an absent member may have written."""

    item_id: int
    number: int
    brief: Brief
    concerns: tuple[Concern, ...]
    choice: BallotChoice | None
    """What was entered."""
    is_open: bool
    """Whether it may still be entered: the item was not put to the vote."""


@dataclass(frozen=True)
class OpinionPages:
    """A session with its absent members."""

    meeting: Meeting
    seats: tuple[AbsentSeat, ...]


@dataclass(frozen=True)
class OpinionSheet:
    """What one absent member wrote, item by item."""

    meeting: Meeting
    seat: AbsentSeat
    lines: tuple[OpinionLine, ...]

    @property
    def open_lines(self) -> tuple[OpinionLine, ...]:
        """The lines that can still be entered."""
        return tuple(line for line in self.lines if line.is_open)


def list_absent(session: Session, actor: Actor, session_id: int) -> OpinionPages:
    """Return the members who are not at a session.

    :raises NotFound: there is no such session, or the actor may not see it.
    :raises NotPermitted: the actor does not run it.
    """
    meeting = _get_own_session(session, actor, session_id)
    absent = [seat for seat in meeting.seats if not seat.is_there]
    entered = _opinions(session, meeting)
    return OpinionPages(
        head_of(session, actor, meeting),
        tuple(_absent(seat, entered.get(seat.position_id, [])) for seat in absent),
    )


def get_opinion_sheet(
    session: Session, actor: Actor, session_id: int, position_id: int
) -> OpinionSheet:
    """Return the agenda with what one absent member wrote about it.

    :raises NotFound: there is no such session, the actor may not see it, or the seat is
        not of it or is taken at the session.
    :raises NotPermitted: the actor does not run the session.
    """
    meeting = _get_own_session(session, actor, session_id)
    seats = {one.position_id: one for one in meeting.seats if not one.is_there}
    if position_id not in seats:
        raise NotFound(f"seat {position_id} of session {session_id} is not absent")
    entered = _opinions(session, meeting).get(position_id, [])
    choices = {row.item_id: row.choice for row in entered}
    items = list(
        session.scalars(
            select(AgendaItem)
            .where(
                AgendaItem.session_id == meeting.id,
                AgendaItem.state.not_in((ItemState.POSTPONED, ItemState.SETTLED)),
            )
            .order_by(AgendaItem.number)
            .options(selectinload(AgendaItem.case), selectinload(AgendaItem.conflicts))
        )
    )
    briefs = briefs_of(session, [item.case for item in items])
    return OpinionSheet(
        head_of(session, actor, meeting),
        _absent(seats[position_id], entered),
        tuple(
            OpinionLine(
                item_id=item.id,
                number=item.number,
                brief=briefs[item.case_id],
                concerns=concerns_of(item, meeting.seats, None),
                choice=choices.get(item.id),
                is_open=item.state is ItemState.WAITING,
            )
            for item in items
        ),
    )


def _get_own_session(session: Session, actor: Actor, session_id: int) -> CouncilSession:
    meeting = get_session(session, actor, session_id)
    require(actor, "session.run", council_matter(meeting.unit_id))
    return meeting


def _counts(
    session: Session, votes: Collection[ItemVote]
) -> Mapping[int, Mapping[int, Counts]]:
    """Return who counted what: id of the item's vote → person → counts."""
    found: dict[int, dict[int, Counts]] = {}
    rows = session.scalars(
        select(PaperCount)
        .where(PaperCount.item_vote_id.in_([vote.id for vote in votes]))
        .order_by(PaperCount.counted_by_id)
    )
    for row in rows:
        found.setdefault(row.item_vote_id, {})[row.counted_by_id] = Counts(
            row.issued, row.returned, row.agree, row.disagree, row.abstain, row.invalid
        )
    return found


def _count_line(vote: ItemVote, counted: Mapping[int, Counts], actor: Actor) -> CountLine:
    own = counted.get(actor.person_id)
    others = [counts for person_id, counts in counted.items() if person_id != actor.person_id]
    return CountLine(
        item_vote_id=vote.id,
        number=vote.item.number,
        subject_name=vote.item.case.subject_name,
        voters=vote.voters,
        own=own,
        other=others[0] if own is not None and others else None,
    )


def _counters(
    session: Session, counted: Mapping[int, Mapping[int, Counts]], actor: Actor
) -> tuple[BoardMember, ...]:
    items = Counter(person_id for by_person in counted.values() for person_id in by_person)
    names = names_of(session, list(items))
    return tuple(
        BoardMember(names[person_id], found, person_id == actor.person_id)
        for person_id, found in sorted(items.items())
    )


def _is_there(meeting: CouncilSession, actor: Actor) -> bool:
    voters = {seat.voter_id for seat in meeting.seats}
    return actor.person_id in voters | {meeting.secretary_id}


def _opinions(session: Session, meeting: CouncilSession) -> dict[int, list[WrittenOpinion]]:
    """Return the written opinions of a session: seat → opinions."""
    found: dict[int, list[WrittenOpinion]] = {}
    rows = session.scalars(
        select(WrittenOpinion)
        .join(AgendaItem, AgendaItem.id == WrittenOpinion.item_id)
        .where(AgendaItem.session_id == meeting.id)
        .order_by(WrittenOpinion.entered_at, WrittenOpinion.item_id)
    )
    for row in rows:
        found.setdefault(row.position_id, []).append(row)
    return found


def _absent(seat: SessionSeat, opinions: Collection[WrittenOpinion]) -> AbsentSeat:
    return AbsentSeat(
        position_id=seat.position_id,
        name=seat.name,
        title=seat.title,
        attendance=seat.attendance,
        reason=seat.absence_reason,
        opinions=len(opinions),
        file_names=tuple(dict.fromkeys(one.file_name for one in opinions)),
    )
