"""What auditors wait for: a search of decisions, the patterns, the chain of a long case.

``python -m tests.benchmarks.auditing [CASES]``; 80,000 decided cases with a million entries
in the journal, as many as such cases have, though these stand for their room alone. The
aims: a search takes 30 ms at most, a long case 50 ms.
"""

import random
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, insert, select, text

from engine.journal import append_to_case
from engine.queries.audit import DecisionFilter, list_decisions
from engine.queries.case_page import get_case
from engine.queries.decision_chain import list_chain
from engine.queries.patterns import Period, find_patterns
from engine.queries.trace import get_trace
from engine.store import schema
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Case, Decision, Person, Review, UserTask
from engine.text import fold, sort_key
from forms.vocabulary import Award, Outcome
from tests.benchmarks.journal import say
from tests.walk import Walk
from tests.ward import NOON, Ward, build_ward

CASES = 80_000
ENTRIES_OF_CASE = 13

CLERKS = 2_000
"""People who appraise, one case each at a time."""

LONG_CASE = 300
"""Entries of a case that was long on its way."""

NAMES = (
    ("Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đỗ"),
    ("Thị", "Văn", "Minh", "Ngọc"),
    ("Anh", "Bình", "Châu", "Dũng", "Đức", "Hà", "Lan"),
)
TIMES = 5
"""Of each measurement; the median counts."""


