"""Written delegations: who acts for whom, in which role, from which day to which."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base
from forms.vocabulary import Role

_NOT_ENDED = text("ended_at IS NULL")


class Delegation(Base):
    """One role in one unit that its holder lets somebody act in for a time.

    It grants nothing by itself: whether it is in force is asked each time, because it ends
    with its last day, and whenever the holder loses the role or either account is closed.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        # Nobody acts for themselves.
        CheckConstraint("giver_id <> delegate_id", "two_people"),
        # A delegation ends on or after the day it began.
        CheckConstraint("ends_on >= starts_on", "period"),
        # One that was ended early has its moment and its person.
        CheckConstraint("(ended_at IS NULL) = (ended_by_id IS NULL)", "ended"),
        Index(
            "ix_delegations_delegate_id",
            "delegate_id",
            sqlite_where=_NOT_ENDED,
            postgresql_where=_NOT_ENDED,
        ),
        Index("ix_delegations_giver_id", "giver_id", "id"),
        Index("ix_delegations_unit_id_role", "unit_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    """Who holds the role by a position of their own, and gave the delegation."""
    role: Mapped[Role]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    """With the role: where the giver holds it."""
    delegate_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    delegate_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    """The unit to which the delegate belongs: without a position there it is not in force."""
    levels: Mapped[list[str]]
    """Values of :class:`~forms.vocabulary.Level` whose tasks it is for; none: of all."""
    awards: Mapped[list[str]]
    """Values of :class:`~forms.vocabulary.Award` it is for; none: all."""
    starts_on: Mapped[date]
    """First day, in Vietnam."""
    ends_on: Mapped[date]
    """Last day, in Vietnam."""
    paper_number: Mapped[str]
    """Number and symbol of the paper that says so, as printed: ``15/QĐ-UBND``."""
    paper_dated_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why the giver is absent, as they wrote it; empty: not said."""
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was ended before its last day; none: it was not."""
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
