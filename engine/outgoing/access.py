"""An outgoing paper under its lock, who may do something with it, and its journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import journal
from engine.errors import NotFound, PaperNotReady
from engine.matters import matter_of
from engine.permissions import CLERKS, HEADS, Actor, Matter, may, require
from engine.store.models import OutgoingCase, OutgoingPaper
from forms.vocabulary import OutgoingState, Role

ISSUED = (OutgoingState.ISSUED, OutgoingState.ARCHIVED)

PENDING = (
    OutgoingState.DRAFT,
    OutgoingState.CONTENT_CHECKED,
    OutgoingState.FORMAT_CHECKED,
    OutgoingState.APPROVED,
    OutgoingState.SIGNED,
    OutgoingState.NUMBERED,
)
"""States of a paper that is not issued yet."""


def issuer(unit_id: int) -> Matter:
    """Return what a permission is asked about the papers of a unit."""
    return Matter(issuing_unit_id=unit_id)


def get_paper(session: Session, actor: Actor, paper_id: int) -> OutgoingPaper:
    """Return a paper that ``actor`` may see: of their unit; once issued, of a case they see.

    :raises NotFound: there is none, or the actor may not see it.
    """
    paper = session.get(OutgoingPaper, paper_id)
    if paper is None or not _may_see(session, actor, paper):
        raise NotFound(f"outgoing paper {paper_id}")
    return paper


def lock_paper(
    session: Session, actor: Actor, paper_id: int, permission: str, *states: OutgoingState
) -> OutgoingPaper:
    """Return a paper as it is now, locked until the transaction ends.

    :param states: in which the caller can use it.
    :raises NotFound: there is none, or the actor may not see it.
    :raises NotPermitted: the actor may not do this with it.
    :raises PaperNotReady: it is in another state.
    """
    paper = session.scalar(
        select(OutgoingPaper)
        .where(OutgoingPaper.id == paper_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if paper is None or not _may_see(session, actor, paper):
        raise NotFound(f"outgoing paper {paper_id}")
    require(actor, permission, issuer(paper.unit_id))
    require_state(paper, *states)
    return paper


def require_state(paper: OutgoingPaper, *states: OutgoingState) -> None:
    """Return if the paper is in one of ``states``.

    :raises PaperNotReady: it is in another.
    """
    if paper.state not in states:
        raise PaperNotReady(f"paper {paper.id} is {paper.state.value}", state=paper.state)


def note(
    session: Session,
    paper: OutgoingPaper,
    *,
    action: str,
    actor: Actor,
    at: datetime,
    detail: Mapping[str, Any],
) -> None:
    """Append to the journal of a paper: the stream ``outgoing:<id>``."""
    role = acting_role(actor, paper.unit_id)
    journal.append(
        session,
        stream=stream_of(paper.id),
        action=action,
        actor=actor,
        at=at,
        role=role,
        unit_id=paper.unit_id if role else None,
        detail=detail,
    )


def stream_of(paper_id: int) -> str:
    """Return the name of the stream of a paper."""
    return f"outgoing:{paper_id}"


def acting_role(actor: Actor, unit_id: int) -> Role | None:
    """Return in which role ``actor`` acts for the unit; none: by an authorisation."""
    return next((role for role in (*HEADS, *CLERKS) if actor.holds(role, unit_id)), None)


def _may_see(session: Session, actor: Actor, paper: OutgoingPaper) -> bool:
    if may(actor, "outgoing.see", issuer(paper.unit_id)):
        return True
    if paper.state not in ISSUED:
        return False
    cases = session.scalars(select(OutgoingCase).where(OutgoingCase.paper_id == paper.id))
    known = [row.case for row in cases] or ([paper.case] if paper.case else [])
    return any(may(actor, "case.see", matter_of(session, case)) for case in known)
