"""What an open vote costs in process, on both databases: ``make bench``.

A sheet with one item and a sheet with two hundred, each in a transaction of its own; then
the opening and the closing of a vote on all of them. CPU is that of this process;
PostgreSQL's own processes are counted apart.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from engine.store import schema
from engine.store.database import connect, unit_of_work
from tests.benchmarks.machine import machine, postgresql, postgresql_cpu
from tests.engine.council.meetings import AGREE, Meeting, hold_meeting
from tests.ward import build_ward

MEMBERS = 15
ITEMS = 200
LARGE = 200
"""Members of a large council, all voting on one item."""

ROUNDS = 8
"""Votes on one item, of all members: 120 ballots."""


class Row:
    """One kind of work: how often it was done, and what it cost."""

    def __init__(self) -> None:
        self.times = 0
        self.own = self.others = self.wall = 0.0

    def run(self, work: Callable[[], Any]) -> Any:
        """Do ``work`` and add what it cost."""
        others = postgresql_cpu()
        own, wall = time.process_time(), time.perf_counter()
        done = work()
        self.wall += time.perf_counter() - wall
        self.own += time.process_time() - own
        self.others += postgresql_cpu() - others
        self.times += 1
        return done

    def __str__(self) -> str:
        shares = (self.own, self.others, self.wall)
        return " | ".join(f"{1000 * share / self.times:.1f}" for share in shares)


def main() -> None:
    """Measure on SQLite and on PostgreSQL, and print the table and the machine."""
    print(machine())
    print(f"{MEMBERS} members, {ITEMS} items\n")
    print("| database | what | CPU ms each | + PostgreSQL | wall ms each |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        measure("SQLite", f"sqlite:///{root / 'ballots.db'}")
        measure_large("SQLite", f"sqlite:///{root / 'large.db'}")
        with postgresql(root) as url:
            measure("PostgreSQL", url)
            measure_large("PostgreSQL", _another_database(url))


def measure(name: str, url: str) -> None:
    """Print a row for each thing measured."""
    engine = connect(url)
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        ward = build_ward(session)
    meeting = hold_meeting(engine, ward, items=ITEMS, size=MEMBERS)
    ballots = Row()
    for number in range(ROUNDS):
        voting = meeting.put(items=[meeting.items[number]])
        cast_all(meeting, voting, ballots)
        meeting.close(voting)
    sheets, opening, closing = Row(), Row(), Row()
    rest = meeting.items[ROUNDS:]
    voting = opening.run(lambda: meeting.put(items=rest))
    cast_all(meeting, voting, sheets)
    closing.run(lambda: meeting.close(voting))
    for what, row in (
        ("a ballot on one item", ballots),
        (f"a sheet of {len(rest)} items", sheets),
        (f"opening a vote on {len(rest)} items", opening),
        (f"closing it, {MEMBERS} members", closing),
    ):
        print(f"| {name} | {what} | {row} |")
    engine.dispose()


def measure_large(name: str, url: str) -> None:
    """Print the row of a council of :data:`LARGE` members, all voting on one item."""
    engine = connect(url)
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        ward = build_ward(session)
    meeting = hold_meeting(engine, ward, size=LARGE)
    ballots, closing = Row(), Row()
    voting = meeting.put(items=[meeting.items[0]])
    cast_all(meeting, voting, ballots, LARGE)
    closing.run(lambda: meeting.close(voting))
    print(f"| {name} | a ballot on one item, {LARGE} members | {ballots} |")
    print(f"| {name} | closing it, {LARGE} members | {closing} |")
    engine.dispose()


def _another_database(url: str) -> str:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE large"))
    engine.dispose()
    return make_url(url).set(database="large").render_as_string(hide_password=False)


def cast_all(meeting: Meeting, voting: object, row: "Row", size: int = MEMBERS) -> None:
    """Let every member vote; only the casting is measured."""
    ids = [vote.id for vote in meeting.votes(voting)]
    choices = dict.fromkeys(ids, (AGREE, "Đồng ý với báo cáo thành tích."))
    for place in range(size):
        row.run(lambda place=place: meeting.cast(voting, place, choices=choices))


if __name__ == "__main__":
    main()
