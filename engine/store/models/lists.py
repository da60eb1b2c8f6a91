"""What lists look up instead of walking through every case; kept by the database itself.

Triggers of migrations 0015 and 0017 write these rows with those of cases, tasks and
decisions: no command knows of them, and none can forget them.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base
from forms.vocabulary import CaseState

WORD = String(40).with_variant(String(40, collation="C"), "postgresql")
"""Compared letter by letter, so that an index finds beginnings."""


class CaseUnit(Base):
    """A unit that had a task in a case, and where the case stands now."""

    __tablename__ = "case_units"
    __table_args__ = (
        Index(
            "ix_case_units_place",
            "unit_id",
            "place",
            "waiting_since",
            "state",
            "case_id",
            sqlite_where=text("place IS NOT NULL"),
            postgresql_where=text("place IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    place: Mapped[str | None]
    """The level at which it waits, ``unit`` for a draft; none: it is closed."""
    waiting_since: Mapped[datetime]
    state: Mapped[CaseState]


class CaseWord(Base):
    """A word by which a case is found: of its subject, folded, or of its reference."""

    __tablename__ = "case_words"
    __table_args__ = ({"sqlite_with_rowid": False},)

    word: Mapped[str] = mapped_column(WORD, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)


class DecisionPerson(Base):
    """Somebody who acted on the way to a decision, in their own name or by a delegate.

    Who completed a task or had it done in their name, voted openly or in writing, signed
    minutes or a paper. Never who dropped a paper at a secret ballot.
    """

    __tablename__ = "decision_people"
    __table_args__ = (
        Index("ix_decision_people_decision_id_person_id", "decision_id", "person_id"),
        {"sqlite_with_rowid": False},
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    signed_on: Mapped[date] = mapped_column(primary_key=True)
    """Of the decision: searches go through the decisions of a person by day."""
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
