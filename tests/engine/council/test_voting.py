"""Votes of a session: who may, when, on what; what they come to; and each refusal."""

from collections.abc import Iterator

import pytest

from engine.council.questions import outlook_of
from engine.council.voting import void_voting
from engine.errors import NoQuorum, TooManyVotes, VotesMissing
from engine.people import actor_for
from engine.settings import put_setting
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    AgendaItem,
    BallotKey,
    CouncilSession,
    Position,
    TaskState,
    UserTask,
    Voting,
)
from forms.vocabulary import (
    Award,
    ConflictRule,
    ItemState,
    SessionState,
    VoteResult,
    VotingMode,
    VotingState,
)
from tests.engine.council.meetings import (
    ABSTAIN,
    AGREE,
    DISAGREE,
    MINUTE,
    Meeting,
    fresh_meeting,
    hold_meeting,
    refused,
)
from tests.walk import on_sqlite
from tests.ward import NOON

PASSED, FAILED, TIED = VoteResult.PASSED, VoteResult.FAILED, VoteResult.TIED


@pytest.fixture
def meeting(database_url) -> Iterator[Meeting]:
    """An open session of eleven with two nominations for a certificate: six must agree."""
    with fresh_meeting(database_url, items=2) as meeting:
        yield meeting


@pytest.fixture
def setting(meeting):
    def put(name, value):
        who = meeting.ward.administrator
        with unit_of_work(meeting.database) as session:
            put_setting(session, name=name, value=value, actor=who, at=NOON)

    return put


def test_an_open_vote_from_its_opening_to_its_result(meeting):
    voting = meeting.put()
    assert (voting.state, voting.number, len(voting.public_id)) == (VotingState.CASTING, 1, 32)
    assert meeting.states() == [ItemState.VOTING] * 2
    for place in range(11):
        meeting.cast(voting, place, [AGREE, DISAGREE, ABSTAIN][place % 3])
    assert meeting.close(voting) == [TIED] * 2
    (first, _) = meeting.votes(voting)
    assert (first.agree, first.disagree, first.abstain) == (4, 4, 3)
    assert (first.issued, first.returned, first.least, first.total_members) == (11, 11, 6, 11)
    assert meeting.states() == [ItemState.DECIDED] * 2
    actions = [action for action, _ in meeting.journal()]
    assert actions == ["voting.opened", *["ballots.cast"] * 11, "voting.closed"]


@on_sqlite
def test_the_journal_names_who_voted_what_and_what_came_of_it(meeting):
    voting = meeting.put(items=meeting.items[:1])
    meeting.cast(voting, 3, DISAGREE)
    meeting.close(voting, with_missing=True)
    (vote,) = meeting.votes(voting)
    opened, cast, closed = (detail for _, detail in meeting.journal())
    assert opened["items"][0] | {"rule": "C05", "total": 11, "least": 6} == opened["items"][0]
    assert cast["seat"] == meeting.council.seats[3]
    assert cast["choices"] == {str(vote.id): "disagree"}
    assert (closed["items"][0]["disagree"], closed["items"][0]["result"]) == (1, "failed")


@on_sqlite
@pytest.mark.parametrize(
    ("choices", "result"),
    [
        ("AAAAAADDDDD", PASSED),
        ("AAAAA------", FAILED),
        ("AAAAADDDDDB", TIED),
        ("BBBBBBBBBBB", FAILED),
        ("-----------", FAILED),
    ],
)
def test_more_than_half_of_all_members_must_agree(meeting, choices, result):
    assert meeting.vote(choices, items=meeting.items[:1]) == [result]


@on_sqlite
def test_written_opinions_of_those_absent_count_apart(meeting):
    meeting.absent(8, 9, 10)
    meeting.write(8, AGREE)
    meeting.write(9, DISAGREE)
    meeting.write(10, AGREE, item=1)
    meeting.write(0, AGREE, item=1)  # the chair came after all
    assert meeting.vote("AAAAABBB") == [PASSED, PASSED]
    first, second = meeting.votes(_last(meeting))
    assert (first.agree, first.written_agree, first.written_disagree) == (5, 1, 1)
    assert (second.agree, second.written_agree) == (5, 1)


