"""The journal and the answers of commands: rows are added, never changed."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base
from forms.vocabulary import Role


class JournalEntry(Base):
    """One thing that happened.

    The database refuses DELETE and REPLACE here, and every UPDATE but one that takes away
    ``salt`` and ``private``. The columns before ``hash`` repeat what ``body`` says, to search.
    """

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
    hash: Mapped[bytes] = mapped_column(unique=True)
    """Of ``body``: 32 bytes, the leaf of the entry in the tree."""
    body: Mapped[bytes]
    """The entry in canonical JSON, see :mod:`engine.journal.proof`."""
    salt: Mapped[bytes | None]
    private: Mapped[str | None]
    """JSON of what people wrote or are called, to which ``body`` commits; none: there was
    nothing, or it was erased."""

    @property
    def facts(self) -> dict[str, Any]:
        """Codes, numbers, days and hashes of the detail."""
        found: dict[str, Any] = orjson.loads(self.body)["facts"]
        return found

    @property
    def detail(self) -> dict[str, Any]:
        """Old → new, outcome, reason, hashes of what was read and made; what is left of it."""
        return self.facts | (orjson.loads(self.private) if self.private else {})


class JournalLeaf(Base):
    """The place of an entry in the tree. The database refuses any change here."""

    __tablename__ = "journal_leaves"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 0, without gaps."""
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entries.id"), unique=True)


class JournalSubtree(Base):
    """The root of 256 leaves, or of 256 such roots: see :mod:`engine.journal.tree`."""

    __tablename__ = "journal_subtrees"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1: of 256 leaves."""
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class JournalCheckpoint(Base):
    """What the tree was at one moment, signed. The database refuses any change here."""

    __tablename__ = "journal_checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Entries."""
    note: Mapped[str]
    """Signed note of C2SP, as it was written outside of the database too."""
    made_at: Mapped[datetime]


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
