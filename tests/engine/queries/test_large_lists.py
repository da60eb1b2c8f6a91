"""Lists over very many cases: which index answers, and what a search by words finds."""

from datetime import timedelta

import pytest
from sqlalchemy import (
    String,
    bindparam,
    case,
    cast,
    insert,
    literal,
    select,
    text,
    update,
)

from engine.cases import Subject
from engine.queries.board import get_board
from engine.queries.finding import words_of
from engine.queries.inbox import PAGE_SIZE, count_tiles, list_tasks
from engine.queries.listing import CaseFilter, list_cases
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, UserTask
from engine.store.statistics import refresh_statistics
from forms.vocabulary import Award, SubjectKind
from tests.engine.queries.test_likeness import plans
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

MANY = 6_000
"""Copies of a case: more than a rare word has, and more than few people know."""


@pytest.fixture
def crowd(database, ward):
    """Fill the database with copies of a case that waits at the ward."""
    walk = Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("appraise_at_ward")
    numbers = select(literal(1_000).label("i")).cte(recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < 1_000 + MANY - 1))
    i, number = numbers.c.i, cast(numbers.c.i, String)
    here, elsewhere = ward.units["phuong"], ward.units["cong-ty"]
    unit = case((i % 10 == 0, here), else_=elsewhere)
    values = {
        Case: {"id": i, "reference": literal("HS-2031-") + number},
        UserTask: {"id": literal("copy-") + number, "case_id": i, "unit_id": unit},
    }
    with unit_of_work(database) as session:
        for model, own in ((Case, walk.case_id), (UserTask, walk.task().id)):
            table = model.__table__
            columns = [values[model].get(one.name, one) for one in table.columns]
            rows = select(*columns).select_from(numbers).join(table, table.c.id == own)
            session.execute(
                insert(table).from_select([one.name for one in table.columns], rows)
            )
    with database.begin() as connection:
        ids = connection.scalars(select(UserTask.id)).all()
        moments = [
            {"own": own, "at": NOON - timedelta(minutes=place)} for place, own in enumerate(ids)
        ]
        table = UserTask.__table__
        timed = update(table).where(table.c.id == bindparam("own"))
        connection.execute(timed.values(opened_at=bindparam("at")), moments)
        if database.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))
    refresh_statistics(database)
    return walk


READS = {
    "inbox": (
        lambda one, ward: list_tasks(one, ward.ward_clerk, NOON),
        ["ix_user_tasks_inbox"],
        ["user_tasks", "cases"],
    ),
    "tiles": (
        lambda one, ward: count_tiles(one, ward.ward_clerk, NOON),
        ["ix_case_units_place"],
        ["user_tasks", "cases", "case_units"],
    ),
    "board": (
        lambda one, ward: get_board(one, ward.ward_clerk, NOON),
        ["ix_case_units_place"],
        ["case_units", "cases"],
    ),
    "board of all": (
        lambda one, ward: get_board(one, ward.auditor, NOON),
        ["ix_cases_waiting"],
        ["cases"],
    ),
    "rare word": (
        lambda one, ward: list_cases(one, ward.auditor, CaseFilter(text="hs-2031-15"), NOON),
        ["case_words"],
        ["cases", "case_words"],
    ),
    "rare and common word": (
        lambda one, ward: list_cases(one, ward.auditor, CaseFilter(text="thi 15"), NOON),
        ["case_words"],
        ["cases"],
    ),
    "common words": (
        lambda one, ward: list_cases(one, ward.auditor, CaseFilter(text="thi nguyen"), NOON),
        ["case_words"],
        ["cases"],
    ),
}
"""Name → what is read, the indexes that answer, tables that nobody walks through."""


def test_lists_read_by_their_index(crowd, database, ward):
    for name, (run, indexes, tables) in READS.items():
        with reading(database) as session:
            found = plans(session, lambda run=run, session=session: run(session, ward))
        for index in indexes:
            assert index in found, (name, found)
        for table in tables:
            for walk in (f"SCAN {table}'", f"SCAN {table} ", f"Seq Scan on {table} "):
                assert walk not in found, (name, found)


@on_sqlite
def test_a_rare_name_is_not_looked_for_along_the_inbox(crowd, database, ward):
    with reading(database) as session:
        found = plans(session, lambda: list_tasks(session, ward.ward_clerk, NOON, text="6999"))
    assert "case_words" in found
    assert "ix_user_tasks_inbox" not in found


