"""Statements of the hot path: compiled once for each database, then given to its driver.

SQLAlchemy looks up anew at each execution what belongs to a statement, and that costs ten
times what SQLite itself needs for it. A step of a case asks twenty times, so what it asks
is kept here ready to be sent: the text, the order of its values, how each is written and
read. Nothing else changes: the same connection, the same transaction, the same errors.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Executable,
    Insert,
    SelectBase,
    bindparam,
    literal,
    literal_column,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from engine.store.models.base import Id


class Prepared:
    """A statement whose text never changes; build it once, at the head of a module.

    As any statement of a session it first lets that flush what it has to write, unless it
    is told not to (``no_autoflush``).
    """

    def __init__(self, statement: Executable) -> None:
        """Keep ``statement``. An ``INSERT`` of values writes those that are given alone."""
        self._statement = statement
        self._is_insert = isinstance(statement, Insert) and statement.select is None
        self._forms: dict[tuple[str, ...], _Form] = {}

    def first(self, session: Session | Connection, values: Mapping[str, Any]) -> Any:
        """Return the first row, its columns by name, or None.

        :raises sqlalchemy.exc.DBAPIError: as any statement of the session.
        """
        form, cursor = self._send(session, values)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else form.read(row)

    def all(self, session: Session | Connection, values: Mapping[str, Any]) -> list[Any]:
        """Return all rows, their columns by name."""
        form, cursor = self._send(session, values)
        rows = cursor.fetchall()
        cursor.close()
        return [form.read(row) for row in rows]

    def run(self, session: Session | Connection, values: Mapping[str, Any]) -> int:
        """Write, and return how many rows that concerned."""
        _, cursor = self._send(session, values)
        count = int(cursor.rowcount)
        cursor.close()
        return count

    def _send(
        self, session: Session | Connection, values: Mapping[str, Any]
    ) -> tuple["_Form", Any]:
        if isinstance(session, Connection):
            connection = session
        else:
            if session.autoflush:
                session.flush()
            connection = _connection_of(session)
        dialect = connection.dialect
        kind = (dialect.name, *values) if self._is_insert else (dialect.name,)
        form = self._forms.get(kind)
        if form is None:
            form = _Form(self._statement, dialect, list(values) if self._is_insert else None)
            self._forms[kind] = form
        sql, bound = form.sql, form.bind(values)
        raw: Any = connection.connection.dbapi_connection
        for listener in connection.dispatch.before_cursor_execute:
            sql, bound = listener(connection, None, sql, bound, None, False)
        try:
            return form, raw.execute(sql, bound)
        except dialect.loaded_dbapi.Error as error:
            raise _wrapped(error, sql, connection) from error


def _connection_of(session: Session) -> Connection:
    """Return the connection of ``session``, which asks for it once in a transaction.

    Asked for, it goes through the states of the transaction each time. After a failed flush
    it refuses, and so does this.
    """
    if session.in_nested_transaction():
        return session.connection()
    transaction = session.get_transaction()
    kept = session.info.get(_CONNECTION)
    if kept is not None and kept[0] is transaction and transaction.is_active:
        connection: Connection = kept[1]
        return connection
    connection = session.connection()
    session.info[_CONNECTION] = (session.get_transaction(), connection)
    return connection


_CONNECTION = "thidua.connection"
"""Key of a session's transaction and connection in its ``info``."""


class PreparedForIds:
    """A statement that asks about some ids: one text for 1, 2, 4, 8, … of them."""

    def __init__(self, build: Callable[[list[BindParameter[int]]], Executable]) -> None:
        """Keep ``build``, which makes the statement for a list of parameters."""
        self._build = build
        self._sized: dict[int, Prepared] = {}

    def all(self, session: Session, ids: list[int], values: Mapping[str, Any]) -> list[Any]:
        """Return all rows for ``ids``, of which there is at least one."""
        size = 1 << (len(ids) - 1).bit_length()
        prepared = self._sized.get(size)
        if prepared is None:
            places = [bindparam(f"id_{n}", type_=Id) for n in range(size)]
            prepared = self._sized[size] = Prepared(self._build(places))
        padded = ids + ids[-1:] * (size - len(ids))
        return prepared.all(
            session, {**values, **{f"id_{n}": id_ for n, id_ in enumerate(padded)}}
        )


class _Form:
    """A statement as one database has it."""

    def __init__(self, statement: Any, dialect: Dialect, columns: list[str] | None) -> None:
        compiled = _settled(statement, dialect).compile(dialect=dialect, column_keys=columns)
        if compiled.post_compile_params or compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError(f"not to be prepared, its text or its values change: {compiled}")
        self.sql = str(compiled)
        self._names = compiled.positiontup if compiled.positional else None
        binds = compiled.binds
        self._fixed = {name: one.value for name, one in binds.items() if not one.required}
        writers = {
            name: one.type.dialect_impl(dialect).bind_processor(dialect)
            for name, one in binds.items()
        }
        self._writers = [(name, one) for name, one in writers.items() if one is not None]
        found = list(getattr(statement, "exported_columns", ()))
        self._make = _row_of([one.key for one in found])
        readers = [
            one.type.dialect_impl(dialect).result_processor(dialect, None) for one in found
        ]
        self._readers = [(n, one) for n, one in enumerate(readers) if one is not None]

    def bind(self, values: Mapping[str, Any]) -> Any:
        """Return ``values`` as the driver takes them.

        :raises KeyError: one is missing.
        """
        given = {**self._fixed, **values}
        for name, write in self._writers:
            given[name] = write(given[name])
        return given if self._names is None else [given[name] for name in self._names]

    def read(self, row: Any) -> Any:
        """Return ``row`` of the driver with the values of its types."""
        if self._readers:
            row = list(row)
            for n, read in self._readers:
                row[n] = read(row[n])
        return self._make(row)


def _settled(statement: Any, dialect: Dialect) -> Any:
    """Return a query with those of its values in the text that never change.

    With a parameter as its LIMIT, SQLite plans a query anew each time it is asked: a tenth
    of a millisecond, ten times what the query needs.
    """
    if not isinstance(statement, SelectBase):
        return statement

    def in_text(element: Any, **_: Any) -> Any:
        is_value = isinstance(element, BindParameter) and not element.required
        if not is_value or element.expanding or element.value is None:
            return None
        text = str(element.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        return None if "%" in text else literal_column(text, element.type)

    return visitors.replacement_traverse(statement, {}, in_text)


def _row_of(names: list[str]) -> Callable[[Any], Any]:
    """Return what makes a row with ``names`` of a sequence of values."""
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    return row._make


def _wrapped(error: Exception, sql: str, connection: Connection) -> BaseException:
    """Return ``error`` of the driver as SQLAlchemy raises it, without what people typed."""
    dialect = connection.dialect
    raw: Any = connection.connection.dbapi_connection
    gone = dialect.is_disconnect(error, raw, None)  # type: ignore[arg-type]  # as its stub
    if gone:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=dialect,
    )


def one_of(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Return that ``column`` has one of a few values that never change."""
    found: ColumnElement[bool] = column.in_([literal(one, column.type) for one in values])
    return found
