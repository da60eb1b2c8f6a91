"""What people are told, how they want to be told, and the e-mails that told them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base
from forms.vocabulary import MailState, MailTrouble, MailWay, NoticeKind

UNREAD = text("read_at IS NULL")
UNREAD_OF_TASK = text("read_at IS NULL AND task_id IS NOT NULL")
UNMAILED = text("mail_id IS NULL AND way <> 'page'")
UNFINISHED = text("state IN ('waiting', 'sending')")


class Mail(Base):
    """One e-mail, with its text as it goes out: what was sent can be read again."""

    __tablename__ = "mails"
    __table_args__ = (
        # A mail that is being sent, or was, has the moment at which that began.
        CheckConstraint("state <> 'sending' OR begun_at IS NOT NULL", "begun"),
        CheckConstraint(
            "(state IN ('sent', 'maybe_sent_twice')) = (sent_at IS NOT NULL)", "sent"
        ),
        Index(
            "ix_mails_unfinished",
            "next_try_at",
            "id",
            sqlite_where=UNFINISHED,
            postgresql_where=UNFINISHED,
        ),
        Index("ix_mails_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """``notice:41``, or ``digest:7:2030-12-02`` (person, day in Vietnam): made once."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    address: Mapped[str]
    """As it was when the mail was written."""
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    """Header ``Message-ID``, the same at each attempt: by it a mail program sees doubles."""
    state: Mapped[MailState] = mapped_column(default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    is_unsure: Mapped[bool] = mapped_column(default=False)
    """An attempt broke off after the text had begun to go out: it may have arrived."""
    trouble: Mapped[MailTrouble | None]
    """What went wrong at the last attempt; none: nothing did."""
    last_error: Mapped[str] = mapped_column(default="")
    """What the server or the network said then, in its own words."""
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    """When the last attempt began."""
    sent_at: Mapped[datetime | None]


class Notice(Base):
    """One event told to one person. Names and texts are read from the case, not kept here."""

    __tablename__ = "notices"
    __table_args__ = (
        # A person is told of an event once.
        UniqueConstraint("event", "person_id"),
        Index(
            "ix_notices_unread",
            "person_id",
            sqlite_where=UNREAD,
            postgresql_where=UNREAD,
        ),
        Index(
            "ix_notices_unread_task_id",
            "task_id",
            sqlite_where=UNREAD_OF_TASK,
            postgresql_where=UNREAD_OF_TASK,
        ),
        Index("ix_notices_person_id_id", "person_id", "id"),
        Index(
            "ix_notices_unmailed",
            "way",
            "person_id",
            "id",
            sqlite_where=UNMAILED,
            postgresql_where=UNMAILED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    """What happened, in words for programs: ``waiting:<task>``, ``session:4:<moment>``."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[NoticeKind]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("user_tasks.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("council_sessions.id"))
    facts: Mapped[dict[str, Any]]
    """Codes and days: ticks of a return, the outcome, the day it was due."""
    way: Mapped[MailWay]
    """As the person had chosen when it happened; without an address: in the page only."""
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class NoticeSetting(Base):
    """Where and how a person wants to be told; none: in the page only."""

    __tablename__ = "notice_settings"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    address: Mapped[str]
    """E-mail address; empty: none."""
    way: Mapped[MailWay]
    changed_at: Mapped[datetime]
