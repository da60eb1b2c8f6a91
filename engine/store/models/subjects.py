"""Whom awards are for: one record for a person or collective across rounds and spellings."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.models.base import Base
from forms.vocabulary import HoldReason, SubjectKind

ByteOrder = String().with_variant(String(collation="C"), "postgresql")
"""A text that sorts by its bytes, so that an index finds what begins with given words."""


class SubjectRow(Base):
    """A person, collective, enterprise or household that is nominated or was awarded."""

    __tablename__ = "subjects"
    __table_args__ = (
        # A subject is never merged into itself.
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", "merge"),
        Index("ix_subjects_kind_match_key", "kind", "match_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SubjectKind]
    name: Mapped[str]
    """The present name, as papers print it."""
    folded_name: Mapped[str] = mapped_column(index=True)
    sort_key: Mapped[str] = mapped_column(index=True)
    match_key: Mapped[str] = mapped_column(ByteOrder)
    """``name`` with abbreviations written out: equal for spellings of one name."""
    place: Mapped[str] = mapped_column(default="")
    """The managing body or the unit it lies in, as written; tells namesakes apart."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), unique=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("subjects.id"), index=True)
    """The record that took its place; its awards and nominations count there."""
    dissolved_on: Mapped[date | None]
    """Day on which a collective or enterprise ceased to be, in Vietnam."""
    added_at: Mapped[datetime]

    names: Mapped[list["SubjectName"]] = relationship(order_by="SubjectName.id")


class SubjectName(Base):
    """Another name of a subject: a former one, an alias, a spelling found in a file."""

    __tablename__ = "subject_names"
    __table_args__ = (Index("ix_subject_names_match_key", "match_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), index=True)
    name: Mapped[str]
    """Exactly as it was written, byte for byte."""
    folded_name: Mapped[str] = mapped_column(index=True)
    match_key: Mapped[str] = mapped_column(ByteOrder)
    is_former: Mapped[bool] = mapped_column(default=False)
    """A name it had until ``used_until``; otherwise an alias or a spelling."""
    used_until: Mapped[date | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime]


class SubjectMatter(Base):
    """Something that stands against a subject for a time: it holds, it does not refuse."""

    __tablename__ = "subject_matters"
    __table_args__ = (
        # A matter ends on or after the day it began.
        CheckConstraint("ended_on IS NULL OR ended_on >= began_on", "period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), index=True)
    reason: Mapped[HoldReason]
    began_on: Mapped[date]
    ended_on: Mapped[date | None]
    """Day on which it was settled; none: it is pending."""
    sanctioned: Mapped[bool] = mapped_column(default=False)
    """It ended with a sanction, and ``ended_on`` is the day it had been served: the
    achievement counts from there."""
    document: Mapped[str]
    """Number and date of the paper that says so; never the name of a denouncer."""
    note: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]
