"""The steps of an outgoing paper, each by who answers for it (Decree 30/2020/NĐ-CP, 10-19)."""

import hashlib
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.checks import stands_against
from engine.dossiers import find_current
from engine.eligibility import ask_for_case
from engine.errors import (
    CasesLeft,
    EngineError,
    InvalidSubmission,
    NotPermitted,
    PaperBlocked,
    SecondSignOff,
)
from engine.matters import matter_of
from engine.office import day_in_vietnam
from engine.outgoing.access import lock_paper, note, require_state
from engine.outgoing.awards import KIND, lock_cases
from engine.outgoing.capacities import signer_for
from engine.outgoing.contents import render
from engine.outgoing.lists import require_complete_list
from engine.outgoing.numbers import cancel_number, give_number, last_date
from engine.paper_codes import new_code
from engine.people import actor_for
from engine.permissions import CLERKS, Actor, may
from engine.store.models import OutgoingCase, OutgoingPaper, TaskState
from engine.tasks import complete_task
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import CheckStage, Outcome, OutgoingState

_UNSIGNED = (
    OutgoingState.CONTENT_CHECKED,
    OutgoingState.FORMAT_CHECKED,
    OutgoingState.APPROVED,
    OutgoingState.SIGNED,
)


def check_content(
    session: Session, *, paper_id: int, actor: Actor, at: datetime, reason: str = ""
) -> OutgoingPaper:
    """Answer for the content of a draft (Art. 12.1), as who did not write it. It is locked.

    :param reason: why the list leaves out somebody whom the council proposed.
    :raises SecondSignOff: the actor wrote the draft.
    :raises ListsDiffer: the list is not that of the council, and no reason was given.
    :raises CasesLeft: a case no longer waits for this decision.
    :raises NotFound, NotPermitted, PaperNotReady: see :func:`lock_paper`.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.write", OutgoingState.DRAFT)
    if actor.person_id == paper.drafted_by_id:
        raise SecondSignOff(f"person {actor.person_id} wrote paper {paper_id}")
    words = checked_text("reason", reason) if reason.strip() else ""
    _require_waiting(session, paper)
    difference = require_complete_list(session, paper, words)
    _note(
        session,
        paper,
        "paper.content_checked",
        actor,
        at,
        **({"difference": difference, "reason": words} if difference else {}),
    )
    paper.state = OutgoingState.CONTENT_CHECKED
    paper.content_checked_by_id = actor.person_id
    session.flush()
    return paper


def check_format(
    session: Session, *, paper_id: int, actor: Actor, at: datetime
) -> OutgoingPaper:
    """Answer for form and procedure (Art. 12.2), as who did not answer for the content.

    :raises SecondSignOff: the actor checked the content.
    :raises NotFound, NotPermitted, PaperNotReady: see :func:`lock_paper`.
    """
    state = OutgoingState.CONTENT_CHECKED
    paper = lock_paper(session, actor, paper_id, "outgoing.write", state)
    if actor.person_id == paper.content_checked_by_id:
        raise SecondSignOff(f"person {actor.person_id} checked the content of {paper_id}")
    return _move(session, paper, OutgoingState.FORMAT_CHECKED, actor, at)


def approve(session: Session, *, paper_id: int, actor: Actor, at: datetime) -> OutgoingPaper:
    """Approve a draft for signature, as who heads the unit (Art. 11).

    :raises NotFound, NotPermitted, PaperNotReady: see :func:`lock_paper`.
    """
    state = OutgoingState.FORMAT_CHECKED
    paper = lock_paper(session, actor, paper_id, "outgoing.approve", state)
    _require_waiting(session, paper)
    return _move(session, paper, OutgoingState.APPROVED, actor, at)


def send_back(
    session: Session, *, paper_id: int, reason: str, actor: Actor, at: datetime
) -> OutgoingPaper:
    """Make a paper without a number a draft again; its sign-offs and signature fall away.

    :raises InvalidSubmission: there is no reason.
    :raises NotFound, NotPermitted, PaperNotReady: see :func:`lock_paper`.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.write", *_UNSIGNED)
    words = checked_text("reason", reason)
    _note(session, paper, "paper.sent_back", actor, at, was=paper.state.value, reason=words)
    paper.state = OutgoingState.DRAFT
    paper.content_checked_by_id = None
    _forget_signature(paper)
    session.flush()
    return paper


