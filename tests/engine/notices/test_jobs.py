"""Mail as the worker does it: from a step to the mailbox, and without a server to the page."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.jobs import Work
from engine.jobs.worker import Worker
from engine.journal.keys import open_key
from engine.journal.outside import Outside
from engine.notices.jobs import DIGEST, SEND
from engine.notices.posting import Postmaster
from engine.office import VIETNAM
from engine.store.database import reading
from engine.store.models import Mail, Notice
from forms.vocabulary import MailState, MailWay, Outcome
from tests.engine.notices.mailbox import Mailbox, free_port, mail_server, server_at
from tests.engine.notices.told import wants
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

SOON = NOON + timedelta(minutes=1)
MORNING = datetime(2030, 12, 3, 7, 30, tzinfo=VIETNAM)


@pytest.fixture
def work(database, ward, tmp_path):
    """What jobs may use, where both have run today and then a nomination was submitted."""
    work = Work(database, lambda: NOON, open_key(tmp_path / "key", "x"), Outside(tmp_path))
    run(work, NOON)
    wants(database, ward.school_head, MailWay.IMMEDIATE, "mo@truong.example")
    wants(database, ward.school_deputy, MailWay.DIGEST, "gia@truong.example")
    Walk(database, ward).open().do(Outcome.SUBMIT)
    return work


def run(work, at):
    """Let a new worker do everything that is due at a moment."""
    worker = Worker(replace(work, now=lambda: at), {job.name: job for job in (SEND, DIGEST)})
    worker.arm()
    for _ in range(5):
        worker.step()


def states(database):
    with reading(database) as session:
        return session.scalars(select(Mail.state).order_by(Mail.id)).all()


def test_a_worker_sends_what_a_step_told(work, database):
    box = Mailbox()
    with mail_server(box) as server:
        work = replace(work, postmaster=Postmaster(server, "vanxuan.example"))
        run(work, SOON)
        assert [mail["To"].addresses[0].username for mail in box.taken] == ["mo"]
        run(work, SOON + timedelta(minutes=1))
        assert len(box.taken) == 1
        run(work, MORNING)
        run(work, MORNING + timedelta(minutes=1))
        assert [mail["To"].addresses[0].username for mail in box.taken] == ["mo", "gia"]
    assert states(database) == [MailState.SENT] * 2


@on_sqlite
def test_an_outage_of_days_ends_with_one_digest(work, database):
    box = Mailbox()
    with mail_server(box) as server:
        work = replace(work, postmaster=Postmaster(server, "vanxuan.example"))
        run(work, SOON)
        for days in (16, 16.1, 16.2):
            run(work, MORNING + timedelta(days=days))
    assert len(box.taken) == 2


@on_sqlite
def test_without_a_server_nothing_waits_for_one(work, database):
    run(work, SOON)
    run(work, MORNING)
    assert states(database) == []
    with reading(database) as session:
        assert set(session.scalars(select(Notice.way))) == {MailWay.PAGE}


@on_sqlite
def test_a_server_that_is_away_fails_no_job(work, database):
    run(replace(work, postmaster=Postmaster(server_at(free_port()), "x.example")), SOON)
    assert states(database) == [MailState.WAITING]
    box = Mailbox()
    with mail_server(box) as server:
        later = SOON + timedelta(minutes=5)
        run(replace(work, postmaster=Postmaster(server, "x.example")), later)
    assert states(database) == [MailState.SENT]
