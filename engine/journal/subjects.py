"""What the journal speaks of, compared with what it said: papers, dossiers, diagrams, law."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

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


@dataclass
class Told:
    """What the entries that were read say of papers and of dossiers, by case."""

    papers: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """SHA-256 of what was issued."""
    dossiers: defaultdict[int, dict[str, list[str]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """Hash of a submitted dossier → SHA-256 of each file that it encloses."""

    erased: set[int] = field(default_factory=set)
    """Cases whose words were erased, as an entry says."""

    def add(self, case_id: int | None, facts: Mapping[str, Any]) -> None:
        """Take in what the entry of a completed task says."""
        if case_id is None:
            return
        if facts.get("outcome") == "submit":
            self.dossiers[case_id][facts["content_hash"]] = facts.get("evidence") or []
        elif isinstance(facts.get("papers"), dict):
            self.papers[case_id].update(facts["papers"].values())


def check_subjects(session: Session, told: Told) -> Iterator[Finding]:
    """Yield what does not fit its hash, or has a hash of which the journal says nothing."""
    yield from _papers(session, told)
    yield from _outgoing(session)
    yield from _dossiers(session, told)
    yield from _diagrams(session)


def _papers(session: Session, told: Told) -> Iterator[Finding]:
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
        elif paper.sha256 not in told.papers[paper.case_id]:
            yield Finding(Tampering.PAPER, where, "the journal knows no paper with this hash")


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


def _dossiers(session: Session, told: Told) -> Iterator[Finding]:
    """Each version is what was submitted: the journal has its hash, and those of its files."""
    versions = session.scalars(
        select(DossierVersion).order_by(DossierVersion.id).execution_options(yield_per=_AT_ONCE)
    )
    for version in versions:
        where = f"case:{version.case_id} version {version.number}"
        said = told.dossiers[version.case_id]
        if version.content_hash not in said:
            words = "the journal knows no submission with this hash"
            yield Finding(Tampering.DOSSIER, where, words)
        elif version.content == {} and version.case_id in told.erased:
            continue
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
