"""Votes on paper: two count, each for themselves, and the signed sheet is scanned."""

from collections.abc import Iterator

import pytest

from engine.attachments import check_file
from engine.council.paper_counts import attach_count, enter_count
from engine.council.voting import Counts
from engine.errors import CountsDiffer, NotFound
from engine.filestore import FileStore
from engine.store.database import unit_of_work
from engine.store.models import Voting
from forms.vocabulary import Attendance, VoteResult, VotingMode
from tests.engine import samples
from tests.engine.council.meetings import Meeting, fresh_meeting, hold_meeting, refused
from tests.walk import on_sqlite
from tests.ward import NOON

PASSED, FAILED = VoteResult.PASSED, VoteResult.FAILED


@pytest.fixture
def paper(database_url) -> Iterator[Meeting]:
    with fresh_meeting(database_url, items=2, mode=VotingMode.SECRET_PAPER) as meeting:
        yield meeting


@pytest.fixture
def store(tmp_path) -> FileStore:
    return FileStore(tmp_path / "files")


def count(meeting, voting, place, counts, actor=None):
    counts = dict(zip([vote.id for vote in meeting.votes(voting)], counts, strict=False))
    with unit_of_work(meeting.database) as session:
        enter_count(
            session,
            voting_id=voting.id,
            actor=actor or meeting.council.members[place],
            counts=counts,
            at=NOON,
        )


def attach(meeting, voting, store, actor=None):
    with unit_of_work(meeting.database) as session:
        attach_count(
            session,
            store,
            voting_id=voting.id,
            file=check_file("kiem-phieu.pdf", samples.PDF),
            actor=actor or meeting.secretary,
            at=NOON,
        )


NINE = Counts(issued=11, returned=11, agree=9, disagree=1, abstain=1)
FIVE = Counts(issued=11, returned=10, agree=5, disagree=3, abstain=1, invalid=1)


def test_two_people_count_alike_the_sheet_is_scanned_and_the_vote_is_closed(paper, store):
    voting = paper.put()
    count(paper, voting, 1, [NINE, FIVE])
    count(paper, voting, 2, [NINE, FIVE])
    attach(paper, voting, store)
    assert paper.close(voting) == [PASSED, FAILED]
    _, second = paper.votes(voting)
    assert (second.issued, second.returned, second.invalid) == (11, 10, 1)


def test_counts_that_differ_are_counted_again(paper, store):
    voting = paper.put()
    count(paper, voting, 1, [NINE, FIVE])
    count(paper, voting, 2, [NINE, NINE])
    attach(paper, voting, store)
    before = paper.traces()
    with pytest.raises(CountsDiffer) as error:
        paper.close(voting)
    assert error.value.facts == {"numbers": "2"}
    assert paper.traces() == before
    count(paper, voting, 2, [NINE, FIVE])
    assert paper.close(voting) == [PASSED, FAILED]


@on_sqlite
def test_one_count_or_no_scan_is_not_enough(paper, store):
    voting = paper.put()
    assert refused(lambda: paper.close(voting)) == "invalid_submission"
    count(paper, voting, 1, [NINE, FIVE])
    count(paper, voting, 2, [NINE])
    assert refused(lambda: paper.close(voting, with_missing=True)) == "invalid_submission"
    count(paper, voting, 2, [NINE, FIVE])
    before = paper.traces()
    assert refused(lambda: paper.close(voting)) == "invalid_submission"
    assert paper.traces() == before
    attach(paper, voting, store)
    paper.close(voting)


@on_sqlite
@pytest.mark.parametrize(
    "counts",
    [
        Counts(12, 11, 9, 2),
        Counts(11, 12, 9, 3),
        Counts(11, 11, 9, 1),
        Counts(11, 11, 12, -1),
        Counts(11, 11, 9, 3),
    ],
)
def test_counts_that_cannot_be_are_refused(paper, counts):
    voting = paper.put()
    before = paper.traces()
    assert refused(lambda: count(paper, voting, 1, [counts])) == "invalid_submission"
    assert refused(lambda: count(paper, voting, 1, [])) == "invalid_submission"
    assert paper.traces() == before


@on_sqlite
def test_a_count_of_another_vote_is_refused(paper):
    voting = paper.put()
    with unit_of_work(paper.database) as session, pytest.raises(NotFound):
        enter_count(
            session,
            voting_id=voting.id,
            actor=paper.secretary,
            counts={9_999: NINE},
            at=NOON,
        )


@on_sqlite
def test_two_who_are_there_count_and_no_third(paper, store):
    paper.absent(3, attendance=Attendance.ABSENT)
    voting = paper.put()
    ten = Counts(issued=10, returned=10, agree=9, disagree=1)
    assert refused(lambda: count(paper, voting, 3, [ten])) == "not_permitted"
    assert (
        refused(lambda: attach(paper, voting, store, paper.ward.ward_clerk)) == "not_permitted"
    )
    stranger = paper.ward.school_clerk
    assert refused(lambda: count(paper, voting, 0, [ten], stranger)) == "not_found"
    count(paper, voting, 0, [ten], paper.secretary)
    count(paper, voting, 1, [ten])
    assert refused(lambda: count(paper, voting, 2, [ten])) == "not_permitted"


@on_sqlite
def test_nothing_is_counted_in_an_open_vote(database, ward):
    meeting = hold_meeting(database, ward)
    voting = meeting.put()
    assert refused(lambda: count(meeting, voting, 1, [NINE])) == "voting_not_open"


@on_sqlite
def test_a_vote_that_is_not_there_is_not_found(paper, store):
    ghost = Voting(id=9_999)
    assert refused(lambda: count(paper, ghost, 0, [])) == "not_found"
    assert refused(lambda: attach(paper, ghost, store)) == "not_found"


@on_sqlite
def test_nobody_votes_by_name_in_a_vote_on_paper(paper):
    voting = paper.put()
    assert refused(lambda: paper.cast(voting, 0)) == "voting_not_open"
