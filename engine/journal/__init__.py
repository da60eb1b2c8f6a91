"""The journal: who did what, in which role and unit, to which case, when and why.

Every command appends one entry, first of all its writes, in its own transaction. The
sequence number of a case is taken from the locked case, so a doubled effect meets
``UNIQUE(stream, seq)`` and fails even where a lock was forgotten. Each entry names the hash
of the one before in its stream (:mod:`engine.journal.proof`).

Facts, codes and hashes are in the entry itself; whatever people wrote or are called stands
beside it under a salted commitment, so that it can be erased while every proof still holds.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from engine.journal.facts import FACTS
from engine.journal.proof import FIRST, canonical, commitment, entry_hash, read_body
from engine.permissions import Actor
from engine.store.database import take_turn
from engine.store.models import Case, JournalEntry
from engine.store.prepared import Prepared
from forms.vocabulary import Role

VERSION = 1
"""Of what an entry holds."""

SALT = 16
"""Random bytes of a salt."""


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
    case.journal_hash = _insert(
        session,
        stream=stream_of(case.id),
        seq=seq,
        previous=case.journal_hash,
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


def restore_entry(session: Session, body: bytes, salt: bytes | None, text: str | None) -> int:
    """Add an entry that was written before, byte for byte, and return its id.

    For :mod:`engine.journal.roll_forward` alone. The case of the entry goes on with it.
    """
    said = read_body(body)
    row = {
        "stream": said["stream"],
        "seq": said["seq"],
        "case_id": said["case"],
        "happened_at": datetime.fromisoformat(said["at"]),
        "actor_id": said["actor"],
        "role": said["role"] and Role(said["role"]),
        "unit_id": said["unit"],
        "action": said["act"],
        "task_id": said["task"],
        "hash": entry_hash(body),
        "body": body,
        "salt": salt,
        "private": text,
    }
    return session.execute(_INSERT.returning(JournalEntry.id), row).scalar_one()


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
    take_turn(session, stream)
    last = session.execute(_LAST, {"stream": stream}).first()
    seq, previous = (1, None) if last is None else (last.seq + 1, last.hash)
    _insert(
        session,
        stream=stream,
        seq=seq,
        previous=previous,
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
    stream: str,
    seq: int,
    previous: bytes | None,
    case_id: int | None,
    action: str,
    actor: Actor | None,
    at: datetime,
    role: Role | None,
    unit_id: int | None,
    task_id: str | None,
    detail: Mapping[str, Any] | None,
) -> bytes:
    """Write an entry and return its hash."""
    said = detail or {}
    facts = {name: value for name, value in said.items() if name in FACTS}
    beside = {name: value for name, value in said.items() if name not in FACTS}
    text = json.dumps(beside, ensure_ascii=False, sort_keys=True) if beside else None
    salt = secrets.token_bytes(SALT) if beside else None
    body = canonical(
        {
            "act": action,
            "actor": None if actor is None else actor.person_id,
            "at": moment_text(at),
            "case": case_id,
            "facts": facts,
            "prev": FIRST if previous is None else previous.hex(),
            "private": None if text is None or salt is None else commitment(salt, text),
            "role": None if role is None else role.value,
            "seq": seq,
            "session": None if actor is None else actor.session_id,
            "stream": stream,
            "task": task_id,
            "unit": unit_id,
            "v": VERSION,
        }
    )
    found = entry_hash(body)
    row = {
        "stream": stream,
        "seq": seq,
        "case_id": case_id,
        "happened_at": at,
        "actor_id": None if actor is None else actor.person_id,
        "role": role,
        "unit_id": unit_id,
        "action": action,
        "task_id": task_id,
        "hash": found,
        "body": body,
        "salt": salt,
        "private": text,
    }
    _APPEND.run(session, row)
    return found


def moment_text(at: datetime) -> str:
    """Return a moment as entries write it: in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


_INSERT = insert(JournalEntry.__table__)  # type: ignore[arg-type]  # a Table, always
_APPEND = Prepared(_INSERT)

_LAST = (
    select(JournalEntry.seq, JournalEntry.hash)
    .where(JournalEntry.stream == bindparam("stream"))
    .order_by(JournalEntry.seq.desc())
    .limit(1)
)
