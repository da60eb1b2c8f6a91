"""Outgoing papers: their way to signature, number and issue; who may sign for the head."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.models.base import Base
from engine.store.models.cases import Case, UserTask
from engine.store.models.people import Person, Position, Unit
from forms.vocabulary import Award, Capacity, OutgoingState


class OutgoingPaper(Base):
    """A paper that an office signs, numbers and issues: a decision, or a paper of a case."""

    __tablename__ = "outgoing_papers"
    __table_args__ = (
        # A number comes after the signature, and brings the paper as it is issued.
        CheckConstraint("number IS NULL OR signed_by_id IS NOT NULL", "number_after_signature"),
        CheckConstraint("(number IS NULL) = (content IS NULL)", "frozen"),
        CheckConstraint("(case_id IS NULL) = (copy_number IS NULL)", "copy"),
        Index("ix_outgoing_papers_unit_id_state", "unit_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    """The issuing unit."""
    kind: Mapped[str]
    """``quyet-dinh-khen-thuong``, or the slug of a kind of paper of a case."""
    type_code: Mapped[str]
    """Of the type of paper, as in its symbol: ``QĐ``, ``TTr``, ``TB``."""
    award: Mapped[Award | None]
    """Of a decision: what it awards."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    """Of a paper of one case; its copy is ``copy_number``."""
    copy_number: Mapped[int | None]
    texts: Mapped[dict[str, Any]]
    """What a clerk may write of a decision, by name; empty for a paper of a case."""
    state: Mapped[OutgoingState] = mapped_column(default=OutgoingState.DRAFT)
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    drafted_at: Mapped[datetime]
    content_checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who answers for the content: never the one who answers for the form."""
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    signed_on: Mapped[date | None]
    """Day of the signature, in Vietnam."""
    signer_name: Mapped[str] = mapped_column(default="")
    signer_title: Mapped[str] = mapped_column(default="")
    """Of the position in which they signed: ``Phó Chủ tịch Ủy ban nhân dân``."""
    signer_block: Mapped[str] = mapped_column(default="")
    """Lines of capacity and title, as printed."""
    capacity: Mapped[Capacity | None]
    authorisation_id: Mapped[int | None] = mapped_column(ForeignKey("authorisations.id"))
    number: Mapped[str | None]
    """Number and symbol as printed: ``309/QĐ-UBND``."""
    dated_on: Mapped[date | None]
    """Its date of issue, in Vietnam."""
    code: Mapped[str | None] = mapped_column(unique=True)
    """Under which anybody may check it; of decisions alone."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """PDF as it is issued, from the moment it has its number."""
    sha256: Mapped[str] = mapped_column(default="", index=True)
    signed_content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The same PDF with digital signatures; none: it was signed by hand."""
    signed_sha256: Mapped[str] = mapped_column(default="", index=True)
    signatures: Mapped[list[str]] = mapped_column(default=list)
    """Who signed digitally, and when, as the check of the file found: lines."""
    issued_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    case: Mapped[Case | None] = relationship()
    drafted_by: Mapped[Person] = relationship(foreign_keys=[drafted_by_id])
    cases: Mapped[list["OutgoingCase"]] = relationship(
        order_by="OutgoingCase.place", back_populates="paper"
    )


class OutgoingCase(Base):
    """A case on which a decision is drafted: one row of its list."""

    __tablename__ = "outgoing_cases"
    __table_args__ = (UniqueConstraint("paper_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("outgoing_papers.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("user_tasks.id"))
    """The task at which its authority decides."""
    place: Mapped[int]
    """Its place in the list, from 1."""
    content_hash: Mapped[str] = mapped_column(default="")
    """Of the dossier that the signer decided on; empty before the signature."""

    paper: Mapped[OutgoingPaper] = relationship(back_populates="cases")
    case: Mapped[Case] = relationship()
    task: Mapped[UserTask] = relationship()


class GivenNumber(Base):
    """A number of a series: one a year for each unit and type of paper, without gaps.

    Decree 30/2020/NĐ-CP, Art. 15. A cancelled number keeps its row and is never given again.
    """

    __tablename__ = "given_numbers"
    __table_args__ = (
        UniqueConstraint("unit_id", "type_code", "year", "number"),
        # A number is of a paper of the system, or it says what took it elsewhere.
        CheckConstraint("(paper_id IS NULL) = (used_elsewhere <> '')", "use"),
        # What is cancelled has its reason.
        CheckConstraint("(cancelled_at IS NULL) = (cancel_reason = '')", "cancelling"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    type_code: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    symbol: Mapped[str]
    """As printed: ``05/QĐ-UBND``."""
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_papers.id"), index=True)
    used_elsewhere: Mapped[str] = mapped_column(default="")
    """What a number outside the system was used for; empty: for a paper of the system."""
    given_at: Mapped[datetime]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    cancel_reason: Mapped[str] = mapped_column(default="")

    paper: Mapped[OutgoingPaper | None] = relationship()


class Authorisation(Base):
    """In writing: who may sign for the head of a unit, what, and until when (Art. 13)."""

    __tablename__ = "authorisations"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", "period"),
        # To sign with an authorisation is limited in time.
        CheckConstraint("capacity <> 'authorised' OR ends_on IS NOT NULL", "limited"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"))
    """In which position they sign."""
    capacity: Mapped[Capacity]
    type_codes: Mapped[list[str]]
    """Types of paper that they may sign; never empty."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """Last day, in Vietnam; none: until it is ended."""
    paper: Mapped[str]
    """Number and date of the paper that says so."""
    given_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    given_at: Mapped[datetime]

    position: Mapped[Position] = relationship()
