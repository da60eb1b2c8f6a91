import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from engine import errors
from engine.outcomes import offered_outcomes, return_targets
from engine.permissions import Actor, Grant
from engine.settings import put_setting
from engine.store.database import reading, unit_of_work
from engine.store.models import DossierVersion, Review, TaskState, UserTask
from engine.subjects import Subject
from engine.tasks import complete_task
from forms.vocabulary import (
    Award,
    CaseOutcome,
    CaseState,
    Level,
    Outcome,
    ReturnTarget,
    Role,
    SubjectKind,
)
from tests.walk import DECISION, NOMINATION, Walk, new_key, on_sqlite, traces
from tests.ward import NOON

NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


def refuse(walk, error, outcome, **changes):
    """Complete the open task, which must raise ``error`` and change nothing."""
    before = traces(walk.database)
    with pytest.raises(error) as caught:
        walk.do(outcome, **changes)
    assert traces(walk.database) == before
    return caught.value


# --- the way ----------------------------------------------------------------------------


def test_a_submitted_nomination_waits_for_the_head_of_its_unit(walk, ward):
    case = walk.open().do(Outcome.SUBMIT)
    task = walk.task()
    assert (case.state, case.level, case.submitted_at) == (
        CaseState.IN_REVIEW,
        Level.UNIT,
        NOON,
    )
    assert (task.element_id, task.role, task.unit_id) == (
        "review_at_unit",
        Role.UNIT_HEAD,
        ward.units["truong"],
    )
    assert walk.check() == []


@pytest.mark.parametrize(
    ("unit", "award", "last"),
    [
        ("cong-ty", Award.UNIT_CERTIFICATE, "review_at_unit"),
        ("truong", Award.UNIT_CERTIFICATE, "decide_at_ward"),
        ("truong", Award.PROVINCIAL_MERIT, "decide_at_province"),
        ("truong", Award.PRIME_MINISTER_CERTIFICATE, "record_prime_minister_decision"),
        ("truong", Award.LABOR_ORDER, "record_president_decision"),
    ],
)
def test_each_award_is_decided_at_its_level(walk, ward, unit, award, last):
    clerk = {"truong": ward.school_clerk, "cong-ty": ward.company_clerk}[unit]
    if unit == "cong-ty":
        walk.submissions["nomination.v1"] = NOMINATION | {"criteria": {"CN1": "Có."}}
    walk.open(actor=clerk, unit_id=ward.units[unit], award=award).to(last)
    case = walk.do(Outcome.AWARD)
    assert (case.state, case.outcome, case.closed_at) == (
        CaseState.AWARDED,
        CaseOutcome.AWARDED,
        NOON,
    )
    assert walk.tasks() == []
    assert walk.check() == []


@on_sqlite
@pytest.mark.parametrize(
    "element_id",
    ["review_at_unit", "appraise_at_ward", "decide_at_ward", "decide_at_province"],
)
def test_a_rejection_ends_the_case(walk, element_id):
    walk.open(award=Award.LABOR_ORDER).to(element_id)
    changes = {"deviation_reason": "Vì lý do khác."} if "decide" in element_id else {}
    case = walk.do(Outcome.REJECT, **changes)
    assert (case.state, case.outcome) == (CaseState.REJECTED, CaseOutcome.REJECTED)
    assert walk.check() == []


def test_a_nomination_on_hold_is_taken_up_again(walk):
    walk.open().to("review_at_unit")
    assert walk.do(Outcome.HOLD).state is CaseState.ON_HOLD
    assert walk.task().element_id == "resume_review_at_unit"
    assert walk.case().level is Level.UNIT
    assert walk.do(Outcome.RESUME).state is CaseState.IN_REVIEW
    assert walk.task().element_id == "review_at_unit"
    assert walk.check() == []


