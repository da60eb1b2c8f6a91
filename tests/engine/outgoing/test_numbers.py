"""Numbers are given in turn: none twice, none left out, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from engine.errors import InvalidSubmission, NoSymbol, NotPermitted
from engine.outgoing.numbers import give_number, next_number, record_used_elsewhere, symbol_of
from engine.store.database import reading, unit_of_work
from engine.store.models import GivenNumber, OutgoingPaper, Unit
from tests.walk import NOON, on_sqlite

DAY = date(2030, 12, 2)
SIGNERS = 20


def put_papers(database, ward, count):
    """Write papers that wait for a number, and return their ids."""
    with unit_of_work(database) as session:
        papers = [
            OutgoingPaper(
                unit_id=ward.units["phuong"],
                kind="to-trinh",
                type_code="TTr",
                texts={},
                signatures=[],
                drafted_by_id=ward.ward_clerk.person_id,
                drafted_at=NOON,
                signed_by_id=ward.ward_chairman.person_id,
                signed_on=DAY,
            )
            for _ in range(count)
        ]
        session.add_all(papers)
        session.flush()
        return [paper.id for paper in papers]


def give(database, ward, paper_id):
    """Give one paper its number, as its clerk does, in a transaction of its own."""
    with unit_of_work(database) as session:
        paper = session.get_one(OutgoingPaper, paper_id, with_for_update=True)
        given = give_number(session, paper, dated_on=DAY, actor=ward.ward_clerk, at=NOON)
        session.flush()
        return given.number


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
    papers = put_papers(database, ward, 200)
    with ThreadPoolExecutor(SIGNERS) as pool:
        numbers = list(pool.map(lambda paper_id: give(database, ward, paper_id), papers))
    assert sorted(numbers) == list(range(1, 201))
    with reading(database) as session:
        count, most = session.execute(
            select(func.count(), func.max(GivenNumber.number)).select_from(GivenNumber)
        ).one()
    assert (count, most) == (200, 200)


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
    assert give(database, ward, second) == 1


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
