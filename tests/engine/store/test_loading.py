"""Objects read by statements that are kept ready are those that the session would read."""

from datetime import date, timedelta

import pytest
from sqlalchemy import bindparam, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer
from sqlalchemy.orm.exc import StaleDataError

from engine.matters import lock_task
from engine.store.database import reading, unit_of_work
from engine.store.loading import PreparedObjects
from engine.store.models import Case, PlanRow, RegisterEntry, Round, SubjectRow, Unit, UserTask
from engine.store.rows import write_changes, write_new
from engine.surroundings import load_surroundings
from forms.vocabulary import (
    AuthorityLevel,
    CaseState,
    CommendationKind,
    EntrySource,
    Honour,
)
from tests.statements import counted
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

CASE = Case.__table__
CASES = PreparedObjects([Case], lambda *columns: select(*columns).order_by(CASE.c.id))
WITH_SUBJECT = PreparedObjects(
    [Case, SubjectRow],
    lambda *columns: (
        select(*columns, CASE.c.award)
        .outerjoin_from(CASE, SubjectRow.__table__, SubjectRow.id == bindparam("subject_id"))
        .where(CASE.c.id == bindparam("case_id"))
    ),
)


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open().to("review_at_unit")


def columns_of(one):
    return {each.key: getattr(one, each.key) for each in inspect(type(one)).column_attrs}


def test_case_tasks_and_surroundings_have_the_values_that_the_session_reads(database, walk):
    with unit_of_work(database) as session:
        case, task, waiting = lock_task(session, walk.task().id)
        load_surroundings(session, case)
        with counted(database) as sent:
            around = (case.unit, case.round, case.round.plan, case.subject)
        assert sent == []
        found = [columns_of(one) for one in (case, task, *around)]
    with reading(database) as session:
        case = session.get_one(Case, walk.case_id)
        task = session.get_one(UserTask, walk.task().id)
        around = (case.unit, case.round, case.round.plan, case.subject)
        assert found == [columns_of(one) for one in (case, task, *around)]
    assert [type(one) for one in around] == [Unit, Round, PlanRow, SubjectRow]
    assert [one.id for one in waiting] == [task.id]


@on_sqlite
def test_an_object_is_the_one_of_its_session_and_asks_for_the_rest_when_needed(database, walk):
    with reading(database) as session:
        with counted(database) as sent:
            ((case,),) = CASES.all(session, {})
            assert session.get(Case, case.id) is case
            assert CASES.first(session, {}) == (case,)
            assert (case.id, len(sent)) == (walk.case_id, 2)
        assert inspect(case).persistent
        with counted(database) as sent:
            assert (case.snapshot, case.unit.id) != (b"", 0)
            assert len(sent) == 2
        assert session.scalar(select(Case)) is case


def test_what_was_changed_is_written_and_a_stale_version_is_refused(database, walk):
    with unit_of_work(database) as session:
        ((case,),) = CASES.all(session, {})
        case.state, case.waiting_since = CaseState.ON_HOLD, NOON + timedelta(days=1)
        case.version += 1
        assert list(session.dirty) == [case]
        session.flush()
        assert session.scalar(select(CASE.c.state)) is CaseState.ON_HOLD
        session.execute(update(CASE).values(version=77))
        case.returns += 1
        with pytest.raises(StaleDataError):
            write_changes(session, case)
        session.rollback()
        assert case.returns == 0


def award_of(walk, **given):
    case = walk.case()
    return RegisterEntry(
        subject_id=case.subject_id,
        subject_text=case.subject_name,
        folded_subject="",
        honour=Honour.UNIT_CERTIFICATE,
        honour_text="Giấy khen",
        kind=CommendationKind.MOVEMENT,
        authority_level=AuthorityLevel.UNIT,
        authority_name="Trường",
        source=EntrySource.CASE,
        entered_at=NOON,
        **given,
    )


def test_a_new_row_is_written_as_a_flush_would_write_it(database, walk):
    with unit_of_work(database) as session:
        flushed = award_of(walk, decided_on=None, number="1/QĐ")
        session.add(flushed)
        session.flush()
        entry = award_of(walk, decided_on=None, number="1/QĐ")
        with counted(database) as sent:
            write_new(session, entry)
        assert len(sent) == 1
        assert inspect(entry).persistent
        assert session.get(RegisterEntry, entry.id) is entry
        entry.number = "2/QĐ"  # what comes later is written, too
    with reading(database) as session:
        rows = [columns_of(session.get_one(RegisterEntry, one.id)) for one in (flushed, entry)]
    assert rows[1] == rows[0] | {"id": entry.id, "number": "2/QĐ"}


def test_a_new_row_that_the_database_refuses_is_in_no_session(database, walk):
    with unit_of_work(database) as session:
        entry = award_of(walk, achieved_from=date(2027, 1, 2), achieved_to=date(2027, 1, 1))
        with pytest.raises(IntegrityError):
            write_new(session, entry)
        assert inspect(entry).transient
        session.rollback()


def test_the_lock_reads_again_what_the_session_has(database, walk):
    task_id = walk.task().id
    with unit_of_work(database) as session:
        case = session.get_one(Case, walk.case_id, options=[undefer(Case.snapshot)])
        unit, name = case.unit, case.subject_name
        session.execute(
            update(CASE).values(returns=3, snapshot=b"other"),
            execution_options={"synchronize_session": False},
        )
        case.subject_name = "Lê Thị Mơ"  # and is not written
        with session.no_autoflush:
            locked, *_ = lock_task(session, task_id)
        assert "unit" in inspect(case).unloaded
        assert (locked, case.unit) == (case, unit)
        assert (case.returns, case.snapshot, case.subject_name) == (3, b"other", name)
        assert not session.dirty
        session.rollback()


def test_what_the_session_has_stays_as_it_is_without_a_lock(database, walk):
    with unit_of_work(database) as session, session.no_autoflush:
        case = session.get_one(Case, walk.case_id)
        case.returns = 4
        assert CASES.first(session, {}) == (case,)
        assert case.returns == 4
        session.rollback()


@on_sqlite
@pytest.mark.parametrize("which", ["there", "missing"])
def test_a_row_that_is_missing_from_a_join_is_none(database, walk, which):
    with reading(database) as session:
        case = session.get_one(Case, walk.case_id)
        asked = {"case_id": case.id, "subject_id": case.subject_id if which == "there" else 0}
        found = WITH_SUBJECT.first(session, asked)
        assert found == (case, case.subject if which == "there" else None, case.award)
        assert WITH_SUBJECT.first(session, asked | {"case_id": 0}) is None
