"""A bundle proves itself to a program that knows nothing of ours; a changed one is refused."""

import base64
import hashlib
import io
import json
import random
import subprocess
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import _cffi_backend
import cffi
import cryptography
import pytest
from pypdf import PdfReader
from sqlalchemy import text

from engine.attachments import add_attachment
from engine.council.voting import Counts
from engine.errors import JournalNotSealed, NotFound, NotPermitted
from engine.filestore import FileStore
from engine.journal import bundle, checker, trace_words
from engine.journal.keys import open_key
from engine.journal.proof import ED25519
from engine.store.database import reading, unit_of_work
from forms.vocabulary import Award, Outcome, VotingMode
from tests import outgoing
from tests.engine import samples
from tests.engine.council.held import hold_session
from tests.engine.journal.sealed import drop_guards
from tests.walk import RETURN, Walk, new_key, on_sqlite
from tests.ward import NOON

pytestmark = on_sqlite

CASE = "HS-2030-0001"

LAST = {
    Award.UNIT_CERTIFICATE: "decide_at_ward",
    Award.PROVINCIAL_MERIT: "decide_at_province",
    Award.PRIME_MINISTER_CERTIFICATE: "record_prime_minister_decision",
    Award.LABOR_ORDER: "record_president_decision",
}
"""Award → the task at which it is given."""

MANY = """
import contextlib, io, json, runpy, sys
program, key, *paths = json.load(sys.stdin)
main = runpy.run_path(program)["main"]
found = []
for path in paths:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = main([path, "--key", key] if key else [path])
    found.append([status, said.getvalue()])
json.dump(found, sys.stdout)
"""
"""Runs the verifier over many bundles, in one process that has nothing else."""


@dataclass(frozen=True)
class Empty:
    """A virtual environment that has ``cryptography`` and nothing of ours."""

    python: Path

    def run(self, *arguments, given=""):
        return subprocess.run(  # noqa: S603
            [self.python, "-I", *arguments],
            input=given,
            capture_output=True,
            encoding="utf-8",
            env={},
            check=False,
        )

    def verify(self, folder, content, *arguments):
        """Unpack ``verify.py`` from a bundle and let it check that bundle."""
        path = folder / "goi.zip"
        path.write_bytes(content)
        (folder / "verify.py").write_bytes(unzipped(content)["verify.py"])
        return self.run(folder / "verify.py", path, *arguments)

    def verify_all(self, folder, bundles, key=""):
        """Return the exit status for each bundle, and what is printed."""
        program = folder / "verify.py"
        program.write_text(bundle.verifier(), encoding="utf-8")
        paths = [folder / f"{number}.zip" for number in range(len(bundles))]
        for path, content in zip(paths, bundles, strict=True):
            path.write_bytes(content)
        given = json.dumps([str(program), key, *map(str, paths)])
        ran = self.run("-c", MANY, given=given)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    for module in (cryptography, cffi):
        (packages / module.__name__).symlink_to(Path(module.__file__).parent)
    backend = Path(_cffi_backend.__file__)
    (packages / backend.name).symlink_to(backend)
    return Empty(folder / "bin" / "python")


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


@dataclass(frozen=True)
class Maker:
    """Makes bundles of the cases of a journal."""

    journal: object
    store: FileStore
    auditor: object

    def case(self, reference=CASE, actor=None):
        with reading(self.journal.database) as session:
            return bundle.make_bundle(
                session,
                actor or self.auditor,
                reference,
                store=self.store,
                key=self.journal.key,
                now=NOON,
            )

    def decision(self, paper_id):
        with reading(self.journal.database) as session:
            return bundle.make_decision_bundle(
                session,
                self.auditor,
                paper_id,
                store=self.store,
                key=self.journal.key,
                now=NOON,
            )


@pytest.fixture
def maker(journal, store, ward):
    return Maker(journal, store, ward.auditor)


