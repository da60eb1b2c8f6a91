"""Sessions of cases that really wait for the council: closed, signed, and killed in tests."""

import uuid
from datetime import timedelta

import orjson
import zstandard
from sqlalchemy import insert, select

from engine.council.agenda import add_items
from engine.council.attendance import Mark, take_attendance
from engine.council.closing import close_session
from engine.council.minutes import put_remarks, sign_minutes
from engine.council.sessions import open_session, prepare_session
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, CouncilSession, DossierVersion, TaskState, UserTask
from forms.vocabulary import Attendance, Award, VotingMode
from tests.council import NOMINEES, build_council, walk_to_council
from tests.engine.council.meetings import Meeting
from tests.ward import NOON

MORNING = NOON.replace(hour=1)
"""8:00 in Vietnam."""
EVENING = NOON + timedelta(hours=5)


class Held(Meeting):
    """An open session with a few nominations that were walked to the council, or copies."""

    def close_session(self, *, actor=None, at=EVENING, **changes):
        """Close the session."""
        with unit_of_work(self.database) as session:
            return close_session(
                session,
                session_id=self.id,
                actor=actor or self.secretary,
                at=at,
                **changes,
            )

    def sign(self, actor, at=EVENING, **changes):
        """Sign the minutes."""
        with unit_of_work(self.database) as session:
            return sign_minutes(session, session_id=self.id, actor=actor, at=at, **changes)

    def remark(self, remarks, at=EVENING):
        """Write remarks into the minutes."""
        with unit_of_work(self.database) as session:
            put_remarks(
                session, session_id=self.id, remarks=remarks, actor=self.secretary, at=at
            )

    def read(self, function, *arguments):
        """Return ``function(session, meeting, …)`` of this session."""
        with reading(self.database) as session:
            found = function(session, session.get_one(CouncilSession, self.id), *arguments)
            session.expunge_all()
            return found

    def cases(self):
        """Return the cases of the agenda, detached, in its order."""
        with reading(self.database) as session:
            meeting = session.get_one(CouncilSession, self.id)
            cases = [item.case for item in meeting.items]
            session.expunge_all()
            return cases

    @property
    def chair(self):
        """Who chairs."""
        return self.council.members[0]


def hold_session(
    database,
    ward,
    *,
    names=1,
    copies=0,
    size=5,
    mode=VotingMode.OPEN,
    award=Award.UNIT_CERTIFICATE,
    **walking,
):
    """Return an open session in which all are there.

    :param names: nominations that are walked to the council, each of another person.
    :param copies: further ones, copied row by row from the first.
    """
    council = build_council(database, ward, size)
    walks = [
        walk_to_council(database, ward, name, award=award, **walking)
        for name in NOMINEES[:names]
    ]
    with unit_of_work(database) as session:
        for number in range(copies):
            copy_case(session, walks[0].case_id, number)
    held = Held(database, ward, council, secretary=ward.council_secretary)
    with unit_of_work(database) as session:
        acting = {"actor": held.secretary, "at": MORNING}
        meeting = prepare_session(
            session,
            unit_id=council.unit_id,
            name="Phiên họp xét khen thưởng đợt tổng kết",
            meets_at=MORNING,
            place="Phòng họp số 1",
            mode=mode,
            **acting,
        )
        held.id = meeting.id
        items = add_items(session, session_id=meeting.id, task_ids=None, **acting)
        held.items = [item.id for item in items]
        there = {seat: Mark(Attendance.PRESENT) for seat in council.seats}
        take_attendance(session, session_id=meeting.id, marks=there, **acting)
        open_session(session, session_id=meeting.id, chaired_by_id=council.seats[0], **acting)
    return held


def copy_case(session, case_id, number):
    """Copy a case that waits for the council: its instance, its task and its dossier."""
    cases, tasks, versions = Case.__table__, UserTask.__table__, DossierVersion.__table__
    case = _row(session, cases, cases.c.id == case_id)
    task = _row(session, tasks, tasks.c.case_id == case_id, tasks.c.state == TaskState.OPEN)
    version = _row(session, versions, versions.c.case_id == case_id)
    old, new = task["id"], uuid.uuid4().hex
    state = orjson.dumps(orjson.loads(zstandard.decompress(case["snapshot"])))
    copied = zstandard.compress(state.replace(old.encode(), new.encode()))
    del case["id"], version["id"]
    changed = {"reference": f"HS-2030-{5000 + number}", "snapshot": copied, "next_seq": 1}
    new_id = session.execute(
        insert(cases).values(case | changed).returning(cases.c.id)
    ).scalar_one()
    session.execute(insert(tasks).values(task | {"id": new, "case_id": new_id}))
    session.execute(insert(versions).values(version | {"case_id": new_id}))


def _row(session, table, *conditions):
    return dict(session.execute(select(table).where(*conditions)).one()._mapping)
