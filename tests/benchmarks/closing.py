"""What closing a large session costs in process, on both databases: ``make bench``.

One transaction sends 200 cases on, each with its process, rules, journal and review; then
the minutes are drafted, and signed by two. CPU is that of this process; PostgreSQL's own
processes are counted apart. Memory is the most that this process ever had.
"""

import resource
import tempfile
from pathlib import Path

from engine.council.minutes import MINUTES, paper_bytes
from engine.store import schema
from engine.store.database import connect, unit_of_work
from tests.benchmarks.machine import machine, postgresql
from tests.benchmarks.open_ballots import Row
from tests.engine.council.held import hold_session
from tests.ward import build_ward

MEMBERS = 15
ITEMS = 200


def main() -> None:
    """Measure on SQLite and on PostgreSQL, and print the table and the machine."""
    print(machine())
    print(f"{MEMBERS} members, {ITEMS} items\n")
    print("| database | what | CPU ms | + PostgreSQL | wall ms |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        measure("SQLite", f"sqlite:///{root / 'closing.db'}")
        with postgresql(root) as url:
            measure("PostgreSQL", url)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nmemory at most: {most} MB")


def measure(name: str, url: str) -> None:
    """Print a row for the closing, the draft of the minutes, and the second signature."""
    engine = connect(url)
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        ward = build_ward(session)
    held = hold_session(engine, ward, names=1, copies=ITEMS - 1, size=MEMBERS)
    held.vote("A" * MEMBERS)
    closing, drafting, signing = Row(), Row(), Row()
    closing.run(held.close_session)
    drafting.run(lambda: held.read(paper_bytes, MINUTES))
    held.sign(held.secretary)
    signing.run(lambda: held.sign(held.chair))
    for what, row in (
        ("closing the session", closing),
        ("the minutes as PDF", drafting),
        ("the second signature", signing),
    ):
        print(f"| {name} | {what} | {row} |")
    engine.dispose()


if __name__ == "__main__":
    main()
