from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.permissions import Actor, Grant
from engine.settings import put_setting
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, DiagramFile, TaskState, Unit
from engine.subjects import Subject
from engine.text import fold
from forms.vocabulary import (
    Award,
    CaseOutcome,
    CaseState,
    Level,
    LevelMode,
    Outcome,
    Role,
    SubjectKind,
    UnitKind,
)
from tests.walk import NOMINATION, Walk, new_key, on_sqlite, open_nomination, traces
from tests.ward import NOON

INDIVIDUAL = SubjectKind.INDIVIDUAL


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


def test_an_opened_case_waits_for_its_unit_to_write(walk, ward):
    case = walk.open().case()
    task = walk.task()
    assert (case.reference, case.state, case.level) == ("HS-2030-0001", CaseState.DRAFT, None)
    assert (task.element_id, task.role, task.unit_id) == (
        "draft_nomination",
        Role.UNIT_CLERK,
        ward.units["truong"],
    )
    assert case.routing["deciding_level"] == "ward"
    assert walk.check() == []


def test_opening_a_case_is_journaled_with_who_and_what(walk, ward):
    walk.open()
    (entry,) = walk.journal()
    assert (entry.action, entry.actor_id) == ("case.opened", ward.school_clerk.person_id)
    assert (entry.role, entry.unit_id) == (Role.UNIT_CLERK, ward.units["truong"])
    assert entry.detail["diagrams"] == walk.case().diagram_set_id
    assert "nomination/find_deciding_level" in entry.detail["passed"]


def test_a_case_keeps_its_diagrams_byte_for_byte(walk, database):
    walk.open().open()
    with reading(database) as session:
        names = list(session.scalars(select(DiagramFile.name)))
    assert "nomination.bpmn" in names
    assert len(names) == len(set(names))


@on_sqlite
@pytest.mark.parametrize(
    ("unit", "award", "level"),
    [
        ("truong", Award.UNIT_CERTIFICATE, "ward"),
        ("cong-ty", Award.UNIT_CERTIFICATE, "unit"),
        ("cong-ty", Award.PROVINCIAL_MERIT, "province"),
        ("truong", Award.PRIME_MINISTER_CERTIFICATE, "prime_minister"),
        ("truong", Award.LABOR_ORDER, "president"),
    ],
)
def test_the_award_decides_how_far_a_case_climbs(walk, ward, unit, award, level):
    clerk = {"truong": ward.school_clerk, "cong-ty": ward.company_clerk}[unit]
    walk.open(actor=clerk, unit_id=ward.units[unit], award=award)
    assert walk.case().routing["deciding_level"] == level


REFUSED = {
    "other-unit": (errors.NotPermitted, lambda w: {"actor": w.company_clerk}),
    "ward-clerk": (errors.NotPermitted, lambda w: {"actor": w.ward_clerk}),
    "administrator": (errors.NotPermitted, lambda w: {"actor": w.administrator}),
    "unknown-unit": (errors.NotPermitted, lambda w: {"unit_id": 999}),
    "unknown-round": (errors.NotFound, lambda w: {"round_id": 999}),
    "closed-round": (errors.RoundNotOpen, lambda w: {"round_id": w.closed_id}),
    "too-early": (
        errors.RoundNotOpen,
        lambda w: {"at": datetime(2030, 9, 30, tzinfo=UTC)},
    ),
    "at-its-end": (
        errors.RoundNotOpen,
        lambda w: {"at": datetime(2030, 12, 30, tzinfo=UTC)},
    ),
    "award-of-the-final-round": (
        errors.AwardNotInRound,
        lambda w: {"round_id": w.annual_id, "award": Award.LABOR_ORDER},
    ),
    "blank-name": (
        errors.InvalidSubmission,
        lambda w: {"subject": Subject(INDIVIDUAL, "  ")},
    ),
    "long-name": (
        errors.InvalidSubmission,
        lambda w: {"subject": Subject(INDIVIDUAL, "a" * 201)},
    ),
    "unknown-person": (
        errors.InvalidSubmission,
        lambda w: {"subject": Subject(INDIVIDUAL, "Ai Đó", person_id=999)},
    ),
    "unit-for-a-person": (
        errors.InvalidSubmission,
        lambda w: {"subject": Subject(INDIVIDUAL, "Ai Đó", unit_id=w.units["truong"])},
    ),
    "person-for-a-unit": (
        errors.InvalidSubmission,
        lambda w: {"subject": Subject(SubjectKind.COLLECTIVE, "Tổ Toán", person_id=1)},
    ),
    "no-key": (errors.KeyReused, lambda w: {"key": ""}),
}