def test_a_returned_nomination_waits_for_its_unit_to_complete_it(walk):
    walk.open().to("decide_at_ward")
    case = walk.do(Outcome.RETURN)
    assert (case.state, case.level, case.returns) == (CaseState.RETURNED, None, 1)
    assert walk.task().element_id == "draft_nomination"
    assert walk.do(Outcome.SUBMIT).state is CaseState.IN_REVIEW
    assert walk.check() == []


def test_the_unit_sees_exactly_the_ticks_of_a_return(walk, database):
    walk.open().to("appraise_at_ward").do(Outcome.RETURN)
    with reading(database) as session:
        review = session.query(Review).order_by(Review.id.desc()).first()
        assert (review.outcome, review.return_to) == (Outcome.RETURN, ReturnTarget.DRAFT)
        assert review.answers["items"] == ["missing_figures", "unclear_period"]
        assert review.answers["reason"] == "Bổ sung số liệu và thời gian lập thành tích."


@on_sqlite
@pytest.mark.parametrize(
    ("target", "element_id"),
    [
        ("draft", "draft_nomination"),
        ("unit", "review_at_unit"),
        ("ward", "appraise_at_ward"),
        ("province", "appraise_at_province"),
        ("prime_minister", "appraise_at_ministry"),
    ],
)
def test_a_return_goes_to_any_earlier_stop_and_climbs_again(walk, target, element_id):
    walk.open(award=Award.LABOR_ORDER).to("record_president_decision")
    case = walk.do(Outcome.RETURN, return_to=target)
    assert walk.task().element_id == element_id
    assert case.state is CaseState.RETURNED
    walk.to("record_president_decision").do(Outcome.AWARD)
    assert walk.check() == []


def test_a_case_waits_since_its_last_step(walk):
    walk.open()
    walk.at = NEXT_DAY
    walk.do(Outcome.SUBMIT)
    assert walk.case().waiting_since == NEXT_DAY
    assert walk.task().opened_at == NEXT_DAY


# --- what is offered --------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize(
    ("award", "element_id", "offered", "targets"),
    [
        (Award.UNIT_CERTIFICATE, "draft_nomination", "submit", ""),
        (Award.UNIT_CERTIFICATE, "review_at_unit", "recommend return reject hold", "draft"),
        (
            Award.UNIT_CERTIFICATE,
            "record_ward_council",
            "recommend reject return hold",
            "draft unit",
        ),
        (Award.UNIT_CERTIFICATE, "decide_at_ward", "award return reject hold", "draft unit"),
        (Award.LABOR_ORDER, "decide_at_ward", "recommend return reject hold", "draft unit"),
        (
            Award.LABOR_ORDER,
            "record_president_decision",
            "award return reject hold",
            "draft unit ward province prime_minister",
        ),
    ],
)
def test_a_task_offers_what_its_level_may_decide(
    walk, database, award, element_id, offered, targets
):
    walk.open(award=award).to(element_id)
    with reading(database) as session:
        task = session.get_one(UserTask, walk.task().id)
        found = offered_outcomes(session, task, task.case)
        assert sorted(found) == sorted(offered.split())
        assert return_targets(session, task, task.case) == tuple(targets.split())


@on_sqlite
@pytest.mark.parametrize("outcome", [Outcome.AWARD, Outcome.SUBMIT, Outcome.RESUME])
def test_an_outcome_that_is_not_offered_is_refused(walk, outcome):
    walk.open().to("review_at_unit")
    error = refuse(walk, errors.InvalidSubmission, outcome)
    assert "outcome" in error.messages


def test_a_return_to_a_later_or_own_level_is_refused(walk):
    walk.open(award=Award.LABOR_ORDER).to("decide_at_ward")
    for target in ("ward", "province", "moon"):
        error = refuse(walk, errors.InvalidSubmission, Outcome.RETURN, return_to=target)
        assert list(error.messages) == ["return_to"]


