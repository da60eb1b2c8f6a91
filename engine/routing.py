"""Which unit's people get a task, and who stands in where they may not do it."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.office import day_in_vietnam
from engine.people import actor_for, eligible_people
from engine.permissions import Matter, may
from engine.process.runner import WaitingTask
from engine.store.models import Case, Unit
from engine.store.prepared import Prepared
from engine.units import unit_of_kind
from forms.vocabulary import Level, Role, UnitKind

SUBMITTING = "submitting"
"""The unit that submits the nomination: the place of its draft and its first review."""

PLACES = {
    "ward": UnitKind.WARD,
    "province": UnitKind.PROVINCE,
    "ministry": UnitKind.MINISTRY,
    "prime_minister_office": UnitKind.PRIME_MINISTER_OFFICE,
    "president_office": UnitKind.PRESIDENT_OFFICE,
}
"""What the property ``unit`` of a user task may say, beside the submitting unit."""

AUTHORITIES = {
    Level.WARD: "ward",
    Level.PROVINCE: "province",
    Level.PRIME_MINISTER: "prime_minister_office",
    Level.PRESIDENT: "president_office",
}
"""The place whose authority decides at a level above the unit (Arts. 77–80)."""


def route(
    session: Session, case: Case, task: WaitingTask, *, written_by_id: int | None, at: datetime
) -> tuple[Role, int]:
    """Return the role and the unit whose people may do ``task``.

    Where none of the heads of the submitting unit may review its nomination, because it is
    for them or their unit or they wrote it, the ward chairman does.
    """
    role = Role(task.role)
    unit_id = find_place(session, case, task.unit)
    if role is Role.UNIT_HEAD:
        matter = Matter(
            role=role,
            task_unit_id=unit_id,
            case_unit_id=case.unit_id,
            subject_person_id=case.subject_person_id,
            subject_unit_id=case.subject_unit_id,
            written_by_id=written_by_id,
        )
        today = day_in_vietnam(at)
        heads = eligible_people(session, role, unit_id, today)
        if not any(
            may(actor_for(session, head.id, None, today), "task.review", matter)
            for head in heads
        ):
            return Role.WARD_CHAIRMAN, find_place(session, case, "ward")
    return role, unit_id


def find_place(session: Session, case: Case, place: str) -> int:
    """Return the unit that ``place`` means for ``case``.

    :raises NotFound: there is no such unit.
    """
    if place == SUBMITTING:
        return case.unit_id
    kind = PLACES[place]
    only = _OF_KIND.all(session, {"kind": kind})
    if len(only) == 1:  # one ward, one province: nothing to choose from
        return int(only[0].id)
    return unit_of_kind(session, kind, case.unit_id).id


_UNIT = Unit.__table__.c
_OF_KIND = Prepared(
    select(_UNIT.id).where(_UNIT.kind == bindparam("kind"), _UNIT.closed_on.is_(None)).limit(2)
)
