"""A small disk that can be filled up and freed, with or without the rights to mount one."""

import errno
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

SIZE = "40m"
TINY = 4096
"""Bytes to which files may grow on the disk that cannot be mounted, while it is full."""


class Mounted:
    """A disk in memory: what is full is full for everybody."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Let somebody's file eat all that is left."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (1 << 16, 512, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        self._filler.unlink()


class Limited:
    """For who may not mount: no file of this process and its children may grow."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        self._limit(TINY)

    def free(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        own = psutil.Process()
        for process in (own, *own.children(recursive=True)):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path, *, mounts: bool = True) -> Iterator[Mounted | Limited]:
    """Give a disk at ``folder`` that can be filled up."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    done = mounts and os.geteuid() == 0 and _call(command)
    if not done:
        disk = Limited(folder)
        yield disk
        disk.free()
        return
    try:
        yield Mounted(folder)
    finally:
        _call(["umount", "--lazy", str(folder)])


def _call(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # ours
    except FileNotFoundError:
        return False
    return done.returncode == 0
