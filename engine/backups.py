"""Backups while people work: the database at one moment, the attachments, the journal outside.

A backup is a folder that knows what belongs to it. The database in it is a file of SQLite,
also where it came from PostgreSQL: so it can be looked into, checked and restored anywhere.
Keys are not in it: they belong somewhere else (docs/operations.md).
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import pysqlite3
from sqlalchemy import Engine, select
from sqlalchemy.engine import URL

from engine.errors import DamagedFile, NotFound, UnsafeSettings
from engine.filestore import FileStore
from engine.jobs import Daily, Job, Work
from engine.journal.keys import JournalKey
from engine.journal.outside import CHECKPOINTS, ENTRIES, WORDS, Outside
from engine.moving import move
from engine.office import VIETNAM
from engine.plans import Translated
from engine.store import schema
from engine.store.copying import TableCount, count_table, stored_tables
from engine.store.database import connect, reading
from engine.store.models import StoredFile

DATABASE = "thidua.db"
FILES = "files"
JOURNAL = "journal"
MANIFEST = "manifest.json"

FORMAT = "1"

PIECE = 1 << 20
"""Bytes of a file that are read at once."""


class NotBackedUp(UnsafeSettings):
    """A backup could not be made, is not whole, or cannot be restored; nothing is half done."""


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself."""

    folder: Path
    made_at: datetime
    """In UTC."""
    program: str
    """Version of the program that made it."""
    revision: str
    """Of the tables."""
    tables: tuple[TableCount, ...]
    files: int
    """Attachments."""
    bytes: int
    """Of all files together."""

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(one.rows for one in self.tables)


