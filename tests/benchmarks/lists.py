"""What pages of lists cost with very many open tasks: inbox, board, search, audit, trace.

``python -m tests.benchmarks.lists [--million]``: 1,000 and 100,000 open tasks, each on both
databases, and 1,000,000 if asked. The time is that of the application (Flask's test client,
no network), the median of some requests by one person who is logged in.
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    text,
)
from sqlalchemy import case as choose
from sqlalchemy.engine import make_url

from engine.accounts import create_account
from engine.journal import append_to_case
from engine.office import OPERATOR
from engine.store import schema
from engine.store.database import connect, unit_of_work
from engine.store.models import (
    Case,
    Decision,
    JournalEntry,
    TaskState,
    Unit,
    UserTask,
)
from engine.store.models.base import UtcDateTime
from engine.text import fold, sort_key
from forms.vocabulary import Award, Level, Outcome, UnitKind
from tests.benchmarks.machine import machine, postgresql
from tests.benchmarks.served import CHEAP, PASSWORD
from tests.walk import Walk
from tests.ward import NOON, Ward, build_ward
from webapp.app import create_app
from webapp.settings import Settings

FEW = 10
"""Tasks that wait for the clerk of the ward."""

MANY = 100_000
"""Tasks that wait for the clerk of the province, where there are twice as many."""

END = "2999-01-01T00:00:00%2B00:00~z"
"""In addresses: after every task."""

TIMES = 15
"""Requests of each kind; the first three do not count."""

LONG_CASE = 300
"""Entries of a case that was long on its way."""

ENTRIES_A_CASE = 12

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đỗ")
MIDDLES = ("Thị", "Văn", "Minh", "Ngọc")
GIVEN = ("Anh", "Bình", "Châu", "Dũng", "Đức", "Hà", "Lan")

_side = MetaData()
NAMES = Table(
    "bench_names",
    _side,
    Column("id", BigInteger, primary_key=True),
    Column("name", String),
    Column("folded", String),
    Column("sort_key", String),
    Column("at", UtcDateTime()),
)
"""Names of subjects and moments, to take in turn."""

SIDE_ROWS = 20_000


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--million", action="store_true", help="also with 1,000,000")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    asked = parser.parse_args()
    sizes = [*asked.sizes, *([1_000_000] if asked.million else [])]
    print(f"{machine()}\n")
    print("| database | page | " + " | ".join(f"{size:,} open" for size in sizes) + " |")
    print("|---|---|" + "---|" * len(sizes))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if asked.only != "postgresql":
            show("SQLite", (f"sqlite:///{root}/{size}.db" for size in sizes), sizes, root)
        if asked.only != "sqlite":
            with postgresql(root) as server:
                show("PostgreSQL", new_databases(server, sizes), sizes, root)


def new_databases(server: str, sizes: list[int]) -> Iterator[str]:
    """Make a database for each size, one after the other; give their addresses."""
    for size in sizes:
        engine = connect(server).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE bench_{size}"))
        engine.dispose()
        there = make_url(server).set(database=f"bench_{size}")
        yield there.render_as_string(hide_password=False)


def show(name: str, urls: Iterator[str], sizes: list[int], root: Path) -> None:
    """Print a row for each page, the sizes side by side."""
    rows: dict[str, list[str]] = {}
    for size, url in zip(sizes, urls, strict=True):
        for page, milliseconds in measure(url, size, root / f"{name}{size}").items():
            rows.setdefault(page, []).append(milliseconds)
    for page, found in rows.items():
        print(f"| {name} | {page} | " + " | ".join(found) + " |")


def measure(url: str, size: int, folder: Path) -> dict[str, str]:
    """Return the milliseconds of each page on a database with ``size`` open tasks."""
    engine = connect(url)
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        ward = build_ward(session)
        for person in ("ward_clerk", "provincial_clerk", "school_clerk", "auditor"):
            create_account(
                session,
                person_id=ward.people[person].person_id,
                username=person,
                password=PASSWORD,
                actor=OPERATOR,
                at=NOON,
                cost=CHEAP,
            )
    fill(engine, ward, size)
    app = create_app(
        Settings(
            demo=True,
            demo_clock=NOON,
            database_url=url,
            var_dir=folder,
            password_memory_kib=CHEAP.memory_kib,
        )
    )
    try:
        return {
            name: median(log_in(app.test_client(), person), address)
            for name, person, address in pages()
        }
    finally:
        app.extensions["thidua.database"].dispose()
        engine.dispose()


def pages() -> Iterator[tuple[str, str, str]]:
    """Yield name, reader and address of each page."""
    yield f"inbox, {FEW} wait", "ward_clerk", "/"
    yield "inbox, 100,000 wait (half of fewer)", "provincial_clerk", "/"
    yield "the same, its last page, turning back", "provincial_clerk", f"/?page=9&before={END}"
    yield "inbox, tile of tasks above", "ward_clerk", "/?tile=above"
    yield "board, clerk of the ward", "ward_clerk", "/hang-cho"
    yield "board, clerk of the province", "provincial_clerk", "/hang-cho"
    yield "cases, auditor", "auditor", "/ho-so"
    yield "cases, clerk of a school", "school_clerk", "/ho-so"
    # Fills a page at every size, as a rare name does among a million alone.
    yield "search, nguyen thi, auditor", "auditor", "/ho-so?q=nguyen+thi"
    for person in ("auditor", "ward_clerk"):
        yield f"search, common name, {person}", person, "/ho-so?q=nguyen"
        yield f"search, two common names, {person}", person, "/ho-so?q=tran+thi+lan"
        yield f"search, rare name, {person}", person, "/ho-so?q=lan+976"
        yield f"search, nothing found, {person}", person, "/ho-so?q=khong+co+ai"
        yield f"search, number of a case, {person}", person, "/ho-so?q=HS-2030-0030003"
    yield "inbox, search, rare name", "provincial_clerk", "/?q=lan+976"
    yield "inbox, search, nguyen thi", "provincial_clerk", "/?q=nguyen+thi"
    yield "inbox, search, nothing found", "provincial_clerk", "/?q=khong+co+ai"
    yield "decisions", "auditor", "/kiem-toan"
    yield "decisions, common name", "auditor", "/kiem-toan?q=nguyen"
    yield "decisions, rare name", "auditor", "/kiem-toan?q=lan+976"
    yield "decisions, nothing found", "auditor", "/kiem-toan?q=khong+co+ai"
    yield f"trace, {LONG_CASE} entries", "auditor", "/ho-so/HS-2030-0001/duong-di"


def log_in(client: FlaskClient, person: str) -> FlaskClient:
    """Return a browser in which ``person`` is logged in."""
    page = client.get("/dang-nhap").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "username": person, "password": PASSWORD}
    assert client.post("/dang-nhap", data=sent).status_code == 303
    return client


def median(client: FlaskClient, address: str) -> str:
    """Return how many milliseconds a page takes, and those of our own CPU in brackets."""
    taken, used = [], []
    for _time in range(TIMES):
        begins, own = time.perf_counter(), time.process_time()
        answer = client.get(address)
        taken.append((time.perf_counter() - begins) * 1000)
        used.append((time.process_time() - own) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
        if sum(taken) > 3_000:
            break
    middle = [statistics.median(times[3:] or times[-1:]) for times in (taken, used)]
    return f"{middle[0]:.1f} ({middle[1]:.1f})"


# --- the data ---------------------------------------------------------------------------


def fill(engine: Engine, ward: Ward, size: int) -> None:
    """Make ``size`` cases with an open task each, by statements of the database alone."""
    at_ward = Walk(engine, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    above = Walk(engine, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_province")
    decided = Walk(engine, ward).open().to("decide_at_ward")
    decided.do(Outcome.AWARD)
    lengthen(engine, at_ward)
    wards, schools = add_units(engine, ward, size)
    many = min(MANY, size // 2)
    with without_triggers(engine) as connection:
        NAMES.create(connection)
        connection.execute(insert(NAMES), list(side_rows()))
        few = _Batch(connection, 1_000, FEW, wards[:1], schools)
        few.copy(at_ward.case_id)
        apart = 3 * max((size - many) // many, 1)  # they lie among each other
        mid = _Batch(connection, 30_000, many, wards, schools, apart)
        mid.copy(above.case_id)
        rest = _Batch(connection, 30_001, size - many - FEW, wards[1:], schools, 3)
        rest.copy(at_ward.case_id)
        count = max(size // ENTRIES_A_CASE, 100)
        closed = _Batch(connection, 30_002, count, wards, schools, 3)
        closed.copy(decided.case_id)
        closed.decide(decided.case_id)
        closed.remember(size)
        NAMES.drop(connection)
        derive(connection)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM (ANALYZE)"))
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))


@contextmanager
def without_triggers(engine: Engine) -> Iterator[Connection]:
    """Give a connection that writes rows alone; row by row, triggers take ten times as long."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
            return
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = connection.execute(text(query)).all()
        for name, _sql in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for _name, sql in triggers:
            connection.exec_driver_sql(sql)


