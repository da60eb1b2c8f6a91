"""The diagrams of a case: stored once by hash, read into the cache of parsed ones."""

import functools
from collections.abc import Mapping
from datetime import datetime
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import journal
from engine.errors import InvalidDiagram
from engine.process import diagrams
from engine.process.checks import check_diagrams
from engine.process.diagrams import Definitions
from engine.store.database import take_turn
from engine.store.models import DiagramFile, DiagramSet


@functools.cache
def packaged_files() -> Mapping[str, bytes]:
    """Return the diagrams and tables that come with this version: name → content."""
    return {
        file.name: file.read_bytes()
        for file in resources.files("workflows").iterdir()
        if file.name.endswith((".bpmn", ".dmn"))
    }


@functools.cache
def packaged_set_id() -> str:
    """Return the name of the set that comes with this version: SHA-256, in hex."""
    return diagrams.set_id(packaged_files())


@functools.cache
def _packaged_errors() -> tuple[str, ...]:
    """Return what the checks find wrong in the diagrams of this version."""
    found = check_diagrams(packaged_files())
    return tuple(str(one) for one in found if one.severity == "error")


def store_packaged_set(session: Session, at: datetime) -> str:
    """Store the packaged diagrams, unless they are there, and return their set id.

    New cases start with them; a running case keeps the set that it started with.

    :raises InvalidDiagram: the checks find an error in them.
    """
    set_id = packaged_set_id()
    if session.get(DiagramSet, set_id) is not None:
        return set_id
    files = packaged_files()
    if errors := _packaged_errors():
        raise InvalidDiagram(list(errors))
    take_turn(session, "diagrams")
    if session.get(DiagramSet, set_id) is None:
        journal.append(
            session,
            stream="diagrams",
            action="diagrams.stored",
            actor=None,
            at=at,
            detail={"set": set_id, "files": sorted(files)},
        )
        rows = [DiagramFile(name=name, content=content) for name, content in files.items()]
        session.add(DiagramSet(id=set_id, stored_at=at, files=rows))
        session.flush()
    return set_id


def definitions_of(session: Session, set_id: str) -> Definitions:
    """Return the parsed diagrams of a stored set, from the cache of this process."""

    def read() -> dict[str, bytes]:
        table = DiagramFile.__table__.c
        chosen = select(table.name, table.content).where(table.set_id == set_id)
        return {row.name: row.content for row in session.execute(chosen)}

    return diagrams.definitions(set_id, read)
