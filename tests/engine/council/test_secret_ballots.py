"""Secret electronic votes: papers given out once, dropped once, counted, published."""

import dataclasses
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from engine.council.blind import new_paper
from engine.council.secret_ballots import (
    may_be_dropping,
    progress,
    seats_with_papers,
    sign_papers,
    start_casting,
)
from engine.council.voting import void_voting
from engine.errors import EngineError, VotesMissing, VotingNotOpen
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import (
    BallotKey,
    CouncilSession,
    DroppedBallot,
    GivenPaper,
    ItemVote,
    JournalEntry,
    SessionSeat,
    Setting,
    Voting,
)
from forms.vocabulary import Attendance, BallotChoice, SessionState, VoteResult, VotingMode
from forms.vocabulary import VotingState as State
from tests.engine.council.booths import (
    KEYS,
    cast,
    check_in,
    drop,
    drop_all,
    enter_booth,
    take_papers,
)
from tests.engine.council.meetings import hold_meeting, refused
from tests.walk import on_sqlite
from tests.ward import NOON, build_ward

AGREE, DISAGREE, ABSTAIN = BallotChoice
LATER = NOON + timedelta(minutes=10)


@pytest.fixture(scope="module")
def prepared(sqlite_template, tmp_path_factory):
    """A SQLite database with an open session on two items: built once, copied often."""
    path = tmp_path_factory.mktemp("meeting") / "prepared.db"
    shutil.copy(sqlite_template, path)
    database = connect(f"sqlite:///{path}")
    with unit_of_work(database) as session:
        ward = build_ward(session)
    meeting = secret_meeting(database, ward)
    database.dispose()
    return path, ward, meeting


def secret_meeting(database, ward):
    return hold_meeting(database, ward, items=2, size=5, mode=VotingMode.SECRET_ELECTRONIC)


@pytest.fixture
def sqlite_url(prepared, tmp_path):
    path = tmp_path / "thidua.db"
    shutil.copy(prepared[0], path)
    return f"sqlite:///{path}"


@pytest.fixture
def ward(prepared, postgresql_ward, database):
    return prepared[1] if database.dialect.name == "sqlite" else postgresql_ward.ward


@pytest.fixture
def meeting(prepared, database, ward):
    if database.dialect.name == "sqlite":
        return dataclasses.replace(prepared[2], database=database)
    return secret_meeting(database, ward)


@pytest.fixture
def voting(meeting):
    return meeting.put(keys=KEYS[:2])


@pytest.fixture
def booths(database, meeting, voting):
    """The booths of all five members, check-in ended."""
    made = [take_papers(database, voting, member) for member in meeting.council.members]
    cast(database, meeting, voting)
    return made


def rows(database, table):
    with reading(database) as session:
        return session.execute(select(table.__table__)).all()


def state_of(database):
    """What giving, dropping and ending could have changed."""
    with reading(database) as session:
        return [
            [str(row) for row in session.execute(select(table.__table__))]
            for table in (JournalEntry, Voting, ItemVote, GivenPaper, DroppedBallot, BallotKey)
        ]


def journal(meeting, action):
    return [detail for found, detail in meeting.journal() if found == action]


# ---- the whole way ------------------------------------------------------------------------


def test_a_vote_goes_the_whole_way(database, meeting, voting, booths):
    first, second = (vote.id for vote in meeting.votes(voting))
    for number, booth in enumerate(booths):
        drop(database, booth, first, AGREE if number < 4 else DISAGREE)
        drop(database, booth, second, ABSTAIN if number == 0 else DISAGREE)
    assert meeting.close(voting) == [VoteResult.PASSED, VoteResult.FAILED]
    votes = meeting.votes(voting)
    counted = [
        (one.issued, one.returned, one.agree, one.disagree, one.abstain) for one in votes
    ]
    assert counted == [(5, 5, 4, 1, 0), (5, 5, 0, 4, 1)]
    assert [vote.invalid for vote in votes] == [0, 0]


