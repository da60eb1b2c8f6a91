"""Members whom an item concerns: found by the system or declared, and never lost."""

from datetime import date

import pytest
from sqlalchemy import update

from engine.council import agenda, sessions
from engine.council.attendance import Mark
from engine.council.conflicts import declare_conflict
from engine.people import end_position
from engine.store.database import unit_of_work
from engine.store.models import Case, Conflict, CouncilSession, Position
from forms.vocabulary import Attendance, ConflictKind, Role, SessionState, VoteResult
from tests.engine.council.meetings import fresh_meeting, refused
from tests.engine.council.prepared import (
    AWAY,
    PRESENT,
    TOMORROW,
    let_wait,
    prepare_meeting,
    problems,
)
from tests.walk import on_sqlite
from tests.ward import NOON

NOMINEE, HEADS, DECLARED = ConflictKind
FOUND, SAID = False, True
LAST = 10


@pytest.fixture
def meeting(database_url):
    """A session of eleven that meets today, and three nominations that wait."""
    with fresh_meeting(database_url, prepare_meeting) as meeting:
        yield meeting


@pytest.fixture
def full(meeting):
    """The same session with all three on its agenda."""
    meeting.items = meeting.add()
    return meeting


def give_position(meeting, person_id, unit, role=Role.UNIT_HEAD, ends_on=None):
    """Give a person a position in a unit."""
    with unit_of_work(meeting.database) as session:
        position = Position(
            person_id=person_id,
            unit_id=meeting.ward.units[unit],
            role=role,
            title="",
            starts_on=date(2026, 1, 1),
            ends_on=ends_on,
        )
        session.add(position)
        session.flush()
        return position.id


def nominate(meeting, **values):
    """Let the first nomination be of somebody else."""
    with unit_of_work(meeting.database) as session:
        first = session.query(Case).order_by(Case.id).first()
        session.execute(update(Case).where(Case.id == first.id).values(**values))


def declare(meeting, place, item=0, note="Em ruột của người được đề nghị.", **changes):
    """Let the member in a place declare an interest in an item."""
    values = {"actor": meeting.council.members[place], "item_id": meeting.items[item]}
    return meeting.do(declare_conflict, note=note, **(values | changes))


@on_sqlite
@pytest.mark.parametrize("by", ["person", "name"])
def test_a_member_who_is_nominated_is_found(meeting, by):
    member = meeting.council.members[5]
    if by == "name":
        meeting.tasks = [let_wait(meeting.database, meeting.ward, member.name.upper())]
    else:
        nominate(meeting, subject_person_id=member.person_id)
    meeting.add(0)
    assert meeting.conflicts() == {(1, 5): (NOMINEE, FOUND)}


@on_sqlite
@pytest.mark.parametrize("column", ["unit_id", "subject_unit_id"])
def test_a_member_who_heads_a_unit_concerned_is_found(meeting, column):
    unit_id = meeting.ward.units["cong-ty"]
    nominate(meeting, **{column: unit_id})
    give_position(meeting, meeting.council.members[4].person_id, "cong-ty")
    meeting.add()
    assert meeting.conflicts() == {(1, 4): (HEADS, FOUND)}


@on_sqlite
def test_who_works_there_or_headed_it_once_is_not_concerned(meeting):
    people = [member.person_id for member in meeting.council.members]
    give_position(meeting, people[3], "truong", Role.UNIT_CLERK)
    give_position(meeting, people[4], "truong", ends_on=date(2030, 12, 1))
    meeting.add()
    assert meeting.conflicts() == {}


@on_sqlite
def test_a_unit_with_the_name_of_a_member_is_not_that_member(meeting):
    member = meeting.council.members[5]
    meeting.tasks = [let_wait(meeting.database, meeting.ward, member.name)]
    with unit_of_work(meeting.database) as session:
        session.execute(
            update(Case)
            .where(Case.subject_name == member.name)
            .values(subject_unit_id=meeting.ward.units["cong-ty"])
        )
    meeting.add(0)
    assert meeting.conflicts() == {}