def main() -> None:
    """Measure on SQLite, and print a line for each figure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with tempfile.TemporaryDirectory() as folder:
        database = connect(f"sqlite:///{folder}/auditing.db")
        schema.upgrade(database)
        with unit_of_work(database) as session:
            ward = build_ward(session)
        walk = Walk(database, ward).open().to("decide_at_ward")
        walk.do(Outcome.AWARD)
        fill(database, ward, count, add_clerks(database))
        fill_journal(database)
        for name, wanted in searches(ward).items():
            measure(database, f"search {name}", lambda one, by=wanted: _search(one, ward, by))
        year = Period(date(2030, 1, 1), date(2030, 12, 31))
        measure(database, "patterns", lambda one: find_patterns(one, ward.auditor, year))
        lengthen(database, walk)
        measure(database, "trace and chain", lambda one: _follow(one, ward))


def searches(ward: Ward) -> dict[str, DecisionFilter]:
    """Return searches that find much, little and nothing."""
    return {
        "all": DecisionFilter(),
        "common name": DecisionFilter(text="nguyen"),
        "rare name": DecisionFilter(text="lan 976"),
        "no such name": DecisionFilter(text="khong co ai"),
        "number": DecisionFilter(number="309/QĐ-UBND"),
        "unit": DecisionFilter(unit_id=ward.units["truong"]),
        "rare award": DecisionFilter(award=Award.LABOR_ORDER),
        "name in a round": DecisionFilter(text="duc 5", round_id=ward.final_id),
        "who acted, always": DecisionFilter(acted=ward.ward_chairman.name),
        "who acted, a clerk": DecisionFilter(acted="le thi binh 7"),
        "who acted, who left": DecisionFilter(acted="nguoi da thoi viec"),
        "who acted, many": DecisionFilter(acted="vu van ha"),
        "who acted, nobody": DecisionFilter(acted="khong co ai"),
        "who acted, month": DecisionFilter(
            acted="dang ky", from_day=date(2022, 1, 1), to_day=date(2022, 1, 31)
        ),
        "who acted, award": DecisionFilter(acted="dang ky", award=Award.UNIT_CERTIFICATE),
        "who acted, rare award": DecisionFilter(acted="dang ky", award=Award.LABOR_ORDER),
        "clerk and unit": DecisionFilter(acted="le thi binh 7", unit_id=ward.units["truong"]),
        "month": DecisionFilter(from_day=date(2022, 1, 1), to_day=date(2022, 1, 31)),
    }


def measure(database: Engine, name: str, run: Callable[[Any], object]) -> None:
    """Print how long ``run`` takes in a session of its own."""
    taken = []
    for _time in range(TIMES):
        with reading(database) as session:
            begins = perf_counter()
            run(session)
            taken.append(perf_counter() - begins)
    say(name, f"{sorted(taken)[TIMES // 2] * 1000:.1f} ms")


def add_clerks(database: Engine) -> list[int]:
    """Add the people who appraise, and one who left in 2022; return their ids, theirs first."""
    chance = random.Random(2)  # noqa: S311  # names, no secrets
    names = ["Người Đã Thôi Việc"]
    for number in range(CLERKS):
        names.append(f"{' '.join(chance.choice(part) for part in NAMES)} {number % 50}")
    rows = [
        {"full_name": name, "folded_name": fold(name), "sort_key": sort_key(name)}
        for name in names
    ]
    with unit_of_work(database) as session:
        return list(session.scalars(insert(Person).returning(Person.id), rows))


def fill(database: Engine, ward: Ward, count: int, clerks: list[int]) -> None:
    """Copy the one decided case with its tasks, reviews and decision; clerks differ."""
    chance = random.Random(1)  # noqa: S311  # names, no secrets
    tables = (Case, UserTask, Review, Decision)
    with unit_of_work(database) as session:
        rows = {
            table: [dict(row) for row in session.execute(select(table.__table__)).mappings()]
            for table in tables
        }
        units = [ward.units["truong"], ward.units["cong-ty"]]
        for start in range(2, count + 2, 2_000):
            made = [
                _copy(rows, number, chance, units, ward, clerks)
                for number in range(start, min(start + 2_000, count + 2))
            ]
            for table in tables:
                copied = [row for one in made for row in one[table]]
                session.execute(insert(table.__table__), copied)


def fill_journal(database: Engine) -> None:
    """Give each case entries of the usual size; they prove nothing."""
    with database.begin() as connection:
        for number in range(ENTRIES_OF_CASE):
            connection.execute(_ENTRIES, {"seq": 1_000 + number})
        connection.execute(text("ANALYZE"))
    database.dispose()  # who is connected plans by what it knew


_ENTRIES = text(
    """
    INSERT INTO journal_entries
        (stream, seq, case_id, happened_at, actor_id, action, hash, body)
    SELECT 'case:' || id, :seq, id, opened_at, opened_by_id, 'task.completed', randomblob(32),
        CAST('{"facts":{},"room":"' || hex(zeroblob(340)) || '"}' AS BLOB)
    FROM cases WHERE id > 1
    """
)


def _copy(
    rows: dict[Any, list[dict[str, Any]]],
    number: int,
    chance: random.Random,
    units: list[int],
    ward: Ward,
    clerks: list[int],
) -> dict[Any, list[dict[str, Any]]]:
    """Return the rows of another case."""
    name = f"{' '.join(chance.choice(part) for part in NAMES)} {number % 977}"
    day = date(2020, 1, 1) + timedelta(days=chance.randrange(3_980))
    clerk = clerks[0] if day.year < 2022 else chance.choice(clerks[1:])
    own = {
        "id": number,
        "reference": f"HS-2030-{number:06d}",
        "subject_name": name,
        "folded_subject": fold(name),
        "subject_sort_key": sort_key(name),
        "unit_id": chance.choice(units),
        "closed_at": NOON - timedelta(days=chance.randrange(3_980)),
    }
    tasks = {row["id"]: f"{number:08x}{row['id'][8:]}" for row in rows[UserTask]}
    decision = {
        "id": number,
        "case_id": number,
        "number": f"{number}/QĐ-UBND",
        "signed_on": day,
        "year": day.year,
    }

    def by(row: dict[str, Any], column: str) -> dict[str, Any]:
        is_clerk = row[column] == ward.ward_clerk.person_id
        return {"case_id": number} | ({column: clerk} if is_clerk else {})

    return {
        Case: [rows[Case][0] | own],
        UserTask: [
            row | {"id": tasks[row["id"]]} | by(row, "completed_by_id")
            for row in rows[UserTask]
        ],
        Review: [
            row
            | {"id": number * 100 + place, "task_id": tasks[row["task_id"]]}
            | by(row, "reviewed_by_id")
            for place, row in enumerate(rows[Review])
        ],
        Decision: [rows[Decision][0] | decision],
    }


def lengthen(database: Engine, walk: Walk) -> None:
    """Give the case as many entries as a long one has."""
    with unit_of_work(database) as session:
        case = session.get_one(Case, walk.case_id)
        while case.next_seq <= LONG_CASE:
            append_to_case(
                session, case, action="name.confirmed", actor=walk.ward.ward_clerk, at=NOON
            )


def _search(session: Any, ward: Ward, wanted: DecisionFilter) -> object:
    return list_decisions(session, ward.auditor, wanted)


def _follow(session: Any, ward: Ward) -> None:
    case = get_case(session, ward.auditor, "HS-2030-0001", NOON)
    get_trace(session, case, NOON)
    assert len(list_chain(session, ward.auditor, case)) == LONG_CASE


if __name__ == "__main__":
    main()
