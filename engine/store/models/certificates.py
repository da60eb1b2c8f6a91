"""What was printed of certificates, and who confirmed the names on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.models.base import Base
from engine.store.models.people import Person
from forms.vocabulary import ConfirmationWay, PrintKind


class NameConfirmation(Base):
    """What a recipient said of the spelling of their name; the latest of a case holds.

    Never changed, as the sheets of a run are.
    """

    __tablename__ = "name_confirmations"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    printed_name: Mapped[str]
    """The name as it is printed."""
    other_spelling: Mapped[str] = mapped_column(default="")
    """How it should be written; empty: it is right as it is."""
    way: Mapped[ConfirmationWay]
    confirmed_by: Mapped[str]
    """Who said so: the recipient, or who answers for them."""
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime]

    recorded_by: Mapped[Person] = relationship()


class CertificatePrint(Base):
    """One sheet of one run of the printer."""

    __tablename__ = "certificate_prints"
    __table_args__ = (
        UniqueConstraint("run", "place"),
        # A certificate is printed for the first time once.
        Index(
            "uq_certificate_prints_first",
            "case_id",
            unique=True,
            sqlite_where=text("kind = 'first'"),
            postgresql_where=text("kind = 'first'"),
        ),
        # Whatever is not the first print has its reason; what is issued again, its request.
        CheckConstraint("kind = 'first' OR reason <> ''", "reason"),
        CheckConstraint("(kind = 'reissue') = (request_number <> '')", "request"),
        # The name was confirmed, or there is a reason for printing it all the same.
        CheckConstraint("(confirmation_id IS NULL) = (unconfirmed_reason <> '')", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[str]
    """Of all sheets that were printed with it, 32 hex digits: the key in addresses."""
    place: Mapped[int]
    """In its run, from 1."""
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[PrintKind]
    reason: Mapped[str] = mapped_column(default="")
    request_number: Mapped[str] = mapped_column(default="")
    """Number and day of the paper that asks for another certificate."""
    confirmation_id: Mapped[int | None] = mapped_column(ForeignKey("name_confirmations.id"))
    unconfirmed_reason: Mapped[str] = mapped_column(default="")
    is_on_stock: Mapped[bool]
    """The text alone, on stock that has its frame."""
    printed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    printed_at: Mapped[datetime]

    printed_by: Mapped[Person] = relationship()


class PrintFile(Base):
    """The file of a run of many sheets, which a job makes."""

    __tablename__ = "print_files"

    run: Mapped[str] = mapped_column(primary_key=True)
    """Of its sheets."""
    stock: Mapped[dict[str, Any]]
    """What was typed of the stock: ``size``, ``across``, ``down``, ``heading``; empty: the
    frame is drawn by us."""
    sha256: Mapped[str | None]
    """Of its bytes in the file store; none: they are not made yet, or were removed."""
    made_at: Mapped[datetime | None] = mapped_column(index=True)