@on_sqlite
def test_written_opinions_are_only_read_out_where_the_office_says_so(meeting, setting):
    setting("council_written_opinions", "read_out")
    meeting.absent(10)
    meeting.write(10, AGREE)
    assert meeting.vote("AAAAABBBBB", items=meeting.items[:1]) == [FAILED]
    assert meeting.votes(_last(meeting))[0].written_agree == 1


def _last(meeting):
    with reading(meeting.database) as session:
        (*_, last) = session.get_one(CouncilSession, meeting.id).votings
        session.expunge_all()
        return last


# Conflicts of interest.


@on_sqlite
@pytest.mark.parametrize(
    ("rule", "total", "voters", "least"),
    [
        (ConflictRule.VOTES, 11, 11, 6),
        (ConflictRule.STEPS_OUT, 11, 10, 6),
        (ConflictRule.LEFT_OUT, 10, 10, 6),
    ],
)
def test_a_setting_says_what_a_conflict_does(meeting, setting, rule, total, voters, least):
    setting("council_conflict", rule.value)
    meeting.concern(2)
    (vote, other) = meeting.votes(meeting.put())
    assert (vote.total_members, vote.voters, vote.least) == (total, voters, least)
    assert (other.total_members, other.voters) == (11, 11)
    assert vote.conflict_rule is rule


@on_sqlite
def test_whoever_is_kept_out_votes_on_the_other_items_alone(meeting, setting):
    setting("council_conflict", ConflictRule.STEPS_OUT.value)
    meeting.concern(2)
    voting = meeting.put()
    first, second = (vote.id for vote in meeting.votes(voting))
    sheet = {first: (AGREE, ""), second: (AGREE, "")}
    before = meeting.traces()
    assert refused(lambda: meeting.cast(voting, 2, choices=sheet)) == "not_entitled_to_vote"
    assert meeting.traces() == before
    for place in range(11):
        meeting.cast(voting, place)
    meeting.close(voting)
    assert [vote.agree for vote in meeting.votes(voting)] == [10, 11]


@on_sqlite
def test_whoever_is_kept_out_of_everything_has_no_vote_and_is_not_waited_for(meeting, setting):
    setting("council_conflict", ConflictRule.LEFT_OUT.value)
    meeting.concern(2)
    voting = meeting.put(items=meeting.items[:1])
    assert refused(lambda: meeting.cast(voting, 2)) == "not_entitled_to_vote"
    for place in (0, 1, *range(3, 11)):
        meeting.cast(voting, place)
    assert meeting.close(voting) == [PASSED]


@on_sqlite
def test_what_a_member_with_a_conflict_wrote_does_not_count(meeting, setting):
    setting("council_conflict", ConflictRule.LEFT_OUT.value)
    meeting.concern(10)
    meeting.absent(10)
    meeting.write(10, DISAGREE)
    meeting.vote("AAAAAAAAAA", items=meeting.items[:1])
    (vote,) = meeting.votes(_last(meeting))
    assert (vote.written_disagree, vote.total_members) == (0, 10)


# Who may vote, when, and what.


def test_a_stranger_an_absent_member_and_one_who_was_replaced_have_no_vote(meeting):
    meeting.absent(9)
    meeting.substituted(10)
    voting = meeting.put()
    before = meeting.traces()
    sheet = {vote.id: (AGREE, "") for vote in meeting.votes(voting)}
    for actor in (meeting.ward.school_clerk, *meeting.council.members[9:]):
        call = lambda actor=actor: meeting.cast(voting, 0, actor=actor, choices=sheet)  # noqa: E731
        assert refused(call) == "not_entitled_to_vote"
    assert meeting.traces() == before
    meeting.cast(voting, 10, actor=meeting.council.substitute)


@on_sqlite
def test_a_substitute_who_only_attends_has_no_vote(meeting):
    meeting.substituted(10, votes=False)
    voting = meeting.put()
    stands_in = meeting.council.substitute
    assert refused(lambda: meeting.cast(voting, 10, actor=stands_in)) == "not_entitled_to_vote"


@on_sqlite
def test_a_member_appointed_after_the_opening_has_no_vote(meeting):
    voting = meeting.put()
    person_id = meeting.ward.ward_clerk.person_id
    first = meeting.council.seats[0]
    with unit_of_work(meeting.database) as session:
        seat = session.get_one(Position, first)
        values = {name: getattr(seat, name) for name in ("unit_id", "role", "title")}
        session.add(Position(person_id=person_id, starts_on=NOON.date(), **values))
        session.flush()
        new = actor_for(session, person_id, None, NOON.date())
    assert refused(lambda: meeting.cast(voting, 0, actor=new)) == "not_entitled_to_vote"


