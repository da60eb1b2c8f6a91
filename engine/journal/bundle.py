"""The bundle of a case or a decision: a ZIP that proves itself without us.

It holds the entries with their proofs, the signed checkpoint, all that the entries speak of,
and ``verify.py``, which checks it with the standard library and ``cryptography`` alone
(docs/bundles.md). Every file stands in a manifest, which the key of the journal signs.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from documents.trace_sheet import render_trace
from engine import journal
from engine.errors import JournalNotSealed, NotFound
from engine.filestore import FileStore
from engine.journal import checker, tree
from engine.journal.bundle_files import files_of
from engine.journal.keys import JournalKey
from engine.journal.outside import Outside
from engine.journal.sealing import last_checkpoint, seal, stored_nodes
from engine.journal.trace_words import TraceWords
from engine.office import authorise
from engine.permissions import Actor, require
from engine.queries.case_page import find_case
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    AgendaItem,
    Case,
    Decision,
    JournalCheckpoint,
    JournalEntry,
    JournalLeaf,
    OutgoingCase,
    OutgoingPaper,
)

EXPORTS = "exports"
"""Stream of what was taken out of the system."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""Date of every file of a ZIP: the same content gives the same bytes."""

_IMPORT = re.compile(r"^from engine\.journal\.proof import \([^)]*\)\n", re.MULTILINE)


@dataclass(frozen=True)
class Bundle:
    """A bundle as it was handed out."""

    content: bytes
    """ZIP."""
    sha256: str


def export_case(
    database: Engine,
    actor: Actor,
    reference: str,
    *,
    store: FileStore,
    key: JournalKey,
    outside: Outside,
    at: datetime,
) -> Bundle:
    """Seal, make the bundle of a case, and journal that the actor took it away.

    :raises NotFound: there is no such case, or the actor may not see it.
    :raises NotPermitted: the actor may not read journals.
    :raises JournalBehind: the database is older than what stands outside of it.
    :raises JournalNotSealed: an entry came in this moment; the next try has it.
    """
    with reading(database) as session:
        _cases(session, actor, reference)  # nobody else lets the journal be sealed
    seal(database, key, outside, at)
    with reading(database) as session:
        content = make_bundle(session, actor, reference, store=store, key=key, now=at)
    return _journaled(database, actor, content, at, {"reference": reference})


def export_decision(
    database: Engine,
    actor: Actor,
    paper_id: int,
    *,
    store: FileStore,
    key: JournalKey,
    outside: Outside,
    at: datetime,
) -> Bundle:
    """Seal, make the bundle of a decision over several cases, and journal it.

    :raises NotFound: there is no such decision.
    :raises NotPermitted, JournalBehind, JournalNotSealed: see :func:`export_case`.
    """
    with reading(database) as session:
        _cases_of(session, actor, paper_id)
    seal(database, key, outside, at)
    with reading(database) as session:
        content = make_decision_bundle(session, actor, paper_id, store=store, key=key, now=at)
    return _journaled(database, actor, content, at, {"number": f"outgoing:{paper_id}"})


def make_bundle(
    session: Session,
    actor: Actor,
    reference: str,
    *,
    store: FileStore,
    key: JournalKey,
    now: datetime,
) -> bytes:
    """Return the bundle of a case as a ZIP; the same state and moment, the same bytes.

    :param session: one that reads one moment.
    :param now: the moment, in UTC.
    :raises NotFound: there is no such case, or the actor may not see it.
    :raises NotPermitted: the actor may not read journals.
    :raises JournalNotSealed: an entry has no place in the sealed tree.
    """
    cases = _cases(session, actor, reference)
    return _Making(session, store, key, now).zip_of(cases)


def make_decision_bundle(
    session: Session,
    actor: Actor,
    paper_id: int,
    *,
    store: FileStore,
    key: JournalKey,
    now: datetime,
) -> bytes:
    """Return the bundle of all cases of a decision, in the order of its list.

    :raises NotFound: there is no such decision.
    :raises NotPermitted, JournalNotSealed: see :func:`make_bundle`.
    """
    cases = _cases_of(session, actor, paper_id)
    return _Making(session, store, key, now).zip_of(cases)


def verifier() -> str:
    """Return ``verify.py``: how proofs are read, and below it how a bundle is checked."""
    folder = resources.files("engine.journal")
    proof, check = (
        folder.joinpath(name).read_text(encoding="utf-8") for name in ("proof.py", "checker.py")
    )
    return f"{proof}\n\n{_IMPORT.sub('', check)}"


def _cases(session: Session, actor: Actor, reference: str) -> list[Case]:
    case = find_case(session, actor, reference)
    require(actor, "journal.see")
    return [case]


