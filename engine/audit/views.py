"""Who read a case, opened a paper or took data away: noted once an hour, in the journal too.

Whoever submits a nomination, or has a task open at it, reads it as their work; anybody else
who opens it leaves a line. Files, papers and exports always do.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from engine import journal
from engine.council.secret_ballots import may_be_dropping
from engine.permissions import Actor
from engine.store.database import take_turn
from engine.store.models import AccessRecord, Attachment, Case, Paper, TaskState, UserTask
from forms.vocabulary import AccessKind

STREAM = "views"
"""Of the journal."""

SAME_VIEW = timedelta(hours=1)
"""Within which the same view of the same person counts once."""


@dataclass(frozen=True)
class Sight:
    """What somebody was just shown or handed."""

    kind: AccessKind
    what: str = ""
    """Kind of the paper, or what was exported."""
    item_id: int | None = None
    """Of the attachment or the paper."""
    reference: str | None = None
    """Of the case, where the address has it."""


@dataclass(frozen=True)
class View:
    """A sight that is to be noted, with its case if it is of one."""

    sight: Sight
    case_id: int | None


def find_view(session: Session, actor: Actor, sight: Sight, at: datetime) -> View | None:
    """Return what is to be noted of ``sight``, in three short queries; often it is nothing.

    Nothing is noted of members while they may be dropping secret ballots: the order of
    these writes would be a trace.
    """
    view = View(sight, _case_id(session, sight))
    if _is_own_work(session, actor, view) or _is_noted(session, actor, view, at):
        return None
    return None if may_be_dropping(session, actor.person_id) else view


def note_view(session: Session, actor: Actor, view: View, at: datetime) -> None:
    """Write down ``view``, unless somebody just did; commits nothing."""
    take_turn(session, STREAM)
    if _is_noted(session, actor, view, at):
        return
    sight = view.sight
    grant = actor.grants[0] if actor.grants else None
    role, unit_id = (grant.role, grant.unit_id) if grant else (None, None)
    detail = {
        "kind": sight.kind.value,
        "of": sight.what,
        "item": sight.item_id,
        "case_id": view.case_id,
    }
    seq = journal.append(
        session,
        stream=STREAM,
        action="case.viewed" if sight.kind is AccessKind.CASE else "data.handed_out",
        actor=actor,
        at=at,
        role=role,
        unit_id=unit_id,
        detail={name: value for name, value in detail.items() if value not in ("", None)},
    )
    session.add(
        AccessRecord(
            person_id=actor.person_id,
            role=role,
            unit_id=unit_id,
            case_id=view.case_id,
            kind=sight.kind,
            what=sight.what,
            item_id=sight.item_id,
            seen_at=at,
            journal_seq=seq,
        )
    )


def _case_id(session: Session, sight: Sight) -> int | None:
    if sight.reference is not None:
        return session.scalar(select(Case.id).where(Case.reference == sight.reference))
    if sight.kind is AccessKind.FILE:
        return session.scalar(select(Attachment.case_id).where(Attachment.id == sight.item_id))
    if sight.kind is AccessKind.PAPER and not sight.what:
        return session.scalar(select(Paper.case_id).where(Paper.id == sight.item_id))
    return None


def _is_own_work(session: Session, actor: Actor, view: View) -> bool:
    """Whether the actor reads a case that their unit submits, or that waits for them."""
    if view.sight.kind is not AccessKind.CASE or not actor.grants:
        return False
    units = {grant.unit_id for grant in actor.grants}
    waits: list[ColumnElement[bool]] = [
        and_(UserTask.role == grant.role, UserTask.unit_id == grant.unit_id)
        for grant in actor.grants
    ]
    task = exists().where(
        UserTask.case_id == Case.id, UserTask.state == TaskState.OPEN, or_(*waits)
    )
    own = select(Case.id).where(Case.id == view.case_id, or_(Case.unit_id.in_(units), task))
    return session.scalar(own) is not None


def _is_noted(session: Session, actor: Actor, view: View, at: datetime) -> bool:
    sight = view.sight
    noted = (
        select(AccessRecord.id)
        .where(
            AccessRecord.person_id == actor.person_id,
            AccessRecord.seen_at > at - SAME_VIEW,
            AccessRecord.kind == sight.kind,
            AccessRecord.what == sight.what,
            AccessRecord.item_id.is_not_distinct_from(sight.item_id),
            AccessRecord.case_id.is_not_distinct_from(view.case_id),
        )
        .limit(1)
    )
    return session.scalar(noted) is not None
