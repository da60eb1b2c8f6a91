"""Sessions on their way to the opening: prepared by command, with nominations that wait."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.attachments import check_file
from engine.cases import Subject
from engine.council import agenda, attendance, sessions
from engine.council.attendance import Mark
from engine.errors import InvalidSubmission
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    AgendaItem,
    Conflict,
    CouncilSession,
    JournalEntry,
    SessionSeat,
    UserTask,
    WrittenOpinion,
)
from forms.vocabulary import Attendance, Level, Role, SubjectKind, VotingMode
from tests.council import NOMINEES, build_council
from tests.engine import samples
from tests.engine.council.meetings import AGREE, Meeting
from tests.walk import open_nomination
from tests.ward import NOON

TOMORROW = NOON + timedelta(days=1)
PRESENT, EXCUSED = Mark(Attendance.PRESENT), Mark(Attendance.EXCUSED, "Đi công tác")
AWAY = Mark(Attendance.ABSENT)
SCAN = check_file("y-kien.png", samples.png())
TABLES = (JournalEntry, CouncilSession, SessionSeat, AgendaItem, Conflict, WrittenOpinion)


@dataclass
class Prepared(Meeting):
    """A session of a council that meets today, and the tasks that wait for the council."""

    tasks: list[str] = field(default_factory=list)
    """Ids of the council's tasks, the oldest first."""

    def do(self, command, *, actor=None, at=NOON, **changes):
        """Run a command as the secretary, in a transaction of its own."""
        with unit_of_work(self.database) as session:
            return command(session, actor=actor or self.secretary, at=at, **changes)

    def prepare(self, **changes):
        """Prepare a session; return its id."""
        values = {
            "unit_id": self.council.unit_id,
            "name": "Phiên họp tháng 12",
            "meets_at": NOON,
            "place": "Phòng họp số 1",
            "mode": VotingMode.OPEN,
        }
        return self.do(sessions.prepare_session, **(values | changes)).id

    def change(self, **changes):
        """Change the session; what is not named stays as it was prepared."""
        values = {
            "name": "Phiên họp tháng 12",
            "meets_at": NOON,
            "place": "Phòng họp số 1",
            "mode": VotingMode.OPEN,
        }
        return self.do(sessions.change_session, session_id=self.id, **(values | changes))

    def add(self, *tasks, session_id=None, **changes):
        """Put the tasks in these places on the agenda, or all; return the ids of the items."""
        chosen = [self.tasks[place] for place in tasks] or None
        session_id = session_id or self.id
        items = self.do(agenda.add_items, session_id=session_id, task_ids=chosen, **changes)
        return [item.id for item in items]

    def mark(self, marks, **changes):
        """Take attendance: place of the member (0: the chair) → mark."""
        seats = {self.council.seats[place]: mark for place, mark in marks.items()}
        return self.do(attendance.take_attendance, session_id=self.id, marks=seats, **changes)

    def open(self, chair=0, **changes):
        """Open the session with the member in a place as its chair."""
        seat = self.council.seats[chair]
        return self.do(sessions.open_session, session_id=self.id, chaired_by_id=seat, **changes)

    def opine(self, store, place, *items, choice=AGREE, **changes):
        """Enter what the member in a place wrote about items, by their place, with a scan."""
        values = {
            "session_id": self.id,
            "position_id": self.council.seats[place],
            "choices": {self.items[item]: choice for item in items},
            "file": SCAN,
        }

        def enter(session, **acting):
            return attendance.enter_written_opinions(session, store, **acting)

        return self.do(enter, **(values | changes))

    def recall(self, **changes):
        """Put the session off until tomorrow; return the new one's id."""
        values = {"reason": "Không đủ số người", "meets_at": TOMORROW, "place": "Hội trường"}
        return self.do(sessions.recall_session, session_id=self.id, **(values | changes)).id

    def row(self, session_id=None):
        """Return the session as it is now, detached, with its seats, items and votings."""
        with reading(self.database) as session:
            found = session.get_one(CouncilSession, session_id or self.id)
            for item in found.items:
                item.conflicts, item.written_opinions, item.case  # noqa: B018  # loads them
            found.seats, [voting.votes for voting in found.votings]
            session.expunge_all()
            return found

    def seat(self, place=0):
        """Return the seat of the member in a place as it is now, detached."""
        wanted = self.council.seats[place]
        return next(seat for seat in self.row().seats if seat.position_id == wanted)

    def conflicts(self, session_id=None):
        """Return number of the item, place of the member → kind, and whether declared."""
        return {
            (item.number, self.council.seats.index(one.position_id)): (
                one.kind,
                one.declared_at is not None,
            )
            for item in self.row(session_id).items
            for one in item.conflicts
        }

    def traces(self):
        """Return all that the commands of a session write: a refusal leaves it as it was."""
        with reading(self.database) as session:
            return [
                [str(row) for row in session.execute(select(model.__table__))]
                for model in TABLES
            ]


def prepare_meeting(database, ward, *, cases=3, size=11, unit="phuong", on_agenda=False):
    """Return a prepared session, with ``cases`` nominations that wait for its council."""
    council = build_council(database, ward, size, unit)
    at_ward = unit == "phuong"
    secretary = ward.council_secretary if at_ward else ward.provincial_clerk
    prepared = Prepared(database, ward, council, secretary=secretary)
    for number, name in enumerate(NOMINEES[:cases]):
        at = NOON - timedelta(days=3 - number)
        prepared.tasks.append(let_wait(database, ward, name, unit, at=at))
    prepared.id = prepared.prepare()
    if on_agenda:
        prepared.items = prepared.add()
    return prepared


def problems(call):
    """Return the fields that ``call`` refuses, with the codes of what is said."""
    with pytest.raises(InvalidSubmission) as caught:
        call()
    return {
        field: [one.partition("|")[0] for one in found]
        for field, found in caught.value.messages.items()
    }


def let_wait(database, ward, name, unit="phuong", **changes):
    """Let a nomination wait for a council, as its rows say; return the id of the task."""
    at_ward = unit == "phuong"
    subject = Subject(SubjectKind.INDIVIDUAL, name)
    with unit_of_work(database) as session:
        case = open_nomination(session, ward, **({"subject": subject} | changes))
        session.execute(
            update(UserTask)
            .where(UserTask.case_id == case.id)
            .values(
                level=Level.WARD if at_ward else Level.PROVINCE,
                unit_id=ward.units[unit],
                role=Role.COUNCIL_SECRETARY if at_ward else Role.PROVINCIAL_CLERK,
                form="council_resolution.v1",
            )
        )
        return session.scalar(select(UserTask.id).where(UserTask.case_id == case.id))