def withdraw(
    session: Session, *, paper_id: int, reason: str, actor: Actor, at: datetime
) -> OutgoingPaper:
    """Drop a draft; its cases wait for another decision.

    :raises InvalidSubmission: there is no reason.
    :raises NotFound, NotPermitted, PaperNotReady: see :func:`lock_paper`.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.write", OutgoingState.DRAFT)
    words = checked_text("reason", reason)
    _note(session, paper, "paper.withdrawn", actor, at, reason=words)
    paper.state = OutgoingState.WITHDRAWN
    session.flush()
    return paper


def sign(session: Session, *, paper_id: int, actor: Actor, at: datetime) -> OutgoingPaper:
    """Record that the actor signs an approved paper, in the capacity that is theirs.

    Of a decision the signer makes the decision on every case: nobody signs one on
    themselves, and rules that stand against a case are told before the number is given.

    :raises NotPermitted: the actor may not sign this, or not decide on one of its cases.
    :raises NoAuthorisation: see :func:`engine.outgoing.capacities.signer_for`.
    :raises CasesLeft: a case no longer waits for this decision.
    :raises PaperBlocked: rules stand against a case.
    :raises NotFound, PaperNotReady: see :func:`lock_paper`.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.sign", OutgoingState.APPROVED)
    day = day_in_vietnam(at)
    signer = signer_for(session, actor, paper.unit, paper.type_code, day)
    if paper.kind == KIND:
        _require_waiting(session, paper)
        _require_may_decide(session, paper, actor)
        _require_no_rule_against(session, paper, at)
    _note(
        session,
        paper,
        "paper.signed",
        actor,
        at,
        capacity=signer.capacity.value,
        block=signer.block,
        authorisation_id=signer.authorisation_id,
    )
    for row in paper.cases:
        dossier = find_current(session, row.case_id)
        row.content_hash = dossier.content_hash if dossier else ""
    paper.state = OutgoingState.SIGNED
    paper.signed_by_id, paper.signed_on = actor.person_id, day
    paper.signer_name, paper.signer_title = signer.name, signer.title
    paper.signer_block, paper.capacity = signer.block, signer.capacity
    paper.authorisation_id = signer.authorisation_id
    session.flush()
    return paper


def number(
    session: Session, *, paper_id: int, dated_on: date, actor: Actor, at: datetime
) -> OutgoingPaper:
    """Give a signed paper its number and date, and freeze it as it will be issued.

    The paper is locked, then the series: of several who want a number each gets the next.

    :param dated_on: its date of issue, in Vietnam: from the signature until today, and not
        before that of the number before (Art. 15).
    :raises InvalidSubmission: the date is none of these, or a text cannot be printed.
    :raises NoSymbol: the unit has no symbol for its papers.
    :raises NotFound, NotPermitted, PaperNotReady: see :func:`lock_paper`.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.write", OutgoingState.SIGNED)
    given = give_number(session, paper, dated_on=dated_on, actor=actor, at=at)
    _require_date(session, paper, dated_on, day_in_vietnam(at))  # with the turn held
    with session.no_autoflush:  # number and content come in one write
        paper.number, paper.dated_on = given.symbol, dated_on
        paper.code = new_code() if paper.kind == KIND else None
        paper.content = render(session, paper)
        paper.sha256 = hashlib.sha256(paper.content).hexdigest()
        paper.state = OutgoingState.NUMBERED
    _note(
        session,
        paper,
        "paper.numbered",
        actor,
        at,
        number=given.symbol,
        dated_on=dated_on.isoformat(),
        sha256=paper.sha256,
    )
    session.flush()
    return paper


def cancel(
    session: Session, *, paper_id: int, reason: str, actor: Actor, at: datetime
) -> OutgoingPaper:
    """Cancel the number of a paper that was not issued: it is signed, and has none again.

    :raises InvalidSubmission: there is no reason.
    :raises NotFound, NotPermitted, PaperNotReady: see :func:`lock_paper`.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.write", OutgoingState.NUMBERED)
    words = checked_text("reason", reason)
    _note(
        session, paper, "paper.number_cancelled", actor, at, number=paper.number, reason=words
    )
    cancel_number(session, paper, reason=words, actor=actor, at=at)
    paper.state = OutgoingState.SIGNED
    paper.number = paper.dated_on = paper.content = paper.code = None
    paper.signed_content, paper.sha256, paper.signed_sha256 = None, "", ""
    paper.signatures = []
    session.flush()
    return paper


def issue(session: Session, *, paper_id: int, actor: Actor, at: datetime) -> OutgoingPaper:
    """Issue a numbered paper; of a decision, decide all its cases in this transaction.

    Each case is decided by who signed, through the command that decides a single one; the
    journal of the paper has who issued it.

    :raises CasesLeft: a case no longer waits for this decision, or was changed since.
    :raises PaperBlocked: rules stand against a case by now.
    :raises NotFound, NotPermitted, PaperNotReady: see :func:`lock_paper`.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.write", OutgoingState.NUMBERED)
    _require_waiting(session, paper)
    _note(session, paper, "paper.issued", actor, at, number=paper.number, sha256=paper.sha256)
    if paper.kind == KIND:
        _decide(session, paper, at)
    paper.state = OutgoingState.ISSUED
    paper.issued_at = at
    session.flush()
    return paper


def archive(session: Session, *, paper_id: int, actor: Actor, at: datetime) -> OutgoingPaper:
    """Record that the original is kept at the records office (Art. 19).

    :raises NotFound, NotPermitted, PaperNotReady: see :func:`lock_paper`.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.write", OutgoingState.ISSUED)
    paper = _move(session, paper, OutgoingState.ARCHIVED, actor, at)
    paper.archived_at = at
    session.flush()
    return paper


