"""Objects of a session, read by statements that are kept ready.

The library works out at each execution how a row becomes an object: several times what the
statement costs. Here that is known from the beginning. What comes out is the same: one
object for a row of a session, which tells of changes, reads what was left out when asked
for it, and is written by :func:`engine.store.rows.write_changes` or a flush.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, inspect
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.attributes import instance_state

from engine.store.models.base import Base
from engine.store.prepared import Prepared


class PreparedObjects:
    """A statement for rows of one or more tables, whose text never changes."""

    def __init__(
        self,
        models: Sequence[type[Base]],
        build: Callable[..., Select[Any]],
        *,
        undeferred: Collection[InstrumentedAttribute[Any]] = (),
        refreshes: bool = False,
    ) -> None:
        """Keep the statement that ``build`` makes of the columns of ``models``.

        What it selects behind those columns comes behind the objects.

        :param undeferred: columns to read that are left out otherwise.
        :param refreshes: objects that the session has already become as they are now.
        """
        keys = {one.key for one in undeferred}
        self._tables = [_Table(model, keys) for model in models]
        columns = [column for one in self._tables for column in one.columns]
        self._prepared = Prepared(build(*columns))
        self._refreshes = refreshes

    def first(self, session: Session, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return the objects of the first row; None for each whose columns are empty.

        A session holds its objects weakly: whoever needs one later keeps it.

        :return: none if there is no row.
        :raises sqlalchemy.exc.DBAPIError: as any statement of the session.
        """
        row = self._prepared.first(session, values)
        return None if row is None else self._objects(session, row)

    def all(self, session: Session, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the objects of each row; see :meth:`first`."""
        return [self._objects(session, row) for row in self._prepared.all(session, values)]

    def _objects(self, session: Session, row: tuple[Any, ...]) -> tuple[Any, ...]:
        begin, found = 0, []
        for table in self._tables:
            end = begin + len(table.columns)
            found.append(table.object(session, row[begin:end], self._refreshes))
            begin = end
        return (*found, *row[begin:])


class _Table:
    """A table and its class: how a row becomes an object of a session."""

    def __init__(self, model: type[Base], undeferred: Collection[str]) -> None:
        mapper: Any = inspect(model)
        shown = [
            one for one in mapper.column_attrs if not one.deferred or one.key in undeferred
        ]
        self.columns = [one.columns[0] for one in shown]
        self._names = [one.key for one in shown]
        self._unread = [one.key for one in mapper.attrs if one.key not in self._names]
        (key,) = mapper.primary_key
        self._key = self.columns.index(key)
        self._class = mapper.class_
        self._manager = mapper.class_manager

    def object(self, session: Session, values: tuple[Any, ...], refreshes: bool) -> Any:
        """Return the object of the row with ``values``; none if the row is empty."""
        if values[self._key] is None:
            return None
        identity = (self._class, (values[self._key],), None)
        known = session.identity_map.get(identity)
        if known is None:
            return self._made(session, identity, values)
        if refreshes:
            self._refresh(session, known, values)
        return known

    def _made(self, session: Session, identity: Any, values: tuple[Any, ...]) -> Any:
        """Return a new object, known to ``session`` as one that it has read."""
        made = self._manager.new_instance()
        state = instance_state(made)
        state.dict.update(zip(self._names, values, strict=True))
        state.key = identity
        state.session_id = session.hash_key
        session.identity_map.add(state)
        return made

    def _refresh(self, session: Session, known: Any, values: tuple[Any, ...]) -> None:
        """Let ``known`` forget what it held, also of other tables."""
        state = instance_state(known)
        for name in self._unread:
            state._reset(state.dict, name)
        state.dict.update(zip(self._names, values, strict=True))
        state._commit_all(state.dict, session.identity_map)
