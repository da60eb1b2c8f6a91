"""The same key, the same answer: how a double click or a repeated request acts once."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from engine.errors import InvalidSubmission, KeyReused
from engine.permissions import Actor
from engine.store.models import CommandAnswer
from engine.store.prepared import Prepared

LONGEST_KEY = 64
"""Characters of an idempotency key at most."""


def answer_once(
    session: Session,
    *,
    key: str,
    actor: Actor,
    command: str,
    request: Mapping[str, Any],
    at: datetime,
    run: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Return what ``run`` answers, or what it answered when ``key`` came before.

    Call it with the lock of the command held: then the second of two equal requests
    finds the answer of the first. ``run`` does its own writes, journal first; the answer
    is stored after them in the same transaction.

    :param request: what was sent, JSON values; another request with the same key is refused.
    :raises KeyReused: the key came before with another command, request or person.
    """
    if not key or len(key) > LONGEST_KEY:
        raise KeyReused(f"key of {len(key)} characters, expected 1 to {LONGEST_KEY}")
    request_hash = hash_of({"command": command, "request": request})
    known = _find(session, key)
    if known is not None:
        if (known.actor_id, known.request_hash) != (actor.person_id, request_hash):
            raise KeyReused(f"key {key} was used for another command")
        earlier: dict[str, Any] = known.answer
        return earlier
    answer = run()
    _remember(
        session,
        key=key,
        actor_id=actor.person_id,
        request_hash=request_hash,
        answer=answer,
        answered_at=at,
    )
    return answer


def is_answered(session: Session, key: str) -> bool:
    """Whether ``key`` came before: a page then asks nothing more, and repeats the answer."""
    return _find(session, key) is not None


def _find(session: Session, key: str) -> Any:
    return _KNOWN.first(session, {"key": key})


def _remember(session: Session, **row: Any) -> None:
    _INSERT.run(session, row)


_ANSWER = CommandAnswer.__table__
_KNOWN = Prepared(
    select(_ANSWER.c.actor_id, _ANSWER.c.request_hash, _ANSWER.c.answer).where(
        _ANSWER.c.key == bindparam("key")
    )
)
_INSERT = Prepared(insert(_ANSWER))  # type: ignore[arg-type]  # a Table, always


def hash_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of ``content`` as JSON with sorted keys.

    :raises InvalidSubmission: it holds something that is no JSON, such as half a letter.
    """
    try:
        canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise InvalidSubmission({"_form": ["not_a_form"]}) from error
    return hashlib.sha256(canonical).hexdigest()
