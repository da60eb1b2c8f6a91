"""What is kept of the journal outside of the database: its entries and its checkpoints.

Files in a folder that belongs on another disk or machine (docs/journal.md). Two only grow:
each line of ``entries.jsonl`` is the bytes of one entry, in the order of the tree; each line
of ``checkpoints.jsonl`` has a signed note. Neither has what people wrote or are called.
Whoever can change the database alone is found out by what stands here. ``words.jsonl`` has
the words beside the entries, so that a database that was lost can be brought forward again;
an erasure takes lines out of it.
"""

import json
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

ENTRIES = "entries.jsonl"
CHECKPOINTS = "checkpoints.jsonl"
WORDS = "words.jsonl"

CHUNK = 65_536
"""Bytes that are read at once."""


@dataclass(frozen=True)
class Words:
    """What stands beside an entry: see :func:`engine.journal.proof.commitment`."""

    hash: bytes
    """Of the entry."""
    salt: bytes
    text: str

    @property
    def line(self) -> bytes:
        """As the file has it."""
        said = {"hash": self.hash.hex(), "salt": self.salt.hex(), "text": self.text}
        return json.dumps(said).encode()


class Outside:
    """The folder. Only one process at a time appends: the one that seals."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def forget(self) -> None:
        """Remove all files. For the demo alone, which begins anew."""
        for name in (ENTRIES, CHECKPOINTS, WORDS):
            (self.folder / name).unlink(missing_ok=True)

    def entries(self, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes of the entries from a byte of the file on; no torn last line."""
        yield from _lines(self.folder / ENTRIES, start)

    def count(self, size: int) -> int:
        """Return how many entries are there.

        :param size: of the last checkpoint that is there; only what follows it is counted.
        """
        last = _last_line(self.folder / CHECKPOINTS)
        begins = 0 if last is None else int(json.loads(last)["bytes"])
        return size + sum(1 for _ in self.entries(begins))

    def checkpoints(self) -> list[str]:
        """Return the signed notes, the first first."""
        return [str(json.loads(line)["note"]) for line in _lines(self.folder / CHECKPOINTS)]

    def last_checkpoint(self) -> str | None:
        """Return the last signed note; none: nothing was ever written."""
        last = _last_line(self.folder / CHECKPOINTS)
        return None if last is None else str(json.loads(last)["note"])

    def append_entries(self, bodies: Sequence[bytes]) -> None:
        """Add entries, and wait until the disk has them."""
        _append(self.folder / ENTRIES, bodies)

    def append_words(self, words: Sequence[Words]) -> None:
        """Add what stands beside entries, before the entries themselves."""
        _append(self.folder / WORDS, [one.line for one in words])

    def words(self) -> dict[bytes, Words]:
        """Return what stands beside entries, by their hash."""
        found = {}
        for line in _lines(self.folder / WORDS):
            said = json.loads(line)
            known = bytes.fromhex(said["hash"])
            found[known] = Words(known, bytes.fromhex(said["salt"]), said["text"])
        return found

    def erase_words(self, hashes: Collection[bytes]) -> None:
        """Take the words beside some entries out, for good."""
        path = self.folder / WORDS
        if not path.exists():
            return
        kept = [one for one in self.words().values() if one.hash not in set(hashes)]
        aside = path.with_suffix(".new")
        aside.unlink(missing_ok=True)
        _append(aside, [one.line for one in kept])
        aside.replace(path)

    def append_checkpoint(self, note: str) -> None:
        """Add a signed note over all entries that are there; wait until the disk has it."""
        size = (self.folder / ENTRIES).stat().st_size
        line = json.dumps({"note": note, "bytes": size}, ensure_ascii=False)
        _append(self.folder / CHECKPOINTS, [line.encode()])


def _lines(path: Path, start: int = 0) -> Iterator[bytes]:
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(start)
        torn = b""
        while chunk := file.read(CHUNK):
            *lines, torn = (torn + chunk).split(b"\n")
            yield from lines


def _last_line(path: Path) -> bytes | None:
    """Return the last whole line; none: there is none."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        begin, tail = file.seek(0, os.SEEK_END), b""
        while begin > 0:
            start = max(0, begin - CHUNK)
            file.seek(start)
            tail = file.read(begin - start) + tail
            whole = tail[: tail.rfind(b"\n")] if b"\n" in tail else b""
            if b"\n" in whole or (start == 0 and whole):
                return whole.rsplit(b"\n", 1)[-1]
            begin = start
    return None


def _append(path: Path, lines: Sequence[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        _cut_torn_line(file)
        file.write(b"".join(line + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def _cut_torn_line(file: BinaryIO) -> None:
    """Take away what a power cut left of the last line: it is written again, whole."""
    end = file.seek(0, os.SEEK_END)
    kept = end
    while kept > 0:
        begin = max(0, kept - CHUNK)
        file.seek(begin)
        found = file.read(kept - begin).rfind(b"\n")
        if found >= 0:
            kept = begin + found + 1
            break
        kept = begin
    if kept < end:
        file.truncate(kept)
        file.seek(0, os.SEEK_END)
