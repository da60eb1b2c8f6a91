"""Power cuts of SQLite: whoever was told that a step is done finds it done afterwards."""

from collections import Counter
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from engine.integrity import check_case
from engine.store import database as store
from engine.store.database import connect, reading
from engine.store.models import Case, TaskState, UserTask
from forms.vocabulary import Outcome
from tests.conftest import LONG
from tests.crash import mutants
from tests.crash.power import cuts
from tests.crash.recorder import Recorder
from tests.walk import Walk, on_sqlite

CUTS = 2_000 if LONG else 50
STEPS = 60 if LONG else 24
PAGES = 40
"""Pages in the write-ahead log before they are moved into the database: few, so that many
cuts fall into the moving."""

pytestmark = on_sqlite


@pytest.fixture
def mutant(request, monkeypatch):
    """Seed the bug that the test names, for as long as it runs."""
    name = getattr(request, "param", "")
    prepare = store._prepare_sqlite_connection
    monkeypatch.setattr(store, "_prepare_sqlite_connection", prepare)  # put back afterwards
    mutants.apply(name)
    return name


@pytest.fixture
def recorded(database, ward, mutant):
    """Return what was asked of the disk while a nomination walked to and fro, and the file."""
    path = Path(database.url.database)
    database.dispose()
    before = {path.name: path.read_bytes()}
    recorder = Recorder(path.parent)
    with recorder.recording():
        engine = connect(str(database.url))
        event.listen(engine, "connect", _move_often)
        _walk(engine, ward, recorder)
        engine.dispose()
    return recorder.calls, before, path


def _move_often(connection, record):
    connection.execute(f"PRAGMA wal_autocheckpoint={PAGES}")


def _walk(engine, ward, recorder):
    walk = Walk(engine, ward).open().to("review_at_unit")
    for _ in range(STEPS // 2):
        for outcome in (Outcome.HOLD, Outcome.RESUME):
            task = walk.task()
            walk.do(outcome)
            recorder.tell(task.id)


@pytest.fixture
def verdicts(recorded, tmp_path):
    """Return how many power cuts ended how."""
    calls, before, path = recorded
    assert Counter(call.kind for call in calls)["sync"] >= 2
    left = tmp_path / "left"
    left.mkdir()
    found = Counter()
    for told, files in cuts(calls, before, CUTS, seed=42):
        for old in left.iterdir():
            old.unlink()
        for name, data in files.items():
            if not name.endswith("-shm"):
                (left / name).write_bytes(data)
        found[_verdict(left / path.name, told)] += 1
    print(f"{STEPS} steps, {Counter(call.kind for call in calls)}, {CUTS} cuts: {dict(found)}")
    return found


def _verdict(path, told):
    """Open what is left as the product does, and say what became of it."""
    engine = connect(f"sqlite:///{path}")
    try:
        with reading(engine) as session:
            if session.scalar(text("PRAGMA integrity_check")) != "ok":
                return "corrupt"
            chosen = select(UserTask.id).where(UserTask.state == TaskState.COMPLETED)
            if not set(told) <= set(session.scalars(chosen)):
                return "lost"
            (case_id,) = session.scalars(select(Case.id))
            return "half done" if check_case(session, case_id) else "whole"
    except (DBAPIError, pysqlite3.dbapi2.DatabaseError):
        return "corrupt"
    finally:
        engine.dispose()


@pytest.mark.long
def test_no_power_cut_loses_or_breaks_anything(verdicts):
    assert verdicts == {"whole": CUTS}


@pytest.mark.long
@pytest.mark.parametrize("mutant", ["synchronous_normal"], indirect=True)
def test_not_waiting_for_the_disk_is_caught(verdicts):
    assert verdicts["lost"] > CUTS // 10
    assert verdicts["lost"] + verdicts["whole"] == CUTS
