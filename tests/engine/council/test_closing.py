"""Closing a session: what goes into the cases, all of it or nothing."""

import time
from datetime import date, timedelta

import pytest

from engine.cases import withdraw_case
from engine.consultations import close_consultation, start_consultation
from engine.council.agenda import postpone_item, waiting_tasks
from engine.council.closing import find_obstacles, plan_closing
from engine.council.minutes import minutes_of
from engine.council.voting import Counts
from engine.dossiers import find_current
from engine.errors import (
    ConsultationPending,
    InvalidSubmission,
    ItemsBlocked,
    ItemsUnresolved,
    NotFound,
    NotPermitted,
    OnAgenda,
    SessionNotReady,
)
from engine.filestore import FileStore
from engine.integrity import check_case
from engine.settings import put_setting
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    AgendaItem,
    CouncilSession,
    Review,
    SubjectMatter,
    UserTask,
)
from engine.tasks import complete_task
from forms.vocabulary import (
    Award,
    CaseOutcome,
    ConflictRule,
    HoldReason,
    ItemState,
    Outcome,
    SessionState,
    VotingMode,
)
from tests.conftest import LONG
from tests.engine.council.held import EVENING, hold_session
from tests.engine.council.meetings import AGREE, fresh_meeting
from tests.engine.test_races import race
from tests.walk import REJECTION, RETURN, new_key, on_sqlite, traces
from tests.ward import NOON


@pytest.fixture
def held(database_url):
    """Return an open session of five members with three nominations."""
    with fresh_meeting(database_url, hold=hold_session, names=3) as meeting:
        yield meeting


def refuse(held, error, **changes):
    """Let the closing be refused: nothing may have changed."""
    before = held.traces(), traces(held.database)
    with pytest.raises(error) as caught:
        held.close_session(**changes)
    assert (held.traces(), traces(held.database)) == before
    return caught.value


def change(held, **values):
    with unit_of_work(held.database) as session:
        for name, value in values.items():
            put_setting(
                session,
                name=name,
                value=value,
                actor=held.ward.administrator,
                at=NOON,
                applies_from=date(2030, 12, 1),
            )


def items(held):
    with reading(held.database) as session:
        found = [session.get_one(AgendaItem, item) for item in held.items]
        session.expunge_all()
        return found


def reviews(held, case_id):
    """Return the answers of the council's review of a case."""
    with reading(held.database) as session:
        rows = session.query(Review).filter_by(case_id=case_id, form="council_resolution.v1")
        return [(row.outcome, row.answers, row.reviewed_by_id) for row in rows]


def waiting_at(held, case_id):
    with reading(held.database) as session:
        return [
            task.element_id
            for task in session.query(UserTask).filter_by(case_id=case_id, state="open")
        ]


def complete(held, number, outcome, submission, actor=None):
    """Complete the council's task of an item outside the session."""
    item = items(held)[number]
    with unit_of_work(held.database) as session:
        return complete_task(
            session,
            task_id=item.task_id,
            actor=actor or held.secretary,
            outcome=outcome,
            submission=submission,
            content_hash=find_current(session, item.case_id).content_hash,
            at=NOON,
            key=new_key(),
        )


def test_what_passed_goes_on_and_what_failed_goes_on_as_not_advised(held):
    held.vote("AAAAD", items=held.items[:2])
    held.vote("ADDDB", items=held.items[2:])
    meeting = held.close_session()
    assert (meeting.state, meeting.closed_at) == (SessionState.CLOSED, EVENING)
    assert [item.outcome for item in items(held)] == [
        Outcome.RECOMMEND, Outcome.RECOMMEND, Outcome.REJECT,
    ]  # fmt: skip
    for case in held.cases():
        assert waiting_at(held, case.id) == ["decide_at_ward"]
        with reading(held.database) as session:
            assert check_case(session, case.id) == []


@on_sqlite
def test_the_case_gets_the_counts_of_its_vote(held):
    held.vote("AAADB", items=held.items[:1])
    held.vote("ADDDD", items=held.items[1:])
    held.close_session()
    ((outcome, answers, by),) = reviews(held, held.cases()[0].id)
    assert (outcome, by) == (Outcome.RECOMMEND, held.secretary.person_id)
    assert answers == {
        "session_on": "2030-12-02",
        "total_members": 5,
        "present": 5,
        "written_opinions": 0,
        "agree": 3,
        "disagree": 1,
        "blank": 1,
        "opinions": None,
        "note": "Phiên họp “Phiên họp xét khen thưởng đợt tổng kết”, mục 1 của chương trình,"
        " biểu quyết công khai: đồng ý 3/5 (60 %), cần 3.",
    }
    ((outcome, answers, _),) = reviews(held, held.cases()[1].id)
    assert (outcome, answers["agree"], answers["disagree"]) == (Outcome.REJECT, 1, 4)


