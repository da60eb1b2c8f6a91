"""The tree over the journal: roots and proofs from what is stored of it (RFC 9162, § 2.1).

Stored are the leaves, and the roots of every 256 leaves, of every 256 of those, and so on.
A proof reads a few hundred hashes however long the journal is.
"""

from collections.abc import Callable, Sequence

from engine.journal.proof import node_hash

WIDTH = 256
"""Hashes below one that is stored."""

_BITS = WIDTH.bit_length() - 1

Nodes = Callable[[int, int, int], list[bytes]]
"""Level, first and end → stored hashes in that order. Level 0: leaves; above it each stands
for ``WIDTH ** level`` leaves."""


def root(nodes: Nodes, size: int) -> bytes:
    """Return the root of the first ``size`` leaves; at least one."""
    return _range(nodes, 0, size)


def inclusion(nodes: Nodes, position: int, size: int) -> list[bytes]:
    """Return the proof that the leaf at ``position`` is in the tree of ``size`` leaves."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            path.append(_range(nodes, middle, end))
            end = middle
        else:
            path.append(_range(nodes, start, middle))
            start = middle
    return path[::-1]


def consistency(nodes: Nodes, old_size: int, size: int) -> list[bytes]:
    """Return the proof that the tree of ``size`` begins with that of ``old_size`` leaves."""
    path: list[bytes] = []
    start, end = 0, size
    while 0 < old_size < end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(_range(nodes, middle, end))
            end = middle
        else:
            path.append(_range(nodes, start, middle))
            start = middle
    if start > 0 or (old_size < size and old_size & (old_size - 1)):
        path.append(_range(nodes, start, end))
    return path[::-1]


def _range(nodes: Nodes, start: int, end: int) -> bytes:
    """Return the root of the leaves from ``start`` to before ``end``."""
    count = end - start
    if count & (count - 1):
        middle = start + _split(count)
        return node_hash(_range(nodes, start, middle), _range(nodes, middle, end))
    level = (count.bit_length() - 1) // _BITS
    unit = WIDTH**level
    return fold(nodes(level, start // unit, end // unit))


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes; their number is a power of two."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [node_hash(left, right) for left, right in pairs]
    return hashes[0]


def _split(count: int) -> int:
    """Return the largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)
