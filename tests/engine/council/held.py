"""Sessions of cases that really wait for the council: closed, signed, and killed in tests."""

import uuid
from dataclasses import replace
from datetime import timedelta

import orjson
import zstandard
from sqlalchemy import insert, select

from engine.attachments import check_file
from engine.council.agenda import add_items
from engine.council.attendance import Mark, take_attendance
from engine.council.closing import close_session
from engine.council.minutes import put_remarks, sign_minutes
from engine.council.paper_counts import attach_count, enter_count
from engine.council.sessions import open_session, prepare_session
from engine.filestore import FileStore
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, CouncilSession, DossierVersion, TaskState, UserTask
from forms.vocabulary import Attendance, Award, VotingMode
from tests.council import NOMINEES, build_council, walk_to_council
from tests.engine import samples
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

    def count(self, voting, place, counts, at=NOON):
        """Let the member in a place count the same papers on every item."""
        with unit_of_work(self.database) as session:
            enter_count(
                session,
                voting_id=voting.id,
                actor=self.council.members[place],
                counts={one.id: counts for one in self.votes(voting)},
                at=at,
            )

    def scan(self, voting, folder, at=NOON):
        """Keep the signed count of a vote on paper."""
        with unit_of_work(self.database) as session:
            attach_count(
                session,
                FileStore(folder / "files"),
                voting_id=voting.id,
                file=check_file("kiem-phieu.pdf", samples.PDF),
                actor=self.secretary,
                at=at,
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
    unit="phuong",
    award=Award.UNIT_CERTIFICATE,
    morning=MORNING,
    **walking,
):
    """Return an open session in which all are there.

    :param names: nominations that are walked to the council, each of another person.
    :param copies: further ones, copied row by row from the first.
    :param morning: when it meets and begins.
    :param walking: see :func:`tests.council.walk_to_council`.
    """
    council = build_council(database, ward, size, unit)
    walks = [
        walk_to_council(database, ward, name, award=award, **walking)
        for name in NOMINEES[:names]
    ]
    secretary = ward.council_secretary if unit == "phuong" else ward.provincial_clerk
    held = Held(database, ward, council, secretary=secretary)
    return hold_again(held, rows_of(database, walks[0].case_id), copies, mode, morning)


def hold_again(held, rows, copies, mode, morning=MORNING):
    """Return an open session of the same council: all that waits, and copies of a case."""
    again = replace(held)
    with unit_of_work(held.database) as session:
        for _ in range(copies):
            copy_case(session, rows)
        acting = {"actor": held.secretary, "at": morning}
        meeting = prepare_session(
            session,
            unit_id=held.council.unit_id,
            name="Phiên họp xét khen thưởng đợt tổng kết",
            meets_at=morning,
            place="Phòng họp số 1",
            mode=mode,
            **acting,
        )
        again.id = meeting.id
        items = add_items(session, session_id=meeting.id, task_ids=None, **acting)
        again.items = [item.id for item in items]
        there = {seat: Mark(Attendance.PRESENT) for seat in held.council.seats}
        take_attendance(session, session_id=meeting.id, marks=there, **acting)
        open_session(
            session, session_id=meeting.id, chaired_by_id=held.council.seats[0], **acting
        )
    return again


def rows_of(database, case_id):
    """Return the rows of a case that waits for the council: itself, its task, its dossier."""
    cases, tasks, versions = Case.__table__, UserTask.__table__, DossierVersion.__table__
    with reading(database) as session:
        case = _row(session, cases, cases.c.id == case_id)
        is_open = tasks.c.state == TaskState.OPEN
        task = _row(session, tasks, tasks.c.case_id == case_id, is_open)
        version = _row(session, versions, versions.c.case_id == case_id)
    del case["id"], version["id"]
    return case, task, version


def copy_case(session, rows):
    """Copy a case: it waits for the council as the other did, in a task of its own."""
    case, task, version = rows
    new = uuid.uuid4().hex
    state = orjson.dumps(orjson.loads(zstandard.decompress(case["snapshot"])))
    copied = zstandard.compress(state.replace(task["id"].encode(), new.encode()))
    changed = {"reference": f"HS-2030-{new[:8]}", "snapshot": copied, "next_seq": 1}
    cases = Case.__table__
    case_id = session.execute(
        insert(cases).values(case | changed).returning(cases.c.id)
    ).scalar_one()
    session.execute(insert(UserTask).values(task | {"id": new, "case_id": case_id}))
    session.execute(insert(DossierVersion).values(version | {"case_id": case_id}))


def _row(session, table, *conditions):
    return dict(session.execute(select(table).where(*conditions)).one()._mapping)
