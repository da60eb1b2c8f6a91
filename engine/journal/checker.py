"""Checking a bundle, with no network and no database.

A bundle carries ``verify.py``: the text of ``proof.py`` and below it the text of this file.
So this file imports the standard library and ``proof`` alone. What it says is in Vietnamese and
in English. ``python verify.py BUNDLE.zip [--key KEY]`` ends with 0: the bundle is whole, 1: it
is refused, 2: it could not be checked.
"""

import argparse
import base64
import hashlib
import json
import sys
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from engine.journal.proof import (
    FIRST,
    Checkpoint,
    NotProved,
    commitment,
    entry_hash,
    read_body,
    read_checkpoint,
    read_note,
    root_of_inclusion,
)

FORMAT = "thidua-bundle-1"
"""What a bundle of this kind says of itself."""

MANIFEST = "bundle.json"
SIGNATURE = "bundle.sig"
"""Every other file stands in the manifest, and the signature is of the manifest."""

KEY = "key.txt"
CHECKPOINT = "checkpoint.txt"
ENTRIES = "entries.jsonl"
PLAIN = frozenset({KEY, CHECKPOINT, ENTRIES, "verify.py", "trace.pdf", "forms.json"})
"""Files of which the journal does not speak; the signed manifest does."""

SHARED = ("outgoing:", "council:")
"""Streams that a case shares with others."""

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that is read before anything of the bundle is proved."""

_AT_ONCE = 1024 * 1024
_LINE = {"position", "body", "proof", "salt", "private"}


class Refused(Exception):
    """A bundle does not hold.

    :ivar file: the file of the bundle in which it shows.
    """

    def __init__(self, file: str, vi: str, en: str) -> None:
        shown = "".join(one if one.isprintable() else "?" for one in file)
        super().__init__(f"{shown}: {vi} / {en}")
        self.file = file


def manifest_note(manifest: bytes) -> str:
    """Return the text that is signed of a manifest."""
    return f"{FORMAT}\n{hashlib.sha256(manifest).hexdigest()}\n"


def set_name(files: dict[str, bytes]) -> str:
    """Return the name of a set of diagrams: SHA-256 over names and contents, in hex."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def book_name(files: dict[str, bytes]) -> str:
    """Return the name of a law book: SHA-256 over names and contents, in hex."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return digest.hexdigest()


class Bundle:
    """A bundle that is being checked; see :meth:`check`.

    :param path: of the ZIP.
    :param key: the published key; none: the one in the bundle, which proves nothing of whose
        it is.
    """

    def __init__(self, path: Path, key: str | None = None) -> None:
        self._archive = zipfile.ZipFile(path)
        self._given = key
        self.key = ""
        self.files: dict[str, str] = {}
        """Name → SHA-256, in hex, as the manifest says."""
        self.references: list[str] = []
        self.size = 0
        """Entries that the checkpoint counts."""
        self.entries = 0
        self.erased = 0
        """Entries whose private words are not there any more."""
        self.absent: list[str] = []
        """Files that entries name and that are not in the bundle."""

    def check(self) -> None:
        """Return if the bundle holds.

        :raises Refused: it does not.
        """
        with self._archive:
            names = self._names()
            self.key = self._read_key()
            manifest = self._signed_manifest()
            self._files(names, manifest)
            checkpoint = self._checkpoint()
            self.size = checkpoint.size
            streams = self._streams(checkpoint)
            self._cases(manifest, streams)
            self._subjects(streams)

    # ---- The files of the ZIP

    def _names(self) -> set[str]:
        names: set[str] = set()
        for one in self._archive.infolist():
            if one.filename in names:
                raise Refused(one.filename, "tệp có hai lần", "the file is there twice")
            names.add(one.filename)
        for name in (MANIFEST, SIGNATURE, KEY, CHECKPOINT, ENTRIES):
            if name not in names:
                raise Refused(name, "thiếu tệp", "the file is missing")
        return names

    def _chunks(self, name: str) -> Iterator[bytes]:
        try:
            with self._archive.open(name) as file:
                while chunk := file.read(_AT_ONCE):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise Refused(name, "không đọc được", f"it cannot be read: {error}") from error

    def _read(self, name: str, most: int = LARGEST) -> bytes:
        found = b""
        for chunk in self._chunks(name):
            found += chunk
            if len(found) > most:
                raise Refused(name, "quá lớn", "it is too large")
        return found

    def _text(self, name: str) -> str:
        try:
            return self._read(name).decode()
        except UnicodeDecodeError:
            raise Refused(name, "không phải văn bản UTF-8", "it is no UTF-8 text") from None

    def _read_key(self) -> str:
        found = self._text(KEY).strip()
        if self._given is not None and found != self._given.strip():
            raise Refused(KEY, "không phải khóa đã công bố", "it is not the published key")
        return found

    def _signed_manifest(self) -> dict[str, Any]:
        note = self._text(SIGNATURE)
        try:
            said = read_note(note, self.key)
        except (NotProved, ValueError) as error:
            file = KEY if "name of a key" in str(error) else SIGNATURE
            raise Refused(file, "chữ ký của tệp kê không hợp lệ", str(error)) from error
        if not _is_exact(note, said):
            raise Refused(SIGNATURE, "có phần thừa", "it has more than a signature")
        manifest = self._read(MANIFEST)
        if manifest_note(manifest) != said:
            raise Refused(MANIFEST, "không phải tệp kê đã ký", "it is not what was signed")
        found = _json(MANIFEST, manifest)
        shapes = {"format": str, "cases": list, "files": dict}
        is_shaped = isinstance(found, dict) and all(
            isinstance(found.get(name), shape) for name, shape in shapes.items()
        )
        if not is_shaped or found["format"] != FORMAT:
            raise Refused(MANIFEST, "không đúng định dạng gói", f"it is no {FORMAT}")
        whole: dict[str, Any] = found
        return whole

    def _files(self, names: set[str], manifest: dict[str, Any]) -> None:
        self.files = dict(manifest["files"])
        listed = {*self.files, MANIFEST, SIGNATURE}
        for name in sorted(names - listed):
            raise Refused(name, "tệp kê không có tệp này", "the manifest has no such file")
        for name in sorted(listed - names):
            raise Refused(name, "thiếu tệp", "the file is missing")
        for name, expected in sorted(self.files.items()):
            digest = hashlib.sha256()
            for chunk in self._chunks(name):
                digest.update(chunk)
            if digest.hexdigest() != expected:
                raise Refused(name, "nội dung đã bị thay đổi", "its content was changed")

    # ---- The journal

    def _checkpoint(self) -> Checkpoint:
        try:
            found = read_checkpoint(self._text(CHECKPOINT), self.key)
        except NotProved as error:
            vi = "chữ ký của điểm niêm phong không hợp lệ"
            raise Refused(CHECKPOINT, vi, str(error)) from error
        if found.origin != self.key.partition("+")[0]:
            vi = "điểm niêm phong của nhật ký khác"
            raise Refused(CHECKPOINT, vi, f"it is of the journal {found.origin!r}")
        return found

    def _streams(self, checkpoint: Checkpoint) -> dict[str, list[dict[str, Any]]]:
        """Return what the entries say, by stream; each is proved, and follows the last."""
        streams: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        heads: dict[str, str] = {}
        for number, line in enumerate(self._read(ENTRIES, sys.maxsize).splitlines(), start=1):
            try:
                body, said = self._entry(line, checkpoint)
            except (NotProved, ValueError, KeyError, TypeError, AttributeError) as error:
                vi = f"dòng {number} không khớp với nhật ký đã niêm phong"
                raise Refused(ENTRIES, vi, f"line {number}: {error}") from error
            stream = said["stream"]
            follows = said["seq"] == len(streams[stream]) + 1
            if not follows or said["prev"] != heads.get(stream, FIRST):
                vi = f"dòng {number} không nối tiếp dòng trước của {stream}"
                en = f"line {number} does not follow the one before of {stream}"
                raise Refused(ENTRIES, vi, en)
            streams[stream].append(said)
            heads[stream] = entry_hash(body).hex()
            self.entries += 1
        return dict(streams)

    def _entry(self, line: bytes, checkpoint: Checkpoint) -> tuple[bytes, dict[str, Any]]:
        given = json.loads(line)
        if not isinstance(given, dict) or set(given) != _LINE:
            raise NotProved("it is not as a line of a bundle is")
        body = given["body"].encode()
        path = [bytes.fromhex(one) for one in given["proof"]]
        found = root_of_inclusion(given["position"], checkpoint.size, entry_hash(body), path)
        if found != checkpoint.root:
            raise NotProved("its proof does not lead to the checkpoint")
        said = read_body(body)
        self._words(given, said)
        return body, said

    def _words(self, given: dict[str, Any], said: dict[str, Any]) -> None:
        """The private words are those to which the entry committed, or erased."""
        if given["private"] is None:
            self.erased += said["private"] is not None
        elif said["private"] is None or (
            commitment(bytes.fromhex(given["salt"]), given["private"]) != said["private"]
        ):
            raise NotProved("its private words are not those of the entry")

    def _cases(
        self, manifest: dict[str, Any], streams: dict[str, list[dict[str, Any]]]
    ) -> None:
        """Each case of the manifest begins with its opening; no other stream is there."""
        known: set[str] = set()
        for case in manifest["cases"]:
            reference, stream = case["reference"], case["stream"]
            first = streams.get(stream, [{}])[0]
            opened = first.get("facts", {}).get("reference")
            if first.get("act") != "case.opened" or opened != reference:
                vi = f"không có nhật ký của hồ sơ {reference} từ lúc mở"
                raise Refused(ENTRIES, vi, f"case {reference} is not there from its opening")
            self.references.append(reference)
            known.add(stream)
        for stream in streams:
            if stream not in known and not stream.startswith(SHARED):
                raise Refused(ENTRIES, f"có chuỗi lạ {stream}", f"stream {stream} is strange")

    # ---- What the journal speaks of

    def _subjects(self, streams: dict[str, list[dict[str, Any]]]) -> None:
        named = Named(streams)
        groups: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
        for name, found in self.files.items():
            folder, *rest = PurePosixPath(name).parts
            if name in PLAIN:
                continue
            if folder in ("diagrams", "rules") and len(rest) == 2:  # noqa: PLR2004
                groups[f"{folder}/{rest[0]}"][rest[1]] = self._read(name)
            elif folder == "attachments":
                if found not in named.attachments or PurePosixPath(name).stem != found:
                    self._unnamed(name)
            elif named.files.get(name) != found:
                self._unnamed(name)
        for folder, files in groups.items():
            kind, _, expected = folder.partition("/")
            is_rules = kind == "rules"
            sets, name_of = (named.books, book_name) if is_rules else (named.diagrams, set_name)
            if expected not in sets or name_of(files) != expected:
                self._unnamed(f"{folder}/{min(files)}")
        self.absent = sorted(self._absent(named, set(groups)))

    def _unnamed(self, name: str) -> None:
        vi = "nhật ký không ghi mã của tệp này"
        raise Refused(name, vi, "no entry of the journal names its hash")

    def _absent(self, named: "Named", groups: set[str]) -> Iterator[str]:
        yield from (name for name in named.files if name not in self.files)
        yield from (
            f"diagrams/{one}" for one in named.diagrams if f"diagrams/{one}" not in groups
        )
        yield from (f"rules/{one}" for one in named.books if f"rules/{one}" not in groups)
        there = {PurePosixPath(name).stem for name in self.files}
        yield from (f"attachments/{one}" for one in named.attachments if one not in there)


class Named:
    """The hashes that entries name: what the files of a bundle must be."""

    def __init__(self, streams: dict[str, list[dict[str, Any]]]) -> None:
        self.files: dict[str, str] = {}
        """Name in the bundle → SHA-256, in hex."""
        self.attachments: set[str] = set()
        self.diagrams: set[str] = set()
        self.books: set[str] = set()
        for stream, entries in streams.items():
            kind, _, number = stream.partition(":")
            if kind == "case":
                self._case(entries)
            elif kind == "outgoing":
                self._outgoing(f"papers/outgoing-{number}", entries)
            else:
                self._council(f"papers/council-{number}", entries)

    def _case(self, entries: list[dict[str, Any]]) -> None:
        reference, submissions = entries[0]["facts"]["reference"], 0
        for entry in entries:
            facts = entry["facts"]
            if "diagrams" in facts:
                self.diagrams.add(facts["diagrams"])
            if "check" in facts:
                self.books.add(facts["check"]["law_book"])
            self.attachments.update(facts.get("evidence", ()))
            if entry["act"] == "attachment.added":
                self.attachments.add(facts["sha256"])
            if facts.get("outcome") == "submit":
                submissions += 1
                name = f"dossiers/{reference}/{submissions}.json"
                self.files[name] = facts["content_hash"]
            self._papers(f"papers/{reference}", facts)

    def _outgoing(self, folder: str, entries: list[dict[str, Any]]) -> None:
        """The last number holds: one that was cancelled took its paper with it."""
        for entry in entries:
            if entry["act"] == "paper.numbered":
                self.files[f"{folder}/paper.pdf"] = entry["facts"]["sha256"]
            elif entry["act"] == "paper.signed_file_added":
                self.files[f"{folder}/signed.pdf"] = entry["facts"]["sha256"]
            elif entry["act"] == "paper.number_cancelled":
                self.files.pop(f"{folder}/paper.pdf", None)
                self.files.pop(f"{folder}/signed.pdf", None)

    def _council(self, folder: str, entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            self._papers(folder, entry["facts"])
            if "sha256" in entry["facts"]:  # a scan: of a written opinion, of a count
                self.attachments.add(entry["facts"]["sha256"])

    def _papers(self, folder: str, facts: dict[str, Any]) -> None:
        papers = facts.get("papers")
        if isinstance(papers, dict):  # a list: papers that a return asks for
            self.files |= {f"{folder}/{kind}.pdf": found for kind, found in papers.items()}


def _is_exact(note: str, text: str) -> bool:
    """Whether a note is ``text`` with one signature, written as it was made."""
    start = f"{text}\n— "
    name, _, signature = note[len(start) : -1].partition(" ")
    again = base64.b64encode(base64.b64decode(signature)).decode()
    return note == f"{start}{name} {again}\n"


def _json(name: str, content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise Refused(name, "không phải JSON", f"it is no JSON: {error}") from error


# ---- What people run


def main(arguments: Sequence[str]) -> int:
    """Check the bundle that the command line names; return the exit status."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    parser = argparse.ArgumentParser(prog="verify.py")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", help="NAME+ID+KEY, as the office published it")
    asked = parser.parse_args(arguments)
    try:
        bundle = Bundle(asked.bundle, asked.key)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        _say(f"TỪ CHỐI / REFUSED: {asked.bundle.name}: không phải tệp ZIP nguyên vẹn / {error}")
        return 1
    except OSError as error:
        _say(f"KHÔNG KIỂM ĐƯỢC / NOT CHECKED: {error}")
        return 2
    try:
        bundle.check()
    except Refused as refused:
        _say(f"TỪ CHỐI / REFUSED: {refused}")
        return 1
    _report(bundle, is_known=asked.key is not None)
    return 0


def _report(bundle: Bundle, *, is_known: bool) -> None:
    cases = ", ".join(bundle.references)
    _say(f"HỢP LỆ / VALID: {cases}")
    _say(f"  {len(bundle.files)} tệp / files, {bundle.entries} dòng nhật ký / entries")
    _say(f"  niêm phong đến dòng thứ {bundle.size} / sealed up to entry {bundle.size}")
    if bundle.erased:
        vi = f"{bundle.erased} dòng có nội dung riêng đã xóa; chứng minh vẫn đúng"
        _say(f"  {vi} / private words of {bundle.erased} entries were erased; proofs hold")
    for name in bundle.absent:
        _say(f"  không kèm trong gói / named by the journal, not in the bundle: {name}")
    if not is_known:
        _say(f"  Khóa / key: {bundle.key}")
        _say("  CHƯA ĐỐI CHIẾU KHÓA: hãy so khóa này với khóa do cơ quan công bố.")
        _say("  KEY NOT COMPARED: compare this key with the one that the office published.")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
