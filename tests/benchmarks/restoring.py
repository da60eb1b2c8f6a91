"""After a disaster: how long until every acknowledged decision is back.

``python -m tests.benchmarks.restoring [DECISIONS]``: a backup of as many decided nominations
as are decided after it, restored, rolled forward from what stands outside, and checked.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, func, select

from engine.backups import back_up, restore
from engine.filestore import FileStore
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.journal.roll_forward import roll_forward
from engine.journal.sealing import seal
from engine.journal.verification import verify
from engine.store import schema
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Decision
from forms.vocabulary import Outcome
from tests.benchmarks.journal import require_silent, say
from tests.walk import Walk
from tests.ward import NOON, Ward, build_ward

DECISIONS = 1_000

Made = TypeVar("Made")


def main() -> None:
    """Measure on SQLite, and print a line for each figure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DECISIONS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = connect(f"sqlite:///{folder}/lost.db")
        schema.upgrade(database)
        with unit_of_work(database) as session:
            ward = build_ward(session)
        key = open_key(folder / "journal.key", "thidua.bench")
        outside, files = Outside(folder / "outside"), FileStore(folder / "files")
        decide(database, ward, 0, count)
        seal(database, key, outside, NOON)
        backup, taken = timed(
            lambda: back_up(database, files, outside, key, folder / "backups", NOON)
        )
        say("backup", f"{taken:.1f} s of {count:,} decisions, {backup.rows:,} rows")
        decide(database, ward, count, count)
        seal(database, key, outside, NOON)
        database.dispose()
        url = f"sqlite:///{folder}/restored.db"
        _backup, taken = timed(
            lambda: restore(backup.folder, url, files, outside, key, lambda one: None)
        )
        say("restore", f"{taken:.1f} s")
        restored = connect(url)
        report, taken = timed(lambda: roll_forward(restored, key, outside, NOON))
        say(
            "forward",
            f"{taken:.1f} s for {len(report.decisions):,} decisions, {report.steps:,} acts:"
            f" {len(report.decisions) / taken:,.1f} decisions/s",
        )
        require_all(restored, 2 * count, report.stopped)
        with reading(restored, one_moment=True) as session:
            found, taken = timed(lambda: verify(session, key, outside))
        require_silent(found.findings)
        say("verify", f"{taken:.1f} s for {found.entries:,} entries")


def decide(database: Engine, ward: Ward, start: int, count: int) -> None:
    """Take nominations to their decisions."""
    for number in range(start, start + count):
        walk = Walk(database, ward).open().to("decide_at_ward")
        walk.do(Outcome.AWARD, number=f"{number + 1:02d}/QĐ-UBND")


def require_all(database: Engine, count: int, stopped: dict[str, str]) -> None:
    """Stop the measurement if a decision did not come back."""
    with reading(database) as session:
        found = session.scalar(select(func.count()).select_from(Decision))
    if found != count or stopped:
        raise AssertionError(f"{found} of {count} decisions; stopped: {stopped}")


def timed(run: Callable[[], Made]) -> tuple[Made, float]:
    """Return what ``run`` returns, and the seconds that people wait for it."""
    begin = time.perf_counter()
    made = run()
    return made, time.perf_counter() - begin


if __name__ == "__main__":
    main()