def test_a_nomination_is_returned_no_more_often_than_the_office_allows(walk, database, ward):
    walk.open()
    with unit_of_work(database) as session:
        put_setting(session, name="max_returns", value="2", actor=ward.administrator, at=NOON)
    for _ in range(2):
        walk.to("review_at_unit").do(Outcome.RETURN)
    walk.to("review_at_unit")
    error = refuse(walk, errors.TooManyReturns, Outcome.RETURN)
    assert error.facts == {"returns": 2, "limit": 2}
    with reading(database) as session:
        task = session.get_one(UserTask, walk.task().id)
        assert Outcome.RETURN not in offered_outcomes(session, task, task.case)
        assert return_targets(session, task, task.case) == ()
    assert walk.check() == []


# --- who may ----------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize(
    ("element_id", "who", "error"),
    [
        ("draft_nomination", "company_clerk", errors.NotFound),
        ("draft_nomination", "ward_clerk", errors.NotFound),
        ("draft_nomination", "administrator", errors.NotFound),
        ("draft_nomination", "auditor", errors.NotPermitted),
        ("review_at_unit", "school_clerk", errors.NotPermitted),
        ("review_at_unit", "company_head", errors.NotFound),
        ("review_at_unit", "ward_chairman", errors.NotFound),
        ("appraise_at_ward", "school_head", errors.NotPermitted),
        ("appraise_at_ward", "ward_chairman", errors.NotPermitted),
        ("record_ward_council", "council_member", errors.NotPermitted),
        ("decide_at_ward", "ward_clerk", errors.NotPermitted),
        ("decide_at_province", "ward_chairman", errors.NotPermitted),
        ("decide_at_province", "ministry_clerk", errors.NotFound),
        ("record_prime_minister_decision", "ministry_clerk", errors.NotPermitted),
    ],
)
def test_a_task_is_refused_to_the_wrong_person(walk, ward, element_id, who, error):
    walk.open(award=Award.LABOR_ORDER).to(element_id)
    outcome = Outcome.SUBMIT if element_id.startswith("draft") else Outcome.RECOMMEND
    refuse(walk, error, outcome, actor=ward.people[who])


@on_sqlite
def test_each_task_of_the_whole_way_may_be_done_by_nobody_but_its_people(walk, ward):
    walk.open(award=Award.LABOR_ORDER)
    while walk.case().outcome is None:
        task = walk.task()
        right = {
            key
            for key, actor in ward.people.items()
            if actor.holds(task.role, task.unit_id)
            or (task.level is None and actor.holds(Role.UNIT_HEAD, task.unit_id))
        }
        for key in sorted(set(ward.people) - right):
            with pytest.raises((errors.NotPermitted, errors.NotFound)):
                walk.do(Outcome(task.outcomes[0]), actor=ward.people[key])
        assert 1 <= len(right) <= 3
        last = "recommend" not in task.outcomes and "submit" not in task.outcomes
        walk.do(Outcome.AWARD if last else Outcome(task.outcomes[0]))
    assert len(walk.tasks(TaskState.COMPLETED)) == len(walk.journal()) - 1
    assert walk.check() == []


def test_an_unknown_task_is_not_found(walk, ward, database):
    before = traces(database)
    with pytest.raises(errors.NotFound), unit_of_work(database) as session:
        complete_task(
            session,
            task_id="0" * 32,
            actor=ward.school_head,
            outcome=Outcome.RECOMMEND,
            submission={},
            content_hash="",
            at=NOON,
            key=new_key(),
        )
    assert traces(database) == before


def test_nobody_reviews_what_they_wrote(walk, ward):
    walk.open().do(Outcome.SUBMIT, actor=ward.school_head)
    refuse(walk, errors.NotPermitted, Outcome.RECOMMEND, actor=ward.school_head)
    walk.do(Outcome.RECOMMEND, actor=ward.school_deputy)


