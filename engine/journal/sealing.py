"""Sealing: every entry gets its place in the tree, and the tree a signed checkpoint.

Apart from the commands, so that nobody who decides waits for it. The places are committed
first and written outside after that: whatever dies between is made up for the next time.
"""

from datetime import datetime

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from engine.errors import JournalBehind
from engine.journal import tree
from engine.journal.keys import JournalKey
from engine.journal.outside import Outside, Words
from engine.journal.proof import Checkpoint
from engine.store.database import reading, take_turn, unit_of_work
from engine.store.models import (
    JournalCheckpoint,
    JournalEntry,
    JournalLeaf,
    JournalSubtree,
)

BATCH = 2_000
"""Entries of one transaction: on SQLite it holds the one writer for some 30 ms."""

SEALING = "journal-sealing"
"""What only one process does at a time; on SQLite it is the one writer meanwhile."""

LATE = 10_000
"""An entry whose number is up to this much lower than the last one sealed may come late:
on PostgreSQL a slow command commits after quicker ones that began later."""


def seal(
    database: Engine,
    key: JournalKey,
    outside: Outside,
    at: datetime,
    *,
    is_thorough: bool = False,
) -> int:
    """Give every entry that has none its place, sign the tree, write both outside.

    One at a time: another waits. After a failure at any point the next call goes on.

    :param is_thorough: look for entries that came very late too, through all of them.
    :return: entries that got their place.
    :raises JournalBehind: the tree outside is larger than the one in the database.
    """
    require_not_behind(database, key, outside)
    sealed = 0
    while True:
        with unit_of_work(database) as session:
            take_turn(session, SEALING)
            found = _place(session, is_thorough=is_thorough)
            if found:
                _sign(session, key, at)
        sealed += found
        if found < BATCH:
            break
    _write_outside(database, key, outside)
    return sealed


def require_not_behind(database: Engine, key: JournalKey, outside: Outside) -> None:
    """Return unless the database lacks entries that were sealed before.

    :raises JournalBehind: an older copy of the database runs; ``facts``: ``size`` outside,
        ``found`` in the database.
    :raises engine.journal.proof.NotProved: what stands outside was not signed by ``key``.
    """
    note = outside.last_checkpoint()
    if note is None:
        return
    size = key.read(note).size
    with reading(database) as session:
        found = tree_size(session)
    if found < size:
        raise JournalBehind(
            f"the database has {found} entries of the journal, outside of it {size} were"
            " sealed: it is an older copy; take the newest, or run “thidua journal"
            " roll-forward”",
            size=size,
            found=found,
        )


def tree_size(session: Session) -> int:
    """Return how many entries have their place in the tree."""
    last = session.scalar(select(func.max(JournalLeaf.position)))
    return 0 if last is None else last + 1


def stored_nodes(session: Session) -> tree.Nodes:
    """Return what reads hashes of the tree, each range once."""
    known: dict[tuple[int, int, int], list[bytes]] = {}

    def nodes(level: int, start: int, end: int) -> list[bytes]:
        asked = (level, start, end)
        if asked not in known:
            known[asked] = _read_nodes(session, level, start, end)
        return known[asked]

    return nodes


def last_checkpoint(session: Session) -> JournalCheckpoint | None:
    """Return the checkpoint of the largest tree; none: nothing is sealed yet."""
    return session.scalar(
        select(JournalCheckpoint).order_by(JournalCheckpoint.size.desc()).limit(1)
    )


def _read_nodes(session: Session, level: int, start: int, end: int) -> list[bytes]:
    if level == 0:
        chosen = (
            select(JournalEntry.hash)
            .join(JournalLeaf, JournalLeaf.entry_id == JournalEntry.id)
            .where(JournalLeaf.position >= start, JournalLeaf.position < end)
            .order_by(JournalLeaf.position)
        )
    else:
        chosen = (
            select(JournalSubtree.hash)
            .where(
                JournalSubtree.level == level,
                JournalSubtree.position >= start,
                JournalSubtree.position < end,
            )
            .order_by(JournalSubtree.position)
        )
    return list(session.scalars(chosen))


def _place(session: Session, *, is_thorough: bool) -> int:
    """Give the next entries their places; return how many."""
    size = tree_size(session)
    chosen = (
        select(JournalEntry.id)
        .outerjoin(JournalLeaf, JournalLeaf.entry_id == JournalEntry.id)
        .where(JournalLeaf.entry_id.is_(None))
        .order_by(JournalEntry.id)
        .limit(BATCH)
    )
    if not is_thorough:
        highest = session.scalar(select(func.max(JournalLeaf.entry_id))) or 0
        chosen = chosen.where(JournalEntry.id > highest - LATE)
    entries = list(session.scalars(chosen))
    if not entries:
        return 0
    rows = [
        {"position": position, "entry_id": entry}
        for position, entry in enumerate(entries, start=size)
    ]
    session.execute(insert(JournalLeaf), rows)
    grow(session, size, size + len(entries))
    return len(entries)


def grow(session: Session, old_size: int, size: int) -> None:
    """Store the roots of what is complete now: of 256 leaves, of 256 of those, …."""
    level, unit = 1, tree.WIDTH
    while size // unit > old_size // unit:
        rows = []
        for position in range(old_size // unit, size // unit):
            below = _read_nodes(
                session, level - 1, position * tree.WIDTH, (position + 1) * tree.WIDTH
            )
            rows.append({"level": level, "position": position, "hash": tree.fold(below)})
        session.execute(insert(JournalSubtree), rows)
        level, unit = level + 1, unit * tree.WIDTH


def _sign(session: Session, key: JournalKey, at: datetime) -> None:
    size = tree_size(session)
    checkpoint = Checkpoint(key.name, size, tree.root(stored_nodes(session), size))
    session.execute(
        insert(JournalCheckpoint),
        [{"size": size, "note": key.sign(checkpoint), "made_at": at}],
    )


def _write_outside(database: Engine, key: JournalKey, outside: Outside) -> None:
    """Write outside what it lacks: entries first, then the checkpoint that counts them."""
    with unit_of_work(database) as session:
        take_turn(session, SEALING)
        size = tree_size(session)
        last_note = outside.last_checkpoint()
        there = outside.count(0 if last_note is None else key.read(last_note).size)
        for start in range(there, size, BATCH):
            end = min(start + BATCH, size)
            chosen = (
                select(
                    JournalEntry.body,
                    JournalEntry.hash,
                    JournalEntry.salt,
                    JournalEntry.private,
                )
                .join(JournalLeaf, JournalLeaf.entry_id == JournalEntry.id)
                .where(JournalLeaf.position >= start, JournalLeaf.position < end)
                .order_by(JournalLeaf.position)
            )
            rows = session.execute(chosen).all()
            outside.append_words(
                [
                    Words(row.hash, row.salt, row.private)
                    for row in rows
                    if row.salt is not None and row.private is not None
                ]
            )
            outside.append_entries([row.body for row in rows])
        last = last_checkpoint(session)
        if last is not None and last.note != last_note:
            outside.append_checkpoint(last.note)
