"""What the ladder of five approvals costs over HTTP, on both databases: ``make bench``.

Server processes of their own serve the application; the clients fetch every form first,
then send them one after the other, so that what is measured is the approval alone, with
login, permission, validation, rules, process, journal, notices and commit. CPU is that of
the servers (and of PostgreSQL's own processes, apart), from the kernel's count.

In the same run, on the same database: the floor of the obvious design, see
:mod:`tests.benchmarks.floor`. On a busy machine only the ratio to it says something.

``python -m tests.benchmarks.ladder [sqlite|postgresql] [CASES]``
"""

import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, func, select, text

from engine.accounts import create_account
from engine.cases import Subject
from engine.office import OPERATOR
from engine.store import schema
from engine.store.database import connect, unit_of_work
from engine.store.models import Case
from forms.vocabulary import Award, CaseState, SubjectKind
from tests.benchmarks.floor import measure_floor
from tests.benchmarks.machine import cpu, machine, postgresql, postgresql_cpu
from tests.benchmarks.served import CHEAP, PASSWORD, Client, Form, send_together, serving
from tests.walk import NOMINATION, Walk
from tests.ward import NOON, build_ward
from webapp.settings import Settings

CASES = 160
WARM_UP = 16
CLIENTS = 8
SERVERS = {"SQLite": 1, "PostgreSQL": 2}
"""Server processes; SQLite has one writer, so that a second would only wait."""

PAPER = {"signed_on": "02/12/2030", "signer_name": "Đặng Văn Ký", "signer_title": "Chủ tịch"}
COUNCIL = {
    "session_on": "02/12/2030",
    "total_members": "9",
    "present": "9",
    "agree": "9",
    "disagree": "0",
}


@dataclass(frozen=True)
class Step:
    """An approval to measure: who gives it, where, and with what."""

    element: str
    person: str
    outcome: str = "recommend"
    fields: dict[str, str] = field(default_factory=dict)


STEPS = (
    Step("review_at_unit", "school_head"),
    Step("record_ward_council", "council_secretary", fields=COUNCIL),
    Step("decide_at_province", "provincial_chairman"),
    Step("record_prime_minister_decision", "pm_clerk", fields=PAPER),
    Step("record_president_decision", "president_clerk", "award", PAPER),
)


@dataclass
class Cost:
    """CPU and wall of approvals, in seconds."""

    count: int = 0
    own: float = 0.0
    beside: float = 0.0
    wall: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.count + other.count,
            self.own + other.own,
            self.beside + other.beside,
            self.wall + other.wall,
        )

    @property
    def each(self) -> tuple[float, float, float]:
        """Milliseconds of one approval: own CPU, PostgreSQL's, wall."""
        own, beside, wall = self.own, self.beside, self.wall
        scale = 1000 / self.count
        return own * scale, beside * scale, wall * scale