def test_who_wrote_the_present_version_counts(walk, ward):
    walk.open().do(Outcome.SUBMIT, actor=ward.school_head)
    walk.do(Outcome.RETURN, actor=ward.school_deputy)
    walk.do(Outcome.SUBMIT, actor=ward.school_deputy)
    refuse(walk, errors.NotPermitted, Outcome.RECOMMEND, actor=ward.school_deputy)
    walk.do(Outcome.RECOMMEND, actor=ward.school_head)


def test_nobody_reviews_a_nomination_of_themselves(walk, ward):
    subject = Subject(SubjectKind.INDIVIDUAL, "Lê Thị Mơ", person_id=ward.school_head.person_id)
    walk.open(subject=subject).do(Outcome.SUBMIT, subject_name="Lê Thị Mơ")
    refuse(walk, errors.NotPermitted, Outcome.RECOMMEND, actor=ward.school_head)
    walk.do(Outcome.RECOMMEND, actor=ward.school_deputy)


def test_a_nomination_of_the_chairman_is_decided_by_another(walk, ward):
    subject = Subject(
        SubjectKind.INDIVIDUAL, "Đặng Văn Ký", person_id=ward.ward_chairman.person_id
    )
    walk.submissions["nomination.v1"] = NOMINATION | {"subject_name": "Đặng Văn Ký"}
    walk.open(subject=subject).to("decide_at_ward")
    refuse(walk, errors.NotPermitted, Outcome.AWARD, actor=ward.ward_chairman)
    walk.do(Outcome.AWARD, actor=ward.ward_deputy)


def test_a_nomination_of_the_unit_itself_goes_up_to_the_ward_chairman(walk, ward):
    name = "Công ty Cổ phần Sao Khuê"
    subject = Subject(SubjectKind.ENTERPRISE, name, unit_id=ward.units["cong-ty"])
    walk.submissions["nomination.v1"] = NOMINATION | {
        "subject_name": name,
        "criteria": {"DN1": "Có."},
    }
    walk.open(
        actor=ward.company_clerk,
        unit_id=ward.units["cong-ty"],
        award=Award.PROVINCIAL_MERIT,
        subject=subject,
    )
    walk.do(Outcome.SUBMIT)
    task = walk.task()
    assert (task.element_id, task.level) == ("review_at_unit", Level.UNIT)
    assert (task.role, task.unit_id) == (Role.WARD_CHAIRMAN, ward.units["phuong"])
    refuse(walk, errors.NotPermitted, Outcome.RECOMMEND, actor=ward.company_head)
    walk.do(Outcome.RECOMMEND)


def test_what_the_only_head_wrote_goes_up_to_the_ward_chairman(walk, ward):
    walk.submissions["nomination.v1"] = NOMINATION | {"criteria": {"CN1": "Có."}}
    walk.open(actor=ward.company_head, unit_id=ward.units["cong-ty"])
    walk.do(Outcome.SUBMIT, actor=ward.company_head)
    assert walk.task().role is Role.WARD_CHAIRMAN


def test_a_role_of_yesterday_is_no_role(walk, ward):
    walk.open().to("review_at_unit")
    former = Actor(ward.school_head.person_id, "", ())
    refuse(walk, errors.NotFound, Outcome.RECOMMEND, actor=former)


# --- once -------------------------------------------------------------------------------


def test_a_task_is_completed_once(walk, database, ward):
    walk.open().to("review_at_unit")
    task, content_hash = walk.task(), walk.content_hash()
    walk.do(Outcome.RECOMMEND)
    before = traces(database)
    with pytest.raises(errors.TaskNotOpen), unit_of_work(database) as session:
        complete_task(
            session,
            task_id=task.id,
            actor=ward.school_deputy,
            outcome=Outcome.REJECT,
            submission={"reason": "Không đạt."},
            content_hash=content_hash,
            at=NOON,
            key=new_key(),
        )
    assert traces(database) == before


