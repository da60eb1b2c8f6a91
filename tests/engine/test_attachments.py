import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import attachments, errors
from engine.attachments import add_attachment, clean_name, remove_attachment
from engine.dossiers import list_evidence
from engine.filestore import FileStore
from engine.store.database import reading, unit_of_work
from engine.store.models import Attachment, StoredFile
from forms.vocabulary import Award, Outcome
from tests.engine import samples
from tests.walk import Walk, new_key, on_sqlite, traces
from tests.ward import NOON


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


@pytest.fixture
def walk(database, ward):
    return Walk(database, ward).open()


def add(walk, store, actor=None, **changes):
    values = {
        "task_id": walk.task().id,
        "actor": actor or walk.worker(walk.task()),
        "name": "Quyết định.pdf",
        "data": samples.PDF,
        "at": NOON,
        "key": new_key(),
    }
    with unit_of_work(walk.database) as session:
        return add_attachment(session, store, **(values | changes))


def remove(walk, attachment, actor=None, **changes):
    values = {"attachment_id": attachment.id, "at": NOON, "key": new_key()}
    with unit_of_work(walk.database) as session:
        return remove_attachment(
            session, actor=actor or walk.ward.school_clerk, **(values | changes)
        )


def evidence(walk):
    with reading(walk.database) as session:
        return [file.name for file in list_evidence(session, walk.case_id)]


def test_a_file_is_stored_by_its_hash_under_the_name_it_was_given(walk, store, database):
    attachment = add(walk, store)
    sha256 = hashlib.sha256(samples.PDF).hexdigest()
    assert (attachment.name, attachment.sha256) == ("Quyết định.pdf", sha256)
    assert store.get(sha256) == samples.PDF
    with reading(database) as session:
        file = session.get_one(StoredFile, sha256)
        assert (file.size, file.media_type) == (len(samples.PDF), "application/pdf")
    assert walk.journal()[-1].detail["sha256"] == sha256
    assert walk.check() == []


def test_the_same_content_is_stored_once(walk, store, database):
    add(walk, store)
    add(walk, store, name="Bản khác.pdf")
    walk.open()
    add(walk, store)
    with reading(database) as session:
        assert session.query(StoredFile).count() == 1
        assert session.query(Attachment).count() == 3


def test_many_who_add_one_file_at_once_all_succeed(walk, store, database, ward):
    walks = [Walk(database, ward).open() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda each: add(each, store), walks))
    with reading(database) as session:
        assert session.query(StoredFile).count() == 1
        assert session.query(Attachment).count() == 6


def test_a_double_click_adds_one_file(walk, store, database):
    key = new_key()
    first = add(walk, store, key=key)
    before = traces(database)
    assert add(walk, store, key=key).id == first.id
    assert traces(database) == before


REFUSED = {
    "html-as-pdf": (errors.RefusedFile, {"data": b"<html><script>x</script></html>"}),
    "too-large": (errors.RefusedFile, {"data": samples.PDF + b"0" * 21 * 1024 * 1024}),
    "wrong-name": (errors.RefusedFile, {"name": "a.docx"}),
    "unknown-task": (errors.NotFound, {"task_id": "0" * 32}),
}


@on_sqlite
@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_changes_nothing(walk, store, database, name):
    error, changes = REFUSED[name]
    before = traces(database)
    with pytest.raises(error):
        add(walk, store, **changes)
    assert traces(database) == before
    assert not store.root.exists()


@on_sqlite
@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("company_clerk", errors.NotFound),
        ("administrator", errors.NotFound),
        ("auditor", errors.NotPermitted),
    ],
)
def test_a_file_is_refused_from_the_wrong_person(walk, store, database, ward, who, error):
    before = traces(database)
    with pytest.raises(error):
        add(walk, store, ward.people[who])
    assert traces(database) == before
    assert not store.root.exists()


