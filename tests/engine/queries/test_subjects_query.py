"""Lists and pages of subjects: what they hold, for whom, and in how many statements."""

import pytest

from engine.errors import NotFound, NotPermitted
from engine.queries.subjects import (
    PAGE_SIZE,
    SubjectFilter,
    get_line,
    get_subject,
    list_subjects,
)
from engine.store.database import reading, unit_of_work
from engine.store.models import RegisterEntry
from engine.subject_changes import add_former_name, merge
from engine.subject_matters import record_matter
from engine.subject_records import subject_for
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CommendationKind,
    EntrySource,
    HoldReason,
    Honour,
    Outcome,
    SubjectKind,
)
from tests.statements import counted
from tests.walk import Walk
from tests.ward import NOON

COLLECTIVE = SubjectKind.COLLECTIVE
INDIVIDUAL = SubjectKind.INDIVIDUAL


@pytest.fixture
def add(database):
    """Return a function that adds a record and returns its id."""

    def run(name, kind=COLLECTIVE, **more):
        with unit_of_work(database) as session:
            return subject_for(session, kind=kind, name=name, at=NOON, **more).id

    return run


@pytest.fixture
def give(database):
    """Return a function that enters an award of a record."""

    def run(subject_id, number):
        with unit_of_work(database) as session:
            session.add(
                RegisterEntry(
                    subject_id=subject_id,
                    subject_text="X",
                    folded_subject="x",
                    honour=Honour.PROVINCIAL_MERIT,
                    honour_text="Bằng khen",
                    kind=CommendationKind.MOVEMENT,
                    number=number,
                    decided_on=NOON.date(),
                    authority_name="Chủ tịch UBND tỉnh",
                    authority_level=AuthorityLevel.PROVINCE,
                    source=EntrySource.HAND,
                    entered_at=NOON,
                )
            )

    return run


def names(session, actor, text="", kind=None, page=1):
    found = list_subjects(session, actor, SubjectFilter(text, kind), page)
    return [one.name for one in found.subjects]


def test_the_list_is_sorted_as_people_read_it_and_turned(database, ward, add):
    for number in range(PAGE_SIZE):
        add(f"Tổ dân phố {number:02d}")
    for name in ("Trần Văn Bình", "Lê Thị An", "Nguyễn Văn Ánh"):
        add(name, INDIVIDUAL)
    with reading(database) as session:
        session.connection()
        with counted(database) as seen:
            people = names(session, ward.ward_clerk, kind=INDIVIDUAL)
        assert people == ["Lê Thị An", "Nguyễn Văn Ánh", "Trần Văn Bình"]
        assert len(seen) == 1
        with counted(database) as seen:
            first = list_subjects(session, ward.ward_clerk, SubjectFilter())
        assert len(seen) == 2
        second = list_subjects(session, ward.ward_clerk, SubjectFilter(), 2)
    assert (len(first.subjects), first.has_more) == (PAGE_SIZE, True)
    assert (len(second.subjects), second.has_more) == (3, False)
    assert first.count.number == PAGE_SIZE + 3


def test_merged_records_are_listed_only_when_searched(database, ward, add):
    gone, kept = add("Hội Phụ nữ cũ"), add("Hội Phụ nữ mới")
    with unit_of_work(database) as session:
        merge(session, from_id=gone, into_id=kept, actor=ward.ward_clerk, at=NOON)
    with reading(database) as session:
        assert names(session, ward.ward_clerk) == ["Hội Phụ nữ mới"]
        found = list_subjects(session, ward.ward_clerk, SubjectFilter("phụ nữ cũ"))
    (one,) = found.subjects
    assert (one.id, one.merged_into_id, one.merged_into) == (gone, kept, "Hội Phụ nữ mới")


@pytest.mark.parametrize("text", ["%", "_", "\\", "%%"])
def test_signs_of_the_database_find_nothing_by_themselves(database, ward, add, text):
    add("Hội Phụ nữ")
    with reading(database) as session:
        assert names(session, ward.ward_clerk, text) == []


def test_a_page_gathers_what_belongs_to_all_records_of_a_subject(database, ward, add, give):
    walk = Walk(database, ward).open()
    own = walk.case().subject_id
    past, other = add("Nguyễn Thị Ví Dụ", INDIVIDUAL), add("Người khác", INDIVIDUAL)
    for subject_id, number in ((own, "1"), (past, "2"), (other, "3")):
        give(subject_id, number)
    clerk = {"actor": ward.ward_clerk, "at": NOON}
    with unit_of_work(database) as session:
        add_former_name(session, subject_id=past, name="Cô Dụ", used_until=None, **clerk)
        merge(session, from_id=own, into_id=past, **clerk)
        record_matter(
            session,
            subject_id=own,
            reason=HoldReason.PRESS,
            began_on=NOON.date(),
            document="1/BC",
            **clerk,
        )
    with reading(database) as session:
        found = get_subject(session, ward.ward_clerk, past)
        gone = get_subject(session, ward.ward_clerk, own)
    assert {award.number for award in found.awards} == {"1", "2"}
    assert [case.award for case in found.nominations] == [Award.UNIT_CERTIFICATE]
    assert [one.id for one in found.merged] == [own]
    assert [(one.name, one.is_own) for one in found.names] == [("Cô Dụ", True)]
    assert [one.document for one in found.matters] == ["1/BC"]
    assert {award.number for award in gone.awards} == {"1"}
    assert gone.subject.merged_into_id == past


def test_a_nomination_is_opened_by_those_who_may_see_the_case(database, ward):
    walk = Walk(database, ward).open(award=Award.PROVINCIAL_MERIT)
    subject_id = walk.case().subject_id
    with reading(database) as session:
        seen = [
            get_subject(session, actor, subject_id).nominations[0].is_visible
            for actor in (ward.auditor, ward.ward_clerk)
        ]
    assert seen == [True, False]
    walk.to("review_at_unit").do(Outcome.RECOMMEND)
    with reading(database) as session:
        assert get_subject(session, ward.ward_clerk, subject_id).nominations[0].is_visible


def test_a_page_takes_as_many_statements_for_much_as_for_little(database, ward, add, give):
    little, much = add("Ít"), add("Nhiều")
    for number in range(20):
        give(much, str(number))
    counts = []
    for subject_id in (little, much):
        with reading(database) as session, counted(database) as seen:
            get_subject(session, ward.ward_clerk, subject_id)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_who_examines_nothing_sees_no_subject(database, ward, add):
    number = add("Hội Phụ nữ")
    with reading(database) as session:
        for actor in (ward.school_head, ward.administrator):
            for run in (
                lambda actor=actor: list_subjects(session, actor, SubjectFilter()),
                lambda actor=actor: get_line(session, actor, number),
                lambda actor=actor: get_subject(session, actor, number),
            ):
                with pytest.raises(NotPermitted):
                    run()
        assert get_subject(session, ward.council_member, number).matters is None
        with pytest.raises(NotFound):
            get_subject(session, ward.ward_clerk, 999_999)
