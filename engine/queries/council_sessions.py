"""What the pages of a council's sessions show: the list, one session, what may be done next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from engine.consultations import require_consulted
from engine.council.access import council_matter, get_session
from engine.council.agenda import waiting_tasks
from engine.council.attendance import Quorum, quorum_of
from engine.council.closing import Closing, Obstacle, find_obstacles, plan_closing
from engine.council.members import level_of, list_councils, substitutes_for
from engine.council.minutes import has_ballot_count
from engine.council.open_ballots import seats_that_voted
from engine.council.questions import Outlook, outlook_of
from engine.council.results import ItemResult, agenda_of, closed_votes, result_of
from engine.council.secret_ballots import progress
from engine.council.voting_rules import VoteRule
from engine.council.votings import expected_seats, find_running, item_votes_of
from engine.datafiles import Translated
from engine.errors import EngineError, NoVotingRule, SecretBallotRequired, TaskNotOpen
from engine.office import day_in_vietnam
from engine.permissions import Actor, may, require
from engine.queries.ballot_pages import Brief, Concern, Meeting, briefs_of, concerns_of, head_of
from engine.store.models import (
    AgendaItem,
    CouncilSession,
    OpenBallot,
    PaperCount,
    SessionSeat,
    TaskState,
    Unit,
    UserTask,
    Voting,
)
from forms.vocabulary import (
    Attendance,
    BallotChoice,
    ItemState,
    Level,
    Outcome,
    SessionState,
    VoteResult,
    VotingMode,
    VotingState,
)

MOST_SESSIONS = 200


@dataclass(frozen=True)
class SessionLine:
    """A session in the list."""

    id: int
    name: str
    unit_name: str
    meets_at: datetime
    place: str
    mode: VotingMode
    state: SessionState


@dataclass(frozen=True)
class RunningBlock:
    """The vote that is running, and how far it is: never what was chosen."""

    id: int
    number: int
    public_id: str
    mode: VotingMode
    state: VotingState
    numbers: tuple[int, ...]
    """Of the items being voted on."""
    closes_at: datetime | None
    is_late: bool
    given: int | None
    """Electronic: members who have their papers."""
    returned: int
    """Seats that voted, members whose papers are all in, or people who counted."""
    expected: int

    @property
    def out_of(self) -> int:
        """How many can still vote: electronically, those who have their papers."""
        has_papers = self.state is VotingState.CASTING and self.given is not None
        return self.given or 0 if has_papers else self.expected

    @property
    def is_whole(self) -> bool:
        """Whether everybody voted who can; on paper, whether two people counted."""
        return self.returned >= self.out_of


@dataclass(frozen=True)
class NamedVote:
    """How a member voted openly."""

    name: str
    choice: BallotChoice
    reason: str


@dataclass(frozen=True)
class RoundLine:
    """One closed vote on an item."""

    voting_number: int
    mode: VotingMode
    result: ItemResult
    by_name: tuple[NamedVote, ...]

    @property
    def arithmetic(self) -> str:
        """The sum that decided, for anybody to repeat: ``100 × 9 = 900 ≥ 80 × 11 = 880``."""
        rule, agree, total = self.result.rule, self.result.agree, self.result.total
        if rule.at_least_tenths is None:
            scale, share, signs = 100, rule.over_percent or 0, (">", "≤")
        elif rule.at_least_tenths % 10:
            scale, share, signs = 1000, rule.at_least_tenths, ("≥", "<")
        else:
            scale, share, signs = 100, rule.at_least_tenths // 10, ("≥", "<")
        sign = signs[0] if agree >= self.result.least else signs[1]
        return f"{scale} × {agree} = {scale * agree} {sign} {share} × {total} = {share * total}"

    @property
    def by_choice(self) -> tuple[tuple[BallotChoice, tuple[NamedVote, ...]], ...]:
        """Who voted how at an open vote: the choices that somebody made, with their names."""
        found = (
            (choice, tuple(one for one in self.by_name if one.choice is choice))
            for choice in BallotChoice
        )
        return tuple((choice, names) for choice, names in found if names)


@dataclass(frozen=True)
class ItemLine:
    """One item of the agenda."""

    id: int
    number: int
    state: ItemState
    note: str
    brief: Brief
    outlook: Outlook
    concerns: tuple[Concern, ...]
    rounds: tuple[RoundLine, ...]
    written: int
    """Written opinions of absent members."""
    outcome: Outcome | None
    hindrance: EngineError | None
    """Why it cannot be put to the vote now, as the engine would refuse it."""

    @property
    def rule(self) -> VoteRule | None:
        """Its rule; none is known: the council cannot vote on it."""
        return self.outlook.rule

    def said(self, least_present: int) -> Translated | None:
        """Return its rule in numbers."""
        rule = self.outlook.rule
        return rule.said(self.outlook.total, least_present) if rule else None

    @property
    def last(self) -> RoundLine | None:
        """The vote that stands."""
        return self.rounds[-1] if self.rounds else None

    @property
    def is_again(self) -> bool:
        """Whether it was voted on before."""
        return self.state is ItemState.DECIDED

    @property
    def is_tied(self) -> bool:
        """Whether as many agreed as disagreed, and the vote may be repeated."""
        last = self.last
        tied = last is not None and last.result.result is VoteResult.TIED
        return self.is_again and tied and self.outlook.rounds_left > 0

    @property
    def may_vote(self) -> bool:
        """Whether it can be put to the vote now: for the first time or again."""
        waits = self.state is ItemState.WAITING
        again = self.is_again and self.outlook.rounds_left > 0
        return (waits or again) and self.hindrance is None

    @property
    def is_open(self) -> bool:
        """Whether the session cannot be closed before something is done with it."""
        if isinstance(self.hindrance, TaskNotOpen):
            return False
        return self.state in (ItemState.WAITING, ItemState.VOTING) or self.is_tied


@dataclass(frozen=True)
class SessionPage:
    """All of a session that its pages show."""

    head: Meeting
    meeting: CouncilSession
    quorum: Quorum
    seats: tuple[SessionSeat, ...]
    """In the order of the minutes."""
    chair_name: str
    secretary_name: str
    items: tuple[ItemLine, ...]
    running: RunningBlock | None
    waiting: int
    """Nominations that wait for this council and are on no agenda."""
    again_id: int | None
    """The session of the other day, of one that was recalled."""
    has_voted: bool
    """A vote was held or is running: the agenda keeps its order."""
    has_ballot_count: bool
    """There are ballots to count, and so minutes of the count."""

    @property
    def may_run(self) -> bool:
        """Whether the reader is its secretary."""
        return self.head.is_mine_to_run

    @property
    def is_marked(self) -> bool:
        """Whether attendance was taken of anybody."""
        return any(seat.attendance is not Attendance.EXPECTED for seat in self.seats)

    @property
    def stuck(self) -> tuple[ItemLine, ...]:
        """The items that keep the session open, and cannot be put to the vote."""
        return tuple(item for item in self.items if item.is_open and item.hindrance)

    @property
    def votable(self) -> tuple[ItemLine, ...]:
        """The items that can be put to the vote now."""
        return tuple(item for item in self.items if item.may_vote)

    @property
    def sums(self) -> tuple[tuple[VoteResult, int], ...]:
        """How many items came to what, by the votes that stand."""
        results = [item.last.result.result for item in self.items if item.last]
        return tuple((one, results.count(one)) for one in VoteResult if one in results)


def list_sessions(session: Session, actor: Actor) -> list[SessionLine]:
    """Return the sessions that ``actor`` may see, the latest first."""
    seen = [
        unit.id
        for unit in list_councils(session)
        if may(actor, "session.see", council_matter(unit.id))
    ]
    own = select(SessionSeat.session_id).where(
        or_(
            SessionSeat.person_id == actor.person_id,
            SessionSeat.substitute_id == actor.person_id,
        )
    )
    rows = session.scalars(
        select(CouncilSession)
        .options(joinedload(CouncilSession.unit))
        .where(or_(CouncilSession.unit_id.in_(seen), CouncilSession.id.in_(own)))
        .order_by(CouncilSession.meets_at.desc(), CouncilSession.id.desc())
        .limit(MOST_SESSIONS)
    )
    return [
        SessionLine(
            row.id, row.name, row.unit.name, row.meets_at, row.place, row.mode, row.state
        )
        for row in rows
    ]


def own_councils(session: Session, actor: Actor) -> list[Unit]:
    """Return the councils whose sessions ``actor`` runs."""
    return [
        unit
        for unit in list_councils(session)
        if may(actor, "session.run", council_matter(unit.id))
    ]


def get_session_page(
    session: Session, actor: Actor, session_id: int, at: datetime
) -> SessionPage:
    """Return a session as ``actor`` may see it.

    :param at: the moment, in UTC: a vote whose deadline is past takes no more votes.
    :raises NotFound: there is no such session, or the actor may not see it.
    """
    page = _page(session, actor, session_id, at)
    session.expunge_all()  # what was read stays readable when the transaction is over
    return page


def _page(session: Session, actor: Actor, session_id: int, at: datetime) -> SessionPage:
    meeting = get_session(session, actor, session_id)
    head = head_of(session, actor, meeting)
    seats = tuple(meeting.seats)
    chair = next((one.name for one in seats if one.position_id == meeting.chaired_by_id), "")
    again = session.scalar(
        select(CouncilSession.id).where(CouncilSession.recalled_from_id == meeting.id)
    )
    return SessionPage(
        head=head,
        meeting=meeting,
        quorum=quorum_of(meeting),
        seats=seats,
        chair_name=chair,
        secretary_name=meeting.secretary.full_name,
        items=_items(session, meeting, head, at),
        running=_running(session, meeting, at),
        waiting=len(waiting_tasks(session, meeting.unit_id)) if head.is_mine_to_run else 0,
        again_id=again,
        has_voted=bool(meeting.votings),
        has_ballot_count=has_ballot_count(meeting),
    )


def list_substitutes(
    session: Session, actor: Actor, session_id: int
) -> dict[int, tuple[tuple[int, str], ...]]:
    """Return who may stand in for the members of a session: seat → ids and names, if any.

    :raises NotFound: there is no such session, or the actor may not see it.
    """
    meeting = get_session(session, actor, session_id)
    on = day_in_vietnam(meeting.meets_at)
    found = {
        seat.position_id: tuple(
            (one.id, one.full_name) for one in substitutes_for(session, seat.position_id, on)
        )
        for seat in meeting.seats
    }
    return {seat: people for seat, people in found.items() if people}


@dataclass(frozen=True)
class Candidate:
    """A nomination that waits for the council and is on no agenda."""

    task_id: str
    brief: Brief
    waiting_since: datetime


def list_candidates(session: Session, actor: Actor, session_id: int) -> list[Candidate]:
    """Return what may be put on the agenda of a session, the longest waiting first.

    :raises NotFound: there is no such session, or the actor may not see it.
    :raises NotPermitted: the actor does not run it.
    """
    meeting = get_session(session, actor, session_id)
    require(actor, "session.run", council_matter(meeting.unit_id))
    waiting = waiting_tasks(session, meeting.unit_id)
    briefs = briefs_of(session, [case for _, case in waiting])
    return [Candidate(task.id, briefs[case.id], task.opened_at) for task, case in waiting]


@dataclass(frozen=True)
class ClosingReview:
    """What closing a session would do, to be looked at before."""

    page: SessionPage
    closing: Closing
    obstacles: tuple[Obstacle, ...]

    @property
    def can_go(self) -> bool:
        """Whether nothing but reasons is missing."""
        return not self.closing.unresolved and all(one.may_override for one in self.obstacles)


def get_closing_review(
    session: Session, actor: Actor, session_id: int, at: datetime
) -> ClosingReview:
    """Return what closing a session would send into each case, and what stands against it.

    :raises NotFound: there is no such session, or the actor may not see it.
    :raises NotPermitted: the actor does not run it.
    """
    page = _page(session, actor, session_id, at)
    require(actor, "session.run", council_matter(page.meeting.unit_id))
    closing = plan_closing(session, page.meeting)
    return ClosingReview(page, closing, tuple(find_obstacles(session, closing, at)))


def _items(
    session: Session, meeting: CouncilSession, head: Meeting, at: datetime
) -> tuple[ItemLine, ...]:
    items = agenda_of(session, meeting.id)
    outlooks = outlook_of(session, meeting, at)
    briefs = briefs_of(session, [item.case for item in items])
    names = {seat.position_id: seat.substitute_name or seat.name for seat in meeting.seats}
    ballots = _ballots(session, meeting, items)
    hindrances = _hindrances(session, meeting, outlooks.values())
    return tuple(
        ItemLine(
            id=item.id,
            number=item.number,
            state=item.state,
            note=item.note,
            brief=briefs[item.case_id],
            outlook=outlooks[item.id],
            concerns=concerns_of(item, meeting.seats, head.seat),
            rounds=_rounds(item, ballots, names),
            written=len(item.written_opinions),
            outcome=item.outcome,
            hindrance=hindrances.get(item.id),
        )
        for item in items
    )


def _hindrances(
    session: Session, meeting: CouncilSession, outlooks: Iterable[Outlook]
) -> dict[int, EngineError]:
    """Return why items cannot be put to the vote: id of the item → what would refuse it."""
    asked = [
        one for one in outlooks if one.item.state in (ItemState.WAITING, ItemState.DECIDED)
    ]
    if meeting.state not in (SessionState.PREPARED, SessionState.OPEN) or not asked:
        return {}
    level = level_of(meeting.unit)
    tasks = select(UserTask.id).where(
        UserTask.id.in_([one.item.task_id for one in asked]), UserTask.state == TaskState.OPEN
    )
    waiting = set(session.scalars(tasks))
    found: dict[int, EngineError] = {}
    for one in asked:
        try:
            _require_askable(
                session, meeting, one, level, is_waiting=one.item.task_id in waiting
            )
        except EngineError as error:
            found[one.item.id] = error
    return found


def _require_askable(
    session: Session, meeting: CouncilSession, one: Outlook, level: Level, *, is_waiting: bool
) -> None:
    case = one.item.case
    facts = {"reference": case.reference}
    if not is_waiting:
        raise TaskNotOpen(f"task {one.item.task_id} is done", **facts)
    if one.rule is None:
        raise NoVotingRule(f"no rule for case {case.id}", award=case.award, **facts)
    if one.rule.is_secret and meeting.mode is VotingMode.OPEN:
        raise SecretBallotRequired(f"rule {one.rule.rule} wants a secret ballot", **facts)
    require_consulted(session, case, level, meeting.meets_at)


def _ballots(
    session: Session, meeting: CouncilSession, items: Collection[AgendaItem]
) -> dict[int, list[OpenBallot]]:
    """Return the open ballots of closed votes, by the vote of the item."""
    ids = [vote.id for item in items for vote in closed_votes(item.votes)]
    found: dict[int, list[OpenBallot]] = {vote_id: [] for vote_id in ids}
    if meeting.mode is not VotingMode.OPEN or not ids:
        return found
    for ballot in session.scalars(select(OpenBallot).where(OpenBallot.item_vote_id.in_(ids))):
        found[ballot.item_vote_id].append(ballot)
    return found


def _rounds(
    item: AgendaItem, ballots: dict[int, list[OpenBallot]], names: dict[int, str]
) -> tuple[RoundLine, ...]:
    order = list(names)
    return tuple(
        RoundLine(
            voting_number=vote.voting.number,
            mode=vote.voting.mode,
            result=result_of(vote),
            by_name=tuple(
                NamedVote(names[one.position_id], one.choice, one.reason)
                for one in sorted(ballots[vote.id], key=lambda b: order.index(b.position_id))
            ),
        )
        for vote in closed_votes(item.votes)
    )


def _running(session: Session, meeting: CouncilSession, at: datetime) -> RunningBlock | None:
    voting = find_running(session, meeting.id)
    if voting is None:
        return None
    votes = item_votes_of(session, voting.id)
    given, returned, expected = _how_far(session, meeting, voting)
    return RunningBlock(
        id=voting.id,
        number=voting.number,
        public_id=voting.public_id,
        mode=voting.mode,
        state=voting.state,
        numbers=tuple(vote.item.number for vote in votes),
        closes_at=voting.closes_at,
        is_late=voting.closes_at is not None and at >= voting.closes_at,
        given=given,
        returned=returned,
        expected=expected,
    )


def _how_far(
    session: Session, meeting: CouncilSession, voting: Voting
) -> tuple[int | None, int, int]:
    """Return papers given out, votes that came, votes that can come."""
    votes = item_votes_of(session, voting.id)
    seats = len(expected_seats(votes, meeting.seats))
    if voting.mode is VotingMode.OPEN:
        return None, len(seats_that_voted(session, voting.id)), seats
    if voting.mode is VotingMode.SECRET_ELECTRONIC:
        now = progress(session, voting.public_id)
        return now.given, now.dropped, seats
    ids = [vote.id for vote in votes]
    counted = session.scalars(
        select(PaperCount.counted_by_id).where(PaperCount.item_vote_id.in_(ids)).distinct()
    ).all()
    return None, len(counted), 2
