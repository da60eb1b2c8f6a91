"""Fifteen members at one vote in the same moment: every sheet once, none lost, none late."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from engine.council.sessions import recall_session
from engine.council.voting import open_voting
from engine.errors import EngineError
from engine.settings import put_setting
from engine.store.database import reading, unit_of_work
from engine.store.models import AgendaItem, ItemVote, OpenBallot, Voting
from forms.vocabulary import ItemState, Outcome, VotingState
from tests.conftest import LONG
from tests.council import walk_to_council
from tests.engine.council.meetings import AGREE, DISAGREE, MINUTE, fresh_meeting
from tests.ward import NOON

WORKERS = 8
MEMBERS = 15
ITEMS = 200 if LONG else 25
ROUNDS = 5 if LONG else 2
"""Votes on the same items, one after the other: fewer than the setting allows."""


@pytest.fixture
def meeting(database_url):
    with fresh_meeting(database_url, items=ITEMS, size=MEMBERS) as meeting:
        with unit_of_work(meeting.database) as session:
            put_setting(
                session,
                name="council_revotes",
                value="5",
                actor=meeting.ward.administrator,
                at=NOON,
            )
        yield meeting


def at_once(calls):
    """Let eight workers take the calls in turn; return the answer to each."""
    barrier = Barrier(WORKERS)

    def work(number):
        barrier.wait()
        return [(index, answer(calls[index])) for index in range(number, len(calls), WORKERS)]

    with ThreadPoolExecutor(WORKERS) as pool:
        answers = [pair for pairs in pool.map(work, range(WORKERS)) for pair in pairs]
    return [said for _, said in sorted(answers)]


def answer(call):
    try:
        call()
    except EngineError as error:
        return error.code
    return "done"


def sheets(meeting, voting, at=NOON):
    """Return, for each place, what sends its sheet: the same choice on every item."""
    ids = [vote.id for vote in meeting.votes(voting)]

    def sheet(place):
        choice = (AGREE, DISAGREE)[place % 3 > 0]
        choices = dict.fromkeys(ids, (choice, f"Ghế số {place}"))
        return lambda: meeting.cast(voting, place, choices=choices, at=at)

    return [sheet(place) for place in range(MEMBERS)]


def counted(database, voting):
    """Return how many rows each seat has in a vote."""
    with reading(database) as session:
        rows = session.execute(
            select(OpenBallot.position_id, func.count())
            .join(ItemVote, ItemVote.id == OpenBallot.item_vote_id)
            .where(ItemVote.voting_id == voting.id)
            .group_by(OpenBallot.position_id)
        )
        return dict(rows.all())


def test_double_clicks_and_repeated_requests_vote_once(meeting):
    voting = meeting.put()
    luck = random.Random(15)  # noqa: S311 - nothing secret
    requests = sheets(meeting, voting) * 3
    order = luck.sample(range(len(requests)), len(requests))
    said = at_once([requests[index] for index in order])
    assert sorted(said) == ["already_voted"] * 2 * MEMBERS + ["done"] * MEMBERS
    assert counted(meeting.database, voting) == dict.fromkeys(meeting.council.seats, ITEMS)
    meeting.close(voting)
    for vote in meeting.votes(voting):
        assert (vote.agree, vote.disagree, vote.returned) == (5, 10, MEMBERS)
    actions = [action for action, _ in meeting.journal()]
    assert actions.count("ballots.cast") == MEMBERS


def test_what_was_confirmed_before_the_closing_is_counted_and_nothing_comes_after(meeting):
    luck = random.Random(200)  # noqa: S311 - nothing secret
    for number in range(ROUNDS):
        voting = meeting.put()
        requests = sheets(meeting, voting) * 2
        luck.shuffle(requests)
        place = luck.randrange(5, 25)
        closing = lambda voting=voting: meeting.close(voting, with_missing=True)  # noqa: E731
        said = at_once([*requests[:place], closing, *requests[place:]])
        assert said.pop(place) == "done"
        assert set(said) <= {"done", "already_voted", "voting_not_open"}
        confirmed = said.count("done")
        cast = counted(meeting.database, voting)
        assert list(cast.values()) == [ITEMS] * confirmed
        for vote in meeting.votes(voting):
            assert vote.returned == vote.agree + vote.disagree == confirmed
        (*_, last) = meeting.journal()
        assert last[0] == "voting.closed", number


def test_votes_that_arrive_after_the_deadline_are_refused_among_those_in_time(meeting):
    closes_at = NOON + MINUTE
    voting = meeting.put(closes_at=closes_at)
    late = sheets(meeting, voting, at=closes_at)
    in_time = sheets(meeting, voting, at=closes_at - timedelta(microseconds=1))
    calls = [each for pair in zip(late, in_time[:7] * 3, strict=False) for each in pair]
    said = at_once(calls)
    assert set(said[::2]) == {"voting_not_open"}
    assert said[1::2].count("done") == 7
    assert set(counted(meeting.database, voting)) == set(meeting.council.seats[:7])


def test_a_recall_lets_no_vote_in_and_ends_no_other_request(meeting):
    voting = meeting.put()
    requests = sheets(meeting, voting)

    def recall():
        with unit_of_work(meeting.database) as session:
            recall_session(
                session,
                session_id=meeting.id,
                reason="Không đủ số thành viên",
                meets_at=NOON + timedelta(days=3),
                place="Hội trường",
                actor=meeting.secretary,
                at=NOON,
            )

    said = at_once([*requests[:6], recall, *requests[6:]])
    assert said.pop(6) == "done"
    assert set(said) <= {"done", "voting_not_open"}
    with reading(meeting.database) as session:
        assert session.get_one(Voting, voting.id).state is VotingState.VOID
    cast = counted(meeting.database, voting)
    assert list(cast.values()) == [ITEMS] * said.count("done")


def test_of_eight_who_put_the_same_items_to_the_vote_one_does(meeting):
    said = at_once([meeting.put] * WORKERS)
    assert sorted(said) == ["done"] + ["session_not_ready"] * (WORKERS - 1)
    with reading(meeting.database) as session:
        assert session.scalar(select(func.count()).select_from(Voting)) == 1


def test_a_case_is_returned_or_put_to_the_vote_and_never_both(meeting):
    walk = walk_to_council(meeting.database, meeting.ward, "Lê Văn Một")
    task = walk.task()
    with unit_of_work(meeting.database) as session:
        item = AgendaItem(
            session_id=meeting.id, number=900, case_id=walk.case_id, task_id=task.id
        )
        session.add(item)
        session.flush()
        item_id = item.id
    actor = walk.worker(task)

    def put():
        with unit_of_work(meeting.database) as session:
            open_voting(
                session,
                session_id=meeting.id,
                item_ids=[item_id],
                actor=meeting.secretary,
                at=NOON,
            )

    said = at_once([put, lambda: walk.do(Outcome.RETURN, task=task, actor=actor)])
    assert said in (["done", "on_agenda"], ["task_not_open", "done"])
    with reading(meeting.database) as session:
        state = session.get_one(AgendaItem, item_id).state
    assert state is (ItemState.VOTING if said[0] == "done" else ItemState.WAITING)
