"""Records of subjects: found, brought together, taken apart, renamed, held."""

import unicodedata
from datetime import date

import pytest
from sqlalchemy import func, select, update

from engine.cases import Subject
from engine.errors import InvalidSubmission, NotFound, NotPermitted
from engine.store.models import JournalEntry, SubjectMatter, SubjectName, SubjectRow
from engine.subject_changes import (
    add_former_name,
    change_place,
    confirm_same,
    dissolve,
    give_new_name,
    merge,
    remove_name,
    split,
)
from engine.subject_matters import matters_of, record_matter, settle_matter
from engine.subject_records import renew_keys, root_ids, root_of, subject_for
from engine.subjects import identify
from forms.vocabulary import HoldReason, SubjectKind
from tests.ward import NOON

UNION = "Hội Liên hiệp Phụ nữ phường Vạn Xuân"


@pytest.fixture
def clerk(ward):
    return ward.ward_clerk


@pytest.fixture
def record(session, ward):
    """Return a function that adds a record by name."""

    def add(name, kind=SubjectKind.COLLECTIVE, **more):
        return subject_for(session, kind=kind, name=name, at=NOON, **more)

    return add


def codes(error):
    return {
        field: [one.split("|")[0] for one in found] for field, found in error.messages.items()
    }


def actions(session):
    return list(
        session.scalars(
            select(JournalEntry.action)
            .where(JournalEntry.stream == "subjects")
            .order_by(JournalEntry.seq)
        )
    )


def state(session):
    """Return all that the commands could have changed."""
    session.flush()
    rows = session.execute(select(SubjectRow.__table__).order_by(SubjectRow.id)).all()
    names = session.execute(select(SubjectName.__table__).order_by(SubjectName.id)).all()
    matters = session.execute(select(SubjectMatter.__table__).order_by(SubjectMatter.id)).all()
    return rows, names, matters, actions(session)


# Whose record it is.


def test_a_person_has_one_record_under_whatever_name(session, ward, record):
    person = ward.school_head.person_id
    first = record("Lê Thị Mơ", SubjectKind.INDIVIDUAL, person_id=person)
    again = record("LE THI MO", SubjectKind.INDIVIDUAL, person_id=person)
    assert again is first
    assert record("Lê Thị Mơ", SubjectKind.INDIVIDUAL) is not first


def test_a_unit_has_one_record_named_and_placed_as_the_office_keeps_it(ward, record):
    found = record("truong thcs hoa ban", unit_id=ward.units["truong"], place="Phường X")
    assert found.name == "Trường Trung học cơ sở Hoa Ban"
    assert found.place == "Ủy ban nhân dân phường Vạn Xuân"
    assert record("x", SubjectKind.ENTERPRISE, unit_id=ward.units["truong"]) is found


def test_a_name_and_a_place_are_composed_and_spaced_once(record):
    found = record(unicodedata.normalize("NFD", " Hội   Chữ thập đỏ "), place=" Phường  X ")
    assert (found.name, found.place) == ("Hội Chữ thập đỏ", "Phường X")


def test_equal_names_are_not_brought_together_by_themselves(record):
    assert record(UNION).id != record(UNION).id


def test_the_record_that_a_person_chose_is_taken(record):
    chosen = record(UNION)
    assert record("Hội LHPN phường", subject_id=chosen.id) is chosen


def test_a_person_is_never_a_collective(session, record):
    union = record(UNION)
    before = state(session)
    with pytest.raises(InvalidSubmission) as info:
        record("Lê Thị Mơ", SubjectKind.INDIVIDUAL, subject_id=union.id)
    assert codes(info.value) == {"subject_id": ["person_or_not"]}
    assert state(session) == before


@pytest.mark.parametrize("missing", ["person_id", "unit_id", "subject_id"])
def test_who_is_not_there_gets_no_record(session, record, missing):
    with pytest.raises(NotFound):
        record("X", **{missing: 999_999})
    assert session.scalar(select(func.count()).select_from(SubjectRow)) == 0


