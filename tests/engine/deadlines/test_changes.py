"""A change of the table of limits moves the tasks that it says it will, and no others."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.deadlines.alarms import run
from engine.deadlines.changes import NewLimit, digest_of, preview_limit, set_limit
from engine.deadlines.limits import end_of, limits_now
from engine.errors import ContentChanged, InvalidSubmission, NotPermitted
from engine.office import OPERATOR
from engine.store.database import reading, unit_of_work
from engine.store.models import Deadline, JournalEntry, UserTask
from forms.vocabulary import Award, Counting, Level, Outcome
from tests.walk import SUPPLEMENT, Walk, on_sqlite, traces
from tests.ward import NOON

FIRST = date(2030, 12, 1)


def limit(**changes):
    values = {"level": Level.WARD, "days": 5, "starts_on": FIRST, "source": "Quy chế"}
    return NewLimit(**(values | changes))


def put(database, new, at=NOON, **changes):
    with unit_of_work(database) as session:
        return set_limit(session, OPERATOR, new, at=at, **changes)


def preview(database, new, at=NOON):
    with reading(database) as session:
        return preview_limit(session, OPERATOR, new, at)


def days(database):
    with reading(database) as session:
        rows = session.execute(select(UserTask.id, UserTask.due_at)).all()
        return {row.id: row.due_at for row in rows}


@pytest.fixture
def walks(database, ward):
    walks = [Walk(database, ward).open() for _ in range(3)]
    walks[0].to("appraise_at_ward")
    walks[1].to("record_ward_council")
    walks[2].to("review_at_unit")
    return walks


def test_the_preview_is_what_saving_then_does(database, walks):
    new = limit(days=3, remind_before=1)
    foreseen = preview(database, new)
    before = days(database)
    assert [one.reference for one in foreseen] == [w.case().reference for w in walks[:2]]
    assert put(database, new) == foreseen
    after = days(database)
    changed = {one for one in after if after[one] != before[one]}
    assert changed == {one.task_id for one in foreseen}
    assert {after[one.task_id] for one in foreseen} == {one.after.due_at for one in foreseen}
    for walk in walks:
        assert (walk.check(), walk.replay()) == ([], [])
    entry = walks[0].journal()[-1]
    assert entry.action == "task.deadline_moved"
    assert entry.detail["old"]["due_at"] is None
    assert entry.detail["new"] == {
        "due_at": "2030-12-05T16:59:59.000000Z",
        "remind_at": "2030-12-04T00:00:00.000000Z",
        "deadline_id": 1,
    }


@on_sqlite
def test_a_preview_changes_nothing(database, walks):
    before = traces(database)
    preview(database, limit())
    assert traces(database) == before


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        pytest.param({"element_id": "appraise_at_ward"}, [0], id="one step"),
        pytest.param({"level": Level.UNIT}, [2], id="another level"),
        pytest.param({"starts_on": date(2030, 12, 3)}, [], id="later steps alone"),
        pytest.param({"award": Award.PROVINCIAL_MERIT}, [], id="another award"),
        pytest.param({"award": Award.UNIT_CERTIFICATE}, [0, 1], id="this award"),
    ],
)
def test_only_what_is_under_the_limit_moves(database, walks, changes, moved):
    found = {one.reference for one in put(database, limit(**changes))}
    assert found == {walks[one].case().reference for one in moved}


@on_sqlite
def test_what_would_be_overdue_at_once_is_said_before(database, walks):
    later = NOON + timedelta(days=4)
    put(database, limit(days=9))
    foreseen = preview(database, limit(days=2), later)
    assert [one.becomes_overdue for one in foreseen] == [True, True]
    put(database, limit(days=2), later)
    assert run(database, lambda: later).acts == 2


@on_sqlite
def test_a_longer_limit_lets_the_time_run_again(database, walks):
    put(database, limit(days=1))
    run(database, lambda: NOON + timedelta(days=2))
    assert walks[0].task().overdue_at is not None
    put(database, limit(days=20), NOON + timedelta(days=2))
    task = walks[0].task()
    assert (task.overdue_at, task.escalated_role) == (None, None)
    assert run(database, lambda: NOON + timedelta(days=40)).acts == 2
    assert walks[0].check() == []


@on_sqlite
def test_a_limit_that_ends_leaves_no_day(database, walks):
    put(database, limit())
    assert len(put(database, limit(days=None))) == 2
    assert walks[0].task().due_at is None
    assert walks[0].task().next_alarm_at is None


@on_sqlite
def test_the_day_of_a_request_does_not_move(database, walks):
    walks[0].do(Outcome.RETURN, **SUPPLEMENT)
    assert put(database, limit(level=Level.UNIT))[0].case_id != walks[0].case_id
    assert walks[0].task().due_at == end_of(date(2030, 12, 16))


@on_sqlite
def test_a_change_stands_in_the_journal_and_names_the_table(database, walks):
    put(database, limit(counting=Counting.CALENDAR))
    put(database, limit(days=7))
    with reading(database) as session:
        entries = session.scalars(
            select(JournalEntry)
            .where(JournalEntry.stream == "deadlines")
            .order_by(JournalEntry.seq)
        ).all()
        assert [(one.action, one.detail["days"]) for one in entries] == [
            ("deadline.set", 5),
            ("deadline.set", 7),
        ]
        rows = session.scalars(select(Deadline).order_by(Deadline.id)).all()
        assert len({row.table_hash for row in rows}) == 2
        assert [row.days for row in limits_now(session).rows] == [5, 7]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"days": 3, "remind_before": 3}, "remind_before"),
        ({"days": None, "remind_before": 1}, "remind_before"),
        ({"days": 3, "remind_before": 0}, "remind_before"),
        ({"starts_on": date(1990, 1, 1)}, "starts_on"),
        ({"source": "  "}, "source"),
        ({"source": "x" * 301}, "source"),
    ],
)
def test_a_limit_that_nobody_means_is_refused(changes, field):
    with pytest.raises(InvalidSubmission) as refusal:
        limit(**changes)
    assert list(refusal.value.messages) == [field]


@on_sqlite
def test_who_does_not_manage_settings_may_not_even_look(database, ward):
    before = traces(database)
    with pytest.raises(NotPermitted), unit_of_work(database) as session:
        set_limit(session, ward.ward_clerk, limit(), at=NOON)
    with pytest.raises(NotPermitted), reading(database) as session:
        preview_limit(session, ward.ward_clerk, limit(), NOON)
    assert traces(database) == before


@on_sqlite
def test_what_was_not_foreseen_is_not_done(database, walks):
    new = limit()
    foreseen = digest_of(new, preview(database, new))
    walks[2].to("appraise_at_ward")
    before = traces(database)
    with pytest.raises(ContentChanged):
        put(database, new, foreseen=foreseen)
    assert traces(database) == before
    put(database, new, foreseen=digest_of(new, preview(database, new)))