def test_a_seat_votes_once_and_the_first_vote_counts(meeting):
    voting = meeting.put()
    meeting.cast(voting, 0, AGREE)
    before = meeting.traces()
    assert refused(lambda: meeting.cast(voting, 0, DISAGREE)) == "already_voted"
    assert meeting.traces() == before


@on_sqlite
@pytest.mark.parametrize(
    "forge",
    [
        lambda ids: {},
        lambda ids: {ids[0]: (AGREE, "")},
        lambda ids: dict.fromkeys([*ids, 9_999], (AGREE, "")),
        lambda ids: dict.fromkeys(ids, ("agree", "")),
        lambda ids: dict.fromkeys(ids, ("maybe", "")),
        lambda ids: dict.fromkeys(ids, (VoteResult.PASSED, "")),
    ],
)
def test_a_sheet_that_lacks_an_item_or_has_a_forged_one_is_refused(meeting, forge):
    voting = meeting.put()
    ids = [vote.id for vote in meeting.votes(voting)]
    before = meeting.traces()
    sheet = forge(ids)
    assert refused(lambda: meeting.cast(voting, 0, choices=sheet)) == "invalid_ballot"
    assert meeting.traces() == before


@on_sqlite
def test_an_item_that_is_not_put_to_the_vote_is_not_on_the_sheet(meeting):
    earlier = meeting.put(items=meeting.items[:1])
    meeting.close(earlier, with_missing=True)
    voting = meeting.put(items=meeting.items[1:])
    ids = [vote.id for each in (earlier, voting) for vote in meeting.votes(each)]
    sheet = dict.fromkeys(ids, (AGREE, ""))
    assert refused(lambda: meeting.cast(voting, 0, choices=sheet)) == "invalid_ballot"


@on_sqlite
@pytest.mark.parametrize("reason", ["x" * 1_001, "a\x00b"])
def test_a_reason_that_cannot_be_printed_is_refused(meeting, reason):
    voting = meeting.put(items=meeting.items[:1])
    (vote,) = meeting.votes(voting)
    before = meeting.traces()
    sheet = {vote.id: (DISAGREE, reason)}
    assert refused(lambda: meeting.cast(voting, 0, choices=sheet)) == "invalid_submission"
    assert meeting.traces() == before


def test_from_the_deadline_on_votes_are_refused_though_nobody_closed_the_vote(meeting):
    voting = meeting.put(closes_at=NOON + MINUTE)
    meeting.cast(voting, 0, at=NOON + MINUTE - MINUTE / 60)
    before = meeting.traces()
    for late in (NOON + MINUTE, NOON + 2 * MINUTE):
        assert refused(lambda at=late: meeting.cast(voting, 1, at=at)) == "voting_not_open"
    assert meeting.traces() == before


def test_after_the_closing_nobody_votes_and_nobody_closes_again(meeting):
    voting = meeting.put()
    meeting.close(voting, with_missing=True)
    before = meeting.traces()
    assert refused(lambda: meeting.cast(voting, 0)) == "voting_not_open"
    assert refused(lambda: meeting.close(voting)) == "voting_not_open"
    assert meeting.traces() == before


def test_a_vote_with_votes_missing_is_closed_only_if_the_secretary_says_so(meeting):
    voting = meeting.put()
    meeting.cast(voting, 0)
    before = meeting.traces()
    with pytest.raises(VotesMissing) as error:
        meeting.close(voting)
    assert error.value.facts == {"returned": 1, "expected": 11}
    assert meeting.traces() == before
    assert meeting.close(voting, with_missing=True) == [FAILED, FAILED]


# Putting items to the vote.


def test_without_a_quorum_nothing_is_put_to_the_vote(meeting):
    meeting.absent(7, 8, 9, 10)
    before = meeting.traces()
    with pytest.raises(NoQuorum) as error:
        meeting.put()
    assert error.value.facts == {"present": 7, "least": 8, "total": 11}
    assert meeting.traces() == before


@on_sqlite
def test_a_second_vote_waits_for_the_first(meeting):
    meeting.put(items=meeting.items[:1])
    before = meeting.traces()
    assert refused(lambda: meeting.put(items=meeting.items[1:])) == "session_not_ready"
    assert meeting.traces() == before


