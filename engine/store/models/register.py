"""The register of awards (sổ khen thưởng), and files that were read into it."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.models.base import Base
from engine.store.models.subjects import SubjectRow
from forms.vocabulary import (
    AnnulmentGround,
    AuthorityLevel,
    CommendationKind,
    EntryNature,
    EntrySource,
    EntryState,
    Honour,
)


class RegisterEntry(Base):
    """One award granted here or elsewhere, or an act about one: adjusted, recovered."""

    __tablename__ = "register_entries"
    __table_args__ = (
        # An achievement ends on or after the day it began.
        CheckConstraint("achieved_to IS NULL OR achieved_to >= achieved_from", "period"),
        # An act about an award names it, and an award is about no other.
        CheckConstraint(
            "(nature IN ('adjusted', 'recovered')) = (about_id IS NOT NULL)", "about"
        ),
        Index("ix_register_entries_subject_id_decided_on", "subject_id", "decided_on"),
        Index("ix_register_entries_decided_on_id", "decided_on", "id"),
        Index("ix_register_entries_number", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    subject_text: Mapped[str]
    """The subject exactly as the decision or the file writes it."""
    folded_subject: Mapped[str] = mapped_column(index=True)
    honour: Mapped[Honour]
    honour_text: Mapped[str]
    """The award exactly as the decision or the file writes it."""
    kind: Mapped[CommendationKind]
    nature: Mapped[EntryNature] = mapped_column(default=EntryNature.GRANTED)
    state: Mapped[EntryState] = mapped_column(default=EntryState.IN_FORCE)
    achieved_from: Mapped[date | None]
    achieved_to: Mapped[date | None]
    content: Mapped[str] = mapped_column(default="")
    """For which achievement, as the decision says or the dossier summed it up."""
    number: Mapped[str] = mapped_column(default="")
    """Number and symbol of the decision; empty where history does not tell."""
    decided_on: Mapped[date | None]
    authority_name: Mapped[str]
    authority_level: Mapped[AuthorityLevel]
    authority_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    """The deciding unit, where it is one of the tree."""
    source: Mapped[EntrySource]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("register_entries.id"), index=True)
    """The award that is adjusted or recovered."""
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("register_entries.id"))
    """The award of the decision that replaced this one."""
    ground: Mapped[AnnulmentGround | None]
    """Of a recovery (Art. 93.2)."""
    reason: Mapped[str] = mapped_column(default="")
    import_row_id: Mapped[int | None] = mapped_column(ForeignKey("register_import_rows.id"))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    entered_at: Mapped[datetime]

    subject: Mapped[SubjectRow] = relationship()


class ImportState(enum.StrEnum):
    """Life of a file read for the register."""

    READ = "read"
    """Its rows lie beside the register; spellings wait for a person."""
    ENTERED = "entered"
    DROPPED = "dropped"


class RegisterImport(Base):
    """A file of past awards, with what its decision says for all rows."""

    __tablename__ = "register_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str]
    sha256: Mapped[str]
    header: Mapped[list[str]]
    """Names of the columns, as the file has them."""
    decision: Mapped[dict[str, Any]]
    """What holds for every row: number, day, authority, kind, period; JSON values."""
    state: Mapped[ImportState] = mapped_column(default=ImportState.READ)
    read_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    read_at: Mapped[datetime]

    rows: Mapped[list["RegisterImportRow"]] = relationship(order_by="RegisterImportRow.line")


class RegisterImportRow(Base):
    """One row of a file, unchanged, with what a person decided about its subject."""

    __tablename__ = "register_import_rows"
    __table_args__ = (UniqueConstraint("import_id", "line"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("register_imports.id"))
    line: Mapped[int]
    """Line in the file; 1 is the header."""
    original: Mapped[dict[str, Any]]
    """Column → text, exactly as read."""
    match_key: Mapped[str] = mapped_column(index=True)
    """Of its subject with its place: equal rows are probably one subject."""
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"))
    """The subject that a person confirmed."""
    problem: Mapped[str] = mapped_column(default="")
    """Message code, with its arguments, of what keeps the row out of the register."""
