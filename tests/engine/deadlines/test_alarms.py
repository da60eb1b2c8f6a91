"""What falls due is done once: a reminder, being overdue, a timer that ends a step."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, func, select, update

from engine.deadlines import alarms
from engine.deadlines.alarms import apply, find_due, run
from engine.deadlines.changes import NewLimit, set_limit
from engine.deadlines.jobs import APPLY
from engine.jobs import Work
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.office import OPERATOR
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Notice
from forms.vocabulary import Award, CaseState, Level, NoticeKind, Outcome, Role
from tests.walk import SUPPLEMENT, Walk, on_sqlite
from tests.ward import NOON

LIMIT = NewLimit(
    Level.WARD, days=5, remind_before=2, starts_on=date(2030, 12, 1), source="Quy chế"
)
DUE = datetime(2030, 12, 9, 16, 59, 59, tzinfo=UTC)
"""End of the fifth working day after Monday, 2 December 2030."""
REMINDER = datetime(2030, 12, 5, 0, 0, tzinfo=UTC)
LATE = datetime(2030, 12, 9, 17, 0, tzinfo=UTC)
ONE_SECOND = timedelta(seconds=1)


def put(database, limit=LIMIT):
    with unit_of_work(database) as session:
        set_limit(session, OPERATOR, limit, at=NOON)


@pytest.fixture
def walk(database, ward):
    put(database)
    return Walk(database, ward).open().to("appraise_at_ward")


def acts(walk):
    return [one.action for one in walk.journal() if one.actor_id is None]


def look(walk, now):
    """Run what is due at ``now``, twice: the second time nothing is."""
    report = run(walk.database, lambda: now)
    assert report.failed == {}
    assert run(walk.database, lambda: now).acts == 0
    assert walk.check() == []
    assert walk.replay() == []
    return report.acts


def told(walk, kind):
    with reading(walk.database) as session:
        return session.scalar(
            select(func.count()).select_from(Notice).where(Notice.kind == kind)
        )


def test_a_task_knows_its_days_when_it_is_opened(walk):
    task = walk.task()
    assert (task.due_at, task.remind_at, task.next_alarm_at) == (DUE, REMINDER, REMINDER)
    assert task.deadline_id == 1


def test_each_alarm_comes_once_and_not_before_its_moment(walk, ward):
    assert look(walk, REMINDER - ONE_SECOND) == 0
    assert look(walk, REMINDER) == 1
    assert (walk.task().reminded_at, walk.task().overdue_at) == (REMINDER, None)
    assert told(walk, NoticeKind.DUE_SOON) == 1
    assert look(walk, DUE) == 0
    assert look(walk, LATE) == 1
    task = walk.task()
    assert task.overdue_at == LATE
    assert (task.escalated_role, task.escalated_unit_id) == (
        Role.WARD_CHAIRMAN,
        ward.units["phuong"],
    )
    assert told(walk, NoticeKind.OVERDUE) == 1
    assert told(walk, NoticeKind.ESCALATED) == 2
    assert acts(walk) == ["task.reminded", "task.overdue"]
    last = walk.journal()[-1].detail
    assert (last["old"], last["new"]["alarm"]) == ({"alarm": "reminded"}, "overdue")


def test_after_sixteen_days_without_the_server_one_thing_is_said(walk):
    assert look(walk, NOON + timedelta(days=16)) == 1
    assert acts(walk) == ["task.overdue"]
    assert told(walk, NoticeKind.DUE_SOON) == 0


@on_sqlite
def test_a_clock_that_jumps_harms_nothing(walk):
    assert look(walk, REMINDER + timedelta(days=1)) == 1
    for now in (REMINDER, NOON - timedelta(days=40), REMINDER + timedelta(hours=1)):
        assert look(walk, now) == 0
    assert look(walk, LATE + timedelta(days=365)) == 1
    assert look(walk, LATE) == 0
    assert acts(walk) == ["task.reminded", "task.overdue"]


@on_sqlite
def test_the_clock_of_an_act_never_takes_a_case_back(walk):
    walk.at = NOON - timedelta(hours=1)
    walk.do(Outcome.RECOMMEND)
    moments = [one.happened_at for one in walk.journal()]
    assert moments == sorted(moments)


def test_who_acts_late_finds_the_task_overdue_first(walk):
    walk.at = LATE + timedelta(hours=8)
    walk.do(Outcome.RECOMMEND)
    actions = [one.action for one in walk.journal()]
    assert actions[-2:] == ["task.overdue", "task.completed"]
    assert (walk.check(), walk.replay()) == ([], [])
    assert look(walk, walk.at) == 0


@on_sqlite
def test_who_acts_in_time_is_not_reminded(walk):
    walk.at = REMINDER + timedelta(hours=3)
    walk.do(Outcome.RECOMMEND)
    assert acts(walk) == []


@on_sqlite
def test_what_another_has_done_is_not_done_again(walk):
    with unit_of_work(walk.database) as session:
        (case_id,) = find_due(session, LATE, 10)
    look(walk, LATE)
    with unit_of_work(walk.database) as session:
        assert apply(session, case_id, LATE) == []


@on_sqlite
def test_the_head_of_the_unit_above_is_told_of_what_a_head_lets_lie(database, ward):
    put(database, NewLimit(Level.UNIT, days=1, starts_on=date(2030, 12, 1), source="Quy chế"))
    walk = Walk(database, ward).open().to("review_at_unit")
    look(walk, NOON + timedelta(days=3))
    task = walk.task()
    assert task.role is Role.UNIT_HEAD
    assert task.escalated_role is Role.WARD_CHAIRMAN
    assert told(walk, NoticeKind.ESCALATED) == 0, "they may not see the case yet"


@on_sqlite
def test_no_superior_is_told_where_the_office_does_not_want_it(database, ward):
    put(database, NewLimit(Level.WARD, days=1, escalates=False, source="Quy chế"))
    walk = Walk(database, ward).open().to("appraise_at_ward")
    look(walk, NOON + timedelta(days=3))
    assert walk.task().overdue_at is not None
    assert walk.task().escalated_role is None
    assert told(walk, NoticeKind.ESCALATED) == 0


@on_sqlite
def test_a_request_for_papers_gives_the_day(walk):
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    task = walk.task()
    assert (task.element_id, task.due_at) == (
        "draft_nomination",
        datetime(2030, 12, 16, 16, 59, 59, tzinfo=UTC),
    )
    assert look(walk, NOON + timedelta(days=15)) == 1
    assert walk.task().escalated_role is Role.UNIT_HEAD


@on_sqlite
def test_no_time_runs_on_hold_and_it_begins_anew_afterwards(walk):
    walk.do(Outcome.HOLD)
    assert (walk.case().state, walk.task().due_at) == (CaseState.ON_HOLD, None)
    walk.at = NOON + timedelta(days=7)
    walk.do(Outcome.RESUME)
    assert walk.task().due_at == DUE + timedelta(days=7)


@on_sqlite
def test_without_a_limit_nothing_is_due(database, ward):
    walk = Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")
    assert walk.task().due_at is None
    assert look(walk, NOON + timedelta(days=400)) == 0


@on_sqlite
def test_the_job_does_what_is_due_by_the_clock_of_the_installation(walk, tmp_path):
    key = open_key(tmp_path / "key", "vi-du")
    APPLY.run(Work(walk.database, lambda: LATE, key, Outside(tmp_path)), {})
    assert acts(walk) == ["task.overdue"]


@on_sqlite
def test_a_fault_in_one_case_stops_no_other(walk, ward, monkeypatch):
    broken = walk.case_id
    other = Walk(walk.database, ward).open().to("appraise_at_ward")
    whole = alarms.notices.overdue

    def overdue(session, case, *rest, **more):
        if case.id == broken:
            raise KeyError("a fault of the program")
        whole(session, case, *rest, **more)

    monkeypatch.setattr(alarms.notices, "overdue", overdue)
    assert list(run(walk.database, lambda: LATE).failed) == [broken]
    assert (acts(walk), acts(other)) == ([], ["task.overdue"])


@on_sqlite
def test_a_case_that_fails_is_named_and_stops_no_other(walk, ward):
    broken = walk.case_id
    other = Walk(walk.database, ward).open().to("appraise_at_ward")
    with walk.database.begin() as connection:
        columns = {"next_due_at": NOON, "snapshot": b"no state"}
        connection.execute(update(Case).where(Case.id == broken).values(**columns))
    report = run(walk.database, lambda: LATE)
    assert list(report.failed) == [broken]
    assert acts(other) == ["task.overdue"]


def test_what_is_due_is_found_by_partial_indexes(database):
    sent = []

    def note(connection, cursor, statement, parameters, *rest):
        sent.append((statement, parameters))

    event.listen(database, "before_cursor_execute", note)
    try:
        with unit_of_work(database) as session:
            find_due(session, NOON, 1)
    finally:
        event.remove(database, "before_cursor_execute", note)
    is_sqlite = database.dialect.name == "sqlite"
    plans = []
    with database.begin() as connection:
        if not is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in sent:
            explain = f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{statement}"
            rows = connection.exec_driver_sql(explain, parameters).all()
            plans.append(" ".join(str(row[-1]) for row in rows))
    assert "ix_user_tasks_next_alarm_at" in plans[0]
    assert "ix_cases_next_due_at" in plans[1]
