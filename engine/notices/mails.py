"""Writing the mails of notices: one per notice, or one per person and morning.

A mail is a row, written once: its key says for what. Sending it is another matter, see
:mod:`engine.notices.delivery`.
"""

import uuid
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    String,
    and_,
    cast,
    exists,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from engine.errors import NoCalendarForDay
from engine.notices.reading import all_told, chosen_notices, told_of
from engine.notices.texts import Letter, Recipient, digest, letter
from engine.office import VIETNAM, day_in_vietnam
from engine.queries.organisation import office_name
from engine.rules.book import book
from engine.rules.calendar import SATURDAY, Calendar
from engine.store.database import take_turn
from engine.store.models import Account, Mail, Notice, NoticeSetting, Person
from forms.vocabulary import MailState, MailWay

DIGEST_AT = time(7, 30)
"""From when on the digest of a working day is written, in Vietnam."""

MOST_AT_ONCE = 500
"""Mails written in one transaction."""

MOST_READ = 1_000
"""Notices of one person that a digest takes along."""

LinkTo = Callable[[int | None], str]
"""Id of a notice, or none for all of them → its web address; empty: none is known."""


def no_link(notice_id: int | None) -> str:
    """Stand for web addresses that are not known."""
    return ""


def write_mails(
    session: Session, at: datetime, *, domain: str, link_to: LinkTo = no_link
) -> int:
    """Write the mails of notices whose people want them at once; return how many.

    What was read or dealt with in the meantime needs no mail any more.

    :param domain: of the addresses of mails (``Message-ID``).
    """
    take_turn(session, "mails")
    _drop_needless(session)
    rows = session.execute(
        _waiting(MailWay.IMMEDIATE).order_by(Notice.id).limit(MOST_AT_ONCE)
    ).all()
    office = office_name(session)
    for row in rows:
        text = letter(
            told_of(session, row), _recipient(row), office=office, link=link_to(row.id)
        )
        _write(session, f"notice:{row.id}", row, text, [row.id], at, domain)
    return len(rows)


def write_digests(
    session: Session, at: datetime, *, domain: str, link_to: LinkTo = no_link
) -> int:
    """Write the digest of this morning for who wants one and has none yet; return how many.

    On working days from ``DIGEST_AT`` on, however late: after an outage of days there is
    one, of the day on which it ends.
    """
    today = day_in_vietnam(at)
    if at.astimezone(VIETNAM).time() < DIGEST_AT or not is_working_day(today):
        return 0
    take_turn(session, "mails")
    _drop_needless(session)
    office = office_name(session)
    written = 0
    for person_id in session.scalars(_without_digest(today)).all():
        rows = session.execute(
            _waiting(MailWay.DIGEST)
            .where(Notice.person_id == person_id)
            .order_by(Notice.id)
            .limit(MOST_READ)
        ).all()
        if not rows:
            continue
        many = all_told(session, rows)
        text = digest(many, today, _recipient(rows[0]), office=office, link=link_to(None))
        ids = [row.id for row in rows]
        _write(session, _digest_key(person_id, today), rows[0], text, ids, at, domain)
        written += 1
    return written


def forgo_mails(session: Session) -> int:
    """Leave to the page what waits for a mail: no mail server is set. Return how many."""
    return _leave_to_page(session, select(Notice.id).where(_UNMAILED))


def is_working_day(day: date) -> bool:
    """Whether people work on ``day``; where its calendar is not known: Monday to Friday."""
    calendar: Calendar = book().parts["calendar.yaml"]
    try:
        return calendar.is_working_day(day)
    except NoCalendarForDay:
        return day.weekday() < SATURDAY


_UNMAILED = and_(Notice.mail_id.is_(None), Notice.way != literal_column("'page'"))
"""With the word itself, not a value: only so SQLite sees that its index knows these rows."""


def _waiting(way: MailWay) -> Any:
    """Return the query of unread notices that go out this way, with who gets them.

    What a step is just taking back is passed over: a step never waits in a circle for us.
    """
    return (
        chosen_notices(
            Notice.person_id,
            Person.full_name,
            Person.is_woman,
            NoticeSetting.address,
            Account.language,
        )
        .join(Person, Person.id == Notice.person_id)
        .join(NoticeSetting, NoticeSetting.person_id == Notice.person_id)
        .outerjoin(Account, Account.person_id == Notice.person_id)
        .where(_UNMAILED, Notice.way == way, Notice.read_at.is_(None))
        .with_for_update(of=Notice, skip_locked=True)
    )


def _without_digest(today: date) -> Any:
    """Return the query of people who wait for a digest and have none of today."""
    key = literal("digest:").concat(cast(Notice.person_id, String)).concat(f":{today}")
    return (
        select(Notice.person_id)
        .where(_UNMAILED, Notice.way == MailWay.DIGEST, ~exists().where(Mail.key == key))
        .distinct()
        .order_by(Notice.person_id)
        .limit(MOST_AT_ONCE)
    )


def _drop_needless(session: Session) -> None:
    """Let no mail be written of what was read, or for who has no address any more."""
    reachable = select(NoticeSetting.person_id).where(NoticeSetting.address != "")
    needless = Notice.read_at.is_not(None) | Notice.person_id.not_in(reachable)
    _leave_to_page(session, select(Notice.id).where(_UNMAILED, needless))


def _leave_to_page(session: Session, chosen: Select[int]) -> int:
    """Let no mail be written of the notices in ``chosen``; return how many they were."""
    left = session.execute(
        update(Notice)
        .where(Notice.id.in_(chosen.with_for_update(skip_locked=True)))
        .values(way=MailWay.PAGE)
        .returning(Notice.id)
    )
    return len(left.all())


def _write(
    session: Session,
    key: str,
    row: Row[*tuple[Any, ...]],
    text: Letter,
    notice_ids: Collection[int],
    at: datetime,
    domain: str,
) -> None:
    mail_id = session.scalar(
        insert(Mail)
        .values(
            key=key,
            person_id=row.person_id,
            address=row.address,
            language=_recipient(row).language,
            subject=text.subject,
            body=text.body,
            message_id=f"<{uuid.uuid4().hex}@{domain}>",
            state=MailState.WAITING,
            attempts=0,
            is_unsure=False,
            trouble=None,
            last_error="",
            created_at=at,
            next_try_at=at,
        )
        .returning(Mail.id)
    )
    session.execute(update(Notice).where(Notice.id.in_(notice_ids)).values(mail_id=mail_id))


def _digest_key(person_id: int, day: date) -> str:
    return f"digest:{person_id}:{day}"


def _recipient(row: Row[*tuple[Any, ...]]) -> Recipient:
    return Recipient(row.full_name, row.is_woman, row.language or "vi")
