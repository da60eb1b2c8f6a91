"""Decisions as auditors search them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from engine.errors import NotPermitted
from engine.queries.audit import PAGE_SIZE, DecisionFilter, list_decisions
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Decision
from engine.text import fold
from forms.vocabulary import Award, Outcome
from tests.walk import Walk, on_sqlite

DAY = date(2030, 12, 2)


@pytest.fixture
def awarded(database, ward):
    return Walk(database, ward).open().to("decide_at_ward").do(Outcome.AWARD)


def numbers(database, ward, **wanted):
    with reading(database) as session:
        found = list_decisions(session, ward.auditor, DecisionFilter(**wanted))
        return [one.number for one in found.decisions]


def more(database, count, **changes):
    """Add decisions like the first, each a day earlier, without the way that led to them."""
    with unit_of_work(database) as session:
        case = dict(session.execute(select(Case.__table__).limit(1)).mappings().one())
        made = dict(session.execute(select(Decision.__table__).limit(1)).mappings().one())
        for place in range(2, count + 2):
            own = {"id": place, "reference": f"HS-2030-{place:04d}"} | changes
            session.execute(insert(Case.__table__), case | own)
            of_case = {
                "id": place,
                "case_id": place,
                "number": f"{place}/QĐ-UBND",
                "signed_on": DAY - timedelta(days=place // 2),
            }
            session.execute(insert(Decision.__table__), made | of_case)


FOUND = (
    {},
    {"text": "nguyen thi VI du"},
    {"text": "hs-2030-0001"},
    {"text": "0001"},
    {"text": "2030-0001"},
    {"text": "vi du 0001"},
    {"number": "309"},
    {"number": "309/QĐ-UBND"},
    {"award": Award.UNIT_CERTIFICATE},
    {"from_day": DAY, "to_day": DAY},
)
NOT_FOUND = (
    {"text": "Trần"},
    {"text": "%"},
    {"text": "vi du 0002"},
    {"number": "09/QĐ"},
    {"number": "3%"},
    {"award": Award.LABOR_ORDER},
    {"from_day": DAY + timedelta(days=1)},
    {"to_day": DAY - timedelta(days=1)},
)


@on_sqlite
def test_decisions_are_found_by_what_they_say(awarded, database, ward):
    for wanted in FOUND:
        assert numbers(database, ward, **wanted) == ["309/QĐ-UBND"], wanted
    for wanted in NOT_FOUND:
        assert numbers(database, ward, **wanted) == [], wanted


@on_sqlite
def test_decisions_are_found_by_unit_and_round(awarded, database, ward):
    school, company = ward.units["truong"], ward.units["cong-ty"]
    assert numbers(database, ward, unit_id=school, round_id=ward.final_id)
    assert numbers(database, ward, unit_id=company) == []
    assert numbers(database, ward, round_id=ward.annual_id, unit_id=school) == []


def test_pages_follow_each_other_without_gap_or_repetition(awarded, database, ward):
    assert numbers(database, ward, text="vi du", number="309", unit_id=ward.units["truong"])
    more(database, PAGE_SIZE + 5)
    seen, after = [], None
    with reading(database) as session:
        for size in (PAGE_SIZE, 6):
            page = list_decisions(session, ward.auditor, DecisionFilter(), after)
            assert len(page.decisions) == size
            seen += page.decisions
            after = page.next
    assert after is None
    order = [(one.signed_on, one.id) for one in seen]
    assert order == sorted(set(order), reverse=True)


@on_sqlite
def test_a_subject_is_found_among_others(awarded, database, ward):
    more(database, 5, subject_name="Trần Văn Giả", folded_subject=fold("Trần Văn Giả"))
    assert numbers(database, ward, text="tran van gia", to_day=DAY) == [
        f"{place}/QĐ-UBND" for place in (3, 2, 5, 4, 6)
    ]


@on_sqlite
@pytest.mark.parametrize("who", ["ward_clerk", "ward_chairman", "administrator"])
def test_only_auditors_search_decisions(awarded, database, ward, who):
    with reading(database) as session, pytest.raises(NotPermitted):
        list_decisions(session, ward.people[who], DecisionFilter())
