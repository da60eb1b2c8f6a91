"""Backups made while people work: whole, checked, and restored on either database."""

import resource
import shutil
import signal
import threading
from contextlib import contextmanager
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import func, select

from engine.backups import (
    BACK_UP,
    FILES,
    JOURNAL,
    MANIFEST,
    NotBackedUp,
    back_up,
    check,
    keep_newest,
    last_backup,
    restore,
)
from engine.filestore import FileStore
from engine.integrity import check_case
from engine.jobs import Work
from engine.journal.outside import Outside
from engine.journal.roll_forward import roll_forward
from engine.journal.verification import verify
from engine.store.copying import NotCopied
from engine.store.database import connect, reading, unit_of_work
from engine.store.models import Attachment, Case, Decision, JournalEntry, StoredFile
from forms.vocabulary import Outcome
from tests.engine.journal.sealed import Sealed
from tests.walk import Walk, on_sqlite
from tests.ward import NOON

CONTENT = b"%PDF-1.7 minh chung"


@pytest.fixture
def journal(database, tmp_path):
    return Sealed.new(database, tmp_path / "var")


@pytest.fixture
def files(tmp_path):
    return FileStore(tmp_path / "var" / "files")


@pytest.fixture
def walk(database, ward, files):
    """A nomination with an attachment that waits for the decision."""
    walk = Walk(database, ward).open()
    sha256 = files.put(CONTENT)
    with unit_of_work(database) as session:
        session.add(
            StoredFile(sha256=sha256, size=19, media_type="application/pdf", stored_at=NOON)
        )
        session.flush()
        session.add(
            Attachment(
                case_id=walk.case_id,
                task_id=walk.task().id,
                name="minh-chung.pdf",
                sha256=sha256,
                added_by_id=ward.school_clerk.person_id,
                added_at=NOON,
            )
        )
    return walk.to("decide_at_ward")


@pytest.fixture
def make(database, journal, files, tmp_path):
    """Make a backup."""

    def make(at=NOON, into=tmp_path / "backups"):
        return back_up(database, files, journal.outside, journal.key, into, at)

    return make


@contextmanager
def restored(backup, url, journal, files, outside=None):
    """Restore a backup and open it."""
    restore(
        backup.folder, url, files, outside or journal.outside, journal.key, lambda one: None
    )
    database = connect(url)
    try:
        yield database
    finally:
        database.dispose()


def problems(database):
    """Return what does not fit in any case."""
    with reading(database) as session:
        cases = session.scalars(select(Case.id)).all()
        return [line for case_id in cases for line in check_case(session, case_id)]


def numbers(database):
    with reading(database) as session:
        return sorted(session.scalars(select(Decision.number)))


def test_a_backup_made_under_load_is_one_moment(database, ward, journal, walk, make, tmp_path):
    journal.seal()
    stop = threading.Event()

    def work():
        while not stop.is_set():
            Walk(database, ward).open().to("appraise_at_ward")

    writers = [threading.Thread(target=work) for _ in range(4)]
    for one in writers:
        one.start()
    try:
        made = make()
    finally:
        stop.set()
        for one in writers:
            one.join()
    url = f"sqlite:///{tmp_path / 'restored.db'}"
    store = FileStore(tmp_path / "restored-files")
    with restored(made, url, journal, store) as copy:
        assert problems(copy) == []
        with reading(copy) as session:
            report = verify(session, journal.key, journal.outside)
            rows = session.scalar(select(func.count()).select_from(JournalEntry))
    assert report.findings == ()
    assert store.get(store.put(CONTENT)) == CONTENT
    assert {one.name: one.rows for one in made.tables}["journal_entries"] == rows
    assert made.files == 1


@on_sqlite
def test_a_ward_restored_on_postgresql_goes_on(journal, walk, make, files, postgresql_copy):
    made = make()
    with postgresql_copy("restored") as url, restored(made, url, journal, files) as copy:
        walk.database = copy
        walk.do(Outcome.AWARD, number="09/QĐ-UBND")
        assert numbers(copy) == ["09/QĐ-UBND"]
        assert problems(copy) == []


