"""Writing one row, new or changed, without the general machinery of a flush.

A flush sorts all changes of all objects by what depends on what: half a millisecond, at
every step of a case, to write two rows whose order is known.
"""

from typing import Any

from sqlalchemy import and_, bindparam, insert, inspect, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.store.models.base import Base
from engine.store.prepared import Prepared

_UPDATES: dict[tuple[str, ...], Prepared] = {}
"""Table and names of the columns → the statement that writes them."""

_INSERTS: dict[type[Base], Prepared] = {}
"""Class → the statement that writes a new row of it, and returns its primary key."""


def write_new(session: Session, row: Base) -> None:
    """Write ``row``, which no session knows, in one ``INSERT``; it is of ``session`` then.

    Columns without a value get the fixed default of their class. Only columns are looked
    at; the database numbers the primary key, which is one column.

    :raises sqlalchemy.exc.DBAPIError: as any statement of the session.
    """
    state: Any = inspect(row)
    mapper = state.mapper
    table = mapper.local_table
    prepared = _INSERTS.get(mapper.class_)
    if prepared is None:
        prepared = _INSERTS[mapper.class_] = Prepared(
            insert(table).returning(*mapper.primary_key)
        )
    known = state.dict
    for column in table.c:
        if column.default is not None and column.key not in known:
            known[column.key] = column.default.arg
    with session.no_autoflush:
        (number,) = prepared.first(
            session, {one.key: known[one.key] for one in table.c if one.key in known}
        )
    # What a flush does when it has written a row.
    (key,) = mapper.primary_key
    known[key.key] = number
    state.key = (mapper.class_, (number,), None)
    state.session_id = session.hash_key
    session.identity_map.add(state)
    state._commit_all(known, session.identity_map)


def write_changes(session: Session, row: Base) -> None:
    """Write what was changed of ``row`` in one ``UPDATE``; nothing if nothing was.

    Where the table has a version, the statement names the one that was read. Only columns
    are looked at; ``row`` has a primary key of one column and is in ``session``.

    :raises sqlalchemy.orm.exc.StaleDataError: another writer was there first.
    """
    state: Any = inspect(row)
    mapper = state.mapper
    before = state.committed_state
    names = tuple(name for name in before if name in mapper.columns)
    if not names:
        return
    (key,) = mapper.primary_key
    version = mapper.version_id_col
    values = {f"new_{name}": state.dict[name] for name in names}
    values["key"] = state.identity[0]
    if version is not None:
        values["seen"] = before.get(version.key, state.dict[version.key])
    kind = (mapper.local_table.name, *names)
    prepared = _UPDATES.get(kind)
    if prepared is None:
        prepared = _UPDATES[kind] = Prepared(_update(mapper.local_table, key, version, names))
    with session.no_autoflush:
        written = prepared.run(session, values)
    if written != 1:
        raise StaleDataError(f"{kind[0]} {values['key']}: {written} rows, expected 1")
    # What a flush does when it has written a row.
    state._commit_all(state.dict, session.identity_map)


def _update(table: Any, key: Any, version: Any, names: tuple[str, ...]) -> Any:
    found = [key == bindparam("key")]
    if version is not None:
        found.append(version == bindparam("seen"))
    columns = table.c
    return (
        update(table)
        .where(and_(*found))
        .values({name: bindparam(f"new_{name}", type_=columns[name].type) for name in names})
    )
