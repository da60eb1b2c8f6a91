"""The journal of a case, to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.definitions import definitions_of
from engine.permissions import Actor, require
from engine.process.labels import TaskLabel, task_label
from engine.queries.behalf import Behalf, behalves_of
from engine.queries.case_page import CaseHead
from engine.queries.titles import Titles
from engine.store.models import JournalEntry, Person, Unit, UserTask
from forms.vocabulary import CaseState, Level, Outcome, ReturnTarget, Role


@dataclass(frozen=True)
class Entry:
    """One thing that happened, in words."""

    seq: int
    happened_at: datetime
    action: str
    """Code, for example ``task.completed``."""
    person_name: str | None
    """None: the system itself."""
    role: Role | None
    title: str
    """Of the person in the unit on that day; empty where nobody knows."""
    unit_name: str | None
    task_id: str | None
    label: TaskLabel | None
    """Of the task, where it was done at one."""
    form: str
    """Key of the form that was sent; empty if none was."""
    outcome: Outcome | None
    return_to: ReturnTarget | None
    reason: str
    old_state: CaseState | None
    new_state: CaseState | None
    new_level: Level | None
    content_hash: str
    detail: Mapping[str, Any]
    hash: str
    """SHA-256 of the entry itself, in hex."""
    behalf: Behalf | None = None
    """For whom it was done under a delegation; none: the person holds the role."""


def list_entries(session: Session, actor: Actor, case: CaseHead) -> tuple[Entry, ...]:
    """Return the journal of ``case`` from its first entry, in two queries.

    :raises NotPermitted: the actor may not read journals.
    """
    require(actor, "journal.see")
    rows = session.execute(
        select(JournalEntry, Person.full_name, Unit.name, UserTask.diagram, UserTask.element_id)
        .outerjoin(Person, Person.id == JournalEntry.actor_id)
        .outerjoin(Unit, Unit.id == JournalEntry.unit_id)
        .outerjoin(UserTask, UserTask.id == JournalEntry.task_id)
        .where(JournalEntry.case_id == case.id)
        .order_by(JournalEntry.seq)
    ).all()
    titles = Titles(session, [row[0] for row in rows])
    behalves = behalves_of(session, [row[0] for row in rows])
    definitions = definitions_of(session, case.diagram_set_id)
    return tuple(
        _entry(
            entry,
            person,
            titles.of(entry),
            unit,
            None if element is None else task_label(definitions, diagram, element),
            behalves.get(entry.id),
        )
        for entry, person, unit, diagram, element in rows
    )


def _entry(
    entry: JournalEntry,
    person: str | None,
    title: str,
    unit: str | None,
    label: TaskLabel | None,
    behalf: Behalf | None,
) -> Entry:
    detail = entry.detail
    old, new = detail.get("old") or {}, detail.get("new") or {}
    outcome, target, level = detail.get("outcome"), detail.get("return_to"), new.get("level")
    return Entry(
        seq=entry.seq,
        happened_at=entry.happened_at,
        action=entry.action,
        person_name=person,
        role=entry.role,
        title=title,
        unit_name=unit,
        task_id=entry.task_id,
        label=label,
        form=str(detail.get("form") or ""),
        outcome=Outcome(outcome) if outcome else None,
        return_to=ReturnTarget(target) if target else None,
        reason=str(detail.get("reason") or ""),
        old_state=CaseState(old["state"]) if old.get("state") else None,
        new_state=CaseState(new["state"]) if new.get("state") else None,
        new_level=Level(level) if level else None,
        content_hash=str(detail.get("content_hash") or ""),
        detail=detail,
        hash=entry.hash.hex(),
        behalf=behalf,
    )
