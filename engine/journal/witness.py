"""What an issued paper says of the journal: every paper in a drawer is a witness of it.

Size and root of the sealed tree, and the proof that the last sealed entry about the paper
is in it. Nobody can write the journal anew without calling back each paper that was handed
out.
"""

import base64
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.journal import tree
from engine.journal.proof import NotProved, is_consistent, unsigned_checkpoint
from engine.journal.sealing import last_checkpoint, stored_nodes
from engine.store.models import JournalEntry, JournalLeaf


def witness(session: Session, stream: str) -> str:
    """Return the words for a paper of a stream; empty: nothing of it is sealed yet.

    Hashes in Base64 (RFC 4648, § 4); the proof is its hashes one after the other.
    """
    last = last_checkpoint(session)
    if last is None:
        return ""
    found = session.execute(
        select(JournalLeaf.position)
        .join(JournalEntry, JournalEntry.id == JournalLeaf.entry_id)
        .where(JournalEntry.stream == stream, JournalLeaf.position < last.size)
        .order_by(JournalEntry.seq.desc())
        .limit(1)
    ).first()
    if found is None:
        return ""
    try:
        root = unsigned_checkpoint(last.note).root
    except NotProved:  # the check of the journal says so; a paper says nothing then
        return ""
    path = tree.inclusion(stored_nodes(session), found.position, last.size)
    proof = _base64(b"".join(path))
    return f"Nhật ký: {last.size} mục, gốc {_base64(root)}, mục {found.position}: {proof}"


@dataclass(frozen=True)
class Beginning:
    """Whether the journal still begins with the entries that a paper names."""

    holds: bool
    """False: the paper saw another journal."""
    note: str
    """The signed checkpoint of the largest tree."""
    proof: str
    """That its tree begins with the one of the paper (RFC 9162, § 2.1.4), in Base64."""


def prove_beginning(session: Session, size: int, root: str) -> Beginning:
    """Compare what an issued paper says of the journal with the journal as it is sealed now.

    :param size: entries, as the paper says.
    :param root: of their tree in Base64, as the paper says.
    :raises NotFound: not as many entries are sealed: those of the paper are gone.
    :raises NotProved: ``root`` is no hash in Base64.
    """
    try:
        said = base64.b64decode(root, validate=True)
    except ValueError:
        said = b""
    if len(said) != _HASH_BYTES:
        raise NotProved("the root is no hash in Base64 as a paper has it")
    last = last_checkpoint(session)
    if last is None or not 0 < size <= last.size:
        there = 0 if last is None else last.size
        raise NotFound(f"{there} entries are sealed, the paper says {size}")
    path = tree.consistency(stored_nodes(session), size, last.size)
    now = unsigned_checkpoint(last.note)
    holds = is_consistent(size, said, now.size, now.root, path)
    return Beginning(holds, last.note, _base64(b"".join(path)))


_HASH_BYTES = 32


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
