"""A backup and what stands outside of the database give back every acknowledged decision."""

import random

import pysqlite3
import pytest
from sqlalchemy import select, text

from engine.assignment import claim_task
from engine.errors import BackupTooOld
from engine.integrity import check_case
from engine.journal.proof import NotProved
from engine.journal.replay import replay
from engine.journal.roll_forward import roll_forward
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import (
    Case,
    Decision,
    DossierVersion,
    GivenNumber,
    RegisterEntry,
    Review,
    UserTask,
)
from forms.vocabulary import Award, Outcome
from tests.delegating import stand_in
from tests.engine.journal.sealed import Sealed, live
from tests.outgoing import draft, go
from tests.walk import RETURN, Walk, new_key, on_sqlite
from tests.ward import NOON

pytestmark = on_sqlite


@pytest.fixture
def backup(database, tmp_path):
    """Take a backup of the database as it is now, while it may be written."""

    def take():
        path = tmp_path / "backup.db"
        with database.connect() as connection, pysqlite3.dbapi2.connect(path) as copy:
            connection.connection.dbapi_connection.backup(copy)
        copy.close()
        return connect(f"sqlite:///{path}")

    return take


def facts(database):
    """Return what was decided, by whom, when, in the order of the cases."""
    tables = {
        Case: (
            "id reference award subject_name state level outcome returns version next_seq"
            " journal_hash submitted_at closed_at routing"
        ),
        Decision: "case_id number signed_on signer_name signer_title bonus_amount",
        DossierVersion: "case_id number content content_hash submitted_by_id submitted_at",
        Review: "case_id task_id outcome return_to answers reviewed_by_id reviewed_at",
        RegisterEntry: "case_id number decided_on subject_text honour content state",
    }
    found = {}
    with reading(database) as session:
        for table, names in tables.items():
            columns = [getattr(table, name) for name in names.split()]
            rows = session.execute(select(*columns).order_by(columns[0]))
            found[table.__tablename__] = sorted(map(tuple, rows), key=str)
        tasks = select(
            UserTask.case_id, UserTask.element_id, UserTask.state, UserTask.completed_by_id
        )
        found["user_tasks"] = sorted(map(tuple, session.execute(tasks)), key=str)
    return found


def test_what_was_done_after_the_backup_is_done_again(database, ward, journal, backup):
    waiting = [Walk(database, ward).open().to(place) for place in ("draft_nomination",)]
    waiting.append(Walk(database, ward).open().to("appraise_at_ward"))
    live(database, ward, 1, cases=2)
    journal.seal()
    restored = backup()
    waiting[0].to("decide_at_ward").do(Outcome.AWARD, number="77/QĐ-UBND")
    waiting[1].do(Outcome.RETURN, **RETURN)
    live(database, ward, 2, cases=4)
    Walk(database, ward).open().to("appraise_at_ward").withdraw()
    journal.seal()
    expected = facts(database)
    assert facts(restored) != expected

    report = roll_forward(restored, journal.key, journal.outside, NOON)
    assert report.stopped == {}
    assert "77/QĐ-UBND" in report.decisions
    assert report.entries > 30
    assert facts(restored) == expected
    again = Sealed(restored, journal.key, journal.outside)
    assert again.verify().findings == ()
    again.seal()
    assert again.verify().findings == ()
    with reading(restored) as session:
        for case in session.scalars(select(Case)):
            assert replay(session, case) == []
            assert check_case(session, case.id) == []
    for walk in waiting[1:]:
        Walk(restored, ward, case_id=walk.case_id).to("decide_at_ward")


def test_it_is_done_once(database, ward, journal, backup):
    restored = backup()
    live(database, ward, 3, cases=1)
    journal.seal()
    assert roll_forward(restored, journal.key, journal.outside, NOON).entries > 0
    again = roll_forward(restored, journal.key, journal.outside, NOON)
    assert (again.entries, again.steps) == (0, 0)


