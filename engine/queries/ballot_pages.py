"""What a member reads before and while the council votes: the sheet, and who is concerned."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from engine.council.access import council_matter, get_session
from engine.council.attendance import quorum_of
from engine.council.open_ballots import seats_that_voted
from engine.council.questions import outlook_of, terms_of
from engine.council.voting_rules import VoteRule
from engine.council.votings import expected_seats, find_running, kept_out
from engine.datafiles import Translated
from engine.permissions import Actor, may
from engine.store.models import (
    AgendaItem,
    Case,
    CouncilSession,
    DossierVersion,
    ItemVote,
    OpenBallot,
    Review,
    SessionSeat,
    Unit,
    Voting,
)
from forms.vocabulary import (
    Attendance,
    Award,
    BallotChoice,
    ConflictKind,
    ConflictRule,
    ItemState,
    SessionState,
    VotingMode,
    VotingState,
)

APPRAISAL = "appraisal.v1"
"""Form of the tasks at which a clerk appraises."""

ON_AGENDA = (ItemState.WAITING, ItemState.VOTING, ItemState.DECIDED)
"""States of an item that this session decides, or has decided."""


@dataclass(frozen=True)
class OwnSeat:
    """The seat of the reader at a session."""

    position_id: int
    member_name: str
    """The member whose seat it is: the reader, or whom the reader stands in for."""
    is_own: bool
    attendance: Attendance
    votes: bool
    """Whether the reader votes in it: there, and nobody else in their place."""


@dataclass(frozen=True)
class Meeting:
    """A session as the pages of its votes name it."""

    id: int
    name: str
    unit_name: str
    meets_at: datetime
    place: str
    mode: VotingMode
    state: SessionState
    is_mine_to_run: bool
    """Whether the reader is its secretary."""
    seat: OwnSeat | None
    """None: the reader is a guest."""
    least_present: int
    """Members without whom the council does not meet."""
    conflict_rule: ConflictRule
    """What becomes of the vote of a member whom an item concerns."""

    @property
    def is_over(self) -> bool:
        """Whether nothing is voted on any more."""
        return self.state not in (SessionState.PREPARED, SessionState.OPEN)


@dataclass(frozen=True)
class Brief:
    """A dossier in a few lines, to read beside its line on the sheet."""

    reference: str
    subject_name: str
    subject_title: str
    """What an individual is; may be empty."""
    award: Award
    unit_name: str
    """The unit that submits it."""
    summary: str
    """Of the achievement, as submitted."""
    appraisal: str
    """What the clerk concluded; empty: the dossier was not appraised in the system."""


@dataclass(frozen=True)
class Concern:
    """A member whom an item concerns."""

    name: str
    kind: ConflictKind
    note: str
    is_mine: bool


@dataclass(frozen=True)
class SheetLine:
    """One item on the sheet."""

    item_id: int
    number: int
    state: ItemState
    brief: Brief
    rule: VoteRule | None
    """None: no rule is known, and the council cannot vote on it."""
    total: int
    concerns: tuple[Concern, ...]
    item_vote_id: int | None = None
    """The vote that is running on it; none: it is not being voted on."""
    round_number: int = 1
    is_barred: bool = False
    """The reader has no vote on it, because it concerns them."""
    choice: BallotChoice | None = None
    """How the reader voted."""
    reason: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether the reader votes on it now."""
        return self.item_vote_id is not None and not self.is_barred

    def said(self, least_present: int) -> Translated | None:
        """Return its rule in numbers."""
        return self.rule.said(self.total, least_present) if self.rule else None


@dataclass(frozen=True)
class RunningVote:
    """The vote that is running, and how far it has come: never what was chosen."""

    id: int
    number: int
    public_id: str
    mode: VotingMode
    state: VotingState
    closes_at: datetime | None
    is_late: bool
    """Its time is over, even if nobody has closed it."""
    returned: int | None
    """Seats whose sheet came in; none where that is not known here."""
    expected: int


@dataclass(frozen=True)
class Sheet:
    """All that a member reads and answers at a vote; before it, the agenda to read."""

    meeting: Meeting
    voting: RunningVote | None
    lines: tuple[SheetLine, ...]
    cast_at: datetime | None
    """When the reader's sheet came in; none: it did not yet."""

    @property
    def asked(self) -> tuple[SheetLine, ...]:
        """The lines that the reader answers."""
        return tuple(line for line in self.lines if line.is_asked)

    @property
    def takes_votes(self) -> bool:
        """Whether the reader can hand in an open vote now."""
        return (
            self.voting is not None
            and self.voting.mode is VotingMode.OPEN
            and not self.voting.is_late
            and self.cast_at is None
            and self.meeting.seat is not None
            and self.meeting.seat.votes
            and bool(self.asked)
        )


