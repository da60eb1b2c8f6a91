"""A nomination has the record of its subject, from its opening through every correction."""

import threading

import pytest
from sqlalchemy import func, select

from engine.cases import Subject
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, SubjectRow
from engine.subject_changes import confirm_same
from engine.subject_records import subject_for
from engine.text import fold
from forms.vocabulary import Outcome, SubjectKind
from tests.walk import Walk, open_nomination
from tests.ward import NOON

INDIVIDUAL = SubjectKind.INDIVIDUAL
NAME = "Nguyễn Thị Ví Dụ"


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


def record_of(walk):
    """Return the record of the case, and how many records there are."""
    with reading(walk.database) as session:
        found = session.get(SubjectRow, session.get_one(Case, walk.case_id).subject_id)
        count = session.scalar(select(func.count(SubjectRow.id)))
        session.expunge_all()
        return found, count


def add_record(database, name, **more):
    with unit_of_work(database) as session:
        row = subject_for(session, kind=INDIVIDUAL, name=name, at=NOON, **more)
        return row.id


def test_a_nomination_of_somebody_new_makes_a_record(walk):
    record, count = record_of(walk.open())
    assert (record.name, record.place) == (NAME, "Trường Trung học cơ sở Hoa Ban")
    assert count == 1


def test_two_nominations_of_one_name_are_of_two_until_a_person_says_otherwise(walk):
    first, _ = record_of(walk.open())
    _, count = record_of(walk.open())
    assert count == 2
    chosen, count = record_of(walk.open(subject=Subject(INDIVIDUAL, NAME, subject_id=first.id)))
    assert (chosen.id, count) == (first.id, 2)


def test_a_colleague_is_known_by_name(walk, ward):
    known = add_record(walk.database, "x", person_id=ward.school_deputy.person_id)
    record, count = record_of(walk.open(subject=Subject(INDIVIDUAL, "tran van gia")))
    assert (record.id, count) == (known, 1)


def test_a_slip_in_the_name_is_corrected_in_the_record(walk):
    before, _ = record_of(walk.open())
    walk.do(Outcome.SUBMIT, subject_name="Nguyễn Thị Thí Dụ")
    after, count = record_of(walk)
    assert (after.id, after.name, count) == (before.id, "Nguyễn Thị Thí Dụ", 1)
    assert after.match_key == "nguyen thi thi du"
    assert after.folded_name == fold(after.name)


def test_a_record_that_others_use_keeps_its_name(walk, database, ward):
    shared, _ = record_of(walk.open())
    walk.open(subject=Subject(INDIVIDUAL, NAME, subject_id=shared.id))
    walk.do(Outcome.SUBMIT, subject_name="Nguyễn Thị Khác")
    other, count = record_of(walk)
    assert (other.name, count) == ("Nguyễn Thị Khác", 2)
    with reading(database) as session:
        assert session.get_one(SubjectRow, shared.id).name == NAME


def test_other_marks_are_no_other_subject(walk, database, ward):
    shared, _ = record_of(walk.open())
    with unit_of_work(database) as session:
        confirm_same(
            session, subject_id=shared.id, name="Cô Dụ", actor=ward.ward_clerk, at=NOON
        )
    walk.do(Outcome.SUBMIT, subject_name="Nguyễn Thị Vĩ Dụ")
    record, count = record_of(walk)
    assert (record.id, record.name, count) == (shared.id, NAME, 1)


def test_a_corrected_name_that_is_a_colleagues_leads_to_their_record(walk, ward):
    known = add_record(walk.database, "x", person_id=ward.school_deputy.person_id)
    walk.open().do(Outcome.SUBMIT, subject_name="Trần Văn Giả")
    record, _ = record_of(walk)
    assert record.id == known
    assert walk.case().subject_person_id == ward.school_deputy.person_id


def test_two_who_nominate_one_colleague_at_once_share_the_record(database, ward):
    start, failed = threading.Barrier(2), []

    def nominate():
        try:
            start.wait()
            with unit_of_work(database) as session:
                open_nomination(session, ward, subject=Subject(INDIVIDUAL, "Trần Văn Giả"))
        except Exception as error:  # told by the test
            failed.append(error)

    threads = [threading.Thread(target=nominate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with reading(database) as session:
        assert session.scalar(select(func.count(SubjectRow.id))) == 1
        assert len(set(session.scalars(select(Case.subject_id)))) == 1


def test_two_who_add_the_record_of_one_person_at_once_get_one(database, ward):
    start, found = threading.Barrier(2), []
    person = ward.school_deputy.person_id

    def add():
        with unit_of_work(database) as session:
            start.wait()
            row = subject_for(session, kind=INDIVIDUAL, name="x", person_id=person, at=NOON)
            found.append(row.id)

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