def main() -> None:
    """Measure on SQLite and on PostgreSQL, and print the table and the machine."""
    asked = {one.lower() for one in sys.argv[1:]}
    count = next((int(one) for one in asked if one.isdigit()), CASES)
    chosen = [one for one in SERVERS if one.lower() in asked] or list(SERVERS)
    print(machine())
    print(
        f"{count} cases of an order, five approvals each, with 1 and with {CLIENTS} clients\n"
    )
    print("| database | clients | approval | CPU ms | + PostgreSQL | wall ms | each second |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if "SQLite" in chosen:
            Bench("SQLite", f"sqlite:///{root / 'bench.db'}", root, count).run()
        if "PostgreSQL" in chosen:
            with postgresql(root) as url:
                Bench("PostgreSQL", url, root, count).run()
    print(f"\n{machine()}")


class Bench:
    """The measurements on one database."""

    def __init__(self, name: str, url: str, root: Path, count: int) -> None:
        self.name, self.url, self.root, self.count = name, url, root, count
        self.engine = connect(url)
        schema.upgrade(self.engine)
        with unit_of_work(self.engine) as session:
            self.ward = build_ward(session)
            for person in {step.person for step in STEPS}:
                create_account(
                    session,
                    person_id=self.ward.people[person].person_id,
                    username=person,
                    password=PASSWORD,
                    actor=OPERATOR,
                    at=NOON,
                    cost=CHEAP,
                )

    def run(self) -> None:
        """Print the rows of this database."""
        before = size_of(self.engine)
        one = self.climb(clients=1, servers=1)
        many = self.climb(clients=CLIENTS, servers=SERVERS[self.name])
        finished, largest = self.finished()
        grown = (size_of(self.engine) - before) / finished
        steps = tuple(step.element for step in STEPS)
        floor = measure_floor(self.engine, self.root, min(self.count, 40), steps)
        self.row(1, "floor: the library, JSON, no HTTP", (floor.own, floor.beside, floor.wall))
        ratio = (floor.own + floor.beside) / sum(one.each[:2])
        print(
            f"\n{self.name}: the floor costs {ratio:.1f} times one approval;"
            f" {grown:,.0f} bytes for each of {finished} finished cases, rows and indexes;"
            f" state {largest} bytes at most, the floor's {floor.size:,};"
            f" {CLIENTS} clients: {many.count / many.wall:.0f} approvals/s\n"
        )
        self.engine.dispose()

    def climb(self, clients: int, servers: int) -> Cost:
        """Let new nominations climb, and measure the five approvals."""
        walks = [self.nominate(clients, number) for number in range(self.count + WARM_UP)]
        costs = []
        with serving(self.settings, servers) as served:
            for step in STEPS:
                for walk in walks:
                    walk.to(step.element)
                cost = self.approve(step, walks, clients, served)
                costs.append(cost)
                self.row(clients, step.element, cost.each)
        total = sum(costs, Cost())
        median = [statistics.median(cost.each[n] for cost in costs) for n in range(3)]
        self.row(clients, "median of the five", (median[0], median[1], median[2]))
        self.row(clients, "mean of the five", total.each)
        return total

    def nominate(self, clients: int, number: int) -> Walk:
        """Open the nomination of somebody whom nobody else is called like."""
        name = f"Nguyễn Thị Ví Dụ {_letters(clients)} {_letters(number)}"
        walk = Walk(self.engine, self.ward)
        walk.submissions["nomination.v1"] |= NOMINATION | {"subject_name": name}
        subject = Subject(SubjectKind.INDIVIDUAL, name)
        return walk.open(award=Award.LABOR_ORDER, subject=subject)

    def approve(self, step: Step, walks: list[Walk], clients: int, served: list) -> Cost:
        """Send one approval for each nomination; what warms up is not counted."""
        people = [Client(served[n % len(served)][0], step.person) for n in range(clients)]
        forms = [self.form(people[n % clients], step, walk, n) for n, walk in enumerate(walks)]
        send_together(_dealt(people, forms[:WARM_UP]))
        own, beside = _cpu(served), postgresql_cpu(self.root)
        begun = time.perf_counter()
        send_together(_dealt(people, forms[WARM_UP:]))
        wall = time.perf_counter() - begun
        return Cost(
            count=len(forms) - WARM_UP,
            own=_cpu(served) - own,
            beside=postgresql_cpu(self.root) - beside,
            wall=wall,
        )

    def form(self, person: Client, step: Step, walk: Walk, number: int) -> Form:
        """Fetch the form of the approval, and fill it in."""
        form = person.form(f"/cong-viec/{walk.task().id}/{step.outcome}")
        form.fields.update(step.fields)
        if step.fields is PAPER:
            form.fields["number"] = f"{walk.case_id}{number}/QĐ-{step.person[:2].upper()}"
        return form

    def row(self, clients: int, what: str, each: tuple[float, float, float]) -> None:
        """Print a row of the table."""
        own, beside, wall = each
        other = f"{beside:.2f}" if self.name == "PostgreSQL" else ""
        print(
            f"| {self.name} | {clients} | {what} | {own:.2f} | {other} | {wall:.2f}"
            f" | {1000 / wall:.0f} |",
            flush=True,
        )

    def finished(self) -> tuple[int, int]:
        """Return how many cases ended with an award, and the bytes of the largest state."""
        chosen = select(func.count(), func.max(func.length(Case.snapshot)))
        with self.engine.connect() as connection:
            row = connection.execute(chosen.where(Case.state == CaseState.AWARDED)).one()
        return int(row[0]), int(row[1])

    @property
    def settings(self) -> Settings:
        """Return the settings of the servers."""
        return Settings(
            demo=True,
            demo_clock=NOON,
            database_url=self.url,
            var_dir=self.root / self.name,
            password_memory_kib=CHEAP.memory_kib,
            password_rounds=CHEAP.rounds,
        )


def size_of(engine: Engine) -> int:
    """Return the bytes of all tables and indexes, without what is free in them."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM FULL"))
            found = connection.execute(text("SELECT pg_database_size(current_database())"))
            return int(found.scalar_one())
    raw = engine.raw_connection()
    try:
        raw.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
        pages = raw.driver_connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[union-attr]
        size = raw.driver_connection.execute("PRAGMA page_size").fetchone()[0]  # type: ignore[union-attr]
    finally:
        raw.close()
    return int(pages * size)


def _cpu(served: list) -> float:
    return sum(cpu(process) for _, process in served)


def _dealt(people: list[Client], forms: list[Form]) -> list[tuple[Client, list[Form]]]:
    return [(person, forms[n :: len(people)]) for n, person in enumerate(people)]


def _letters(number: int) -> str:
    """Return ``number`` as a name: digits would be no part of one."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).capitalize()


if __name__ == "__main__":
    main()