def derive(connection: Connection) -> None:
    """Write what triggers would have: the tables that lists are found by."""
    lists, people = (
        import_module(f"engine.store.migrations.versions.{name}")
        for name in ("0015_lists", "0017_decision_people")
    )
    words = lists._words("cases", sqlite=connection.dialect.name == "sqlite")
    for table, statement in (
        ("case_units", lists.UNITS),
        ("case_words", f"INSERT INTO case_words (word, case_id) {words}"),
        ("decision_people", people._write("SELECT case_id FROM decisions")),
    ):
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  # no value in it
        connection.exec_driver_sql(statement)


def side_rows() -> Iterator[dict[str, Any]]:
    """Yield names as auditors search them, and moments of the last 400 days."""
    chance = random.Random(1)  # noqa: S311  # names, no secrets
    for number in range(SIDE_ROWS):
        parts = (chance.choice(part) for part in (FAMILIES, MIDDLES, GIVEN))
        name = f"{' '.join(parts)} {number % 977}"
        yield {
            "id": number,
            "name": name,
            "folded": fold(name),
            "sort_key": sort_key(name),
            "at": NOON - timedelta(seconds=chance.randrange(400 * 86_400)),
        }


def add_units(engine: Engine, ward: Ward, size: int) -> tuple[list[int], list[int]]:
    """Return wards and schools; the first are those of the ward that has accounts."""
    with unit_of_work(engine) as session:
        made: list[list[int]] = []
        for kind, count in ((UnitKind.WARD, size // 1_000), (UnitKind.SCHOOL, size // 500)):
            units = [
                Unit(
                    code=f"{kind.value}-{number}",
                    name=f"Đơn vị {kind.vi} {number}",
                    folded_name=fold(f"Đơn vị {kind.vi} {number}"),
                    kind=kind,
                    parent_id=ward.units["tinh"],
                )
                for number in range(max(count, 20))
            ]
            session.add_all(units)
            session.flush()
            made.append([unit.id for unit in units])
    return [ward.units["phuong"], *made[0]], [ward.units["truong"], *made[1]]


def lengthen(engine: Engine, walk: Walk) -> None:
    """Give the case as many entries as a long one has."""
    with unit_of_work(engine) as session:
        case = session.get_one(Case, walk.case_id)
        while case.next_seq <= LONG_CASE:
            append_to_case(
                session, case, action="name.confirmed", actor=walk.ward.ward_clerk, at=NOON
            )


class _Batch:
    """Copies of one case, numbered from ``first``; places are taken in turn."""

    def __init__(
        self,
        connection: Connection,
        first: int,
        count: int,
        wards: list[int],
        schools: list[int],
        apart: int = 1,
    ) -> None:
        self.connection = connection
        self.first, self.count = first, count
        self.wards, self.schools = wards, schools
        start = select(literal(first, BigInteger()).label("i")).cte("series", recursive=True)
        self.series: CTE = start.union_all(
            select(start.c.i + apart).where(start.c.i < first + (count - 1) * apart)
        )

    def copy(self, case_id: int) -> None:
        """Copy a case with its tasks, at other units and moments, of other subjects."""
        i, side = self.series.c.i, NAMES.c
        case = Case.__table__
        self._insert(
            case,
            case.c.id == case_id,
            {
                "id": i,
                "reference": literal("HS-2030-") + self._padded(i),
                "unit_id": self._in_turn(self.schools),
                "subject_name": side.name,
                "folded_subject": side.folded,
                "subject_sort_key": side.sort_key,
                "subject_id": null(),
                "waiting_since": side.at,
                "opened_at": side.at,
            },
        )
        task = UserTask.__table__
        found = select(task.c.id, task.c.level, task.c.state).where(task.c.case_id == case_id)
        for place, (own, level, state) in enumerate(self.connection.execute(found).all()):
            if level is Level.WARD:
                unit: ColumnElement[Any] = self._in_turn(self.wards)
            else:
                unit = self._in_turn(self.schools) if level in (None, Level.UNIT) else null()
            changes = {
                "id": literal(f"{place:02d}{own[:8]}") + cast(self._mixed(i), String),
                "case_id": i,
                "unit_id": func.coalesce(unit, task.c.unit_id),
            }
            if state is TaskState.OPEN:
                changes["opened_at"] = side.at
            self._insert(task, task.c.id == own, changes)

    def decide(self, case_id: int) -> None:
        """Copy the decision of a case."""
        decision = Decision.__table__
        i = self.series.c.i
        changes = {"id": i, "case_id": i, "number": cast(i, String) + literal("/QĐ-UBND")}
        self._insert(decision, decision.c.case_id == case_id, changes)

    def remember(self, count: int) -> None:
        """Write ``count`` entries in turn into the journals of the cases."""
        entry = JournalEntry.__table__
        each = max(count // self.count, 1)
        is_sqlite = self.connection.dialect.name == "sqlite"
        i = self.series.c.i
        for seq in range(1, each + 1):
            unique = cast(i * 1_000 + seq, String)
            digest = (
                func.randomblob(32)
                if is_sqlite
                else func.sha256(func.convert_to(unique, "UTF8"))
            )
            self._insert(
                entry,
                entry.c.id == 1,
                {
                    "id": i * 100 + seq,
                    "stream": literal("case:") + cast(i, String),
                    "seq": literal(seq),
                    "case_id": i,
                    "hash": digest,
                },
            )

    def _insert(self, table: Any, chosen: ColumnElement[bool], changes: dict[str, Any]) -> None:
        """Insert a changed copy of the ``chosen`` row for each number."""
        i = self.series.c.i
        columns = [changes.get(one.name, one) for one in table.columns]
        rows = (
            select(*columns)
            .select_from(self.series)
            .join(NAMES, NAMES.c.id == self._mixed(i) % SIDE_ROWS)
            .join(table, chosen)
        )
        names = [one.name for one in table.columns]
        self.connection.execute(insert(table).from_select(names, rows))

    def _in_turn(self, places: list[int]) -> ColumnElement[Any]:
        """Return one of consecutive ``places`` after another; the first apart."""
        first, rest = places[0], places[1:]
        if not rest:
            return literal(first)
        turn = self._mixed(self.series.c.i) // 7 % len(places)
        return choose((turn == 0, first), else_=rest[0] + turn - 1)

    def _padded(self, i: ColumnElement[int]) -> ColumnElement[str]:
        return func.substr(cast(i + 10_000_000, String), 2)

    def _mixed(self, i: ColumnElement[int]) -> ColumnElement[int]:
        """Return a number that looks like chance, another for each ``i``."""
        return i * literal(2_654_435_761, BigInteger()) % literal(4_294_967_296, BigInteger())


if __name__ == "__main__":
    main()