@on_sqlite
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_opening_changes_nothing(walk, database, ward, name):
    error, changes = REFUSED[name]
    before = traces(database)
    with pytest.raises(error):
        walk.open(**changes(ward))
    assert traces(database) == before


def test_an_award_that_the_plan_keeps_for_the_final_round_is_refused_with_its_source(
    walk, ward
):
    with pytest.raises(errors.AwardNotInRound) as caught:
        walk.open(round_id=ward.annual_id, award=Award.LABOR_ORDER)
    assert caught.value.facts["source"] == "IV.2.a"


def test_an_award_that_the_round_leaves_out_is_refused(walk, database, ward):
    with unit_of_work(database) as session:
        case = open_nomination(session, ward)
        case.round.awards = ["unit_certificate"]
    with pytest.raises(errors.AwardNotInRound):
        walk.open(award=Award.LABOR_ORDER)


def test_a_closed_unit_opens_no_case(walk, database, ward):
    with unit_of_work(database) as session:
        session.get_one(Unit, ward.units["truong"]).closed_on = date(2030, 12, 1)
    with pytest.raises(errors.NotFound):
        walk.open()


def test_a_decomposed_name_is_stored_composed(walk):
    decomposed = "Nguye\u0302\u0303n Thi\u0323 Vi\u0301 Du\u0323"
    case = walk.open(subject=Subject(INDIVIDUAL, decomposed)).case()
    assert (case.subject_name, case.folded_subject) == (
        "Nguyễn Thị Ví Dụ",
        fold("Nguyễn Thị Ví Dụ"),
    )


def test_a_colleague_typed_by_name_is_recognised(walk, ward):
    case = walk.open(subject=Subject(INDIVIDUAL, "LÊ THỊ MƠ")).case()
    assert case.subject_person_id == ward.school_head.person_id


def test_a_unit_typed_by_name_is_recognised(walk, ward):
    subject = Subject(SubjectKind.COLLECTIVE, "trường trung học cơ sở hoa ban")
    assert walk.open(subject=subject).case().subject_unit_id == ward.units["truong"]


def test_references_are_numbered_by_year(walk, database, ward):
    with unit_of_work(database) as session:
        case = open_nomination(session, ward)
        case.reference = "HS-2030-9999"
    assert walk.open().case().reference == "HS-2030-10000"
    assert walk.open().case().reference == "HS-2030-10001"


def test_a_refused_opening_leaves_no_gap_in_the_references(walk, database, ward):
    walk.open()
    with Session(database) as session:
        open_nomination(session, ward)
        session.rollback()
    assert walk.open().case().reference == "HS-2030-0002"


def test_references_stay_unique_and_gapless_when_many_open_at_once(database, ward):
    def open_three(_):
        for _ in range(3):
            with unit_of_work(database) as session:
                open_nomination(session, ward)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_three, range(8)))
    with reading(database) as session:
        references = sorted(session.scalars(select(Case.reference)))
    assert references == [f"HS-2030-{number:04d}" for number in range(1, 25)]


def test_the_same_key_opens_one_case(walk, database, ward):
    key = new_key()
    first = walk.open(key=key).case_id
    before = traces(database)
    assert walk.open(key=key).case_id == first
    assert traces(database) == before


def test_a_key_does_not_open_another_case(walk, database, ward):
    key = new_key()
    walk.open(key=key)
    before = traces(database)
    with pytest.raises(errors.KeyReused):
        walk.open(key=key, award=Award.LABOR_ORDER)
    with pytest.raises(errors.KeyReused):
        walk.open(key=key, actor=ward.school_head)
    assert traces(database) == before