def test_with_the_journal_outside_nothing_acknowledged_is_lost(
    database, ward, journal, walk, make, files, tmp_path
):
    made = make()
    walk.do(Outcome.AWARD, number="77/QĐ-UBND")
    Walk(database, ward).open().to("decide_at_ward").do(Outcome.AWARD, number="78/QĐ-UBND")
    journal.seal()
    with restored(made, f"sqlite:///{tmp_path / 'new.db'}", journal, files) as copy:
        assert numbers(copy) == []
        report = roll_forward(copy, journal.key, journal.outside, NOON)
        assert sorted(report.decisions) == numbers(copy) == ["77/QĐ-UBND", "78/QĐ-UBND"]
        assert problems(copy) == []


@on_sqlite
def test_where_the_journal_outside_is_lost_too_the_one_of_the_backup_takes_its_place(
    journal, walk, make, files, tmp_path
):
    journal.seal()
    made = make()
    outside = Outside(tmp_path / "elsewhere")
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with restored(made, url, journal, files, outside) as copy, reading(copy) as session:
        report = verify(session, journal.key, outside)
    assert report.findings == ()
    assert report.checkpoints == 2


@on_sqlite
@pytest.mark.parametrize("name", ["thidua.db", f"{JOURNAL}/entries.jsonl", FILES])
def test_one_byte_that_changed_is_found_by_the_name_of_its_file(journal, walk, make, name):
    journal.seal()
    made = make()
    path = made.folder / name
    if path.is_dir():
        path = next(one for one in path.rglob("*") if one.is_file())
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    with pytest.raises(NotBackedUp, match=f"{path.name} is not what was backed up"):
        check(made.folder)


@on_sqlite
def test_files_that_are_missing_or_do_not_belong_are_found(walk, make):
    made = make()
    (made.folder / "note.txt").write_text("x")
    with pytest.raises(NotBackedUp, match=r"note.txt does not belong to it"):
        check(made.folder)
    (made.folder / "note.txt").unlink()
    shutil.rmtree(made.folder / FILES)
    with pytest.raises(NotBackedUp, match="is missing from the backup"):
        check(made.folder)


@on_sqlite
def test_rows_that_were_changed_with_their_hash_in_the_manifest_are_found(walk, make):
    """Whoever changes the file and its hash still has the count of each table against them."""
    made = make()
    said = orjson.loads((made.folder / MANIFEST).read_bytes())
    said["tables"][0]["rows"] += 1
    (made.folder / MANIFEST).write_bytes(orjson.dumps(said))
    with pytest.raises(NotBackedUp, match=f"table {said['tables'][0]['name']} is not"):
        check(made.folder)


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": "9"}'])
def test_what_is_no_backup_is_said(tmp_path, content):
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(NotBackedUp):
        check(tmp_path)


@on_sqlite
def test_an_attachment_that_is_gone_stops_the_backup_and_leaves_nothing(
    walk, make, files, tmp_path
):
    files.remove(files.put(CONTENT))
    with pytest.raises(NotBackedUp, match="no stored file"):
        make()
    assert list((tmp_path / "backups").iterdir()) == []


@on_sqlite
def test_a_full_disk_leaves_nothing(walk, make, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(NotBackedUp, match="no backup in"):
            make()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list((tmp_path / "backups").iterdir()) == []
    assert make().rows


@on_sqlite
def test_a_folder_that_cannot_be_written_is_said(walk, make, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotBackedUp, match="no backup in"):
        make(into=tmp_path / "file" / "below")


@on_sqlite
def test_nothing_is_restored_over_a_database_with_rows(database, journal, walk, make, files):
    made = make()
    url = database.url.render_as_string(hide_password=False)
    with pytest.raises(NotCopied, match="not empty"):
        restore(made.folder, url, files, journal.outside, journal.key, lambda one: None)
    assert problems(database) == []


@on_sqlite
def test_the_newest_backups_are_kept(database, journal, walk, files, tmp_path):
    into = tmp_path / "daily"
    assert last_backup(into) is None
    clock = [NOON]
    work = Work(
        database,
        lambda: clock[0],
        journal.key,
        journal.outside,
        files=files.root,
        backups=into,
        backups_kept=2,
    )
    for day in range(4):
        clock[0] = NOON + timedelta(days=day)
        BACK_UP.run(work, {})
    names = sorted(one.name for one in into.iterdir())
    assert names == ["thidua-20301204-120000", "thidua-20301205-120000"]
    newest = last_backup(into)
    assert (newest.made_at, newest) == (clock[0], check(newest.folder))
    keep_newest(into, 1)
    assert [one.name for one in into.iterdir()] == names[1:]
