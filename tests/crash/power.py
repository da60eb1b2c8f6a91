"""The disks that a power cut may leave behind, built from what was recorded.

What was written before the last sync of its file is on the disk. Each later sector holds any
of the values that it was given since, or still the old one, independently of the others: a
disk writes them in any order. A later truncation, creation or deletion may have happened.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.crash.recorder import Call

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

NOTHING, EVERYTHING = 0.15, 0.85
"""Shares of the cuts after which nothing, or everything, since the last sync is there."""


@dataclass
class Disk:
    """One file: what is surely on the disk, and what was asked since."""

    durable: bytearray = field(default_factory=bytearray)
    asked: list[Call] = field(default_factory=list)
    is_new: bool = True
    """Whether its very name may be lost: it was never synced."""

    def sync(self) -> None:
        for call in self.asked:
            _apply(self.durable, call)
        self.asked, self.is_new = [], False

    def left(self, dice: random.Random) -> bytes:
        """Return what a power cut leaves of it."""
        whole = bytearray(self.durable)
        chance = dice.random()
        if chance < NOTHING:
            return bytes(whole)
        cuts = chance > EVERYTHING or dice.random() < 0.5
        versions: dict[int, list[bytes]] = defaultdict(list)
        found = bytearray(self.durable)
        for call in self.asked:
            if call.kind == "truncate":
                if cuts:
                    _apply(whole, call)
                    versions.clear()
                    found = bytearray(whole)
                continue
            _apply(whole, call)
            last = (call.offset + len(call.data) - 1) // SECTOR
            for number in range(call.offset // SECTOR, last + 1):
                versions[number].append(bytes(whole[number * SECTOR : (number + 1) * SECTOR]))
        if chance > EVERYTHING:
            return bytes(whole)
        for number, values in versions.items():
            chosen = dice.randrange(-1, len(values))
            if chosen >= 0:
                _apply(found, Call("write", "", number * SECTOR, values[chosen]))
        return bytes(found)


def cuts(
    calls: Sequence[Call], before: Mapping[str, bytes], count: int, seed: int
) -> Iterator[tuple[list[str], dict[str, bytes]]]:
    """Yield, for ``count`` power cuts, what people had been told, and the files left.

    :param before: files that were there, and durable, when the recording began.
    """
    dice = random.Random(seed)  # noqa: S311  # it repeats
    first = next(at for at, call in enumerate(calls) if call.kind == "told")
    points = sorted(dice.randrange(first + 1, len(calls) + 1) for _ in range(count))
    disks = {name: Disk(bytearray(data), is_new=False) for name, data in before.items()}
    gone: dict[str, Disk] = {}
    told: list[str] = []
    done = 0
    for point in points:
        for call in calls[done:point]:
            _follow(call, disks, gone, told)
        done = point
        left = {
            name: disk.left(dice)
            for name, disk in (gone | disks).items()
            if not _is_lost(name, disk, disks, dice)
        }
        yield list(told), left


def _is_lost(name: str, disk: Disk, disks: Mapping[str, Disk], dice: random.Random) -> bool:
    """Whether the name is not there: it is too new, or its deletion was written."""
    unsure = name not in disks or disk.is_new
    return unsure and dice.random() < 0.5


def _follow(call: Call, disks: dict[str, Disk], gone: dict[str, Disk], told: list[str]) -> None:
    if call.kind == "told":
        told.append(call.name)
    elif call.kind == "open":
        disks.setdefault(call.name, Disk())
    elif call.kind == "delete":
        disk = disks.pop(call.name, None)
        if disk is not None and not call.offset:
            gone[call.name] = disk  # the folder was not synced: it may come back
    elif call.kind == "sync":
        disks[call.name].sync()
    else:
        disks[call.name].asked.append(call)


def _apply(content: bytearray, call: Call) -> None:
    end = call.offset if call.kind == "truncate" else call.offset + len(call.data)
    if call.kind == "truncate":
        del content[end:]
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if call.kind == "write":
        content[call.offset : end] = call.data
