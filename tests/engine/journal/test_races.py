"""Many write while one seals and is killed: no fork, no gap, nothing twice, nothing lost."""

import random
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import func, select

from engine import journal as acts
from engine.journal import verification
from engine.journal.guards import missing_guards
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Case, JournalEntry, JournalLeaf
from tests.conftest import LONG
from tests.engine.journal.sealed import Sealed
from tests.walk import Walk, open_nomination
from tests.ward import NOON

KILLS = 100 if LONG else 6
WRITERS = 8
CASES = 500 if LONG else 40
ENTRIES = 4 if LONG else 2
"""Entries that each writer adds to each case."""

SEALING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from engine.journal.guards import missing_guards
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.journal.sealing import seal
from engine.store.database import connect
database, folder = connect(sys.argv[1]), Path(sys.argv[2])
key, outside = open_key(folder / "journal.key", "thidua.vi-du"), Outside(folder / "outside")
print("begins", flush=True)
while True:
    seal(database, key, outside, datetime.now(UTC))
"""


def test_writers_and_a_sealer_that_is_killed_leave_one_journal(database, ward, tmp_path):
    key = open_key(tmp_path / "journal.key", "thidua.vi-du")
    journal = Sealed(database, key, Outside(tmp_path / "outside"))
    with unit_of_work(database) as session:
        cases = [open_nomination(session, ward).id for _ in range(CASES)]
    url = database.url.render_as_string(hide_password=False)
    faults: list[BaseException] = []
    writers = [
        threading.Thread(target=write, args=(url, ward, cases, seed, faults))
        for seed in range(WRITERS)
    ]
    for one in writers:
        one.start()
    kill_again_and_again(url, tmp_path)
    for one in writers:
        one.join()
    assert faults == []
    journal.seal(is_thorough=True)
    report = journal.verify()
    assert report.findings == ()
    with reading(database) as session:
        entries = session.scalar(select(func.count()).select_from(JournalEntry))
        places = list(
            session.scalars(select(JournalLeaf.position).order_by(JournalLeaf.position))
        )
        written = session.scalar(
            select(func.count())
            .select_from(JournalEntry)
            .where(JournalEntry.action == "case.noted")
        )
    assert written == WRITERS * CASES * ENTRIES
    assert places == list(range(entries))
    assert len(list(journal.outside.entries())) == entries == report.sealed


def write(url, ward, cases, seed, faults):
    """Add entries to all cases, in an order of one's own; each locks its case."""
    chance = random.Random(seed)  # noqa: S311
    database = connect(url)
    try:
        for case_id in chance.sample(cases * ENTRIES, len(cases) * ENTRIES):
            with unit_of_work(database) as session:
                case = session.scalars(
                    select(Case).where(Case.id == case_id).with_for_update()
                ).one()
                case.version += 1
                acts.append_to_case(
                    session, case, action="case.noted", actor=ward.ward_clerk, at=NOON
                )
    except BaseException as error:
        faults.append(error)
    finally:
        database.dispose()


def kill_again_and_again(url, folder):
    """Let a process seal without pause, and kill it at moments by chance."""
    chance = random.Random(7)  # noqa: S311
    for _ in range(KILLS):
        sealer = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", SEALING, url, str(folder)], stdout=subprocess.PIPE
        )
        try:
            assert sealer.stdout.readline() == b"begins\n"
            time.sleep(chance.uniform(0, 0.15))
        finally:
            sealer.kill()
            sealer.communicate()


def test_who_checks_while_others_work_and_seal_raises_no_alarm(
    journal, database, ward, monkeypatch
):
    Walk(database, ward).open().to("review_at_unit")
    journal.seal()

    def work_meanwhile(session):
        found = missing_guards(session)
        Walk(database, ward).open().to("review_at_unit")
        journal.seal()
        return found

    monkeypatch.setattr(verification, "missing_guards", work_meanwhile)
    assert journal.verify().findings == ()


@pytest.mark.parametrize("moment", ["case_named", "stored_nodes"])
def test_who_checks_a_case_while_others_work_on_it_and_seal_raises_no_alarm(
    journal, database, ward, monkeypatch, moment
):
    walk = Walk(database, ward).open().to("review_at_unit")
    journal.seal()
    read = getattr(verification, moment)

    def work_before_it_is_read(*asked):
        walk.to("appraise_at_ward")
        Walk(database, ward).open()
        journal.seal()
        return read(*asked)

    monkeypatch.setattr(verification, moment, work_before_it_is_read)
    with reading(database, one_moment=True) as session:
        report = verification.verify_case(session, journal.key, journal.outside, "HS-2030-0001")
    assert report.findings == ()
    assert report.sealed >= 2