@on_sqlite
def test_the_journal_has_who_took_papers_at_the_end_of_check_in_and_the_hash(
    database, meeting, voting, booths
):
    for booth in booths:
        drop_all(database, booth)
    meeting.close(voting)
    (given,) = journal(meeting, "papers.given")
    (closed,) = journal(meeting, "voting.closed")
    assert given == {"voting": 1, "seats": meeting.council.seats}
    assert len(closed["box_hash"]) == 64
    assert not journal(meeting, "ballots.cast")


@on_sqlite
def test_private_keys_are_erased_when_check_in_ends(database, booths):
    assert [key for (key,) in rows_of_keys(database)] == [None, None]


def rows_of_keys(database):
    with reading(database) as session:
        return session.execute(select(BallotKey.private_key)).all()


@on_sqlite
def test_private_keys_are_erased_when_a_vote_is_void(database, meeting, voting):
    with unit_of_work(database) as session:
        void_voting(
            session, voting_id=voting.id, reason="Mất điện.", actor=meeting.secretary, at=NOON
        )
    assert [key for (key,) in rows_of_keys(database)] == [None, None]


@on_sqlite
def test_a_vote_that_was_void_begins_anew_with_other_papers(database, meeting, voting, booths):
    drop_all(database, booths[0])
    with unit_of_work(database) as session:
        void_voting(
            session, voting_id=voting.id, reason="Mất điện.", actor=meeting.secretary, at=NOON
        )
    again = meeting.put(keys=KEYS[2:4])
    booth = take_papers(database, again, meeting.council.members[0])
    cast(database, meeting, again)
    drop_all(database, booth, DISAGREE)
    old = next(iter(booths[1].papers))
    assert refused(lambda: drop(database, booths[1], old)) == "voting_not_open"
    assert meeting.close(again, with_missing=True) == [VoteResult.FAILED] * 2


def test_nothing_that_is_kept_of_a_paper_or_a_member_has_a_moment():
    for table in (GivenPaper, DroppedBallot):
        names = set(table.__table__.columns.keys())
        assert not {name for name in names if name.endswith("_at") or name == "id"}
    shared = set(GivenPaper.__table__.columns.keys()) & set(
        DroppedBallot.__table__.columns.keys()
    )
    assert shared == {"item_vote_id"}


# ---- check-in -----------------------------------------------------------------------------


def test_the_same_request_again_gets_the_same_signatures(database, meeting, voting):
    member = meeting.council.members[0]
    booth = enter_booth(database, voting)
    assert check_in(database, booth, member) == check_in(database, booth, member)
    assert len(rows(database, GivenPaper)) == 2


def test_signatures_made_beforehand_are_the_same(database, meeting, voting):
    member = meeting.council.members[0]
    booth = enter_booth(database, voting)
    with reading(database) as session:
        signed = sign_papers(session, voting_id=voting.id, actor=member, blinded=booth.blinded)
    assert rows(database, GivenPaper) == []
    assert signed == check_in(database, booth, member)


@on_sqlite
def test_a_seat_takes_its_papers_once(database, meeting, voting):
    member = meeting.council.members[0]
    take_papers(database, voting, member)
    before = state_of(database)
    other = enter_booth(database, voting)
    assert refused(lambda: check_in(database, other, member)) == "already_voted"
    assert state_of(database) == before


@on_sqlite
def test_who_is_absent_gets_no_paper(database, meeting):
    meeting.absent(4, attendance=Attendance.EXCUSED)
    voting = meeting.put(keys=KEYS[:2])
    booth = enter_booth(database, voting)
    before = state_of(database)
    member = meeting.council.members[4]
    assert refused(lambda: check_in(database, booth, member)) == "not_entitled_to_vote"
    assert state_of(database) == before


@on_sqlite
def test_a_substitute_gets_the_papers_and_the_member_does_not(database, meeting):
    meeting.substituted(4)
    voting = meeting.put(keys=KEYS[:2])
    booth = enter_booth(database, voting)
    replaced = meeting.council.members[4]
    assert refused(lambda: check_in(database, booth, replaced)) == "not_entitled_to_vote"
    assert check_in(database, booth, meeting.council.substitute).keys() == booth.papers.keys()


