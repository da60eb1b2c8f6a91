"""A process that votes and closes a session, and tells what was confirmed: to be killed."""

import multiprocessing
import os
import pickle
import signal
import time
from dataclasses import dataclass, replace

from sqlalchemy import select

from engine.council.results import result_of
from engine.errors import AlreadyVoted
from engine.store.database import connect, reading
from engine.store.models import (
    AgendaItem,
    CouncilSession,
    DroppedBallot,
    ItemVote,
    OpenBallot,
    Review,
    Voting,
)
from forms.vocabulary import SessionState, VotingMode, VotingState
from tests.engine.council import booths
from tests.engine.council.held import Held
from tests.engine.council.meetings import AGREE, DISAGREE

WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload([__name__])


@dataclass
class Afternoon:
    """A vote that is open, and who has which papers."""

    held: Held
    voting: Voting
    papers: tuple = ()
    """The booth of each member, at an electronic vote."""

    def on(self, database):
        """Return the same, in another connection."""
        return replace(self, held=replace(self.held, database=database))


def begin(held, mode):
    """Open the vote; at an electronic one everybody takes their papers."""
    if mode is VotingMode.OPEN:
        return Afternoon(held, held.put())
    voting = held.put(keys=booths.KEYS[: len(held.items)])
    papers = tuple(
        booths.take_papers(held.database, voting, member) for member in held.council.members
    )
    booths.cast(held.database, held, voting)
    return Afternoon(held, voting, papers)


def go_on(afternoon, confirm):
    """Vote, close the vote, close the session: all that is not done yet."""
    held, voting = afternoon.held, afternoon.voting
    if not is_closed(held, voting):
        (vote_by_paper if afternoon.papers else vote_by_name)(afternoon, confirm)
        held.close(voting)
    confirm("vote closed")
    if held.read(lambda _, meeting: meeting.state) is SessionState.OPEN:
        held.close_session()
    confirm("session closed")


def vote_by_name(afternoon, confirm):
    held = afternoon.held
    votes = [vote.id for vote in held.votes(afternoon.voting)]
    for place, seat in enumerate(held.council.seats):
        sheet = {one: (choice(place, n), "Lý do.") for n, one in enumerate(votes)}
        try:
            held.cast(afternoon.voting, place, choices=sheet)
        except AlreadyVoted:
            continue
        confirm(("sheet", seat))


def vote_by_paper(afternoon, confirm):
    for place, booth in enumerate(afternoon.papers):
        for n, item_vote_id in enumerate(sorted(booth.papers)):
            booths.drop(afternoon.held.database, booth, item_vote_id, choice(place, n))
            confirm(("paper", item_vote_id, booth.papers[item_vote_id]))


def choice(place, number):
    """Return how a place votes on an item: of five, three agree to every second one."""
    return AGREE if place < 2 + number % 2 else DISAGREE


def is_closed(held, voting):
    with reading(held.database) as session:
        state = session.scalar(select(Voting.state).where(Voting.id == voting.id))
        return state is VotingState.CLOSED


def ballots(afternoon):
    """Return what is in the database: (seat or paper, choice) → how often."""
    votes = select(ItemVote.id).where(ItemVote.voting_id == afternoon.voting.id)
    with reading(afternoon.held.database) as session:
        sheets = session.execute(
            select(OpenBallot.position_id, OpenBallot.item_vote_id, OpenBallot.choice).where(
                OpenBallot.item_vote_id.in_(votes)
            )
        ).all()
        papers = session.execute(
            select(DroppedBallot.paper, DroppedBallot.item_vote_id, DroppedBallot.choice).where(
                DroppedBallot.item_vote_id.in_(votes)
            )
        ).all()
    return [tuple(row) for row in (*sheets, *papers)]


def outcome(held):
    """Return what the session came to: results of the votes, answers in the cases."""
    with reading(held.database) as session:
        meeting = session.get_one(CouncilSession, held.id)
        rows = session.execute(
            select(AgendaItem.number, Review.outcome, Review.answers)
            .join(Review, Review.task_id == AgendaItem.task_id)
            .where(AgendaItem.session_id == held.id)
            .order_by(AgendaItem.number)
        ).all()
        results = [
            (item.number, item.outcome, result_of(item.votes[0]).tally)
            for item in meeting.items
            if item.votes[0].result is not None
        ]
        return meeting.state, results, [tuple(row) for row in rows]


class Killed:
    """A worker that goes on with an afternoon until it is killed."""

    def __init__(self, url, afternoon):
        self.channel, theirs = WORKERS.Pipe()
        plan = pickle.dumps(afternoon.on(None))
        self.process = WORKERS.Process(target=work, args=(url, plan, theirs), daemon=True)
        self.process.start()
        theirs.close()
        assert self.channel.recv() == "ready"

    def after(self, seconds):
        """Let it work for so long, kill it, and return what it had confirmed by then."""
        self.channel.send("go")
        self.process.join(seconds)
        if self.process.is_alive():
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()
        confirmed = []
        try:
            while True:
                confirmed.append(self.channel.recv())
        except (EOFError, OSError):  # the end, perhaps in the middle of a message
            return confirmed


def work(url, plan, channel):
    """Do all that is left of an afternoon; confirm each step once it is committed."""
    database = connect(url)
    afternoon = pickle.loads(plan).on(database)  # noqa: S301 - our own
    with reading(database) as session:
        session.execute(select(1))
    channel.send("ready")
    channel.recv()
    go_on(afternoon, channel.send)


def timed(afternoon):
    """Go through an afternoon undisturbed; return how many seconds it took."""
    began = time.perf_counter()
    go_on(afternoon, lambda step: None)
    return time.perf_counter() - began
