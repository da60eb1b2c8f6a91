"""Dossiers: what a person has typed so far, and what a unit has submitted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from engine.commands import hash_of
from engine.errors import ContentChanged, InvalidSubmission, TaskNotOpen
from engine.matters import is_draft, lock_task, require_at_task
from engine.permissions import Actor
from engine.store.models import (
    Attachment,
    DossierVersion,
    Draft,
    TaskState,
    UserTask,
)
from engine.store.prepared import Prepared
from forms import form_key_for
from forms.messages import code

LARGEST_DRAFT = 512 * 1024
"""Bytes of a draft as JSON at most: three times the longest nomination, fully written."""

LONGEST_NAME = 100
"""Characters of a field name at most."""


@dataclass(frozen=True)
class CurrentDossier:
    """What a review is bound to: the last submitted version."""

    id: int
    number: int
    content_hash: str
    submitted_by_id: int
    content: Mapping[str, Any]
    """The answers of the nomination form, dumped."""


def hash_dossier(content: Mapping[str, Any], attachments: Iterable[str]) -> str:
    """Return the SHA-256, in hex, of what a nomination says and encloses.

    :param attachments: SHA-256 of each file enclosed, in any order.
    """
    return hash_of({"content": dict(content), "attachments": sorted(attachments)})


def current_version(session: Session, case_id: int) -> DossierVersion | None:
    """Return the last submitted version of the dossier; None before the first."""
    return session.scalar(
        select(DossierVersion)
        .where(DossierVersion.case_id == case_id)
        .order_by(DossierVersion.number.desc())
        .limit(1)
    )


def find_current(session: Session, case_id: int) -> CurrentDossier | None:
    """Return the last submitted version, not to be changed; None before the first."""
    row = _CURRENT.first(session, {"case_id": case_id})
    return None if row is None else CurrentDossier(*row)


_VERSION = DossierVersion.__table__.c
_CURRENT = Prepared(
    select(
        _VERSION.id,
        _VERSION.number,
        _VERSION.content_hash,
        _VERSION.submitted_by_id,
        _VERSION.content,
    )
    .where(_VERSION.case_id == bindparam("case_id"))
    .order_by(_VERSION.number.desc())
    .limit(1)
)


def list_evidence(session: Session, case_id: int) -> list[Attachment]:
    """Return the files that the dossier encloses now, in the order they were added."""
    return list(
        session.scalars(
            select(Attachment)
            .join(UserTask, Attachment.task_id == UserTask.id)
            .where(
                Attachment.case_id == case_id,
                Attachment.removed_at.is_(None),
                UserTask.level.is_(None),
            )
            .order_by(Attachment.id)
        )
    )


def find_draft(session: Session, task_id: str, actor: Actor, form: str) -> Draft | None:
    """Return what was typed into ``form`` of a task and saved, if anything was.

    The draft of a nomination is the unit's; any other is the actor's own. Whoever shows
    it asks first whether the actor may do the task.
    """
    task = session.get(UserTask, task_id)
    return None if task is None else _find_draft(session, task, actor, form)


def save_draft(
    session: Session,
    *,
    task_id: str,
    actor: Actor,
    form: str,
    content: Mapping[str, Any],
    version: int | None,
    at: datetime,
) -> Draft:
    """Keep what the actor has typed into ``form`` of an open task; locks the case.

    :param content: field name → text or list of texts, unchecked but for its size.
    :param version: of the draft that the actor saw; None if there was none.
    :raises NotFound: there is no such task, or the actor may not see its case.
    :raises NotPermitted: the actor may not do the task.
    :raises TaskNotOpen: it is no longer waiting.
    :raises InvalidSubmission: the task has no such form, or the content is too large.
    :raises ContentChanged: somebody else saved meanwhile; ``facts``: ``version``,
        ``saved_by_id``, ``saved_at``.
    """
    case, task, _ = lock_task(session, task_id)
    require_at_task(session, actor, case, task)
    if task.state is not TaskState.OPEN:
        raise TaskNotOpen(f"task {task_id} is {task.state.value}")
    _check_form(task, form)
    _check_size(content)
    draft = _find_draft(session, task, actor, form)
    if (None if draft is None else draft.version) != version:
        raise _changed(draft, version)
    if draft is None:
        owner = None if is_draft(task) else actor.person_id
        draft = Draft(task_id=task.id, person_id=owner, form=form, version=0)
        session.add(draft)
    draft.version += 1
    draft.content = dict(content)
    draft.saved_by_id = actor.person_id
    draft.saved_at = at
    session.flush()
    return draft


def _find_draft(session: Session, task: UserTask, actor: Actor, form: str) -> Draft | None:
    mine: ColumnElement[bool] = (
        Draft.person_id.is_(None) if is_draft(task) else Draft.person_id == actor.person_id
    )
    return session.scalar(
        select(Draft)
        .where(Draft.task_id == task.id, Draft.form == form, mine)
        .execution_options(populate_existing=True)
    )


def _changed(draft: Draft | None, version: int | None) -> ContentChanged:
    if draft is None:
        return ContentChanged(f"draft version {version} is gone")
    return ContentChanged(
        f"draft is at version {draft.version}, expected {version}",
        version=draft.version,
        saved_by_id=draft.saved_by_id,
        saved_at=draft.saved_at,
    )


def _check_form(task: UserTask, form: str) -> None:
    if form not in {form_key_for(task.form, outcome) for outcome in task.offers}:
        raise InvalidSubmission({"form": [code("not_in_list", form)]})


def _check_size(content: Mapping[str, Any]) -> None:
    for name, value in content.items():
        texts = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) for text in texts) or len(name) > LONGEST_NAME:
            raise InvalidSubmission({name[:LONGEST_NAME]: ["not_text"]})
    try:
        size = len(orjson.dumps(dict(content)))
    except orjson.JSONEncodeError as error:
        raise InvalidSubmission({"_form": ["not_a_form"]}) from error
    if size > LARGEST_DRAFT:
        raise InvalidSubmission({"_form": [code("too_long", LARGEST_DRAFT, size)]})