def test_a_chosen_record_says_which_person_is_nominated(session, ward, record):
    person = ward.school_head.person_id
    known = record("Lê Thị Mơ", SubjectKind.INDIVIDUAL, person_id=person)
    typed = Subject(SubjectKind.INDIVIDUAL, "Cô Mơ", subject_id=known.id)
    found = identify(session, ward.units["cong-ty"], typed)
    assert (found.person_id, found.subject_id, found.name) == (person, known.id, "Cô Mơ")


def test_a_chosen_record_that_is_gone_is_refused(session, ward):
    typed = Subject(SubjectKind.COLLECTIVE, "X", subject_id=999_999)
    with pytest.raises(InvalidSubmission) as info:
        identify(session, ward.units["truong"], typed)
    assert codes(info.value) == {"subject_id": ["not_in_list"]}


def test_keys_follow_the_table_of_names(session, clerk, record):
    union, _ = record(UNION), record("Khác")
    confirm_same(session, subject_id=union.id, name="Hội LHPN phường", actor=clerk, at=NOON)
    for table in (SubjectRow, SubjectName):
        stale = update(table.__table__).where(table.name != "Khác")
        session.execute(stale.values(match_key="of an older table"))
    assert (renew_keys(session), renew_keys(session)) == (2, 0)
    keys = select(SubjectRow.__table__.c.match_key, SubjectName.__table__.c.match_key)
    (found,) = session.execute(keys.join_from(SubjectRow.__table__, SubjectName.__table__))
    assert found == ("hoi lien hiep phu nu phuong van xuan", "hoi lien hiep phu nu phuong")


# Merged and split.


def test_merged_records_count_as_one_and_stay_as_they_are(session, clerk, record):
    one, two, three, other = record("Một"), record("Hai"), record("Ba"), record("Khác")
    merge(session, from_id=one.id, into_id=two.id, actor=clerk, at=NOON)
    merge(session, from_id=two.id, into_id=three.id, actor=clerk, at=NOON)
    all_of_them = {one.id, two.id, three.id}
    assert [root_ids(session, row.id) for row in (one, two, three)] == [all_of_them] * 3
    assert root_ids(session, other.id) == {other.id}
    assert root_of(session, one.id) is three
    assert record("Một", subject_id=one.id) is three
    assert (one.name, two.name) == ("Một", "Hai")
    assert actions(session) == ["subject.merged"] * 2


def test_a_person_whose_record_was_merged_has_the_one_that_took_its_place(
    session, ward, clerk, record
):
    person = ward.school_head.person_id
    own = record("Lê Thị Mơ", SubjectKind.INDIVIDUAL, person_id=person)
    past = record("Lê Thị Mơ", SubjectKind.INDIVIDUAL)
    merge(session, from_id=own.id, into_id=past.id, actor=clerk, at=NOON)
    assert record("Lê Thị Mơ", SubjectKind.INDIVIDUAL, person_id=person) is past


def test_a_merger_can_be_taken_back(session, clerk, record):
    one, two = record("Một"), record("Hai")
    merge(session, from_id=one.id, into_id=two.id, actor=clerk, at=NOON)
    split(session, subject_id=one.id, actor=clerk, at=NOON)
    assert root_ids(session, one.id) == {one.id}
    assert root_ids(session, two.id) == {two.id}
    assert actions(session) == ["subject.merged", "subject.split"]


