"""Every row of one database into another, counted and hashed on both sides.

Below the models: texts, numbers, moments and bytes as they are stored, so that what is
written is what was read.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Enum,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
    cast,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from engine.errors import UnsafeSettings
from engine.store.models import Base
from engine.store.models.base import PackedJson

AT_ONCE = 1_000
"""Rows in memory."""

_BITS = 256

DERIVED = frozenset({"case_units", "case_words", "decision_people"})
"""Tables that triggers fill while the others are copied; they are compared all the same."""

LAST = "decisions"
"""Of the others it comes last: a trigger looks for all that led to a decision."""


class NotCopied(UnsafeSettings):
    """A database cannot be copied; nothing was written."""


@dataclass(frozen=True)
class TableCount:
    """What a table holds."""

    name: str
    rows: int
    sha256: str
    """Sum of the hashes of its rows, in hex: alike on both databases, in any order."""


class _Tally:
    """Rows on their way, counted and hashed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows = 0
        self._sum = 0

    def pass_on(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield ``rows`` unchanged."""
        for row in rows:
            canonical = orjson.dumps(row, default=_digest)
            self._rows += 1
            self._sum += int.from_bytes(hashlib.sha256(canonical).digest())
            yield row

    @property
    def count(self) -> TableCount:
        """What has passed."""
        whole = self._sum % (1 << _BITS)
        return TableCount(self._name, self._rows, f"{whole:0{_BITS // 4}x}")


def _digest(value: Any) -> str:
    """Return what stands for bytes in the canonical form of a row."""
    return hashlib.sha256(value).hexdigest()


def stored_tables() -> tuple[Table, ...]:
    """Return the tables with the types in which they are stored, the referred ones first.

    The decisions come after all of these; those that triggers fill come last.
    """
    metadata = MetaData()
    return tuple(
        Table(
            table.name,
            metadata,
            *(
                Column(one.name, _stored_type(one.type), primary_key=one.primary_key)
                for one in table.columns
            ),
        )
        for table in sorted(
            Base.metadata.sorted_tables,
            key=lambda one: (one.name in DERIVED, one.name == LAST),
        )
    )


def _stored_type(of: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type of which nothing is made on the way from or to a database."""
    if isinstance(of, (Enum, JSON)):
        return String()
    return LargeBinary() if isinstance(of, PackedJson) else of


def has_rows(connection: Connection) -> bool:
    """Whether any table holds anything."""
    return any(
        connection.execute(select(1).select_from(table).limit(1)).first() is not None
        for table in stored_tables()
    )


def copy_rows(
    source: Connection, target: Connection, tell: Callable[[TableCount], object]
) -> None:
    """Copy every row into the empty tables of ``target``, and compare; it does not commit.

    :param source: reads one moment.
    :param tell: is called after each table, which is then the same on both sides.
    :raises NotCopied: a table differs after it was copied, or a value does not fit.
    """
    driver: Any = target.dialect.loaded_dbapi
    for table in stored_tables():
        tally = _Tally(table.name)
        try:
            rows = tally.pass_on(_read(source, table))
            if table.name in DERIVED:
                deque(rows, maxlen=0)
            else:
                _write(target, table, rows)
        except (DBAPIError, driver.Error, orjson.JSONEncodeError) as error:
            cause = getattr(error, "orig", None) or error
            raise NotCopied(f"{table.name}: {str(cause).splitlines()[0]}") from error
        copied = count_table(target, table)
        if copied != tally.count:
            raise NotCopied(
                f"{table.name}: {tally.count.rows} rows with the hash {tally.count.sha256}"
                f" were read, {copied.rows} with {copied.sha256} arrived"
            )
        tell(copied)
    if target.dialect.name == "postgresql":
        _set_sequences(target)


def count_table(connection: Connection, table: Table) -> TableCount:
    """Return how many rows ``table`` of :func:`stored_tables` has, and their hash."""
    tally = _Tally(table.name)
    for _row in tally.pass_on(_read(connection, table)):
        pass
    return tally.count


def _read(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """Yield the rows by their key: not in the order in which they came to be."""
    for row in connection.execute(_all(table), execution_options={"yield_per": AT_ONCE}):
        yield tuple(row)


def _all(table: Table) -> Select[Any]:
    """Return the query of all rows; JSON as the text that is stored."""
    is_json = {
        one.name for one in Base.metadata.tables[table.name].columns if _is_json(one.type)
    }
    columns = [cast(one, Text) if one.name in is_json else one for one in table.columns]
    return select(*columns).order_by(*table.primary_key.columns)


def _is_json(of: TypeEngine[Any]) -> bool:
    return isinstance(of, JSON)


def _write(connection: Connection, table: Table, rows: Iterator[tuple[Any, ...]]) -> None:
    if connection.dialect.name == "postgresql":
        _write_copy(connection, table, rows)
        return
    names = [one.name for one in table.columns]
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(dict(zip(names, row, strict=True)))
        if len(batch) == AT_ONCE:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def _write_copy(connection: Connection, table: Table, rows: Iterator[tuple[Any, ...]]) -> None:
    """Write with COPY: one statement, so that rows may refer to later ones."""
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(one.name) for one in table.columns)
    raw: Any = connection.connection.driver_connection
    statement = f"COPY {quote(table.name)} ({names}) FROM STDIN"
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _set_sequences(connection: Connection) -> None:
    """Let new rows have numbers after the highest that was copied."""
    quote = connection.dialect.identifier_preparer.quote
    for table in stored_tables():
        for column in table.primary_key.columns:
            name = connection.scalar(
                select(func.pg_get_serial_sequence(quote(table.name), column.name))
            )
            highest = connection.scalar(select(func.max(column))) if name else None
            if highest is not None:
                connection.execute(
                    text("SELECT setval(:name, :highest)"), {"name": name, "highest": highest}
                )
