"""What may be one subject is suggested, the likeliest first, by indexes alone."""

import re
import unicodedata

import pytest
from sqlalchemy import event, text

from engine.queries.likeness import Likeness, suggest
from engine.subject_changes import add_former_name, confirm_same, dissolve, give_new_name, merge
from engine.subject_records import subject_for
from forms.vocabulary import SubjectKind
from tests.ward import NOON

COLLECTIVE = SubjectKind.COLLECTIVE
UNION = "Hội Liên hiệp Phụ nữ phường Vạn Xuân"

MANY = 100_000


@pytest.fixture
def record(session):
    """Return a function that adds a record by name."""

    def add(name, kind=COLLECTIVE, place=""):
        return subject_for(session, kind=kind, name=name, place=place, at=NOON)

    return add


def found(session, name, kind=COLLECTIVE, place="", **more):
    return [
        (one.subject_id, one.likeness) for one in suggest(session, kind, name, place, **more)
    ]


WRITTEN = {
    "abbreviated": "Hội LHPN phường Vạn Xuân",
    "without marks": "hoi lien hiep phu nu phuong van xuan",
    "decomposed": unicodedata.normalize("NFD", UNION),
    "with double spaces": "Hội  LHPN  phường Vạn  Xuân",
}


@pytest.mark.parametrize("name", WRITTEN.values(), ids=WRITTEN)
def test_a_subject_is_suggested_however_it_is_written(session, record, name):
    union = record(UNION)
    record("Hội Cựu chiến binh phường Vạn Xuân")
    assert found(session, name) == [(union.id, Likeness.SAME_NAME)]


def test_the_shorter_name_suggests_the_longer_and_the_other_way_round(session, record):
    long, short = record(UNION), record("Hội LHPN phường")
    assert found(session, "Hội LHPN phường") == [
        (short.id, Likeness.SAME_NAME),
        (long.id, Likeness.CONTINUED),
    ]
    assert found(session, UNION) == [
        (long.id, Likeness.SAME_NAME),
        (short.id, Likeness.CONTINUED),
    ]


def test_a_name_goes_on_at_the_end_of_a_word(session, record):
    whole = record("Hội LHPN phường")
    record("Hội LHPN phườngX")
    assert found(session, "Hội LHPN phươ") == []
    assert (whole.id, Likeness.CONTINUED) in found(session, "Hội LHPN")


def test_one_word_begins_too_many_names(session, record):
    record(UNION)
    assert found(session, "Hội") == []
    assert found(session, " – ") == []
    assert found(session, "") == []


def test_the_place_tells_namesakes_apart(session, record):
    elsewhere = record("Phòng Kế hoạch - Tài chính", place="Sở Y tế")
    unknown = record("Phòng Kế hoạch - Tài chính")
    here = record("Phòng KH-TC", place="Trung tâm Mắt – Nội tiết tỉnh Quảng Bình")
    name, place = "Phòng Kế hoạch – Tài chính", "Trung tâm Mắt - Nội tiết"
    assert found(session, name, place=place) == [
        (here.id, Likeness.SAME),
        (unknown.id, Likeness.SAME_NAME),
        (elsewhere.id, Likeness.ELSEWHERE),
    ]


def test_many_namesakes_do_not_hide_the_one_of_the_place(session, record):
    for number in range(250):
        record("Phòng Khám đa khoa", place=f"Trung tâm {number}")
    assert found(session, "Phòng Khám đa khoa", place="Trung tâm 249", limit=1)[0][1] is (
        Likeness.SAME
    )


def test_other_names_are_found(session, ward, record):
    one, two, three = record("Hội Phụ nữ tổ 1"), record("Trường B"), record("Trường Hoa Ban")
    clerk = {"actor": ward.ward_clerk, "at": NOON}
    confirm_same(session, subject_id=one.id, name="Chi hội PN tổ 1", **clerk)
    add_former_name(session, subject_id=two.id, name="Trường Cũ A", used_until=None, **clerk)
    give_new_name(session, subject_id=three.id, name="Trường Mới C", used_until=None, **clerk)
    assert found(session, "chi hoi pn tổ 1") == [(one.id, Likeness.OTHER_NAME)]
    assert found(session, "Trường Cũ A") == [(two.id, Likeness.OTHER_NAME)]
    assert found(session, "Trường Hoa Ban") == [(three.id, Likeness.OTHER_NAME)]
    assert found(session, "Trường Cũ A phường X") == [(two.id, Likeness.CONTINUED)]
    assert suggest(session, COLLECTIVE, "Trường Cũ A")[0].matched == "Trường Cũ A"


