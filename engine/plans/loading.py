"""Plans in the database: loaded once per edition, read once per process."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.office import Operator, authorise
from engine.permissions import Actor
from engine.plans.model import Plan
from engine.plans.reading import read_plan
from engine.store.database import take_turn
from engine.store.models import PlanRow

_READ: dict[str, Plan] = {}
"""SHA-256 of a stored plan → the plan; an edition never changes."""


def load_plan(
    session: Session, text: str, filename: str, *, actor: Actor | Operator, at: datetime
) -> PlanRow:
    """Store the plan that ``text`` holds; the same text again gives the row it has.

    :param at: the moment, in UTC.
    :raises NotPermitted: ``actor`` may not load plans.
    :raises InvalidPlan: see :func:`engine.plans.read_plan`.
    """
    acting = authorise(actor, "plan.load")
    plan = read_plan(text, filename)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    take_turn(session, "plans")
    row = session.scalar(select(PlanRow).where(PlanRow.sha256 == sha256))
    if row is not None:
        return row
    acting.note(
        session,
        stream="plans",
        action="plan.loaded",
        at=at,
        detail={"code": plan.code, "number": plan.number, "sha256": sha256},
    )
    row = PlanRow(code=plan.code, sha256=sha256, source=text, loaded_at=at)
    session.add(row)
    session.flush()
    return row


def plan_of(row: PlanRow) -> Plan:
    """Return the plan of ``row``; each edition is read once per process."""
    plan = _READ.get(row.sha256)
    if plan is None:
        plan = _READ[row.sha256] = read_plan(row.source, f"{row.code}.yaml")
    return plan
