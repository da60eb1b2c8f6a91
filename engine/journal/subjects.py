"""What the journal speaks of, compared with what it said: papers, dossiers, diagrams, law."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine.dossiers import hash_dossier
from engine.journal.findings import Finding, Tampering
from engine.process.diagrams import set_id
from engine.store.models import (
    DiagramFile,
    DossierVersion,
    JournalEntry,
    OutgoingPaper,
    Paper,
)

_AT_ONCE = 50


def check_subjects(session: Session) -> Iterator[Finding]:
    """Yield what does not fit its hash, or has a hash of which the journal says nothing."""
    yield from _papers(session)
    yield from _outgoing(session)
    yield from _dossiers(session)
    yield from _diagrams(session)


def _papers(session: Session) -> Iterator[Finding]:
    said = _said_of_papers(session)
    papers = session.scalars(
        select(Paper)
        .options(undefer(Paper.content))
        .order_by(Paper.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for paper in papers:
        where = f"case:{paper.case_id} {paper.kind}"
        if hashlib.sha256(paper.content).hexdigest() != paper.sha256:
            yield Finding(Tampering.PAPER, where, "its bytes are not those that were hashed")
        elif paper.sha256 not in said[paper.case_id]:
            yield Finding(Tampering.PAPER, where, "the journal knows no paper with this hash")


def _said_of_papers(session: Session) -> defaultdict[int, set[str]]:
    """Return the hashes of papers that the journal names, by case."""
    said: defaultdict[int, set[str]] = defaultdict(set)
    deciding = (
        select(JournalEntry)
        .join(Paper, Paper.case_id == JournalEntry.case_id)
        .where(JournalEntry.action == "task.completed")
        .distinct()
        .execution_options(yield_per=1_000)
    )
    for entry in session.scalars(deciding):
        papers = entry.detail.get("papers")
        if isinstance(papers, dict):
            said[entry.case_id or 0].update(papers.values())
        session.expunge(entry)
    return said


def _outgoing(session: Session) -> Iterator[Finding]:
    papers = session.scalars(
        select(OutgoingPaper)
        .where(OutgoingPaper.number.is_not(None))
        .options(undefer(OutgoingPaper.content))
        .order_by(OutgoingPaper.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for paper in papers:
        where = f"outgoing:{paper.id} {paper.number}"
        if hashlib.sha256(paper.content or b"").hexdigest() != paper.sha256:
            yield Finding(Tampering.PAPER, where, "its bytes are not those that were hashed")
            continue
        entries = session.scalars(
            select(JournalEntry).where(
                JournalEntry.stream == f"outgoing:{paper.id}",
                JournalEntry.action == "paper.numbered",
            )
        )
        if paper.sha256 not in {entry.detail.get("sha256") for entry in entries}:
            yield Finding(Tampering.PAPER, where, "the journal knows no paper with this hash")


def _dossiers(session: Session) -> Iterator[Finding]:
    """Each version is what was submitted: the journal has its hash, and those of its files."""
    submitted: defaultdict[int, dict[str, list[str]]] = defaultdict(dict)
    entries = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.action == "task.completed")
        .execution_options(yield_per=1_000)
    )
    for entry in entries:
        detail = entry.detail
        if detail.get("outcome") == "submit" and entry.case_id is not None:
            evidence = detail.get("evidence") or []
            submitted[entry.case_id][detail["content_hash"]] = evidence
        session.expunge(entry)
    versions = session.scalars(
        select(DossierVersion).order_by(DossierVersion.id).execution_options(yield_per=_AT_ONCE)
    )
    for version in versions:
        where = f"case:{version.case_id} version {version.number}"
        said = submitted[version.case_id]
        if version.content_hash not in said:
            words = "the journal knows no submission with this hash"
            yield Finding(Tampering.DOSSIER, where, words)
        elif hash_dossier(version.content, said[version.content_hash]) != version.content_hash:
            words = "its content is not what was submitted"
            yield Finding(Tampering.DOSSIER, where, words)


def _diagrams(session: Session) -> Iterator[Finding]:
    files: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    for row in session.execute(
        select(DiagramFile.set_id, DiagramFile.name, DiagramFile.content)
    ):
        files[row.set_id][row.name] = row.content
    for name, contents in files.items():
        if set_id(contents) != name:
            words = "its files are not those that were hashed"
            yield Finding(Tampering.DIAGRAM, f"diagrams {name[:12]}", words)
