"""A numbered paper that comes back with digital signatures, before it is issued."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from engine.errors import NotTheIssuedPaper
from engine.outgoing.access import lock_paper, note
from engine.permissions import Actor
from engine.signatures import check_signed
from engine.store.models import OutgoingPaper
from forms.vocabulary import OutgoingState


def add_signed_file(
    session: Session,
    *,
    paper_id: int,
    content: bytes,
    trust: Sequence[bytes],
    actor: Actor,
    at: datetime,
) -> OutgoingPaper:
    """Keep a numbered paper with its digital signatures. It is locked.

    Another file takes its place, for an office that signs after a person; the journal
    keeps the hash and the signatures of each.

    :param trust: see :func:`engine.trust_roots.read_roots`.
    :raises NotTheIssuedPaper, NotSigned, SignatureBroken, SignerNotTrusted, RefusedFile: see
        :func:`engine.signatures.check_signed`; nothing is kept.
    :raises NotFound, NotPermitted, PaperNotReady: see :func:`lock_paper`.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.write", OutgoingState.NUMBERED)
    if paper.content is None:
        raise NotTheIssuedPaper(f"paper {paper_id} has no frozen content")
    signed = check_signed(content, paper.content, trust=trust, at=at)
    paper.signed_content, paper.signed_sha256 = content, signed.sha256
    paper.signatures = signed.lines
    note(
        session,
        paper,
        action="paper.signed_file_added",
        actor=actor,
        at=at,
        detail={"sha256": signed.sha256, "signatures": signed.lines},
    )
    session.flush()
    return paper