@pytest.fixture
def decided(database, ward, maker):
    """A case with a file and a return, decided, and sealed."""
    walk = Walk(database, ward).open()
    attach(walk, maker.store)
    walk.to("appraise_at_ward").do(Outcome.RETURN, **RETURN)
    walk.to("decide_at_ward").do(Outcome.AWARD)
    maker.journal.seal()
    return walk


def attach(walk, store, data=samples.PDF):
    task = walk.task()
    with unit_of_work(walk.database) as session:
        add_attachment(
            session,
            store,
            task_id=task.id,
            actor=walk.worker(task),
            name="Quyết định.pdf",
            data=data,
            at=NOON,
            key=new_key(),
        )


def unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def trace_of(content):
    reader = PdfReader(io.BytesIO(unzipped(content)["trace.pdf"]))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files if isinstance(files, list) else files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def signed_again(files, key):
    """Return the bundle with a manifest that fits its files, signed by ``key``."""
    manifest = json.loads(files[checker.MANIFEST])
    manifest["files"] = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name not in (checker.MANIFEST, checker.SIGNATURE)
    }
    said = json.dumps(manifest).encode()
    note = key.sign_text(checker.manifest_note(said)).encode()
    return zipped({**files, checker.MANIFEST: said, checker.SIGNATURE: note})


# ---- Bundles that hold


@pytest.mark.usefixtures("database_url")
def test_the_environment_knows_nothing_of_ours(empty):
    for module in ("engine", "sqlalchemy", "orjson"):
        assert "No module named" in empty.run("-c", f"import {module}").stderr


@pytest.mark.parametrize("award", LAST)
def test_a_bundle_of_every_award_verifies_without_us(
    database, ward, maker, empty, tmp_path, award
):
    walk = Walk(database, ward).open(award=award)
    attach(walk, maker.store)
    walk.to(LAST[award])
    if award in (Award.PRIME_MINISTER_CERTIFICATE, Award.LABOR_ORDER):
        attach(walk, maker.store, data=samples.PDF + b"% ")
    walk.do(Outcome.AWARD)
    maker.journal.seal()
    content = maker.case()
    ran = empty.verify(tmp_path, content, "--key", maker.journal.key.public_text)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"HỢP LỆ / VALID: {CASE}" in ran.stdout
    assert "named by the journal" not in ran.stdout
    assert "CHƯA ĐỐI CHIẾU" not in ran.stdout
    assert maker.case() == content


def test_a_bundle_has_all_that_its_case_speaks_of(decided, maker):
    files = unzipped(maker.case())
    folders = {name.partition("/")[0] for name in files}
    assert folders == {
        "attachments", "bundle.json", "bundle.sig", "checkpoint.txt", "diagrams", "dossiers",
        "entries.jsonl", "forms.json", "key.txt", "papers", "rules", "trace.pdf", "verify.py",
    }  # fmt: skip
    assert {f"papers/{CASE}/{kind}.pdf" for kind in ("decision", "certificate")} <= set(files)
    assert {f"dossiers/{CASE}/{number}.json" for number in (1, 2)} <= set(files)
    assert samples.PDF in files.values()
    assert {"nomination.v1", "return.v2", "decision.v1"} <= set(json.loads(files["forms.json"]))
    assert len(files["entries.jsonl"].splitlines()) == len(decided.journal())


def test_the_trace_tells_who_did_what_in_which_capacity(decided, maker):
    told = trace_of(maker.case())
    for words in (
        "Tải lên một tệp", "Tệp kèm theo: Quyết định.pdf", "Hoàng Thị Sổ Chuyên viên, Ủy ban",
        "thẩm định hồ sơ: trả lại Về: Đơn vị lập hồ sơ Lý do: Bổ sung số liệu",
        "Đặng Văn Ký Chủ tịch, Ủy ban nhân dân", "Quyết định số 309/QĐ-UBND ngày 02/12/2030",
    ):  # fmt: skip
        assert words in told
    assert trace_words.OTHER not in told


def test_without_a_key_it_says_that_the_key_must_be_compared(decided, maker, empty, tmp_path):
    ran = empty.verify(tmp_path, maker.case())
    assert ran.returncode == 0
    assert "CHƯA ĐỐI CHIẾU KHÓA" in ran.stdout
    assert maker.journal.key.public_text in ran.stdout


