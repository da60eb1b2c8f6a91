"""A campaign: people work, processes die, and in the end everything must add up."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine

from engine.accounts import PasswordCost, create_account
from engine.office import OPERATOR
from engine.store.database import connect, unit_of_work
from tests.crash.checking import completed, problems
from tests.crash.people import PASSWORD, WORKING, Browser, Client, Diary, Person
from tests.crash.server import Nursery
from tests.walk import Walk
from tests.ward import Ward

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 8
LONGEST_WAIT = 5.0
"""Seconds between two kills at most."""

CHEAP = PasswordCost(memory_kib=8, rounds=1)


@dataclass
class Servers:
    """The processes of one installation, behind one socket that outlives them."""

    url: str
    var_dir: Path
    options: dict[str, Any] = field(default_factory=dict)
    kills: int = 0
    slowest_start: float = 0.0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._process: subprocess.Popen[str] | None = None
        self.var_dir.mkdir(parents=True, exist_ok=True)

    def nursery(self, **more: Any) -> Nursery:
        return Nursery(
            listener=self._listener.fileno(),
            database_url=self.url,
            var_dir=str(self.var_dir),
            parent=os.getpid(),
            **(self.options | more),
        )

    def start(self, **more: Any) -> None:
        """Start all processes; they answer when this returns, or soon after."""
        with (self.var_dir / "server.log").open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own server
                [sys.executable, "-m", "tests.crash.server", self.nursery(**more).text],
                cwd=ROOT,
                pass_fds=[self._listener.fileno()],
                start_new_session=True,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            raise RuntimeError(self.log())

    def kill_one(self, dice: random.Random) -> None:
        """Kill a server or a worker at once; the nursery has another soon."""
        if children := self._children():
            self._kill(dice.choice(children))

    def kill_each(self) -> None:
        """Kill every server and worker; the nursery has others soon."""
        for child in self._children():
            self._kill(child)

    def _children(self) -> list[psutil.Process]:
        assert self._process is not None
        return psutil.Process(self._process.pid).children()

    def _kill(self, child: psutil.Process) -> None:
        """Kill a process, unless the nursery has just buried it."""
        with suppress(psutil.NoSuchProcess):
            child.kill()
            self.kills += 1

    def kill_all(self) -> None:
        """Kill everything at once, and start anew."""
        self.stop()
        self.kills += 1
        self.start()

    def stop(self) -> None:
        """Kill everything at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def close(self) -> None:
        self.stop()
        self._listener.close()

    def log(self) -> str:
        return (self.var_dir / "server.log").read_text(encoding="utf-8")


@dataclass
class Town:
    """A ward with nominations on their way, its servers, and its people at browsers."""

    database: Engine
    ward: Ward
    servers: Servers
    diary: Diary = field(default_factory=Diary)
    people: list[Person] = field(default_factory=list)
    seeded: frozenset[str] = frozenset()

    def settle(self, cases: int) -> list[Walk]:
        """Open and submit nominations, and give everybody an account."""
        with unit_of_work(self.database) as session:
            for name in WORKING:
                create_account(
                    session,
                    person_id=self.ward.people[name].person_id,
                    username=name,
                    password=PASSWORD,
                    actor=OPERATOR,
                    at=self.ward_at,
                    cost=CHEAP,
                )
        walks = [Walk(self.database, self.ward).open() for _ in range(cases)]
        for walk in walks:
            walk.to("review_at_unit")
        self.seeded = completed(self.database)
        return walks

    @property
    def ward_at(self) -> Any:
        return Walk(self.database, self.ward).at

    @contextmanager
    def browser(self) -> Iterator[Browser]:
        """Give a browser that is closed in the end."""
        browser = Browser(self.servers.port, self.diary)
        try:
            yield browser
        finally:
            browser.close()

    def log_in(self) -> None:
        """Let everybody log in, once."""
        with self.browser() as browser:
            for name in WORKING:
                person = Person(name)
                browser.log_in(person)
                self.people.append(person)

    def person(self, name: str) -> Person:
        return next(person for person in self.people if person.name == name)

    def finish(self) -> None:
        """Lead every nomination to its end, with nobody dying any more."""
        with self.browser() as browser:
            Client(browser, self.people, self.diary, seed=0).finish()

    def _work(self, seed: int, stop: threading.Event) -> None:
        with self.browser() as browser:
            Client(browser, self.people, self.diary, seed).work(stop)

    @contextmanager
    def working(self, seed: int) -> Iterator[None]:
        """Let eight clients work while the block runs; then each ends what it began."""
        stop = threading.Event()
        threads = [
            threading.Thread(target=self._work, args=(seed * 100 + n, stop))
            for n in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def await_answer(self) -> None:
        """Wait until a form is answered, but not for ever."""
        seen, begun = self.diary.answered, time.monotonic()
        while self.diary.answered == seen and time.monotonic() - begun < LONGEST_WAIT:
            time.sleep(0.002)

    def problems(self) -> list[str]:
        """Return all that is wrong, with what people were told and with the journal."""
        settings = self.servers.nursery().settings
        database = connect(self.servers.url)
        try:
            journal = (settings.sealing_key, settings.outside)
            found = problems(database, self.diary.deeds, journal, self.seeded)
        finally:
            database.dispose()
        return [*self.diary.wrong, *found]


@contextmanager
def settled(
    url: str, ward: Ward, var_dir: Path, cases: int, options: dict[str, Any]
) -> Iterator[Town]:
    """Give a ward on its servers, with nominations that wait and people logged in."""
    servers = Servers(url, var_dir, options)
    town = Town(connect(url), ward, servers)
    town.settle(cases)
    town.database.dispose()
    try:
        servers.start()
        town.log_in()
        yield town
    finally:
        servers.close()
        town.database.dispose()


def strike(
    town: Town,
    *,
    kills: int,
    pause: float,
    seed: int,
    group_every: int = 0,
    others: Callable[[int], bool] = lambda number: False,
) -> None:
    """Kill ``kills`` times, each at a random moment after somebody's form was answered.

    :param pause: seconds to that moment on average.
    :param group_every: each such kill takes all processes at once; 0: none does.
    :param others: does another kind of harm at this kill; whether it did.
    """
    dice = random.Random(seed)  # noqa: S311  # it repeats
    servers = town.servers
    while servers.kills < kills:
        town.await_answer()
        time.sleep(dice.expovariate(1 / pause))
        number = servers.kills + 1
        if others(number):
            servers.kills += 1
        elif group_every and number % group_every == 0:
            servers.kill_all()
        else:
            servers.kill_one(dice)
