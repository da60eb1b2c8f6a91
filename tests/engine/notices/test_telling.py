"""Who is told of what, in the transaction in which it happened, and never twice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import Subject
from engine.council.sessions import invite
from engine.delegations import Scope
from engine.matters import matter_of
from engine.notices import overdue, remind, tell
from engine.people import end_position, give_position
from engine.permissions import may
from engine.store.database import reading, unit_of_work
from engine.store.models import Case, Position, UserTask
from forms.vocabulary import Award, MailWay, NoticeKind, Outcome, Role, SubjectKind, VotingMode
from tests.delegating import stand_in
from tests.engine.notices.told import notices, told, wants
from tests.walk import SUPPLEMENT, Walk, on_sqlite, traces
from tests.ward import NOON
from tests.webapp.council_sights import Sights


def test_who_may_do_the_next_task_is_told_and_nobody_else(database, ward):
    walk = Walk(database, ward).open()
    assert told(database, ward) == []
    walk.do(Outcome.SUBMIT)
    assert told(database, ward) == [("waiting", "school_deputy"), ("waiting", "school_head")]
    walk.do(Outcome.RECOMMEND)
    assert told(database, ward) == [("waiting", "ward_clerk")]


def test_a_return_says_what_was_ticked_to_those_who_can_mend_it(database, ward):
    walk = Walk(database, ward).open().to("appraise_at_ward")
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    assert told(database, ward) == [
        ("returned", "school_clerk"),
        ("returned", "school_deputy"),
        ("returned", "school_head"),
    ]
    assert notices(database)[-1].facts == {
        "items": ["missing_part"],
        "papers": ["review_minutes"],
        "due_on": "2030-12-16",
    }


@on_sqlite
def test_a_return_to_a_reviewer_goes_to_that_reviewer(database, ward):
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.RETURN, return_to="unit", items=["missing_figures"])
    assert told(database, ward) == [("returned", "school_deputy"), ("returned", "school_head")]


@on_sqlite
@pytest.mark.parametrize(("outcome", "ended"), [("award", "awarded"), ("reject", "rejected")])
def test_the_unit_is_told_how_it_ended(database, ward, outcome, ended):
    changes = {"deviation_reason": "Vì lý do khác."} if outcome == "reject" else {}
    Walk(database, ward).open().to("decide_at_ward").do(Outcome(outcome), **changes)
    assert told(database, ward) == [
        ("decided", "school_clerk"),
        ("decided", "school_deputy"),
        ("decided", "school_head"),
    ]
    assert notices(database)[-1].facts == {"outcome": ended}


@on_sqlite
def test_nobody_is_told_what_they_did_themselves(database, ward):
    walk = Walk(database, ward).open().to("review_at_unit")
    walk.do(Outcome.REJECT, actor=ward.school_head)
    assert ("decided", "school_head") not in told(database, ward)
    assert ("decided", "school_deputy") in told(database, ward)


@on_sqlite
def test_the_nominee_is_not_told_that_their_nomination_waits(database, ward):
    nominee = ward.school_head
    subject = Subject(SubjectKind.INDIVIDUAL, nominee.name, person_id=nominee.person_id)
    Walk(database, ward).open(subject=subject).do(Outcome.SUBMIT, subject_name=nominee.name)
    assert told(database, ward) == [("waiting", "school_deputy")]


@on_sqlite
def test_the_author_is_not_told_that_their_own_text_waits(database, ward):
    walk = Walk(database, ward).open(actor=ward.school_head)
    walk.do(Outcome.SUBMIT, actor=ward.school_head)
    assert told(database, ward) == [("waiting", "school_deputy")]


@on_sqlite
def test_who_heads_the_nominated_unit_is_not_told(database, ward):
    """The deputy chairman of the ward heads the company, too, and may not review it."""
    company = ward.units["cong-ty"]
    with unit_of_work(database) as session:
        give_position(
            session,
            person_id=ward.ward_deputy.person_id,
            unit_id=company,
            role=Role.UNIT_HEAD,
            title="Giám đốc",
            starts_on=date(2026, 1, 1),
            actor=ward.administrator,
            at=NOON,
        )
    name = "Công ty Cổ phần Sao Khuê"
    subject = Subject(SubjectKind.ENTERPRISE, name, unit_id=company)
    walk = Walk(database, ward).open(actor=ward.company_clerk, unit_id=company, subject=subject)
    walk.do(Outcome.SUBMIT, subject_name=name, criteria={"DN1": "Có."})
    assert told(database, ward) == [("waiting", "ward_chairman")]


@on_sqlite
def test_only_those_in_office_today_are_told(database, ward):
    walk = Walk(database, ward).open()
    with unit_of_work(database) as session:
        end_position(
            session,
            position_id=_position_of(session, ward.school_deputy),
            ends_on=(NOON - timedelta(days=1)).date(),
            actor=ward.administrator,
            at=NOON,
        )
    walk.do(Outcome.SUBMIT)
    assert told(database, ward) == [("waiting", "school_head")]


@on_sqlite
@pytest.mark.parametrize(
    ("award", "last"),
    [
        (Award.UNIT_CERTIFICATE, "decide_at_ward"),
        (Award.PROVINCIAL_MERIT, "decide_at_province"),
        (Award.PRIME_MINISTER_CERTIFICATE, "record_prime_minister_decision"),
        (Award.LABOR_ORDER, "record_president_decision"),
    ],
)
def test_nobody_is_told_of_a_case_that_they_may_not_see(database, ward, award, last):
    walk = Walk(database, ward).open(award=award).to(last)
    walk.do(Outcome.AWARD)
    people = {actor.person_id: actor for actor in ward.people.values()}
    with reading(database) as session:
        matter = matter_of(session, session.get_one(Case, walk.case_id))
    found = notices(database)
    assert {one.kind for one in found} == {NoticeKind.WAITING, NoticeKind.DECIDED}
    for one in found:
        assert may(people[one.person_id], "case.see", matter), one.event


@on_sqlite
def test_a_task_that_is_over_is_no_news_any_more(database, ward):
    walk = Walk(database, ward).open().to("appraise_at_ward")
    assert told(database, ward) == [("waiting", "ward_clerk")]
    walk.withdraw()
    assert told(database, ward) == []


@on_sqlite
def test_nothing_is_told_of_a_nomination_on_hold(database, ward):
    Walk(database, ward).open().to("appraise_at_ward").do(Outcome.HOLD)
    assert told(database, ward) == []


@on_sqlite
def test_what_is_rolled_back_told_nobody(database, ward):
    walk = Walk(database, ward).open()
    before = traces(database)
    with Session(database) as session:
        tell(session, NoticeKind.OVERDUE, [1], event="x", facts={}, at=NOON)
        session.rollback()
    assert traces(database) == before
    assert notices(database) == []
    walk.do(Outcome.SUBMIT)
    assert len(notices(database)) == 2


def test_one_event_is_told_once_to_each(database, ward):
    people = [ward.school_head.person_id, ward.school_clerk.person_id]
    for _ in range(2):
        with unit_of_work(database) as session:
            tell(session, NoticeKind.OVERDUE, people, event="x", facts={"a": 1}, at=NOON)
    with unit_of_work(database) as session:
        tell(session, NoticeKind.OVERDUE, [*people, 1], event="x", facts={}, at=NOON)
        tell(session, NoticeKind.OVERDUE, [], event="y", facts={}, at=NOON)
    assert sorted(one.person_id for one in notices(database)) == sorted({*people, 1})


def test_reminders_reach_the_holders_and_escalations_their_superiors_once(database, ward):
    walk = Walk(database, ward).open().to("appraise_at_ward")
    chairman = ward.ward_chairman.person_id
    for _ in range(2):
        with unit_of_work(database) as session:
            case = session.get_one(Case, walk.case_id)
            task = session.get_one(UserTask, walk.task().id)
            due = {"due_on": date(2030, 12, 5), "at": NOON}
            remind(session, case, task, **due)
            overdue(session, case, task, **due, superiors=[chairman])
    assert told(database, ward) == [
        ("due_soon", "ward_clerk"),
        ("escalated", "ward_chairman"),
        ("overdue", "ward_clerk"),
        ("waiting", "ward_clerk"),
    ]
    walk.do(Outcome.RECOMMEND)
    assert {kind for kind, _ in told(database, ward)} == {"waiting"}


@on_sqlite
def test_the_members_are_called_but_for_the_secretary_who_calls(database, ward, tmp_path):
    sights = Sights(database, ward, tmp_path)
    session_id = sights.prepare(VotingMode.OPEN)
    known = len(notices(database))
    for _ in range(2):
        with unit_of_work(database) as session:
            invite(session, session_id=session_id, **sights.secretary)
    called = notices(database)[known:]
    members = {one.person_id for one in sights.council.members}
    assert {one.person_id for one in called} == members - {ward.council_secretary.person_id}
    assert len(called) == len(members) - 1
    assert called[0].facts["place"] == "Hội trường"
    assert (called[0].kind, called[0].session_id) == (NoticeKind.SESSION_CALLED, session_id)


@on_sqlite
def test_a_notice_goes_the_way_that_its_person_chose(database, ward):
    wants(database, ward.school_head, MailWay.DIGEST)
    wants(database, ward.school_deputy, MailWay.IMMEDIATE, address="")
    Walk(database, ward).open().do(Outcome.SUBMIT)
    ways = {one.person_id: one.way for one in notices(database)}
    assert ways == {
        ward.school_head.person_id: MailWay.DIGEST,
        ward.school_deputy.person_id: MailWay.PAGE,
    }


def _position_of(session, actor) -> int:
    return session.scalars(
        select(Position.id).where(Position.person_id == actor.person_id)
    ).one()


@on_sqlite
def test_who_may_act_for_a_holder_is_told_too(database, ward):
    stand_in(database, ward.ward_chairman, ward.council_member)
    Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")
    assert told(database, ward) == [
        ("waiting", "council_member"),
        ("waiting", "ward_chairman"),
        ("waiting", "ward_deputy"),
    ]


@on_sqlite
def test_who_may_not_act_for_a_holder_here_is_not_told(database, ward):
    scope = Scope(awards=(Award.LABOR_ORDER,))
    stand_in(database, ward.ward_chairman, ward.council_member, scope=scope)
    Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")
    assert ("waiting", "council_member") not in told(database, ward)


@on_sqlite
def test_the_nominee_is_not_told_as_a_delegate(database, ward):
    nominee = stand_in(database, ward.ward_chairman, ward.council_member)
    subject = Subject(SubjectKind.INDIVIDUAL, nominee.name, person_id=nominee.person_id)
    walk = Walk(database, ward)
    walk.submissions["nomination.v1"]["subject_name"] = nominee.name
    walk.open(subject=subject).to("decide_at_ward")
    assert ("waiting", "council_member") not in told(database, ward)


@on_sqlite
def test_a_delegate_is_reminded_as_the_holder_is(database, ward):
    stand_in(database, ward.ward_chairman, ward.council_member)
    walk = Walk(database, ward).open(award=Award.PROVINCIAL_MERIT).to("decide_at_ward")
    with unit_of_work(database) as session:
        case = session.get_one(Case, walk.case_id)
        task = session.get_one(UserTask, walk.task().id)
        remind(session, case, task, due_on=date(2030, 12, 5), at=NOON)
    assert ("due_soon", "council_member") in told(database, ward)
