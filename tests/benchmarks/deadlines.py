"""What it costs to ask what is due, to do it, and to see what a limit would move.

``python -m tests.benchmarks.deadlines``: 1,000 and 100,000 open tasks with time limits, on
both databases. Asking loads no state of a case; medians of the calls.
"""

import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.engine import make_url

from engine.deadlines.alarms import apply, find_due
from engine.deadlines.changes import NewLimit, preview_limit, set_limit
from engine.office import OPERATOR
from engine.store import schema
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Case, UserTask
from forms.vocabulary import Level
from tests.benchmarks.machine import machine, postgresql
from tests.walk import Walk
from tests.ward import NOON, build_ward

SIZES = (1_000, 100_000)
TIMES = 200
DUE = 200
"""Tasks that are found overdue, one after the other."""

LIMIT = NewLimit(Level.WARD, days=5, remind_before=1, source="Quy chế")
LATE = NOON + timedelta(days=30)


def main() -> None:
    """Print the table."""
    print(machine())
    print("database, open tasks: asked, nothing due | found 1 | overdue, with all | preview")
    with tempfile.TemporaryDirectory(prefix="thidua-bench-") as folder:
        root = Path(folder)
        for size in SIZES:
            _measure("SQLite", f"sqlite:///{root / f'{size}.db'}", size)
        with postgresql(root) as address:
            for size in SIZES:
                _measure("PostgreSQL", _new_database(address, f"tasks_{size}"), size)


def _new_database(address: str, name: str) -> str:
    server = connect(address)
    with server.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def _measure(name: str, url: str, size: int) -> None:
    database = connect(url)
    schema.upgrade(database)
    _fill(database, size)
    nothing = _median(TIMES, lambda: _ask(database, NOON))
    _let_be_due(database)
    found = _median(TIMES, lambda: _ask(database, LATE))
    done = _median(DUE - 1, lambda: _do(database))
    begins = time.perf_counter()
    with reading(database) as session:
        moved = len(preview_limit(session, OPERATOR, _longer(), NOON))
    seconds = time.perf_counter() - begins
    print(
        f"{name}, {size:,}: {nothing:.2f} ms | {found:.2f} ms | {done:.1f} ms |"
        f" {seconds:.2f} s for {moved:,} moves"
    )
    database.dispose()


def _longer() -> NewLimit:
    return NewLimit(Level.WARD, days=9, remind_before=1, source="Quy chế")


def _fill(database: Engine, size: int) -> None:
    """Have ``size`` open tasks with a limit, all copies of a real one, none of them due."""
    with unit_of_work(database) as session:
        ward = build_ward(session)
        set_limit(session, OPERATOR, LIMIT, at=NOON)
    Walk(database, ward).open().to("appraise_at_ward")
    with database.begin() as connection:
        case = dict(connection.execute(select(Case.__table__)).one()._mapping)
        chosen = select(UserTask.__table__).where(UserTask.state == "open")
        task = dict(connection.execute(chosen).one()._mapping)
        past: dict[str, Any] = {"version": 0, "next_seq": 1, "journal_hash": None}
        for start in range(0, size, 5_000):
            numbers = range(1_000 + start, 1_000 + min(size, start + 5_000))
            connection.execute(
                insert(Case),
                [case | past | {"id": n, "reference": f"HS-2030-{n}"} for n in numbers],
            )
            connection.execute(
                insert(UserTask),
                [task | {"id": uuid.uuid4().hex, "case_id": n} for n in numbers],
            )
    with database.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _let_be_due(database: Engine) -> None:
    """Let some of the tasks be due long ago, as seen from :data:`LATE`; the others later."""
    with database.begin() as connection:
        later = {"next_alarm_at": LATE + timedelta(days=1)}
        connection.execute(update(UserTask).values(**later))
        few = UserTask.case_id.between(1_000, 999 + DUE)
        connection.execute(update(UserTask).where(few).values(next_alarm_at=NOON))


def _ask(database: Engine, now: Any) -> None:
    with unit_of_work(database) as session:
        find_due(session, now, 1)


def _do(database: Engine) -> None:
    with unit_of_work(database) as session:
        (case_id,) = find_due(session, LATE, 1)
        apply(session, case_id, LATE)


def _median(times: int, call: Callable[[], None]) -> float:
    """Return the median of ``times`` calls, in milliseconds."""
    taken = []
    for _ in range(times):
        begins = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begins)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main()
