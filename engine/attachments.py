"""Commands on attachments: files that people add to a case."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import journal
from engine.commands import answer_once
from engine.delegated_acts import facts_of
from engine.errors import NotFound, RefusedFile, TaskNotOpen
from engine.filekinds import FileKind, kind_of
from engine.filestore import FileStore
from engine.matters import acting_as, is_draft, lock_task, require_at_task
from engine.permissions import Actor
from engine.store.models import Attachment, Case, StoredFile, TaskState, UserTask
from engine.text import compose

LONGEST_FILE_NAME = 200
"""Characters of a file name at most; what is longer loses the end of its stem."""

MOST_FILES = 100
"""Files of a case at most, those taken out included."""


def add_attachment(
    session: Session,
    store: FileStore,
    *,
    task_id: str,
    actor: Actor,
    name: str,
    data: bytes,
    at: datetime,
    key: str,
) -> Attachment:
    """Add the file ``data`` to the case of an open task that the actor may do.

    The case is locked. The file is whole in ``store`` before its row is written; if the
    transaction fails it stays there, unnamed and harmless.

    :param name: as the person's device calls it; paths and control characters go.
    :raises RefusedFile: too large, too many, of a kind not accepted, or damaged.
    :raises NotFound: there is no such task, or the actor may not see its case.
    :raises NotPermitted: the actor may not do the task.
    :raises TaskNotOpen: it is no longer waiting.
    """
    upload = check_file(name, data)
    name = upload.name
    case, task, _ = lock_task(session, task_id)
    answer = answer_once(
        session,
        key=key,
        actor=actor,
        command="add_attachment",
        request={"task_id": task_id, "name": name, "sha256": upload.sha256},
        at=at,
        run=lambda: _add(session, store, case, task, actor, upload, at),
    )
    return session.get_one(Attachment, answer["attachment_id"])


@dataclass(frozen=True)
class CheckedFile:
    """A file whose name, size and kind were looked at."""

    name: str
    data: bytes
    sha256: str
    kind: FileKind


def check_file(name: str, data: bytes) -> CheckedFile:
    """Return a file that we take, under a clean name.

    :raises RefusedFile: too large, of a kind not accepted, or damaged.
    """
    name = clean_name(name)
    kind = kind_of(name, data)
    return CheckedFile(name, data, hashlib.sha256(data).hexdigest(), kind)


def keep_file(session: Session, store: FileStore, file: CheckedFile, at: datetime) -> None:
    """Put a file into the store, and its row unless the same content came before.

    The file is whole in ``store`` before its row is written; if the transaction fails it
    stays there, unnamed and harmless.
    """
    store.put(file.data)
    _add_stored_file(session, file, at)


def _add(
    session: Session,
    store: FileStore,
    case: Case,
    task: UserTask,
    actor: Actor,
    upload: CheckedFile,
    at: datetime,
) -> dict[str, int]:
    under = require_at_task(session, actor, case, task)
    if task.state is not TaskState.OPEN:
        raise TaskNotOpen(f"task {task.id} is {task.state.value}", reference=case.reference)
    _check_count(session, case)
    store.put(upload.data)
    size, media_type = len(upload.data), upload.kind.media_type
    detail = {"sha256": upload.sha256, "size": size, "media_type": media_type}
    detail |= facts_of(under)
    _append(session, "attachment.added", case, task, actor, at, detail)
    _add_stored_file(session, upload, at)
    attachment = Attachment(
        case_id=case.id,
        task_id=task.id,
        name=upload.name,
        sha256=upload.sha256,
        added_by_id=actor.person_id,
        added_at=at,
    )
    session.add(attachment)
    session.flush()
    return {"attachment_id": attachment.id}


def remove_attachment(
    session: Session, *, attachment_id: int, actor: Actor, at: datetime, key: str
) -> Attachment:
    """Take a file out of the dossier, or out of the open task where it was added.

    The file and the versions of the dossier that enclosed it keep it. The case is locked.

    :raises NotFound: there is no such file, or the actor may not see its case.
    :raises NotPermitted: the actor may not do the task.
    :raises TaskNotOpen: the task of the file is over, and no draft is open.
    """
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound(f"no attachment {attachment_id}")
    case, task, waiting = lock_task(session, attachment.task_id)
    session.refresh(attachment)

    def run() -> dict[str, int]:
        open_task = next(
            (one for one in waiting if one.id == task.id or (is_draft(one) and is_draft(task))),
            None,
        )
        under = require_at_task(session, actor, case, open_task or task)
        if open_task is None:
            raise TaskNotOpen(f"task {task.id} is {task.state.value}")
        if attachment.removed_at is not None:
            raise NotFound(f"attachment {attachment_id} was taken out")
        detail = {"sha256": attachment.sha256, **facts_of(under)}
        _append(session, "attachment.removed", case, open_task, actor, at, detail)
        attachment.removed_at = at
        session.flush()
        return {"attachment_id": attachment.id}

    answer_once(
        session,
        key=key,
        actor=actor,
        command="remove_attachment",
        request={"attachment_id": attachment_id},
        at=at,
        run=run,
    )
    return attachment


def clean_name(name: str) -> str:
    """Return ``name`` as a label: composed, no path, no control character, not too long."""
    last = compose(name).replace("\\", "/").rpartition("/")[2]
    printable = "".join(c for c in last if not unicodedata.category(c).startswith("C"))
    printable = " ".join(printable.split()).strip(". ")
    stem, dot, suffix = printable.rpartition(".")
    if not dot or len(printable) <= LONGEST_FILE_NAME:
        return printable[:LONGEST_FILE_NAME]
    return f"{stem[: max(0, LONGEST_FILE_NAME - 1 - len(suffix))]}.{suffix}"[
        -LONGEST_FILE_NAME:
    ]


def _check_count(session: Session, case: Case) -> None:
    found = session.scalar(
        select(func.count()).select_from(Attachment).where(Attachment.case_id == case.id)
    )
    if found is not None and found >= MOST_FILES:
        raise RefusedFile(
            f"case {case.id} has {found} files",
            reason="too_many",
            found=str(found),
            expected="",
            limit=MOST_FILES,
        )


def _append(
    session: Session,
    action: str,
    case: Case,
    task: UserTask,
    actor: Actor,
    at: datetime,
    detail: Mapping[str, object],
) -> None:
    role, unit_id = acting_as(actor, case, task)
    journal.append_to_case(
        session,
        case,
        action=action,
        actor=actor,
        at=at,
        role=role,
        unit_id=unit_id,
        task_id=task.id,
        detail=detail,
    )
    case.version += 1


def _add_stored_file(session: Session, upload: CheckedFile, at: datetime) -> None:
    """Add the row of a stored file, unless the same content came before."""
    if session.get(StoredFile, upload.sha256) is not None:
        return
    row = StoredFile(
        sha256=upload.sha256,
        size=len(upload.data),
        media_type=upload.kind.media_type,
        stored_at=at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        pass  # the same content came with another case in this moment
