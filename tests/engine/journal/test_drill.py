"""The drill: a backup taken under load, work that goes on, the database lost, all restored."""

import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.backups import back_up, restore
from engine.filestore import FileStore
from engine.integrity import check_case
from engine.journal.replay import replay
from engine.journal.roll_forward import roll_forward
from engine.store.database import connect, reading
from engine.store.models import Case, Decision, DossierVersion, RegisterEntry, Review
from forms.vocabulary import Outcome
from tests.conftest import LONG
from tests.engine.journal.sealed import Sealed
from tests.walk import RETURN, Walk
from tests.ward import NOON

WRITERS = 8 if LONG else 2
BEFORE, AFTER = (60, 400) if LONG else (1, 3)
"""Decisions that are acknowledged before the backup begins, and before the database is lost."""
PAUSE = 0 if LONG else 0.2
"""Seconds between two nominations of one person."""


@dataclass
class Office:
    """People who decide at the same time, and the thread that seals beside them."""

    journal: Sealed
    ward: object
    acknowledged: list[str] = field(default_factory=list)
    """Numbers of decisions of which somebody was told that they are made."""
    sealed: list[str] = field(default_factory=list)
    """Those of them that were there when a sealing began that is done."""
    faults: list[BaseException] = field(default_factory=list)
    grown: threading.Condition = field(default_factory=threading.Condition)
    closes: threading.Event = field(default_factory=threading.Event)
    crashes: threading.Event = field(default_factory=threading.Event)

    def decide(self, seed):
        try:
            number = 0
            while not self.closes.wait(PAUSE):
                number += 1
                self._decide_one(f"{seed}{number:04d}/QĐ-UBND", number)
        except BaseException as fault:
            self.faults.append(fault)

    def _decide_one(self, symbol, number):
        walk = Walk(self.journal.database, self.ward).open().to("appraise_at_ward")
        if number % 3 == 0:
            walk.do(Outcome.RETURN, **RETURN)
        if number % 5 == 0:
            walk.withdraw()
            return
        walk.to("decide_at_ward").do(Outcome.AWARD, number=symbol)
        with self.grown:
            self.acknowledged.append(symbol)
            self.grown.notify_all()

    def seal(self):
        try:
            while not self.crashes.is_set():
                acknowledged = list(self.acknowledged)
                self.journal.seal()
                with self.grown:
                    self.sealed = acknowledged
                    self.grown.notify_all()
                self.crashes.wait(0.05)
        except BaseException as fault:
            self.faults.append(fault)

    def wait_for(self, acknowledged, sealed=0):
        """Wait until so many decisions are acknowledged, and so many of them sealed."""

        def is_grown():
            return len(self.acknowledged) >= acknowledged and len(self.sealed) >= sealed

        with self.grown:
            assert self.grown.wait_for(is_grown, 300), self.faults


@contextmanager
def busy(office):
    """Let everybody work; at the end the sealer dies first, as it comes."""
    workers = [
        threading.Thread(target=office.decide, args=(one + 1,)) for one in range(WRITERS)
    ]
    sealer = threading.Thread(target=office.seal)
    for one in (sealer, *workers):
        one.start()
    try:
        yield
    finally:
        office.crashes.set()
        sealer.join()
        office.closes.set()
        for one in workers:
            one.join()


def decided(database, numbers):
    """Return all that is known of the cases with these decisions."""
    asked = {
        Case: (
            "id reference award subject_name state outcome returns version next_seq"
            " journal_hash submitted_at closed_at"
        ),
        Decision: "case_id number signed_on signer_name signer_title bonus_amount",
        DossierVersion: "case_id number content content_hash submitted_by_id submitted_at",
        Review: "case_id task_id outcome return_to answers reviewed_by_id reviewed_at",
        RegisterEntry: "case_id number decided_on subject_text honour content state",
    }
    found = {}
    with reading(database) as session:
        cases = select(Decision.case_id).where(Decision.number.in_(numbers))
        for table, names in asked.items():
            columns = [getattr(table, name) for name in names.split()]
            rows = session.execute(select(*columns).where(columns[0].in_(cases)))
            found[table.__tablename__] = sorted(map(tuple, rows), key=str)
    return found


def test_a_backup_under_load_and_the_mirror_restore_every_acknowledged_decision(
    database, ward, journal, tmp_path, request
):
    office = Office(journal, ward)
    files, copies = FileStore(tmp_path / "files"), tmp_path / "backups"
    with busy(office):
        office.wait_for(BEFORE)
        backup = back_up(database, files, journal.outside, journal.key, copies, NOON)
        in_backup = next(one.rows for one in backup.tables if one.name == "decisions")
        office.wait_for(AFTER + in_backup, sealed=in_backup + 1)
    assert office.faults == []
    assert len(office.sealed) > in_backup
    expected = decided(database, office.sealed)
    database.dispose()  # from here on nobody knows it

    is_sqlite = database.dialect.name == "sqlite"
    new = nullcontext(f"sqlite:///{tmp_path / 'new.db'}")
    with new if is_sqlite else request.getfixturevalue("postgresql_copy")("drill") as url:
        restore(backup.folder, url, files, journal.outside, journal.key, lambda one: None)
        restored = connect(url)
        report = roll_forward(restored, journal.key, journal.outside, NOON)
        assert report.stopped == {}
        assert len(report.decisions) >= len(office.sealed) - in_backup
        assert decided(restored, office.sealed) == expected
        assert len(expected["decisions"]) == len(office.sealed)
        again = Sealed(restored, journal.key, journal.outside)
        with reading(restored) as session:
            for case in session.scalars(select(Case)):
                assert replay(session, case) == []
                assert check_case(session, case.id) == []
        Walk(restored, ward).open().to("decide_at_ward").do(Outcome.AWARD, number="09/QĐ-UBND")
        again.seal(is_thorough=True)
        assert again.verify().findings == ()
        restored.dispose()
