"""What the entries of a bundle speak of, as files: diagrams, rules, forms, papers, dossiers."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from engine.errors import NotFound
from engine.filekinds import KINDS
from engine.filestore import FileStore
from engine.store.models import (
    Attachment,
    Case,
    CouncilPaper,
    DiagramFile,
    DossierVersion,
    JournalEntry,
    LawBookRow,
    OutgoingPaper,
    Paper,
    StoredFile,
)
from forms import definition_for

File = tuple[str, bytes]
"""Name in the bundle, and content."""


def files_of(
    session: Session, store: FileStore, cases: Sequence[Case], entries: Sequence[JournalEntry]
) -> dict[str, bytes]:
    """Return name → content of what the entries of some cases name.

    What was erased is not there; :mod:`engine.journal.checker` says what is missing.

    :raises DamagedFile: an attachment is not what was put into the store.
    """
    facts = [entry.facts for entry in entries]
    diagrams = {one["diagrams"] for one in facts if "diagrams" in one}
    books = {one["check"]["law_book"] for one in facts if "check" in one}
    forms = {one["form"] for one in facts if "form" in one}
    references = {case.id: case.reference for case in cases}
    return dict(
        [
            *_diagrams(session, diagrams),
            *_books(session, books),
            ("forms.json", _forms(forms)),
            *_dossiers(session, references, entries),
            *_papers(session, references),
            *_shared_papers(session, {entry.stream for entry in entries}),
            *_attachments(session, store, references, entries),
        ]
    )


def _diagrams(session: Session, sets: set[str]) -> Iterator[File]:
    chosen = select(DiagramFile).where(DiagramFile.set_id.in_(sets))
    order = (DiagramFile.set_id, DiagramFile.name)
    for row in session.scalars(chosen.order_by(*order)):
        yield f"diagrams/{row.set_id}/{row.name}", row.content


def _books(session: Session, books: set[str]) -> Iterator[File]:
    chosen = select(LawBookRow).where(LawBookRow.sha256.in_(books))
    for row in session.scalars(chosen.order_by(LawBookRow.sha256)):
        for name, text in sorted(row.files.items()):
            yield f"rules/{row.sha256}/{name}", text.encode()


def _forms(forms: set[str]) -> bytes:
    """Return what each form asks: a published version never changes."""
    asked = {form: asdict(definition_for(form)) for form in sorted(forms)}
    return orjson.dumps(asked, option=orjson.OPT_INDENT_2)


def _dossiers(
    session: Session, references: dict[int, str], entries: Sequence[JournalEntry]
) -> Iterator[File]:
    """Yield each version as the bytes that were hashed when it was submitted."""
    enclosed: defaultdict[int, list[list[str]]] = defaultdict(list)
    for entry in entries:
        if entry.case_id is not None and entry.facts.get("outcome") == "submit":
            enclosed[entry.case_id].append(sorted(entry.facts.get("evidence", ())))
    chosen = select(DossierVersion).where(DossierVersion.case_id.in_(references))
    for version in session.scalars(chosen.order_by(DossierVersion.id)):
        attachments = enclosed[version.case_id][version.number - 1]
        if version.content:
            hashed = {"content": version.content, "attachments": attachments}
            name = f"dossiers/{references[version.case_id]}/{version.number}.json"
            yield name, orjson.dumps(hashed, option=orjson.OPT_SORT_KEYS)


def _papers(session: Session, references: dict[int, str]) -> Iterator[File]:
    papers = session.scalars(
        select(Paper)
        .where(Paper.case_id.in_(references))
        .options(undefer(Paper.content))
        .order_by(Paper.id)
    )
    for paper in papers:
        if paper.content:
            yield f"papers/{references[paper.case_id]}/{paper.kind}.pdf", paper.content


def _shared_papers(session: Session, streams: set[str]) -> Iterator[File]:
    """Yield numbered papers and signed minutes, of which several cases may be part."""
    outgoing = session.scalars(
        select(OutgoingPaper)
        .where(OutgoingPaper.id.in_(_numbers(streams, "outgoing")))
        .options(undefer(OutgoingPaper.content), undefer(OutgoingPaper.signed_content))
        .order_by(OutgoingPaper.id)
    )
    for paper in outgoing:
        for kind, content in (("paper", paper.content), ("signed", paper.signed_content)):
            if content:
                yield f"papers/outgoing-{paper.id}/{kind}.pdf", content
    council = session.scalars(
        select(CouncilPaper)
        .where(CouncilPaper.session_id.in_(_numbers(streams, "council")))
        .options(undefer(CouncilPaper.content))
        .order_by(CouncilPaper.id)
    )
    for signed in council:
        yield f"papers/council-{signed.session_id}/{signed.kind}.pdf", signed.content


def _attachments(
    session: Session,
    store: FileStore,
    references: dict[int, str],
    entries: Sequence[JournalEntry],
) -> Iterator[File]:
    """Yield what was attached to the cases, and the scans of their councils, by hash."""
    attached = select(Attachment.sha256).where(Attachment.case_id.in_(references))
    scanned = {
        entry.facts["sha256"]
        for entry in entries
        if entry.stream.startswith("council:") and "sha256" in entry.facts
    }
    chosen = select(StoredFile).where(
        StoredFile.sha256.in_({*session.scalars(attached), *scanned})
    )
    suffixes = {kind.media_type: kind.suffixes[0] for kind in KINDS}
    for file in session.scalars(chosen.order_by(StoredFile.sha256)):
        try:
            content = store.get(file.sha256)
        except NotFound:  # erased
            continue
        yield f"attachments/{file.sha256}{suffixes.get(file.media_type, '')}", content


def _numbers(streams: set[str], kind: str) -> list[int]:
    return [int(one.partition(":")[2]) for one in streams if one.startswith(f"{kind}:")]