def test_a_decision_over_several_cases_is_one_bundle(database, ward, maker, empty, tmp_path):
    walks = [Walk(database, ward).open().to("decide_at_ward") for _ in range(2)]
    paper_id = outgoing.draft(database, ward, walks)
    outgoing.go(database, ward, paper_id, "archive")
    maker.journal.seal()
    content = maker.decision(paper_id)
    ran = empty.verify(tmp_path, content, "--key", maker.journal.key.public_text)
    assert ran.returncode == 0, ran.stdout
    assert "HS-2030-0001, HS-2030-0002" in ran.stdout
    files = unzipped(content)
    assert f"papers/outgoing-{paper_id}/paper.pdf" in files
    assert f"papers/outgoing-{paper_id}/paper.pdf" in unzipped(maker.case())
    with pytest.raises(NotFound):
        maker.decision(paper_id + 1)


def test_a_session_that_voted_on_the_case_is_in_its_bundle(
    database, ward, maker, empty, tmp_path
):
    held = hold_session(database, ward, mode=VotingMode.SECRET_PAPER)
    voting = held.put()
    counts = Counts(issued=5, returned=5, agree=5, disagree=0, abstain=0, invalid=0)
    for place in (1, 2):
        held.count(voting, place, counts)
    held.scan(voting, tmp_path)
    held.close(voting)
    held.close_session()
    held.sign(held.secretary)
    held.sign(held.chair)
    maker.journal.seal()
    content = maker.case()
    ran = empty.verify(tmp_path, content)
    assert (ran.returncode, "named by the journal" in ran.stdout) == (0, False), ran.stdout
    files = unzipped(content)
    folder = f"papers/council-{held.id}"
    assert {f"{folder}/minutes.pdf", f"{folder}/ballot_count.pdf"} <= set(files)
    assert samples.PDF in files.values()
    told = trace_of(content)
    assert "Phiên họp Hội đồng ngày 02/12/2030" in told
    assert trace_words.OTHER not in told


def test_what_was_erased_is_named_as_missing(decided, maker, empty, tmp_path):
    found = hashlib.sha256(samples.PDF).hexdigest()
    (maker.store.root / found[:2] / found).unlink()
    ran = empty.verify(tmp_path, maker.case())
    assert ran.returncode == 0
    assert f"named by the journal, not in the bundle: attachments/{found}" in ran.stdout


def test_erased_words_are_told_and_every_proof_holds(decided, maker, empty, tmp_path):
    erase = "UPDATE journal_entries SET private = NULL, salt = NULL"
    with maker.journal.database.begin() as connection:
        connection.execute(text(f"{erase} WHERE private IS NOT NULL"))
    content = maker.case()
    ran = empty.verify(tmp_path, content)
    assert ran.returncode == 0
    assert "nội dung riêng đã xóa" in ran.stdout
    assert RETURN["reason"].encode() not in unzipped(content)["entries.jsonl"]
    told = trace_of(content)
    assert trace_words.ERASED in told
    assert "Bổ sung số liệu" not in told


# ---- What is refused


def test_a_case_that_is_not_sealed_gives_no_bundle(database, ward, maker):
    walk = Walk(database, ward).open()
    with pytest.raises(JournalNotSealed):
        maker.case()
    maker.journal.seal()
    maker.case()
    walk.to("appraise_at_ward")
    with pytest.raises(JournalNotSealed):
        maker.case()


def test_only_auditors_take_bundles(decided, maker, ward):
    with pytest.raises(NotPermitted):
        maker.case(actor=ward.ward_clerk)
    with pytest.raises(NotFound):
        maker.case(actor=ward.company_clerk)
    with pytest.raises(NotFound):
        maker.case("HS-2030-0099")


