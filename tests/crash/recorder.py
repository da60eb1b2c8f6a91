"""Records what SQLite asks of the disk: every write, truncation, sync and deletion, in order.

SQLite reaches files through a table of functions (its VFS); here three of those of each
file and two of the table itself are replaced, in this process and for a while, by functions
that note the call and then make it. The library that the product ships is the one recorded.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3._sqlite3

OPEN_CREATE = 0x4


@dataclass(frozen=True)
class Call:
    """One request to the disk."""

    kind: str
    """``open``, ``write``, ``truncate``, ``sync`` or ``delete``; or ``told``: not of SQLite:
    at this point somebody was told that something is done."""
    name: str
    """Of the file, without its folder; or what was told."""
    offset: int = 0
    data: bytes = b""


class Vfs(ctypes.Structure):
    """``sqlite3_vfs``: as far as it is used here."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("app_data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
    )


class File(ctypes.Structure):
    """``sqlite3_file``: an object that begins with its table of methods."""

    _fields_ = (("methods", ctypes.c_void_p),)


class Methods(ctypes.Structure):
    """``sqlite3_io_methods``, version 3."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("close", ctypes.c_void_p),
        ("read", ctypes.c_void_p),
        ("write", ctypes.c_void_p),
        ("truncate", ctypes.c_void_p),
        ("sync", ctypes.c_void_p),
        ("others", ctypes.c_void_p * 13),
    )


_INT, _POINTER, _LONG = ctypes.c_int, ctypes.c_void_p, ctypes.c_int64
# Names as pointers: SQLite keeps the one that it was given, for as long as the file is open.
_OPEN = ctypes.CFUNCTYPE(
    _INT, _POINTER, _POINTER, ctypes.POINTER(File), _INT, ctypes.POINTER(_INT)
)
_DELETE = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT)
_WRITE = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _LONG)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _POINTER, _LONG)
_SYNC = ctypes.CFUNCTYPE(_INT, _POINTER, _INT)


class Recorder:
    """The calls about the files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.calls: list[Call] = []
        self._folder = str(folder)
        self._names: dict[int, str] = {}
        self._tables: dict[int, Methods] = {}
        """Methods of SQLite → ours, which have the same functions but for three."""
        self._kept: list[Any] = []
        """Functions that C may call as long as we live."""

    def tell(self, what: str) -> None:
        """Note that somebody is told ``what`` now."""
        self.calls.append(Call("told", what))

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record files that are opened meanwhile; close them before the block ends."""
        library = ctypes.CDLL(pysqlite3._sqlite3.__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(Vfs)
        vfs = library.sqlite3_vfs_find(None).contents
        opened, deleted = vfs.open, vfs.delete
        vfs.open = self._pointer(_OPEN(self._opening(_OPEN(opened))))
        vfs.delete = self._pointer(_DELETE(self._deleting(_DELETE(deleted))))
        try:
            yield
        finally:
            vfs.open, vfs.delete = opened, deleted

    def _opening(self, original: Callable[..., int]) -> Callable[..., int]:
        def opening(vfs: Any, name: int | None, file: Any, flags: int, out: Any) -> int:
            found = original(vfs, name, file, flags, out)
            path = Path(ctypes.string_at(name).decode() if name else "")
            if found == 0 and str(path.parent) == self._folder:
                if flags & OPEN_CREATE:
                    self.calls.append(Call("open", path.name))
                self._watch(file.contents, ctypes.addressof(file.contents), path.name)
            return found

        return opening

    def _deleting(self, original: Callable[..., int]) -> Callable[..., int]:
        def deleting(vfs: Any, name: int, syncs: int) -> int:
            found = original(vfs, name, syncs)
            path = Path(ctypes.string_at(name).decode())
            if found == 0 and str(path.parent) == self._folder:
                self.calls.append(Call("delete", path.name, offset=syncs))
            return found

        return deleting

    def _watch(self, file: File, address: int, name: str) -> None:
        self._names[address] = name
        if file.methods not in self._tables:
            self._tables[file.methods] = self._watched(Methods.from_address(file.methods))
        file.methods = ctypes.addressof(self._tables[file.methods])

    def _watched(self, methods: Methods) -> Methods:
        ours = Methods.from_buffer_copy(methods)
        write, truncate = _WRITE(methods.write), _TRUNCATE(methods.truncate)
        sync = _SYNC(methods.sync)

        def writing(file: int, data: int, size: int, offset: int) -> int:
            self._note("write", file, offset, ctypes.string_at(data, size))
            return int(write(file, data, size, offset))

        def truncating(file: int, size: int) -> int:
            self._note("truncate", file, size)
            return int(truncate(file, size))

        def syncing(file: int, flags: int) -> int:
            found = int(sync(file, flags))
            if found == 0:
                self._note("sync", file)
            return found

        ours.write = self._pointer(_WRITE(writing))
        ours.truncate = self._pointer(_TRUNCATE(truncating))
        ours.sync = self._pointer(_SYNC(syncing))
        return ours

    def _note(self, kind: str, file: int, offset: int = 0, data: bytes = b"") -> None:
        self.calls.append(Call(kind, self._names[file], offset, data))

    def _pointer(self, function: Any) -> int:
        self._kept.append(function)
        return ctypes.cast(function, ctypes.c_void_p).value or 0
