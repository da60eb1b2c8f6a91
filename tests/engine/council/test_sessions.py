"""The life of a session: prepared, called, opened, recalled; and each refusal."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from engine.council import agenda, sessions
from engine.council.conflicts import declare_conflict
from engine.filestore import FileStore
from engine.people import end_position
from engine.store.database import unit_of_work
from engine.store.models import (
    CouncilSession,
    ItemVote,
    Position,
    TaskState,
    UserTask,
    Voting,
)
from engine.text import sort_key
from forms.vocabulary import (
    Attendance,
    ConflictKind,
    CouncilOffice,
    ItemState,
    Role,
    SessionState,
    VoteResult,
    VotingMode,
    VotingState,
)
from tests.engine.council.meetings import fresh_meeting, refused
from tests.engine.council.prepared import (
    AWAY,
    EXCUSED,
    PRESENT,
    TOMORROW,
    prepare_meeting,
    problems,
)
from tests.walk import on_sqlite
from tests.ward import NOON


@pytest.fixture
def meeting(database_url):
    """A session of eleven that meets today, with three nominations on its agenda."""
    with fresh_meeting(database_url, prepare_meeting, on_agenda=True) as meeting:
        yield meeting


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


@pytest.fixture
def province(database_url):
    """A session of the provincial council of nine, with nothing on its agenda yet."""
    with fresh_meeting(database_url, prepare_meeting, unit="tinh", size=9) as meeting:
        yield meeting


def leave(meeting, place, ends_on=date(2030, 12, 1)):
    """Let the member in a place leave the council, with this last day."""
    with unit_of_work(meeting.database) as session:
        end_position(
            session,
            position_id=meeting.council.seats[place],
            ends_on=ends_on,
            actor=meeting.ward.administrator,
            at=NOON,
        )


def appoint(meeting, person_id, office=CouncilOffice.MEMBER):
    """Give a person a seat on the council from today; return its id."""
    with unit_of_work(meeting.database) as session:
        position = Position(
            person_id=person_id,
            unit_id=meeting.council.unit_id,
            role=Role.COUNCIL_MEMBER,
            council_office=office,
            title="Ủy viên",
            starts_on=NOON.date(),
        )
        session.add(position)
        session.flush()
        return position.id


def test_a_session_from_its_preparation_to_its_opening(meeting):
    meeting.do(sessions.invite, session_id=meeting.id)
    meeting.open()
    found = meeting.row()
    assert (found.state, found.total_members) == (SessionState.OPEN, 11)
    assert (found.invited_at, found.opened_at) == (NOON, NOON)
    assert found.chaired_by_id == meeting.council.seats[0]
    assert {seat.position_id for seat in found.seats} == {*meeting.council.seats}
    assert [action for action, _ in meeting.journal()] == [
        *("session.prepared", "agenda.items_added", "session.called", "session.opened")
    ]


@on_sqlite
def test_the_provincial_council_meets_the_same_way(province):
    province.add()
    province.open()
    assert (province.row().state, province.row().total_members) == (SessionState.OPEN, 9)


@on_sqlite
def test_its_members_are_those_of_its_day_and_no_substitutes(meeting):
    seats = meeting.row().seats
    assert [seat.place for seat in seats] == list(range(1, 12))
    assert (seats[0].office, seats[-1].office) == (CouncilOffice.CHAIR, CouncilOffice.SECRETARY)
    assert {seat.attendance for seat in seats} == {Attendance.EXPECTED}
    members = [seat.name for seat in seats if seat.office is CouncilOffice.MEMBER]
    assert members == sorted(members, key=sort_key)
    assert "Dương Thị Dự Thay" not in {seat.name for seat in seats}


@on_sqlite
def test_what_the_office_set_for_the_day_is_its_quorum(meeting):
    assert meeting.row().quorum == "2/3"


@on_sqlite
@pytest.mark.parametrize(
    "key", ["council_member", "ward_chairman", "provincial_clerk", "auditor", "school_head"]
)
def test_who_does_not_run_the_council_prepares_nothing(meeting, key):
    before = meeting.traces()
    actor = meeting.ward.people[key]
    assert refused(lambda: meeting.prepare(actor=actor)) == "not_permitted"
    assert meeting.traces() == before


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": "  "}, {"name": ["required"]}),
        ({"name": "x" * 201}, {"name": ["too_long"]}),
        ({"place": ""}, {"place": ["required"]}),
        ({"place": "Phòng\x00họp"}, {"place": ["control_character"]}),
        ({"meets_at": NOON - timedelta(days=1)}, {"meets_at": ["day_is_past"]}),
        ({"meets_at": NOON.replace(year=2100)}, {"meets_at": ["no_members_then"]}),
    ],
    ids=["no-name", "long-name", "no-place", "odd-letter", "past", "no-members"],
)
@pytest.mark.parametrize("command", ["prepare", "change"])
def test_a_session_needs_a_name_a_place_and_a_day_with_members(
    meeting, command, changes, found
):
    for place in range(11):
        leave(meeting, place, date(2050, 1, 1))
    before = meeting.traces()
    assert problems(lambda: getattr(meeting, command)(**changes)) == found
    assert meeting.traces() == before


@on_sqlite
def test_a_session_meets_this_morning_too(meeting):
    assert meeting.prepare(meets_at=NOON - timedelta(hours=4))


@on_sqlite
def test_a_moment_without_a_time_zone_is_no_moment(meeting):
    with pytest.raises(ValueError, match="naive"):
        meeting.prepare(meets_at=NOON.replace(tzinfo=None))


@on_sqlite
@pytest.mark.parametrize("unit", ["truong", "bo", None])
def test_a_unit_without_a_council_has_no_session(meeting, unit):
    unit_id = meeting.ward.units.get(unit, 999)
    assert refused(lambda: meeting.prepare(unit_id=unit_id)) == "not_found"


@on_sqlite
def test_a_change_is_journaled_old_and_new_and_only_if_there_is_one(meeting):
    meeting.change()
    assert [action for action, _ in meeting.journal()][2:] == []
    meeting.change(name="Phiên họp bất thường", mode=VotingMode.SECRET_PAPER)
    action, detail = meeting.journal()[-1]
    assert action == "session.changed"
    assert detail["changes"] == {
        "name": ["Phiên họp tháng 12", "Phiên họp bất thường"],
        "mode": ["open", "secret_paper"],
    }


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "is_called"),
    [
        ({"name": "Phiên họp khác"}, True),
        ({"place": "Phòng họp số 2"}, False),
        ({"meets_at": NOON + timedelta(hours=2)}, False),
    ],
    ids=["name", "place", "hour"],
)
def test_who_was_called_elsewhere_is_called_again(meeting, changes, is_called):
    meeting.do(sessions.invite, session_id=meeting.id)
    meeting.change(**changes)
    assert (meeting.row().invited_at is not None) == is_called


@on_sqlite
def test_attendance_of_another_day_is_no_attendance(meeting):
    meeting.mark({0: PRESENT, 3: EXCUSED})
    meeting.change(meets_at=NOON + timedelta(hours=2))
    assert meeting.seat(3).attendance is Attendance.EXCUSED
    meeting.change(meets_at=TOMORROW)
    assert {seat.attendance for seat in meeting.row().seats} == {Attendance.EXPECTED}
    assert meeting.seat(3).absence_reason == ""


@on_sqlite
def test_nobody_is_called_to_an_empty_agenda(meeting):
    empty = meeting.prepare()
    call = lambda: meeting.do(sessions.invite, session_id=empty)  # noqa: E731
    assert problems(call) == {"_form": ["no_agenda"]}


def test_members_follow_the_council_until_the_opening_and_then_no_more(meeting):
    leave(meeting, 5)
    joined = appoint(meeting, meeting.ward.ward_clerk.person_id)
    meeting.mark({4: EXCUSED})
    meeting.do(sessions.invite, session_id=meeting.id)
    seats = [seat.position_id for seat in meeting.row().seats]
    assert meeting.council.seats[5] not in seats
    assert joined in seats
    assert meeting.seat(4).attendance is Attendance.EXCUSED
    meeting.open()
    leave(meeting, 6, date(2030, 12, 2))
    appoint(meeting, meeting.ward.ward_deputy.person_id)
    assert [seat.position_id for seat in meeting.row().seats] == seats
    assert meeting.row().total_members == 11


@on_sqlite
def test_what_a_member_wrote_who_left_is_not_theirs_any_more(meeting, store):
    meeting.opine(store, 5, 0)
    meeting.opine(store, 6, 0)
    leave(meeting, 5)
    meeting.do(sessions.invite, session_id=meeting.id)
    (written,) = meeting.row().items[0].written_opinions
    assert written.position_id == meeting.council.seats[6]


@on_sqlite
@pytest.mark.parametrize("at", [NOON - timedelta(hours=13), NOON + timedelta(hours=12)])
def test_a_session_is_opened_on_its_day_in_vietnam_alone(meeting, at):
    before = meeting.traces()
    assert problems(lambda: meeting.open(at=at)) == {"_form": ["not_its_day"]}
    assert meeting.traces() == before


@on_sqlite
def test_nothing_on_the_agenda_is_nothing_to_open(meeting):
    for item in meeting.items:
        meeting.do(agenda.remove_item, item_id=item)
    assert problems(meeting.open) == {"_form": ["no_agenda"]}


@on_sqlite
@pytest.mark.parametrize(
    ("marks", "chair", "found"),
    [
        ({}, 0, None),
        ({}, 1, None),
        ({}, 2, "not_a_chair"),
        ({0: AWAY}, 0, "chair_is_absent"),
        ({0: AWAY}, 2, "not_a_chair"),
        ({0: AWAY, 1: PRESENT}, 1, None),
        ({0: AWAY, 1: EXCUSED}, 2, None),
    ],
    ids=["chair", "deputy", "member", "absent", "before-deputy", "in-place", "nobody-else"],
)
def test_the_chair_or_a_deputy_chairs_or_who_is_left(meeting, marks, chair, found):
    if marks:
        meeting.mark(marks)
    before = meeting.traces()
    if found is None:
        meeting.open(chair)
        assert meeting.seat(chair).attendance is Attendance.PRESENT
    else:
        assert problems(lambda: meeting.open(chair)) == {"chaired_by_id": [found]}
        assert meeting.traces() == before


@on_sqlite
def test_a_stranger_does_not_chair(meeting):
    call = lambda: meeting.do(  # noqa: E731
        sessions.open_session, session_id=meeting.id, chaired_by_id=99_999
    )
    assert problems(call) == {"chaired_by_id": ["not_on_council"]}


@on_sqlite
def test_who_chairs_does_not_leave_before_another_one_chairs(meeting):
    meeting.open()
    marks = {0: AWAY}
    field = f"attendance.{meeting.council.seats[0]}"
    assert problems(lambda: meeting.mark(marks)) == {field: ["chair_leaves"]}
    deputy = meeting.council.seats[1]
    meeting.do(sessions.change_chair, session_id=meeting.id, chaired_by_id=deputy)
    meeting.mark(marks)
    assert meeting.row().chaired_by_id == deputy
    assert ("session.chair_changed", {"chaired_by": [meeting.council.seats[0], deputy]}) in [
        *meeting.journal()
    ]


@on_sqlite
def test_the_chair_is_not_handed_to_who_may_not_chair(meeting):
    meeting.open()
    call = lambda: meeting.do(  # noqa: E731
        sessions.change_chair, session_id=meeting.id, chaired_by_id=meeting.council.seats[2]
    )
    assert problems(call) == {"chaired_by_id": ["not_a_chair"]}


def test_a_recalled_session_gives_its_agenda_to_another_day(meeting):
    meeting.mark(dict.fromkeys(range(7), PRESENT) | dict.fromkeys(range(7, 11), AWAY))
    again = meeting.row(meeting.recall())
    old = meeting.row()
    assert (old.state, old.recall_reason) == (SessionState.RECALLED, "Không đủ số người")
    assert {item.state for item in old.items} == {ItemState.POSTPONED}
    assert (again.state, again.recalled_from_id) == (SessionState.PREPARED, old.id)
    assert (again.meets_at, again.place, again.mode) == (TOMORROW, "Hội trường", old.mode)
    assert [item.task_id for item in again.items] == [item.task_id for item in old.items]
    assert {seat.attendance for seat in again.seats} == {Attendance.EXPECTED}
    action, detail = meeting.journal()[-1]
    assert (action, detail["present"]) == ("session.recalled", 7)


def test_the_votes_of_a_recalled_session_are_void(meeting):
    meeting.mark(dict.fromkeys(range(11), PRESENT))
    meeting.open()
    assert meeting.vote("A" * 11, items=meeting.items[:1]) == [VoteResult.PASSED]
    meeting.put(items=meeting.items[1:2])
    again = meeting.row(meeting.recall())
    votings = meeting.row().votings
    assert [voting.state for voting in votings] == [VotingState.VOID] * 2
    assert [vote.result for voting in votings for vote in voting.votes] == [None] * 2
    assert votings[0].votes[0].agree == 11
    assert [item.state for item in again.items] == [ItemState.WAITING] * 3


@on_sqlite
def test_what_was_declared_goes_on_with_the_agenda_and_what_was_written_does_not(
    meeting, store
):
    member = meeting.council.members[4]
    meeting.do(declare_conflict, item_id=meeting.items[1], actor=member, note="Anh ruột.")
    meeting.opine(store, 5, 0)
    again = meeting.recall()
    assert meeting.conflicts(again) == {(2, 4): (ConflictKind.DECLARED, True)}
    assert [item.written_opinions for item in meeting.row(again).items] == [[], [], []]


@on_sqlite
def test_a_case_that_left_the_council_does_not_go_on_with_the_agenda(meeting):
    with unit_of_work(meeting.database) as session:
        session.execute(
            update(UserTask)
            .where(UserTask.id == meeting.tasks[0])
            .values(state=TaskState.CANCELLED)
        )
    again = meeting.row(meeting.recall())
    assert [item.task_id for item in again.items] == meeting.tasks[1:]
    assert [item.number for item in again.items] == [1, 2]
    assert meeting.states() == [ItemState.SETTLED, ItemState.POSTPONED, ItemState.POSTPONED]


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"reason": " "}, {"reason": ["required"]}),
        ({"place": ""}, {"place": ["required"]}),
        ({"meets_at": NOON - timedelta(days=1)}, {"meets_at": ["day_is_past"]}),
        ({"meets_at": NOON.replace(year=2024)}, {"meets_at": ["day_is_past"]}),
    ],
)
def test_a_recall_says_why_when_and_where(meeting, changes, found):
    before = meeting.traces()
    assert problems(lambda: meeting.recall(**changes)) == found
    assert meeting.traces() == before


COMMANDS = {
    "change": lambda meeting, **acting: meeting.change(**acting),
    "invite": lambda meeting, **acting: meeting.do(
        sessions.invite, session_id=meeting.id, **acting
    ),
    "open": lambda meeting, **acting: meeting.open(**acting),
    "chair": lambda meeting, **acting: meeting.do(
        sessions.change_chair,
        session_id=meeting.id,
        chaired_by_id=meeting.council.seats[1],
        **acting,
    ),
    "recall": lambda meeting, **acting: meeting.recall(**acting),
    "add": lambda meeting, **acting: meeting.add(**acting),
    "order": lambda meeting, **acting: meeting.do(
        agenda.order_items, session_id=meeting.id, item_ids=meeting.items[::-1], **acting
    ),
    "remove": lambda meeting, **acting: meeting.do(
        agenda.remove_item, item_id=meeting.items[0], **acting
    ),
    "postpone": lambda meeting, **acting: meeting.do(
        agenda.postpone_item, item_id=meeting.items[0], reason="Bổ sung.", **acting
    ),
    "attendance": lambda meeting, **acting: meeting.mark({0: PRESENT}, **acting),
}

BEFORE = {"change", "invite", "open", "remove"}
DURING = {"chair", "postpone"}


@on_sqlite
@pytest.mark.parametrize("name", COMMANDS)
def test_who_does_not_run_the_session_changes_nothing_of_it(meeting, name):
    before = meeting.traces()
    for key, code in {"ward_chairman": "not_permitted", "school_head": "not_found"}.items():
        actor = meeting.ward.people[key]
        assert refused(lambda actor=actor: COMMANDS[name](meeting, actor=actor)) == code
    assert meeting.traces() == before


@on_sqlite
@pytest.mark.parametrize("state", SessionState)
def test_each_step_has_its_time(meeting, state):
    with unit_of_work(meeting.database) as session:
        session.execute(update(CouncilSession).values(state=state))
    before = meeting.traces()
    too_late = set() if state in agenda.NOT_OVER else set(COMMANDS)
    if state is not SessionState.PREPARED:
        too_late |= BEFORE
    if state is not SessionState.OPEN:
        too_late |= DURING
    for name in sorted(too_late):
        assert refused(lambda name=name: COMMANDS[name](meeting)) == "session_not_ready"
    assert meeting.traces() == before


@on_sqlite
def test_a_session_that_is_not_there_is_not_found(meeting):
    meeting.id, meeting.items = 999, [999, 998]
    for command in COMMANDS.values():
        assert refused(lambda command=command: command(meeting)) == "not_found"


@on_sqlite
def test_a_recall_that_fails_leaves_the_votes_standing(meeting):
    meeting.mark(dict.fromkeys(range(11), PRESENT))
    meeting.open()
    meeting.vote("A" * 11, items=meeting.items[:1])
    assert refused(lambda: meeting.recall(place="")) == "invalid_submission"
    with unit_of_work(meeting.database) as session:
        held = select(func.count()).select_from(Voting)
        assert session.scalar(held.where(Voting.state == VotingState.CLOSED)) == 1
        assert session.scalar(select(ItemVote.result)) is VoteResult.PASSED
