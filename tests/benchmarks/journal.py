"""What the journal costs: an entry within a command, sealing, and checking all of it.

``python -m tests.benchmarks.journal [ENTRIES]``; the aims are those of docs/journal.md.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, func, select

from engine import journal
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.journal.sealing import seal
from engine.journal.verification import verify
from engine.store import schema
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import JournalEntry
from tests.ward import NOON

ENTRIES = 100_000
STREAMS = 2_000
"""Cases, so to speak: entries go to them in turn."""

DETAIL = {
    "element": "appraise_at_ward",
    "outcome": "recommend",
    "form": "appraisal.v1",
    "content_hash": "fb6b4f51b2df3889fb1a4227f57dd798e458e53c3995e319af547da8257a352b",
    "diagrams": "9a2605238715a05607beedfc76e9523afd2c0711b76cbca1a9e9bee749c7792a",
    "passed": ["unit_certificate/appraise_at_ward", "unit_certificate/to_decision"],
    "old": {"state": "in_review", "level": "ward"},
    "new": {"state": "in_review", "level": "ward"},
    "reason": "Bổ sung số liệu và thời gian lập thành tích.",
}


def main() -> None:
    """Measure on SQLite, and print a line for each figure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with tempfile.TemporaryDirectory() as folder:
        database = connect(f"sqlite:///{folder}/journal.db")
        schema.upgrade(database)
        key = open_key(Path(folder) / "journal.key", "thidua.bench")
        outside = Outside(Path(folder) / "outside")
        appending = timed(lambda: fill(database, count))
        say("append", f"{appending / count * 1e6:.0f} µs CPU an entry, with words beside it")
        sealing = timed(lambda: seal(database, key, outside, NOON))
        say("seal", f"{count / sealing:,.0f} entries/s CPU")
        with reading(database) as session:
            entries = session.scalar(select(func.count()).select_from(JournalEntry)) or 0
            checking = timed(lambda: require_silent(verify(session, key, outside).findings))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        speed = f"{entries / checking:,.0f} entries/s CPU"
        say("verify", f"{speed}, {checking:.1f} s for {entries:,}")
        say("memory", f"{peak:.0f} MB at most")


def fill(database: Engine, count: int) -> None:
    """Write entries through the one way in, some hundred in a transaction."""
    for start in range(0, count, 500):
        with unit_of_work(database) as session:
            for number in range(start, min(start + 500, count)):
                journal.append(
                    session,
                    stream=f"bench:{number % STREAMS}",
                    action="task.completed",
                    actor=None,
                    at=NOON,
                    detail=DETAIL,
                )


def require_silent(findings: tuple[object, ...]) -> None:
    """Stop the measurement if the journal it measures is not sound."""
    if findings:
        raise AssertionError(findings[0])


def timed(run: Callable[[], object]) -> float:
    """Return the CPU seconds of ``run``."""
    begin = time.process_time()
    run()
    return time.process_time() - begin


def say(name: str, words: str) -> None:
    """Print a figure."""
    print(f"{name:8} {words}")


if __name__ == "__main__":
    main()