def _cases_of(session: Session, actor: Actor, paper_id: int) -> list[Case]:
    require(actor, "journal.see")
    paper = session.get(OutgoingPaper, paper_id)
    if paper is None or not paper.cases:
        raise NotFound(f"decision {paper_id}")
    return [row.case for row in paper.cases]


def _journaled(
    database: Engine, actor: Actor, content: bytes, at: datetime, about: Mapping[str, str]
) -> Bundle:
    bundle = Bundle(content, hashlib.sha256(content).hexdigest())
    with unit_of_work(database) as session:
        authorise(actor, "journal.see").note(
            session,
            stream=EXPORTS,
            action="bundle.made",
            at=at,
            detail={**about, "sha256": bundle.sha256},
        )
    return bundle


@dataclass(frozen=True)
class _Making:
    session: Session
    store: FileStore
    key: JournalKey
    now: datetime

    def zip_of(self, cases: Sequence[Case]) -> bytes:
        streams = self._streams([case.id for case in cases])
        rows = self._rows(streams)
        checkpoint = self._checkpoint(rows)
        entries = [entry for entry, _position in rows]
        spoken_of = files_of(self.session, self.store, cases, entries)
        sealed = self.key.read(checkpoint.note)
        trace = TraceWords(self.session, cases, entries).sheet(
            _hashes(spoken_of), sealed, self.key.name
        )
        files = {
            checker.CHECKPOINT: checkpoint.note.encode(),
            checker.ENTRIES: self._lines(rows, checkpoint.size),
            checker.KEY: f"{self.key.public_text}\n".encode(),
            "verify.py": verifier().encode(),
            "trace.pdf": render_trace(trace),
            **spoken_of,
        }
        manifest = self._manifest(cases, files)
        note = self.key.sign_text(checker.manifest_note(manifest))
        return _zipped({checker.MANIFEST: manifest, checker.SIGNATURE: note.encode(), **files})

    def _streams(self, case_ids: Sequence[int]) -> list[str]:
        """Return the streams of the cases, then of their papers and of their sessions."""
        listed = (
            select(OutgoingPaper.id)
            .outerjoin(OutgoingCase, OutgoingCase.paper_id == OutgoingPaper.id)
            .outerjoin(Decision, Decision.outgoing_id == OutgoingPaper.id)
            .where(
                or_(
                    OutgoingCase.case_id.in_(case_ids),
                    OutgoingPaper.case_id.in_(case_ids),
                    Decision.case_id.in_(case_ids),
                )
            )
        )
        met = select(AgendaItem.session_id).where(AgendaItem.case_id.in_(case_ids))
        return [
            *(journal.stream_of(case_id) for case_id in case_ids),
            *(f"outgoing:{one}" for one in sorted(set(self.session.scalars(listed)))),
            *(f"council:{one}" for one in sorted(set(self.session.scalars(met)))),
        ]

    def _rows(self, streams: Sequence[str]) -> list[tuple[JournalEntry, int]]:
        """Return the entries with their places, stream by stream.

        :raises JournalNotSealed: one has none.
        """
        found = self.session.execute(
            select(JournalEntry, JournalLeaf.position)
            .outerjoin(JournalLeaf, JournalLeaf.entry_id == JournalEntry.id)
            .where(JournalEntry.stream.in_(streams))
        ).all()
        for entry, position in found:
            if position is None:
                raise JournalNotSealed(f"{entry.stream} {entry.seq} has no place in the tree")
        order = {stream: number for number, stream in enumerate(streams)}
        rows = [(entry, position) for entry, position in found]
        return sorted(rows, key=lambda row: (order[row[0].stream], row[0].seq))

    def _checkpoint(self, rows: Sequence[tuple[JournalEntry, int]]) -> JournalCheckpoint:
        found = last_checkpoint(self.session)
        last = max(position for _entry, position in rows)
        if found is None or found.size <= last:
            raise JournalNotSealed(f"no checkpoint counts position {last}")
        return found

    def _lines(self, rows: Sequence[tuple[JournalEntry, int]], size: int) -> bytes:
        nodes = stored_nodes(self.session)
        lines = []
        for entry, position in rows:
            is_whole = entry.private is not None and entry.salt is not None
            line = {
                "position": position,
                "body": entry.body.decode(),
                "proof": [one.hex() for one in tree.inclusion(nodes, position, size)],
                "salt": entry.salt.hex() if is_whole and entry.salt else None,
                "private": entry.private if is_whole else None,
            }
            lines.append(json.dumps(line, ensure_ascii=False) + "\n")
        return "".join(lines).encode()

    def _manifest(self, cases: Sequence[Case], files: Mapping[str, bytes]) -> bytes:
        said = {
            "format": checker.FORMAT,
            "cases": [
                {"reference": case.reference, "stream": journal.stream_of(case.id)}
                for case in cases
            ],
            "made_at": journal.moment_text(self.now),
            "files": _hashes(files),
        }
        return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    return {
        name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())
    }


def _zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