def test_a_setting_changed_on_the_way_does_not_move_a_case(walk, database, ward):
    walk.open(award=Award.PROVINCIAL_MERIT)
    with unit_of_work(database) as session:
        put_setting(
            session,
            name="level_mode.province",
            value=LevelMode.RECORDED.value,
            actor=ward.administrator,
            at=NOON,
        )
    walk.to("appraise_at_province")
    walk.open(award=Award.PROVINCIAL_MERIT).to("record_provincial_result")
    assert walk.task().unit_id == ward.units["phuong"]


WAITS = {
    Award.UNIT_CERTIFICATE: ["draft_nomination", "review_at_unit", "record_ward_council"],
    Award.LABOR_ORDER: ["decide_at_ward", "decide_at_province", "record_president_decision"],
}


@pytest.mark.parametrize(
    ("award", "element_id"),
    [(award, element_id) for award, elements in WAITS.items() for element_id in elements],
)
def test_a_case_is_withdrawn_wherever_it_waits(walk, award, element_id):
    walk.open(award=award).to(element_id)
    case = walk.withdraw()
    assert (case.state, case.outcome, case.level) == (
        CaseState.WITHDRAWN,
        CaseOutcome.WITHDRAWN,
        None,
    )
    assert case.closed_at == NOON
    assert walk.tasks() == []
    assert [task.element_id for task in walk.tasks(TaskState.CANCELLED)] == [element_id]
    assert walk.check() == []


def test_a_withdrawal_is_journaled_with_its_reason(walk):
    walk.open().withdraw()
    entry = walk.journal()[-1]
    assert (entry.action, entry.detail["reason"]) == ("case.withdrawn", "Cá nhân xin rút.")
    assert (entry.detail["old"]["state"], entry.detail["new"]["state"]) == (
        "draft",
        "withdrawn",
    )


def test_a_withdrawal_on_hold_ends_the_case(walk):
    walk.open().to("review_at_unit").do(Outcome.HOLD)
    assert walk.withdraw().outcome is CaseOutcome.WITHDRAWN
    assert walk.check() == []


@on_sqlite
@pytest.mark.parametrize(
    ("error", "who", "changes"),
    [
        pytest.param(errors.NotFound, "company_clerk", {}, id="who-may-not-see-it"),
        pytest.param(errors.NotPermitted, "auditor", {}, id="who-may-only-see-it"),
        pytest.param(errors.InvalidSubmission, None, {"reason": " "}, id="without-a-reason"),
        pytest.param(errors.InvalidSubmission, None, {"x": "y"}, id="with-an-unknown-field"),
    ],
)
def test_a_refused_withdrawal_changes_nothing(walk, database, ward, error, who, changes):
    walk.open().to("review_at_unit")
    before = traces(database)
    with pytest.raises(error):
        walk.withdraw(ward.people[who] if who else None, **changes)
    assert traces(database) == before


def test_a_closed_case_is_not_withdrawn(walk, database):
    walk.open().to("review_at_unit").do(Outcome.REJECT)
    before = traces(database)
    with pytest.raises(errors.CaseClosed):
        walk.withdraw()
    assert traces(database) == before


def test_a_unit_outside_the_tree_of_the_ward_still_has_its_ward(walk, database, ward):
    with unit_of_work(database) as session:
        outside = Unit(
            code="ngoai",
            name="Hợp tác xã Xa",
            folded_name=fold("Hợp tác xã Xa"),
            kind=UnitKind.ENTERPRISE,
            is_outside_ward=True,
        )
        session.add(outside)
        session.flush()
        head = Actor(
            ward.company_head.person_id, "", (Grant(Role.UNIT_HEAD, outside.id, "Giám đốc"),)
        )
    walk.open(actor=head, unit_id=outside.id)
    walk.do(Outcome.SUBMIT, actor=head)
    assert (walk.task().role, walk.task().unit_id) == (
        Role.WARD_CHAIRMAN,
        ward.units["phuong"],
    )
    assert walk.case().level is Level.UNIT


def test_the_subject_follows_what_the_dossier_says(walk, ward):
    walk.open()
    walk.do(Outcome.SUBMIT, subject_name="Lê Thị Mơ")
    case = walk.case()
    assert case.subject_name == "Lê Thị Mơ"
    assert case.subject_person_id == ward.school_head.person_id
    assert case.folded_subject == fold("Lê Thị Mơ")
    assert NOMINATION["subject_name"] != case.subject_name