@on_sqlite
def test_a_stranger_and_the_secretary_outside_the_council_get_no_paper(
    database, ward, meeting, voting
):
    booth = enter_booth(database, voting)
    for actor in (ward.school_head, ward.administrator):
        with pytest.raises(EngineError) as caught:
            check_in(database, booth, actor)
        assert caught.value.code == "not_entitled_to_vote"


@on_sqlite
def test_who_is_concerned_gets_papers_for_the_other_items_alone(database, ward, meeting):
    set_conflict_rule(database, "steps_out")
    meeting.concern(1)
    voting = meeting.put(keys=KEYS[:2])
    concerned, other = (vote.id for vote in meeting.votes(voting))
    member = meeting.council.members[1]
    all_items = enter_booth(database, voting)
    assert refused(lambda: check_in(database, all_items, member)) == "not_entitled_to_vote"
    booth = take_papers(database, voting, member, without=[concerned])
    assert set(booth.signatures) == {other}


def set_conflict_rule(database, value):
    row = Setting(name="council_conflict", version=1, value=value, changed_at=NOON)
    with unit_of_work(database) as session:
        session.add(row)


NO_REQUESTS = {
    "no paper": lambda blinded: {},
    "an item is missing": lambda blinded: dict(list(blinded.items())[:1]),
    "an item too many": lambda blinded: blinded | {999: b"\1" * 128},
    "no number": lambda blinded: dict.fromkeys(blinded, b"\1"),
    "zero": lambda blinded: dict.fromkeys(blinded, bytes(128)),
    "too large": lambda blinded: dict.fromkeys(blinded, b"\xff" * 128),
}


@on_sqlite
def test_what_is_no_request_for_all_papers_is_refused(database, meeting, voting):
    booth, before = enter_booth(database, voting), state_of(database)
    member = meeting.council.members[0]

    def sign(blinded):
        with reading(database) as session:
            sign_papers(session, voting_id=voting.id, actor=member, blinded=blinded)

    for name, spoil in NO_REQUESTS.items():
        spoilt = spoil(booth.blinded)
        call = {"blinded": spoilt}
        assert refused(lambda call=call: check_in(database, booth, member, **call)) == (
            "invalid_ballot"
        ), name
        assert refused(lambda spoilt=spoilt: sign(spoilt)) == "invalid_ballot", name
    assert state_of(database) == before


@on_sqlite
def test_no_paper_is_given_out_after_check_in(database, meeting, voting):
    take_papers(database, voting, meeting.council.members[0])
    cast(database, meeting, voting)
    late, before = enter_booth(database, voting), state_of(database)
    member = meeting.council.members[1]
    assert refused(lambda: check_in(database, late, member)) == "voting_not_open"
    with pytest.raises(VotingNotOpen), reading(database) as session:
        sign_papers(session, voting_id=voting.id, actor=member, blinded=late.blinded)
    assert state_of(database) == before


@on_sqlite
def test_no_paper_is_given_out_after_the_deadline(database, meeting):
    voting = meeting.put(keys=KEYS[:2], closes_at=LATER)
    booth = enter_booth(database, voting)
    member = meeting.council.members[0]
    assert refused(lambda: check_in(database, booth, member, at=LATER)) == "voting_not_open"


@on_sqlite
def test_papers_of_an_open_vote_are_not_given_out(database, meeting):
    vote_openly(database)
    voting = meeting.put()
    booth = enter_booth(database, voting)
    member = meeting.council.members[0]
    assert refused(lambda: check_in(database, booth, member)) == "voting_not_open"
    assert refused(lambda: check_in(database, booth, member, voting_id=99)) == "not_found"


def vote_openly(database):
    with unit_of_work(database) as session:
        session.execute(update(CouncilSession).values(mode=VotingMode.OPEN))


# ---- the end of check-in ------------------------------------------------------------------


@on_sqlite
def test_check_in_does_not_end_before_somebody_has_papers(database, meeting, voting):
    before = state_of(database)
    with pytest.raises(VotesMissing) as caught:
        cast(database, meeting, voting)
    assert caught.value.facts == {"returned": 0, "expected": 5}
    assert state_of(database) == before