def test_a_merged_record_leads_to_the_one_that_stands_for_it(session, ward, record):
    past, present = record("Hội Phụ nữ cũ"), record(UNION)
    merge(session, from_id=past.id, into_id=present.id, actor=ward.ward_clerk, at=NOON)
    (one,) = suggest(session, COLLECTIVE, "Hội Phụ nữ cũ")
    assert (one.subject_id, one.name, one.matched) == (present.id, UNION, "Hội Phụ nữ cũ")
    assert found(session, "Hội Phụ nữ cũ", but={present.id}) == []


def test_a_person_is_suggested_for_people_alone(session, record):
    person = record("Lê Thị Mơ", SubjectKind.INDIVIDUAL, place="Trường Hoa Ban")
    shop = record("Lê Thị Mơ", SubjectKind.ENTERPRISE)
    assert found(session, "Bà Lê Thị Mơ", SubjectKind.INDIVIDUAL) == [
        (person.id, Likeness.SAME_NAME)
    ]
    for kind in (COLLECTIVE, SubjectKind.ENTERPRISE, SubjectKind.HOUSEHOLD):
        assert found(session, "Lê Thị Mơ", kind) == [(shop.id, Likeness.SAME_NAME)]


def test_what_was_dissolved_says_so(session, ward, record):
    union = record(UNION)
    day = NOON.date().replace(day=1)
    dissolve(session, subject_id=union.id, day=day, actor=ward.ward_clerk, at=NOON)
    assert suggest(session, COLLECTIVE, UNION)[0].dissolved_on == day


def test_no_more_are_suggested_than_asked_for(session, record):
    for number in range(12):
        record(f"Tổ dân phố {number}")
    assert len(found(session, "Tổ dân phố")) == 8
    assert len(found(session, "Tổ dân phố", limit=3)) == 3


# With a hundred thousand subjects.


FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)
INSERT INTO subjects (kind, name, folded_name, sort_key, match_key, place, added_at)
SELECT CASE i % 2 WHEN 0 THEN 'individual' ELSE 'collective' END, k, k, k, k, '', '2030-01-01'
FROM (SELECT i, 'hoi lien hiep phu nu phuong ' || (i % 5000) || ' to ' || i AS k FROM n) named
"""

FILL_NAMES = """
INSERT INTO subject_names (subject_id, name, folded_name, match_key, is_former, confirmed_at)
SELECT id, name, name, 'chi ' || match_key, false, '2030-01-01' FROM subjects WHERE id % 3 = 0
"""


@pytest.fixture
def crowd(session):
    """Fill the tables with invented subjects, a third of them with another name."""
    session.execute(text(FILL), {"many": MANY})
    session.execute(text(FILL_NAMES))
    session.execute(text("ANALYZE"))


def plans(session, run):
    """Return how the database would answer the statements of ``run``, as one text."""
    asked = []

    def note(connection, cursor, statement, parameters, *rest):
        asked.append(
            (statement, parameters if isinstance(parameters, dict) else tuple(parameters))
        )

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        run()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    connection = session.connection()
    lines = [
        str(row)
        for statement, parameters in asked
        for row in connection.exec_driver_sql(f"{explain} {statement}", parameters)
    ]
    return "\n".join(lines)


NAMES = [
    "Hội LHPN phường 17 tổ 17",
    "Hội LHPN phường 17",
    "Hội LHPN",
    "Chi hội LHPN phường 18 tổ 18",
    "Nguyễn Thị Không Có Trong Sổ",
]


@pytest.mark.parametrize("kind", [SubjectKind.INDIVIDUAL, COLLECTIVE])
def test_indexes_alone_find_the_like_among_many(session, crowd, kind):
    for name in NAMES:
        plan = plans(session, lambda name=name: suggest(session, kind, name))
        assert "ix_subjects_kind_match_key" in plan
        assert "ix_subject_names_match_key" in plan
        whole = re.findall(r"(?:SCAN (?:subjects|subject_names)\b|Seq Scan on \w+).*", plan)
        assert whole == []
