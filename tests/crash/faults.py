"""Named points of the way of one approval at which a process can be told to die.

A file asks for a point by its name; processes that start then die there with SIGKILL. The
first one takes the file away, so that it happens once. Points are functions of the product,
wrapped in the process of the test, before or after their work; or events of the database.
"""

import os
import pkgutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from webapp.pages import tasks as pages

ORDER = "fault"
"""File with the name of the point at which somebody is to die."""

CALLS = {
    "case locked": ("engine.tasks.lock_task", "after"),
    "alarms caught up": ("engine.tasks.catch_up", "after"),
    "dossier read": ("engine.tasks.load_surroundings", "after"),
    "rules asked": ("engine.tasks.check_step", "after"),
    "step looked up": ("engine.process.known_steps._find", "after"),
    "process run on": ("engine.process.known_steps.complete", "after"),
    "papers made": ("engine.decisions.make_papers", "after"),
    "rows projected": ("engine.tasks.project", "after"),
    "journal entry written": ("engine.tasks.journal.append_to_case", "after"),
    "answers written": ("engine.tasks._write_answers", "after"),
    "decision saved": ("engine.tasks.Issuing.save", "after"),
    "register entered": ("engine.tasks.enter_from_decision", "after"),
    "state written": ("engine.projection.Projection.save", "after"),
    "drafts dropped": ("engine.tasks.drop_drafts", "after"),
    "notices told": ("engine.tasks.notices.tell_step", "after"),
    "key remembered": ("engine.commands._remember", "after"),
    "about to answer": ("webapp.pages.tasks.redirect", "before"),
    "answer half made": ("webapp.pages.tasks.redirect", "after"),
    "file about to be stored": ("engine.filestore._write_synced", "before"),
    "file written aside": ("engine.filestore._write_synced", "after"),
    "file linked": ("engine.filestore.os.link", "after"),
    "file stored": ("engine.filestore.FileStore.put", "after"),
    "file row written": ("engine.attachments._add_stored_file", "after"),
    "places given": ("engine.journal.sealing._place", "after"),
    "checkpoint signed": ("engine.journal.sealing._sign", "after"),
    "about to write outside": ("engine.journal.sealing._write_outside", "before"),
    "words outside": ("engine.journal.outside.Outside.append_words", "after"),
    "entries outside": ("engine.journal.outside.Outside.append_entries", "after"),
    "checkpoint outside": ("engine.journal.outside.Outside.append_checkpoint", "after"),
    "job taken": ("engine.jobs.worker.Worker._do", "before"),
    "job done": ("engine.jobs.worker.Worker._finish", "before"),
    "job finished": ("engine.jobs.worker.Worker._finish", "after"),
}
"""Name → the function, and whether the process dies before or after its work."""

EVENTS = {"about to commit": "before_commit", "committed": "after_commit"}
"""Name → event of the session, of a request that completes a task."""

POINTS = (*CALLS, *EVENTS)
"""Every point. None may be forgotten: a test goes through all of them."""


def arm(folder: Path) -> None:
    """Let this process die at the point that is asked for in ``folder``, if it comes there."""
    order = folder / ORDER
    name = order.read_text(encoding="utf-8") if order.exists() else ""
    if name in CALLS:
        path, when = CALLS[name]
        _wrap(path, when, lambda: _die(order))
    elif name:
        _listen(EVENTS[name], lambda: _die(order))


def _die(order: Path) -> None:
    """Die, unless another process has carried the order out already."""
    try:
        order.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _wrap(path: str, when: str, die: Callable[[], None]) -> None:
    owner, _, name = path.rpartition(".")
    place: Any = pkgutil.resolve_name(owner)
    raw = vars(place)[name]
    inner: Any = raw.__func__ if isinstance(raw, classmethod) else raw

    def call(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            die()
        found = inner(*args, **kwargs)
        if when == "after":
            die()
        return found

    setattr(place, name, classmethod(call) if isinstance(raw, classmethod) else call)


def _listen(name: str, die: Callable[[], None]) -> None:
    """Die at an event of the session in which a task was completed, of no other."""
    complete: Any = pages.complete_task

    def complete_marked(session: Session, **rest: Any) -> Any:
        session.info["dies"] = True
        return complete(session, **rest)

    pages.complete_task = complete_marked  # type: ignore[attr-defined]

    def on_event(session: Session) -> None:
        if session.info.get("dies"):
            die()

    event.listen(Session, name, on_event)
