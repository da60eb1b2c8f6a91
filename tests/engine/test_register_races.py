"""Several people at one entry of the register in the same moment, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import func, select

from engine.errors import EngineError
from engine.queries.register import find_award_of_case
from engine.register import annul, enter_by_hand
from engine.register_facts import AwardFacts, Letter
from engine.store.database import reading, unit_of_work
from engine.store.models import RegisterEntry, SubjectRow
from engine.subject_records import Subject
from forms.vocabulary import (
    AnnulmentGround,
    AuthorityLevel,
    CommendationKind,
    EntryNature,
    Honour,
    Outcome,
    SubjectKind,
)
from tests.walk import Walk, new_key
from tests.ward import NOON

PEOPLE = 6

FACTS = AwardFacts(
    subject_text="Tổ dân phố Đồng Tâm",
    honour=Honour.UNIT_CERTIFICATE,
    kind=CommendationKind.MOVEMENT,
    authority_level=AuthorityLevel.WARD,
    authority_name="Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
    number="15/QĐ-UBND",
    decided_on=date(2026, 1, 20),
)


def race(database, act):
    """Let six people ``act`` at once, each with their number; return what each was told."""
    barrier = Barrier(PEOPLE)

    def one(number):
        barrier.wait()
        try:
            with unit_of_work(database) as session:
                return act(session, number)
        except EngineError as error:
            return error.code

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def count(database, *conditions, table=RegisterEntry):
    with reading(database) as session:
        return session.scalar(select(func.count()).select_from(table).where(*conditions))


@pytest.fixture
def walk(database, ward):
    walk = Walk(database, ward).open().to("decide_at_ward")
    walk.do(Outcome.AWARD)
    return walk


def annulling(walk, key):
    with reading(walk.database) as session:
        entry_id = find_award_of_case(session, walk.case_id).entry_id

    def act(session, number):
        return annul(
            session,
            entry_id=entry_id,
            ground=AnnulmentGround.FALSE_PAPERS,
            letter=Letter("320/QĐ-UBND", date(2030, 12, 2), "Giả hồ sơ."),
            actor=walk.ward.ward_chairman,
            at=NOON,
            key=key or new_key(),
        )

    return act


def test_of_six_who_annul_one_award_at_once_exactly_one_does(walk):
    answers = race(walk.database, annulling(walk, key=None))
    assert answers.count("entry_not_in_force") == PEOPLE - 1
    assert count(walk.database, RegisterEntry.nature == EntryNature.RECOVERED) == 1
    assert walk.check() == []


def test_one_form_sent_six_times_annuls_once_and_is_answered_alike(walk):
    answers = race(walk.database, annulling(walk, key=new_key()))
    assert len(set(answers)) == 1
    assert isinstance(answers[0], int)
    assert count(walk.database, RegisterEntry.nature == EntryNature.RECOVERED) == 1
    assert walk.check() == []


def test_one_form_sent_six_times_enters_one_award_and_one_subject(database, ward):
    key = new_key()

    def act(session, number):
        return enter_by_hand(
            session,
            subject=Subject(SubjectKind.COLLECTIVE, FACTS.subject_text),
            facts=FACTS,
            actor=ward.ward_clerk,
            at=NOON,
            key=key,
        )

    assert len(set(race(database, act))) == 1
    assert count(database) == count(database, table=SubjectRow) == 1


def test_different_awards_at_once_are_all_entered(database, ward):
    def act(session, number):
        return enter_by_hand(
            session,
            subject=Subject(SubjectKind.COLLECTIVE, FACTS.subject_text),
            facts=replace(FACTS, number=f"{20 + number}/QĐ-UBND"),
            actor=ward.ward_clerk,
            at=NOON,
            key=new_key(),
        )

    assert len(set(race(database, act))) == PEOPLE
    assert count(database) == PEOPLE