def test_a_record_merges_into_no_one_of_its_own(session, clerk, record):
    one, two = record("Một"), record("Hai")
    merge(session, from_id=one.id, into_id=two.id, actor=clerk, at=NOON)
    before = state(session)
    wrong = {
        (one.id, one.id): {"into_id": ["same_record"]},
        (two.id, one.id): {"into_id": ["merged_before"]},
        (one.id, two.id): {"from_id": ["merged_before"]},
    }
    for (from_id, into_id), expected in wrong.items():
        with pytest.raises(InvalidSubmission) as info:
            merge(session, from_id=from_id, into_id=into_id, actor=clerk, at=NOON)
        assert codes(info.value) == expected
    with pytest.raises(InvalidSubmission) as info:
        split(session, subject_id=two.id, actor=clerk, at=NOON)
    assert codes(info.value) == {"subject_id": ["not_merged"]}
    assert state(session) == before


def test_two_whom_the_office_knows_stay_two(session, ward, clerk, record):
    head, deputy = (
        record("X", SubjectKind.INDIVIDUAL, person_id=actor.person_id)
        for actor in (ward.school_head, ward.school_deputy)
    )
    past = record("Lê Thị Mơ", SubjectKind.INDIVIDUAL)
    school, company = (record("X", unit_id=ward.units[key]) for key in ("truong", "cong-ty"))
    merge(session, from_id=head.id, into_id=past.id, actor=clerk, at=NOON)
    before = state(session)
    for from_id, into_id in ((deputy.id, past.id), (school.id, company.id)):
        with pytest.raises(InvalidSubmission) as info:
            merge(session, from_id=from_id, into_id=into_id, actor=clerk, at=NOON)
        assert codes(info.value) == {"into_id": ["two_of_the_office"]}
    with pytest.raises(InvalidSubmission) as info:
        merge(session, from_id=deputy.id, into_id=school.id, actor=clerk, at=NOON)
    assert codes(info.value) == {"subject_id": ["person_or_not"]}
    assert state(session) == before


# Names, places, the end.


def test_another_spelling_is_kept_byte_for_byte_and_once(session, clerk, record):
    union = record(UNION)
    written = unicodedata.normalize("NFD", "Hội  LHPN – phường ")
    for _click in range(2):
        confirm_same(session, subject_id=union.id, name=written, actor=clerk, at=NOON)
    confirm_same(session, subject_id=union.id, name=UNION, actor=clerk, at=NOON)
    (kept,) = session.scalars(select(SubjectName)).all()
    assert kept.name == written
    assert kept.match_key == "hoi lien hiep phu nu phuong"
    assert (kept.is_former, kept.confirmed_by_id) == (False, clerk.person_id)
    assert actions(session) == ["subject.name_added"]


def test_a_new_name_keeps_the_old_one_with_its_last_day(session, clerk, record):
    school = record("Trường THCS Hoa Ban")
    last = date(2029, 8, 31)
    give_new_name(
        session,
        subject_id=school.id,
        name="Trường TH và THCS Hoa Ban",
        used_until=last,
        actor=clerk,
        at=NOON,
    )
    (old,) = session.scalars(select(SubjectName)).all()
    assert (old.name, old.is_former, old.used_until) == ("Trường THCS Hoa Ban", True, last)
    assert school.match_key == "tieu hoc trung hoc co so hoa ban"
    assert school.folded_name == "truong th va thcs hoa ban"


def test_a_former_name_of_which_nobody_knows_the_day(session, clerk, record):
    union = record(UNION)
    add_former_name(
        session, subject_id=union.id, name="Hội Phụ nữ", used_until=None, actor=clerk, at=NOON
    )
    (old,) = session.scalars(select(SubjectName)).all()
    assert (old.name, old.is_former, old.used_until) == ("Hội Phụ nữ", True, None)
    remove_name(session, name_id=old.id, actor=clerk, at=NOON)
    assert session.scalars(select(SubjectName)).all() == []
    assert actions(session) == ["subject.name_added", "subject.name_removed"]


def test_a_collective_is_dissolved_on_a_day_and_a_slip_is_taken_back(session, clerk, record):
    union = record(UNION)
    for day in (date(2030, 6, 30), None):
        dissolve(session, subject_id=union.id, day=day, actor=clerk, at=NOON)
        assert union.dissolved_on == day
    assert actions(session) == ["subject.dissolved"] * 2


