"""The minutes of a session: drafted from what is recorded, signed by two, then frozen."""

import hashlib
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.ballot_count import render_ballot_count
from documents.council_minutes import CouncilMinutes, render_minutes
from documents.invitation import render_invitation
from documents.typography import UnprintableText, printable
from documents.witness_foot import add_witness
from engine.commands import hash_of
from engine.council.access import lock_session, may_see, note, require_state, stream_of
from engine.council.ballot_count import ballot_count_of, has_ballot_count
from engine.council.invitations import LinkTo, invitation_of
from engine.council.minutes_words import MinutesWords
from engine.council.paper_words import (
    RECIPIENTS,
    Signed,
    chair_of,
    head_of,
    in_vietnam,
    printable_paper,
    signatures_of,
    subject_of,
)
from engine.errors import (
    ContentChanged,
    InvalidSubmission,
    NotFound,
    NotPermitted,
    SessionNotReady,
)
from engine.journal.witness import witness
from engine.permissions import Actor
from engine.store.models import CouncilPaper, CouncilSession, JournalEntry
from forms.fields import LongText
from forms.messages import code
from forms.vocabulary import SessionState

__all__ = [
    "BALLOT_COUNT",
    "INVITATION",
    "LONGEST_REMARKS",
    "MINUTES",
    "ballot_count_of",
    "has_ballot_count",
    "hash_of_minutes",
    "invitation_of",
    "minutes_of",
    "paper_bytes",
    "put_remarks",
    "sign_minutes",
]

MINUTES = "minutes"
BALLOT_COUNT = "ballot_count"
INVITATION = "invitation"
"""Kinds of paper; an invitation is never frozen here."""

SECRETARY = "secretary"
CHAIR = "chair"
"""As what somebody signs, in the journal."""

LONGEST_REMARKS = 8_000
"""Characters of what the secretary adds to the minutes at most."""

HELD = (SessionState.OPEN, SessionState.CLOSED, SessionState.SIGNED, SessionState.RECALLED)
"""States of a session that has minutes, or a draft of them."""


def minutes_of(
    session: Session, meeting: CouncilSession, signed: Signed | None = None
) -> CouncilMinutes:
    """Return the minutes of a session as they stand: a draft until both have signed.

    :param signed: when they were signed; left out: as recorded.
    :raises SessionNotReady: the session was not opened.
    """
    require_state(meeting, *HELD)
    if meeting.opened_at is None or meeting.total_members is None:
        raise SessionNotReady(f"session {meeting.id} was not opened", state=meeting.state)
    signed = signed or Signed.of(meeting)
    words = MinutesWords(session, meeting)
    secretary, chair = signatures_of(meeting, words.people, signed)
    paper = CouncilMinutes(
        head=head_of(meeting.unit, "BB"),
        subject=subject_of(meeting),
        began_at=in_vietnam(meeting.opened_at),
        place=meeting.place,
        total_members=meeting.total_members,
        present=words.present,
        absent=words.absent,
        quorum=words.quorum,
        chair=words.chair,
        secretary=words.secretary,
        agenda=words.agenda,
        rules=words.rules,
        items=words.results,
        concerned=words.concerned,
        repeated=words.repeated,
        dissent=words.dissent,
        unsettled=words.unsettled,
        remarks=meeting.remarks,
        conclusion=words.conclusion,
        ended_at=in_vietnam(meeting.closed_at) if meeting.closed_at else None,
        secretary_signature=secretary,
        chair_signature=chair,
        recipients=RECIPIENTS,
        is_draft=not signed.by_both,
    )
    whole: CouncilMinutes = printable_paper(paper)
    return whole


def hash_of_minutes(session: Session, meeting: CouncilSession) -> str:
    """Return the SHA-256, in hex, of what the minutes say, whoever has signed them."""
    return _hash_of(minutes_of(session, meeting, Signed(None, None)))


def paper_bytes(
    session: Session, meeting: CouncilSession, kind: str, link_to: LinkTo | None = None
) -> bytes:
    """Return a paper of a session as PDF: as it was signed, else as it stands now.

    :param kind: :data:`MINUTES`, :data:`BALLOT_COUNT` or :data:`INVITATION`.
    :param link_to: for the invitation: reference of a case → web address of its page.
    :raises NotFound: there is no such kind, or no ballot was counted.
    :raises SessionNotReady: minutes of a session that was not opened.
    :raises InvalidSubmission: an invitation without an agenda.
    """
    if kind == INVITATION:
        return render_invitation(invitation_of(session, meeting, link_to))
    frozen = session.scalar(
        select(CouncilPaper.content).where(
            CouncilPaper.session_id == meeting.id, CouncilPaper.kind == kind
        )
    )
    if frozen is not None:
        return frozen
    if kind == MINUTES:
        return render_minutes(minutes_of(session, meeting))
    if kind == BALLOT_COUNT:
        return render_ballot_count(ballot_count_of(session, meeting))
    raise NotFound(f"paper {kind!r} of session {meeting.id}")


