"""Numbers are given in turn: none twice, none left out, also after a kill."""

import random

import pytest
from sqlalchemy import select

from engine.errors import InvalidSubmission, NoSymbol, NotPermitted
from engine.outgoing.numbers import give_number, next_number, record_used_elsewhere, symbol_of
from engine.store.database import reading, unit_of_work
from engine.store.models import GivenNumber, OutgoingPaper, Unit
from tests.conftest import LONG
from tests.engine.outgoing.numbering import DAY, give, give_all, killed_after, put_papers
from tests.walk import NOON, on_sqlite

COUNT = 2_000 if LONG else 200
KILLS = 20 if LONG else 3


def numbers_of(database):
    """Return paper → number, of all that were given."""
    with reading(database) as session:
        rows = session.execute(select(GivenNumber.paper_id, GivenNumber.number))
        return dict(map(tuple, rows))


def elsewhere(session, ward, **changes):
    """Record numbers that were used outside the system."""
    return record_used_elsewhere(
        session,
        **{
            "unit_id": ward.units["phuong"],
            "type_code": "QĐ",
            "year": 2030,
            "up_to": 3,
            "used_for": "Quyết định về nhân sự",
            "actor": ward.ward_clerk,
            "at": NOON,
        }
        | changes,
    )


def test_twenty_who_number_at_once_leave_no_gap(database, ward):
    give_all(database, ward.ward_clerk, put_papers(database, ward, COUNT))
    assert sorted(numbers_of(database).values()) == list(range(1, COUNT + 1))


def test_killed_among_them_nothing_confirmed_is_lost_and_no_gap_is_left(
    database, database_url, ward
):
    papers = put_papers(database, ward, COUNT)
    url = database.url.render_as_string(hide_password=False)
    moments = random.Random(20301202)  # noqa: S311 - moments, not secrets
    for kill in range(1, KILLS + 1):
        first = moments.randrange(COUNT // KILLS)
        told = killed_after(url, ward.ward_clerk, papers, first + COUNT // (2 * KILLS) * kill)
        kept = numbers_of(database)
        assert all(kept[paper_id] == number for paper_id, number in told)
        assert sorted(kept.values()) == list(range(1, len(kept) + 1))
    give_all(database, ward.ward_clerk, papers)
    assert sorted(numbers_of(database).values()) == list(range(1, COUNT + 1))


def test_a_number_whose_transaction_fails_is_given_to_the_next(database, ward):
    first, second = put_papers(database, ward, 2)

    def fail():
        with unit_of_work(database) as session:
            paper = session.get_one(OutgoingPaper, first)
            give_number(session, paper, dated_on=DAY, actor=ward.ward_clerk, at=NOON)
            session.flush()
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert give(database, ward.ward_clerk, second) == (second, 1)


@on_sqlite
def test_each_year_each_type_and_each_unit_counts_by_itself(database, ward):
    with unit_of_work(database) as session:
        elsewhere(session, ward)
        unit = session.get_one(Unit, ward.units["phuong"])
        assert next_number(session, unit, "QĐ", 2030) == 4
        assert next_number(session, unit, "QĐ", 2031) == 1
        assert next_number(session, unit, "TTr", 2030) == 1
        school = session.get_one(Unit, ward.units["truong"])
        assert next_number(session, school, "QĐ", 2030) == 1


@on_sqlite
def test_numbers_used_elsewhere_have_their_rows(database, ward):
    with unit_of_work(database) as session:
        rows = elsewhere(session, ward)
        assert [row.symbol for row in rows] == ["01/QĐ-UBND", "02/QĐ-UBND", "03/QĐ-UBND"]
        assert {row.used_elsewhere for row in rows} == {"Quyết định về nhân sự"}
        with pytest.raises(InvalidSubmission):
            elsewhere(session, ward)


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"up_to": 0}, InvalidSubmission),
        ({"up_to": 501}, InvalidSubmission),
        ({"used_for": " "}, InvalidSubmission),
    ],
)
def test_what_cannot_be_recorded_is_refused(database, ward, changes, error):
    with pytest.raises(error), unit_of_work(database) as session:
        elsewhere(session, ward, **changes)


@on_sqlite
def test_strangers_and_units_without_a_symbol_number_nothing(database, ward):
    with pytest.raises(NotPermitted), unit_of_work(database) as session:
        elsewhere(session, ward, actor=ward.school_clerk)
    with pytest.raises(NoSymbol), unit_of_work(database) as session:
        elsewhere(session, ward, unit_id=ward.units["cong-ty"], actor=ward.company_clerk)


@on_sqlite
@pytest.mark.parametrize(
    ("number", "printed"), [(5, "05/QĐ-UBND"), (12, "12/QĐ-UBND"), (1234, "1234/QĐ-UBND")]
)
def test_numbers_below_ten_have_a_zero(database, ward, number, printed):
    with reading(database) as session:
        assert symbol_of(session.get_one(Unit, ward.units["phuong"]), "QĐ", number) == printed