def may_register(actor: Actor, paper: OutgoingPaper) -> bool:
    """Whether the actor keeps the records of the issuing unit."""
    return any(actor.holds(role, paper.unit_id) for role in CLERKS)


def _decide(session: Session, paper: OutgoingPaper, at: datetime) -> None:
    """Complete the tasks of a decision, in the order of the cases."""
    if paper.signed_by_id is None or paper.dated_on is None:
        require_state(paper, OutgoingState.SIGNED)
        return
    signer = actor_for(session, paper.signed_by_id, None, paper.dated_on)
    submission = {
        "number": paper.number,
        "signed_on": f"{paper.dated_on:%d/%m/%Y}",
        "signer_name": paper.signer_name,
        "signer_title": paper.signer_title,
    }
    for row in sorted(paper.cases, key=lambda one: one.case_id):
        try:
            complete_task(
                session,
                task_id=row.task_id,
                actor=signer,
                outcome=Outcome.AWARD,
                submission=submission,
                content_hash=row.content_hash,
                at=at,
                key=uuid.uuid4().hex,
                outgoing_id=paper.id,
            )
        except InvalidSubmission as error:
            raise _unfit(row, error) from error


def _unfit(row: OutgoingCase, error: InvalidSubmission) -> EngineError:
    """Return the refusal of one case's form as one of the paper: nobody typed it here."""
    found = "; ".join(line for lines in error.messages.values() for line in lines)
    return PaperBlocked(
        f"case {row.case.reference}: {found}", references=row.case.reference, rules=found
    )


def _require_waiting(session: Session, paper: OutgoingPaper) -> None:
    """Return if every case of a decision still waits for it; they are locked."""
    if paper.kind != KIND:
        return
    lock_cases(session, [row.case_id for row in paper.cases])
    gone = []
    for row in paper.cases:
        session.refresh(row.task)
        if row.task.state is not TaskState.OPEN or _was_changed(session, row):
            gone.append(row.case.reference)
    if gone or not paper.cases:
        raise CasesLeft(f"paper {paper.id}: {gone}", references=", ".join(gone))


def _was_changed(session: Session, row: OutgoingCase) -> bool:
    """Whether the dossier is no longer what the signer decided on."""
    if not row.content_hash:
        return False
    dossier = find_current(session, row.case_id)
    return dossier is None or dossier.content_hash != row.content_hash


def _require_may_decide(session: Session, paper: OutgoingPaper, actor: Actor) -> None:
    for row in paper.cases:
        if not may(actor, "task.review", matter_of(session, row.case, row.task)):
            raise NotPermitted(f"person {actor.person_id} may not decide {row.case.reference}")


def _require_no_rule_against(session: Session, paper: OutgoingPaper, at: datetime) -> None:
    blocked: list[str] = []
    rules: dict[str, None] = {}
    for row in paper.cases:
        answer = ask_for_case(session, row.case, at=at, stage=CheckStage.DECIDED, task=row.task)
        against = stands_against(session, row.case_id, answer)
        if against:
            blocked.append(row.case.reference)
            rules |= dict.fromkeys(f"“{one.title.vi}”" for one in against)
    if blocked:
        raise PaperBlocked(
            f"paper {paper.id}: {blocked}",
            references=", ".join(blocked),
            rules=", ".join(rules),
        )


def _require_date(session: Session, paper: OutgoingPaper, dated_on: date, today: date) -> None:
    """Return if a paper may be dated so.

    :raises InvalidSubmission: before the signature or the number before, or in the future.
    """
    last = last_date(session, paper.unit_id, paper.type_code, dated_on.year)
    first = max(day for day in (paper.signed_on, last) if day)
    if dated_on > today:
        raise InvalidSubmission(
            {"dated_on": [code("day_in_future", f"{dated_on:%d/%m/%Y}", f"{today:%d/%m/%Y}")]}
        )
    if dated_on < first:
        message = code("dated_too_early", f"{dated_on:%d/%m/%Y}", f"{first:%d/%m/%Y}")
        raise InvalidSubmission({"dated_on": [message]})


def _forget_signature(paper: OutgoingPaper) -> None:
    paper.signed_by_id = paper.signed_on = paper.capacity = paper.authorisation_id = None
    paper.signer_name = paper.signer_title = paper.signer_block = ""
    for row in paper.cases:
        row.content_hash = ""


def _move(
    session: Session, paper: OutgoingPaper, state: OutgoingState, actor: Actor, at: datetime
) -> OutgoingPaper:
    _note(session, paper, f"paper.{state.value}", actor, at)
    paper.state = state
    session.flush()
    return paper


def _note(
    session: Session,
    paper: OutgoingPaper,
    action: str,
    actor: Actor,
    at: datetime,
    **detail: Any,
) -> None:
    note(session, paper, action=action, actor=actor, at=at, detail=detail)
