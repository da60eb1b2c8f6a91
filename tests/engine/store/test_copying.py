"""A ward moves from SQLite to PostgreSQL whole, and every case goes on there."""

import random
import shutil
import uuid

import pytest
from sqlalchemy import inspect, text, update

from engine.journal.guards import missing_guards
from engine.moving import move
from engine.store import copying, schema
from engine.store.copying import NotCopied, count_table, stored_tables
from engine.store.database import connect, reading, unit_of_work
from engine.store.limits import Limits
from engine.store.models import Unit
from forms.vocabulary import CaseState, Outcome, UnitKind
from tests.conftest import LONG
from tests.engine.journal.sealed import Sealed
from tests.scenarios.test_random_walks import any_routing, choose
from tests.scenarios.travel import office_at

HURRIED = Limits(lock_seconds=0.1)

WALKS = 5_000 if LONG else 24

ONWARD = {Outcome.SUBMIT, Outcome.RECOMMEND, Outcome.AWARD, Outcome.RESUME}


@pytest.fixture
def nowhere(postgresql_copy):
    """Return the address of an empty PostgreSQL database: not one table."""
    with postgresql_copy(f"empty_{uuid.uuid4().hex[:12]}", "template0") as url:
        yield url


@pytest.fixture
def filled(sqlite_ward, tmp_path):
    """Return the address of a database with the ward of ``tests.ward``."""
    shutil.copy(sqlite_ward.template, tmp_path / "ward.db")
    return f"sqlite:///{tmp_path / 'ward.db'}"


@pytest.fixture
def moves(tmp_path):
    """Return ``move`` with the key of the journal; it gives what arrived."""

    def run(source, target):
        told = []
        sealed = Sealed.new(None, tmp_path)
        entries = move(source, target, sealed.key, sealed.outside, told.append)
        assert entries == next(one.rows for one in told if one.name == "journal_entries")
        return told

    return run


def set_out(office, number):
    """Return a walk that chance has taken some way."""
    chance = random.Random(number)  # noqa: S311  # the same walk each time
    walk = office.open(any_routing(chance))
    for _step in range(chance.choice([0, 1, 2, 3, 5, 8, 40])):
        if walk.ended is not None:
            break
        walk.take(choose(walk.choices(), chance))
    return walk, chance


def finish(walk, chance):
    """Take the walk to its end without another detour."""
    for _step in range(30):
        if walk.ended is not None:
            return
        offered = walk.choices()
        onward = [step for step in offered if step.kind in ONWARD]
        walk.take(chance.choice(onward))
    raise AssertionError("still on its way")


def tables_in(url):
    engine = connect(url)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
    engine.dispose()
    return tables


def counts_in(url):
    engine = connect(url)
    with engine.connect() as connection:
        counts = [count_table(connection, table) for table in stored_tables()]
    engine.dispose()
    return counts


def test_every_case_goes_on_where_it_was_copied_to(sqlite_url, nowhere, moves, tmp_path):
    with office_at(sqlite_url) as office:
        walks = [set_out(office, number) for number in range(WALKS)]
        Sealed.new(office.database, tmp_path).seal()
        with reading(office.database) as session:
            states = set(session.scalars(text("SELECT DISTINCT state FROM cases")))
        assert states == {state.value for state in CaseState}
        office.database.dispose()
        moves(sqlite_url, nowhere)
        copied = office.database = connect(nowhere)
        for number, (walk, chance) in enumerate(walks):
            walk.walk.database = copied
            state = walk.walk.case().state.value
            finish(walk, chance)
            assert walk.walk.check() == [], (number, state)
            assert walk.walk.replay() == [], (number, state)
        after = Sealed.new(copied, tmp_path)
        after.seal()
        assert after.verify().findings == ()
        copied.dispose()


def test_both_databases_hold_the_same_to_the_byte(filled, nowhere, moves, tmp_path):
    there = moves(filled, nowhere)
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert moves(nowhere, back) == there == counts_in(filled)
    assert sum(one.rows for one in there) > 40
    for url in (nowhere, back):
        engine = connect(url)
        with reading(engine) as session:
            assert missing_guards(session) == []
        assert schema.is_current(engine)
        engine.dispose()


def test_numbers_go_on_after_the_copied_ones(filled, nowhere, moves):
    moves(filled, nowhere)
    engine = connect(nowhere)
    with unit_of_work(engine) as session:
        session.add(Unit(code="moi", name="Mới", folded_name="moi", kind=UnitKind.SCHOOL))
    engine.dispose()


def test_a_table_of_this_version_without_a_row_is_room_enough(filled, postgresql_url, moves):
    assert moves(filled, postgresql_url) == counts_in(filled)


# --- what is refused, and leaves nothing ------------------------------------------------


@pytest.fixture
def lossy(monkeypatch):
    """Lose the last row of each table on the way."""
    write = copying._write_copy

    def lose(connection, table, rows):
        write(connection, table, iter(list(rows)[:-1]))

    monkeypatch.setattr(copying, "_write_copy", lose)


def test_a_row_that_is_lost_stops_the_copy(filled, nowhere, moves, lossy):
    with pytest.raises(NotCopied, match=r"rows with the hash .* were read, .* arrived"):
        moves(filled, nowhere)
    assert tables_in(nowhere) == []


def test_text_that_postgresql_cannot_keep_is_named(filled, nowhere, moves):
    engine = connect(filled)
    with unit_of_work(engine) as session:
        session.execute(update(Unit).values(symbol="U\x00BND"))
    engine.dispose()
    with pytest.raises(NotCopied, match=r"^units: "):
        moves(filled, nowhere)
    assert tables_in(nowhere) == []


def test_a_source_in_which_somebody_writes_is_not_copied(filled, nowhere, moves, monkeypatch):
    monkeypatch.setattr("engine.installation.connect", lambda url: connect(url, HURRIED))
    writer = connect(filled)
    with unit_of_work(writer) as session:
        session.execute(update(Unit).values(symbol="X"))
        with pytest.raises(NotCopied, match="stop the server"):
            moves(filled, nowhere)
    assert tables_in(nowhere) == []


@pytest.mark.parametrize("target", ["same", "older", "full"])
def test_only_an_empty_database_takes_a_copy(filled, nowhere, moves, target):
    place = filled if target == "same" else nowhere
    if target != "same":
        engine = connect(nowhere)
        if target == "older":
            schema.upgrade(engine, "0010")
        else:
            moves(filled, nowhere)
        engine.dispose()
    before = counts_in(filled), tables_in(place)
    wanted = "the same database" if target == "same" else "is not empty"
    with pytest.raises(NotCopied, match=wanted):
        moves(filled, place)
    assert (counts_in(filled), tables_in(place)) == before
