"""A ward that moves from one database to another: from SQLite to PostgreSQL, or back.

Nothing but the rows moves. Attachments stay in their folder, the journal outside of the
database stays where it is and is compared with what arrived.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from engine.errors import DatabaseUnavailable
from engine.installation import open_database
from engine.journal.findings import Finding
from engine.journal.keys import JournalKey
from engine.journal.outside import Outside
from engine.journal.verification import verify
from engine.store import schema
from engine.store.copying import NotCopied, TableCount, copy_rows, has_rows
from engine.store.limits import told_as_unavailable
from engine.store.models import Base

KNOWN = ("sqlite", "postgresql")


def move(
    source_url: str,
    target_url: str,
    key: JournalKey,
    outside: Outside,
    tell: Callable[[TableCount], object],
) -> int:
    """Copy a whole database into an empty one, check it, and commit; return its entries.

    The source is only read, and nobody writes in it meanwhile where it is SQLite. All of
    it is one transaction of the target: tables, rows, comparison of each table by count
    and hash, and the journal, chain by chain and against what was sealed.

    :param tell: is called with each table that arrived whole.
    :raises NotCopied: the two cannot be copied as they are, or something differs.
    :raises UnsafeSettings: there is no database at one of the addresses.
    """
    source_at, target_at = _address(source_url), _address(target_url)
    if _place(source_at) == _place(target_at):
        raise NotCopied("source and target are the same database: name two")
    is_new_file = not _is_there(target_at)
    with ExitStack() as opened, told_as_unavailable():
        source = _open_source(source_at)
        opened.callback(source.dispose)
        try:
            target = open_database(_text(target_at))
            opened.callback(target.dispose)
            _require_room(target)
            sealed = _Sealed(outside)
            with _frozen(source) as reads:
                return _copy(reads, target, key, sealed, tell)
        except BaseException as error:
            opened.close()
            if is_new_file:
                _forget_file(target_at)
            if isinstance(error, DBAPIError) and not isinstance(error, OperationalError):
                raise NotCopied(str(error.orig).strip().splitlines()[0]) from error
            raise


class _Sealed(Outside):
    """What stood outside before the copy began: people work, and seal, meanwhile."""

    def __init__(self, outside: Outside) -> None:
        super().__init__(outside.folder)
        self._notes = outside.checkpoints()

    def checkpoints(self) -> list[str]:
        """Return the signed notes of then, the first first."""
        return self._notes


def _copy(
    reads: Connection,
    target: Engine,
    key: JournalKey,
    outside: Outside,
    tell: Callable[[TableCount], object],
) -> int:
    with schema.rebuilding(target) as writes:
        schema.upgrade_within(writes)
        copy_rows(reads, writes, tell)
        writes.execute(text("ANALYZE"))
        return _compare_journals(reads, writes, key, outside)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        address = None
    if address is None or address.get_backend_name() not in KNOWN:
        raise NotCopied(
            "an address is neither sqlite:///FILE nor postgresql+psycopg://USER@HOST/NAME"
        )
    if address.get_backend_name() == "sqlite" and not address.database:
        raise NotCopied("the address of SQLite names no file: sqlite:///FILE")
    return address


def _place(address: URL) -> object:
    """Return what two addresses of one database have in common."""
    if address.get_backend_name() == "sqlite":
        return Path(str(address.database)).resolve()
    asked = address.query.get("host", address.host)
    return (asked or "localhost", address.port or 5432, address.database)


def _text(address: URL) -> str:
    return address.render_as_string(hide_password=False)


def _is_there(address: URL) -> bool:
    """Whether opening the address makes no file."""
    if address.get_backend_name() != "sqlite":
        return True
    return Path(str(address.database)).exists()


def _forget_file(address: URL) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{address.database}{ending}").unlink(missing_ok=True)


def _open_source(address: URL) -> Engine:
    if not _is_there(address):
        raise NotCopied(f"there is no file {address.database}: nothing to copy")
    source = open_database(_text(address))
    with _asking_source():
        is_empty, is_current = schema.is_empty(source), schema.is_current(source)
    if is_empty:
        raise NotCopied("the source has no tables: it is no database of this program")
    if not is_current:
        raise NotCopied(
            "the tables of the source are of another version: back up, then run"
            " “thidua db upgrade” with this version on it"
        )
    return source


@contextmanager
def _asking_source() -> Iterator[None]:
    try:
        with told_as_unavailable():
            yield
    except DatabaseUnavailable as error:
        raise NotCopied(f"stop the server of the source first: {error}") from None


def _require_room(target: Engine) -> None:
    """Return if there is nothing in the target, or the tables of this version, empty."""
    is_current = schema.is_current(target)
    with target.connect() as connection:
        if target.dialect.name == "postgresql":
            encoding = connection.scalar(text("SHOW server_encoding"))
            if encoding != "UTF8":
                raise NotCopied(
                    f"the target keeps text as {encoding}: create it with ENCODING 'UTF8'"
                )
        ours = {"alembic_version", *Base.metadata.tables}
        is_used = not ours.isdisjoint(inspect(connection).get_table_names())
        if is_used and (not is_current or has_rows(connection)):
            raise NotCopied("the target is not empty: create a new database for the copy")


@contextmanager
def _frozen(source: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one moment; on SQLite nobody else writes meanwhile.

    :raises NotCopied: somebody writes in the source all the time.
    """
    with source.connect() as connection:
        if source.dialect.name == "postgresql":
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with _asking_source():
            connection.execute(text("SELECT 1"))
        yield connection
        connection.rollback()


def _compare_journals(
    source: Connection, target: Connection, key: JournalKey, outside: Outside
) -> int:
    """Return how many entries the journal has; it must verify as it did before."""
    before = _findings(source, key, outside)[1]
    entries, after = _findings(target, key, outside)
    new = [str(one) for one in after if one not in before]
    if new:
        raise NotCopied(f"the journal of the copy does not verify: {new[0]}")
    return entries


def _findings(
    connection: Connection, key: JournalKey, outside: Outside
) -> tuple[int, tuple[Finding, ...]]:
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        report = verify(session, key, outside)
    return report.entries, report.findings
