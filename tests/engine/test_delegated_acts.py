"""Acts under a delegation: within its scope, with both names, and never two roles at once."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from engine.case_papers.statements import _facts
from engine.cases import Subject
from engine.delegated_acts import find_delegation, may_choose
from engine.delegations import Scope, end_delegation
from engine.errors import EngineError, InvalidSubmission, NotPermitted
from engine.exports.log import JournalLog, LogFilter
from engine.journal.trace_words import TraceWords
from engine.matters import is_draft, matter_of
from engine.permissions import Actor, DelegatedGrant, Matter, may
from engine.queries.case_page import get_case
from engine.queries.inbox import list_tasks
from engine.queries.journal import list_entries
from engine.queries.task_page import list_reviews
from engine.queries.trace import get_trace
from engine.queries.visibility import is_visible_to, waits_for
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    Case,
    Delegation,
    GivenPaper,
    JournalEntry,
    OpenBallot,
    Review,
    UserTask,
)
from forms.vocabulary import Award, Level, Outcome, Role, SubjectKind, VotingMode
from tests.delegating import present, stand_in
from tests.engine.council.booths import KEYS, take_papers
from tests.engine.council.meetings import hold_meeting, refused
from tests.walk import Walk, on_sqlite, traces
from tests.ward import NOON

pytestmark = on_sqlite

MERIT = Award.PROVINCIAL_MERIT


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open(award=MERIT)


@pytest.fixture
def member(database, ward):
    """A member of the council, who acts for the chairman of the ward."""
    return stand_in(database, ward.ward_chairman, ward.council_member)


def test_a_delegate_decides_and_both_names_are_kept(database, ward, walk, member):
    walk.to("decide_at_ward").do(Outcome.RECOMMEND, actor=member)
    with reading(database) as session:
        delegation = session.scalars(select(Delegation)).one()
        review = session.scalars(select(Review).order_by(Review.id.desc()).limit(1)).one()
        assert review.reviewed_by_id == member.person_id
        assert review.delegation_id == delegation.id
        session.expunge_all()
    entry = walk.journal()[-1]
    assert entry.actor_id == member.person_id
    assert entry.role is Role.WARD_CHAIRMAN
    assert entry.facts["delegation"] == delegation.id
    assert entry.facts["on_behalf_of"] == ward.ward_chairman.person_id
    assert walk.replay() == []
    assert walk.check() == []


def test_what_people_read_names_both(database, ward, walk, member):
    walk.to("decide_at_ward").do(Outcome.RECOMMEND, actor=member)
    with reading(database) as session:
        case = session.get_one(Case, walk.case_id)
        head = get_case(session, ward.auditor, case.reference, NOON)
        said = list_reviews(session, case.id, case.diagram_set_id)[-1]
        step = next(one for one in get_trace(session, head, NOON).steps if one.behalf)
        line = list_entries(session, ward.auditor, head)[-1]
        entries = session.scalars(
            select(JournalEntry).where(JournalEntry.case_id == case.id)
        ).all()
        act = TraceWords(session, [case], entries)._act(entries[-1])
    for shown in (said, step, line):
        assert shown.person_name == ward.council_member.name
        assert shown.behalf.name == ward.ward_chairman.name
        assert shown.behalf.paper_number == "15/UQ-UBND"
    assert ward.council_member.name in act.who
    assert ward.ward_chairman.name in act.who
    assert any("15/UQ-UBND" in line for line in act.details)


def test_the_logs_have_both_people(database, ward, walk, member):
    walk.to("decide_at_ward").do(Outcome.RECOMMEND, actor=member)
    with reading(database) as session:
        (trace,) = JournalLog(session, LogFilter()).traces()
    acted, giver = member.person_id, ward.ward_chairman.person_id
    assert (trace.events[-1].person_id, trace.events[-1].on_behalf_of) == (acted, giver)
    assert {one.on_behalf_of for one in trace.events[:-1]} == {None}


def test_the_appraisal_sheet_names_both(database, ward, walk):
    other = stand_in(database, ward.ward_clerk, ward.council_member)
    walk.to("appraise_at_ward").do(Outcome.RECOMMEND, actor=other)
    with reading(database) as session:
        case = session.get_one(Case, walk.case_id)
        review = session.scalars(select(Review).order_by(Review.id.desc()).limit(1)).one()
        said = dict(_facts(session, case, review, "giấy khen"))
    assert said["Người thẩm định"].startswith(ward.council_member.name)
    assert said["Được ủy quyền"].startswith(f"Thay {ward.ward_clerk.name}, theo văn bản số")


def test_who_holds_the_role_acts_as_themselves(database, ward, walk, member):
    both = replace(member, grants=(*member.grants, *ward.ward_deputy.grants))
    walk.to("decide_at_ward").do(Outcome.RECOMMEND, actor=both)
    assert "delegation" not in walk.journal()[-1].facts


@pytest.mark.parametrize(
    ("scope", "is_within"),
    [
        pytest.param(Scope(), True, id="everything"),
        pytest.param(Scope(awards=(MERIT,)), True, id="the-award"),
        pytest.param(Scope(awards=(Award.LABOR_ORDER,)), False, id="another-award"),
        pytest.param(Scope(levels=(Level.WARD,)), True, id="the-level"),
        pytest.param(Scope(levels=(Level.PROVINCE,)), False, id="another-level"),
    ],
)
def test_a_delegate_acts_within_the_scope_alone(database, ward, walk, scope, is_within):
    walk.to("decide_at_ward")
    other = stand_in(database, ward.ward_deputy, ward.council_member, scope=scope)
    writer = replace(ward.school_clerk, delegated=other.delegated)
    with reading(database) as session:
        inbox = {one.id for one in list_tasks(session, other, NOON).tasks}
        mine = {one.id for one in list_tasks(session, writer, NOON).tasks}
    assert (walk.task().id in inbox) is is_within
    assert mine == set(), "who wrote it never decides on it"
    if is_within:
        walk.do(Outcome.RECOMMEND, actor=other)
    else:
        with pytest.raises(EngineError):
            walk.do(Outcome.RECOMMEND, actor=other)


def test_the_inbox_of_the_delegate_has_the_cases_and_then_no_longer(
    database, ward, walk, member
):
    walk.to("decide_at_ward")
    with reading(database) as session:
        assert [one.id for one in list_tasks(session, member, NOON).tasks] == [walk.task().id]
    with unit_of_work(database) as session:
        row = session.scalars(select(Delegation)).one()
        end_delegation(session, delegation_id=row.id, actor=ward.ward_chairman, at=NOON)
    with unit_of_work(database) as session:
        later = present(session, ward.council_member)
        assert list_tasks(session, later, NOON).tasks == ()


def test_a_delegation_that_ended_during_the_request_gives_nothing(database, ward, walk, member):
    walk.to("decide_at_ward")
    with unit_of_work(database) as session:
        row = session.scalars(select(Delegation)).one()
        end_delegation(session, delegation_id=row.id, actor=ward.ward_chairman, at=NOON)
    before = traces(database)
    with pytest.raises(NotPermitted):
        walk.do(Outcome.RECOMMEND, actor=member)
    assert traces(database) == before


def test_nobody_decides_on_a_nomination_in_two_roles(database, ward, walk):
    clerk = stand_in(database, ward.ward_chairman, ward.ward_clerk)
    walk.to("decide_at_ward")  # the clerk has appraised it
    before = traces(database)
    with pytest.raises(NotPermitted):
        walk.do(Outcome.RECOMMEND, actor=clerk)
    assert traces(database) == before
    with reading(database) as session:
        assert list_tasks(session, clerk, NOON).tasks == ()


def nominate(database, ward, person):
    walk = Walk(database, ward)
    walk.submissions["nomination.v1"]["subject_name"] = person.name
    subject = Subject(SubjectKind.INDIVIDUAL, person.name, person.person_id)
    return walk.open(award=MERIT, subject=subject)


@pytest.mark.parametrize("who", ["ward_chairman", "council_member"])
def test_a_delegate_decides_neither_on_themselves_nor_on_the_giver(database, ward, member, who):
    walk = nominate(database, ward, ward.people[who]).to("record_ward_council")
    walk.do(Outcome.RECOMMEND)
    task = walk.task()
    with pytest.raises(NotPermitted):
        walk.do(Outcome.RECOMMEND, actor=member, task=task)
    with reading(database) as session:
        assert list_tasks(session, member, NOON).tasks == ()


def test_a_delegate_does_not_decide_to_award(database, ward, walk, member):
    with unit_of_work(database) as session:
        case = session.get_one(Case, walk.to("decide_at_ward").case_id)
        case.routing = {**case.routing, "deciding_level": "ward"}
    with pytest.raises(InvalidSubmission) as refused_:
        walk.do(Outcome.AWARD, actor=member)
    assert set(refused_.value.messages) == {"outcome"}
    walk.do(Outcome.RETURN, actor=member)


@pytest.mark.parametrize(
    ("form", "outcome", "may_be_chosen"),
    [
        pytest.param("review.v1", Outcome.AWARD, False, id="decide"),
        pytest.param("review.v1", Outcome.RECOMMEND, True, id="recommend"),
        pytest.param("result_from_above.v1", Outcome.AWARD, True, id="record-a-paper"),
    ],
)
def test_only_a_decision_of_ones_own_is_kept_from_a_delegate(
    member, form, outcome, may_be_chosen
):
    assert may_choose(member.delegated[0], UserTask(form=form), outcome) is may_be_chosen


def test_the_council_task_is_never_delegated(database, ward):
    walk = Walk(database, ward).open(award=Award.LABOR_ORDER)
    delegate = stand_in(database, ward.provincial_clerk, ward.provincial_chairman)
    walk.to("appraise_at_province").do(Outcome.RECOMMEND, actor=delegate)
    assert walk.task().element_id == "record_provincial_council"
    before = traces(database)
    with pytest.raises(NotPermitted):
        walk.do(Outcome.RECOMMEND, actor=delegate)
    assert traces(database) == before
    with reading(database) as session:
        assert list_tasks(session, delegate, NOON).tasks == ()


def lent_seat(ward, seat):
    """A grant that no delegation can make: the role of a member of the council."""
    return DelegatedGrant(
        delegation_id=1,
        on_behalf_of=seat.person_id,
        giver_name=seat.name,
        role=Role.COUNCIL_MEMBER,
        unit_id=ward.units["phuong"],
        levels=(),
        awards=(),
        paper_number="15/UQ-UBND",
        paper_dated_on=NOON.date(),
        ends_on=NOON.date(),
        as_of=NOON.date(),
    )


@pytest.mark.parametrize("mode", [VotingMode.OPEN, VotingMode.SECRET_ELECTRONIC])
def test_no_vote_is_cast_for_another_not_even_with_a_made_up_grant(database, ward, mode):
    meeting = hold_meeting(database, ward, size=5, mode=mode)
    member = meeting.council.members[0]
    stranger = replace(ward.school_clerk, delegated=(lent_seat(ward, member),))
    keys = {"keys": KEYS[:1]} if mode is VotingMode.SECRET_ELECTRONIC else {}
    voting = meeting.put(**keys)

    def vote():
        if mode is VotingMode.OPEN:
            meeting.cast(voting, 0, actor=stranger)
        else:
            take_papers(database, voting, stranger)

    assert refused(vote) == "not_entitled_to_vote"
    with reading(database) as session:
        assert session.scalars(select(OpenBallot)).all() == []
        assert session.scalars(select(GivenPaper)).all() == []


@pytest.mark.parametrize(
    "permission",
    [
        "session.run",
        "session.see",
        "council.see",
        "outgoing.sign",
        "outgoing.approve",
        "outgoing.authorise",
        "register.annul",
        "certificate.print",
        "task.reassign",
        "case.withdraw",
        "draft.write",
        "finding.answer",
    ],
)
def test_a_delegation_opens_reviews_and_nothing_else(database, ward, permission):
    member = stand_in(database, ward.ward_chairman, ward.council_member)
    phuong = ward.units["phuong"]
    stranger = replace(ward.school_clerk, delegated=member.delegated)
    matter = Matter(
        role=Role.WARD_CHAIRMAN,
        task_unit_id=phuong,
        case_unit_id=phuong,
        council_unit_id=phuong,
        issuing_unit_id=phuong,
        granting_unit_id=phuong,
        concerned_unit_id=phuong,
        delegation=stranger.delegated[0],
    )
    assert not may(stranger, permission, matter)
    assert may(stranger, "task.review", matter)


def test_a_made_up_delegation_opens_nothing(database, ward, member):
    stranger = Actor(ward.school_clerk.person_id, "Giả", ward.school_clerk.grants)
    matter = Matter(delegation=member.delegated[0])
    assert may(member, "task.review", matter)
    assert not may(stranger, "task.review", matter)


def test_the_lists_of_a_delegate_are_what_the_permissions_allow(database, ward, member):
    for award, element in (
        (MERIT, "decide_at_ward"),
        (Award.UNIT_CERTIFICATE, "decide_at_ward"),
        (MERIT, "review_at_unit"),
        (Award.LABOR_ORDER, "decide_at_province"),
    ):
        Walk(database, ward).open(award=award).to(element)
    with reading(database) as session:
        for case in session.scalars(select(Case)):
            shown = session.scalar(
                select(Case.id).where(Case.id == case.id, is_visible_to(member))
            )
            assert bool(shown) is may(member, "case.see", matter_of(session, case))
            for task in case.tasks:
                if task.state.value != "open" or is_draft(task):
                    continue
                matter = matter_of(session, case, task)
                under = find_delegation(session, member, case, task, matter.written_by_id)
                found = session.scalar(
                    select(UserTask.id)
                    .join(UserTask.case)
                    .where(UserTask.id == task.id, waits_for(member))
                )
                allowed = may(member, "task.review", replace(matter, delegation=under))
                assert bool(found) is allowed
