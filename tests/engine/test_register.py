"""The register of awards: entering, mending and annulling, on both databases."""

from datetime import date

import pytest

from engine.queries.register import priors_of
from engine.register import enter_from_decision
from engine.store.database import unit_of_work
from engine.store.models import Case, Decision, RegisterEntry, SubjectRow
from engine.text import fold, sort_key
from forms.vocabulary import (
    AuthorityLevel,
    Award,
    CommendationKind,
    EntryState,
    Honour,
    Outcome,
    SubjectKind,
)
from tests.walk import Walk
from tests.ward import NOON

TEACHER = "Nguyễn Thị Ví Dụ"


def add_subject(session, name=TEACHER, kind=SubjectKind.INDIVIDUAL):
    row = SubjectRow(
        kind=kind,
        name=name,
        folded_name=fold(name),
        sort_key=sort_key(name),
        match_key=fold(name),
        added_at=NOON,
    )
    session.add(row)
    session.flush()
    return row.id


def enter_decided(walk):
    """Enter the award of the case, as the step that decided it does; return its id."""
    with unit_of_work(walk.database) as session:
        case = session.get_one(Case, walk.case_id)
        entry = session.query(RegisterEntry).filter_by(case_id=case.id).one_or_none()
        if entry is None:
            case.subject_id = case.subject_id or add_subject(session)
            session.flush()
            decision = session.query(Decision).filter_by(case_id=case.id).one()
            entry = enter_from_decision(
                session, case, decision, "Hai sáng kiến.", date(2026, 9, 1), None, NOON
            )
        return entry.id


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward)


def test_a_decision_of_a_case_is_entered(walk, ward):
    walk.open().to("decide_at_ward").do(Outcome.AWARD)
    enter_decided(walk)
    with unit_of_work(walk.database) as session:
        case = session.get_one(Case, walk.case_id)
        (prior,) = priors_of(session, [case.subject_id])
        assert prior.honour is Honour.UNIT_CERTIFICATE
        assert prior.kind is CommendationKind.MOVEMENT
        assert prior.authority_level is AuthorityLevel.WARD
        assert prior.authority_name == "Chủ tịch Ủy ban nhân dân phường Vạn Xuân"
        assert (prior.number, prior.decided_on) == ("309/QĐ-UBND", date(2030, 12, 2))
        assert prior.state is EntryState.IN_FORCE
        assert prior.subject_text == TEACHER
        assert priors_of(session, [case.subject_id + 1]) == []


def test_the_state_decides_and_not_the_office_that_writes(walk):
    walk.open(award=Award.PRIME_MINISTER_CERTIFICATE).to("record_prime_minister_decision")
    walk.do(Outcome.AWARD)
    entry_id = enter_decided(walk)
    with unit_of_work(walk.database) as session:
        entry = session.get_one(RegisterEntry, entry_id)
        assert entry.authority_name == "Thủ tướng Chính phủ"
        assert entry.authority_level is AuthorityLevel.PRIME_MINISTER
