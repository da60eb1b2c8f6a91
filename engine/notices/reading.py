"""Notices with what their texts need, read from the case they are about."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from engine.definitions import definitions_of
from engine.notices.texts import Told
from engine.process.labels import TaskLabel, task_label
from engine.store.models import Case, Notice, Unit, UserTask

_STEP_UNIT = aliased(Unit)


def chosen_notices(*more: Any) -> Select[*tuple[Any, ...]]:
    """Return the query of notices with their cases and tasks; ``more`` columns come along."""
    return (
        select(
            Notice.id,
            Notice.kind,
            Notice.created_at,
            Notice.facts,
            Notice.case_id,
            Notice.task_id,
            Notice.session_id,
            Case.reference,
            Case.award,
            Case.diagram_set_id,
            Unit.name.label("unit_name"),
            UserTask.diagram,
            UserTask.element_id,
            _STEP_UNIT.name.label("step_unit_name"),
            *more,
        )
        .select_from(Notice)
        .outerjoin(Case, Case.id == Notice.case_id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .outerjoin(UserTask, UserTask.id == Notice.task_id)
        .outerjoin(_STEP_UNIT, _STEP_UNIT.id == UserTask.unit_id)
    )


def told_of(session: Session, row: Row[*tuple[Any, ...]]) -> Told:
    """Return one row of :func:`chosen_notices` as the texts need it."""
    return Told(
        id=row.id,
        kind=row.kind,
        created_at=row.created_at,
        facts=row.facts,
        reference=row.reference or "",
        award=row.award,
        unit_name=row.unit_name or "",
        step=_step(session, row),
        step_unit_name=row.step_unit_name or "",
    )


def all_told(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Told]:
    """Return rows of :func:`chosen_notices` as the texts need them."""
    return [told_of(session, row) for row in rows]


def _step(session: Session, row: Row[*tuple[Any, ...]]) -> TaskLabel | None:
    if row.diagram is None:
        return None
    definitions = definitions_of(session, row.diagram_set_id)
    return task_label(definitions, row.diagram, row.element_id)