@on_sqlite
@pytest.mark.parametrize("state", [SessionState.PREPARED, SessionState.CLOSED])
def test_a_session_that_is_not_open_does_not_vote(meeting, state):
    with unit_of_work(meeting.database) as session:
        session.get_one(CouncilSession, meeting.id).state = state
    assert refused(meeting.put) == "session_not_ready"


@on_sqlite
def test_only_who_runs_the_session_opens_closes_and_voids(meeting):
    member = meeting.council.members[5]
    assert refused(lambda: meeting.put(actor=member)) == "not_permitted"
    assert refused(lambda: meeting.put(actor=meeting.ward.school_clerk)) == "not_found"
    voting = meeting.put()
    before = meeting.traces()
    assert refused(lambda: meeting.close(voting, actor=member)) == "not_permitted"
    assert refused(lambda: _void(meeting, voting, actor=member)) == "not_permitted"
    assert (
        refused(lambda: meeting.close(voting, actor=meeting.ward.school_clerk)) == "not_found"
    )
    assert meeting.traces() == before


@on_sqlite
def test_items_of_nobody_and_no_items_are_refused(meeting):
    assert refused(lambda: meeting.put(items=[])) == "invalid_submission"
    assert refused(lambda: meeting.put(items=[9_999])) == "not_found"


@on_sqlite
@pytest.mark.parametrize("state", [ItemState.POSTPONED, ItemState.SETTLED])
def test_an_item_that_is_postponed_or_settled_is_not_voted_on(meeting, state):
    with unit_of_work(meeting.database) as session:
        session.get_one(AgendaItem, meeting.items[0]).state = state
    assert refused(meeting.put) == "invalid_submission"


@on_sqlite
def test_a_case_that_left_the_council_is_not_voted_on(meeting):
    with unit_of_work(meeting.database) as session:
        item = session.get_one(AgendaItem, meeting.items[1])
        session.get_one(UserTask, item.task_id).state = TaskState.CANCELLED
    before = meeting.traces()
    assert refused(meeting.put) == "task_not_open"
    assert meeting.traces() == before


@on_sqlite
@pytest.mark.parametrize("closes_at", [NOON, NOON - MINUTE])
def test_a_deadline_that_is_past_is_refused(meeting, closes_at):
    assert refused(lambda: meeting.put(closes_at=closes_at)) == "invalid_submission"


@on_sqlite
@pytest.mark.parametrize(
    ("unit", "award", "mode", "code"),
    [
        ("tinh", Award.PROVINCIAL_MERIT, VotingMode.SECRET_PAPER, "no_voting_rule"),
        (
            *("tinh", Award.PRIME_MINISTER_CERTIFICATE),
            *(VotingMode.OPEN, "secret_ballot_required"),
        ),
        ("tinh", Award.LABOR_ORDER, VotingMode.SECRET_PAPER, "consultation_pending"),
    ],
)
def test_what_the_law_book_wants_of_a_vote(database, ward, unit, award, mode, code):
    meeting = hold_meeting(database, ward, size=9, unit=unit, award=award, mode=mode)
    before = meeting.traces()
    assert refused(meeting.put) == code
    assert meeting.traces() == before


@on_sqlite
def test_a_provincial_council_votes_on_paper_by_eighty_per_cent(database, ward):
    meeting = hold_meeting(
        database,
        ward,
        size=9,
        unit="tinh",
        award=Award.PRIME_MINISTER_CERTIFICATE,
        mode=VotingMode.SECRET_PAPER,
    )
    voting = meeting.put()
    assert [vote.least for vote in meeting.votes(voting)] == [8]
    assert voting.state is VotingState.COUNTING


@on_sqlite
def test_an_electronic_ballot_wants_a_key_for_each_item(database, ward):
    meeting = hold_meeting(database, ward, items=2, mode=VotingMode.SECRET_ELECTRONIC)
    before = meeting.traces()
    with pytest.raises(ValueError, match="0 keys for 2"):
        meeting.put()
    assert meeting.traces() == before
    keys = _keys(2)
    voting = meeting.put(items=meeting.items[::-1], keys=keys)
    assert voting.state is VotingState.CHECK_IN
    by_item = {vote.item_id: vote.id for vote in meeting.votes(voting)}
    with reading(database) as session:
        kept = [session.get_one(BallotKey, by_item[item]) for item in meeting.items[::-1]]
        assert [key.public_key for key in kept] == [key.public_der for key in keys]
    assert refused(lambda: meeting.close(voting)) == "voting_not_open"
    _void(meeting, voting)
    with reading(database) as session:
        assert session.get_one(BallotKey, meeting.votes(voting)[0].id).private_key is None


