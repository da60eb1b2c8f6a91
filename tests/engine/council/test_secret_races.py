"""Fifteen phones in the same moment: every paper once, none lost, none after the closing."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from engine.council.secret_ballots import give_papers
from engine.errors import EngineError
from engine.store.database import reading, unit_of_work
from engine.store.models import DroppedBallot, GivenPaper
from forms.vocabulary import BallotChoice, VoteResult, VotingMode
from tests.conftest import LONG
from tests.engine.council.booths import KEYS, cast, drop, enter_booth, take_papers
from tests.engine.council.meetings import hold_meeting
from tests.ward import NOON

AGREE, DISAGREE, ABSTAIN = BallotChoice
MEMBERS = 15
ITEMS = 200 if LONG else 3
WORKERS = 8


@pytest.fixture
def meeting(database, ward):
    return hold_meeting(
        database, ward, items=ITEMS, size=MEMBERS, mode=VotingMode.SECRET_ELECTRONIC
    )


@pytest.fixture
def voting(meeting):
    return meeting.put(keys=[KEYS[number % len(KEYS)] for number in range(ITEMS)])


def code_of(call):
    """Return what ``call`` returns, or the code with which it is refused."""
    try:
        return call()
    except EngineError as error:
        return error.code


def dropping(database, booth, item, choice):
    return lambda: code_of(lambda: drop(database, booth, item, choice))


def test_fifteen_drop_everything_twice_while_the_vote_is_closed(
    database, meeting, voting, ward
):
    booths = [take_papers(database, voting, member) for member in meeting.council.members]
    cast(database, meeting, voting)
    chance = random.Random(3)  # noqa: S311
    papers = [(booth, item) for booth in booths for item in booth.papers]
    deeds = [
        (booth, item, dropping(database, booth, item, choice))
        for booth, item in papers
        for choice in (AGREE, DISAGREE)
    ]
    chance.shuffle(deeds)
    middle = len(deeds) * 2 // 3
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = [pool.submit(deed) for _, _, deed in deeds[:middle]]
        pool.submit(lambda: meeting.close(voting, with_missing=True)).result()
        answers += [pool.submit(deed) for _, _, deed in deeds[middle:]]
        said = [answer.result() for answer in answers]
    with reading(database) as session:
        held = {
            (row.item_vote_id, row.paper): row.choice
            for row in session.scalars(select(DroppedBallot))
        }
    for (booth, item, _), answer in zip(deeds, said, strict=True):
        mark = (item, booth.papers[item])
        if answer == "voting_not_open":
            continue
        assert held[mark] is answer  # what was confirmed is in the box, and as it was said
    refused = sum(answer == "voting_not_open" for answer in said)
    assert 0 < refused < len(deeds)
    counted = meeting.votes(voting)
    assert sum(vote.returned for vote in counted) == len(held)
    for name, choice in (("agree", AGREE), ("disagree", DISAGREE)):
        assert sum(getattr(vote, name) for vote in counted) == list(held.values()).count(choice)


def test_one_paper_dropped_eight_times_at_once_is_there_once(database, meeting, voting):
    booth = take_papers(database, voting, meeting.council.members[0])
    cast(database, meeting, voting)
    item = next(iter(booth.papers))
    barrier = Barrier(WORKERS)

    def act(number):
        barrier.wait()
        return drop(database, booth, item, (AGREE, DISAGREE, ABSTAIN)[number % 3])

    with ThreadPoolExecutor(WORKERS) as pool:
        said = set(pool.map(act, range(WORKERS)))
    with reading(database) as session:
        (choice,) = session.scalars(select(DroppedBallot.choice)).all()
    assert said == {choice}


def test_of_eight_requests_for_one_seat_one_gets_papers(database, meeting, voting):
    member = meeting.council.members[0]
    booths = [enter_booth(database, voting) for _ in range(WORKERS // 2)]
    barrier = Barrier(WORKERS)

    def act(number):
        booth = booths[number // 2]  # each of them clicks twice
        barrier.wait()

        def give():
            with unit_of_work(database) as session:
                return give_papers(
                    session,
                    voting_id=voting.id,
                    actor=member,
                    blinded=booth.blinded,
                    at=NOON,
                )

        return code_of(give)

    with ThreadPoolExecutor(WORKERS) as pool:
        said = list(pool.map(act, range(WORKERS)))
    given = [answer for answer in said if answer != "already_voted"]
    assert len(given) == 2
    assert given[0] == given[1]
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(GivenPaper)) == ITEMS


def test_check_in_ends_between_requests_and_never_within_one(database, meeting, voting):
    members = meeting.council.members[: WORKERS - 1]
    booths = [enter_booth(database, voting) for _ in members]
    first = take_papers(database, voting, meeting.council.members[-1])
    barrier = Barrier(WORKERS)

    def take(number):
        barrier.wait()
        if number == len(members):
            return cast(database, meeting, voting)

        def give():
            with unit_of_work(database) as session:
                return give_papers(
                    session,
                    voting_id=voting.id,
                    actor=members[number],
                    blinded=booths[number].blinded,
                    at=NOON,
                )

        return code_of(give)

    with ThreadPoolExecutor(WORKERS) as pool:
        said = list(pool.map(take, range(WORKERS)))
    good = [first]
    for booth, answer in zip(booths, said, strict=False):
        if answer == "voting_not_open":
            continue
        good.append(booth.sign(answer))
    for booth in good:
        for item in booth.papers:
            drop(database, booth, item, DISAGREE)
    ((_, detail),) = [entry for entry in meeting.journal() if entry[0] == "papers.given"]
    assert len(detail["seats"]) == len(good)
    assert set(meeting.close(voting)) == {VoteResult.FAILED}
    assert {vote.issued for vote in meeting.votes(voting)} == {len(good)}
