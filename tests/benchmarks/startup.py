"""How long until the first page, and what a web process weighs, with the demo: ``make bench``.

``thidua run --demo`` is started on a demo that is there already, and asked for the login
page until it answers: from the start of the program to the last byte of that page. CPU is
that of the program and what it started; its byte code is there, as after an installation.
Memory is the proportional share (PSS) that the kernel counts, after an official has read
pages: what processes share counts once.

``python -m tests.benchmarks.startup [RUNS]``
"""

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks.machine import cpu, machine
from tests.benchmarks.served import Client

RUNS = 5
PATIENCE = 120.0
"""Seconds until the first page; then the run counts as broken."""

AIM_SECONDS, AIM_MEGABYTES = 2.0, 120
MIB = 1 << 20

PORT = 8791
PASSWORD = "hoa-ban-2030"  # of the demo, public
OFFICIALS = ("chuyenvien.vanxuan", "chutich.vanxuan")
PAGES = (
    "/",
    "/hang-cho",
    "/ho-so",
    "/thong-bao",
    "/van-ban-di",
    "/so-khen-thuong",
    "/phien-hop",
)
THIDUA = Path(sys.executable).with_name("thidua")


@dataclass(frozen=True)
class Start:
    """What one start took."""

    seconds: float
    """Until the first page was there."""
    cpu: float
    """Seconds of all its processes until then."""
    fresh: list[float]
    """PSS of each process after the first page, in MiB."""
    used: list[float]
    """The same after people have read pages."""


def main() -> None:
    """Build the demo once, start it again and again, and print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        surroundings = os.environ | {
            "THIDUA_VAR_DIR": folder,
            "PYTHONPYCACHEPREFIX": str(Path(folder, "bytecode")),
            "PYTHONDONTWRITEBYTECODE": "",
        }
        subprocess.run(  # noqa: S603  # our own program
            [THIDUA, "demo"], env=surroundings, check=True, stdout=subprocess.DEVNULL
        )
        _start([], surroundings)  # writes the byte code
        print(machine())
        for words in ([], ["--processes", "2"]):
            _show([_start(words, surroundings) for _ in range(runs)], " ".join(words))
    print(f"Aims: {AIM_SECONDS:.0f} s until the first page, {AIM_MEGABYTES} MB a web process.")


def _show(starts: list[Start], words: str) -> None:
    seconds = [start.seconds for start in starts]
    print(f"thidua run --demo {words}".strip())
    print(f"  first page: median {statistics.median(seconds):.2f} s, best {min(seconds):.2f} s")
    print(f"  CPU until then: median {statistics.median(s.cpu for s in starts):.2f} s")
    for name, found in (("first page", starts[-1].fresh), ("reading", starts[-1].used)):
        print(f"  PSS after {name}: {', '.join(f'{each:.0f}' for each in found)} MiB")


def _start(words: list[str], surroundings: dict[str, str]) -> Start:
    begun = time.perf_counter()
    with _running(words, surroundings) as process:
        _await_page(process, begun + PATIENCE)
        seconds = time.perf_counter() - begun
        family = [process, *process.children(recursive=True)]
        used = sum(cpu(each) for each in family)
        fresh = [_share(each) for each in family]
        for username in OFFICIALS:
            client = Client(PORT, username, PASSWORD)
            for path in PAGES:
                client.read(path)
        return Start(seconds, used, fresh, [_share(each) for each in family])


@contextmanager
def _running(words: list[str], surroundings: dict[str, str]) -> Iterator[psutil.Process]:
    command = [str(THIDUA), "run", "--demo", "--port", str(PORT), *words]
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(  # noqa: S603
            command, env=surroundings, stdout=said, stderr=said
        )
        try:
            yield psutil.Process(child.pid)
        finally:
            child.terminate()
            child.wait()


def _await_page(process: psutil.Process, until: float) -> None:
    """Ask for the login page until it is there.

    :raises RuntimeError: the program ended, or the page did not come in time.
    """
    while time.perf_counter() < until and process.status() != psutil.STATUS_ZOMBIE:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)
        try:
            connection.request("GET", "/dang-nhap")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.01)
        finally:
            connection.close()
    raise RuntimeError("the first page did not come")


def _share(process: psutil.Process) -> float:
    """Return the memory of ``process`` in MiB, with its part of what others share."""
    return float(process.memory_full_info().pss) / MIB


if __name__ == "__main__":
    main()
