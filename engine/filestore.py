"""The store of uploaded files: one file per content, named by its SHA-256."""

import hashlib
import os
import secrets
from pathlib import Path

from engine.errors import DamagedFile, NotFound


class FileStore:
    """A folder of files that are written once and never changed; erasures alone remove one.

    A file is whole on disk, under its name, before any row can speak of it: its bytes are
    written aside and synced, then linked to their name, then the folder is synced. A
    crash leaves at most a file that no row names.

    :param root: the folder; made when the first file is put.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        """Store ``data`` and return its SHA-256, in hex; known content is kept as it is.

        :raises DamagedFile: the name is taken by other bytes: the disk has lost some.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        if path.exists():
            self.get(sha256)
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{sha256}.{secrets.token_hex(8)}.part")
        try:
            _write_synced(aside, data)
            os.link(aside, path)
        except FileExistsError:
            self.get(sha256)  # somebody put the same content in this moment
        finally:
            aside.unlink(missing_ok=True)
        for folder in (path.parent, self.root):
            _sync_folder(folder)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the content named ``sha256``, checked against its name.

        :raises NotFound: the store has no such file.
        :raises DamagedFile: the bytes on disk are not those that were put.
        """
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound(f"no stored file {sha256}") from None
        found = hashlib.sha256(data).hexdigest()
        if found != sha256:
            raise DamagedFile(f"stored file {sha256} now has SHA-256 {found}")
        return data

    def remove(self, sha256: str) -> None:
        """Remove a content for good, if it is there; for erasures alone.

        :raises NotFound: ``sha256`` is no SHA-256.
        """
        path = self._path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _sync_folder(path.parent)

    def _path(self, sha256: str) -> Path:
        if len(sha256) != hashlib.sha256().digest_size * 2 or not set(sha256) <= set(
            "0123456789abcdef"
        ):
            raise NotFound(f"{sha256!r} is no SHA-256 in hex")
        return self.root / sha256[:2] / sha256


def make_once(path: Path, data: bytes) -> bytes:
    """Write ``data`` for its owner alone, unless the file is there; return what is there.

    Of several processes that start at once the first makes it, and nobody reads half of
    it; who dies on the way leaves nothing under its name.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
        try:
            _write_synced(aside, data, 0o600)
            os.link(aside, path)
        except FileExistsError:
            pass  # another process was quicker: its file counts
        finally:
            aside.unlink(missing_ok=True)
        _sync_folder(path.parent)
    return path.read_bytes()


def _write_synced(path: Path, data: bytes, mode: int = 0o440) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
