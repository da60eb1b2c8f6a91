"""Closing a session: what the council advises goes into all its cases in one transaction."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.checks import stands_against
from engine.consultations import opinions_of
from engine.council.access import lock_session, note
from engine.council.questions import Terms, rounds_left, terms_of
from engine.council.results import ItemResult, agenda_of, last_vote, result_of
from engine.council.votings import kept_out, seats_of
from engine.dossiers import find_current
from engine.eligibility import ask_for_case
from engine.errors import ItemsBlocked, ItemsUnresolved, NotEligible, NotFound
from engine.form_context import ASKED_IN_PUBLIC
from engine.office import day_in_vietnam
from engine.permissions import Actor
from engine.rules.model import Finding
from engine.store.models import (
    AgendaItem,
    Case,
    CouncilSession,
    ItemVote,
    SessionSeat,
    TaskState,
    UserTask,
)
from engine.tasks import complete_task
from forms.vocabulary import (
    CheckStage,
    ConflictRule,
    ItemState,
    Level,
    Outcome,
    SessionState,
    VoteResult,
)

NO_REASONS: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True)
class Sending:
    """What closing the session sends into one case."""

    item: AgendaItem
    task: UserTask
    result: ItemResult
    outcome: Outcome
    submission: Mapping[str, Any]
    """Of the council resolution form, unchecked."""


@dataclass(frozen=True)
class Closing:
    """What closing a session would do now."""

    sendings: tuple[Sending, ...]
    """In the order of the agenda."""
    settled: tuple[tuple[AgendaItem, str], ...]
    """Items whose cases left the council without its vote, and how: in Vietnamese."""
    unresolved: tuple[AgendaItem, ...]
    """Not voted on, being voted on, or tied while the vote may be repeated."""


@dataclass(frozen=True)
class Obstacle:
    """Rules that stand against sending a case on."""

    sending: Sending
    against: tuple[Finding, ...]

    @property
    def may_override(self) -> bool:
        """Whether the session may be closed all the same, with a reason for this item."""
        return all(one.may_override for one in self.against)


def close_session(
    session: Session,
    *,
    session_id: int,
    actor: Actor,
    at: datetime,
    reasons: Mapping[int, str] = NO_REASONS,
) -> CouncilSession:
    """Close a session, and complete the council's task of every case that it decided on.

    The session is locked, then its cases in the order of their ids. All of it is one
    transaction: after a crash nothing happened, and the same call does it all.

    :param reasons: id of an item → why the council goes on against a rule that allows it.
    :raises NotFound: there is no such session or item, or the actor may not see it.
    :raises NotPermitted: the actor does not run the session, or may not decide on one of
        its cases (they are nominated, head what is, or wrote it).
    :raises SessionNotReady: it is not open.
    :raises ItemsUnresolved: ``facts``: ``numbers``.
    :raises ItemsBlocked: ``facts``: ``numbers``, ``rules``, ``items`` (ids).
    :raises InvalidSubmission: a reason is too long.
    """
    meeting = lock_session(session, actor, session_id, SessionState.OPEN)
    _lock_cases(session, meeting)
    items = agenda_of(session, meeting.id)
    unknown = reasons.keys() - {item.id for item in items}
    if unknown:
        raise NotFound(f"items {sorted(unknown)} of session {meeting.id}")
    closing = _plan(session, meeting, items)
    if closing.unresolved:
        numbers = _numbers(closing.unresolved)
        raise ItemsUnresolved(f"session {meeting.id}: items {numbers}", numbers=numbers)
    note(
        session,
        meeting,
        action="session.closed",
        actor=actor,
        at=at,
        detail=_detail(items, closing),
    )
    meeting.state = SessionState.CLOSED
    meeting.closed_at = at
    session.flush()  # from here on its cases are on no agenda that decides them
    _send(session, closing.sendings, actor=actor, at=at, reasons=reasons)
    for item, how in closing.settled:
        item.state, item.note = ItemState.SETTLED, how
    session.flush()
    return meeting


def plan_closing(session: Session, meeting: CouncilSession) -> Closing:
    """Return what :func:`close_session` would do now; locks and writes nothing."""
    return _plan(session, meeting, agenda_of(session, meeting.id))


def find_obstacles(session: Session, closing: Closing, at: datetime) -> list[Obstacle]:
    """Return the cases that rules keep from being sent on, in the order of the agenda."""
    found = []
    for sending in closing.sendings:
        if sending.outcome is not Outcome.RECOMMEND:
            continue
        answer = ask_for_case(
            session,
            sending.item.case,
            at=at,
            stage=CheckStage.ADVISED,
            typed=sending.submission,
            task=sending.task,
        )
        against = stands_against(session, sending.item.case_id, answer)
        if against:
            found.append(Obstacle(sending, against))
    return found


def _lock_cases(session: Session, meeting: CouncilSession) -> None:
    session.execute(
        select(Case.id)
        .where(
            Case.id.in_(select(AgendaItem.case_id).where(AgendaItem.session_id == meeting.id))
        )
        .order_by(Case.id)
        .with_for_update()
    ).all()


def _plan(session: Session, meeting: CouncilSession, items: Sequence[AgendaItem]) -> Closing:
    tasks = _tasks_of(session, items)
    terms = terms_of(session, meeting)
    seats = seats_of(session, meeting.id)
    sendings, settled, unresolved = [], [], []
    for item in items:
        if item.state in (ItemState.POSTPONED, ItemState.SETTLED):
            continue
        task, vote = tasks[item.task_id], last_vote(item.votes)
        if task.state is not TaskState.OPEN:
            settled.append((item, _how_settled(item.case, task)))
        elif vote is None or not _is_resolved(item, vote, terms):
            unresolved.append(item)
        else:
            sendings.append(_sending(session, meeting, seats, item, task, vote))
    return Closing(tuple(sendings), tuple(settled), tuple(unresolved))


def _tasks_of(session: Session, items: Sequence[AgendaItem]) -> dict[str, UserTask]:
    tasks = session.scalars(
        select(UserTask)
        .where(UserTask.id.in_([item.task_id for item in items]))
        .execution_options(populate_existing=True)
    )
    return {task.id: task for task in tasks}


def _how_settled(case: Case, task: UserTask) -> str:
    """Return in Vietnamese what became of a case that left the council without its vote."""
    word = task.outcome or case.outcome
    return "Hồ sơ không còn chờ Hội đồng" if word is None else f"Hồ sơ: {word.vi}"


def _is_resolved(item: AgendaItem, vote: ItemVote, terms: Terms) -> bool:
    """Whether the vote that stands decides: no tie that may still be voted on again."""
    if item.state is not ItemState.DECIDED:
        return False
    return vote.result is not VoteResult.TIED or rounds_left(item, terms) == 0


def _sending(
    session: Session,
    meeting: CouncilSession,
    seats: Sequence[SessionSeat],
    item: AgendaItem,
    task: UserTask,
    vote: ItemVote,
) -> Sending:
    result = result_of(vote)
    submission: dict[str, Any] = {
        "session_on": f"{day_in_vietnam(meeting.opened_at or meeting.meets_at):%d/%m/%Y}",
        "total_members": str(result.total),
        "present": str(_present(seats, item, vote)),
        "written_opinions": str(result.tally.written),
        "agree": str(result.agree),
        "disagree": str(result.disagree),
        "blank": str(result.other),
        "note": _note(meeting, item, result),
    }
    if item.case.award in ASKED_IN_PUBLIC and task.level is Level.PROVINCE:
        submission |= _asked_in_public(session, item, submission["note"])
    passed = result.result is VoteResult.PASSED
    outcome = Outcome.RECOMMEND if passed else Outcome.REJECT
    return Sending(item, task, result, outcome, submission)


def _present(seats: Sequence[SessionSeat], item: AgendaItem, vote: ItemVote) -> int:
    """Return how many were there: who voted or could have, and who a conflict kept out.

    Those who are left out of the denominator are not among them.
    """
    if vote.conflict_rule is not ConflictRule.STEPS_OUT:
        return vote.voters
    out = kept_out(item, vote.conflict_rule)
    return vote.voters + sum(seat.is_there and seat.position_id in out for seat in seats)


def _note(meeting: CouncilSession, item: AgendaItem, result: ItemResult) -> str:
    return (
        f"Phiên họp “{meeting.name}”, mục {item.number} của chương trình,"
        f" {meeting.mode.vi[:1].lower()}{meeting.mode.vi[1:]}: đồng ý {result.ratio}"
        f" ({result.percent.vi}), cần {result.least}."
    )


def _asked_in_public(session: Session, item: AgendaItem, words: str) -> dict[str, str]:
    """Return the opinions of the public; that there was none has to be said (Art. 84.5)."""
    opinions = opinions_of(session, item.case_id)
    if opinions is None:
        return {}
    if opinions == 0:
        words += " Lấy ý kiến nhân dân: không nhận được ý kiến nào."
    return {"opinions": str(opinions), "note": words}


def _send(
    session: Session,
    sendings: Sequence[Sending],
    *,
    actor: Actor,
    at: datetime,
    reasons: Mapping[int, str],
) -> None:
    """Complete the tasks, in the order of the cases; tell all items that are blocked."""
    blocked: list[tuple[Sending, NotEligible]] = []
    for sending in sorted(sendings, key=lambda one: one.item.case_id):
        dossier = find_current(session, sending.item.case_id)
        try:
            complete_task(
                session,
                task_id=sending.task.id,
                actor=actor,
                outcome=sending.outcome,
                submission=sending.submission,
                content_hash=dossier.content_hash if dossier else None,
                at=at,
                key=uuid.uuid4().hex,
                override_reason=reasons.get(sending.item.id, ""),
            )
        except NotEligible as error:  # nothing of this case was written yet
            blocked.append((sending, error))
        else:
            sending.item.outcome = sending.outcome
    if blocked:
        _refuse(blocked)


def _refuse(blocked: Sequence[tuple[Sending, NotEligible]]) -> NoReturn:
    items = sorted((sending.item for sending, _ in blocked), key=lambda item: item.number)
    found = [
        one for _, error in blocked for one in (*error.answer.blocking, *error.answer.holding)
    ]
    titles = dict.fromkeys(f"“{one.title.vi}”" for one in found)
    raise ItemsBlocked(
        f"items {_numbers(items)}: {', '.join(sorted({one.code for one in found}))}",
        numbers=_numbers(items),
        rules=", ".join(titles),
        items=tuple(item.id for item in items),
    )


def _detail(items: Sequence[AgendaItem], closing: Closing) -> dict[str, Any]:
    """Return what the journal keeps: number of the item → what becomes of it."""
    known = {sending.item.id: sending.outcome.value for sending in closing.sendings}
    known |= {item.id: ItemState.SETTLED.value for item, _ in closing.settled}
    return {"items": {str(item.number): known.get(item.id, item.state.value) for item in items}}


def _numbers(items: Sequence[AgendaItem]) -> str:
    return ", ".join(str(item.number) for item in items)