@on_sqlite
@pytest.mark.parametrize(("counted", "agree"), [("counted", 2), ("read_out", 1)])
def test_written_opinions_are_told_apart_and_count_as_the_rule_says(held, counted, agree):
    change(held, council_written_opinions=counted)
    held.absent(4)
    for item in range(3):
        held.write(4, AGREE, item)
    held.vote("ADDD")
    held.close_session()
    ((_, answers, _),) = reviews(held, held.cases()[0].id)
    assert (answers["present"], answers["written_opinions"]) == (4, 1)
    assert (answers["agree"], answers["disagree"]) == (agree, 3)


@on_sqlite
@pytest.mark.parametrize(
    ("rule", "present", "total"),
    [
        (ConflictRule.STEPS_OUT, 5, 5),
        (ConflictRule.LEFT_OUT, 4, 4),
    ],
)
def test_whom_a_conflict_leaves_out_is_neither_present_nor_a_member(held, rule, present, total):
    change(held, council_conflict=rule.value)
    held.concern(1)
    held.vote("AAAAA")
    held.close_session()
    ((_, answers, _),) = reviews(held, held.cases()[0].id)
    assert (answers["present"], answers["total_members"]) == (present, total)
    assert answers["agree"] == 4


@on_sqlite
def test_who_leaves_after_the_vote_was_there_for_it(held):
    held.vote("AAAAA")
    held.absent(3, 4)
    held.close_session()
    ((_, answers, _),) = reviews(held, held.cases()[0].id)
    assert (answers["present"], answers["agree"]) == (5, 5)


def test_a_session_with_an_item_that_nobody_voted_on_is_not_closed(held):
    held.vote("AAAAA", items=held.items[:1])
    assert refuse(held, ItemsUnresolved).facts["numbers"] == "2, 3"


@on_sqlite
def test_a_session_is_not_closed_while_a_vote_is_running(held):
    held.put()
    assert refuse(held, ItemsUnresolved).facts["numbers"] == "1, 2, 3"


@on_sqlite
def test_a_tie_is_voted_on_again_or_put_off_before_a_session_is_closed(held):
    held.vote("AADDB")
    assert refuse(held, ItemsUnresolved).facts["numbers"] == "1, 2, 3"
    held.vote("AADDB", items=held.items[:1])
    with unit_of_work(held.database) as session:
        for item in held.items[1:]:
            postpone_item(
                session, item_id=item, reason="Ngang phiếu.", actor=held.secretary, at=NOON
            )
    held.close_session()
    first, second, third = items(held)
    assert (first.outcome, first.state) == (Outcome.REJECT, ItemState.DECIDED)
    assert second.outcome is third.outcome is None
    assert second.state is ItemState.POSTPONED
    with reading(held.database) as session:
        tasks = waiting_tasks(session, held.council.unit_id)
        assert [task.id for task, _ in tasks] == [second.task_id, third.task_id]


@on_sqlite
def test_a_tie_that_may_not_be_voted_on_again_is_not_advised(held):
    change(held, council_revotes="0")
    held.vote("AADDB")
    held.close_session()
    assert {item.outcome for item in items(held)} == {Outcome.REJECT}


@on_sqlite
def test_a_case_that_left_the_council_is_settled(held):
    complete(held, 0, Outcome.RETURN, RETURN)
    held.vote("AAAAA", items=held.items[1:])
    with unit_of_work(held.database) as session:
        withdraw_case(
            session,
            case_id=held.cases()[1].id,
            actor=held.ward.school_clerk,
            submission={"reason": "Cá nhân xin rút."},
            at=NOON,
            key=new_key(),
        )
    held.close_session()
    returned, withdrawn, decided = items(held)
    assert (returned.state, returned.note) == (ItemState.SETTLED, "Hồ sơ: Trả lại")
    assert (withdrawn.state, withdrawn.note) == (ItemState.SETTLED, "Hồ sơ: Đã rút")
    assert withdrawn.outcome is returned.outcome is None
    assert decided.outcome is Outcome.RECOMMEND
    assert held.cases()[1].outcome is CaseOutcome.WITHDRAWN


@on_sqlite
def test_rules_that_stand_against_cases_are_all_told_and_nothing_is_sent(held):
    held.vote("AAAAA")
    with unit_of_work(held.database) as session:
        for number in (0, 2):
            item = session.get_one(AgendaItem, held.items[number])
            session.add(
                SubjectMatter(
                    subject_id=item.case.subject_id,
                    reason=HoldReason.DISCIPLINE,
                    began_on=date(2030, 11, 20),
                    document="Thông báo số 12/TB-UBND",
                    recorded_by_id=held.ward.ward_clerk.person_id,
                    recorded_at=NOON,
                )
            )
    found = refuse(held, ItemsBlocked, reasons={held.items[0]: "Vẫn đề nghị."})
    assert found.facts["numbers"] == "1, 3"
    assert found.facts["rules"] == "“Chưa xét khi có vấn đề đang được xem xét”"
    assert found.facts["items"] == (held.items[0], held.items[2])