@on_sqlite
def test_who_is_found_follows_the_members_until_the_opening(full):
    head = full.ward.school_head.person_id
    seat = give_position(full, head, "phuong", Role.COUNCIL_MEMBER)
    full.do(sessions.invite, session_id=full.id)
    full.council.seats.append(seat)
    assert full.conflicts() == {(n, 11): (HEADS, FOUND) for n in (1, 2, 3)}
    with unit_of_work(full.database) as session:
        end_position(
            session,
            position_id=seat,
            ends_on=date(2030, 12, 1),
            actor=full.ward.administrator,
            at=NOON,
        )
    full.do(sessions.invite, session_id=full.id)
    assert full.conflicts() == {}


@on_sqlite
def test_who_came_on_the_agenda_late_is_found_too(full):
    full.open()
    member = full.council.members[5]
    full.tasks = [let_wait(full.database, full.ward, member.name)]
    full.add(0)
    assert full.conflicts() == {(4, 5): (NOMINEE, FOUND)}


@on_sqlite
def test_a_substitute_whom_an_item_concerns_is_found_while_they_sit(meeting):
    substitute = meeting.council.substitute
    meeting.tasks = [let_wait(meeting.database, meeting.ward, substitute.name)]
    meeting.add(0)
    assert meeting.conflicts() == {}
    sits = Mark(Attendance.SUBSTITUTED, substitute_id=substitute.person_id)
    meeting.mark({LAST: sits})
    assert meeting.conflicts() == {(1, LAST): (NOMINEE, FOUND)}
    meeting.mark({LAST: AWAY})
    assert meeting.conflicts() == {}


def test_a_member_declares_an_interest_and_the_journal_keeps_it(full):
    declare(full, 4, 1)
    assert full.conflicts() == {(2, 4): (DECLARED, SAID)}
    (conflict,) = full.row().items[1].conflicts
    assert conflict.note == "Em ruột của người được đề nghị."
    action, detail = full.journal()[-1]
    assert action == "conflict.declared"
    assert (detail["item"], detail["seat"]) == (2, full.council.seats[4])


@on_sqlite
def test_what_was_declared_is_not_removed_by_what_is_found(full):
    declare(full, 4)
    full.do(sessions.invite, session_id=full.id)
    full.mark({4: AWAY})
    full.mark({4: PRESENT})
    full.open()
    assert full.conflicts() == {(1, 4): (DECLARED, SAID)}


@on_sqlite
def test_who_was_found_and_says_so_stays_found_with_their_words(full):
    position = give_position(full, full.council.members[4].person_id, "truong")
    full.do(sessions.invite, session_id=full.id)
    declare(full, 4)
    assert full.conflicts()[1, 4] == (HEADS, SAID)
    with unit_of_work(full.database) as session:
        session.delete(session.get_one(Position, position))
    full.do(sessions.invite, session_id=full.id)
    assert full.conflicts() == {(1, 4): (HEADS, SAID)}


@on_sqlite
def test_saying_it_again_changes_the_words(full):
    declare(full, 4)
    declare(full, 4, note="Vợ của người được đề nghị.")
    (conflict,) = full.row().items[0].conflicts
    assert conflict.note == "Vợ của người được đề nghị."


@on_sqlite
def test_the_interest_of_a_member_who_left_does_not_shrink_the_council(full):
    declare(full, 4)
    with unit_of_work(full.database) as session:
        end_position(
            session,
            position_id=full.council.seats[4],
            ends_on=date(2030, 12, 1),
            actor=full.ward.administrator,
            at=NOON,
        )
    full.do(sessions.invite, session_id=full.id)
    assert [item.conflicts for item in full.row().items] == [[], [], []]