def get_sheet(session: Session, actor: Actor, session_id: int, at: datetime) -> Sheet:
    """Return the items being voted on; while none is, those that are on the agenda.

    :param at: the moment, in UTC: a vote whose deadline is past takes no more votes.
    :raises NotFound: there is no such session, or the actor may not see it.
    """
    meeting = get_session(session, actor, session_id)
    head = head_of(session, actor, meeting)
    voting = find_running(session, meeting.id)
    if voting is None:
        return _to_read(session, meeting, head, at)
    votes = votes_of(session, voting.id)
    lines, cast_at = _block(session, meeting, head.seat, votes)
    return Sheet(head, _shown_vote(session, meeting, voting, votes, at), lines, cast_at)


def get_agenda(session: Session, actor: Actor, session_id: int, at: datetime) -> Sheet:
    """Return all items that a session is to decide, whether a vote is running or not.

    :raises NotFound: there is no such session, or the actor may not see it.
    """
    meeting = get_session(session, actor, session_id)
    return _to_read(session, meeting, head_of(session, actor, meeting), at)


def head_of(session: Session, actor: Actor, meeting: CouncilSession) -> Meeting:
    """Return a session as the reader sees it."""
    return Meeting(
        id=meeting.id,
        name=meeting.name,
        unit_name=meeting.unit.name,
        meets_at=meeting.meets_at,
        place=meeting.place,
        mode=meeting.mode,
        state=meeting.state,
        is_mine_to_run=may(actor, "session.run", council_matter(meeting.unit_id)),
        seat=_own_seat(meeting.seats, actor),
        least_present=quorum_of(meeting).least,
        conflict_rule=terms_of(session, meeting).conflict_rule,
    )


def votes_of(session: Session, voting_id: int) -> list[ItemVote]:
    """Return the votes of a block with items, cases and concerns, in agenda order."""
    item = joinedload(ItemVote.item)
    return list(
        session.scalars(
            select(ItemVote)
            .join(ItemVote.item)
            .where(ItemVote.voting_id == voting_id)
            .order_by(AgendaItem.number)
            .options(item.joinedload(AgendaItem.case), item.selectinload(AgendaItem.conflicts))
        )
    )


def briefs_of(session: Session, cases: Iterable[Case]) -> dict[int, Brief]:
    """Return the dossiers in a few lines: id of the case → brief, in three queries."""
    found = {case.id: case for case in cases}
    submitting = {case.unit_id for case in found.values()}
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(submitting)))
    units = {unit_id: name for unit_id, name in rows}  # noqa: C416  # a row is no pair
    written = _written_by_units(session, found)
    appraised = _appraisals(session, found)
    return {
        case.id: Brief(
            reference=case.reference,
            subject_name=case.subject_name,
            subject_title=written.get(case.id, ("", ""))[0],
            award=case.award,
            unit_name=units[case.unit_id],
            summary=written.get(case.id, ("", ""))[1],
            appraisal=appraised.get(case.id, ""),
        )
        for case in found.values()
    }


def concerns_of(
    item: AgendaItem, seats: Iterable[SessionSeat], own: OwnSeat | None
) -> tuple[Concern, ...]:
    """Return the members whom an item concerns, in the order of the minutes."""
    concerned = {conflict.position_id: conflict for conflict in item.conflicts}
    mine = own.position_id if own else None
    return tuple(
        Concern(seat.name, conflict.kind, conflict.note, seat.position_id == mine)
        for seat in seats
        if (conflict := concerned.get(seat.position_id)) is not None
    )


def _own_seat(seats: Collection[SessionSeat], actor: Actor) -> OwnSeat | None:
    """Return the seat in which the actor votes; else one that is theirs without a vote."""
    me = actor.person_id
    theirs = [seat for seat in seats if me in (seat.person_id, seat.substitute_id)]
    seat = next((one for one in theirs if one.voter_id == me), next(iter(theirs), None))
    if seat is None:
        return None
    return OwnSeat(
        position_id=seat.position_id,
        member_name=seat.name,
        is_own=seat.person_id == me,
        attendance=seat.attendance,
        votes=seat.voter_id == me,
    )