def test_a_backup_with_entries_that_were_not_sealed_then(database, ward, journal, backup):
    live(database, ward, 4, cases=1)
    restored = backup()
    live(database, ward, 5, cases=1)
    journal.seal()
    roll_forward(restored, journal.key, journal.outside, NOON)
    assert facts(restored) == facts(database)
    assert Sealed(restored, journal.key, journal.outside).verify().findings == ()


def test_what_is_no_nomination_is_told_and_its_number_is_taken(database, ward, journal, backup):
    walks = [Walk(database, ward).open().to("decide_at_ward")]
    journal.seal()
    restored = backup()
    paper_id = draft(database, ward, walks)
    go(database, ward, paper_id, "number")
    journal.seal()
    report = roll_forward(restored, journal.key, journal.outside, NOON)
    assert report.by_hand["paper.numbered"] == 1
    with reading(restored) as session:
        (given,) = session.scalars(select(GivenNumber))
        assert (given.number, given.used_elsewhere) == (1, "Khôi phục từ nhật ký")


def test_words_that_are_not_those_of_an_entry_stop_it(database, ward, journal, backup):
    restored = backup()
    live(database, ward, 6, cases=1)
    journal.seal()
    path = journal.outside.folder / "words.jsonl"
    path.write_bytes(path.read_bytes().replace(b"B\\u1ed5 sung", b"B\\u1ed5 xung"))
    with pytest.raises(NotProved, match="not its own"):
        roll_forward(restored, journal.key, journal.outside, NOON)
    with restored.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM cases")) == 0


def test_a_backup_without_the_round_is_too_old(database, ward, journal, backup):
    restored = backup()
    live(database, ward, 7, cases=2)
    journal.seal()
    with restored.begin() as connection:
        connection.execute(text("UPDATE rounds SET id = 102 WHERE id = 2"))
    with pytest.raises(BackupTooOld, match="HS-2030-0001"):
        roll_forward(restored, journal.key, journal.outside, NOON)
    with restored.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM journal_leaves")) == 0


def test_an_act_that_cannot_be_done_again_is_told(database, ward, journal, backup):
    walk = Walk(database, ward).open().to("appraise_at_ward")
    restored = backup()
    walk.to("decide_at_ward").do(Outcome.AWARD)
    journal.seal()
    with restored.begin() as connection:
        connection.execute(text("UPDATE user_tasks SET element_id = 'x' WHERE state = 'open'"))
    report = roll_forward(restored, journal.key, journal.outside, NOON)
    assert list(report.stopped) == ["HS-2030-0001"]
    assert report.decisions == []
    assert Sealed(restored, journal.key, journal.outside).verify().findings == ()


def test_a_backup_under_load_brings_back_every_decision(database, ward, journal, backup):
    chance = random.Random(8)  # noqa: S311
    restored = None
    for seed in range(6):
        live(database, ward, 100 + seed, cases=1)
        if seed == chance.randrange(1, 5) or (seed == 4 and restored is None):
            restored = backup()
        journal.seal()
    roll_forward(restored, journal.key, journal.outside, NOON)
    assert facts(restored) == facts(database)


@pytest.mark.parametrize("is_in_backup", [True, False])
def test_a_delegated_step_is_done_again_with_its_delegation_if_that_is_there(
    database, ward, journal, backup, is_in_backup
):
    walk = Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")
    if is_in_backup:
        member = stand_in(database, ward.ward_chairman, ward.council_member)
    journal.seal()
    restored = backup()
    if not is_in_backup:
        member = stand_in(database, ward.ward_chairman, ward.council_member)
    with unit_of_work(database) as session:
        task = walk.task()
        claim_task(session, task_id=task.id, actor=member, at=NOON, key=new_key())
    walk.do(Outcome.RECOMMEND, actor=member)
    journal.seal()
    expected = facts(database)
    report = roll_forward(restored, journal.key, journal.outside, NOON)
    assert report.stopped == {}
    assert report.by_hand["task.claimed"] == 1
    assert facts(restored) == expected
    with reading(restored) as session:
        under = session.scalars(select(Review.delegation_id).order_by(Review.id.desc())).first()
        assert (under is not None) is is_in_backup
        assert check_case(session, walk.case_id) == []