def put_remarks(
    session: Session, *, session_id: int, remarks: str, actor: Actor, at: datetime
) -> CouncilSession:
    """Write what the secretary adds to the minutes. The session is locked.

    Who has signed before signs again: what they signed has changed.

    :param remarks: at most 8 000 characters, in lines; empty: nothing is added.
    :raises NotFound, NotPermitted: see :func:`engine.council.access.lock_session`.
    :raises SessionNotReady: it is not closed, or its minutes are signed.
    :raises InvalidSubmission: the text is too long, or cannot be printed.
    """
    meeting = lock_session(session, actor, session_id, SessionState.CLOSED)
    remarks = _checked_remarks(remarks)
    withdrawn = [
        name
        for name, signed_at in (
            (SECRETARY, meeting.secretary_signed_at),
            (CHAIR, meeting.chair_signed_at),
        )
        if signed_at is not None
    ]
    detail = {"length": len(remarks), "signatures_withdrawn": withdrawn}
    note(session, meeting, action="minutes.remarked", actor=actor, at=at, detail=detail)
    meeting.remarks = remarks
    meeting.secretary_signed_at = meeting.chair_signed_at = None
    session.flush()
    return meeting


def sign_minutes(
    session: Session,
    *,
    session_id: int,
    actor: Actor,
    at: datetime,
    content_hash: str | None = None,
) -> CouncilSession:
    """Sign the minutes as secretary or as chair; the second signature freezes the papers.

    The session is locked. Who signs twice has signed once.

    :param content_hash: :func:`hash_of_minutes` of what the actor has read.
    :raises NotFound: there is no such session, or the actor may not see it.
    :raises NotPermitted: the actor neither kept its minutes nor chaired it.
    :raises SessionNotReady: it is not closed, or both have signed.
    :raises ContentChanged: the minutes are not what the actor, or the other one, signed.
    """
    meeting = _lock_for_signing(session, actor, session_id)
    capacity, signed = _with_signature(meeting, actor, at)
    if signed is None:
        return meeting
    found = hash_of_minutes(session, meeting)
    _require_unchanged(session, meeting, content_hash, found)
    papers = _frozen(session, meeting, signed, at) if signed.by_both else []
    detail: dict[str, Any] = {"as": capacity, "minutes": found}
    if papers:
        detail["papers"] = {paper.kind: paper.sha256 for paper in papers}
    note(session, meeting, action="minutes.signed", actor=actor, at=at, detail=detail)
    meeting.secretary_signed_at = signed.secretary_at
    meeting.chair_signed_at = signed.chair_at
    if papers:
        session.add_all(papers)
        meeting.state = SessionState.SIGNED
        meeting.signed_at = at
    session.flush()
    return meeting


def _lock_for_signing(session: Session, actor: Actor, session_id: int) -> CouncilSession:
    """Return a closed session, locked: who chaired it need not be its secretary."""
    meeting = session.scalar(
        select(CouncilSession)
        .where(CouncilSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if meeting is None or not may_see(session, actor, meeting):
        raise NotFound(f"council session {session_id}")
    if actor.person_id not in (meeting.secretary_id, chair_of(meeting)):
        raise NotPermitted(f"person {actor.person_id} does not sign for {session_id}")
    require_state(meeting, SessionState.CLOSED)
    return meeting


def _with_signature(
    meeting: CouncilSession, actor: Actor, at: datetime
) -> tuple[str, Signed | None]:
    """Return as what the actor signs, and who has signed then; none: the actor had."""
    signed = Signed.of(meeting)
    if actor.person_id == meeting.secretary_id and signed.secretary_at is None:
        return SECRETARY, replace(signed, secretary_at=at)
    if actor.person_id == chair_of(meeting) and signed.chair_at is None:
        return CHAIR, replace(signed, chair_at=at)
    return "", None


def _require_unchanged(
    session: Session, meeting: CouncilSession, read: str | None, found: str
) -> None:
    """Return if the minutes say what this person read, and what the other one signed."""
    signed = Signed.of(meeting)
    first = None
    if signed.secretary_at or signed.chair_at:
        first = session.scalar(
            select(JournalEntry)
            .where(
                JournalEntry.stream == stream_of(meeting.id),
                JournalEntry.action == "minutes.signed",
            )
            .order_by(JournalEntry.seq.desc())
            .limit(1)
        )
    expected = {read or found, found if first is None else first.detail["minutes"]}
    if expected != {found}:
        raise ContentChanged(f"minutes of session {meeting.id}: {found}, signed {expected}")


def _frozen(
    session: Session, meeting: CouncilSession, signed: Signed, at: datetime
) -> list[CouncilPaper]:
    """Return the papers as both have signed them, with what the journal is by then."""
    said = witness(session, stream_of(meeting.id))
    contents = {MINUTES: render_minutes(minutes_of(session, meeting, signed))}
    if has_ballot_count(meeting):
        count = ballot_count_of(session, meeting, signed)
        contents[BALLOT_COUNT] = render_ballot_count(count)
    return [
        CouncilPaper(
            session_id=meeting.id,
            kind=kind,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            made_at=at,
        )
        for kind, unwitnessed in contents.items()
        for content in (add_witness(unwitnessed, said),)
    ]


def _hash_of(minutes: CouncilMinutes) -> str:
    return hash_of({"minutes": asdict(minutes)})


def _checked_remarks(remarks: str) -> str:
    """Return the text in clean lines.

    :raises InvalidSubmission: it is too long, or cannot be printed.
    """
    try:
        text: str = LongText(LONGEST_REMARKS).deserialize(remarks)
        return printable(text)
    except ValidationError as error:
        raise InvalidSubmission({"remarks": [str(one) for one in error.messages]}) from error
    except UnprintableText as error:
        raise InvalidSubmission({"remarks": [code("unprintable", error)]}) from error