@on_sqlite
def test_check_in_ends_once_and_by_the_secretary_alone(database, ward, meeting, voting):
    take_papers(database, voting, meeting.council.members[0])
    before = state_of(database)
    for actor, code in (
        (meeting.council.members[0], "not_permitted"),
        (ward.school_head, "not_found"),
    ):
        with pytest.raises(EngineError) as caught, unit_of_work(database) as session:
            start_casting(session, voting_id=voting.id, actor=actor, at=NOON)
        assert caught.value.code == code
    assert state_of(database) == before
    cast(database, meeting, voting)
    assert refused(lambda: cast(database, meeting, voting)) == "voting_not_open"


@on_sqlite
def test_check_in_does_not_end_after_the_deadline(database, meeting):
    voting = meeting.put(keys=KEYS[:2], closes_at=LATER)
    take_papers(database, voting, meeting.council.members[0])
    assert refused(lambda: cast(database, meeting, voting, at=LATER)) == "voting_not_open"


@on_sqlite
def test_check_in_does_not_end_in_a_session_that_is_not_open(database, meeting, voting):
    take_papers(database, voting, meeting.council.members[0])
    with unit_of_work(database) as session:
        session.execute(update(CouncilSession).values(state=SessionState.RECALLED))
    assert refused(lambda: cast(database, meeting, voting)) == "session_not_ready"


# ---- dropping -----------------------------------------------------------------------------


@on_sqlite
def test_a_paper_that_comes_again_keeps_its_first_choice(database, booths):
    one = next(iter(booths[0].papers))
    assert drop(database, booths[0], one, AGREE) is AGREE
    assert drop(database, booths[0], one, DISAGREE) is AGREE
    assert [row.choice for row in rows(database, DroppedBallot)] == [AGREE]


@on_sqlite
def test_a_paper_that_is_in_the_box_is_confirmed_after_the_closing(
    database, meeting, voting, booths
):
    one = next(iter(booths[0].papers))
    drop(database, booths[0], one, DISAGREE)
    meeting.close(voting, with_missing=True)
    before = state_of(database)
    assert drop(database, booths[0], one, AGREE, at=LATER) is DISAGREE
    assert state_of(database) == before


@on_sqlite
def test_no_paper_is_taken_after_the_closing(database, meeting, voting, booths):
    drop_all(database, booths[0])
    meeting.close(voting, with_missing=True)
    before = state_of(database)
    one = next(iter(booths[1].papers))
    assert refused(lambda: drop(database, booths[1], one)) == "voting_not_open"
    assert state_of(database) == before


def test_no_paper_is_taken_after_the_deadline_though_nobody_closed(database, meeting):
    voting = meeting.put(keys=KEYS[:2], closes_at=LATER)
    booth = take_papers(database, voting, meeting.council.members[0])
    cast(database, meeting, voting)
    one, other = booth.papers
    drop(database, booth, one, at=LATER - timedelta(microseconds=1))
    assert refused(lambda: drop(database, booth, other, at=LATER)) == "voting_not_open"
    assert len(rows(database, DroppedBallot)) == 1


@on_sqlite
def test_no_paper_is_taken_during_check_in(database, meeting, voting):
    booth = take_papers(database, voting, meeting.council.members[0])
    one = next(iter(booth.papers))
    assert refused(lambda: drop(database, booth, one)) == "voting_not_open"
    assert rows(database, DroppedBallot) == []


NO_BALLOTS = {
    "an invented paper": ({"paper": new_paper()}, "invalid_ballot"),
    "no paper": ({"paper": b""}, "invalid_ballot"),
    "a paper too long": ({"paper": b"\1" * 4096}, "invalid_ballot"),
    "no signature": ({"signature": b""}, "invalid_ballot"),
    "a forged signature": ({"signature": bytes(128)}, "invalid_ballot"),
    "a choice that is none": ({"choice": "yes"}, "invalid_ballot"),
    "a word in place of a choice": ({"choice": "agree"}, "invalid_ballot"),
    "an item of no vote": ({"item_vote_id": 999}, "invalid_ballot"),
    "another vote": ({"public_id": "0" * 32}, "not_found"),
}


