"""Commands with which the office keeps its own affairs: who gives them, and their journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy.orm import Session

from engine import journal
from engine.permissions import Actor, may, require
from forms.vocabulary import Role

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The time of Vietnam: UTC+7 all year, without summer time."""


@dataclass(frozen=True)
class Operator:
    """Who runs ``thidua`` on the server itself: above the roles, and in no session.

    The journal shows these commands as those of the system (no person).
    """


OPERATOR = Operator()


@dataclass(frozen=True)
class Acting:
    """A person in the role that permits a command, or the operator (all empty)."""

    actor: Actor | None = None
    role: Role | None = None
    unit_id: int | None = None

    def note(
        self,
        session: Session,
        *,
        stream: str,
        action: str,
        at: datetime,
        detail: Mapping[str, Any],
    ) -> None:
        """Append what is done to the journal of ``stream``."""
        journal.append(
            session,
            stream=stream,
            action=action,
            actor=self.actor,
            at=at,
            role=self.role,
            unit_id=self.unit_id,
            detail=detail,
        )


def authorise(actor: Actor | Operator, permission: str) -> Acting:
    """Return who acts, with the one of their positions that gives ``permission``.

    :raises NotPermitted: none of them does.
    """
    if isinstance(actor, Operator):
        return Acting()
    require(actor, permission)
    for grant in actor.grants:
        alone = Actor(actor.person_id, actor.name, (grant,), actor.session_id)
        if may(alone, permission):
            return Acting(actor, grant.role, grant.unit_id)
    return Acting(actor)


def day_in_vietnam(at: datetime) -> date:
    """Return the calendar day in Vietnam at the moment ``at``.

    :raises ValueError: ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"naive datetime: {at}")
    return at.astimezone(VIETNAM).date()