def test_what_is_taken_is_sealed_first_and_journaled(database, ward, maker):
    Walk(database, ward).open()
    taken = bundle.export_case(
        database,
        ward.auditor,
        CASE,
        store=maker.store,
        key=maker.journal.key,
        outside=maker.journal.outside,
        at=NOON,
    )
    last = maker.journal.entries()[-1]
    assert (last.stream, last.action, last.actor_id) == (
        bundle.EXPORTS,
        "bundle.made",
        ward.auditor.person_id,
    )
    assert last.facts == {"reference": CASE, "sha256": taken.sha256}
    assert hashlib.sha256(taken.content).hexdigest() == taken.sha256


def flip(chance, content):
    at = chance.randrange(len(content))
    changed = content[at] ^ (1 << chance.randrange(8))
    return content[:at] + bytes([changed]) + content[at + 1 :]


def mutations(chance, files, other):
    """Yield changed bundles, each with the file in which it must be found."""
    names = list(files)
    for name in chance.sample(names, 24) if len(names) > 24 else names:
        yield name, zipped({**files, name: flip(chance, files[name])})
    for name in chance.sample(names, 8):
        yield name, zipped({one: files[one] for one in names if one != name})
    for name in ("la.txt", "papers/khac.pdf", "diagrams/x/y.bpmn"):
        yield name, zipped({**files, name: b"x"})
    for name in chance.sample(names, 3):
        renamed = {f"{one}.cu" if one == name else one: files[one] for one in names}
        needed = (checker.MANIFEST, checker.SIGNATURE, checker.KEY)
        is_needed = name in (*needed, checker.CHECKPOINT, checker.ENTRIES)
        yield (name if is_needed else f"{name}.cu"), zipped(renamed)
    decision, certificate = (f"papers/{CASE}/{one}.pdf" for one in ("decision", "certificate"))
    yield (
        certificate,
        zipped({**files, decision: files[certificate], certificate: files[decision]}),
    )
    twice = [*files.items(), (decision, files[decision])]
    yield decision, zipped(twice)
    for swapped in (decision, "verify.py", "trace.pdf"):
        manifest = json.loads(files[checker.MANIFEST])
        manifest["files"][swapped] = hashlib.sha256(b"x").hexdigest()
        said = json.dumps(manifest).encode()
        yield checker.MANIFEST, zipped({**files, swapped: b"x", checker.MANIFEST: said})
    lines = files[checker.ENTRIES].splitlines(keepends=True)
    for changed in (lines[1:], lines[:-1], lines[:2] + lines[3:], lines[::-1], lines * 2):
        yield checker.ENTRIES, zipped({**files, checker.ENTRIES: b"".join(changed)})
    key_file = f"{other.public_text}\n".encode()
    yield checker.KEY, zipped({**files, checker.KEY: key_file})
    yield checker.KEY, signed_again({**files, checker.KEY: key_file}, other)
    yield "?[2J", zipped({**files, "\x1b[2J": b""})


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_fifty_changed_bundles_are_refused_by_the_name_of_the_file(
    decided, maker, empty, tmp_path
):
    files = unzipped(maker.case())
    other = open_key(tmp_path / "other.key", "thidua.vi-du")
    changed = list(mutations(random.Random(6), files, other))  # noqa: S311
    assert len(changed) >= 50
    (whole, _), *found = empty.verify_all(
        tmp_path,
        [zipped(files), *(content for _name, content in changed)],
        maker.journal.key.public_text,
    )
    assert whole == 0
    for (name, _content), (status, said) in zip(changed, found, strict=True):
        assert status == 1, (name, said)
        assert f"TỪ CHỐI / REFUSED: {name}: " in said, (name, said)


