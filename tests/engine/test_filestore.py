import hashlib
import os
import threading

import pytest

from engine import filestore
from engine.errors import DamagedFile, NotFound
from engine.filestore import FileStore

DATA = b"%PDF-1.7 noi dung"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


def _names(store):
    return [path.name for path in store.root.rglob("*") if path.is_file()]


def test_what_was_put_comes_back_by_its_hash(store):
    assert store.put(DATA) == SHA256
    assert store.get(SHA256) == DATA


def test_the_same_content_is_kept_once_and_not_written_again(store):
    store.put(DATA)
    path = store.root / SHA256[:2] / SHA256
    before = path.stat()
    store.put(DATA)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino
    assert _names(store) == [SHA256]


def test_a_stored_file_cannot_be_written_by_its_owner(store):
    store.put(DATA)
    assert (store.root / SHA256[:2] / SHA256).stat().st_mode & 0o222 == 0


def test_bytes_that_the_disk_lost_are_noticed(store):
    store.put(DATA)
    path = store.root / SHA256[:2] / SHA256
    path.chmod(0o600)
    path.write_bytes(DATA[:-1])
    with pytest.raises(DamagedFile):
        store.get(SHA256)
    with pytest.raises(DamagedFile):
        store.put(DATA)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, SHA256.upper(), "é" * 64])
def test_only_a_hash_names_a_file(store, name):
    with pytest.raises(NotFound):
        store.get(name)


def test_an_unknown_hash_is_not_found(store):
    with pytest.raises(NotFound):
        store.get(SHA256)


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_crash_while_writing_leaves_no_file_under_its_name(store, monkeypatch, step):
    def crash(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(filestore.os, step, crash)
    with pytest.raises(OSError, match="no space"):
        store.put(DATA)
    monkeypatch.undo()
    assert _names(store) == []
    assert store.put(DATA) == SHA256


def test_many_who_put_one_file_at_once_all_succeed(store):
    data = os.urandom(200_000)
    found = []
    threads = [threading.Thread(target=lambda: found.append(store.put(data))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [hashlib.sha256(data).hexdigest()] * 8
    assert _names(store) == found[:1]