def test_a_place_is_said_anew(session, clerk, record):
    union = record(UNION, place="Phường Vạn Xuân")
    change_place(session, subject_id=union.id, place=" ", actor=clerk, at=NOON)
    assert union.place == ""
    assert actions(session) == ["subject.moved"]


TOMORROW = date(2030, 12, 3)

WRONG = {
    "a blank spelling": (confirm_same, {"name": " "}, {"name": ["required"]}),
    "a null": (confirm_same, {"name": "A\x00B"}, {"name": ["control_character"]}),
    "a book": (confirm_same, {"name": "A" * 501}, {"name": ["too_long"]}),
    "a blank new name": (
        give_new_name,
        {"name": "", "used_until": None},
        {"name": ["required"]},
    ),
    "a name until tomorrow": (
        give_new_name,
        {"name": "X", "used_until": TOMORROW},
        {"used_until": ["day_in_future"]},
    ),
    "a former name until tomorrow": (
        add_former_name,
        {"name": "X", "used_until": TOMORROW},
        {"used_until": ["day_in_future"]},
    ),
    "an end tomorrow": (dissolve, {"day": TOMORROW}, {"dissolved_on": ["day_in_future"]}),
    "a long place": (change_place, {"place": "X" * 201}, {"place": ["too_long"]}),
}


@pytest.mark.parametrize(("command", "values", "expected"), WRONG.values(), ids=WRONG)
def test_a_wrong_change_changes_nothing(session, clerk, record, command, values, expected):
    union = record(UNION)
    before = state(session)
    with pytest.raises(InvalidSubmission) as info:
        command(session, subject_id=union.id, actor=clerk, at=NOON, **values)
    assert codes(info.value) == expected
    assert state(session) == before


def test_a_person_is_not_dissolved(session, clerk, record):
    person = record("Lê Thị Mơ", SubjectKind.INDIVIDUAL)
    with pytest.raises(InvalidSubmission) as info:
        dissolve(session, subject_id=person.id, day=None, actor=clerk, at=NOON)
    assert codes(info.value) == {"dissolved_on": ["people_are_not_dissolved"]}


CHANGES = {
    "confirm": (confirm_same, {"name": "X"}),
    "former name": (add_former_name, {"name": "X", "used_until": None}),
    "new name": (give_new_name, {"name": "X", "used_until": None}),
    "place": (change_place, {"place": "X"}),
    "dissolve": (dissolve, {"day": None}),
}


@pytest.mark.parametrize(("command", "values"), CHANGES.values(), ids=CHANGES)
def test_a_merged_record_is_changed_where_it_counts(session, clerk, record, command, values):
    union, other = record(UNION), record("Khác")
    merge(session, from_id=union.id, into_id=other.id, actor=clerk, at=NOON)
    before = state(session)
    with pytest.raises(InvalidSubmission) as info:
        command(session, subject_id=union.id, actor=clerk, at=NOON, **values)
    assert codes(info.value) == {"subject_id": ["merged_before"]}
    assert state(session) == before


# What stands against a subject.


@pytest.fixture
def pending(session, clerk, record):
    return record_matter(
        session,
        subject_id=record(UNION).id,
        reason=HoldReason.INVESTIGATION,
        began_on=date(2030, 9, 1),
        document="Thông báo số 12/TB-UBND ngày 01/9/2030",
        actor=clerk,
        at=NOON,
    )


def test_a_matter_is_settled_with_its_paper(session, clerk, pending):
    settle_matter(
        session,
        matter_id=pending.id,
        ended_on=date(2030, 10, 1),
        sanctioned=True,
        document="Kết luận số 15/KL-UBND ngày 01/10/2030",
        actor=clerk,
        at=NOON,
    )
    (matter,) = matters_of(session, {pending.subject_id})
    assert (matter.ended_on, matter.sanctioned) == (date(2030, 10, 1), True)
    assert matter.document == (
        "Thông báo số 12/TB-UBND ngày 01/9/2030; Kết luận số 15/KL-UBND ngày 01/10/2030"
    )
    assert actions(session) == ["subject.matter_recorded", "subject.matter_settled"]


