"""Who is at a session, whether enough are, and what absent members wrote."""

from datetime import date, timedelta

import pytest

from engine.council.attendance import Mark, quorum_of
from engine.council.conflicts import find_conflicts
from engine.filestore import FileStore
from engine.people import end_position
from engine.settings import put_setting
from engine.store.database import unit_of_work
from engine.store.models import CouncilSession, Position, StoredFile
from forms.vocabulary import Attendance, BallotChoice, CouncilOffice, ItemState, Role
from tests.engine.council.meetings import ABSTAIN, AGREE, DISAGREE, fresh_meeting, refused
from tests.engine.council.prepared import (
    AWAY,
    EXCUSED,
    PRESENT,
    SCAN,
    prepare_meeting,
    problems,
)
from tests.statements import counted
from tests.walk import on_sqlite
from tests.ward import NOON

LAST = 10


@pytest.fixture
def meeting(database_url):
    """A session of eleven that meets today, with three nominations on its agenda."""
    with fresh_meeting(database_url, prepare_meeting, on_agenda=True) as meeting:
        yield meeting


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def stand_in(meeting):
    """Return the mark of a seat in which the council's substitute sits."""
    return Mark(Attendance.SUBSTITUTED, substitute_id=meeting.council.substitute.person_id)


def attendance_field(meeting, place):
    return f"attendance.{meeting.council.seats[place]}"


@on_sqlite
def test_the_quorum_is_counted_as_members_come_and_go(meeting):
    quorum = meeting.mark(dict.fromkeys(range(7), PRESENT))
    assert (quorum.present, quorum.total, quorum.least, quorum.is_met) == (7, 11, 8, False)
    assert meeting.mark({7: PRESENT}).is_met
    assert not meeting.mark({0: AWAY, 1: EXCUSED}).is_met
    assert quorum_of(meeting.row()).present == 6
    assert [action for action, _ in meeting.journal()][-1] == "attendance.taken"


@on_sqlite
@pytest.mark.parametrize(
    ("size", "share", "least"),
    [
        (5, "2/3", 4),
        (9, "2/3", 6),
        (11, "2/3", 8),
        (12, "2/3", 8),
        (13, "3/4", 10),
        (15, "1/2", 8),
    ],
)
def test_what_the_office_set_is_the_least(database, ward, size, share, least):
    with unit_of_work(database) as session:
        put_setting(
            session,
            name="council_quorum",
            value=share,
            actor=ward.administrator,
            at=NOON - timedelta(days=1),
        )
    meeting = prepare_meeting(database, ward, cases=0, size=size)
    quorum = meeting.mark(dict.fromkeys(range(least - 1), PRESENT))
    assert (quorum.total, quorum.least, quorum.is_met) == (size, least, False)
    assert meeting.mark({least - 1: PRESENT}).is_met


@on_sqlite
def test_marks_are_kept_with_their_reasons_and_journaled_old_and_new(meeting):
    meeting.mark({0: PRESENT, 3: EXCUSED, 4: AWAY})
    meeting.mark({3: Mark(Attendance.PRESENT, "Đi công tác")})
    assert (meeting.seat(3).attendance, meeting.seat(3).absence_reason) == (
        *(Attendance.PRESENT, ""),
    )
    assert meeting.seat(4).attendance is Attendance.ABSENT
    assert meeting.seat(5).attendance is Attendance.EXPECTED
    _, detail = meeting.journal()[-1]
    assert detail == {"seats": {str(meeting.council.seats[3]): ["excused", "present"]}}


@on_sqlite
@pytest.mark.parametrize(
    ("mark", "found"),
    [
        (Mark(Attendance.EXCUSED), ["required"]),
        (Mark(Attendance.EXCUSED, "  "), ["required"]),
        (Mark(Attendance.EXCUSED, "x" * 301), ["too_long"]),
        (Mark(Attendance.ABSENT, "x" * 301), ["too_long"]),
        (Mark(Attendance.ABSENT, "\x07"), ["control_character"]),
    ],
)
def test_an_absence_with_a_reason_has_one_that_can_be_printed(meeting, mark, found):
    before = meeting.traces()
    field = f"reason.{meeting.council.seats[2]}"
    assert problems(lambda: meeting.mark({0: PRESENT, 2: mark})) == {field: found}
    assert meeting.traces() == before


@on_sqlite
def test_there_are_no_more_than_the_members(meeting):
    before = meeting.traces()
    meeting.council.seats.append(9_999)
    marks = dict.fromkeys(range(12), PRESENT)
    assert problems(lambda: meeting.mark(marks)) == {"_form": ["not_on_council"]}
    assert problems(lambda: meeting.mark({})) == {"_form": ["choose_one"]}
    assert meeting.traces() == before


