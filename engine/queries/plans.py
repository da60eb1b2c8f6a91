"""Which plans there are."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.store.models import PlanRow


def list_plans(session: Session) -> list[PlanRow]:
    """Return the plans, the one loaded last first; of one plan its latest edition alone."""
    rows = session.scalars(
        select(PlanRow).order_by(PlanRow.loaded_at.desc(), PlanRow.id.desc()).limit(200)
    )
    latest: dict[str, PlanRow] = {}
    for row in rows:
        latest.setdefault(row.code, row)
    return list(latest.values())


def get_plan(session: Session, code: str) -> PlanRow:
    """Return the latest edition of a plan.

    :raises NotFound: there is no such plan.
    """
    row = session.scalars(
        select(PlanRow)
        .where(PlanRow.code == code)
        .order_by(PlanRow.loaded_at.desc(), PlanRow.id.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotFound(f"plan {code}")
    return row
