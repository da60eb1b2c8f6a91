"""What one check of the rules costs with 100,000 awards in the register: ``make bench``.

In process, without HTTP: the facts gathered from the database, every rule asked. CPU is
that of this process; PostgreSQL's own processes are counted apart.
"""

import random
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import psutil
from sqlalchemy import Engine, insert, text

from engine.eligibility import Question, ask_for_case, ask_question
from engine.rules.model import Answer
from engine.store import schema
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Case, RegisterEntry, SubjectRow
from engine.subject_names import match_key
from engine.subjects import Subject
from engine.text import alphabetical_key, fold
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CommendationKind,
    EntryNature,
    EntrySource,
    EntryState,
    Honour,
    RuleVerdict,
    SubjectKind,
)
from tests.benchmarks.machine import cpu, machine, postgresql, postgresql_cpu
from tests.walk import NOMINATION, Walk
from tests.ward import NOON, Ward, build_ward

SUBJECTS = 25_000
AWARDS_EACH = 4
CHECKS = 300
WARM_UP = 30

SIMILAR = "Hội Liên hiệp Phụ nữ tổ dân phố số 12345"
"""A subject with a prior award; it is asked about under another spelling."""

WRITTEN_OTHERWISE = "Hội LHPN  TDP số 12345"


def main() -> None:
    """Measure on SQLite and on PostgreSQL, and print the table and the machine."""
    print(machine())
    print(f"{SUBJECTS * AWARDS_EACH:,} awards in the register, {CHECKS} checks each\n")
    print("| database | what | CPU ms | + PostgreSQL | wall ms p50 | p95 |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        measure("SQLite", f"sqlite:///{root / 'rules.db'}")
        with postgresql(root) as url:
            measure("PostgreSQL", url)


def measure(name: str, url: str) -> None:
    """Print a row for the check of a case, and one for a similar prior award found."""
    engine = connect(url)
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        ward = build_ward(session)
    fill(engine)
    walk = Walk(engine, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    question = similar_question(ward)
    with reading(engine) as session:
        case = session.get_one(Case, walk.case_id)
        row = run(lambda: ask_for_case(session, case, at=NOON))
        print(f"| {name} | check of a case | {row} |")

        def ask() -> Answer:
            return ask_question(session, ward.ward_clerk, question, NOON)

        found = ask().find("E23")
        if found is None or found.verdict is not RuleVerdict.NOT_MET:
            raise RuntimeError(f"the similar prior award was not found: {found}")
        print(f"| {name} | similar prior award | {run(ask)} |")
    engine.dispose()


def fill(engine: Engine) -> None:
    """Add the subjects and their awards, then let the database count them."""
    chance = random.Random(3)  # noqa: S311  the same register each time
    names = [f"Tập thể tổ dân phố số {n}" for n in range(SUBJECTS - 1)] + [SIMILAR]
    with unit_of_work(engine) as session:
        session.execute(
            insert(SubjectRow),
            [
                {
                    "kind": SubjectKind.COLLECTIVE,
                    "name": name,
                    "folded_name": fold(name),
                    "sort_key": alphabetical_key(name),
                    "match_key": match_key(name),
                    "place": "",
                    "added_at": NOON,
                }
                for name in names
            ],
        )
        ids = list(session.scalars(text("SELECT id FROM subjects ORDER BY id")))
        rows = [
            entry(chance, i, names[n]) for n, i in enumerate(ids) for _ in range(AWARDS_EACH)
        ]
        session.execute(insert(RegisterEntry), rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def entry(chance: random.Random, subject_id: int, name: str) -> dict[str, object]:
    """Return one award of a subject; those of :data:`SIMILAR` are like the nomination."""
    decided_on = date(2026, 1, 1) + timedelta(days=chance.randrange(1500))
    words = NOMINATION["summary"] if name == SIMILAR else f"Thành tích số {chance.random()}"
    return {
        "subject_id": subject_id,
        "subject_text": name,
        "folded_subject": fold(name),
        "honour": Honour.UNIT_CERTIFICATE,
        "honour_text": "Giấy khen",
        "kind": CommendationKind.MOVEMENT,
        "nature": EntryNature.GRANTED,
        "state": EntryState.IN_FORCE,
        "achieved_from": decided_on - timedelta(days=365),
        "achieved_to": decided_on,
        "content": words,
        "number": f"{chance.randrange(9999)}/QĐ-UBND",
        "decided_on": decided_on,
        "authority_name": "Ủy ban nhân dân phường Vạn Xuân",
        "authority_level": AuthorityLevel.WARD,
        "source": EntrySource.FILE,
        "entered_at": NOON,
    }


def similar_question(ward: Ward) -> Question:
    """Return the question about the subject written otherwise."""
    return Question(
        round_id=ward.final_id,
        award=Award.PROVINCIAL_MERIT,
        subject=Subject(SubjectKind.COLLECTIVE, WRITTEN_OTHERWISE),
        unit_id=ward.units["truong"],
        achieved_from=date(2025, 9, 1),
        achieved_to=date(2030, 5, 31),
        content=NOMINATION["summary"],
    )


def run(once: Callable[[], Answer]) -> str:
    """Do it :data:`CHECKS` times and return the cells of the row."""
    for _ in range(WARM_UP):
        once()
    process = psutil.Process()
    own, others = cpu(process), postgresql_cpu()
    walls = []
    for _ in range(CHECKS):
        begun = time.perf_counter()
        once()
        walls.append((time.perf_counter() - begun) * 1000)
    own, others = cpu(process) - own, postgresql_cpu() - others
    walls.sort()
    return (
        f"{own * 1000 / CHECKS:.2f} | {others * 1000 / CHECKS:.2f}"
        f" | {walls[CHECKS // 2]:.2f} | {walls[int(CHECKS * 0.95)]:.2f}"
    )


if __name__ == "__main__":
    main()