def _to_read(session: Session, meeting: CouncilSession, head: Meeting, at: datetime) -> Sheet:
    """Return the items that are or come to the vote, to read."""
    outlooks = [
        one for one in outlook_of(session, meeting, at).values() if one.item.state in ON_AGENDA
    ]
    briefs = briefs_of(session, [one.item.case for one in outlooks])
    lines = tuple(
        SheetLine(
            item_id=one.item.id,
            number=one.item.number,
            state=one.item.state,
            brief=briefs[one.item.case_id],
            rule=one.rule,
            total=one.total,
            concerns=concerns_of(one.item, meeting.seats, head.seat),
        )
        for one in outlooks
    )
    return Sheet(head, None, lines, None)


def _block(
    session: Session,
    meeting: CouncilSession,
    own: OwnSeat | None,
    votes: Collection[ItemVote],
) -> tuple[tuple[SheetLine, ...], datetime | None]:
    """Return the items of a running vote, and when the reader voted."""
    briefs = briefs_of(session, [vote.item.case for vote in votes])
    cast = _own_ballots(session, votes, own)
    lines = []
    for vote in votes:
        ballot = cast.get(vote.id)
        lines.append(
            SheetLine(
                item_id=vote.item_id,
                number=vote.item.number,
                state=vote.item.state,
                brief=briefs[vote.item.case_id],
                rule=VoteRule.from_json(vote.rule),
                total=vote.total_members,
                concerns=concerns_of(vote.item, meeting.seats, own),
                item_vote_id=vote.id,
                round_number=vote.round_number,
                is_barred=own is not None
                and own.position_id in kept_out(vote.item, vote.conflict_rule),
                choice=ballot.choice if ballot else None,
                reason=ballot.reason if ballot else "",
            )
        )
    moments = {ballot.cast_at for ballot in cast.values()}
    return tuple(lines), min(moments, default=None)


def _shown_vote(
    session: Session,
    meeting: CouncilSession,
    voting: Voting,
    votes: Collection[ItemVote],
    at: datetime,
) -> RunningVote:
    is_open = voting.mode is VotingMode.OPEN
    return RunningVote(
        id=voting.id,
        number=voting.number,
        public_id=voting.public_id,
        mode=voting.mode,
        state=voting.state,
        closes_at=voting.closes_at,
        is_late=voting.closes_at is not None and at >= voting.closes_at,
        returned=len(seats_that_voted(session, voting.id)) if is_open else None,
        expected=len(expected_seats(list(votes), meeting.seats)),
    )


def _own_ballots(
    session: Session, votes: Collection[ItemVote], own: OwnSeat | None
) -> Mapping[int, OpenBallot]:
    """Return how the reader voted openly: id of the item's vote → ballot."""
    if own is None or not own.votes:
        return {}
    found = session.scalars(
        select(OpenBallot).where(
            OpenBallot.position_id == own.position_id,
            OpenBallot.item_vote_id.in_([vote.id for vote in votes]),
        )
    )
    return {ballot.item_vote_id: ballot for ballot in found}


def _written_by_units(
    session: Session, case_ids: Collection[int]
) -> dict[int, tuple[str, str]]:
    """Return what the last submission of each case says: title of the subject, summary."""
    last = (
        select(DossierVersion.case_id, func.max(DossierVersion.number).label("number"))
        .where(DossierVersion.case_id.in_(case_ids))
        .group_by(DossierVersion.case_id)
        .subquery()
    )
    rows = session.execute(
        select(
            DossierVersion.case_id,
            DossierVersion.content["subject_title"].as_string(),
            DossierVersion.content["summary"].as_string(),
        ).join(
            last,
            (last.c.case_id == DossierVersion.case_id)
            & (last.c.number == DossierVersion.number),
        )
    )
    return {case_id: (title or "", summary or "") for case_id, title, summary in rows}


def _appraisals(session: Session, case_ids: Collection[int]) -> dict[int, str]:
    """Return the last conclusion of the clerks about each case."""
    rows = session.execute(
        select(Review.case_id, Review.answers["summary"].as_string())
        .where(Review.case_id.in_(case_ids), Review.form == APPRAISAL)
        .order_by(Review.id)
    )
    return {case_id: summary or "" for case_id, summary in rows}
