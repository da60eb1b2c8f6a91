"""The journal: who did what, in which role and unit, to which case, when and why.

Every command appends one row, first of all its writes, in its own transaction. The
sequence number of a case is taken from the locked case, so a doubled effect meets
``UNIQUE(stream, seq)`` and fails even where a lock was forgotten.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from engine.permissions import Actor
from engine.store.models import Case, JournalEntry
from forms.vocabulary import Role


def stream_of(case_id: int) -> str:
    """Return the name of the stream of a case."""
    return f"case:{case_id}"


def append_to_case(
    session: Session,
    case: Case,
    *,
    action: str,
    actor: Actor | None,
    at: datetime,
    role: Role | None = None,
    unit_id: int | None = None,
    task_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Add an entry to the journal of ``case`` and return its sequence number.

    The caller has locked the case; its ``next_seq`` is raised here and written with the
    rest of the case.

    :param action: subject and past participle, for example ``task.completed``.
    :param at: the moment, in UTC.
    :param detail: old → new, outcome, reason, hashes: JSON values only.
    """
    seq = case.next_seq
    _insert(
        session,
        stream=stream_of(case.id),
        seq=seq,
        case_id=case.id,
        action=action,
        actor=actor,
        at=at,
        role=role,
        unit_id=unit_id,
        task_id=task_id,
        detail=detail,
    )
    case.next_seq = seq + 1
    return seq


def append(
    session: Session,
    *,
    stream: str,
    action: str,
    actor: Actor | None,
    at: datetime,
    role: Role | None = None,
    unit_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Add an entry to a stream that is not of a case: ``logins``, ``people``, ``settings``, ….

    On PostgreSQL two writers of one stream wait for each other here; on SQLite they
    already do.

    :return: the sequence number of the entry in its stream.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(stream))))
    last = session.scalar(
        select(func.max(JournalEntry.seq)).where(JournalEntry.stream == stream)
    )
    seq = (last or 0) + 1
    _insert(
        session,
        stream=stream,
        seq=seq,
        case_id=None,
        action=action,
        actor=actor,
        at=at,
        role=role,
        unit_id=unit_id,
        task_id=None,
        detail=detail,
    )
    return seq


def _insert(
    session: Session,
    *,
    actor: Actor | None,
    at: datetime,
    detail: Mapping[str, Any] | None,
    **values: Any,
) -> None:
    row = {
        "actor_id": None if actor is None else actor.person_id,
        "happened_at": at,
        "detail": dict(detail or {}),
        **values,
    }
    session.execute(_INSERT, row)


_INSERT = insert(JournalEntry.__table__)  # type: ignore[arg-type]  # a Table, always
