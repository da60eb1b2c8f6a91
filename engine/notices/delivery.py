"""Sending mails: each is marked before it goes out, and what broke off is said to have.

Between handing a text to a server and writing down that it took it, a process can die, and
then nobody can know. So ``sending`` is committed before, ``sent`` after; a mail that is
found as ``sending`` later is sent again with the same ``Message-ID`` and shown as one that
may have been sent twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import Engine, Select, case, select, update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.notices.choices import choice_of
from engine.notices.smtp import MailServer, NotSent, Outgoing, Post, open_post
from engine.office import authorise
from engine.permissions import Actor
from engine.store.database import unit_of_work
from engine.store.models import Mail, Person
from forms.vocabulary import MailState, MailTrouble

log = logging.getLogger(__name__)

Now = Callable[[], datetime]

MOST_AT_ONCE = 100
"""Mails that one run sends at most."""

LOST_AFTER = timedelta(minutes=10)
"""Whoever has been sending one mail for so long is dead: every answer has its time limit."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
"""Time to the next attempt, after the first, the second…; the last for all others."""

MOST_ATTEMPTS = 48
"""Attempts at one mail, about two days: then it is given up, and a person may retry."""

MOST_BREAKS = 3
"""Broken connections after which a run leaves the other mails for the next one."""

MOST_SECONDS = 60.0
"""Time after which a run begins no other mail: other jobs wait for it."""