@on_sqlite
def test_what_a_member_declared_goes_with_them_into_another_seat(full):
    member = full.council.members[4]
    declare(full, 4)
    with unit_of_work(full.database) as session:
        end_position(
            session,
            position_id=full.council.seats[4],
            ends_on=date(2030, 12, 1),
            actor=full.ward.administrator,
            at=NOON,
        )
    seat = give_position(full, member.person_id, "phuong", Role.COUNCIL_MEMBER)
    full.do(sessions.invite, session_id=full.id)
    (conflict,) = full.row().items[0].conflicts
    assert (conflict.position_id, conflict.kind) == (seat, DECLARED)
    assert conflict.note == "Em ruột của người được đề nghị."


@on_sqlite
def test_what_was_declared_of_a_nomination_put_off_holds_at_the_next_session(full):
    declare(full, 4, 2)
    full.open()
    full.do(agenda.postpone_item, item_id=full.items[2], reason="Chờ bổ sung.")
    other = full.prepare(meets_at=TOMORROW)
    full.add(session_id=other)
    assert full.conflicts(other) == {(1, 4): (DECLARED, SAID)}


@on_sqlite
def test_a_substitute_declares_for_the_seat_in_which_they_sit(full):
    substitute = full.council.substitute
    assert refused(lambda: declare(full, 0, actor=substitute)) == "not_entitled_to_vote"
    full.mark({LAST: Mark(Attendance.SUBSTITUTED, substitute_id=substitute.person_id)})
    declare(full, 0, actor=substitute)
    assert full.conflicts() == {(1, LAST): (DECLARED, SAID)}


@on_sqlite
@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("provincial_clerk", "not_found"),
        ("school_head", "not_found"),
        ("ward_deputy", "not_entitled_to_vote"),
        ("auditor", "not_entitled_to_vote"),
    ],
)
def test_who_has_no_seat_declares_nothing(full, key, code):
    before = full.traces()
    assert refused(lambda: declare(full, 0, actor=full.ward.people[key])) == code
    assert full.traces() == before


@on_sqlite
@pytest.mark.parametrize(
    ("note", "found"),
    [("  ", "required"), ("x" * 501, "too_long"), ("\x1b", "control_character")],
)
def test_an_interest_is_declared_in_words(full, note, found):
    before = full.traces()
    assert problems(lambda: declare(full, 4, note=note)) == {"note": [found]}
    assert full.traces() == before


@on_sqlite
def test_an_interest_is_declared_before_the_vote(full):
    full.mark(dict.fromkeys(range(11), PRESENT))
    full.open()
    voting = full.put(items=full.items[:1])
    assert refused(lambda: declare(full, 4)) == "session_not_ready"
    declare(full, 4, 1)
    for place in range(11):
        full.cast(voting, place)
    assert full.close(voting) == [VoteResult.PASSED]
    assert refused(lambda: declare(full, 4)) == "session_not_ready"
    assert full.conflicts() == {(2, 4): (DECLARED, SAID)}


@on_sqlite
@pytest.mark.parametrize(
    "state", [SessionState.CLOSED, SessionState.SIGNED, SessionState.RECALLED]
)
def test_an_interest_comes_too_late_once_the_session_is_over(full, state):
    with unit_of_work(full.database) as session:
        session.execute(update(CouncilSession).values(state=state))
    assert refused(lambda: declare(full, 4)) == "session_not_ready"
    assert full.conflicts() == {}


@on_sqlite
def test_what_was_voted_on_is_left_as_it_was(full):
    full.mark(dict.fromkeys(range(11), PRESENT))
    full.open()
    full.vote("A" * 11, items=full.items[:1])
    give_position(full, full.council.members[4].person_id, "truong")
    full.mark({5: AWAY})
    assert full.conflicts() == {(2, 4): (HEADS, FOUND), (3, 4): (HEADS, FOUND)}


@on_sqlite
def test_an_item_that_is_not_there_concerns_nobody(full):
    assert refused(lambda: declare(full, 4, item_id=999)) == "not_found"
    with unit_of_work(full.database) as session:
        assert session.query(Conflict).count() == 0
