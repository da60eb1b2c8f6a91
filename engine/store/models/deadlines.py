"""The time limits that the office has set, each from a day on."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.models.base import Base
from forms.vocabulary import Award, Counting, Level


class Deadline(Base):
    """How long a step may take, from a day on; rows are added and never changed.

    Of two rows for one step the later holds, from its first day on.
    """

    __tablename__ = "deadlines"
    __table_args__ = (
        # A limit is at least a day; a row without days ends the limit of earlier rows.
        CheckConstraint("days IS NULL OR days > 0", "days"),
        # People are reminded before the last day, not after it.
        CheckConstraint(
            "remind_before IS NULL OR (remind_before > 0 AND remind_before < days)", "remind"
        ),
        Index("ix_deadlines_step", "level", "element_id", "award", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[Level]
    element_id: Mapped[str]
    """The step, for example ``appraise_at_ward``; empty: every step of the level."""
    award: Mapped[Award | None]
    """None: whatever award is proposed."""
    days: Mapped[int | None]
    counting: Mapped[Counting]
    remind_before: Mapped[int | None]
    """So many days before the last one, counted like it; none: no reminder."""
    escalates: Mapped[bool]
    """Whether the superior is told once the step is overdue."""
    starts_on: Mapped[date]
    """Steps that begin on this day, in Vietnam, or later are under it."""
    source: Mapped[str]
    """Where the office has it from, as it is shown."""
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """None: the operator of the server."""
    set_at: Mapped[datetime]
    table_hash: Mapped[str]
    """SHA-256, in hex, of this row and all before it: it names the whole table, so that a
    process reads the table once."""
