"""Findings of auditors as pages show them, and an auditor's own notes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session, aliased

from engine.audit.findings import ANSWER, WRITE
from engine.errors import NotFound
from engine.permissions import CLERKS, HEADS, Actor, Matter, may
from engine.store.models import AuditFinding, AuditNote, Case, Person, Unit
from forms.vocabulary import FindingState

MOST_SHOWN = 200
"""Findings in the list, and notes at one case."""


@dataclass(frozen=True)
class FindingLine:
    """A finding with what was said about it."""

    id: int
    state: FindingState
    reference: str
    subject_name: str
    unit_name: str
    text: str
    asked: str
    written_by: str
    written_at: datetime
    answer: str
    answered_by: str | None
    answered_at: datetime | None
    conclusion: str
    closed_by: str | None
    closed_at: datetime | None
    may_answer: bool
    may_close: bool


@dataclass(frozen=True)
class NoteLine:
    """A note of the reader."""

    text: str
    written_at: datetime


def list_findings(
    session: Session,
    actor: Actor,
    *,
    state: FindingState | None = None,
    case_id: int | None = None,
) -> tuple[FindingLine, ...]:
    """Return the findings that ``actor`` may see, the latest first, in one query.

    Auditors see all; others those about acts of a unit that they head or clerk for.
    """
    found = _findings().where(_is_visible_to(actor))
    if state is not None:
        found = found.where(AuditFinding.state == state)
    if case_id is not None:
        found = found.where(AuditFinding.case_id == case_id)
    rows = session.execute(found.order_by(AuditFinding.id.desc()).limit(MOST_SHOWN))
    return tuple(_line(actor, *row) for row in rows)


def get_finding(session: Session, actor: Actor, finding_id: int) -> FindingLine:
    """Return one finding.

    :raises NotFound: there is no such finding, or the actor may not see it.
    """
    row = session.execute(
        _findings().where(AuditFinding.id == finding_id, _is_visible_to(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(f"no finding {finding_id} that person {actor.person_id} may see")
    return _line(actor, *row)


def count_to_answer(session: Session, actor: Actor) -> int:
    """Return how many findings wait for an answer of a unit of ``actor``."""
    units = _own_units(actor)
    if not units:
        return 0
    waiting = select(func.count()).where(
        AuditFinding.unit_id.in_(units), AuditFinding.state == FindingState.OPEN
    )
    return session.scalar(waiting) or 0


def list_notes(session: Session, actor: Actor, case_id: int) -> tuple[NoteLine, ...]:
    """Return what ``actor`` noted at a case, the latest first: nobody else reads it."""
    rows = session.execute(
        select(AuditNote.text, AuditNote.written_at)
        .where(AuditNote.case_id == case_id, AuditNote.written_by_id == actor.person_id)
        .order_by(AuditNote.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(NoteLine(*row) for row in rows)


def _own_units(actor: Actor) -> set[int]:
    return {one.unit_id for one in actor.grants if one.role in (*HEADS, *CLERKS)}


def _is_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that ``actor`` may see a finding: permission ``finding.see``."""
    if may(actor, WRITE):
        return true()
    return AuditFinding.unit_id.in_(_own_units(actor))


def _findings() -> Select[*tuple[Any, ...]]:
    author, answering, closing = aliased(Person), aliased(Person), aliased(Person)
    return (
        select(
            AuditFinding,
            Case.reference,
            Case.subject_name,
            Unit.name,
            author.full_name,
            answering.full_name,
            closing.full_name,
        )
        .join(Case, Case.id == AuditFinding.case_id)
        .join(Unit, Unit.id == AuditFinding.unit_id)
        .join(author, author.id == AuditFinding.written_by_id)
        .outerjoin(answering, answering.id == AuditFinding.answered_by_id)
        .outerjoin(closing, closing.id == AuditFinding.closed_by_id)
    )


def _line(
    actor: Actor,
    finding: AuditFinding,
    reference: str,
    subject_name: str,
    unit_name: str,
    written_by: str,
    answered_by: str | None,
    closed_by: str | None,
) -> FindingLine:
    is_open = finding.state is not FindingState.CLOSED
    return FindingLine(
        id=finding.id,
        state=finding.state,
        reference=reference,
        subject_name=subject_name,
        unit_name=unit_name,
        text=finding.text,
        asked=finding.asked,
        written_by=written_by,
        written_at=finding.written_at,
        answer=finding.answer,
        answered_by=answered_by,
        answered_at=finding.answered_at,
        conclusion=finding.conclusion,
        closed_by=closed_by,
        closed_at=finding.closed_at,
        may_answer=is_open and may(actor, ANSWER, Matter(concerned_unit_id=finding.unit_id)),
        may_close=is_open and may(actor, WRITE),
    )
