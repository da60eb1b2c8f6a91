"""Limits and alarms that came after the backup are there again after a roll-forward."""

from datetime import date, timedelta

import pysqlite3
from sqlalchemy import select

from engine.deadlines.alarms import run
from engine.deadlines.changes import NewLimit, set_limit
from engine.integrity import check_case
from engine.journal.replay import replay
from engine.journal.roll_forward import roll_forward
from engine.office import OPERATOR
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Case, Deadline, UserTask
from forms.vocabulary import Level, Outcome
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

ROWS = (
    Deadline.id,
    Deadline.level,
    Deadline.days,
    Deadline.source,
    Deadline.starts_on,
    Deadline.table_hash,
)
ALARMS = (
    UserTask.case_id,
    UserTask.element_id,
    UserTask.due_at,
    UserTask.deadline_id,
    UserTask.remind_at,
    UserTask.next_alarm_at,
    UserTask.reminded_at,
    UserTask.overdue_at,
    UserTask.escalated_role,
    UserTask.escalated_unit_id,
)


def facts(database):
    with reading(database) as session:
        limits = session.execute(select(*ROWS).order_by(Deadline.id)).all()
        tasks = session.execute(select(*ALARMS)).all()
        return limits, sorted(map(str, tasks))


def put(database, days, at=NOON):
    new = NewLimit(
        Level.WARD, days=days, remind_before=1, starts_on=date(2030, 12, 1), source="Quy chế"
    )
    with unit_of_work(database) as session:
        set_limit(session, OPERATOR, new, at=at)


@on_sqlite
def test_limits_and_alarms_after_the_backup_are_there_again(database, ward, journal, tmp_path):
    walks = [Walk(database, ward).open().to("appraise_at_ward") for _ in range(2)]
    put(database, 9)
    journal.seal()
    path = tmp_path / "backup.db"
    with database.connect() as connection, pysqlite3.dbapi2.connect(path) as copy:
        connection.connection.dbapi_connection.backup(copy)
    copy.close()
    restored = connect(f"sqlite:///{path}")
    put(database, 4, NOON + timedelta(hours=1))
    assert run(database, lambda: NOON + timedelta(days=3)).acts == 2
    walks[0].at = NOON + timedelta(days=3, hours=1)
    walks[0].do(Outcome.RECOMMEND)
    assert run(database, lambda: NOON + timedelta(days=9)).acts == 2
    journal.seal()

    report = roll_forward(restored, journal.key, journal.outside, NOON)
    assert report.stopped == {}
    assert facts(restored) == facts(database)
    with reading(restored) as session:
        for case in session.scalars(select(Case)):
            assert (replay(session, case), check_case(session, case.id)) == ([], [])
