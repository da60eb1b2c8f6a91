"""What auditors find and note, and who read or took away what."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.models.base import Base
from engine.store.models.cases import Case
from engine.store.models.people import Unit
from forms.vocabulary import AccessKind, FindingState, Role


class AuditFinding(Base):
    """What an auditor found at a case, what the body concerned says, how it was closed."""

    __tablename__ = "audit_findings"
    __table_args__ = (
        # Whatever was answered or closed has its person and its moment.
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", "answer"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", "closing"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", "closer"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", "answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    """The body whose act it was: its head or clerk answers."""
    state: Mapped[FindingState] = mapped_column(default=FindingState.OPEN)
    text: Mapped[str]
    asked: Mapped[str]
    """What the body is asked to explain or to do."""
    written_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    conclusion: Mapped[str] = mapped_column(default="")
    """What the auditor made of it."""
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship()
    unit: Mapped[Unit] = relationship()


class AuditNote(Base):
    """What an auditor noted at a case for themselves: nobody else reads it."""

    __tablename__ = "audit_notes"
    __table_args__ = (
        Index("ix_audit_notes_case_id_written_by_id", "case_id", "written_by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    text: Mapped[str]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]


class AccessRecord(Base):
    """Somebody read a case, or took something away: the journal says the same, to search."""

    __tablename__ = "access_records"
    __table_args__ = (
        Index("ix_access_records_case_id_id", "case_id", "id"),
        Index("ix_access_records_person_id_seen_at", "person_id", "seen_at"),
        Index("ix_access_records_seen_at", "seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[Role | None]
    """One in which they could; none: they had no position."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    """None: it was no single case, such as an extract of the register."""
    kind: Mapped[AccessKind]
    what: Mapped[str] = mapped_column(default="")
    """Kind of the paper, or what was exported."""
    item_id: Mapped[int | None]
    """Of the attachment or the paper, in its table."""
    seen_at: Mapped[datetime]
    journal_seq: Mapped[int]
    """Number of its entry in the stream ``views``."""