@dataclass
class Run:
    """What one run did."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0
    trouble: NotSent | None = None
    """The last thing that went wrong."""


def deliver(database: Engine, server: MailServer, now: Now, *, most: int = MOST_AT_ONCE) -> Run:
    """Send the mails that are due, each in transactions of its own.

    Several processes may do so at once: each mail is taken by one of them.
    """
    with unit_of_work(database) as session:
        find_lost(session, now())
        due = list(session.scalars(_due(now(), most)))
    run = Run()
    end = monotonic() + MOST_SECONDS
    for _connection in range(MOST_BREAKS):
        if not due or monotonic() >= end:
            break
        try:
            post = open_post(server)
        except NotSent as trouble:
            run.trouble = trouble
            run.put_off += _put_off(database, due, trouble, now())
            break
        try:
            while due and monotonic() < end:
                if not _send(database, post, due.pop(0), now, run):
                    break
        finally:
            post.close()
    return run


def find_lost(session: Session, at: datetime) -> int:
    """Let be sent again what a process had begun to send when it died; return how many."""
    lost = session.execute(
        update(Mail)
        .where(Mail.state == MailState.SENDING, Mail.begun_at < at - LOST_AFTER)
        .values(
            state=case(
                (Mail.attempts >= MOST_ATTEMPTS, MailState.GAVE_UP), else_=MailState.WAITING
            ),
            is_unsure=True,
            trouble=MailTrouble.LOST,
            last_error="",
            next_try_at=at,
        )
        .returning(Mail.id)
    )
    return len(lost.all())


def retry(session: Session, *, mail_id: int, actor: Actor, at: datetime) -> Mail:
    """Let a mail be tried again that was refused or given up, at the address of now.

    :raises NotPermitted: ``actor`` does not look after mails.
    :raises NotFound: there is no such mail.
    """
    acting = authorise(actor, "mails.see")
    mail = session.get(Mail, mail_id, with_for_update=True, populate_existing=True)
    if mail is None:
        raise NotFound(f"mail {mail_id}")
    if mail.state not in (MailState.FAILED, MailState.GAVE_UP):
        return mail
    acting.note(session, stream="mails", action="mail.retried", at=at, detail={"item": mail_id})
    mail.address = choice_of(session, mail.person_id).address or mail.address
    mail.state = MailState.WAITING
    mail.attempts = 0
    mail.next_try_at = at
    session.flush()
    return mail


def _due(at: datetime, most: int) -> Select[int]:
    return (
        select(Mail.id)
        .where(Mail.state == MailState.WAITING, Mail.next_try_at <= at)
        .order_by(Mail.next_try_at, Mail.id)
        .limit(most)
    )


def _send(database: Engine, post: Post, mail_id: int, now: Now, run: Run) -> bool:
    """Send one mail, unless another process has it; return whether the line still holds."""
    taken = _take(database, mail_id, now())
    if taken is None:
        return True
    attempt, mail = taken
    try:
        post.send(mail)
    except NotSent as trouble:
        run.trouble = trouble
        with unit_of_work(database) as session:
            state = _note_trouble(session, mail_id, attempt, trouble, now())
        run.failed += state is MailState.FAILED
        run.put_off += state is not MailState.FAILED
        return not trouble.is_broken
    with unit_of_work(database) as session:
        _note_sent(session, mail_id, attempt, now())
    run.sent += 1
    return True


def _take(database: Engine, mail_id: int, at: datetime) -> tuple[int, Outgoing] | None:
    """Commit that a mail is being sent; return the attempt and the mail, or None: not ours."""
    with unit_of_work(database) as session:
        row = session.execute(
            update(Mail)
            .where(Mail.id == mail_id, Mail.state == MailState.WAITING)
            .values(state=MailState.SENDING, begun_at=at, attempts=Mail.attempts + 1)
            .returning(Mail.attempts)
        ).first()
        if row is None:
            return None
        mail = session.get_one(Mail, mail_id, populate_existing=True)
        name = session.get_one(Person, mail.person_id).full_name
        return row.attempts, Outgoing(
            to_name=name,
            to_address=mail.address,
            language=mail.language,
            subject=mail.subject,
            body=mail.body,
            message_id=mail.message_id,
            written_at=mail.created_at,
        )


def _note_sent(session: Session, mail_id: int, attempt: int, at: datetime) -> None:
    mail = _still_ours(session, mail_id, attempt)
    if mail is None:  # taken for lost meanwhile: it will be said to have gone out twice
        return
    mail.state = MailState.MAYBE_SENT_TWICE if mail.is_unsure else MailState.SENT
    mail.sent_at = at
    mail.trouble = None
    mail.last_error = ""


def _note_trouble(
    session: Session, mail_id: int, attempt: int, trouble: NotSent, at: datetime
) -> MailState:
    """Write down why a mail was not sent, and when it is tried again; return its state."""
    mail = _still_ours(session, mail_id, attempt)
    if mail is None:
        return MailState.WAITING
    mail.is_unsure = mail.is_unsure or trouble.is_unsure
    mail.trouble, mail.last_error = trouble.trouble, trouble.words
    mail.state = MailState.FAILED if trouble.is_permanent else _after(mail.attempts)
    mail.next_try_at = at + _wait(mail.attempts)
    log.warning("mail %s: attempt %s: %s", mail_id, attempt, trouble.trouble.value)
    return mail.state


def _put_off(database: Engine, due: Sequence[int], trouble: NotSent, at: datetime) -> int:
    """Write down that the server is away for all that wait; nothing of them went out."""
    with unit_of_work(database) as session:
        mails = session.scalars(
            select(Mail)
            .where(Mail.id.in_(due), Mail.state == MailState.WAITING)
            .order_by(Mail.id)
            .with_for_update()
        ).all()
        for mail in mails:
            mail.attempts += 1
            mail.trouble, mail.last_error = trouble.trouble, trouble.words
            mail.state = _after(mail.attempts)
            mail.next_try_at = at + _wait(mail.attempts)
    log.warning("mail server: %s: %s mails put off", trouble.trouble.value, len(mails))
    return len(mails)


def _still_ours(session: Session, mail_id: int, attempt: int) -> Mail | None:
    mail = session.get_one(Mail, mail_id, with_for_update=True, populate_existing=True)
    ours = mail.state is MailState.SENDING and mail.attempts == attempt
    return mail if ours else None


def _after(attempts: int) -> MailState:
    return MailState.GAVE_UP if attempts >= MOST_ATTEMPTS else MailState.WAITING


def _wait(attempts: int) -> timedelta:
    return WAITS[min(attempts, len(WAITS)) - 1]
