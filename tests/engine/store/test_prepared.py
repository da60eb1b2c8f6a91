"""Statements that are kept ready answer as the session itself would."""

import pytest
from sqlalchemy import bindparam, delete, insert, literal, select
from sqlalchemy.exc import IntegrityError, PendingRollbackError
from sqlalchemy.orm.exc import StaleDataError

from engine.store.database import reading, unit_of_work
from engine.store.models import Case, CommandAnswer, UserTask
from engine.store.prepared import Prepared, PreparedForIds, one_of
from engine.store.rows import write_changes
from forms.vocabulary import CaseState, Level, Role
from tests.statements import counted
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

TASKS = UserTask.__table__
ANSWERS = CommandAnswer.__table__
ITS_TASKS = Prepared(
    select(TASKS.c.id, TASKS.c.role, TASKS.c.level, TASKS.c.outcomes, TASKS.c.opened_at)
    .where(TASKS.c.case_id == bindparam("case_id"), one_of(TASKS.c.role, Role))
    .order_by(TASKS.c.id)
)
NOTE = Prepared(insert(ANSWERS))
ROW = {"key": "k", "request_hash": "h", "answer": {"đã": [1, None]}, "answered_at": NOON}


def test_a_row_has_the_values_that_the_session_reads(database, ward):
    walk = Walk(database, ward).open().to("review_at_unit")
    with reading(database) as session:
        tasks = session.scalars(select(UserTask).order_by(UserTask.id)).all()
        rows = ITS_TASKS.all(session, {"case_id": walk.case_id})
        assert [tuple(row) for row in rows] == [
            (one.id, one.role, one.level, one.outcomes, one.opened_at) for one in tasks
        ]
        assert {row.level for row in rows} == {None, Level.UNIT}
        assert ITS_TASKS.first(session, {"case_id": walk.case_id}) == rows[0]
        assert ITS_TASKS.first(session, {"case_id": 0}) is None


def test_what_is_written_is_read_again(database, ward):
    row = ROW | {"actor_id": ward.school_clerk.person_id}
    with unit_of_work(database) as session:
        assert NOTE.run(session, row) == 1
    with reading(database) as session:
        found = session.scalars(select(CommandAnswer)).one()
        assert (found.answer, found.answered_at) == (row["answer"], NOON)


def test_after_a_flush_that_failed_it_is_refused_until_all_is_rolled_back(database, ward):
    row = ROW | {"actor_id": ward.school_clerk.person_id}
    with unit_of_work(database) as session:
        NOTE.run(session, row)
        session.add(CommandAnswer(**row))
        with pytest.raises(IntegrityError):
            session.flush()
        with pytest.raises(PendingRollbackError):
            NOTE.run(session, row | {"key": "another"})
        session.rollback()
        NOTE.run(session, row)
    with reading(database) as session:
        assert session.scalars(select(CommandAnswer.key)).all() == ["k"]


def test_a_refusal_is_that_of_the_session_and_hides_what_was_typed(database, ward):
    row = ROW | {"actor_id": ward.school_clerk.person_id}
    with unit_of_work(database) as session:
        NOTE.run(session, row)
        with pytest.raises(IntegrityError) as refused:
            NOTE.run(session, row)
        session.rollback()
    assert refused.value.hide_parameters
    with reading(database) as session:
        assert session.scalars(select(CommandAnswer)).all() == []


@on_sqlite
def test_a_missing_value_is_refused(database, ward):
    with reading(database) as session, pytest.raises(KeyError):
        ITS_TASKS.all(session, {})


@on_sqlite
def test_a_statement_whose_text_changes_is_refused(database):
    changing = Prepared(delete(TASKS).where(TASKS.c.id.in_(bindparam("ids", expanding=True))))
    with reading(database) as session, pytest.raises(TypeError):
        changing.run(session, {"ids": ["a"]})


@pytest.mark.parametrize("count", [1, 2, 3, 5])
@on_sqlite
def test_a_few_ids_are_asked_for_at_once(database, ward, count):
    ids = [Walk(database, ward).open().case_id for _ in range(count)]
    asked = PreparedForIds(lambda ids: select(TASKS.c.case_id).where(TASKS.c.case_id.in_(ids)))
    with reading(database) as session:
        assert sorted(row.case_id for row in asked.all(session, ids, {})) == ids


def test_changes_of_a_row_are_written_once_in_one_statement(database, ward):
    case_id = Walk(database, ward).open().case_id
    with unit_of_work(database) as session:
        case = session.get_one(Case, case_id)
        with counted(database) as sent:
            case.state, case.version = CaseState.ON_HOLD, case.version + 1
            write_changes(session, case)
            write_changes(session, case)
            session.flush()
        assert len(sent) == 1
    with reading(database) as session:
        again = session.get_one(Case, case_id)
        assert (again.state, again.version) == (CaseState.ON_HOLD, case.version)


def test_changes_of_a_row_that_somebody_else_changed_are_refused(database, ward):
    case_id = Walk(database, ward).open().case_id
    with unit_of_work(database) as session:
        case = session.get_one(Case, case_id)
        session.connection().exec_driver_sql("UPDATE cases SET version = version + 1")
        case.returns, case.version = 3, case.version + 1
        with pytest.raises(StaleDataError):
            write_changes(session, case)
        session.expire(case)


def test_in_a_savepoint_it_writes_what_goes_with_it(database, ward):
    row = ROW | {"actor_id": ward.school_clerk.person_id}
    with unit_of_work(database) as session:
        NOTE.run(session, row)
        savepoint = session.begin_nested()
        NOTE.run(session, row | {"key": "dropped"})
        savepoint.rollback()
        NOTE.run(session, row | {"key": "kept"})
    with reading(database) as session:
        assert set(session.scalars(select(CommandAnswer.key))) == {"k", "kept"}


@pytest.mark.parametrize("text", ["Đ'ức", "100 %", "a:b", "\\", ""])
def test_values_that_never_change_are_in_the_text_of_a_query(database, ward, text):
    walk = Walk(database, ward).open()
    cases = Case.__table__.c
    asked = Prepared(
        select(cases.id, literal(text).label("text"), literal(None).label("empty"))
        .where(cases.id == bindparam("id"), one_of(cases.state, CaseState))
        .order_by(cases.id)
        .limit(1)
    )
    with reading(database) as session:
        with counted(database) as sent:
            assert asked.all(session, {"id": walk.case_id}) == [(walk.case_id, text, None)]
        assert "LIMIT 1" in sent[0]
        assert "'draft'" in sent[0]