def _keys(count):
    from engine.council.blind import make_keys  # noqa: PLC0415

    return make_keys(count, 1024)


# Ties, repeated votes, void votes.


def test_a_tie_is_voted_on_again_and_the_earlier_round_is_kept(meeting):
    one = meeting.items[:1]
    assert meeting.vote("AAAAADDDDDB", items=one) == [TIED]
    assert meeting.vote("AAAAAADDDDD", items=one) == [PASSED]
    with reading(meeting.database) as session:
        votes = session.get_one(AgendaItem, one[0]).votes
        assert [(vote.round_number, vote.result) for vote in votes] == [(1, TIED), (2, PASSED)]
    assert refused(lambda: meeting.put(items=one)) == "invalid_submission"


@on_sqlite
def test_a_tie_in_the_last_round_is_not_passed(meeting):
    one = meeting.items[:1]
    meeting.vote("AAAAADDDDDB", items=one)
    assert meeting.vote("AAAAADDDDDB", items=one) == [FAILED]
    before = meeting.traces()
    with pytest.raises(TooManyVotes) as error:
        meeting.put(items=one)
    assert error.value.facts == {"limit": 1}
    assert meeting.traces() == before


@on_sqlite
@pytest.mark.parametrize(("revotes", "rounds"), [("0", 1), ("2", 3)])
def test_the_office_says_how_often_a_vote_is_repeated(meeting, setting, revotes, rounds):
    setting("council_revotes", revotes)
    for _ in range(rounds):
        meeting.vote("-----------", items=meeting.items[:1])
    assert refused(lambda: meeting.put(items=meeting.items[:1])) == "too_many_votes"


@on_sqlite
def test_a_void_vote_counts_for_nothing_and_is_no_round(meeting, setting):
    setting("council_revotes", "0")
    voting = meeting.put()
    meeting.cast(voting, 0)
    _void(meeting, voting)
    assert meeting.states() == [ItemState.WAITING] * 2
    assert [vote.result for vote in meeting.votes(voting)] == [None, None]
    assert refused(lambda: meeting.cast(voting, 1)) == "voting_not_open"
    assert refused(lambda: _void(meeting, voting)) == "voting_not_open"
    assert meeting.vote("AAAAAAAAAAA") == [PASSED, PASSED]
    assert [vote.round_number for vote in meeting.votes(_last(meeting))] == [2, 2]


@on_sqlite
def test_a_void_repetition_leaves_the_earlier_result(meeting):
    meeting.vote("-----------", items=meeting.items[:1])
    _void(meeting, meeting.put())
    assert meeting.states() == [ItemState.DECIDED, ItemState.WAITING]


@on_sqlite
def test_a_vote_is_not_voided_without_a_reason(meeting):
    voting = meeting.put()
    assert refused(lambda: _void(meeting, voting, reason=" ")) == "invalid_submission"


def _void(meeting, voting, actor=None, reason="Mất điện"):
    with unit_of_work(meeting.database) as session:
        void_voting(
            session,
            voting_id=voting.id,
            reason=reason,
            actor=actor or meeting.secretary,
            at=NOON,
        )


@on_sqlite
def test_what_lies_ahead_is_said_before_the_vote(meeting):
    meeting.vote("-----------", items=meeting.items[:1])
    with reading(meeting.database) as session:
        row = session.get_one(CouncilSession, meeting.id)
        ahead = list(outlook_of(session, row, NOON).values())
    assert [(one.rule.least(one.total), one.voters) for one in ahead] == [(6, 11), (6, 11)]
    assert [one.rounds_left for one in ahead] == [1, 2]


@on_sqlite
def test_a_vote_that_is_not_there_is_not_found(meeting):
    ghost = Voting(id=9_999)
    assert refused(lambda: meeting.close(ghost)) == "not_found"
    assert refused(lambda: meeting.cast(ghost, 0, choices={})) == "not_found"
    assert refused(lambda: _void(meeting, ghost)) == "not_found"
