"""Mails through real servers: delivered, refused, cut off; sent once, or said not to be."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from engine.errors import NotPermitted
from engine.notices.choices import give_address
from engine.notices.delivery import LOST_AFTER, MOST_ATTEMPTS, deliver, find_lost, retry
from engine.notices.mails import write_mails
from engine.notices.smtp import Outgoing, Security, compose
from engine.store.database import reading, unit_of_work
from engine.store.models import JournalEntry, Mail
from forms.vocabulary import MailState, MailTrouble, Outcome
from tests.engine.notices.mailbox import (
    SENDER,
    Mailbox,
    free_port,
    mail_server,
    only_with_password,
    rude_server,
    server_at,
)
from tests.engine.notices.told import wants
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

LATER = NOON + LOST_AFTER + timedelta(minutes=1)


@pytest.fixture
def waiting(database, ward):
    """Two mails that wait: to the head and the deputy head of the school."""
    wants(database, ward.school_head, address="mo@truong.example")
    wants(database, ward.school_deputy, address="gia@truong.example")
    Walk(database, ward).open().do(Outcome.SUBMIT)
    with unit_of_work(database) as session:
        assert write_mails(session, NOON, domain="vanxuan.example") == 2
    return database


def mails(database) -> list[Mail]:
    with reading(database) as session:
        found = list(session.scalars(select(Mail).order_by(Mail.id)))
        session.expunge_all()
        return found


def states(database) -> list[MailState]:
    return [mail.state for mail in mails(database)]


def send(database, server, at=NOON):
    return deliver(database, server, lambda: at)


def test_a_mail_arrives_with_its_headers_and_its_vietnamese(waiting):
    box = Mailbox()
    with mail_server(box) as server:
        assert send(waiting, server).sent == 2
        assert send(waiting, server).sent == 0
    assert states(waiting) == [MailState.SENT] * 2
    assert len(box.taken) == 2
    first, known = box.taken[0], mails(waiting)[0]
    assert first["Subject"] == known.subject
    assert "Hồ sơ HS-2030-0001 chờ ông/bà xử lý" in first["Subject"]
    assert first["To"] == "Lê Thị Mơ <mo@truong.example>"
    assert first["From"] == SENDER
    assert first["Message-ID"] == known.message_id
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Content-Language"] == "vi"
    assert first["Date"].datetime == NOON
    assert first.get_content().replace("\r\n", "\n") == known.body
    assert "Kính gửi ông/bà Lê Thị Mơ," in known.body


def test_what_goes_over_the_line_is_seven_bits():
    mail = Outgoing("Lê Thị Mơ", "mo@truong.example", "vi", "Chờ xử lý", "ơ", "<1@x>", NOON)
    raw = compose(mail, SENDER)
    assert raw.isascii()
    assert b"Subject: =?utf-8?" in raw


@pytest.mark.parametrize("name", ["Mơ\r\nBcc: all@x.example", "Mơ\nBcc: x", "Mơ\x00\x0bX"])
def test_a_name_adds_no_header(name):
    raw = compose(Outgoing(name, "a@b.example", "vi", name, "x", "<1@x>", NOON), SENDER)
    names = {line.split(b":")[0].lower() for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n")}
    assert b"bcc" not in names


@on_sqlite
def test_a_mail_that_can_not_be_written_is_refused_and_tried_no_more(waiting):
    with unit_of_work(waiting) as session:
        session.get_one(Mail, 1).address = "mơ@@truong"
    box = Mailbox()
    with mail_server(box) as server:
        send(waiting, server)
    assert states(waiting) == [MailState.FAILED, MailState.SENT]


@on_sqlite
def test_a_mail_that_kills_every_sender_is_given_up(waiting):
    with unit_of_work(waiting) as session:
        mail = session.get_one(Mail, 1)
        mail.state, mail.begun_at, mail.attempts = MailState.SENDING, NOON, MOST_ATTEMPTS
        find_lost(session, LATER)
    assert states(waiting) == [MailState.GAVE_UP, MailState.WAITING]


@pytest.mark.parametrize(
    ("step", "answer"), [("RCPT", "550 5.1.1 No such user"), ("DATA", "554 5.7.1 No spam")]
)
@on_sqlite
def test_a_refused_mail_keeps_the_words_of_the_server(waiting, step, answer):
    box = Mailbox()
    box.answers[step] = answer
    with mail_server(box) as server:
        run = send(waiting, server)
    assert (run.sent, run.failed) == (0, 2)
    failed = mails(waiting)[0]
    assert (failed.state, failed.trouble) == (MailState.FAILED, MailTrouble.REFUSED)
    assert failed.last_error == answer
    assert not failed.is_unsure


@on_sqlite
def test_one_refused_address_keeps_no_other_mail_back(waiting):
    box = Mailbox()
    replies = iter(["550 No such user", None])
    box.answers["RCPT"] = lambda: next(replies)
    with mail_server(box) as server:
        send(waiting, server)
    assert states(waiting) == [MailState.FAILED, MailState.SENT]


@on_sqlite
def test_what_is_put_off_is_tried_again_after_a_while(waiting):
    box = Mailbox()
    box.answers["RCPT"] = "451 4.7.1 Greylisted, come back"
    with mail_server(box) as server:
        assert send(waiting, server).put_off == 2
        assert send(waiting, server).put_off == 0  # not before its time
        box.answers.clear()
        assert send(waiting, server, NOON + timedelta(minutes=2)).sent == 2
    assert states(waiting) == [MailState.SENT] * 2
    assert mails(waiting)[0].attempts == 2


def test_a_server_that_is_away_is_tried_again_and_nothing_is_unsure(waiting):
    run = send(waiting, server_at(free_port()))
    assert run.put_off == 2
    for mail in mails(waiting):
        assert (mail.state, mail.trouble) == (MailState.WAITING, MailTrouble.AWAY)
        assert "refused" in mail.last_error
        assert not mail.is_unsure
        assert mail.next_try_at > NOON


@on_sqlite
def test_a_mail_is_given_up_and_may_be_retried_at_a_better_address(waiting, ward):
    away, at = server_at(free_port()), NOON
    for _ in range(MOST_ATTEMPTS):
        send(waiting, away, at)
        at += timedelta(hours=1)
    assert states(waiting) == [MailState.GAVE_UP] * 2
    with unit_of_work(waiting) as session:
        give_address(
            session,
            person_id=ward.school_head.person_id,
            address="mo.moi@truong.example",
            actor=ward.administrator,
            at=at,
        )
        mail_id = mails(waiting)[0].id
        retry(session, mail_id=mail_id, actor=ward.ward_clerk, at=at)
    box = Mailbox()
    with mail_server(box) as server:
        send(waiting, server, at)
    assert states(waiting) == [MailState.SENT, MailState.GAVE_UP]
    assert box.taken[0]["To"].addresses[0].addr_spec == "mo.moi@truong.example"
    with reading(waiting) as session:
        actions = set(session.scalars(select(JournalEntry.action)))
    assert {"mail.retried", "notice_setting.changed"} <= actions


@on_sqlite
def test_only_who_looks_after_mails_retries_them(waiting, ward):
    with unit_of_work(waiting) as session, pytest.raises(NotPermitted):
        retry(session, mail_id=1, actor=ward.school_head, at=NOON)


@on_sqlite
def test_a_sent_mail_is_not_sent_again_by_a_retry(waiting, ward):
    box = Mailbox()
    with mail_server(box) as server:
        send(waiting, server)
        with unit_of_work(waiting) as session:
            retry(session, mail_id=1, actor=ward.ward_clerk, at=NOON)
        send(waiting, server)
    assert len(box.taken) == 2


GREETING = (b"220 hello\r\n", b"250 hello\r\n", b"250 from\r\n", b"250 to\r\n")


@pytest.mark.parametrize(
    ("script", "trouble", "is_unsure"),
    [
        ((None,), MailTrouble.SLOW, False),
        ((*GREETING[:2], None), MailTrouble.SLOW, False),
        (GREETING[:3], MailTrouble.DROPPED, False),
        ((*GREETING, None), MailTrouble.SLOW, False),
        ((*GREETING, b"354 go on\r\n"), MailTrouble.DROPPED, True),
        ((*GREETING, b"354 go on\r\n", None), MailTrouble.SLOW, True),
    ],
    ids=[
        "silent",
        "silent at the sender",
        "hangs up at the recipient",
        "silent at the text",
        "hangs up in the text",
        "silent after the text",
    ],
)
@on_sqlite
def test_a_line_that_breaks_is_unsure_only_once_the_text_goes_out(
    waiting, script, trouble, is_unsure
):
    with rude_server(script) as (server, _):
        run = send(waiting, server)
    assert run.sent == 0
    first = mails(waiting)[0]
    assert (first.state, first.trouble, first.is_unsure) == (
        MailState.WAITING,
        trouble,
        is_unsure,
    )
    box = Mailbox()
    with mail_server(box) as server:
        send(waiting, server, LATER)
    assert mails(waiting)[0].state is (
        MailState.MAYBE_SENT_TWICE if is_unsure else MailState.SENT
    )
    assert box.ids == [mail.message_id for mail in mails(waiting)]


@on_sqlite
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_server_that_wants_a_password_gets_it(waiting):
    box = Mailbox()
    options = {
        "authenticator": only_with_password("thidua", "mat-khau"),
        "auth_required": True,
        "auth_require_tls": False,
    }
    with mail_server(box, **options) as server:
        right = server_at(server.port, user="thidua", password="mat-khau")
        assert send(waiting, right).sent == 2


@on_sqlite
def test_a_refused_login_puts_all_mails_off(waiting):
    answers = (b"220 hello\r\n", b"250-hello\r\n250 AUTH PLAIN\r\n", b"535 5.7.8 Wrong\r\n")
    with rude_server(answers) as (server, _):
        wrong = server_at(server.port, user="thidua", password="sai")
        assert send(waiting, wrong).put_off == 2
    first = mails(waiting)[0]
    assert (first.state, first.trouble) == (MailState.WAITING, MailTrouble.LOGIN)
    assert (first.last_error, first.is_unsure) == ("535 5.7.8 Wrong", False)


@on_sqlite
def test_a_server_without_encryption_gets_no_mail_where_it_is_wanted(waiting):
    box = Mailbox()
    with mail_server(box) as server:
        send(waiting, server_at(server.port, security=Security.STARTTLS))
    assert box.taken == []
    assert mails(waiting)[0].trouble is MailTrouble.AWAY
    assert "STARTTLS" in mails(waiting)[0].last_error


def test_two_senders_send_each_mail_once(waiting):
    box = Mailbox()
    with mail_server(box) as server:
        threads = [Thread(target=send, args=(waiting, server)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(box.ids) == sorted(mail.message_id for mail in mails(waiting))
    assert states(waiting) == [MailState.SENT] * 2


SENDING = """
import sys
from datetime import datetime
from engine.notices.delivery import deliver
from engine.store.database import connect
from tests.engine.notices.mailbox import server_at
at = datetime.fromisoformat(sys.argv[3])
deliver(connect(sys.argv[1]), server_at(int(sys.argv[2])), lambda: at)
"""


def test_a_process_killed_while_sending_sends_nothing_twice_in_silence(waiting, database_url):
    """The server has the text and kills its client before it answers."""
    box = Mailbox()
    with mail_server(box) as server:
        child = subprocess.Popen(  # noqa: S603  # our own words
            [sys.executable, "-c", SENDING, database_url, str(server.port), NOON.isoformat()]
        )
        box.answers["DATA"] = lambda: os.kill(child.pid, signal.SIGKILL) or "250 Taken"
        assert child.wait(30) == -signal.SIGKILL
        assert states(waiting) == [MailState.SENDING, MailState.WAITING]
        box.answers.clear()
        assert send(waiting, server).sent == 1  # the other one; nobody touches the first yet
        assert states(waiting) == [MailState.SENDING, MailState.SENT]
        assert send(waiting, server, LATER).sent == 1
        assert send(waiting, server, LATER).sent == 0
    first, second = mails(waiting)
    assert (first.state, second.state) == (MailState.MAYBE_SENT_TWICE, MailState.SENT)
    assert sorted(box.ids) == sorted([first.message_id] * 2 + [second.message_id])


@on_sqlite
def test_who_was_taken_for_lost_and_comes_back_calls_nothing_sent_once(waiting):
    box = Mailbox()

    def be_found_lost():
        with unit_of_work(waiting) as session:
            find_lost(session, LATER)
        box.answers.clear()
        return "250 Taken"

    box.answers["DATA"] = be_found_lost
    with mail_server(box) as server:
        send(waiting, server)
        assert states(waiting) == [MailState.WAITING, MailState.SENT]
        send(waiting, server, LATER)
    assert states(waiting) == [MailState.MAYBE_SENT_TWICE, MailState.SENT]
