"""``thidua db check``: every nomination, with its process, tasks and journal."""

from sqlalchemy import text

from engine.store.database import unit_of_work
from tests.walk import Walk
from tests.ward import build_ward


def test_a_nomination_whose_task_is_gone_is_named(thidua, installed):
    thidua("db", "upgrade")
    assert thidua("db", "check").stdout == "0 nominations, 0 of them with problems.\n"
    database = installed()
    with unit_of_work(database) as session:
        ward = build_ward(session)
    case_id = Walk(database, ward).open().case_id
    assert thidua("db", "check").stdout == "1 nominations, 0 of them with problems.\n"
    with database.begin() as connection:
        connection.execute(text("UPDATE user_tasks SET form = 'other' WHERE state = 'open'"))
    answer = thidua("db", "check", code=1)
    assert f"Error: case {case_id}: open tasks are " in answer.stderr
    assert answer.stdout == "1 nominations, 1 of them with problems.\n"
