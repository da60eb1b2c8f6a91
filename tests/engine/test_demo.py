"""The demo ward: whole, believable, and the same as people would have made it."""

import io
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from engine.accounts import PasswordCost, check_password, list_demo_accounts
from engine.council.members import seats_on
from engine.demo import build_demo, data
from engine.filestore import FileStore
from engine.integrity import check_case
from engine.office import VIETNAM
from engine.store import schema
from engine.store.database import connect, reading
from engine.store.models import (
    Case,
    CouncilSession,
    Decision,
    JournalEntry,
    OutgoingPaper,
    Paper,
    Person,
    Review,
    Round,
    Unit,
)
from forms.vocabulary import Award, CaseState, Level, OutgoingState, Role, SessionState

MOMENT = datetime(2030, 12, 2, 1, tzinfo=UTC)
CHEAP = PasswordCost(memory_kib=8, rounds=1)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    engine = connect(f"sqlite:///{folder / 'demo.db'}")
    schema.upgrade(engine)
    store = FileStore(folder / "files")
    build_demo(engine, store, MOMENT, password="mat-khau-trinh-dien", cost=CHEAP)
    yield engine
    engine.dispose()


@pytest.fixture
def work(demo):
    with reading(demo) as session:
        yield session


def test_there_are_units_people_rounds_and_cases_enough(work):
    counts = {
        table: work.scalar(select(func.count()).select_from(table))
        for table in (Unit, Person, Round, Case)
    }
    assert counts[Unit] >= 15
    assert counts[Person] >= 30
    assert counts[Round] >= 3
    assert counts[Case] >= 40


def test_every_role_has_somebody_who_can_log_in(work):
    accounts = list_demo_accounts(work, MOMENT.date())
    assert {account.role for account in accounts} == set(Role)
    cost = CHEAP
    assert check_password(work, accounts[0].username, "mat-khau-trinh-dien", cost)


def test_every_state_level_and_award_occurs(work):
    cases = work.scalars(select(Case)).all()
    assert {case.state for case in cases} == set(CaseState)
    assert {case.level for case in cases if case.level} == set(Level)
    awarded = Counter(case.award for case in cases if case.state is CaseState.AWARDED)
    assert set(awarded) == set(Award) - {Award.LABOR_ORDER_SECOND, Award.LABOR_ORDER_FIRST}


def test_every_award_of_our_levels_has_its_papers(work):
    decisions = work.scalars(select(Decision)).all()
    for decision in decisions:
        kinds = set(work.scalars(select(Paper.kind).where(Paper.case_id == decision.case_id)))
        above = decision.level in (Level.PRIME_MINISTER, Level.PRESIDENT)
        expected = set() if above else {"decision", "certificate"}
        assert kinds == expected, decision.number


def test_a_paper_of_the_province_is_dated_at_its_name_alone(work):
    chosen = select(Paper.content).join(Decision, Decision.case_id == Paper.case_id)
    contents = work.scalars(chosen.where(Decision.level == Level.PROVINCE)).all()
    for content in contents:
        text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
        assert "Thái Nguyên, ngày" in text
        assert "ỉnh Thái Nguyên, ngày" not in " ".join(text.split())


def test_no_two_nominations_tell_the_same(work):
    texts = [row.achievements for row in data.nominations()]
    assert len(set(texts)) == len(texts)
    assert min(map(len, texts)) >= 35


def test_every_case_of_the_demo_is_whole(work):
    problems = {
        case_id: found
        for case_id in work.scalars(select(Case.id))
        if (found := check_case(work, case_id))
    }
    assert problems == {}


def test_nothing_happens_after_the_moment_of_the_demo(work):
    latest = work.scalar(select(func.max(JournalEntry.happened_at)))
    assert latest is not None
    assert latest <= MOMENT


def test_steps_of_people_happen_in_office_hours(work):
    chosen = select(JournalEntry.happened_at).where(JournalEntry.case_id.is_not(None))
    moments = [moment.astimezone(VIETNAM) for moment in work.scalars(chosen)]
    assert {moment.hour for moment in moments} <= set(range(8, 17))
    assert {moment.weekday() for moment in moments} <= set(range(5))


def test_heads_and_deputies_both_decide(work):
    titles = {decision.signer_title for decision in work.scalars(select(Decision))}
    assert {"Chủ tịch", "Phó Chủ tịch"} <= titles


def test_nobody_of_the_demo_reviews_a_nomination_of_their_own(work):
    own = select(Review.id).join(Case, Review.case_id == Case.id)
    assert not work.scalars(own.where(Review.reviewed_by_id == Case.subject_person_id)).all()


def test_a_decision_is_drafted_and_a_statement_has_its_number(work):
    papers = work.scalars(select(OutgoingPaper).order_by(OutgoingPaper.id)).all()
    assert [(paper.type_code, paper.state, paper.number) for paper in papers] == [
        ("QĐ", OutgoingState.DRAFT, None),
        ("TTr", OutgoingState.ISSUED, "01/TTr-THCSHB"),
    ]
    assert papers[0].award is Award.UNIT_CERTIFICATE


def test_the_councils_sit_and_the_ward_is_called_to_a_session(demo):
    with reading(demo) as session:
        units = {unit.code: unit.id for unit in session.scalars(select(Unit))}
        sizes = [
            len(seats_on(session, units[code], date(2030, 12, 2)))
            for code in ("phuong-van-xuan", "tinh-thai-nguyen")
        ]
        (meeting,) = session.scalars(select(CouncilSession)).all()
        assert sizes == [11, 9]
        assert meeting.state is SessionState.PREPARED
        assert meeting.invited_at is not None
        assert len(meeting.items) >= 2
        assert len(meeting.seats) == 11
