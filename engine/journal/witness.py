"""What an issued paper says of the journal: every paper in a drawer is a witness of it.

Size and root of the sealed tree, and the proof that the last sealed entry about the paper
is in it. Nobody can write the journal anew without calling back each paper that was handed
out.
"""

import base64

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.journal import tree
from engine.journal.proof import NotProved, unsigned_checkpoint
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


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