@on_sqlite
def test_a_seat_of_another_council_is_not_one_of_these(meeting):
    other = prepare_meeting(meeting.database, meeting.ward, cases=0, size=9, unit="tinh")
    meeting.council.seats[3] = other.council.seats[0]
    assert problems(lambda: meeting.mark({3: PRESENT})) == {"_form": ["not_on_council"]}


@on_sqlite
@pytest.mark.parametrize("at", [NOON - timedelta(hours=13), NOON + timedelta(hours=12)])
def test_attendance_is_taken_on_the_day_or_in_the_session(meeting, at):
    before = meeting.traces()
    assert problems(lambda: meeting.mark({0: PRESENT}, at=at)) == {"_form": ["not_its_day"]}
    assert meeting.traces() == before
    meeting.open()
    assert meeting.mark({1: PRESENT}, at=NOON + timedelta(hours=12)).present == 2


@on_sqlite
def test_nobody_comes_or_goes_while_a_vote_is_running(meeting):
    meeting.mark(dict.fromkeys(range(11), PRESENT))
    meeting.open()
    voting = meeting.put(items=meeting.items[:1])
    before = meeting.traces()
    assert refused(lambda: meeting.mark({5: AWAY})) == "session_not_ready"
    assert meeting.traces() == before
    for place in range(11):
        meeting.cast(voting, place)
    meeting.close(voting)
    assert meeting.mark({5: AWAY}).present == 10


@on_sqlite
@pytest.mark.parametrize(("right", "present"), [("votes", 11), ("attends", 10)])
def test_a_substitute_counts_where_the_office_lets_them_vote(meeting, right, present):
    with unit_of_work(meeting.database) as session:
        put_setting(
            session,
            name="council_substitutes",
            value=right,
            actor=meeting.ward.administrator,
            at=NOON,
        )
    quorum = meeting.mark(dict.fromkeys(range(10), PRESENT) | {LAST: stand_in(meeting)})
    assert (quorum.present, quorum.total) == (present, 11)
    seat = meeting.seat(LAST)
    assert seat.substitute_name == "Dương Thị Dự Thay"
    who = meeting.council.substitute.person_id if right == "votes" else None
    assert seat.voter_id == who
    meeting.mark({LAST: PRESENT})
    assert (meeting.seat(LAST).substitute_id, meeting.seat(LAST).substitute_name) == (None, "")


@on_sqlite
def test_a_substitute_sits_where_they_were_named_for(meeting):
    before = meeting.traces()
    field = attendance_field(meeting, 3)
    for mark in (stand_in(meeting), Mark(Attendance.SUBSTITUTED)):
        assert problems(lambda mark=mark: meeting.mark({3: mark})) == {
            field: ["not_a_substitute"]
        }
    stranger = Mark(Attendance.SUBSTITUTED, substitute_id=meeting.ward.school_head.person_id)
    field = attendance_field(meeting, LAST)
    assert problems(lambda: meeting.mark({LAST: stranger})) == {field: ["not_a_substitute"]}
    assert meeting.traces() == before


def name_substitute(meeting, place, person_id):
    """Name a person as substitute for the member in a place."""
    with unit_of_work(meeting.database) as session:
        session.add(
            Position(
                person_id=person_id,
                unit_id=meeting.council.unit_id,
                role=Role.COUNCIL_MEMBER,
                council_office=CouncilOffice.SUBSTITUTE,
                substitutes_id=meeting.council.seats[place],
                title="Chuyên viên",
                starts_on=date(2025, 7, 1),
            )
        )


@on_sqlite
def test_a_substitute_sits_in_one_seat_alone(meeting):
    name_substitute(meeting, 3, meeting.council.substitute.person_id)
    field = attendance_field(meeting, 3)
    both = {3: stand_in(meeting), LAST: stand_in(meeting)}
    assert list(problems(lambda: meeting.mark(both)).values()) == [["not_a_substitute"]]
    meeting.mark({LAST: stand_in(meeting)})
    one = {3: stand_in(meeting)}
    assert problems(lambda: meeting.mark(one)) == {field: ["not_a_substitute"]}
    meeting.mark({3: stand_in(meeting), LAST: AWAY})
    assert meeting.seat(LAST).substitute_id is None


@on_sqlite
def test_a_member_is_nobodys_substitute(meeting):
    member = meeting.council.members[4].person_id
    name_substitute(meeting, 3, member)
    mark = Mark(Attendance.SUBSTITUTED, substitute_id=member)
    field = attendance_field(meeting, 3)
    assert problems(lambda: meeting.mark({3: mark})) == {field: ["not_a_substitute"]}