SETTLED_WRONG = {
    "tomorrow": ({"ended_on": TOMORROW}, {"ended_on": ["day_in_future"]}),
    "before it began": (
        {"ended_on": date(2030, 8, 31)},
        {"ended_on": ["ends_before_it_begins"]},
    ),
    "without a paper": ({"document": " "}, {"document": ["required"]}),
}


@pytest.mark.parametrize(("values", "expected"), SETTLED_WRONG.values(), ids=SETTLED_WRONG)
def test_a_matter_is_not_settled_wrongly(session, clerk, pending, values, expected):
    good = {"ended_on": date(2030, 10, 1), "document": "15/KL", "sanctioned": False}
    before = state(session)
    with pytest.raises(InvalidSubmission) as info:
        settle_matter(session, matter_id=pending.id, actor=clerk, at=NOON, **{**good, **values})
    assert codes(info.value) == expected
    assert state(session) == before


def test_a_matter_is_settled_once(session, clerk, pending):
    good = {"ended_on": date(2030, 10, 1), "document": "15/KL", "sanctioned": False}
    settle_matter(session, matter_id=pending.id, actor=clerk, at=NOON, **good)
    with pytest.raises(InvalidSubmission) as info:
        settle_matter(session, matter_id=pending.id, actor=clerk, at=NOON, **good)
    assert codes(info.value) == {"ended_on": ["settled_before"]}


RECORDED_WRONG = {
    "tomorrow": ({"began_on": TOMORROW}, {"began_on": ["day_in_future"]}),
    "without a paper": ({"document": ""}, {"document": ["required"]}),
    "what was denounced": ({"note": "Bà X tố cáo"}, {"note": ["note_for_other_alone"]}),
    "another reason unsaid": ({"reason": HoldReason.OTHER}, {"note": ["required"]}),
}


@pytest.mark.parametrize(("values", "expected"), RECORDED_WRONG.values(), ids=RECORDED_WRONG)
def test_a_matter_is_not_recorded_wrongly(session, clerk, record, values, expected):
    union = record(UNION)
    good = {"reason": HoldReason.COMPLAINT, "began_on": date(2030, 9, 1), "document": "12/TB"}
    before = state(session)
    with pytest.raises(InvalidSubmission) as info:
        record_matter(session, subject_id=union.id, actor=clerk, at=NOON, **{**good, **values})
    assert codes(info.value) == expected
    assert state(session) == before


# Who may.


@pytest.mark.parametrize(
    "who", ["school_head", "ward_chairman", "council_secretary", "auditor", "administrator"]
)
def test_only_the_standing_body_keeps_the_subjects(session, ward, record, pending, who):
    actor = ward.people[who]
    one, two = record("Một"), record("Hai")
    others = [
        (merge, {"from_id": one.id, "into_id": two.id}),
        (split, {"subject_id": one.id}),
        (remove_name, {"name_id": 1}),
        (
            record_matter,
            {
                "subject_id": one.id,
                "reason": HoldReason.PRESS,
                "began_on": date(2030, 9, 1),
                "document": "12/TB",
            },
        ),
        (
            settle_matter,
            {
                "matter_id": pending.id,
                "ended_on": date(2030, 10, 1),
                "sanctioned": False,
                "document": "15/KL",
            },
        ),
    ]
    changes = [(command, {"subject_id": one.id, **more}) for command, more in CHANGES.values()]
    before = state(session)
    for command, values in [*others, *changes]:
        with pytest.raises(NotPermitted):
            command(session, actor=actor, at=NOON, **values)
    assert state(session) == before