@on_sqlite
def test_what_is_no_ballot_is_refused_and_changes_nothing(database, booths):
    before = state_of(database)
    codes = {
        name: refused(lambda change=change: drop(database, booths[0], **change))
        for name, (change, _) in NO_BALLOTS.items()
    }
    assert codes == {name: code for name, (_, code) in NO_BALLOTS.items()}
    assert state_of(database) == before


@on_sqlite
def test_a_paper_of_one_item_is_worth_nothing_for_another(database, booths):
    one, other = booths[0].papers
    call = {"paper": booths[0].papers[other], "signature": booths[0].signatures[other]}
    assert refused(lambda: drop(database, booths[0], one, **call)) == "invalid_ballot"


@on_sqlite
def test_a_box_with_a_paper_that_was_not_given_out_is_not_counted(
    database, meeting, voting, booths
):
    one = next(iter(booths[0].papers))
    with unit_of_work(database) as session:
        session.execute(
            insert(DroppedBallot).values(
                item_vote_id=one, tag=b"\1" * 32, paper=b"\1" * 48, signature=b"\1" * 128,
                choice=AGREE,
            )
        )  # fmt: skip
    before = state_of(database)
    assert refused(lambda: meeting.close(voting, with_missing=True)) == "invalid_ballot"
    assert state_of(database) == before


# ---- what is shown while it runs ----------------------------------------------------------


@on_sqlite
def test_progress_tells_how_many_dropped_every_paper_and_no_choice(
    database, meeting, voting, booths
):
    one, other = booths[0].papers
    seen = []
    for booth, item in ((0, one), (1, one), (0, other), (1, other)):
        drop(database, booths[booth], item)
        with reading(database) as session:
            found = progress(session, voting.public_id)
        seen.append((found.state, found.given, found.dropped))
    assert seen == [(State.CASTING, 5, dropped) for dropped in (0, 0, 1, 2)]


@on_sqlite
def test_progress_of_an_unknown_or_an_open_vote_is_not_found(database, meeting):
    vote_openly(database)
    voting = meeting.put()
    for public_id in ("0" * 32, voting.public_id):
        with pytest.raises(EngineError) as caught, reading(database) as session:
            progress(session, public_id)
        assert caught.value.code == "not_found"


@on_sqlite
def test_the_list_of_those_with_papers_is_in_the_order_of_the_minutes(
    database, meeting, voting
):
    for place in (3, 1):
        take_papers(database, voting, meeting.council.members[place])
    with reading(database) as session:
        found = [seat.position_id for seat in seats_with_papers(session, voting.id)]
    assert found == [meeting.council.seats[1], meeting.council.seats[3]]


@on_sqlite
def test_only_who_holds_papers_may_be_dropping_and_only_while_papers_are_dropped(
    database, meeting, voting
):
    holder, other = (meeting.council.members[place].person_id for place in (0, 1))

    def found():
        with reading(database) as session:
            return may_be_dropping(session, holder), may_be_dropping(session, other)

    take_papers(database, voting, meeting.council.members[0])
    before = found()
    cast(database, meeting, voting)
    during = found()
    meeting.close(voting, with_missing=True)
    assert (before, during, found()) == ((False, False), (True, False), (False, False))


@on_sqlite
def test_a_vote_is_closed_with_papers_missing_only_if_that_is_said(
    database, meeting, voting, booths
):
    drop_all(database, booths[0])
    with pytest.raises(VotesMissing) as caught:
        meeting.close(voting)
    assert caught.value.facts == {"returned": 2, "expected": 10}


def test_rows_of_papers_are_never_changed_or_removed(database, booths):
    drop_all(database, booths[0])
    for statement in (
        "DELETE FROM dropped_ballots",
        "UPDATE dropped_ballots SET choice = 'disagree'",
        "DELETE FROM given_papers",
    ):
        with pytest.raises(Exception, match=r"never changed|refuse|frozen|append"), (
            unit_of_work(database)
        ) as session:  # fmt: skip
            session.execute(text(statement))
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(DroppedBallot)) == 2
        assert session.scalar(select(func.count()).select_from(SessionSeat)) == 5
        assert session.scalar(select(func.count()).select_from(ItemVote)) == 2
