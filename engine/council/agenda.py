"""The agenda of a session: nominations that wait for the council, in the order they come up."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NoReturn

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.council.access import lock_session, note
from engine.council.conflicts import find_conflicts
from engine.errors import InvalidSubmission, NotFound, OnAgenda, SessionNotReady
from engine.permissions import Actor
from engine.store.loading import PreparedObjects
from engine.store.models import (
    AgendaItem,
    Case,
    Conflict,
    CouncilSession,
    TaskState,
    UserTask,
    WrittenOpinion,
)
from engine.store.prepared import one_of
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import ItemState, Outcome, SessionState

COUNCIL_FORM = "council_resolution.v1"
"""Form of the tasks at which a council advises."""

PENDING = (ItemState.WAITING, ItemState.VOTING, ItemState.DECIDED)
"""States of an item that keep its nomination for this session."""

NOT_OVER = (SessionState.PREPARED, SessionState.OPEN)

MOST_ITEMS = 500
"""Nominations of one session at most."""


def waiting_tasks(session: Session, unit_id: int) -> list[tuple[UserTask, Case]]:
    """Return what waits for the council of a unit and is on no agenda, the oldest first.

    At most 500, as many as a session may have; the others wait for a later one.
    """
    kept = select(AgendaItem.task_id).where(AgendaItem.state.in_(PENDING))
    rows = session.execute(
        select(UserTask, Case)
        .join(Case, UserTask.case_id == Case.id)
        .where(
            UserTask.unit_id == unit_id,
            UserTask.form == COUNCIL_FORM,
            UserTask.state == TaskState.OPEN,
            UserTask.id.not_in(kept),
        )
        .order_by(UserTask.opened_at, UserTask.case_id)
        .limit(MOST_ITEMS)
    )
    return [(task, case) for task, case in rows]


def add_items(
    session: Session,
    *,
    session_id: int,
    task_ids: Sequence[str] | None,
    actor: Actor,
    at: datetime,
) -> list[AgendaItem]:
    """Put nominations on the agenda, after those that are there.

    The session is locked, then the cases, in the order of their ids: of two sessions that
    want one nomination, one gets it. Nominations already on this agenda are passed over.
    One that was put off in this session comes back to its place, if it is named.

    :param task_ids: the council's tasks of the cases; none: all that wait.
    :return: the items that are new or came back.
    :raises NotFound: no such session, or a task that does not wait for this council.
    :raises NotPermitted: the actor does not run the session.
    :raises SessionNotReady: the session is over.
    :raises OnAgenda: a nomination is on the agenda of another session; ``facts``: ``name``.
    :raises InvalidSubmission: nothing was chosen, or too many for one session.
    """
    meeting = lock_session(session, actor, session_id, *NOT_OVER)
    items = {item.task_id: item for item in items_now(session, meeting)}
    waiting = _lock_waiting(session, meeting, task_ids)
    wanted = _wanted(session, items, waiting, task_ids)
    note(
        session,
        meeting,
        action="agenda.items_added",
        actor=actor,
        at=at,
        detail={"cases": [task.case_id for task in wanted]},
    )
    number = max((item.number for item in items.values()), default=0)
    for task in wanted:
        if task.id in items:
            _bring_back(items[task.id])
            continue
        number += 1
        items[task.id] = AgendaItem(
            session_id=meeting.id, number=number, case_id=task.case_id, task_id=task.id
        )
        session.add(items[task.id])
    session.flush()
    session.expire(meeting, ["items"])
    find_conflicts(session, meeting)
    return [items[task.id] for task in wanted]


def remove_item(session: Session, *, item_id: int, actor: Actor, at: datetime) -> None:
    """Take a nomination off the agenda of a session that has not begun. It is locked.

    :raises NotFound: there is no such item, or the actor may not see its session.
    :raises NotPermitted: the actor does not run the session.
    :raises SessionNotReady: the session has begun.
    """
    meeting, item = lock_item(session, item_id, actor, SessionState.PREPARED)
    note(
        session,
        meeting,
        action="agenda.item_removed",
        actor=actor,
        at=at,
        detail={"item": item.number, "case_id": item.case_id},
    )
    for model in (Conflict, WrittenOpinion):
        for row in session.scalars(select(model).where(model.item_id == item.id)):
            session.delete(row)
    session.flush()
    session.delete(item)
    session.flush()
    session.expire(meeting, ["items"])
    _renumber(session, items_now(session, meeting))


def order_items(
    session: Session,
    *,
    session_id: int,
    item_ids: Sequence[int],
    actor: Actor,
    at: datetime,
) -> None:
    """Give the agenda another order. The session is locked.

    :param item_ids: every item of the agenda, once, in the new order.
    :raises NotFound, NotPermitted: see :func:`lock_session`.
    :raises SessionNotReady: the session is over, or a vote has been held: the minutes and
        the ballots name items by their number.
    :raises InvalidSubmission: it is not the whole agenda.
    """
    meeting = lock_session(session, actor, session_id, *NOT_OVER)
    if meeting.votings:
        raise SessionNotReady(f"session {meeting.id} has voted", state=meeting.state)
    items = {item.id: item for item in items_now(session, meeting)}
    if len(item_ids) != len(items) or set(item_ids) != set(items):
        raise InvalidSubmission({"item_ids": [code("not_in_list", "")]})
    note(
        session,
        meeting,
        action="agenda.ordered",
        actor=actor,
        at=at,
        detail={"cases": [items[item_id].case_id for item_id in item_ids]},
    )
    _renumber(session, [items[item_id] for item_id in item_ids])
    session.expire(meeting, ["items"])


def postpone_item(
    session: Session, *, item_id: int, reason: str, actor: Actor, at: datetime
) -> AgendaItem:
    """Leave a nomination to a later session: it waits for the council again. It is locked.

    :raises NotFound: there is no such item, or the actor may not see its session.
    :raises NotPermitted: the actor does not run the session.
    :raises SessionNotReady: the session is not open, or the item is being voted on or was
        put off before.
    :raises InvalidSubmission: no reason is given.
    """
    meeting, item = lock_item(session, item_id, actor, SessionState.OPEN)
    if item.state not in (ItemState.WAITING, ItemState.DECIDED):
        raise SessionNotReady(f"item {item.id} is {item.state.value}", state=meeting.state)
    reason = checked_text("reason", reason)
    note(
        session,
        meeting,
        action="agenda.item_postponed",
        actor=actor,
        at=at,
        detail={"item": item.number, "case_id": item.case_id, "reason": reason},
    )
    item.state = ItemState.POSTPONED
    item.note = reason
    session.flush()
    return item


def lock_item(
    session: Session, item_id: int, actor: Actor, *states: SessionState
) -> tuple[CouncilSession, AgendaItem]:
    """Return an item and its session, which is locked.

    :raises NotFound: there is no such item, or the actor may not see its session.
    :raises NotPermitted: the actor does not run the session.
    :raises SessionNotReady: the session is not in one of ``states``.
    """
    session_id = session.scalar(select(AgendaItem.session_id).where(AgendaItem.id == item_id))
    if session_id is None:
        raise NotFound(f"agenda item {item_id}")
    meeting = lock_session(session, actor, session_id, *states)
    item = session.get(AgendaItem, item_id, populate_existing=True)
    if item is None:
        raise NotFound(f"agenda item {item_id}")
    return meeting, item


def require_free_of_agenda(session: Session, task: UserTask, outcome: Outcome) -> None:
    """Return if a council's task may be completed outside a session.

    Returning or holding a nomination is free while it was not voted on.

    :raises OnAgenda: a session that is not over has it on its agenda; ``facts``: ``name``.
    """
    if task.form != COUNCIL_FORM:
        return
    found = find_pending(session, task.id)
    if found is None:
        return
    item, name = found
    is_free = outcome in (Outcome.RETURN, Outcome.HOLD) and item.state is ItemState.WAITING
    if not is_free:
        raise OnAgenda(f"task {task.id} is on the agenda of {item.session_id}", name=name)


def find_pending(session: Session, task_id: str) -> tuple[AgendaItem, str] | None:
    """Return the item of a task on the agenda of a session that is not over, and its name."""
    row = _PENDING.first(session, {"task_id": task_id})
    return None if row is None else (row[0], row[1])


def items_now(session: Session, meeting: CouncilSession) -> list[AgendaItem]:
    """Return the agenda of a locked session as it is now, in its order."""
    return list(
        session.scalars(
            select(AgendaItem)
            .where(AgendaItem.session_id == meeting.id)
            .order_by(AgendaItem.number)
            .execution_options(populate_existing=True)
        )
    )


def _lock_waiting(
    session: Session, meeting: CouncilSession, task_ids: Sequence[str] | None
) -> dict[str, UserTask]:
    """Return what waits for the council, of ``task_ids`` if given, with the cases locked."""

    def list_wanted() -> dict[str, UserTask]:
        waiting = {task.id: task for task, _ in waiting_tasks(session, meeting.unit_id)}
        if task_ids is None:
            return waiting
        return {task_id: waiting[task_id] for task_id in task_ids if task_id in waiting}

    cases = {task.case_id for task in list_wanted().values()}
    session.execute(
        select(Case.id).where(Case.id.in_(cases)).order_by(Case.id).with_for_update()
    ).all()
    return {key: task for key, task in list_wanted().items() if task.case_id in cases}


def _wanted(
    session: Session,
    items: Mapping[str, AgendaItem],
    waiting: Mapping[str, UserTask],
    task_ids: Sequence[str] | None,
) -> list[UserTask]:
    """Return the tasks to put on an agenda that has ``items`` by task, if all of them wait."""
    if task_ids is None:
        wanted = [task_id for task_id in waiting if task_id not in items]
    else:
        pending = {task_id for task_id, item in items.items() if item.state in PENDING}
        wanted = [one for one in dict.fromkeys(task_ids) if one not in pending]
    if not wanted:
        raise InvalidSubmission({"task_ids": [code("choose_one")]})
    for task_id in wanted:
        if task_id not in waiting:
            _refuse_task(session, task_id)
    total = len(items.keys() | wanted)
    if total > MOST_ITEMS:
        raise InvalidSubmission({"task_ids": [code("too_large", MOST_ITEMS, total)]})
    return [waiting[task_id] for task_id in wanted]


def _bring_back(item: AgendaItem) -> None:
    was_voted_on = any(vote.result is not None for vote in item.votes)
    item.state = ItemState.DECIDED if was_voted_on else ItemState.WAITING
    item.note = ""


def _refuse_task(session: Session, task_id: str) -> NoReturn:
    found = find_pending(session, task_id)
    if found is not None:
        raise OnAgenda(f"task {task_id} is on agenda {found[0].session_id}", name=found[1])
    raise NotFound(f"task {task_id} does not wait for this council")


def _renumber(session: Session, items: Collection[AgendaItem]) -> None:
    """Number ``items`` 1, 2, 3, … in their order, past the numbers that others still have."""
    past = session.scalar(
        select(func.max(AgendaItem.number)).where(
            AgendaItem.id.in_([item.id for item in items])
        )
    )
    for start in (past or 0, 0):
        for place, item in enumerate(items, start=1):
            item.number = start + place
        session.flush()


_PENDING = PreparedObjects(
    (AgendaItem,),
    lambda *columns: (
        select(*columns, CouncilSession.name)
        .join(CouncilSession, AgendaItem.session_id == CouncilSession.id)
        .where(
            AgendaItem.task_id == bindparam("task_id"),
            one_of(AgendaItem.state, PENDING),
            one_of(CouncilSession.state, NOT_OVER),
        )
    ),
    refreshes=True,
)
