"""Checking the journal: against itself, against what was sealed, against what it speaks of.

Reads only. It believes nothing that the database says of itself: the bytes of each entry are
hashed again, each chain and the tree are built again, and compared with the checkpoints in
the database and outside of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from engine.cases import case_named
from engine.journal import moment_text, stream_of, tree
from engine.journal.findings import MOST, Finding, Report, Tampering
from engine.journal.guards import missing_guards
from engine.journal.keys import JournalKey
from engine.journal.outside import Outside
from engine.journal.proof import (
    FIRST,
    Checkpoint,
    NotProved,
    commitment,
    entry_hash,
    node_hash,
    read_body,
    root_of_inclusion,
)
from engine.journal.sealing import stored_nodes
from engine.journal.subjects import Told, check_subjects
from engine.store.models import Case, JournalCheckpoint, JournalEntry

ERASURES = "erasures"
"""Stream of the acts that take private words away."""

_AT_ONCE = 5_000


def verify(session: Session, key: JournalKey, outside: Outside, *, since: int = 0) -> Report:
    """Check every entry, checkpoint and paper; see :class:`Report`.

    Memory is for the streams, not for the entries.

    :param session: one that reads one moment (``reading(…, one_moment=True)``) and has read
        nothing yet: what stands outside is read first, so that whoever seals meanwhile does
        not look like one who took entries away.
    :param since: size of a checkpoint: the entries in it are taken as they are, only
        their hashes go into the tree; papers and dossiers are not compared then.
    """
    check = _Check(session, key, outside, since)
    for finding in check.run():
        check.findings.append(finding)
        if len(check.findings) == MOST:
            break
    return Report(check.entries, check.sealed, check.compared, tuple(check.findings))


@dataclass
class _Stream:
    seq: int = 0
    hash: str = FIRST


@dataclass
class _Check:
    session: Session
    key: JournalKey
    outside: Outside
    since: int = 0
    findings: list[Finding] = field(default_factory=list)
    entries: int = 0
    sealed: int = 0
    compared: int = 0
    streams: dict[str, _Stream] = field(default_factory=dict)
    wordless: list[tuple[int, str]] = field(default_factory=list)
    """Ids and places of entries whose words are not there."""
    told: Told = field(default_factory=Told)
    """Of papers and dossiers."""
    grown: int = 0
    """Leaves in the tree over what was read."""
    peaks: list[bytes] = field(default_factory=list)
    """Roots of its complete subtrees, the largest first: one for each bit of ``grown``."""

    def __post_init__(self) -> None:
        self.notes = self.outside.checkpoints()

    def run(self) -> Iterator[Finding]:
        if guards := missing_guards(self.session):
            words = f"{len(guards)} guards are off: the database does not refuse changes"
            yield Finding(Tampering.UNGUARDED, guards[0], words)
        roots, problems = self._checkpoints()
        yield from problems
        yield from self._sealed_entries(roots)
        yield from self._unsealed_entries()
        yield from self._sizes(roots)
        yield from self._heads()
        yield from self._unexplained()
        if not self.since:
            yield from check_subjects(self.session, self.told)

    def case(self, case: Case) -> Iterator[Finding]:
        """Yield what does not fit in one case."""
        roots, problems = self._checkpoints()
        yield from problems
        size = max(roots, default=0)
        nodes = stored_nodes(self.session)
        for row in self._rows(_OF_STREAM, stream=stream_of(case.id)):
            if not self._fits(row, None):
                yield from self._misfits(row, None)
            if row.position is None or row.position >= size:
                continue
            self.sealed += 1
            path = tree.inclusion(nodes, row.position, size)
            if root_of_inclusion(row.position, size, row.hash, path) != roots[size]:
                words = "it is not the entry that was sealed in this place"
                yield Finding(Tampering.REWRITTEN, f"{row.stream} {row.seq}", words)
        yield from self._head(case.id, case.next_seq, case.journal_hash)
        yield from self._unexplained()

    # ---- Checkpoints

    def _checkpoints(self) -> tuple[dict[int, bytes], list[Finding]]:
        """Return size → root as it was signed, outside before inside, and what is wrong."""
        problems: list[Finding] = []
        roots: dict[int, bytes] = {}
        inside = self.session.scalars(
            select(JournalCheckpoint.note).order_by(JournalCheckpoint.size)
        )
        for place, notes in (("outside", self.notes), ("database", inside)):
            for number, note in enumerate(notes, start=1):
                self.compared += 1
                try:
                    found = self._read(note)
                except NotProved as error:
                    where = f"checkpoint {number} ({place})"
                    problems.append(Finding(Tampering.UNSIGNED, where, str(error)))
                    continue
                if roots.setdefault(found.size, found.root) != found.root:
                    words = "the key signed another tree of this size too"
                    where = f"checkpoint of {found.size} entries ({place})"
                    problems.append(Finding(Tampering.RESIGNED, where, words))
        return roots, problems

    def _read(self, note: str) -> Checkpoint:
        found = self.key.read(note)
        if found.origin != self.key.name:
            raise NotProved(f"it is of the journal {found.origin!r}")
        return found

    # ---- Entries

    def _sealed_entries(self, roots: dict[int, bytes]) -> Iterator[Finding]:
        """Check the entries in the order of the tree, each with its line outside."""
        mirror = self.outside.entries()
        for row, line in zip_longest(self._rows(_SEALED), mirror):
            if row is None:
                return
            position, leaf = row.position, row.hash
            if position != self.sealed:
                yield self._gap(row)
            if position < self.since and leaf is not None:
                self.streams[row.stream] = _Stream(row.seq, leaf.hex())
            elif not self._fits(row, line):
                yield from self._misfits(row, line)
            self.sealed += 1
            self._grow(leaf or b"")
            if self.sealed in roots and roots[self.sealed] != self._root():
                words = "the entries up to here are not those that were sealed"
                yield Finding(Tampering.REWRITTEN, f"tree of {self.sealed} entries", words)

    def _unsealed_entries(self) -> Iterator[Finding]:
        for row in self._rows(_UNSEALED):
            if not self._fits(row, None):
                yield from self._misfits(row, None)

    def _rows(self, chosen: TextClause, **values: object) -> Iterator[Any]:
        found = self.session.execute(chosen, values, execution_options={"yield_per": _AT_ONCE})
        for some in found.partitions():
            yield from some

    def _gap(self, row: Any) -> Finding:
        where, missing = f"position {self.sealed} of the tree", row.position - self.sealed
        self.sealed = row.position
        return Finding(Tampering.DELETED, where, f"{missing} places are missing")

    def _fits(self, row: Any, line: bytes | None) -> bool:
        """Whether nothing is wrong with an entry; then its stream goes on with it.

        Where it is false nothing was taken in, and :meth:`_misfits` says what is wrong.
        """
        stream_name, seq, case_id, action, *_others = repeated = row[_REPEATED]
        at, hash_of_row, body, salt, private = row[_OWN]
        if body is None or (line is not None and line != body):
            return False
        if entry_hash(body) != hash_of_row:
            return False
        stream = self.streams.get(stream_name)
        if stream is None:
            stream = self.streams[stream_name] = _Stream()
        try:
            said = _read(body)
            committed = said["private"]
            fits = (
                repeated == _repeated(said)
                and seq == stream.seq + 1
                and said["prev"] == stream.hash
                and said["at"] == _moment(at)
                and (
                    private is None
                    if committed is None
                    else private is not None
                    and salt is not None
                    and commitment(salt, private) == committed
                )
            )
        except (NotProved, LookupError):
            return False
        if fits:
            self.entries += 1
            stream.seq, stream.hash = seq, hash_of_row.hex()
            self._tell(stream_name, case_id, action, said["facts"], private)
        return fits

    def _tell(
        self, stream: str, case_id: int | None, action: str, facts: Any, private: str | None
    ) -> None:
        """Take in what an entry says of papers, dossiers and erasures."""
        if stream == ERASURES:
            self.told.erased.add(facts["case_id"])
        elif action == "task.completed":
            self.told.add(case_id, facts or _before_chains(private))

    def _misfits(self, row: Any, line: bytes | None) -> Iterator[Finding]:
        """Yield what is wrong with an entry that does not fit."""
        if row.body is None:
            where = f"position {row.position} of the tree"
            yield Finding(Tampering.DELETED, where, "its entry is missing")
            return
        self.entries += 1
        where, body = _place(row), row.body
        if entry_hash(body) != row.hash:
            words = "its bytes are not those that were hashed"
            yield Finding(Tampering.CHANGED, where, words)
            return
        try:
            said = _read(body)
        except NotProved as error:
            yield Finding(Tampering.CHANGED, where, str(error))
            return
        if missing := sorted(_FIELDS - said.keys()):
            yield Finding(Tampering.CHANGED, where, f"it does not say {', '.join(missing)}")
            return
        if line is not None and line != body:
            yield self._against(where, body, line)
        yield from self._columns(where, row, said)
        yield from self._chain(where, row, said)
        yield from self._words(where, row, said)
        self._tell(row.stream, row.case_id, row.action, said["facts"], row.private)

    def _against(self, where: str, body: bytes, line: bytes) -> Finding:
        """Return how an entry differs from the line that was kept of it outside."""
        words = "outside stands another entry in this place"
        try:
            there, here = read_body(line), read_body(body)
        except NotProved:
            return Finding(Tampering.REWRITTEN, where, words)
        same = (there.get("stream"), there.get("seq")) == (here.get("stream"), here.get("seq"))
        kind = Tampering.REWRITTEN if same else Tampering.REORDERED
        return Finding(kind, where, words)

    def _columns(self, where: str, row: Any, said: dict[str, Any]) -> Iterator[Finding]:
        """The columns to search by say what the entry says."""
        if said["stream"] != row.stream or said["case"] != row.case_id:
            words = f"the entry is of {said['stream']}"
            yield Finding(Tampering.SWAPPED, where, words)
        elif said["seq"] != row.seq:
            words = f"the entry is number {said['seq']}"
            yield Finding(Tampering.REORDERED, where, words)
        columns = (
            row.action,
            row.actor_id,
            row.role,
            row.unit_id,
            row.task_id,
            _moment(row.happened_at),
        )
        for name, value in zip(_SAID, columns, strict=True):
            if said[name] != value:
                words = f"{name}: the entry says {said[name]!r}, the column {value!r}"
                yield Finding(Tampering.CHANGED, where, words)

    def _chain(self, where: str, row: Any, said: dict[str, Any]) -> Iterator[Finding]:
        """The entry follows the one before it in its stream."""
        stream = self.streams.setdefault(row.stream, _Stream())
        if row.seq > stream.seq + 1:
            words = f"numbers {stream.seq + 1} to {row.seq - 1} are missing before it"
            yield Finding(Tampering.DELETED, where, words)
        elif row.seq <= stream.seq:
            yield Finding(Tampering.REORDERED, where, f"it stands after number {stream.seq}")
        elif said["prev"] != stream.hash:
            words = "it does not name the entry before it"
            yield Finding(Tampering.INSERTED, where, words)
        stream.seq, stream.hash = row.seq, row.hash.hex()

    def _words(self, where: str, row: Any, said: dict[str, Any]) -> Iterator[Finding]:
        """The private words are those that the entry committed to."""
        if said["private"] is None:
            if row.private is not None:
                yield Finding(Tampering.CHANGED, where, "it has words that it did not have")
        elif row.private is None or row.salt is None:
            self.wordless.append((row.id, where))
        elif commitment(row.salt, row.private) != said["private"]:
            yield Finding(Tampering.CHANGED, where, "its words are not those of the entry")

    def _grow(self, leaf: bytes) -> None:
        left, found = self.grown, leaf
        while left & 1:
            found = node_hash(self.peaks.pop(), found)
            left >>= 1
        self.peaks.append(found)
        self.grown += 1

    def _root(self) -> bytes:
        found = self.peaks[-1]
        for left in reversed(self.peaks[:-1]):
            found = node_hash(left, found)
        return found

    # ---- What must be there

    def _sizes(self, roots: dict[int, bytes]) -> Iterator[Finding]:
        """Nothing that was sealed is missing at the end."""
        largest = max(roots, default=0)
        if self.sealed < largest:
            words = f"{largest} entries were sealed, {self.sealed} are there"
            yield Finding(Tampering.ROLLED_BACK, f"position {self.sealed} of the tree", words)

    def _heads(self) -> Iterator[Finding]:
        """Each case knows how many entries it has, and the hash of the last."""
        heads = self.session.execute(
            select(Case.id, Case.next_seq, Case.journal_hash)
            .order_by(Case.id)
            .execution_options(yield_per=_AT_ONCE)
        )
        for case_id, next_seq, head in heads:
            yield from self._head(case_id, next_seq, head)

    def _head(self, case_id: int, next_seq: int, head: bytes | None) -> Iterator[Finding]:
        stream = self.streams.get(stream_of(case_id), _Stream())
        where = f"{stream_of(case_id)} {stream.seq}"
        if stream.seq < next_seq - 1:
            words = f"the case counts {next_seq - 1} entries, {stream.seq} are there"
            yield Finding(Tampering.TRUNCATED, where, words)
        elif stream.seq > next_seq - 1:
            words = f"the case counts {next_seq - 1} entries"
            yield Finding(Tampering.INSERTED, where, words)
        elif head is not None and head.hex() != stream.hash:
            words = "the case knows another last entry"
            yield Finding(Tampering.REWRITTEN, where, words)

    def _unexplained(self) -> Iterator[Finding]:
        """Words are gone only where an erasure took them."""
        erased = self._erased() if self.wordless else set()
        for entry_id, where in self.wordless:
            if entry_id not in erased:
                yield Finding(Tampering.ERASED, where, "its words are gone, no act says why")

    def _erased(self) -> set[int]:
        """Return the ids of entries whose words an erasure took away."""
        acts = self.session.scalars(
            select(JournalEntry.body).where(JournalEntry.stream == ERASURES)
        )
        return {one for body in acts for one in read_body(body)["facts"]["entries"]}


def verify_case(session: Session, key: JournalKey, outside: Outside, reference: str) -> Report:
    """Check the chain of one case, and that the sealed tree has each of its entries.

    What a case submitted and was issued is checked by :func:`verify` alone.

    :param session: as there.
    :raises NotFound: there is no such case.
    """
    check = _Check(session, key, outside)
    check.findings += check.case(case_named(session, reference))
    return Report(check.entries, check.sealed, check.compared, tuple(check.findings))


def _place(row: Any) -> str:
    return f"{row.stream} {row.seq}"


def _read(body: bytes) -> dict[str, Any]:
    """Return what an entry says, as :func:`read_body` does, in a fifth of the time.

    :raises NotProved: its bytes are not the canonical ones.
    """
    try:
        said: dict[str, Any] = orjson.loads(body)
        is_canonical = orjson.dumps(said, option=orjson.OPT_SORT_KEYS) == body
        if is_canonical and body.isascii() and not _has_float(said.values()):
            return said
    except (ValueError, TypeError, LookupError):
        pass
    return read_body(body)


def _has_float(values: Iterable[Any]) -> bool:
    """Whether there is a number that is not whole, which one program writes so, one so."""
    for one in values:
        kind = type(one)
        if (
            kind is float
            or (kind is dict and _has_float(one.values()))
            or (kind is list and _has_float(one))
        ):
            return True
    return False


def _moment(at: datetime | str) -> str:
    """Return a moment as entries write it; SQLite keeps it as text."""
    return f"{at.replace(' ', 'T')}Z" if isinstance(at, str) else moment_text(at)


def _before_chains(private: str | None) -> dict[str, Any]:
    """Return the detail of an entry from before the journal had chains: all beside it."""
    detail: dict[str, Any] = orjson.loads(private or "{}")
    return detail


_SAID = ("act", "actor", "role", "unit", "task", "at")
"""Names in an entry that columns repeat."""

_FIELDS = frozenset({*_SAID, "stream", "seq", "case", "facts", "prev", "private"})
"""Names without which an entry says nothing."""

_ALL = """
    SELECT l.position, e.id, e.stream, e.seq, e.case_id, e.action, e.actor_id, e.role,
        e.unit_id, e.task_id, e.happened_at, e.hash, e.body, e.salt, e.private
"""

_REPEATED = slice(2, 10)
_repeated = itemgetter("stream", "seq", "case", "act", "actor", "role", "unit", "task")
"""Of a row and of its entry: what columns repeat as it is."""

_OWN = slice(10, 15)
"""Of a row: moment, hash, bytes, salt and words."""

_SEALED = text(
    f"{_ALL} FROM journal_leaves l LEFT JOIN journal_entries e ON e.id = l.entry_id"
    " ORDER BY l.position"
)

_UNSEALED = text(
    f"{_ALL} FROM journal_entries e LEFT JOIN journal_leaves l ON l.entry_id = e.id"
    " WHERE l.position IS NULL ORDER BY e.id"
)

_OF_STREAM = text(
    f"{_ALL} FROM journal_entries e LEFT JOIN journal_leaves l ON l.entry_id = e.id"
    " WHERE e.stream = :stream ORDER BY e.seq"
)
