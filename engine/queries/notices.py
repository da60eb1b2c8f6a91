"""A person's own notices, and the mails of all for who looks after them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, func, select, true, update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.notices.reading import chosen_notices, told_of
from engine.notices.texts import Told
from engine.permissions import Actor, require
from engine.queries.visibility import is_visible_to, waits_for
from engine.store.models import Case, Mail, Notice, Person, UserTask
from forms.vocabulary import MailState, MailTrouble

PAGE_SIZE = 50
"""Notices, or mails, on one page."""

MOST_UNREAD = 99
"""Unread notices that the head of a page counts; of more it says so."""


@dataclass(frozen=True)
class NoticeLine:
    """A notice of the reader, with where it leads."""

    told: Told
    subject_name: str
    """Of the case; empty where the reader may not see it any more."""
    case_reference: str
    """Of the case, if the reader may see it."""
    task_id: str | None
    """Of a task that still waits for the reader."""
    session_id: int | None
    is_read: bool
    mail_id: int | None
    mail_state: MailState | None


@dataclass(frozen=True)
class NoticePage:
    """One page of notices, unread ones first."""

    lines: tuple[NoticeLine, ...]
    next_key: str
    """Where the next page begins; empty: this is the last."""


@dataclass(frozen=True)
class MailLine:
    """A mail, with what became of it."""

    id: int
    person_name: str
    address: str
    language: str
    subject: str
    body: str
    message_id: str
    state: MailState
    trouble: MailTrouble | None
    last_error: str
    attempts: int
    is_unsure: bool
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None

    @property
    def may_be_retried(self) -> bool:
        """Whether a person may let it be sent again."""
        return self.state in (MailState.FAILED, MailState.GAVE_UP)


@dataclass(frozen=True)
class MailPage:
    """One page of mails, the latest first."""

    lines: tuple[MailLine, ...]
    before: int | None
    """Number before which the next page begins; none: this is the last."""


def count_unread(session: Session, person_id: int) -> int:
    """Return how many notices a person has not read, at most one more than ``MOST_UNREAD``."""
    return int(session.execute(_UNREAD, {"person": person_id}).scalar_one())


def list_notices(session: Session, actor: Actor, key: str = "") -> NoticePage:
    """Return one page of the notices of ``actor``: unread ones first, then the latest.

    :param key: of the page, as the page before it said; anything odd: the first.
    """
    is_read, before = _read_key(key)
    rows: list[Row[*tuple[Any, ...]]] = []
    if not is_read:
        rows += session.execute(_own(actor, is_read=False, before=before)).all()
        before = None
    if len(rows) <= PAGE_SIZE:
        rest = PAGE_SIZE + 1 - len(rows)
        rows += session.execute(_own(actor, is_read=True, before=before).limit(rest)).all()
    shown = rows[:PAGE_SIZE]
    next_key = ""
    if len(rows) > PAGE_SIZE:
        last = shown[-1]
        next_key = f"{'r' if last.read_at else 'u'}{last.id}"
    return NoticePage(tuple(_line(session, row) for row in shown), next_key)


def get_notice(session: Session, actor: Actor, notice_id: int) -> NoticeLine:
    """Return one notice of ``actor``.

    :raises NotFound: there is none of them with this number.
    """
    row = session.execute(_all_own(actor).where(Notice.id == notice_id)).first()
    if row is None:
        raise NotFound(f"notice {notice_id} of person {actor.person_id}")
    return _line(session, row)


def mark_read(
    session: Session, actor: Actor, at: datetime, notice_id: int | None = None
) -> None:
    """Write down that ``actor`` has read a notice of theirs, or all of them.

    What a step is just taking back is passed over: a step never waits in a circle for us.
    """
    mine = and_(Notice.person_id == actor.person_id, Notice.read_at.is_(None))
    this = true() if notice_id is None else Notice.id == notice_id
    chosen = select(Notice.id).where(mine, this).with_for_update(skip_locked=True)
    session.execute(update(Notice).where(Notice.id.in_(chosen)).values(read_at=at))


def list_mails(
    session: Session, actor: Actor, *, state: MailState | None = None, before: int | None = None
) -> MailPage:
    """Return one page of mails, the latest first.

    :raises NotPermitted: ``actor`` does not look after mails.
    """
    require(actor, "mails.see")
    query = _mails().order_by(Mail.id.desc()).limit(PAGE_SIZE + 1)
    if state is not None:
        query = query.where(Mail.state == state)
    if before is not None:
        query = query.where(Mail.id < before)
    rows = session.execute(query).all()
    lines = tuple(_mail_line(row) for row in rows[:PAGE_SIZE])
    return MailPage(lines, lines[-1].id if len(rows) > PAGE_SIZE else None)


def get_mail(session: Session, actor: Actor, mail_id: int) -> MailLine:
    """Return one mail with its text.

    :raises NotPermitted: ``actor`` does not look after mails.
    :raises NotFound: there is no such mail.
    """
    require(actor, "mails.see")
    row = session.execute(_mails().where(Mail.id == mail_id)).first()
    if row is None:
        raise NotFound(f"mail {mail_id}")
    return _mail_line(row)


def find_trouble(session: Session) -> MailLine | None:
    """Return the mail that waits with the latest trouble; none: nothing is wrong."""
    row = session.execute(
        _mails()
        .where(Mail.state == MailState.WAITING, Mail.trouble.is_not(None))
        .order_by(Mail.next_try_at.desc(), Mail.id.desc())
        .limit(1)
    ).first()
    return None if row is None else _mail_line(row)


def _own(actor: Actor, *, is_read: bool, before: int | None) -> Any:
    """Return the query of the read, or the unread, notices of ``actor``, the latest first."""
    condition = Notice.read_at.is_not(None) if is_read else Notice.read_at.is_(None)
    query = _all_own(actor).where(condition).order_by(Notice.id.desc()).limit(PAGE_SIZE + 1)
    return query if before is None else query.where(Notice.id < before)


def _all_own(actor: Actor) -> Any:
    """Return the query of the notices of ``actor``.

    Who may not see a case any more reads what they were told, and not the name.
    """
    sees = is_visible_to(actor)
    return (
        chosen_notices(
            Notice.read_at,
            Notice.mail_id,
            Mail.state.label("mail_state"),
            case((sees, Case.subject_name), else_="").label("subject_name"),
            case((sees, Case.reference), else_="").label("visible_reference"),
            case((waits_for(actor), UserTask.id), else_=None).label("waiting_task_id"),
        )
        .outerjoin(Mail, Mail.id == Notice.mail_id)
        .where(Notice.person_id == actor.person_id)
    )


def _line(session: Session, row: Row[*tuple[Any, ...]]) -> NoticeLine:
    return NoticeLine(
        told=told_of(session, row),
        subject_name=row.subject_name or "",
        case_reference=row.visible_reference or "",
        task_id=row.waiting_task_id,
        session_id=row.session_id,
        is_read=row.read_at is not None,
        mail_id=row.mail_id,
        mail_state=row.mail_state,
    )


def _read_key(key: str) -> tuple[bool, int | None]:
    """Return whether a page is among those of read notices, and before which number."""
    number = key[1:]
    if key[:1] in ("u", "r") and number.isascii() and number.isdecimal() and len(number) < 19:  # noqa: PLR2004
        return key[0] == "r", int(number)
    return False, None


def _mails() -> Any:
    return select(
        Mail.id,
        Person.full_name.label("person_name"),
        Mail.address,
        Mail.language,
        Mail.subject,
        Mail.body,
        Mail.message_id,
        Mail.state,
        Mail.trouble,
        Mail.last_error,
        Mail.attempts,
        Mail.is_unsure,
        Mail.created_at,
        Mail.next_try_at,
        Mail.sent_at,
    ).join(Person, Person.id == Mail.person_id)


def _mail_line(row: Row[*tuple[Any, ...]]) -> MailLine:
    return MailLine(**row._mapping)


_UNREAD = select(func.count()).select_from(
    select(Notice.id)
    .where(Notice.person_id == bindparam("person"), Notice.read_at.is_(None))
    .limit(MOST_UNREAD + 1)
    .subquery()
)
