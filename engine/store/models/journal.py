"""The journal and the answers of commands: rows are added, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base
from forms.vocabulary import Role


class JournalEntry(Base):
    """One thing that happened. The database refuses UPDATE, DELETE and REPLACE here."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        # A doubled effect fails here, even where a lock was forgotten.
        UniqueConstraint("stream", "seq"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stream: Mapped[str]
    """``case:<id>``, or ``logins``, ``people``, ``settings``, ``plans``, ``diagrams``."""
    seq: Mapped[int]
    """1, 2, 3, … without gaps within its stream."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    happened_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    """None: the system itself."""
    role: Mapped[Role | None]
    """The role in which the actor acted, at that time."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """The unit for which the actor acted, at that time."""
    action: Mapped[str]
    """Subject and past participle: ``task.completed``."""
    task_id: Mapped[str | None]
    detail: Mapped[dict[str, Any]]
    """Old → new, outcome, reason, hashes of what was read and made; JSON values."""


class CommandAnswer(Base):
    """What a command answered to an idempotency key: the same key, the same answer."""

    __tablename__ = "command_answers"

    key: Mapped[str] = mapped_column(primary_key=True)
    """Made by the page with each form; at most 64 characters."""
    actor_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    request_hash: Mapped[str]
    """SHA-256, in hex, of the command and what was sent with it."""
    answer: Mapped[dict[str, Any]]
    answered_at: Mapped[datetime]
