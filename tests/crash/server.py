"""A nursery of server processes that are there to be killed.

It loads the program once and forks a process for each server and worker, which then does
what ``thidua run`` and ``thidua worker`` do; who dies is replaced, as an init system would.
All of them accept at one socket, so that a person finds another server at once. Seeded
bugs and fault points (:mod:`tests.crash.mutants`, :mod:`tests.crash.faults`) are applied
here, inside the process: the product has no hook for them.
"""

import json
import os
import re
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from engine.definitions import packaged_files, packaged_set_id
from engine.journal.sealing import require_not_behind
from engine.process import diagrams
from engine.store.database import connect
from tests.crash import faults, mutants
from tests.crash.people import PASSWORD, WORKING
from tests.ward import NOON
from webapp.app import create_app
from webapp.background import Background
from webapp.commands import run
from webapp.database import EXTENSION as DATABASE
from webapp.settings import Settings

PAUSE = 0.2
"""Seconds before a process that could not start is started again."""


@dataclass(frozen=True)
class Nursery:
    """What is served, and by how many processes."""

    listener: int
    """Number of the listening socket, handed down by the parent."""
    database_url: str
    var_dir: str
    parent: int
    webs: int = 2
    workers: int = 1
    mutant: str = ""
    seconds: float = 1
    """Between two sealings of the journal."""
    lock_seconds: float = 10

    @property
    def text(self) -> str:
        """As an argument of the command line."""
        return json.dumps(asdict(self))

    @property
    def settings(self) -> Settings:
        """The settings of an installation like that; its password hashes are cheap."""
        return Settings(
            demo=True,
            demo_clock=NOON,
            database_url=self.database_url,
            var_dir=Path(self.var_dir),
            journal_seconds=self.seconds,
            database_lock_seconds=self.lock_seconds,
            password_memory_kib=8,
            worker=False,
        )


def main() -> None:
    """Start the processes, and replace those that die, until SIGTERM or the parent ends."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, signal.SIGTERM})
    nursery = Nursery(**json.loads(sys.argv[1]))
    mutants.apply(nursery.mutant)
    _preload(nursery.settings)
    tasks = ["web"] * nursery.webs + ["worker"] * nursery.workers
    children = {_fork(task, nursery): (task, time.monotonic()) for task in tasks}
    print("ready", flush=True)
    while os.getppid() == nursery.parent:
        found = signal.sigtimedwait({signal.SIGCHLD, signal.SIGTERM}, 0.5)
        if found is not None and found.si_signo == signal.SIGTERM:
            break
        _replace_the_dead(children, nursery)
    for child in children:
        os.kill(child, signal.SIGKILL)


def _preload(settings: Settings) -> None:
    """Make what every process needs, before there are several: no connection is made."""
    app = create_app(settings)
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    diagrams.definitions(packaged_set_id(), packaged_files)
    with suppress(Exception):  # without the database processes begin cold
        _read_pages(app)
    app.extensions[DATABASE].dispose()
    run.create_app = lambda settings: app  # type: ignore[attr-defined,assignment]


def _read_pages(app: Flask) -> None:
    """Open what people open most, so that its statements are compiled; log out again."""
    for name in WORKING:
        browser = app.test_client()
        page = browser.get("/dang-nhap").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        if token is None:
            return
        fields = {"csrf_token": token[1], "username": name, "password": PASSWORD}
        browser.post("/dang-nhap", data=fields)
        for task in re.findall(r'href="(/cong-viec/\w{32})"', browser.get("/").text)[:1]:
            page = browser.get(task, follow_redirects=True).text
            for path in re.findall(rf'href="({task}/\w+)"', page):
                browser.get(path)


def _replace_the_dead(children: dict[int, tuple[str, float]], nursery: Nursery) -> None:
    while children:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        task, started = children.pop(child)
        if not os.WIFSIGNALED(status) and time.monotonic() - started < PAUSE:
            time.sleep(PAUSE)  # it refused to start: no database, for example
        children[_fork(task, nursery)] = (task, time.monotonic())


def _fork(task: str, nursery: Nursery) -> int:
    child = os.fork()
    if child:
        return child
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD, signal.SIGTERM})
    code = 1
    try:
        _serve(task, nursery)
        code = 0
    except Exception as error:
        print(f"{task} {os.getpid()}: {error!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def _serve(task: str, nursery: Nursery) -> None:
    """Do what ``thidua run`` or ``thidua worker`` does, until killed."""
    faults.arm(Path(nursery.var_dir))
    settings: Any = nursery.settings
    settings = settings.model_copy(update={"worker": task == "worker"})
    database = connect(settings.database_url, settings.database_limits)
    require_not_behind(database, settings.sealing_key, settings.outside)
    with Background(settings, database):
        if task == "worker":
            threading.Event().wait()
        run.make_server(settings, socket.socket(fileno=os.dup(nursery.listener))).run()


if __name__ == "__main__":
    main()
