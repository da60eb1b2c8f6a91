"""What every table shares: names of constraints, moments in UTC, enums by value."""

import enum
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    LargeBinary,
    MetaData,
    TypeDecorator,
)
from sqlalchemy.dialects.sqlite import INTEGER
from sqlalchemy.orm import DeclarativeBase

from engine.store.packing import pack, unpack

CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Id = BigInteger().with_variant(INTEGER(), "sqlite")
"""Type of a numbered primary key: 64 bits on PostgreSQL, the rowid on SQLite."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses a naive datetime instead of guessing its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return ``value`` in UTC.

        :raises ValueError: ``value`` has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value}: give it a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return ``value`` marked as UTC, which SQLite forgets."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PackedJson(TypeDecorator[Any]):
    """JSON values as zstd bytes: for long lists that are kept and seldom read."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Return ``value`` packed; bytes are such a value that was packed before."""
        return value if value is None or isinstance(value, bytes) else pack(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Return the JSON value that was packed."""
        return None if value is None else unpack(value)


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map = {  # noqa: RUF012
        datetime: UtcDateTime(),
        int: Id,
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        enum.StrEnum: Enum(
            enum.StrEnum,
            native_enum=False,
            length=40,
            create_constraint=False,
            values_callable=lambda members: [member.value for member in members],
        ),
    }