def test_a_double_click_acts_once(walk, database, ward):
    walk.open().to("review_at_unit")
    task, content_hash, key = walk.task(), walk.content_hash(), new_key()
    for _ in range(2):
        with unit_of_work(database) as session:
            case = complete_task(
                session,
                task_id=task.id,
                actor=ward.school_head,
                outcome=Outcome.RECOMMEND,
                submission={},
                content_hash=content_hash,
                at=NOON,
                key=key,
            )
            assert case.level is Level.WARD
    assert [entry.action for entry in walk.journal()].count("task.completed") == 2
    assert walk.check() == []


# --- what was read ----------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize("content_hash", [None, "", "0" * 64])
def test_a_review_of_other_content_is_refused(walk, ward, database, content_hash):
    walk.open().to("review_at_unit")
    before = traces(database)
    with pytest.raises(errors.ContentChanged), unit_of_work(database) as session:
        complete_task(
            session,
            task_id=walk.task().id,
            actor=ward.school_head,
            outcome=Outcome.RECOMMEND,
            submission={},
            content_hash=content_hash,
            at=NOON,
            key=new_key(),
        )
    assert traces(database) == before


def test_a_change_makes_a_new_version_and_goes_back_to_the_approver(walk, database):
    walk.open().to("appraise_at_ward")
    read = walk.content_hash()
    walk.do(Outcome.RETURN)
    walk.do(Outcome.SUBMIT, summary="Ba sáng kiến.")
    assert walk.content_hash() != read
    assert walk.task().element_id == "review_at_unit"
    with reading(database) as session:
        numbers = session.query(DossierVersion.number).order_by(DossierVersion.number).all()
    assert [number for (number,) in numbers] == [1, 2]


def test_a_review_names_the_version_that_was_read(walk, database):
    walk.open().to("appraise_at_ward")
    with reading(database) as session:
        review = session.query(Review).one()
        version = session.get_one(DossierVersion, review.dossier_version_id)
        assert version.content_hash == walk.content_hash()
    assert walk.journal()[-1].detail["content_hash"] == walk.content_hash()


# --- the form ---------------------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"achievements": "a" * 8_001}, "achievements", id="too-long"),
        pytest.param({"achievements": ""}, "achievements", id="blank"),
        pytest.param({"is_admin": "1"}, "is_admin", id="unknown-field"),
        pytest.param({"contents": ["ND99"]}, "contents", id="unknown-content"),
        pytest.param({"criteria": {"CQ1": "x"}}, "criteria.CQ1", id="criterion-of-others"),
        pytest.param({"declaration": ""}, "declaration", id="not-declared"),
        pytest.param({"summary": "\ud800"}, "_form", id="half-a-letter"),
    ],
)
def test_a_wrong_nomination_is_refused(walk, changes, field):
    walk.open()
    error = refuse(walk, errors.InvalidSubmission, Outcome.SUBMIT, **changes)
    assert list(error.messages) == [field]


def test_decomposed_text_is_stored_composed(walk, database):
    decomposed = unicodedata.normalize("NFD", "Đổi mới phương pháp dạy học")
    walk.open().do(Outcome.SUBMIT, summary=decomposed)
    with reading(database) as session:
        content = session.query(DossierVersion).one().content
    assert content["summary"] == "Đổi mới phương pháp dạy học"


@on_sqlite
@pytest.mark.parametrize(
    ("outcome", "changes"),
    [
        (Outcome.RETURN, {"reason": " "}),
        (Outcome.RETURN, {"items": []}),
        (Outcome.REJECT, {"reason": ""}),
        (Outcome.HOLD, {"reason": ""}),
        (Outcome.RECOMMEND, {"opinion": "a" * 2_001}),
        (Outcome.RECOMMEND, {"level": "president"}),
    ],
)
def test_a_wrong_review_is_refused(walk, outcome, changes):
    walk.open().to("review_at_unit")
    refuse(walk, errors.InvalidSubmission, outcome, **changes)


# --- the round --------------------------------------------------------------------------


def test_a_first_submission_needs_an_open_round(walk):
    walk.open()
    walk.at = datetime(2030, 12, 30, tzinfo=UTC)
    refuse(walk, errors.RoundNotOpen, Outcome.SUBMIT)


