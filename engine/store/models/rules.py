"""The rules as they stood, what they said of a case, and the papers of its dossier."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base, PackedJson
from forms.vocabulary import CheckStage, Conclusion


class LawBookRow(Base):
    """The rule files of one edition, byte for byte; frozen, so that old checks stay read."""

    __tablename__ = "law_books"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    """Over names and contents, in hex."""
    files: Mapped[dict[str, Any]]
    """Name → text."""
    stored_at: Mapped[datetime]


class Check(Base):
    """What the rules said of a case; a row for each answer that differs from the one before.

    Frozen. Every command journals the hash of the answer it was given.
    """

    __tablename__ = "checks"
    __table_args__ = (Index("ix_checks_case_id_id", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    task_id: Mapped[str | None] = mapped_column(ForeignKey("user_tasks.id"))
    """The task at which the rules were asked; none at the opening."""
    stage: Mapped[CheckStage]
    book_sha256: Mapped[str] = mapped_column(ForeignKey("law_books.sha256"))
    received_on: Mapped[date]
    """The day that chose the rule set."""
    conclusion: Mapped[Conclusion]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(PackedJson())
    """One per rule: :meth:`engine.rules.model.Finding.to_json`."""
    answer_hash: Mapped[str]
    """SHA-256, in hex, of the canonical findings."""
    overridden: Mapped[list[str]]
    """Ids of the rules against which the person went on here."""
    override_reason: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]


class DossierPaper(Base):
    """Whether one paper of a dossier is there, as a clerk last ticked it."""

    __tablename__ = "dossier_papers"
    __table_args__ = (UniqueConstraint("case_id", "paper"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    paper: Mapped[str]
    """Id of the paper in the law book, for example ``achievement_report``."""
    is_there: Mapped[bool]
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id"))
    note: Mapped[str] = mapped_column(default="")
    ticked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ticked_at: Mapped[datetime]


class SupplementRequest(Base):
    """A request to complete the papers of a dossier: a return with items and a deadline."""

    __tablename__ = "supplement_requests"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("user_tasks.id"))
    number: Mapped[int]
    """1, 2, … within the case."""
    papers: Mapped[list[str]]
    due_on: Mapped[date]
    """Last day, in Vietnam."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