@on_sqlite
def test_a_reason_sends_an_item_on_against_a_rule_that_allows_it(held):
    held.vote("AAADD")
    change(held, council_pass_percent="70")
    found = refuse(held, ItemsBlocked, reasons={held.items[0]: "Quy chế mới chưa áp dụng."})
    assert found.facts["numbers"] == "2, 3"
    with reading(held.database) as session:
        closing = plan_closing(session, session.get_one(CouncilSession, held.id))
        obstacles = find_obstacles(session, closing, EVENING)
        numbers = [one.sending.item.number for one in obstacles if one.may_override]
    assert numbers == [1, 2, 3]
    held.close_session(reasons=dict.fromkeys(held.items, "Quy chế mới chưa áp dụng."))
    assert {item.outcome for item in items(held)} == {Outcome.RECOMMEND}


@on_sqlite
def test_what_failed_needs_no_reason(held):
    held.vote("DDDDD")
    change(held, council_pass_percent="99")
    held.close_session()
    assert {item.outcome for item in items(held)} == {Outcome.REJECT}


@on_sqlite
def test_a_reason_has_an_end_and_an_item_of_this_session(held):
    held.vote("AAAAA")
    refuse(held, InvalidSubmission, reasons={held.items[0]: "a" * 2_001})
    refuse(held, NotFound, reasons={999: "Không có mục này."})


@on_sqlite
def test_only_its_secretary_closes_a_session(held):
    held.vote("AAAAA")
    ward = held.ward
    refuse(held, NotPermitted, actor=held.chair)
    refuse(held, NotPermitted, actor=held.council.members[1])
    refuse(held, NotFound, actor=ward.school_head)
    refuse(held, NotFound, actor=ward.provincial_clerk)


@on_sqlite
def test_a_session_is_closed_once(held):
    held.vote("AAAAA")
    held.close_session()
    assert refuse(held, SessionNotReady).facts["state"] is SessionState.CLOSED


@on_sqlite
def test_until_it_is_closed_no_case_is_decided_beside_it(held):
    held.vote("AAAAA")
    before = traces(held.database)
    with pytest.raises(OnAgenda):
        complete(held, 0, Outcome.REJECT, REJECTION)
    assert traces(held.database) == before


@on_sqlite
def test_the_journal_says_what_became_of_each_item(held):
    held.vote("AAAAA", items=held.items[:1])
    held.vote("DDDDD", items=held.items[1:2])
    with unit_of_work(held.database) as session:
        postpone_item(
            session, item_id=held.items[2], reason="Bổ sung.", actor=held.secretary, at=NOON
        )
    held.close_session()
    action, detail = held.journal()[-1]
    assert action == "session.closed"
    assert detail == {"items": {"1": "recommend", "2": "reject", "3": "postponed"}}


@on_sqlite
def test_a_large_session_is_closed_in_seconds(database, ward):
    copies = 199 if LONG else 19
    held = hold_session(database, ward, copies=copies, size=15)
    held.vote("A" * 15)
    began = time.process_time()
    held.close_session()
    assert time.process_time() - began < 10 * (copies + 1) / 200 + 1
    assert [item.outcome for item in items(held)] == [Outcome.RECOMMEND] * (copies + 1)


@on_sqlite
def test_two_who_close_a_session_at_once_close_it_once(held):
    held.vote("AAAAA")
    assert race([held.close_session] * 4) == ["done"] + ["session_not_ready"] * 3
    assert all(len(reviews(held, case.id)) == 1 for case in held.cases())


@on_sqlite
def test_a_labor_order_goes_on_with_the_opinions_of_the_public(database, ward, tmp_path):
    morning = NOON + timedelta(days=15)
    held = hold_session(
        database,
        ward,
        size=9,
        unit="tinh",
        award=Award.LABOR_ORDER,
        element="record_provincial_council",
        mode=VotingMode.SECRET_PAPER,
        morning=morning,
    )
    with pytest.raises(ConsultationPending):
        held.put(at=morning)
    (case,) = held.cases()
    with unit_of_work(database) as session:
        acting = {"actor": ward.provincial_clerk}
        asked = start_consultation(
            session,
            FileStore(tmp_path),
            unit_id=held.council.unit_id,
            case_ids=[case.id],
            number="15/TB-HĐTĐKT",
            channel="Cổng thông tin điện tử tỉnh",
            address="Mục Thi đua",
            published_on=NOON.date(),
            at=NOON,
            **acting,
        )
        close_consultation(
            session, consultation_id=asked.id, opinions=0, handling="", at=morning, **acting
        )
    voting = held.put(at=morning)
    for place in (1, 2):
        held.count(voting, place, Counts(9, 9, 8, 1), at=morning)
    held.scan(voting, tmp_path, at=morning)
    held.close(voting, at=morning)
    assert held.read(minutes_of).agenda[-1] == (
        "Lấy ý kiến nhân dân trước phiên họp, mục 1: 0 ý kiến."
    )
    held.close_session(at=morning)
    with reading(database) as session:
        sent = session.query(Review).filter_by(case_id=case.id).order_by(Review.id).all()[-1]
        assert (sent.outcome, sent.answers["opinions"]) == (Outcome.RECOMMEND, 0)
        assert "không nhận được ý kiến nào" in sent.answers["note"]
        assert check_case(session, case.id) == []