def test_a_task_that_is_over_takes_no_file(walk, store, database, ward):
    task = walk.task()
    walk.do(Outcome.SUBMIT)
    before = traces(database)
    with pytest.raises(errors.TaskNotOpen):
        add(walk, store, ward.school_clerk, task_id=task.id)
    assert traces(database) == before


def test_a_case_takes_a_bounded_number_of_files(walk, store, database, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_FILES", 2)
    add(walk, store)
    add(walk, store)
    with pytest.raises(errors.RefusedFile) as caught:
        add(walk, store)
    assert caught.value.facts["reason"] == "too_many"


def test_a_file_changes_the_hash_of_the_dossier(walk, store):
    walk.to("review_at_unit")
    without = walk.content_hash()
    walk.do(Outcome.RETURN)
    add(walk, store)
    walk.do(Outcome.SUBMIT)
    assert walk.content_hash() != without
    assert walk.journal()[-1].detail["evidence"] == [hashlib.sha256(samples.PDF).hexdigest()]


def test_a_file_stays_in_the_dossier_after_a_return_until_it_is_taken_out(walk, store):
    attachment = add(walk, store)
    walk.to("review_at_unit").do(Outcome.RETURN)
    assert evidence(walk) == ["Quyết định.pdf"]
    assert remove(walk, attachment).removed_at == NOON
    assert evidence(walk) == []
    assert store.get(attachment.sha256) == samples.PDF
    assert walk.journal()[-1].action == "attachment.removed"
    assert walk.check() == []


def test_a_file_is_not_taken_out_while_it_is_reviewed(walk, store, database, ward):
    attachment = add(walk, store)
    walk.do(Outcome.SUBMIT)
    before = traces(database)
    with pytest.raises(errors.TaskNotOpen):
        remove(walk, attachment)
    with pytest.raises(errors.TaskNotOpen):
        remove(walk, attachment, ward.school_head)
    with pytest.raises(errors.NotFound):
        remove(walk, attachment, ward.company_clerk)
    assert traces(database) == before


def test_a_file_is_taken_out_once(walk, store, database):
    attachment, key = add(walk, store), new_key()
    remove(walk, attachment, key=key)
    before = traces(database)
    remove(walk, attachment, key=key)
    with pytest.raises(errors.NotFound):
        remove(walk, attachment)
    assert traces(database) == before


def test_an_unknown_file_is_not_found(walk, ward):
    with pytest.raises(errors.NotFound):
        remove(walk, Attachment(id=999))


def test_a_scan_added_at_a_recording_is_chosen_there_and_is_no_evidence(walk, store):
    walk.open(award=Award.LABOR_ORDER).to("record_president_decision")
    scan = add(walk, store, name="Quyết định CTN.pdf")
    assert evidence(walk) == []
    with pytest.raises(errors.InvalidSubmission):
        walk.do(Outcome.AWARD, scan=str(scan.id + 1))
    walk.do(Outcome.AWARD, scan=str(scan.id))
    assert walk.check() == []


@pytest.mark.parametrize("step", ["store", "journal", "row"])
def test_a_crash_while_adding_leaves_no_row(walk, store, database, monkeypatch, step):
    def crash(*args, **kwargs):
        raise ZeroDivisionError

    target = {
        "store": (store, "put"),
        "journal": (attachments.journal, "append_to_case"),
        "row": (attachments, "_add_stored_file"),
    }
    before = traces(database)
    monkeypatch.setattr(*target[step], crash)
    with pytest.raises(ZeroDivisionError):
        add(walk, store)
    monkeypatch.undo()
    assert traces(database) == before
    add(walk, store)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Lan\\báo cáo.pdf", "báo cáo.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("Bao ca\u0301o.pdf", "Bao cáo.pdf"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
        ("a." + "b" * 300, None),
        ("  . a  b .pdf", "a b .pdf"),
        ("", ""),
    ],
)
def test_a_file_name_is_only_a_label(name, cleaned):
    found = clean_name(name)
    assert len(found) <= 200
    if cleaned is not None:
        assert found == cleaned
