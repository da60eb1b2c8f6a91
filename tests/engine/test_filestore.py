import hashlib
import os
import stat
import threading

import pytest

from engine import filestore
from engine.errors import DamagedFile, NotFound
from engine.filestore import FileStore, make_once

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


def test_of_many_who_make_one_file_at_once_the_first_counts_and_nobody_reads_half(tmp_path):
    path = tmp_path / "var" / "key"
    contents = [f"khóa {number} ".encode() * 5_000 for number in range(8)]
    barrier = threading.Barrier(len(contents))
    read = []

    def make(content):
        barrier.wait()
        read.append(make_once(path, content))

    threads = [threading.Thread(target=make, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {path.read_bytes()} == set(read)
    assert read[0] in contents
    assert [left.name for left in path.parent.iterdir()] == ["key"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_who_dies_while_making_a_file_leaves_none_under_its_name(tmp_path, monkeypatch):
    path = tmp_path / "key"
    monkeypatch.setattr(os, "link", lambda *names: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        make_once(path, b"half")
    monkeypatch.undo()
    assert make_once(path, b"whole") == b"whole"