def insider(files):
    """Yield what somebody with the key of the journal could sign, and where it is found."""
    lines = files[checker.ENTRIES].splitlines(keepends=True)

    def entries(changed):
        return checker.ENTRIES, {**files, checker.ENTRIES: b"".join(changed)}

    yield entries(lines[1:])
    yield entries(lines[:2] + lines[3:])
    yield entries(lines[::-1])
    yield entries([*lines, lines[-1]])
    yield entries([])
    line = json.loads(lines[2])
    for change in (
        {"body": line["body"].replace('"seq":3', '"seq":4')},
        {"position": line["position"] + 1},
        {"proof": line["proof"][:-1]},
        {"proof": "x"},
        {"body": 1},
        {"private": '{"reason":"khác"}', "salt": "00"},
        {"more": 1},
    ):
        changed = json.dumps(line | change).encode() + b"\n"
        yield entries([*lines[:2], changed, *lines[3:]])
    decision, certificate = (f"papers/{CASE}/{one}.pdf" for one in ("decision", "certificate"))
    yield decision, {**files, decision: files[certificate], certificate: files[decision]}
    for name in files:
        folder = name.partition("/")[0]
        if folder in ("papers", "dossiers", "attachments", "diagrams", "rules"):
            group = {one for one in files if one.rpartition("/")[0] == name.rpartition("/")[0]}
            grouped = min(group) if folder in ("diagrams", "rules") else name
            yield grouped, {**files, name: files[name] + b" "}
    yield "strange.txt", {**files, "strange.txt": b""}
    note = files[checker.CHECKPOINT].decode()
    root = base64.b64encode(bytes(32)).decode()
    forged = note.replace(note.splitlines()[2], root).encode()
    yield checker.CHECKPOINT, {**files, checker.CHECKPOINT: forged}


def test_not_even_the_key_makes_a_changed_bundle_hold(decided, maker, empty, tmp_path):
    files = unzipped(maker.case())
    changed = list(insider(files))
    bundles = [signed_again(one, maker.journal.key) for _name, one in changed]
    (whole, _), *found = empty.verify_all(
        tmp_path, [signed_again(files, maker.journal.key), *bundles]
    )
    assert whole == 0
    for (name, _files), (status, said) in zip(changed, found, strict=True):
        assert status == 1, (name, said)
        assert f"TỪ CHỐI / REFUSED: {name}: " in said, (name, said)


def test_what_is_no_bundle_is_told(empty, tmp_path, decided, maker):
    whole = maker.case()
    short = base64.b64encode(ED25519 + b"x").decode()
    key_id = hashlib.sha256(b"n\n" + ED25519 + b"x").hexdigest()[:8]
    no_key = {**unzipped(whole), checker.KEY: f"n+{key_id}+{short}".encode()}
    found = empty.verify_all(tmp_path, [whole[:-40], zipped({"a": b""}), zipped(no_key)])
    assert [status for status, _said in found] == [1, 1, 1]
    for named, (_status, said) in zip(
        ("0.zip", checker.MANIFEST, checker.SIGNATURE), found, strict=True
    ):
        assert f"REFUSED: {named}: " in said
    ran = empty.run(tmp_path / "verify.py", tmp_path / "missing.zip")
    assert (ran.returncode, "NOT CHECKED" in ran.stdout) == (2, True)


def test_a_zip_with_any_other_byte_is_refused_or_has_the_same_files(
    decided, maker, empty, tmp_path
):
    whole, chance = maker.case(), random.Random(14)  # noqa: S311
    directory = whole.find(b"PK\x01\x02")
    changed = []
    for number in range(300):
        at = chance.randrange(directory if number % 2 else 0, len(whole))
        cut = chance.choice([at, at + 1, at + 1, at + 4])
        put = chance.choice([b"", flip(chance, whole[at : at + 1]), chance.randbytes(2)])
        changed.append(whole[:at] + put + whole[cut:])
    found = empty.verify_all(tmp_path, changed)
    assert {status for status, _said in found} == {0, 1}
    for content, (status, said) in zip(changed, found, strict=True):
        if status == 0:
            assert unzipped(content) == unzipped(whole)
        else:
            assert "TỪ CHỐI / REFUSED: " in said


def test_the_words_of_a_row_that_was_changed_are_refused(decided, maker, empty, tmp_path):
    with maker.journal.database.begin() as connection:
        drop_guards(connection)
        connection.execute(
            text("UPDATE journal_entries SET private = '{}' WHERE private IS NOT NULL")
        )
    ran = empty.verify(tmp_path, maker.case())
    assert ran.returncode == 1
    assert f"REFUSED: {checker.ENTRIES}" in ran.stdout
