"""Units, people, what they may do between which dates, and their logins."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.models.base import Base
from forms.vocabulary import CouncilOffice, Role, UnitKind


class Unit(Base):
    """A unit of the tree: the ward, what lies in and outside it, and the levels above."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    """Stable short name in imports, for example ``thcs-hoa-ban``."""
    name: Mapped[str]
    folded_name: Mapped[str] = mapped_column(index=True)
    """``name`` as :func:`engine.text.fold` makes it: what searches compare."""
    kind: Mapped[UnitKind]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    is_outside_ward: Mapped[bool] = mapped_column(default=False)
    issuing_basis: Mapped[str] = mapped_column(default="")
    """Why its head may issue a unit certificate, for example ``Điều 80 khoản 4``; empty:
    the head may not (Arts. 75 and 80 list who may)."""
    closed_on: Mapped[date | None]
    symbol: Mapped[str] = mapped_column(default="", server_default="")
    """Abbreviation in the symbols of its papers, for example ``UBND``; empty: the system
    numbers no paper of it."""

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])


class Person(Base):
    """A person who works with the system or is nominated. No identity numbers are kept."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str]
    folded_name: Mapped[str] = mapped_column(index=True)
    sort_key: Mapped[str] = mapped_column(index=True)
    """Given name first, in Vietnamese letter and tone order: :func:`engine.text.sort_key`."""
    is_woman: Mapped[bool | None]
    """Chooses ``ông`` or ``bà``; unknown: ``ông/bà``."""

    positions: Mapped[list["Position"]] = relationship(back_populates="person")


class Position(Base):
    """What a person is in a unit from one day to another, and the role that gives."""

    __tablename__ = "positions"
    __table_args__ = (
        # A position ends on or after the day it began.
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", "period"),
        Index("ix_positions_unit_id_role", "unit_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    role: Mapped[Role]
    title: Mapped[str]
    """As printed: ``Hiệu trưởng``, ``Chủ tịch Ủy ban nhân dân phường``."""
    starts_on: Mapped[date]
    """First day, in Vietnam."""
    ends_on: Mapped[date | None]
    """Last day, in Vietnam; none: until further notice."""
    council_office: Mapped[CouncilOffice | None]
    """Of a council member: what they are on it; none: a member."""
    substitutes_id: Mapped[int | None] = mapped_column(ForeignKey("positions.id"))
    """Of a substitute: the seat for which they may come."""
    appointed_by: Mapped[str] = mapped_column(default="", server_default="")
    """Number and date of the paper that says so; empty: none was given."""

    person: Mapped[Person] = relationship(back_populates="positions")
    unit: Mapped[Unit] = relationship()


class Account(Base):
    """A login of a person."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    """Argon2id, with its parameters."""
    language: Mapped[str] = mapped_column(default="vi")
    must_change_password: Mapped[bool] = mapped_column(default=False)
    """The password was made for them and shown once: it opens only the page to change it."""
    disabled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class LoginSession(Base):
    """One login on one device, until logout, revocation or expiry."""

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the token in the cookie, in hex; the token itself is never stored."""
    device: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """The absolute end; the idle limit is counted from ``last_seen_at``."""
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]

    account: Mapped[Account] = relationship()


class Setting(Base):
    """A value that an office sets, labelled "cấu hình đơn vị" where people see it."""

    __tablename__ = "settings"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    """1, 2, …: of those that hold on a day, the highest is in force; the earlier ones are
    its history."""
    value: Mapped[str]
    applies_from: Mapped[date | None]
    """First day, in Vietnam, on which the value holds; none: from the change on."""
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]
