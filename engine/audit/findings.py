"""What auditors find at a case, how the body concerned answers, and how it is closed.

Nothing of the case changes. Every step is in the stream ``findings`` of the journal, the
words under a commitment; of a note, which its author alone reads, only that there is one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import journal
from engine.errors import FindingNotOpen, InvalidSubmission, NotFound
from engine.permissions import Actor, Matter, may, require
from engine.store.models import AuditFinding, AuditNote, Case, Unit, UserTask
from forms.fields import LONG_TEXT, Text
from forms.messages import code
from forms.vocabulary import FindingState

STREAM = "findings"
"""Of the journal."""

WRITE = "finding.write"
ANSWER = "finding.answer"


def write_finding(
    session: Session,
    *,
    reference: str,
    unit_id: int,
    text: str,
    asked: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Write down a finding at a case, for the head or clerk of ``unit_id`` to answer.

    :param asked: what the unit is asked to explain or to do.
    :return: the id of the finding.
    :raises NotPermitted: the actor is no auditor.
    :raises NotFound: there is no such case.
    :raises InvalidSubmission: a text is missing or does not fit, or the unit did nothing
        at the case.
    """
    require(actor, WRITE)
    case = _case(session, reference)
    texts = _texts(text=text, asked=asked)
    if unit_id not in units_of(session, case):
        raise InvalidSubmission({"unit_id": [code("choose_one")]})
    finding = AuditFinding(
        case_id=case.id,
        unit_id=unit_id,
        **texts,
        written_by_id=actor.person_id,
        written_at=at,
    )
    detail = {"case_id": case.id, "unit_id": unit_id, **texts}
    _note(session, actor, WRITE, None, "finding.written", at, detail)
    session.add(finding)
    session.flush()
    return finding.id


def answer_finding(
    session: Session, *, finding_id: int, answer: str, actor: Actor, at: datetime
) -> None:
    """Answer a finding for the body concerned; a later answer replaces the one before.

    :raises NotFound: there is no such finding that the actor may see.
    :raises NotPermitted: the actor does not head or clerk for the unit concerned.
    :raises FindingNotOpen: it is closed.
    :raises InvalidSubmission: the text is missing or does not fit.
    """
    finding = _open_finding(session, finding_id, actor)
    require(actor, ANSWER, Matter(concerned_unit_id=finding.unit_id))
    texts = _texts(answer=answer)
    detail = {"entry_id": finding.id, "case_id": finding.case_id, **texts}
    _note(session, actor, ANSWER, finding, "finding.answered", at, detail)
    finding.answer = texts["answer"]
    finding.answered_by_id = actor.person_id
    finding.answered_at = at
    finding.state = FindingState.ANSWERED


def close_finding(
    session: Session, *, finding_id: int, conclusion: str, actor: Actor, at: datetime
) -> None:
    """Close a finding with what came of it, answered or not.

    :raises NotFound: there is no such finding that the actor may see.
    :raises NotPermitted: the actor is no auditor.
    :raises FindingNotOpen: it is closed already.
    :raises InvalidSubmission: the text is missing or does not fit.
    """
    finding = _open_finding(session, finding_id, actor)
    require(actor, WRITE)
    texts = _texts(conclusion=conclusion)
    detail = {"entry_id": finding.id, "case_id": finding.case_id, **texts}
    _note(session, actor, WRITE, finding, "finding.closed", at, detail)
    finding.conclusion = texts["conclusion"]
    finding.closed_by_id = actor.person_id
    finding.closed_at = at
    finding.state = FindingState.CLOSED


def write_note(
    session: Session, *, reference: str, text: str, actor: Actor, at: datetime
) -> None:
    """Note something at a case for oneself.

    :raises NotPermitted: the actor is no auditor.
    :raises NotFound: there is no such case.
    :raises InvalidSubmission: the text is missing or does not fit.
    """
    require(actor, WRITE)
    case = _case(session, reference)
    texts = _texts(text=text)
    _note(session, actor, WRITE, None, "note.written", at, {"case_id": case.id})
    session.add(
        AuditNote(case_id=case.id, **texts, written_by_id=actor.person_id, written_at=at)
    )


def units_of(session: Session, case: Case) -> dict[int, str]:
    """Return the units that acted at a case, by id: it is about one of them."""
    tasks = select(UserTask.unit_id).where(UserTask.case_id == case.id)
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where((Unit.id == case.unit_id) | Unit.id.in_(tasks))
        .order_by(Unit.name)
    )
    return {row.id: row.name for row in rows}


def _case(session: Session, reference: str) -> Case:
    case = session.scalar(select(Case).where(Case.reference == reference))
    if case is None:
        raise NotFound(f"no case {reference}")
    return case


def _open_finding(session: Session, finding_id: int, actor: Actor) -> AuditFinding:
    """Return a finding that is not closed, locked until the transaction ends."""
    finding = session.get(
        AuditFinding, finding_id, with_for_update=True, populate_existing=True
    )
    matter = Matter(concerned_unit_id=finding.unit_id) if finding else None
    if finding is None or not may(actor, "finding.see", matter):
        raise NotFound(f"no finding {finding_id} that person {actor.person_id} may see")
    if finding.state is FindingState.CLOSED:
        raise FindingNotOpen(f"finding {finding_id} is closed")
    return finding


def _texts(**typed: str) -> dict[str, str]:
    """Return what was typed, cleaned.

    :raises InvalidSubmission: a text is missing or does not fit.
    """
    field = Text(LONG_TEXT, lines=True, required=True)
    found: dict[str, str] = {}
    problems: dict[str, list[str]] = {}
    for name, text in typed.items():
        try:
            found[name] = field.deserialize(text)
        except ValidationError as error:
            problems[name] = [str(line) for line in error.messages]
    if problems:
        raise InvalidSubmission(problems)
    return found


def _note(
    session: Session,
    actor: Actor,
    permission: str,
    finding: AuditFinding | None,
    action: str,
    at: datetime,
    detail: Mapping[str, Any],
) -> None:
    """Append to the journal, with the position that gives ``permission``."""
    matter = Matter(concerned_unit_id=finding.unit_id) if finding else Matter()
    acting = next(
        grant
        for grant in actor.grants
        if may(Actor(actor.person_id, actor.name, (grant,)), permission, matter)
    )
    journal.append(
        session,
        stream=STREAM,
        action=action,
        actor=actor,
        at=at,
        role=acting.role,
        unit_id=acting.unit_id,
        detail=detail,
    )