def back_up(
    database: Engine,
    files: FileStore,
    outside: Outside,
    key: JournalKey,
    into: Path,
    at: datetime,
) -> Backup:
    """Make a backup in a new folder of ``into``, named by the moment, and check it.

    Nobody waits for it: the database is read at one moment. It has its name only when all
    of it is on the disk.

    :raises NotBackedUp: there is no room, the folder cannot be written, or an attachment
        is missing or damaged; what was begun is removed.
    """
    name = f"thidua-{at.astimezone(VIETNAM):%Y%m%d-%H%M%S}"
    folder, aside = into / name, into / f".{name}.part"
    if folder.exists():
        raise NotBackedUp(f"{folder} is there already: try again in a second")
    try:
        aside.mkdir(parents=True)
        _copy_database(database, aside / DATABASE, key, outside)
        _copy_files(database, aside, files)
        _copy_journal(outside, aside / JOURNAL)
        _write_manifest(aside, at)
        made = check(aside)
        _sync(aside)
        aside.rename(folder)
        _sync(into)
    except (OSError, pysqlite3.dbapi2.Error, DamagedFile, NotFound) as error:
        raise NotBackedUp(f"no backup in {into}: {error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return _renamed(made, folder)


def check(folder: Path) -> Backup:
    """Check every file and every table of a backup against what it says of itself.

    :raises NotBackedUp: a file is missing, was added or is not the same, by its name; or
        a table is not what it was.
    """
    said = _manifest(folder)
    hashes: Mapping[str, str] = said["files"]
    there = {str(path.relative_to(folder)) for path in _all_files(folder)} - {MANIFEST}
    for name in sorted(there ^ hashes.keys()):
        wrong = "is missing from the backup" if name in hashes else "does not belong to it"
        raise NotBackedUp(f"{folder}: {name} {wrong}")
    size = 0
    for name, sha256 in hashes.items():
        found, length = _hash_of(folder / name)
        size += length
        if found != sha256:
            raise NotBackedUp(f"{folder}: {name} is not what was backed up")
    revision, tables = _count(folder / DATABASE)
    told = tuple(TableCount(**one) for one in said["tables"])
    for one, other in zip(told, tables, strict=False):
        if one != other:
            raise NotBackedUp(f"{folder}: table {one.name} is not what was backed up")
    return Backup(
        folder=folder,
        made_at=datetime.fromisoformat(said["made_at"]),
        program=said["program"],
        revision=revision,
        tables=tables,
        files=sum(name.startswith(f"{FILES}/") for name in hashes),
        bytes=size,
    )


def restore(
    folder: Path,
    database_url: str,
    files: FileStore,
    outside: Outside,
    key: JournalKey,
    tell: Callable[[TableCount], object],
) -> Backup:
    """Bring a backup back into an empty database, and its attachments into their folder.

    All of it is checked first. The journal outside stays where there is one: it knows more
    than the backup, and ``thidua journal roll-forward`` brings the rest; else the one of
    the backup takes its place.

    :raises NotBackedUp: the backup is not whole.
    :raises NotCopied: the database is not empty, or the backup is of another version.
    """
    found = check(folder)
    source = URL.create("sqlite", database=str(folder / DATABASE)).render_as_string()
    try:
        for path in _all_files(folder / FILES):
            files.put(path.read_bytes())
        if outside.last_checkpoint() is None:
            _copy_journal(Outside(folder / JOURNAL), outside.folder)
    except OSError as error:
        raise NotBackedUp(f"no room or no right to write: {error}") from error
    move(source, database_url, key, outside, tell)
    return found


def last_backup(into: Path) -> Backup | None:
    """Return what the newest backup of a folder says of itself, unchecked; none: no backup."""
    newest = max(_backups(into), default=None)
    if newest is None:
        return None
    said = _manifest(newest)
    return Backup(
        folder=newest,
        made_at=datetime.fromisoformat(said["made_at"]),
        program=said["program"],
        revision=said["revision"],
        tables=tuple(TableCount(**one) for one in said["tables"]),
        files=sum(name.startswith(f"{FILES}/") for name in said["files"]),
        bytes=said["bytes"],
    )


def keep_newest(into: Path, count: int) -> None:
    """Remove all but the newest ``count`` backups of a folder."""
    for folder in sorted(_backups(into))[:-count]:
        shutil.rmtree(folder)


def _back_up(work: Work, payload: Mapping[str, Any]) -> None:
    """Make the backup of the day, and forget old ones."""
    if work.backups is None:
        raise NotBackedUp("THIDUA_BACKUP_DIR names no folder")
    files = FileStore(work.files)
    back_up(work.database, files, work.outside, work.key, work.backups, work.now())
    keep_newest(work.backups, work.backups_kept)


BACK_UP = Job(
    "backup.make",
    Translated("Sao lưu", "Back up"),
    _back_up,
    again=Daily(time(1, 0)),
    hold=timedelta(hours=4),
)
"""Where ``THIDUA_BACKUP_DIR`` names a folder."""


# ---- The database


def _copy_database(database: Engine, target: Path, key: JournalKey, outside: Outside) -> None:
    """Write the database as it is at one moment into a file that needs no other."""
    if database.dialect.name == "sqlite":
        with database.connect() as connection:
            raw: Any = connection.connection.driver_connection
            with closing(pysqlite3.connect(target)) as copy:
                raw.backup(copy)
    else:
        address = URL.create("sqlite", database=str(target)).render_as_string()
        source = database.url.render_as_string(hide_password=False)
        move(source, address, key, outside, lambda table: None)
    with closing(pysqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")


def _count(file: Path) -> tuple[str, tuple[TableCount, ...]]:
    """Return the revision of a database of a backup, and what each table holds."""
    database = connect(URL.create("sqlite", database=str(file)).render_as_string())
    try:
        with database.connect().execution_options(read_only=True) as connection:
            revision = schema.revision_of(connection)
            return revision, tuple(count_table(connection, one) for one in stored_tables())
    finally:
        database.dispose()


# ---- Files


def _copy_files(database: Engine, aside: Path, files: FileStore) -> None:
    """Copy the attachments that the copied database names, each checked against its name."""
    copied = connect(URL.create("sqlite", database=str(aside / DATABASE)).render_as_string())
    with reading(copied) as session:
        names = list(session.scalars(select(StoredFile.sha256)))
    copied.dispose()
    target = FileStore(aside / FILES)
    for name in names:
        try:
            target.put(files.get(name))
        except NotFound:
            with reading(database) as session:
                if session.get(StoredFile, name) is not None:
                    raise
            # erased since the database was copied


def _copy_journal(outside: Outside, target: Path) -> None:
    """Copy what stands outside; a line that is being written at its end may be cut."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (CHECKPOINTS, ENTRIES, WORDS):  # entries of a checkpoint come before it
        with suppress(FileNotFoundError):
            shutil.copyfile(outside.folder / name, target / name)


def _all_files(folder: Path) -> Iterator[Path]:
    if folder.exists():
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _hash_of(path: Path) -> tuple[str, int]:
    """Return the SHA-256 of a file, in hex, and its length in bytes."""
    sha256, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            sha256.update(piece)
            length += len(piece)
    return sha256.hexdigest(), length


def _sync(folder: Path) -> None:
    """Wait until the disk has a folder with all that is in it."""
    paths = [folder, *folder.rglob("*")] if folder.name.endswith(".part") else [folder]
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# ---- What a backup says of itself


def _write_manifest(aside: Path, at: datetime) -> None:
    revision, tables = _count(aside / DATABASE)
    hashes, size = {}, 0
    for path in _all_files(aside):
        hashes[str(path.relative_to(aside))], length = _hash_of(path)
        size += length
    said = {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "program": version("thidua"),
        "revision": revision,
        "tables": [vars(one) for one in tables],
        "files": hashes,
        "bytes": size,
    }
    (aside / MANIFEST).write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        said: dict[str, Any] = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        raise NotBackedUp(
            f"{folder} is no backup: it has no {MANIFEST} that can be read"
        ) from None
    if said.get("format") != FORMAT:
        raise NotBackedUp(f"{folder}: format {said.get('format')}, expected {FORMAT}")
    return said


def _backups(into: Path) -> list[Path]:
    """Return the backups of a folder: their names sort by their moments."""
    return [path.parent for path in into.glob(f"thidua-*/{MANIFEST}")]


def _renamed(made: Backup, folder: Path) -> Backup:
    return Backup(**{**vars(made), "folder": folder})
