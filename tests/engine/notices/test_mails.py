"""Mails as they are written: one per notice, one digest a morning, none that nobody needs."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.accounts import PasswordCost, create_account, set_language
from engine.notices import settle
from engine.notices.choices import choose
from engine.notices.mails import (
    forgo_mails,
    is_working_day,
    write_digests,
    write_mails,
)
from engine.office import OPERATOR, VIETNAM
from engine.queries.notices import mark_read
from engine.store.database import reading, unit_of_work
from engine.store.models import Mail, Notice, Person
from forms.vocabulary import MailWay, Outcome
from tests.engine.notices.told import notices, wants
from tests.statements import counted
from tests.walk import SUPPLEMENT, Walk, on_sqlite
from tests.ward import NOON

MORNING = datetime(2030, 12, 3, 7, 30, tzinfo=VIETNAM)
"""A Tuesday; the walks happen on the Monday before."""

DOMAIN = "vanxuan.example"


def write(database, at=NOON, make=write_mails, **more) -> int:
    with unit_of_work(database) as session:
        return make(session, at, domain=DOMAIN, **more)


def mails(database) -> list[Mail]:
    with reading(database) as session:
        found = list(session.scalars(select(Mail).order_by(Mail.id)))
        session.expunge_all()
        return found


def waits_for_the_head(database, ward) -> Walk:
    walk = Walk(database, ward).open()
    walk.do(Outcome.SUBMIT)
    return walk


def test_a_notice_has_one_mail_however_often_they_are_written(database, ward):
    wants(database, ward.school_head)
    waits_for_the_head(database, ward)
    link = "https://thidua.example/thong-bao/"
    assert write(database, link_to=lambda number: f"{link}{number}") == 1
    assert write(database) == 0
    (mail,) = mails(database)
    assert mail.subject == "[Thi đua – Khen thưởng] Hồ sơ HS-2030-0001 chờ ông/bà xử lý"
    assert "Bước xử lý: " in mail.body
    assert "Trường Trung học cơ sở Hoa Ban" in mail.body
    (told,) = [one for one in notices(database) if one.mail_id]
    assert (mail.key, told.mail_id) == (f"notice:{told.id}", mail.id)
    assert f"{link}{told.id}" in mail.body
    assert mail.message_id.endswith(f"@{DOMAIN}>")


@on_sqlite
def test_a_mail_names_no_nominee_and_quotes_nobody(database, ward):
    wants(database, ward.school_clerk)
    walk = waits_for_the_head(database, ward).to("appraise_at_ward")
    walk.do(Outcome.RETURN, **SUPPLEMENT)
    write(database)
    (mail,) = mails(database)
    assert "Thiếu thành phần hồ sơ" in mail.body
    assert "16/12/2030" in mail.body
    assert "Nguyễn Thị Ví Dụ" not in mail.subject + mail.body
    assert SUPPLEMENT["reason"] not in mail.body


@on_sqlite
def test_a_person_without_an_address_gets_no_mail(database, ward):
    waits_for_the_head(database, ward)
    assert write(database) == 0
    assert write(database, MORNING, write_digests) == 0
    assert len(notices(database)) == 2


@on_sqlite
def test_what_is_over_before_its_mail_was_written_needs_none(database, ward):
    wants(database, ward.school_head)
    wants(database, ward.school_deputy, MailWay.DIGEST)
    walk = waits_for_the_head(database, ward)
    with unit_of_work(database) as session:
        settle(session, [walk.task().id], NOON)
    assert write(database) == 0
    assert write(database, MORNING, write_digests) == 0
    assert {one.way for one in notices(database)} == {MailWay.PAGE}


@on_sqlite
def test_who_takes_their_address_away_gets_no_mail_of_what_waited(database, ward):
    wants(database, ward.school_head)
    waits_for_the_head(database, ward)
    with unit_of_work(database) as session:
        choose(session, address="", way=MailWay.PAGE, actor=ward.school_head, at=NOON)
    assert write(database) == 0
    assert mails(database) == []


@on_sqlite
def test_a_mail_is_in_the_language_of_its_person(database, ward):
    head = ward.school_head
    wants(database, head)
    with unit_of_work(database) as session:
        create_account(
            session,
            person_id=head.person_id,
            username="mo",
            password="mật khẩu để thử",
            actor=OPERATOR,
            at=NOON,
            cost=PasswordCost(8, 1),
        )
        set_language(session, actor=head, language="en")
        session.get_one(Person, head.person_id).is_woman = True
    waits_for_the_head(database, ward)
    write(database)
    (mail,) = mails(database)
    assert mail.language == "en"
    assert mail.subject == "[Emulation and commendation] Nomination HS-2030-0001 waits for you"
    assert mail.body.startswith("Dear Lê Thị Mơ,")


def test_a_digest_is_one_mail_a_morning(database, ward):
    wants(database, ward.school_head, MailWay.DIGEST)
    waits_for_the_head(database, ward)
    waits_for_the_head(database, ward)
    early = MORNING - timedelta(minutes=1)
    assert write(database, early, write_digests) == 0
    assert write(database, MORNING, write_digests) == 1
    waits_for_the_head(database, ward)
    for hours in (0, 3, 12):
        assert write(database, MORNING + timedelta(hours=hours), write_digests) == 0
    (mail,) = mails(database)
    assert mail.key == f"digest:{ward.school_head.person_id}:2030-12-03"
    assert mail.subject.endswith("Bản tin buổi sáng ngày 03/12/2030: 2 thông báo")
    assert mail.body.count("- Hồ sơ HS-2030-") == 2
    assert write(database, MORNING + timedelta(days=1), write_digests) == 1
    assert mails(database)[1].body.count("- Hồ sơ HS-2030-") == 1


@on_sqlite
def test_after_an_outage_of_days_there_is_one_digest(database, ward):
    wants(database, ward.school_head, MailWay.DIGEST)
    waits_for_the_head(database, ward)
    back = MORNING + timedelta(days=16, hours=5)
    assert write(database, back, write_digests) == 1
    assert write(database, back + timedelta(hours=1), write_digests) == 0
    assert [mail.key[-10:] for mail in mails(database)] == ["2030-12-19"]


@on_sqlite
def test_there_is_no_digest_on_a_day_off(database, ward):
    wants(database, ward.school_head, MailWay.DIGEST)
    waits_for_the_head(database, ward)
    saturday = MORNING + timedelta(days=4)
    assert write(database, saturday, write_digests) == 0
    assert write(database, saturday + timedelta(days=2), write_digests) == 1


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2099, 1, 5), True),  # of a year whose days off nobody knows
        (date(2099, 1, 4), False),
    ],
)
def test_which_days_have_a_digest(day, works):
    assert is_working_day(day) is works


@on_sqlite
def test_a_long_digest_names_some_and_counts_the_others(database, ward):
    wants(database, ward.school_head, MailWay.DIGEST)
    walk = waits_for_the_head(database, ward)
    with unit_of_work(database) as session:
        first = session.scalars(select(Notice).where(Notice.way == MailWay.DIGEST)).one()
        session.add_all(
            Notice(
                event=f"more:{number}",
                person_id=first.person_id,
                kind=first.kind,
                case_id=walk.case_id,
                task_id=first.task_id,
                facts={},
                way=MailWay.DIGEST,
                created_at=NOON,
            )
            for number in range(60)
        )
    write(database, MORNING, write_digests)
    (mail,) = mails(database)
    assert mail.subject.endswith("61 thông báo")
    assert mail.body.count("- Hồ sơ") == 50
    assert "Và 11 thông báo khác" in mail.body


@on_sqlite
def test_without_a_mail_server_notices_stay_in_the_page_for_good(database, ward):
    wants(database, ward.school_head)
    waits_for_the_head(database, ward)
    with unit_of_work(database) as session:
        assert forgo_mails(session) == 1
    assert write(database) == 0
    assert len([one for one in notices(database) if one.read_at is None]) == 2


@on_sqlite
def test_what_needs_a_mail_is_found_by_an_index(database, ward):
    """Each minute: the notices of years are not read for it."""
    wants(database, ward.school_head)
    waits_for_the_head(database, ward)
    with counted(database) as sent:
        write(database)
        write(database, MORNING, write_digests)
    looked = [
        one
        for one in sent
        if "notices" in one and not one.startswith("INSERT") and "SET mail_id" not in one
    ]
    assert len(looked) == 4
    with database.connect() as connection:
        for one in looked:
            plan = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {one}", (None,) * one.count("?")
            )
            steps = [step.detail for step in plan if "notices" in step.detail.split()[1:2]]
            assert steps, one
            assert any("ix_notices_unmailed" in step for step in steps), steps
            assert not any("SCAN" in step and "INDEX" not in step for step in steps), steps


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nobody_waits_for_a_notice_that_a_step_is_taking_back(database, ward):
    wants(database, ward.school_head, MailWay.DIGEST)
    walks = [waits_for_the_head(database, ward) for _ in range(2)]
    with unit_of_work(database) as step:
        settle(step, [walks[0].task().id], NOON)
        assert write(database, MORNING, write_digests) == 1
        with unit_of_work(database) as session:
            mark_read(session, ward.school_deputy, NOON)
    assert mails(database)[0].body.count("- Hồ sơ") == 1
    assert [one for one in notices(database) if one.read_at is None and not one.mail_id] == []