@on_sqlite
def test_a_substitute_whose_time_is_over_does_not_sit_in(meeting):
    with unit_of_work(meeting.database) as session:
        position = session.query(Position).filter_by(
            person_id=meeting.council.substitute.person_id
        )
        end_position(
            session,
            position_id=position.one().id,
            ends_on=date(2030, 12, 1),
            actor=meeting.ward.administrator,
            at=NOON,
        )
    field = attendance_field(meeting, LAST)
    mark = {LAST: stand_in(meeting)}
    assert problems(lambda: meeting.mark(mark)) == {field: ["not_a_substitute"]}


def test_what_an_absent_member_wrote_is_kept_with_its_scan(meeting, store):
    meeting.opine(store, 4, 0, 2, choice=DISAGREE)
    first, second, third = meeting.row().items
    (opinion,) = first.written_opinions
    assert (opinion.position_id, opinion.choice) == (meeting.council.seats[4], DISAGREE)
    assert (opinion.sha256, opinion.file_name) == (SCAN.sha256, "y-kien.png")
    assert opinion.entered_by_id == meeting.secretary.person_id
    assert (len(second.written_opinions), len(third.written_opinions)) == (0, 1)
    with unit_of_work(meeting.database) as session:
        assert session.get(StoredFile, SCAN.sha256) is not None
    action, detail = meeting.journal()[-1]
    assert (action, detail["sha256"]) == ("opinion.entered", SCAN.sha256)
    assert set(detail["choices"].values()) == {"disagree"}


def test_what_is_entered_again_replaces_what_was_entered(meeting, store):
    meeting.opine(store, 4, 0, 1, choice=AGREE)
    meeting.opine(store, 4, 0, choice=ABSTAIN)
    found = [[one.choice for one in item.written_opinions] for item in meeting.row().items]
    assert found == [[ABSTAIN], [AGREE], []]


@on_sqlite
@pytest.mark.parametrize(
    ("marks", "is_taken"),
    [({4: PRESENT}, False), ({4: AWAY}, True), ({4: EXCUSED}, True), ({}, True)],
)
def test_who_is_there_votes_there(meeting, store, marks, is_taken):
    if marks:
        meeting.mark(marks)
    before = meeting.traces()
    if is_taken:
        meeting.opine(store, 4, 0)
    else:
        call = lambda: meeting.opine(store, 4, 0)  # noqa: E731
        assert problems(call) == {"position_id": ["member_is_there"]}
        assert meeting.traces() == before


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"choices": {}}, {"choices": ["choose_one"]}),
        ({"choices": {999: BallotChoice.AGREE}}, {"choices": ["not_in_list"]}),
        ({"position_id": 999}, {"position_id": ["not_on_council"]}),
    ],
)
def test_an_opinion_is_of_a_member_and_on_an_item(meeting, store, changes, found):
    before = meeting.traces()
    assert problems(lambda: meeting.opine(store, 4, 0, **changes)) == found
    assert meeting.traces() == before


@on_sqlite
def test_nothing_is_written_about_an_item_that_was_voted_on(meeting, store):
    meeting.mark(dict.fromkeys(range(10), PRESENT) | {LAST: AWAY})
    meeting.open()
    voting = meeting.put(items=meeting.items[:1])
    call = lambda *items: lambda: meeting.opine(store, LAST, *items)  # noqa: E731
    assert problems(call(0)) == {"choices": ["item_was_voted_on"]}
    meeting.opine(store, LAST, 1)
    for place in range(10):
        meeting.cast(voting, place)
    meeting.close(voting)
    assert problems(call(0, 1)) == {"choices": ["item_was_voted_on"]}
    assert meeting.states() == [ItemState.DECIDED, ItemState.WAITING, ItemState.WAITING]


@on_sqlite
def test_the_secretary_alone_enters_opinions(meeting, store):
    for key, code in {"council_member": "not_permitted", "school_head": "not_found"}.items():
        actor = meeting.ward.people[key]
        call = lambda actor=actor: meeting.opine(store, 4, 0, actor=actor)  # noqa: E731
        assert refused(call) == code
    assert [item.written_opinions for item in meeting.row().items] == [[], [], []]


@on_sqlite
def test_marking_finds_whom_the_agenda_concerns_in_few_queries(meeting):
    with unit_of_work(meeting.database) as session:
        found = session.get_one(CouncilSession, meeting.id)
        with counted(meeting.database) as seen:
            find_conflicts(session, found)
    assert len(seen) <= 6