@on_sqlite
def test_an_inbox_is_read_to_its_end_by_places(crowd, database, ward):
    seen, after, page = [], None, 1
    with reading(database) as session:
        while True:
            inbox = list_tasks(session, ward.ward_clerk, NOON, page=page, after=after)
            seen += [task.id for task in inbox.tasks]
            if not inbox.has_more or page == 5:
                break
            after, page = inbox.last, page + 1
        by_number = [
            task.id
            for number in range(1, 6)
            for task in list_tasks(session, ward.ward_clerk, NOON, page=number).tasks
        ]
        back, before = [task.id for task in inbox.tasks], inbox.first
        for number in range(4, 0, -1):
            inbox = list_tasks(session, ward.ward_clerk, NOON, page=number, before=before)
            back = [task.id for task in inbox.tasks] + back
            before = inbox.first
            assert inbox.has_more
    assert seen == by_number == back
    assert len(set(seen)) == 5 * PAGE_SIZE


@on_sqlite
def test_common_words_are_found_and_not_counted(crowd, database, ward):
    wanted = CaseFilter(text="THỊ nguyễn")
    with reading(database) as session:
        found = list_cases(session, ward.auditor, wanted, NOON, page=2)
        assert (len(found.cases), found.count.number, found.count.is_over) == (50, 100, True)
        last = list_cases(session, ward.auditor, wanted, NOON, page=MANY // PAGE_SIZE + 1)
        assert (last.count.number, last.count.is_over) == (MANY + 1, True)
        none = list_cases(session, ward.auditor, CaseFilter(text="nguyen khong"), NOON)
        assert (none.cases, none.count.number, none.count.is_over) == ((), 0, False)


SEARCHES = {
    "thi nguyen": lambda number: True,
    "nguyen thi vi": lambda number: True,
    "th ng vi": lambda number: True,
    "nguyen kep": lambda number: number % 2 == 0,
    "nguyen le": lambda number: number % 2 == 1,
    "kep le": lambda number: False,
    "le kepb": lambda number: False,
    "kep 15": lambda number: number % 2 == 0 and str(number).startswith("15"),
    "kepb nguyen": lambda number: number % 20 == 2,
    "nguyen kepb 1": lambda number: number % 20 == 2 and str(number).startswith("1"),
    "15 16": lambda number: False,
    "1 thi kep": lambda number: number % 2 == 0 and str(number).startswith("1"),
}
"""What is typed → of which cases."""


def test_words_are_found_together_however_common_they_are(crowd, database, ward):
    letter = case(dict(enumerate("abcdefghij")), value=Case.id // 2 % 10)
    word = case((Case.id % 2 == 1, " le"), else_=literal(" kep").concat(letter))
    renamed = update(Case).where(Case.id >= 1_000)
    with unit_of_work(database) as session:
        session.execute(renamed.values(folded_subject=Case.folded_subject.concat(word)))
    numbers = range(1_000 + MANY - 1, 999, -1)
    for typed, is_found in SEARCHES.items():
        for actor, known in ((ward.auditor, 1), (ward.ward_clerk, 10)):
            wanted = [f"HS-2031-{one}" for one in numbers if one % known == 0 and is_found(one)]
            with reading(database) as session:
                found = [
                    line.reference
                    for page in (1, 2)
                    for line in list_cases(
                        session, actor, CaseFilter(text=typed), NOON, page
                    ).cases
                ]
            assert found == wanted[: 2 * PAGE_SIZE], (typed, actor.name)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("  Lê THỊ  Mơ ", ("le", "thi", "mo")),
        ("HS-2030-0142", ("hs-2030-0142",)),
        ("2030-0142", ("hs-2030-0142",)),
        ("0142", ("142",)),
        ("tổ 05 (Sao-Khuê)", ("to", "5", "sao", "khue")),
        ("“Hoa Ban”, hoa", ("hoa", "ban")),
        ("---", ()),
        ("x" * 50, ("x" * 40,)),
        (" ".join("abcdefghijk"), tuple("abcdefgh")),
    ],
)
def test_what_is_typed_is_searched_by_its_words(typed, words):
    assert words_of(typed) == words


@on_sqlite
@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("khue sao", True),
        ("kh", True),
        ("SAO KHUÊ", True),
        ("o'hara", True),
        ("05", True),
        ("ara", False),
        ("%", False),
        ("sao_khue", False),
        ("1", True),
        ("hs-2030", True),
        ("2030-0002", False),
        ("cong ty co phan", True),
    ],
)
def test_a_word_finds_what_begins_with_it(database, ward, text, is_found):
    subject = Subject(SubjectKind.COLLECTIVE, "Tổ 5 “Sao-Khuê” (O'Hara)")
    unit = ward.units["cong-ty"]
    Walk(database, ward).open(subject=subject, unit_id=unit, actor=ward.company_clerk)
    with reading(database) as session:
        found = list_cases(session, ward.auditor, CaseFilter(text=text), NOON)
    assert bool(found.cases) is is_found