def test_a_returned_nomination_is_submitted_again_after_the_round(walk):
    walk.open().to("review_at_unit")
    walk.at = datetime(2031, 1, 15, tzinfo=UTC)
    walk.do(Outcome.RETURN)
    case = walk.do(Outcome.SUBMIT)
    assert (case.state, case.submitted_at) == (CaseState.IN_REVIEW, NOON)


# --- the council advises ----------------------------------------------------------------


@on_sqlite
@pytest.mark.parametrize(
    ("advice", "outcome", "reasoned"),
    [
        (Outcome.RECOMMEND, Outcome.AWARD, False),
        (Outcome.RECOMMEND, Outcome.REJECT, True),
        (Outcome.REJECT, Outcome.AWARD, True),
        (Outcome.REJECT, Outcome.REJECT, False),
    ],
)
def test_deciding_otherwise_than_the_council_needs_a_reason(walk, advice, outcome, reasoned):
    walk.open().to("record_ward_council").do(advice)
    why = {"deviation_reason": "Thành tích được xác minh thêm."}
    wrong, right = ({}, why) if reasoned else (why, {})
    error = refuse(walk, errors.InvalidSubmission, outcome, **wrong)
    assert list(error.messages) == ["deviation_reason"]
    walk.do(outcome, **right)
    detail = walk.journal()[-1].detail
    assert detail.get("departs_from_advice", False) is reasoned
    assert walk.check() == []


def test_holding_and_returning_decide_nothing(walk):
    walk.open().to("record_ward_council").do(Outcome.REJECT)
    walk.do(Outcome.HOLD)
    walk.do(Outcome.RESUME)
    refuse(walk, errors.InvalidSubmission, Outcome.AWARD)
    walk.do(Outcome.RETURN)


def test_the_advice_of_an_earlier_visit_counts_no_more(walk):
    walk.open().to("record_ward_council").do(Outcome.RECOMMEND)
    walk.do(Outcome.RETURN)
    walk.to("appraise_at_ward").do(Outcome.REJECT)
    assert walk.case().outcome is CaseOutcome.REJECTED


# --- the journal ------------------------------------------------------------------------


def test_the_journal_says_who_decided_what_where_and_why(walk, ward):
    walk.open().to("review_at_unit").do(Outcome.RETURN)
    entry = walk.journal()[-1]
    assert (entry.action, entry.actor_id) == ("task.completed", ward.school_head.person_id)
    assert (entry.role, entry.unit_id) == (Role.UNIT_HEAD, ward.units["truong"])
    assert entry.happened_at == NOON
    detail = entry.detail
    assert (detail["outcome"], detail["return_to"], detail["form"]) == (
        "return",
        "draft",
        "return.v2",
    )
    assert detail["reason"] == "Bổ sung số liệu và thời gian lập thành tích."
    assert (detail["old"]["state"], detail["new"]["state"]) == ("in_review", "returned")
    assert "unit_certificate/review_at_unit" in detail["passed"]


def test_every_step_writes_one_entry_and_raises_the_version(walk):
    walk.open(award=Award.LABOR_ORDER).to("record_president_decision").do(
        Outcome.AWARD, **DECISION
    )
    seqs = [entry.seq for entry in walk.journal()]
    assert seqs == list(range(1, len(seqs) + 1))
    assert walk.case().version == len(seqs)


def test_a_grant_elsewhere_is_no_grant_here(walk, ward):
    walk.open().to("review_at_unit")
    elsewhere = Actor(
        ward.company_head.person_id,
        "",
        (
            Grant(Role.UNIT_HEAD, ward.units["cong-ty"], ""),
            Grant(Role.UNIT_CLERK, ward.units["truong"], ""),
        ),
    )
    refuse(walk, errors.NotPermitted, Outcome.RECOMMEND, actor=elsewhere)
