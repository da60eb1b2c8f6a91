"""The database itself keeps what lists look up: units that know a case, words that find it."""

import pytest
from sqlalchemy import select

from engine.store.database import reading, unit_of_work
from engine.store.models import Case, CaseUnit, CaseWord, UserTask
from forms.vocabulary import Award, CaseState, Level, Outcome
from tests.walk import Walk


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open(award=Award.PROVINCIAL_MERIT)


def known_to(walk):
    """Return where the case stands, as each unit that had a task in it sees it."""
    codes = {unit_id: code for code, unit_id in walk.ward.units.items()}
    with reading(walk.database) as session:
        rows = session.execute(select(CaseUnit).where(CaseUnit.case_id == walk.case_id))
        return {codes[row.unit_id]: (row.place, row.state) for (row,) in rows}


def words_of(walk):
    with reading(walk.database) as session:
        return set(
            session.scalars(select(CaseWord.word).where(CaseWord.case_id == walk.case_id))
        )


def test_each_unit_that_had_a_task_knows_where_the_case_stands(walk):
    assert known_to(walk) == {"truong": ("unit", CaseState.DRAFT)}
    walk.to("appraise_at_province")
    here = (Level.PROVINCE, CaseState.IN_REVIEW)
    assert known_to(walk) == {"truong": here, "phuong": here, "tinh": here}
    walk.withdraw()
    gone = (None, CaseState.WITHDRAWN)
    assert known_to(walk) == {"truong": gone, "phuong": gone, "tinh": gone}


def test_since_when_it_waits_goes_along(walk):
    walk.to("appraise_at_ward").do(Outcome.HOLD)
    with reading(walk.database) as session:
        since = session.scalar(select(Case.waiting_since))
        rows = session.scalars(select(CaseUnit.waiting_since)).all()
        units = set(session.scalars(select(UserTask.unit_id)))
    assert set(rows) == {since}
    assert len(rows) == len(units)


def test_a_case_is_found_by_the_words_of_its_subject_and_its_reference(walk):
    assert words_of(walk) == {"nguyen", "thi", "vi", "du", "hs-2030-0001", "1"}


@pytest.mark.parametrize(
    ("folded", "words"),
    [
        ("le thi mo", {"le", "thi", "mo"}),
        ('to "sao (khue)", le-mo; a/b', {"to", "sao", "khue", "le", "mo", "a", "b"}),
        ("o'hara \\ {x}", {"o", "hara", "\\", "{x}"}),
        ("la la la", {"la"}),
        ("x" * 60, {"x" * 40}),
        ("", set()),
    ],
)
def test_another_name_has_other_words(walk, folded, words):
    with unit_of_work(walk.database) as session:
        session.get_one(Case, walk.case_id).folded_subject = folded
    assert words_of(walk) == words | {"hs-2030-0001", "1"}
